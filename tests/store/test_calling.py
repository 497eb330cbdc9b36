"""The buttons of counters and rooms: one press, one effect, and the store's word on what is so."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace as fields
from sqlalchemy.exc import IntegrityError

from mqtt.contract import (
    Act,
    CallNext,
    CallNumber,
    ClosePoint,
    ComeBack,
    ConfirmPriority,
    DropTicket,
    EndDay,
    Finish,
    MakeUrgent,
    NoShow,
    NotServed,
    Park,
    Pause,
    Pressed,
    Reason,
    Recall,
    Refusal,
    Reopen,
    Resume,
    SendAway,
    SettleOutcome,
    TakeHelpTicket,
    TakeWalkIn,
    TicketGiven,
    Transfer,
    Undo,
)
from tests.store.morning import Morning, number_at, refused

# --------------------------------------------------------------------------------------- the next one


def test_the_green_button_calls_who_came_first(morning: Morning) -> None:
    first, second = morning.walk_in(), morning.wait(60).walk_in()
    assert morning.call("counter-1") == first
    assert morning.call("counter-2") == second


def test_calling_the_next_one_finishes_the_current_and_makes_the_turn_final(morning: Morning) -> None:
    first, second = morning.walk_in(), morning.wait(60).walk_in()
    morning.call("counter-1")
    assert morning.call("counter-1") == second
    assert (morning.state(first), morning.stage(first)) == ("waiting", "doctor")
    assert morning.one("SELECT final_at_ms FROM tickets WHERE number = :n", n=first).final_at_ms == morning.now.ms
    assert morning.call("room-1") == first


def test_after_the_last_stage_the_ticket_is_done(morning: Morning) -> None:
    number = morning.at_the_doctors()
    assert morning.call("room-1") == number
    morning.press("room-1", Finish())
    assert morning.state(number) == "done"
    assert morning.one("SELECT outcome FROM tickets WHERE number = :n", n=number).outcome == "served"


def test_the_last_patient_of_a_line_is_finished_by_the_green_button_too(morning: Morning) -> None:
    number = morning.walk_in()
    morning.call("counter-1")
    assert morning.call("counter-1") is None
    assert (morning.current("counter-1"), morning.stage(number)) == (None, "doctor")


def test_when_nobody_waits_the_press_does_nothing_but_what_was_pressed_before_it_is_stale(morning: Morning) -> None:
    before = morning.asked("counter-1", CallNext())
    assert refused(morning.ask("counter-1", before)) is Reason.NOBODY_WAITS
    morning.walk_in()
    assert refused(morning.ask("counter-1", before)) is Reason.STALE
    assert morning.current("counter-1") is None


def test_three_counters_that_press_in_one_instant_get_three_tickets(morning: Morning) -> None:
    numbers = {morning.walk_in(12) for _ in range(4)}
    points = ("counter-1", "counter-2", "counter-3")
    replies = morning.batch(*((point, morning.asked(point, CallNext()), None) for point in points))
    called = [number_at(reply.answer) for reply in replies]
    assert len(set(called)) == 3
    assert set(called) < numbers


def test_a_point_calls_only_whom_it_serves(morning: Morning) -> None:
    morning.walk_in(11)
    heart = morning.wait(60).walk_in(12)
    assert morning.call("counter-3") == heart, "counter 3 is for cardiology"
    assert morning.call("room-2") is None, "nobody has been through reception"


def test_a_ticket_that_is_still_being_printed_is_called_after_ten_seconds(morning: Morning) -> None:
    answer = morning.ask("kiosk-1", TakeWalkIn(department=11, service_day=morning.day), "request-1")
    assert isinstance(answer, TicketGiven)
    assert morning.call("counter-1") is None
    out_of_order = morning.press("counter-1", CallNumber(number=answer.number))
    assert refused(out_of_order) is Reason.NOT_POSSIBLE_NOW
    assert morning.wait(10).call("counter-1") == answer.number


def test_a_settled_ticket_is_called_at_once(morning: Morning) -> None:
    answer = morning.ask("kiosk-1", TakeWalkIn(department=11, service_day=morning.day), "request-1")
    assert isinstance(answer, TicketGiven)
    morning.settle("request-1", SettleOutcome.PRINTED, answer.number)
    assert morning.call("counter-1") == answer.number


# --------------------------------------------------------------------------------------- stale presses


def test_a_late_press_does_nothing(morning: Morning) -> None:
    morning.walk_in()
    morning.walk_in()
    late = morning.asked("counter-1", CallNext())
    first = morning.call("counter-1")
    assert refused(morning.ask("counter-1", late)) is Reason.STALE
    assert morning.current("counter-1") == first


def test_a_late_press_does_nothing_to_who_is_called_once_more_at_the_same_point(morning: Morning) -> None:
    """Back from the cashier, who sits at this very counter: the ticket is the same, what the clerk saw is not."""
    number = morning.walk_in()
    morning.call("counter-2")
    morning.press("counter-2", Transfer(stage="cashier", come_back=True))
    assert morning.call("counter-2") == number
    at_the_cashier = morning.asked("counter-2", CallNext())
    assert number_at(morning.ask("counter-2", at_the_cashier)) == number
    assert refused(morning.ask("counter-2", at_the_cashier)) is Reason.STALE
    assert (morning.current("counter-2"), morning.stage(number)) == (number, "reception")
    undo = morning.asked("counter-2", Undo())
    morning.ask("counter-2", undo)
    late = fields(undo, act=CallNext())
    assert refused(morning.ask("counter-2", late)) is Reason.STALE
    assert (morning.current("counter-2"), morning.stage(number)) == (number, "cashier")


def test_the_same_request_again_has_the_same_answer_and_no_second_effect(morning: Morning) -> None:
    first = morning.walk_in()
    morning.walk_in()
    press = morning.asked("counter-1", CallNext())
    answer = morning.ask("counter-1", press, "request-1")
    again = morning.reply("counter-1", press, "request-1")
    assert (again.answer, again.repeated) == (answer, True)
    assert morning.current("counter-1") == first


def test_a_press_from_before_the_stores_start_is_stale(morning: Morning) -> None:
    morning.walk_in()
    press = morning.asked("counter-1", CallNext())
    morning.restart()
    assert refused(morning.ask("counter-1", press)) is Reason.STALE


def test_a_press_of_the_run_before_the_counters_restart_is_stale(morning: Morning) -> None:
    morning.walk_in()
    morning.walk_in()
    morning.call("counter-1")
    press = morning.asked("counter-1", CallNext())
    assert refused(morning.reply("counter-1", press, boot="boot-2").answer) is Reason.STALE
    assert refused(morning.reply("counter-1", press, boot="boot-1").answer) is Reason.STALE


def test_a_late_press_of_an_earlier_run_does_not_make_the_counter_deaf(morning: Morning) -> None:
    morning.walk_in()
    morning.store.hear_boot("counter-1", "boot-1", morning.now)
    old = morning.asked("counter-1", CallNext())
    morning.store.hear_boot("counter-1", "boot-2", morning.now)
    now = morning.asked("counter-1", CallNext())
    assert refused(morning.reply("counter-1", old, boot="boot-1").answer) is Reason.STALE
    assert isinstance(morning.reply("counter-1", now, boot="boot-2").answer, Pressed)


def test_only_the_points_own_device_and_the_operator_may_press(morning: Morning) -> None:
    number = morning.walk_in()
    assert refused(morning.ask("room-1", morning.asked("counter-1", CallNext()))) is Reason.NOT_ALLOWED
    assert number_at(morning.ask("operator", morning.asked("counter-1", CallNext()))) == number


@pytest.mark.parametrize(
    "act", [Recall(), NoShow(), SendAway(), Finish(), Park(), NotServed(why="left"), Transfer(stage="doctor")]
)
def test_with_nobody_at_the_point_there_is_nothing_to_do(morning: Morning, act: Act) -> None:
    assert refused(morning.press("counter-1", act)) is Reason.NOTHING_CURRENT


def test_the_revision_is_raised_by_a_change_of_ticket_or_status_and_by_nothing_else(morning: Morning) -> None:
    morning.walk_in()
    morning.walk_in()
    raised = []
    acts: tuple[Act, ...] = (
        CallNext(), Recall(), Pause(why="prayer"), Pause(why="prayer"), Resume(), Resume(), Finish(), ClosePoint(), CallNext(),
    )  # fmt: skip
    for act in acts:
        before = morning.revision("counter-1")
        morning.press("counter-1", act)
        raised.append(morning.revision("counter-1") - before)
    assert raised == [1, 0, 1, 0, 1, 0, 1, 1, 0]
    before = morning.revision("counter-2")
    morning.walk_in()
    morning.call("counter-3")
    assert morning.revision("counter-2") == before, "the next three of others are no reason"


# --------------------------------------------------------------------------- calling out of order


def test_a_number_is_called_out_of_order(morning: Morning) -> None:
    morning.walk_in()
    second = morning.walk_in()
    assert number_at(morning.press("counter-1", CallNumber(number=second))) == second


def test_a_number_at_another_counter_is_refused_with_its_place(morning: Morning) -> None:
    number = morning.walk_in()
    morning.call("counter-1")
    answer = morning.press("counter-2", CallNumber(number=number))
    assert refused(answer) is Reason.CURRENT_ELSEWHERE
    assert isinstance(answer, Refusal)
    assert answer.point == "counter-1"
    assert morning.current("counter-1") == number


def test_a_refused_number_leaves_the_current_ticket_where_it_is(morning: Morning) -> None:
    number = morning.walk_in()
    morning.call("counter-1")
    assert refused(morning.press("counter-1", CallNumber(number=4711))) is Reason.UNKNOWN_NUMBER
    assert morning.current("counter-1") == number


def test_the_current_number_typed_again_is_a_recall(morning: Morning) -> None:
    number = morning.walk_in()
    morning.call("counter-1")
    morning.press("counter-1", CallNumber(number=number))
    assert [call.kind for call in morning.rows("SELECT kind FROM calls ORDER BY id")] == ["call", "recall"]


def test_the_doctor_cannot_call_somebody_past_reception(morning: Morning) -> None:
    assert refused(morning.press("room-1", CallNumber(number=morning.walk_in()))) is Reason.NOT_POSSIBLE_NOW


def test_an_absent_number_that_shows_up_at_the_desk_is_called(morning: Morning) -> None:
    number = morning.walk_in()
    morning.call("counter-1")
    morning.press("counter-1", NoShow())
    assert number_at(morning.press("counter-1", CallNumber(number=number))) == number


def test_a_finished_number_is_not_called_but_reopened(morning: Morning) -> None:
    number = morning.at_the_doctors()
    morning.call("room-1")
    morning.press("room-1", Finish())
    assert refused(morning.press("room-1", CallNumber(number=number))) is Reason.ALREADY_SERVED


# --------------------------------------------------------------------------- away, absent, parked


def test_a_no_show_who_comes_back_is_called_after_two_others(morning: Morning) -> None:
    absent = morning.walk_in()
    others = [morning.wait(60).walk_in() for _ in range(3)]
    morning.call("counter-1")
    morning.press("counter-1", NoShow())
    assert morning.state(absent) == "absent"
    assert morning.call("counter-1") == others[0]
    morning.ask("operator", ComeBack(number=absent))
    assert [morning.call("counter-1") for _ in range(3)] == [others[1], others[2], absent]


def test_the_screen_says_when_somebody_was_called_this_time(morning: Morning) -> None:
    number = morning.walk_in()
    morning.call("counter-1")
    morning.press("counter-1", NoShow())
    answer = morning.wait(1800).press("counter-1", CallNumber(number=number))
    assert isinstance(answer, Pressed)
    assert answer.point.current is not None
    assert answer.point.current.called_at_ms == morning.now.ms


def test_one_sent_away_comes_back_by_itself_after_two_calls_at_any_of_its_counters(morning: Morning) -> None:
    away = morning.walk_in()
    others = [morning.wait(60).walk_in() for _ in range(3)]
    morning.call("counter-1")
    morning.press("counter-1", SendAway())
    assert morning.call("counter-1") == others[0]
    assert morning.call("counter-2") == others[1]
    assert morning.call("counter-1") == away


def test_calls_that_were_undone_do_not_bring_anybody_back_sooner(morning: Morning) -> None:
    away = morning.walk_in()
    others = [morning.wait(60).walk_in() for _ in range(3)]
    morning.call("counter-1")
    morning.press("counter-1", SendAway())
    for _ in range(2):
        assert morning.call("counter-2") == others[0]
        morning.press("counter-2", Undo())
    assert [morning.call("counter-1") for _ in range(3)] == [others[0], others[1], away]


def test_a_parked_ticket_waits_for_a_word_and_is_then_at_the_head(morning: Morning) -> None:
    parked = morning.walk_in()
    others = [morning.wait(60).walk_in() for _ in range(2)]
    morning.call("counter-1")
    morning.press("counter-1", Park(why="insurance booklet"))
    assert morning.call("counter-1") == others[0]
    morning.ask("operator", ComeBack(number=parked))
    assert morning.call("counter-1") == parked


# --------------------------------------------------------------------------------------- handing over


def test_to_the_cashier_and_back(morning: Morning) -> None:
    number = morning.walk_in()
    morning.call("counter-1")
    morning.press("counter-1", Transfer(stage="cashier", come_back=True))
    assert (morning.stage(number), morning.call("counter-1")) == ("cashier", None)
    assert morning.call("counter-2") == number
    morning.press("counter-2", Finish())
    assert morning.stage(number) == "reception"
    assert morning.call("counter-1") == number
    morning.press("counter-1", Finish())
    assert morning.stage(number) == "doctor"


def test_to_one_counter_and_no_other(morning: Morning) -> None:
    number = morning.walk_in()
    morning.call("counter-1")
    morning.press("counter-1", Transfer(point="counter-2"))
    assert morning.call("counter-3") is None
    assert morning.call("counter-1") is None
    assert morning.call("counter-2") == number


def test_to_a_counter_of_another_stage_and_back(morning: Morning) -> None:
    number = morning.walk_in()
    morning.call("counter-1")
    assert isinstance(morning.press("counter-1", Transfer(point="counter-2", come_back=True)), Pressed)
    assert morning.call("counter-3") is None
    assert morning.call("counter-2") == number
    morning.press("counter-2", Finish())
    assert (morning.stage(number), morning.call("counter-1")) == ("reception", number)


def test_to_another_department_keeping_the_wait(morning: Morning) -> None:
    number = morning.at_the_doctors(11)
    later = morning.wait(60).at_the_doctors(12)
    morning.call("room-1")
    morning.press("room-1", Transfer(department=12, doctor=3))
    assert morning.call("room-1") is None
    assert [morning.call("room-2"), morning.call("room-2")] == [number, later]


def test_a_help_ticket_gets_its_department_at_reception_and_waits_for_the_doctor(morning: Morning) -> None:
    request = TakeHelpTicket(service_day=morning.day, about=Reason.NO_SUCH_CODE)
    number = morning.printed(request)
    morning.call("counter-1")
    morning.press("counter-1", Transfer(department=12, doctor=3))
    assert morning.call("room-2") == number


@pytest.mark.parametrize(
    ("transfer", "reason"),
    [
        (Transfer(), Reason.MALFORMED),
        (Transfer(stage="doctor", point="room-1"), Reason.MALFORMED),
        (Transfer(stage="doctor", doctor=3), Reason.MALFORMED),
        (Transfer(point="room-9"), Reason.UNKNOWN_POINT),
        (Transfer(point="counter-1"), Reason.UNKNOWN_POINT),
        (Transfer(stage="roof"), Reason.NOT_POSSIBLE_NOW),
        (Transfer(stage="reception"), Reason.NOT_POSSIBLE_NOW),
        (Transfer(department=99), Reason.UNKNOWN_DEPARTMENT),
        (Transfer(department=12, doctor=1), Reason.UNKNOWN_DOCTOR),
        (Transfer(department=12, come_back=True), Reason.NOT_POSSIBLE_NOW),
    ],
)
def test_nobody_is_sent_where_no_one_would_call_them(morning: Morning, transfer: Transfer, reason: Reason) -> None:
    number = morning.walk_in()
    morning.call("counter-1")
    assert refused(morning.press("counter-1", transfer)) is reason
    assert morning.current("counter-1") == number


# --------------------------------------------------------------------------------------- the point itself


def test_a_paused_point_calls_nobody_and_keeps_who_is_there(morning: Morning) -> None:
    number = morning.walk_in()
    waiting = morning.walk_in()
    morning.call("counter-1")
    answer = morning.press("counter-1", Pause(why="prayer", until="12:20"))
    assert isinstance(answer, Pressed)
    assert (answer.point.paused_why, answer.point.paused_until) == ("prayer", "12:20")
    assert refused(morning.press("counter-1", CallNext())) is Reason.POINT_PAUSED
    assert refused(morning.press("counter-1", CallNumber(number=waiting))) is Reason.POINT_PAUSED
    assert morning.current("counter-1") == number
    morning.press("counter-1", Resume())
    assert morning.call("counter-1") == waiting


def test_a_pause_has_a_reason_of_the_site(morning: Morning) -> None:
    assert refused(morning.press("counter-1", Pause(why="tired"))) is Reason.NOT_POSSIBLE_NOW
    assert refused(morning.press("counter-1", Pause(why="prayer", until="noon"))) is Reason.MALFORMED


def test_a_point_with_somebody_at_it_does_not_close(morning: Morning) -> None:
    morning.walk_in()
    morning.call("counter-1")
    assert refused(morning.press("counter-1", ClosePoint())) is Reason.NOT_POSSIBLE_NOW
    morning.press("counter-1", Finish())
    assert isinstance(morning.press("counter-1", ClosePoint()), Pressed)


def test_nobody_presses_after_the_day(morning: Morning) -> None:
    morning.ask("operator", EndDay(outcome_for_waiting="day_closed"))
    assert refused(morning.press("counter-1", CallNext())) is Reason.CLOSED


def test_a_point_that_closed_for_today_is_open_tomorrow(morning: Morning) -> None:
    morning.press("counter-1", ClosePoint())
    morning.ask("operator", EndDay(outcome_for_waiting="day_closed"))
    assert morning.one("SELECT status FROM points WHERE id = 'counter-1'").status == "open"


def test_no_table_holds_a_ticket_at_two_points(morning: Morning) -> None:
    morning.walk_in()
    morning.call("counter-1")
    sql = "UPDATE points SET ticket = (SELECT ticket FROM points WHERE id = 'counter-1') WHERE id = 'counter-2'"
    with morning.ledger.connection.begin(), pytest.raises(IntegrityError):
        morning.ledger.connection.exec_driver_sql(sql)


# --------------------------------------------------------------------------------------- staff


def test_an_urgent_patient_is_next_and_the_reason_is_on_record(morning: Morning) -> None:
    morning.walk_in()
    urgent = morning.walk_in()
    morning.ask("operator", MakeUrgent(number=urgent, why="chest pain"))
    assert morning.call("counter-1") == urgent
    row = morning.one("SELECT who, why FROM audit WHERE what = 'make_urgent'")
    assert (row.who, row.why) == ("operator", "chest pain")


@pytest.mark.parametrize("change", [MakeUrgent, Reopen, DropTicket])
def test_what_needs_a_reason_is_refused_without(
    morning: Morning, change: Callable[..., MakeUrgent | Reopen | DropTicket]
) -> None:
    assert refused(morning.ask("operator", change(number=morning.walk_in(), why=" "))) is Reason.MALFORMED


def test_a_priority_asked_for_counts_at_reception(morning: Morning) -> None:
    morning.walk_in()
    morning.wait(300)
    elderly = morning.printed(TakeWalkIn(department=11, service_day=morning.day, priority="elderly"))
    assert morning.call("counter-1") == elderly


@pytest.mark.parametrize("confirmed", [True, False])
def test_at_the_room_only_what_reception_confirmed_counts(morning: Morning, confirmed: bool) -> None:
    claims = morning.printed(TakeWalkIn(department=11, service_day=morning.day, priority="elderly"))
    first = morning.at_the_doctors()
    morning.wait(300).press("counter-1", CallNumber(number=claims))
    if confirmed:
        morning.ask("operator", ConfirmPriority(number=claims, priority="elderly"))
    morning.press("counter-1", Finish())
    assert morning.call("room-1") == (claims if confirmed else first)


def test_a_priority_taken_away_counts_no_more(morning: Morning) -> None:
    first = morning.walk_in()
    morning.wait(300)
    claims = morning.printed(TakeWalkIn(department=11, service_day=morning.day, priority="elderly"))
    morning.ask("operator", ConfirmPriority(number=claims, priority=None))
    assert morning.call("counter-1") == first


def test_one_with_results_comes_back_to_the_doctor_in_the_share_of_the_returning(morning: Morning) -> None:
    returns = morning.at_the_doctors()
    assert morning.call("room-1") == returns
    morning.press("room-1", Finish())
    others = [morning.wait(60).at_the_doctors() for _ in range(3)]
    morning.ask("operator", Reopen(number=returns, why="results"))
    assert [morning.call("room-1") for _ in range(4)] == [others[0], returns, others[1], others[2]], "one call in three"


def test_a_dropped_ticket_ends_with_its_reason(morning: Morning) -> None:
    number = morning.walk_in()
    morning.ask("operator", DropTicket(number=number, why="went home"))
    row = morning.one("SELECT state, outcome FROM tickets WHERE number = :n", n=number)
    assert (row.state, row.outcome, morning.call("counter-1")) == ("not_served", "went home", None)


def test_a_ticket_at_a_counter_is_not_dropped_behind_the_clerks_back(morning: Morning) -> None:
    number = morning.walk_in()
    morning.call("counter-1")
    assert refused(morning.ask("operator", DropTicket(number=number, why="went home"))) is Reason.CURRENT_ELSEWHERE


def test_a_ticket_ended_by_mistake_is_reopened_where_it_stood(morning: Morning) -> None:
    first = morning.walk_in()
    second = morning.wait(60).walk_in()
    morning.call("counter-1")
    morning.press("counter-1", NotServed(why="no papers"))
    morning.wait(60).ask("operator", Reopen(number=first, why="papers are here"))
    assert [morning.call("counter-1"), morning.call("counter-1")] == [first, second], "with the wait they had"
