"""The records of some dates, read from the ledger beside the running store. Writes nothing, and looks at no other dates.

tests/store/test_statistics.py holds every statement here to the indexes: a year stands in the same tables.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, Connection, Row, Select, and_, bindparam, func, literal_column, select, text

from booking_store import tables
from booking_store.statistics.records import Absent, Came, PhoneCall, Records, Stood, TextsWritten, TurnedAway
from booking_store.tables.records import COUNTED_ACTS
from mqtt.contract import CallKind
from rules.journey import Act, State

_MINUTE_MS: Final = 60_000
_QUARTER_MS: Final = 15 * _MINUTE_MS


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

    def day(self, at_ms: int) -> str:
        """The ISO date at the site."""
        return _quarter(at_ms // _QUARTER_MS, self.zone).date().isoformat()


@lru_cache(maxsize=10_000)
def _quarter(quarter: int, zone: ZoneInfo) -> datetime:
    """When a quarter of an hour begins there: clocks are put on and back between quarters, never within, and a month has tens
    of thousands of moments, but few quarters."""
    return datetime.fromtimestamp(quarter * _QUARTER_MS / 1000, UTC).astimezone(zone)


def read(connection: Connection, dates: Dates) -> Records:
    """All that is counted of these dates."""
    between = {"first": dates.first.isoformat(), "last": dates.last.isoformat()}
    days = {row.id: row for row in connection.execute(_DAYS, between)}
    of_days = {"days": tuple(days)}
    came = {(row.service_day, row.number): _came(row, days, dates) for row in connection.execute(_TICKETS, of_days)}
    noted = connection.execute(_NOTED, of_days).all()
    booked = connection.execute(_BOOKED, between).one()
    return Records(
        days=tuple(row.date for row in days.values()),
        came=tuple(came.values()),
        stood=tuple(_stood(row, days, dates) for row in connection.execute(_STOPS, of_days)),
        absent=tuple(_absent(noted, came, dates)),
        turned_away=tuple(_turned_away(row, days, dates) for row in noted if row.what == "walk_in_refused"),
        calls=tuple(_call(row, dates) for row in connection.execute(_PHONE_CALLS, dates.bounds_ms())),
        texts=tuple(TextsWritten(*row) for row in connection.execute(_TEXTS, dates.bounds_ms())),
        booked=booked.booked,
        kept=booked.kept,
        unaware=len({(row.service_day, row.number) for row in noted if row.what == "came_unaware"}),
    )


_Days = Mapping[int, Row[Any]]


def _came(row: Row[Any], days: _Days, dates: Dates) -> Came:
    hour = dates.hour(row.issued_at_ms)
    return Came(days[row.service_day].date, hour, row.number, row.source, row.department, row.doctor)


def _stood(row: Row[Any], days: _Days, dates: Dates) -> Stood:
    # What ends with the day, or without service, ends long after the last call: nobody served them all that time.
    dropped = row.state == State.NOT_SERVED and row.ended_at_ms == row.way_ended_at_ms
    served = row.ended_at_ms is not None and row.ended_at_ms != days[row.service_day].ended_at_ms and not dropped
    return Stood(
        day=days[row.service_day].date,
        hour=dates.hour(row.waiting_since_ms),
        source=row.source,
        department=row.department,
        doctor=row.doctor,
        stage=row.stage,
        point=row.point,
        wait_minutes=(row.called_at_ms - row.waiting_since_ms) / _MINUTE_MS,
        service_minutes=(row.ended_at_ms - (row.last_called_at_ms or row.called_at_ms)) / _MINUTE_MS if served else None,
    )


def _absent(noted: Sequence[Row[Any]], came: Mapping[tuple[int, int], Came], dates: Dates) -> Iterator[Absent]:
    for row in noted:
        taken_back = row.what == "undo" and row.why == Act.NO_SHOW
        ticket = came.get((row.service_day, row.number))
        if ticket is None or not (row.what == Act.NO_SHOW or taken_back):
            continue
        hour = dates.hour(row.at_ms)
        times = -1 if taken_back else 1
        yield Absent(ticket.day, hour, ticket.source, ticket.department, ticket.doctor, row.point, times)


def _turned_away(row: Row[Any], days: _Days, dates: Dates) -> TurnedAway:
    day, hour = days[row.service_day].date, dates.hour(row.at_ms)
    return TurnedAway(day, hour, row.why, (row.details or {}).get("department"))


def _call(row: Row[Any], dates: Dates) -> PhoneCall:
    at_ms = row.ended_at_ms
    return PhoneCall(dates.day(at_ms), dates.hour(at_ms), row.seconds, tuple(row.steps), row.ended)


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
_DAYS: Final = (
    select(*_days.c["id", "date", "ended_at_ms"])
    .where(_days.c.date.between(bindparam("first"), bindparam("last")), ~_days.c.void)
    .order_by(_days.c.date)
)
_TICKETS: Final = select(*_tickets.c["service_day", "number", "source", "department", "doctor", "issued_at_ms"]).where(
    _tickets.c.service_day.in_(_of_days), _tickets.c.state != State.VOID.value
)
_STOPS: Final[Select[Any]] = (
    select(
        *_stops.c["service_day", "stage", "department", "doctor", "point", "waiting_since_ms", "called_at_ms", "ended_at_ms"],
        *_tickets.c["source", "state"],
        _tickets.c.ended_at_ms.label("way_ended_at_ms"),
        _last_called.label("last_called_at_ms"),
    )
    .join_from(_stops, _tickets, _tickets.c.id == _stops.c.ticket)
    .where(
        _stops.c.service_day.in_(_of_days),
        _stops.c.called_at_ms.is_not(None),
        ~_stops.c.taken_back,
        _tickets.c.state != State.VOID.value,
    )
)
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
_PHONE_CALLS: Final = select(*_phone.c["ended_at_ms", "seconds", "steps", "ended"]).where(
    _phone.c.ended_at_ms >= bindparam("since"), _phone.c.ended_at_ms < bindparam("before")
)
_TEXTS: Final = (
    select(_texts.c.kind, _texts.c.state, func.count())
    .where(_texts.c.written_at_ms >= bindparam("since"), _texts.c.written_at_ms < bindparam("before"))
    .group_by(_texts.c.kind, _texts.c.state)
)
