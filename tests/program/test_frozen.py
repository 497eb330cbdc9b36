"""A frozen state with some of its fields changed is what the standard library makes of it."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import pytest

from program.frozen import replace


@dataclass(frozen=True)
class Whole:
    """Its fields are in one dict."""

    number: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slotted:
    """It has none."""

    number: int
    words: tuple[str, ...] = ()


@pytest.mark.parametrize("state", [Whole(1, ("a",)), Slotted(1, ("a",))])
def test_what_is_named_is_otherwise_and_the_rest_as_it_was(state: Any) -> None:
    after = replace(state, number=2)
    assert after == dataclasses.replace(state, number=2)
    assert (after.number, after.words) == (2, ("a",))
    assert (state.number, state.words) == (1, ("a",)), "the state before is another object"


def test_what_was_changed_is_frozen_too_and_changed_again() -> None:
    after = replace(replace(Whole(1), number=2), words=("b",))
    assert after == Whole(2, ("b",))
    with pytest.raises(dataclasses.FrozenInstanceError):
        after.number = 3  # type: ignore[misc]


@pytest.mark.parametrize("state", [Whole(1), Slotted(1)])
def test_a_field_that_is_not_there_is_refused(state: Any) -> None:
    with pytest.raises(TypeError):
        replace(state, nubmer=2)
