"""A roll of ticket paper as a 1-bit picture, written from the top down.

Sizes are in dots of a 203 dpi head, 8 a millimetre: 576 for 80 mm paper, 384 for 58 mm. There is no grey on paper.
"""

from typing import Final, Literal

import segno
from PIL import Image, ImageDraw

from mqtt.contract import Name
from screen.lettering import RIGHTWARDS, Lettering, lettering, width_of, wrapped

PAPER_DOTS: Final = {80: 576, 58: 384}
"""Paper width in millimetres to dots across."""
BLACK, WHITE = 0, 255
_LONGEST_DOTS: Final = 2000
_MIDDLE_GREY: Final = 128
_CODE: Final = 0.26
"""The side of a code, as a part of the paper's width."""
_LINE: Final = 1.36
"""From line to line, in font sizes."""

Align = Literal["start", "center", "end"]


def name_in(name: Name, language: str) -> str:
    """A name of the site card in `language`, in Persian where there is no other."""
    return name.in_language(language)


class Roll:
    """A roll that is written from the top down; sizes are parts of its width."""

    def __init__(self, dots: int, language: str) -> None:
        self.dots = dots
        self.language = language
        self._roll = Image.new("L", (self.dots, _LONGEST_DOTS), WHITE)
        self._pen = ImageDraw.Draw(self._roll)
        self._y = round(self.dots * 0.015)
        self._margin = round(self.dots * 0.02)

    def line(self, words: str, *, size: float, weight: str = "Bold", align: Align = "start", language: str = "") -> None:
        """A paragraph, cut into lines that fit."""
        language = language or self.language
        pixels = round(self.dots * size)
        for row in wrapped(words, language, weight, pixels, self.dots - 2 * self._margin):
            drawn = lettering(row, language, weight, pixels)
            self._put(drawn, self._x(drawn.width, align, language), self._y + drawn.top)
            self._y += round(pixels * _LINE)

    def pair(self, first: str, last: str, *, size: float, weight: str = "Bold") -> None:
        """Two values on one row, one at each side; the first gives way where both do not fit."""
        pixels = round(self.dots * size)
        end = lettering(last, self.language, weight, pixels)
        self._put(end, self._x(end.width, "end", self.language), self._y + end.top)
        room = self.dots - 2 * self._margin - end.width - pixels
        start = lettering(first, self.language, weight, pixels)
        if start.width > room:
            start = lettering(first, self.language, weight, int(pixels * room / start.width))
        self._put(start, self._x(start.width, "start", self.language), self._y + start.top)
        self._y += round(pixels * _LINE)

    def headline(self, words: str, *, size: float) -> None:
        """One row in the middle, smaller where it does not fit."""
        pixels = round(self.dots * size)
        wide = width_of(words, self.language, "Black", pixels)
        pixels = min(pixels, pixels * (self.dots - 4 * self._margin) // wide)
        drawn = lettering(words, self.language, "Black", pixels)
        self._put(drawn, (self.dots - drawn.width) // 2, self._y + drawn.top)
        self._y += round(pixels * _LINE)

    def number(self, words: str) -> None:
        """As wide as the paper allows, at most 26 mm high."""
        widest = self.dots - 2 * self._margin - round(self.dots * 0.06)
        sample = lettering(words, self.language, "Black", 100)
        pixels = min(int(widest / sample.width * 100), int(self.dots * 0.36 / sample.height * 100))
        drawn = lettering(words, self.language, "Black", pixels)
        self._y += round(self.dots * 0.025)
        self._put(drawn, (self.dots - drawn.width) // 2, self._y)
        self._y += drawn.height + round(self.dots * 0.035)

    def bar(self, lead: str, place: str) -> None:
        """The place, white on black like the sign over it, with the words that lead to it beside it."""
        height = round(self.dots * 0.14)
        small = lettering(lead, self.language, "Bold", round(self.dots * 0.055))
        lead_x = self._x(small.width, "start", self.language)
        self._put(small, lead_x, self._y + (height - small.line) // 2 + small.top)
        room = self.dots - 2 * self._margin - small.width - round(self.dots * 0.03)
        left = self._margin if self.language in RIGHTWARDS else self.dots - self._margin - room
        self._pen.rounded_rectangle((left, self._y, left + room - 1, self._y + height), round(self.dots * 0.02), fill=BLACK)
        pixels = round(height * 0.72)
        while pixels > 1 and width_of(place, self.language, "Black", pixels) > room - 2 * self._margin:
            pixels -= 1
        large = lettering(place, self.language, "Black", pixels)
        self._put(large, left + (room - large.width) // 2, self._y + (height - large.line) // 2 + large.top, WHITE)
        self._y += height + round(self.dots * 0.015)

    def code(self, address: str, lead: str) -> None:
        """A QR code of a web address, and beside it what it leads to, and the address for whoever types it."""
        modules = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]
        dot = max(3, round(self.dots * _CODE / len(modules)))
        side = dot * len(modules)
        square = Image.frombytes("L", (len(modules), len(modules)), b"".join(modules)).point(
            lambda dark: BLACK if dark else WHITE
        )
        quiet = 4 * dot  # white around it, or nothing reads it
        at_left = self.language in RIGHTWARDS
        left = self._margin + quiet if at_left else self.dots - self._margin - quiet - side
        top = self._y + quiet
        self._roll.paste(square.resize((side, side), Image.Resampling.NEAREST), (left, top))
        room = self.dots - 2 * self._margin - side - 2 * quiet
        pixels, y = round(self.dots * 0.05), top
        host, _, ticket = address.partition("://")[2].rpartition("/")
        rows = [(row, self.language) for row in wrapped(lead, self.language, "Bold", pixels, room)]
        for words, language in (*rows, (f"{host}/", "en"), (ticket, "en")):
            wide = width_of(words, language, "Bold", pixels)
            drawn = lettering(words, language, "Bold", min(pixels, pixels * room // wide))
            self._put(drawn, self._x(drawn.width, "start", self.language), y + drawn.top)
            y += round(pixels * _LINE)
        self._y = max(y, top + side + quiet)

    def rule(self, *, thin: bool = False) -> None:
        """A line across."""
        thick = 2 if thin else 4
        self._y += round(self.dots * 0.012)
        self._pen.rectangle((self._margin, self._y, self.dots - self._margin - 1, self._y + thick - 1), fill=BLACK)
        self._y += thick + round(self.dots * 0.012)

    def frame_top(self) -> None:
        """A thick line and the outermost dots of both edges."""
        self._pen.rectangle((0, self._y, self.dots - 1, self._y + 40), outline=BLACK, width=1)
        self._pen.rectangle((self.dots // 4, self._y + 10, self.dots * 3 // 4, self._y + 30), fill=BLACK)
        self._y += 52

    def finished(self) -> Image.Image:
        """What was written, in black and white."""
        page = self._roll.crop((0, 0, self.dots, min(self._y + self._margin, _LONGEST_DOTS)))
        return page.point(lambda grey: WHITE if grey >= _MIDDLE_GREY else BLACK).convert("1", dither=Image.Dither.NONE)

    def _put(self, drawn: Lettering, x: int, y: int, shade: int = BLACK) -> None:
        self._roll.paste(shade, (x, y), drawn.mask)

    def _x(self, width: int, align: Align, language: str) -> int:
        if align == "center":
            return (self.dots - width) // 2
        at_right = (align == "start") == (language in RIGHTWARDS)
        return self.dots - self._margin - width if at_right else self._margin
