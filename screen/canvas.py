"""A screen being drawn: boxes laid out in units, words set in them, and the parts of the visual language.

Everything is placed in boxes; a word that does not fit its box is drawn smaller so that nothing is ever cut, and is
noted in `too_long`, which the tests want empty: texts are shortened, not shrunk.

In Persian a row begins at the right, in English at the left; `start` and `end` mean those sides.
"""

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from PIL import Image, ImageDraw, ImageOps

from screen.lettering import RIGHTWARDS, Lettering, digit_height, lettering, width_of, wrapped
from screen.style import DIGIT_HEIGHT, EDGE, GAP, GROUND, INK, LABEL, PAPER, RADIUS, SIGNAL, SLATE, Colour, Size

FINER: Final = 4
"""Curves are drawn this many times larger and then made smaller, so that their edges are smooth."""
Align = Literal["start", "end", "center"]
FRAME: Final = 1.2
"""The thick ink frame of what is called now, in u."""
WORD_OF_SIGN: Final = 0.62
"""The size of the word on a place's sign, as a part of the sign's height."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def inset(self, across: float, down: float | None = None) -> "Box":
        """Smaller by `across` at left and right and `down` (or as much) above and below."""
        down = across if down is None else down
        return Box(self.x + across, self.y + down, self.width - 2 * across, self.height - 2 * down)

    def rows(self, *parts: float, gap: float = 0.0) -> tuple["Box", ...]:
        """Cut from top to bottom by parts of the height."""
        free = self.height - gap * (len(parts) - 1)
        boxes, y = [], self.y
        for part in parts:
            height = free * part / sum(parts)
            boxes.append(Box(self.x, y, self.width, height))
            y += height + gap
        return tuple(boxes)

    def columns(self, *parts: float, gap: float = 0.0) -> tuple["Box", ...]:
        """Cut from left to right by parts of the width."""
        free = self.width - gap * (len(parts) - 1)
        boxes, x = [], self.x
        for part in parts:
            width = free * part / sum(parts)
            boxes.append(Box(x, self.y, width, self.height))
            x += width + gap
        return tuple(boxes)

    def top(self, height: float) -> "Box":
        return Box(self.x, self.y, self.width, height)

    def below(self, height: float) -> "Box":
        """What is left under `top(height)`."""
        return Box(self.x, self.y + height, self.width, self.height - height)

    def bottom_part(self, height: float) -> "Box":
        return Box(self.x, self.bottom - height, self.width, height)

    def above(self, height: float) -> "Box":
        """What is left over `bottom_part(height)`."""
        return Box(self.x, self.y, self.width, self.height - height)

    def pixels(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom for drawing; right and bottom are inside."""
        return round(self.x), round(self.y), round(self.right) - 1, round(self.bottom) - 1


@lru_cache(maxsize=32)
def quarter_discs(radius: int) -> tuple[Image.Image, Image.Image, Image.Image, Image.Image]:
    """The quarters of a disc of `radius` pixels, its edge smooth: upper left and right, lower left and right."""
    large = Image.new("L", (radius * FINER, radius * FINER), 0)
    ImageDraw.Draw(large).ellipse((0, 0, radius * FINER * 2 - 1, radius * FINER * 2 - 1), fill=255)
    quarter = large.reduce(FINER)
    return quarter, ImageOps.mirror(quarter), ImageOps.flip(quarter), ImageOps.flip(ImageOps.mirror(quarter))


class Canvas:
    """One picture in the making; `picture` is the result (RGB)."""

    def __init__(self, size: Size, language: str, ground: Colour = GROUND) -> None:
        self.size = size
        self.language = language
        self.unit = size.unit
        self.picture = Image.new("RGB", (size.width, size.height), ground)
        self.pen = ImageDraw.Draw(self.picture)
        self.too_long: list[str] = []
        self.digit_heights: dict[str, float] = {}
        """How tall the digits of each number stand that `digits` drew, in pixels; of a number drawn twice, the taller."""

    @property
    def whole(self) -> Box:
        return Box(0, 0, self.size.width, self.size.height)

    @property
    def rightwards(self) -> bool:
        """Persian, Dari, Arabic: a row begins at the right."""
        return self.language in RIGHTWARDS

    def u(self, units: float) -> float:
        """Units in pixels."""
        return units * self.unit

    def in_reading_order(self, box: Box, *parts: float, gap: float = 0.0) -> tuple[Box, ...]:
        """Columns, the first at the start of the row."""
        if self.rightwards:
            return tuple(reversed(box.columns(*reversed(parts), gap=gap)))
        return box.columns(*parts, gap=gap)

    def at_start(self, box: Box, width: float) -> tuple[Box, Box]:
        """A piece `width` pixels wide at the start of the row, and the rest."""
        width = min(width, box.width)
        rest = box.width - width
        if self.rightwards:
            return Box(box.right - width, box.y, width, box.height), Box(box.x, box.y, rest, box.height)
        return Box(box.x, box.y, width, box.height), Box(box.x + width, box.y, rest, box.height)

    def fill(self, box: Box, colour: Colour, *, radius: float = 0.0, frame: Colour | None = None, line: float = 0.0) -> None:
        """A surface with rounded corners (`radius` in u) and a frame of `line` u inside its edge."""
        if box.width < 1 or box.height < 1:
            self.too_long.append("a surface without room")
            return
        corner = self.u(radius)
        if frame:
            self._rounded(box, corner, frame)
            width = max(1, round(self.u(line)))
            box, corner = box.inset(width), max(0.0, corner - width)
        self._rounded(box, corner, colour)

    def _rounded(self, box: Box, corner: float, colour: Colour) -> None:
        left, top, right, bottom = box.pixels()
        width, height = right - left + 1, bottom - top + 1
        corner = min(round(corner), width // 2, height // 2)
        if corner < 1:
            self.pen.rectangle((left, top, right, bottom), fill=colour)
            return
        # Through a mask only at the corners: through one over the whole surface a hall's picture takes twice as long.
        if width > 2 * corner:
            self.pen.rectangle((left + corner, top, right - corner, bottom), fill=colour)
        if height > 2 * corner:
            self.pen.rectangle((left, top + corner, right, bottom - corner), fill=colour)
        ends = itertools.product((top, bottom + 1 - corner), (left, right + 1 - corner))
        for (y, x), quarter in zip(ends, quarter_discs(corner), strict=True):
            self.picture.paste(colour, (x, y), quarter)

    def rule(self, box: Box, colour: Colour = EDGE, *, line: float = 0.3) -> None:
        """A thin line along the top of a box."""
        self.pen.rectangle(box.top(max(1, round(self.u(line)))).pixels(), fill=colour)

    def dashed(self, box: Box, colour: Colour = EDGE, *, dash: float = 1.6, line: float = 0.3) -> None:
        """A dashed frame: something that cannot be chosen."""
        left, top, right, bottom = box.pixels()
        step, width = max(2, round(self.u(dash))), max(1, round(self.u(line)))
        for x in range(left, right, step * 2):
            for y in (top, bottom):
                self.pen.line((x, y, min(x + step, right), y), fill=colour, width=width)
        for y in range(top, bottom, step * 2):
            for x in (left, right):
                self.pen.line((x, y, x, min(y + step, bottom)), fill=colour, width=width)

    def text(  # noqa: PLR0913  # a line of type has this many choices; all but two have defaults
        self,
        box: Box,
        words: str,
        *,
        size: float = LABEL,
        weight: str = "Bold",
        colour: Colour = INK,
        align: Align = "start",
        language: str | None = None,
        hollow: float = 0.0,
        tabular: bool = False,
    ) -> Box:
        """One line, `size` in u, centred upright in the box by its digits' or letters' middle. Gives its ink's box."""
        language = language or self.language
        drawn = self._fitting(words, language, weight, size, box.width, hollow=hollow, tabular=tabular)
        x = self._x(box, drawn.width, align)
        middle = drawn.line * 0.5 if any(letter.isalpha() for letter in words) else drawn.top + drawn.height / 2
        y = round(box.y + box.height / 2 - middle + drawn.top)
        if drawn.height > box.height + self.u(1):
            self.too_long.append(words)
        self.picture.paste(colour, (round(x), y), drawn.mask)
        return Box(x, y, drawn.width, drawn.height)

    def lines(
        self,
        box: Box,
        *lines: str,
        size: float = LABEL,
        weight: str = "Bold",
        colour: Colour = INK,
        align: Align = "start",
        language: str | None = None,
        spacing: float = 1.5,
    ) -> Box:
        """Some lines from the top of the box, `spacing` times the size apart; gives what is left below them."""
        height = self.u(size) * spacing
        if height * len(lines) > box.height + self.u(1):
            self.too_long.append(" / ".join(lines))
        for index, words in enumerate(lines):
            row = Box(box.x, box.y + index * height, box.width, height)
            self.text(row, words, size=size, weight=weight, colour=colour, align=align, language=language)
        return box.below(height * len(lines))

    def wrapped(self, words: str, width: float, *, size: float, weight: str = "Bold", language: str | None = None) -> list[str]:
        """`words` cut into lines that fit `width` pixels, of lengths as equal as can be."""
        return wrapped(words, language or self.language, weight, round(self.u(size)), width)

    def fitting_size(self, words: str, width: float, *sizes: float, weight: str = "Bold") -> float:
        """The first of `sizes` (in u) at which one line of `words` fits `width` pixels, else the last."""
        return next((size for size in sizes if self.width_of(words, size=size, weight=weight) <= width), sizes[-1])

    def width_of(self, words: str, *, size: float, weight: str = "Bold", language: str | None = None) -> float:
        """The ink's width in pixels."""
        return width_of(words, language or self.language, weight, round(self.u(size)))

    def digits(
        self,
        box: Box,
        number: int | str,
        *,
        colour: Colour = INK,
        widest: str | None = None,
        hollow: bool = False,
        language: str | None = None,
    ) -> float:
        """A number as large as the box allows (or as `widest` would be); gives the height of its digits in pixels."""
        language = language or self.language
        words = str(number)
        pixels = self.largest(box, widest or words, language)
        drawn = lettering(words, language, "Black", pixels, hollow=max(2, round(pixels / 40)) if hollow else 0)
        x, y = box.x + (box.width - drawn.width) / 2, box.y + (box.height - drawn.height) / 2
        self.picture.paste(colour, (round(x), round(y)), drawn.mask)
        height = digit_height(language, pixels)
        self.digit_heights[words] = max(height, self.digit_heights.get(words, 0))
        return height

    def largest(self, box: Box, words: str, language: str | None = None) -> int:
        """The largest size in pixels at which `words` fit the box with their digits' height."""
        language = language or self.language
        by_height = int(box.height / DIGIT_HEIGHT)
        sample = lettering(words, language, "Black", 100)
        return max(8, min(by_height, int(box.width / sample.width * 100), int(box.height / sample.height * 100)))

    def number_plate(
        self, box: Box, number: int | None, *, called: bool = False, old: bool = False, widest: str | None = None
    ) -> None:
        """A number as on the ticket: black on white; yellow with an ink frame when called now; hollow when old."""
        if old:
            self.fill(box, GROUND, radius=RADIUS, frame=SLATE, line=0.4)
        elif called:
            self.fill(box, SIGNAL, radius=RADIUS, frame=INK, line=FRAME)
        else:
            self.fill(box, PAPER, radius=RADIUS)
        inside = box.inset(box.width * 0.07, box.height * 0.13)
        if number is None:
            dash = Box(inside.x + inside.width * 0.42, box.y + box.height / 2 - self.u(0.5), inside.width * 0.16, self.u(1))
            self.fill(dash, EDGE, radius=0.5)
        else:
            self.digits(inside, number, colour=SLATE if old else INK, widest=widest, hollow=old)

    def place_chip(self, box: Box, word: str, label: int | str, *, stacked: bool = False, closed: bool = False) -> None:
        """A place as on the sign over it: white on ink, «باجه» and its digit; an outline when closed."""
        colour = INK if closed else PAPER
        self.fill(box, GROUND if closed else INK, radius=RADIUS, frame=EDGE if closed else None, line=0.4)
        inside = box.inset(min(box.width * 0.08, self.u(GAP)), box.height * 0.08)
        if stacked:
            upper, lower = inside.rows(0.36, 0.64)
            self.largest_word(upper, word, colour, most=0.8)
            self.digits(lower.inset(0, lower.height * 0.1), label, colour=colour)
            return
        self._word_and_digit(inside, word, str(label), colour)

    def _word_and_digit(self, box: Box, word: str, label: str, colour: Colour) -> None:
        """Beside each other in the middle of the box, the digit the larger."""
        pixels = round(box.height * WORD_OF_SIGN)
        if not label:
            self.largest_word(box, word, colour, most=WORD_OF_SIGN)
            return
        width = width_of(word, self.language, "Bold", pixels) + width_of(label, self.language, "Black", round(pixels * 1.25))
        pixels = int(pixels * min(1.0, box.width / (width + pixels * 0.35)))
        name = lettering(word, self.language, "Bold", pixels)
        digit = lettering(label, self.language, "Black", round(pixels * 1.25))
        width = name.width + round(pixels * 0.35) + digit.width
        place = Box(box.x + (box.width - width) / 2, box.y, width, box.height)
        middle = box.y + box.height / 2
        first, rest = self.at_start(place, name.width)
        digit_x = rest.x if self.rightwards else rest.right - digit.width
        self.picture.paste(colour, (round(first.x), round(middle - name.line / 2 + name.top)), name.mask)
        self.picture.paste(colour, (round(digit_x), round(middle - digit.height / 2)), digit.mask)

    def largest_word(self, box: Box, word: str, colour: Colour, *, most: float = 0.8, language: str | None = None) -> None:
        """A word in the middle of a box, at most `most` of its height large."""
        pixels = round(box.height * most)
        width = width_of(word, language or self.language, "Bold", pixels)
        size = int(pixels * min(1.0, box.width / width)) / self.unit
        self.text(box, word, size=size, colour=colour, align="center", language=language)

    def _fitting(
        self, words: str, language: str, weight: str, size: float, width: float, *, hollow: float, tabular: bool
    ) -> Lettering:
        pixels = max(1, round(self.u(size)))
        drawn = lettering(words, language, weight, pixels, hollow=round(self.u(hollow)), tabular=tabular)
        if drawn.width > width + 1:
            self.too_long.append(words)
            smaller = max(8, int(pixels * width / drawn.width))
            drawn = lettering(words, language, weight, smaller, hollow=round(self.u(hollow)), tabular=tabular)
        return drawn

    def _x(self, box: Box, width: int, align: Align) -> float:
        if align == "center":
            return box.x + (box.width - width) / 2
        at_right = (align == "start") == self.rightwards
        return box.right - width if at_right else box.x
