"""A ticket's place in line for whoever holds its paper, read beside the store: how many are before it, and nobody is named.

Who is before it is the store's own line, by the rule that calls; while the store is away nobody is called, so that what stands
in the ledger stays true.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, bindparam, select

from booking_store import database, tables
from booking_store.desk import site as sites
from booking_store.desk.line import Line, serves
from booking_store.statements import Statements
from mqtt.contract import CallKind, PointStatus
from rules.journey import IN_LINE, State
from rules.site import Point, Site
from rules.ticket_page import fits
from rules.waiting import waiting_range

CALLS_LOOKED_AT: Final = 12
SOON_MS: Final = 15_000
"""A fresh ticket may be called in a moment: it counts already."""
NO_KEY: Final = "00" * 16
"""In the place of a key, so that a day without one takes as long to look at."""


@dataclass(frozen=True, slots=True)
class LastCall:
    """The last call at a point that may call this ticket too."""

    number: int
    point: Point
    called_at_ms: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A ticket. `ahead` and `minutes` only while it waits; `point` only while it is called."""

    number: int
    state: State
    site: Site
    stage: str
    ahead: int = 0
    minutes: tuple[int, int] | None = None
    points: tuple[Point, ...] = ()  # where it may be called
    last_call: LastCall | None = None


class TurnReader:
    """Looks at one ledger again and again, also one that is not there yet. From any thread."""

    def __init__(self, url: str, site_id: str) -> None:
        self._url = url
        self._site_id = site_id
        self._opened: Engine | None = None

    def turn(self, number: int, code: str) -> Turn | None:
        """The ticket of a number and its paper's code; None: not of an open day's. Raises LedgerError."""
        with self._looking() as connection:
            day = connection.execute(_DAY).one_or_none()
            key = day.page_key if day is not None else None
            if not fits(key or NO_KEY, number, code) or day is None or key is None:
                return None
            tx = Statements(connection)
            site = sites.filed(tx, self._site_id)
            return _turn(connection, tx, site, day, number)

    def site(self) -> Site:
        """The site as it is filed. Raises LedgerError."""
        with self._looking() as connection:
            return sites.filed(Statements(connection), self._site_id)

    @contextmanager
    def _looking(self) -> Iterator[Connection]:
        engine = self._opened or database.open_for_reading(self._url)
        with database.telling_readers(self._url), engine.connect() as connection:
            if self._opened is None:
                database.refuse_older(connection)
                self._opened = engine
            yield connection


def _turn(connection: Connection, tx: Statements, site: Site, day: Row[Any], number: int) -> Turn | None:
    ticket = connection.execute(_TICKET, {"day": day.id, "number": number}).one_or_none()
    if ticket is None or ticket.state == State.VOID:
        return None
    state = State(ticket.state)
    stop = connection.execute(_STOP, {"ticket": ticket.id}).one_or_none()
    if stop is None:
        return Turn(number, state, site, "")
    open_points = set(connection.execute(_OPEN_POINTS).scalars())
    points = tuple(point for point in site.points if serves(point, stop))
    calls = connection.execute(_CALLS, {"day": day.id, "points": [point.id for point in points], "most": CALLS_LOOKED_AT}).all()
    last = next(
        (LastCall(one.number, point, one.called_at_ms) for one in calls[:1] for point in points if point.id == one.point), None
    )
    if state is State.CALLED:
        here = tuple(point for point in site.points if point.id == stop.point)
        return Turn(number, state, site, stop.stage, points=here, last_call=last)
    if state not in IN_LINE:
        return Turn(number, state, site, stop.stage, points=points, last_call=last)
    line, now_ms = Line(tx).of(site, day.id), connection.execute(_NOW).scalar_one() + SOON_MS
    here = tuple(point for point in points if point.id in open_points) or points
    ahead = min((line.ahead_of(number, point, now_ms=now_ms) for point in here), default=0)
    minutes = waiting_range(ahead, [one.called_at_ms for one in calls])
    return Turn(number, state, site, stop.stage, ahead, minutes, points, last)


_calls, _days, _stops, _tickets = tables.calls, tables.service_days, tables.stops, tables.tickets
_DAY: Final = select(_days).where(_days.c.ended_at_ms.is_(None))
_NOW: Final = select(tables.ledger.c.last_commit_ms)
_TICKET: Final = select(*_tickets.c["id", "state"]).where(
    _tickets.c.service_day == bindparam("day"), _tickets.c.number == bindparam("number")
)
_STOP: Final = select(_stops).where(_stops.c.ticket == bindparam("ticket"), _stops.c.ended_at_ms.is_(None))
_OPEN_POINTS: Final = select(tables.points.c.id).where(tables.points.c.status == PointStatus.OPEN.value)
_CALLS: Final = (
    select(*_calls.c["number", "point", "called_at_ms"])
    .where(
        _calls.c.service_day == bindparam("day"),
        _calls.c.point.in_(bindparam("points", expanding=True)),
        _calls.c.kind == CallKind.CALL.value,
        ~_calls.c.withdrawn,
    )
    .order_by(_calls.c.id.desc())
    .limit(bindparam("most"))
)
