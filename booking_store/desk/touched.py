"""Whom an absence touches: who they are in the ledger, what becomes of each, and the rows that say so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, bindparam, delete, insert, literal_column, select

from booking_store import tables
from booking_store.desk import moves, outbox, places, sessions, site
from booking_store.desk.changes import Changes
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.moves import Held, Mover
from booking_store.desk.outbox import NewText
from booking_store.tables import BookingState
from mqtt.contract import TouchedBooking
from rules.absence import Absence, Waiting, move_in_order, place_time, touches, with_absences
from rules.booking import Place
from rules.journey import State
from rules.schedule import span
from rules.texts import TextKind, TextState, fill

Ends = Mapping[tuple[int, int | None, int], datetime]
"""When the sessions of a day end by the site file (`site.filed_ends`)."""
WHY: Final = "absence"
"""Why a booking was cancelled, for the ledger's own readers."""


@dataclass(frozen=True, slots=True)
class Person:
    """One who is touched. `booking`: its row with its session's; None: somebody who walked in. `held`: their ticket."""

    booking: Row[Any] | None
    held: Held | None
    waiting: Waiting

    @property
    def number(self) -> int | None:
        return None if self.held is None else int(self.held.ticket.number)

    @property
    def mobile(self) -> str | None:
        return None if self.booking is None else self.booking.mobile


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of them: another place, another doctor, or neither: cancelled."""

    place: Place | None = None
    substitute: int | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """The text that somebody gets."""

    kind: TextKind
    body: str
    expires_at_ms: int
    begins_at_ms: int  # the visit that was to be: whoever is not told before it comes in vain


# ---------------------------------------------------------------------------------------------- who they are


def people(desk: Desk, absence: Absence) -> list[Person]:
    """Those whom the absence touches, the earliest place first. Whoever is with the doctor now is not touched."""
    here = desk.tx.execute(_TICKETS, {"date": absence.date.isoformat()}).all()
    own = {ticket.booking: ticket for ticket in here if ticket.booking is not None and not ticket.beside}
    booked = desk.tx.execute(_BOOKED, {"date": absence.date.isoformat()}).all()
    ends = site.filed_ends(desk, absence.date)
    everybody = [_booked(desk, row, own.get(row.id), ends) for row in booked]
    everybody += [_in_line(desk, ticket, ends) for ticket in here if ticket.booking is None or ticket.beside]
    found = [one for one in everybody if one is not None and touches(absence, one.waiting, desk.now)]
    return sorted(found, key=lambda one: (one.waiting.at, one.booking.place if one.booking else 0, one.number or 0))


def touched_before(desk: Desk, absence: int, person: Person) -> bool:
    """Whether the absence has touched them already: where they stand since is for others to say."""
    who = {
        "booking": None if person.booking is None else person.booking.id,
        "ticket": None if person.held is None else person.held.ticket.id,
    }
    return desk.tx.execute(_BEFORE, {"absence": absence} | who).first() is not None


def _booked(desk: Desk, row: Row[Any], ticket: Row[Any] | None, filed: Ends) -> Person | None:
    starts, ends = _hours(desk, row, filed)
    slot_minutes = row.slot_minutes or desk.site.booking.slot_minutes
    at = desk.local(row.time_ms) if row.time_ms is not None else place_time(starts, row.place, slot_minutes)
    held = None
    department, doctor = row.department, row.substitute or row.doctor
    if ticket is not None:
        held = _still_to_be_served(desk, ticket)
        if held is None:
            return None
        department, doctor = ticket.department, ticket.doctor  # reception may have sent them to another
    return Person(row, held, Waiting(department, doctor, starts, ends, at, has_ticket=held is not None))


def _hours(desk: Desk, session: Row[Any], filed: Ends) -> tuple[datetime, datetime]:
    """A session's hours as its patients were told them: an absence may have cut them by now."""
    own = (session.department, session.doctor, session.starts_at_ms)
    return desk.local(session.starts_at_ms), filed.get(own, desk.local(session.ends_at_ms))


def holder(desk: Desk, ticket: Row[Any], day: date) -> Person | None:
    """Who holds a paper of `day`, with the time of their own place: they are told where they stand, and a booking stays as it
    is. None: their way has ended, or is that of somebody who only needs help."""
    own = None if ticket.beside else ticket.booking
    row = desk.tx.execute(_ACTIVE, {"booking": own}).one_or_none()
    ends = site.filed_ends(desk, day)
    person = _in_line(desk, ticket, ends) if row is None else _booked(desk, row, ticket, ends)
    return None if person is None else replace(person, booking=None)


def _in_line(desk: Desk, ticket: Row[Any], filed: Ends) -> Person | None:
    held = _still_to_be_served(desk, ticket)
    if held is None or ticket.department is None:
        return None
    session = desk.tx.execute(_SESSION, {"session": ticket.session}).one_or_none()
    if session is None:  # a kiosk alone gave it: it is of the day, and of no session
        midnight = desk.local(ticket.issued_at_ms).replace(hour=0, minute=0, second=0, microsecond=0)
        starts, ends = midnight, midnight + timedelta(days=1)
    else:
        starts, ends = _hours(desk, session, filed)
    return Person(None, held, Waiting(ticket.department, ticket.doctor, starts, ends, starts, has_ticket=True))


def _still_to_be_served(desk: Desk, ticket: Row[Any]) -> Held | None:
    """The ticket, unless its way has ended or its last stage has it now."""
    held = moves.held_by_number(desk, ticket.service_day, ticket.number) if ticket.ended_at_ms is None else None
    if held is None or (held.state is State.CALLED and not held.way.ahead):
        return None
    return held


def let_go_held(desk: Desk, absence: Absence) -> None:
    """A call that was offered a place there hears that it is gone, and what is free besides."""
    ends = site.filed_ends(desk, absence.date)
    held = [_booked(desk, row, None, ends) for row in desk.tx.execute(_HELD, {"date": absence.date.isoformat()}).all()]
    gone = [one.booking.id for one in held if one is not None and one.booking and touches(absence, one.waiting, desk.now)]
    desk.tx.execute(delete(_bookings).where(_bookings.c.id.in_(gone)))


# ----------------------------------------------------------------------------------------- what becomes of them


def moved(desk: Desk, absence: Absence, found: Sequence[Person], to: date) -> list[Fate]:
    """Those with a booking get the first places of the new date, in order; the others are told at reception."""
    left = with_absences(desk.site, [absence])
    booked = [one for one in found if one.booking is not None]
    waiting = [one.waiting for one in booked]
    given = iter(move_in_order(left, waiting, to, desk.now, lambda session: places.taken(desk, session)))
    return [Fate() if one.booking is None else Fate(place=next(given)) for one in found]


def letter(desk: Desk, person: Person, fate: Fate, kind: TextKind, template: str | None) -> Letter | None:
    """Their text; None: the site does not text this, or their mobile is not known."""
    row = person.booking
    if template is None or row is None or row.mobile is None:
        return None
    was = _told_at(desk, row)
    facts = dict(outbox.facts(desk, row.code, was))
    expires_at_ms = int(person.waiting.ends.timestamp() * 1000)
    if fate.place is not None:
        starts, ends = span(desk.site, fate.place.session.date, fate.place.session.starts, fate.place.session.ends)
        old = {f"old_{name}": facts[name] for name in ("date", "weekday", "time")}
        facts = {**outbox.facts(desk, row.code, fate.place.time or starts), **old}
        expires_at_ms = int(ends.timestamp() * 1000)
    return Letter(kind, fill(template, facts), expires_at_ms, begins_at_ms=int(was.timestamp() * 1000))


def shown(person: Person, fate: Fate, day: str) -> TouchedBooking:
    """A line of the plan."""
    place = fate.place
    row = person.booking
    return TouchedBooking(
        code="" if row is None else row.code,
        date=day,
        has_mobile=person.mobile is not None,
        time=f"{person.waiting.at:%H:%M}" if row is not None and row.time_ms is not None else None,
        number=person.number,
        new_date=place.session.date.isoformat() if place is not None else None,
        new_time=f"{place.time:%H:%M}" if place is not None and place.time is not None else None,
        new_doctor=fate.substitute,
        cancelled=place is None and fate.substitute is None,
    )


# ----------------------------------------------------------------------------------------------- the writing


def change(desk: Desk, asked: Asked, absence: int, person: Person, fate: Fate) -> None:
    """Do it to their booking and their ticket, and keep what undo needs."""
    changes = Changes()
    if person.booking is not None:
        _change_booking(desk, absence, person.booking, fate, changes)
    if person.held is not None:
        mover = Mover(desk, asked, person.held.ticket.service_day, changes)
        if fate.substitute is not None:
            moves.take_over(mover, person.held, fate.substitute)
        else:
            moves.tell(mover, person.held, moved=fate.place is not None)
        if fate.place is not None:  # the booking will have another ticket, on its new date
            changes.write(desk, tables.tickets, person.held.ticket, beside=True)
        if touched_before(desk, absence, person):
            return  # no paper carried it for a while; it has gone on since, and undo leaves it as it is
    row = {
        "absence": absence,
        "booking": person.booking.id if person.booking is not None else None,
        "ticket": person.held.ticket.id if person.held is not None else None,
        "changes": changes.as_json(),
    }
    desk.tx.execute(insert(tables.touched), row)


def send(desk: Desk, absence: int, person: Person, text: Letter) -> None:
    """Put their text into the outbox."""
    row = person.booking
    if row is not None and row.mobile is not None:
        key = f"{key_prefix(absence)}{row.id}"
        outbox.write(desk, NewText(text.kind, key, row.mobile, text.body, text.expires_at_ms, text.begins_at_ms, row.id))


def key_prefix(absence: int) -> str:
    """What the keys of an absence's texts begin with; the booking's id follows."""
    return f"absence:{absence}:"


def _change_booking(desk: Desk, absence: int, row: Row[Any], fate: Fate, changes: Changes) -> None:
    active: dict[str, Any] = {"state": BookingState.ACTIVE.value}
    if fate.substitute is not None:
        values = active | {"substitute": fate.substitute}
    elif fate.place is not None:
        time_ms = int(fate.place.time.timestamp() * 1000) if fate.place.time is not None else None
        session = sessions.session_id(desk, fate.place.session)
        values = active | {"session": session, "place": fate.place.place, "time_ms": time_ms, "substitute": None}
    else:
        cancelled = {"cancelled_at_ms": desk.now_ms, "cancelled_why": WHY, "absence": absence}
        values = {"state": BookingState.CANCELLED.value} | cancelled
    changes.write(desk, tables.bookings, row, **values)
    if fate.substitute is None:  # what is still to be sent tells a visit that is not any more
        for text in desk.tx.execute(_QUEUED, {"booking": row.id}).all():
            gone = {"state": TextState.WITHDRAWN.value, "next_at_ms": None, "ended_at_ms": desk.now_ms}
            changes.write(desk, tables.texts, text, **gone)


def _told_at(desk: Desk, row: Row[Any]) -> datetime:
    """The time that the patient was told: the place's own, or the session's beginning."""
    return desk.local(row.starts_at_ms if row.time_ms is None else row.time_ms)


_bookings, _sessions, _texts = tables.bookings, tables.sessions, tables.texts
_tickets, _days = tables.tickets, tables.service_days
_booked_in = _bookings.join(_sessions, _sessions.c.id == _bookings.c.session)
_booking = (_bookings, *_sessions.c["department", "doctor", "starts_at_ms", "ends_at_ms", "slot_minutes"])
_of_the_date = (
    select(*_booking)
    .select_from(_booked_in)
    .where(
        _sessions.c.date == bindparam("date"),
        _bookings.c.state != literal_column("'cancelled'"),  # as in the partial index
    )
)
_ACTIVE: Final = (
    select(*_booking)
    .select_from(_booked_in)
    .where(_bookings.c.id == bindparam("booking"), _bookings.c.state == BookingState.ACTIVE.value)
)
_BOOKED: Final = _of_the_date.where(_bookings.c.state == literal_column("'active'"))
_HELD: Final = _of_the_date.where(_bookings.c.state == literal_column("'held'"))
_TICKETS: Final = (
    select(_tickets)
    .join(_days, _days.c.id == _tickets.c.service_day)
    .where(_days.c.date == bindparam("date"), ~_days.c.void, _tickets.c.state != State.VOID.value)
)
_BEFORE: Final = select(tables.touched.c.id).where(
    tables.touched.c.absence == bindparam("absence"),
    (tables.touched.c.ticket == bindparam("ticket")) | (tables.touched.c.booking == bindparam("booking")),
)
_SESSION: Final = select(_sessions).where(_sessions.c.id == bindparam("session"))
_QUEUED: Final = select(_texts).where(_texts.c.booking == bindparam("booking"), _texts.c.state == TextState.QUEUED.value)
