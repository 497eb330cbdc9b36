"""A doctor's absence, or the whole site's: announced once, told to everybody whom it touches, and taken back while it can be.

An announcement is one transaction: the row of the absence, which takes its hours out of the site in force, and for each one
who is touched their booking, their ticket and their text, with what to put back. Whoever announces it again changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, bindparam, func, insert, literal_column, select, update

from booking_store import tables
from booking_store.desk import announcing, bookings, day, moves, outbox, site, touched
from booking_store.desk.changes import Changes, but_for_being_void, still_stand, take_back
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.moves import Mover
from booking_store.desk.touched import Fate, Letter, Person
from booking_store.tables import BookingState
from mqtt.contract import (
    AbsencePlan,
    AnnounceAbsence,
    Answer,
    Changed,
    DayStatus,
    DeclineSubstitute,
    Reason,
    Refusal,
    Remedy,
    ResumeReception,
    StopReception,
    TouchedBooking,
    UndoAbsence,
)
from rules.absence import Absence, begins, touches
from rules.journey import Act, State, Stays
from rules.schedule import opening_on
from rules.texts import parts

DECLINED: Final = "substitute_declined"


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is touched, what becomes of each, and the text that each gets."""

    absence: Absence
    template: str
    people: Sequence[Person]
    fates: Sequence[Fate]
    letters: Sequence[Letter | None]
    agreed_with: str


# ------------------------------------------------------------------------------------------------ announced


def announce(desk: Desk, asked: Asked, operation: AnnounceAbsence) -> Answer:
    """Show whom an absence touches, and without `preview` do it. What was announced before is shown as it was done."""
    absence = announcing.read(desk, operation)
    if isinstance(absence, Refusal):
        return absence
    before = desk.tx.execute(_SAME, _span(absence)).one_or_none()
    if before is not None:
        return _announced_before(desk, before, operation)
    wrong = announcing.wrong_hours(desk, absence)
    wrong = wrong or announcing.wrong_remedy(desk, absence, operation) or announcing.wrong_words(operation)
    if wrong is not None:
        return wrong
    plan = plan_of(desk, absence, operation, touched.people(desk, absence))
    if operation.substitute is not None and any(fate.substitute is None for fate in plan.fates):
        return Refusal(reason=Reason.DOCTOR_ABSENT, doctor=operation.substitute, date=operation.date)
    return _answer(plan, None if operation.preview else _carry_out(desk, asked, plan, operation))


def _carry_out(desk: Desk, asked: Asked, plan: Plan, operation: AnnounceAbsence) -> int:
    """Do all of it; the absence's id."""
    since = begins(desk.site, plan.absence)
    row = _span(plan.absence) | {
        "remedy": operation.remedy.value,
        "move_to": operation.move_to,
        "substitute": operation.substitute,
        "agreed_with": operation.agreed_with,
        "announced_at_ms": desk.now_ms,
        "announced_by": asked.device,
        "begun_at_ms": desk.now_ms if since is not None and since <= desk.now else None,
    }
    absence = int(desk.tx.execute(insert(_absences).returning(_absences.c.id), row).scalar_one())
    touch(desk, asked, absence, plan)
    touched.let_go_held(desk, plan.absence)
    site.put_in_force(desk, site.filed(desk.tx, desk.site.id))
    if plan.absence.doctor is None and _stop_reception(desk, asked, plan.absence.date):
        desk.tx.execute(update(_absences).where(_absences.c.id == absence).values(stopped_reception=True))
    return absence


def touch(desk: Desk, asked: Asked, absence: int, plan: Plan) -> None:
    """Do to each of them what the plan says."""
    for person, fate, text in zip(plan.people, plan.fates, plan.letters, strict=True):
        touched.change(desk, asked, absence, person, fate)
        if text is not None:
            touched.send(desk, absence, person, text)
    details = {"absence": absence, "doctor": plan.absence.doctor, "date": f"{plan.absence.date}", "touched": len(plan.people)}
    desk.note(asked, "absence_announced", why=plan.agreed_with, details=details)


def plan_of(desk: Desk, absence: Absence, operation: AnnounceAbsence, people: Sequence[Person]) -> Plan:
    """What becomes of these people by that announcement."""
    fates = [Fate()] * len(people)
    if operation.remedy is Remedy.MOVE and operation.move_to is not None:
        fates = touched.moved(desk, absence, people, date.fromisoformat(operation.move_to))
    elif operation.substitute is not None:
        fates = stood_in_for(desk, absence, people, operation.substitute)
    kind = announcing.kind_of(operation, Fate(substitute=operation.substitute), moves_them=operation.remedy is Remedy.MOVE)
    template = operation.words or desk.site.texts.templates.get(kind)
    letters = []
    for person, fate in zip(people, fates, strict=True):
        own = announcing.kind_of(operation, fate, moves_them=fate.place is not None)
        words = template if own is kind else desk.site.texts.templates.get(own)
        letters.append(touched.letter(desk, person, fate, own, words))
    return Plan(absence, template or "", people, fates, letters, operation.agreed_with)


def stood_in_for(desk: Desk, absence: Absence, people: Sequence[Person], substitute: int) -> list[Fate]:
    """The substitute sees each of them, but for whom they are away as well."""
    own = [site.absence_of(row) for row in desk.tx.execute(_STANDING, _span(absence) | {"doctor": substitute})]
    waiting = [replace(one.waiting, doctor=substitute) for one in people]
    away = [any(touches(absence, one, desk.now) for absence in own) for one in waiting]
    return [Fate(substitute=None if gone else substitute) for gone in away]


def _answer(plan: Plan, absence: int | None) -> AbsencePlan:
    bodies = [text.body for text in plan.letters if text is not None]
    of_date = plan.absence.date.isoformat()
    return AbsencePlan(
        absence=absence,
        touched=tuple(touched.shown(one, fate, of_date) for one, fate in zip(plan.people, plan.fates, strict=True)),
        texts=len(bodies),
        parts_each=max(map(parts, bodies), default=0),
        words=bodies[0] if bodies else plan.template,
        template=plan.template,
    )


def _stop_reception(desk: Desk, asked: Asked, of_date: date) -> bool:
    """A site that is closed from now on gives no more tickets: «پایان پذیرش». Whether that changed anything."""
    opened, opening = desk.open_day(), opening_on(desk.site, of_date)
    if opened is None or opened.date != of_date.isoformat() or opened.status != DayStatus.ACCEPTING:
        return False
    if opening is not None and desk.now < opening.tickets_until:
        return False
    day.stop_reception(desk, asked, StopReception())
    return True


def _span(absence: Absence) -> dict[str, Any]:
    """What tells an absence from every other, as its row has it."""
    return {
        "date": absence.date.isoformat(),
        "doctor": absence.doctor,
        "starts": f"{absence.starts:%H:%M}" if absence.starts is not None else None,
        "ends": f"{absence.ends:%H:%M}" if absence.ends is not None else None,
    }


# ------------------------------------------------------------------------------------------ announced before


def _announced_before(desk: Desk, row: Row[Any], operation: AnnounceAbsence) -> Answer:
    """The same once more: what was done. Another remedy for the same hours: not without taking the first one back."""
    if (row.remedy, row.move_to, row.substitute) != (operation.remedy, operation.move_to, operation.substitute):
        detail = f"absence {row.id} stands for these hours with another remedy ({row.remedy}): undo it first"
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, detail=detail, doctor=row.doctor, date=row.date)
    bodies = list(desk.tx.execute(_BODIES, {"absence": row.id, "like": f"{touched.key_prefix(row.id)}%"}).scalars())
    return AbsencePlan(
        absence=row.id,
        touched=tuple(_as_done(desk, row, one) for one in desk.tx.execute(_TOUCHED, {"absence": row.id})),
        texts=len(bodies),
        parts_each=max(map(parts, bodies), default=0),
        words=bodies[0] if bodies else "",
    )


def _as_done(desk: Desk, absence: Row[Any], one: Row[Any]) -> TouchedBooking:
    elsewhere = absence.remedy == Remedy.MOVE and one.state == BookingState.ACTIVE
    new_time = f"{desk.local(one.time_ms):%H:%M}" if elsewhere and one.time_ms is not None else None
    substituted = absence.remedy == Remedy.SUBSTITUTE and one.state != BookingState.CANCELLED
    return TouchedBooking(
        code=one.code or "",
        date=absence.date,
        has_mobile=one.mobile is not None,
        number=one.number,
        new_date=one.date if elsewhere else None,
        new_time=new_time,
        new_doctor=absence.substitute if substituted else None,
        cancelled=not elsewhere and not substituted,
    )


# ------------------------------------------------------------------------------------------------ taken back


def undo(desk: Desk, asked: Asked, operation: UndoAbsence) -> Answer:
    """Take an absence back while none of its texts has left: everybody has again what they had. Whoever has gone on since
    (told at reception, cancelled by themselves) stays as they are."""
    row = desk.tx.execute(select(_absences).where(_absences.c.id == operation.absence)).one_or_none()
    if row is None or row.undone_at_ms is not None:
        return Refusal(reason=Reason.UNKNOWN_ABSENCE, detail="no such absence, or it was taken back already")
    if row.date < desk.service_date.isoformat():
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, date=row.date, detail="that day is over")
    prefix = touched.key_prefix(row.id)
    left = outbox.may_have_left(desk, prefix)
    if left:
        return Refusal(reason=Reason.TEXTS_HAVE_LEFT, date=row.date, detail=f"{left} of its texts may have left")
    later = [desk.tx.execute(which, {"absence": row.id}).scalar() for which in (_TOUCHED_LATER, _SAME_DAY_LATER)]
    if any(later):
        detail = f"absence {max(filter(None, later))} came after it and concerns the same people: undo that first"
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, date=row.date, detail=detail)
    outbox.withdraw(desk, prefix)
    kept = [not _give_back(desk, asked, one) for one in desk.tx.execute(_TOUCHED, {"absence": row.id}).all()]
    desk.tx.execute(update(_absences).where(_absences.c.id == row.id).values(undone_at_ms=desk.now_ms))
    site.put_in_force(desk, site.filed(desk.tx, desk.site.id))
    if row.stopped_reception:
        _resume_reception(desk, asked, date.fromisoformat(row.date))
    details = {"absence": row.id, "doctor": row.doctor, "date": row.date, "gone_on_since": sum(kept)}
    desk.note(asked, "absence_undone", details=details)
    return Changed(text=f"{sum(kept)} had gone on since and stay as they are" if any(kept) else "")


def _give_back(desk: Desk, asked: Asked, one: Row[Any]) -> bool:
    """Put one of them back where they were; False: they have gone on since."""
    if one.booking is not None:
        own = desk.tx.execute(_OWN_TICKET, {"booking": one.booking}).scalar()
        if (own is not None and own != one.ticket) or desk.tx.execute(_PLACE_TAKEN, _place_before(one)).first() is not None:
            return False
    changes = one.changes
    if one.ticket_state == State.VOID:  # no paper came out, by what is known: they have the booking with its code
        changes = but_for_being_void(changes)
    if not still_stand(desk, changes):
        return False
    take_back(desk, changes)
    if one.number is not None:
        desk.note(asked, "given_back", service_day=one.service_day, number=one.number)
    return True


def _place_before(one: Row[Any]) -> dict[str, Any]:
    """The place that the booking had."""
    place = {"booking": one.booking, "session": one.session, "place": one.place}
    for change in one.changes["rows"]:
        if change["table"] == _bookings.name:
            place |= {column: value for column, value in change["before"].items() if column in place}
    return place


def _resume_reception(desk: Desk, asked: Asked, of_date: date) -> None:
    opened, opening = desk.open_day(), opening_on(desk.site, of_date)
    if opened is not None and opened.date == of_date.isoformat() and opening is not None and desk.now < opening.tickets_until:
        day.resume_reception(desk, asked, ResumeReception())


# ------------------------------------------------------------------------------------------------- declined


def decline_substitute(desk: Desk, asked: Asked, operation: DeclineSubstitute) -> Answer:
    """The patient wants their own doctor or none: the booking is cancelled, and a ticket that waits ends."""
    found = bookings.by_code(desk, asked, operation.code, operation.mobile)
    if isinstance(found, Refusal):
        return found
    if found.state == BookingState.CANCELLED:
        return Refusal(reason=Reason.CANCELLED, date=found.date)
    if found.substitute is None:
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, date=found.date, detail="its doctor is no substitute")
    ticket = desk.tx.execute(_OWN_TICKET, {"booking": found.id}).scalar()
    held = moves.held_at_point(desk, ticket)
    if held is not None:
        stays = moves.end(Mover(desk, asked, held.ticket.service_day, Changes()), held, Act.DROP, DECLINED)
        if stays is not None and stays is not Stays.ALREADY:
            return moves.refusal(desk, held, stays)
    bookings.cancel(desk, asked, found, DECLINED)
    return Changed(number=held.ticket.number if held is not None else None)


_absences, _bookings, _sessions = tables.absences, tables.bookings, tables.sessions
_tickets, _texts, _touched = tables.tickets, tables.texts, tables.touched
_SAME: Final = select(_absences).where(
    _absences.c.undone_at_ms.is_(None),
    _absences.c.date == bindparam("date"),
    *(_absences.c[name].is_not_distinct_from(bindparam(name)) for name in ("doctor", "starts", "ends")),
)
_TOUCHED: Final = (
    select(
        *_touched.c["id", "booking", "ticket", "changes"],
        *_bookings.c["code", "mobile", "state", "session", "place", "time_ms"],
        _sessions.c.date,
        *_tickets.c["number", "service_day"],
        _tickets.c.state.label("ticket_state"),
    )
    .outerjoin(_bookings, _bookings.c.id == _touched.c.booking)
    .outerjoin(_sessions, _sessions.c.id == _bookings.c.session)
    .outerjoin(_tickets, _tickets.c.id == _touched.c.ticket)
    .where(_touched.c.absence == bindparam("absence"))
    .order_by(_touched.c.id)
)
_first, _second = _touched.alias(), _touched.alias()
_TOUCHED_LATER: Final = (
    select(func.max(_second.c.absence))
    .join_from(_first, _second, (_second.c.booking == _first.c.booking) | (_second.c.ticket == _first.c.ticket))
    .join(_absences, _absences.c.id == _second.c.absence)
    .where(
        _first.c.absence == bindparam("absence"),
        _second.c.absence != _first.c.absence,
        _second.c.id > _first.c.id,  # an absence that was announced before touches again at its minute
        _absences.c.undone_at_ms.is_(None),
    )
)
_one, _other = _absences.alias(), _absences.alias()
_SAME_DAY_LATER: Final = select(func.max(_other.c.id)).where(
    _one.c.id == bindparam("absence"),
    _other.c.id > _one.c.id,
    _other.c.date == _one.c.date,
    _other.c.undone_at_ms.is_(None),
    _other.c.doctor.is_(None) | _one.c.doctor.is_(None) | (_other.c.doctor == _one.c.doctor),
)
_STANDING: Final = select(_absences).where(
    _absences.c.undone_at_ms.is_(None), _absences.c.date == bindparam("date"), _absences.c.doctor == bindparam("doctor")
)
_PLACE_TAKEN: Final = select(_bookings.c.id).where(
    _bookings.c.session == bindparam("session"),
    _bookings.c.place == bindparam("place"),
    _bookings.c.state != literal_column("'cancelled'"),
    _bookings.c.id != bindparam("booking"),
)
_BODIES: Final = (
    select(_texts.c.body)
    .join(_touched, _touched.c.booking == _texts.c.booking)
    .where(
        _touched.c.absence == bindparam("absence"),
        _touched.c.booking.is_not(None),
        _texts.c.dedupe_key.like(bindparam("like")),
    )
    .order_by(_texts.c.id)
)
_OWN_TICKET: Final = select(_tickets.c.id).where(
    _tickets.c.booking == bindparam("booking"), _tickets.c.state != State.VOID.value, ~_tickets.c.beside
)
