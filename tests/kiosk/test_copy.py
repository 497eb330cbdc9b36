"""A ticket's paper once more, by order of reception: printed where nobody stands, and nothing else happens."""

from dataclasses import replace

import pytest

from kiosk_device.actions import PrintCopy as Copy
from kiosk_device.actions import PrintOfficeSlip as OfficeSlip
from kiosk_device.state import Idle
from mqtt.contract import OrderMessage, PapersSlip, PrintCopy, PrinterStatus, PrintOfficeSlip
from mqtt.session import Heard
from tests.kiosk.clinic import TICKET, Hand, ready

SLIP = PapersSlip(case=7, papers=())
ORDER = Heard("order", "kiosk-1", OrderMessage(id="reception-1", order=PrintCopy(ticket=TICKET)), live=True)


@pytest.fixture
def hand() -> Hand:
    return Hand()


def test_a_copy_is_printed_and_the_store_hears_nothing_of_it(hand: Hand) -> None:
    asked, settled, papers = hand.asked(), hand.settles(), hand.kiosk.papers
    hand.event(ORDER)
    copy = hand.last(Copy)
    assert (copy.ticket, copy.site) == (TICKET, hand.kiosk.site)
    assert hand.kiosk.mode == Idle()
    assert (hand.asked(), hand.settles(), hand.kiosk.papers) == (asked, settled, papers)


@pytest.mark.parametrize("order", [PrintCopy(ticket=TICKET), PrintOfficeSlip(slip=SLIP)])
def test_what_staff_order_is_printed_in_the_kiosks_own_language_each_paper_by_a_name_of_its_own(
    order: PrintCopy | PrintOfficeSlip,
) -> None:
    hand = Hand(replace(ready(), home_language="en"))
    for number in ("first", "second"):
        hand.event(Heard("order", "kiosk-1", OrderMessage(id=number, order=order), live=True))
    first, second = (action for kind in (Copy, OfficeSlip) for action in hand.every(kind))
    assert (first.language, second.language) == ("en", "en")
    assert first.request != second.request
    assert first.request
    assert second.request


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
    slip = hand.last(OfficeSlip)
    assert (slip.slip, slip.site) == (SLIP, hand.kiosk.site)
    assert (hand.kiosk.mode, hand.asked()) == (Idle(), asked)
    hand.press("1")
    hand.event(Heard("order", "kiosk-1", OrderMessage(id="office-2", order=PrintOfficeSlip(slip=SLIP)), live=True))
    assert len(hand.every(OfficeSlip)) == 1
