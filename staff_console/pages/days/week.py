"""Doctors' days: the week of all, and one doctor's date with its sessions, its lateness and its walk-in turns."""

import logging
from collections.abc import Callable
from datetime import date

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from booking_store.database import LedgerError
from booking_store.site_file import parse_jalali
from booking_store.week_report import WEEK_DAYS, Week, mobile_ends, saturday_of, week
from mqtt.contract import AbsencePlan, ReleaseWalkIns, SetLate
from rules.digits import fold_digits
from screen.lettering import clock_words
from staff_console.absence_view import plan_view
from staff_console.acts import words_of
from staff_console.answering import form_of, told
from staff_console.days_view import DoctorDay, SiteWords, doctor_day, week_page
from staff_console.guard import guarded
from staff_console.house import House
from staff_console.rights import Right
from staff_console.visitor import Visitor

log = logging.getLogger(__name__)


@guarded(Right.SEE_QUEUE)
def days(request: Request, house: House, visitor: Visitor) -> Response:
    """The week of a date, which is asked for as «1405/09/03»; none: this week."""
    today = today_of(house)
    if today is None:
        return unknown(request, house, visitor)
    asked = request.query_params.get("on", "").strip()
    try:
        on = parse_jalali(asked) if asked else today
    except ValueError:
        visitor.session.said = visitor.say("staff.days.no_such_date")
        return RedirectResponse("/days", status_code=303)
    return with_week(
        house,
        saturday_of(on),
        WEEK_DAYS,
        lambda found: house.page(request, visitor, "days.html", view=week_page(found, on, today, visitor.say), typed=asked),
    ) or unknown(request, house, visitor)


@guarded(Right.SEE_QUEUE)
def one_day(request: Request, house: House, visitor: Visitor) -> Response:
    """One doctor's date."""
    return _doctor_page(request, house, visitor)


@guarded(Right.CHANGE_DAY)
def late(request: Request, house: House, visitor: Visitor) -> Response:
    """Who would be told that a doctor is late; then told. Or the doctor is here."""
    form = form_of(request)
    until = fold_digits(form.get("until", "").strip()) or None
    try:
        asked = SetLate(doctor=request.path_params["doctor"], until=until, date=request.path_params["day"], preview=True)
        asked = msgspec.convert(msgspec.to_builtins(asked), SetLate)
    except msgspec.ValidationError:
        return told(request, visitor, False, visitor.say("staff.told.misfit"))
    if until is not None and form.get("sure") != "yes":
        plan = house.ask(visitor, asked)
        if not isinstance(plan, AbsencePlan):
            return told(request, visitor, *words_of(plan, "late", visitor.say))
        return _doctor_page(request, house, visitor, late_plan=plan, late_asked=until)
    answer = house.ask(visitor, msgspec.structs.replace(asked, preview=False))
    return told(request, visitor, *words_of(answer, "late" if until else "doctor_here", visitor.say))


@guarded(Right.CHANGE_DAY)
def release(request: Request, house: House, visitor: Visitor) -> Response:
    """How many of a session's walk-in turns the kiosks give in all, from now on."""
    form, path = form_of(request), request.path_params
    turns = fold_digits(form.get("turns", "").strip())
    try:
        asked = msgspec.convert(
            {
                "type": "release_walk_ins",
                "department": path["department"],
                "doctor": path["doctor"] or None,
                "date": path["day"],
                "starts": form.get("starts", ""),
                "turns": turns or None,
            },
            ReleaseWalkIns,
            strict=False,
        )
    except msgspec.ValidationError:
        return told(request, visitor, False, visitor.say("staff.told.misfit"))
    return told(request, visitor, *words_of(house.ask(visitor, asked), "release_walk_ins", visitor.say))


def today_of(house: House) -> date | None:
    """The clinic's date by the store's clock, before its first beat that of the service day; None: nothing was heard yet."""
    clinic = house.watch.clinic
    if clinic.site is None or clinic.day is None:
        return None
    now = clinic.local_time(clinic.site.time_zone, house.monotonic())
    if now is None:
        return date.fromisoformat(clinic.day.date) if clinic.day.date else None
    return now.date()


def with_week(house: House, first: date, days: int, page: Callable[[Week], Response]) -> Response | None:
    """What `page` makes of the days from `first` on; None: they cannot be read."""
    today = today_of(house)
    try:
        with house.queue.looking() as connection:
            found = week(connection, first, today or first, days)
    except LedgerError as problem:
        log.warning("%s", problem)
        return None
    return page(found)


def ends_of(house: House, plan: AbsencePlan) -> dict[str, str]:
    """The last four digits of the mobiles of those whom a plan touches; none where the ledger cannot be read."""
    try:
        with house.queue.looking() as connection:
            return dict(mobile_ends(connection, [one.code for one in plan.touched if one.code]))
    except LedgerError as problem:
        log.warning("%s", problem)
        return {}


def unknown(request: Request, house: House, visitor: Visitor) -> Response:
    """The clinic is not heard, or its ledger cannot be read."""
    return house.page(request, visitor, "refused.html", status=503, why="staff.told.no_answer")


def _doctor_page(
    request: Request, house: House, visitor: Visitor, late_plan: AbsencePlan | None = None, late_asked: str = ""
) -> Response:
    path = request.path_params
    try:
        day = date.fromisoformat(path["day"])
    except ValueError:
        return house.page(request, visitor, "refused.html", status=404, why="staff.days.no_such_date")

    def page(found: Week) -> Response:
        view: DoctorDay | None = doctor_day(found, path["department"], path["doctor"], today_of(house) or day, visitor.say)
        if view is None:
            return house.page(request, visitor, "refused.html", status=404, why="staff.days.no_such_doctor")
        words = SiteWords(found.site, visitor.say)
        plan = plan_view(late_plan, ends_of(house, late_plan), words) if late_plan is not None else None
        back = f"/days/{view.date}/{view.department}/{view.doctor}"
        return house.page(
            request,
            visitor,
            "doctor_day.html",
            view=view,
            plan=plan,
            late_asked=late_asked,
            back=back,
            late_words=clock_words(late_asked, visitor.say.language) if late_asked else "",
        )

    return with_week(house, day, 1, page) or unknown(request, house, visitor)
