"""Boxes meet, Persian begins at the right, a text that does not fit is noted and never cut, and colours keep their meaning."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from screen.canvas import Box, Canvas
from screen.icons import ICONS, icon, key
from screen.style import GO, GROUND, INK, PAPER, SIGNAL, SLATE, Colour, Size

SMALL = Size(1024, 600)
PARTS = st.lists(st.floats(min_value=0.1, max_value=9), min_size=1, max_size=6)


def colours_in(canvas: Canvas, box: Box) -> set[Colour]:
    """Those that cover more than soft edges do: a fiftieth of the box."""
    left, top, right, bottom = box.pixels()
    counted = canvas.picture.crop((left, top, right + 1, bottom + 1)).getcolors(maxcolors=100_000) or []
    enough = box.width * box.height / 50
    return {colour for count, colour in counted if count > enough and isinstance(colour, tuple)}


def drawn_box(canvas: Canvas, ground: Colour = GROUND) -> tuple[int, int, int, int] | None:
    return ImageChops.difference(canvas.picture, Image.new("RGB", canvas.picture.size, ground)).getbbox()


@given(PARTS, st.floats(min_value=0, max_value=9))
def test_rows_and_columns_fill_their_box(parts: list[float], gap: float) -> None:
    box = Box(5, 7, 400, 300)
    rows, columns = box.rows(*parts, gap=gap), box.columns(*parts, gap=gap)
    assert (rows[0].y, columns[0].x) == (box.y, box.x)
    assert rows[-1].bottom == pytest.approx(box.bottom)
    assert columns[-1].right == pytest.approx(box.right)
    assert all(below.y == pytest.approx(above.bottom + gap) for above, below in pairwise(rows))


@given(st.floats(min_value=0, max_value=600), st.sampled_from(["fa", "en"]))
def test_a_piece_at_the_start_and_the_rest_are_the_whole(width: float, language: str) -> None:
    box = Box(10, 20, 500, 50)
    piece, rest = Canvas(SMALL, language).at_start(box, width)
    assert piece.width + rest.width == pytest.approx(box.width)
    first, second = (rest, piece) if language == "fa" else (piece, rest)
    assert first.x == box.x
    assert second.right == pytest.approx(box.right)


def test_persian_begins_at_the_right_and_english_at_the_left() -> None:
    for language, begins_right in (("fa", True), ("en", False)):
        canvas = Canvas(SMALL, language)
        first, last = canvas.in_reading_order(canvas.whole, 2, 1)
        assert (first.x > last.x) is begins_right
        assert first.width == pytest.approx(2 * last.width)
        ink = canvas.text(canvas.whole, "123")
        assert (ink.x > SMALL.width / 2) is begins_right


def test_a_text_that_does_not_fit_is_noted_and_not_cut() -> None:
    canvas = Canvas(SMALL, "fa")
    box = Box(100, 100, 90, 60)
    canvas.text(box, "نوبت شما محفوظ است", size=9)
    assert canvas.too_long == ["نوبت شما محفوظ است"]
    drawn = drawn_box(canvas)
    assert drawn is not None
    assert drawn[0] >= 99
    assert drawn[2] <= 191


def test_lines_that_leave_their_box_are_noted() -> None:
    canvas = Canvas(SMALL, "fa")
    canvas.lines(Box(0, 0, 900, 60), "یک", "دو", "سه", size=7)
    assert canvas.too_long == ["یک / دو / سه"]


def test_yellow_means_come_now_and_has_a_frame_of_ink_too() -> None:
    canvas, box = Canvas(SMALL, "fa"), Box(50, 50, 500, 300)
    canvas.number_plate(box, 123, called=True)
    assert colours_in(canvas, box) == {SIGNAL, INK}
    assert canvas.picture.getpixel((52, 200)) == INK, "colour never speaks alone"


def test_a_waiting_number_is_black_on_white() -> None:
    canvas, box = Canvas(SMALL, "fa"), Box(50, 50, 500, 300)
    canvas.number_plate(box, 123)
    assert colours_in(canvas, box) == {PAPER, INK}


def test_an_old_number_looks_old_without_colour() -> None:
    fresh, old, box = Canvas(SMALL, "fa"), Canvas(SMALL, "fa"), Box(50, 50, 500, 300)
    fresh.number_plate(box, 123)
    old.number_plate(box, 123, old=True)
    assert colours_in(old, box) == {GROUND, SLATE}
    ink = [sum(canvas.picture.convert("L").crop(box.pixels()).histogram()[:100]) for canvas in (fresh, old)]
    assert ink[1] < ink[0] / 2, "hollow"


def test_a_place_is_white_on_ink_and_nobody_takes_it_for_a_number() -> None:
    canvas, box = Canvas(SMALL, "fa"), Box(50, 50, 400, 100)
    canvas.place_chip(box, "باجهٔ", 4)
    assert colours_in(canvas, box) == {INK, PAPER}
    assert canvas.picture.getpixel((60, 100)) == INK


@pytest.mark.parametrize("label", [1, 12, 128])
@pytest.mark.parametrize("width", [120, 200, 400])
def test_a_place_of_any_number_stays_inside_its_sign(label: int, width: int) -> None:
    canvas, box = Canvas(SMALL, "fa"), Box(50, 50, width, 90)
    canvas.place_chip(box, "باجهٔ", label)
    assert drawn_box(canvas) == (50, 50, 50 + width, 140)


@pytest.mark.parametrize("name", ICONS)
def test_a_sign_stays_in_its_box(name: str) -> None:
    canvas, box = Canvas(SMALL, "fa"), Box(200, 100, 120, 120)
    icon(canvas, box, name, ground=GROUND)
    drawn = drawn_box(canvas)
    assert drawn is not None
    left, top, right, bottom = drawn
    assert min(left - 200, top - 100, 320 - right, 220 - bottom) >= -4
    assert right - left > 30
    assert bottom - top > 60


def test_the_green_key_is_green_and_has_a_ring() -> None:
    canvas, box = Canvas(SMALL, "fa"), Box(200, 100, 120, 120)
    key(canvas, box, "green")
    assert {GO, PAPER} <= colours_in(canvas, box)
