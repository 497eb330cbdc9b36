"""Every screen and ticket looks as its reference picture, which someone has looked at."""

from dataclasses import replace

import pytest
from PIL import Image

from kiosk_device.picture import picture_of
from kiosk_device.pictures import album as kiosk
from kiosk_device.visit.views import TicketView
from tests.pictures.references import (
    MOST_DIFFERING,
    REFERENCE,
    SMALL,
    differing_part,
    kept,
    pictures,
    save_side_by_side,
)

PICTURES = pictures()
MOST_BYTES = 4_800_000
"""All references together: they live in the repository."""


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_looks_as_it_was_kept(name: str) -> None:
    expected, actual = kept(name), PICTURES[name]()
    part = differing_part(expected, actual)
    if part > MOST_DIFFERING:
        path = save_side_by_side(name, expected, actual)
        pytest.fail(f"{part:.2%} of the pixels differ: see {path}; if it is better so: python -m tests.pictures {name}")


def test_there_is_no_reference_of_a_picture_that_is_no_longer_drawn() -> None:
    assert {path.stem for path in REFERENCE.glob("*.png")} == set(PICTURES)


def test_the_references_stay_small() -> None:
    assert sum(path.stat().st_size for path in REFERENCE.glob("*.png")) < MOST_BYTES


def test_one_other_digit_is_seen() -> None:
    view = kiosk.views("fa")["ticket_taken"]
    assert isinstance(view, TicketView)
    expected, actual = picture_of(view, SMALL), picture_of(replace(view, ahead=6), SMALL)
    assert differing_part(expected, actual) > MOST_DIFFERING


def test_softer_edges_are_no_difference() -> None:
    expected = PICTURES["kiosk_1024x600_fa_ticket_taken"]()
    part = (0.1, 0.1, expected.width - 0.1, expected.height - 0.1)
    softer = expected.resize(expected.size, Image.Resampling.BILINEAR, box=part)
    assert differing_part(expected, softer) <= MOST_DIFFERING
