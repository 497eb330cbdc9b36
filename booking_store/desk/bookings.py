"""Bookings: a place is given once, its code is new, and a cancelled one gives its place back."""

import hmac
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, bindparam, literal_column, select, update

from booking_store import tables
from booking_store.desk import outbox, places
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.wording import read_date, read_mobile
from booking_store.statements import Prepared
from booking_store.tables import BookingState
from mqtt.contract import (
    Answer,
    Book,
    Booked,
    Bookings,
    CancelBooking,
    Changed,
    FindBookings,
    Reason,
    Refusal,
)
from rules.booking import Wish
from rules.journey import State
from rules.mobile import normalise_mobile
from rules.texts import TextKind
from rules.tracking_code import clean

FOUND_MOST: Final = 20


def book(desk: Desk, asked: Asked, wish: Book) -> Answer:
    """Give the first free place of the wish, with a code that was never given, and text it."""
    mobile = read_mobile(wish.mobile)
    if isinstance(mobile, Refusal):
        return mobile
    day = read_date(wish.date)
    if isinstance(day, Refusal):
        return day
    place = places.find(desk, Wish(wish.department, wish.doctor, day), mobile)
    if isinstance(place, Refusal):
        return place
    booking = places.give(desk, place, state=BookingState.ACTIVE, mobile=mobile, booked_by=asked.device)
    return confirmed(desk, asked, booking)


def confirmed(desk: Desk, asked: Asked, booking: int) -> Booked:
    """A booking that stands from now on: noted, texted to its mobile, and answered."""
    row = by_id(desk, booking)
    desk.note(asked, "booked", details={"booking": row.id, "date": row.date, "place": row.place})
    outbox.tell(desk, TextKind.BOOKED, f"booking:{row.id}", row.id)
    return booked(desk, row)


def booked(desk: Desk, row: Row[Any]) -> Booked:
    """A booking, as `by_id` or `by_code` gives it, for an answer."""
    return Booked(
        code=row.code,
        date=row.date,
        department=row.department,
        doctor=row.doctor if row.substitute is None else row.substitute,
        session_starts=f"{desk.local(row.starts_at_ms):%H:%M}",
        session_ends=f"{desk.local(row.ends_at_ms):%H:%M}",
        time=f"{desk.local(row.time_ms):%H:%M}" if row.time_ms is not None else None,
        substitute=row.substitute is not None,
    )


def cancel_booking(desk: Desk, asked: Asked, operation: CancelBooking) -> Answer:
    """Give a booking's place back. A booking that has its ticket is a ticket now, and no place to give back."""
    found = by_code(desk, asked, operation.code, operation.mobile)
    if isinstance(found, Refusal):
        return found
    if found.state == BookingState.CANCELLED:
        return Refusal(reason=Reason.CANCELLED, date=found.date)
    ticket = desk.tx.execute(_TICKET_OF, {"booking": found.id}).scalar()
    if ticket is not None:
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, number=ticket, detail="it has its ticket; drop that instead")
    if found.ends_at_ms <= desk.now_ms:
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, date=found.date, detail="its session is over")
    cancel(desk, asked, found, operation.why)
    return Changed()


def cancel(desk: Desk, asked: Asked, booking: Row[Any], why: str) -> None:
    """The place is free from now on, and nothing more is texted about it."""
    cancelled = {"state": BookingState.CANCELLED, "cancelled_at_ms": desk.now_ms, "cancelled_why": why}
    desk.tx.execute(update(_bookings).where(_bookings.c.id == booking.id).values(**cancelled))
    outbox.withdraw_of_booking(desk, booking.id)
    desk.note(asked, "booking_cancelled", why=why, details={"booking": booking.id, "date": booking.date})


def find_bookings(desk: Desk, _: Asked, operation: FindBookings) -> Answer:
    """A mobile's bookings to come, soonest first; with a date, that day's."""
    mobile = normalise_mobile(operation.mobile)
    if mobile is None:
        return Refusal(reason=Reason.BAD_MOBILE)
    found = to_come(desk, mobile, FOUND_MOST, operation.date)
    return Bookings(bookings=tuple(booked(desk, row) for row in found))


def to_come(desk: Desk, mobile: str, most: int, day: str | None = None) -> Sequence[Row[Any]]:
    """A mobile's bookings whose sessions are not over, soonest first, with their sessions; with an ISO date, that day's."""
    query = _TO_COME if day is None else _TO_COME.where(_sessions.c.date == day)
    return desk.tx.execute(query, {"mobile": mobile, "now": desk.now_ms, "most": most}).all()


def by_id(desk: Desk, booking: int) -> Row[Any]:
    """A booking with its session."""
    return desk.tx.execute(_BY_ID, {"id": booking}).one()


def by_call(desk: Desk, call: str) -> Row[Any] | None:
    """What a telephone call has, with its session: a booking or a held place."""
    return desk.tx.execute(_BY_CALL, {"call": call}).one_or_none()


def by_code(desk: Desk, asked: Asked, code: str, mobile: str | None) -> Row[Any] | Refusal:
    """The booking of a code, with its session. Whoever is no member of the staff must know its mobile too, and is told
    of a wrong one what they are told of a wrong code."""
    found = desk.tx.execute(_BY_CODE, {"code": clean(code)}).one_or_none()
    unknown = Refusal(reason=Reason.UNKNOWN_BOOKING)
    if found is None or found.state == BookingState.HELD:
        return unknown
    if mobile is None and asked.by_staff:
        return found
    typed = normalise_mobile(mobile or "")
    theirs = typed is not None and found.mobile is not None and hmac.compare_digest(typed, found.mobile)
    return found if theirs else unknown


_bookings, _sessions, _tickets = tables.bookings, tables.sessions, tables.tickets
_columns = (_bookings, *_sessions.c["date", "department", "doctor", "starts_at_ms", "ends_at_ms", "withdrawn"])
_its_session = _sessions.c.id == _bookings.c.session
_BY_ID: Final = Prepared(select(*_columns).join(_sessions, _its_session).where(_bookings.c.id == bindparam("id")))
_BY_CODE: Final = Prepared(select(*_columns).join(_sessions, _its_session).where(_bookings.c.code == bindparam("code")))
_BY_CALL: Final = Prepared(
    select(*_columns)
    .join(_sessions, _its_session)
    .where(
        _bookings.c.call == bindparam("call"), _bookings.c.call.is_not(None), _bookings.c.state != literal_column("'cancelled'")
    )
)
_TO_COME: Final = (
    select(*_columns)
    .join(_sessions, _its_session)
    .where(
        _bookings.c.mobile == bindparam("mobile"),
        _bookings.c.state == literal_column("'active'"),  # written out: a bound value would not use the partial index
        _sessions.c.ends_at_ms > bindparam("now"),
    )
    .order_by(_sessions.c.starts_at_ms, _bookings.c.id)
    .limit(bindparam("most"))
)
# A ticket beside is no ticket of the booking's own: a second paper, or one of a day that was repaired.
_TICKET_OF: Final = Prepared(
    select(_tickets.c.number).where(
        _tickets.c.booking == bindparam("booking"), _tickets.c.state != State.VOID.value, ~_tickets.c.beside
    )
)
