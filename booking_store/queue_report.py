"""Everybody who has a ticket today, read beside the running store: where they stand, since when, and what is marked.

What the counters call by is the store's own line (booking_store/desk/line.py); this is for people who look at all of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, and_, bindparam, exists, select

from booking_store import database, tables
from rules.journey import State


@dataclass(frozen=True, slots=True)
class Standing:
    """One ticket. Times are milliseconds since 1970; `mobile_end` is the last four digits of its booking's mobile."""

    number: int
    state: State
    source: str
    stage: str
    waiting_since_ms: int
    department: int | None = None
    doctor: int | None = None
    point: str | None = None  # where it was called last at this stage
    called_at_ms: int | None = None
    priority: str | None = None
    priority_asked: str | None = None
    urgent: bool = False
    turn: str = "line"
    marks: tuple[str, ...] = ()
    outcome: str | None = None
    booked_at_ms: int | None = None  # the place's own time
    mobile_end: str = ""


class QueueReader:
    """Looks at one ledger again and again, also one that is not there yet. From any thread."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opened: Engine | None = None

    def close(self) -> None:
        """Let the ledger go."""
        if self._opened is not None:
            self._opened.dispose()

    def standing(self, service_day: int) -> tuple[Standing, ...]:
        """Every ticket of a service day, in the order of their waits. Raises LedgerError, also where there is no ledger, or
        an older one."""
        with self.looking() as connection:
            return tuple(_standing(row) for row in connection.execute(_STANDING, {"day": service_day}))

    def mobile_of(self, service_day: int, number: int) -> str | None:
        """The whole mobile of a ticket's booking; whoever asks leaves a row in the audit trail first. Raises LedgerError."""
        with self.looking() as connection:
            found: str | None = connection.execute(_MOBILE, {"day": service_day, "number": number}).scalar()
            return found

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """A connection that reads, for one look. Raises LedgerError."""
        engine = self._opened or database.open_for_reading(self._url)
        with database.telling_readers(self._url), engine.connect() as connection:
            if self._opened is None:
                database.refuse_older(connection)
                self._opened = engine
            yield connection


def _standing(row: Row[Any]) -> Standing:
    return Standing(
        number=row.number,
        state=State(row.state),
        source=row.source,
        stage=row.stage,
        waiting_since_ms=row.waiting_since_ms,
        department=row.department,
        doctor=row.doctor,
        point=row.point,
        called_at_ms=row.called_at_ms,
        priority=row.priority,
        priority_asked=row.priority_asked,
        urgent=row.urgent_at_ms is not None,
        turn=row.turn,
        marks=tuple(row.marks),
        outcome=row.outcome,
        booked_at_ms=row.time_ms,
        mobile_end=(row.mobile or "")[-4:],
    )


_tickets, _stops, _bookings = tables.tickets, tables.stops, tables.bookings
_later = _stops.alias()
_is_last = ~exists().where(_later.c.ticket == _stops.c.ticket, _later.c.id > _stops.c.id, ~_later.c.taken_back)
_STANDING: Final = (
    select(
        *_tickets.c["number", "state", "source", "department", "doctor", "priority", "priority_asked", "urgent_at_ms"],
        *_tickets.c["marks", "outcome"],
        *_stops.c["stage", "waiting_since_ms", "point", "called_at_ms", "turn"],
        *_bookings.c["time_ms", "mobile"],
    )
    .join_from(_tickets, _stops, and_(_stops.c.ticket == _tickets.c.id, ~_stops.c.taken_back, _is_last))
    .outerjoin(_bookings, _bookings.c.id == _tickets.c.booking)
    .where(_tickets.c.service_day == bindparam("day"), _tickets.c.state != State.VOID.value)
    .order_by(_stops.c.waiting_since_ms, _tickets.c.number)
)
_MOBILE: Final = (
    select(_bookings.c.mobile)
    .join(_tickets, _tickets.c.booking == _bookings.c.id)
    .where(_tickets.c.service_day == bindparam("day"), _tickets.c.number == bindparam("number"))
)
