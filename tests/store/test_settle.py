"""The paper wins: what was printed is what the ledger ends up holding (PROTOCOL rules 1 to 6)."""

from pathlib import Path

from sqlalchemy import select

from booking_store import tables
from mqtt.contract import (
    Board,
    Book,
    Booked,
    CheckIn,
    EndDay,
    Loaded,
    Reason,
    Refusal,
    Settle,
    Settled,
    SettleOutcome,
    TakeWalkIn,
    TicketGiven,
)
from tests.store.clinic import SITE_FILE, Clinic, new_id

PRINTED, SHOWN = SettleOutcome.PRINTED, SettleOutcome.SHOWN
UNKNOWN, NOT_PRINTED = SettleOutcome.UNKNOWN, SettleOutcome.NOT_PRINTED


def take(clinic: Clinic, request: str) -> int:
    """A walk-in ticket whose paper is not settled yet."""
    answer = clinic.ask("kiosk-1", TakeWalkIn(department=11, service_day=clinic.day), request)
    assert isinstance(answer, TicketGiven), answer
    return answer.number


def states(clinic: Clinic) -> dict[int, str]:
    return {row.number: row.state for row in clinic.rows("SELECT number, state FROM tickets")}


def marks(clinic: Clinic, number: int) -> list[str]:
    ticket = clinic.ledger.connection
    with ticket.begin():
        return list(ticket.execute(select(tables.tickets.c.marks).where(tables.tickets.c.number == number)).scalar_one())


def test_a_ticket_is_called_once_its_paper_is_printed(any_clinic: Clinic) -> None:
    take(any_clinic, request := new_id())
    assert any_clinic.call_next("counter-1") is None
    any_clinic.settle(request, PRINTED, 150)
    assert any_clinic.call_next("counter-1") == 150


def test_a_ticket_whose_kiosk_fell_silent_is_called_after_ten_seconds(clinic: Clinic) -> None:
    take(clinic, new_id())
    clinic.wait(9.9)
    assert clinic.call_next("counter-1") is None
    clinic.wait(0.1)
    assert clinic.call_next("counter-1") == 150


def test_a_ticket_without_paper_is_void_and_its_number_is_not_given_again(any_clinic: Clinic) -> None:
    take(any_clinic, request := new_id())
    assert any_clinic.settle(request, NOT_PRINTED) == Settled()
    assert states(any_clinic) == {150: "void"}
    assert take(any_clinic, new_id()) == 151


def test_a_paper_of_which_power_took_the_news_counts_as_printed_and_is_marked(clinic: Clinic) -> None:
    take(clinic, request := new_id())
    assert clinic.settle(request, UNKNOWN) == Settled(number=150, marked=True)
    assert states(clinic) == {150: "waiting"}
    assert marks(clinic, 150) == ["unknown_print"]


def test_another_number_than_the_given_one_takes_its_place(any_clinic: Clinic) -> None:
    take(any_clinic, request := new_id())
    assert any_clinic.settle(request, PRINTED, 960) == Settled(number=960, marked=False)
    assert states(any_clinic) == {150: "void", 960: "waiting"}
    assert any_clinic.call_next("counter-1") == 960


def test_a_counter_that_shows_the_given_number_is_cleared_and_the_printed_one_waits_at_the_head(any_clinic: Clinic) -> None:
    take(any_clinic, request := new_id())
    any_clinic.wait(10)
    any_clinic.walk_in()
    assert any_clinic.call_next("counter-1") == 150
    before = any_clinic.one("SELECT revision FROM points WHERE id = 'counter-1'").revision
    any_clinic.settle(request, PRINTED, 960)
    point = any_clinic.one("SELECT * FROM points WHERE id = 'counter-1'")
    assert point.ticket is None
    assert point.revision > before
    assert any_clinic.call_next("counter-2") == 960
    board = any_clinic.published["board", "hall-1"]
    assert isinstance(board, Board)
    assert [(call.number, call.withdrawn) for call in board.calls] == [(150, True), (960, False)]


def test_two_papers_for_one_code_both_stand_and_reception_looks(any_clinic: Clinic) -> None:
    booked = any_clinic.ask("operator", Book(department=11, doctor=1))
    assert isinstance(booked, Booked)
    first, second = new_id(), new_id()
    for request in (first, second):
        answer = any_clinic.ask("kiosk-1", CheckIn(code=booked.code, service_day=any_clinic.day), request)
        assert isinstance(answer, TicketGiven)
        assert answer.number == 100
    any_clinic.settle(first, PRINTED, 100)
    assert any_clinic.settle(second, PRINTED, 961) == Settled(number=961, marked=True)
    assert states(any_clinic) == {100: "waiting", 961: "waiting"}
    assert marks(any_clinic, 100) == marks(any_clinic, 961) == ["two_papers"]


def test_a_code_whose_paper_failed_twice_is_free_only_when_no_paper_is_left(clinic: Clinic) -> None:
    booked = clinic.ask("operator", Book(department=11, doctor=1))
    assert isinstance(booked, Booked)
    first, second = new_id(), new_id()
    for request in (first, second):
        clinic.ask("kiosk-1", CheckIn(code=booked.code, service_day=clinic.day), request)
    clinic.settle(second, NOT_PRINTED)
    assert states(clinic) == {100: "waiting"}
    clinic.settle(first, NOT_PRINTED)
    assert states(clinic) == {100: "void"}
    again = clinic.ask("kiosk-1", CheckIn(code=booked.code, service_day=clinic.day))
    assert isinstance(again, TicketGiven)
    assert (again.number, again.again) == (101, False)


def test_a_settle_joins_the_number_that_stands_already(clinic: Clinic) -> None:
    take(clinic, first := new_id())
    take(clinic, second := new_id())
    clinic.settle(first, PRINTED, 150)
    clinic.settle(second, PRINTED, 150)
    assert states(clinic) == {150: "waiting", 151: "void"}


def test_a_request_that_comes_after_its_settle_does_nothing(any_clinic: Clinic) -> None:
    request = new_id()
    any_clinic.settle(request, NOT_PRINTED)
    answer = any_clinic.ask("kiosk-1", TakeWalkIn(department=11, service_day=any_clinic.day), request)
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.NOT_POSSIBLE_NOW
    assert states(any_clinic) == {}


def test_a_paper_that_the_ledger_never_gave_stands_and_raises_the_next_number(any_clinic: Clinic) -> None:
    assert any_clinic.settle(new_id(), PRINTED, 155) == Settled(number=155, marked=True)
    assert states(any_clinic) == {155: "waiting"}
    assert take(any_clinic, new_id()) == 156


def test_a_paper_of_a_day_that_has_ended_is_not_forgotten(any_clinic: Clinic) -> None:
    take(any_clinic, request := new_id())
    day = any_clinic.day
    any_clinic.ask("operator", EndDay(outcome_for_waiting="day_closed"))
    late = Settle(request=request, service_day=day, outcome=PRINTED, number=962)
    assert any_clinic.ask("kiosk-1", late) == Settled(number=962, marked=True)
    row = any_clinic.one("SELECT state, outcome FROM tickets WHERE number = 962")
    assert (row.state, row.outcome) == ("not_served", "day_closed")


def test_a_settle_with_a_number_that_can_be_none_is_written_down_and_marked(any_clinic: Clinic) -> None:
    assert any_clinic.settle(new_id(), PRINTED, 12_345) == Settled(marked=True)


def test_nothing_takes_back_a_paper_that_is_out(clinic: Clinic) -> None:
    take(clinic, request := new_id())
    clinic.settle(request, PRINTED, 150)
    assert clinic.settle(request, NOT_PRINTED) == Settled(number=150)
    assert states(clinic) == {150: "waiting"}


def test_a_paper_that_came_out_after_all_stands_again(clinic: Clinic) -> None:
    take(clinic, request := new_id())
    clinic.settle(request, NOT_PRINTED)
    clinic.settle(request, PRINTED, 150)
    assert states(clinic) == {150: "waiting"}
    assert clinic.call_next("counter-1") == 150


def test_a_settle_of_a_kiosk_that_the_site_file_forgot_is_taken_once_it_stands_there_again(
    any_clinic: Clinic, tmp_path: Path
) -> None:
    forgetful = tmp_path / "forgetful.toml"
    forgetful.write_text(SITE_FILE.read_text(encoding="utf-8").replace('id = "kiosk-1"', 'id = "kiosk-9"'), encoding="utf-8")
    take(any_clinic, request := new_id())
    paper = Settle(request=request, service_day=any_clinic.day, outcome=PRINTED, number=150)
    assert isinstance(loaded := any_clinic.load_site(forgetful), Loaded), loaded
    refused = any_clinic.ask("kiosk-1", paper, settle := new_id())
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.NOT_ALLOWED
    assert isinstance(loaded := any_clinic.load_site(), Loaded), loaded
    assert any_clinic.ask("kiosk-1", paper, settle) == Settled(number=150)
