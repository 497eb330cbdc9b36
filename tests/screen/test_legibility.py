"""A screen whose digits are too small for where people stand says so, with both distances."""

import pytest

from program.settings import ScreenSettings
from screen.legibility import faults, read_from_meters
from screen.style import Size, digit_height_needed

COUNTER = ScreenSettings(width=1024, height=600, diagonal_inches=10.1, viewing_distance_meters=3.0)
SIZE = Size(1024, 600)
NEEDED = digit_height_needed(SIZE, diagonal_inches=10.1, viewing_distance_meters=3.0)


def test_digits_as_tall_as_the_norm_asks_are_read_from_where_people_stand() -> None:
    assert read_from_meters(NEEDED, SIZE, 10.1) == pytest.approx(3.0)
    assert faults(NEEDED * 1.001, COUNTER) == ()


def test_digits_that_are_too_small_are_told_with_the_distance_they_are_read_from() -> None:
    (fault,) = faults(NEEDED / 2, COUNTER)
    assert "10.1-inch screen can be read from 1.5 m" in fault
    assert "people stand 3 m away" in fault
