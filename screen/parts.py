"""The parts that several screens share: the head, the banner, the bar of key hints, the list of steps."""

from collections.abc import Sequence
from dataclasses import dataclass

from screen.canvas import Box, Canvas
from screen.icons import icon, key
from screen.style import EDGE, GAP, HEAD, HEAD_PORTRAIT, HELPER, INK, KEY_BAR, LABEL, MARGIN, PAPER, STOP, TITLE, Colour


@dataclass(frozen=True, slots=True)
class Hint:
    """One key and what it does now."""

    key: str  # a digit, "erase" or "green"
    words: str
    second: str = ""  # the same in the other language


def head(canvas: Canvas, title: str, second: str = "", *, sign: str | None = None, stop: bool = False, time: str = "") -> Box:
    """The dark bar on top with the title at its start and `second` (the other language) or the time at its end; brick and
    with a sign for a refusal. Gives what is left of the screen."""
    portrait = canvas.size.portrait and bool(second)
    height = canvas.u(HEAD_PORTRAIT if portrait else HEAD)
    bar = canvas.whole.top(height)
    canvas.fill(bar, STOP if stop else INK)
    inside = bar.inset(canvas.u(MARGIN), 0)
    if portrait:
        upper, lower = inside.inset(0, canvas.u(2)).rows(1.6, 1)
        _title(canvas, upper, title, sign)
        canvas.text(lower, second, size=HELPER, colour=PAPER, language=_other(canvas))
        return canvas.whole.below(height)
    aside = second or time
    taken = 0.0
    if aside:
        size = HELPER if second else TITLE
        language = _other(canvas) if second else canvas.language
        taken = canvas.width_of(aside, size=size, language=language) + canvas.u(GAP)
        side = "end"
        place = canvas.at_start(inside, inside.width - taken)[1]
        canvas.text(place, aside, size=size, colour=PAPER, align="center" if side == "center" else "end", language=language)
    _title(canvas, canvas.at_start(inside, inside.width - taken)[0], title, sign)
    return canvas.whole.below(height)


def _title(canvas: Canvas, box: Box, title: str, sign: str | None) -> None:
    if sign:
        mark, box = canvas.at_start(box, canvas.u(TITLE * 1.15))
        icon(canvas, mark.inset(0, (mark.height - canvas.u(TITLE)) / 2), sign, shade=PAPER, ground=STOP)
        box = canvas.at_start(box, canvas.u(GAP))[1]
    canvas.text(box, title, size=TITLE, weight="Black", colour=PAPER)


def banner(canvas: Canvas, box: Box, words: str, *, stop: bool = False, aside: str = "") -> None:
    """A note (paper, ⓘ) or, with `stop`, a warning (brick, triangle) across the screen."""
    ground, shade = (STOP, PAPER) if stop else (PAPER, INK)
    canvas.fill(box, ground)
    if not stop:
        canvas.rule(box.bottom_part(1))
        canvas.rule(box)
    inside = box.inset(canvas.u(MARGIN), 0)
    size = min(LABEL, box.height / canvas.unit * 0.62)
    mark, rest = canvas.at_start(inside, canvas.u(size * 1.1))
    icon(
        canvas,
        mark.inset(0, (mark.height - canvas.u(size * 1.05)) / 2),
        "triangle" if stop else "info",
        shade=shade,
        ground=ground,
    )
    rest = canvas.at_start(rest, canvas.u(GAP * 0.8))[1]
    if aside:
        width = canvas.width_of(aside, size=HELPER) + canvas.u(GAP)
        rest, end = canvas.at_start(rest, rest.width - width)
        canvas.text(end, aside, size=HELPER, colour=shade, align="end")
    canvas.text(rest, words, size=size, colour=shade)


def key_bar(canvas: Canvas, hints: Sequence[Hint]) -> Box:
    """The white bar below with a drawn key for each thing that can be done; gives the bar's box."""
    bar = canvas.whole.bottom_part(canvas.u(KEY_BAR))
    canvas.fill(bar, PAPER)
    canvas.rule(bar, EDGE)
    rest = bar.inset(canvas.u(MARGIN), canvas.u(3))
    for hint in hints:
        rest = key_hint(canvas, rest, hint)
        rest = canvas.at_start(rest, canvas.u(GAP * 1.6))[1]
    return bar


def key_hint(canvas: Canvas, box: Box, hint: Hint, *, size: float = LABEL, colour: Colour = INK) -> Box:
    """A key, its words, and the other language's, from the start of the row; gives the rest of the row."""
    face, rest = canvas.at_start(box, min(box.height, canvas.u(size * 1.7)))
    key(canvas, face, hint.key)
    rest = canvas.at_start(rest, canvas.u(1.8))[1]
    width = canvas.width_of(hint.words, size=size)
    words, rest = canvas.at_start(rest, min(rest.width, width + 1))
    canvas.text(words, hint.words, size=size, colour=colour)
    if hint.second:
        rest = canvas.at_start(rest, canvas.u(2))[1]
        width = canvas.width_of(hint.second, size=HELPER, language=_other(canvas))
        words, rest = canvas.at_start(rest, min(rest.width, width + 1))
        canvas.text(words, hint.second, size=HELPER, colour=colour, language=_other(canvas))
    return rest


def steps(canvas: Canvas, box: Box, words: Sequence[str], *, size: float = HELPER) -> None:
    """Ringed digits and a short sentence each: in one row, or below each other on a portrait screen."""
    places = (
        box.rows(*[1.0] * len(words))
        if canvas.size.portrait
        else canvas.in_reading_order(box, *[canvas.width_of(text, size=size) + canvas.u(size * 3) for text in words])
    )
    for number, (place, text) in enumerate(zip(places, words, strict=True), start=1):
        ring, rest = canvas.at_start(place, canvas.u(size * 1.5))
        side = canvas.u(size * 1.35)
        circle = Box(ring.x + (ring.width - side) / 2, ring.y + (ring.height - side) / 2, side, side)
        canvas.pen.ellipse(circle.pixels(), outline=INK, width=max(1, round(canvas.u(0.4))))
        canvas.digits(circle.inset(side * 0.27), number)
        rest = canvas.at_start(rest, canvas.u(1.2))[1]
        canvas.text(rest, text, size=size)


def _other(canvas: Canvas) -> str:
    return "en" if canvas.language == "fa" else "fa"
