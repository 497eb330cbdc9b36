"""A number is given: the ticket's rows, and all that its paper says (laws 1 to 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, bindparam, func, insert, select

from booking_store import tables
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.line import serves
from booking_store.desk.office import arrival
from booking_store.desk.office.arrival import Arrival
from booking_store.statements import Prepared
from mqtt.contract import SETTLE_OR_CALLABLE_AFTER_SECONDS, Reason, Refusal, Source, TicketGiven
from rules.call_order import Turn
from rules.journey import IN_LINE, State, Way, first_way
from rules.numbering import next_number
from rules.site import NumberRange, Site
from rules.ticket_page import code_of

CALLABLE_AFTER_MS: Final = int(SETTLE_OR_CALLABLE_AFTER_SECONDS * 1000)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who gets a ticket: out of which range, for whom. `arrival`: at an insurance office."""

    source: Source
    numbers: NumberRange
    department: int | None = None
    doctor: int | None = None
    session: int | None = None
    booking: int | None = None
    priority_asked: str | None = None
    arrival: Arrival | None = None


def way_of(site: Site, department: int | None) -> Way:
    """The way of a fresh ticket; a help ticket goes to the first stage of the site, reception."""
    found = None if department is None else site.department(department)
    return first_way(found.stages) if found is not None else Way(site.stages[0].id)


def issue(desk: Desk, asked: Asked, day: Row[Any], newcomer: Newcomer) -> TicketGiven | Refusal:
    """Give the next number of the range, or say that the range is used up, or the disk full. The ticket waits, and can be
    called once its paper is settled or ten seconds have passed (PROTOCOL rule 7)."""
    if desk.disk_full:
        return Refusal(reason=Reason.DISK_FULL)
    numbers = newcomer.numbers
    number = next_number(numbers, highest_known(desk, day.id, numbers))
    if number is None:
        return Refusal(reason=Reason.NUMBERS_USED_UP, department=newcomer.department)
    way = way_of(desk.site, newcomer.department)
    values = {
        "service_day": day.id,
        "number": number,
        "source": newcomer.source.value,
        "state": State.WAITING.value,
        "department": newcomer.department,
        "doctor": newcomer.doctor,
        "session": newcomer.session,
        "booking": newcomer.booking,
        "device": asked.device,
        "issued_at_ms": desk.now_ms,
        "callable_from_ms": desk.now_ms + CALLABLE_AFTER_MS,
        "priority_asked": newcomer.priority_asked,
        "priority": newcomer.arrival.priority if newcomer.arrival is not None else None,
        "ahead": list(way.ahead),
        "marks": [],
        "changed": desk.sequence,
    }
    ticket = desk.tx.execute(_NEW_TICKET, values).one()
    stop = {
        "ticket": ticket.id,
        "service_day": day.id,
        "stage": way.stage,
        "department": newcomer.department,
        "doctor": newcomer.doctor,
        "waiting_since_ms": desk.now_ms,
    }
    desk.tx.execute(_NEW_STOP, stop)
    if newcomer.arrival is not None:
        arrival.write(desk, ticket.id, newcomer.arrival)
    promise(desk, asked, ticket)
    desk.note(asked, "ticket_given", service_day=day.id, number=number)
    desk.line_changed(ticket.id)
    return paper(desk, day, ticket, desk.stop(ticket.id))


def highest_known(desk: Desk, service_day: int, numbers: NumberRange) -> int | None:
    """The highest number of a range that a service day knows, whatever became of its ticket."""
    asked = {"day": service_day, "first": numbers.first, "last": numbers.last}
    highest: int | None = desk.tx.execute(_HIGHEST, asked).scalar_one()
    return highest


def promise(desk: Desk, asked: Asked, ticket: Row[Any]) -> None:
    """This request is answered with this ticket's number: until it is settled, the ticket stands (PROTOCOL rule 3)."""
    row = {
        "device": asked.device,
        "request": asked.request,
        "service_day": ticket.service_day,
        "number": ticket.number,
        "ticket": ticket.id,
        "asked_at_ms": desk.now_ms,
    }
    desk.tx.execute(_PROMISE, row)


def paper(desk: Desk, day: Row[Any], ticket: Row[Any], stop: Row[Any] | None, *, again: bool = False) -> TicketGiven:
    """What the paper of `ticket` says now. `stop` is where it stands; None: its journey has ended."""
    stage = stop.stage if stop is not None else way_of(desk.site, ticket.department).stage
    points = _points_for(desk, stop)
    booked = desk.tx.execute(_BOOKED, {"booking": ticket.booking}).one_or_none() if ticket.booking is not None else None
    return TicketGiven(
        number=ticket.number,
        service_day=ticket.service_day,
        date=day.date,
        source=Source(ticket.source),
        department=ticket.department,
        doctor=ticket.doctor,
        stage=stage,
        zone=next((point.zone for point in desk.site.points if point.id in points), ""),
        points=points,
        ahead=_ahead(desk, ticket, stop) if stop is not None else 0,
        issued_at_ms=ticket.issued_at_ms,
        booked_time=_booked_time(desk, booked),
        late_until=_late_until(desk, day, ticket.doctor),
        priority=ticket.priority or ticket.priority_asked,
        again=again,
        substitute=booked is not None and booked.substitute is not None and booked.substitute == ticket.doctor,
        page=_page(desk, day, ticket.number),
    )


def _page(desk: Desk, day: Row[Any], number: int) -> str:
    """Where its holder may look how many are before it; empty where the site has no such page."""
    address = desk.site.kiosks.ticket_page
    return f"{address}/{number}-{code_of(day.page_key, number)}" if address and day.page_key else ""


def _points_for(desk: Desk, stop: Row[Any] | None) -> tuple[str, ...]:
    return () if stop is None else tuple(point.id for point in desk.site.points if serves(point, stop))


def _ahead(desk: Desk, ticket: Row[Any], stop: Row[Any]) -> int:
    """About how many are called before it: those who came earlier and wait for one of the same points; nobody where it
    does not wait. Who comes back has a place of their own in the order of calls."""
    if ticket.state not in IN_LINE:
        return 0
    points = [point for point in desk.site.points if serves(point, stop)]
    if stop.turn == Turn.BACK:
        line = desk.line.of(desk.site, stop.service_day)
        return min((line.ahead_of(ticket.number, point, now_ms=desk.now_ms) for point in points), default=0)
    groups = desk.tx.execute(_EARLIER, {"day": stop.service_day, "stage": stop.stage, "stop": stop.id})
    return sum(group.waiting for group in groups if any(serves(point, group) for point in points))


def _booked_time(desk: Desk, booked: Row[Any] | None) -> str | None:
    if booked is None or booked.time_ms is None or not desk.site.booking.give_times:
        return None
    return f"{desk.local(booked.time_ms):%H:%M}"


def _late_until(desk: Desk, day: Row[Any], doctor: int | None) -> str | None:
    if doctor is None:
        return None
    until: str | None = desk.tx.execute(_LATE, {"date": day.date, "doctor": doctor}).scalar_one_or_none()
    return until


_tickets, _stops = tables.tickets, tables.stops
_HIGHEST = Prepared(
    select(func.max(_tickets.c.number)).where(
        _tickets.c.service_day == bindparam("day"), _tickets.c.number.between(bindparam("first"), bindparam("last"))
    )
)
_NEW_TICKET = Prepared(insert(_tickets).returning(_tickets))
_NEW_STOP = Prepared(insert(_stops))
_PROMISE = Prepared(insert(tables.ticket_requests))
_where_to: Sequence[Any] = (_stops.c.stage, _stops.c.department, _stops.c.doctor, _stops.c.only_point)
_EARLIER = Prepared(
    select(*_where_to, func.count().label("waiting"))
    .where(
        _stops.c.service_day == bindparam("day"),
        _stops.c.stage == bindparam("stage"),
        _stops.c.ended_at_ms.is_(None),
        _stops.c.called_at_ms.is_(None),
        _stops.c.id < bindparam("stop"),
    )
    .group_by(*_where_to)
)
_BOOKED = Prepared(select(*tables.bookings.c["time_ms", "substitute"]).where(tables.bookings.c.id == bindparam("booking")))
_LATE = Prepared(
    select(tables.late_doctors.c.until).where(
        tables.late_doctors.c.date == bindparam("date"), tables.late_doctors.c.doctor == bindparam("doctor")
    )
)
