"""The one place where a ticket's state changes after it was given: every move asks rules/journey.py first.

A move takes what it moves as it was read (Held), writes through Changes so that a point can take it back, leaves its
row in the audit trail and says which screens must hear of it. It returns None, or why the journey has no such move.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, bindparam, func, select

from booking_store import tables
from booking_store.desk.changes import Changes
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.line import last_call_id
from booking_store.statements import Prepared
from mqtt.contract import CallKind, Reason, Refusal
from rules.call_order import Turn
from rules.journey import IN_LINE, Act, State, Stays, Way, after, finish_act, is_final, moved_on, reopened
from rules.site import Point

SERVED: Final = "served"
DOCTOR_ABSENT: Final = "doctor_absent"
"""What reception should look at, and the outcome of whoever was told so there."""
MOVED: Final = "moved"
"""Besides: a kiosk prints the new date for who types the code."""


@dataclass(frozen=True, slots=True)
class Mover:
    """Who moves tickets in this request, on which service day, and what was changed so far."""

    desk: Desk
    asked: Asked
    service_day: int
    changes: Changes


@dataclass(frozen=True, slots=True)
class Held:
    """A ticket as it was read: its row, and the row of the stop where it stands, or stood last."""

    ticket: Row[Any]
    stop: Row[Any]

    @property
    def state(self) -> State:
        return State(self.ticket.state)

    @property
    def way(self) -> Way:
        return Way(self.stop.stage, tuple(self.ticket.ahead))


def held_by_number(desk: Desk, service_day: int, number: int) -> Held | None:
    """The ticket with this number today, whatever its state."""
    ticket = desk.ticket(service_day, number)
    return None if ticket is None else _held(desk, ticket)


def held_at_point(desk: Desk, ticket: int | None) -> Held | None:
    """The ticket that is current at a point; `ticket` is the id in the point's row."""
    if ticket is None:
        return None
    return _held(desk, desk.ticket_row(ticket))


def refusal(desk: Desk, held: Held, stays: Stays) -> Refusal:
    """Why a ticket stays as it is, with the point where it is current."""
    number = held.ticket.number
    if stays is Stays.CURRENT_ELSEWHERE:
        point = desk.tx.execute(_WHERE_CURRENT, {"ticket": held.ticket.id}).scalar_one_or_none()
        return Refusal(reason=Reason.CURRENT_ELSEWHERE, number=number, point=point)
    return Refusal(reason=Reason(stays.value), number=number, detail=f"the ticket is {held.state}")


def may_be_called(held: Held) -> Stays | None:
    """None, or why no point may call the ticket."""
    to = after(held.state, Act.CALL)
    return to if isinstance(to, Stays) else None


# ------------------------------------------------------------------------------------- moves of a point


def call(mover: Mover, held: Held, point: Point, why: str) -> Stays | None:
    """Call the ticket to `point`, which has no current one."""
    to = after(held.state, Act.CALL)
    if isinstance(to, Stays):
        return to
    desk = mover.desk
    first_call = held.stop.called_at_ms or desk.now_ms
    mover.changes.write(desk, tables.tickets, held.ticket, state=to.value)
    mover.changes.write(desk, tables.stops, held.stop, point=point.id, called_at_ms=first_call, calls=1)
    _say(mover, held, point, CallKind.CALL, why)
    _note(mover, held, Act.CALL, point, why)
    return None


def recall(mover: Mover, held: Held, point: Point) -> Stays | None:
    """Call the point's current ticket again."""
    to = after(held.state, Act.RECALL)
    if isinstance(to, Stays):
        return to
    mover.changes.write(mover.desk, tables.stops, held.stop, calls=held.stop.calls + 1)
    _say(mover, held, point, CallKind.RECALL, "recall")
    _note(mover, held, Act.RECALL, point)
    return None


def finish(mover: Mover, held: Held, point: Point) -> Stays | None:
    """This stage is finished: on to the next, or done. Finishing reception makes the turn final."""
    act = finish_act(held.way)
    to = after(held.state, act)
    if isinstance(to, Stays):
        return to
    if act is Act.COMPLETE:
        _end(mover, held, to, DOCTOR_ABSENT if DOCTOR_ABSENT in held.ticket.marks else SERVED)
    else:
        _stand_at(mover, held, moved_on(held.way))
    _note(mover, held, act, point)
    return None


def set_aside(mover: Mover, held: Held, point: Point, act: Act, why: str = "") -> Stays | None:
    """No-show, sent away, parked: the ticket leaves the point and keeps its stop."""
    to = after(held.state, act)
    if isinstance(to, Stays):
        return to
    mover.changes.write(mover.desk, tables.tickets, held.ticket, state=to.value)
    if to is State.AWAY:
        _stand_back(mover, held, mover.desk.site.call_order.sent_away_back_after_calls)
    _note(mover, held, act, point, why)
    return None


def transfer(mover: Mover, held: Held, point: Point, way: Way, **wanted: Any) -> Stays | None:
    """Hand the ticket over to stand at `way`. `wanted`: department and doctor when they change, only_point."""
    to = after(held.state, Act.TRANSFER)
    if isinstance(to, Stays):
        return to
    _stand_at(mover, held, way, keeps_its_wait=way.stage == held.way.stage, **wanted)
    _note(mover, held, Act.TRANSFER, point, details={"from": held.way.stage, "to": way.stage, **wanted})
    return None


def end(mover: Mover, held: Held, act: Act, why: str, point: Point | None = None) -> Stays | None:
    """End the ticket without service, for a reason that somebody gives."""
    to = after(held.state, act)
    if isinstance(to, Stays):
        return to
    _end(mover, held, to, why)
    _note(mover, held, act, point, why)
    return None


# --------------------------------------------------------------------------------- moves of the staff


def come_back(mover: Mover, held: Held) -> Stays | None:
    """Back in line: after two others (the site's choice) for the absent, at the head for the parked."""
    to = after(held.state, Act.COME_BACK)
    if isinstance(to, Stays):
        return to
    others = mover.desk.site.call_order.absent_back_after_calls if held.state is State.ABSENT else 0
    mover.changes.write(mover.desk, tables.tickets, held.ticket, state=to.value)
    _stand_back(mover, held, others)
    _note(mover, held, Act.COME_BACK)
    return None


def make_urgent(mover: Mover, held: Held, why: str) -> Stays | None:
    """First in every line from now on; who was absent, away or parked waits again."""
    to = after(held.state, Act.MAKE_URGENT)
    if isinstance(to, Stays):
        return to
    since = held.ticket.urgent_at_ms or mover.desk.now_ms
    mover.changes.write(mover.desk, tables.tickets, held.ticket, state=to.value, urgent_at_ms=since)
    _note(mover, held, Act.MAKE_URGENT, why=why)
    return None


def confirm_priority(mover: Mover, held: Held, priority: str | None) -> Stays | None:
    """Grant a class, or with None take away also what was asked for."""
    to = after(held.state, Act.CONFIRM_PRIORITY)
    if isinstance(to, Stays):
        return to
    asked = held.ticket.priority_asked if priority is not None else None
    mover.changes.write(mover.desk, tables.tickets, held.ticket, priority=priority, priority_asked=asked)
    details = {"from": held.ticket.priority, "asked": held.ticket.priority_asked, "to": priority}
    _note(mover, held, Act.CONFIRM_PRIORITY, details=details)
    return None


def reopen(mover: Mover, held: Held, why: str) -> Stays | None:
    """A finished ticket waits again: for the doctor, or where it stood when it ended without service."""
    to = after(held.state, Act.REOPEN)
    if isinstance(to, Stays):
        return to
    way = reopened(held.way, _stages(mover.desk, held.ticket.department), was=held.state)
    _stand_at(mover, held, way, keeps_its_wait=held.state is State.NOT_SERVED)
    _note(mover, held, Act.REOPEN, why=why)
    return None


# --------------------------------------------------------------------------------- moves of an absence


def take_over(mover: Mover, held: Held, doctor: int) -> Stays | None:
    """Another doctor stands in: the ticket keeps its number, its stage and its wait."""
    to = after(held.state, Act.TAKE_OVER)
    if isinstance(to, Stays):
        return to
    room = mover.desk.site.point(held.stop.only_point) if held.stop.only_point is not None else None
    kept = room is not None and room.serves(held.stop.stage, held.ticket.department, doctor)
    mover.changes.write(mover.desk, tables.tickets, held.ticket, state=to.value, doctor=doctor)
    only_point = held.stop.only_point if kept else None
    mover.changes.write(mover.desk, tables.stops, held.stop, doctor=doctor, only_point=only_point)
    _note(mover, held, Act.TAKE_OVER, details={"from": held.ticket.doctor, "to": doctor})
    return None


def tell(mover: Mover, held: Held, *, moved: bool) -> Stays | None:
    """The doctor is not there and nobody stands in: reception calls the ticket, sees its mark, tells its holder, and with
    that its way ends. Who has been through reception goes back there, and keeps the wait. `moved`: their booking has a new
    date, which a kiosk prints for them."""
    to = after(held.state, Act.TELL)
    if isinstance(to, Stays):
        return to
    stages = _stages(mover.desk, held.ticket.department)
    if held.state is not State.CALLED and stages and held.way.stage != stages[0]:
        _stand_at(mover, held, Way(stages[0]), keeps_its_wait=True)
    marks = list(dict.fromkeys((*held.ticket.marks, DOCTOR_ABSENT, *((MOVED,) if moved else ()))))
    mover.changes.write(mover.desk, tables.tickets, held.ticket, state=to.value, ahead=[], marks=marks)
    _note(mover, held, Act.TELL)
    return None


# ------------------------------------------------------------------------------------------ the writing


def _stand_at(mover: Mover, held: Held, way: Way, *, keeps_its_wait: bool = False, **wanted: Any) -> None:
    """End the stop and begin one at `way`; who was served at that stage before is a returning one there."""
    desk, now_ms = mover.desk, mover.desk.now_ms
    who = {"department": held.ticket.department, "doctor": held.ticket.doctor} | wanted
    only_point = who.pop("only_point", None)
    if held.stop.ended_at_ms is None:
        mover.changes.write(desk, tables.stops, held.stop, ended_at_ms=now_ms)
    final = is_final(way, _stages(desk, who["department"]))
    final_at_ms = held.ticket.final_at_ms or (now_ms if final else None)
    living = {"state": State.WAITING.value, "outcome": None, "ended_at_ms": None}
    moved = living | who | {"ahead": list(way.ahead), "final_at_ms": final_at_ms}
    mover.changes.write(desk, tables.tickets, held.ticket, **moved)
    served_there = desk.tx.execute(_SERVED_THERE, {"ticket": held.ticket.id, "stage": way.stage}).scalar_one()
    mover.changes.begin_stop(
        desk,
        ticket=held.ticket.id,
        service_day=mover.service_day,
        stage=way.stage,
        only_point=only_point,
        waiting_since_ms=held.stop.waiting_since_ms if keeps_its_wait else now_ms,
        turn=(Turn.RETURNING if served_there and not keeps_its_wait else Turn.LINE).value,
        **who,
    )


def _stand_back(mover: Mover, held: Held, others: int) -> None:
    back = {"turn": Turn.BACK.value, "back_after": others, "back_since_call": last_call_id(mover.desk.tx)}
    mover.changes.write(mover.desk, tables.stops, held.stop, **back)


def _end(mover: Mover, held: Held, to: State, outcome: str) -> None:
    now_ms = mover.desk.now_ms
    ended = {"state": to.value, "outcome": outcome, "ended_at_ms": now_ms}
    mover.changes.write(mover.desk, tables.tickets, held.ticket, **ended)
    mover.changes.write(mover.desk, tables.stops, held.stop, ended_at_ms=now_ms)


def _say(mover: Mover, held: Held, point: Point, kind: CallKind, why: str) -> None:
    """The row that boards show and speak."""
    mover.changes.make_call(
        mover.desk,
        epoch=mover.desk.epoch,
        service_day=mover.service_day,
        ticket=held.ticket.id,
        stop=held.stop.id,
        number=held.ticket.number,
        point=point.id,
        zone=point.zone,
        kind=kind.value,
        why=why,
        called_at_ms=mover.desk.now_ms,
        urgent=held.ticket.urgent_at_ms is not None,
    )


def _note(mover: Mover, held: Held, act: Act, point: Point | None = None, why: str = "", **about: Any) -> None:
    where = point.id if point is not None else None
    about |= {"service_day": mover.service_day, "number": held.ticket.number, "point": where}
    mover.desk.note(mover.asked, act.value, why=why, **about)
    if after(held.state, act) in IN_LINE:
        mover.desk.line_changed(held.ticket.id)
    else:
        mover.desk.line_left(held.ticket.id)
    if point is not None:
        mover.desk.touched.point(point.id)
        mover.desk.touched.zones.add(point.zone)


def _stages(desk: Desk, department: int | None) -> tuple[str, ...]:
    """The department's list; none for a help ticket."""
    found = desk.site.department(department) if department is not None else None
    return () if found is None else found.stages


def _held(desk: Desk, ticket: Row[Any]) -> Held:
    return Held(ticket, desk.tx.execute(_LAST_STOP, {"ticket": ticket.id}).one())


_LAST_STOP = Prepared(
    select(tables.stops)
    .where(tables.stops.c.ticket == bindparam("ticket"), tables.stops.c.taken_back.is_(False))
    .order_by(tables.stops.c.ended_at_ms.is_(None).desc(), tables.stops.c.id.desc())
    .limit(1)
)
_WHERE_CURRENT = Prepared(select(tables.points.c.id).where(tables.points.c.ticket == bindparam("ticket")))
_SERVED_THERE = Prepared(
    select(func.count())
    .select_from(tables.stops)
    .where(
        tables.stops.c.ticket == bindparam("ticket"),
        tables.stops.c.stage == bindparam("stage"),
        tables.stops.c.called_at_ms.is_not(None),
        tables.stops.c.ended_at_ms.is_not(None),
    )
)
