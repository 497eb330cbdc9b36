"""A kiosk that was alone gave papers of a day that the store has not: tomorrow's, a lost ledger's, one under a wrong clock."""

from datetime import date, timedelta

import pytest

from booking_store.clock import Now
from mqtt.contract import CheckIn, EndDay, OpenDay, Reason, Refusal, RepairDay, Settle, Settled, TicketGiven
from tests.store.clinic import SUNDAY, Clinic, moment_ms, new_id
from tests.store.test_settle_alone import MONDAY, NOT_PRINTED, PRINTED, booked, check_in, walk_in


def of_monday(code: str | None = None, number: int = 950, given_at: str = "07:20") -> Settle:
    """A paper of tomorrow's sheet, given on Monday morning while the store was away."""
    asked = walk_in() if code is None else check_in(code)
    at_ms = moment_ms(given_at, MONDAY)
    return Settle(
        request=new_id(), service_day=0, outcome=PRINTED, number=number, asked=asked, given_at_ms=at_ms, date=MONDAY.isoformat()
    )


def test_a_paper_of_a_day_that_is_not_opened_yet_waits_for_it(any_clinic: Clinic) -> None:
    code = booked(any_clinic, day=MONDAY)
    any_clinic.ask("operator", EndDay(outcome_for_waiting="day_closed"))
    any_clinic.at("07:30", MONDAY)
    paper, settle_id = of_monday(code), new_id()
    waits = any_clinic.ask("kiosk-1", paper, settle_id)
    assert isinstance(waits, Refusal)
    assert (waits.reason, waits.date) == (Reason.WAIT, MONDAY.isoformat())
    assert any_clinic.rows("SELECT 1 FROM tickets") == any_clinic.rows("SELECT 1 FROM ticket_requests") == []
    any_clinic.ask("operator", OpenDay())
    assert any_clinic.ask("kiosk-1", paper, settle_id) == Settled(number=950)
    row = any_clinic.one("SELECT service_day, issued_at_ms FROM tickets WHERE number = 950")
    assert (row.service_day, row.issued_at_ms) == (any_clinic.day, moment_ms("07:20", MONDAY))
    assert any_clinic.call_next("counter-1") == 950


def test_a_paper_of_a_day_that_was_never_opened_is_written_down_for_reception(any_clinic: Clinic) -> None:
    any_clinic.at("08:00", MONDAY + timedelta(days=1))
    assert any_clinic.ask("kiosk-1", of_monday()) == Settled(marked=True)
    trail = any_clinic.one("SELECT why, details FROM audit WHERE what = 'settle_marked'")
    assert trail.why == "day_not_opened"
    assert MONDAY.isoformat() in str(trail.details)
    assert "950" in str(trail.details)


@pytest.mark.parametrize("absurd", ["soon", "2099-01-01"])
def test_a_date_that_can_be_none_is_written_down_and_not_asked_for_ever(clinic: Clinic, absurd: str) -> None:
    paper = Settle(request=new_id(), service_day=0, outcome=PRINTED, number=950, asked=walk_in(), date=absurd)
    assert clinic.ask("kiosk-1", paper) == Settled(marked=True)


def test_a_paper_that_did_not_come_out_waits_for_no_day(clinic: Clinic) -> None:
    paper = Settle(request=new_id(), service_day=0, outcome=NOT_PRINTED, date=MONDAY.isoformat())
    assert clinic.ask("kiosk-1", paper) == Settled()


def of_the_lost_ledger(day: date, service_day: int, number: int = 100) -> Settle:
    """A ticket that a ledger gave of which this one, an older copy, knows nothing."""
    return Settle(request=new_id(), service_day=service_day, outcome=PRINTED, number=number, date=day.isoformat())


def test_a_paper_whose_day_had_another_number_in_the_lost_ledger_stands_on_the_day_of_its_date(any_clinic: Clinic) -> None:
    paper = of_the_lost_ledger(SUNDAY, any_clinic.day + 1)
    assert any_clinic.ask("kiosk-1", paper) == Settled(number=100, marked=True)
    assert any_clinic.one("SELECT service_day FROM tickets").service_day == any_clinic.day


def test_a_paper_of_a_lost_day_does_not_stand_on_the_day_that_has_its_number_now(any_clinic: Clinic) -> None:
    paper = of_the_lost_ledger(SUNDAY - timedelta(days=1), any_clinic.day)
    assert any_clinic.ask("kiosk-1", paper) == Settled(marked=True)
    assert any_clinic.one("SELECT why FROM audit WHERE what = 'settle_marked'").why == "day_not_opened"
    assert any_clinic.call_next("counter-1") is None


def test_a_paper_of_today_waits_where_the_ledger_that_opened_the_day_is_lost(any_clinic: Clinic) -> None:
    paper = of_the_lost_ledger(MONDAY, any_clinic.day + 3)
    any_clinic.ask("operator", EndDay(outcome_for_waiting="day_closed"))
    any_clinic.at("09:00", MONDAY)
    waits = any_clinic.ask("kiosk-1", paper)
    assert isinstance(waits, Refusal)
    assert waits.reason is Reason.WAIT
    any_clinic.ask("operator", OpenDay())
    assert any_clinic.ask("kiosk-1", paper) == Settled(number=100, marked=True)
    assert any_clinic.call_next("counter-1") == 100


def test_a_paper_of_today_waits_while_the_ledgers_own_time_is_tomorrows(any_clinic: Clinic) -> None:
    paper = of_the_lost_ledger(MONDAY, any_clinic.day + 3)
    any_clinic.ask("operator", EndDay(outcome_for_waiting="day_closed"))
    wall_ms, past_midnight_ms = moment_ms("09:00", MONDAY), moment_ms("01:00", MONDAY + timedelta(days=1))
    any_clinic.now = Now(past_midnight_ms, trusted=False, behind=True, wall_ms=wall_ms)
    waits = any_clinic.ask("kiosk-1", paper)
    assert isinstance(waits, Refusal)
    assert waits.reason is Reason.WAIT
    any_clinic.ask("operator", RepairDay(service_day=0, why="the clock had leapt", confirm_clock=True))
    any_clinic.now = Now(wall_ms)
    any_clinic.ask("operator", OpenDay())
    assert any_clinic.ask("kiosk-1", paper) == Settled(number=100, marked=True)
    assert any_clinic.call_next("counter-1") == 100


def test_a_paper_of_a_day_that_was_repaired_does_not_hold_its_code(any_clinic: Clinic) -> None:
    code, wrong_day = booked(any_clinic), any_clinic.day
    any_clinic.ask("operator", RepairDay(service_day=wrong_day, why="the clock was a week ahead"))
    any_clinic.ask("operator", OpenDay())
    paper = Settle(request=new_id(), service_day=wrong_day, outcome=PRINTED, number=950, asked=check_in(code))
    assert any_clinic.ask("kiosk-1", paper) == Settled(number=950, marked=True)
    given = any_clinic.ask("kiosk-1", CheckIn(code=code, service_day=any_clinic.day))
    assert isinstance(given, TicketGiven)
