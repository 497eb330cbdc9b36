"""Whom a change of the settings leaves without the place that they booked: a sentence for each doctor's date. Pure.

The pages of the doctors' days tell these people; a form of the settings, a whole file, or one that is put back, only says that
there is somebody to be told first.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

from booking_store.booked_report import BookedSession
from rules.schedule import PlannedSession, sessions_on
from rules.site import Site
from screen.lettering import day_words
from screen.phrases import Phrases
from staff_console.days_view import SiteWords
from staff_console.replanning import Misfits, misfits

Owner = tuple[date, int, int | None]
"""Whose sessions: the date, the department, the doctor or none."""


def unplaced(before: Site, after: Site, booked: Sequence[BookedSession], say: Phrases) -> tuple[str, ...]:
    """The sentences, by date. Both sites with the absences that stand; `booked`: all sessions to come."""
    changed = _Changed(before, after)
    touched: dict[Owner, list[BookedSession]] = {}
    for one in booked:
        owner = (one.date, one.department, one.doctor)
        if owner in changed:
            touched.setdefault(owner, []).append(one)
    words = SiteWords(before, say)
    return tuple(said for owner, own in touched.items() for said in _sentences(owner, misfits(after, own), words))


class _Changed:
    """The owners whose sessions differ between two sites; each date is planned once."""

    def __init__(self, before: Site, after: Site) -> None:
        self._planned = cache(lambda day: (_by_owner(before, day), _by_owner(after, day)))

    def __contains__(self, owner: Owner) -> bool:
        before, after = self._planned(owner[0])
        return bool(before.get(owner[1:]) != after.get(owner[1:]))


def _by_owner(site: Site, day: date) -> dict[tuple[int, int | None], list[PlannedSession]]:
    owners: dict[tuple[int, int | None], list[PlannedSession]] = {}
    for one in sessions_on(site, day):
        owners.setdefault((one.department, one.doctor), []).append(one)
    return owners


def _sentences(owner: Owner, found: Misfits, words: SiteWords) -> Iterator[str]:
    day, department, doctor = owner
    facts = {"day": day_words(day, words.say.language), "who": words.doctor(doctor) or words.department(department)}
    taken = sum(len(hours.bookings) for hours in found.taken)
    for key, count in (("taken", taken), ("beyond", len(found.beyond)), ("otherwise", len(found.otherwise))):
        if count:
            yield words.say(f"staff.site.unplaced.{key}", count=words.digits(count), **facts)
