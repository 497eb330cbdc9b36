"""Statistics of a day, a week or a month, as a page and as files; and what the next open day may bring."""

import datetime
import logging
from typing import Any
from zoneinfo import ZoneInfo

import jdatetime
from starlette.requests import Request
from starlette.responses import Response

from booking_store.database import LedgerError
from booking_store.site_file import parse_jalali
from booking_store.statistics.outlook_reading import read_outlook
from mqtt.contract import SiteCard
from rules.digits import fold_digits
from rules.erlang import Promise
from staff_console.guard import guarded
from staff_console.house import House
from staff_console.names import Names
from staff_console.rights import Right
from staff_console.statistics.book import Reader
from staff_console.statistics.export import CSV_TYPE, XLSX_TYPE, as_csv, as_xlsx
from staff_console.statistics.outlook_view import outlook_page
from staff_console.statistics.periods import Kind, Period, period
from staff_console.statistics.sheets import Sheet, sheets
from staff_console.statistics.view import statistics_page
from staff_console.visitor import Visitor

log = logging.getLogger(__name__)


@guarded(Right.SEE_STATISTICS)
def statistics(request: Request, house: House, visitor: Visitor) -> Response:
    """The page."""
    site, today = house.watch.clinic.site, _today(house)
    if site is None or today is None:
        return _page(request, house, visitor, lost=True)
    asked = _asked(request, today)
    reader = Reader(house.queue, ZoneInfo(site.time_zone), today)
    try:
        found, before = house.statistics.of(reader, asked), house.statistics.before(reader, asked.before)
    except LedgerError as problem:
        log.warning("%s", problem)
        return _page(request, house, visitor, lost=True)
    shown = statistics_page(found, before, asked, today, Names(site, visitor.say))
    return _page(request, house, visitor, view=shown, no_such_day=_typed(request) is not None and _day(request) is None)


@guarded(Right.SEE_STATISTICS)
def csv(request: Request, house: House, visitor: Visitor) -> Response:
    """All tables as CSV."""
    return _file(request, house, visitor, "csv")


@guarded(Right.SEE_STATISTICS)
def xlsx(request: Request, house: House, visitor: Visitor) -> Response:
    """All tables as XLSX."""
    return _file(request, house, visitor, "xlsx")


@guarded(Right.SEE_STATISTICS)
def outlook(request: Request, house: House, visitor: Visitor) -> Response:
    """The next open day."""
    today, asked = _today(house), house.settings.outlook
    promise = Promise(asked.share, asked.waiting_minutes)
    facts: dict[str, Any] = {"view": None, "lost": today is None}
    try:
        if today is not None:
            with house.queue.looking() as connection:
                found = read_outlook(connection, today, asked.weeks, promise)
            facts["view"] = outlook_page(found, asked, visitor.say) if found is not None else None
    except LedgerError as problem:
        log.warning("%s", problem)
        facts["lost"] = True
    return house.page(request, visitor, "outlook.html", **facts)


def _file(request: Request, house: House, visitor: Visitor, kind: str) -> Response:
    site, today = house.watch.clinic.site, _today(house)
    if site is None or today is None:
        return _page(request, house, visitor, lost=True)
    asked = _asked(request, today)
    try:
        made = _sheets(house, visitor, site, asked, today)
    except LedgerError as problem:
        log.warning("%s", problem)
        return _page(request, house, visitor, lost=True)
    content = as_csv(made) if kind == "csv" else as_xlsx(made, rtl=visitor.say.language == "fa")
    first = jdatetime.date.fromgregorian(date=asked.first)
    name = f"{site.site}-{asked.kind.value}-{first:%Y-%m-%d}.{kind}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=CSV_TYPE if kind == "csv" else XLSX_TYPE, headers=headers)


def _sheets(house: House, visitor: Visitor, site: SiteCard, asked: Period, today: datetime.date) -> tuple[Sheet, ...]:
    found = house.statistics.of(Reader(house.queue, ZoneInfo(site.time_zone), today), asked)
    return sheets(found, asked, Names(site, visitor.say))


def _page(request: Request, house: House, visitor: Visitor, **facts: Any) -> Response:
    whole: dict[str, Any] = {"view": None, "lost": False, "no_such_day": False, "typed": _typed(request) or "", **facts}
    return house.page(request, visitor, "statistics.html", kinds=tuple(Kind), **whole)


# ---------------------------------------------------------------------------------- what was asked for


def _today(house: House) -> datetime.date | None:
    """The service day's date, else the store's clock's; None: nothing was heard of the store."""
    clinic = house.watch.clinic
    return None if clinic.day is None or not clinic.day.date else datetime.date.fromisoformat(clinic.day.date)


def _asked(request: Request, today: datetime.date) -> Period:
    """The period of an address; whatever is missing or no period is today's."""
    kind = request.query_params.get("period", "")
    return period(Kind(kind) if kind in set(Kind) else Kind.DAY, _day(request) or today)


def _typed(request: Request) -> str | None:
    return request.query_params.get("on", "").strip() or None


def _day(request: Request) -> datetime.date | None:
    """A date as our links write it, or as people type it: 2026-11-22, ۱۴۰۵/۰۹/۰۱."""
    typed = fold_digits(_typed(request) or "")
    try:
        return datetime.date.fromisoformat(typed) if typed.startswith("20") else parse_jalali(typed.replace("-", "/"))
    except ValueError:
        return None
