"""The audit trail: searched by day, ticket, booking, account and device, a hundred rows a page, and as CSV.

It is a form, and no address: a tracking code stands in none.
"""

import logging
import re
from typing import Any, Final
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from booking_store.audit_report import PAGE, Entry, Wanted, entries
from booking_store.database import LedgerError
from booking_store.site_file import parse_jalali
from mqtt.contract import SiteCard
from rules.digits import fold_digits
from staff_console.acts import Form
from staff_console.answering import form_of
from staff_console.audit_view import audit_rows, csv_rows
from staff_console.guard import guarded
from staff_console.house import House
from staff_console.rights import Right
from staff_console.tables_out import as_csv
from staff_console.visitor import Visitor

log = logging.getLogger(__name__)

EXPORTED_MOST: Final = 50_000
"""Rows of one file: some ten days of a large clinic."""
FIELDS: Final = ("day", "number", "code", "account", "device")
_WHOLE_NUMBER: Final = re.compile(r"\d{1,9}", re.ASCII)


@guarded(Right.SEE_AUDIT)
def audit(request: Request, house: House, visitor: Visitor) -> Response:
    """The page: the newest rows, or those that a form looks for."""
    form, site = form_of(request), house.watch.clinic.site
    wanted = _wanted(form, site)
    facts: dict[str, Any] = {"rows": (), "older": None, "wrong": ""}
    if wanted is None:
        facts["wrong"] = visitor.say("staff.told.misfit")
    elif (found := _found(house, wanted, PAGE + 1)) is None or site is None:
        facts["wrong"] = visitor.say("staff.told.no_answer")
    else:
        older = found[PAGE - 1].id if len(found) > PAGE else None
        facts |= {"rows": audit_rows(found[:PAGE], site, visitor.say), "older": older}
    typed = {field: form.get(field, "") for field in FIELDS}
    devices = () if site is None else tuple(card.id for card in site.devices)
    return house.page(request, visitor, "audit.html", typed=typed, devices=devices, back="/audit", **facts)


@guarded(Right.SEE_AUDIT)
def export(request: Request, house: House, visitor: Visitor) -> Response:
    """The same rows, as far as one file holds them."""
    site = house.watch.clinic.site
    wanted = _wanted(form_of(request), site)
    found = None if wanted is None else _found(house, wanted, EXPORTED_MOST)
    if found is None or site is None:
        return house.page(request, visitor, "refused.html", status=400, why="staff.told.misfit")
    columns = ("time", "jalali", "who", "act", "did", "number", "day", "where", "about")
    content = as_csv([visitor.say(f"staff.audit.{column}") for column in columns], csv_rows(found, site, visitor.say))
    headers = {"content-disposition": 'attachment; filename="audit.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _found(house: House, wanted: Wanted, most: int) -> tuple[Entry, ...] | None:
    """The rows; None: the ledger cannot be read."""
    site = house.watch.clinic.site
    try:
        with house.queue.looking() as connection:
            return entries(connection, wanted, ZoneInfo(site.time_zone if site is not None else "UTC"), most)
    except LedgerError as problem:
        log.warning("%s", problem)
        return None


def _wanted(form: Form, site: SiteCard | None) -> Wanted | None:
    """What a form looks for; None: no such day, number or code."""
    typed = {field: fold_digits(form.get(field, "").strip()) for field in (*FIELDS, "before")}
    code = re.sub(r"[\s-]", "", typed["code"])
    if any(value and _WHOLE_NUMBER.fullmatch(value) is None for value in (typed["number"], code, typed["before"])):
        return None
    try:
        day = parse_jalali(typed["day"]) if typed["day"] else None
    except ValueError:
        return None
    operators = [card.id for card in site.devices if card.role == "operator"] if site is not None else []
    return Wanted(
        day=day,
        number=int(typed["number"]) if typed["number"] else None,
        code=code,
        whose=tuple(f"{operator}:{typed['account']}" for operator in operators) if typed["account"] else (),
        device=typed["device"],
        before=int(typed["before"]) if typed["before"] else None,
    )
