"""Numbers: unique in a site and a day, and never given again."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from rules.numbering import next_number
from rules.site import NumberRange

CARDIOLOGY = NumberRange(250, 339)

ranges = st.tuples(st.integers(1, 9999), st.integers(0, 300)).map(lambda r: NumberRange(r[0], min(r[0] + r[1], 9999)))


def highest_in(numbers: NumberRange, known: Iterable[int]) -> int | None:
    """What the ledger answers: the highest number of the range that any ticket of the day has."""
    return max((number for number in known if numbers.first <= number <= numbers.last), default=None)


def test_the_first_ticket_of_a_day_is_the_first_of_its_range() -> None:
    assert next_number(CARDIOLOGY, None) == 250


def test_a_number_that_a_lone_kiosk_settled_raises_the_next_one() -> None:
    known = [250, 251, 300]
    assert next_number(CARDIOLOGY, highest_in(CARDIOLOGY, known)) == 301


def test_a_range_ends_and_says_so() -> None:
    assert next_number(CARDIOLOGY, 339) is None
    assert next_number(CARDIOLOGY, 338) == 339


@given(ranges, st.sets(st.integers(1, 9999), max_size=40))
def test_whatever_was_given_or_settled_no_number_comes_twice(numbers: NumberRange, known: set[int]) -> None:
    given_now = set(known)
    for _ in range(50):
        number = next_number(numbers, highest_in(numbers, given_now))
        if number is None:
            break
        assert number not in given_now
        assert numbers.first <= number <= numbers.last
        given_now.add(number)
