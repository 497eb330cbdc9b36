"""How long somebody may still wait is told as a range, and not at all where too little is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.waiting import FEWEST_CALLS, STEP_MINUTES, waiting_range

MINUTE_MS = 60_000


MORNING_MS = 1_763_793_000_000


def calls(count: int, every_minutes: float) -> list[int]:
    return [MORNING_MS + int(one * every_minutes * MINUTE_MS) for one in range(count)]


@pytest.mark.parametrize(
    ("ahead", "every", "expected"), [(0, 4, (0, 10)), (4, 4, (10, 35)), (9, 2, (10, 35)), (9, 10, (60, 160)), (0, 12, (5, 20))]
)
def test_the_range_is_made_of_what_lay_between_the_last_calls(ahead: int, every: float, expected: tuple[int, int]) -> None:
    assert waiting_range(ahead, calls(8, every)) == expected


def test_after_few_calls_nobody_can_say() -> None:
    assert waiting_range(3, calls(FEWEST_CALLS - 1, 4)) is None
    assert waiting_range(3, calls(FEWEST_CALLS, 4)) is not None


@given(st.integers(0, 200), st.lists(st.integers(0, 10**9), min_size=FEWEST_CALLS, max_size=12))
def test_it_is_a_range_in_whole_steps_that_grows_with_who_is_before(ahead: int, called: list[int]) -> None:
    found, more = waiting_range(ahead, called), waiting_range(ahead + 5, called)
    assert found is not None
    assert more is not None
    assert 0 <= found[0] < found[1]
    assert found[0] % STEP_MINUTES == found[1] % STEP_MINUTES == 0
    assert more >= found
