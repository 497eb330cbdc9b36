"""The numeric pad at a point: a number and Enter calls it; the other keys are wishes."""

import pytest

from display_device.counter.pad import FORGET_SECONDS, Pad, deadline, passed, pressed
from display_device.counter.wishes import CallThis, PadWish, PauseFor, Wish


def typed(*keys: str, pad: Pad | None = None) -> tuple[Pad, list[PadWish]]:
    pad, wishes = pad or Pad(), []
    for key in keys:
        pad, wish = pressed(pad, key, 1.0)
        wishes += [wish] if wish else []
    return pad, wishes


def test_a_number_and_enter_calls_it_out_of_order() -> None:
    assert typed("1", "2", "3", "enter") == (Pad(touched_at=1.0), [CallThis(123)])


def test_a_slip_is_taken_back_with_erase_before_enter() -> None:
    assert typed("1", "3", "erase", "2", "enter")[1] == [CallThis(12)]


def test_erase_with_nothing_typed_takes_the_last_act_back() -> None:
    assert typed("erase")[1] == [Wish.UNDO]


@pytest.mark.parametrize(
    ("key", "wish"),
    [
        ("plus", Wish.NEXT),
        ("minus", Wish.NO_SHOW),
        ("times", Wish.RECALL),
        ("point", Wish.PARK),
        ("slash", Wish.PAUSE),
    ],
)
def test_each_other_key_is_a_wish_and_forgets_what_was_typed(key: str, wish: Wish) -> None:
    pad, wishes = typed("7", key)
    assert (pad.typed, wishes) == ("", [wish])


def test_enter_alone_asks_for_nothing() -> None:
    assert typed("enter") == (Pad(touched_at=1.0), [])


def test_zero_and_enter_goes_to_the_next_point_that_the_pad_drives() -> None:
    assert typed("0", "enter")[1] == [Wish.OTHER_POINT]


def test_a_fifth_digit_is_not_taken() -> None:
    assert typed("1", "2", "3", "4", "5")[0].typed == "1234"


def test_the_pause_reason_is_chosen_with_a_digit_and_any_other_key_leaves() -> None:
    asking = Pad(choosing_pause=True, touched_at=1.0)
    assert typed("2", pad=asking) == (Pad(touched_at=1.0), [PauseFor(2)])
    assert typed("enter", pad=asking) == (Pad(touched_at=1.0), [])


def test_a_number_left_alone_is_forgotten() -> None:
    pad, _ = typed("1", "2")
    assert deadline(pad) == 1.0 + FORGET_SECONDS
    assert passed(pad, 1.0 + FORGET_SECONDS).typed == ""
    assert pressed(pad, "3", 1.0 + FORGET_SECONDS)[0].typed == "3", "the next number begins anew"
