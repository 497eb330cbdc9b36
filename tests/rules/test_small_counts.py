"""What an office publishes counts people and shows none of them."""

from hypothesis import given
from hypothesis import strategies as st

from rules.small_counts import SMALL, for_outside


def test_a_small_count_is_hidden_and_so_is_what_would_give_it_away() -> None:
    assert for_outside({"AF": 210, "IQ": 14, "PK": 3, "other": 0}) == {"AF": 210, "IQ": None, "PK": None, "other": 0}


def test_two_small_counts_hide_each_other() -> None:
    assert for_outside({"AF": 210, "IQ": 4, "PK": 1}) == {"AF": 210, "IQ": None, "PK": None}


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert for_outside({"AF": 5, "IQ": 0}) == {"AF": 5, "IQ": 0}


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 30), max_size=6))
def test_nobody_finds_a_small_count_by_taking_the_others_from_the_sum(counts: dict[str, int]) -> None:
    told = for_outside(counts)
    hidden = [name for name, count in told.items() if count is None]
    assert all(count is None or count == 0 or count >= SMALL for count in told.values())
    alone = [name for name, count in counts.items() if count > 0]
    assert len(hidden) != 1 or len(alone) == 1
