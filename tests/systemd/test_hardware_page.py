"""hardware.md says what the programs do: its pins are the settings' defaults, none is used twice, its distances add up."""

import math
import re
import shlex
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from command_line.__main__ import app
from display_device.counter.button import HELD_SECONDS, STUCK_SECONDS
from display_device.pictures.album import halls
from display_device.pictures.legibility import counter_digits, hall_digits
from display_device.pictures.waiting_room import canvas_of
from handbook.wiring.pins import GPIO_OF_PIN, buttons, keypad_columns, keypad_rows, lamp
from program.settings import ButtonSettings, KeypadSettings
from screen.legibility import read_from_meters
from screen.phrases import load
from screen.style import READABLE_DEGREES, Size

PAGE = (Path(__file__).parents[2] / "hardware.md").read_text(encoding="utf-8")
PIN_OF_GPIO = {
    2: 3, 3: 5, 4: 7, 14: 8, 15: 10, 17: 11, 18: 12, 27: 13, 22: 15, 23: 16, 24: 18, 10: 19, 9: 21, 25: 22, 11: 23, 8: 24,
    7: 26, 0: 27, 1: 28, 5: 29, 6: 31, 12: 32, 13: 33, 19: 35, 16: 36, 26: 37, 20: 38, 21: 40,
}  # fmt: skip
SMALL, FULL_HD = Size(1024, 600), Size(1920, 1080)
PULLED_UP_AT_START = set(range(9))


def rows_of(heading: str) -> list[list[str]]:
    """The rows of the table that begins with `heading`."""
    table = PAGE.split(heading, 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in table]


PIN_MAP = {(device, what): (int(gpio), int(pin), boot) for device, what, gpio, pin, boot in rows_of("| device | what | GPIO |")}


def test_the_pin_map_is_what_the_programs_use() -> None:
    keypad, buttons = KeypadSettings(), ButtonSettings()
    expected = {
        **{("kiosk", f"row {n}"): gpio for n, gpio in enumerate(keypad.rows, start=1)},
        **{("kiosk", f"column {n}"): gpio for n, gpio in enumerate(keypad.columns, start=1)},
        ("counter, room", "call next"): buttons.call_next,
        ("counter, room", "not here"): buttons.no_show,
        ("counter, room", "comes back"): buttons.send_away,
        ("counter, room", "lamp"): buttons.lamp,
    }
    assert {what: gpio for what, (gpio, _, _) in PIN_MAP.items()} == expected


@pytest.mark.parametrize("device", ["kiosk", "counter, room"])
def test_no_pin_is_used_twice_or_taken_from_what_is_kept_free(device: str) -> None:
    used = [gpio for (where, _), (gpio, _, _) in PIN_MAP.items() if where == device]
    free = {int(gpio) for cells in rows_of("| GPIO | for |") for gpio in cells[0].split(",")}
    assert len(used) == len(set(used))
    assert not set(used) & free


def test_every_pin_stands_where_the_page_says_and_starts_as_it_says() -> None:
    for gpio, pin, boot in PIN_MAP.values():
        assert PIN_OF_GPIO[gpio] == pin
        assert boot.startswith("up") == (gpio in PULLED_UP_AT_START)


def test_the_drawings_and_the_map_name_the_same_pins() -> None:
    drawn = {
        (device, wire.what): (GPIO_OF_PIN[wire.pin], wire.pin)
        for device, wires in (
            ("kiosk", (*keypad_rows(), *keypad_columns())),
            ("counter, room", (*buttons(), lamp())),
        )
        for wire in wires
    }
    assert drawn == {what: (gpio, pin) for what, (gpio, pin, _) in PIN_MAP.items()}


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"`(?:sudo )?(nobat [^`]+)`|^ *(?:sudo )?(nobat .+)$", PAGE, re.MULTILINE)))
)
def test_every_command_on_the_page_is_understood(command: tuple[str, str]) -> None:
    words = shlex.split("".join(command))[1:]
    asked: Any = get_command(app)
    while hasattr(asked, "commands") and words:
        asked = asked.commands[words.pop(0)]
    known = {name for one in asked.params for name in one.opts}
    assert [word for word in words if word.startswith("--") and word not in known] == []


def test_a_button_that_starts_pulled_down_is_given_its_resistor() -> None:
    for (_, what), (gpio, _, boot) in PIN_MAP.items():
        if gpio not in PULLED_UP_AT_START and not what.startswith(("row", "lamp")):
            assert "10k to 3.3 V" in boot, what


def test_the_digits_that_a_distance_needs_are_the_norms() -> None:
    for distance, height in rows_of("| distance | digits at least |"):
        meters, millimeters = float(distance.removesuffix(" m")), float(height.removesuffix(" mm"))
        assert millimeters == pytest.approx(math.tan(math.radians(READABLE_DEGREES)) * meters * 1000, abs=0.06)


@pytest.mark.parametrize(("screen", "shows", "number", "distance"), rows_of("| screen | shows | number, mm | read from |"))
def test_a_screen_is_read_from_as_far_as_its_program_would_say(screen: str, shows: str, number: str, distance: str) -> None:
    inches, shape = screen.split('" ')
    size = {"1024×600": SMALL, "16:9": FULL_HD}[shape]
    drawn = {
        "counter or room": partial(counter_digits, points=1),
        "desk of two points": partial(counter_digits, points=2),
        "waiting room, six points": hall_digits,
    }[shows]
    reach = read_from_meters(drawn(size, load("fa")), size, float(inches))
    assert distance == f"{reach:.1f} m"
    assert number == f"{math.tan(math.radians(READABLE_DEGREES)) * reach * 1000:.0f}"


def test_a_called_number_in_the_hall_and_four_digits_are_as_large_as_the_page_says() -> None:
    usual, persian = hall_digits(FULL_HD, load("fa")), load("fa")
    assert "half as large again" in PAGE
    assert canvas_of(halls()["call_announced"], FULL_HD, persian).digit_heights["123"] >= 1.5 * usual
    assert "up to a quarter smaller" in PAGE
    assert canvas_of(halls()["four_digits"], FULL_HD, persian).digit_heights["4321"] >= 0.75 * usual


def test_the_times_of_the_buttons_are_the_programs() -> None:
    assert f"held {HELD_SECONDS:.0f} s" in PAGE
    assert f"longer than {STUCK_SECONDS:.0f} s" in PAGE
