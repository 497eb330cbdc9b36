"""What people with weak eyes and other colours must still be able to read."""

import pytest

from screen import style
from screen.style import Colour, Size, contrast, digit_height_needed

KIOSKS = (Size(1024, 600), Size(1280, 800), Size(800, 1280))


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        (style.INK, style.PAPER, 17.1),
        (style.INK, style.GROUND, 14.5),
        (style.INK, style.SIGNAL, 11.2),
        (style.SLATE, style.PAPER, 8.8),
        (style.SLATE, style.GROUND, 7.5),
        (style.EDGE, style.PAPER, 4.4),
        (style.EDGE, style.GROUND, 3.7),
        (style.STOP, style.PAPER, 7.9),
        (style.GO, style.PAPER, 8.1),
    ],
)
def test_contrast_is_what_the_visual_language_promises(one: Colour, other: Colour, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.06)
    assert contrast(one, other) == contrast(other, one)


def test_black_and_white_are_the_farthest_apart() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)


def test_digits_at_arms_length_are_as_tall_as_the_norm_asks() -> None:
    """EN 301 549 5.1.4: 0.7 degrees, at 0.6 m that is 7.3 mm."""
    needed = digit_height_needed(Size(1024, 600), diagonal_inches=10.1, viewing_distance_meters=0.6)
    pixels_per_mm = (1024**2 + 600**2) ** 0.5 / (10.1 * 25.4)
    assert needed / pixels_per_mm == pytest.approx(7.33, abs=0.01)


@pytest.mark.parametrize("size", KIOSKS, ids=str)
def test_what_must_be_read_at_the_kiosk_can_be_read(size: Size) -> None:
    needed = digit_height_needed(size, diagonal_inches=10.1, viewing_distance_meters=0.6)
    assert style.MUST_READ * size.unit * style.DIGIT_HEIGHT >= needed


def test_no_size_is_under_the_smallest() -> None:
    assert min(style.TITLE, style.MUST_READ, style.LABEL, style.HELPER) == style.HELPER


def test_a_screens_unit_is_a_hundredth_of_its_short_side() -> None:
    assert [size.unit for size in KIOSKS] == [6, 8, 8]
    assert [size.portrait for size in KIOSKS] == [False, False, True]
