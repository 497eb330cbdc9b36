"""Who is booked in the sessions to come, read beside the running store: for whoever is about to change those sessions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, and_, bindparam, literal_column, select

from booking_store import tables
from rules.absence import place_time
from rules.journey import State
from rules.site import Site


@dataclass(frozen=True, slots=True)
class BookedPlace:
    """A booking. `at`: its own time, or the one at which it would be its turn; `number`: of its ticket, if it came already."""

    code: str
    at: datetime
    place: int
    mobile_end: str
    number: int | None


@dataclass(frozen=True, slots=True)
class BookedSession:
    """A session that is held, as the ledger has it, with its bookings in the order of their places. `places`: by phone and in
    reserve."""

    date: date
    department: int
    doctor: int | None
    starts: datetime
    ends: datetime
    places: int
    bookings: tuple[BookedPlace, ...]


def booked_sessions(connection: Connection, site: Site, first: date, last: date, now: datetime) -> tuple[BookedSession, ...]:
    """The sessions from `first` to `last` that are not over, those without bookings too, by date and beginning."""
    dates = {"first": first.isoformat(), "last": last.isoformat(), "now": int(now.timestamp() * 1000)}
    bookings: dict[int, list[Any]] = {}
    for row in connection.execute(_BOOKINGS, dates):
        bookings.setdefault(row.session, []).append(row)
    return tuple(_session(site, row, bookings) for row in connection.execute(_SESSIONS, dates))


def _session(site: Site, row: Row[Any], bookings: Mapping[int, list[Any]]) -> BookedSession:
    zone = ZoneInfo(site.time_zone)
    starts, ends = (datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone) for at_ms in (row.starts_at_ms, row.ends_at_ms))
    slot_minutes = row.slot_minutes or site.booking.slot_minutes
    return BookedSession(
        date=date.fromisoformat(row.date),
        department=row.department,
        doctor=row.doctor,
        starts=starts,
        ends=ends,
        places=row.phone + row.reserve,
        bookings=tuple(
            BookedPlace(
                code=one.code,
                at=place_time(starts, one.place, slot_minutes)
                if one.time_ms is None
                else datetime.fromtimestamp(one.time_ms / 1000, UTC).astimezone(zone),
                place=one.place,
                mobile_end=(one.mobile or "")[-4:],
                number=one.number,
            )
            for one in sorted(bookings.get(row.id, ()), key=lambda one: one.place)
        ),
    )


_sessions, _bookings, _tickets = tables.sessions, tables.bookings, tables.tickets
_to_come = and_(
    _sessions.c.date.between(bindparam("first"), bindparam("last")),
    _sessions.c.ends_at_ms > bindparam("now"),
    ~_sessions.c.withdrawn,
)
_its_ticket = and_(_tickets.c.booking == _bookings.c.id, _tickets.c.state != State.VOID.value, ~_tickets.c.beside)
_SESSIONS: Final = select(_sessions).where(_to_come).order_by(_sessions.c.date, _sessions.c.starts_at_ms, _sessions.c.id)
_BOOKINGS: Final = (
    select(*_bookings.c["session", "code", "place", "time_ms", "mobile"], _tickets.c.number)
    .join_from(_sessions, _bookings, _bookings.c.session == _sessions.c.id)
    .outerjoin(_tickets, _its_ticket)
    .where(_to_come, _bookings.c.state == literal_column("'active'"))  # in no order: sorted, SQLite would walk all bookings
)
