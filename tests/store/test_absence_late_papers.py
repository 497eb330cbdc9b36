"""A kiosk that was alone gave papers for a doctor who was announced to be gone meanwhile: nobody waits for an empty room."""

from datetime import timedelta
from pathlib import Path

import pytest

from mqtt.contract import (
    Changed,
    CheckIn,
    Finish,
    Press,
    Remedy,
    Settle,
    Settled,
    SettleOutcome,
    TakeWalkIn,
    TicketGiven,
    UndoAbsence,
)
from tests.store.absences import AHMADI, AKBARI, MORADI, announced, booked, with_texts
from tests.store.clinic import SUNDAY, Clinic, new_id

MONDAY = (SUNDAY + timedelta(days=1)).isoformat()
PAPER = 950


@pytest.fixture
def told(any_clinic: Clinic, tmp_path: Path) -> Clinic:
    """The small clinic, which also texts, on both kinds of database."""
    return with_texts(any_clinic, tmp_path)


def given_alone(clinic: Clinic, asked: CheckIn | TakeWalkIn) -> None:
    paper = Settle(request=new_id(), service_day=clinic.day, outcome=SettleOutcome.PRINTED, number=PAPER, asked=asked)
    clinic.ask("kiosk-1", paper)


def waits(clinic: Clinic) -> tuple[str, int | None, bool, bool]:
    """Where it waits and for whom, whether a doctor is ahead, and whether reception sees that theirs is gone."""
    standing = "FROM tickets t JOIN stops s ON s.ticket = t.id WHERE s.ended_at_ms IS NULL"
    row = clinic.one(f"SELECT s.stage, t.doctor, t.ahead, t.marks {standing}")
    return row.stage, row.doctor, "doctor" in str(row.ahead), "doctor_absent" in str(row.marks)


def test_a_walk_in_for_who_is_gone_is_told_at_reception_and_goes_no_further(told: Clinic) -> None:
    announced(told, MORADI)
    given_alone(told, TakeWalkIn(department=12, doctor=MORADI, service_day=0))
    assert waits(told) == ("reception", MORADI, False, True)


def test_a_code_that_was_moved_to_another_day_is_no_turn_of_the_doctor_who_is_gone(told: Clinic) -> None:
    code = booked(told)
    announced(told, remedy=Remedy.MOVE, move_to=MONDAY)
    given_alone(told, CheckIn(code=code, service_day=0))
    assert waits(told) == ("reception", AHMADI, False, True)


def test_who_stands_in_sees_also_those_of_whom_the_store_hears_late(told: Clinic) -> None:
    announced(told, MORADI, remedy=Remedy.SUBSTITUTE, substitute=AKBARI)
    given_alone(told, TakeWalkIn(department=12, doctor=MORADI, service_day=0))
    assert waits(told) == ("reception", AKBARI, True, False)


def test_who_stands_in_may_be_gone_too_by_then(told: Clinic) -> None:
    announced(told, MORADI, remedy=Remedy.SUBSTITUTE, substitute=AKBARI)
    announced(told, AKBARI)
    given_alone(told, TakeWalkIn(department=12, doctor=MORADI, service_day=0))
    assert waits(told) == ("reception", MORADI, False, True)


def test_a_booking_of_before_the_doctor_went_is_told_who_comes_with_it_afterwards(told: Clinic) -> None:
    code = booked(told.at("07:50"), MORADI)
    announced(told, MORADI, starts="08:30")
    given_alone(told.at("09:00"), CheckIn(code=code, service_day=0))
    assert waits(told) == ("reception", MORADI, False, True)


def test_a_doctor_who_goes_later_still_sees_who_came_before(told: Clinic) -> None:
    announced(told.at("08:30"), MORADI, starts="09:30")
    given_alone(told, TakeWalkIn(department=12, doctor=MORADI, service_day=0))
    assert waits(told) == ("reception", MORADI, True, False)


def test_when_the_absence_is_taken_back_the_paper_is_good(told: Clinic) -> None:
    absence = announced(told, MORADI).absence
    assert absence is not None
    given_alone(told, TakeWalkIn(department=12, doctor=MORADI, service_day=0))
    told.ask("operator", UndoAbsence(absence=absence))
    assert waits(told) == ("reception", MORADI, True, False)


def test_who_was_told_and_whose_paper_came_out_after_all_is_told_again(told: Clinic) -> None:
    request = new_id()
    given = told.ask("kiosk-1", TakeWalkIn(department=12, doctor=MORADI, service_day=told.day), request)
    assert isinstance(given, TicketGiven)
    absence = announced(told, MORADI).absence
    assert absence is not None
    told.settle(request, SettleOutcome.NOT_PRINTED)
    assert told.settle(request, SettleOutcome.PRINTED, given.number) == Settled(number=given.number)
    assert waits(told) == ("reception", MORADI, False, True)
    told.ask("operator", UndoAbsence(absence=absence))
    assert waits(told) == ("reception", MORADI, False, True), "reception tells them, and sends them to who is here after all"


def test_whose_paper_never_came_out_has_the_booking_again_when_the_absence_is_taken_back(told: Clinic) -> None:
    code, request = booked(told, mobile=None), new_id()
    given = told.ask("kiosk-1", CheckIn(code=code, service_day=told.day), request)
    assert isinstance(given, TicketGiven)
    absence = announced(told).absence
    assert absence is not None
    told.settle(request, SettleOutcome.NOT_PRINTED)
    assert told.ask("operator", UndoAbsence(absence=absence)) == Changed()
    again = told.ask("kiosk-1", CheckIn(code=code, service_day=told.day))
    assert isinstance(again, TicketGiven)
    assert again.number != given.number


@pytest.mark.parametrize("through", [False, True], ids=["before reception", "through reception"])
def test_whose_paper_came_out_after_all_waits_for_their_doctor_when_the_absence_was_taken_back(
    told: Clinic, *, through: bool
) -> None:
    code, request = booked(told, MORADI, mobile=None), new_id()
    given = told.ask("kiosk-1", CheckIn(code=code, service_day=told.day), request)
    assert isinstance(given, TicketGiven)
    if through:
        told.wait(11)
        assert told.call_next("counter-1") == given.number
        row = told.one("SELECT revision FROM points WHERE id = 'counter-1'")
        told.ask("counter-1", Press(point="counter-1", epoch=told.store.epoch, revision=row.revision, act=Finish()))
    absence = announced(told, MORADI, remedy=Remedy.SUBSTITUTE, substitute=AKBARI).absence
    assert absence is not None
    told.settle(request, SettleOutcome.NOT_PRINTED)
    assert told.ask("operator", UndoAbsence(absence=absence)) == Changed()
    assert told.settle(request, SettleOutcome.PRINTED, given.number) == Settled(number=given.number)
    assert waits(told) == ("reception", MORADI, True, False)  # where it was called first (PROTOCOL rule 4)


def test_who_stands_in_and_has_left_by_then_is_nobody_to_wait_for(told: Clinic) -> None:
    announced(told, AKBARI, starts="10:30")
    announced(told, MORADI, starts="08:30", remedy=Remedy.SUBSTITUTE, substitute=AKBARI)
    given_alone(told.at("10:40"), TakeWalkIn(department=12, doctor=MORADI, service_day=0))
    assert waits(told) == ("reception", MORADI, False, True)
