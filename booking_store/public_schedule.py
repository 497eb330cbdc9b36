"""What anybody may know of the days to come: who receives when, and how many places by phone are free. Writes nothing.

Read beside the running store, as the statistics are. No patient is in it: places are counted, and nothing else of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, literal_column, or_, select

from booking_store import tables
from booking_store.desk.site import in_force
from booking_store.reports import reading
from booking_store.statements import Statements
from rules.booking import free_places
from rules.name import Name
from rules.schedule import PlannedSession, absent_on, hours_on, last_bookable_day, sessions_on, span, weekday_of, why_closed
from rules.site import Site

SessionKey = tuple[str, int, int, int]
"""ISO date, department, doctor (0: none), start in milliseconds."""


class DayIsOverError(Exception):
    """A schedule of days that are past was asked for."""


@dataclass(frozen=True, slots=True)
class PublicSession:
    """A shift as people read it. `free`: places by phone; None: nobody can book it yet, or any more."""

    department: int
    doctor: int | None
    starts: str  # "HH:MM"
    ends: str
    free: int | None


@dataclass(frozen=True, slots=True)
class PublicDay:
    """A date. No sessions and a `closed`: why the site is closed ("" where nothing is said of it). Not `known`: beyond the
    loaded holiday table, so that it may be a holiday, and nobody is promised there."""

    date: date
    sessions: tuple[PublicSession, ...]
    absent: tuple[int, ...] = ()  # doctors who receive on this weekday, and not on this date
    closed: str | None = None
    known: bool = True


@dataclass(frozen=True, slots=True)
class PublicDoctor:
    code: int
    name: Name


@dataclass(frozen=True, slots=True)
class PublicDepartment:
    code: int
    name: Name
    doctors: tuple[PublicDoctor, ...]


@dataclass(frozen=True, slots=True)
class PublicSchedule:
    """The days from `days[0]` on, with all that is needed to book by phone. `as_of` is aware of the site's time zone; the
    telephone asks for codes of so many digits."""

    name: Name
    phone: str | None
    as_of: datetime
    department_digits: int
    doctor_digits: int
    departments: tuple[PublicDepartment, ...]
    days: tuple[PublicDay, ...]

    def department(self, code: int) -> PublicDepartment:
        """One of the schedule's own departments."""
        return next(department for department in self.departments if department.code == code)

    def doctor(self, code: int) -> PublicDoctor:
        """One of the schedule's own doctors."""
        return next(doctor for department in self.departments for doctor in department.doctors if doctor.code == code)


def public_schedule(url: str, now: datetime, first: date | None = None, days: int = 7) -> PublicSchedule:
    """The schedule of `days` days from `first`, or from today, as the ledger stands at `now` (aware).

    Raises LedgerError, and DayIsOverError where `first` is before today.
    """
    with reading(url) as (connection, filed):
        now_ms = int(now.timestamp() * 1000)
        site = in_force(Statements(connection), filed, now_ms)
        now = now.astimezone(ZoneInfo(site.time_zone))
        first = first or now.date()
        if first < now.date():
            raise DayIsOverError(f"{first} is over, and the schedule tells of days to come")
        wanted = [first + timedelta(days=ahead) for ahead in range(days)]
        span_of_dates = {"first": first.isoformat(), "last": wanted[-1].isoformat(), "now": now_ms}
        taken: dict[SessionKey, set[int]] = {}
        for row in connection.execute(_TAKEN, span_of_dates):
            taken.setdefault((row.date, row.department, row.doctor or 0, row.starts_at_ms), set()).add(row.place)
    return PublicSchedule(
        name=site.name,
        phone=site.phone,
        as_of=now,
        department_digits=site.voice_menu.department_digits,
        doctor_digits=site.voice_menu.doctor_digits,
        departments=tuple(
            PublicDepartment(
                department.code,
                department.name,
                tuple(PublicDoctor(doctor.code, doctor.name) for doctor in site.doctors_of(department.code)),
            )
            for department in site.departments
        ),
        days=tuple(_day(site, day, now, taken) for day in wanted),
    )


def _day(site: Site, day: date, now: datetime, taken: Mapping[SessionKey, set[int]]) -> PublicDay:
    if hours_on(site, day) is None:
        return PublicDay(day, (), closed=why_closed(site, day))
    if day > site.holidays.loaded_until:
        return PublicDay(day, (), known=False)
    sessions = sorted(sessions_on(site, day), key=lambda session: (session.starts, session.department))
    absent = [doctor.code for doctor in site.doctors if absent_on(doctor, day) and doctor.timetable.weekly.get(weekday_of(day))]
    return PublicDay(day, tuple(_session(site, session, now, taken) for session in sessions), tuple(absent))


def _session(site: Site, session: PlannedSession, now: datetime, taken: Mapping[SessionKey, set[int]]) -> PublicSession:
    starts, ends = span(site, session.date, session.starts, session.ends)
    key = (session.date.isoformat(), session.department, session.doctor or 0, int(starts.timestamp() * 1000))
    bookable = session.date <= last_bookable_day(site, now) and ends > now
    return PublicSession(
        department=session.department,
        doctor=session.doctor,
        starts=f"{session.starts:%H:%M}",
        ends=f"{session.ends:%H:%M}",
        free=sum(1 for _ in free_places(site, session, now, taken.get(key, set()))) if bookable else None,
    )


_bookings, _sessions = tables.bookings, tables.sessions
_TAKEN = (
    select(_sessions.c.date, _sessions.c.department, _sessions.c.doctor, _sessions.c.starts_at_ms, _bookings.c.place)
    .join(_sessions, _sessions.c.id == _bookings.c.session)
    .where(
        _sessions.c.date.between(bindparam("first"), bindparam("last")),
        _bookings.c.state != literal_column("'cancelled'"),  # as in the partial index
        or_(
            _bookings.c.state == tables.BookingState.ACTIVE,
            (_bookings.c.state == tables.BookingState.HELD) & (_bookings.c.held_until_ms > bindparam("now")),
        ),
    )
)
