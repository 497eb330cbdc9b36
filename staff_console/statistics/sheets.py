"""The figures of a period as tables, in the reader's words: the page shows them, CSV and XLSX give them out. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from booking_store.statistics.figures import Figures, Statistics, Whole
from mqtt.contract import Source
from rules.texts import TextState
from screen.lettering import day_words
from staff_console.names import Names
from staff_console.statistics.periods import Kind, Period

Cell = str | int | float | None
"""Words, a count, minutes; None: nothing is known."""

SOURCES: Final = tuple(source.value for source in (Source.BOOKED, Source.WALK_IN, Source.HELP))
FIGURES: Final = ("people", "wait_median", "wait_p90", "service_median", "service_p90", "no_shows")
TEXTS: Final = ("delivered", "on_the_way", "failed", "withdrawn")
_ON_THE_WAY: Final = frozenset({TextState.QUEUED, TextState.SENDING, TextState.UNKNOWN, TextState.ACCEPTED})
_FAILED: Final = frozenset({TextState.UNDELIVERED, TextState.FAILED, TextState.EXPIRED})


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table; the first column names the row."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def sheets(found: Statistics, period: Period, names: Names) -> tuple[Sheet, ...]:
    """All tables of a period, in the order in which they are read; those with nothing in them are left out."""
    made = (
        _summary(found, names),
        _arrivals("hour", found.by_hour, found.arrivals_by_hour, names, lambda hour: names.digits(f"{hour}:00")),
        *([] if period.kind is Kind.DAY else [_days(found, names)]),
        _lines("department", found.by_department, names, lambda code: department(names, code)),
        _lines("doctor", found.by_doctor, names, lambda code: doctor(names, code)),
        _lines("point", found.by_point, names, lambda point: names.point(point) or (point or "")),
        _lines("stage", found.by_stage, names, names.stage, without=("no_shows",)),
        _lines("source", found.by_source, names, lambda source: names.say(f"staff.source.{source}")),
        _counts("turned_away", found.turned_away, names, lambda one: _turned_away(one, names)),
        _counts("call", found.phone.became, names, lambda one: _word("call", one, names)),
        _counts("step", found.phone.gave_up_at, names, lambda one: _word("step", one, names)),
        _texts(found, names),
    )
    return tuple(sheet for sheet in made if sheet.rows)


def department(names: Names, code: int | None) -> str:
    """A department's name; help tickets have none."""
    if code is None:
        return names.say("staff.source.help")
    return next((names.of(one.name) for one in names.site.departments if one.code == code), names.digits(code))


def doctor(names: Names, code: int | None) -> str:
    """A doctor's name; some departments have none."""
    if code is None:
        return names.say("staff.statistics.no_doctor")
    return next((names.of(one.name) for one in names.site.doctors if one.code == code), names.digits(code))


def _summary(found: Statistics, names: Names) -> Sheet:
    rows = tuple((names.say(f"staff.statistics.figure.{key}"), value) for key, value in summary(found.whole))
    return _sheet("summary", names, (names.say("staff.statistics.column.value"),), rows)


def summary(whole: Whole) -> tuple[tuple[str, Cell], ...]:
    """The figures of a whole period, each by its key under staff.statistics.figure."""
    texts = [_told(states) for states in whole.texts.values()]
    return (
        ("days", len(whole.days)),
        *zip(FIGURES, figures_of(whole.figures), strict=True),
        ("booked", whole.booked),
        ("kept", whole.kept),
        ("turned_away", whole.turned_away),
        ("unaware", whole.unaware),
        ("calls", whole.calls),
        ("texts", sum(sum(told.values()) for told in texts)),
        ("texts_failed", sum(told["failed"] for told in texts)),
    )


def _told(states: Mapping[str, int]) -> Mapping[str, int]:
    """How many texts were delivered, are on the way, failed, or were withdrawn before they left."""
    told = dict.fromkeys(TEXTS, 0)
    for state, count in states.items():
        told[_told_as(state)] += count
    return told


def _told_as(state: str) -> str:
    if state in _FAILED:
        return "failed"
    return "on_the_way" if state in _ON_THE_WAY else state


def figures_of(figures: Figures) -> tuple[Cell, ...]:
    """The cells of a line, as FIGURES names them."""
    waits, services = figures.waits, figures.services
    return (figures.people, waits.median, waits.p90, services.median, services.p90, figures.no_shows)


def _lines(key: str, lines: Mapping[Any, Figures], names: Names, named: Any, *, without: tuple[str, ...] = ()) -> Sheet:
    kept = [index for index, name in enumerate(FIGURES) if name not in without]
    rows = tuple((named(one), *(figures_of(figures)[index] for index in kept)) for one, figures in lines.items())
    return _sheet(key, names, tuple(_column(FIGURES[index], names) for index in kept), rows)


def _arrivals(
    key: str, lines: Mapping[Any, Figures], by_source: Mapping[tuple[str, Any], int], names: Names, named: Any
) -> Sheet:
    """The lines, and who came by each source."""
    columns = (*(names.say(f"staff.source.{source}") for source in SOURCES), *(_column(one, names) for one in FIGURES))
    rows = tuple(
        (named(one), *(by_source.get((source, one), 0) for source in SOURCES), *figures_of(figures))
        for one, figures in lines.items()
    )
    return _sheet(key, names, columns, rows)


def _days(found: Statistics, names: Names) -> Sheet:
    def named(day: str) -> str:
        return day_words(date.fromisoformat(day), names.say.language)

    return _arrivals("day", found.by_day, found.arrivals_by_day, names, named)


def _counts(key: str, counted: Mapping[Any, int], names: Names, named: Any) -> Sheet:
    """The most frequent first."""
    rows = tuple((named(one), count) for one, count in sorted(counted.items(), key=lambda one: (-one[1], str(one[0]))))
    return _sheet(key, names, (_column("count", names),), rows)


def _turned_away(one: tuple[int | None, str], names: Names) -> str:
    code, why = one
    return names.say("staff.comma").join((department(names, code), _word("turned_away", why, names)))


def _texts(found: Statistics, names: Names) -> Sheet:
    rows: list[tuple[Cell, ...]] = [
        (names.say(f"staff.site.text.{kind}"), sum(states.values()), *_told(states).values())
        for kind, states in sorted(found.whole.texts.items())
    ]
    columns = (_column("count", names), *(names.say(f"staff.statistics.text.{one}") for one in TEXTS))
    return _sheet("texts", names, columns, rows)


def _word(table: str, key: str, names: Names) -> str:
    """What a program's own word is called; one that is too new for the phrases as it is."""
    found = f"staff.statistics.{table}.{key}"
    return names.say(found) if found in names.say else key


def _column(key: str, names: Names) -> str:
    return names.say(f"staff.statistics.column.{key}")


def _sheet(key: str, names: Names, columns: Sequence[str], rows: Iterable[tuple[Cell, ...]]) -> Sheet:
    first = names.say(f"staff.statistics.row.{key}")
    return Sheet(key, names.say(f"staff.statistics.sheet.{key}"), (first, *columns), tuple(rows))
