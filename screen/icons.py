"""Small drawn signs in the visual language: keys, phone, clock, calendar, printer, people. Shapes, not glyphs.

Each icon is drawn into a square box with strokes of one width; `shade` is the icon's colour, `ground` what shows through.
"""

from collections.abc import Callable
from math import cos, radians, sin
from typing import Final

from PIL import Image, ImageDraw

from screen.canvas import FINER, Box, Canvas
from screen.style import GO, INK, PAPER, Colour


class _Pencil:
    """Draws in a unit square: (0, 0) is the box's upper left corner, (1, 1) its lower right."""

    def __init__(self, pen: ImageDraw.ImageDraw, box: Box, shade: Colour, ground: Colour, stroke: float = 0.085) -> None:
        side = min(box.width, box.height)
        self._x = box.x + (box.width - side) / 2
        self._y = box.y + (box.height - side) / 2
        self._side = side
        self._pen = pen
        self.shade, self.ground = shade, ground
        self.stroke = max(2, round(side * stroke))

    def _at(self, *points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(self._x + x * self._side, self._y + y * self._side) for x, y in points]

    def line(self, *points: tuple[float, float], width: float = 1.0) -> None:
        """A stroke with round ends."""
        stroke = max(1, round(self.stroke * width))
        places = self._at(*points)
        self._pen.line(places, fill=self.shade, width=stroke, joint="curve")
        for x, y in (places[0], places[-1]):
            half = stroke / 2 - 0.5
            self._pen.ellipse((x - half, y - half, x + half, y + half), fill=self.shade)

    def ring(self, x: float, y: float, radius: float) -> None:
        (left, top), (right, bottom) = self._at((x - radius, y - radius), (x + radius, y + radius))
        self._pen.ellipse((left, top, right, bottom), outline=self.shade, width=self.stroke)

    def arc(self, x: float, y: float, radius: float, first: int, last: int, *, width: float = 1.0) -> None:
        """A piece of a circle, between degrees clockwise from the right."""
        turns = [radians(degree) for degree in range(first, last + 1, 5)]
        self.line(*((x + radius * cos(turn), y + radius * sin(turn)) for turn in turns), width=width)

    def disc(self, x: float, y: float, radius: float) -> None:
        (left, top), (right, bottom) = self._at((x - radius, y - radius), (x + radius, y + radius))
        self._pen.ellipse((left, top, right, bottom), fill=self.shade)

    def frame(self, left: float, top: float, right: float, bottom: float) -> None:
        (x, y), (far, low) = self._at((left, top), (right, bottom))
        self._pen.rounded_rectangle((x, y, far, low), 0.08 * self._side, outline=self.shade, width=self.stroke)

    def clear(self, left: float, top: float, right: float, bottom: float) -> None:
        """Let the ground show through again."""
        (x, y), (far, low) = self._at((left, top), (right, bottom))
        self._pen.rectangle((x, y, far, low), fill=self.ground)


def _clock(p: _Pencil) -> None:
    p.ring(0.5, 0.5, 0.44)
    p.line((0.5, 0.24), (0.5, 0.52), (0.68, 0.62))


def _calendar(p: _Pencil) -> None:
    p.frame(0.1, 0.16, 0.9, 0.92)
    p.line((0.14, 0.38), (0.86, 0.38))
    p.line((0.32, 0.06), (0.32, 0.22))
    p.line((0.68, 0.06), (0.68, 0.22))
    p.line((0.36, 0.65), (0.64, 0.65))


def _printer(p: _Pencil) -> None:
    p.line((0.26, 0.34), (0.26, 0.08), (0.74, 0.08), (0.74, 0.34))
    p.frame(0.06, 0.34, 0.94, 0.72)
    p.clear(0.24, 0.58, 0.76, 0.94)
    p.line((0.26, 0.6), (0.26, 0.92), (0.74, 0.92), (0.74, 0.6), (0.26, 0.6))


def _phone(p: _Pencil) -> None:
    p.frame(0.26, 0.04, 0.74, 0.96)
    p.line((0.44, 0.82), (0.56, 0.82))


def _triangle(p: _Pencil) -> None:
    p.line((0.5, 0.1), (0.95, 0.88), (0.05, 0.88), (0.5, 0.1))
    p.line((0.5, 0.38), (0.5, 0.62))
    p.disc(0.5, 0.76, 0.055)


def _info(p: _Pencil) -> None:
    p.ring(0.5, 0.5, 0.44)
    p.disc(0.5, 0.28, 0.06)
    p.line((0.5, 0.46), (0.5, 0.74))


def _closed(p: _Pencil) -> None:
    p.ring(0.5, 0.5, 0.44)
    p.line((0.3, 0.5), (0.7, 0.5))


def _pause(p: _Pencil) -> None:
    p.ring(0.5, 0.5, 0.44)
    p.line((0.4, 0.32), (0.4, 0.68))
    p.line((0.6, 0.32), (0.6, 0.68))


def _check(p: _Pencil) -> None:
    p.ring(0.5, 0.5, 0.44)
    p.line((0.3, 0.52), (0.45, 0.67), (0.72, 0.36))


def _lock(p: _Pencil) -> None:
    p.frame(0.16, 0.44, 0.84, 0.94)
    p.line((0.3, 0.44), (0.3, 0.28))
    p.arc(0.5, 0.28, 0.2, 180, 360)
    p.line((0.7, 0.28), (0.7, 0.44))
    p.line((0.5, 0.62), (0.5, 0.76))


def _absent(p: _Pencil) -> None:
    p.ring(0.4, 0.3, 0.19)
    p.arc(0.4, 0.92, 0.33, 180, 360)
    p.line((0.74, 0.1), (0.94, 0.3))
    p.line((0.94, 0.1), (0.74, 0.3))


def _question(p: _Pencil) -> None:
    p.ring(0.5, 0.5, 0.44)
    p.arc(0.5, 0.37, 0.14, 180, 405)
    p.line((0.6, 0.47), (0.5, 0.55), (0.5, 0.6))
    p.disc(0.5, 0.75, 0.055)


def _down(p: _Pencil) -> None:
    p.line((0.5, 0.08), (0.5, 0.9))
    p.line((0.2, 0.6), (0.5, 0.9), (0.8, 0.6))


def _elderly(p: _Pencil) -> None:
    p.disc(0.38, 0.12, 0.11)
    p.line((0.4, 0.34), (0.37, 0.58), width=1.9)
    p.line((0.37, 0.58), (0.24, 0.94), width=1.25)
    p.line((0.39, 0.56), (0.53, 0.94), width=1.25)
    p.line((0.42, 0.36), (0.58, 0.54), (0.78, 0.54), width=1.1)
    p.line((0.78, 0.5), (0.78, 0.95), width=1.0)


def _disabled(p: _Pencil) -> None:
    p.disc(0.36, 0.11, 0.11)
    p.line((0.37, 0.32), (0.38, 0.58), width=1.6)
    p.line((0.38, 0.58), (0.68, 0.58), (0.82, 0.9), (0.92, 0.86), width=1.25)
    p.line((0.38, 0.4), (0.66, 0.4), width=1.1)
    p.arc(0.42, 0.67, 0.27, 30, 245, width=1.1)


def _pregnant(p: _Pencil) -> None:
    p.disc(0.43, 0.11, 0.11)
    p.line((0.43, 0.34), (0.43, 0.62), width=2.1)
    p.disc(0.55, 0.51, 0.16)
    p.line((0.39, 0.6), (0.39, 0.94), width=1.15)
    p.line((0.51, 0.6), (0.51, 0.94), width=1.15)


ICONS: Final[dict[str, Callable[[_Pencil], None]]] = {
    "absent": _absent,
    "calendar": _calendar,
    "check": _check,
    "clock": _clock,
    "closed": _closed,
    "disabled": _disabled,
    "down": _down,
    "elderly": _elderly,
    "info": _info,
    "lock": _lock,
    "pause": _pause,
    "phone": _phone,
    "pregnant": _pregnant,
    "printer": _printer,
    "question": _question,
    "triangle": _triangle,
}


def icon(canvas: Canvas, box: Box, name: str, *, shade: Colour = INK, ground: Colour = PAPER) -> None:
    """Draw the icon `name` into the middle of a box."""
    _smoothly(canvas, box, lambda pen, place: ICONS[name](_Pencil(pen, place, shade, ground)))


def _smoothly(canvas: Canvas, box: Box, draw: Callable[[ImageDraw.ImageDraw, Box], None]) -> None:
    """Draw into the square in the middle of a box, FINER times larger, and make it smaller."""
    side = max(1, round(min(box.width, box.height)))
    left, top = round(box.x + (box.width - side) / 2), round(box.y + (box.height - side) / 2)
    large = canvas.picture.crop((left, top, left + side, top + side)).resize(
        (side * FINER, side * FINER), Image.Resampling.NEAREST
    )
    draw(ImageDraw.Draw(large), Box(0, 0, side * FINER, side * FINER))
    canvas.picture.paste(large.reduce(FINER), (left, top))


def key(canvas: Canvas, box: Box, legend: str) -> None:
    """A drawn key, as on the pad: a digit, "erase" (an arrow to the left) or "green" (a ring on green)."""
    side = min(box.width, box.height)
    face = Box(box.x + (box.width - side) / 2, box.y + (box.height - side) / 2, side, side)
    depth = max(2, side * 0.07)
    green = legend == "green"
    canvas.fill(face, INK, radius=side * 0.16 / canvas.unit)
    line = max(1.0, side * 0.045)
    top = Box(face.x + line, face.y + line, side - 2 * line, side - 2 * line - depth)
    canvas.fill(top, GO if green else PAPER, radius=side * 0.13 / canvas.unit)
    if green:
        _smoothly(canvas, top.inset(top.width * 0.2), lambda pen, box: _Pencil(pen, box, PAPER, GO, 0.16).ring(0.5, 0.5, 0.48))
    elif legend == "erase":
        _smoothly(canvas, top.inset(top.width * 0.2), lambda pen, box: _arrow(_Pencil(pen, box, INK, PAPER, 0.14)))
    else:
        canvas.digits(top.inset(top.width * 0.2), legend)


def _arrow(p: _Pencil) -> None:
    p.line((0.92, 0.5), (0.08, 0.5))
    p.line((0.42, 0.16), (0.08, 0.5), (0.42, 0.84))
