"""What a device shows that found a file on its card and cannot use it: what to do, in both languages, and what is wrong."""

from screen.canvas import Box, Canvas
from screen.parts import head
from screen.phrases import load
from screen.style import GAP, HELPER, MARGIN, PAPER, RADIUS, SLATE, Size

SECOND = 4.0
"""In u, below HELPER: read from as far as the keyboard that is not there, by whoever holds the card."""
STEPS = ("first_boot.step_1", "first_boot.step_2", "first_boot.step_3")


def wrong_file(size: Size, problem: str) -> Canvas:
    """`problem`: in English, as the program's log says it; the helper on the telephone will ask for it."""
    canvas = Canvas(size, "fa")
    fa, en = load("fa"), load("en")
    below = head(canvas, fa("first_boot.title"), en("first_boot.title"), sign="triangle", stop=True)
    left = below.inset(canvas.u(MARGIN), canvas.u(GAP))
    steps, second, said = left.rows(4.4, 3, 1.8, gap=canvas.u(1))
    _numbered(canvas, steps, [fa(step) for step in STEPS], HELPER, "fa")
    _numbered(canvas, second, [en(step) for step in STEPS], SECOND, "en")
    canvas.fill(said, PAPER, radius=RADIUS)
    inside = said.inset(canvas.u(GAP), canvas.u(1))
    lines = canvas.wrapped(problem, inside.width, size=SECOND, weight="Medium", language="en")
    canvas.lines(inside, *lines[:2], size=SECOND, weight="Medium", colour=SLATE, align="end", language="en", spacing=1.2)
    return canvas


def _numbered(canvas: Canvas, box: Box, sentences: list[str], size: float, language: str) -> None:
    lines = [line for words in sentences for line in canvas.wrapped(words, box.width, size=size, language=language)]
    canvas.lines(
        box, *lines, size=size, language=language, align="start" if language == canvas.language else "end", spacing=1.4
    )
