"""Who is booked in the sessions to come, as the pages read it beside the store."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import event

from booking_store.booked_report import BookedSession, booked_sessions
from booking_store.queue_report import QueueReader
from mqtt.contract import CancelBooking, CheckIn
from tests.store.absences import AHMADI, AKBARI, MORADI, announced, booked
from tests.store.clinic import SUNDAY, Clinic

MONDAY = SUNDAY + timedelta(days=1)


def read(clinic: Clinic, url: str, last: date = MONDAY) -> tuple[BookedSession, ...]:
    now = datetime.fromtimestamp(clinic.now.ms / 1000, UTC)
    reader = QueueReader(url)
    with reader.looking() as connection:
        found = booked_sessions(connection, clinic.site, SUNDAY, last, now)
    reader.close()
    return found


def session(clinic: Clinic, url: str, doctor: int | None, day: date = SUNDAY) -> BookedSession:
    return next(one for one in read(clinic, url) if (one.date, one.doctor) == (day, doctor))


def test_each_booking_has_the_time_at_which_it_would_be_its_turn(any_clinic: Clinic, any_url: str) -> None:
    any_clinic.at("07:10")
    first, second = booked(any_clinic), booked(any_clinic, mobile=None)
    any_clinic.ask("operator", CancelBooking(code=booked(any_clinic)))
    number = any_clinic.printed(CheckIn(code=first, service_day=any_clinic.day))
    own = session(any_clinic, any_url, AHMADI)
    assert (own.starts.time(), own.ends.time(), own.department, own.places) == (time(8), time(12), 11, 22)
    assert [(one.code, one.at.time(), one.place) for one in own.bookings] == [(first, time(8), 1), (second, time(8, 3), 2)]
    assert [(one.mobile_end, one.number) for one in own.bookings] == [("4567", number), ("", None)]


def test_a_session_is_told_without_bookings_too_until_it_is_over_or_no_more(any_clinic: Clinic, any_url: str) -> None:
    booked(any_clinic, AKBARI, date=MONDAY.isoformat())
    assert session(any_clinic, any_url, MORADI).bookings == ()
    assert len(session(any_clinic, any_url, AKBARI, MONDAY).bookings) == 1
    announced(any_clinic, AKBARI, date=MONDAY.isoformat())
    any_clinic.at("10:30")
    assert {(one.date, one.doctor) for one in read(any_clinic, any_url)} == {(SUNDAY, None), (SUNDAY, AHMADI), (SUNDAY, AKBARI)}


def test_no_statement_looks_at_a_whole_table(clinic: Clinic, sqlite_url: str) -> None:
    booked(clinic)
    asked: list[tuple[str, Any]] = []
    reader = QueueReader(sqlite_url)
    with reader.looking() as connection:
        event.listen(connection, "before_cursor_execute", lambda _c, _k, sql, values, *_: asked.append((sql, values)))
        booked_sessions(connection, clinic.site, SUNDAY, MONDAY, datetime.fromtimestamp(clinic.now.ms / 1000, UTC))
        plans = [
            row[3] for sql, values in list(asked) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        ]
    reader.close()
    assert plans
    assert [line for line in plans if line.startswith("SCAN")] == []
