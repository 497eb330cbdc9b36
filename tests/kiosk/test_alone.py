"""A kiosk whose store is away: it goes on by its sheet, promises only what is on its disk, and comes back by itself."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as changed

from kiosk_device.actions import Abandon, AskTicket, ForgetSheet, Keep, PrintTicket, Say, SendSettle, WriteNumber
from kiosk_device.health import health_of, showing
from kiosk_device.state import Asking, Idle, ReadingRefusal
from kiosk_device.visit.refusals import NextStep
from kiosk_device.visit.views import AwayView, DepartmentsView, IdleView, RefusalView, TicketView
from mqtt.contract import (
    CheckIn,
    DepartmentCard,
    Name,
    PointCard,
    Reason,
    Refusal,
    Settle,
    SettleOutcome,
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
from tests.kiosk.cut_off import cut_off, settle_of, with_sheet

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


@pytest.mark.parametrize(("facts", "named"), [({"departments": (20,)}, 0), ({"doctors": (4,)}, 0), ({"doctors": (3,)}, 1)])
def test_a_paper_names_the_points_that_receive_this_department_and_doctor(facts: dict[str, Any], named: int) -> None:
    hand = cut_off(sheet_code())
    other = PointCard(id="counter-9", kind="counter", label=9, zone="hall-1", stages=("reception",), **facts)
    hand.hear(changed(SITE, sequence=2, points=(*SITE.points, other)))
    hand.type_digits(CODE)
    assert hand.last(PrintTicket).ticket.points.count("counter-9") == named


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
