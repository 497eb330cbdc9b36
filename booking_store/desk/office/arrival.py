"""A household takes a ticket at the kiosk: which one it is, the class of who brings papers, and their officer's counter.

The code that was typed is looked up by its mark and kept nowhere. Nothing here refuses a ticket: with a code that leads to
nobody, or without the store's key, it is a ticket like any other, and the officer looks.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, bindparam, insert, literal, select, update

from booking_store import tables
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.office import households, steps
from booking_store.desk.office.seat import Seat, take_seat
from mqtt.contract import TakeWalkIn
from rules.office import Matter
from rules.referral import Act, State
from rules.spelling import plain_code

MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """What an office knows of a fresh ticket. `priority`: a class that it has, which nobody need confirm."""

    matter: str
    household: int | None = None
    priority: str | None = None
    kept_for: str | None = None
    kept_until_ms: int | None = None


def arrival(desk: Desk, asked: Asked, wish: TakeWalkIn) -> Arrival | None:
    """Who arrives with this wish; None: not at an office, or for no matter that it knows."""
    matter = _matter(desk, wish)
    if matter is None:
        return None
    seat = take_seat(desk, asked) if wish.code else None
    household = _household(seat, matter, wish.code) if isinstance(seat, Seat) else None
    if not isinstance(seat, Seat) or household is None:
        return Arrival(matter.id)
    case = steps.open_case(desk, household)
    if not matter.brings_papers or case is None or case.state != State.MORE_PAPERS:
        return Arrival(matter.id, household)
    priority = _longer_head_start(desk, matter.priority, wish.priority)
    point = _counter_of(seat, _who_asked(desk, case)) if seat.office.same_officer_minutes else None
    until_ms = desk.now_ms + seat.office.same_officer_minutes * MINUTE_MS if point is not None else None
    return Arrival(matter.id, household, priority, point, until_ms)


def write(desk: Desk, ticket: int, who: Arrival) -> None:
    """Beside a ticket's own row, before it is said to be in line."""
    row = {"matter": who.matter, "household": who.household, "kept_for": who.kept_for, "kept_until_ms": who.kept_until_ms}
    desk.tx.execute(insert(_office_tickets), {"ticket": ticket} | row)


def write_matter(desk: Desk, ticket: int, wish: TakeWalkIn) -> None:
    """Of a ticket that a kiosk gave alone: it asked for no code, and tells the matter."""
    matter = _matter(desk, wish)
    if matter is not None and desk.tx.execute(_KNOWN, {"ticket": ticket}).first() is None:
        write(desk, ticket, Arrival(matter.id))


def go_along(desk: Desk, was: int, now: int) -> None:
    """Ticket `now` has the place that ticket `was` had, and brings the same household."""
    copied = select(literal(now), *_office_tickets.c["matter", "household", "kept_for", "kept_until_ms"])
    there = select(_office_tickets.c.ticket).where(_office_tickets.c.ticket == now).exists()
    columns = ("ticket", "matter", "household", "kept_for", "kept_until_ms")
    desk.tx.execute(insert(_office_tickets).from_select(columns, copied.where(_office_tickets.c.ticket == was, ~there)))


def follow(desk: Desk, stays: int, goes: int) -> None:
    """Two households are one: the tickets of the one that goes are the other's."""
    desk.tx.execute(update(_office_tickets).where(_office_tickets.c.household == goes), {"household": stays})


def _matter(desk: Desk, wish: TakeWalkIn) -> Matter | None:
    """The matter that was chosen, while its tickets are those of the department that is asked."""
    office = desk.site.office
    matter = office.matter(wish.matter) if office is not None and wish.matter else None
    return matter if matter is not None and matter.department == wish.department else None


def _household(seat: Seat, matter: Matter, code: str) -> int | None:
    """The one that the code leads to: by its own code, else by a member's. Somebody who is written down in several is of the
    one that was asked for papers, where they bring them; else an officer asks."""
    own = households.by_code(seat, plain_code(code))
    found = [own] if own is not None else households.found_by(seat, code)
    if len(found) > 1 and matter.brings_papers:
        found = [one for one in found if _was_asked(seat.desk, one)]
    return found[0] if len(found) == 1 else None


def _was_asked(desk: Desk, household: int) -> bool:
    case = steps.open_case(desk, household)
    return case is not None and case.state == State.MORE_PAPERS


def _longer_head_start(desk: Desk, granted: str, asked: str | None) -> str | None:
    """The class of the matter, unless the one that was asked for is called still earlier: then an officer confirms that."""
    minutes = desk.site.call_order.head_start_minutes
    return granted if granted and minutes.get(granted, 0) >= minutes.get(asked or "", 0) else None


def _who_asked(desk: Desk, case: Row[Any]) -> str:
    """The officer who told the household what is missing."""
    return str(desk.tx.execute(_ASKED_PAPERS, {"case": case.id}).scalar() or case.opened_by)


def _counter_of(seat: Seat, officer: str) -> str | None:
    """Where this officer sits: the point that last called somebody whose case they opened, or that they pressed at on their
    page, today or on the last day that they were here. None: nobody knows, or it does not serve here any more."""
    tx = seat.desk.tx
    consoles = [f"{one.id}:{officer}" for one in seat.desk.site.devices if one.role == "operator"]
    found = [*tx.execute(_PRESSED.where(_audit.c.who.in_(consoles))), *tx.execute(_OPENED, {"officer": officer})]
    point = str(max(found, key=lambda row: row.at_ms).point) if found else ""
    return point if seat.desk.site.point(point) is not None else None


_office_tickets, _cases, _audit = tables.office_tickets, tables.cases, tables.audit
_tickets, _stops = tables.tickets, tables.stops
_KNOWN: Final = select(_office_tickets.c.ticket).where(_office_tickets.c.ticket == bindparam("ticket"))
_ASKED_PAPERS: Final = (
    select(tables.case_steps.c.who)
    .where(tables.case_steps.c.case_id == bindparam("case"), tables.case_steps.c.act == Act.ASK_PAPERS)
    .order_by(tables.case_steps.c.id.desc())
    .limit(1)
)
_PRESSED: Final = (
    select(_audit.c.point, _audit.c.at_ms).where(_audit.c.point.is_not(None)).order_by(_audit.c.id.desc()).limit(1)
)
_OPENED: Final = (
    select(_stops.c.point, _cases.c.opened_at_ms.label("at_ms"))
    .join_from(_cases, _tickets, (_tickets.c.service_day == _cases.c.service_day) & (_tickets.c.number == _cases.c.number))
    .join(_stops, _stops.c.ticket == _tickets.c.id)
    .where(_cases.c.opened_by == bindparam("officer"), _stops.c.point.is_not(None))
    .order_by(_cases.c.id.desc(), _stops.c.id.desc())
    .limit(1)
)
