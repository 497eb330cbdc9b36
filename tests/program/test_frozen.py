"""A frozen state with some of its fields changed is what the standard library makes of it."""

import dataclasses
from dataclasses import dataclass
from functools import cached_property
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


@dataclass(frozen=True)
class Positive:
    """It looks at its field when it is made."""

    number: int

    def __post_init__(self) -> None:
        if self.number < 0:
            raise ValueError("less than nothing")


@dataclass(frozen=True)
class Reckoning:
    """It keeps what it reckoned."""

    number: int

    @cached_property
    def twice(self) -> int:
        return 2 * self.number


def test_a_state_that_looks_at_its_fields_looks_again() -> None:
    with pytest.raises(ValueError, match="less than nothing"):
        replace(Positive(1), number=-1)


def test_what_was_reckoned_of_the_state_before_is_reckoned_anew() -> None:
    before = Reckoning(1)
    assert (before.twice, replace(before, number=2).twice) == (2, 4)


@pytest.mark.parametrize("state", [Whole(1), Slotted(1)])
def test_a_field_that_is_not_there_is_refused(state: Any) -> None:
    with pytest.raises(TypeError):
        replace(state, nubmer=2)
