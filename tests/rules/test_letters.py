"""A letter's number and code, how long it is good, and the references of questions to the insurance department."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.inquiries import inquiry_of, reference
from rules.letters import (
    Letter,
    NotUsed,
    Standing,
    clean_letter_code,
    in_groups,
    letter_number,
    new_letter_code,
    standing,
    why_not_used,
)

TODAY = date(2026, 11, 22)
LETTER = Letter(1405, 123, "1234567897", "72-1", TODAY, TODAY + timedelta(days=30), handed_over=True)


def test_a_letters_number_has_its_year_and_six_digits() -> None:
    assert LETTER.number == letter_number(1405, 123) == "1405/000123"


@given(st.integers(0, 10**9 - 1), st.integers(0, 9), st.integers(1, 9))
def test_a_code_with_one_wrong_digit_is_not_even_looked_up(chosen: int, place: int, off: int) -> None:
    code = new_letter_code(lambda _: chosen)
    assert clean_letter_code(f" {in_groups(code)} ") == code
    wrong = code[:place] + str((int(code[place]) + off) % 10) + code[place + 1 :]
    assert clean_letter_code(wrong) is None


def test_what_is_no_code_at_all_is_none() -> None:
    assert clean_letter_code("") is None
    assert clean_letter_code("12345") is None
    assert clean_letter_code("حسن علی ۱۲") is None


def test_every_code_of_nine_digits_is_as_likely_as_any_other() -> None:
    asked: list[int] = []

    def least(below: int) -> int:
        asked.append(below)
        return 0

    assert clean_letter_code(new_letter_code(least)) == "0000000000"
    assert asked == [1_000_000_000]


def test_codes_are_not_guessed_from_each_other() -> None:
    chance = Random(7)  # noqa: S311  the same codes in each run
    codes = {new_letter_code(chance.randrange) for _ in range(1000)}
    assert len(codes) == 1000


@pytest.mark.parametrize(
    ("letter", "stands"),
    [
        (LETTER, Standing.VALID),
        (replace(LETTER, until=TODAY), Standing.VALID),
        (replace(LETTER, until=TODAY - timedelta(days=1)), Standing.EXPIRED),
        (replace(LETTER, used=True, until=TODAY - timedelta(days=1)), Standing.USED),
        (replace(LETTER, void=True), Standing.VOID),
    ],
)
def test_a_letter_tells_one_word_of_itself(letter: Letter, stands: Standing) -> None:
    assert standing(letter, TODAY) is stands


@pytest.mark.parametrize(
    ("letter", "office", "why"),
    [
        (LETTER, "72-1", None),
        (replace(LETTER, used=True), "72-1", NotUsed.ALREADY_USED),
        (replace(LETTER, until=TODAY - timedelta(days=1)), "72-1", NotUsed.EXPIRED),
        (replace(LETTER, void=True), "72-1", NotUsed.VOID),
        (LETTER, "72-2", NotUsed.OTHER_OFFICE),
        (replace(LETTER, handed_over=False), "72-1", NotUsed.NOT_HANDED_OVER),
    ],
)
def test_a_letter_is_used_once_in_time_and_where_it_is_addressed_to(letter: Letter, office: str, why: NotUsed | None) -> None:
    assert why_not_used(letter, office, TODAY) is why


@given(st.integers(1, 10**9 - 1))
def test_an_answer_finds_its_question_by_the_reference_however_it_was_typed(inquiry: int) -> None:
    assert inquiry_of(reference(inquiry)) == inquiry
    assert (
        inquiry_of(f" {reference(inquiry)[:1]}-{reference(inquiry)[1:]} ".translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")))
        == inquiry
    )


@pytest.mark.parametrize("wrong", ["", "7", "12-9", "abc", "0-0", "۱۲۳۴-۵"])
def test_a_reference_with_a_wrong_digit_finds_nobody(wrong: str) -> None:
    assert inquiry_of(wrong) is None
