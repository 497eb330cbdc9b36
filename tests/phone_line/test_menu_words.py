"""What a caller hears, word for word, and how many keys are waited for at each question."""

import msgspec
import pytest

from mqtt.contract import Bookings, EndCall, OpenHours, PhoneCard
from phone_line.agi import EndedBy, Heard
from phone_line.listener import Spoken
from phone_line.menu import menu
from phone_line.menu.menu import PLEASE_WAIT_SECONDS
from phone_line.state import ChoosingDoctor, Gather, Say
from sounds.telephone import say_code, say_date, say_mobile, say_number, say_time
from tests.phone_line.calling import BOOKED, CODE, MOBILE, OFFER, OTHER_CODE, SITE, Line

LABORATORY = msgspec.structs.replace(BOOKED, code=OTHER_CODE, department=21, doctor=None, time=None)
THE_PLACE = ("doctor", *say_number(3), *say_date("2026-11-24"), *say_time("08:30"))
IN_THE_LABORATORY = ("department", *say_number(21), *say_date("2026-11-24"))


@pytest.fixture
def line() -> Line:
    return Line().welcome()


def words(*prompts: str) -> tuple[str, ...]:
    """As the line tells what was said: below the exchange's folder."""
    return tuple(prompt.removeprefix("nobat/") for prompt in prompts)


def gathers(line: Line) -> Gather | None:
    say = line.last(Say)
    assert isinstance(say, Say)
    return say.gather


# ------------------------------------------------------------------------------------------ word for word


def test_an_offer_says_whose_place_when_and_where_its_text_goes(line: Line) -> None:
    line.press("1", "12", "03", MOBILE)
    line.answer(OFFER)
    assert line.said() == words("offer", *THE_PLACE, "mobile", *say_mobile(MOBILE), "offer_choice")


def test_an_offer_to_whom_no_text_goes_says_so(line: Line) -> None:
    line.press("1", "12", "03", "#")
    line.answer(OFFER)
    assert line.said() == words("offer", *THE_PLACE, "without_mobile", "offer_choice")


@pytest.mark.parametrize(("mobile", "hears_again_by"), [(MOBILE, "text_follows"), ("#", "write_it_down")])
def test_the_code_is_told_again_with_the_place_what_to_bring_and_how_else_it_is_heard(
    line: Line, mobile: str, hears_again_by: str
) -> None:
    line.book(mobile=mobile)
    again = words("code_once_more", *say_code(CODE), *THE_PLACE, "note/12", hears_again_by, "come_with_code", "after_code")
    assert line.said() == again


def test_a_department_without_doctors_times_and_papers_is_told_without_them(line: Line) -> None:
    line.press("1", "21", "#")
    line.answer(msgspec.structs.replace(OFFER, department=21, doctor=None, time=None))
    assert line.said() == words("offer", *IN_THE_LABORATORY, "without_mobile", "offer_choice")
    line.press("1")
    line.answer(LABORATORY)
    line.hears_code()
    again = words("code_once_more", *say_code(OTHER_CODE), *IN_THE_LABORATORY, "write_it_down", "come_with_code", "after_code")
    assert line.said() == again


def test_two_bookings_are_told_one_after_the_other_each_with_its_code() -> None:
    line = Line(MOBILE).welcome()
    line.press("2")
    line.answer(Bookings(bookings=(BOOKED, LABORATORY)))
    first = ("booking_found", *THE_PLACE, "code_is", *say_code(CODE))
    second = ("next_booking", *IN_THE_LABORATORY, "code_is", *say_code(OTHER_CODE))
    assert line.said() == words(*first, *second, "after_code")


@pytest.mark.parametrize("missing", ["opens", "ends"])
def test_hours_that_are_not_known_whole_are_not_told_in_part(line: Line, missing: str) -> None:
    whole = OpenHours(date="2026-11-22", opens="07:00", ends="14:00")
    line.press("4")
    line.answer(msgspec.structs.replace(whole, **{missing: None}))
    assert line.said() == ("closed_today", "main_menu_with_operator")


# -------------------------------------------------------------------------------------------- keys and time


def test_each_question_waits_for_as_many_keys_as_answer_it() -> None:
    site = msgspec.structs.replace(SITE, voice_menu=PhoneCard(department_digits=3, doctor_digits=4))
    line = Line(site=site).welcome()
    asked = [gathers(line)]
    for keys in ("1", "012", "0003"):
        line.press(keys)
        asked.append(gathers(line))
    assert asked == [Gather(1, 5000), Gather(3, 5000), Gather(4, 5000), Gather(11, 6000)]
    other = Line().welcome()
    asked = []
    for keys in ("3", CODE):
        other.press(keys)
        asked.append(gathers(other))
    assert asked == [Gather(8, 6000), Gather(11, 6000)]
    again = Line().welcome()
    again.press("2", MOBILE)
    assert gathers(again) == Gather(4, 5000)


def test_a_question_that_is_asked_again_waits_for_the_same_keys(line: Line) -> None:
    line.press("1", "99")
    assert (line.said(), gathers(line)) == (("ask_department_wrong",), Gather(2, 5000))
    line.silent()
    assert (line.said(), gathers(line)) == (("ask_department",), Gather(2, 5000))


def test_what_was_pressed_to_earlier_words_is_no_answer_to_later_ones(line: Line) -> None:
    earlier = line.call.turn
    line.press("1", "12")
    line.event(Spoken(line.line, earlier, Heard(EndedBy.KEYS, "03")))
    assert (line.said(), isinstance(line.mode, ChoosingDoctor)) == (("ask_doctor",), True)
    line.press("03")
    assert line.said() == ("ask_mobile",)


def test_a_pound_alone_is_no_answer_to_the_first_question(line: Line) -> None:
    line.hears(EndedBy.POUND)
    assert line.said() == ("main_menu_with_operator_wrong",)


def test_only_a_call_that_waits_for_the_store_is_looked_after_in_a_moment(line: Line) -> None:
    assert menu.time_up_at(line.call) is None
    line.press("4")
    assert menu.time_up_at(line.call) == line.now + PLEASE_WAIT_SECONDS
    line.wait(PLEASE_WAIT_SECONDS)
    assert menu.time_up_at(line.call) is None


@pytest.mark.parametrize(("answers", "ended"), [(("9", "9", "9"), "no_more_tries"), (("0",), "operator")])
def test_how_a_call_ended_is_told_with_it(line: Line, answers: tuple[str, ...], ended: str) -> None:
    line.press(*answers)
    line.played()
    line.hang_up()
    assert isinstance(told := line.asked()[-1], EndCall)
    assert told.ended == ended


def test_a_call_that_got_what_it_wanted_ends_with_goodbye(line: Line) -> None:
    line.book().press("#")
    line.played()
    line.hang_up()
    assert isinstance(told := line.asked()[-1], EndCall)
    assert told.ended == "goodbye"
