"""Who waits for which service point, read from the ledger: what rules/call_order.py puts in order.

Calls need it for one point, snapshots for every point at once; both read a Line. Those who are away wait too: they are
called again by themselves.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Row, Select, bindparam, func, select

from booking_store import tables
from booking_store.desk.desk import Desk
from mqtt.contract import CallKind
from rules.call_order import Candidate, Next, Turn, counting_priority, first_few
from rules.journey import State
from rules.site import Point


@dataclass(frozen=True, slots=True)
class Line:
    """All who wait at some stages now, and the calls made since the first of those that come back was sent off."""

    desk: Desk
    rows: tuple[Row[Any], ...]
    calls_since: tuple[Row[Any], ...]

    @classmethod
    def read(cls, desk: Desk, service_day: int, stages: Collection[str] | None = None) -> Self:
        """The line of `stages`; None: of all."""
        wanted = list(stages if stages is not None else {stage.id for stage in desk.site.stages})
        rows = tuple(desk.tx.execute(_WAITING, {"day": service_day, "stages": wanted}))
        since = [row.back_since_call for row in rows if row.turn == Turn.BACK and row.back_after]
        calls = tuple(desk.tx.execute(_CALLS_SINCE, {"day": service_day, "since": min(since)})) if since else ()
        return cls(desk, rows, calls)

    def at(self, point: Point, *, callable_now: bool = False) -> tuple[Candidate, ...]:
        """Who waits for `point`. With `callable_now` only those whose paper is settled, or had ten seconds to be
        (PROTOCOL rule 7)."""
        return tuple(
            self._candidate(row)
            for row in self.rows
            if serves(point, row) and (not callable_now or row.callable_from_ms <= self.desk.now_ms)
        )

    def next_at(self, point: Point, most: int, *, callable_now: bool = False) -> tuple[Next, ...]:
        """The next `most` for `point`, each with its reason."""
        candidates = self.at(point, callable_now=callable_now)
        policy = self.desk.site.call_order
        run = 0
        if any(one.turn is Turn.RETURNING for one in candidates):
            run = calls_since_returning(self.desk, point.id, policy.returning_one_in)
        return first_few(candidates, policy, now_ms=self.desk.now_ms, since_returning=run, most=most)

    def _candidate(self, row: Row[Any]) -> Candidate:
        return Candidate(
            number=row.number,
            joined_ms=row.waiting_since_ms,
            source=row.source,
            place_ms=row.place_ms,
            priority=counting_priority(row.priority_asked, row.priority, final=row.final_at_ms is not None),
            urgent_ms=row.urgent_at_ms,
            turn=Turn(row.turn),
            others_left=max(0, row.back_after - self._others_called(row)) if row.turn == Turn.BACK else 0,
        )

    def _others_called(self, row: Row[Any]) -> int:
        """How many others were called, since this one was sent off, by the points that may call it."""
        points = {point.id for point in self.desk.site.points if serves(point, row)}
        return sum(
            call.id > row.back_since_call and call.ticket != row.ticket and call.point in points for call in self.calls_since
        )


def serves(point: Point, stop: Row[Any]) -> bool:
    """May `point` call a ticket that stands at `stop`?"""
    if stop.only_point is not None:
        return bool(stop.only_point == point.id)
    return point.serves(stop.stage, stop.department, stop.doctor)


def calls_since_returning(desk: Desk, point: str, most: int) -> int:
    """How many calls in a row this point has made since its last returning one, counted up to `most`."""
    reasons = desk.tx.execute(_LAST_REASONS, {"point": point, "most": most}).scalars().all()
    return reasons.index("returning") if "returning" in reasons else len(reasons)


def last_call_id(desk: Desk) -> int:
    """The newest call's id; what is counted from now on comes after it."""
    return int(desk.tx.execute(_LAST_CALL).scalar_one() or 0)


_WAITING: Select[Any] = (
    select(
        *tables.stops.c["ticket", "stage", "department", "doctor", "only_point", "waiting_since_ms"],
        *tables.stops.c["turn", "back_after", "back_since_call"],
        *tables.tickets.c["number", "source", "state", "priority", "priority_asked", "urgent_at_ms", "final_at_ms"],
        tables.tickets.c.callable_from_ms,
        tables.bookings.c.time_ms.label("place_ms"),
    )
    .join_from(tables.stops, tables.tickets, tables.stops.c.ticket == tables.tickets.c.id)
    .outerjoin(tables.bookings, tables.tickets.c.booking == tables.bookings.c.id)
    .where(
        tables.stops.c.service_day == bindparam("day"),
        tables.stops.c.stage.in_(bindparam("stages", expanding=True)),
        tables.stops.c.ended_at_ms.is_(None),
        tables.tickets.c.state.in_([State.WAITING.value, State.AWAY.value]),
    )
)
_COUNTED = (tables.calls.c.kind == CallKind.CALL.value, tables.calls.c.withdrawn.is_(False))
_CALLS_SINCE: Select[Any] = select(*tables.calls.c["id", "ticket", "point"]).where(
    tables.calls.c.service_day == bindparam("day"), tables.calls.c.id > bindparam("since"), *_COUNTED
)
_LAST_REASONS = (
    select(tables.calls.c.why)
    .where(tables.calls.c.point == bindparam("point"), *_COUNTED)
    .order_by(tables.calls.c.id.desc())
    .limit(bindparam("most"))
)
_LAST_CALL = select(func.max(tables.calls.c.id))
