"""Persian, Dari, Arabic and English letters as pictures: shaped and ordered by raqm, with the right digits, measured.

Rules:
- The direction is always said, never guessed from the first letter: a line that begins with "A-۱۲۳" would turn round.
- One value, one drawing: a date beside a name is two texts, so that neither reorders the other.
- Arabic ي and ك reach the screen in Arabic alone; digits follow the language.
"""

import datetime
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import jdatetime
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, features

from rules.digits import plain_clock

FONTS: Final = Path(__file__).parent / "fonts"
KEPT_BYTES: Final = 3_000_000
"""What drawn texts that are kept may weigh. A hall shows about forty at a time, of 0.8 MB on a screen of 1920 dots."""
OF_EACH_BYTES: Final = 1_000
"""What a kept text weighs besides its dots."""
WIDTHS_KEPT: Final = 2000
"""Measured texts whose widths are kept; cutting a paragraph measures each of its words some times."""

RIGHTWARDS: Final = frozenset({"fa", "prs", "ar"})
"""Languages that are written from the right."""
SECOND: Final = {"fa": "en", "prs": "en", "en": "fa", "ar": "fa"}
"""The language beside each: Persian beside one whose letters or digits the staff may not read."""
_PERSIAN_DIGITS: Final = str.maketrans("0123456789٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹۰۱۲۳۴۵۶۷۸۹")
_ARABIC_DIGITS: Final = str.maketrans("0123456789۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨٩")
_LATIN_DIGITS: Final = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_FOLDED: Final = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ـ": None})
_PERSIAN_WEEKDAYS: Final = ("شنبه", "یکشنبه", "دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه")
_WEEKDAYS: Final = {
    "fa": _PERSIAN_WEEKDAYS,
    "prs": _PERSIAN_WEEKDAYS,
    "ar": ("السبت", "الأحد", "الإثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة"),
    "en": ("Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
}
_LETTERS_OF: Final = {"prs": "fa"}
"""Dari is written with the letters and digits of Persian; the font knows that language's name."""
# fmt: off
_MONTHS: Final = {
    "fa": ("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"),
    "en": ("Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar",
           "Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand"),
    "prs": ("حمل", "ثور", "جوزا", "سرطان", "اسد", "سنبله", "میزان", "عقرب", "قوس", "جدی", "دلو", "حوت"),
    "ar": ("فروردين", "أرديبهشت", "خرداد", "تير", "مرداد", "شهريور", "مهر", "آبان", "آذر", "دي", "بهمن", "إسفند"),
}
# fmt: on


class LetteringError(Exception):
    """Text cannot be drawn rightly on this machine."""


def check_shaping() -> None:
    """Raise LetteringError unless Pillow shapes Persian: without FriBidi it would draw it unjoined and turned round."""
    if not features.check("raqm"):
        raise LetteringError("Persian cannot be shaped here: install libfribidi0 (apt-get install libfribidi0)")


check_shaping()


def localised(text: str, language: str) -> str:
    """`text` with the digits and letters of `language`."""
    if language == "ar":
        return text.translate(_ARABIC_DIGITS)
    if language in RIGHTWARDS:
        return text.translate(_FOLDED).translate(_PERSIAN_DIGITS)
    return text.translate(_LATIN_DIGITS)


def day_words(date: datetime.date, language: str, *, year: bool = False) -> str:
    """«سه‌شنبه ۱۰ آذر», or with the year; English: "Tuesday 10 Azar", Dari: «سه‌شنبه ۱۰ قوس»."""
    return f"{weekday_word(date, language)} {date_words(date, language, year=year)}"


def date_words(date: datetime.date, language: str, *, year: bool = False) -> str:
    """«۱۰ آذر», or with the year; English: "10 Azar"."""
    jalali = jdatetime.date.fromgregorian(date=date)
    words = f"{jalali.day} {_MONTHS[language][jalali.month - 1]}"
    return localised(f"{words} {jalali.year}" if year else words, language)


def month_words(date: datetime.date, language: str) -> str:
    """«آذر ۱۴۰۵», the Jalali month in which `date` lies; English: "Azar 1405"."""
    jalali = jdatetime.date.fromgregorian(date=date)
    return localised(f"{_MONTHS[language][jalali.month - 1]} {jalali.year}", language)


def weekday_word(date: datetime.date, language: str) -> str:
    """«سه‌شنبه»; English: "Tuesday"."""
    return _WEEKDAYS[language][jdatetime.date.fromgregorian(date=date).weekday()]


def clock_words(clock: str, language: str) -> str:
    """«۹:۳۰» of "09:30", as every screen and every paper writes an hour."""
    return localised(plain_clock(clock), language)


def left_to_right(words: str, language: str) -> str:
    """A phone number or code inside text of any direction: its groups stay in their order. Between Arabic digits a hyphen
    runs from the right, unless the direction is forced."""
    digits = localised(words, language)
    return f"\u2066\u202d{digits}\u202c\u2069" if language == "ar" else f"\u2066{digits}\u2069"


@dataclass(frozen=True, slots=True)
class Lettering:
    """One text as a mask. The ink box lies at (left, top) from the pen's start on the ascender line; `line` is the
    height from ascender to descender."""

    mask: Image.Image
    left: int
    top: int
    line: int

    @property
    def width(self) -> int:
        """Of the ink, in pixels."""
        return self.mask.width

    @property
    def height(self) -> int:
        """Of the ink, in pixels."""
        return self.mask.height


@lru_cache(maxsize=32)
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"Vazirmatn-{weight}.ttf", size, layout_engine=ImageFont.Layout.RAQM)


def lettering(text: str, language: str, weight: str, size: int, *, hollow: int = 0, tabular: bool = False) -> Lettering:
    """`text` as a mask; `size` in pixels, `hollow` the outline's width in pixels (0: filled), `tabular`: digits of equal
    width, for clocks."""
    return _kept(text, language, weight, size, hollow, tabular)


def _drawn(text: str, language: str, weight: str, size: int, hollow: int, tabular: bool) -> Lettering:
    font = _font(weight, size)
    shaping = _shaping(language, tabular=tabular)
    words = localised(text, language)
    left, top, right, bottom = font.getbbox(words, anchor="la", **shaping)
    mask = Image.new("L", (max(1, round(right - left)), max(1, round(bottom - top))), 0)
    ImageDraw.Draw(mask).text((-left, -top), words, fill=255, font=font, anchor="la", **shaping)
    if hollow:
        mask = _outline(mask, hollow)
    ascent, descent = font.getmetrics()
    return Lettering(mask, round(left), round(top), ascent + descent)


class Kept:
    """What `draw` drew, the latest used of it, up to `limit` bytes. So many texts would weigh one megabyte or eight, as it
    happens to be small words or numbers as tall as a hand, and a program would seem to grow for weeks."""

    def __init__(self, draw: Callable[..., Lettering], limit: int) -> None:
        self._draw = draw
        self._limit = limit
        self._texts: OrderedDict[tuple[str | int, ...], Lettering] = OrderedDict()
        self._lock = threading.Lock()  # a kiosk draws its screen and its paper at the same time
        self.weight = 0

    def __call__(self, *asked: str | int) -> Lettering:
        """The text that was asked for, drawn now or before."""
        with self._lock:
            if asked in self._texts:
                self._texts.move_to_end(asked)
                return self._texts[asked]
            drawn = self._draw(*asked)
            self._texts[asked] = drawn
            self.weight += _weight(drawn)
            while self.weight > self._limit and len(self._texts) > 1:
                self.weight -= _weight(self._texts.popitem(last=False)[1])
            return drawn


def _weight(drawn: Lettering) -> int:
    return drawn.width * drawn.height + OF_EACH_BYTES


_kept: Final = Kept(_drawn, KEPT_BYTES)


@lru_cache(maxsize=WIDTHS_KEPT)
def width_of(text: str, language: str, weight: str, size: int) -> int:
    """The ink's width in pixels, measured without drawing."""
    left, _, right, _ = _font(weight, size).getbbox(localised(text, language), anchor="la", **_shaping(language))
    return max(1, round(right - left))


@lru_cache(maxsize=WIDTHS_KEPT)
def digit_height(language: str, size: int) -> int:
    """How tall a Black digit stands, in pixels: that of a 1, which is flat above and below."""
    _, top, _, bottom = _font("Black", size).getbbox(localised("1", language), anchor="la", **_shaping(language))
    return round(bottom - top)


def wrapped(words: str, language: str, weight: str, size: int, width: float) -> list[str]:
    """`words` in as few lines as fit `width` pixels, about equally long, so that no word is left alone on the last. A single
    word that is wider has a line of its own."""
    lines = _filled_lines(words, language, weight, size, width)
    too_narrow, wide_enough = width / len(lines) / 2, width
    while len(lines) > 1 and wide_enough - too_narrow > size / 2:
        middle = (too_narrow + wide_enough) / 2
        narrower = _filled_lines(words, language, weight, size, middle)
        if len(narrower) == len(lines):
            lines, wide_enough = narrower, middle
        else:
            too_narrow = middle
    return lines


def _filled_lines(words: str, language: str, weight: str, size: int, width: float) -> list[str]:
    """Each line as full as it goes."""
    lines: list[str] = []
    for word in words.split() or [""]:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, language, weight, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _shaping(language: str, *, tabular: bool = False) -> dict[str, Any]:
    """What raqm is told about a text: never let it guess the direction."""
    return {
        "direction": "rtl" if language in RIGHTWARDS else "ltr",
        "language": _LETTERS_OF.get(language, language),
        "features": ["tnum"] if tabular else None,
    }


def _outline(mask: Image.Image, width: int) -> Image.Image:
    """The rim of a filled shape, `width` pixels inward: digits that are known to be old."""
    inner = mask
    for _ in range(width):
        inner = inner.filter(ImageFilter.MinFilter(3))
    return ImageChops.subtract(mask, inner)
