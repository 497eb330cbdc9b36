"""Who waits for which service point, as rules/call_order.py puts them in order: kept from one request to the next.

A line of two hundred, read anew for each press and each point's screen, would cost more than all the rest of the store.
So it is read once, and after a change only the tickets that changed are read again. Those who are away wait too: they
are called again by themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Self

from sqlalchemy import Row, bindparam, func, select

from booking_store import tables
from booking_store.statements import Prepared, Statements
from mqtt.contract import CallKind, PointStatus
from rules.call_order import Candidate, Kept, Next, Placed, Turn, counting_priority, first_few, place
from rules.journey import IN_LINE
from rules.site import CallOrderPolicy, Point, Site

Points = frozenset[str]
"""The ids of the points that may call somebody. All who share them are one group."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One who waits."""

    ticket: int
    points: Points
    callable_from_ms: int
    placed: Placed
    back_after: int
    back_since_call: int
    kept: Kept | None = None


class Line:
    """All who wait now. One store keeps it, tells it of every change, and makes it forget what a rollback took back."""

    def __init__(self, tx: Statements) -> None:
        self._tx = tx
        self._right_for: tuple[Site, int] | None = None
        self._site_points: tuple[Point, ...] = ()
        self._policy = CallOrderPolicy()
        self._points: dict[tuple[Any, ...], Points] = {}  # of each place where somebody stands
        self._groups: dict[Points, dict[int, Standing]] = {}
        self._group_of: dict[int, Points] = {}
        self._returning: set[int] = set()
        self._kept: set[int] = set()
        self._changed: set[int] = set()
        self._calls_since: tuple[Row[Any], ...] | None = None
        self._told: dict[tuple[Any, ...], tuple[Next, ...]] = {}  # fifty counters of one group ask the same at one time
        self._told_at_ms = 0

    def forget(self) -> None:
        """Read everything when next asked."""
        self._right_for = None

    def changed(self, ticket: int) -> None:
        """This ticket waits now, or does so no more, or differently."""
        self._changed.add(ticket)

    def left(self, ticket: int) -> None:
        """This ticket waits no more: nothing of it need be read."""
        self._changed.discard(ticket)
        self._take_out(ticket)
        self._calls_since = None
        self._told.clear()

    def of(self, site: Site, service_day: int) -> Self:
        """The line as it stands in the ledger now."""
        right_for = self._right_for
        anew = right_for is None or right_for[0] is not site or right_for[1] != service_day
        if not anew and not self._changed:
            return self
        if anew:
            self._right_for = (site, service_day)
            self._site_points, self._policy = site.points, site.call_order
            self._points, self._groups, self._group_of = {}, {}, {}
            self._returning, self._kept = set(), set()
            self._put(self._tx.execute(_WAITING, {"day": service_day}))
        else:
            for ticket in self._changed:
                self._take_out(ticket)
                self._put(self._tx.execute(_WAITING_ONE, {"day": service_day, "ticket": ticket}))
        self._changed.clear()
        self._calls_since = None
        self._told.clear()
        return self

    def next_at(self, point: Point, most: int, *, now_ms: int) -> tuple[Next, ...]:
        """The next `most` for `point`, each with its reason: only those whose paper is settled, or had ten seconds to be
        (PROTOCOL rule 7), and who are not kept for another point."""
        groups = tuple(points for points in self._groups if point.id in points)
        run = calls_since_returning(self._tx, point.id, self._policy.returning_one_in) if self._returning else 0
        elsewhere = self._kept_elsewhere(point, now_ms) if self._kept else frozenset()
        asked = (groups, most, run, elsewhere)
        if now_ms != self._told_at_ms:
            self._told_at_ms = now_ms
            self._told.clear()
        if asked not in self._told:
            everybody = (one for points in groups for one in self._groups[points].values())
            here = (one for one in everybody if one.callable_from_ms <= now_ms and one.ticket not in elsewhere)
            placed = [self._counted(one) if one.placed.candidate.turn is Turn.BACK else one.placed for one in here]
            self._told[asked] = first_few(placed, self._policy, now_ms=now_ms, since_returning=run, most=most)
        return self._told[asked]

    def _kept_elsewhere(self, point: Point, now_ms: int) -> frozenset[int]:
        """Whom `point` passes over now. Who is urgent is called wherever they can be."""
        open_points = frozenset(self._tx.execute(_OPEN_POINTS).scalars())
        kept = (self._groups[self._group_of[ticket]][ticket] for ticket in self._kept)
        return frozenset(
            one.ticket
            for one in kept
            if one.kept is not None
            and one.placed.candidate.urgent_ms is None
            and one.kept.passed_over_at(point.id, open_points, now_ms)
        )

    def ahead_of(self, number: int, point: Point, *, now_ms: int) -> int:
        """How many `point` would call before `number`, if nobody else came."""
        order = self.next_at(point, len(self._group_of), now_ms=now_ms)
        return next((place for place, one in enumerate(order) if one.number == number), len(order))

    def waiting(self, points: Points) -> int:
        """How many wait for at least one of these points."""
        return sum(len(group) for group_points, group in self._groups.items() if not points.isdisjoint(group_points))

    def _put(self, rows: Iterable[Row[Any]]) -> None:
        for row in rows:
            one = self._stand(row)
            self._groups.setdefault(one.points, {})[one.ticket] = one
            self._group_of[one.ticket] = one.points
            if one.placed.candidate.turn is Turn.RETURNING:
                self._returning.add(one.ticket)
            if one.kept is not None:
                self._kept.add(one.ticket)

    def _take_out(self, ticket: int) -> None:
        points = self._group_of.pop(ticket, None)
        if points is not None:
            del self._groups[points][ticket]
            self._returning.discard(ticket)
            self._kept.discard(ticket)

    def _stand(self, row: Row[Any]) -> Standing:
        candidate = Candidate(
            number=row.number,
            joined_ms=row.waiting_since_ms,
            source=row.source,
            place_ms=row.place_ms,
            priority=counting_priority(row.priority_asked, row.priority, final=row.final_at_ms is not None),
            urgent_ms=row.urgent_at_ms,
            turn=Turn(row.turn),
        )
        placed = place(candidate, self._policy)
        points = self._points_of(row)
        kept = Kept(row.kept_for, row.kept_until_ms) if row.kept_for in points else None
        return Standing(row.ticket, points, row.callable_from_ms, placed, row.back_after, row.back_since_call, kept)

    def _points_of(self, row: Row[Any]) -> Points:
        where = (row.stage, row.department, row.doctor, row.only_point)
        if where not in self._points:
            self._points[where] = frozenset(point.id for point in self._site_points if serves(point, row))
        return self._points[where]

    def _counted(self, one: Standing) -> Placed:
        """With how many others are still called before one who comes back, by the points that may call both."""
        called = sum(
            call.id > one.back_since_call and call.ticket != one.ticket and call.point in one.points
            for call in self._calls_of_others()
        )
        left = max(0, one.back_after - called)
        return replace(one.placed, candidate=replace(one.placed.candidate, others_left=left))

    def _calls_of_others(self) -> tuple[Row[Any], ...]:
        """All calls since the first of those who come back was sent off."""
        if self._calls_since is None:
            everybody = (one for group in self._groups.values() for one in group.values())
            back = [one.back_since_call for one in everybody if one.back_after]
            since = {"since": min(back, default=0)}
            self._calls_since = tuple(self._tx.execute(_CALLS_SINCE, since)) if back else ()
        return self._calls_since


def serves(point: Point, stop: Row[Any]) -> bool:
    """May `point` call a ticket that stands at `stop`?"""
    if stop.only_point is not None:
        return bool(stop.only_point == point.id)
    return point.serves(stop.stage, stop.department, stop.doctor)


def calls_since_returning(tx: Statements, point: str, most: int) -> int:
    """How many calls in a row this point has made since its last returning one, counted up to `most`."""
    reasons = tx.execute(_LAST_REASONS, {"point": point, "most": most}).scalars()
    return reasons.index("returning") if "returning" in reasons else len(reasons)


def last_call_id(tx: Statements) -> int:
    """The newest call's id; what is counted from now on comes after it."""
    return int(tx.execute(_LAST_CALL).scalar_one() or 0)


_waiting = (
    select(
        *tables.stops.c["ticket", "stage", "department", "doctor", "only_point", "waiting_since_ms"],
        *tables.stops.c["turn", "back_after", "back_since_call"],
        *tables.tickets.c["number", "source", "state", "priority", "priority_asked", "urgent_at_ms", "final_at_ms"],
        tables.tickets.c.callable_from_ms,
        tables.bookings.c.time_ms.label("place_ms"),
        *tables.office_tickets.c["kept_for", "kept_until_ms"],
    )
    .join_from(tables.stops, tables.tickets, tables.stops.c.ticket == tables.tickets.c.id)
    .outerjoin(tables.bookings, tables.tickets.c.booking == tables.bookings.c.id)
    .outerjoin(tables.office_tickets, tables.office_tickets.c.ticket == tables.tickets.c.id)
    .where(
        tables.stops.c.service_day == bindparam("day"),
        tables.stops.c.ended_at_ms.is_(None),
        tables.tickets.c.state.in_(sorted(IN_LINE)),
    )
)
_WAITING = Prepared(_waiting)
_WAITING_ONE = Prepared(_waiting.where(tables.stops.c.ticket == bindparam("ticket")))
_COUNTED = (tables.calls.c.kind == CallKind.CALL.value, tables.calls.c.withdrawn.is_(False))
_CALLS_SINCE = Prepared(
    select(*tables.calls.c["id", "ticket", "point"]).where(tables.calls.c.id > bindparam("since"), *_COUNTED)
)
_LAST_REASONS = Prepared(
    select(tables.calls.c.why)
    .where(tables.calls.c.point == bindparam("point"), *_COUNTED)
    .order_by(tables.calls.c.id.desc())
    .limit(bindparam("most"))
)
_OPEN_POINTS = Prepared(select(tables.points.c.id).where(tables.points.c.status == PointStatus.OPEN.value))
_LAST_CALL = Prepared(select(func.max(tables.calls.c.id)))
