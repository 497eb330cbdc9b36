"""What a new site file changes, in one sentence a change, for the person who loads it."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from typing import Any, Final

from booking_store.site_file.table import WEEKDAYS, jalali
from rules.site import Site

LISTED: Final = {
    "departments": ("department", "code"),
    "doctors": ("doctor", "code"),
    "stages": ("stage", "id"),
    "zones": ("zone", "id"),
    "points": ("point", "id"),
    "devices": ("device", "id"),
    "priority_classes": ("priority class", "id"),
}
"""The lists whose members have a name of their own: their word and their key."""


def describe_changes(old: Site, new: Site) -> tuple[str, ...]:
    """One sentence for each thing that is different in `new`; none when the sites are equal, and one for the first file."""
    if not old.stages:
        parts = (new.departments, "departments"), (new.doctors, "doctors"), (new.points, "points"), (new.devices, "devices")
        return (f"the first site file: {', '.join(f'{len(some)} {word}' for some, word in parts)}",)
    return tuple(_changes(old, new))


def _changes(old: Site, new: Site) -> Iterator[str]:
    for field in fields(Site):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before == after:
            continue
        if field.name in LISTED:
            yield from _members(*LISTED[field.name], before, after)
        else:
            yield from _different(field.name, before, after)


def _members(word: str, key: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> Iterator[str]:
    was = {getattr(member, key): member for member in before}
    now = {getattr(member, key): member for member in after}
    for gone in was.keys() - now.keys():
        yield f"{word} {gone}: removed"
    for name, member in now.items():
        if name not in was:
            yield f"{word} {name}: new"
        elif was[name] != member:
            yield from _different(f"{word} {name}", was[name], member)
    if was == now:
        yield f"{word}s: in another order"


def _different(where: str, before: object, after: object) -> Iterator[str]:
    if is_dataclass(before) and type(before) is type(after):
        for field in fields(before):
            old, new = getattr(before, field.name), getattr(after, field.name)
            if old != new:
                yield from _different(f"{where}, {field.name}", old, new)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in (*before, *(key for key in after if key not in before)):
            old, new = before.get(key), after.get(key)
            if old != new:
                yield from _different(f"{where}, {_key(where, key)}", old, new)
    else:
        yield f"{where}: {_words(before)} is now {_words(after)}"


def _key(where: str, key: object) -> str:
    weekly = where.endswith(("hours", "weekly")) and isinstance(key, int)
    return WEEKDAYS[key] if weekly and isinstance(key, int) else _words(key)


def _words(value: object) -> str:
    """A value as the site file would write it, shortly: what is as usual is left out."""
    match value:
        case date():
            words = jalali(value)
        case time():
            words = f"{value:%H:%M}"
        case frozenset():
            words = ", ".join(map(str, sorted(value)))
        case tuple():
            words = ", ".join(map(_words, value))
        case _ if is_dataclass(value) and not isinstance(value, type):
            told = ((field, getattr(value, field.name)) for field in fields(value))
            words = f"({', '.join(_part(field.name, part) for field, part in told if part not in (field.default, ''))})"
        case _:
            words = "" if value is None else str(value)
    return words or "nothing"


def _part(name: str, value: object) -> str:
    if name == "weekdays" and isinstance(value, frozenset):
        return f"{name} {' '.join(WEEKDAYS[day] for day in sorted(value))}"
    return f"{name} {_words(value)}"
