"""What the ledger knows of a tracking code: the booking, its ticket of a day, and both as rules/check_in.py looks at them.

The kiosk's desk, the settle of a paper that a kiosk gave alone, and the kiosks' sheets all ask here, so that a code means the
same to each.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import Row, and_, bindparam, exists, func, select

from booking_store import tables
from booking_store.desk import moves, site
from booking_store.desk.desk import Desk
from booking_store.statements import Prepared
from rules.absence import leaves
from rules.check_in import Visit
from rules.journey import State
from rules.schedule import absent_on, sessions_of, span
from rules.tracking_code import clean, well_formed


def booking_of(desk: Desk, typed: str) -> Row[Any] | None:
    """The booking of a code as somebody typed it, with its session's times and its doctor."""
    code = clean(typed)
    return desk.tx.execute(_BOOKING, {"code": code}).one_or_none() if well_formed(code) else None


def ticket_of(desk: Desk, service_day: int, booking: int) -> Row[Any] | None:
    """The ticket that stands for a booking on a service day; its own before one beside it."""
    return desk.tx.execute(_TICKET_OF, {"booking": booking, "day": service_day}).one_or_none()


def bookings_on(desk: Desk, day: date, service_day: int) -> Sequence[tuple[Row[Any], Row[Any] | None]]:
    """The bookings of a date, those whose session begins soonest first and what is over last, each with its ticket on
    `service_day` (0: not opened, no tickets)."""
    tickets = {row.booking: row for row in desk.tx.execute(_TICKETS_OF_BOOKINGS, {"day": service_day})}
    rows = desk.tx.execute(_BOOKINGS_ON, {"date": day.isoformat(), "now": desk.now_ms})
    return [(row, tickets.get(row.id)) for row in rows]


def visit_of(desk: Desk, booking: Row[Any], ticket: Row[Any] | None) -> Visit:
    """A booking, and its ticket of the day if it has one, as the rules look at it."""
    day = date.fromisoformat(booking.date)
    late_until = None
    if booking.late_until is not None:
        late_until = desk.local(desk.at_ms(day, time.fromisoformat(booking.late_until)))
    return Visit(
        date=day,
        starts=desk.local(booking.starts_at_ms),
        ends=_told_end(desk, booking, day),
        time=desk.local(booking.time_ms) if booking.time_ms is not None else None,
        cancelled=booking.state == tables.BookingState.CANCELLED and booking.absence is None,
        doctor_absent=_doctor_absent(desk, booking, day),
        late_until=late_until,
        gone_from=_gone_from(desk, booking, day),
        number=ticket.number if ticket is not None else None,
        state=State(ticket.state) if ticket is not None else None,
        sent_away=ticket is not None and ticket.outcome == moves.DOCTOR_ABSENT,
    )


def _told_end(desk: Desk, booking: Row[Any], day: date) -> datetime:
    """When the session of a booking ends. Where its doctor leaves early and another sees the patient, it does not end earlier
    for that."""
    ends = desk.local(booking.ends_at_ms)
    if booking.substitute is None or booking.withdrawn:
        return ends
    return site.filed_ends(desk, day).get((booking.department, booking.own_doctor, booking.starts_at_ms), ends)


def _gone_from(desk: Desk, booking: Row[Any], day: date) -> datetime | None:
    """From when on whoever sees the patient is gone for good. Who stands in, and has no session then, is gone with their last
    one."""
    sessions = sessions_of(desk.site, day, booking.department, booking.doctor)
    starts = desk.local(booking.starts_at_ms)
    own = next((one for one in sessions if span(desk.site, day, one.starts, one.ends)[0] == starts), None)
    session = own or (sessions[-1] if sessions and booking.substitute is not None else None)
    return None if session is None else leaves(desk.site, session)


def _doctor_absent(desk: Desk, booking: Row[Any], day: date) -> bool:
    """Whether nobody is there for the booking: an absence cancelled it, its session is not held, or its doctor is away. A
    substitute is there though the session of the doctor who was booked is not held."""
    doctor = desk.site.doctor(booking.doctor) if booking.doctor is not None else None
    away = doctor is not None and absent_on(doctor, day)
    return booking.absence is not None or away or (booking.withdrawn and booking.substitute is None)


_bookings, _sessions, _tickets = tables.bookings, tables.sessions, tables.tickets
_late, _absences, _touched = tables.late_doctors, tables.absences, tables.touched
_doctor = func.coalesce(_bookings.c.substitute, _sessions.c.doctor)
_moved_here = exists().where(
    _touched.c.booking == _bookings.c.id,
    _absences.c.id == _touched.c.absence,
    _absences.c.move_to == _sessions.c.date,
)
_of_session: Final = ("date", "department", "starts_at_ms", "ends_at_ms", "withdrawn")
_doctor_late = and_(_late.c.date == _sessions.c.date, _late.c.doctor == _doctor)
_BOOKING = Prepared(
    select(
        _bookings,
        *_sessions.c[_of_session],
        _doctor.label("doctor"),
        _sessions.c.doctor.label("own_doctor"),
        _late.c.until.label("late_until"),
        _moved_here.label("moved"),
    )
    .join(_sessions, _sessions.c.id == _bookings.c.session)
    .outerjoin(_late, _doctor_late)
    .where(_bookings.c.code == bindparam("code"), _bookings.c.state != tables.BookingState.HELD)
)
_TICKET_OF = Prepared(
    select(_tickets)
    .where(
        _tickets.c.booking == bindparam("booking"),
        _tickets.c.service_day == bindparam("day"),
        _tickets.c.state != State.VOID.value,
    )
    .order_by(_tickets.c.beside, _tickets.c.id)
    .limit(1)
)
_BOOKINGS_ON = Prepared(
    select(
        *_bookings.c["id", "code", "time_ms", "state", "absence", "substitute"],
        *_sessions.c[_of_session],
        _doctor.label("doctor"),
        _sessions.c.doctor.label("own_doctor"),
        _late.c.until.label("late_until"),
    )
    .join_from(_sessions, _bookings, _sessions.c.id == _bookings.c.session)
    .outerjoin(_late, _doctor_late)
    .where(_sessions.c.date == bindparam("date"), _bookings.c.state != tables.BookingState.HELD)
    .order_by(_sessions.c.ends_at_ms < bindparam("now"), _sessions.c.starts_at_ms, _bookings.c.place)
)
_TICKETS_OF_BOOKINGS = Prepared(
    select(*_tickets.c["booking", "number", "state", "outcome"])
    .where(
        _tickets.c.service_day == bindparam("day"),
        _tickets.c.booking.is_not(None),
        _tickets.c.state != State.VOID.value,
    )
    .order_by(_tickets.c.beside.desc(), _tickets.c.id.desc())  # of two, `ticket_of` finds the one that comes last here
)
