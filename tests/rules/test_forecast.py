"""What an hour may bring: the mean of the same weekday's weeks, and an interval that holds what it says."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.forecast import SHARE_INSIDE, WEEKS_FEWEST, expected
from rules.statistics import mean, percentile

counts = st.lists(st.integers(0, 300), min_size=WEEKS_FEWEST, max_size=20)


def arrivals(chance: Random, people: float) -> int:
    """One hour of people who come by chance, `people` on average."""
    at, came = chance.expovariate(people), 0
    while at < 1:
        at, came = at + chance.expovariate(people), came + 1
    return came


@pytest.mark.parametrize("people", [3.0, 12.0, 60.0])
@pytest.mark.parametrize("weeks", [4, 8])
def test_four_hours_of_five_bring_what_the_interval_says(people: float, weeks: int) -> None:
    chance, inside = Random(5), 0  # noqa: S311  chance with a seed
    for _ in range(2000):
        told = expected([arrivals(chance, people) for _ in range(weeks)])
        assert told is not None
        inside += told.least <= arrivals(chance, people) <= told.most
    assert SHARE_INSIDE - 0.03 <= inside / 2000 <= 0.95


def test_few_weeks_give_no_forecast() -> None:
    assert expected([9] * (WEEKS_FEWEST - 1)) is None
    assert expected([]) is None


@given(counts)
def test_the_mean_lies_inside_and_nobody_comes_less_than_not_at_all(weeks: list[int]) -> None:
    told = expected(weeks)
    assert told is not None
    assert 0 <= told.least <= told.mean <= told.most


def test_weeks_that_are_all_alike_leave_the_chance_that_is_always_there() -> None:
    told = expected([9, 9, 9, 9, 9, 9, 9, 9])
    assert told is not None
    assert told.mean == 9
    assert told.most - told.mean == pytest.approx(1.415 * 3 * (1 + 1 / 8) ** 0.5, abs=0.001)


@pytest.mark.parametrize(
    ("weeks", "mean_of_them", "most"),
    [((0, 20, 4, 16), 10, 27.44), ((9,) * 16, 9, 13.15), ((9,) * 17, 9, 12.96)],
)
def test_a_forecast_that_was_reckoned_by_hand(weeks: tuple[int, ...], mean_of_them: float, most: float) -> None:
    """10 + 1.638 · √(272 / 3 · 5 / 4), Student's t for three degrees of freedom; then for fifteen, and 1.282 for many."""
    told = expected(weeks)
    assert told is not None
    assert (told.mean, told.least) == (mean_of_them, pytest.approx(max(0.0, 2 * mean_of_them - most), abs=0.01))
    assert told.most == pytest.approx(most, abs=0.01)


@given(counts, st.integers(1, 200))
def test_weeks_that_differ_more_leave_more_open(weeks: list[int], apart: int) -> None:
    wide = [count + apart * (-1) ** place for place, count in enumerate(sorted(weeks) * 2)]
    narrow, wider = expected(sorted(weeks) * 2), expected([max(count, 0) + apart for count in wide])
    assert narrow is not None
    assert wider is not None
    assert wider.most >= narrow.mean


@given(st.lists(st.floats(0, 1000), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_a_value_that_somebody_had(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert found is not None
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9


def test_of_nothing_there_is_no_mean_and_no_percentile() -> None:
    assert percentile([], 0.5) is None
    assert mean([]) is None
    assert mean([1.0, 2.0]) == 1.5
