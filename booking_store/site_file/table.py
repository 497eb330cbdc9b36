"""One table of a site file while it is read: each value asked for is checked, each mistake noted, none raised."""

import difflib
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, time
from typing import Any, Final

import jdatetime

from rules.digits import fold_digits
from rules.name import Name
from rules.site import NumberRange
from rules.spelling import trim
from screen import phrases

WEEKDAYS: Final = ("saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday")
WEEKDAYS_FA: Final = ("شنبه", "یکشنبه", "دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه")
LANGUAGES: Final = phrases.languages("kiosk")
"""Languages that visitors may read."""
OTHER_LANGUAGES: Final = tuple(language for language in LANGUAGES if language not in {"fa", "en"})
ARABIC_LETTERS: Final = frozenset("يك")  # from another keyboard: they look alike and are sorted and searched apart
NUMBER_FIRST: Final = 1
NUMBER_LAST: Final = 9999
_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.:/_-]{1,50}")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A closing half-sentence that offers the nearest known word, or lists them all when none is near."""
    words = sorted(known)
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if near:
        return f'; did you mean "{near[0]}"?'
    return f"; known: {', '.join(words)}" if words else ""


def parse_jalali(text: str) -> date:
    """The Gregorian date of "1405/09/03" (Persian digits too). Raises ValueError for a day that does not exist."""
    match = re.fullmatch(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})", fold_digits(text.strip()))
    if match is not None:
        with suppress(ValueError):
            gregorian = jdatetime.date(*(int(part) for part in match.groups())).togregorian()
            return date(gregorian.year, gregorian.month, gregorian.day)
    raise ValueError(f"no such Jalali date: {text!r}")


def jalali(day: date) -> str:
    """ "1405/09/03": a date as the site file writes it."""
    solar = jdatetime.date.fromgregorian(date=day)
    return f"{solar.year:04}/{solar.month:02}/{solar.day:02}"


def parse_clock(text: str) -> time:
    """A time of day out of "08:00". Raises ValueError."""
    match = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", fold_digits(text.strip()))
    if match is None:
        raise ValueError(text)
    return time(int(match[1]), int(match[2]))


class Problems:
    """What is wrong so far. `incomplete`: a value is missing, so checks across tables would only add noise."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        self.incomplete = False

    def note(self, path: str, sentence: str) -> None:
        """`path` is the key path, "doctors[2].weekly[0].starts"."""
        self.found.append((path, sentence))


class Table:
    """A TOML table and its place in the file. Every key must be asked for; `close` notes those that were not."""

    def __init__(self, values: object, path: str, problems: Problems) -> None:
        self.path = path
        self._problems = problems
        self._asked: set[str] = set()
        self._values: dict[str, Any] = {}
        if isinstance(values, dict):
            self._values = values
        else:
            self._wrong("", "a table", values, "{ fa = …, en = … }")

    def at(self, key: str) -> str:
        """The key path of one of this table's keys."""
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def has(self, key: str) -> bool:
        """Whether the key is written; asks for it."""
        self._asked.add(key)
        return key in self._values

    def note(self, key: str, sentence: str) -> None:
        """Something is wrong with the value of `key`."""
        self._problems.note(self.at(key), sentence)

    def close(self) -> None:
        """Nothing else will be asked: what is left over is unknown."""
        for key in self._values.keys() - self._asked:
            self.note(key, f"unknown key{did_you_mean(key, self._asked)}")

    def text(self, key: str, example: str, default: str | None = None) -> str:
        """A text in which something is seen."""
        value = self._value(key, default)
        if isinstance(value, str) and (seen := trim(value)):
            return seen
        self._wrong(key, "a text", value, f'"{example}"')
        return ""

    def address(self, key: str) -> str:
        """A web address without a slash at its end; empty where none is written."""
        address = self.text(key, "http://192.168.1.10:8090").rstrip("/") if self.has(key) else ""
        if address and _ADDRESS.fullmatch(address) is None:
            self.note(key, 'expected a web address that fits on a ticket, for example "http://192.168.1.10:8090"')
        return address

    def one_of(self, key: str, words: Iterable[str], default: str | None = None) -> str:
        """One of a few known words."""
        known = tuple(words)
        value = self.text(key, known[0] if known else "", default)
        if value and value not in known:
            self.note(key, f'unknown word "{value}"{did_you_mean(value, known)}')
        return value

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number from low to high, both included."""
        value = self._value(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self._wrong(key, f"a whole number from {low} to {high}", value, str(low))
        return low

    def limit(self, key: str, high: int) -> int | None:
        """A whole number from 0 to high; not written: no limit."""
        return self.whole(key, 0, high) if self.has(key) else None

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self._value(key, default)
        if isinstance(value, bool):
            return value
        self._wrong(key, "true or false", value, "true")
        return default

    def clock(self, key: str) -> time:
        """A time of day."""
        value = self._value(key, None)
        try:
            return parse_clock(value if isinstance(value, str) else "")
        except ValueError:
            self._wrong(key, "a time of day", value, '"08:00"')
            return time(0)

    def day(self, key: str) -> date:
        """A Jalali date, as a Gregorian one."""
        return self.day_of(key, self._value(key, None))

    def day_of(self, key: str, value: object) -> date:
        """A Jalali date that was found at `key`."""
        try:
            return parse_jalali(value if isinstance(value, str) else "")
        except ValueError:
            self._wrong(key, "a Jalali date that exists", value, '"1405/09/03"')
            return date.min

    def days(self, first: str = "from", last: str = "to") -> tuple[date, date]:
        """The dates from..to, both included; without `to` it is one day."""
        begins = self.day(first)  # the first day
        ends = self.day(last) if self.has(last) else begins  # the last day, included; not written: one day
        if ends < begins:
            self.note(last, f"is before {first} ({jalali(begins)})")
        return begins, ends

    def weekdays(self, key: str) -> tuple[int, ...]:
        """Weekdays by their English names, 0 is Saturday."""
        found = []
        for word in self.texts(key, "saturday"):
            if word in WEEKDAYS:
                found.append(WEEKDAYS.index(word))
            else:
                self.note(key, f'unknown weekday "{word}"{did_you_mean(word, WEEKDAYS)}')
        return tuple(found)

    def name(self, key: str) -> Name:
        """A name in the site's languages: { fa = "…", en = "…" }, and any other that kiosks speak."""
        if not self.has(key):
            self._wrong(key, "a name", None, '{ fa = "پذیرش", en = "Reception" }')
            return Name("")
        table = self.table(key)
        persian = table.text("fa", "پذیرش")
        english = table.text("en", "Reception") if table.has("en") else ""
        others = tuple((one, table.text(one, "…")) for one in OTHER_LANGUAGES if table.has(one))
        name = Name(persian, english, others)
        for language, word in (("fa", name.fa), ("prs", dict(name.others).get("prs", ""))):
            if ARABIC_LETTERS & set(word):
                table.note(language, f"{word} has an Arabic ي or ك: write the Persian ی and ک, or nobody finds the name")
        table.close()
        return name

    def optional_name(self, key: str) -> Name | None:
        """A name that may be missing."""
        return self.name(key) if self.has(key) else None

    def range(self, key: str) -> NumberRange:
        """Ticket numbers [first, last]."""
        value = self._value(key, None)
        match value:
            case [int(first), int(last)] if NUMBER_FIRST <= first <= last <= NUMBER_LAST:
                return NumberRange(first, last)
        self._wrong(
            key, f"two numbers [first, last] from {NUMBER_FIRST} to {NUMBER_LAST}, first not above last", value, "[100, 164]"
        )
        return NumberRange(NUMBER_FIRST, NUMBER_FIRST)

    def texts(self, key: str, example: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts."""
        value = self._value(key, list(default) if default is not None else None)
        if isinstance(value, list) and all(isinstance(item, str) for item in value) and (value or default is not None):
            return tuple(value)
        self._wrong(key, "a list of texts", value, f'["{example}"]')
        return ()

    def codes(self, key: str) -> frozenset[int]:
        """A list of department or doctor codes; not written: empty."""
        value = self._value(key, [])
        if isinstance(value, list) and all(isinstance(item, int) and not isinstance(item, bool) for item in value):
            return frozenset(value)
        self._wrong(key, "a list of codes", value, "[11, 12]")
        return frozenset()

    def table(self, key: str) -> "Table":
        """A table inside this one; not written: empty."""
        return Table(self._value(key, {}), self.at(key), self._problems)

    def tables(self, key: str) -> tuple["Table", ...]:
        """A list of tables inside this one; not written: empty."""
        value = self._value(key, [])
        if not isinstance(value, list):
            self._wrong(key, "a list of tables", value, f"[[{self.at(key)}]]")
            return ()
        return tuple(Table(item, f"{self.at(key)}[{place}]", self._problems) for place, item in enumerate(value))

    def items(self) -> tuple[tuple[str, Any], ...]:
        """All keys and values, for tables whose keys are the site's own words."""
        self._asked.update(self._values)
        return tuple(self._values.items())

    def _value(self, key: str, default: object) -> Any:
        self._asked.add(key)
        return self._values.get(key, default)

    def _wrong(self, key: str, expected: str, value: object, example: str) -> None:
        self._problems.incomplete = True
        found = "nothing" if value is None else repr(value)
        self.note(key, f"expected {expected}, for example {example}; found {found}")
