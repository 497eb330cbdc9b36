"""Tickets at the kiosk: a code that was typed, a walk-in, help at reception, priority asked for.

The order of the questions is: is this the kiosk's service day, is the paper of this request settled already, does a
hand play with the keys, then the rule (rules/check_in.py, rules/booking.py), then the number.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, bindparam, select, update

from booking_store import tables
from booking_store.desk import moves, shares, visits
from booking_store.desk.changes import Changes
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.guessing import codes_locked
from booking_store.desk.issue import Newcomer, issue, paper, promise
from booking_store.desk.office.arrival import arrival
from booking_store.statements import Prepared
from mqtt.contract import (
    Answer,
    AskPriority,
    Changed,
    CheckIn,
    DayStatus,
    Reason,
    Refusal,
    Source,
    TakeHelpTicket,
    TakeWalkIn,
    TicketGiven,
)
from rules.booking import NoPlace, choose_walk_in, unknown_wish
from rules.check_in import NotAdmitted, NotNow, SameTicket, decide
from rules.journey import State
from rules.schedule import absent_on, next_opening

WALK_IN_PACE_MS: Final = 4_000
"""People who take a ticket each in turn need longer than this; a hand that empties the share is faster."""


# ------------------------------------------------------------------------------------------ operations


def check_in(desk: Desk, asked: Asked, operation: CheckIn) -> Answer:
    """A tracking code was typed: its ticket, the same ticket again, or why not with the next step."""
    day = _day_asked_for(desk, asked, operation.service_day)
    if isinstance(day, Refusal):
        return day
    locked = codes_locked(desk, asked)
    if locked is not None:
        return locked
    booking = visits.booking_of(desk, operation.code)
    if booking is None:
        return Refusal(reason=Reason.NO_SUCH_CODE)
    visit = visits.visit_of(desk, booking, visits.ticket_of(desk, day.id, booking.id))
    accepting = day.status == DayStatus.ACCEPTING
    decision = decide(visit, date.fromisoformat(day.date), accepting, desk.site.check_in, desk.now)
    if isinstance(decision, NotAdmitted):
        return _not_admitted(desk, day, booking, decision)
    if isinstance(decision, SameTicket):
        return _same_ticket(desk, asked, day, decision)
    return _admitted(desk, asked, day, booking)


def take_walk_in(desk: Desk, asked: Asked, operation: TakeWalkIn) -> Answer:
    """A ticket without a booking, out of a session's walk-in share; reception itself may give of the reserve too."""
    day = _day_asked_for(desk, asked, operation.service_day)
    if isinstance(day, Refusal):
        return day
    if day.status != DayStatus.ACCEPTING:
        return closed(desk)
    unknown = unknown_wish(desk.site, operation.department, operation.doctor)
    department = desk.site.department(operation.department)
    if unknown is not None or department is None:
        reason = Reason(unknown or NoPlace.UNKNOWN_DEPARTMENT)
        return Refusal(reason=reason, department=operation.department, doctor=operation.doctor)
    too_many = None if asked.by_staff else _too_many(desk, asked)
    if too_many is not None:
        return too_many
    held = shares.shares_on(desk, date.fromisoformat(day.date))
    wanted = {share.session: share for share in held if _is_wanted(share, operation)}
    choice = choose_walk_in((shares.as_offered(desk, one, with_reserve=asked.by_staff) for one in wanted.values()), desk.now)
    if isinstance(choice, NoPlace):
        return _no_walk_in(desk, asked, day, operation, choice, held)
    newcomer = Newcomer(
        source=Source.WALK_IN,
        numbers=department.walk_in_range,
        department=operation.department,
        doctor=wanted[choice.id].doctor,
        session=choice.id,
        priority_asked=class_asked(desk, operation.priority),
        arrival=arrival(desk, asked, operation),
    )
    desk.touched.day = True
    given = issue(desk, asked, day, newcomer)
    if operation.why and isinstance(given, TicketGiven):
        desk.note(asked, "walk_in_added", why=operation.why, service_day=day.id, number=given.number)
    return given


def take_help_ticket(desk: Desk, asked: Asked, operation: TakeHelpTicket) -> Answer:
    """A ticket to reception for somebody whose code did not help them; `about` stands in the audit trail."""
    day = _day_asked_for(desk, asked, operation.service_day)
    if isinstance(day, Refusal):
        return day
    if day.status != DayStatus.ACCEPTING:
        return closed(desk)
    desk.note(asked, "help_asked", why=operation.about.value, service_day=day.id)
    return _too_many(desk, asked) or issue(desk, asked, day, Newcomer(Source.HELP, desk.site.help_range))


def ask_priority(desk: Desk, asked: Asked, operation: AskPriority) -> Answer:
    """The holder of a ticket that this very kiosk gave asks for a class; reception confirms it."""
    day = desk.open_day()
    if day is None or day.id != operation.service_day:
        return Refusal(reason=Reason.WRONG_SERVICE_DAY)
    ticket = desk.ticket(day.id, operation.number)
    if ticket is None or ticket.device != asked.device:
        return Refusal(reason=Reason.UNKNOWN_NUMBER, number=operation.number)
    priority = class_asked(desk, operation.priority)
    if ticket.state != State.WAITING or priority is None:
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, number=operation.number)
    changed = {"priority_asked": priority, "changed": desk.sequence}
    desk.tx.execute(update(tables.tickets).where(tables.tickets.c.id == ticket.id).values(**changed))
    desk.note(asked, "priority_asked", why=priority, service_day=day.id, number=ticket.number)
    desk.line_changed(ticket.id)
    return Changed(number=ticket.number)


# -------------------------------------------------------------------------------- may this be asked now


def _day_asked_for(desk: Desk, asked: Asked, service_day: int) -> Row[Any] | Refusal:
    """The open service day, if it is the one that the kiosk means and this request's paper is not settled already."""
    day = desk.open_day()
    if day is None:
        return closed(desk)
    if day.id != service_day:
        return Refusal(reason=Reason.WRONG_SERVICE_DAY, detail=f"today is service day {day.id}, asked was {service_day}")
    if desk.tx.execute(_SETTLED, {"device": asked.device, "request": asked.request}).one_or_none() is not None:
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, detail="this request came after its settle")  # PROTOCOL rule 5
    return day


def closed(desk: Desk) -> Refusal:
    """No tickets now, and when there will be."""
    opening = next_opening(desk.site, desk.now)
    if opening is None:
        return Refusal(reason=Reason.CLOSED)
    return Refusal(reason=Reason.CLOSED, date=opening.date.isoformat(), time=f"{opening.opens:%H:%M}")


def _too_many(desk: Desk, asked: Asked) -> Refusal | None:
    """One hand cannot empty the share: after so many tickets without a code in a row, faster than people come."""
    most = desk.site.kiosks.walk_ins_in_a_row
    last = desk.tx.execute(_LAST_TICKETS, {"device": asked.device, "now": desk.now_ms, "most": most}).all()
    if len(last) < most or any(ticket.source == Source.BOOKED for ticket in last):
        return None
    free_at_ms = last[-1].issued_at_ms + most * WALK_IN_PACE_MS
    if desk.now_ms >= free_at_ms:
        return None
    return Refusal(reason=Reason.TOO_MANY_TICKETS, retry_after_seconds=(free_at_ms - desk.now_ms) / 1000)


def class_asked(desk: Desk, priority: str | None) -> str | None:
    """A class of the site that may be asked for at the kiosk; anything else asks for nothing."""
    known = {one.id for one in desk.site.priority_classes if one.asked_at_kiosk}
    return priority if priority in known else None


# ------------------------------------------------------------------------------------------- the code


def _admitted(desk: Desk, asked: Asked, day: Row[Any], booking: Row[Any]) -> Answer:
    department = desk.site.department(booking.department)
    if department is None:
        return Refusal(reason=Reason.UNKNOWN_DEPARTMENT, department=booking.department)
    newcomer = Newcomer(
        source=Source.BOOKED,
        numbers=department.booked_range,
        department=booking.department,
        doctor=booking.doctor,
        session=booking.session,
        booking=booking.id,
    )
    return issue(desk, asked, day, newcomer)


def _same_ticket(desk: Desk, asked: Asked, day: Row[Any], same: SameTicket) -> Answer:
    """The same number again, on a paper that is promised and settled like the first; who was absent is back in line
    (PROTOCOL rule 7)."""
    if same.back_in_line and (absent := moves.held_by_number(desk, day.id, same.number)) is not None:
        moves.come_back(moves.Mover(desk, asked, day.id, Changes()), absent)
    ticket = desk.tx.execute(_SAME_TICKET, {"day": day.id, "number": same.number}).one()
    promise(desk, asked, ticket)
    desk.note(asked, "ticket_again", service_day=day.id, number=ticket.number)
    return paper(desk, day, ticket, desk.stop(ticket.id), again=True)


def _not_admitted(desk: Desk, day: Row[Any], booking: Row[Any], decision: NotAdmitted) -> Refusal:
    left = None
    if day.status == DayStatus.ACCEPTING:
        left = shares.left_in(desk, shares.shares_on(desk, date.fromisoformat(day.date)), booking.department)
    return Refusal(
        reason=Reason(decision.reason.value),
        date=decision.date.isoformat() if decision.date is not None else None,
        time=f"{decision.time:%H:%M}" if decision.time is not None else None,
        number=decision.number,
        department=booking.department,
        doctor=booking.doctor,
        walk_ins_left=left,
        moved=decision.reason is NotNow.WRONG_DAY and bool(booking.moved),
    )


def _is_wanted(share: shares.Share, operation: TakeWalkIn) -> bool:
    return share.department == operation.department and (not operation.doctor or share.doctor == operation.doctor)


def _no_walk_in(
    desk: Desk, asked: Asked, day: Row[Any], operation: TakeWalkIn, why: NoPlace, held: Sequence[shares.Share]
) -> Refusal:
    """Why there is no turn. Statistics count whoever is turned away, so that shares can be made to fit."""
    doctor = desk.site.doctor(operation.doctor) if operation.doctor else None
    absent = doctor is not None and absent_on(doctor, date.fromisoformat(day.date))
    reason = Reason.DOCTOR_ABSENT if absent else Reason(why.value)
    wanted = {"department": operation.department, "doctor": operation.doctor}
    desk.note(asked, "walk_in_refused", why=reason.value, service_day=day.id, details=wanted)
    to_come = (share for share in held if _is_wanted(share, operation) and share.ends_at_ms > desk.now_ms)
    return Refusal(
        reason=reason,
        department=operation.department,
        doctor=operation.doctor,
        walk_ins_left=shares.left_in(desk, held, operation.department),
        more_later=reason is Reason.SHARE_USED_UP and any(share.more_later for share in to_come),
    )


# --------------------------------------------------------------------------------------- what is read

_tickets, _requests = tables.tickets, tables.requests
_SAME_TICKET = Prepared(
    select(_tickets).where(_tickets.c.service_day == bindparam("day"), _tickets.c.number == bindparam("number"))
)
_SETTLED = Prepared(
    select(tables.ticket_requests.c.request).where(
        tables.ticket_requests.c.device == bindparam("device"), tables.ticket_requests.c.request == bindparam("request")
    )
)
_LAST_TICKETS = Prepared(
    select(_tickets.c.source, _tickets.c.issued_at_ms)
    .where(_tickets.c.device == bindparam("device"), _tickets.c.issued_at_ms <= bindparam("now"))
    .order_by(_tickets.c.issued_at_ms.desc())
    .limit(bindparam("most"))
)
