"""What an office publishes counts people and shows none of them."""

from hypothesis import given
from hypothesis import strategies as st

from rules.small_counts import SMALL, STEP, for_outside, rounded


def test_a_small_count_is_hidden_and_so_is_what_would_give_it_away() -> None:
    assert for_outside({"AF": 211, "IQ": 14, "PK": 3, "other": 0}) == {"AF": 210, "IQ": None, "PK": None, "other": 0}


def test_two_small_counts_hide_each_other() -> None:
    assert for_outside({"AF": 210, "IQ": 4, "PK": 1}) == {"AF": 210, "IQ": None, "PK": None}


def test_a_small_count_that_is_the_only_one_is_hidden_alone() -> None:
    assert for_outside({"AF": 3, "IQ": 0}) == {"AF": None, "IQ": 0}


def test_of_two_that_are_alike_the_first_by_name_hides_the_small_one() -> None:
    assert for_outside({"PK": 9, "IQ": 9, "AF": 3}) == {"PK": 10, "IQ": None, "AF": None}


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert for_outside({"AF": 5, "IQ": 0}) == {"AF": 5, "IQ": 0}


def test_what_is_told_is_told_in_fives() -> None:
    assert for_outside({"AF": 7, "IQ": 8, "PK": 12, "SY": 13}) == {"AF": 5, "IQ": 10, "PK": 10, "SY": 15}
    assert rounded(13_500_000, 10_000_000) == 10_000_000


@given(st.lists(st.integers(SMALL, 60), min_size=1, max_size=6), st.integers(1, SMALL - 1))
def test_a_year_without_its_other_months_is_not_the_month_that_is_hidden(months: list[int], few: int) -> None:
    """Each month has a page of its own, and the year one more: there no table hides a neighbour."""
    year = rounded(sum(months) + few)
    assert (year - sum(rounded(month) for month in months)) % STEP == 0, "no difference is a small count"


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 30), max_size=6))
def test_nobody_finds_a_small_count_by_taking_the_others_from_the_sum(counts: dict[str, int]) -> None:
    told = for_outside(counts)
    hidden = [name for name, count in told.items() if count is None]
    assert all(count is None or count == 0 or count >= SMALL for count in told.values())
    alone = [name for name, count in counts.items() if count > 0]
    assert len(hidden) != 1 or len(alone) == 1
