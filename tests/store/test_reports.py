"""What a day was like: counted from the ledger, beside the store, by somebody who can write nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from booking_store import database
from booking_store.database import LedgerError
from booking_store.reports import DayReport, day_report, ticket_stories
from mqtt.contract import CallNext, EndDay, NoShow, PointState, Press, Recall, Undo
from tests.store.clinic import SUNDAY, Clinic


def press(clinic: Clinic, act: object, point: str = "counter-1") -> None:
    state = clinic.published["point", point]
    assert isinstance(state, PointState)
    clinic.ask(point, Press(point=point, epoch=state.epoch, revision=state.revision, act=act))  # type: ignore[arg-type]  # an Act


def report(url: str) -> DayReport:
    found = day_report(url, SUNDAY)
    assert found is not None
    return found


def test_a_morning_in_figures(any_clinic: Clinic, any_url: str) -> None:
    clinic = any_clinic
    clinic.at("07:30")
    first, second = clinic.walk_in(11), clinic.walk_in(12)
    clinic.at("08:10")
    clinic.walk_in(11)
    clinic.at("08:20")
    press(clinic, CallNext())  # the first, after 50 minutes
    press(clinic, CallNext(), "counter-2")  # the second, after 50 minutes
    press(clinic, NoShow(), "counter-2")
    clinic.at("08:30")
    press(clinic, CallNext())  # the first is final, the third is called after 20 minutes
    press(clinic, CallNext(), "room-1")  # the first again, after 10 minutes
    told = report(any_url)
    assert (told.all.issued, told.all.called, told.all.no_shows, told.unended) == (3, 3, 1, 3)
    assert (told.all.waits.count, told.all.waits.median_minutes, told.all.waits.p90_minutes) == (4, 20.0, 50.0)
    by_department = {row.department: row.figures for row in told.departments}
    assert (by_department[11].issued, by_department[12].issued, by_department[12].no_shows) == (2, 1, 1)
    assert by_department[11].waits.median_minutes == 20.0
    assert [(row.hour, row.figures.issued) for row in told.hours] == [(7, 2), (8, 1)]
    assert first != second


def test_what_was_taken_back_is_not_counted(clinic: Clinic, sqlite_url: str) -> None:
    clinic.walk_in()
    press(clinic, CallNext())
    press(clinic, NoShow())
    press(clinic, Undo())
    assert report(sqlite_url).all.no_shows == 0


def test_outcomes_are_counted_when_the_day_has_ended(clinic: Clinic, sqlite_url: str) -> None:
    for _ in range(3):
        clinic.walk_in(21)
    press(clinic, CallNext())
    press(clinic, CallNext())
    clinic.ask("operator", EndDay(outcome_for_waiting="sent home"))
    told = report(sqlite_url)
    assert told.outcomes == (("sent home", 1), ("served", 2))
    assert told.unended == 0


def test_each_ticket_has_its_story(any_clinic: Clinic, any_url: str) -> None:
    any_clinic.at("07:30")
    number = any_clinic.walk_in()
    any_clinic.at("07:40")
    press(any_clinic, CallNext())
    press(any_clinic, Recall())
    (story,) = ticket_stories(any_url)
    assert (story["number"], story["department"], story["source"], story["outcome"]) == (number, 11, "walk_in", None)
    assert story["issued_at"] == "2026-11-22T07:30:00.000+03:30"
    assert [(call["point"], call["kind"], call["called_at"][11:16]) for call in story["calls"]] == [
        ("counter-1", "call", "07:40"),
        ("counter-1", "recall", "07:40"),
    ]


def test_a_date_without_a_day_has_no_report(clinic: Clinic, sqlite_url: str) -> None:
    assert day_report(sqlite_url, SUNDAY - timedelta(days=1)) is None


def test_no_ledger_is_told_in_one_line(tmp_path: object) -> None:
    with pytest.raises(LedgerError, match="there is no ledger"):
        day_report(f"sqlite:///{tmp_path}/nowhere.sqlite")


def test_a_report_can_write_nothing(clinic: Clinic, sqlite_url: str) -> None:
    engine = database.open_for_reading(sqlite_url)
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(text("DELETE FROM tickets"))
    engine.dispose()
