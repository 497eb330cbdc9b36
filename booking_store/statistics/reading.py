"""The records of some dates, read from the ledger beside the running store. Writes nothing, and looks at no other dates.

tests/store/test_statements.py holds every statement here to the indexes: a year stands in the same tables.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import json
from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
    text,
)

from booking_store import tables
from booking_store.statistics.records import (
    Absent,
    Before,
    Came,
    PhoneCalls,
    Records,
    Stood,
    TextsWritten,
    Totals,
    TurnedAway,
)
from booking_store.tables.records import COUNTED_ACTS
from mqtt.contract import CallKind
from rules.journey import Act, State

_MINUTE_MS: Final = 60_000
_QUARTER_MS: Final = 15 * _MINUTE_MS
TURNED_AWAY: Final = "walk_in_refused"


@dataclass(frozen=True, slots=True)
class Dates:
    """From the first to the last date, both included, in the site's time zone."""

    first: date
    last: date
    zone: ZoneInfo

    def bounds_ms(self) -> dict[str, int]:
        """The first millisecond, and the first after the last."""
        after = self.last + timedelta(days=1)
        starts = (datetime.combine(day, time(0), self.zone) for day in (self.first, after))
        since, before = (int(start.timestamp() * 1000) for start in starts)
        return {"since": since, "before": before}

    def hour(self, at_ms: int) -> int:
        """The hour of the site's clock, 0 to 23."""
        return _quarter(at_ms // _QUARTER_MS, self.zone).hour


@lru_cache(maxsize=10_000)
def _quarter(quarter: int, zone: ZoneInfo) -> datetime:
    """When a quarter of an hour begins there: clocks are put on and back between quarters, never within, and a month has tens
    of thousands of moments, but few quarters."""
    return datetime.fromtimestamp(quarter * _QUARTER_MS / 1000, UTC).astimezone(zone)


Days = Mapping[int, Row[Any]]
"""Service days by their ids."""


def read(connection: Connection, dates: Dates) -> Records:
    """All that is counted of these dates."""
    days = _days_between(connection, dates)
    came = came_on(connection, days, dates)
    noted = _noted(connection, days)
    calls = tuple(PhoneCalls(tuple(json.decode(row.steps)), row.ended, row.calls) for row in _calls_of(connection, dates))
    return Records(
        totals=_totals(connection, dates, days, noted, sum(one.count for one in calls)),
        came=tuple(came.values()),
        stood=stood_on(connection, days, dates),
        absent=tuple(_absent(noted, came, dates)),
        turned_away=tuple(
            TurnedAway((row.details or {}).get("department"), row.why) for row in noted if row.what == TURNED_AWAY
        ),
        calls=calls,
    )


def read_before(connection: Connection, dates: Dates) -> Before:
    """What a period is compared with: its totals and times, without what they are grouped by. A fifth of the work."""
    days = _days_between(connection, dates)
    noted = _noted(connection, days)
    rows = connection.execute(_TIMES, {"days": tuple(days)}).all()
    calls = sum(row.calls for row in _calls_of(connection, dates))
    return Before(
        totals=_totals(connection, dates, days, noted, calls),
        people=connection.execute(_HOW_MANY_CAME, {"days": tuple(days)}).scalar_one(),
        wait_minutes=tuple(row.wait_ms / _MINUTE_MS for row in rows),
        service_minutes=tuple(row.service_ms / _MINUTE_MS for row in rows if row.service_ms is not None),
        no_shows=sum(_times(row) for row in noted if row.number is not None),
        turned_away=sum(row.what == TURNED_AWAY for row in noted),
    )


def days_of(connection: Connection, dates: Sequence[date]) -> Days:
    """The service days of some dates."""
    wanted = {"dates": [day.isoformat() for day in dates]}
    return {row.id: row for row in connection.execute(_DAYS_OF, wanted)}


def came_on(connection: Connection, days: Days, clock: Dates) -> dict[tuple[int, int], Came]:
    """Who took a ticket on these days, by service day and number."""
    rows = connection.execute(_TICKETS, {"days": tuple(days)})
    return {
        (day, number): Came(days[day].date, clock.hour(at_ms), number, source, department, doctor)
        for day, number, source, department, doctor, at_ms in rows
    }


def stood_on(connection: Connection, days: Days, clock: Dates) -> tuple[Stood, ...]:
    """Who was called on these days, once for each stage."""
    rows = connection.execute(_STOPS, {"days": tuple(days)})
    return tuple(
        Stood(
            days[day].date,
            clock.hour(since_ms),
            source,
            department,
            doctor,
            stage,
            point,
            wait_ms / _MINUTE_MS,
            None if service_ms is None else service_ms / _MINUTE_MS,
        )
        for day, source, department, doctor, stage, point, since_ms, wait_ms, service_ms in rows
    )


def _days_between(connection: Connection, dates: Dates) -> Days:
    between = {"first": dates.first.isoformat(), "last": dates.last.isoformat()}
    return {row.id: row for row in connection.execute(_DAYS, between)}


def _noted(connection: Connection, days: Days) -> Sequence[Row[Any]]:
    return connection.execute(_NOTED, {"days": tuple(days)}).all()


def _calls_of(connection: Connection, dates: Dates) -> Sequence[Row[Any]]:
    return connection.execute(_PHONE_CALLS, dates.bounds_ms()).all()


def _totals(connection: Connection, dates: Dates, days: Days, noted: Sequence[Row[Any]], calls: int) -> Totals:
    between = {"first": dates.first.isoformat(), "last": dates.last.isoformat()}
    booked = connection.execute(_BOOKED, between).one()
    return Totals(
        days=tuple(row.date for row in days.values()),
        booked=booked.booked,
        kept=booked.kept,
        unaware=len({(row.service_day, row.number) for row in noted if row.what == "came_unaware"}),
        calls=calls,
        texts=tuple(TextsWritten(*row) for row in connection.execute(_TEXTS, dates.bounds_ms())),
    )


def _absent(noted: Sequence[Row[Any]], came: Mapping[tuple[int, int], Came], dates: Dates) -> Iterator[Absent]:
    for row in noted:
        times, ticket = _times(row), came.get((row.service_day, row.number))
        if ticket is not None and times:
            hour = dates.hour(row.at_ms)
            yield Absent(ticket.day, hour, ticket.source, ticket.department, ticket.doctor, row.point, times)


def _times(row: Row[Any]) -> int:
    """How often somebody did not come, by a row of the audit trail: once, or once less where that was taken back."""
    if row.what == "undo":
        return -1 if row.why == Act.NO_SHOW else 0
    return 1 if row.what == Act.NO_SHOW else 0


_days, _tickets, _stops, _calls, _audit = tables.service_days, tables.tickets, tables.stops, tables.calls, tables.audit
_sessions, _bookings, _texts, _phone = tables.sessions, tables.bookings, tables.texts, tables.phone_calls
_of_days: Final[BindParameter[Any]] = bindparam("days", expanding=True)
_last_called = (
    select(func.max(_calls.c.called_at_ms))
    .where(
        _calls.c.ticket == _stops.c.ticket,  # the indexed way to the calls of a stop
        _calls.c.stop == _stops.c.id,
        _calls.c.kind == CallKind.CALL.value,
        ~_calls.c.withdrawn,
    )
    .correlate(_stops)
    .scalar_subquery()
)
# What ends with the day, or without service, ends long after the last call: nobody served them all that time.
_not_served = or_(
    _stops.c.ended_at_ms == _days.c.ended_at_ms,
    and_(_tickets.c.state == State.NOT_SERVED.value, _stops.c.ended_at_ms == _tickets.c.ended_at_ms),
)
_wait = (_stops.c.called_at_ms - _stops.c.waiting_since_ms).label("wait_ms")
_service = case(
    (func.coalesce(_not_served, false()), None),
    else_=_stops.c.ended_at_ms - func.coalesce(_last_called, _stops.c.called_at_ms),
).label("service_ms")


def _of_called_stops(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .join_from(_stops, _tickets, _tickets.c.id == _stops.c.ticket)
        .join(_days, _days.c.id == _stops.c.service_day)
        .where(
            _stops.c.service_day.in_(_of_days),
            _stops.c.called_at_ms.is_not(None),
            ~_stops.c.taken_back,
            _tickets.c.state != State.VOID.value,
        )
    )


_DAYS: Final = (
    select(*_days.c["id", "date"])
    .where(_days.c.date.between(bindparam("first"), bindparam("last")), ~_days.c.void)
    .order_by(_days.c.date)
)
_DAYS_OF: Final = select(*_days.c["id", "date"]).where(_days.c.date.in_(bindparam("dates", expanding=True)), ~_days.c.void)
_issued = and_(_tickets.c.service_day.in_(_of_days), _tickets.c.state != State.VOID.value)
_TICKETS: Final = select(*_tickets.c["service_day", "number", "source", "department", "doctor", "issued_at_ms"]).where(_issued)
_HOW_MANY_CAME: Final = select(func.count()).select_from(_tickets).where(_issued)
_STOPS: Final = _of_called_stops(
    _stops.c.service_day,
    _tickets.c.source,
    *_stops.c["department", "doctor", "stage", "point", "waiting_since_ms"],
    _wait,
    _service,
)
_TIMES: Final = _of_called_stops(_wait, _service)
_NOTED: Final = select(*_audit.c["service_day", "what", "why", "at_ms", "number", "point", "details"]).where(
    _audit.c.service_day.in_(_of_days),
    text(COUNTED_ACTS),  # as in the partial index
)
_its_ticket = and_(_tickets.c.booking == _bookings.c.id, _tickets.c.state != State.VOID.value, ~_tickets.c.beside)
_BOOKED: Final = (
    select(func.count(_bookings.c.id).label("booked"), func.count(_tickets.c.id).label("kept"))
    .join_from(_sessions, _bookings, _bookings.c.session == _sessions.c.id)
    .outerjoin(_tickets, _its_ticket)
    .where(
        _sessions.c.date.between(bindparam("first"), bindparam("last")),
        _bookings.c.state == literal_column("'active'"),
    )
)
_steps = cast(_phone.c.steps, Text).label("steps")  # PostgreSQL compares no JSON
_PHONE_CALLS: Final[Select[Any]] = (
    select(_steps, _phone.c.ended, func.count().label("calls"))
    .where(_phone.c.ended_at_ms >= bindparam("since"), _phone.c.ended_at_ms < bindparam("before"))
    .group_by(_steps, _phone.c.ended)
)
_TEXTS: Final = (
    select(_texts.c.kind, _texts.c.state, func.count())
    .where(_texts.c.written_at_ms >= bindparam("since"), _texts.c.written_at_ms < bindparam("before"))
    .group_by(_texts.c.kind, _texts.c.state)
)
