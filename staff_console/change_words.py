"""What another site file changes, in the language of whoever looks: one sentence a change. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from enum import Enum
from typing import Any, Final

from booking_store.site_file import jalali
from booking_store.site_file.changes import Change, Entry, Kind, Member, Step, changes, told_parts
from rules.name import Name
from rules.site import NumberRange, Point, Site
from rules.texts import TextKind
from screen.lettering import clock_words, localised
from screen.phrases import Phrases

_FROM_AND_TO: Final = frozenset({("first", "last"), ("starts", "ends"), ("starts", "until")})


def told_changes(old: Site, new: Site, say: Phrases) -> tuple[str, ...]:
    """A sentence for each thing that is different in `new`."""
    words = _Words(old, new, say)
    return tuple(words.sentence(change) for change in changes(old, new))


class _Words:
    """The names of both sites, and the words of one language."""

    def __init__(self, old: Site, new: Site, say: Phrases) -> None:
        self._sites, self._say = (new, old), say

    def sentence(self, change: Change) -> str:
        steps = dict.fromkeys(
            map(self._step, change.where)
        )  # the dates of the holidays are called holidays too: once is enough
        what = self._say("staff.comma").join(steps)
        if change.kind is not Kind.CHANGED:
            return self._say(f"staff.site.change.{change.kind.value}", what=what)
        before, after = self._differing(change.before, change.after)
        if not before and not after:
            return self._say("staff.site.change.some", what=what)
        if not before:
            return self._say("staff.site.change.set", what=what, after=after)
        if not after:
            return self._say("staff.site.change.unset", what=what, before=before)
        return self._say("staff.site.change.changed", what=what, before=before, after=after)

    def _step(self, step: Step) -> str:
        match step:
            case Member(listed, key):
                return self._say(f"staff.site.member.{listed}", name=self._member(listed, key))
            case Entry(int(weekday), is_weekday=True):
                return self._say(f"staff.site.weekday.{weekday}")
            case Entry(TextKind() as kind):
                return self._say(f"staff.site.text.{kind.value}")
            case Entry(key):
                return self._value(key)
            case str():
                return self._field(step)

    def _field(self, name: str) -> str:
        key = f"staff.site.field.{name}"
        return self._say(key) if key in self._say else name

    def _member(self, listed: str, key: object) -> str:
        members = (one for site in self._sites for one in getattr(site, listed))
        found: Any = next((one for one in members if key in (getattr(one, "code", None), getattr(one, "id", None))), None)
        if isinstance(found, Point):
            return self._say(f"staff.point.{found.kind}", label=self._digits(found.label))
        name = self._value(found.name) if hasattr(found, "name") else ""
        return f"{self._digits(key)} {name}" if isinstance(key, int) else name or str(key)

    def _differing(self, before: object, after: object) -> tuple[str, str]:
        """Of lists only what one has and the other has not."""
        if isinstance(before, tuple) and isinstance(after, tuple):
            gone = tuple(one for one in before if one not in after)
            come = tuple(one for one in after if one not in before)
            if gone or come:
                return self._value(gone), self._value(come)
        return self._value(before), self._value(after)

    def _value(self, value: object) -> str:  # noqa: C901, PLR0911  one case a kind of value
        match value:
            case None:
                return ""
            case bool():
                return self._say("staff.site.change.yes" if value else "staff.site.change.no")
            case date():
                return self._digits(jalali(value))
            case time():
                return clock_words(f"{value:%H:%M}", self._say.language)
            case Name(fa, en):
                return (en or fa) if self._say.language == "en" else fa
            case NumberRange(first, last):
                return self._span(self._digits(first), self._digits(last))
            case (time() as first, time() as last):
                return self._span(self._value(first), self._value(last))
            case (time() as since, int(percent)):
                return self._say("staff.site.change.loud", time=self._value(since), percent=self._digits(percent))
            case Mapping():
                entries = (f"{self._step(Entry(key, isinstance(key, int)))} {self._value(one)}" for key, one in value.items())
                return self._say("staff.comma").join(entries)
            case frozenset() | tuple():
                members = sorted(value) if isinstance(value, frozenset) else value
                return self._say("staff.comma").join(filter(None, map(self._value, members)))
            case Enum():
                return str(value.value)
            case _ if is_dataclass(value):
                return self._say("staff.comma").join(self._parts(value))
        return self._digits(value)

    def _parts(self, value: Any) -> Iterator[str]:
        """A value's own parts, each with its word; dates and hours from and to as one."""
        told = dict(told_parts(value))
        names = [field.name for field in fields(value)]
        if tuple(names[:2]) in _FROM_AND_TO:
            first, last = getattr(value, names[0]), getattr(value, names[1])
            yield self._value(first) if first == last else self._span(self._value(first), self._value(last))
            told = {name: part for name, part in told.items() if name not in names[:2]}
        for name, part in told.items():
            words = self._value(part)
            if name == "weekdays" and isinstance(part, frozenset):
                yield self._say("staff.comma").join(self._say(f"staff.site.weekday.{day}") for day in sorted(part))
            elif is_dataclass(part) and not isinstance(part, Name | NumberRange):
                yield words
            elif words:
                yield f"{self._field(name)} {words}"

    def _span(self, first: str, last: str) -> str:
        return self._say("staff.site.change.span", first=first, last=last)

    def _digits(self, value: object) -> str:
        return localised(str(value), self._say.language)
