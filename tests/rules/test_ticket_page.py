"""A ticket page's code: of one number on one day, typed as people type, and found by nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.ticket_page import LENGTH, SIGNS, code_of, fits, read

KEY, OTHER_KEY = "0f" * 16, "1e" * 16
numbers = st.integers(1, 9999)


@given(numbers)
def test_a_code_is_eight_plain_signs_and_opens_its_own_ticket(number: int) -> None:
    code = code_of(KEY, number)
    assert len(code) == LENGTH
    assert set(code) <= set(SIGNS)
    assert fits(KEY, number, code)
    assert read(f"{number}-{code}") == (number, code)


def test_a_paper_of_the_release_before_opens_its_page_in_the_next() -> None:
    assert (code_of(KEY, 153), code_of(OTHER_KEY, 9999)) == ("4c6a1e1v", "3ggq04rs")


@given(numbers, numbers)
def test_it_opens_no_other_ticket_and_nothing_on_another_day(number: int, other: int) -> None:
    code = code_of(KEY, number)
    assert fits(KEY, other, code) == (number == other)
    assert not fits(OTHER_KEY, number, code)


def test_all_codes_of_a_day_differ() -> None:
    assert len({code_of(KEY, number) for number in range(1, 10_000)}) == 9999


def test_it_is_read_however_large_it_was_typed() -> None:
    code = code_of(KEY, 153)
    assert read(f" 153-{code.upper()} ") == (153, code)


@pytest.mark.parametrize(
    "typed", ["", "153", "153-", "153-short", "x-k7q3m9xw", "12345-k7q3m9xw", "153-k7q3m9xi", "../etc", "١٥٣-k7q3m9xw"]
)
def test_what_we_do_not_print_is_not_read(typed: str) -> None:
    assert read(typed) is None
