"""One ticket from its paper to its end, read beside the running store: what it is, where it stood, and who did what with it."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, select

from booking_store import tables
from rules.journey import State


@dataclass(frozen=True, slots=True)
class Stood:
    """One stop of its way. Times are milliseconds since 1970."""

    stage: str
    waiting_since_ms: int
    called_at_ms: int | None
    ended_at_ms: int | None
    point: str | None
    calls: int


@dataclass(frozen=True, slots=True)
class Noted:
    """One row of the audit trail. `to`: where a transfer led, or the class that was confirmed."""

    at_ms: int
    who: str
    what: str
    why: str
    point: str | None
    to: str | None


@dataclass(frozen=True, slots=True)
class Story:
    """A ticket. `ahead`: the stages after that of its last stop; `mobile_end`: the last four digits of its booking's mobile."""

    number: int
    state: State
    source: str
    department: int | None
    doctor: int | None
    priority: str | None
    priority_asked: str | None
    urgent: bool
    final: bool
    ahead: tuple[str, ...]
    marks: tuple[str, ...]
    outcome: str | None
    issued_at_ms: int
    device: str
    booked_at_ms: int | None  # the place's own time
    mobile_end: str
    stood: tuple[Stood, ...]
    noted: tuple[Noted, ...]

    @property
    def stage(self) -> str:
        """Where it stands, or stood last."""
        return self.stood[-1].stage if self.stood else ""


def story(connection: Connection, service_day: int, number: int) -> Story | None:
    """What is known of a number on a service day; None: it was not given."""
    about = {"day": service_day, "number": number}
    ticket = connection.execute(_TICKET, about).one_or_none()
    if ticket is None:
        return None
    stood = connection.execute(_STOOD, {"ticket": ticket.id}).all()
    return Story(
        number=ticket.number,
        state=State(ticket.state),
        source=ticket.source,
        department=ticket.department,
        doctor=ticket.doctor,
        priority=ticket.priority,
        priority_asked=ticket.priority_asked,
        urgent=ticket.urgent_at_ms is not None,
        final=ticket.final_at_ms is not None,
        ahead=tuple(ticket.ahead),
        marks=tuple(ticket.marks),
        outcome=ticket.outcome,
        issued_at_ms=ticket.issued_at_ms,
        device=ticket.device,
        booked_at_ms=ticket.time_ms,
        mobile_end=(ticket.mobile or "")[-4:],
        stood=tuple(Stood(*row) for row in stood),
        noted=tuple(_noted(row) for row in connection.execute(_NOTED, about)),
    )


def _noted(row: Row[Any]) -> Noted:
    to = row.details.get("to") if isinstance(row.details, dict) else None
    return Noted(row.at_ms, row.who, row.what, row.why, row.point, to if isinstance(to, str) else None)


_tickets, _stops, _bookings, _audit = tables.tickets, tables.stops, tables.bookings, tables.audit
_TICKET: Final = (
    select(_tickets, *_bookings.c["time_ms", "mobile"])
    .outerjoin(_bookings, _bookings.c.id == _tickets.c.booking)
    .where(_tickets.c.service_day == bindparam("day"), _tickets.c.number == bindparam("number"))
)
_STOOD: Final = (
    select(*_stops.c["stage", "waiting_since_ms", "called_at_ms", "ended_at_ms", "point", "calls"])
    .where(_stops.c.ticket == bindparam("ticket"), ~_stops.c.taken_back)
    .order_by(_stops.c.id)
)
_NOTED: Final = (
    select(*_audit.c["at_ms", "who", "what", "why", "point", "details"])
    .where(_audit.c.service_day == bindparam("day"), _audit.c.number == bindparam("number"))
    .order_by(_audit.c.id)
)
