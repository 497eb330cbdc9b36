"""What a caller hears and what the store is asked, for each answer: the voice menu without a wire."""

import itertools
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt.contract import (
    Answer,
    AskHours,
    Bookings,
    CancelBooking,
    Changed,
    ConfirmHold,
    DeclineSubstitute,
    EndCall,
    FindBookings,
    HoldPlace,
    OpenHours,
    PhoneCard,
    Reason,
    Refusal,
    ReleaseHold,
    Reply,
    ResumeCall,
    SiteCard,
)
from mqtt.session import Answered, StoreAway
from phone_line.agi import EndedBy, Heard
from phone_line.calls import WakeTexts, health_of
from phone_line.listener import Spoken
from phone_line.menu import menu, said
from phone_line.menu.menu import TABLE, Happening, diagram
from phone_line.menu.typed_date import next_date
from phone_line.open_calls import OpenCall
from phone_line.state import (
    Abandon,
    AfterCode,
    Ask,
    Close,
    Holding,
    Leave,
    Leaving,
    Main,
    Note,
    Offered,
    Over,
    Question,
    Remember,
    Say,
    TypingBookingMobile,
    TypingMobile,
)
from program.loop import ActionFailed
from tests.phone_line.calling import BOOKED, CODE, MOBILE, OFFER, OTHER_CODE, SITE, Line

PAGE = Path(__file__).parents[2] / "docs" / "voice-menu.md"


def site_with(**card: Any) -> SiteCard:
    return msgspec.structs.replace(SITE, voice_menu=PhoneCard(**card))


@pytest.fixture
def line() -> Line:
    return Line().welcome()


# ----------------------------------------------------------------------------------------- the table


def test_every_mode_decides_every_happening() -> None:
    modes = {mode for mode, _ in TABLE}
    assert set(TABLE) == set(itertools.product(modes, Happening))
    assert {mode for move in TABLE.values() for mode in move.to} <= modes


def test_the_page_shows_the_table_as_it_is() -> None:
    """Changed the table? `python -c "from phone_line.menu.menu import diagram; print(diagram())"` for the page."""
    page = PAGE.read_text(encoding="utf-8")
    assert f"```mermaid\n{diagram()}```" in page
    names = {mode.__name__ for mode, _ in TABLE} | set(Happening)
    assert [name for name in names if f"`{name}`" not in page] == []


KEYS = st.one_of(
    st.sampled_from(["0", "1", "2", "3", "4", "*", "12", "21", "03", "04", "0903", MOBILE, CODE, "A", "20" * 10]),
    st.text("0123456789*ABCD", min_size=1, max_size=11),
)
ANSWERS = st.sampled_from(
    [
        OFFER,
        BOOKED,
        Changed(),
        Bookings(),
        Bookings(bookings=(BOOKED,)),
        Bookings(bookings=(msgspec.structs.replace(BOOKED, substitute=True),)),
        OpenHours(date="2026-11-22", opens="07:00", ends="14:00"),
        *(Refusal(reason=reason) for reason in Reason),
    ]
)
WHATEVER = st.one_of(
    st.tuples(st.just(Happening.KEYS), KEYS),
    st.tuples(st.just(Happening.ANSWER), ANSWERS),
    st.tuples(st.sampled_from([one for one in Happening if one not in {Happening.KEYS, Happening.ANSWER}]), st.none()),
)


@given(st.lists(WHATEVER, max_size=60), st.sampled_from(["unknown", MOBILE]))
def test_no_caller_and_no_store_leads_where_the_table_does_not(happenings: list[tuple[Happening, object]], caller: str) -> None:
    call = Line(caller).call
    for happening, what in happenings:
        if isinstance(what, Refusal):
            happening = Happening.REFUSAL  # noqa: PLW2901  an answer that is a refusal is told as one
        elif happening is Happening.REFUSAL:
            what = Refusal(reason=Reason.INTERNAL_ERROR)  # noqa: PLW2901
        before = type(call.mode)
        call, actions = menu.happened(call, happening, what, call.since + 5)
        assert type(call.mode) in {before, Leaving, *TABLE[before, happening].to}
        assert sum(isinstance(action, Say) for action in actions) <= 2
        if isinstance(call.mode, Leaving | Over):
            break
    else:
        assert len(happenings) < 60 or call.answers <= call.card.answers


# ------------------------------------------------------------------------------------------ booking


def test_a_call_becomes_a_booking_whose_code_is_told_twice(line: Line) -> None:
    assert line.said() == ("welcome", "main_menu_with_operator")
    line.press("1")
    assert line.said() == ("ask_department",)
    line.press("12")
    assert line.said() == ("ask_doctor",)
    line.press("03")
    assert line.said() == ("ask_mobile",)
    line.press(MOBILE)
    assert line.asked()[-1] == HoldPlace(call=line.call.id, department=12, doctor=3, mobile=MOBILE)
    line.answer(OFFER)
    assert line.said()[:7] == ("offer", "doctor", "number/3_last", "weekday/tuesday", "day/3", "month/9", "clock/at")
    assert line.said()[-1] == "offer_choice"
    line.press("1")
    assert line.asked()[-1] == ConfirmHold(call=line.call.id, mobile=MOBILE)
    line.answer(BOOKED)
    first = line.said()
    assert first[0] == "your_code"
    line.played()
    digits = tuple(prompt for prompt in (*first, *line.said()) if prompt.startswith("digit/"))
    assert "".join(digit.removeprefix("digit/")[0] for digit in digits) == CODE
    assert line.last(Say).gather is None
    line.played()
    assert set(digits) <= set(line.said())
    assert line.said()[-4:] == ("note/12", "text_follows", "come_with_code", "after_code")
    line.press("#")
    assert line.said() == ("goodbye",)
    line.played()
    assert line.last(Leave).result == "done"


def test_a_place_is_on_disk_before_it_is_asked_for_and_until_its_code_was_heard(line: Line) -> None:
    line.press("1", "12", "03", "#")
    assert line.last(Ask).note == OpenCall(line.call.id)
    line.answer(OFFER)
    line.press("1")
    line.answer(BOOKED)
    assert [type(action) for action in line.actions[-2:]] == [Say, WakeTexts]
    assert not any(isinstance(action, Note) for action in line.actions), "nobody can have heard the code yet"
    line.played()
    assert [type(action) for action in line.actions[-2:]] == [Note, Say]
    assert line.last(Note).open_call == OpenCall(line.call.id, told=True)
    assert not any(isinstance(action, Close) for action in line.actions)
    line.played()
    assert line.last(Close).call == line.call.id


def test_nothing_is_asked_where_the_disk_fails(line: Line) -> None:
    line.press("1", "12", "03", "#")
    line.event(ActionFailed(line.last(Ask), "OSError"))
    assert line.said() == ("not_possible_now", "to_operator")


def test_a_department_without_doctors_skips_the_question(line: Line) -> None:
    line.press("1", "21")
    assert line.said() == ("ask_mobile",)
    line.press("#")
    assert line.asked()[-1] == HoldPlace(call=line.call.id, department=21)


def test_zero_is_the_first_free_doctor(line: Line) -> None:
    line.press("1", "12", "0", "#")
    assert line.asked()[-1] == HoldPlace(call=line.call.id, department=12, doctor=0)


@pytest.mark.parametrize("caller", [MOBILE, "+989121234567", "00989121234567", "989121234567", "9121234567"])
def test_a_caller_with_a_mobile_is_offered_that_number(caller: str) -> None:
    line = Line(caller).welcome()
    line.press("1", "12", "03")
    assert line.said() == ("offer_caller_number",)
    line.press("1")
    assert line.asked()[-1] == HoldPlace(call=line.call.id, department=12, doctor=3, mobile=MOBILE)


@pytest.mark.parametrize("caller", ["unknown", "08632240066", "32240066", "+982188888888", "anonymous", "0912123456"])
def test_a_caller_without_one_is_asked_for_it(caller: str) -> None:
    line = Line(caller).welcome()
    line.press("1", "12", "03")
    assert line.said() == ("ask_mobile",)


def test_another_mobile_may_be_typed_and_none_given() -> None:
    line = Line(MOBILE).welcome()
    line.press("1", "12", "03", "2", "09350000000")
    assert line.asked()[-1].mobile == "09350000000"  # type: ignore[union-attr]
    line = Line(MOBILE).welcome()
    line.press("1", "12", "03", "#")
    assert line.asked()[-1].mobile is None  # type: ignore[union-attr]
    line.answer(OFFER)
    assert "without_mobile" in line.said()


@pytest.mark.parametrize(
    "typed",
    ["08632240066", "0912123456", "A9121234567", "0912123456*", "02188888888", "1", "99999999999", "ABCD", "0" * 11, "20" * 10],
)
def test_what_is_no_mobile_is_asked_again(line: Line, typed: str) -> None:
    line.press("1", "12", "03", typed)
    assert line.said() == ("ask_mobile_wrong",)
    assert not any(isinstance(operation, HoldPlace) for operation in line.asked())


@pytest.mark.parametrize("typed", ["99", "A1", "1*", "1", "D", "20" * 10, "٣"])
def test_what_is_no_department_is_asked_again(line: Line, typed: str) -> None:
    line.press("1", typed)
    assert line.said() == ("ask_department_wrong",)


@pytest.mark.parametrize("typed", ["9", "21", "B3", "3*", "99"])
def test_what_is_no_doctor_of_the_department_is_asked_again(line: Line, typed: str) -> None:
    line.press("1", "12", typed)
    assert line.said() == ("ask_doctor_wrong",)


def test_star_goes_back_step_by_step_and_the_place_is_let_go(line: Line) -> None:
    line.press("1", "12", "03", "#")
    line.answer(OFFER)
    line.press("*")
    assert line.said() == ("ask_doctor",)
    assert line.asked()[-1] == ReleaseHold(call=line.call.id)
    line.press("*")
    assert line.said() == ("ask_department",)
    line.press("*")
    assert line.said() == ("main_menu_with_operator",)


def test_a_later_day_another_doctor_or_another_mobile(line: Line) -> None:
    line.press("1", "12", "03", "#")
    line.answer(OFFER)
    line.press("2", "1")
    assert line.asked()[-1] == HoldPlace(call=line.call.id, department=12, doctor=3, after="2026-11-24")
    line.answer(OFFER)
    line.press("2", "3")
    assert isinstance(line.mode, TypingMobile)
    line.press(MOBILE)
    line.answer(OFFER)
    line.press("2", "2", "04")
    assert line.asked()[-1] == HoldPlace(call=line.call.id, department=12, doctor=4, mobile=MOBILE)
    line.answer(OFFER)
    line.press("2", "*")
    assert isinstance(line.mode, Offered)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (Reason.SESSION_FULL, ("session_full", "ask_doctor")),
        (Reason.NO_SESSION, ("no_session", "ask_doctor")),
        (Reason.DOCTOR_ABSENT, ("doctor_absent", "ask_doctor")),
        (Reason.BEYOND_HORIZON, ("beyond_horizon", "ask_doctor")),
        (Reason.TOO_MANY_BOOKINGS, ("too_many_bookings", "main_menu_with_operator")),
        (Reason.BAD_MOBILE, ("ask_mobile",)),
        (Reason.INTERNAL_ERROR, ("not_possible_now", "to_operator")),
        (Reason.NOT_ALLOWED, ("not_possible_now", "to_operator")),
    ],
)
def test_each_refusal_of_a_place_has_its_words_and_a_next_step(line: Line, reason: Reason, said: tuple[str, ...]) -> None:
    line.press("1", "12", "03", "#")
    line.answer(Refusal(reason=reason))
    assert line.said() == said


def test_who_hesitated_too_long_is_found_another_place(line: Line) -> None:
    line.press("1", "12", "03", "#")
    line.answer(OFFER)
    line.press("1")
    line.answer(Refusal(reason=Reason.HOLD_EXPIRED))
    assert line.said() == ("hold_expired",)
    assert isinstance(line.asked()[-1], HoldPlace)
    line.answer(OFFER)
    assert isinstance(line.mode, Offered)


def test_star_repeats_the_code_and_one_says_it_slowly(line: Line) -> None:
    line.book().press("*")
    assert line.said()[0] == "booking_found"
    quick = len(line.said())
    line.press("1")
    assert len(line.said()) > quick


def test_another_booking_in_the_same_call_is_a_call_of_its_own(line: Line) -> None:
    line.book(mobile=MOBILE).press("2")
    assert line.last(Remember).booking == 2
    line.press("21")
    assert line.said() == ("ask_mobile",)
    line.press("#")
    assert line.asked()[-1] == HoldPlace(call=f"{line.call.id}-2", department=21)


# ------------------------------------------------------------------------------------- a call and its end


def test_who_hangs_up_lets_the_place_go(line: Line) -> None:
    line.press("1", "12", "03", "#")
    line.answer(OFFER)
    name = line.call.id
    line.hang_up()
    assert ReleaseHold(call=name, unheard=True) in line.asked()
    assert not line.telephone.calls


def test_a_place_that_is_still_asked_for_is_asked_for_no_more_before_it_is_let_go(line: Line) -> None:
    """Asked again after the release, it would be held for nobody."""
    line.press("1", "12", "03", "#")
    asked = line.call.request
    line.hang_up()
    following = [action for action in line.actions if isinstance(action, Abandon | Ask)][-3:]
    assert following[0] == Abandon(asked or "")
    assert isinstance(following[1], Ask)
    assert isinstance(following[1].operation, ReleaseHold)


def test_a_booking_that_was_heard_stays_when_they_hang_up(line: Line) -> None:
    line.book().hang_up()
    assert not any(isinstance(operation, ReleaseHold) for operation in line.asked())


def test_a_booking_whose_code_was_cut_short_by_hanging_up_is_given_back_unless_a_text_tells_it(line: Line) -> None:
    line.press("1", "12", "03", "#")
    line.answer(OFFER)
    line.press("1")
    line.answer(BOOKED)
    name = line.call.id
    line.hang_up()
    assert ReleaseHold(call=name, unheard=True) in line.asked()


def test_every_call_tells_its_steps_and_its_end_without_a_number(line: Line) -> None:
    line.press("1", "12", "03", MOBILE)
    line.answer(OFFER)
    line.hang_up()
    told = line.asked()[-1]
    assert isinstance(told, EndCall)
    assert told.ended == "hung_up"
    assert told.steps == ("Resuming", "Main", "ChoosingDepartment", "ChoosingDoctor", "TypingMobile", "Holding", "Offered")
    assert MOBILE[1:] not in str(told)
    assert msgspec.json.decode(msgspec.json.encode(told), type=EndCall) == told


def test_a_call_that_comes_back_hears_its_code_and_books_nothing() -> None:
    line = Line(came_back=1)
    assert line.asked()[-1] == ResumeCall(call=line.call.id)
    line.answer(BOOKED)
    assert line.said()[0] == "your_code"
    line.hears_code()
    assert "welcome" not in line.said()
    assert "text_follows" not in line.said()
    line.hang_up()
    assert not any(isinstance(operation, HoldPlace | ReleaseHold) for operation in line.asked())


def test_a_call_that_comes_back_after_its_code_was_perhaps_heard_keeps_its_booking_whatever_follows() -> None:
    line = Line(came_back=1, left_open=(OpenCall(Line().call.id, told=True),))
    line.answer(BOOKED)
    name = line.call.id
    line.hang_up()
    line.wait(60)
    assert not any(isinstance(operation, ReleaseHold) for operation in line.asked())
    assert line.last(Close).call == name


def test_a_call_that_comes_back_to_a_store_that_is_away_gives_back_what_it_cannot_have_heard() -> None:
    line = Line(came_back=1, left_open=(OpenCall(Line().call.id),))
    name = line.call.id
    line.no_answer()
    line.hang_up()
    assert ReleaseHold(call=name, unheard=True) in line.asked()


def test_a_call_that_comes_back_while_its_place_is_held_says_its_mobile_and_goes_on() -> None:
    line = Line(came_back=1)
    line.answer(OFFER)
    assert line.said() == ("ask_mobile",)
    line.press("#")
    assert line.asked()[-1] == HoldPlace(call=line.call.id, department=12, doctor=3)


def test_a_call_that_comes_back_to_its_second_booking_asks_for_that() -> None:
    line = Line(came_back=2)
    assert line.asked()[-1] == ResumeCall(call=f"{line.call.id}-2")


def test_a_call_that_the_last_run_left_open_is_looked_after_when_it_does_not_come_back() -> None:
    line = Line(left_open=(OpenCall("one"), OpenCall("two", told=True)))
    line.wait(19)
    assert not any(isinstance(operation, ReleaseHold) for operation in line.asked())
    line.wait(2)
    assert [one for one in line.asked() if isinstance(one, ReleaseHold)] == [ReleaseHold(call="one", unheard=True)]
    assert line.last(Close).call == "two", "who may have heard a code keeps it, and is forgotten"


def test_a_call_that_the_last_run_left_open_and_comes_back_keeps_its_place() -> None:
    name = Line().call.id
    line = Line(came_back=1, left_open=(OpenCall(name),))
    line.answer(OFFER)
    line.wait(60)
    assert not any(isinstance(operation, ReleaseHold) for operation in line.asked())
    line.hang_up()
    assert ReleaseHold(call=name, unheard=True) in line.asked()


def test_a_call_that_comes_back_before_its_place_was_let_go_keeps_it(line: Line) -> None:
    line.press("1", "12", "03", "#")
    line.answer(OFFER)
    line.hang_up()
    releasing = line.telephone.cares[0].request
    assert releasing is not None
    line.came_back = 1
    line.ring()
    line.answer(OFFER)
    assert line.telephone.cares == ()
    assert Abandon(releasing) in line.actions
    line.event(Answered(Reply(id=releasing, answer=Refusal(reason=Reason.WAIT), epoch="e", sequence=6)))
    line.wait(60)
    assert len([one for one in line.asked() if isinstance(one, ReleaseHold)]) == 1
    line.hang_up()
    assert len([one for one in line.asked() if isinstance(one, ReleaseHold)]) == 2


def test_what_is_owed_is_asked_for_until_the_store_has_done_it(line: Line) -> None:
    line.press("1", "12", "03", "#")
    line.answer(OFFER)
    line.hang_up()
    care = line.telephone.cares[0]
    asked = next(action for action in line.actions if isinstance(action, Ask) and action.request == care.request)
    assert asked.give_up_seconds is None
    wait = Refusal(reason=Reason.WAIT)
    line.event(Answered(Reply(id=asked.request, answer=wait, epoch="e", sequence=5)))
    assert not any(isinstance(action, Close) for action in line.actions)
    line.wait(11)
    again = line.last(Ask)
    assert again.operation == asked.operation
    line.event(Answered(Reply(id=again.request, answer=Changed(), epoch="e", sequence=6)))
    assert line.last(Close).call == care.call
    assert line.telephone.cares == ()


# ---------------------------------------------------------------------------------------- limits, faults


def test_three_answers_that_are_none_lead_to_reception(line: Line) -> None:
    line.press("1", "99", "99")
    assert line.said() == ("ask_department_wrong",)
    line.press("99")
    assert line.said() == ("no_more_tries", "to_operator")
    line.played()
    assert line.last(Leave).result == "operator"


def test_who_presses_nothing_is_asked_three_times(line: Line) -> None:
    line.silent()
    assert line.said() == ("main_menu_with_operator",)
    line.silent()
    line.silent()
    assert line.said() == ("no_more_tries", "to_operator")


def test_without_an_operator_the_call_ends_in_words() -> None:
    line = Line(site=site_with(operator=False)).welcome()
    assert line.said() == ("welcome", "main_menu")
    line.press("0")
    assert line.said() == ("main_menu_wrong",)
    line.press("0", "0")
    assert line.said() == ("no_more_tries", "call_again", "goodbye")
    line.played()
    assert line.last(Leave).result == "done"


def test_zero_at_the_top_is_reception(line: Line) -> None:
    line.press("0")
    assert line.said() == ("to_operator",)
    line.played()
    assert line.last(Leave).result == "operator"


def test_a_pound_that_fell_over_from_the_answer_before_is_none(line: Line) -> None:
    line.press("1", "12", "03")
    line.hears(EndedBy.POUND, after=0.4)
    assert line.said() == ("ask_mobile",)
    line.press("#")
    assert isinstance(line.mode, Holding)


SUBSTITUTE = msgspec.structs.replace(BOOKED, code=OTHER_CODE, substitute=True)
FULL = Refusal(reason=Reason.SESSION_FULL)
FOUND = Bookings(bookings=(BOOKED,))
QUESTIONS_AFTER_WORDS: dict[str, tuple[str | Answer, ...]] = {
    "an offer": ("1", "12", "03", MOBILE, OFFER),
    "the offer once more": ("1", "12", "03", MOBILE, OFFER, "2", "*"),
    "no place with the doctor": ("1", "12", "03", MOBILE, FULL),
    "no place in the department": ("1", "21", MOBILE, FULL),
    "too many bookings": ("1", "12", "03", MOBILE, Refusal(reason=Reason.TOO_MANY_BOOKINGS)),
    "today's hours": ("4", OpenHours(date="2026-11-22", opens="07:00", ends="14:00")),
    "no such booking": ("2", MOBILE, "0903", Bookings()),
    "the codes": ("2", MOBILE, "0903", FOUND),
    "the codes, slowly": ("2", MOBILE, "0903", FOUND, "1"),
    "a substitute": ("2", MOBILE, "0903", Bookings(bookings=(SUBSTITUTE,))),
    "one more substitute": ("2", MOBILE, "0903", Bookings(bookings=(SUBSTITUTE, SUBSTITUTE)), "1"),
    "the substitute is wanted": ("2", MOBILE, "0903", Bookings(bookings=(SUBSTITUTE,)), "1"),
    "what is to be cancelled": ("3", CODE, MOBILE, FOUND),
    "it is kept": ("3", CODE, MOBILE, FOUND, "*"),
    "it is cancelled": ("3", CODE, MOBILE, FOUND, "1", Changed()),
    "it cannot be cancelled": ("3", CODE, MOBILE, FOUND, "1", Refusal(reason=Reason.NOT_POSSIBLE_NOW)),
}


@pytest.fixture(params=list(QUESTIONS_AFTER_WORDS.values()), ids=list(QUESTIONS_AFTER_WORDS))
def after_words(request: pytest.FixtureRequest, line: Line) -> Line:
    """A question that follows words which the caller has to know."""
    for what in request.param:
        if isinstance(what, str):
            line.press(what)
        else:
            line.answer(what)
    assert len(line.said()) > 1
    return line


def cut_short(line: Line, key: str, *, after: float) -> None:
    """A key comes while the words before the question are still playing."""
    line.now += after
    heard = Heard(EndedBy.POUND if key == "#" else EndedBy.KEYS, key.strip("#"), cut_short=True)
    line.event(Spoken(line.line, line.call.turn, heard))


@pytest.mark.parametrize("key", ["#", "1", "*"])
def test_a_key_too_many_after_an_answer_answers_nothing_that_was_not_heard(after_words: Line, key: str) -> None:
    line = after_words
    mode, said, asked = line.mode, line.said(), line.asked()
    cut_short(line, key, after=0.4)
    assert (line.mode, line.said(), line.asked()) == (mode, said, asked)


def test_words_that_a_stray_key_cut_short_are_said_again_until_they_were_heard(after_words: Line) -> None:
    line = after_words
    mode, words = line.mode, line.said()[:-1]
    cut_short(line, "9", after=3.0)
    assert (line.mode, line.said()[:-1]) == (mode, words)
    line.press("9")
    assert line.mode == mode
    assert len(line.said()) == 1, "they were heard: now only the question"


def test_who_knows_the_menu_presses_through_the_welcome(line: Line) -> None:
    cut_short(line, "1", after=0.4)
    assert line.said() == ("ask_department",)


def test_the_code_is_told_once_more_to_whom_a_stray_key_kept_from_it() -> None:
    line = Line().welcome().book()
    telling = line.said()
    cut_short(line, "9", after=3.0)
    assert line.said() == telling


def test_a_second_pound_is_meant_however_soon(line: Line) -> None:
    line.press("1", "12", "03")
    line.hears(EndedBy.POUND, after=0.2)
    line.hears(EndedBy.POUND, after=0.2)
    assert isinstance(line.mode, Holding)


def test_a_call_has_a_limit_of_answers() -> None:
    line = Line(site=site_with(answers=4)).welcome()
    line.press("1", "*", "1", "*")
    line.press("1")
    assert line.said() == ("call_too_long", "to_operator")


def test_a_call_has_a_limit_of_minutes(line: Line) -> None:
    line.now += 601
    line.press("1")
    assert line.said() == ("call_too_long", "to_operator")


def test_a_number_that_calls_too_often_is_asked_to_wait_an_hour() -> None:
    line = Line("08632240066", site=site_with(calls_an_hour=2)).welcome()
    for number in (2, 3):
        line.hang_up()
        line.line = number
        line.ring()
    assert line.said() == ("too_many_calls",)
    assert "32240066" not in repr(line.telephone.callers)
    line.hang_up()
    line.line = 4
    line.now += 3601
    line.ring()
    line.answer(Changed())
    assert isinstance(line.mode, Main)


def test_those_who_hide_their_number_are_not_counted_as_one(line: Line) -> None:
    for number in range(2, 12):
        line.hang_up()
        line.line = number
        line.ring()
        line.answer(Changed())
        assert isinstance(line.mode, Main)


def test_a_store_that_hangs_is_said_within_the_limit(line: Line) -> None:
    line.press("1", "12", "03", "#")
    assert line.last(Ask).give_up_seconds == 6.0
    line.wait(1.6)
    assert line.said() == ("please_wait",)
    line.wait(1.6)
    line.no_answer()
    assert line.said() == ("not_possible_now", "to_operator")


def test_a_store_that_is_away_is_said_at_once(line: Line) -> None:
    line.press("1", "12", "03", "#")
    line.event(StoreAway(line.call.request or ""))
    assert line.said() == ("please_wait",)


def test_an_answer_that_comes_during_please_wait_is_told_after_it(line: Line) -> None:
    line.press("1", "12", "03", "#")
    line.wait(2)
    please_wait = line.call.turn
    line.answer(OFFER)
    offered = line.said()
    line.event(Spoken(line.line, please_wait, Heard(EndedBy.PLAYED)))
    assert isinstance(line.mode, Offered)
    assert line.said() == offered


def test_the_end_of_please_wait_is_not_taken_for_the_codes_end(line: Line) -> None:
    line.press("1", "12", "03", "#")
    line.answer(OFFER)
    line.press("1")
    line.wait(2)
    please_wait = line.call.turn
    line.answer(BOOKED)
    line.event(Spoken(line.line, please_wait, Heard(EndedBy.PLAYED)))
    assert not line.call.place.heard


@pytest.mark.parametrize(("mobile", "said"), [(MOBILE, "perhaps_booked"), ("#", "not_possible_now")])
def test_a_confirmation_without_an_answer_promises_nothing(line: Line, mobile: str, said: str) -> None:
    line.press("1", "12", "03", mobile)
    line.answer(OFFER)
    line.press("1")
    line.no_answer()
    assert line.said()[0] == said
    name = line.call.id
    line.hang_up()
    assert ReleaseHold(call=name, unheard=True) in line.asked()


def test_a_missing_prompt_is_told_to_the_technician(line: Line) -> None:
    line.hears(EndedBy.KEYS, "1", missing=("nobat/main_menu_with_operator",))
    assert health_of(line.telephone).speaker_ok is False
    assert health_of(line.telephone).faults == ("the exchange has no prompt nobat/main_menu_with_operator",)


# ------------------------------------------------------------------------------- bookings that are there


def test_the_code_is_told_again_to_the_bookings_own_number() -> None:
    line = Line(MOBILE).welcome()
    line.press("2")
    assert line.asked()[-1] == FindBookings(mobile=MOBILE)
    line.answer(Bookings(bookings=(BOOKED,)))
    assert line.said()[0] == "booking_found"
    assert isinstance(line.mode, AfterCode)


def test_from_another_number_the_day_must_be_known_too(line: Line) -> None:
    line.press("2")
    assert isinstance(line.mode, TypingBookingMobile)
    line.press(MOBILE)
    assert line.said() == ("ask_date",)
    line.press("0903")
    assert line.asked()[-1] == FindBookings(mobile=MOBILE, date="2026-11-24")
    line.answer(Bookings())
    assert line.said() == ("no_booking", "main_menu_with_operator")


def test_a_caller_whose_own_number_has_no_booking_may_type_another() -> None:
    line = Line(MOBILE).welcome()
    line.press("2")
    line.answer(Bookings())
    assert line.said() == ("ask_booking_mobile",)


@pytest.mark.parametrize("typed", ["1331", "0732", "0000", "12", "A903", "0*03"])
def test_what_is_no_day_is_asked_again(line: Line, typed: str) -> None:
    line.press("2", MOBILE, typed)
    assert line.said() == ("ask_date_wrong",)


@pytest.mark.parametrize(
    ("typed", "date"),
    [("0901", "2026-11-22"), ("0830", "2027-11-21"), ("1230", None), ("0101", "2027-03-21"), ("1229", "2027-03-20")],
)
def test_a_typed_day_is_the_next_one(typed: str, date: str | None) -> None:
    assert next_date(typed, "2026-11-22") == date


def test_a_booking_is_cancelled_by_its_code_and_mobile(line: Line) -> None:
    line.press("3", CODE, MOBILE)
    line.answer(Bookings(bookings=(msgspec.structs.replace(BOOKED, code=OTHER_CODE), BOOKED)))
    assert line.said()[0] == "booking_found"
    assert line.said()[-1] == "cancel_choice"
    line.press("1")
    assert line.asked()[-1] == CancelBooking(code=CODE, mobile=MOBILE)
    line.answer(Changed())
    assert line.said() == ("cancelled", "main_menu_with_operator")


@pytest.mark.parametrize("typed", ["12345670", "1234", "A2345678", "1234567*"])
def test_a_code_with_a_slip_is_asked_again_and_nobody_is_asked_about_it(line: Line, typed: str) -> None:
    line.press("3", typed)
    assert line.said() == ("ask_code_wrong",)
    assert len(line.asked()) == 1


def test_a_booking_may_be_kept(line: Line) -> None:
    line.press("3", CODE, MOBILE)
    line.answer(Bookings(bookings=(BOOKED,)))
    line.press("*")
    assert line.said() == ("kept", "main_menu_with_operator")
    assert not any(isinstance(operation, CancelBooking) for operation in line.asked())


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (Reason.CANCELLED, "cancelled"),
        (Reason.UNKNOWN_BOOKING, "no_booking"),
        (Reason.NOT_POSSIBLE_NOW, "cannot_cancel"),
        (Reason.INTERNAL_ERROR, "not_possible_now"),
    ],
)
def test_each_refusal_of_a_cancellation_has_its_words(line: Line, reason: Reason, said: str) -> None:
    line.press("3", CODE, MOBILE)
    line.answer(Bookings(bookings=(BOOKED,)))
    line.press("1")
    line.answer(Refusal(reason=reason))
    assert line.said()[0] == said


def test_a_substitute_may_be_declined() -> None:
    line = Line(MOBILE).welcome()
    line.press("2")
    line.answer(Bookings(bookings=(BOOKED, msgspec.structs.replace(BOOKED, code=OTHER_CODE, substitute=True))))
    assert line.said()[-1] == "substitute_choice"
    line.press("3")
    assert line.asked()[-1] == DeclineSubstitute(code=OTHER_CODE, mobile=MOBILE)
    line.answer(Changed())
    assert line.said() == ("cancelled", "main_menu_with_operator")


def test_a_substitute_may_be_wanted() -> None:
    line = Line(MOBILE).welcome()
    line.press("2")
    line.answer(Bookings(bookings=(msgspec.structs.replace(BOOKED, substitute=True),)))
    line.press("1")
    assert line.said() == ("kept", "main_menu_with_operator")


def test_todays_hours(line: Line) -> None:
    line.press("4")
    assert line.asked()[-1] == AskHours()
    line.answer(OpenHours(date="2026-11-22", opens="07:00", tickets_until="13:00", ends="14:00"))
    assert line.said()[:2] == ("hours_today", "clock/from")
    line.press("4")
    line.answer(OpenHours(date="2026-11-22", why="holiday"))
    assert line.said() == ("closed_today", "main_menu_with_operator")


@pytest.mark.parametrize("mode", get_args(Question))
def test_every_question_has_its_words(mode: type[Question]) -> None:
    """`phrase` refuses a word that is not recorded."""
    fields = {"offer": OFFER, "bookings": (BOOKED,), "code": CODE, "mobile": MOBILE, "booking": BOOKED}
    asked = mode(**{name: fields[name] for name in mode.__match_args__})
    call = Line().call
    again = said.question(call, asked, wrong=True)
    assert (again != said.question(call, asked, wrong=False)) is not isinstance(asked, AfterCode)
