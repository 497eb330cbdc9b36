"""Other sessions, or a holiday, as a change of the site's document; and whom of those who are booked it leaves without a place.

Nothing is done silently to anybody: whoever's time is taken away is told by an absence of those hours, announced before the
change; who is booked beyond the new places stays and is seen. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Literal

from booking_store.booked_report import BookedPlace, BookedSession
from booking_store.site_file.table import parse_clock
from rules.digits import fold_digits
from rules.schedule import PlannedSession, carried_over, sessions_on, span, weekday_of
from rules.site import Capacity, Override, Shift, Site, Timetable
from staff_console.document import sessions as document_sessions
from staff_console.document.sessions import Owner

Scope = Literal["day", "weekly"]
"""A change for one date, or for each such weekday from now on."""

SESSIONS_MOST: Final = 8
"""Of one doctor's day."""
_PLACES_DIGITS: Final = 4


class MistypedError(Exception):
    """An hour or a number that is none."""


@dataclass(frozen=True, slots=True)
class TypedShift:
    """A row of the form. `was`: the beginning of the session that it changes; None: a new one. `shift` None: dropped."""

    was: time | None
    shift: Shift | None


@dataclass(frozen=True, slots=True)
class TakenHours:
    """Hours that a change takes from a date while somebody is booked in them. Doctor None: a department without doctors."""

    date: date
    department: int
    doctor: int | None
    starts: time
    ends: time
    bookings: tuple[BookedPlace, ...]


@dataclass(frozen=True, slots=True)
class Misfits:
    """Who is booked and does not fit. `taken`: whose hours go; `beyond`: who stays above the new places; `otherwise`: who stays
    and was told another beginning."""

    taken: tuple[TakenHours, ...] = ()
    beyond: tuple[tuple[BookedSession, BookedPlace], ...] = ()
    otherwise: tuple[tuple[BookedSession, BookedPlace], ...] = ()


# ------------------------------------------------------------------------------------------- what was typed


def typed_shifts(form: Mapping[str, str]) -> tuple[TypedShift, ...]:
    """The rows of a form. Raises MistypedError."""
    return tuple(row for number in range(SESSIONS_MOST) if (row := _typed(form, number)) is not None)


def _typed(form: Mapping[str, str], number: int) -> TypedShift | None:
    """A row; None: it is not there, or left empty."""
    values = {key: form.get(f"{key}-{number}", "").strip() for key in ("was", "starts", "ends", *_NUMBERS)}
    was = _clock(values["was"]) if values["was"] else None
    if form.get(f"drop-{number}") == "yes" or not (values["starts"] or values["ends"]):
        return TypedShift(was, None) if was is not None else None
    counts = {key: _number(values[key]) for key in _NUMBERS}
    capacity = Capacity(counts["phone"] or 0, counts["walk_in"] or 0, counts["reserve"] or 0, counts["walk_in_first"])
    return TypedShift(was, Shift(_clock(values["starts"]), _clock(values["ends"]), capacity, counts["slot_minutes"]))


_NUMBERS: Final = ("phone", "walk_in", "walk_in_first", "reserve", "slot_minutes")


def _clock(text: str) -> time:
    try:
        return parse_clock(text)
    except ValueError as problem:
        raise MistypedError(text) from problem


def _number(text: str) -> int | None:
    digits = fold_digits(text)
    if not digits:
        return None
    if not digits.isascii() or not digits.isdecimal() or len(digits) > _PLACES_DIGITS:
        raise MistypedError(text)
    return int(digits)


# ------------------------------------------------------------------------------------------- the new document


def owner_of(site: Site, department: int, doctor: int) -> tuple[Owner, Timetable] | None:
    """Whose sessions they are in the document, and what it says of them; None: nobody's."""
    found = site.department(department)
    person = site.doctor(doctor) if doctor else None
    if person is not None and person.department == department:
        return ("doctors", doctor), person.timetable
    if found is not None and not doctor and not site.doctors_of(department):
        return ("departments", department), found.timetable or Timetable()
    return None


def replanned(
    document: str, owner: Owner, timetable: Timetable, day: date, scope: Scope, rows: Sequence[TypedShift], why: str
) -> str:
    """The document with these sessions. Raises LookupError and NotEditableError where it says otherwise than the form did."""
    if scope == "weekly":
        for row in rows:
            document = _weekly(document, owner, timetable, weekday_of(day), row)
        return document
    shifts = tuple(sorted((row.shift for row in rows if row.shift is not None), key=lambda shift: shift.starts))
    own = [place for place, one in enumerate(timetable.overrides) if one.first == one.last == day]
    if shifts == timetable.weekly.get(weekday_of(day), ()) and own and len(_covering(timetable, day)) == len(own):
        for place in reversed(own):
            document = document_sessions.without_override(document, owner, place)
        return document
    override = Override(day, day, shifts, why)
    if own and own[-1] == _covering(timetable, day)[-1]:
        return document_sessions.changed_override(document, owner, own[-1], override)
    return document_sessions.with_override(document, owner, override)


def _covering(timetable: Timetable, day: date) -> list[int]:
    """The places of the overrides that cover a date; the last one holds."""
    weekday = weekday_of(day)
    return [place for place, one in enumerate(timetable.overrides) if one.first <= day <= one.last and weekday in one.weekdays]


def _weekly(document: str, owner: Owner, timetable: Timetable, weekday: int, row: TypedShift) -> str:
    if row.was is None:
        return document_sessions.with_session(document, owner, weekday, row.shift) if row.shift is not None else document
    if row.shift is None:
        return document_sessions.without_session(document, owner, weekday, row.was)
    if row.shift in timetable.weekly.get(weekday, ()):
        return document
    return document_sessions.changed_session(document, owner, weekday, row.was, row.shift)


# ------------------------------------------------------------------------------------------- who does not fit


def misfits(site: Site, booked: Sequence[BookedSession]) -> Misfits:
    """Who of those that are booked does not fit into `site`, the new one, with the absences that stand."""
    found = [_misfits_of_a_day(site, group) for group in _by_owner(booked)]
    return Misfits(
        taken=tuple(one for part in found for one in part.taken),
        beyond=tuple(one for part in found for one in part.beyond),
        otherwise=tuple(one for part in found for one in part.otherwise),
    )


def _by_owner(booked: Sequence[BookedSession]) -> list[list[BookedSession]]:
    groups: dict[tuple[date, int, int | None], list[BookedSession]] = {}
    for one in booked:
        groups.setdefault((one.date, one.department, one.doctor), []).append(one)
    return list(groups.values())


def _misfits_of_a_day(site: Site, before: Sequence[BookedSession]) -> Misfits:
    whose = before[0]
    after = [one for one in sessions_on(site, whose.date) if (one.department, one.doctor) == (whose.department, whose.doctor)]
    spans = [span(site, one.date, one.starts, one.ends) for one in after]
    becomes = carried_over([_ms(one.starts, one.ends) for one in before], [_ms(*one) for one in spans])
    taken: list[TakenHours] = []
    beyond: list[tuple[BookedSession, BookedPlace]] = []
    otherwise: list[tuple[BookedSession, BookedPlace]] = []
    for number, old in enumerate(before):
        place = becomes.get(number)
        gone = list(_taken(old, spans[place] if place is not None else None))
        taken += gone
        if place is None:
            continue
        lost = {booking.code for hours in gone for booking in hours.bookings}
        stay = [(old, booking) for booking in old.bookings if booking.code not in lost]
        if _places(after[place]) < old.places:
            beyond += [one for one in stay if one[1].place > _places(after[place])]
        otherwise += stay if old.starts != spans[place][0] else []
    return Misfits(tuple(taken), tuple(beyond), tuple(otherwise))


def _taken(old: BookedSession, new: tuple[datetime, datetime] | None) -> Iterator[TakenHours]:
    """The hours of a session that are no more, where somebody is booked in them."""
    for starts, ends in _gone(old, new):
        reaches_end = ends == old.ends
        own = tuple(one for one in old.bookings if starts <= one.at and (one.at < ends or reaches_end))
        if own:
            yield TakenHours(old.date, old.department, old.doctor, starts.time(), ends.time(), own)


def _gone(old: BookedSession, new: tuple[datetime, datetime] | None) -> Iterator[tuple[datetime, datetime]]:
    if new is None:
        yield old.starts, old.ends
        return
    if new[0] > old.starts:
        yield old.starts, min(new[0], old.ends)
    if new[1] < old.ends:
        yield max(new[1], old.starts), old.ends


def _places(session: PlannedSession) -> int:
    return session.capacity.phone + session.capacity.reserve


def _ms(starts: datetime, ends: datetime) -> tuple[int, int]:
    return int(starts.timestamp() * 1000), int(ends.timestamp() * 1000)
