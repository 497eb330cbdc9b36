"""A doctor who is late: screens and tickets say so, check-in windows move, and who is not here yet gets a text."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row, bindparam, delete, exists, func, insert, literal_column, select

from booking_store import tables
from booking_store.desk import outbox
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.outbox import NewText
from mqtt.contract import AbsencePlan, Answer, Changed, Reason, Refusal, SetLate, TouchedBooking
from rules.absence import leaves
from rules.digits import persian_digits
from rules.journey import State
from rules.schedule import absent_on, sessions_of
from rules.site import Doctor
from rules.texts import TextKind, parts


def set_late(desk: Desk, asked: Asked, operation: SetLate) -> Answer:
    """A doctor is late until a time, or is here. Those booked and not yet here are texted, once for each time."""
    doctor = desk.site.doctor(operation.doctor)
    if doctor is None:
        return Refusal(reason=Reason.UNKNOWN_DOCTOR, doctor=operation.doctor)
    try:
        day = date.fromisoformat(operation.date) if operation.date else desk.service_date
        until = datetime.strptime(operation.until, "%H:%M").time() if operation.until else None  # noqa: DTZ007 (a time of day)
    except ValueError:
        return Refusal(reason=Reason.BAD_DATE, detail='expected a date like "2026-11-22" and a time like "10:30"')
    at = {"date": day.isoformat(), "doctor": operation.doctor}
    if until is not None and _gone_by(desk, doctor, day, until):
        detail = f"the doctor was announced to be gone by {until:%H:%M}: take that back first"
        return Refusal(reason=Reason.DOCTOR_ABSENT, doctor=doctor.code, date=day.isoformat(), detail=detail)
    if operation.preview:
        return _whom_it_concerns(desk, at, day, until)
    before = desk.tx.execute(
        delete(_late).where(_late.c.date == at["date"], _late.c.doctor == at["doctor"]).returning(_late.c.until)
    ).scalar()
    if until is not None:
        desk.tx.execute(insert(_late), at | {"until": f"{until:%H:%M}"})
    if before is not None and (until is None or before != f"{until:%H:%M}"):
        outbox.withdraw(desk, _late_key(at, before))
    if until is not None:
        _text_who_is_not_here(desk, at, day, until)
    desk.note(asked, "doctor_late" if until else "doctor_here", details=at | {"until": operation.until})
    desk.touched.day = True
    desk.every_line_changed()
    desk.touched.zones |= {zone.id for zone in desk.site.zones}
    return Changed()


def _gone_by(desk: Desk, doctor: Doctor, day: date, until: time) -> bool:
    """Whether no session of that day has its doctor at that time any more, by an absence: nobody is to wait for them."""
    left = sessions_of(desk.site, day, doctor.department, doctor.code)
    if not left:
        return absent_on(doctor, day)
    gone = [leaves(desk.site, one) for one in left]
    return all(at is not None and at <= desk.local(desk.at_ms(day, until)) for at in gone)


def _text_who_is_not_here(desk: Desk, at: dict[str, Any], day: date, until: time) -> None:
    """Once for each `until`."""
    for booking in _not_here(desk, at, day, until):
        text = _text(desk, at, until, booking.id)
        if text is not None:
            outbox.write(desk, text)


def _whom_it_concerns(desk: Desk, at: dict[str, Any], day: date, until: time | None) -> AbsencePlan:
    """Who would be texted, and what; nobody, where the doctor is here."""
    people = _not_here(desk, at, day, until) if until is not None else []
    texts = [text for one in people if until is not None and (text := _text(desk, at, until, one.id)) is not None]
    bodies = [text.body for text in texts if not outbox.is_written(desk, text.key)]
    template = desk.site.texts.templates.get(TextKind.LATE, "")
    return AbsencePlan(
        absence=None,
        touched=tuple(_shown(desk, at, one) for one in people),
        texts=len(bodies),
        parts_each=max(map(parts, bodies), default=0),
        words=bodies[0] if bodies else template,
        template=template,
    )


def _not_here(desk: Desk, at: dict[str, Any], day: date, until: time) -> Sequence[Row[Any]]:
    """The bookings of all who are not here yet and whose session begins without its doctor; none when that time is past."""
    until_ms = desk.at_ms(day, until)
    if until_ms <= desk.now_ms:
        return ()
    return desk.tx.execute(_NOT_HERE, at | {"now": desk.now_ms, "until": until_ms}).all()


def _text(desk: Desk, at: dict[str, Any], until: time, booking: int) -> NewText | None:
    key = f"{_late_key(at, f'{until:%H:%M}')}{booking}"
    return outbox.composed(desk, TextKind.LATE, key, booking, until=persian_digits(f"{until:%H:%M}"))


def _shown(desk: Desk, at: dict[str, Any], booking: Row[Any]) -> TouchedBooking:
    time = f"{desk.local(booking.time_ms):%H:%M}" if booking.time_ms is not None else None
    return TouchedBooking(code=booking.code, date=at["date"], has_mobile=booking.mobile is not None, time=time)


def _late_key(at: Mapping[str, Any], until: str) -> str:
    return f"late:{at['date']}:{at['doctor']}:{until}:"


_late, _bookings, _sessions, _tickets = tables.late_doctors, tables.bookings, tables.sessions, tables.tickets
_NOT_HERE = (
    select(*_bookings.c["id", "code", "mobile", "time_ms"])
    .join(_sessions, _sessions.c.id == _bookings.c.session)
    .where(
        _sessions.c.date == bindparam("date"),
        func.coalesce(_bookings.c.substitute, _sessions.c.doctor) == bindparam("doctor"),
        _bookings.c.state != literal_column("'cancelled'"),  # as in the partial index
        _bookings.c.state == literal_column("'active'"),
        _sessions.c.starts_at_ms < bindparam("until"),
        _sessions.c.ends_at_ms > bindparam("now"),
        ~exists().where(_tickets.c.booking == _bookings.c.id, _tickets.c.state != State.VOID, ~_tickets.c.beside),
    )
    .order_by(_bookings.c.id)
)
