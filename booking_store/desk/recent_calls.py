"""The last calls of each zone and of each point: kept from one snapshot to the next.

A hall's board lists dozens of calls after each press, and only the newest of them is new. So a zone's calls are read
once, and from then on each call is told as it is made.
"""

from collections import deque
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, bindparam, select

from booking_store import tables
from booking_store.statements import Prepared, Statements
from mqtt.contract import Call, CallKind

CALLS_MOST: Final = 200
"""No hall hears more calls than this in 90 seconds."""

Dated = tuple[int, Call]
"""A call and the service day it was made on."""


class RecentCalls:
    """One store keeps it, tells it of each call, and makes it forget what a rollback took back and what was withdrawn."""

    def __init__(self, tx: Statements) -> None:
        self._tx = tx
        self._zones: dict[str, deque[Dated]] = {}
        self._points: dict[str, Call | None] = {}

    def forget(self) -> None:
        """Read everything when next asked."""
        self._zones, self._points = {}, {}

    def made(self, row: Row[Any]) -> None:
        """This call was made now: said after its row is written."""
        call = _call(row)
        if row.zone in self._zones:
            self._zones[row.zone].append((row.service_day, call))
        if row.point in self._points:
            self._points[row.point] = call

    def of_zone(self, zone: str, service_day: int) -> Sequence[Call]:
        """The zone's last calls of a service day, oldest first, CALLS_MOST at the most."""
        known = self._zones.get(zone)
        if known is None:
            rows = self._tx.execute(_OF_ZONE, {"zone": zone, "most": CALLS_MOST}).all()
            known = self._zones[zone] = deque(((row.service_day, _call(row)) for row in reversed(rows)), maxlen=CALLS_MOST)
        return [call for day, call in known if day == service_day]

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
