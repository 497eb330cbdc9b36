"""What leads to a person is erased when it is due, by itself, in small parts, on the disk too; what is counted stays."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from booking_store.desk import retention
from booking_store.store import PURGE_EVERY_MS
from mqtt.contract import Book, Booked, EndCall, HoldPlace, Offer, Reason, Refusal, RetryText, TextOutcome
from tests.store.callers import MOBILE, books, takes, tells, with_telephone
from tests.store.clinic import SUNDAY, Clinic

KEPT_DAYS = 30


@pytest.fixture
def clinic(clinic: Clinic, tmp_path: Path) -> Clinic:
    """The small clinic with a telephone."""
    return with_telephone(clinic, tmp_path)


@pytest.fixture
def either_clinic(any_clinic: Clinic, tmp_path: Path) -> Clinic:
    """The same on both kinds of database."""
    return with_telephone(any_clinic, tmp_path)


def days_later(clinic: Clinic, days: int) -> None:
    """The morning of that day, opened by its hours, and an hour of it, in which the store looks for what is due."""
    clinic.at("08:00", SUNDAY + timedelta(days=days)).wait(0)
    clinic.wait(PURGE_EVERY_MS / 1000)


def mobiles(clinic: Clinic) -> list[str]:
    return [row.mobile for row in clinic.rows("SELECT mobile FROM bookings ORDER BY id")]


def test_a_mobile_is_erased_when_the_visit_is_so_many_days_past_and_the_booking_stays(either_clinic: Clinic) -> None:
    code = books(either_clinic, "call-1").code
    days_later(either_clinic, KEPT_DAYS)
    assert mobiles(either_clinic) == [MOBILE]
    days_later(either_clinic, KEPT_DAYS + 1)
    (booking,) = either_clinic.rows("SELECT * FROM bookings")
    assert (booking.code, booking.mobile, booking.call, booking.state) == (code, None, None, "active")


def test_a_visit_to_come_keeps_its_mobile_however_long_ago_it_was_booked(clinic: Clinic) -> None:
    later = books(clinic, "call-1", after=(SUNDAY + timedelta(days=20)).isoformat())
    assert later.date == (SUNDAY + timedelta(days=21)).isoformat()
    days_later(clinic, KEPT_DAYS + 5)
    assert mobiles(clinic) == [MOBILE]


def test_a_place_that_a_call_holds_is_left_alone(clinic: Clinic) -> None:
    assert isinstance(clinic.ask("phone-1", HoldPlace(call="call-1", department=12)), Offer)
    with clinic.ledger.connection.begin():
        clinic.ledger.connection.exec_driver_sql("UPDATE sessions SET date = '2026-01-01'")
    clinic.wait(PURGE_EVERY_MS / 1000 - 3590)
    assert [row.call for row in clinic.rows("SELECT call FROM bookings")] == ["call-1"]


def test_a_text_loses_mobile_and_words_and_is_still_counted(either_clinic: Clinic) -> None:
    books(either_clinic, "call-1")
    (text,) = takes(either_clinic).to_send
    tells(either_clinic, text, TextOutcome.DELIVERED, gateway_id="85463238")
    days_later(either_clinic, KEPT_DAYS + 1)
    (row,) = either_clinic.rows("SELECT * FROM texts")
    assert (row.mobile, row.body, row.gateway_id, row.state) == ("", "", None, "delivered")
    assert (row.kind, row.dedupe_key) == ("booked", "booking:1")


def test_a_text_that_was_erased_cannot_be_sent_again(clinic: Clinic) -> None:
    books(clinic, "call-1")
    (text,) = takes(clinic).to_send
    tells(clinic, text, TextOutcome.REFUSED)
    days_later(clinic, KEPT_DAYS + 1)
    answer = clinic.ask("operator", RetryText(text=text.id))
    assert isinstance(answer, Refusal)
    assert (answer.reason, answer.detail) == (Reason.NOT_POSSIBLE_NOW, "its mobile and its words were erased")


def test_calls_and_the_rows_of_texts_are_counted_for_over_a_year_and_then_go(either_clinic: Clinic) -> None:
    books(either_clinic, "call-1")
    takes(either_clinic)
    either_clinic.ask("phone-1", EndCall(call="call-1", seconds=40, steps=("department",), ended="told"))
    days_later(either_clinic, 399)
    assert either_clinic.one("SELECT (SELECT count(*) FROM texts) AS texts, (SELECT count(*) FROM phone_calls) AS calls") == (
        1,
        1,
    )
    days_later(either_clinic, 402)
    assert either_clinic.one("SELECT (SELECT count(*) FROM texts) AS texts, (SELECT count(*) FROM phone_calls) AS calls") == (
        0,
        0,
    )
    assert either_clinic.one("SELECT count(*) AS n FROM bookings").n == 1


def test_many_are_erased_in_many_commits(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for number in range(5):
        assert isinstance(clinic.ask("operator", Book(department=12, mobile=f"0912123456{number}")), Booked)
    clinic.at("08:00", SUNDAY + timedelta(days=KEPT_DAYS + 9))
    left = []
    for _ in range(4):
        clinic.wait(1)
        left.append(len([mobile for mobile in mobiles(clinic) if mobile]))
    assert left == [3, 1, 0, 0]


def test_a_clock_that_runs_years_ahead_erases_nothing(clinic: Clinic) -> None:
    books(clinic, "call-1")
    clinic.now = replace(clinic.now, trusted=False)  # opens no day (law 10)
    days_later(clinic, 4000)
    assert mobiles(clinic) == [MOBILE]


def test_other_days_may_be_asked_for_in_the_site_file(clinic: Clinic, tmp_path: Path) -> None:
    books(clinic, "call-1")
    site = tmp_path / "private.toml"
    site.write_text(next(tmp_path.glob("*.toml")).read_text() + "\n[privacy]\nmobile_days = 7\n")
    clinic.load_site(site)
    days_later(clinic, 8)
    assert mobiles(clinic) == [None]


def test_what_was_erased_is_on_no_byte_of_the_disk_that_is_ours(clinic: Clinic, tmp_path: Path) -> None:
    """SQLite's file and its write-ahead log. (PostgreSQL writes over it when its autovacuum has come by: docs/threats.md.)"""
    everywhere = [f"0912000{number:04}" for number in range(24)]
    for number, mobile in enumerate(everywhere):
        day = (SUNDAY + timedelta(days=number // 6)).isoformat()
        assert isinstance(clinic.ask("operator", Book(department=11, doctor=1, mobile=mobile, date=day)), Booked)
        takes(clinic)
    days_later(clinic, KEPT_DAYS)
    on_disk = b"".join(path.read_bytes() for path in tmp_path.glob("ledger.sqlite*"))
    assert [mobile for mobile in everywhere if mobile.encode() in on_disk] == everywhere
    days_later(clinic, KEPT_DAYS + 11)
    on_disk = b"".join(path.read_bytes() for path in tmp_path.glob("ledger.sqlite*"))
    assert [mobile for mobile in everywhere if mobile.encode() in on_disk] == []
    assert len(mobiles(clinic)) == 24
