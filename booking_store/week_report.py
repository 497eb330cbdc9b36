"""A week of doctors' days, read beside the running store: who receives when, what is taken of it, and who is not there.

Days to come are as the rules plan them, with the absences that stand; days that are past are as the ledger has them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, bindparam, func, literal_column, select

from booking_store import tables
from booking_store.database import LedgerError
from booking_store.desk.site import absence_of
from booking_store.site_file import parse_site
from mqtt.contract import DayStatus
from rules.absence import Absence, with_absences
from rules.booking import released
from rules.journey import State
from rules.schedule import PlannedSession, hours_on, minutes_between, override_on, sessions_on, span, weekday_of, why_closed
from rules.site import Hours, Site

WEEK_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Held:
    """A session, and what is taken of it. `booked`: bookings that stand; `came`: those of them with a ticket; `walk_ins`: its
    walk-in tickets; `released`: how much of the walk-in share is given so far. `away`: clock times between which nobody is
    there; `dropped`: the site file has it no more, and bookings stand in it."""

    department: int
    doctor: int | None
    date: date
    starts: time
    ends: time
    phone: int
    walk_in: int
    reserve: int
    released: int
    booked: int = 0
    came: int = 0
    walk_ins: int = 0
    away: tuple[tuple[time, time], ...] = ()
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Announced:
    """An absence that stands, with how many it touched. `doctor` None: the whole site; no times: the whole day."""

    absence: int
    day: date
    doctor: int | None
    starts: time | None
    ends: time | None
    remedy: str
    move_to: date | None
    substitute: int | None
    agreed_with: str
    touched: int


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A date. No `hours`: closed, and `why` where something is said of it. `known`: within the loaded holiday table. `away`:
    doctors whom the site file itself has away that day, and why."""

    date: date
    hours: Hours | None
    why: str
    known: bool
    sessions: tuple[Held, ...]
    announced: tuple[Announced, ...]
    late: Mapping[int, time]
    away: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """A service day as the ledger has it now."""

    id: int
    date: date
    status: DayStatus


@dataclass(frozen=True, slots=True)
class Week:
    """The days of a week from Saturday, or fewer; `site` is the filed one, without the announced absences."""

    site: Site
    days: tuple[WeekDay, ...]

    def day(self, wanted: date) -> WeekDay:
        """One of the days."""
        return next(one for one in self.days if one.date == wanted)


def saturday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=weekday_of(day))


def week(connection: Connection, first: date, today: date, days: int = WEEK_DAYS) -> Week:
    """The `days` days from `first` on. Raises LedgerError where no site file was loaded yet."""
    document = connection.execute(_DOCUMENT).scalar()
    if document is None:
        raise LedgerError("no site file was loaded yet: nobat load FILE")
    filed = _parsed(document)
    dates = {"first": first.isoformat(), "last": (first + timedelta(days=days - 1)).isoformat()}
    absences = connection.execute(_ABSENCES, dates).all()
    in_force = with_absences(filed, [absence_of(row) for row in absences])
    rows = connection.execute(_SESSIONS, dates).all()
    late = connection.execute(_LATE, dates).all()
    wanted = [first + timedelta(days=ahead) for ahead in range(days)]
    return Week(
        filed,
        tuple(
            _day(
                filed,
                in_force,
                day,
                today,
                [row for row in rows if row.date == day.isoformat()],
                [_announced(row) for row in absences if row.date == day.isoformat()],
                {row.doctor: time.fromisoformat(row.until) for row in late if row.date == day.isoformat()},
            )
            for day in wanted
        ),
    )


def newest_day(connection: Connection) -> ServiceDay | None:
    """The service day that is open, or was last; None: none was ever opened."""
    row = connection.execute(_NEWEST_DAY).first()
    return ServiceDay(row.id, date.fromisoformat(row.date), DayStatus(row.status)) if row is not None else None


def standing_absences(connection: Connection, first: date, last: date) -> tuple[Absence, ...]:
    """The absences from `first` to `last` that stand, as the rules take them."""
    rows = connection.execute(_ABSENCES, {"first": first.isoformat(), "last": last.isoformat()})
    return tuple(absence_of(row) for row in rows)


def is_of_the_site(connection: Connection, absence: int) -> bool:
    """Whether an absence is the whole site's, which not everybody may take back who may take back a doctor's."""
    return connection.execute(_OF_SITE, {"absence": absence}).first() is not None


def mobile_ends(connection: Connection, codes: Sequence[str]) -> Mapping[str, str]:
    """The last four digits of the mobiles of these bookings, by code; empty where none is known."""
    found: dict[str, str] = {}
    for start in range(0, len(codes), _AT_ONCE):
        for row in connection.execute(_MOBILES, {"codes": codes[start : start + _AT_ONCE]}):
            found[row.code] = (row.mobile or "")[-4:]
    return found


_AT_ONCE: Final = 500
"""Parameters of one statement."""


@lru_cache(maxsize=2)
def _parsed(document: str) -> Site:
    """Kept: reading TOML takes longer than all else. Raises SiteFileError; the store has refused what is none."""
    return parse_site(document, "the site file in the ledger")


def _day(
    filed: Site,
    in_force: Site,
    day: date,
    today: date,
    rows: Sequence[Row[Any]],
    announced: Sequence[Announced],
    late: Mapping[int, time],
) -> WeekDay:
    hours = hours_on(in_force, day)
    return WeekDay(
        date=day,
        hours=hours,
        why=why_closed(in_force, day) or why_closed(filed, day),
        known=day <= filed.holidays.loaded_until,
        sessions=_past(filed, rows) if day < today and rows else _to_come(in_force, day, rows),
        announced=tuple(announced),
        late=late,
        away=_away(filed, day) if hours is not None else {},
    )


def _past(site: Site, rows: Sequence[Row[Any]]) -> tuple[Held, ...]:
    return tuple(_held_then(site, row) for row in rows if not row.withdrawn or row.came)


def _to_come(site: Site, day: date, rows: Sequence[Row[Any]]) -> tuple[Held, ...]:
    """The planned sessions with what is taken of them, and those that are planned no more and still have bookings."""
    of_session = {(row.department, row.doctor, row.starts_at_ms): row for row in rows}
    held = []
    for planned in sessions_on(site, day):
        starts_at_ms = int(span(site, day, planned.starts, planned.ends)[0].timestamp() * 1000)
        row = of_session.pop((planned.department, planned.doctor, starts_at_ms), None)
        held.append(_planned(planned, row))
    left = (row for row in of_session.values() if row.booked)
    return (*held, *(replace(_held_then(site, row), dropped=True) for row in left))


def _planned(planned: PlannedSession, row: Row[Any] | None) -> Held:
    capacity = planned.capacity
    by_word = None if row is None else row.released
    length = minutes_between(planned.starts, planned.ends)
    return Held(
        department=planned.department,
        doctor=planned.doctor,
        date=planned.date,
        starts=planned.starts,
        ends=planned.ends,
        phone=capacity.phone,
        walk_in=capacity.walk_in,
        reserve=capacity.reserve,
        released=released(capacity.walk_in, capacity.walk_in_first, by_word),
        booked=row.booked if row is not None else 0,
        came=row.came if row is not None else 0,
        walk_ins=row.walk_ins if row is not None else 0,
        away=tuple(_clock_times(planned, minutes) for minutes in planned.away if minutes.start < length),
    )


def _clock_times(planned: PlannedSession, minutes: range) -> tuple[time, time]:
    """From when to when nobody is there; an absence that lasts for good ends with the session."""
    until = min(minutes.stop, minutes_between(planned.starts, planned.ends))
    first, last = (datetime.combine(date.min, planned.starts) + timedelta(minutes=one) for one in (minutes.start, until))
    return first.time(), last.time()


def _held_then(site: Site, row: Row[Any]) -> Held:
    day = date.fromisoformat(row.date)
    starts, ends = (_clock(site, at_ms) for at_ms in (row.starts_at_ms, row.ends_at_ms))
    return Held(
        department=row.department,
        doctor=row.doctor,
        date=day,
        starts=starts,
        ends=ends,
        phone=row.phone,
        walk_in=row.walk_in,
        reserve=row.reserve,
        released=released(row.walk_in, row.walk_in_first, row.released),
        booked=row.booked,
        came=row.came,
        walk_ins=row.walk_ins,
    )


def _clock(site: Site, at_ms: int) -> time:
    at = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(site.time_zone))
    return at.time().replace(second=0, microsecond=0)


def _away(site: Site, day: date) -> Mapping[int, str]:
    """The doctors who receive on this weekday, and whom the site file has away on this date; why."""
    found = {}
    for doctor in site.doctors:
        override = override_on(doctor.timetable, day)
        if override is not None and not override.shifts and doctor.timetable.weekly.get(weekday_of(day)):
            found[doctor.code] = override.why
    return found


def _announced(row: Row[Any]) -> Announced:
    starts, ends = (None if clock is None else time.fromisoformat(clock) for clock in (row.starts, row.ends))
    return Announced(
        absence=row.id,
        day=date.fromisoformat(row.date),
        doctor=row.doctor,
        starts=starts,
        ends=ends,
        remedy=row.remedy,
        move_to=date.fromisoformat(row.move_to) if row.move_to is not None else None,
        substitute=row.substitute,
        agreed_with=row.agreed_with,
        touched=row.touched,
    )


_sessions, _bookings, _tickets = tables.sessions, tables.bookings, tables.tickets
_absences, _touched = tables.absences, tables.touched
_stands = _tickets.c.state != State.VOID.value


def _count(table: Any, *which: Any) -> Any:
    """How many rows of a table belong to the session in question."""
    return select(func.count()).select_from(table).where(*which).correlate(_sessions).scalar_subquery()


_DOCUMENT: Final = select(tables.sites.c.document).order_by(tables.sites.c.id.desc()).limit(1)
_SESSIONS: Final = (
    select(
        _sessions,
        _count(_bookings, _bookings.c.session == _sessions.c.id, _bookings.c.state == literal_column("'active'")).label(
            "booked"
        ),
        _count(_tickets, _tickets.c.session == _sessions.c.id, _tickets.c.source == literal_column("'booked'"), _stands).label(
            "came"
        ),
        _count(_tickets, _tickets.c.session == _sessions.c.id, _tickets.c.source == literal_column("'walk_in'"), _stands).label(
            "walk_ins"
        ),
    )
    .where(_sessions.c.date.between(bindparam("first"), bindparam("last")))
    .order_by(_sessions.c.date, _sessions.c.department, _sessions.c.starts_at_ms, _sessions.c.id)
)
_with_booking = select(func.count()).where(_touched.c.absence == _absences.c.id, _touched.c.booking.is_not(None))
_only_ticket = select(func.count()).where(
    _touched.c.absence == _absences.c.id, _touched.c.ticket.is_not(None), _touched.c.booking.is_(None)
)
_ABSENCES: Final = (
    select(  # counted in two parts, as the partial indexes have them
        _absences,
        (_with_booking.correlate(_absences).scalar_subquery() + _only_ticket.correlate(_absences).scalar_subquery()).label(
            "touched"
        ),
    )
    .where(_absences.c.undone_at_ms.is_(None), _absences.c.date.between(bindparam("first"), bindparam("last")))
    .order_by(_absences.c.id)
)
_OF_SITE: Final = select(_absences.c.id).where(_absences.c.id == bindparam("absence"), _absences.c.doctor.is_(None))
_NEWEST_DAY: Final = (
    select(*tables.service_days.c["id", "date", "status"])
    .where(~tables.service_days.c.void)
    .order_by(tables.service_days.c.id.desc())
    .limit(1)
)
_LATE: Final = select(tables.late_doctors).where(tables.late_doctors.c.date.between(bindparam("first"), bindparam("last")))
_MOBILES: Final = select(_bookings.c.code, _bookings.c.mobile).where(_bookings.c.code.in_(bindparam("codes", expanding=True)))
