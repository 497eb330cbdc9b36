"""A ticket's paper once more, by order of reception: printed where nobody stands, and nothing else happens."""

import pytest

from kiosk_device.actions import PrintCopy as Copy
from kiosk_device.actions import PrintOfficeSlip as OfficeSlip
from kiosk_device.state import Idle
from mqtt.contract import OrderMessage, PapersSlip, PrintCopy, PrinterStatus, PrintOfficeSlip
from mqtt.session import Heard
from tests.kiosk.clinic import TICKET, Hand

SLIP = PapersSlip(case=7, papers=())
ORDER = Heard("order", "kiosk-1", OrderMessage(id="reception-1", order=PrintCopy(ticket=TICKET)), live=True)


@pytest.fixture
def hand() -> Hand:
    return Hand()


def test_a_copy_is_printed_and_the_store_hears_nothing_of_it(hand: Hand) -> None:
    asked, settled, papers = hand.asked(), hand.settles(), hand.kiosk.papers
    hand.event(ORDER)
    assert hand.last(Copy).ticket == TICKET
    assert hand.kiosk.mode == Idle()
    assert (hand.asked(), hand.settles(), hand.kiosk.papers) == (asked, settled, papers)


def test_whoever_stands_at_the_kiosk_finds_nobody_elses_paper(hand: Hand) -> None:
    hand.press("1")
    hand.event(ORDER)
    assert not hand.every(Copy)


def test_without_paper_there_is_no_copy(hand: Hand) -> None:
    hand.printer(PrinterStatus.PAPER_OUT)
    hand.event(ORDER)
    assert not hand.every(Copy)


def test_an_offices_slip_is_printed_where_nobody_stands_and_the_store_hears_nothing_of_it(hand: Hand) -> None:
    asked = hand.asked()
    hand.event(Heard("order", "kiosk-1", OrderMessage(id="office-1", order=PrintOfficeSlip(slip=SLIP)), live=True))
    assert hand.last(OfficeSlip).slip == SLIP
    assert (hand.kiosk.mode, hand.asked()) == (Idle(), asked)
    hand.press("1")
    hand.event(Heard("order", "kiosk-1", OrderMessage(id="office-2", order=PrintOfficeSlip(slip=SLIP)), live=True))
    assert len(hand.every(OfficeSlip)) == 1
