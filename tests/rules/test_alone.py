"""What a kiosk answers while nobody can be asked: nobody is turned away who would be let in, and no number is given twice."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.alone import (
    CLOCK_BEHIND_MS,
    Coded,
    Day,
    Gives,
    OwnPaper,
    Refuses,
    Share,
    Sheet,
    WhyNot,
    accepting,
    answer_code,
    answer_help,
    answer_walk_in,
    day_at,
    number_after,
    shares_left,
    trusted_ms,
)
from rules.code_digest import digest_of
from rules.journey import State
from rules.site import NumberRange

NOW = 10_000_000
HOUR = 3_600_000
SALT = "c2FsdA=="
CODE, OTHER = "12345678", "87654321"
DAY = Day("2026-11-22", 7, accepting=True, tickets_from_ms=NOW - HOUR, tickets_until_ms=NOW + HOUR, salt=SALT)
SHEET = Sheet(as_of_ms=NOW, numbers=NumberRange(950, 953), cost=2, today=DAY)


def knowing(coded: Coded, code: str = CODE) -> Day:
    return replace(DAY, codes={digest_of(code, SALT, 2): coded})


def paper(number: int, **facts: object) -> OwnPaper:
    return OwnPaper(DAY.date, number, **facts)  # type: ignore[arg-type]  # facts by field name


# ------------------------------------------------------------------------------------------------- codes


def test_a_booked_patient_gets_the_first_number_of_the_kiosks_own() -> None:
    booked = Coded(department=12, doctor=3)
    assert answer_code(SHEET, knowing(booked), (), CODE, NOW) == Gives(950, 12, 3, booked)


def test_a_code_that_has_its_ticket_gets_the_same_number_even_when_the_doors_are_closed() -> None:
    has = Coded(department=12, number=104, state=State.WAITING)
    closed = replace(knowing(has), accepting=False)
    assert answer_code(SHEET, closed, (), CODE, NOW) == Gives(104, 12, None, has, again=True)


def test_the_same_code_again_at_the_same_kiosk_gets_the_number_that_it_gave() -> None:
    booked = Coded(department=12, doctor=3)
    given_before = (paper(951, code=OTHER), paper(952, code=CODE))
    assert answer_code(SHEET, knowing(booked), given_before, CODE, NOW) == Gives(952, 12, 3, booked, again=True)


def test_a_paper_that_never_came_out_is_no_ones_number() -> None:
    answer = answer_code(SHEET, knowing(Coded(department=12)), (paper(951, code=CODE, out=False),), CODE, NOW)
    assert isinstance(answer, Gives)
    assert (answer.number, answer.again) == (952, False)


def test_an_unknown_code_gets_a_provisional_ticket_to_reception_and_the_same_one_again() -> None:
    assert answer_code(SHEET, DAY, (), CODE, NOW) == Gives(950, None, None, provisional=True)
    again = answer_code(SHEET, DAY, (paper(950, code=CODE),), CODE, NOW)
    assert again == Gives(950, None, None, again=True, provisional=True)


@pytest.mark.parametrize(
    ("coded", "why"),
    [
        (Coded(12, number=104, state=State.DONE), WhyNot.ALREADY_SERVED),
        (Coded(12, number=104, state=State.NOT_SERVED, doctor_absent=True), WhyNot.DOCTOR_ABSENT),
        (Coded(12, cancelled=True), WhyNot.CANCELLED),
        (Coded(12, doctor_absent=True), WhyNot.DOCTOR_ABSENT),
        (Coded(12, good_from_ms=NOW + 1), WhyNot.TOO_EARLY),
        (Coded(12, good_until_ms=NOW - 1), WhyNot.TOO_LATE),
    ],
)
def test_why_a_code_gets_no_ticket_is_said_as_the_store_says_it(coded: Coded, why: WhyNot) -> None:
    answer = answer_code(SHEET, knowing(coded), (), CODE, NOW)
    assert isinstance(answer, Refuses)
    assert answer.why is why


def test_a_void_ticket_is_none() -> None:
    void = Coded(12, number=104, state=State.VOID)
    assert answer_code(SHEET, knowing(void), (), CODE, NOW) == Gives(950, 12, None, void)


def test_who_cannot_be_told_the_time_is_let_in() -> None:
    late = Coded(12, good_until_ms=NOW - HOUR)
    assert isinstance(answer_code(SHEET, knowing(late), (), CODE, None), Gives)


# ------------------------------------------------------------------------------------------------ walk-ins


def test_a_walk_in_takes_a_turn_of_the_session_that_ends_first() -> None:
    day = replace(DAY, shares=(Share(12, 4, NOW + 2 * HOUR, 2), Share(12, 3, NOW + HOUR, 1), Share(20, None, NOW + HOUR, 1)))
    assert answer_walk_in(SHEET, day, (), 12, None, NOW) == Gives(950, 12, 3)
    assert answer_walk_in(SHEET, day, (paper(950, department=12, doctor=3),), 12, 0, NOW) == Gives(951, 12, 4)
    assert answer_walk_in(SHEET, day, (), 12, 4, NOW) == Gives(950, 12, 4)


def test_when_the_kept_turns_are_given_the_way_is_to_reception() -> None:
    day = replace(DAY, shares=(Share(12, 3, NOW + HOUR, 1),))
    taken = (paper(950, department=12, doctor=3, given_at_ms=NOW - 1),)
    assert answer_walk_in(SHEET, day, taken, 12, None, NOW) == Refuses(WhyNot.SHARE_USED_UP, 12)
    assert answer_walk_in(SHEET, day, (), 20, None, NOW) == Refuses(WhyNot.NO_SESSION, 20)
    assert answer_help(SHEET, day, taken, NOW) == Gives(951, None, None)


def test_a_paper_takes_a_turn_of_its_own_session_and_of_none_that_has_nothing_left() -> None:
    heart, laboratory = Share(12, 3, NOW + HOUR, 2), Share(20, None, NOW + 2 * HOUR, 1)
    evening = Share(20, None, NOW + 3 * HOUR, 1)
    day = replace(DAY, shares=(laboratory, evening, heart))
    one, two = (paper(number, department=20, given_at_ms=NOW - 1) for number in (950, 951))
    assert shares_left(day, (one,), NOW) == (heart, replace(laboratory, left=0), evening)
    assert shares_left(day, (one, two), NOW) == (heart, replace(laboratory, left=0), replace(evening, left=0))
    assert shares_left(day, (one, two, paper(952, department=20)), NOW) == shares_left(day, (one, two), NOW)


def test_an_evening_paper_takes_no_turn_of_the_morning() -> None:
    day = replace(DAY, shares=(Share(12, 3, NOW - 1, 2), Share(12, 3, NOW + HOUR, 2)))
    evening = (paper(950, department=12, doctor=3, given_at_ms=NOW),)
    assert shares_left(day, evening, NOW) == (Share(12, 3, NOW + HOUR, 1),)


def test_a_session_that_is_over_gives_nothing_where_the_time_is_known() -> None:
    day = replace(DAY, shares=(Share(12, 3, NOW, 2),))
    assert answer_walk_in(SHEET, day, (), 12, None, NOW) == Refuses(WhyNot.NO_SESSION, 12)
    assert isinstance(answer_walk_in(SHEET, day, (), 12, None, None), Gives)


# ------------------------------------------------------------------------------------------- day and numbers


def test_after_hours_nothing_is_given_and_without_a_clock_the_stores_last_word_holds() -> None:
    assert accepting(DAY, NOW)
    assert not accepting(DAY, DAY.tickets_until_ms)
    assert accepting(DAY, None)
    assert not accepting(replace(DAY, accepting=False), None)
    assert answer_help(SHEET, DAY, (), DAY.tickets_until_ms) == Refuses(WhyNot.CLOSED)


def test_tomorrow_begins_when_its_tickets_do_and_only_by_a_trusted_time() -> None:
    tomorrow = replace(DAY, date="2026-11-23", service_day=0, tickets_from_ms=NOW + 20 * HOUR)
    sheet = replace(SHEET, tomorrow=tomorrow)
    assert day_at(sheet, NOW) == DAY
    assert day_at(sheet, NOW + 20 * HOUR) == tomorrow
    assert day_at(sheet, None) == DAY


def test_a_kiosks_own_clock_that_stands_before_the_stores_last_word_is_wrong() -> None:
    assert trusted_ms(SHEET, store_ms=NOW + 5, own_ms=NOW + HOUR) == NOW + 5
    assert trusted_ms(SHEET, store_ms=None, own_ms=NOW + HOUR) == NOW + HOUR
    assert trusted_ms(SHEET, store_ms=None, own_ms=NOW - CLOCK_BEHIND_MS - 1) is None
    assert trusted_ms(SHEET, store_ms=None, own_ms=None) is None


def test_a_number_is_above_all_that_the_store_and_the_kiosk_know_of_the_day() -> None:
    assert number_after(SHEET, replace(DAY, highest=951), ()) == 952
    assert number_after(SHEET, replace(DAY, highest=951), (paper(952),)) == 953
    assert number_after(SHEET, DAY, (OwnPaper("2026-11-21", 952),)) == 950, "yesterday's numbers are free again"
    assert number_after(SHEET, DAY, (paper(104),)) == 950, "a store's number that it printed again is none of its own"


def test_a_range_that_is_used_up_gives_nothing_more() -> None:
    assert answer_help(SHEET, DAY, (paper(953),), NOW) == Refuses(WhyNot.NUMBERS_USED_UP)


@given(highest=st.none() | st.integers(940, 960), outs=st.lists(st.booleans(), max_size=6))
def test_no_number_is_given_twice_whatever_became_of_the_papers(highest: int | None, outs: list[bool]) -> None:
    day, papers, numbers = replace(DAY, highest=highest), (), []
    for out in outs:
        number = number_after(SHEET, day, papers)
        if number is None:
            break
        numbers.append(number)
        papers = (*papers, paper(number, out=out))
    assert all(before < after for before, after in pairwise(numbers))
    assert all(950 <= number <= 953 and number > (highest or 0) for number in numbers)
