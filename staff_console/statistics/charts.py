"""Charts as places of bars, lines, dots and words, which a template draws as SVG into the page. Pure.

No library: what draws charts in Python writes styles that our pages forbid (style-src 'self'), wants a script in the browser
(altair, plotly), or weighs more than the console (matplotlib), and none runs from right to left. What is left of one after
that is the arithmetic below.

Time runs as the language does: in Persian the first hour stands at the right. Words are centred, so that no direction moves
them. Colour is the stylesheet's, by tone; each chart has a table beside it that says the same.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 400.0
HEIGHT: Final = 150.0
HEAD: Final = 18.0
"""Room for the numbers above the bars."""
FOOT: Final = 20.0
MARGIN: Final = 30.0
"""Room for the numbers of the axis, where there is one."""
ROW_WIDTH, ROW_HEIGHT = 120.0, 14.0
DIRECT_LABELS_MOST: Final = 16
"""Up to so many bars each have their number; more have an axis."""
TICKS_MOST: Final = 4
FILLED: Final = 0.72
"""Of a bar's place; the rest is between the bars."""
WIDEST: Final = 30.0
"""A few bars are no wider than many."""

Told = Callable[[float], str]
"""A number in the reader's digits."""


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    tone: str


@dataclass(frozen=True, slots=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    tone: str


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    tone: str


@dataclass(frozen=True, slots=True)
class Word:
    """Centred at x, standing on y."""

    x: float
    y: float
    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing, in its own units."""

    width: float
    height: float
    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A bar of parts, one upon the other; `name` stands below it, where it is not empty."""

    name: str
    parts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """From the least to the most, with a dot in between; None: nothing is known. `bar`: what stands there apart."""

    name: str
    least: float | None
    middle: float | None
    most: float | None
    bar: float = 0.0


def columns(all_of_them: Sequence[Column], told: Told, *, rtl: bool) -> Chart:
    """Bars in a row; the first part of each stands at the foot."""
    highest = max((sum(one.parts) for one in all_of_them), default=0.0)
    direct = len(all_of_them) <= DIRECT_LABELS_MOST
    plot = _Plot(len(all_of_them), highest, told, rtl=rtl, axis=not direct)
    bars: list[Bar] = []
    words: list[Word] = list(plot.names([one.name for one in all_of_them]))
    for place, one in enumerate(all_of_them):
        below = 0.0
        for index, part in enumerate(one.parts):
            if part > 0:
                bars.append(plot.bar(place, below, below + part, f"part-{index + 1}"))
            below += part
        if direct and below > 0:
            words.append(Word(plot.x(place), plot.y(below) - 4, told(below), "number"))
    return plot.chart(bars=bars, words=words)


def spans(all_of_them: Sequence[Span], told: Told, *, rtl: bool) -> Chart:
    """Each a line from its least to its most with a dot at its middle, over a bar of what is known apart."""
    highest = max((max(one.most or 0.0, one.bar) for one in all_of_them), default=0.0)
    plot = _Plot(len(all_of_them), highest, told, rtl=rtl, axis=True)
    bars = [plot.bar(place, 0, one.bar, "part-3") for place, one in enumerate(all_of_them) if one.bar > 0]
    lines, dots = [], []
    for place, one in enumerate(all_of_them):
        if one.least is not None and one.most is not None and one.most > one.least:
            lines.append(Line(plot.x(place), plot.y(one.least), plot.x(place), plot.y(one.most), "span"))
        if one.middle is not None:
            dots.append(Dot(plot.x(place), plot.y(one.middle), "middle"))
    return plot.chart(bars=bars, lines=lines, dots=dots, words=plot.names([one.name for one in all_of_them]))


def row_span(middle: float | None, most: float | None, longest: float, *, rtl: bool) -> Chart:
    """A table row's own: a thin line to the most with a dot at the middle, beside those of the other rows."""
    if middle is None or most is None or longest <= 0:
        return Chart(ROW_WIDTH, ROW_HEIGHT)
    half = ROW_HEIGHT / 2
    ends = [_turned(half + (ROW_WIDTH - ROW_HEIGHT) * minutes / longest, ROW_WIDTH, rtl=rtl) for minutes in (0.0, middle, most)]
    line = Line(ends[0], half, ends[2], half, "span")
    return Chart(ROW_WIDTH, ROW_HEIGHT, lines=(line,), dots=(Dot(ends[1], half, "middle"),))


def row_bar(value: float, largest: float, *, rtl: bool) -> Chart:
    """A table row's own: how much of the largest row it is."""
    if value <= 0 or largest <= 0:
        return Chart(ROW_WIDTH, ROW_HEIGHT)
    length = ROW_WIDTH * value / largest
    x = _turned(length if rtl else 0.0, ROW_WIDTH, rtl=rtl)
    return Chart(ROW_WIDTH, ROW_HEIGHT, bars=(Bar(_round(x), 2, _round(length), ROW_HEIGHT - 4, "part-1"),))


class _Plot:
    """Where the n-th place and a value lie, and the axis that says so."""

    def __init__(self, places: int, highest: float, told: Told, *, rtl: bool, axis: bool) -> None:
        self._step = tick_step(highest)
        self._top = max(self._step * math.ceil(highest / self._step), self._step) if axis else max(highest, 1.0)
        self._told, self._rtl, self._axis = told, rtl, axis
        self._start = MARGIN if axis else 0.0
        self._place = (WIDTH - self._start) / max(places, 1)

    def x(self, place: int) -> float:
        """The middle of a place."""
        return _turned(self._start + (place + 0.5) * self._place, WIDTH, rtl=self._rtl)

    def y(self, value: float) -> float:
        return _round(HEIGHT - FOOT - (HEIGHT - FOOT - HEAD) * value / self._top)

    def bar(self, place: int, least: float, most: float, tone: str) -> Bar:
        width = min(self._place * FILLED, WIDEST)
        top = self.y(most)
        return Bar(_round(self.x(place) - width / 2), top, _round(width), _round(self.y(least) - top), tone)

    def names(self, names: Sequence[str]) -> tuple[Word, ...]:
        return tuple(Word(self.x(place), HEIGHT - 5, name, "name") for place, name in enumerate(names) if name)

    def chart(
        self,
        *,
        bars: Sequence[Bar] = (),
        lines: Sequence[Line] = (),
        dots: Sequence[Dot] = (),
        words: Sequence[Word] = (),
    ) -> Chart:
        ticks = [self._step * number for number in range(1, round(self._top / self._step) + 1)] if self._axis else []
        rules = [self._across(self.y(tick), "rule") for tick in ticks]
        at = _turned(MARGIN / 2, WIDTH, rtl=self._rtl)
        numbers = [Word(at, self.y(tick) + 4, self._told(tick), "name") for tick in ticks]
        foot = self._across(HEIGHT - FOOT, "foot")
        return Chart(WIDTH, HEIGHT, tuple(bars), (foot, *rules, *lines), tuple(dots), (*numbers, *words))

    def _across(self, y: float, tone: str) -> Line:
        starts, ends = (_turned(x, WIDTH, rtl=self._rtl) for x in (self._start, WIDTH))
        return Line(starts, y, ends, y, tone)


def tick_step(highest: float) -> float:
    """A step of 1, 2 or 5 times a power of ten, so that TICKS_MOST of them reach `highest`."""
    if highest <= 0:
        return 1.0
    least = highest / TICKS_MOST
    power = 10.0 ** math.floor(math.log10(least))
    return max(1.0, next(power * times for times in (1, 2, 5, 10) if power * times >= least * (1 - 1e-9)))


def _turned(x: float, width: float, *, rtl: bool) -> float:
    return _round(width - x if rtl else x)


def _round(length: float) -> float:
    return round(length, 1)
