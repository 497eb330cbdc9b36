"""The site's calendar: holidays and how far they are known, other hours of a season, closures; changed in two steps."""

import logging
from dataclasses import replace
from datetime import date
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from booking_store.site_file import parse_jalali, parse_site
from booking_store.site_file.table import parse_clock
from rules.site import Hours, HoursOverride, Site
from staff_console.acts import Form
from staff_console.answering import form_of
from staff_console.calendar_view import calendar_page
from staff_console.document import days_off
from staff_console.document.editing import NotEditableError
from staff_console.guard import guarded
from staff_console.house import House
from staff_console.pages.days.two_steps import LOOK_AHEAD, WHY_MOST, Proposal, filed, plain_page, step
from staff_console.pages.days.week import today_of, unknown
from staff_console.replanning import MistypedError
from staff_console.rights import Right
from staff_console.visitor import Visitor

log = logging.getLogger(__name__)

HERE: Final = "/calendar"
FIELDS: Final = ("what", "place", "first", "last", "opens", "tickets_until", "ends", "why")


@guarded(Right.CHANGE_SITE)
def calendar(request: Request, house: House, visitor: Visitor) -> Response:
    """The page; with a date it leads to that date's own."""
    on = request.query_params.get("on", "").strip()
    if not on:
        return _page(request, house, visitor)
    try:
        return RedirectResponse(f"/days/{parse_jalali(on).isoformat()}", status_code=303)
    except ValueError:
        visitor.session.said = visitor.say("staff.days.no_such_date")
        return RedirectResponse(HERE, status_code=303)


@guarded(Right.CHANGE_SITE)
def change(request: Request, house: House, visitor: Visitor) -> Response:
    """What another calendar would do; then done."""
    return _page(request, house, visitor, form_of(request))


def _page(request: Request, house: House, visitor: Visitor, form: Form | None = None) -> Response:
    load, today = filed(house), today_of(house)
    if load is None or today is None:
        return unknown(request, house, visitor)
    site = parse_site(load.document, "the site file in the ledger")
    facts: dict[str, Any] = {
        "view": calendar_page(site, today, visitor.say),
        "here": HERE,
        "instead_of": load.sha256,
        "kept": {name: form.get(name, "") for name in FIELDS} if form is not None else {},
    }
    if form is None:
        return plain_page(request, house, visitor, "calendar.html", facts)
    try:
        document = _changed(load.document, site, form)
    except MistypedError:
        return plain_page(request, house, visitor, "calendar.html", facts, wrong=visitor.say("staff.plan.mistyped"))
    except (LookupError, NotEditableError) as problem:
        log.info("calendar not changed: %s", problem)
        return plain_page(request, house, visitor, "calendar.html", facts, wrong=visitor.say("staff.plan.not_editable"))
    return step(request, house, visitor, "calendar.html", facts, Proposal(load, document, today, today + LOOK_AHEAD, True))


def _changed(document: str, site: Site, form: Form) -> str:
    """Raises MistypedError, LookupError, NotEditableError."""
    match form.get("what"):
        case "loaded":
            return days_off.with_holidays_loaded_until(document, _date(form, "last"))
        case "add":
            return days_off.with_hours_override(document, _season(form))
        case "change":
            place = _place(site, form)
            weekdays = site.hours_overrides[place].weekdays
            holidays_too = site.hours_overrides[place].holidays_too
            season = replace(_season(form), weekdays=weekdays, holidays_too=holidays_too)
            return days_off.changed_hours_override(document, place, season)
        case "drop":
            return days_off.without_hours_override(document, _place(site, form))
    raise MistypedError(form.get("what", ""))


def _season(form: Form) -> HoursOverride:
    """What was typed: no hours at all is a closure."""
    first = _date(form, "first")
    last = _date(form, "last") if form.get("last", "").strip() else first
    why = form.get("why", "").strip()[:WHY_MOST]
    clocks = [form.get(name, "").strip() for name in ("opens", "tickets_until", "ends")]
    if last < first or not why:
        raise MistypedError("why")
    try:
        hours = Hours(*map(parse_clock, clocks)) if any(clocks) else None
    except ValueError as problem:
        raise MistypedError("hours") from problem
    return HoursOverride(first, last, hours, why)


def _place(site: Site, form: Form) -> int:
    written = form.get("place", "")
    if not written.isascii() or not written.isdecimal() or int(written) >= len(site.hours_overrides):
        raise LookupError(written)
    return int(written)


def _date(form: Form, name: str) -> date:
    try:
        return parse_jalali(form.get(name, ""))
    except ValueError as problem:
        raise MistypedError(name) from problem
