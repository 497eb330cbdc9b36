"""The desk: what a request's handler works with while one transaction is open, and who may ask for what.

A handler is `def handle(desk: Desk, asked: Asked, operation: SomeOperation) -> Answer`. It reads, decides by a rule,
writes through `desk.tx`, notes what screens must hear of in `desk.touched`, and returns its answer. A refusal is an
answer (`Refusal`), never an exception; an exception is a fault of the program, rolls the request back and is answered
`internal_error`. `dispatch.py` says which handler serves which operation.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, insert, select

from booking_store import tables
from booking_store.desk.line import Line
from booking_store.desk.recent_calls import RecentCalls
from booking_store.generations import Generation
from booking_store.seal import Seal
from booking_store.statements import Prepared, Statements
from mqtt.contract import PointState, Seen
from rules.site import Site

Opened = tuple[Row[Any] | None]
"""The service day that is not closed, in a box: an empty one says that none is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks: the device as the broker's ACL has checked it, the request's id, the device's run, what it had seen."""

    device: str
    request: str
    boot: str = ""
    seen: Seen | None = None
    by_staff: bool = False  # a person of the clinic stands behind it, or the store itself
    by: str | None = None  # that person's account, as an operator's device tells it

    @property
    def who(self) -> str:
        """For the audit trail: the device, and the account behind it where it is an operator's ("console:sara")."""
        return f"{self.device}:{self.by}" if self.by and self.by_staff else self.device


@dataclass(slots=True)
class Touched:
    """What changed in this transaction; `notices.py` makes the snapshots of it after the commit."""

    points: dict[str, PointState | None] = field(default_factory=dict)  # its state, where an answer has told it already
    zones: set[str] = field(default_factory=set)
    day: bool = False
    site: bool = False
    queue: bool = False  # who waits where: the next three and the counts of every point and zone may have changed

    def copy(self) -> "Touched":
        return replace(self, points=dict(self.points), zones=set(self.zones))

    def point(self, *points: str) -> None:
        """These points changed; what an answer told of them before is so no more."""
        self.points |= dict.fromkeys(points)

    def add(self, other: "Touched") -> None:
        """Take in what another transaction changed."""
        self.points |= other.points
        self.zones |= other.zones
        self.day |= other.day
        self.site |= other.site
        self.queue |= other.queue


@dataclass(slots=True)
class Desk:
    """One open transaction with the site in force. `sequence` is the number its commit will have."""

    tx: Statements
    line: Line
    calls: RecentCalls
    generation: Generation
    site: Site
    now_ms: int
    epoch: str
    sequence: int
    clock_trusted: bool = True  # synchronised, and not before the last commit
    clock_behind: bool = False  # before the last commit: only a day's repair makes it right (law 10)
    disk_full: bool = False  # nothing new is promised; what was promised is kept
    wall_ms: int | None = None  # what the clock itself says, where that is not `now_ms`
    back_to_ms: int | None = None  # from this commit on, the store's time goes on from here
    randomness: random.Random = field(default_factory=random.SystemRandom)
    seal: Seal | None = None  # of an office's identities
    touched: Touched = field(default_factory=Touched)
    left_boots: set[tuple[str, str]] = field(default_factory=set)  # devices, and runs of theirs after which another was heard
    opened: Opened | None = None  # once it was read; a store that writes nothing in between hands it from desk to desk

    # ------------------------------------------------------------------ time in the site's own zone

    @property
    def now(self) -> datetime:
        """Now, aware, in the site's time zone."""
        return self.local(self.now_ms)

    @property
    def today(self) -> date:
        """The calendar date now in the site's time zone (the service day's date is in its row)."""
        return self.now.date()

    @property
    def service_date(self) -> date:
        """The open service day's date, else the calendar's."""
        opened = self.open_day()
        return date.fromisoformat(opened.date) if opened is not None else self.today

    def local(self, at_ms: int) -> datetime:
        """`at_ms` as an aware datetime in the site's time zone."""
        return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(self.site.time_zone))

    def at_ms(self, day: date, clock: time) -> int:
        """`clock` on `day` in the site's time zone, as milliseconds UTC."""
        return int(datetime.combine(day, clock, ZoneInfo(self.site.time_zone)).timestamp() * 1000)

    # ------------------------------------------------------------------ what nearly every handler reads

    def open_day(self) -> Row[Any] | None:
        """The service day that is not closed, if there is one. Nearly everything asks, so it is read once."""
        if self.opened is None:
            self.opened = (self.tx.execute(_OPEN_DAY).one_or_none(),)
        return self.opened[0]

    def day_changed(self) -> None:
        """A service day's row was written, or a write of it undone."""
        self.opened = None

    def ticket(self, service_day: int, number: int) -> Row[Any] | None:
        """The ticket with this number, whatever its state."""
        return self.tx.execute(_TICKET, {"day": service_day, "number": number}).one_or_none()

    def ticket_row(self, ticket: int) -> Row[Any]:
        """The row of ticket id `ticket`, which is there."""
        return self.tx.execute(_TICKET_ROW, {"ticket": ticket}).one()

    def stop(self, ticket: int) -> Row[Any] | None:
        """The stop where ticket id `ticket` stands now; None when its journey has ended."""
        return self.tx.execute(_STOP, {"ticket": ticket}).one_or_none()

    def point_row(self, point: str) -> Row[Any] | None:
        """The row of a point; every point of the site in force has one."""
        return self.tx.execute(_POINT, {"point": point}).one_or_none()

    # ------------------------------------------------------------------ what every change leaves

    def line_changed(self, ticket: int) -> None:
        """This ticket waits now, or does so no more, or differently: said after each such write, never before."""
        self.line.changed(ticket)
        self.touched.queue = True

    def line_left(self, ticket: int) -> None:
        """This ticket surely waits no more."""
        self.line.left(ticket)
        self.touched.queue = True

    def every_line_changed(self) -> None:
        """So many tickets, or what the lines are made by, that nobody lists them."""
        self.line.forget()
        self.touched.queue = True

    def note(self, asked: Asked, what: str, *, why: str = "", **about: Any) -> None:
        """Leave a row in the audit trail. `about`: service_day, number, point, details (a dict that JSON can hold)."""
        row = {"at_ms": self.now_ms, "sequence": self.sequence, "who": asked.who, "what": what, "why": why}
        self.tx.execute(_NOTE, row | about)


_OPEN_DAY = Prepared(select(tables.service_days).where(tables.service_days.c.ended_at_ms.is_(None)))
_TICKET = Prepared(
    select(tables.tickets).where(
        tables.tickets.c.service_day == bindparam("day"), tables.tickets.c.number == bindparam("number")
    )
)
_TICKET_ROW = Prepared(select(tables.tickets).where(tables.tickets.c.id == bindparam("ticket")))
_STOP = Prepared(select(tables.stops).where(tables.stops.c.ticket == bindparam("ticket"), tables.stops.c.ended_at_ms.is_(None)))
_POINT = Prepared(select(tables.points).where(tables.points.c.id == bindparam("point")))
_NOTE = Prepared(insert(tables.audit))
