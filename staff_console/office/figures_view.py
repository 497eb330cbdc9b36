"""What the page of the office's statistics shows: large figures, charts, and the same tables that its files give out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final

import jdatetime

from booking_store.office_statistics import SIZES, OfficeFigures
from staff_console.office.figures_sheets import BANDS, Counts, by_month, counts, sheets
from staff_console.office.periods import Kind, Period, beside, words
from staff_console.office.wording import Wording
from staff_console.statistics.charts import Chart, Column, columns, row_bar
from staff_console.statistics.numbers import told
from staff_console.statistics.periods import day_of_month
from staff_console.statistics.sheets import Cell, Sheet

HEADLINE: Final = ("opened", "decided", "in_time", "median_days", "letters", "used")
"""The figures that stand first and large."""
_EVERY: Final = 5
"""Of a month's days each fifth is named, and the first."""


@dataclass(frozen=True, slots=True)
class Large:
    """One figure."""

    label: str
    value: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    value: str
    hidden: bool
    mark: Chart | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is shown."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart with what it shows."""

    title: str
    chart: Chart


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """The whole page. `on`, `before`, `after` name periods in its links; None: there is none, or it is to come."""

    kind: Kind
    title: str
    on: str
    before: str | None
    after: str | None
    outside: bool
    empty: bool
    headline: tuple[Large, ...]
    more: tuple[Large, ...]
    charts: tuple[Drawn, ...]
    tables: tuple[Table, ...]


def figures_page(found: OfficeFigures, period: Period, today: date, wording: Wording, *, outside: bool) -> FiguresPage:
    """The page of a period; `outside`: as it may leave the office."""
    before, after = beside(period, wording.office, today)
    large = _large(found, wording, outside=outside)
    tables = sheets(found, period, today, wording, outside=outside)
    return FiguresPage(
        kind=period.kind,
        title=words(period, wording.say),
        on=period.on,
        before=before,
        after=after,
        outside=outside,
        empty=not found.opened and not found.letters["issued"],
        headline=tuple(one for key, one in large if key in HEADLINE),
        more=tuple(one for key, one in large if key not in HEADLINE),
        charts=_charts(found, period, today, wording, outside=outside),
        tables=tuple(_table(one, wording) for one in tables if one.key != "summary"),
    )


def _large(found: OfficeFigures, wording: Wording, *, outside: bool) -> list[tuple[str, Large]]:
    say = wording.say
    return [
        (
            key,
            Large(say(f"office.figures.figure.{key}"), say("office.figures.hidden") if hidden else told(value, say), hidden),
        )
        for key, value, hidden in found.summary(outside=outside)
    ]


# ------------------------------------------------------------------------------------------ charts


def _charts(found: OfficeFigures, period: Period, today: date, wording: Wording, *, outside: bool) -> tuple[Drawn, ...]:
    if not found.opened:
        return ()
    all_of_them = counts(found, outside=outside)
    sizes, ages = all_of_them["cases_by_household_size"], all_of_them["people_by_age_band"]
    made = [("sizes", _ranges(SIZES, sizes, wording)), ("ages", _ranges(BANDS, ages, wording))]
    if period.kind is Kind.CYCLE:
        made.insert(0, ("month", _by_month(found, period, today, wording, outside=outside)))
    elif not outside:  # a day's count is small
        made.insert(0, ("day", _by_day(found, period, today, wording)))
    number, rtl = partial(told, say=wording.say), wording.say.language == "fa"
    return tuple(Drawn(wording.say(f"office.figures.chart.{key}"), columns(bars, number, rtl=rtl)) for key, bars in made)


def _ranges(order: Sequence[str], told: Counts, wording: Wording) -> list[Column]:
    """A bar a range; one that is hidden has none, and is no zero."""
    counted = ((one, told.get(one, 0)) for one in order)
    return [Column(_short(one, wording), (float(count),)) for one, count in counted if count is not None]


def _by_month(found: OfficeFigures, period: Period, today: date, wording: Wording, *, outside: bool) -> list[Column]:
    """A month has its number below it: names of twelve do not stand side by side."""
    monthly = by_month(found, period, today, outside=outside)
    return [Column(_month_number(first, wording), (float(count),)) for first, count in monthly.items() if count is not None]


def _by_day(found: OfficeFigures, period: Period, today: date, wording: Wording) -> list[Column]:
    last = min(period.last, max(today, period.first))
    days = (period.first + timedelta(days=ahead) for ahead in range((last - period.first).days + 1))
    return [Column(_day_name(day, wording), (float(found.opened_on.get(day, 0)),)) for day in days]


def _month_number(first: date, wording: Wording) -> str:
    return wording.digits(jdatetime.date.fromgregorian(date=first).month)


def _day_name(day: date, wording: Wording) -> str:
    number = day_of_month(day)
    return wording.digits(number) if number == 1 or number % _EVERY == 0 else ""


def _short(written: str, wording: Wording) -> str:
    """A range as it stands under a bar: «۱۸–۳۹», «۶۰+»; its unit is in the chart's title."""
    if written == BANDS[-1]:
        return wording.digits(f"{written.partition('-')[0]}+")
    return wording.digits(written.replace("-", "–"))


# ------------------------------------------------------------------------------------------ tables


def _table(sheet: Sheet, wording: Wording) -> Table:
    rtl, hidden = wording.say.language == "fa", wording.say("office.figures.hidden")
    largest = max((_number(row[1]) for row in sheet.rows), default=0.0)
    rows = tuple(
        Row(str(row[0]), told(row[1], wording.say), row[1] == hidden, row_bar(_number(row[1]), largest, rtl=rtl))
        for row in sheet.rows
    )
    return Table(sheet.key, sheet.title, sheet.columns, rows)


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0
