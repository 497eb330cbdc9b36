"""An absence: what of a timetable it takes away, whose places it touches, and what becomes of them.

The rules:
- An absence is a doctor's, or with doctor None the whole site's, on one date: all of it, or from one time to another. No
  beginning is the day's, no end is the day's. It stands above the site file as an override does, and absences add up.
- A shift of which nothing is left is not held. Where its end is taken away it ends earlier; of what is taken away before
  that, the places are not given, and the shift still begins when it did: it is the same session.
- A doctor who is gone from some minute on is gone, however late they came (`leaves`): also where that minute is after the
  shift's end, when who came late would still be there.
- A place is touched when its own time falls into the absence, or its nominal one (`slot_minutes` for each place before it)
  where the site gives no times. Whoever had a time that is past, and was not served, waits on: they are touched once the
  doctor does not come back in this shift. Whoever walked in has the shift's beginning for their time. So an absence touches
  twice: when it is announced, and when it begins (`begins`).
- What is moved keeps its order: the earliest takes the first free place of the new date. Whom that date has no place for
  is cancelled.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from rules.booking import Place, free_place
from rules.schedule import PlannedSession, hours_on, minutes_between, moment, opening_on, sessions_of, shifts_on, span
from rules.site import Hours, HoursOverride, Override, Shift, Site, Timetable

_NEVER_AGAIN: Final = 2 * 24 * 60
"""Minutes after a shift's start which no place has."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Doctor None: the whole site. No `starts`: from the day's beginning; no `ends`: to its end."""

    date: date
    doctor: int | None = None
    starts: time | None = None
    ends: time | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody with a place in a session, or in its line, as an absence looks at them. `at` is the time of their place."""

    department: int
    doctor: int | None
    starts: datetime
    ends: datetime
    at: datetime
    has_ticket: bool = False


# ------------------------------------------------------------------------------------- the site without them


def with_absences(site: Site, absences: Iterable[Absence]) -> Site:
    """The site as it is while these absences hold; what they leave is what all other rules see."""
    for absence in absences:
        site = _without_the_site(site, absence) if absence.doctor is None else _without_a_doctor(site, absence)
    return site


def _without_a_doctor(site: Site, absence: Absence) -> Site:
    doctors = tuple(
        replace(doctor, timetable=_left_of(doctor.timetable, absence)) if doctor.code == absence.doctor else doctor
        for doctor in site.doctors
    )
    return replace(site, doctors=doctors)


def _without_the_site(site: Site, absence: Absence) -> Site:
    usual = hours_on(site, absence.date)
    hours = None if usual is None else _hours_left(usual, absence)
    override = HoursOverride(absence.date, absence.date, hours, absence.why)
    site = replace(site, hours_overrides=(*site.hours_overrides, override))
    if hours is None:
        return site
    departments = tuple(
        department if department.timetable is None else replace(department, timetable=_left_of(department.timetable, absence))
        for department in site.departments
    )
    doctors = tuple(replace(doctor, timetable=_left_of(doctor.timetable, absence)) for doctor in site.doctors)
    return replace(site, departments=departments, doctors=doctors)


def _left_of(timetable: Timetable, absence: Absence) -> Timetable:
    left = (_shift_left(shift, absence) for shift in shifts_on(timetable, absence.date))
    shifts = tuple(shift for shift in left if shift is not None)
    override = Override(absence.date, absence.date, shifts, absence.why)
    return replace(timetable, overrides=(*timetable.overrides, override))


def _shift_left(shift: Shift, absence: Absence) -> Shift | None:
    length = minutes_between(shift.starts, shift.ends)
    gone = _gone(absence, shift.starts, length)
    if not gone:
        return shift
    away = _joined((*shift.away, gone))
    if away[0].start == 0 and away[0].stop >= length:
        return None
    if away[-1].stop >= length:
        return replace(shift, ends=_later(shift.starts, min(away[-1].start, length)), away=away)
    return replace(shift, away=away)


def _hours_left(hours: Hours, absence: Absence) -> Hours | None:
    length = minutes_between(hours.opens, hours.ends)
    gone = _gone(absence, hours.opens, length)
    if not gone or gone.start >= length or (gone.start > 0 and gone.stop < length):
        return hours
    if gone.start == 0:
        return None if gone.stop >= length else replace(hours, opens=_later(hours.opens, gone.stop))
    ends = _later(hours.opens, gone.start)
    stops = min(minutes_between(hours.opens, hours.tickets_until), gone.start)
    return replace(hours, tickets_until=_later(hours.opens, stops), ends=ends)


def _gone(absence: Absence, starts: time, length: int) -> range:
    """The minutes after `starts` that the absence takes of a span of `length` minutes, and what follows where it has no end; an
    empty range: none of it."""
    first = 0 if absence.starts is None else _after(starts, absence.starts, length)
    if absence.ends is None:
        last = _NEVER_AGAIN
    elif absence.starts is None:
        last = _after(starts, absence.ends, length)
    else:
        last = first + minutes_between(absence.starts, absence.ends)
    if last <= 0 or (first >= length and absence.ends is not None):
        return range(0)
    return range(max(first, 0), last if last < length else _NEVER_AGAIN)


def _after(starts: time, clock: time, length: int) -> int:
    """Minutes from `starts` to `clock`, negative before it; where the span passes midnight its small hours belong to it."""
    minutes = (clock.hour - starts.hour) * 60 + clock.minute - starts.minute
    return minutes + 24 * 60 if minutes < 0 and minutes + 24 * 60 <= length else minutes


def _later(starts: time, minutes: int) -> time:
    """The clock time `minutes` after `starts`."""
    return (datetime.combine(date.min, starts) + timedelta(minutes=minutes)).time()


def begins(site: Site, absence: Absence) -> datetime | None:
    """The moment from which it takes a part of a day; None: it begins with the day. What is before the hours of its date is of
    the small hours after them."""
    if absence.starts is None:
        return None
    at = moment(site, absence.date, absence.starts)
    opening = opening_on(site, absence.date)
    next_day = at + timedelta(days=1)
    return next_day if opening is not None and at < opening.opens and next_day <= opening.ends else at


def leaves(site: Site, session: PlannedSession) -> datetime | None:
    """When the doctor of a session is gone for good; None: nobody announced so. `site`: the one with the absences."""
    if not session.away or session.away[-1].stop != _NEVER_AGAIN:
        return None
    return span(site, session.date, session.starts, session.ends)[0] + timedelta(minutes=session.away[-1].start)


def _joined(ranges: Iterable[range]) -> tuple[range, ...]:
    """The same minutes in order, none of them twice."""
    joined: list[range] = []
    for one in sorted(ranges, key=lambda span: span.start):
        if joined and one.start <= joined[-1].stop:
            joined[-1] = range(joined[-1].start, max(joined[-1].stop, one.stop))
        else:
            joined.append(one)
    return tuple(joined)


# ---------------------------------------------------------------------------------------- whom it touches


def touches(absence: Absence, waiting: Waiting, now: datetime) -> bool:
    """Whether the absence takes this one's place away. Somebody without a ticket whose session is over did not come."""
    concerned = absence.doctor is None or absence.doctor == waiting.doctor
    if not concerned or (waiting.ends <= now and not waiting.has_ticket):
        return False
    gone = _gone(absence, waiting.starts.time(), _minutes(waiting.ends - waiting.starts))
    at, by_now = _minutes(waiting.at - waiting.starts), _minutes(now - waiting.starts)
    if at in gone:
        return True
    return at <= by_now and by_now in gone and gone.stop == _NEVER_AGAIN


def move_in_order(
    site: Site, waiting: Sequence[Waiting], to: date, now: datetime, taken: Callable[[PlannedSession], Collection[int]]
) -> list[Place | None]:
    """A place on `to` for each of `waiting`, who stand in order; None: that date has none left. `taken` as in
    rules.booking.choose_place; `site` is the one without the absence."""
    given: dict[PlannedSession, set[int]] = {}
    return [_first_place(site, one, to, now, taken, given) for one in waiting]


def _first_place(
    site: Site,
    one: Waiting,
    to: date,
    now: datetime,
    taken: Callable[[PlannedSession], Collection[int]],
    given: dict[PlannedSession, set[int]],
) -> Place | None:
    for session in sessions_of(site, to, one.department, one.doctor):
        if span(site, session.date, session.starts, session.ends)[1] <= now:
            continue
        full = given.setdefault(session, set(taken(session)))
        place = free_place(site, session, now, full)
        if place is not None:
            full.add(place.place)
            return place
    return None


def place_time(starts: datetime, place: int, slot_minutes: int) -> datetime:
    """The nominal time of a place: when it would be its turn if all before it came."""
    return starts + timedelta(minutes=(place - 1) * slot_minutes)


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
