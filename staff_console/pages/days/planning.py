"""The sessions of a doctor, and a date of the whole site with its holiday, changed in two steps (two_steps.py)."""

import logging
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from booking_store.site_file import parse_site
from booking_store.week_report import Week
from staff_console.acts import Form
from staff_console.answering import form_of
from staff_console.days_view import SiteWords, day_page
from staff_console.document import days_off
from staff_console.document.editing import NotEditableError
from staff_console.guard import guarded
from staff_console.house import House
from staff_console.pages.days.two_steps import LOOK_AHEAD, WHY_MOST, Proposal, date_of, filed, no_such_date, plain_page, step
from staff_console.pages.days.week import today_of, unknown, with_week
from staff_console.planning_view import shift_rows, typed_rows
from staff_console.replanning import MistypedError, Scope, owner_of, replanned, typed_shifts
from staff_console.rights import Right
from staff_console.visitor import Visitor

log = logging.getLogger(__name__)


# ------------------------------------------------------------------------------------------------ a doctor's sessions


@guarded(Right.CHANGE_SITE)
def sessions(request: Request, house: House, visitor: Visitor) -> Response:
    """The form, as the site file says."""
    return _sessions_page(request, house, visitor, request.query_params)


@guarded(Right.CHANGE_SITE)
def change_sessions(request: Request, house: House, visitor: Visitor) -> Response:
    """What other sessions would do; then done."""
    return _sessions_page(request, house, visitor, form_of(request), filled=True)


def _sessions_page(request: Request, house: House, visitor: Visitor, form: Form, *, filled: bool = False) -> Response:
    path, say = request.path_params, visitor.say
    day, load, today = date_of(path["day"]), filed(house), today_of(house)
    if day is None:
        return no_such_date(request, house, visitor)
    if load is None or today is None:
        return unknown(request, house, visitor)
    site = parse_site(load.document, "the site file in the ledger")
    found = owner_of(site, path["department"], path["doctor"])
    if found is None:
        return house.page(request, visitor, "refused.html", status=404, why="staff.days.no_such_doctor")
    owner, timetable = found
    scope: Scope = "weekly" if form.get("scope") == "weekly" else "day"
    words = SiteWords(site, say)
    here = f"/days/{day.isoformat()}/{path['department']}/{path['doctor']}"
    facts: dict[str, Any] = {
        "who": words.doctor(path["doctor"] or None) or words.department(path["department"]),
        "department_words": words.department(path["department"]) if path["doctor"] else "",
        "day": words.whole_date(day),
        "weekday": words.weekday(day),
        "scope": scope,
        "here": here,
        "instead_of": load.sha256,
        "rows": typed_rows(form) if filled else shift_rows(timetable, day, scope),
        "why": form.get("why", ""),
    }
    if not filled:
        return plain_page(request, house, visitor, "sessions.html", facts)
    try:
        rows = typed_shifts(form)
        why = form.get("why", "").strip()[:WHY_MOST]
        document = replanned(load.document, owner, timetable, day, scope, rows, why)
    except (MistypedError, LookupError, NotEditableError) as problem:
        log.info("sessions not changed: %s", problem)
        key = "staff.plan.mistyped" if isinstance(problem, MistypedError) else "staff.plan.not_editable"
        return plain_page(request, house, visitor, "sessions.html", facts, wrong=say(key))
    first, last = (day, day) if scope == "day" else (today, today + LOOK_AHEAD)
    proposal = Proposal(load, document, first, last, False, (path["department"], path["doctor"] or None))
    return step(request, house, visitor, "sessions.html", facts, proposal)


# ------------------------------------------------------------------------------------------------ a date of the site


@guarded(Right.CHANGE_SITE)
def date_page(request: Request, house: House, visitor: Visitor) -> Response:
    """A date of the whole site: its hours, whether it is a holiday, what was announced."""
    return _date_page(request, house, visitor)


@guarded(Right.CHANGE_SITE)
def change_holiday(request: Request, house: House, visitor: Visitor) -> Response:
    """What a holiday more, or less, would do; then done."""
    day, load, form = date_of(request.path_params["day"]), filed(house), form_of(request)
    if day is None:
        return no_such_date(request, house, visitor)
    if load is None:
        return unknown(request, house, visitor)
    why = form.get("why", "").strip()[:WHY_MOST]
    adds = form.get("what") == "add"
    if adds and not why:
        return _date_page(request, house, visitor, wrong=visitor.say("staff.told.misfit"))
    try:
        document = days_off.with_holiday(load.document, day, why) if adds else days_off.without_holiday(load.document, day)
    except (LookupError, NotEditableError) as problem:
        log.info("holiday not changed: %s", problem)
        return _date_page(request, house, visitor, wrong=visitor.say("staff.plan.not_editable"))
    return _date_page(request, house, visitor, proposal=Proposal(load, document, day, day, True))


def _date_page(request: Request, house: House, visitor: Visitor, proposal: Proposal | None = None, wrong: str = "") -> Response:
    day, today, form = date_of(request.path_params["day"]), today_of(house), form_of(request)
    if day is None:
        return no_such_date(request, house, visitor)
    if today is None:
        return unknown(request, house, visitor)

    def page(found: Week) -> Response:
        view = day_page(found, today, visitor.say)
        instead_of = proposal.load.sha256 if proposal is not None else ""
        holiday = {"what": form.get("what", ""), "why": form.get("why", "")}
        facts = {"view": view, "here": f"/days/{view.date}", "instead_of": instead_of, "form": holiday}
        if proposal is None:
            return plain_page(request, house, visitor, "date.html", facts, wrong=wrong)
        return step(request, house, visitor, "date.html", facts, proposal)

    return with_week(house, day, 1, page) or unknown(request, house, visitor)
