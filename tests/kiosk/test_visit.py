"""One patient's path at the kiosk, told as the clinic would tell it."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec.structs import replace as changed

from kiosk_device.actions import (
    Abandon,
    AskAgain,
    AskForPriority,
    AskTicket,
    Beep,
    EndProgram,
    Hush,
    PrintTestPage,
    PrintTicket,
    Say,
)
from kiosk_device.health import health_of
from kiosk_device.state import ChoosingPriority, HasTicket, Idle, ReadingRefusal, TypingCode
from kiosk_device.visit.refusals import NextStep
from kiosk_device.visit.views import (
    AwayView,
    ClosedView,
    CodeView,
    DepartmentsView,
    DoctorsView,
    IdentifyView,
    IdleView,
    NoPaperView,
    PriorityView,
    RefusalView,
    StillThereView,
    TicketView,
    WaitView,
)
from kiosk_device.visit.visit import TABLE, Happening, diagram
from mqtt.contract import (
    CheckIn,
    DayStatus,
    Identify,
    OrderMessage,
    PrinterStatus,
    Reason,
    Refusal,
    Restart,
    SettleOutcome,
    TakeHelpTicket,
    TakeWalkIn,
    TestPrint,
    UnlockCodes,
)
from mqtt.session import Disconnected, Heard, StoreAway
from pads.events import KeyDown
from sounds.utterance import Phrase, SpeechEnded, TicketNumber
from tests.kiosk.clinic import CODE, DAY, SITE, TICKET, WRONG_CODE, Hand

VISIT_PAGE = Path(__file__).parents[2] / "docs" / "visit.md"

HEARD_ORDERS = itertools.count()


@pytest.fixture
def hand() -> Hand:
    return Hand()


def order(hand: Hand, what: object) -> None:
    message = OrderMessage(id=str(next(HEARD_ORDERS)), order=what)  # type: ignore[arg-type]
    hand.event(Heard("order", "kiosk-1", message, live=True))


def take_coded_ticket(hand: Hand) -> None:
    hand.type_digits(CODE)
    hand.answer(TICKET)
    hand.printed()


def test_every_mode_decides_every_happening() -> None:
    modes = {mode for mode, _ in TABLE}
    assert set(TABLE) == set(itertools.product(modes, Happening))
    assert {mode for move in TABLE.values() for mode in move.to} <= modes


def test_the_page_shows_the_table_as_it_is() -> None:
    page = VISIT_PAGE.read_text(encoding="utf-8")
    assert f"```mermaid\n{diagram()}```" in page
    names = {mode.__name__ for mode, _ in TABLE} | set(Happening)
    assert [name for name in names if f"`{name}`" not in page] == []


def test_a_code_becomes_a_printed_ticket_and_its_number_is_spoken(hand: Hand) -> None:
    hand.type_digits(CODE)
    assert hand.asked() == [CheckIn(code=CODE, service_day=7)]
    assert hand.view() == WaitView("fa")
    hand.answer(TICKET)
    assert hand.last(PrintTicket).ticket is TICKET
    assert hand.settles() == []
    hand.printed()
    assert hand.settles() == [(SettleOutcome.PRINTED, 123)]
    view = hand.view()
    assert isinstance(view, TicketView)
    assert (view.number, view.ahead, view.points[0].label) == (123, 5, 1)
    spoken = hand.last(Say).utterance.sentences
    assert spoken[0] == TicketNumber(123, "fa")
    assert spoken[-1] == Phrase("kiosk_wait_for_call", "fa")


def test_no_number_is_shown_printed_or_spoken_before_the_store_gave_it(hand: Hand) -> None:
    hand.type_digits(CODE)
    hand.wait(5)
    assert not hand.every(PrintTicket)
    assert not hand.every(Say)
    assert isinstance(hand.view(), WaitView)


def test_the_whole_code_is_never_on_the_screen(hand: Hand) -> None:
    for digits in range(1, 8):
        hand.press(CODE[digits - 1])
        view = hand.view()
        assert isinstance(view, CodeView)
        assert len(view.typed) < 4
        assert view.done * 4 + len(view.typed) == digits


def test_a_slip_is_noticed_at_once_and_asks_nobody(hand: Hand) -> None:
    hand.type_digits(WRONG_CODE)
    assert hand.view() == CodeView("fa", done=0, typed="", wrong=True)
    assert hand.asked() == []
    hand.type_digits(CODE)
    assert len(hand.asked()) == 1


def test_erasing_takes_digits_back_and_then_leaves(hand: Hand) -> None:
    hand.press("1", "2", "erase")
    assert hand.kiosk.mode == TypingCode("1")
    hand.press("erase")
    assert hand.kiosk.mode == Idle()
    assert not hand.every(EndProgram), "who leaves ends nothing"


def test_wrong_codes_lock_code_entry_but_never_walk_ins(hand: Hand) -> None:
    for _ in range(5):
        hand.type_digits(WRONG_CODE)
    view = hand.view()
    assert isinstance(view, RefusalView)
    assert (view.reason, view.step, view.minutes) == (Reason.CODE_LOCKED, NextStep.WALK_IN, 1)
    hand.press("green")
    assert isinstance(hand.view(), DepartmentsView)
    hand.press("erase", "1")
    assert isinstance(hand.kiosk.mode, ReadingRefusal)
    hand.wait(120)
    hand.press("1")
    assert hand.kiosk.mode == TypingCode("1")


def test_the_lock_is_not_gone_round_by_way_of_somebodys_ticket(hand: Hand) -> None:
    for _ in range(5):
        hand.type_digits(WRONG_CODE)
    hand.press("green", "2", "green")
    hand.answer(TICKET)
    hand.printed()
    hand.press("1")
    assert isinstance(view := hand.view(), RefusalView)
    assert view.reason is Reason.CODE_LOCKED


def test_staff_lift_the_lock(hand: Hand) -> None:
    for _ in range(5):
        hand.type_digits(WRONG_CODE)
    hand.press("erase")
    assert isinstance(idle := hand.view(), IdleView)
    assert idle.codes_locked
    order(hand, UnlockCodes())
    hand.press("1")
    assert hand.kiosk.mode == TypingCode("1")


def test_a_code_that_the_store_does_not_know_counts_as_wrong(hand: Hand) -> None:
    for _ in range(5):
        hand.type_digits(CODE)
        hand.answer(Refusal(reason=Reason.NO_SUCH_CODE))
    assert isinstance(view := hand.view(), RefusalView)
    assert view.reason is Reason.CODE_LOCKED


def test_a_walk_in_chooses_department_doctor_and_priority(hand: Hand) -> None:
    hand.press("green")
    assert isinstance(view := hand.view(), DepartmentsView)
    assert [(row.key, row.left, row.open) for row in view.rows] == [
        ("1", 5, True),
        ("2", 9, True),
        ("3", 0, False),
        ("4", 0, False),
    ]
    hand.press("1")
    assert isinstance(doctors := hand.view(), DoctorsView)
    assert [row.name is None for row in doctors.rows] == [True, False, False]
    hand.press("3")
    assert isinstance(priority := hand.view(), PriorityView)
    assert [class_id for class_id, _ in priority.classes] == ["elderly", "pregnant"]
    hand.press("2")
    assert hand.asked() == [TakeWalkIn(department=12, service_day=7, doctor=4, priority="pregnant")]


def test_the_first_free_doctor_and_no_priority_are_one_key_each(hand: Hand) -> None:
    hand.press("green", "1", "1", "green")
    assert hand.asked() == [TakeWalkIn(department=12, service_day=7)]


def test_a_department_without_doctors_asks_no_doctor(hand: Hand) -> None:
    hand.press("green", "2")
    assert hand.kiosk.mode == ChoosingPriority(20, None)


def test_a_full_department_sends_to_another(hand: Hand) -> None:
    hand.press("green", "3")
    hand.answer(Refusal(reason=Reason.SHARE_USED_UP, department=hand.asked()[0].department))
    assert isinstance(view := hand.view(), RefusalView)
    assert (view.reason, view.step) == (Reason.SHARE_USED_UP, NextStep.OTHER_DEPARTMENT)
    hand.press("green")
    assert isinstance(hand.view(), DepartmentsView)


def test_a_department_that_is_closed_today_is_not_called_full(hand: Hand) -> None:
    hand.press("green", "4")
    hand.answer(Refusal(reason=Reason.NO_SESSION, department=hand.asked()[0].department))
    assert isinstance(view := hand.view(), RefusalView)
    assert (view.reason, view.step) == (Reason.NO_SESSION, NextStep.OTHER_DEPARTMENT)


def test_who_comes_on_the_wrong_day_is_offered_a_walk_in_or_a_help_ticket(hand: Hand) -> None:
    hand.type_digits(CODE)
    hand.answer(Refusal(reason=Reason.WRONG_DAY, date="2026-12-01", walk_ins_left=0))
    assert hand.settles() == [(SettleOutcome.NOT_PRINTED, None)]
    assert isinstance(view := hand.view(), RefusalView)
    assert (view.date, view.step) == ("2026-12-01", NextStep.HELP_TICKET)
    hand.press("green")
    assert hand.asked()[-1] == TakeHelpTicket(service_day=7, about=Reason.WRONG_DAY)


def test_who_comes_the_day_after_is_not_told_to_come_on_that_day(hand: Hand) -> None:
    hand.type_digits(CODE)
    hand.answer(Refusal(reason=Reason.WRONG_DAY, date="2026-11-21"))
    assert isinstance(view := hand.view(), RefusalView)
    assert view.screen == "day_passed"


@pytest.mark.parametrize(
    ("doctor", "date", "screen"),
    [(3, "2026-11-22", "doctor_absent"), (3, "2026-11-23", "visit_off"), (None, "2026-11-22", "visit_off")],
)
def test_a_visit_that_is_off_is_told_from_a_doctor_who_is_absent_today(
    hand: Hand, doctor: int | None, date: str, screen: str
) -> None:
    hand.type_digits(CODE)
    hand.answer(Refusal(reason=Reason.DOCTOR_ABSENT, doctor=doctor, date=date))
    assert isinstance(view := hand.view(), RefusalView)
    assert view.screen == screen


def test_a_store_that_says_wait_is_asked_again_and_then_given_up(hand: Hand) -> None:
    hand.type_digits(CODE)
    asked = hand.last(AskTicket)
    hand.answer(Refusal(reason=Reason.WAIT))
    assert isinstance(hand.view(), WaitView)
    hand.wait(1)
    assert hand.last(AskAgain) == AskAgain(asked.request, asked.operation, hand.kiosk.seen)
    hand.wait(11)
    assert isinstance(view := hand.view(), RefusalView)
    assert view.step is NextStep.ASK_AGAIN
    assert hand.settles() == [(SettleOutcome.NOT_PRINTED, None)]
    hand.press("green")
    assert len(hand.asked()) == 2


def test_a_store_that_nobody_reaches_is_said_at_once(hand: Hand) -> None:
    hand.type_digits(CODE)
    hand.event(StoreAway(hand.kiosk.mode.request))  # type: ignore[union-attr]
    assert hand.view() == WaitView("fa", store_away=True)


def test_who_walks_away_while_the_store_is_asked_leaves_no_ticket(hand: Hand) -> None:
    hand.type_digits(CODE)
    request = hand.kiosk.mode.request  # type: ignore[union-attr]
    hand.press("erase")
    assert hand.last(Abandon).request == request
    assert hand.settles() == [(SettleOutcome.NOT_PRINTED, None)]
    hand.answer(TICKET, request)
    assert isinstance(hand.view(), IdleView)
    assert not hand.every(PrintTicket)


def test_no_paper_is_said_before_a_number_is_asked_for(hand: Hand) -> None:
    hand.printer(PrinterStatus.PAPER_OUT)
    hand.type_digits(CODE)
    assert hand.view() == NoPaperView("fa", PrinterStatus.PAPER_OUT)
    assert hand.asked() == []
    hand.press("green")
    hand.answer(TICKET)
    assert hand.settles() == [(SettleOutcome.SHOWN, 123)]
    assert isinstance(view := hand.view(), TicketView)
    assert (view.number, view.outcome) == (123, SettleOutcome.SHOWN)
    assert hand.last(Say).utterance.sentences[0] == TicketNumber(123, "fa")


def test_paper_put_in_meanwhile_prints_after_all(hand: Hand) -> None:
    hand.printer(PrinterStatus.PAPER_OUT)
    hand.type_digits(CODE)
    hand.printer(PrinterStatus.OK)
    hand.answer(TICKET)
    assert hand.every(PrintTicket)


@pytest.mark.parametrize(("perhaps", "outcome"), [(False, SettleOutcome.SHOWN), (True, SettleOutcome.UNKNOWN)])
def test_a_ticket_that_did_not_come_out_is_shown(hand: Hand, perhaps: bool, outcome: SettleOutcome) -> None:
    hand.type_digits(CODE)
    hand.answer(TICKET)
    hand.print_failed(perhaps=perhaps)
    assert hand.settles() == [(outcome, 123)]
    assert isinstance(view := hand.view(), TicketView)
    assert (view.number, view.outcome) == (123, outcome)


def test_a_printer_that_never_answers_does_not_keep_the_patient(hand: Hand) -> None:
    hand.type_digits(CODE)
    hand.answer(TICKET)
    hand.wait(21)
    assert hand.settles() == [(SettleOutcome.UNKNOWN, 123)]
    hand.printed()
    assert len(hand.settles()) == 1


def test_a_companion_has_another_code(hand: Hand) -> None:
    take_coded_ticket(hand)
    hand.press("1")
    assert hand.view() == CodeView("fa", done=0, typed="")
    take_coded_ticket(hand)
    assert len(hand.asked()) == 2


def test_priority_is_asked_for_after_a_coded_ticket_once(hand: Hand) -> None:
    take_coded_ticket(hand)
    hand.press("2")
    assert hand.view() == PriorityView("fa", tuple((card.id, card.name) for card in SITE.priority_classes), number=123)
    hand.press("1")
    asked = hand.last(AskForPriority)
    assert (asked.operation.number, asked.operation.priority) == (123, "elderly")
    hand.noted(asked.request)
    assert isinstance(view := hand.view(), TicketView)
    assert (view.priority, view.ask_priority) == ("noted", False)


def test_a_walk_in_is_not_asked_for_priority_twice(hand: Hand) -> None:
    hand.press("green", "2", "green")
    hand.answer(TICKET)
    hand.printed()
    assert isinstance(view := hand.view(), TicketView)
    assert not view.ask_priority


def test_the_next_patient_finds_the_first_screen(hand: Hand) -> None:
    take_coded_ticket(hand)
    hand.wait(16)
    assert isinstance(hand.view(), IdleView)


def test_nobody_is_thrown_out_without_a_warning_of_twenty_seconds(hand: Hand) -> None:
    hand.press("1", "2")
    hand.wait(30)
    assert hand.view() == StillThereView("fa", bars=10)
    assert hand.last(Say).utterance.sentences == (Phrase("kiosk_still_there", "fa"),)
    hand.wait(19)
    assert hand.view() == StillThereView("fa", bars=1)
    hand.press("7")
    assert hand.kiosk.mode == TypingCode("12")
    hand.wait(50.5)
    assert hand.kiosk.mode == Idle()


def test_the_erase_key_changes_the_language_until_the_visit_ends(hand: Hand) -> None:
    hand.press("erase")
    assert hand.view().language == "en"  # type: ignore[union-attr]
    hand.press("green")
    assert hand.view().language == "en"  # type: ignore[union-attr]
    hand.press("erase")
    assert hand.view().language == "fa"  # type: ignore[union-attr]


def test_every_key_beeps_and_stops_the_speech(hand: Hand) -> None:
    take_coded_ticket(hand)
    before = len(hand.every(Beep))
    hand.press("3")
    assert len(hand.every(Beep)) == before + 1
    assert len(hand.every(Hush)) == 1


def test_the_five_held_speaks_guidance_and_types_nothing(hand: Hand) -> None:
    hand.event(KeyDown("5"))
    assert hand.kiosk.mode == TypingCode("5")
    hand.wait(1.5)
    assert hand.kiosk.mode == Idle()
    assert hand.last(Say).utterance.sentences == (Phrase("kiosk_idle", "fa"),)


def test_a_key_that_stays_down_is_told_as_stuck(hand: Hand) -> None:
    hand.event(KeyDown("8"))
    hand.wait(22)
    health = health_of(hand.kiosk)
    assert (health.stuck_keys, health.input_ok) == (("8",), False)


@pytest.mark.parametrize(("how", "ok"), [("silent", False), ("failed", False), ("hushed", True), ("shipped", True)])
def test_a_voice_that_nobody_hears_is_told_and_one_that_a_key_hushed_is_not(hand: Hand, how: str, ok: bool) -> None:
    hand.event(SpeechEnded("said", how))
    assert health_of(hand.kiosk).speaker_ok is ok


def test_while_the_store_is_asked_another_square_is_hollow_each_second(hand: Hand) -> None:
    hand.type_digits(CODE)
    assert hand.view() == WaitView("fa"), "as it is drawn first"
    hollow = []
    for _ in range(4):
        wait = hand.view()
        assert isinstance(wait, WaitView)
        hollow.append(wait.hollow)
        hand.now += 1
    assert hollow == [2, 0, 1, 2]


def test_a_kiosk_without_its_store_says_so_and_comes_back_by_itself(hand: Hand) -> None:
    hand.event(Disconnected("cable"))
    assert isinstance(hand.view(), AwayView)
    hand.press("1", "green")
    assert hand.kiosk.mode == Idle()
    hand.kiosk = replace(hand.kiosk, feed=replace(hand.kiosk.feed, connected=True))
    assert isinstance(hand.view(), IdleView)


def test_a_screen_whose_beats_stop_is_away_within_six_seconds(hand: Hand) -> None:
    hand.now += 6
    assert isinstance(hand.view(), AwayView)


@pytest.mark.parametrize("status", [DayStatus.CLOSED, DayStatus.CALLING_ONLY])
def test_a_closed_day_tells_the_next_opening(hand: Hand, status: DayStatus) -> None:
    day = changed(DAY, status=status, opens_date="2026-11-23", opens_time="07:30")
    hand.event(Heard("day", "", day, live=True))
    hand.press("1")
    assert isinstance(view := hand.view(), ClosedView)
    assert (view.opens_date, view.opens_time, view.calling_on) == ("2026-11-23", "07:30", status is DayStatus.CALLING_ONLY)


def test_a_technician_finds_and_tests_a_kiosk(hand: Hand) -> None:
    order(hand, Identify())
    assert hand.view() == IdentifyView("kiosk-1")
    hand.wait(11)
    assert isinstance(hand.view(), IdleView)
    order(hand, TestPrint())
    assert hand.every(PrintTestPage)


def test_a_restart_waits_for_the_patient(hand: Hand) -> None:
    hand.press("1")
    order(hand, Restart())
    assert not hand.every(EndProgram)
    hand.press("erase")
    assert hand.every(EndProgram)


def refusal_after_code(hand: Hand, reason: Reason) -> RefusalView:
    hand.type_digits(CODE)
    hand.answer(Refusal(reason=reason))
    if reason in {Reason.WAIT, Reason.INTERNAL_ERROR}:
        hand.wait(11)
    view = hand.view()
    assert isinstance(view, RefusalView)
    return view


@pytest.mark.parametrize("reason", list(Reason))
def test_each_refusal_ends_in_a_next_step(hand: Hand, reason: Reason) -> None:
    view = refusal_after_code(hand, reason)
    took: dict[NextStep, Callable[[], bool]] = {
        NextStep.TYPE_AGAIN: lambda: hand.kiosk.mode == TypingCode(),
        NextStep.WALK_IN: lambda: isinstance(hand.view(), DepartmentsView),
        NextStep.OTHER_DEPARTMENT: lambda: isinstance(hand.view(), DepartmentsView),
        NextStep.HELP_TICKET: lambda: isinstance(hand.asked()[-1], TakeHelpTicket),
        NextStep.ASK_AGAIN: lambda: len(hand.asked()) == 2,
        NextStep.RECEPTION: lambda: hand.kiosk.mode == Idle(),
        NextStep.COME_BACK: lambda: hand.kiosk.mode == Idle(),
    }
    hand.press("green")
    assert took[view.step]()
    assert len(hand.settles()) == 1


def test_a_ticket_on_the_screen_is_kept_for_who_writes_it_down(hand: Hand) -> None:
    hand.type_digits(CODE)
    hand.answer(TICKET)
    hand.print_failed(perhaps=False)
    hand.wait(30)
    assert isinstance(hand.kiosk.mode, HasTicket)
