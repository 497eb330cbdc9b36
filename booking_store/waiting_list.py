"""Who waits where, in the order of calls, read beside the running store: printed each hour for the day on which it dies.

Numbers only; no name, mobile or code is on it. No clock is asked: it is as the ledger's last commit left it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from booking_store import tables
from booking_store.desk.issue import CALLABLE_AFTER_MS
from booking_store.desk.line import Line
from booking_store.desk.site import in_force
from booking_store.reports import reading
from booking_store.statements import Statements
from rules.journey import State
from rules.site import Point, Site

EVERYBODY: Final = 10_000
"""More numbers than a day has."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Points that share one line: whom each serves now (None: nobody), and who waits, the next to be called first."""

    points: tuple[Point, ...]
    now: tuple[int | None, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WaitingList:
    """The open day's lines, as of the ledger's last commit, in the site's own time."""

    site: Site
    date: date
    as_of: datetime
    lines: tuple[Waiting, ...]
    absent: tuple[int, ...]  # called, and not come
    parked: tuple[int, ...]  # put aside until somebody brings them back


def waiting_list(url: str) -> WaitingList | None:
    """The lines of the open service day; None: no day is open. Raises LedgerError."""
    with reading(url) as (connection, filed):
        statements = Statements(connection)
        last_commit_ms = int(connection.execute(select(tables.ledger.c.last_commit_ms)).scalar_one())
        site = in_force(statements, filed, last_commit_ms)
        day = connection.execute(_OPEN_DAY).one_or_none()
        if day is None:
            return None
        line = Line(statements).of(site, day.id)
        then_ms = last_commit_ms + CALLABLE_AFTER_MS  # by then whoever has a number can be called
        order = {point.id: tuple(one.number for one in line.next_at(point, EVERYBODY, now_ms=then_ms)) for point in site.points}
        now = {row.id: row.number for row in connection.execute(_CURRENT)}
        beside = {
            state: tuple(connection.execute(_BESIDE, {"day": day.id, "state": state.value}).scalars())
            for state in (State.ABSENT, State.PARKED)
        }
    shared: dict[tuple[str, tuple[int, ...]], list[Point]] = {}
    for point in site.points:
        alone = "" if order[point.id] else point.id
        shared.setdefault((alone, order[point.id]), []).append(point)
    lines = tuple(
        Waiting(tuple(points), tuple(now.get(point.id) for point in points), numbers)
        for (_, numbers), points in shared.items()
        if numbers or now.get(points[0].id) is not None
    )
    as_of = datetime.fromtimestamp(last_commit_ms / 1000, UTC).astimezone(ZoneInfo(site.time_zone))
    return WaitingList(site, date.fromisoformat(day.date), as_of, lines, beside[State.ABSENT], beside[State.PARKED])


_tickets, _points = tables.tickets, tables.points
_OPEN_DAY = select(tables.service_days).where(tables.service_days.c.ended_at_ms.is_(None))
_CURRENT = select(_points.c.id, _tickets.c.number).join_from(_points, _tickets, _points.c.ticket == _tickets.c.id)
_BESIDE = (
    select(_tickets.c.number)
    .where(_tickets.c.service_day == bindparam("day"), _tickets.c.state == bindparam("state"))
    .order_by(_tickets.c.number)
)
