"""The last calls of each zone and of each point: kept from one snapshot to the next.

A hall's board lists dozens of calls after each press, and only the newest of them is new. So a zone's calls are read
once, and from then on each call is told as it is made.
"""

from collections import deque
from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Row, bindparam, select

from booking_store import tables
from booking_store.statements import Prepared, Statements
from mqtt.contract import Call, CallKind

CALLS_MOST: Final = 200
"""No hall hears more calls than this in 90 seconds."""


class RecentCalls:
    """One store keeps it, tells it of each call, and makes it forget what a rollback took back and what was withdrawn."""

    def __init__(self, tx: Statements) -> None:
        self._tx = tx
        self._zones: dict[tuple[str, int], deque[Call]] = {}  # of a zone's service day
        self._points: dict[str, Call | None] = {}

    def forget(self) -> None:
        """Read everything when next asked."""
        self._zones, self._points = {}, {}

    def made(self, row: Row[Any]) -> None:
        """This call was made now: said after its row is written."""
        call = _call(row)
        if (row.zone, row.service_day) in self._zones:
            self._zones[row.zone, row.service_day].append(call)
        if row.point in self._points:
            self._points[row.point] = call

    def of_zone(self, zone: str, service_day: int) -> Collection[Call]:
        """The zone's last calls of a service day, oldest first, CALLS_MOST at the most."""
        known = self._zones.get((zone, service_day))
        if known is None:
            self._zones = {of: calls for of, calls in self._zones.items() if of[1] == service_day}
            rows = self._tx.execute(_OF_ZONE, {"zone": zone, "most": CALLS_MOST}).all()
            of_day = (_call(row) for row in reversed(rows) if row.service_day == service_day)
            known = self._zones[zone, service_day] = deque(of_day, maxlen=CALLS_MOST)
        return known

    def last_at(self, point: str) -> Call | None:
        """The point's last call ever."""
        if point not in self._points:
            row = self._tx.execute(_LAST_AT, {"point": point}).one_or_none()
            self._points[point] = None if row is None else _call(row)
        return self._points[point]


def _call(row: Row[Any]) -> Call:
    return Call(
        epoch=row.epoch,
        call=row.id,
        number=row.number,
        point=row.point,
        kind=CallKind(row.kind),
        called_at_ms=row.called_at_ms,
        urgent=row.urgent,
        withdrawn=row.withdrawn,
    )


_calls = tables.calls
_LAST_AT = Prepared(select(_calls).where(_calls.c.point == bindparam("point")).order_by(_calls.c.id.desc()).limit(1))
_OF_ZONE = Prepared(
    select(_calls).where(_calls.c.zone == bindparam("zone")).order_by(_calls.c.id.desc()).limit(bindparam("most"))
)
