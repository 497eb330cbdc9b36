"""Bookings at reception and for callers: found by code or mobile, checked in, made, cancelled; and walk-ins with a reason.

Each form carries the id of its one request: sent twice, the store does it once and says the same. Codes and mobiles stand in
no address. A number that is given here is on no paper: it is read out, and a kiosk prints it if somebody wants that.
"""

import logging
import re
import secrets
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from booking_store.booking_report import FoundBooking, find
from booking_store.database import LedgerError
from mqtt.contract import (
    Answer,
    CancelBooking,
    CheckIn,
    ConfirmHold,
    HoldPlace,
    NoteUnaware,
    Operation,
    Settle,
    SettleOutcome,
    TakeWalkIn,
    TicketGiven,
)
from staff_console.acts import Form
from staff_console.answering import form_of
from staff_console.booking_view import Outcome, choices, found_rows, offered, outcome
from staff_console.guard import guarded
from staff_console.house import House
from staff_console.rights import Right
from staff_console.visitor import Visitor

log = logging.getLogger(__name__)

_REQUEST: Final = re.compile(r"[0-9a-f]{32}")


@guarded(Right.BOOK)
def bookings(request: Request, house: House, visitor: Visitor) -> Response:
    """The page."""
    return _page(request, house, visitor)


@guarded(Right.BOOK)
def found(request: Request, house: House, visitor: Visitor) -> Response:
    """What there is for a code or a mobile."""
    typed, day = form_of(request).get("typed", "").strip(), house.watch.clinic.day
    rows: tuple[FoundBooking, ...] = ()
    try:
        if typed and day is not None:
            with house.queue.looking() as connection:
                rows = find(connection, typed, day.date)
    except LedgerError as problem:
        log.warning("%s", problem)
        return _page(request, house, visitor, outcome=Outcome(False, visitor.say("staff.told.no_answer")))
    shown = found_rows(house.watch.clinic, rows, visitor.say, house.monotonic())
    return _page(request, house, visitor, found=shown)


@guarded(Right.BOOK)
def check_in(request: Request, house: House, visitor: Visitor) -> Response:
    """The ticket of a code, as the kiosk would give it."""
    form = form_of(request)
    return _ticket(request, house, visitor, "check_in", CheckIn, {"code": form.get("code", "")})


@guarded(Right.BOOK)
def walk_in(request: Request, house: House, visitor: Visitor) -> Response:
    """A ticket without a booking, of the reserve too, for a reason."""
    form = form_of(request)
    if not form.get("why", "").strip():
        return _misfit(request, house, visitor)
    wanted = {**_who(form), "why": form["why"].strip()}
    return _ticket(request, house, visitor, "walk_in", TakeWalkIn, wanted)


@guarded(Right.BOOK)
def offer(request: Request, house: House, visitor: Visitor) -> Response:
    """Keep the first free place of a wish, or the next later one, while the caller thinks."""
    form = form_of(request)
    wanted = {**_who(form), "call": form.get("request"), "mobile": _mobile(form), "after": form.get("after") or None}
    operation = _operation(HoldPlace, wanted, form)
    if operation is None:
        return _misfit(request, house, visitor)
    answer = house.ask(visitor, operation)
    place = offered(house.watch.clinic, answer, visitor.say)
    if place is None:
        return _page(request, house, visitor, outcome=outcome(house.watch.clinic, answer, "book", visitor.say))
    return _page(request, house, visitor, offer=place, wanted=form)


@guarded(Right.BOOK)
def book(request: Request, house: House, visitor: Visitor) -> Response:
    """Make the kept place a booking: its code is shown large, and texted where there is a mobile."""
    form = form_of(request)
    operation = _operation(ConfirmHold, {"call": form.get("request"), "mobile": _mobile(form)}, form)
    if operation is None:
        return _misfit(request, house, visitor)
    answer = house.ask(visitor, operation)
    said = outcome(house.watch.clinic, answer, "book_texted" if _mobile(form) else "book", visitor.say)
    return _page(request, house, visitor, outcome=said)


@guarded(Right.BOOK)
def cancel(request: Request, house: House, visitor: Visitor) -> Response:
    """Give a booking's place back."""
    form = form_of(request)
    operation = _operation(CancelBooking, {"code": form.get("code", ""), "why": form.get("why", "").strip()}, form)
    if operation is None or not form.get("why", "").strip():
        return _misfit(request, house, visitor)
    answer = house.ask(visitor, operation, form["request"])
    return _page(request, house, visitor, outcome=outcome(house.watch.clinic, answer, "cancel_booking", visitor.say))


def _ticket(request: Request, house: House, visitor: Visitor, what: str, kind: type[Any], wanted: dict[str, Any]) -> Response:
    form, day = form_of(request), house.watch.clinic.day
    service_day = day.service_day if day is not None else 0
    operation = _operation(kind, {**wanted, "service_day": service_day}, form)
    if operation is None:
        return _misfit(request, house, visitor)
    answer = house.ask(visitor, operation, form["request"])
    _settle(house, visitor, form["request"], service_day, answer)
    if isinstance(answer, TicketGiven) and form.get("unaware") == "yes":
        house.ask(visitor, NoteUnaware(number=answer.number), f"{form['request']}-unaware")
    return _page(request, house, visitor, outcome=outcome(house.watch.clinic, answer, what, visitor.say))


def _settle(house: House, visitor: Visitor, asked: str, service_day: int, answer: Answer | None) -> None:
    """A number that was read out stands; one that nobody heard of must not (PROTOCOL rule 2)."""
    if isinstance(answer, TicketGiven):
        shown = Settle(request=asked, service_day=service_day, outcome=SettleOutcome.SHOWN, number=answer.number)
        house.ask(visitor, shown, f"{asked}-shown")
    elif answer is None:
        unheard = Settle(request=asked, service_day=service_day, outcome=SettleOutcome.NOT_PRINTED)
        house.ask(visitor, unheard, f"{asked}-unheard")


def _who(form: Form) -> dict[str, Any]:
    department, _, doctor = form.get("who", "").partition(":")
    return {"department": department, "doctor": doctor or None}


def _mobile(form: Form) -> str | None:
    return form.get("mobile", "").strip() or None


def _operation(kind: type[Any], wanted: dict[str, Any], form: Form) -> Operation | None:
    """The operation of a form; None: no page of ours sends such a form."""
    if not _REQUEST.fullmatch(form.get("request", "")):
        return None
    try:
        operation: Operation = msgspec.convert({"type": kind.__struct_config__.tag, **wanted}, kind, strict=False)
    except msgspec.ValidationError:
        return None
    return operation


def _misfit(request: Request, house: House, visitor: Visitor) -> Response:
    return _page(request, house, visitor, outcome=Outcome(False, visitor.say("staff.told.misfit")))


def _page(request: Request, house: House, visitor: Visitor, **facts: Any) -> Response:
    """The page. `fresh` makes the id of a form's one request."""
    whole: dict[str, Any] = {"found": None, "offer": None, "wanted": {}, "outcome": None, **facts}
    return house.page(
        request,
        visitor,
        "bookings.html",
        choices=choices(house.watch.clinic, visitor.say),
        fresh=lambda: secrets.token_hex(16),
        back="/bookings",
        **whole,
    )
