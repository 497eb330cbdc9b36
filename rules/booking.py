"""Who gets which place: a booking's session and place, a walk-in's session, and when there is none, why.

The rules:
- A wish names a department and a doctor, or doctor 0: the first free time, whoever the doctor is. With a date it is
  that date or nothing; without one it is the first day that has a free place, and if it asks for a later one, after that.
- Days are looked at in order, a day's sessions by their doctor's load (of the places by phone, how many are taken) and then
  by their start, a session's places from 1 up. A session can be booked until it ends; where the site gives times, a place
  whose time is past is not given.
- Nobody books beyond the horizon, nor beyond the loaded holiday table (rules.schedule.last_bookable_day).
- Phone places are numbered 1 to `phone`; the reserve follows them and is reception's own.
- Of a session's walk-in share only what was released is given (`released`): all of it, where nothing else was said.
- While tickets are given, each kiosk keeps a few turns of each session's walk-in share for when it is alone. Together they
  keep at most half of it: a short session would else have no turn for anybody while all is well.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from rules.schedule import PlannedSession, absent_on, last_bookable_day, sessions_of, span
from rules.site import Site


class NoPlace(StrEnum):
    """Why a wish cannot be had; the words are those of the contract's Reason."""

    UNKNOWN_DEPARTMENT = "unknown_department"
    UNKNOWN_DOCTOR = "unknown_doctor"
    BAD_DATE = "bad_date"  # a day that is past
    BEYOND_HORIZON = "beyond_horizon"
    DOCTOR_ABSENT = "doctor_absent"
    NO_SESSION = "no_session"
    SESSION_FULL = "session_full"
    SHARE_USED_UP = "share_used_up"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller asks for. Doctor None or 0: whoever. Day None: the first with a free place, `after` a date if given."""

    department: int
    doctor: int | None = None
    day: date | None = None
    after: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a session; `time` where the site gives times."""

    session: PlannedSession
    place: int
    time: datetime | None


def choose_place(site: Site, wish: Wish, now: datetime, taken: Callable[[PlannedSession], Collection[int]]) -> Place | NoPlace:
    """The first free place for the wish. `taken(session)` gives the places of a session that have bookings."""
    unknown = unknown_wish(site, wish.department, wish.doctor)
    if unknown is not None:
        return unknown
    today = now.astimezone(ZoneInfo(site.time_zone)).date()
    # After midnight, yesterday's sessions may still be running.
    first, last = today - timedelta(days=1), last_bookable_day(site, now)
    if wish.day is not None:
        if wish.day > last:
            return NoPlace.BEYOND_HORIZON
        if wish.day < first:
            return NoPlace.BAD_DATE
        first = last = wish.day
    elif wish.after is not None:
        if wish.after >= last:
            return NoPlace.BEYOND_HORIZON
        first = max(first, wish.after + timedelta(days=1))
    any_session = False
    for ahead in range((last - first).days + 1):
        sessions = _not_over(site, sessions_of(site, first + timedelta(days=ahead), wish.department, wish.doctor), now)
        any_session = any_session or bool(sessions)
        place = _place_among(site, sessions, now, taken)
        if place is not None:
            return place
    return NoPlace.SESSION_FULL if any_session else _why_no_session(site, wish, today)


def unknown_wish(site: Site, department: int, doctor: int | None) -> NoPlace | None:
    """Whether the department, or the doctor in it, is not there at all."""
    if site.department(department) is None:
        return NoPlace.UNKNOWN_DEPARTMENT
    if doctor and doctor not in {found.code for found in site.doctors_of(department)}:
        return NoPlace.UNKNOWN_DOCTOR
    return None


def free_place(site: Site, session: PlannedSession, now: datetime, taken: Collection[int]) -> Place | None:
    """The lowest free phone place of a session."""
    return next(free_places(site, session, now, taken), None)


def free_places(site: Site, session: PlannedSession, now: datetime, taken: Collection[int]) -> Iterator[Place]:
    """The free phone places of a session, in order."""
    starts, _ = span(site, session.date, session.starts, session.ends)
    for number in range(1, session.capacity.phone + 1):
        minutes = (number - 1) * session.slot_minutes
        if any(minutes in away for away in session.away):
            continue
        at = starts + timedelta(minutes=minutes) if site.booking.give_times else None
        if number not in taken and (at is None or at >= now):
            yield Place(session, number, at)


def _not_over(site: Site, sessions: Iterable[PlannedSession], now: datetime) -> list[PlannedSession]:
    return [session for session in sessions if span(site, session.date, session.starts, session.ends)[1] > now]


def _place_among(
    site: Site, sessions: list[PlannedSession], now: datetime, taken: Callable[[PlannedSession], Collection[int]]
) -> Place | None:
    """The first free place of one day's sessions, with the doctor of the day who has the fewest for their places."""
    given = {session: taken(session) for session in sessions}
    loads: dict[int | None, Fraction] = {}
    for doctor in {session.doctor for session in sessions}:
        own = [session for session in sessions if session.doctor == doctor]
        loads[doctor] = Fraction(sum(len(given[one]) for one in own), max(1, sum(one.capacity.phone for one in own)))
    for session in sorted(sessions, key=lambda one: (loads[one.doctor], one.starts, one.doctor or 0)):
        place = free_place(site, session, now, given[session])
        if place is not None:
            return place
    return None


def _why_no_session(site: Site, wish: Wish, today: date) -> NoPlace:
    doctor = site.doctor(wish.doctor) if wish.doctor else None
    if doctor is not None and absent_on(doctor, wish.day or today):
        return NoPlace.DOCTOR_ABSENT
    return NoPlace.NO_SESSION


@dataclass(frozen=True, slots=True)
class WalkInShare:
    """One of today's sessions as a walk-in sees it. `id` is the ledger's; `given` counts its walk-in tickets that stand."""

    id: int
    starts: datetime
    ends: datetime
    share: int
    given: int


def choose_walk_in(sessions: Iterable[WalkInShare], now: datetime) -> WalkInShare | NoPlace:
    """The session that a walk-in ticket counts for: the first that is not over and has a place left in its share.

    Hand in the sessions of the department, or of the doctor who was asked for.
    """
    running = sorted((s for s in sessions if s.ends > now), key=lambda session: (session.starts, session.id))
    for session in running:
        if session.given < session.share:
            return session
    return NoPlace.SHARE_USED_UP if running else NoPlace.NO_SESSION


def released(share: int, first: int | None, by_word: int | None) -> int:
    """How many turns of a session's walk-in `share` may be given so far: those a person has released, else the site file's
    first portion, else all."""
    turns = first if by_word is None else by_word
    return share if turns is None else min(share, turns)


def kept_for_kiosks(share: int, wanted: Mapping[str, int]) -> dict[str, int]:
    """How many turns of a session's walk-in `share` each kiosk keeps, of those `wanted` by kiosk id; the first come first."""
    rest = share // 2
    kept: dict[str, int] = {}
    for kiosk, turns in wanted.items():
        kept[kiosk] = min(turns, rest)
        rest -= kept[kiosk]
    return kept
