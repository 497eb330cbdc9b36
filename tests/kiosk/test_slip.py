"""A visit was moved: its new date is on the screen and, by the green key, on a slip, which is no ticket and knows no person."""

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk_device import roll
from kiosk_device.actions import PrintSlip, Say
from kiosk_device.events import PrintFailed
from kiosk_device.roll import PAPER_DOTS
from kiosk_device.slip import slip_picture
from kiosk_device.state import HasSlip, Idle, NewDate, PrintingSlip
from kiosk_device.visit.refusals import NextStep
from kiosk_device.visit.views import PrintingView, RefusalView, SlipView
from mqtt.contract import KioskCard, PrinterStatus, Reason, Refusal, SettleOutcome
from pads.events import KeyDown, KeyUp
from program.loop import ActionFailed
from screen.lettering import Lettering, lettering, localised
from screen.phrases import load
from sounds.utterance import Phrase
from tests.kiosk.clinic import CODE, Hand
from tests.pictures.paper import SITE, slips

MOVED = Refusal(reason=Reason.WRONG_DAY, date="2026-12-01", time="09:30", department=12, doctor=3, walk_ins_left=4, moved=True)
NEW = NewDate("2026-12-01", "09:30", 12, 3)
WIDTHS = sorted(PAPER_DOTS.values())
LANGUAGES = ("fa", "en")


@pytest.fixture
def hand() -> Hand:
    """Somebody typed the code of a visit that was moved."""
    hand = Hand()
    hand.type_digits(CODE)
    hand.answer(MOVED)
    return hand


def spoken(hand: Hand) -> list[str]:
    return [phrase.key for phrase in hand.last(Say).utterance.sentences if isinstance(phrase, Phrase)]


# ------------------------------------------------------------------------------------------- at the kiosk


def test_the_new_date_is_told_and_green_prints_it(hand: Hand) -> None:
    view = hand.view()
    assert isinstance(view, RefusalView)
    assert (view.screen, view.step, view.date, view.time) == ("moved", NextStep.SLIP, "2026-12-01", "09:30")
    hand.press("green")
    job = hand.last(PrintSlip)
    assert (job.new, job.site, job.language) == (NEW, hand.kiosk.site, "fa")
    assert hand.view() == PrintingView("fa", slip=True)
    hand.slip_printed()
    assert hand.view() == SlipView("fa", "2026-12-01", "09:30", SettleOutcome.PRINTED)
    assert spoken(hand) == ["kiosk_take_slip"]
    hand.press("green")
    assert hand.kiosk.mode == Idle()


def test_a_slip_promises_nothing_so_the_store_hears_nothing_of_it(hand: Hand) -> None:
    asked, settled, papers = hand.asked(), hand.settles(), hand.kiosk.papers
    hand.press("green")
    hand.slip_printed()
    assert (hand.asked(), hand.settles(), hand.kiosk.papers) == (asked, settled, papers)


@pytest.mark.parametrize("status", [PrinterStatus.PAPER_OUT, PrinterStatus.COVER_OPEN, PrinterStatus.AWAY])
def test_where_nothing_can_be_printed_the_date_is_to_be_noted_and_stays_longer(hand: Hand, status: PrinterStatus) -> None:
    hand.printer(status)
    hand.press("green")
    assert hand.every(PrintSlip) == []
    assert hand.view() == SlipView("fa", "2026-12-01", "09:30", SettleOutcome.SHOWN, status)
    hand.wait(40)
    assert isinstance(hand.kiosk.mode, HasSlip)
    hand.wait(10)
    assert hand.kiosk.mode == Idle()


@pytest.mark.parametrize(("perhaps", "outcome"), [(False, SettleOutcome.SHOWN), (True, SettleOutcome.UNKNOWN)])
def test_a_slip_that_did_not_come_out_loses_nothing(hand: Hand, perhaps: bool, outcome: SettleOutcome) -> None:
    hand.press("green")
    hand.event(PrintFailed(hand.last(PrintSlip).request, perhaps_printed=perhaps))
    assert hand.kiosk.mode == HasSlip(NEW, outcome)
    hand.press("green")
    hand.type_digits(CODE)
    hand.answer(MOVED)
    hand.press("green")
    assert len(hand.every(PrintSlip)) == 2, "the code typed again prints it again"


def test_a_picture_that_could_not_be_drawn_is_told_as_no_paper(hand: Hand) -> None:
    hand.press("green")
    hand.event(ActionFailed(hand.last(PrintSlip), "MemoryError"))
    assert hand.kiosk.mode == HasSlip(NEW, SettleOutcome.SHOWN)


def test_a_printer_that_never_answers_does_not_keep_the_patient(hand: Hand) -> None:
    hand.press("green")
    hand.wait(21)
    assert hand.kiosk.mode == HasSlip(NEW, SettleOutcome.UNKNOWN)


def test_another_jobs_end_is_not_the_slips(hand: Hand) -> None:
    hand.press("green")
    hand.event(PrintFailed("an older ticket", perhaps_printed=True))
    assert isinstance(hand.kiosk.mode, PrintingSlip)


def test_a_kiosk_without_a_printer_offers_no_slip() -> None:
    hand = Hand()
    hand.printer(PrinterStatus.NONE)
    hand.type_digits(CODE)
    hand.answer(MOVED)
    view = hand.view()
    assert isinstance(view, RefusalView)
    assert (view.screen, view.step) == ("moved", NextStep.WALK_IN)


@pytest.mark.parametrize(
    ("refusal", "screen"),
    [(replace(MOVED, moved=False), "wrong_day"), (replace(MOVED, date="2026-11-20"), "day_passed")],
    ids=["booked for that day", "moved to a day that is over"],
)
def test_no_slip_where_nothing_was_moved_to_a_day_to_come(refusal: Refusal, screen: str) -> None:
    hand = Hand()
    hand.type_digits(CODE)
    hand.answer(refusal)
    view = hand.view()
    assert isinstance(view, RefusalView)
    assert (view.screen, view.step) == (screen, NextStep.WALK_IN)


@pytest.mark.parametrize(
    ("status", "said"), [(PrinterStatus.OK, "kiosk_take_slip"), (PrinterStatus.PAPER_OUT, "kiosk_go_to_reception")]
)
def test_who_cannot_read_hears_where_the_slip_is_or_who_tells_the_date(hand: Hand, status: PrinterStatus, said: str) -> None:
    hand.printer(status)
    hand.press("green")
    hand.event(KeyDown("5"))
    if status is PrinterStatus.OK:
        hand.slip_printed()
    after = hand.kiosk.mode
    hand.wait(1.2)
    hand.event(KeyUp("5"))
    assert spoken(hand) == [said]
    assert hand.kiosk.mode == after, "the held key takes nothing back"


# ------------------------------------------------------------------------------------------------ the paper


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every text that is written on the paper, as it is read."""
    written: list[str] = []

    def pen(text: str, language: str, weight: str, size: int, **how: Any) -> Lettering:
        written.append(localised(text, language))
        return lettering(text, language, weight, size, **how)

    monkeypatch.setattr(roll, "lettering", pen)
    return written


@pytest.mark.parametrize("dots", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", slips())
def test_a_slip_is_as_wide_as_its_paper_and_nothing_is_cut(name: str, language: str, dots: int) -> None:
    picture = slip_picture(slips()[name], SITE, language, dots)
    assert (picture.mode, picture.width) == ("1", dots)
    assert picture.height < 130 * 8
    left, top, right, bottom = picture.convert("L").point(lambda grey: 255 - grey).getbbox() or (0, 0, 0, 0)
    assert left >= 4
    assert right <= dots - 4
    assert 0 < top < bottom


def test_it_says_the_new_day_the_time_with_whom_and_whom_to_call(texts: list[str]) -> None:
    slip_picture(NEW, SITE, "fa", 576)
    words = ("کلینیک کوثر اراک", "نوبت شما جابه‌جا شد", "سه‌شنبه", "۱۰ آذر ۱۴۰۵", "ساعت ۹:۳۰", "قلب و عروق، دکتر رضا مرادی")
    assert set(words) <= set(texts)
    assert "با همان کد رهگیری بیایید." in texts
    assert any("۰۸۶-۳۲۲۴۰۰۶۶" in text for text in texts)
    assert texts[-1] == "Moved to Tuesday 10 Azar 1405 at 9:30"


def test_what_is_not_known_or_not_wanted_on_paper_is_not_said(texts: list[str]) -> None:
    discreet = replace(SITE, phone=None, kiosk=KioskCard(show_doctor_on_ticket=False))
    slip_picture(NewDate("2026-12-01", department=12, doctor=3), discreet, "fa", 576)
    words = " ".join(texts)
    assert "قلب و عروق" in words
    for absent in ("مرادی", "ساعت", "تلفن"):
        assert absent not in words


def test_nothing_about_a_person_can_be_on_a_slip(texts: list[str]) -> None:
    slip_picture(NEW, SITE, "fa", 576)
    assert {field.name for field in fields(NewDate)} == {"date", "time", "department", "doctor"}
    digits = set(re.findall(r"\d+", localised(" ".join(texts), "en")))
    assert digits <= {"10", "1405", "9", "30", "086", "32240066"}, "no code, and no number that could be taken for a turn"
    assert load("fa")("ticket.number") not in texts
