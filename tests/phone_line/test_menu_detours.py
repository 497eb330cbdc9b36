"""What a caller hears who goes back, is answered what nobody expected, or takes another of the rare turnings of the menu."""

import msgspec
import pytest

from mqtt.contract import (
    Answer,
    Bookings,
    Changed,
    ConfirmHold,
    FindBookings,
    HoldPlace,
    OpenHours,
    PhoneCard,
    Reason,
    Refusal,
    ReleaseHold,
)
from phone_line.menu.going import STORE_LIMIT_SECONDS
from phone_line.state import (
    Ask,
    ChoosingDepartment,
    Holding,
    Leave,
    Offered,
    Over,
    Place,
    Remember,
    TypingBookingMobile,
    TypingMobile,
)
from tests.phone_line.calling import BOOKED, CODE, MOBILE, OFFER, SITE, Line

GIVEN_UP = ("not_possible_now", "to_operator")
HOURS = OpenHours(date="2026-11-22", opens="07:00", ends="14:00")


@pytest.fixture
def line() -> Line:
    return Line().welcome()


def asked_for_a_place(line: Line) -> Line:
    line.press("1", "12", "03", "#")
    return line


def offered(line: Line) -> Line:
    asked_for_a_place(line).answer(OFFER)
    return line


# ------------------------------------------------------------------------------------- going back


def test_star_at_the_mobile_leads_back_to_the_doctor_and_the_mobile_is_not_taken_as_said(line: Line) -> None:
    line.press("1", "12", "03", "*")
    assert line.said() == ("ask_doctor",)
    line.press("04")
    assert line.said() == ("ask_mobile",)


def test_star_at_the_mobile_leads_back_to_the_department_where_there_are_no_doctors(line: Line) -> None:
    line.press("1", "21", "*")
    assert line.said() == ("ask_department",)


def test_star_at_the_offered_number_leads_back_and_another_key_is_asked_again() -> None:
    line = Line(MOBILE).welcome()
    line.press("1", "12", "03", "7")
    assert line.said() == ("offer_caller_number_wrong",)
    assert not any(isinstance(operation, HoldPlace) for operation in line.asked())
    line.press("*")
    assert line.said() == ("ask_doctor",)


@pytest.mark.parametrize("keys", [("3", "*"), ("2", "*"), ("2", MOBILE, "*"), ("3", CODE, "*")])
def test_star_leads_from_every_question_about_a_booking_to_the_first_one(line: Line, keys: tuple[str, ...]) -> None:
    line.press(*keys)
    assert line.said() == ("main_menu_with_operator",)
    assert not any(isinstance(operation, FindBookings) for operation in line.asked())


def test_a_place_that_is_let_go_is_a_question_of_its_own_and_nobody_waits_for_its_answer(line: Line) -> None:
    held = offered(line).last(Ask).request
    line.press("*")
    release = line.last(Ask)
    assert release.operation == ReleaseHold(call=line.call.name)
    assert release.request not in {"", None, held}
    assert (release.give_up_seconds, line.call.request) == (STORE_LIMIT_SECONDS, None)
    line.press("03", MOBILE)
    line.answer(OFFER)
    assert isinstance(line.mode, Offered)


def test_the_second_booking_of_a_call_begins_with_no_place_and_its_own_line_is_told_which_it_is() -> None:
    line = Line(line=3).welcome()
    line.book(mobile=MOBILE).press("2")
    assert line.last(Remember) == Remember(3, 2)
    assert line.call.place == Place()


def test_a_call_that_was_handed_back_is_over_and_its_own_line_is_left() -> None:
    line = Line(line=3).welcome()
    line.book(mobile=MOBILE).press("#")
    line.played()
    assert line.last(Leave) == Leave(3, "done")
    assert isinstance(line.mode, Over)


# -------------------------------------------------------------------- what the store says of a place


def test_a_call_that_has_its_booking_already_hears_the_code_instead_of_an_offer(line: Line) -> None:
    asked_for_a_place(line).answer(BOOKED)
    assert line.said()[0] == "your_code"
    assert not any(isinstance(operation, ConfirmHold) for operation in line.asked())


@pytest.mark.parametrize(
    ("reason", "said"), [(Reason.UNKNOWN_DEPARTMENT, "ask_department"), (Reason.UNKNOWN_DOCTOR, "ask_doctor")]
)
def test_a_department_or_doctor_that_is_not_there_any_more_is_chosen_again(line: Line, reason: Reason, said: str) -> None:
    asked_for_a_place(line).answer(Refusal(reason=reason))
    assert line.said() == (said,)


def test_a_full_day_is_not_left_out_of_the_next_choice(line: Line) -> None:
    offered(line).press("2", "1")
    line.answer(Refusal(reason=Reason.SESSION_FULL))
    line.press("04")
    assert line.asked()[-1] == HoldPlace(call=line.call.id, department=12, doctor=4)


@pytest.mark.parametrize("reason", [Reason.INTERNAL_ERROR, Reason.NOT_ALLOWED])
def test_a_place_that_cannot_be_confirmed_leads_to_reception(line: Line, reason: Reason) -> None:
    offered(line).press("1")
    line.answer(Refusal(reason=reason))
    assert line.said() == GIVEN_UP


@pytest.mark.parametrize("keys", ["4", "0", "11"])
def test_a_key_that_changes_nothing_is_asked_again_and_the_place_stays(line: Line, keys: str) -> None:
    offered(line).press("2")
    asked = len(line.asked())
    line.press(keys)
    assert line.said()[-1] == "change_choice_wrong"
    assert len(line.asked()) == asked


def test_an_answer_to_another_question_leads_to_reception_and_never_on(line: Line) -> None:
    def told(line: Line, answer: Answer) -> tuple[str, ...]:
        line.answer(answer)
        return line.said()

    assert told(asked_for_a_place(line), HOURS) == GIVEN_UP
    confirming = offered(Line().welcome())
    confirming.press("1")
    assert told(confirming, OFFER) == GIVEN_UP
    hours = Line().welcome()
    hours.press("4")
    assert told(hours, Changed()) == GIVEN_UP


def test_another_booking_after_one_that_was_only_told_again_needs_no_call_of_its_own() -> None:
    line = Line(MOBILE).welcome()
    line.press("2")
    line.answer(Bookings(bookings=(BOOKED,)))
    line.press("2")
    assert isinstance(line.mode, ChoosingDepartment)
    assert not any(isinstance(action, Remember) for action in line.actions)
    line.press("21", "#")
    assert line.asked()[-1] == HoldPlace(call=line.call.id, department=21)


def test_a_mobile_that_the_store_refuses_is_typed_again_and_then_used(line: Line) -> None:
    line.press("1", "21", MOBILE)
    line.answer(Refusal(reason=Reason.BAD_MOBILE))
    assert isinstance(line.mode, TypingMobile)
    line.press("09350000000")
    assert isinstance(line.mode, Holding)
    assert line.asked()[-1] == HoldPlace(call=line.call.id, department=21, mobile="09350000000")


# ------------------------------------------------------------------------------- a booking that is there


def test_who_calls_from_the_bookings_number_cancels_it_with_the_code_alone() -> None:
    line = Line(MOBILE).welcome()
    line.press("3", CODE)
    assert line.asked()[-1] == FindBookings(mobile=MOBILE, date=None)
    line.answer(Bookings(bookings=(BOOKED,)))
    assert line.said()[0] == "booking_found"


def test_who_calls_from_another_number_types_the_mobile_that_the_code_belongs_to() -> None:
    line = Line("09350000000").welcome()
    line.press("3", CODE)
    line.answer(Bookings())
    assert line.mode == TypingBookingMobile(CODE)


@pytest.mark.parametrize("typed", ["0912", "08632240066", "D"])
def test_what_is_no_mobile_of_a_booking_is_asked_again(line: Line, typed: str) -> None:
    line.press("2", typed)
    assert line.mode == TypingBookingMobile(None)
    assert not any(isinstance(operation, FindBookings) for operation in line.asked())


def test_every_substitute_of_a_mobile_is_asked_about_one_after_the_other() -> None:
    first, second = (msgspec.structs.replace(BOOKED, substitute=True, date=date) for date in ("2026-11-24", "2026-11-25"))
    line = Line(MOBILE).welcome()
    line.press("2")
    line.answer(Bookings(bookings=(first, second)))
    line.press("9")
    assert line.said()[-1].endswith("_wrong")
    line.press("1")
    assert "substitute" in line.said()
    line.press("1")
    assert line.said() == ("kept", "main_menu_with_operator")


# ------------------------------------------------------------------------------------- tries and patience


def test_each_question_has_its_own_tries(line: Line) -> None:
    line.press("9", "9", "1", "99", "99")
    assert line.said() == ("ask_department_wrong",), "two slips before do not count here"
    line.press("12", "9", "9")
    assert line.said() == ("ask_doctor_wrong",)


def test_patience_is_asked_for_after_a_moment_once_for_each_question_to_the_store(line: Line) -> None:
    line.press("4")
    line.wait(1.4)
    assert line.said() != ("please_wait",)
    line.wait(0.2)
    assert line.said() == ("please_wait",)
    line.answer(HOURS)
    line.press("4")
    assert line.said() != ("please_wait",)
    line.wait(1.6)
    assert line.said() == ("please_wait",)


# ------------------------------------------------------------------------------- how long a call may be


def test_the_last_answer_of_a_call_is_heard_and_the_next_is_one_too_many() -> None:
    line = Line(site=msgspec.structs.replace(SITE, voice_menu=PhoneCard(answers=4))).welcome()
    line.press("1", "*", "1", "*")
    assert line.said() == ("main_menu_with_operator",)
    line.press("1")
    assert line.said() == ("call_too_long", "to_operator")


@pytest.mark.parametrize(("seconds", "said"), [(599.5, ("ask_department",)), (600.0, ("call_too_long", "to_operator"))])
def test_a_call_ends_with_its_last_minute(line: Line, seconds: float, said: tuple[str, ...]) -> None:
    line.now = line.call.started_at + seconds - 3.0
    line.press("1")
    assert line.said() == said


def test_a_call_that_comes_back_with_nothing_open_is_not_welcomed_again() -> None:
    assert Line(came_back=1).welcome().said() == ("main_menu_with_operator",)
    assert Line().welcome().said()[0] == "welcome"
