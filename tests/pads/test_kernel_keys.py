"""The numeric pad's keys: a seven is a seven whatever NumLock does, and what the kernel repeats or loses types nothing."""

import pytest

from pads.events import KeyDown, KeyUp
from pads.kernel_keys import CODE_OF_NAME, EV_KEY, EV_SYN, KEY_OF_CODE, SYN_DROPPED, SYN_REPORT, Pad, read


def heard(*events: tuple[int, int, int]) -> list[object]:
    """What kernel events (type, code, value) tell."""
    pad, told = Pad(), list[object]()
    for event in events:
        pad, more = read(pad, *event)
        told.extend(more)
    return told


@pytest.mark.parametrize("code", [71, 8, 102], ids=["keypad 7", "top row 7", "home: NumLock off"])
def test_a_seven_is_a_seven_whatever_numlock_does(code: int) -> None:
    assert heard((EV_KEY, code, 1), (EV_KEY, code, 0)) == [KeyDown("7"), KeyUp("7")]


@pytest.mark.parametrize("code", [83, 111], ids=["keypad dot", "delete: NumLock off"])
def test_the_point_is_the_point_whatever_numlock_does(code: int) -> None:
    assert heard((EV_KEY, code, 1)) == [KeyDown("point")]


def test_a_held_key_repeats_nothing() -> None:
    assert heard((EV_KEY, 80, 1), (EV_KEY, 80, 2), (EV_KEY, 80, 2), (EV_KEY, 80, 0)) == [KeyDown("2"), KeyUp("2")]


def test_events_that_the_kernel_lost_let_every_key_go() -> None:
    lost = ((EV_KEY, 80, 1), (EV_SYN, SYN_DROPPED, 0), (EV_KEY, 81, 1), (EV_SYN, SYN_REPORT, 0), (EV_KEY, 82, 1))
    assert heard(*lost) == [KeyDown("2"), KeyUp("2"), KeyDown("0")]


def test_other_keys_of_a_keyboard_are_nothing() -> None:
    assert heard((EV_KEY, 30, 1), (EV_KEY, 30, 0), (4, 4, 458)) == []


def test_every_name_that_a_twin_speaks_is_a_key_of_the_pad() -> None:
    assert {KEY_OF_CODE[code] for code in CODE_OF_NAME.values()} == set(KEY_OF_CODE.values())
