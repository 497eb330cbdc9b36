"""What a new site file changes: each difference as a fact, and in one English sentence for the person who loads it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, time
from enum import StrEnum
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


class Kind(StrEnum):
    """What became of something."""

    NEW = "new"
    REMOVED = "removed"
    REORDERED = "reordered"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Member:
    """One of a list of LISTED, by its code or id."""

    listed: str
    key: object


@dataclass(frozen=True, slots=True)
class Entry:
    """What a mapping has under `key`."""

    key: object
    is_weekday: bool = False


Step = str | Member | Entry
"""A field's name, or one of its members."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, and the way to it. `before` and `after`: values of rules.site, where a value was changed."""

    where: tuple[Step, ...]
    kind: Kind
    before: object = None
    after: object = None


def changes(old: Site, new: Site) -> tuple[Change, ...]:
    """Each thing that is different in `new`."""
    return tuple(_changes(old, new))


def describe_changes(old: Site, new: Site) -> tuple[str, ...]:
    """One sentence for each thing that is different in `new`; none when the sites are equal, and one for the first file."""
    if not old.stages:
        parts = (new.departments, "departments"), (new.doctors, "doctors"), (new.points, "points"), (new.devices, "devices")
        return (f"the first site file: {', '.join(f'{len(some)} {word}' for some, word in parts)}",)
    return tuple(map(_sentence, _changes(old, new)))


# ---------------------------------------------------------------------------------------------- as facts


def _changes(old: Site, new: Site) -> Iterator[Change]:
    for field in fields(Site):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before == after:
            continue
        if field.name in LISTED:
            yield from _members(field.name, before, after)
        else:
            yield from _different((field.name,), before, after)


def _members(listed: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> Iterator[Change]:
    _, key = LISTED[listed]
    was = {getattr(member, key): member for member in before}
    now = {getattr(member, key): member for member in after}
    for gone in was.keys() - now.keys():
        yield Change((Member(listed, gone),), Kind.REMOVED)
    for name, member in now.items():
        if name not in was:
            yield Change((Member(listed, name),), Kind.NEW)
        elif was[name] != member:
            yield from _different((Member(listed, name),), was[name], member)
    if was == now:
        yield Change((listed,), Kind.REORDERED)


def _different(where: tuple[Step, ...], before: object, after: object) -> Iterator[Change]:
    if is_dataclass(before) and type(before) is type(after):
        for field in fields(before):
            old, new = getattr(before, field.name), getattr(after, field.name)
            if old != new:
                yield from _different((*where, field.name), old, new)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        weekly = where[-1] in ("hours", "weekly")
        for key in (*before, *(key for key in after if key not in before)):
            old, new = before.get(key), after.get(key)
            if old != new:
                yield from _different((*where, Entry(key, is_weekday=weekly and isinstance(key, int))), old, new)
    else:
        yield Change(where, Kind.CHANGED, before, after)


# ---------------------------------------------------------------------------------------------- in English


def _sentence(change: Change) -> str:
    where = ", ".join(map(_step, change.where))
    match change.kind:
        case Kind.NEW | Kind.REMOVED:
            return f"{where}: {change.kind}"
        case Kind.REORDERED:
            return f"{where}: in another order"
        case Kind.CHANGED:
            return f"{where}: {_words(change.before)} is now {_words(change.after)}"


def _step(step: Step) -> str:
    match step:
        case Member(listed, key):
            return f"{LISTED[listed][0]} {key}"
        case Entry(int(weekday), is_weekday=True):
            return WEEKDAYS[weekday]
        case Entry(key):
            return _words(key)
        case str():
            return step


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
            words = f"({', '.join(_part(name, part) for name, part in told_parts(value))})"
        case _:
            words = "" if value is None else str(value)
    return words or "nothing"


def told_parts(value: Any) -> Iterator[tuple[str, object]]:
    """The fields of a value that are worth telling: those that are not as usual."""
    for field in fields(value):
        part = getattr(value, field.name)
        if part not in (field.default, ""):
            yield field.name, part


def _part(name: str, value: object) -> str:
    if name == "weekdays" and isinstance(value, frozenset):
        return f"{name} {' '.join(WEEKDAYS[day] for day in sorted(value))}"
    return f"{name} {_words(value)}"
