"""The visual language in numbers: colours, type sizes in units, weights. One place, so that every screen speaks it.

A unit (u) is one percent of a screen's short side. Contrast ratios are WCAG's: ink on paper 17.1, on ground 14.5, on
signal 11.2; slate on paper 8.8; paper on stop 7.9, on go 8.1. Yellow means "come now" and nothing else.
"""

from dataclasses import dataclass
from math import hypot, radians, tan
from typing import Final

Colour = tuple[int, int, int]

INK: Final[Colour] = (0x0B, 0x1D, 0x2E)
PAPER: Final[Colour] = (0xFF, 0xFF, 0xFF)
GROUND: Final[Colour] = (0xE8, 0xED, 0xF1)
SLATE: Final[Colour] = (0x3D, 0x4C, 0x5A)
EDGE: Final[Colour] = (0x6B, 0x7A, 0x87)
SIGNAL: Final[Colour] = (0xFF, 0xCB, 0x05)
STOP: Final[Colour] = (0x9C, 0x24, 0x10)
GO: Final[Colour] = (0x00, 0x5C, 0x3B)

TITLE: Final = 9.2
MUST_READ: Final = 8.4
LABEL: Final = 7.0
HELPER: Final = 5.8
"""Font sizes in u; nothing on a screen is smaller than HELPER."""

MARGIN: Final = 5.0
GAP: Final = 3.0
RADIUS: Final = 2.0
HEAD: Final = 18.0
HEAD_PORTRAIT: Final = 25.0
KEY_BAR: Final = 17.0

DIGIT_HEIGHT: Final = 0.676
"""A Persian Vazirmatn Black digit's height as a part of the font size; a Latin one is a little taller."""
READABLE_DEGREES: Final = 0.7
"""EN 301 549 5.1.4: a capital H, or here a digit, subtends at least this angle at the viewing distance."""


@dataclass(frozen=True, slots=True)
class Size:
    """A screen in pixels."""

    width: int
    height: int

    @property
    def unit(self) -> float:
        """One u in pixels."""
        return min(self.width, self.height) / 100

    @property
    def portrait(self) -> bool:
        return self.height > self.width


def digit_height_needed(size: Size, *, diagonal_inches: float, viewing_distance_meters: float) -> float:
    """The digit height in pixels that EN 301 549 asks of a screen of this size seen from this distance."""
    pixels_per_mm = hypot(size.width, size.height) / (diagonal_inches * 25.4)
    return tan(radians(READABLE_DEGREES)) * viewing_distance_meters * 1000 * pixels_per_mm


def contrast(one: Colour, other: Colour) -> float:
    """WCAG's contrast ratio of two colours, 1 to 21."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
