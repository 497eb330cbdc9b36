"""What a kiosk alone says with its no: for which department and doctor, until when, which number; and the edges of turns."""

from dataclasses import replace

import pytest

from rules.alone import (
    CLOCK_BEHIND_MS,
    Coded,
    Gives,
    OwnPaper,
    Refuses,
    Share,
    WhyNot,
    answer_code,
    answer_help,
    answer_walk_in,
    number_after,
    shares_left,
    trusted_ms,
)
from rules.journey import State
from tests.rules.test_alone import CODE, DAY, HOUR, NOW, OTHER, SHEET, knowing, paper

FROM, UNTIL, AT = NOW - 600_000, NOW + 600_000, NOW + 60_000
BOOKED = Coded(department=12, doctor=3, time_ms=AT, good_from_ms=FROM, good_until_ms=UNTIL)
AFTER_HOURS = DAY.tickets_until_ms


def said(coded: Coded, now_ms: int | None = NOW) -> Gives | Refuses:
    return answer_code(SHEET, knowing(coded), (), CODE, now_ms)


def left(*shares: Share, papers: tuple[OwnPaper, ...] = (), now_ms: int | None = NOW) -> list[int]:
    return [share.left for share in shares_left(replace(DAY, shares=shares), papers, now_ms)]


# --------------------------------------------------------------------------------------- what goes with a no


def test_who_comes_too_early_or_too_late_hears_for_whom_and_from_or_until_when() -> None:
    assert said(BOOKED, FROM - 1) == Refuses(WhyNot.TOO_EARLY, 12, 3, FROM)
    assert said(BOOKED, UNTIL + 1) == Refuses(WhyNot.TOO_LATE, 12, 3, UNTIL)


def test_the_first_and_the_last_moment_of_a_code_are_good() -> None:
    assert said(BOOKED, FROM) == said(BOOKED, UNTIL) == Gives(950, 12, 3, BOOKED)


@pytest.mark.parametrize(("fact", "why"), [("cancelled", WhyNot.CANCELLED), ("doctor_absent", WhyNot.DOCTOR_ABSENT)])
def test_a_booking_that_is_no_more_is_named_with_its_doctor_and_hour(fact: str, why: WhyNot) -> None:
    assert said(replace(BOOKED, **{fact: True})) == Refuses(why, 12, 3, AT)  # type: ignore[arg-type]  # facts by field name


@pytest.mark.parametrize(("absent", "why"), [(False, WhyNot.ALREADY_SERVED), (True, WhyNot.DOCTOR_ABSENT)])
def test_a_ticket_whose_turn_is_over_is_named_with_its_doctor_and_number(absent: bool, why: WhyNot) -> None:
    over = replace(BOOKED, number=104, state=State.DONE, doctor_absent=absent)
    assert said(over) == Refuses(why, 12, 3, number=104)


def test_a_code_that_has_its_ticket_gets_it_for_the_same_doctor() -> None:
    has = replace(BOOKED, number=104, state=State.WAITING)
    assert said(has) == Gives(104, 12, 3, has, again=True)


def test_doors_that_are_closed_are_said_before_the_hour_of_the_code() -> None:
    late = replace(BOOKED, good_until_ms=NOW)
    assert said(late, AFTER_HOURS) == Refuses(WhyNot.CLOSED, 12, 3)


def test_after_hours_a_code_that_nobody_knows_and_a_walk_in_get_nothing_either() -> None:
    day = replace(DAY, shares=(Share(12, 3, AFTER_HOURS + HOUR, 1),))
    assert answer_code(SHEET, DAY, (), OTHER, AFTER_HOURS) == Refuses(WhyNot.CLOSED)
    assert answer_walk_in(SHEET, day, (), 12, None, AFTER_HOURS) == Refuses(WhyNot.CLOSED, 12, 3)
    assert answer_walk_in(SHEET, DAY, (), 12, 3, AFTER_HOURS) == Refuses(WhyNot.CLOSED)


def test_without_a_turn_the_department_and_the_doctor_are_named() -> None:
    assert answer_walk_in(SHEET, DAY, (), 12, 3, NOW) == Refuses(WhyNot.NO_SESSION, 12, 3)
    given = replace(DAY, shares=(Share(12, 3, UNTIL, 0),))
    assert answer_walk_in(SHEET, given, (), 12, 3, NOW) == Refuses(WhyNot.SHARE_USED_UP, 12, 3)


def test_a_range_that_is_used_up_names_for_whom_there_is_no_number() -> None:
    used_up = (paper(953),)
    assert answer_code(SHEET, knowing(BOOKED), used_up, CODE, NOW) == Refuses(WhyNot.NUMBERS_USED_UP, 12, 3)
    assert answer_help(SHEET, DAY, used_up, NOW) == Refuses(WhyNot.NUMBERS_USED_UP)


# -------------------------------------------------------------------------------- turns, numbers and the clock


def test_each_paper_takes_one_turn_and_what_the_first_session_has_not_is_taken_from_the_next() -> None:
    morning, evening = Share(12, 3, UNTIL, 1), Share(12, 3, UNTIL + HOUR, 3)
    papers = tuple(paper(number, department=12, doctor=3) for number in (950, 951, 952))
    assert left(morning, evening, papers=papers) == [0, 1]


def test_papers_with_a_code_of_another_day_or_in_nobodys_hand_take_no_turn() -> None:
    papers = (
        paper(950, department=12, doctor=3, code=CODE),
        paper(951, department=12, doctor=3, out=False),
        replace(paper(952, department=12, doctor=3), date="2026-11-21"),
        paper(953),
    )
    share = Share(12, 3, UNTIL, 4)
    assert left(share, papers=papers) == [4]
    assert left(share, papers=(*papers, paper(954, department=12, doctor=3))) == [3], "and none stands in front of the next"


def test_a_paper_given_at_the_very_end_of_a_session_takes_a_turn_of_the_next() -> None:
    at_the_end = paper(950, department=12, doctor=3, given_at_ms=UNTIL)
    assert left(Share(12, 3, UNTIL, 1), Share(12, 3, UNTIL + HOUR, 1), papers=(at_the_end,)) == [1, 0]


def test_a_number_of_another_range_does_not_use_up_the_kiosks_own() -> None:
    assert number_after(SHEET, DAY, (paper(104), paper(954))) == 950


def test_a_kiosks_own_clock_may_stand_a_little_behind_the_sheet_and_no_more() -> None:
    behind = SHEET.as_of_ms - CLOCK_BEHIND_MS
    assert trusted_ms(SHEET, None, behind) == behind
    assert trusted_ms(SHEET, None, behind - 1) is None
    assert trusted_ms(SHEET, None, SHEET.as_of_ms) == SHEET.as_of_ms
