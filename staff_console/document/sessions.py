"""The sessions of a doctor, or of a department without doctors: the weekly table and its dated overrides. Pure.

A row of the weekly table may hold for several days. A session is changed for one day alone: that day leaves its row, and gets
one of its own. Where the table says otherwise than a form expects, LookupError.
"""

from collections.abc import Iterator
from datetime import time
from typing import Any, Final, Literal

from booking_store.site_file import jalali
from booking_store.site_file.table import WEEKDAYS, parse_clock
from rules.site import EVERY_WEEKDAY, Override, Shift
from staff_console.document import editing
from staff_console.document.statements import Path
from staff_console.document.writing import Value

Owner = tuple[Literal["doctors", "departments"], int]
"""Whose sessions, by code: ("doctors", 7)."""

_LEFT_OUT: Final = (("reserve", 0), ("walk_in_first", None), ("slot_minutes", None))
"""What a shift is not written with where it is as usual."""


def with_session(document: str, owner: Owner, weekday: int, shift: Shift) -> str:
    """A further session on a weekday (0 Saturday). Raises NotEditableError, as all here."""
    at = (*member(document, owner), "weekly")
    rows = _rows(document, owner)
    alike = next((place for place, row in enumerate(rows) if _without_days(row) == _written(shift)), None)
    if alike is None:
        return editing.add(document, at, {"days": [WEEKDAYS[weekday]], **_written(shift)})
    days = sorted({*rows[alike]["days"], WEEKDAYS[weekday]}, key=WEEKDAYS.index)
    return editing.put(document, (*at, alike, "days"), days)


def changed_session(document: str, owner: Owner, weekday: int, starts: time, shift: Shift) -> str:
    """The weekday's session that begins at `starts` is now `shift`."""
    place = _session_at(document, owner, weekday, starts)
    row = _rows(document, owner)[place]
    if row["days"] == [WEEKDAYS[weekday]]:
        row = {"days": row["days"], **_written(shift)}
        return editing.put_table(document, (*member(document, owner), "weekly", place), row)
    return with_session(without_session(document, owner, weekday, starts), owner, weekday, shift)


def without_session(document: str, owner: Owner, weekday: int, starts: time) -> str:
    """Without the weekday's session that begins at `starts`."""
    place = _session_at(document, owner, weekday, starts)
    row = (*member(document, owner), "weekly", place)
    left = [day for day in _rows(document, owner)[place]["days"] if day != WEEKDAYS[weekday]]
    return editing.put(document, (*row, "days"), left) if left else editing.drop(document, row)


def with_override(document: str, owner: Owner, override: Override) -> str:
    """Other sessions on dates, or none: the last one, which wins over those before it."""
    return editing.add(document, (*member(document, owner), "overrides"), dict(_parts_of(override)))


def changed_override(document: str, owner: Owner, place: int, override: Override) -> str:
    """The override at `place` (from 0, in the site's order) is now `override`."""
    return editing.put_table(document, (*member(document, owner), "overrides", place), dict(_parts_of(override)))


def without_override(document: str, owner: Owner, place: int) -> str:
    """Without the override at `place`."""
    return editing.drop(document, (*member(document, owner), "overrides", place))


def member(document: str, owner: Owner) -> Path:
    """Where the doctor or department stands in the document. Raises LookupError."""
    listed, code = owner
    members = editing.data(document).get(listed, [])
    place = next((place for place, one in enumerate(members) if one.get("code") == code), None)
    if place is None:
        raise LookupError(f"{listed} {code}")
    return listed, place


def _rows(document: str, owner: Owner) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = editing.found(document, member(document, owner)).get("weekly", [])
    return rows


def _session_at(document: str, owner: Owner, weekday: int, starts: time) -> int:
    """The place of the row that holds a session. Raises LookupError."""
    for place, row in enumerate(_rows(document, owner)):
        if WEEKDAYS[weekday] in row["days"] and parse_clock(row["starts"]) == starts:
            return place
    raise LookupError(f"{owner}: {WEEKDAYS[weekday]} {starts:%H:%M}")


def _without_days(row: dict[str, Any]) -> dict[str, Any]:
    usual = dict(_LEFT_OUT)
    return {key: value for key, value in row.items() if key != "days" and (key not in usual or value != usual[key])}


def _written(shift: Shift) -> dict[str, Value]:
    places = shift.capacity
    whole: dict[str, Any] = {
        "starts": f"{shift.starts:%H:%M}",
        "ends": f"{shift.ends:%H:%M}",
        "phone": places.phone,
        "walk_in": places.walk_in,
        "walk_in_first": places.walk_in_first,
        "reserve": places.reserve,
        "slot_minutes": shift.slot_minutes,
    }
    return {key: value for key, value in whole.items() if (key, value) not in _LEFT_OUT}


def _parts_of(override: Override) -> Iterator[tuple[str, Value]]:
    yield "from", jalali(override.first)
    if override.last != override.first:
        yield "to", jalali(override.last)
    if override.weekdays != EVERY_WEEKDAY:
        yield "days", [WEEKDAYS[day] for day in sorted(override.weekdays)]
    if override.shifts:
        yield "shifts", [_written(shift) for shift in override.shifts]
    else:
        yield "absent", True
    if override.why:
        yield "why", override.why
