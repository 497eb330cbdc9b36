"""A doctor leaves at the minute that was announced: whoever was to be seen before it, and was not, is touched as if it were
announced then."""

from datetime import timedelta
from pathlib import Path

import pytest

from mqtt.contract import Changed, CheckIn, Finish, Press, Pressed, Reason, Remedy, TicketGiven, Transfer, UndoAbsence
from tests.store.absences import AHMADI, AKBARI, MORADI, announced, booked, refused, texts, typed, with_texts
from tests.store.clinic import SUNDAY, Clinic

MONDAY = (SUNDAY + timedelta(days=1)).isoformat()


@pytest.fixture
def told(any_clinic: Clinic, tmp_path: Path) -> Clinic:
    """The small clinic, which also texts, on both kinds of database."""
    return with_texts(any_clinic, tmp_path)


def through_reception(clinic: Clinic, number: int, act: Finish | Transfer | None = None) -> None:
    """Reception calls the number, which is next, and is done with it, or sends it elsewhere."""
    assert clinic.call_next("counter-1") == number
    row = clinic.one("SELECT revision FROM points WHERE id = 'counter-1'")
    press = Press(point="counter-1", epoch=clinic.store.epoch, revision=row.revision, act=act or Finish())
    answer = clinic.ask("counter-1", press)
    assert isinstance(answer, Pressed), answer


def waits(clinic: Clinic, number: int) -> tuple[str, int | None, bool]:
    """Where the number waits and for whom, and whether reception sees that theirs is gone."""
    standing = "FROM tickets t JOIN stops s ON s.ticket = t.id WHERE s.ended_at_ms IS NULL AND t.number = :number"
    row = clinic.one(f"SELECT s.stage, t.doctor, t.marks {standing}", number=number)
    return row.stage, row.doctor, "doctor_absent" in str(row.marks)


def test_who_waits_still_when_the_doctor_leaves_is_called_to_reception_and_told(told: Clinic) -> None:
    walked = told.at("08:00").walk_in(12, doctor=MORADI)
    through_reception(told, walked)
    booking = told.printed(CheckIn(code=booked(told, MORADI), service_day=told.day))
    assert announced(told, MORADI, starts="08:30").touched == ()
    told.at("08:29").wait(59)
    assert (waits(told, walked), waits(told, booking)) == (("doctor", MORADI, False), ("reception", MORADI, False))
    assert texts(told) == []
    told.wait(1)
    assert waits(told, walked) == waits(told, booking) == ("reception", MORADI, True)
    assert [text.split()[0] for text in texts(told)] == ["لغو:"]
    assert told.rows("SELECT outcome FROM tickets WHERE outcome IS NOT NULL") == []


def test_who_is_with_the_doctor_then_is_served(told: Clinic) -> None:
    number = told.at("08:00").walk_in(12, doctor=MORADI)
    through_reception(told, number)
    announced(told, MORADI, starts="08:30")
    assert told.at("08:29").call_next("room-2") == number
    told.at("08:30").wait(1)
    assert waits(told, number) == ("doctor", MORADI, False)


def test_who_has_not_come_by_then_is_told_as_the_others_are(told: Clinic) -> None:
    cancelled, moved = booked(told, MORADI), booked(told)
    announced(told, MORADI, starts="08:30")
    announced(told, starts="08:30", remedy=Remedy.MOVE, move_to=MONDAY)
    told.at("08:30").wait(1)
    assert refused(typed(told, cancelled)).reason is Reason.DOCTOR_ABSENT
    refusal = refused(typed(told, moved))
    assert (refusal.reason, refusal.date, refusal.moved) == (Reason.WRONG_DAY, MONDAY, True)
    assert [text.split()[0] for text in texts(told)] == ["لغو:", "۱۴۰۵/۰۹/۰۱"]


def test_who_waits_then_is_moved_with_the_others_and_keeps_the_code(told: Clinic) -> None:
    early = booked(told)
    later = [booked(told, mobile=f"091200000{mobile}") for mobile in range(10, 21)]  # until 08:33
    number = told.printed(CheckIn(code=early, service_day=told.day))
    assert [one.code for one in announced(told, starts="08:32", remedy=Remedy.MOVE, move_to=MONDAY).touched] == later[-1:]
    told.printed(CheckIn(code=later[0], service_day=told.day))
    told.at("08:32").wait(1)
    assert waits(told, number) == ("reception", AHMADI, True)
    assert refused(typed(told, early)).moved
    placed = {row.code: row.place for row in told.rows("SELECT code, place FROM bookings")}
    assert (placed[later[-1]], placed[early], placed[later[0]]) == (1, 2, 3), "who was told first comes first"
    texted = [row.n for row in told.rows("SELECT count(*) AS n FROM texts WHERE dedupe_key LIKE 'absence:%' GROUP BY booking")]
    assert texted == [1] * 12


def test_their_text_is_good_as_long_as_that_of_whoever_was_told_before(told: Clinic) -> None:
    booked(told, MORADI)
    announced(told, MORADI, starts="08:30")
    told.at("08:30").wait(1)
    until = told.one("SELECT expires_at_ms FROM texts WHERE dedupe_key LIKE 'absence:%'").expires_at_ms
    assert until == told.at("10:00").now.ms


def test_who_stands_in_sees_those_who_wait_then_too(told: Clinic) -> None:
    code = booked(told, MORADI)
    number = told.printed(CheckIn(code=code, service_day=told.day))
    announced(told, MORADI, starts="08:30", remedy=Remedy.SUBSTITUTE, substitute=AKBARI)
    told.at("08:30").wait(1)
    assert waits(told, number) == ("reception", AKBARI, False)
    again = typed(told, code)
    assert isinstance(again, TicketGiven)
    assert (again.number, again.substitute) == (number, True)


def test_when_who_stands_in_is_gone_too_by_then_they_are_told(told: Clinic) -> None:
    number = told.printed(CheckIn(code=booked(told, MORADI), service_day=told.day))
    announced(told, MORADI, starts="08:30", remedy=Remedy.SUBSTITUTE, substitute=AKBARI)
    announced(told, AKBARI)
    told.at("08:30").wait(1)
    assert waits(told, number) == ("reception", MORADI, True)
    assert [text.split()[0] for text in texts(told)] == ["لغو:"]


def test_a_doctor_who_comes_back_finds_who_waits(told: Clinic) -> None:
    number = told.at("08:00").walk_in(12, doctor=MORADI)
    announced(told, MORADI, starts="08:30", ends="09:00")
    told.at("08:30").wait(1)
    assert waits(told, number) == ("reception", MORADI, False)


def test_whom_the_staff_sends_to_the_doctor_after_all_stays_there_also_when_the_store_starts_again(told: Clinic) -> None:
    told_before = told.at("08:00").walk_in(12, doctor=MORADI)
    anothers = told.walk_in(12, doctor=AKBARI)
    announced(told, MORADI, starts="08:30")
    told.at("08:30").wait(1)
    through_reception(told, told_before, Transfer(point="room-2"))
    through_reception(told, anothers, Transfer(department=12, doctor=MORADI))
    told.wait(1).restart()
    told.wait(1)
    assert waits(told, told_before)[:2] == ("doctor", MORADI)
    assert waits(told, anothers) == ("doctor", MORADI, False)


def test_a_store_that_was_away_at_that_minute_does_it_when_it_is_back(told: Clinic) -> None:
    number = told.at("08:00").walk_in(12, doctor=MORADI)
    announced(told, MORADI, starts="08:30")
    told.at("08:45").restart()
    told.wait(1)
    assert waits(told, number) == ("reception", MORADI, True)


def test_what_is_taken_back_before_its_minute_never_comes_and_after_it_everybody_has_all_again(told: Clinic) -> None:
    code = booked(told, MORADI, mobile=None)
    number = told.printed(CheckIn(code=code, service_day=told.day))
    absence = announced(told, MORADI, starts="08:20").absence or 0
    assert told.ask("operator", UndoAbsence(absence=absence)) == Changed()
    told.at("08:20").wait(1)
    assert waits(told, number) == ("reception", MORADI, False)
    absence = announced(told, MORADI, starts="08:30").absence or 0
    told.at("08:30").wait(1)
    assert waits(told, number) == ("reception", MORADI, True)
    assert told.ask("operator", UndoAbsence(absence=absence)) == Changed()
    assert waits(told, number) == ("reception", MORADI, False)
    assert told.one("SELECT state FROM bookings").state == "active"


def test_whoever_asks_what_was_done_sees_them_too(told: Clinic) -> None:
    code = booked(told, MORADI)
    announced(told, MORADI, starts="08:30")
    told.at("08:30").wait(1)
    assert [one.code for one in announced(told, MORADI, starts="08:30").touched] == [code]


def test_an_earlier_absence_that_touched_later_is_taken_back_first(told: Clinic) -> None:
    code = booked(told, MORADI, mobile=None)
    number = told.printed(CheckIn(code=code, service_day=told.day))
    first = announced(told, AKBARI, starts="10:30").absence or 0
    second = announced(told, MORADI, starts="08:30", remedy=Remedy.SUBSTITUTE, substitute=AKBARI).absence or 0
    told.at("08:30").wait(1)
    assert waits(told, number) == ("reception", AKBARI, False)
    told.at("10:30").wait(1)
    assert waits(told, number) == ("reception", AKBARI, True)
    assert refused(told.ask("operator", UndoAbsence(absence=second))).reason is Reason.NOT_POSSIBLE_NOW
    assert told.ask("operator", UndoAbsence(absence=first)) == Changed()
    assert waits(told, number) == ("reception", AKBARI, False)
    assert told.ask("operator", UndoAbsence(absence=second)) == Changed(text="1 had gone on since and stay as they are")
    assert waits(told, number) == ("reception", AKBARI, False), "who is here"
