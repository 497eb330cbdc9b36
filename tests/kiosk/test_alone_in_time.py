"""A kiosk that is alone, as time goes by: paper that ends, power cuts, the settle when the store is back, hours and nights."""

from dataclasses import replace
from typing import Any

from msgspec.structs import replace as changed

from kiosk_device.actions import AskSettle, PrintTicket, Say, SendSettle, WriteNumber
from kiosk_device.events import NumberWritten, OwnTime, Started
from kiosk_device.health import health_of
from kiosk_device.kiosk import deadline
from kiosk_device.settling import GaveAlone, holds_codes
from kiosk_device.state import HasTicket, Idle, Kiosk
from kiosk_device.visit.views import AwayView, ClosedView, IdleView, RefusalView, TicketView
from mqtt.contract import (
    CheckIn,
    DayStatus,
    PrinterStatus,
    Reason,
    Refusal,
    Settled,
    SettleOutcome,
    SheetCode,
    TakeWalkIn,
)
from rules.tracking_code import check_digit
from tests.kiosk.clinic import CODE, DAY, HOUR_MS, NOW_MS, SITE, UNKNOWN_CODE, Hand, ready, sheet, sheet_code, turns
from tests.kiosk.cut_off import cut_off, settle_of, with_sheet

# ------------------------------------------------------------------------------------- paper and power


def test_a_kiosk_whose_data_partition_is_missing_promises_nothing_alone_that_a_power_cut_would_make_it_promise_again() -> None:
    hand = with_sheet(sheet_code())
    hand.kiosk = replace(hand.kiosk, disk_keeps=False)
    hand.lose_the_store()
    hand.type_digits(CODE)
    assert hand.every(PrintTicket) == []
    assert isinstance(hand.view(), AwayView)


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


def test_the_night_after_tomorrows_sheet_nobody_is_told_that_it_is_closed() -> None:
    opens = NOW_MS + 21 * HOUR_MS
    tomorrow = changed(sheet().today, date="2025-11-23", tickets_from_ms=opens, tickets_until_ms=opens + HOUR_MS)
    hand = with_sheet()
    hand.hear(changed(sheet(), tomorrow=tomorrow))
    hand.lose_the_store()
    hand.wait((21 + 24) * 3600)
    assert isinstance(hand.view(), AwayView)


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


# --------------------------------------------------------------------------------- who plays and who does not


def test_booked_patients_who_come_quickly_are_held_up_by_nobodys_pace_and_a_right_code_forgives_the_wrong_ones() -> None:
    booked = [f"600000{count}{check_digit(f'600000{count}')}" for count in range(7)]
    hand = cut_off(*(sheet_code(code) for code in booked))
    hand.type_digits(UNKNOWN_CODE)
    hand.printed()
    hand.press("green")
    assert hand.kiosk.wrong_codes.count == 1
    for code in booked:
        hand.type_digits(code)
        hand.printed()
        hand.press("green")
        assert hand.kiosk.wrong_codes.count == 0
    assert len(hand.every(PrintTicket)) == 8
    assert hand.kiosk.uncoded_at == ()


def test_a_hand_that_took_all_its_tickets_in_a_row_waits_as_long_as_people_would_have_taken() -> None:
    hand = cut_off(walk_ins=(turns(20, 9),))
    most = SITE.kiosk.walk_ins_in_a_row
    for _ in range(most):
        hand.press("green", "1", "green")
        hand.printed()
        hand.press("green")
    hand.wait(4.0 * most - 1)
    hand.press("green", "1", "green")
    assert len(hand.every(PrintTicket)) == most
    hand.press("erase")
    hand.wait(1.0)
    hand.press("green", "1", "green")
    assert len(hand.every(PrintTicket)) == most + 1


def test_a_paper_that_waits_for_its_day_is_told_of_as_soon_as_that_day_is_opened_and_not_at_a_day_that_was_there() -> None:
    hand = cut_off(sheet_code())
    hand.type_digits(CODE)
    hand.printed()
    settle = hand.last(SendSettle).settle
    hand.find_the_store()
    hand.hear(changed(DAY, service_day=0, date="", status=DayStatus.CLOSED))
    hand.answer(Refusal(reason=Reason.WAIT, retry_after_seconds=5.0), settle)
    hand.hear(changed(DAY, service_day=0, date="", status=DayStatus.CLOSED, sequence=2))
    hand.wait(0.0)
    assert hand.every(AskSettle) == []
    hand.hear(DAY)
    hand.wait(0.0)
    assert [one.settle for one in hand.every(AskSettle)] == [settle]
    hand.wait(6.0)
    assert len(hand.every(AskSettle)) == 1
