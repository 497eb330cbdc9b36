"""Days on which the site is closed or keeps other hours: holidays, closures, and the hours of a season. Pure."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from booking_store.site_file import jalali, parse_jalali
from booking_store.site_file.table import WEEKDAYS
from rules.site import EVERY_WEEKDAY, HoursOverride
from staff_console.document import editing
from staff_console.document.statements import Path
from staff_console.document.writing import Value

_HOLIDAYS: Final[Path] = ("holidays", "dates")
_OVERRIDES: Final[Path] = ("hours", "overrides")


def with_holiday(document: str, day: date, why: str) -> str:
    """A holiday, among the others by its date; one that is there already is called so now. Raises NotEditableError, as all
    here."""
    written = {parse_jalali(text): text for text in editing.found(document, _HOLIDAYS)}
    later = min((one for one in written if one > day), default=None)
    path = (*_HOLIDAYS, written.get(day, jalali(day)))
    return editing.put(document, path, why, before=written[later] if later is not None else None)


def without_holiday(document: str, day: date) -> str:
    """A holiday less. Raises LookupError where it is none."""
    written = {parse_jalali(text): text for text in editing.found(document, _HOLIDAYS)}
    return editing.drop(document, (*_HOLIDAYS, written[day]))


def with_holidays_loaded_until(document: str, day: date) -> str:
    """Nobody can book beyond this day: later holidays are not known yet."""
    return editing.put(document, ("holidays", "loaded_until"), jalali(day))


def with_hours_override(document: str, override: HoursOverride) -> str:
    """Other hours on dates, or a closure: the last one, which wins over those before it."""
    return editing.add(document, _OVERRIDES, dict(_parts_of(override)))


def changed_hours_override(document: str, place: int, override: HoursOverride) -> str:
    """The override of hours at `place` (from 0, in the site's order) is now `override`."""
    return editing.put_table(document, (*_OVERRIDES, place), dict(_parts_of(override)))


def without_hours_override(document: str, place: int) -> str:
    """An override of hours less."""
    return editing.drop(document, (*_OVERRIDES, place))


def _parts_of(override: HoursOverride) -> Iterator[tuple[str, Value]]:
    yield "from", jalali(override.first)
    if override.last != override.first:
        yield "to", jalali(override.last)
    if override.weekdays != EVERY_WEEKDAY:
        yield "days", [WEEKDAYS[day] for day in sorted(override.weekdays)]
    if override.hours is None:
        yield "closed", True
    else:
        yield "opens", f"{override.hours.opens:%H:%M}"
        yield "tickets_until", f"{override.hours.tickets_until:%H:%M}"
        yield "ends", f"{override.hours.ends:%H:%M}"
    if override.holidays_too:
        yield "holidays_too", True
    yield "why", override.why
