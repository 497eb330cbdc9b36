"""The audit trail, searched and read beside the running store, newest first and a page at a time.

Every way to ask leads over an index: a year has a million rows. A booking's rows are found by the moments at which it was made
and cancelled, and by its tickets, so that no row need be looked into.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select, tuple_

from booking_store import tables

PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None or empty: whatever there is. `whose`: the rows of any of these (`Asked.who`)."""

    day: date | None = None
    number: int | None = None  # on that day, else on the last one that was opened
    code: str = ""  # a booking's
    whose: Sequence[str] = ()
    device: str = ""  # what it asked, and what it was ordered
    before: int | None = None  # rows older than this one


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. `day` is its service day's date, where it has one."""

    id: int
    at_ms: int
    who: str
    what: str
    why: str
    day: str
    number: int | None
    point: str | None
    details: dict[str, Any]


def entries(connection: Connection, wanted: Wanted, zone: ZoneInfo, most: int = PAGE) -> tuple[Entry, ...]:
    """At most so many rows, newest first. `zone`: the site's, in which a day begins."""
    found: list[list[Entry]] = []
    common = [] if wanted.before is None else [_audit.c.id < wanted.before]
    if wanted.day is not None:
        between = _ids_of(connection, wanted.day, zone)
        if between is None:
            return ()
        common.append(_audit.c.id.between(*between))
    if wanted.number is not None:
        day = _last_day(connection) if wanted.day is None else wanted.day.isoformat()
        of_the_day = select(_days.c.id).where(_days.c.date == day).scalar_subquery()
        common += [_audit.c.service_day.in_(of_the_day), _audit.c.number == wanted.number]
    for way in _ways(connection, wanted):
        rows = connection.execute(_ENTRIES.where(*common, *way).order_by(_audit.c.id.desc()).limit(most))
        found.append([_entry(row) for row in rows])
    merged = heapq.merge(*found, key=lambda one: -one.id)
    return tuple({one.id: one for one in merged}.values())[:most]


def _ways(connection: Connection, wanted: Wanted) -> Iterator[tuple[ColumnElement[bool], ...]]:
    """The ways by which a row may be wanted: each is one question, and each has its index."""
    ways: list[tuple[ColumnElement[bool], ...]] = [()]
    if wanted.code:
        ways = list(_of_a_booking(connection, wanted.code))
    elif wanted.device:
        ways = [
            (_audit.c.who == wanted.device,),
            (_audit.c.what == "device_ordered", _audit.c.details["device"].as_string() == wanted.device),
        ]
    for way in ways:
        if wanted.whose:
            yield from ((*way, _audit.c.who == who) for who in wanted.whose)
        else:
            yield way


def _of_a_booking(connection: Connection, code: str) -> Iterator[tuple[ColumnElement[bool], ...]]:
    booking = connection.execute(select(_bookings).where(_bookings.c.code == code)).one_or_none()
    if booking is None:
        return
    moments = [at for at in (booking.booked_at_ms, booking.cancelled_at_ms) if at is not None]
    yield (_audit.c.at_ms.in_(moments), _audit.c.details["booking"].as_integer() == booking.id)
    tickets = connection.execute(select(*_tickets.c["service_day", "number"]).where(_tickets.c.booking == booking.id)).all()
    if tickets:
        yield (tuple_(_audit.c.service_day, _audit.c.number).in_([tuple(ticket) for ticket in tickets]),)


def _ids_of(connection: Connection, day: date, zone: ZoneInfo) -> tuple[int, int] | None:
    """The first and the last row of a day; None: it has none."""
    first, last = (int(datetime.combine(one, time(), zone).timestamp() * 1000) for one in (day, day + timedelta(days=1)))
    of_the_day = select(func.min(_audit.c.id), func.max(_audit.c.id)).where(_audit.c.at_ms >= first, _audit.c.at_ms < last)
    lowest, highest = connection.execute(of_the_day).one()
    return None if lowest is None else (lowest, highest)


def _last_day(connection: Connection) -> str:
    return str(connection.execute(select(_days.c.date).order_by(_days.c.id.desc()).limit(1)).scalar() or "")


def _entry(row: Row[Any]) -> Entry:
    details = row.details if isinstance(row.details, dict) else {}
    return Entry(row.id, row.at_ms, row.who, row.what, row.why, row.date or "", row.number, row.point, details)


_audit, _days, _bookings, _tickets = tables.audit, tables.service_days, tables.bookings, tables.tickets
_ENTRIES: Final[Select[Any]] = select(
    *_audit.c["id", "at_ms", "who", "what", "why", "number", "point", "details"], _days.c.date
).outerjoin_from(_audit, _days, _days.c.id == _audit.c.service_day)
