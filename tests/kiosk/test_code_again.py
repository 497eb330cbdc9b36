"""Somebody's code never came: they type their mobile number at the kiosk, and it is sent again; nobody learns who has one."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from kiosk_device.actions import AskForCode, Say
from kiosk_device.state import AskingForCode, ChoosingDepartment, CodeSentAgain, Idle, ReadingRefusal, TypingCode, TypingMobile
from kiosk_device.visit.refusals import NextStep
from kiosk_device.visit.views import CodeSentView, DepartmentsView, MobileView, RefusalView, WaitView
from mqtt.contract import Changed, Reason, Refusal, SendCodeAgain
from mqtt.session import GaveUp
from pads.events import KeyDown, KeyUp
from sounds.utterance import Phrase
from tests.kiosk.clinic import SITE, WRONG_CODE, Hand

MOBILE = "09121234567"


@pytest.fixture
def hand() -> Hand:
    """At the list of departments, where «کدم نیامده» is offered."""
    hand = Hand()
    hand.press("green")
    return hand


def asked(hand: Hand) -> str:
    """Type the mobile number; the request's id."""
    hand.press("0")
    hand.type_digits(MOBILE)
    assert isinstance(hand.kiosk.mode, AskingForCode)
    return hand.kiosk.mode.request


def test_the_mobile_is_typed_and_its_codes_are_asked_for(hand: Hand) -> None:
    request = asked(hand)
    assert hand.last(AskForCode) == AskForCode(request, SendCodeAgain(mobile=MOBILE))
    assert isinstance(hand.view(), WaitView)
    hand.answer(Changed(), request)
    assert hand.view() == CodeSentView("fa")


def test_the_typed_digits_are_seen_and_can_be_taken_back(hand: Hand) -> None:
    hand.press("0", "0", "9", "1")
    assert hand.view() == MobileView("fa", "091")
    hand.press("erase", "erase", "erase")
    assert hand.view() == MobileView("fa")
    hand.press("erase")
    assert isinstance(hand.kiosk.mode, ChoosingDepartment)


@pytest.mark.parametrize("typed", ["08632240066", "12345678901", "00000000000"])
def test_what_is_no_mobile_is_noticed_at_once_and_asks_nobody(hand: Hand, typed: str) -> None:
    hand.press("0")
    hand.type_digits(typed)
    assert hand.view() == MobileView("fa", wrong=True)
    assert hand.every(AskForCode) == []
    hand.type_digits(MOBILE)
    assert len(hand.every(AskForCode)) == 1


@pytest.mark.parametrize("reason", [Reason.BAD_MOBILE, Reason.WAIT, Reason.NOT_ALLOWED])
def test_a_store_that_says_no_sends_to_reception(hand: Hand, reason: Reason) -> None:
    hand.answer(Refusal(reason=reason), asked(hand))
    assert isinstance(view := hand.view(), RefusalView)
    assert view.step is NextStep.RECEPTION


def test_a_store_that_does_not_answer_sends_to_reception(hand: Hand) -> None:
    hand.event(GaveUp(asked(hand)))
    assert isinstance(hand.kiosk.mode, ReadingRefusal)


def test_nobody_waits_for_ever_even_where_no_answer_is_told(hand: Hand) -> None:
    asked(hand)
    hand.wait(7)
    assert isinstance(hand.kiosk.mode, ReadingRefusal)


def test_an_answer_that_comes_after_the_patient_left_changes_nothing(hand: Hand) -> None:
    request = asked(hand)
    hand.press("erase")
    hand.answer(Changed(), request)
    assert hand.kiosk.mode == Idle()


def test_who_got_the_text_types_the_code_right_away(hand: Hand) -> None:
    hand.answer(Changed(), asked(hand))
    hand.press("7")
    assert hand.kiosk.mode == TypingCode("7")


def test_where_codes_are_locked_the_way_leads_home(hand: Hand) -> None:
    hand.press("erase")
    for _ in range(5):
        hand.type_digits(WRONG_CODE)
    hand.press("green", "green")
    hand.answer(Changed(), asked(hand))
    hand.press("7")
    assert hand.kiosk.mode == Idle()


def test_the_next_patient_does_not_find_the_words_nor_the_mobile(hand: Hand) -> None:
    hand.answer(Changed(), asked(hand))
    assert hand.kiosk.mode == CodeSentAgain()
    hand.wait(31)
    assert hand.kiosk.mode == Idle()
    left = Hand()
    left.press("green", "0", "0", "9")
    left.wait(61)
    assert left.kiosk.mode == Idle()


def test_a_site_without_bookings_by_phone_does_not_offer_it() -> None:
    hand = Hand()
    hand.kiosk = replace(hand.kiosk, site=changed(SITE, phone=None))
    hand.press("green")
    assert isinstance(view := hand.view(), DepartmentsView)
    assert not view.code_again
    hand.press("0")
    assert isinstance(hand.kiosk.mode, ChoosingDepartment)


def test_no_log_can_have_the_mobile(hand: Hand) -> None:
    asked(hand)
    assert MOBILE not in repr(hand.last(AskForCode))
    assert "0912" not in repr(TypingMobile("0912"))
    assert "0912" not in repr(MobileView("fa", "0912"))


@pytest.mark.parametrize(
    ("keys", "spoken"),
    [
        ("", ["kiosk_department", "kiosk_code_never_came"]),
        ("0", ["kiosk_mobile"]),
        ("008632240066", ["kiosk_mobile_wrong"]),
    ],
)
def test_who_cannot_read_hears_the_way(hand: Hand, keys: str, spoken: list[str]) -> None:
    hand.type_digits(keys)
    before = hand.kiosk.mode
    hand.event(KeyDown("5"))
    hand.wait(1.2)
    hand.event(KeyUp("5"))
    assert [phrase.key for phrase in hand.last(Say).utterance.sentences if isinstance(phrase, Phrase)] == spoken
    assert hand.kiosk.mode == before
