"""The settings of the site file, out of its reader: a table that answers every question, and writes down that it was asked.

What a setting is for is said at the field that the reader fills with it (rules/site.py, rules/office.py), or on the line of
the reader that asks for it.
"""

import ast
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any, Final

from booking_store import site_file
from booking_store.site_file import office, reading, telephone
from booking_store.site_file.table import NUMBER_FIRST, NUMBER_LAST, WEEKDAYS, Problems, Table
from handbook.sentences import comments_of, fields_of
from handbook.settings_files import Section, Setting, unit_of, written
from rules.name import Name
from rules.site import NumberRange
from rules.texts import TextKind

READER: Final = Path(site_file.__file__).parent
DAY: Final = date(2026, 11, 24)

_TEXTS: Final = {kind.value: fields_of(TextKind)[kind.name] for kind in TextKind}

Line = tuple[Path, int, str]
"""A line of the reader, and the key that it asks for."""


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that was asked: tables by their path, with what each is for, and settings in the order of asking."""

    tables: dict[str, str]
    settings: dict[str, dict[str, Setting]]


class Asked(Table):
    """A table that has every key, and remembers what it was asked for."""

    def __init__(self, path: str, told: Told) -> None:
        super().__init__({}, path, Problems())
        self._told = told
        self._may_lack: set[str] = set()
        told.settings.setdefault(path, {})

    def has(self, key: str) -> bool:
        self._may_lack.add(key)
        return True

    def note(self, key: str, sentence: str) -> None:
        """Made-up values contradict each other; nobody is to hear it."""

    def text(self, key: str, example: str, default: str | None = None) -> str:
        self._tell(key, "text", default, "" if default is not None else f'such as "{example}"')
        return default or example

    def address(self, key: str) -> str:
        self._may_lack.add(key)
        self._tell(key, "web address", None)
        return ""

    def one_of(self, key: str, words: Iterable[str], default: str | None = None) -> str:
        known = tuple(words)
        self._tell(key, " or ".join(written(word) for word in known), default)
        return known[0]

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        self._tell(key, f"whole number from {low} to {high}", default)
        return low

    def flag(self, key: str, default: bool) -> bool:
        self._tell(key, "true or false", default)
        return default

    def clock(self, key: str) -> time:
        self._tell(key, 'time of day, such as "08:00"', None)
        return time(8)

    def day_of(self, key: str, value: object) -> date:  # noqa: ARG002  there is none
        self._tell(key, 'Jalali date, such as "1405/09/03"', None)
        return DAY

    def weekdays(self, key: str) -> tuple[int, ...]:
        self._tell(key, f'list of weekdays, from "{WEEKDAYS[0]}" to "{WEEKDAYS[-1]}"', None)
        return (0,)

    def name(self, key: str) -> Name:
        self._tell(key, "`{ fa = …, en = … }`, others as kiosks speak them; only `fa` must be there", None)
        return Name("", "")

    def range(self, key: str) -> NumberRange:
        self._tell(key, f"two numbers `[first, last]` from {NUMBER_FIRST} to {NUMBER_LAST}", None)
        return NumberRange(NUMBER_FIRST, NUMBER_FIRST)

    def texts(self, key: str, example: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        self._tell(key, f'list, such as ["{example}"]', default)
        return (example,)

    def codes(self, key: str) -> frozenset[int]:
        self._tell(key, "list of codes, such as [11, 12]", ())
        return frozenset()

    def table(self, key: str) -> Table:
        return self._inner(key, self.at(key))

    def tables(self, key: str) -> tuple[Table, ...]:
        return (self._inner(key, f"{self.at(key)}[]"),)

    def items(self) -> tuple[tuple[str, Any], ...]:
        """Keys that are the site's own words: what is said of the table says which."""
        return ()

    def _value(self, key: str, default: object) -> Any:  # noqa: ARG002  every key is there
        return default

    def _inner(self, key: str, path: str) -> Table:
        self._told.tables.setdefault(path, _sentence(key))
        return Asked(path, self._told)

    def _tell(self, key: str, takes: str, default: object, example: str = "") -> None:
        usual = written(default) if default is not None or key in self._may_lack else None
        setting = Setting(str(key), f"{takes}, {example}" if example else takes, usual, unit_of(key, takes), _sentence(key))
        self._told.settings[self.path].setdefault(str(key), setting)


def sections() -> Iterator[Section]:
    """The tables of the site file, the outermost first; one that is as another says so."""
    told = Told({"": ""}, {})
    reading.site_in(Asked("", told))
    seen: dict[tuple[Setting, ...], str] = {}
    for path, settings in told.settings.items():
        heading = _heading(path)
        rows = tuple(settings.values())
        twin = seen.setdefault(rows, heading) if rows else heading
        about = told.tables[path]
        yield Section(heading, about, rows) if twin == heading else Section(heading, f"{about}; as `{twin}`", ())


def _heading(path: str) -> str:
    """ "departments[].weekly[]" as the file writes it: "[[departments.weekly]]"."""
    plain = path.replace("[]", "")
    return (f"[[{plain}]]" if path.endswith("[]") else f"[{plain}]") if path else ""


def _sentence(key: str) -> str:
    """What is said of `key` by the reader that is asking now; empty where it says nothing."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  who asks is the question
    while frame is not None:
        path, line = Path(frame.f_code.co_filename), frame.f_lineno
        if path.parent == READER:
            said = comments_of(path).get(line) or _filled().get((path, line, key))
            if said:
                return said
        frame = frame.f_back
    return _TEXTS.get(key, "")


@lru_cache
def _filled() -> Mapping[Line, str]:
    """What each line of the reader fills: the words of that field of its class."""
    lines: dict[Line, str] = {}
    for module in (reading, telephone, office):
        path = Path(inspect.getfile(module))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            kind = (
                getattr(module, node.func.id, None) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None
            )
            if isinstance(node, ast.Call) and isinstance(kind, type) and is_dataclass(kind):
                names = [each.name for each in fields(kind)]
                filled = [*zip(names, node.args, strict=False), *((word.arg, word.value) for word in node.keywords)]
                for name, value in filled:
                    for line, key in _keys_in(value, name or ""):
                        lines[path, line, key] = fields_of(kind).get(name or "", "")
    return lines


def _keys_in(value: ast.expr, name: str) -> Iterator[tuple[int, str]]:
    """Each key that a call inside `value` may ask for, with its line: the texts it is given, and the field's name."""
    for call in ast.walk(value):
        if isinstance(call, ast.Call):
            yield call.lineno, name
            for word in call.args:
                if isinstance(word, ast.Constant) and isinstance(word.value, str):
                    yield call.lineno, word.value
