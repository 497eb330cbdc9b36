"""What people see: nothing is cut or shrunk, digits are as tall as their distance asks, every code has its sentence."""

import itertools
import re
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image, ImageChops

from display_device.counter import counter_view
from display_device.counter.wishes import Wish
from display_device.pictures import counter, waiting_room
from display_device.pictures.album import counters, halls
from mqtt.contract import Act, PrinterStatus, Source
from rules.call_order import Candidate, Turn, in_order, place
from rules.site import CallOrderPolicy
from screen.canvas import Box, Canvas
from screen.lettering import localised
from screen.phrases import load
from screen.style import INK, Size, digit_height_needed

MINUTE_MS = 60_000
SMALL, HALL_SIZES = Size(1024, 600), (Size(1920, 1080), Size(1280, 720))


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("name", counters())
def test_every_word_of_a_counter_fits(name: str, language: str) -> None:
    assert counter.canvas_of(counters()[name], SMALL, load(language)).too_long == []


@pytest.mark.parametrize("size", HALL_SIZES, ids=str)
@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("name", halls())
def test_every_word_of_the_hall_fits(name: str, language: str, size: Size) -> None:
    assert waiting_room.canvas_of(halls()[name], size, load(language)).too_long == []


def test_an_hour_is_written_on_every_screen_as_people_say_it(monkeypatch: pytest.MonkeyPatch) -> None:
    hall, late = replace(halls()["lost"], hour="07:42", last_heard="07:41"), halls()["three_points_late_doctor"]
    assert late.notice
    views = (
        hall,
        replace(hall, lost=False, closed=True, opens_date="2026-11-23", opens_hour="07:30"),
        replace(late, notice=replace(late.notice, until="07:55")),
    )
    points = [
        replace(counters()["paused"].points[0], paused_until="07:45"),
        replace(counters()["room_late"].points[0], late_until="07:20"),
        replace(counters()["lost"].points[0], last_heard="07:10"),
    ]
    written: list[str] = []
    text = Canvas.text

    def noting(canvas: Canvas, box: Box, words: str, **how: Any) -> None:
        written.append(localised(words, "en"))
        text(canvas, box, words, **how)

    monkeypatch.setattr(Canvas, "text", noting)
    for view in views:
        waiting_room.picture_of(view, HALL_SIZES[0], load("fa"))
    for point in points:
        counter.picture_of(counter_view.CounterView((point,)), SMALL, load("fa"))
    counter.picture_of(counter_view.CounterView(tuple(points[1:])), SMALL, load("fa"))
    drawn = " ".join(written)
    assert "07:" not in drawn
    assert set(re.findall(r"\d+:\d+", drawn)) >= {"7:42", "7:41", "7:30", "7:55", "7:45", "7:20", "7:10"}


def ink_height(picture: Image.Image, box: tuple[int, int, int, int]) -> int:
    """The height in pixels of what is drawn in ink inside `box`."""
    part = picture.crop(box)
    other = ImageChops.difference(part, Image.new("RGB", part.size, INK)).convert("L")
    mask = other.point([255] + [0] * 255)
    drawn = mask.getbbox()
    return drawn[3] - drawn[1] if drawn else 0


def test_a_counters_number_can_be_read_from_three_metres() -> None:
    picture = counter.picture_of(counters()["serving"], SMALL, load("fa"))
    needed = digit_height_needed(SMALL, diagonal_inches=10.1, viewing_distance_meters=3.0)
    assert ink_height(picture, (30, 20, 750, 245)) >= needed


def test_a_halls_number_can_be_read_from_eight_metres() -> None:
    size = HALL_SIZES[0]
    picture = waiting_room.picture_of(halls()["call_kept_in_sight"], size, load("fa"))
    needed = digit_height_needed(size, diagonal_inches=43, viewing_distance_meters=8.0)
    assert ink_height(picture, (1240, 130, 1880, 380)) >= needed


@pytest.mark.parametrize("language", ["fa", "en"])
def test_every_reason_of_the_call_order_has_its_word(language: str) -> None:
    policy = CallOrderPolicy(head_start_minutes={"elderly": 30}, returning_one_in=2, aged_minutes=90)
    everyone = itertools.product(Source, Turn, (None, "elderly"), (None, 1), (0, 100 * MINUTE_MS))
    ones = [
        Candidate(number, joined_ms, source, priority=priority, urgent_ms=urgent_ms, turn=turn)
        for number, (source, turn, priority, urgent_ms, joined_ms) in enumerate(everyone, 1)
    ]
    placed = [place(one, policy) for one in ones]
    given = {chosen.why for chosen in in_order(placed, policy, now_ms=100 * MINUTE_MS, since_returning=0)}
    named = {key.removeprefix("counter.why.") for key in sorted(load(language).keys()) if key.startswith("counter.why.")}
    assert given == named


@pytest.mark.parametrize("language", ["fa", "en"])
def test_every_code_has_its_sentence(language: str) -> None:
    keys = load(language).keys()
    acts = {f"counter.done.{kind.__struct_config__.tag}" for kind in Act.__args__}
    told = {f"counter.told.{code}" for code in (*counter.TOLD, "refused")}
    troubles = {f"counter.kiosk.{status}" for status in PrinterStatus if status not in counter_view.NOT_TROUBLE}
    assert acts | told | troubles | {f"counter.button.{wish}" for wish in Wish} <= keys
