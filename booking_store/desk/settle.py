"""A settle: what the paper says is what the ledger ends up holding (law 5). rules/settling.py says what it does; here it is
read for and written down."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Row, bindparam, insert, select, update

from booking_store import tables
from booking_store.desk import leaving, moves
from booking_store.desk.calling import raise_revision
from booking_store.desk.changes import Changes
from booking_store.desk.claims import Claimed, as_rule, claimed
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.issue import way_of
from booking_store.desk.line import last_call_id
from booking_store.desk.office import arrival
from booking_store.desk.visits import ticket_of
from booking_store.desk.wording import read_date
from booking_store.statements import Prepared
from mqtt.contract import Answer, DayStatus, Reason, Refusal, Settle, Settled, Source
from rules.call_order import Turn
from rules.journey import Act, State, Stays, after
from rules.settling import (
    CODE_USED_TWICE,
    NOT_OPENED,
    TWO_PAPERS,
    UNASKED,
    UNKNOWN_PRINT,
    Effect,
    Fate,
    Given,
    PaperEnd,
    Promise,
    Waits,
    effect,
    is_here_again,
    is_out,
    number_on_paper,
    stands,
    waits,
)
from rules.site import NumberRange, Site

DAY_CLOSED: Final = "day_closed"
PAPERS_AHEAD: Final = timedelta(days=31)
"""Longer than any clinic is closed between two days of a sheet."""
KEPT: Final = (
    *("source", "department", "doctor", "session", "booking", "device", "issued_at_ms"),
    *("priority", "priority_asked", "urgent_at_ms", "final_at_ms"),
)
"""What a ticket that takes another's place has of it."""
CLAIMED: Final = ("department", "doctor", "session", "booking", "priority_asked")
"""What a ticket has of what a kiosk that was alone says."""


NOT_OPENED_YET_SECONDS: Final = 5.0
"""A kiosk that has papers of a day to come asks again after this: ten seconds after a fault everything is to agree."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A number that stands on a paper, the ticket that the ledger had given for its request (None: it gave none), the one
    that has this number, the one that has the same booking's place, what the kiosk gave it for (None: it does not say), and
    what is to be done."""

    number: int
    day: Row[Any]
    given: Row[Any] | None
    there: Row[Any] | None
    other: Row[Any] | None
    claim: Claimed | None
    effect: Effect


def settle(desk: Desk, asked: Asked, operation: Settle) -> Answer:
    """Write down what became of a ticket request's paper, and make the tickets agree with it."""
    request = desk.tx.execute(_REQUEST, {"device": asked.device, "request": operation.request}).one_or_none()
    if request is not None and request.outcome is not None and is_out(PaperEnd(request.outcome)):
        return Settled(number=request.settled_number)  # nothing takes it back
    end = PaperEnd(operation.outcome.value)
    number = number_on_paper(end, operation.number, request.number if request is not None else None)
    nothing_given = request is None or request.ticket is None
    if number is not None and nothing_given and _may_still_open(desk, operation):
        return Refusal(reason=Reason.WAIT, date=operation.date, retry_after_seconds=NOT_OPENED_YET_SECONDS)
    _write_down(desk, asked, operation, number, known=request is not None)
    given = desk.ticket_row(request.ticket) if request is not None and request.ticket is not None else None
    if given is not None and number == given.number and given.state != State.VOID:
        marks: tuple[str, ...] = (UNKNOWN_PRINT,) if end is PaperEnd.UNKNOWN else ()
        _mark(desk, given, marks)  # the usual end, seen at once: it joins the ticket that was given
        return Settled(number=number, marked=bool(marks))
    day = _day_of(desk, operation)
    there = desk.ticket(day.id, number) if day is not None and number is not None else None
    other = _other(desk, day, given or there) if day is not None else None
    claim = claimed(desk, asked, day, operation) if day is not None and given is None and number is not None else None
    done = effect(
        end,
        number,
        Given(given.number, held=_stands(desk, given)) if given is not None else None,
        State(there.state) if there is not None else None,
        day_over=day is not None and day.status == DayStatus.CLOSED,
        place_taken=other is not None,
        claim=as_rule(desk, asked, claim, number, there) if claim is not None and number is not None else None,
    )
    if given is not None and done.voids:
        _void(desk, asked, given)
    if end is PaperEnd.NOT_PRINTED:
        return Settled()
    if number is None or day is None:
        unknown = {"service_day": operation.service_day, "date": operation.date, "number": operation.number}
        never_opened = day is None and operation.date is not None
        desk.note(asked, "settle_marked", why=NOT_OPENED if never_opened else UNASKED, details=unknown)
        return Settled(marked=True)
    ticket = _stand(desk, asked, Paper(number, day, given, there, other, claim, done))
    desk.tx.execute(_HOLD, {"of": asked.device, "id": operation.request, "holds": ticket})
    if done.marks:
        desk.note(asked, "settle_marked", why=",".join(done.marks), service_day=day.id, number=number)
    return Settled(number=number, marked=bool(done.marks))


# --------------------------------------------------------------------------------------- the request


def _write_down(desk: Desk, asked: Asked, operation: Settle, number: int | None, *, known: bool) -> None:
    """A request that is first seen after this does nothing (rule 5): its row is there."""
    settled = {"outcome": operation.outcome.value, "settled_number": number, "settled_at_ms": desk.now_ms}
    if known:
        desk.tx.execute(_SETTLE, settled | {"of": asked.device, "id": operation.request})
        return
    unseen = {"device": asked.device, "request": operation.request, "service_day": operation.service_day}
    desk.tx.execute(_UNSEEN, settled | unseen | {"asked_at_ms": desk.now_ms})


def _other(desk: Desk, day: Row[Any], like: Row[Any] | None) -> Row[Any] | None:
    """The ticket that stands for the booking of one that perhaps does no more."""
    found = ticket_of(desk, day.id, like.booking) if like is not None and like.booking is not None else None
    return found if found is not None and like is not None and found.id != like.id else None


def _day_of(desk: Desk, operation: Settle) -> Row[Any] | None:
    """The service day of the paper, by its id where that has its date too. A paper of tomorrow's sheet has no id, and one of a
    ledger that is lost has perhaps another day's."""
    day = desk.tx.execute(_DAY, {"day": operation.service_day}).one_or_none()
    if operation.date is None or (day is not None and day.date == operation.date):
        return day
    return desk.tx.execute(_DAY_OF, {"date": operation.date}).one_or_none()


def _may_still_open(desk: Desk, operation: Settle) -> bool:
    """Whether its day is not opened: of tomorrow's sheet, today or to come; of a ledger that is lost, today. Today is the wall
    clock's too, where the ledger's time has run ahead of it: a person takes that back, and then the day opens. A date that can
    be none, or is far off, was made by a clock that was wrong, and never opens."""
    day = read_date(operation.date) if operation.date is not None else None
    ahead = timedelta() if operation.service_day else PAPERS_AHEAD
    todays = [desk.today] if desk.wall_ms is None else [desk.today, desk.local(desk.wall_ms).date()]
    soon = isinstance(day, date) and any(today <= day <= today + ahead for today in todays)
    return soon and _day_of(desk, operation) is None


def _stands(desk: Desk, ticket: Row[Any]) -> bool:
    """Whether any request still holds the ticket's number (rule 3)."""
    rows = desk.tx.execute(_PROMISES, {"ticket": ticket.id})
    ends = ((None if row.outcome is None else PaperEnd(row.outcome), row.settled_number) for row in rows)
    return stands(ticket.number, (Promise(end, number) for end, number in ends))


# --------------------------------------------------------------------------------------- the tickets


def _stand(desk: Desk, asked: Asked, paper: Paper) -> int:
    """The ticket of the paper's number stands: its id."""
    there, done = paper.there, paper.effect
    if there is not None and done.fate is Fate.JOINS:
        _mark(desk, there, done.marks)
        _back_in_line(desk, asked, paper)
        return int(there.id)
    if done.beside and (has_the_place := paper.other or paper.given) is not None:
        _mark(desk, has_the_place, (TWO_PAPERS,))
    if paper.claim is not None and paper.claim.also is not None:
        _mark(desk, paper.claim.also, (CODE_USED_TWICE,), settled=False)
    over = done.fate is Fate.ENDS
    values = _who(desk, asked, paper) | {
        "state": (State.NOT_SERVED if over else State.WAITING).value,
        "outcome": DAY_CLOSED if over else None,
        "ended_at_ms": desk.now_ms if over else None,
        "marks": list(done.marks),
        "changed": desk.sequence,
    }
    stop = _where(desk, paper, values)
    values["ahead"] = stop.pop("ahead")
    ticket = _write_ticket(desk, there, values)
    if paper.given is not None and paper.given.id != ticket:
        arrival.go_along(desk, paper.given.id, ticket)
    elif paper.claim is not None and paper.claim.wish is not None:
        arrival.write_matter(desk, ticket, paper.claim.wish)
    ended = {"ended_at_ms": desk.now_ms} if over else {}
    desk.tx.execute(insert(tables.stops), stop | ended | {"ticket": ticket, "service_day": paper.day.id})
    if not over:
        leaving.touch_late(desk, asked, ticket)
    desk.note(asked, "ticket_stands", why=",".join(done.marks), service_day=paper.day.id, number=paper.number)
    desk.line_changed(ticket)
    desk.touched.day = True
    return ticket


def _back_in_line(desk: Desk, asked: Asked, paper: Paper) -> None:
    """Who typed the code of their own ticket at a kiosk that was alone, after they had missed the call."""
    there, claim = paper.there, paper.claim
    if there is None or claim is None or claim.also is None or claim.also.id != there.id:
        return
    held = moves.held_by_number(desk, paper.day.id, paper.number)
    if held is not None and is_here_again(held.state, held.stop.called_at_ms, claim.since_ms):
        moves.come_back(moves.Mover(desk, asked, paper.day.id, Changes()), held)


def _write_ticket(desk: Desk, there: Row[Any] | None, values: dict[str, Any]) -> int:
    tickets = tables.tickets
    if there is None:
        return int(desk.tx.execute(insert(tickets).values(**values).returning(tickets.c.id)).scalar_one())
    desk.tx.execute(update(tickets).where(tickets.c.id == there.id).values(**values))
    return int(there.id)


def _who(desk: Desk, asked: Asked, paper: Paper) -> dict[str, Any]:
    """Whose ticket it is: as the one whose place it takes, as it was itself, as the kiosk says, or as its range tells."""
    like, claim = paper.given or paper.there, paper.claim
    common = {"service_day": paper.day.id, "number": paper.number, "callable_from_ms": desk.now_ms}
    if like is None and claim is not None:
        own = {column: getattr(claim, column) for column in CLAIMED}
        given = {"source": claim.source.value, "device": asked.device, "issued_at_ms": claim.since_ms}
        return common | own | given | {"beside": paper.day.void}  # the codes of a repaired day are good on their real one
    if like is None:
        department = _department_of(desk.site, paper.number)
        source = Source.HELP if department is None else Source.WALK_IN
        unknown = {"source": source.value, "department": department, "device": asked.device, "issued_at_ms": desk.now_ms}
        return common | unknown
    return common | {column: getattr(like, column) for column in KEPT} | {"beside": paper.effect.beside or like.beside}


def _where(desk: Desk, paper: Paper, values: dict[str, Any]) -> dict[str, Any]:
    """The stop where it waits, and the stages ahead."""
    like = paper.given if paper.effect.voids else paper.there
    who = {"department": values.get("department"), "doctor": values.get("doctor")}
    first_call = desk.tx.execute(_FIRST_CALL, {"ticket": like.id}).one_or_none() if like is not None else None
    where = waits(takes_a_place=like is not None, was_called=first_call is not None)
    if first_call is not None and where is Waits.AT_THE_HEAD:
        ahead = _after(desk.site, who["department"], first_call.stage)
        head = {"turn": Turn.BACK.value, "back_after": 0, "back_since_call": last_call_id(desk.tx)}
        return who | head | {"stage": first_call.stage, "ahead": ahead, "waiting_since_ms": first_call.waiting_since_ms}
    if like is not None and where is Waits.IN_ITS_PLACE:
        last = desk.tx.execute(_LAST_STOP, {"ticket": like.id}).one()
        kept = ("stage", "department", "doctor", "only_point", "waiting_since_ms", "turn")
        return {column: getattr(last, column) for column in kept} | {"ahead": list(like.ahead)}
    way = way_of(desk.site, who["department"])
    since_ms = paper.claim.since_ms if paper.claim is not None else desk.now_ms
    since_ms = paper.given.issued_at_ms if paper.given is not None else since_ms
    return who | {"stage": way.stage, "ahead": list(way.ahead), "waiting_since_ms": since_ms}


def _mark(desk: Desk, ticket: Row[Any], marks: tuple[str, ...], *, settled: bool = True) -> None:
    """Whoever looks at the ticket sees the marks; `settled`: it can be called from now on."""
    from_ms = max(desk.now_ms, ticket.issued_at_ms) if settled else ticket.callable_from_ms
    changed = {
        "callable_from_ms": min(ticket.callable_from_ms, from_ms),
        "marks": list(dict.fromkeys((*ticket.marks, *marks))),
    }
    desk.tx.execute(_MARK, changed | {"id_": ticket.id})
    desk.line_changed(ticket.id)


def _void(desk: Desk, asked: Asked, ticket: Row[Any]) -> None:
    """No paper carries the number: off every screen, its calls withdrawn, its place in the share and its code free."""
    if isinstance(after(State(ticket.state), Act.VOID), Stays):
        return
    point = desk.tx.execute(_SHOWN_AT, {"ticket": ticket.id}).scalar_one_or_none()
    if point is not None:
        raise_revision(desk, point, ticket=None)
    desk.tx.execute(_END_STOP, {"of": ticket.id, "now": desk.now_ms})
    ended = {"state": State.VOID.value, "outcome": "not_printed", "ended_at_ms": desk.now_ms, "changed": desk.sequence}
    desk.tx.execute(update(tables.tickets).where(tables.tickets.c.id == ticket.id).values(**ended))
    zones = desk.tx.execute(_WITHDRAW, {"of": ticket.id}).scalars()
    desk.calls.forget()
    desk.note(asked, "ticket_void", service_day=ticket.service_day, number=ticket.number)
    desk.touched.zones.update(zones)
    desk.line_changed(ticket.id)
    desk.touched.day = True


def _department_of(site: Site, number: int) -> int | None:
    """The department whose range holds a number; None: help, or a kiosk's own."""
    for department in site.departments:
        ranges: tuple[NumberRange, ...] = (department.booked_range, department.walk_in_range)
        if any(numbers.first <= number <= numbers.last for numbers in ranges):
            return department.code
    return None


def _after(site: Site, department: int | None, stage: str) -> list[str]:
    """The stages after `stage` in the department's list."""
    found = site.department(department) if department is not None else None
    stages = found.stages if found is not None else ()
    return list(stages[stages.index(stage) + 1 :]) if stage in stages else []


# --------------------------------------------------------------------------------------- what is read

_requests, _tickets, _stops, _calls = tables.ticket_requests, tables.tickets, tables.stops, tables.calls
_this_request = (_requests.c.device == bindparam("of"), _requests.c.request == bindparam("id"))
_REQUEST = Prepared(
    select(_requests).where(_requests.c.device == bindparam("device"), _requests.c.request == bindparam("request"))
)
_UNSEEN = Prepared(insert(_requests))
_SETTLE = Prepared(update(_requests).where(*_this_request))
_HOLD = Prepared(update(_requests).where(*_this_request).values(ticket=bindparam("holds")))
_DAY = Prepared(select(tables.service_days).where(tables.service_days.c.id == bindparam("day")))
_DAY_OF = Prepared(
    select(tables.service_days).where(tables.service_days.c.date == bindparam("date"), ~tables.service_days.c.void)
)
_PROMISES = Prepared(select(*_requests.c["outcome", "settled_number"]).where(_requests.c.ticket == bindparam("ticket")))
_FIRST_CALL = Prepared(
    select(_stops.c.stage, _stops.c.waiting_since_ms)
    .join_from(_calls, _stops, _calls.c.stop == _stops.c.id)
    .where(_calls.c.ticket == bindparam("ticket"))
    .order_by(_calls.c.id)
    .limit(1)
)
_LAST_STOP = Prepared(
    select(_stops).where(_stops.c.ticket == bindparam("ticket"), ~_stops.c.taken_back).order_by(_stops.c.id.desc()).limit(1)
)
_MARK = Prepared(update(_tickets).where(_tickets.c.id == bindparam("id_")))
_SHOWN_AT = Prepared(select(tables.points.c.id).where(tables.points.c.ticket == bindparam("ticket")))
_END_STOP = Prepared(
    update(_stops)
    .where(_stops.c.ticket == bindparam("of"), _stops.c.ended_at_ms.is_(None))
    .values(ended_at_ms=bindparam("now"))
)
_WITHDRAW = Prepared(update(_calls).where(_calls.c.ticket == bindparam("of")).values(withdrawn=True).returning(_calls.c.zone))
