"""Bookings: a place is given once, its code is new, and a cancelled one gives its place back."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import bindparam, func, insert, literal_column, select, update

from booking_store import tables
from booking_store.desk import sessions
from booking_store.desk.desk import Asked, Desk
from booking_store.tables import BookingState
from mqtt.contract import Answer, Book, Booked, CancelBooking, Changed, Reason, Refusal
from rules.booking import NoPlace, Place, Wish, choose_place, normalise_mobile
from rules.journey import State
from rules.schedule import PlannedSession
from rules.tracking_code import clean, new_code

CODE_TRIES: Final = 50
"""With a million codes in use, fifty taken ones in a row come once in 10 to the fiftieth bookings."""


def book(desk: Desk, asked: Asked, wish: Book) -> Answer:
    """Give the first free place of the wish, with a code that was never given."""
    mobile = normalise_mobile(wish.mobile) if wish.mobile else None
    if wish.mobile and mobile is None:
        return Refusal(reason=Reason.BAD_MOBILE)
    try:
        day = date.fromisoformat(wish.date) if wish.date else None
    except ValueError:
        return Refusal(reason=Reason.BAD_DATE, detail='expected a date like "2026-11-22"')
    if mobile and _open_for(desk, mobile) >= desk.site.booking.open_for_one_mobile:
        return Refusal(reason=Reason.TOO_MANY_TICKETS, detail="this mobile has as many bookings to come as the site allows")
    place = choose_place(desk.site, Wish(wish.department, wish.doctor, day), desk.now, lambda session: _taken(desk, session))
    if isinstance(place, NoPlace):
        return Refusal(reason=Reason(place), department=wish.department, doctor=wish.doctor, date=wish.date)
    return _give(desk, asked, place, mobile)


def _give(desk: Desk, asked: Asked, place: Place, mobile: str | None) -> Booked:
    session = place.session
    code = _fresh_code(desk)
    booking = desk.tx.execute(
        insert(tables.bookings).returning(tables.bookings.c.id),
        {
            "code": code,
            "session": sessions.session_id(desk, session),
            "place": place.place,
            "time_ms": _ms(place.time) if place.time else None,
            "mobile": mobile,
            "state": BookingState.ACTIVE,
            "booked_at_ms": desk.now_ms,
            "booked_by": asked.device,
        },
    ).scalar_one()
    desk.note(asked, "booked", details={"booking": booking, "date": session.date.isoformat(), "place": place.place})
    return Booked(
        code=code,
        date=session.date.isoformat(),
        department=session.department,
        doctor=session.doctor,
        session_starts=f"{session.starts:%H:%M}",
        session_ends=f"{session.ends:%H:%M}",
        time=f"{place.time:%H:%M}" if place.time else None,
    )


def cancel_booking(desk: Desk, asked: Asked, operation: CancelBooking) -> Answer:
    """Give a booking's place back. A booking that has its ticket is a ticket now, and no place to give back."""
    found = desk.tx.execute(_BY_CODE, {"code": clean(operation.code)}).one_or_none()
    if found is None:
        return Refusal(reason=Reason.UNKNOWN_BOOKING)
    if found.state == BookingState.CANCELLED:
        return Refusal(reason=Reason.CANCELLED, date=found.date)
    ticket = desk.tx.execute(_TICKET_OF, {"booking": found.id}).scalar()
    if ticket is not None:
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, number=ticket, detail="it has its ticket; drop that instead")
    if found.ends_at_ms <= desk.now_ms:
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, date=found.date, detail="its session is over")
    cancelled = {"state": BookingState.CANCELLED, "cancelled_at_ms": desk.now_ms, "cancelled_why": operation.why}
    desk.tx.execute(update(tables.bookings).where(tables.bookings.c.id == found.id).values(**cancelled))
    desk.note(asked, "booking_cancelled", why=operation.why, details={"booking": found.id, "date": found.date})
    return Changed()


def _fresh_code(desk: Desk) -> str:
    for _ in range(CODE_TRIES):
        code = new_code(desk.randomness.randrange)
        if desk.tx.execute(_CODE_KNOWN, {"code": code}).scalar() is None:
            return code
    raise RuntimeError(f"{CODE_TRIES} random codes in a row were in use: is the source of randomness broken?")


def _taken(desk: Desk, session: PlannedSession) -> set[int]:
    return set(desk.tx.execute(_PLACES, sessions.key(desk, session)).scalars())


def _open_for(desk: Desk, mobile: str) -> int:
    return int(desk.tx.execute(_OPEN_FOR, {"mobile": mobile, "now": desk.now_ms}).scalar_one())


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


_bookings, _sessions, _tickets = tables.bookings, tables.sessions, tables.tickets
# Written out: a bound value would not use the partial indexes.
_active = _bookings.c.state == literal_column("'active'")
_taken_or_held = _bookings.c.state != literal_column("'cancelled'")
_CODE_KNOWN = select(_bookings.c.id).where(_bookings.c.code == bindparam("code"))
_PLACES = select(_bookings.c.place).join(_sessions, _sessions.c.id == _bookings.c.session).where(sessions.SAME, _taken_or_held)
_BY_CODE = (
    select(_bookings, _sessions.c.date, _sessions.c.ends_at_ms)
    .join(_sessions, _sessions.c.id == _bookings.c.session)
    .where(_bookings.c.code == bindparam("code"))
)
# A ticket beside is no ticket of the booking's own: a second paper, or one of a day that was repaired.
_TICKET_OF = select(_tickets.c.number).where(
    _tickets.c.booking == bindparam("booking"), _tickets.c.state != State.VOID, ~_tickets.c.beside
)
_OPEN_FOR = (
    select(func.count())
    .select_from(_bookings.join(_sessions, _sessions.c.id == _bookings.c.session))
    .where(_bookings.c.mobile == bindparam("mobile"), _active, _sessions.c.ends_at_ms > bindparam("now"))
)
