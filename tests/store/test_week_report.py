"""A week of doctors' days, as the staff's pages read it beside the store: planned, taken, absent, late, closed."""

from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from booking_store.database import LedgerError
from booking_store.queue_report import QueueReader
from booking_store.week_report import Held, Week, mobile_ends, newest_day, saturday_of, week
from mqtt.contract import (
    AnnounceAbsence,
    CancelBooking,
    CheckIn,
    DayStatus,
    EndDay,
    ReleaseWalkIns,
    Remedy,
    SetLate,
    StopReception,
)
from tests.store.absences import AHMADI, AKBARI, MORADI, announced, booked
from tests.store.clinic import SITE_FILE, SUNDAY, Clinic

SATURDAY = SUNDAY - timedelta(days=1)
MONDAY = SUNDAY + timedelta(days=1)


def read(url: str, first: date = SATURDAY, today: date = SUNDAY) -> Week:
    reader = QueueReader(url)
    with reader.looking() as connection:
        found = week(connection, first, today)
    reader.close()
    return found


def held(found: Week, day: date, doctor: int | None) -> Held:
    return next(one for one in found.day(day).sessions if one.doctor == doctor)


def test_the_iranian_week_begins_on_saturday() -> None:
    assert [saturday_of(SATURDAY + timedelta(days=n)) for n in range(7)] == [SATURDAY] * 7


def test_each_session_says_how_much_of_it_is_taken(any_clinic: Clinic, any_url: str) -> None:
    any_clinic.at("07:10")
    booked(any_clinic)
    any_clinic.ask("operator", CancelBooking(code=booked(any_clinic)))
    any_clinic.printed(CheckIn(code=booked(any_clinic), service_day=any_clinic.day))
    booked(any_clinic, date=MONDAY.isoformat())
    any_clinic.walk_in(11)
    found = read(any_url)
    assert [one.date for one in found.days] == [SATURDAY + timedelta(days=n) for n in range(7)]
    own = held(found, SUNDAY, AHMADI)
    assert (own.starts, own.ends, own.phone, own.walk_in, own.reserve) == (time(8), time(12), 20, 20, 2)
    assert (own.booked, own.came, own.walk_ins, own.released) == (2, 1, 1, 20)
    assert (held(found, MONDAY, AHMADI).booked, held(found, MONDAY, AKBARI).booked) == (1, 0)
    assert held(found, SUNDAY, None).department == 21


def test_an_absence_shows_what_it_took_and_whom_it_touched(any_clinic: Clinic, any_url: str) -> None:
    booked(any_clinic)
    any_clinic.ask("operator", SetLate(doctor=AKBARI, until="10:30"))
    announced(any_clinic, AHMADI, starts="09:00", ends="10:00")
    announced(any_clinic, MORADI, date=MONDAY.isoformat(), remedy=Remedy.SUBSTITUTE, substitute=AKBARI)
    found = read(any_url)
    assert held(found, SUNDAY, AHMADI).away == ((time(9), time(10)),)
    assert found.day(SUNDAY).late == {AKBARI: time(10, 30)}
    (absence,) = found.day(SUNDAY).announced
    assert (absence.doctor, absence.starts, absence.touched) == (AHMADI, time(9), 0), "the first place is at eight"
    (other,) = found.day(MONDAY).announced
    assert (other.remedy, other.substitute) == ("substitute", AKBARI)
    assert MORADI not in [one.doctor for one in found.day(MONDAY).sessions]


def test_whom_a_closing_touched_is_counted_once_with_booking_and_ticket(any_clinic: Clinic, any_url: str) -> None:
    any_clinic.at("08:05")
    any_clinic.printed(CheckIn(code=booked(any_clinic), service_day=any_clinic.day))
    any_clinic.walk_in(11)
    announced(any_clinic, None)
    day = read(any_url).day(SUNDAY)
    assert (day.hours, day.announced[0].touched) == (None, 2)


def test_holidays_and_leaves_of_the_site_file_are_named(any_clinic: Clinic, any_url: str, tmp_path: Path) -> None:
    file = tmp_path / "holiday.toml"
    text = SITE_FILE.read_text(encoding="utf-8").replace('loaded_until = "1406/12/29"', 'loaded_until = "1405/09/04"')
    leave = '[[doctors.overrides]]\nfrom = "1405/09/03"\nabsent = true\nwhy = "مرخصی"\n\n[[zones]]'
    holiday = '[holidays.dates]\n"1405/09/02" = "عید"\n\n[[stages]]'
    file.write_text(text.replace("[[zones]]", leave, 1).replace("[[stages]]", holiday, 1), encoding="utf-8")
    assert any_clinic.load_site(file)
    found = read(any_url)
    monday, tuesday, thursday = (found.day(MONDAY + timedelta(days=n)) for n in (0, 1, 3))
    assert (monday.hours, monday.why, monday.sessions) == (None, "عید", ())
    assert tuesday.away == {AKBARI: "مرخصی"}
    assert (tuesday.known, thursday.known) == (True, False)


def test_bookings_of_a_session_that_is_no_more_are_still_seen(any_clinic: Clinic, any_url: str, tmp_path: Path) -> None:
    booked(any_clinic, MORADI, date=MONDAY.isoformat())
    file = tmp_path / "dropped.toml"
    row = '"monday", "tuesday", "wednesday", "thursday", "friday"], starts = "08:00", ends = "10:00"'
    text = SITE_FILE.read_text(encoding="utf-8")
    file.write_text(text.replace(row, row.replace('"monday", ', "")), encoding="utf-8")
    any_clinic.load_site(file)
    own = held(read(any_url), MONDAY, MORADI)
    assert (own.dropped, own.booked) == (True, 1)


def test_a_day_that_is_past_is_told_as_the_ledger_has_it(any_clinic: Clinic, any_url: str) -> None:
    any_clinic.at("08:05").walk_in(11)
    past = read(any_url, today=MONDAY)
    assert held(past, SUNDAY, AHMADI).walk_ins == 1
    assert held(past, SUNDAY, AHMADI).starts == time(8)


def test_released_turns_are_told(any_clinic: Clinic, any_url: str) -> None:
    asked = ReleaseWalkIns(department=11, doctor=AHMADI, date=MONDAY.isoformat(), starts="08:00", turns=5)
    any_clinic.ask("operator", asked)
    found = read(any_url)
    assert (held(found, MONDAY, AHMADI).released, held(found, SUNDAY, AHMADI).released) == (5, 20)


def test_the_service_day_is_told_as_it_is_now(any_clinic: Clinic, any_url: str) -> None:
    reader = QueueReader(any_url)
    for operation, status in ((StopReception(), DayStatus.CALLING_ONLY), (EndDay(), DayStatus.CLOSED)):
        any_clinic.ask("operator", operation)
        with reader.looking() as connection:
            day = newest_day(connection)
        assert day is not None
        assert (day.date, day.status) == (SUNDAY, status)
    reader.close()


def test_only_the_end_of_a_mobile_is_read(any_clinic: Clinic, any_url: str) -> None:
    code, without = booked(any_clinic), booked(any_clinic, mobile=None)
    reader = QueueReader(any_url)
    with reader.looking() as connection:
        assert mobile_ends(connection, [code, without]) == {code: "4567", without: ""}
    reader.close()


def test_a_ledger_without_a_site_file_has_no_week(any_url: str) -> None:
    with pytest.raises(LedgerError):
        read(any_url)


def test_no_statement_looks_at_a_whole_table(clinic: Clinic, sqlite_url: str) -> None:
    booked(clinic)
    announced(clinic, AHMADI, date=MONDAY.isoformat())
    asked: list[tuple[str, Any]] = []
    reader = QueueReader(sqlite_url)
    with reader.looking() as connection:
        event.listen(connection, "before_cursor_execute", lambda _c, _k, sql, values, *_: asked.append((sql, values)))
        week(connection, SATURDAY, SUNDAY)
        mobile_ends(connection, ["12345678"])
        newest_day(connection)
        plans = [line for sql, values in list(asked) for line in _plan(connection, sql, values)]
    reader.close()
    assert plans
    assert [line for line in plans if line.startswith("SCAN")] == ["SCAN sites", "SCAN service_days"]


def _plan(connection: Connection, sql: str, values: Any) -> list[str]:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
    return [row[3] for row in rows]


def test_the_announcement_of_a_day_to_come_is_known_by_its_id(any_clinic: Clinic, any_url: str) -> None:
    asked = AnnounceAbsence(doctor=AHMADI, date=MONDAY.isoformat(), agreed_with="Dr Ahmadi", preview=False)
    any_clinic.ask("operator", asked)
    (absence,) = read(any_url).day(MONDAY).announced
    assert (absence.day, absence.agreed_with, absence.remedy) == (MONDAY, "Dr Ahmadi", "cancel")
