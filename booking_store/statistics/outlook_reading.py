"""The outlook on the next open day, read from the ledger beside the running store: the last weeks' same weekday, the hours of
that day, and the bookings for it. Writes nothing."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, bindparam, func, literal_column, select

from booking_store import tables
from booking_store.desk.site import in_force
from booking_store.reports import site_filed
from booking_store.statements import Statements
from booking_store.statistics.outlook import Outlook, Past, hours_of, outlook
from booking_store.statistics.reading import Dates, came_on, days_of, stood_on
from rules.erlang import Promise
from rules.schedule import hours_on
from rules.site import Site

DAYS_AHEAD: Final = 14
"""A site that is closed longer gives no outlook."""


def read_outlook(connection: Connection, today: date, weeks: int, promise: Promise) -> Outlook | None:
    """The outlook on the first open day after `today`, from the last `weeks` weeks; None: the site is closed for long. Raises
    LedgerError."""
    filed = site_filed(connection)
    zone = ZoneInfo(filed.time_zone)
    site = in_force(Statements(connection), filed, Dates(today, today, zone).bounds_ms()["since"])
    ahead, hours = next(((day, hours) for day in _days_after(today) if (hours := hours_on(site, day))), (None, None))
    if ahead is None or hours is None:
        return None
    rows = connection.execute(_BOOKED, {"date": ahead.isoformat()})
    booked = Counter(datetime.fromtimestamp(row.at_ms / 1000, UTC).astimezone(zone).hour for row in rows)
    return outlook(ahead, hours_of(hours), _past(connection, site, ahead, weeks), booked, promise)


def _past(connection: Connection, site: Site, ahead: date, weeks: int) -> Past:
    clock = Dates(ahead, ahead, ZoneInfo(site.time_zone))
    days = days_of(connection, [ahead - timedelta(weeks=back + 1) for back in range(weeks)])
    came: dict[str, Counter[int]] = {}
    for one in came_on(connection, days, clock).values():
        came.setdefault(one.day, Counter())[one.hour] += 1
    counters, stood = _counters(site), stood_on(connection, days, clock)
    services = (one.service_minutes for one in stood if one.point in counters)
    return Past(weeks, tuple(came.values()), tuple(minutes for minutes in services if minutes is not None))


def _days_after(today: date) -> Iterator[date]:
    return (today + timedelta(days=ahead) for ahead in range(1, DAYS_AHEAD + 1))


def _counters(site: Site) -> frozenset[str]:
    """The points where people go first."""
    first = {department.stages[0] for department in site.departments if department.stages}
    return frozenset(point.id for point in site.points if point.kind == "counter" and first & set(point.stages))


_sessions, _bookings = tables.sessions, tables.bookings
_BOOKED: Final[Select[Any]] = (
    select(func.coalesce(_bookings.c.time_ms, _sessions.c.starts_at_ms).label("at_ms"))
    .join_from(_sessions, _bookings, _bookings.c.session == _sessions.c.id)
    .where(_sessions.c.date == bindparam("date"), _bookings.c.state == literal_column("'active'"))
)
