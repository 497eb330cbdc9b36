"""Statistics of a service day, read beside the running store: issued, called, waits, no-shows, outcomes. Writes nothing.

A wait is a ticket's time in line at one stage, from when it joined (or came back) to its call there, in minutes. Waits
are given as the median and the 90th percentile (nearest rank: a wait that somebody really had).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, bindparam, func, select

from booking_store import database, tables
from booking_store.site_file import parse_site
from mqtt.contract import Day
from rules.journey import Act
from rules.site import Site
from rules.statistics import percentile

_MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Waits:
    """How long people waited for a call, in minutes; None where nobody was called."""

    count: int
    median_minutes: float | None
    p90_minutes: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """One row of the report. `called` counts tickets that were called at least once, `no_shows` the calls nobody answered."""

    issued: int
    called: int
    waits: Waits
    no_shows: int


@dataclass(frozen=True, slots=True)
class DepartmentFigures:
    """A department's row; department None: help tickets."""

    department: int | None
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class HourFigures:
    """The tickets issued in one hour of the site's clock, 0 to 23."""

    hour: int
    figures: Figures


@dataclass(frozen=True, slots=True)
class DayReport:
    """A service day. `outcomes` counts ended tickets by outcome, `unended` those that have none yet."""

    date: date
    service_day: int
    all: Figures
    departments: tuple[DepartmentFigures, ...]
    hours: tuple[HourFigures, ...]
    outcomes: tuple[tuple[str, int], ...]
    unended: int


def day_report(url: str, day: date | None = None) -> DayReport | None:
    """The report of the service day of a date, or of the newest; None: there was none. Raises LedgerError."""
    with reading(url) as (connection, site):
        found = _service_day(connection, day)
        if found is None:
            return None
        tickets = connection.execute(_TICKETS, {"day": found.id}).all()
        stops = connection.execute(_WAITS, {"day": found.id}).all()
        no_shows = _no_shows(connection, found.id)
    zone = ZoneInfo(site.time_zone)
    departments = sorted({ticket.department for ticket in tickets}, key=lambda code: (code is None, code))
    hours = sorted({_hour(ticket, zone) for ticket in tickets})
    outcomes = Counter(ticket.outcome for ticket in tickets if ticket.outcome is not None)
    return DayReport(
        date=date.fromisoformat(found.date),
        service_day=found.id,
        all=_figures(tickets, stops, no_shows),
        departments=tuple(
            DepartmentFigures(code, _name(site, code), _figures([t for t in tickets if t.department == code], stops, no_shows))
            for code in departments
        ),
        hours=tuple(
            HourFigures(hour, _figures([t for t in tickets if _hour(t, zone) == hour], stops, no_shows)) for hour in hours
        ),
        outcomes=tuple(sorted(outcomes.items())),
        unended=sum(ticket.outcome is None for ticket in tickets),
    )


def ticket_stories(url: str, day: Day | None = None) -> list[dict[str, Any]]:
    """Each ticket of the day that screens show (or of the newest) from issue to outcome, ready for JSON. Raises LedgerError."""
    with reading(url) as (connection, site):
        newest = connection.execute(select(func.max(tables.service_days.c.id))).scalar()
        number = day.service_day if day is not None else newest
        tickets = connection.execute(_TICKETS, {"day": number}).all()
        calls = connection.execute(_CALLS, {"day": number}).all()
    zone = ZoneInfo(site.time_zone)
    return [
        {
            "number": ticket.number,
            "department": ticket.department,
            "doctor": ticket.doctor,
            "source": ticket.source,
            "issued_at": _iso(ticket.issued_at_ms, zone),
            "calls": [
                {"point": call.point, "kind": call.kind, "called_at": _iso(call.called_at_ms, zone)}
                for call in calls
                if call.ticket == ticket.id
            ],
            "priority": ticket.priority,
            "urgent": ticket.urgent_at_ms is not None,
            "outcome": ticket.outcome,
        }
        for ticket in tickets
    ]


@contextmanager
def reading(url: str) -> Iterator[tuple[Connection, Site]]:
    """A connection that cannot write, and the site as it is filed. Raises LedgerError, also for what goes wrong inside."""
    engine = database.open_for_reading(url)
    try:
        with database.telling_readers(url), engine.connect() as connection:
            database.refuse_older(connection)
            yield connection, site_filed(connection)
    finally:
        engine.dispose()


def sealed_by(url: str) -> str:
    """The name of the key that the ledger was sealed with (`Seal.name`); empty: with none yet. Raises LedgerError."""
    engine = database.open_for_reading(url)
    try:
        with database.telling_readers(url), engine.connect() as connection:
            return str(connection.execute(select(tables.seals.c.name)).scalar() or "")
    finally:
        engine.dispose()


def site_filed(connection: Connection) -> Site:
    """The site as it is filed. Raises LedgerError where no site file was loaded yet."""
    document = connection.execute(_DOCUMENT).scalar()
    if document is None:
        raise database.LedgerError("no site file was loaded yet: nobat load FILE")
    return parse_site(document, "the site file in the ledger")


def _service_day(connection: Connection, day: date | None) -> Row[Any] | None:
    newest = select(tables.service_days).where(~tables.service_days.c.void).order_by(tables.service_days.c.id.desc())
    if day is not None:
        newest = newest.where(tables.service_days.c.date == day.isoformat())
    return connection.execute(newest.limit(1)).one_or_none()


def _no_shows(connection: Connection, service_day: int) -> Counter[int]:
    """How often each number's holder did not come; what was taken back is not counted."""
    counted: Counter[int] = Counter()
    for row in connection.execute(_ACTS, {"day": service_day}):
        if row.what == Act.NO_SHOW:
            counted[row.number] += 1
        elif row.why == Act.NO_SHOW:
            counted[row.number] -= 1
    return counted


def _figures(tickets: Sequence[Row[Any]], stops: Sequence[Row[Any]], no_shows: Counter[int]) -> Figures:
    ids = {ticket.id for ticket in tickets}
    mine = [stop for stop in stops if stop.ticket in ids]
    minutes = [(stop.called_at_ms - stop.waiting_since_ms) / _MINUTE_MS for stop in mine]
    return Figures(
        issued=len(tickets),
        called=len({stop.ticket for stop in mine}),
        waits=Waits(len(minutes), percentile(minutes, 0.5), percentile(minutes, 0.9)),
        no_shows=sum(no_shows[ticket.number] for ticket in tickets),
    )


def _hour(ticket: Row[Any], zone: ZoneInfo) -> int:
    return _local(ticket.issued_at_ms, zone).hour


def _name(site: Site, code: int | None) -> str:
    found = site.department(code) if code is not None else None
    return found.name.fa if found is not None else ""


def _iso(at_ms: int, zone: ZoneInfo) -> str:
    return _local(at_ms, zone).isoformat(timespec="milliseconds")


def _local(at_ms: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone)


_tickets, _stops, _calls, _audit = tables.tickets, tables.stops, tables.calls, tables.audit
_DOCUMENT = select(tables.sites.c.document).order_by(tables.sites.c.id.desc()).limit(1)
_TICKETS = (
    select(_tickets)
    .where(_tickets.c.service_day == bindparam("day"), _tickets.c.state != "void")
    .order_by(_tickets.c.issued_at_ms, _tickets.c.number)
)
_WAITS: Select[Any] = select(_stops.c.ticket, _stops.c.waiting_since_ms, _stops.c.called_at_ms).where(
    _stops.c.service_day == bindparam("day"), _stops.c.called_at_ms.is_not(None), ~_stops.c.taken_back
)
_CALLS = select(_calls).where(_calls.c.service_day == bindparam("day"), ~_calls.c.withdrawn).order_by(_calls.c.id)
_ACTS = select(_audit.c.what, _audit.c.why, _audit.c.number).where(
    _audit.c.service_day == bindparam("day"), _audit.c.what.in_([Act.NO_SHOW, "undo"])
)
