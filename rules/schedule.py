"""When a site works: the hours of a date, the sessions of its doctors and departments, the next opening, the horizon.

The rules:
- A date's hours are the weekly table's; a holiday closes it. A dated override stands above the table: it closes the
  date, or changes its hours if it is open anyway, or (`holidays_too`) opens it. Of overrides that cover the same date
  the one written last in the site file wins.
- A doctor's shifts are the weekly table's unless an override covers the date; an override without shifts is an absence.
  On a date that is closed there are no sessions, whatever the timetables say.
- What ends at or before its start ends on the next day, so a service day may pass midnight.
- A session is known by its beginning. Where the site file begins it at another time it is still the same one, with all who
  have places in it, as long as the old hours and the new ones meet (`carried_over`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from rules.site import Capacity, Department, Doctor, Hours, Override, Shift, Site, Timetable

LOOK_AHEAD_DAYS: Final = 400
"""How far the next opening is searched; a site that is closed for longer has none."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The hours of one service date as moments, aware of the site's time zone."""

    date: date
    opens: datetime
    tickets_until: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A session (شیفت) that the site file plans on a date. Doctor None: a department without doctors."""

    department: int
    doctor: int | None
    date: date
    starts: time
    ends: time
    capacity: Capacity
    slot_minutes: int
    away: tuple[range, ...] = ()  # minutes after `starts` whose places are not given


def weekday_of(day: date) -> int:
    """0 for Saturday … 6 for Friday: the Iranian week (facts: calendar)."""
    return (day.weekday() + 2) % 7


def moment(site: Site, day: date, clock: time) -> datetime:
    """The aware moment of a clock time on `day`."""
    return datetime.combine(day, clock, tzinfo=ZoneInfo(site.time_zone))


def span(site: Site, day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    """The moments of starts and ends; ends not after starts is the next day's."""
    last = day if ends > starts else day + timedelta(days=1)
    return moment(site, day, starts), moment(site, last, ends)


def minutes_between(starts: time, ends: time) -> int:
    """The length of a shift in minutes; ends not after starts is the next day's."""
    minutes = (ends.hour * 60 + ends.minute) - (starts.hour * 60 + starts.minute)
    return minutes if minutes > 0 else minutes + 24 * 60


def override_on(timetable: Timetable, day: date) -> Override | None:
    """The override in force on `day`: the last written one that covers it."""
    weekday = weekday_of(day)
    return next((o for o in reversed(timetable.overrides) if o.first <= day <= o.last and weekday in o.weekdays), None)


def shifts_on(timetable: Timetable, day: date) -> tuple[Shift, ...]:
    """The shifts that a timetable gives for `day`, in order of start, holidays not looked at."""
    override = override_on(timetable, day)
    return timetable.weekly.get(weekday_of(day), ()) if override is None else override.shifts


def absent_on(doctor: Doctor, day: date) -> bool:
    """Whether the doctor announced an absence for `day` (an override without shifts)."""
    override = override_on(doctor.timetable, day)
    return override is not None and not override.shifts


def hours_on(site: Site, day: date) -> Hours | None:
    """The hours of `day`; None: closed."""
    weekday = weekday_of(day)
    usual = None if day in site.holidays.dates else site.hours.get(weekday)
    for override in reversed(site.hours_overrides):
        if override.first <= day <= override.last and weekday in override.weekdays:
            return override.hours if usual is not None or override.holidays_too else None
    return usual


def why_closed(site: Site, day: date) -> str:
    """The name of the holiday, or the reason of the override, that closes `day`; empty: it is never open on this weekday."""
    weekday = weekday_of(day)
    for override in reversed(site.hours_overrides):
        if override.first <= day <= override.last and weekday in override.weekdays and override.hours is None:
            return override.why
    return site.holidays.dates.get(day, "")


def opening_on(site: Site, day: date) -> Opening | None:
    """The service day that the hours open on `day`; None: closed."""
    hours = hours_on(site, day)
    if hours is None:
        return None
    opens, ends = span(site, day, hours.opens, hours.ends)
    tickets_until = span(site, day, hours.opens, hours.tickets_until)[1]
    return Opening(day, opens, min(tickets_until, ends), ends)


def opening_at(site: Site, now: datetime) -> Opening | None:
    """The opening in whose hours `now` lies; after midnight that may be yesterday's."""
    today = now.astimezone(ZoneInfo(site.time_zone)).date()
    for day in (today - timedelta(days=1), today):
        opening = opening_on(site, day)
        if opening is not None and opening.opens <= now < opening.ends:
            return opening
    return None


def next_opening(site: Site, now: datetime) -> Opening | None:
    """The first opening that begins after `now`; None: none within LOOK_AHEAD_DAYS."""
    today = now.astimezone(ZoneInfo(site.time_zone)).date()
    for ahead in range(LOOK_AHEAD_DAYS):
        opening = opening_on(site, today + timedelta(days=ahead))
        if opening is not None and opening.opens > now:
            return opening
    return None


def openings_with_sessions(site: Site, now: datetime) -> Iterator[Opening]:
    """The openings that give tickets at `now` or later, on dates that have sessions; soonest first, within LOOK_AHEAD_DAYS."""
    today = now.astimezone(ZoneInfo(site.time_zone)).date()
    for ahead in range(-1, LOOK_AHEAD_DAYS):  # after midnight it may be yesterday's
        opening = opening_on(site, today + timedelta(days=ahead))
        if opening is not None and opening.tickets_until > now and sessions_on(site, opening.date):
            yield opening


def sessions_on(site: Site, day: date) -> tuple[PlannedSession, ...]:
    """All sessions of `day`, in the site file's order of departments and doctors, each one's by start."""
    return tuple(_planned(site, day, site.departments)) if hours_on(site, day) is not None else ()


def _planned(site: Site, day: date, departments: Iterable[Department]) -> Iterator[PlannedSession]:
    for department in departments:
        if department.timetable is not None:
            yield from _of(site, department.code, None, department.timetable, day)
        for doctor in site.doctors_of(department.code):
            yield from _of(site, department.code, doctor.code, doctor.timetable, day)


def _of(site: Site, department: int, doctor: int | None, timetable: Timetable, day: date) -> Iterator[PlannedSession]:
    for shift in shifts_on(timetable, day):
        slot_minutes = shift.slot_minutes or site.booking.slot_minutes
        yield PlannedSession(department, doctor, day, shift.starts, shift.ends, shift.capacity, slot_minutes, shift.away)


def sessions_of(site: Site, day: date, department: int, doctor: int | None) -> tuple[PlannedSession, ...]:
    """The sessions of `day` that a wish may take: doctor None or 0 is whoever the department has, by start."""
    found = site.department(department)
    if found is None or hours_on(site, day) is None:
        return ()
    wanted = [session for session in _planned(site, day, (found,)) if not doctor or session.doctor == doctor]
    return tuple(sorted(wanted, key=lambda session: (session.starts, session.doctor or 0)))


def carried_over(before: Sequence[tuple[int, int]], after: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Which of somebody's new sessions of a day each of the old ones becomes, by their places in the lists: the one with its
    beginning, else the first with nobody else's that it meets. An old one that is missing is held no more.

    Sessions are given as beginning and end, in milliseconds, in order of their beginnings.
    """
    starts = {starts: place for place, (starts, _) in enumerate(after)}
    becomes = {old: starts[begins] for old, (begins, _) in enumerate(before) if begins in starts}
    free = [place for place in range(len(after)) if place not in becomes.values()]
    for old, (begins, ends) in enumerate(before):
        met = next((place for place in free if after[place][0] < ends and begins < after[place][1]), None)
        if old not in becomes and met is not None:
            becomes[old] = met
            free.remove(met)
    return becomes


def last_bookable_day(site: Site, now: datetime) -> date:
    """Nobody can book beyond the horizon, which moves on by a day at the hour when new days open, nor beyond the loaded
    holiday table: what is not loaded may be a holiday."""
    local = now.astimezone(ZoneInfo(site.time_zone))
    opens = site.booking.new_days_open_at
    days = site.booking.horizon_days - (1 if opens is not None and local.time() < opens else 0)
    return min(local.date() + timedelta(days=days), site.holidays.loaded_until)
