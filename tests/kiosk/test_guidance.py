"""Who cannot read the screen holds the five: the keys that are spoken then do what is said of them."""

from typing import get_args

import pytest
from msgspec.structs import replace as changed

from kiosk_device.actions import AskTicket, Say
from kiosk_device.events import Printed, PrinterChanged
from kiosk_device.state import (
    Asking,
    ChoosingDepartment,
    ChoosingPriority,
    HasTicket,
    Idle,
    Mode,
    OfferingNoPaper,
    ReadingRefusal,
    TypingCode,
)
from kiosk_device.visit.guidance import PHRASES
from mqtt.contract import DayStatus, PrinterStatus, Reason, Refusal, TakeWalkIn
from pads.events import KeyDown, KeyUp
from sounds.utterance import Phrase, TicketNumber
from tests.kiosk.clinic import CODE, DAY, TICKET, WRONG_CODE, Hand


@pytest.fixture
def hand() -> Hand:
    return Hand()


def guided(hand: Hand) -> list[str]:
    """Hold the five: the phrases spoken, a number as "number"."""
    hand.event(KeyDown("5"))
    hand.wait(1.2)
    hand.event(KeyUp("5"))
    spoken = hand.last(Say).utterance.sentences
    return [one.key if isinstance(one, Phrase) else "number" for one in spoken if isinstance(one, Phrase | TicketNumber)]


def refused(hand: Hand, reason: Reason) -> Hand:
    hand.type_digits(CODE)
    hand.answer(Refusal(reason=reason))
    assert isinstance(hand.kiosk.mode, ReadingRefusal)
    return hand


def test_every_mode_has_its_guidance() -> None:
    assert set(get_args(Mode)) == set(PHRASES)


def test_a_kiosk_that_cannot_serve_says_why_and_one_that_can_what_to_press(hand: Hand) -> None:
    assert guided(hand) == ["kiosk_idle"]
    hand.hear(changed(DAY, status=DayStatus.CALLING_ONLY))
    assert guided(hand) == ["kiosk_closed"]
    hand.lose_the_store()
    assert guided(hand) == ["kiosk_no_connection"]
    assert hand.kiosk.mode == Idle()


def test_a_wrong_code_and_a_wrong_mobile_are_told_as_such(hand: Hand) -> None:
    hand.press("1")
    assert guided(hand) == ["kiosk_code"]
    hand.press("erase", *WRONG_CODE)
    assert guided(hand) == ["kiosk_code_wrong"]
    hand.press("erase", "green", "0")
    assert guided(hand) == ["kiosk_mobile"]
    hand.type_digits("08632240066")
    assert guided(hand) == ["kiosk_mobile_wrong"]


def test_a_ticket_in_hand_tells_its_number_and_one_is_another_code(hand: Hand) -> None:
    hand.type_digits(CODE)
    hand.answer(TICKET)
    hand.event(Printed(hand.kiosk.mode.request))  # type: ignore[union-attr]
    assert isinstance(hand.kiosk.mode, HasTicket)
    assert guided(hand) == ["number", "kiosk_wait_for_call", "kiosk_another_code"]
    hand.press("1")
    assert isinstance(hand.kiosk.mode, TypingCode)


def test_without_paper_green_goes_on(hand: Hand) -> None:
    hand.event(PrinterChanged(PrinterStatus.PAPER_OUT))
    hand.type_digits(CODE)
    assert isinstance(hand.kiosk.mode, OfferingNoPaper)
    assert guided(hand) == ["kiosk_offer_no_paper"]
    hand.press("green")
    assert isinstance(hand.kiosk.mode, Asking)


def test_a_priority_has_its_number_and_green_is_none(hand: Hand) -> None:
    for key, priority in (("1", hand.kiosk.site.priority_classes[0].id), ("green", None)):  # type: ignore[union-attr]
        at_priorities = Hand()
        at_priorities.press("green", "1")
        while not isinstance(at_priorities.kiosk.mode, ChoosingPriority):
            at_priorities.press("1")
        assert guided(at_priorities) == ["kiosk_priority"]
        at_priorities.press(key)
        asked = at_priorities.last(AskTicket).operation
        assert isinstance(asked, TakeWalkIn)
        assert asked.priority == priority


@pytest.mark.parametrize("reason", [Reason.NO_SUCH_CODE, Reason.WRONG_DAY, Reason.SHARE_USED_UP, Reason.WAIT])
def test_after_a_refusal_green_is_said_only_where_it_leads_on(hand: Hand, reason: Reason) -> None:
    if reason is Reason.WAIT:
        hand.type_digits(CODE)
        hand.wait(12)
    else:
        refused(hand, reason)
    assert guided(hand) == ["kiosk_next_step"]
    hand.press("green")
    assert isinstance(hand.kiosk.mode, TypingCode | ChoosingDepartment | Asking)


def test_after_a_refusal_without_a_step_the_way_is_to_reception(hand: Hand) -> None:
    refused(hand, Reason.TOO_MANY_TICKETS)
    assert guided(hand) == ["kiosk_go_to_reception"]
