"""A booking found by its code, or a mobile's bookings to come: read beside the running store, for reception."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, func, literal_column, select

from booking_store import tables
from booking_store.tables import BookingState
from rules.journey import State
from rules.mobile import normalise_mobile
from rules.tracking_code import clean

FOUND_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class FoundBooking:
    """A booking with its ticket, if it has one. Times are milliseconds since 1970, the date is ISO."""

    code: str
    state: BookingState
    date: str
    department: int
    doctor: int | None
    starts_at_ms: int  # its own time, else its session's beginning
    ends_at_ms: int  # its session's end
    mobile_end: str
    number: int | None


def find(connection: Connection, typed: str, today: str) -> tuple[FoundBooking, ...]:
    """The booking of a code, or the bookings of a mobile from the ISO date `today` on, soonest first; whichever was typed."""
    mobile = normalise_mobile(typed)
    if mobile is not None:
        rows = connection.execute(_OF_MOBILE, {"mobile": mobile, "today": today, "most": FOUND_MOST}).all()
    else:
        rows = connection.execute(_OF_CODE, {"code": clean(typed)}).all()
    return tuple(_found(row) for row in rows)


def booked_ahead(connection: Connection, today: str) -> dict[tuple[int, int | None], int]:
    """How many bookings each doctor has from the ISO date `today` on, by department and doctor; None: a department's own."""
    rows = connection.execute(_AHEAD, {"today": today})
    return {(department, doctor): count for department, doctor, count in rows}


def _found(row: Any) -> FoundBooking:
    return FoundBooking(
        code=row.code,
        state=BookingState(row.state),
        date=row.date,
        department=row.department,
        doctor=row.doctor if row.substitute is None else row.substitute,
        starts_at_ms=row.starts_at_ms if row.time_ms is None else row.time_ms,
        ends_at_ms=row.ends_at_ms,
        mobile_end=(row.mobile or "")[-4:],
        number=row.number,
    )


_bookings, _sessions, _tickets = tables.bookings, tables.sessions, tables.tickets
_its_ticket = and_(_tickets.c.booking == _bookings.c.id, _tickets.c.state != State.VOID.value, ~_tickets.c.beside)
_FOUND: Final = (
    select(
        *_bookings.c["code", "state", "time_ms", "mobile", "substitute"],
        *_sessions.c["date", "department", "doctor", "starts_at_ms", "ends_at_ms"],
        _tickets.c.number,
    )
    .join_from(_bookings, _sessions, _sessions.c.id == _bookings.c.session)
    .outerjoin(_tickets, _its_ticket)
    .order_by(_sessions.c.starts_at_ms, _bookings.c.id)
)
_OF_CODE: Final = _FOUND.where(_bookings.c.code == bindparam("code"), _bookings.c.state != literal_column("'held'"))
_OF_MOBILE: Final = _FOUND.where(
    _bookings.c.mobile == bindparam("mobile"),
    _bookings.c.state == literal_column("'active'"),  # written out: a bound value would not use the partial index
    _sessions.c.date >= bindparam("today"),
).limit(bindparam("most"))
_AHEAD: Final = (
    select(_sessions.c.department, _sessions.c.doctor, func.count())
    .join_from(_bookings, _sessions, _sessions.c.id == _bookings.c.session)
    .where(_bookings.c.state == BookingState.ACTIVE.value, _sessions.c.date >= bindparam("today"))
    .group_by(_sessions.c.department, _sessions.c.doctor)
)
