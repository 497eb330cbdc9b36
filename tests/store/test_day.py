"""The service day: it opens by a clock that is trusted, and drops nobody."""

from dataclasses import replace
from datetime import timedelta

from booking_store.clock import Now
from mqtt.contract import (
    Answer,
    Book,
    Booked,
    CallNext,
    CancelBooking,
    Changed,
    CheckIn,
    Day,
    DayAnswer,
    DayStatus,
    EndDay,
    NoShow,
    OpenDay,
    Operation,
    PointState,
    Press,
    Reason,
    Refusal,
    RepairDay,
    ResumeReception,
    SetLate,
    StopReception,
    TakeWalkIn,
    TicketGiven,
    TicketOutcome,
    UntoldPapers,
)
from tests.store.clinic import SUNDAY, Clinic, moment_ms

MONDAY = SUNDAY + timedelta(days=1)


def told(clinic: Clinic, operation: Operation) -> DayAnswer:
    answer = clinic.ask("operator", operation)
    assert isinstance(answer, DayAnswer), answer
    return answer


def refused(answer: Answer) -> Reason:
    assert isinstance(answer, Refusal), answer
    return answer.reason


def press(clinic: Clinic, act: object, point: str = "counter-1") -> Answer:
    state = clinic.published["point", point]
    assert isinstance(state, PointState)
    pressed = Press(point=point, epoch=state.epoch, revision=state.revision, act=act)  # type: ignore[arg-type]  # an Act
    return clinic.ask(point, pressed)


def outcomes(clinic: Clinic) -> dict[int, str | None]:
    return {row.number: row.outcome for row in clinic.rows("SELECT number, outcome FROM tickets")}


# ------------------------------------------------------------------------------------------ the clock (law 10)


def test_an_untrusted_clock_opens_nothing_until_a_person_confirms_it(any_clinic: Clinic) -> None:
    told(any_clinic, EndDay())
    any_clinic.at("07:30", MONDAY)
    any_clinic.now = replace(any_clinic.now, trusted=False)
    any_clinic.wait(1)
    refusal = any_clinic.ask("operator", OpenDay())
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.date) == (Reason.CLOCK_NOT_TRUSTED, MONDAY.isoformat())
    assert told(any_clinic, OpenDay(confirm_clock=True)).date == MONDAY.isoformat()


def test_nobodys_word_makes_a_clock_right_that_stands_before_the_last_commit(clinic: Clinic) -> None:
    told(clinic, EndDay())
    clinic.now = replace(clinic.now, trusted=False, behind=True)
    assert refused(clinic.ask("operator", OpenDay(confirm_clock=True))) is Reason.CLOCK_NOT_TRUSTED


def test_a_clock_that_once_ran_ahead_is_right_again_by_a_repair_and_a_persons_word(any_clinic: Clinic) -> None:
    """A year ahead, a day opened there; then the network tells the true time, which the ledger takes for the past."""
    told(any_clinic, EndDay())
    any_clinic.at("07:30", MONDAY.replace(year=MONDAY.year + 1)).wait(0)
    wrong = any_clinic.day
    for _ in range(any_clinic.site.kiosks.walk_ins_in_a_row):
        any_clinic.walk_in()
    ahead_ms = any_clinic.now.ms
    monday_ms = moment_ms("07:30", MONDAY)
    any_clinic.now = Now(ahead_ms, trusted=False, behind=True, wall_ms=monday_ms)
    repaired = told(any_clinic, RepairDay(service_day=wrong, why="the clock stood a year ahead", confirm_clock=True))
    assert any_clinic.ledger.last_commit_ms == monday_ms
    assert any_clinic.one("SELECT number FROM audit WHERE what = 'time_taken_back'") is not None
    any_clinic.now = Now(monday_ms)
    any_clinic.wait(0)
    assert any_clinic.one("SELECT date FROM service_days WHERE ended_at_ms IS NULL").date == MONDAY.isoformat()
    assert any_clinic.walk_in() == min(repaired.ended)


def test_a_clock_that_ran_ahead_in_a_closed_night_is_repaired_without_any_day(any_clinic: Clinic) -> None:
    told(any_clinic, EndDay())
    monday_ms = moment_ms("07:30", MONDAY)
    ahead = Now(moment_ms("03:00", MONDAY.replace(year=MONDAY.year + 1)), trusted=False)
    any_clinic.now = ahead
    assert isinstance(any_clinic.ask("operator", SetLate(doctor=3, until=None)), Changed)
    only_the_time = RepairDay(service_day=0, why="the clock stood a year ahead", confirm_clock=True)
    assert refused(any_clinic.ask("operator", only_the_time)) is Reason.NOT_POSSIBLE_NOW, "the clock itself is still wrong"
    any_clinic.now = replace(ahead, behind=True, wall_ms=monday_ms)
    assert refused(any_clinic.ask("operator", OpenDay(confirm_clock=True))) is Reason.CLOCK_NOT_TRUSTED
    unconfirmed = RepairDay(service_day=0, why="the clock stood a year ahead")
    assert refused(any_clinic.ask("operator", unconfirmed)) is Reason.WRONG_SERVICE_DAY
    repaired = told(any_clinic, only_the_time)
    assert (repaired.service_day, repaired.date) == (0, MONDAY.isoformat())
    assert any_clinic.ledger.last_commit_ms == monday_ms
    assert any_clinic.one("SELECT void FROM service_days").void == 0
    any_clinic.now = Now(monday_ms)
    assert told(any_clinic, OpenDay()).date == MONDAY.isoformat()


def test_the_time_is_not_taken_from_under_an_open_day(clinic: Clinic) -> None:
    clinic.at("09:00").walk_in()
    clinic.now = Now(moment_ms("09:00"), trusted=False, behind=True, wall_ms=moment_ms("08:00"))
    answer = clinic.ask("operator", RepairDay(service_day=0, why="the clock stood ahead", confirm_clock=True))
    assert refused(answer) is Reason.NOT_POSSIBLE_NOW
    assert clinic.ledger.last_commit_ms == moment_ms("09:00")


def test_time_goes_back_for_nobody_who_did_not_confirm_the_clock(clinic: Clinic) -> None:
    clinic.at("09:00").walk_in()
    clinic.now = Now(moment_ms("09:00"), trusted=False, behind=True, wall_ms=moment_ms("08:00"))
    told(clinic, RepairDay(service_day=clinic.day, why="opened by mistake"))
    assert clinic.ledger.last_commit_ms == moment_ms("09:00")


# ------------------------------------------------------------------------------------------ by the hours


def test_the_hours_open_stop_and_end_the_day(any_clinic: Clinic) -> None:
    told(any_clinic, EndDay())
    hours = {"06:59": "closed", "07:00": "accepting", "13:00": "calling_only", "13:59": "calling_only", "14:00": "closed"}
    for clock, status in hours.items():
        any_clinic.at(clock, MONDAY).wait(0)
        any_clinic.publish()
        day = any_clinic.published["day", ""]
        assert isinstance(day, Day)
        assert day.status == status, clock


def test_who_still_waits_keeps_the_day_open_and_is_told_of_at_the_next(any_clinic: Clinic) -> None:
    number = any_clinic.walk_in()
    any_clinic.at("15:00").wait(0)
    assert any_clinic.one("SELECT status FROM service_days").status == DayStatus.CALLING_ONLY
    any_clinic.at("07:00", MONDAY).wait(0)
    days = any_clinic.rows("SELECT date, status FROM service_days ORDER BY id")
    assert [tuple(day) for day in days] == [(SUNDAY.isoformat(), "closed"), (MONDAY.isoformat(), "accepting")]
    assert outcomes(any_clinic) == {number: "day_closed"}
    trail = any_clinic.one("SELECT number, why FROM audit WHERE what = 'ended_with_the_day'")
    assert tuple(trail) == (number, "day_closed")


def test_tickets_taken_up_again_by_hand_are_not_stopped_again(clinic: Clinic) -> None:
    clinic.at("13:00").wait(0)
    told(clinic, ResumeReception())
    clinic.wait(60)
    assert clinic.one("SELECT status FROM service_days").status == DayStatus.ACCEPTING


def test_a_day_ended_by_hand_is_not_opened_again_by_the_hours_but_by_hand(clinic: Clinic) -> None:
    first = clinic.walk_in()
    ended = told(clinic, EndDay(outcome_for_waiting="sent home"))
    clinic.wait(60)
    assert clinic.rows("SELECT id FROM service_days WHERE ended_at_ms IS NULL") == []
    again = told(clinic, OpenDay())
    assert again.service_day == ended.service_day
    assert clinic.walk_in() == first + 1


# ------------------------------------------------------------------------------------------ by hand


def test_after_the_end_of_reception_no_ticket_but_calls(any_clinic: Clinic) -> None:
    number = any_clinic.walk_in()
    assert told(any_clinic, StopReception()).status is DayStatus.CALLING_ONLY
    assert refused(any_clinic.ask("kiosk-1", TakeWalkIn(department=11, service_day=any_clinic.day))) is Reason.CLOSED
    press(any_clinic, CallNext())
    state = any_clinic.published["point", "counter-1"]
    assert isinstance(state, PointState)
    assert state.current is not None
    assert state.current.number == number
    assert told(any_clinic, ResumeReception()).status is DayStatus.ACCEPTING
    any_clinic.walk_in()


def test_the_end_of_the_day_asks_for_an_outcome_of_each_who_waits(any_clinic: Clinic) -> None:
    called, missed, *waiting = [any_clinic.walk_in() for _ in range(4)]
    press(any_clinic, CallNext())
    press(any_clinic, CallNext(), "counter-2")
    press(any_clinic, NoShow(), "counter-2")
    refusal = any_clinic.ask("operator", EndDay())
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.numbers) == (Reason.TICKETS_WAITING, (called, *waiting))
    ended = told(any_clinic, EndDay(outcome_for_waiting="sent home"))
    assert set(ended.ended) == {called, missed, *waiting}
    assert outcomes(any_clinic) == {called: "served", missed: "absent"} | dict.fromkeys(waiting, "sent home")
    state = any_clinic.published["point", "counter-1"]
    assert isinstance(state, PointState)
    assert state.current is None


def test_each_who_waits_may_get_an_outcome_of_their_own(any_clinic: Clinic) -> None:
    any_clinic.at("08:05")
    told_of, served, unnamed = any_clinic.walk_in(), any_clinic.walk_in(), any_clinic.walk_in()
    own = (TicketOutcome(number=told_of, outcome="sent home"), TicketOutcome(number=served, outcome="served"))
    refusal = any_clinic.ask("operator", EndDay(outcomes=own))
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.numbers) == (Reason.TICKETS_WAITING, (unnamed,))
    gone = TicketOutcome(number=777, outcome="served")  # nobody's number, or one that ended meanwhile
    told(any_clinic, EndDay(outcomes=(*own, gone), outcome_for_waiting="day_closed"))
    assert outcomes(any_clinic) == {told_of: "sent home", served: "served", unnamed: "day_closed"}


def test_a_form_that_was_left_open_over_night_does_not_end_the_next_day(any_clinic: Clinic) -> None:
    yesterday = any_clinic.day
    told(any_clinic, EndDay(service_day=yesterday))
    any_clinic.at("08:00", MONDAY)
    told(any_clinic, OpenDay())
    refusal = any_clinic.ask("operator", EndDay(service_day=yesterday, outcome_for_waiting="left"))
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.WRONG_SERVICE_DAY
    told(any_clinic, ResumeReception())  # it is open still


def test_the_end_of_the_day_names_the_kiosks_that_have_not_said_what_they_printed(clinic: Clinic) -> None:
    answer = clinic.ask("kiosk-1", TakeWalkIn(department=11, service_day=clinic.day))
    assert isinstance(answer, TicketGiven)
    refusal = clinic.ask("operator", EndDay())
    assert isinstance(refusal, Refusal)
    assert refusal.untold == (UntoldPapers(kiosk="kiosk-1", tickets=1),)


def test_a_press_that_saw_the_day_before_its_end_does_nothing(clinic: Clinic) -> None:
    clinic.walk_in()
    press(clinic, CallNext())
    before = clinic.published["point", "counter-1"]
    told(clinic, EndDay(outcome_for_waiting="sent home"))
    told(clinic, OpenDay())
    clinic.published["point", "counter-1"] = before
    assert refused(press(clinic, CallNext())) is Reason.STALE


def test_a_day_opened_wrongly_is_undone_and_its_codes_are_good_again(any_clinic: Clinic) -> None:
    booked = any_clinic.ask("operator", Book(department=11))
    assert isinstance(booked, Booked)
    wrong = any_clinic.day
    given = any_clinic.ask("kiosk-1", CheckIn(code=booked.code, service_day=wrong))
    assert isinstance(given, TicketGiven)
    told(any_clinic, RepairDay(service_day=wrong, why="the clock stood on another day"))
    right = told(any_clinic, OpenDay())
    assert (right.date, right.service_day != wrong) == (SUNDAY.isoformat(), True)
    again = any_clinic.ask("kiosk-1", CheckIn(code=booked.code, service_day=right.service_day))
    assert isinstance(again, TicketGiven)
    assert not again.again
    assert refused(any_clinic.ask("operator", RepairDay(service_day=wrong, why=""))) is Reason.WRONG_SERVICE_DAY


def test_a_booking_of_a_day_that_was_repaired_can_be_cancelled(any_clinic: Clinic) -> None:
    booked = any_clinic.ask("operator", Book(department=11))
    assert isinstance(booked, Booked)
    wrong = any_clinic.day
    any_clinic.printed(CheckIn(code=booked.code, service_day=wrong))
    assert refused(any_clinic.ask("operator", CancelBooking(code=booked.code))) is Reason.NOT_POSSIBLE_NOW
    told(any_clinic, RepairDay(service_day=wrong, why="the clock stood on another day"))
    assert any_clinic.ask("operator", CancelBooking(code=booked.code)) == Changed()


def test_a_day_cannot_open_while_yesterdays_is_open(clinic: Clinic) -> None:
    clinic.at("07:30", MONDAY)
    refusal = clinic.ask("operator", OpenDay())
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.date) == (Reason.NOT_POSSIBLE_NOW, SUNDAY.isoformat())


def test_what_is_no_day_is_told(clinic: Clinic) -> None:
    told(clinic, EndDay())
    for operation in (EndDay(), StopReception(), ResumeReception()):
        assert refused(clinic.ask("operator", operation)) is Reason.CLOSED


# ------------------------------------------------------------------------------------------ late doctors


def test_a_late_doctor_is_on_the_ticket_until_here(any_clinic: Clinic) -> None:
    any_clinic.ask("operator", SetLate(doctor=3, until="10:30"))
    late = any_clinic.ask("kiosk-1", TakeWalkIn(department=12, doctor=3, service_day=any_clinic.day))
    assert isinstance(late, TicketGiven)
    assert late.late_until == "10:30"
    any_clinic.ask("operator", SetLate(doctor=3, until="09:00"))
    any_clinic.ask("operator", SetLate(doctor=3, until=None))
    assert any_clinic.rows("SELECT * FROM late_doctors") == []


def test_a_late_doctor_who_is_nobody_or_a_time_that_is_none_is_told(clinic: Clinic) -> None:
    assert refused(clinic.ask("operator", SetLate(doctor=9, until="10:30"))) is Reason.UNKNOWN_DOCTOR
    assert refused(clinic.ask("operator", SetLate(doctor=3, until="half ten"))) is Reason.BAD_DATE


def test_time_in_the_ledger_never_runs_back(clinic: Clinic) -> None:
    clinic.at("09:00").walk_in()
    clinic.at("08:00").walk_in()
    times = [row.issued_at_ms for row in clinic.rows("SELECT issued_at_ms FROM tickets ORDER BY id")]
    assert times == [moment_ms("09:00")] * 2


def test_who_asks_in_the_same_commit_as_the_day_changes_is_answered_by_the_changed_day(any_clinic: Clinic) -> None:
    ticket = TakeWalkIn(department=11, service_day=any_clinic.day)
    ended, refused = any_clinic.batch(("operator", EndDay(), None), ("kiosk-1", ticket, None))
    assert isinstance(ended.answer, DayAnswer)
    assert isinstance(refused.answer, Refusal)
    assert refused.answer.reason is Reason.CLOSED
    opened, given = any_clinic.batch(("operator", OpenDay(), None), ("kiosk-1", ticket, None))
    assert isinstance(opened.answer, DayAnswer)
    assert isinstance(given.answer, TicketGiven)
    stopped, refused = any_clinic.batch(("operator", StopReception(), None), ("kiosk-1", ticket, None))
    assert isinstance(stopped.answer, DayAnswer)
    assert isinstance(refused.answer, Refusal)


def test_what_is_so_already_is_answered_as_such_and_noted_once(clinic: Clinic) -> None:
    opened = told(clinic, OpenDay())
    assert (opened.service_day, opened.status) == (clinic.day, DayStatus.ACCEPTING)
    assert told(clinic, StopReception()) == told(clinic, StopReception())
    audited = clinic.rows(
        "SELECT what, count(*) AS times FROM audit WHERE what IN ('day_opened', 'reception_stopped') GROUP BY what"
    )
    assert {row.what: row.times for row in audited} == {"day_opened": 1, "reception_stopped": 1}
