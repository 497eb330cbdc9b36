"""A code at the kiosk: each case in the clinic's words, and no visit without a decision."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt.contract import Reason
from rules.check_in import Admitted, NotAdmitted, NotNow, SameTicket, Visit, decide
from rules.journey import State
from rules.site import CheckInWindow
from tests.rules.kosar import SATURDAY, SUNDAY, at

KOSAR = CheckInWindow(early_minutes=None, late_minutes=0)
STRICT = CheckInWindow(early_minutes=30, late_minutes=5)
MORNING = Visit(date=SUNDAY, starts=at("08:00"), ends=at("12:30"))


def at_the_kiosk(visit: Visit | None, clock: str = "07:30", window: CheckInWindow = KOSAR, accepting: bool = True) -> object:
    return decide(visit, SUNDAY, accepting, window, at(clock))


def refused(*asked: object, **more: object) -> NotNow:
    decision = at_the_kiosk(*asked, **more)  # type: ignore[arg-type]  # a test's shorthand
    assert isinstance(decision, NotAdmitted), decision
    return decision.reason


def test_every_refusal_of_the_rule_is_a_reason_of_the_contract() -> None:
    assert {str(reason) for reason in NotNow} <= {str(reason) for reason in Reason}


def test_whoever_comes_early_on_the_right_day_gets_a_ticket() -> None:
    assert at_the_kiosk(MORNING, "07:01") == Admitted()


def test_a_code_that_nobody_was_given() -> None:
    assert refused(None) is NotNow.NO_SUCH_CODE


def test_yesterdays_code_is_told_its_day() -> None:
    decision = at_the_kiosk(replace(MORNING, date=SATURDAY))
    assert decision == NotAdmitted(NotNow.WRONG_DAY, date=SATURDAY)


def test_where_times_are_given_the_wrong_day_is_told_with_its_time() -> None:
    decision = at_the_kiosk(replace(MORNING, date=SATURDAY, time=at("09:20")))
    assert decision == NotAdmitted(NotNow.WRONG_DAY, date=SATURDAY, time=at("09:20"))


def test_where_no_end_is_set_nobody_comes_too_late() -> None:
    open_end = CheckInWindow(early_minutes=30, late_minutes=None)
    assert at_the_kiosk(MORNING, "19:00", open_end) == Admitted()
    assert at_the_kiosk(MORNING, "07:29", open_end) == NotAdmitted(NotNow.TOO_EARLY, date=SUNDAY, time=at("07:30"))


def test_a_cancelled_code_for_tomorrow_is_told_so_at_once() -> None:
    assert refused(replace(MORNING, date=SUNDAY + timedelta(days=1), cancelled=True)) is NotNow.CANCELLED


def test_an_absent_doctors_patient_does_not_come_back_in_vain() -> None:
    assert refused(replace(MORNING, doctor_absent=True)) is NotNow.DOCTOR_ABSENT
    assert refused(replace(MORNING, doctor_absent=True, date=SUNDAY + timedelta(days=1))) is NotNow.DOCTOR_ABSENT
    assert refused(replace(MORNING, doctor_absent=True, date=SATURDAY)) is NotNow.WRONG_DAY


def test_the_session_is_over() -> None:
    assert at_the_kiosk(MORNING, "12:30") == Admitted()
    assert at_the_kiosk(MORNING, "12:31") == NotAdmitted(NotNow.TOO_LATE, date=SUNDAY, time=at("12:30"))


def test_a_late_doctor_moves_the_end_but_not_the_beginning() -> None:
    late = replace(MORNING, late_until=at("09:30"))
    assert at_the_kiosk(late, "13:59") == Admitted()
    assert refused(late, "14:01") is NotNow.TOO_LATE
    assert at_the_kiosk(late, "07:30", STRICT) == Admitted()


@pytest.mark.parametrize("window", [KOSAR, CheckInWindow(late_minutes=15), CheckInWindow()])
def test_who_is_announced_to_be_gone_takes_no_code_after_it_however_late_they_came(window: CheckInWindow) -> None:
    gone = replace(MORNING, ends=at("11:00"), late_until=at("09:30"), gone_from=at("11:00"))
    assert at_the_kiosk(gone, "11:00", window) == Admitted()
    assert at_the_kiosk(gone, "11:01", window) == NotAdmitted(NotNow.TOO_LATE, date=SUNDAY, time=at("11:00"))


def test_who_leaves_after_all_who_come_late_have_come_shortens_nothing() -> None:
    late = replace(MORNING, late_until=at("08:30"), gone_from=at("14:00"))
    assert at_the_kiosk(late, "13:00") == Admitted()
    assert refused(late, "13:01") is NotNow.TOO_LATE


def test_where_times_are_given_the_window_is_around_the_time() -> None:
    visit = replace(MORNING, time=at("10:00"))
    assert at_the_kiosk(visit, "09:29", STRICT) == NotAdmitted(NotNow.TOO_EARLY, date=SUNDAY, time=at("09:30"))
    assert at_the_kiosk(visit, "09:30", STRICT) == Admitted()
    assert at_the_kiosk(visit, "10:05", STRICT) == Admitted()
    assert refused(visit, "10:06", STRICT) is NotNow.TOO_LATE


def test_after_the_end_of_reception_a_new_code_comes_too_late_but_a_lost_paper_is_printed() -> None:
    assert refused(MORNING, accepting=False) is NotNow.CLOSED
    holder = replace(MORNING, number=250, state=State.WAITING)
    assert at_the_kiosk(holder, accepting=False) == SameTicket(250)


@pytest.mark.parametrize("state", [State.WAITING, State.CALLED, State.AWAY, State.PARKED])
def test_a_code_typed_again_gets_the_same_ticket(state: State) -> None:
    assert at_the_kiosk(replace(MORNING, number=250, state=state), "12:59") == SameTicket(250)


def test_whoever_missed_the_call_is_back_in_line() -> None:
    assert at_the_kiosk(replace(MORNING, number=250, state=State.ABSENT)) == SameTicket(250, back_in_line=True)


@pytest.mark.parametrize("state", [State.DONE, State.NOT_SERVED])
def test_a_finished_code_is_told_so(state: State) -> None:
    decision = at_the_kiosk(replace(MORNING, number=250, state=state))
    assert decision == NotAdmitted(NotNow.ALREADY_SERVED, date=SUNDAY, number=250)


def test_whom_reception_told_that_the_doctor_is_not_there_was_not_served() -> None:
    told = replace(MORNING, number=250, state=State.DONE, sent_away=True)
    assert refused(told) is NotNow.DOCTOR_ABSENT


@pytest.mark.parametrize("state", [State.WAITING, State.ABSENT, State.DONE])
def test_whose_visit_was_moved_to_another_day_is_told_that_day_whatever_paper_they_have(state: State) -> None:
    tuesday = SUNDAY + timedelta(days=2)
    moved = replace(MORNING, date=tuesday, number=250, state=state)
    assert at_the_kiosk(moved) == NotAdmitted(NotNow.WRONG_DAY, date=tuesday)


def test_a_paper_that_never_came_out_leaves_the_code_free() -> None:
    assert at_the_kiosk(replace(MORNING, number=250, state=State.VOID)) == Admitted()


@given(
    st.sampled_from([SATURDAY, SUNDAY, SUNDAY + timedelta(days=3)]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, *State]),
    st.booleans(),
    st.sampled_from([KOSAR, STRICT, CheckInWindow()]),
    st.integers(0, 23),
)
def test_a_ticket_is_given_only_on_its_day_while_tickets_are_given(
    day: object, cancelled: bool, absent: bool, state: State | None, accepting: bool, window: CheckInWindow, hour: int
) -> None:
    visit = replace(MORNING, date=day, cancelled=cancelled, doctor_absent=absent, number=state and 250, state=state)
    decision = decide(visit, SUNDAY, accepting, window, at(f"{hour:02}:00"))
    if decision == Admitted():
        assert (day, cancelled, absent, accepting) == (SUNDAY, False, False, True)
        assert state in (None, State.VOID)
    if isinstance(decision, SameTicket):
        assert decision.number == 250
