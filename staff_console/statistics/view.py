"""What the statistics page shows, as plain facts: figures beside those of before, charts, tables with a mark a row. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final

from booking_store.statistics.figures import Statistics, Whole
from screen.lettering import weekday_word
from staff_console.names import Names
from staff_console.statistics.charts import Chart, Column, Span, columns, row_bar, row_span, spans
from staff_console.statistics.numbers import told
from staff_console.statistics.periods import Kind, Period, day_of_month, words
from staff_console.statistics.sheets import SOURCES, Cell, Sheet, sheets, summary

HEADLINE: Final = ("people", "wait_median", "wait_p90", "service_median", "no_shows", "turned_away")
"""The figures that stand first and large."""
_WITH_SPANS: Final = frozenset({"department", "doctor", "point", "stage", "source"})
_WITH_BARS: Final = frozenset({"turned_away", "call", "step"})
_WAIT_MEDIAN, _WAIT_P90 = 2, 3
"""Where a line's waits stand in its row."""
_EVERY: Final = 5
"""Of a month's days each fifth is named, and the first."""


@dataclass(frozen=True, slots=True)
class Large:
    """One figure with that of the period before; empty: nothing is known."""

    label: str
    value: str
    before: str


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    cells: tuple[str, ...]
    mark: Chart | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is shown. `marked`: its rows have a drawing."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    marked: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart with what it shows. `parts`: what its bars are made of, from the foot."""

    key: str
    title: str
    chart: Chart
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatisticsPage:
    """The whole page. Dates are ISO, for its links; `after` None: that is to come."""

    kind: Kind
    title: str
    on: str
    before: str
    after: str | None
    empty: bool
    headline: tuple[Large, ...]
    more: tuple[Large, ...]
    charts: tuple[Drawn, ...]
    tables: tuple[Table, ...]


def statistics_page(found: Statistics, before: Whole, period: Period, today: date, names: Names) -> StatisticsPage:
    """The page of a period, beside the one before it."""
    large = _large(found.whole, before, names)
    return StatisticsPage(
        kind=period.kind,
        title=words(period, names.say),
        on=period.first.isoformat(),
        before=period.before.first.isoformat(),
        after=period.after.first.isoformat() if period.last < today else None,
        empty=not found.whole.days,
        headline=tuple(one for key, one in large if key in HEADLINE),
        more=tuple(one for key, one in large if key not in HEADLINE),
        charts=_charts(found, period, today, names),
        tables=tuple(_table(sheet, names) for sheet in sheets(found, period, names) if sheet.key != "summary"),
    )


def _large(found: Whole, before: Whole, names: Names) -> list[tuple[str, Large]]:
    was = dict(summary(before)) if before.days else {}
    return [
        (key, Large(names.say(f"staff.statistics.figure.{key}"), told(value, names.say), told(was.get(key), names.say)))
        for key, value in summary(found)
    ]


# ------------------------------------------------------------------------------------------ charts


def _charts(found: Statistics, period: Period, today: date, names: Names) -> tuple[Drawn, ...]:
    if not found.whole.days:
        return ()
    rtl, number = names.say.language == "fa", partial(told, say=names.say)
    hours = range(min(found.by_hour, default=0), max(found.by_hour, default=0) + 1)
    by_hour = columns([_arrivals_of(found, hour, names) for hour in hours], number, rtl=rtl)
    by_day = columns(_by_day(found, period, today, names), number, rtl=rtl)
    waits = spans([_waits_of(found, hour, names) for hour in hours], number, rtl=rtl)
    if period.kind is Kind.DAY:
        return (_drawn("hour", by_hour, names), _drawn("waits", waits, names))
    return (_drawn("mean_hour", by_hour, names), _drawn("day", by_day, names), _drawn("waits", waits, names))


def _arrivals_of(found: Statistics, hour: int, names: Names) -> Column:
    """Who came in an hour, on a day of the period as it was open on average."""
    days = len(found.whole.days)
    return Column(names.digits(hour), tuple(found.arrivals_by_hour.get((source, hour), 0) / days for source in SOURCES))


def _waits_of(found: Statistics, hour: int, names: Names) -> Span:
    figures = found.by_hour.get(hour)
    if figures is None:
        return Span(names.digits(hour), None, None, None)
    return Span(names.digits(hour), figures.waits.median, figures.waits.median, figures.waits.p90)


def _by_day(found: Statistics, period: Period, today: date, names: Names) -> list[Column]:
    """Closed days stay as gaps; days to come are left out."""
    last = min(period.last, max(today, period.first))
    days = (period.first + timedelta(days=ahead) for ahead in range((last - period.first).days + 1))
    return [Column(_day_name(day, period, names), _came_on(found, day.isoformat())) for day in days]


def _came_on(found: Statistics, day: str) -> tuple[float, ...]:
    return tuple(float(found.arrivals_by_day.get((source, day), 0)) for source in SOURCES)


def _day_name(day: date, period: Period, names: Names) -> str:
    if period.kind is Kind.WEEK:
        return weekday_word(day, names.say.language)
    number = day_of_month(day)
    return names.digits(number) if number == 1 or number % _EVERY == 0 else ""


def _drawn(key: str, chart: Chart, names: Names) -> Drawn:
    parts = tuple(names.say(f"staff.source.{source}") for source in SOURCES) if key != "waits" else ()
    return Drawn(key, names.say(f"staff.statistics.chart.{key}"), chart, parts)


# ------------------------------------------------------------------------------------------ tables


def _table(sheet: Sheet, names: Names) -> Table:
    rtl = names.say.language == "fa"
    marks = _marks(sheet, rtl=rtl)
    rows = tuple(
        Row(str(row[0]), tuple(told(cell, names.say) for cell in row[1:]), mark)
        for row, mark in zip(sheet.rows, marks, strict=True)
    )
    return Table(sheet.key, sheet.title, sheet.columns, rows, marked=any(mark is not None for mark in marks))


def _marks(sheet: Sheet, *, rtl: bool) -> Sequence[Chart | None]:
    if sheet.key in _WITH_SPANS:
        longest = max((_number(row[_WAIT_P90]) for row in sheet.rows), default=0.0)
        return [row_span(_minutes(row[_WAIT_MEDIAN]), _minutes(row[_WAIT_P90]), longest, rtl=rtl) for row in sheet.rows]
    if sheet.key in _WITH_BARS:
        largest = max((_number(row[1]) for row in sheet.rows), default=0.0)
        return [row_bar(_number(row[1]), largest, rtl=rtl) for row in sheet.rows]
    return [None] * len(sheet.rows)


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def _minutes(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) else None
