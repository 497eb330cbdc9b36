"""The drawings of the wiring show the pins that the programs use, are up to date, and nothing on them is cut or covered."""

import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import ImageFont

from handbook.wiring import pins
from handbook.wiring.drawings import DRAWINGS
from handbook.wiring.sheet import HEIGHT, WIDTH, Words
from program.settings import ButtonSettings, KeypadSettings

HOUSE = Path(__file__).parents[2]
FOLDER = HOUSE / "docs" / "pictures" / "wiring"
FONT = ImageFont.truetype(HOUSE / "screen" / "fonts" / "Vazirmatn-Medium.ttf", 100)
WIDER = 1.15
"""DejaVu Sans, the widest of the fonts that a reader may have, beside the one that is measured here."""
RESERVED = {0, 1}
"""GPIO numbers by which add-on boards tell what they are."""

Box = tuple[float, float, float, float]


def box_of(one: Words) -> Box:
    width = FONT.getlength(one.words) / 100 * one.size * WIDER
    left = one.at[0] - {"start": 0.0, "middle": width / 2, "end": width}[one.anchor]
    return left, one.at[1] - 0.76 * one.size, left + width, one.at[1] + 0.2 * one.size


def meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_what_the_code_draws_now(name: str) -> None:
    assert (FOLDER / f"{name}.svg").read_text(encoding="utf-8") == DRAWINGS[name]().svg(), "make handbook"


def test_no_drawing_is_left_from_before() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(DRAWINGS)


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_well_formed(name: str) -> None:
    drawing = ElementTree.fromstring(DRAWINGS[name]().svg())  # noqa: S314  our own
    assert drawing.attrib["viewBox"] == f"0 0 {WIDTH} {HEIGHT}"


@pytest.mark.parametrize("name", DRAWINGS)
def test_no_words_are_cut_and_none_lie_on_others(name: str) -> None:
    drawn = [(one.words, box_of(one)) for one in DRAWINGS[name]().words]
    outside = [words for words, box in drawn if box[0] < 0 or box[1] < 0 or box[2] > WIDTH or box[3] > HEIGHT]
    assert outside == []
    covered = [(one, other) for (one, its), (other, others) in combinations(drawn, 2) if meet(its, others)]
    assert covered == []


def test_the_header_is_the_raspberry_pis() -> None:
    """raspberrypi.com/documentation: ground, power and 28 GPIO numbers, each once."""
    assert sorted([*pins.GPIO_OF_PIN, *pins.GROUNDS, *pins.POWER]) == list(range(1, 41))
    assert sorted(pins.GPIO_OF_PIN.values()) == list(range(28))


def test_a_kiosks_and_a_counters_pins_are_the_settings_own() -> None:
    keypad, counter = KeypadSettings(), ButtonSettings()
    drawn = [pins.GPIO_OF_PIN[wire.pin] for wire in (*pins.keypad_rows(), *pins.keypad_columns())]
    assert drawn == [*keypad.rows, *keypad.columns]
    drawn = [pins.GPIO_OF_PIN[wire.pin] for wire in (*pins.buttons(), pins.lamp())]
    assert drawn == [counter.call_next, counter.no_show, counter.send_away, counter.lamp]


@pytest.mark.parametrize(
    ("name", "wires"), [("kiosk", (*pins.keypad_rows(), *pins.keypad_columns())), ("counter", (*pins.buttons(), pins.lamp()))]
)
def test_each_wire_is_named_at_the_header_and_where_it_goes(name: str, wires: tuple[pins.Wire, ...]) -> None:
    words = [one.words for one in DRAWINGS[name]().words]
    for wire in wires:
        assert f"{pins.name_of(wire.pin)}: {wire.what}" in words
        assert wire.where in words or {pins.name_of(wire.pin), f"pin {wire.pin}"} <= set(words)


def test_amplifier_and_clock_fit_beside_keys_and_buttons() -> None:
    mine = {pins.GPIO_OF_PIN[wire.pin] for wire in (*pins.amplifier(), *pins.clock()) if wire.pin in pins.GPIO_OF_PIN}
    settings, counter = KeypadSettings(), ButtonSettings()
    others = {*settings.rows, *settings.columns, counter.call_next, counter.no_show, counter.send_away, counter.lamp}
    assert not mine & (others | RESERVED)


def test_each_ground_wire_has_a_pin_of_its_own() -> None:
    found = [wire.pin for wire in pins.grounds_near([*pins.buttons(), pins.lamp()])]
    assert len(set(found)) == len(found)
    assert set(found) <= set(pins.GROUNDS)


def test_hardware_md_shows_every_drawing() -> None:
    page = (HOUSE / "hardware.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\(docs/pictures/wiring/([\w-]+)\.svg\)", page)) == set(DRAWINGS)
