"""A kiosk whose store is away: it goes on by its sheet, promises only what is on its disk, and comes back by itself."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as changed

from kiosk_device.actions import Abandon, AskSettle, AskTicket, ForgetSheet, Keep, PrintTicket, Say, SendSettle, WriteNumber
from kiosk_device.events import NumberWritten, OwnTime, Started
from kiosk_device.health import health_of, showing
from kiosk_device.kiosk import deadline
from kiosk_device.settling import GaveAlone, holds_codes
from kiosk_device.state import Asking, HasTicket, Idle, Kiosk, ReadingRefusal
from kiosk_device.visit.refusals import NextStep
from kiosk_device.visit.views import AwayView, ClosedView, DepartmentsView, IdleView, RefusalView, TicketView
from mqtt.contract import (
    CheckIn,
    DayStatus,
    DepartmentCard,
    Name,
    PointCard,
    PrinterStatus,
    Reason,
    Refusal,
    Settle,
    Settled,
    SettleOutcome,
    SheetCode,
    Source,
    StoreBeat,
    TakeHelpTicket,
    TakeWalkIn,
    Welcome,
)
from mqtt.session import Cleared, StoreAway
from rules.tracking_code import check_digit
from sounds.utterance import TicketNumber
from tests.kiosk.clinic import (
    CODE,
    DAY,
    HOUR_MS,
    NOW_MS,
    SITE,
    TICKET,
    UNKNOWN_CODE,
    WRONG_CODE,
    Hand,
    ready,
    sheet,
    sheet_code,
    turns,
)


def with_sheet(*codes: SheetCode, **facts: Any) -> Hand:
    """A kiosk that has its sheet, before a store that lives."""
    hand = Hand()
    hand.hear(sheet(*codes, **facts))
    hand.hear(StoreBeat(up=True, connection="s", epoch="epoch-1", sequence=1, wall_ms=NOW_MS))
    return hand


def cut_off(*codes: SheetCode, **facts: Any) -> Hand:
    """A kiosk that has its sheet, and lost its store."""
    hand = with_sheet(*codes, **facts)
    hand.lose_the_store()
    return hand


def settle_of(hand: Hand) -> Settle:
    last = hand.last(SendSettle)
    assert isinstance(last, SendSettle)
    return last.operation


# ------------------------------------------------------------------------------------------ being alone


def test_a_kiosk_that_loses_its_store_says_so_at_once_and_goes_on() -> None:
    hand = cut_off(sheet_code())
    view = hand.view()
    assert isinstance(view, IdleView)
    assert view.alone
    assert view.clock == "10:00"
    assert health_of(hand.kiosk).faults == ("the store is away: this kiosk gives numbers of its own",)
    assert showing(hand.kiosk) is None


def test_beats_that_stop_coming_are_a_store_that_is_away() -> None:
    hand = with_sheet(sheet_code())
    hand.store_lives = False
    hand.wait(5.0)
    assert hand.kiosk.alone is not None


def test_a_store_that_says_that_it_ends_is_away() -> None:
    hand = with_sheet(sheet_code())
    hand.hear(StoreBeat(up=False, connection="s"))
    view = hand.view()
    assert isinstance(view, IdleView)
    assert (view.alone, view.clock) == (True, "10:00")


def test_it_comes_back_by_itself() -> None:
    hand = cut_off()
    hand.find_the_store()
    assert hand.kiosk.alone is None
    view = hand.view()
    assert isinstance(view, IdleView)
    assert not view.alone
    hand.type_digits(CODE)
    assert [one.operation for one in hand.every(AskTicket)] == [CheckIn(code=CODE, service_day=7)]


@pytest.mark.parametrize("missing", ["sheet", "words on the doors", "its own numbers"])
def test_without_its_sheet_or_its_numbers_it_sends_people_to_reception(missing: str) -> None:
    hand = with_sheet(sheet_code())
    lacking: dict[str, dict[str, Any]] = {
        "sheet": {"sheet": None},
        "words on the doors": {"site": None},
        "its own numbers": {"own_numbers_known": False},
    }
    hand.kiosk = replace(hand.kiosk, **lacking[missing])
    hand.lose_the_store()
    assert isinstance(hand.view(), AwayView)
    hand.type_digits(CODE)
    assert isinstance(hand.kiosk.mode, Idle)


def test_a_new_card_gives_numbers_only_above_what_the_store_knows() -> None:
    hand = Hand(replace(ready(), own_numbers_known=False))
    hand.hear(sheet(sheet_code()), live=False)
    hand.hear(StoreBeat(up=True, connection="s", epoch="epoch-1", sequence=1, wall_ms=NOW_MS))
    request = hand.kiosk.generation.request
    assert request is not None
    hand.answer(Welcome(highest=954), request)
    hand.lose_the_store()
    hand.type_digits(CODE)
    assert hand.last(PrintTicket).ticket.number == 955


def test_a_kiosk_that_starts_gives_its_store_three_seconds() -> None:
    hand = with_sheet(sheet_code())
    hand.kiosk = replace(hand.kiosk, patient_until=hand.now + 3.0, day=None)
    hand.lose_the_store()
    assert isinstance(hand.view(), AwayView)
    hand.wait(3.0)
    assert isinstance(hand.view(), IdleView)


def test_the_newest_sheet_and_the_words_on_the_doors_are_kept_on_the_disk() -> None:
    hand = Hand()
    kept = sheet(sheet_code())
    hand.hear(kept)
    hand.hear(changed(SITE, phone=None))
    assert [one.message for one in hand.every(Keep)] == [kept, changed(SITE, phone=None)]
    hand.event(Cleared("sheet", "kiosk-1"))
    assert hand.every(ForgetSheet)
    assert hand.kiosk.sheet is None


# --------------------------------------------------------------------------------------------- the code


def test_a_booked_patient_gets_a_number_of_the_kiosks_own_on_paper_and_hears_it() -> None:
    hand = cut_off(sheet_code(time_ms=NOW_MS + HOUR_MS))
    hand.type_digits(CODE)
    job = hand.last(PrintTicket)
    assert (job.ticket.number, job.ticket.source, job.alone) == (950, Source.BOOKED, True)
    assert (job.ticket.department, job.ticket.doctor, job.ticket.zone) == (12, 3, "hall-1")
    assert (job.ticket.booked_time, job.ticket.issued_at_ms) == ("11:00", NOW_MS)
    hand.printed()
    spoken = hand.last(Say).utterance.sentences
    assert TicketNumber(950, "fa") in spoken
    view = hand.view()
    assert isinstance(view, TicketView)
    assert (view.number, view.ahead, view.ask_priority) == (950, None, False)
    assert settle_of(hand) == Settle(
        request=job.request,
        service_day=7,
        outcome=SettleOutcome.PRINTED,
        number=950,
        asked=CheckIn(code=CODE, service_day=7),
        given_at_ms=NOW_MS,
        date=DAY.date,
    )
    assert hand.every(AskTicket) == [], "nobody was asked"


def test_the_number_is_on_the_disk_before_the_printer_moves() -> None:
    hand = cut_off(sheet_code())
    hand.type_digits(CODE)
    kinds = [type(action) for action in hand.actions]
    assert kinds.index(WriteNumber) < kinds.index(PrintTicket)
    line = hand.last(WriteNumber).line
    assert (line.number, line.asked) == (950, CheckIn(code=CODE, service_day=7))


def test_a_disk_that_is_full_promises_nothing_and_the_number_is_never_given() -> None:
    hand = cut_off(sheet_code())
    hand.disk_full = True
    hand.type_digits(CODE)
    assert hand.every(PrintTicket) == []
    view = hand.view()
    assert isinstance(view, RefusalView)
    assert view.step is NextStep.RECEPTION
    assert settle_of(hand).outcome is SettleOutcome.NOT_PRINTED
    hand.disk_full = False
    hand.press("erase")
    hand.type_digits(CODE)
    assert hand.last(PrintTicket).ticket.number == 951


def test_the_same_code_again_is_the_same_number_on_paper_again() -> None:
    hand = cut_off(sheet_code())
    hand.type_digits(CODE)
    hand.printed()
    hand.press("green")
    hand.type_digits(CODE)
    ticket = hand.last(PrintTicket).ticket
    assert (ticket.number, ticket.again) == (950, True)
    hand.printed()
    first, second = hand.every(SendSettle)
    assert first.operation.number == second.operation.number == 950
    assert first.operation.request != second.operation.request, "each paper is settled"


def test_the_number_that_the_store_gave_a_code_is_printed_again() -> None:
    hand = cut_off(sheet_code(number=104, state="waiting"))
    hand.type_digits(CODE)
    ticket = hand.last(PrintTicket).ticket
    assert (ticket.number, ticket.again) == (104, True)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"cancelled": True}, Reason.CANCELLED),
        ({"doctor_absent": True}, Reason.DOCTOR_ABSENT),
        ({"number": 104, "state": "done"}, Reason.ALREADY_SERVED),
        ({"good_from_ms": NOW_MS + HOUR_MS}, Reason.TOO_EARLY),
        ({"good_until_ms": NOW_MS - 1}, Reason.TOO_LATE),
    ],
)
def test_why_not_is_said_as_ever_and_ends_in_a_next_step(facts: dict[str, Any], reason: Reason) -> None:
    hand = cut_off(sheet_code(**facts))
    hand.type_digits(CODE)
    view = hand.view()
    assert isinstance(view, RefusalView)
    assert view.reason is reason
    assert hand.every(WriteNumber) == []
    if reason is Reason.TOO_EARLY:
        assert view.time == "11:00"


@pytest.mark.parametrize(("stages", "stage", "zone"), [(("sampling",), "sampling", "hall-2"), ((), "reception", "hall-1")])
def test_whose_department_begins_elsewhere_is_sent_there(stages: tuple[str, ...], stage: str, zone: str) -> None:
    """A store of before does not tell where."""
    sampling = PointCard(id="counter-9", kind="counter", label=9, zone="hall-2", stages=("sampling",))
    laboratory = DepartmentCard(code=20, name=Name(fa="آزمایشگاه"), stages=stages)
    hand = cut_off(sheet_code(department=20, doctor=None))
    hand.hear(changed(SITE, sequence=2, departments=(laboratory,), points=(*SITE.points, sampling)))
    hand.type_digits(CODE)
    ticket = hand.last(PrintTicket).ticket
    assert (ticket.stage, ticket.zone) == (stage, zone)


def test_an_unknown_code_gets_a_provisional_ticket_to_reception() -> None:
    hand = cut_off(sheet_code())
    hand.type_digits(UNKNOWN_CODE)
    ticket = hand.last(PrintTicket).ticket
    assert (ticket.number, ticket.source, ticket.points) == (950, Source.HELP, ("counter-1",))
    hand.printed()
    assert settle_of(hand).asked == CheckIn(code=UNKNOWN_CODE, service_day=7)


def test_a_prankster_with_unknown_codes_is_locked_out_after_a_few_and_walk_ins_are_not() -> None:
    hand = cut_off(walk_ins=(turns(20, 2),))
    for first in range(1, 6):
        hand.type_digits(code_number(first))
        if hand.every(PrintTicket) and not isinstance(hand.kiosk.mode, ReadingRefusal):
            hand.printed()
            hand.press("green")
    assert len(hand.every(PrintTicket)) == 4
    view = hand.view()
    assert isinstance(view, RefusalView)
    assert view.reason is Reason.CODE_LOCKED
    hand.press("erase", "green")
    assert isinstance(hand.view(), DepartmentsView)


def code_number(count: int) -> str:
    """A code that is well formed, and nobody's."""
    return f"500000{count}{check_digit(f'500000{count}')}"


def test_a_mistyped_code_is_told_at_once() -> None:
    hand = cut_off(sheet_code())
    hand.type_digits(WRONG_CODE)
    assert hand.every(WriteNumber) == []


# ------------------------------------------------------------------------------------------ no code


def test_a_walk_in_takes_one_of_the_turns_that_are_kept_for_this_kiosk() -> None:
    hand = cut_off(walk_ins=(turns(20, 2),))
    hand.press("green")
    view = hand.view()
    assert isinstance(view, DepartmentsView)
    assert [(row.left, row.open) for row in view.rows] == [(2, True)]
    assert (view.alone, view.code_again) == (True, False), "a code is sent again by the store alone"
    hand.press("1", "1")
    job = hand.last(PrintTicket)
    assert (job.ticket.number, job.ticket.source, job.ticket.priority) == (950, Source.WALK_IN, "elderly")
    hand.printed()
    assert settle_of(hand).asked == TakeWalkIn(department=20, service_day=7, priority="elderly")


def test_the_first_free_doctor_is_named_on_the_paper_and_to_the_store() -> None:
    hand = cut_off(walk_ins=(turns(12, 1, doctor=3), turns(12, 1, doctor=4)))
    hand.press("green", "1", "1", "green")
    assert hand.last(PrintTicket).ticket.doctor == 3
    hand.printed()
    assert settle_of(hand).asked == TakeWalkIn(department=12, service_day=7, doctor=3)


def test_when_the_kept_turns_are_given_the_next_step_is_a_ticket_to_reception() -> None:
    hand = cut_off(walk_ins=(turns(20, 1),))
    hand.press("green", "1", "green")
    hand.printed()
    hand.press("green")
    hand.wait(1.0)
    hand.press("green")
    view = hand.view()
    assert isinstance(view, RefusalView)
    assert (view.screen, view.step) == ("alone_full", NextStep.HELP_TICKET)
    hand.press("green")
    assert hand.last(PrintTicket).ticket.source is Source.HELP
    hand.printed()
    assert settle_of(hand).asked == TakeHelpTicket(service_day=7, about=Reason.SHARE_USED_UP)


def test_one_hand_cannot_empty_the_range() -> None:
    hand = cut_off(walk_ins=(turns(20, 9),))
    for _ in range(5):
        hand.press("green", "1", "green")
        hand.printed()
        hand.press("green")
    hand.press("green", "1", "green")
    view = hand.view()
    assert isinstance(view, RefusalView)
    assert view.reason is Reason.TOO_MANY_TICKETS
    hand.press("erase")
    hand.wait(20.0)
    hand.press("green", "1", "green")
    assert len(hand.every(PrintTicket)) == 6


# -------------------------------------------------------------------------------------- in mid request


def test_a_store_that_does_not_answer_within_three_seconds_is_not_waited_for() -> None:
    hand = with_sheet(sheet_code())
    hand.type_digits(CODE)
    asked = hand.last(AskTicket).request
    hand.wait(2.9)
    assert isinstance(hand.kiosk.mode, Asking)
    hand.wait(0.1)
    job = hand.last(PrintTicket)
    assert (job.request, job.ticket.number) == (asked, 950)
    assert Abandon(asked) in hand.actions


def test_nobody_who_hears_is_as_good_as_nobody_there() -> None:
    hand = with_sheet(sheet_code())
    hand.type_digits(CODE)
    hand.event(StoreAway(hand.last(AskTicket).request))
    assert hand.last(PrintTicket).ticket.number == 950


def test_a_cable_that_is_pulled_in_mid_request_is_not_waited_for() -> None:
    hand = with_sheet(sheet_code())
    hand.type_digits(CODE)
    hand.lose_the_store()
    assert hand.last(PrintTicket).ticket.number == 950


def test_a_store_that_wants_to_be_waited_for_longer_than_three_seconds_is_not() -> None:
    hand = with_sheet(sheet_code())
    hand.type_digits(CODE)
    hand.answer(Refusal(reason=Reason.WAIT, retry_after_seconds=5.0))
    assert hand.last(PrintTicket).ticket.number == 950


def test_the_stores_late_answer_changes_nothing_and_the_paper_wins() -> None:
    hand = with_sheet(sheet_code())
    hand.type_digits(CODE)
    asked = hand.last(AskTicket).request
    hand.lose_the_store()
    before = hand.kiosk.mode
    hand.answer(TICKET, asked)
    assert hand.kiosk.mode == before
    hand.printed()
    settle = settle_of(hand)
    assert (settle.request, settle.number, settle.asked) == (asked, 950, CheckIn(code=CODE, service_day=7))


def test_a_kiosk_without_a_sheet_goes_on_asking_and_says_so_at_last() -> None:
    hand = Hand()
    hand.type_digits(CODE)
    hand.wait(9.9)
    assert isinstance(hand.kiosk.mode, Asking)
    hand.wait(0.2)
    view = hand.view()
    assert isinstance(view, RefusalView)
    assert view.screen == "no_answer"


# ------------------------------------------------------------------------------------- paper and power


def test_without_paper_the_number_is_written_before_it_is_shown_and_spoken() -> None:
    hand = cut_off(sheet_code())
    hand.printer(PrinterStatus.PAPER_OUT)
    hand.type_digits(CODE)
    hand.press("green")
    kinds = [type(action) for action in hand.actions]
    assert kinds.index(WriteNumber) < kinds.index(SendSettle) < len(kinds) - 1 - kinds[::-1].index(Say)
    view = hand.view()
    assert isinstance(view, TicketView)
    assert (view.number, view.outcome) == (950, SettleOutcome.SHOWN)
    assert settle_of(hand).outcome is SettleOutcome.SHOWN


def test_without_paper_a_disk_that_is_full_shows_no_number() -> None:
    hand = cut_off(sheet_code())
    hand.disk_full = True
    hand.printer(PrinterStatus.PAPER_OUT)
    hand.type_digits(CODE)
    hand.press("green")
    assert isinstance(hand.view(), RefusalView)
    assert hand.every(Say) == []


def test_paper_that_ends_in_mid_ticket_leaves_the_number_on_the_screen() -> None:
    hand = cut_off(sheet_code())
    hand.type_digits(CODE)
    hand.print_failed(perhaps=False)
    assert isinstance(hand.kiosk.mode, HasTicket)
    assert settle_of(hand).outcome is SettleOutcome.SHOWN


def test_a_disk_whose_answer_was_lost_is_asked_again() -> None:
    hand = cut_off(sheet_code())
    hand.disk_answers = False
    hand.type_digits(CODE)
    hand.wait(2.0)
    first, second = hand.every(WriteNumber)
    assert first == second
    hand.event(NumberWritten(first.request))
    hand.event(NumberWritten(first.request))
    assert len(hand.every(PrintTicket)) == 1


def test_a_power_cut_after_the_line_is_a_paper_that_perhaps_came_out() -> None:
    hand = cut_off(sheet_code())
    hand.type_digits(CODE)
    again = Hand(replace(ready(), papers=hand.kiosk.papers))
    again.event(Started())
    settle = settle_of(again)
    assert (settle.outcome, settle.number) == (SettleOutcome.UNKNOWN, 950)
    assert settle.asked == CheckIn(code=CODE, service_day=7)


# --------------------------------------------------------------------------------- settled, and forgotten


def test_once_the_store_has_the_settle_the_code_is_forgotten_and_its_place_is_not() -> None:
    hand = cut_off(sheet_code())
    hand.type_digits(CODE)
    hand.printed()
    assert health_of(hand.kiosk).unsettled == 1
    hand.find_the_store()
    hand.answer(Settled(number=950), hand.last(SendSettle).settle)
    assert not holds_codes(hand.kiosk.papers)
    assert health_of(hand.kiosk).unsettled == 0
    kept = next(iter(hand.kiosk.papers.by_request.values())).alone
    assert isinstance(kept, GaveAlone)
    assert (kept.number, kept.asked) == (950, TakeWalkIn(department=12, service_day=7, doctor=3))


def test_a_turn_that_the_store_has_not_heard_of_is_not_given_twice() -> None:
    hand = cut_off(walk_ins=(turns(20, 1),))
    hand.press("green", "1", "green")
    hand.printed()
    hand.find_the_store()
    hand.hear(sheet(walk_ins=(turns(20, 1),)))
    hand.lose_the_store()
    hand.press("green")
    hand.wait(1.0)
    hand.press("green")
    view = hand.view()
    assert isinstance(view, RefusalView)
    assert view.screen == "alone_full"


def test_after_a_restart_the_open_settles_are_told_with_all_that_only_the_kiosk_knows() -> None:
    hand = cut_off(sheet_code())
    hand.type_digits(CODE)
    hand.printed()
    told = hand.last(SendSettle)
    again = Hand(replace(ready(), papers=hand.kiosk.papers))
    again.event(Started())
    (asked,) = again.every(AskSettle)
    assert (asked.settle, asked.operation) == (told.settle, told.operation)


# ------------------------------------------------------------------------------------- time and the day


def rebooted(*codes: SheetCode, **facts: Any) -> Hand:
    """A kiosk that started without a store, with what its disk held."""
    before = cut_off(*codes, **facts).kiosk
    known = Kiosk(device="kiosk-1", boot="c" * 16, site=SITE, sheet=before.sheet, printer=PrinterStatus.OK)
    hand = Hand(known, store_lives=False)
    hand.event(Started())
    return hand


def test_after_a_start_without_a_store_and_a_clock_no_date_is_printed() -> None:
    hand = rebooted(sheet_code(good_until_ms=NOW_MS - 1))
    view = hand.view()
    assert isinstance(view, IdleView)
    assert (view.alone, view.clock) == (True, None)
    hand.type_digits(CODE)
    assert hand.last(PrintTicket).ticket.issued_at_ms == 0
    hand.printed()
    assert settle_of(hand).given_at_ms is None


def test_a_clock_of_its_own_that_something_keeps_right_is_as_good_as_the_stores() -> None:
    hand = rebooted(sheet_code())
    hand.event(OwnTime(NOW_MS + 60_000))
    hand.wait(1.0)
    view = hand.view()
    assert isinstance(view, IdleView)
    assert view.clock == "10:01"
    hand.event(OwnTime(NOW_MS - HOUR_MS))
    hand.wait(1.0)
    view = hand.view()
    assert isinstance(view, IdleView)
    assert view.clock is None, "it stands before the store's last word"


def test_a_time_that_the_store_does_not_trust_itself_is_on_no_paper() -> None:
    hand = with_sheet(sheet_code())
    hand.hear(changed(DAY, clock_trusted=False))
    hand.lose_the_store()
    hand.type_digits(CODE)
    assert hand.last(PrintTicket).ticket.issued_at_ms == 0


def test_when_the_hours_are_over_it_closes_as_the_store_would() -> None:
    tomorrow = changed(sheet().today, date="2026-11-23", service_day=0, tickets_from_ms=NOW_MS + 21 * HOUR_MS)
    hand = with_sheet()
    hand.hear(changed(sheet(sheet_code()), tomorrow=tomorrow))
    hand.lose_the_store()
    hand.wait(2 * 3600)
    view = hand.view()
    assert isinstance(view, ClosedView)
    assert (view.opens_date, view.opens_time) == ("2026-11-23", "07:00")


def test_whoever_types_over_the_closing_hour_is_told_when_it_opens_again() -> None:
    closes = NOW_MS + 10_000
    tomorrow = changed(sheet().today, date="2026-11-23", service_day=0, tickets_from_ms=NOW_MS + 21 * HOUR_MS)
    hand = with_sheet()
    hand.hear(changed(sheet(sheet_code(), tickets_until_ms=closes), tomorrow=tomorrow))
    hand.lose_the_store()
    hand.type_digits(CODE[:-1])
    hand.wait(11.0)
    hand.type_digits(CODE[-1])
    view = hand.view()
    assert isinstance(view, RefusalView)
    assert (view.reason, view.date, view.time) == (Reason.CLOSED, "2026-11-23", "07:00")


def test_a_kiosk_whose_sheet_knows_no_day_sends_people_to_reception() -> None:
    assert isinstance(cut_off(today=False).view(), AwayView)


def test_overnight_tomorrows_sheet_begins_with_tomorrows_tickets() -> None:
    today = changed(sheet().today, status=DayStatus.CLOSED)
    opens = NOW_MS + 21 * HOUR_MS
    tomorrow = changed(
        sheet(sheet_code()).today,
        date="2026-11-23",
        service_day=0,
        status=DayStatus.CLOSED,
        tickets_from_ms=opens,
        tickets_until_ms=opens + HOUR_MS,
    )
    hand = with_sheet()
    hand.hear(changed(sheet(), today=today, tomorrow=tomorrow))
    hand.lose_the_store()
    hand.type_digits(CODE)
    assert isinstance(hand.kiosk.mode, Idle)
    hand.wait(21 * 3600)
    assert isinstance(hand.view(), IdleView)
    hand.type_digits(CODE)
    hand.printed()
    settle = settle_of(hand)
    assert (settle.number, settle.service_day, settle.date) == (950, 0, "2026-11-23")


def test_a_kiosk_that_was_told_nothing_of_the_new_day_sends_people_to_reception() -> None:
    hand = cut_off(sheet_code(), date="2025-11-22")
    hand.wait(24 * 3600)
    assert isinstance(hand.view(), AwayView)


def test_a_range_that_is_used_up_sends_people_to_reception() -> None:
    hand = cut_off(sheet_code(), highest=959)
    assert isinstance(hand.view(), AwayView)


def test_the_loop_never_spins_however_long_it_is_alone() -> None:
    hand = cut_off(sheet_code())
    for _ in range(5):
        hand.wait(1.0)
        at = deadline(hand.kiosk)
        assert at is not None
        assert at > hand.now
