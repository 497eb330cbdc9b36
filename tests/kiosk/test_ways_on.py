"""Where a refusal leads on to, and what stands on each page of a long list: the kiosk never offers what is not to be had."""

import msgspec
import pytest

from kiosk_device.visit.choices import ON_A_PAGE, Choice, next_page, page_of, pressed
from kiosk_device.visit.refusals import ALONE_FULL, MOVED, OFF, PASSED, NextStep, next_step, screen_of, walk_ins_left
from mqtt.contract import Day, DayStatus, Name, PrinterStatus, Reason, Refusal, WalkInsLeft
from tests.kiosk.clinic import DAY

YESTERDAY, TODAY, TOMORROW = "2026-11-21", "2026-11-22", "2026-11-23"
FULL = pytest.mark.parametrize("reason", [Reason.SHARE_USED_UP, Reason.SESSION_FULL, Reason.NO_SESSION])


def day(left: int = 0, **facts: object) -> Day:
    """An accepting Sunday with so many walk-in turns in department 12, one of which is its doctor's."""
    turns = (WalkInsLeft(department=12, left=left), WalkInsLeft(department=12, doctor=3, left=1))
    usual: dict[str, object] = {"date": TODAY, "status": DayStatus.ACCEPTING, "walk_ins": turns}
    return msgspec.structs.replace(DAY, **usual | facts)


def step(reason: Reason, today: Day | None, printer: PrinterStatus = PrinterStatus.OK, **facts: object) -> NextStep:
    alone = bool(facts.pop("alone", False))
    return next_step(Refusal(reason=reason, **facts), today, printer, alone=alone)  # type: ignore[arg-type]  # facts by name


SUNDAY = day()


# ------------------------------------------------------------------------------------------- the way on


def test_alone_a_kiosk_promises_no_turns_that_others_would_release() -> None:
    given = Refusal(reason=Reason.SHARE_USED_UP, department=12, more_later=True)
    assert screen_of(given, SUNDAY) == "more_later"
    assert screen_of(given, SUNDAY, alone=True) == "alone_full"


def test_the_last_turn_of_another_department_is_offered_and_none_is_not() -> None:
    assert walk_ins_left(day(1)) == 1, "a doctor's turns are among the department's"
    assert step(Reason.SHARE_USED_UP, day(1)) is NextStep.OTHER_DEPARTMENT
    assert step(Reason.SHARE_USED_UP, day(0)) is NextStep.RECEPTION


def test_turns_of_a_department_that_is_closed_are_none() -> None:
    closed = day(walk_ins=(WalkInsLeft(department=12, left=5, closed=True), WalkInsLeft(department=21, left=2)))
    assert walk_ins_left(closed) == 2
    assert walk_ins_left(None) == 0


def test_a_cancelled_booking_may_become_a_walk_in_while_turns_are_left_as_the_store_counts_them() -> None:
    assert step(Reason.CANCELLED, day(1)) is NextStep.WALK_IN
    assert step(Reason.CANCELLED, day(0)) is NextStep.HELP_TICKET
    assert step(Reason.CANCELLED, day(0), walk_ins_left=1) is NextStep.WALK_IN
    assert step(Reason.CANCELLED, day(9), walk_ins_left=0) is NextStep.HELP_TICKET


@pytest.mark.parametrize("today", [None, day(5, status=DayStatus.CLOSED)])
def test_where_no_tickets_are_given_the_way_is_to_reception(today: Day | None) -> None:
    for reason in (Reason.CANCELLED, Reason.SHARE_USED_UP, Reason.DOCTOR_ABSENT):
        assert step(reason, today) is NextStep.RECEPTION


def test_a_visit_moved_to_a_day_to_come_has_a_slip_where_there_is_a_printer() -> None:
    assert step(Reason.WRONG_DAY, day(), moved=True, date=TOMORROW) is NextStep.SLIP
    assert step(Reason.WRONG_DAY, day(), PrinterStatus.NONE, moved=True, date=TOMORROW) is not NextStep.SLIP


@FULL
def test_a_kiosk_alone_sends_to_reception_for_the_turns_that_it_may_not_give(reason: Reason) -> None:
    assert screen_of(Refusal(reason=reason), day(1), alone=True) == ALONE_FULL.screen
    assert screen_of(Refusal(reason=reason), day(1)) != ALONE_FULL.screen
    assert step(reason, day(0), alone=True) is NextStep.HELP_TICKET
    assert screen_of(Refusal(reason=Reason.CANCELLED), day(1), alone=True) == "cancelled"


# ------------------------------------------------------------------------------------ which screen says why


def test_a_day_that_is_over_is_told_from_today_and_from_one_to_come() -> None:
    def told(date: str | None, today: Day | None = SUNDAY, *, moved: bool = False) -> str:
        return screen_of(Refusal(reason=Reason.WRONG_DAY, date=date, moved=moved), today)

    assert told(YESTERDAY) == PASSED
    usual = told(TOMORROW)
    assert usual not in {PASSED, MOVED.screen}
    assert told(TODAY) == told(None) == usual
    assert told(TOMORROW, moved=True) == MOVED.screen
    assert told(TODAY, moved=True) == usual, "it was moved to today: there is no day to come back on"
    assert told(YESTERDAY, None) == usual, "who does not know the day says of none that it is over"


def test_a_visit_that_is_off_is_told_from_a_doctor_who_is_absent_today() -> None:
    def told(doctor: int | None, date: str | None, today: Day | None = SUNDAY) -> str:
        return screen_of(Refusal(reason=Reason.DOCTOR_ABSENT, doctor=doctor, date=date), today)

    assert told(3, TODAY) == told(3, None) == told(3, TOMORROW, None) == "doctor_absent"
    assert told(None, TODAY) == told(3, TOMORROW) == OFF


# -------------------------------------------------------------------------------------------- long lists


def choices(count: int) -> tuple[Choice, ...]:
    return tuple(Choice(code, Name(fa="بخش"), 1, open=True) for code in range(1, count + 1))


def test_the_pages_of_a_list_go_round_and_hold_every_choice_once() -> None:
    for count in (1, ON_A_PAGE, ON_A_PAGE + 1, 2 * ON_A_PAGE, 2 * ON_A_PAGE + 1):
        seen: list[Choice] = []
        listed, page = choices(count), 0
        while True:
            seen += page_of(listed, page)
            page = next_page(listed, page)
            if page == 0:
                break
        assert tuple(seen) == listed


def test_a_page_that_the_list_lost_is_the_first() -> None:
    assert page_of(choices(2), 1) == choices(2)
    assert page_of(choices(ON_A_PAGE), 1) == choices(ON_A_PAGE)


def test_only_a_key_that_stands_beside_a_choice_chooses() -> None:
    listed = choices(3)
    assert [pressed(listed, 0, digit) for digit in "0123"] == [None, *listed]
    assert pressed(listed, 0, "4") is None
