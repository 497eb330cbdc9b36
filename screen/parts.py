"""The parts that several screens share: the head, the banner, the bar of key hints, action cards, the list of steps."""

from collections.abc import Sequence
from dataclasses import dataclass

from screen.canvas import Box, Canvas
from screen.icons import icon, key
from screen.lettering import SECOND
from screen.style import (
    EDGE,
    GAP,
    GROUND,
    HEAD,
    HEAD_PORTRAIT,
    HELPER,
    INK,
    KEY_BAR,
    LABEL,
    MARGIN,
    MUST_READ,
    PAPER,
    RADIUS,
    SLATE,
    STOP,
    TITLE,
)

_KEY_U = 11.0
_BETWEEN_HINTS_U = 5.0
_TWO_LINES_U = 22.0
"""A card this high holds two lines."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One key and what it does now."""

    key: str  # a digit, "erase" or "green"
    words: str
    second: str = ""  # the same in the other language


def head(canvas: Canvas, title: str, second: str = "", *, sign: str | None = None, stop: bool = False, time: str = "") -> Box:
    """The dark bar on top with the title at its start and `second` (the other language) or the time at its end; brick and
    with a sign for a refusal. Gives what is left of the screen."""
    aside = second or time
    stacked = canvas.size.portrait and bool(aside)
    bar = canvas.whole.top(canvas.u(HEAD_PORTRAIT if stacked else HEAD))
    canvas.fill(bar, STOP if stop else INK)
    place = bar.inset(canvas.u(MARGIN), 0)
    language = _other(canvas) if second else canvas.language
    if stacked:
        place, below = place.inset(0, canvas.u(2)).rows(1.6, 1)
        canvas.text(below, aside, size=HELPER if second else LABEL, colour=PAPER, language=language)
    elif aside:
        size = HELPER if second else TITLE
        place, end = canvas.at_start(place, place.width - canvas.width_of(aside, size=size, language=language))
        canvas.text(end, aside, size=size, colour=PAPER, align="end", language=language)
        place = canvas.at_start(place, place.width - canvas.u(GAP))[0]
    _title(canvas, place, title, sign)
    return canvas.whole.below(bar.height)


def _title(canvas: Canvas, box: Box, title: str, sign: str | None) -> None:
    if sign:
        mark, box = canvas.at_start(box, canvas.u(TITLE))
        icon(canvas, mark, sign, shade=PAPER, ground=STOP)
        box = canvas.at_start(box, canvas.u(GAP))[1]
    size = canvas.fitting_size(title, box.width, TITLE, MUST_READ, LABEL, weight="Black")
    canvas.text(box, title, size=size, weight="Black", colour=PAPER)


def banner(canvas: Canvas, left: Box, words: str) -> Box:
    """A note (paper, ⓘ) across the top of `left`, as tall as its lines; gives what is left below it."""
    side = canvas.u(LABEL)
    room = left.width - 2 * canvas.u(MARGIN) - side - canvas.u(GAP)
    size = canvas.fitting_size(words, room, LABEL, HELPER)
    lines = canvas.wrapped(words, room, size=size)
    line_height = canvas.u(size * 1.45)
    strip = left.top(line_height * len(lines) + canvas.u(3))
    canvas.fill(strip, PAPER)
    canvas.rule(strip.bottom_part(canvas.u(0.3)))
    inside = strip.inset(canvas.u(MARGIN), canvas.u(1.5))
    mark, rest = canvas.at_start(inside, side)
    icon(canvas, mark.top(line_height), "info")
    canvas.lines(canvas.at_start(rest, canvas.u(GAP))[1], *lines, size=size, spacing=1.45)
    return left.below(strip.height)


def key_bar(canvas: Canvas, hints: Sequence[Hint]) -> Box:
    """The white bar below with a drawn key for each thing that can be done; gives the bar's box. The other language stays
    where there is room for it; a narrow screen takes two rows."""
    room = canvas.size.width - 2 * canvas.u(MARGIN)
    if _width(canvas, hints) > room:
        hints = [Hint(hint.key, hint.words) for hint in hints]
    rows: list[list[Hint]] = [[]]
    for hint in hints:
        if rows[-1] and _width(canvas, [*rows[-1], hint]) > room:
            rows.append([])
        rows[-1].append(hint)
    air = canvas.u(KEY_BAR - _KEY_U) / 2
    row_height = canvas.u(_KEY_U) + air
    bar = canvas.whole.bottom_part(row_height * len(rows) + air)
    canvas.fill(bar, PAPER)
    canvas.rule(bar, EDGE)
    for index, row in enumerate(rows):
        rest = bar.inset(canvas.u(MARGIN), 0).below(air + index * row_height).top(canvas.u(_KEY_U))
        for hint in row:
            rest = key_hint(canvas, rest, hint)
            rest = canvas.at_start(rest, canvas.u(_BETWEEN_HINTS_U))[1]
    return bar


def _width(canvas: Canvas, hints: Sequence[Hint]) -> float:
    """In pixels, of a row of hints as key_hint draws them."""
    width = canvas.u(_BETWEEN_HINTS_U) * (len(hints) - 1)
    for hint in hints:
        width += canvas.u(_KEY_U + 2) + canvas.width_of(hint.words, size=LABEL) + 1
        if hint.second:
            width += canvas.u(2) + canvas.width_of(hint.second, size=HELPER, language=_other(canvas)) + 1
    return width


def key_hint(canvas: Canvas, box: Box, hint: Hint) -> Box:
    """A key, its words, and the other language's, from the start of the row; gives the rest of the row."""
    face, rest = canvas.at_start(box, canvas.u(_KEY_U))
    key(canvas, face, hint.key)
    rest = canvas.at_start(rest, canvas.u(2))[1]
    words, rest = canvas.at_start(rest, canvas.width_of(hint.words, size=LABEL) + 1)
    canvas.text(words, hint.words, size=LABEL)
    if hint.second:
        rest = canvas.at_start(rest, canvas.u(2))[1]
        words, rest = canvas.at_start(rest, canvas.width_of(hint.second, size=HELPER, language=_other(canvas)) + 1)
        canvas.text(words, hint.second, size=HELPER, colour=SLATE, language=_other(canvas))
    return rest


def action_card(canvas: Canvas, box: Box, hint: Hint, note: str = "") -> None:
    """The next step, large: a white card with its key, what it does, and a note or the other language below."""
    canvas.fill(box, PAPER, radius=RADIUS)
    inside = box.inset(canvas.u(GAP), canvas.u(2))
    face, rest = canvas.at_start(inside, min(inside.height, canvas.u(18), inside.width * 0.3))
    key(canvas, face, hint.key)
    words = canvas.at_start(rest, canvas.u(GAP))[1]
    below = note or hint.second
    if box.height < canvas.u(_TWO_LINES_U):
        _one_line(canvas, words, hint.words, note)
        return
    size = canvas.fitting_size(hint.words, words.width, TITLE, MUST_READ, LABEL, HELPER, weight="Black")
    both = canvas.u(size * 1.3 + (HELPER * 1.3 if below else 0))
    words = Box(words.x, words.y + (words.height - both) / 2, words.width, both)
    canvas.text(words.top(canvas.u(size * 1.3)), hint.words, size=size, weight="Black")
    if below:
        language = canvas.language if note else _other(canvas)
        canvas.text(words.bottom_part(canvas.u(HELPER * 1.3)), below, size=HELPER, colour=SLATE, language=language)


def _one_line(canvas: Canvas, box: Box, words: str, note: str) -> None:
    """A low card's words, the note at the row's end."""
    end = canvas.width_of(note, size=HELPER) + canvas.u(GAP) if note else 0.0
    place, aside = canvas.at_start(box, box.width - end)
    canvas.text(
        place, words, size=canvas.fitting_size(words, place.width, TITLE, MUST_READ, LABEL, weight="Black"), weight="Black"
    )
    canvas.text(aside, note, size=HELPER, colour=SLATE, align="end")


def steps(canvas: Canvas, box: Box, words: Sequence[str], *, size: float = HELPER) -> None:
    """Ringed digits and a short sentence each: in one row, or below each other on a portrait screen."""
    side = canvas.u(size * 1.35)
    if canvas.size.portrait:
        places = box.rows(*[1.0] * len(words))
    else:
        widths = [side + canvas.u(1.4) + canvas.width_of(text, size=size) + 1 for text in words]
        between = (box.width - sum(widths)) / max(1, len(words) - 1)
        places = _row_of(canvas, box, widths, min(between, canvas.u(10)))
    for number, (place, text) in enumerate(zip(places, words, strict=True), start=1):
        ring, rest = canvas.at_start(place, side)
        circle = Box(ring.x, ring.y + (ring.height - side) / 2, side, side)
        canvas.fill(circle, GROUND, radius=side / 2 / canvas.unit, frame=INK, line=0.5)
        canvas.digits(circle.inset(side * 0.27), number)
        canvas.text(canvas.at_start(rest, canvas.u(1.4))[1], text, size=size)


def _row_of(canvas: Canvas, box: Box, widths: Sequence[float], gap: float) -> tuple[Box, ...]:
    """Boxes of these widths from the start of the row."""
    places = []
    for width in widths:
        place, box = canvas.at_start(box, width)
        places.append(place)
        box = canvas.at_start(box, gap)[1]
    return tuple(places)


def _other(canvas: Canvas) -> str:
    return SECOND[canvas.language]
