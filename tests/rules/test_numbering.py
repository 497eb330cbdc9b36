"""Numbers: unique in a site and a day, and never given again."""

from hypothesis import given
from hypothesis import strategies as st

from rules.numbering import highest_in, left, next_number
from rules.site import NumberRange

CARDIOLOGY = NumberRange(250, 339)

ranges = st.tuples(st.integers(1, 9999), st.integers(0, 300)).map(lambda r: NumberRange(r[0], min(r[0] + r[1], 9999)))


def test_the_first_ticket_of_a_day_is_the_first_of_its_range() -> None:
    assert next_number(CARDIOLOGY, None) == 250


def test_a_number_that_a_lone_kiosk_settled_raises_the_next_one() -> None:
    known = [250, 251, 300]
    assert next_number(CARDIOLOGY, highest_in(CARDIOLOGY, known)) == 301


def test_a_range_ends_and_says_so() -> None:
    assert next_number(CARDIOLOGY, 339) is None
    assert left(CARDIOLOGY, 339) == 0
    assert left(CARDIOLOGY, 338) == 1
    assert left(CARDIOLOGY, None) == 90


def test_numbers_of_other_ranges_do_not_count() -> None:
    assert highest_in(CARDIOLOGY, [100, 900, 249, 340]) is None


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
