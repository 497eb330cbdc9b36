"""Tracking codes: what a hand mistypes is noticed, what any keypad types is understood."""

from hypothesis import given
from hypothesis import strategies as st

from rules.tracking_code import LENGTH, check_digit, clean, new_code, well_formed

randoms = st.integers(0, 9_999_999)


def code_of(number: int) -> str:
    return new_code(lambda _: number)


def test_damms_own_example() -> None:
    assert check_digit("572") == 4
    assert check_digit("5724") == 0


def test_the_store_asks_for_seven_random_digits() -> None:
    asked = []

    def below(limit: int) -> int:
        asked.append(limit)
        return 42

    assert new_code(below).startswith("0000042")
    assert asked == [10_000_000]


@given(randoms)
def test_every_code_given_is_well_formed(number: int) -> None:
    code = code_of(number)
    assert len(code) == LENGTH
    assert well_formed(code)


@given(randoms, st.integers(0, LENGTH - 1), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number: int, place: int, more: int) -> None:
    code = code_of(number)
    wrong = str((int(code[place]) + more) % 10)
    assert not well_formed(code[:place] + wrong + code[place + 1 :])


@given(randoms, st.integers(0, LENGTH - 2))
def test_two_neighbours_swapped_are_always_noticed(number: int, place: int) -> None:
    code = code_of(number)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert swapped == code or not well_formed(swapped)


@given(randoms)
def test_persian_and_arabic_digits_with_gaps_are_the_same_code(number: int) -> None:
    code = code_of(number)
    persian = code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    arabic = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert clean(f"{persian[:4]} {persian[4:]}") == code
    assert clean(f"{arabic[:4]}-{arabic[4:]}") == code


@given(st.text(max_size=12))
def test_anything_else_is_refused_without_a_fault(typed: str) -> None:
    if well_formed(clean(typed)):
        assert len(clean(typed)) == LENGTH


def test_digits_of_other_scripts_are_no_code() -> None:
    assert not well_formed("०००००००" + "०")
