"""«شما نفر سوم هستید»: who has a booking hears once at each stop that its turn is near, where the site wants that."""

from pathlib import Path

import pytest

from booking_store.ledger import Ledger
from mqtt.contract import Book, Booked, CheckIn, ClosePoint, Loaded, Press, Pressed
from tests.store.clinic import SITE_FILE, Clinic, moment_ms

THIRD = """
[texts.templates]
third = "نوبت {number}: نفر سوم"
"""
MOBILE = "09121234567"


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    return clinic_with(tmp_path, THIRD)


def clinic_with(folder: Path, more: str) -> Clinic:
    site_file = folder / "third.toml"
    site_file.write_text(SITE_FILE.read_text(encoding="utf-8") + more, encoding="utf-8")
    clinic = Clinic(lambda: Ledger.open(f"sqlite:///{folder}/ledger.sqlite", moment_ms("06:00")))
    assert isinstance(loaded := clinic.load_site(site_file), Loaded), loaded
    return clinic.at("08:00").wait(0)


def close_point(clinic: Clinic, point: str) -> None:
    row = clinic.one("SELECT revision FROM points WHERE id = :point", point=point)
    press = Press(point=point, epoch=clinic.store.epoch, revision=row.revision, act=ClosePoint())
    assert isinstance(clinic.ask(point, press), Pressed)


def booked(clinic: Clinic, mobile: str | None = MOBILE) -> int:
    """Somebody who booked checks in: the number."""
    booking = clinic.ask("operator", Book(department=11, doctor=1, mobile=mobile))
    assert isinstance(booking, Booked), booking
    return clinic.printed(CheckIn(code=booking.code, service_day=clinic.day))


def told(clinic: Clinic) -> list[str]:
    clinic.wait(1)
    return [row.body for row in clinic.rows("SELECT body FROM texts WHERE kind = 'third' ORDER BY id")]


def test_the_third_is_told_once_and_the_fourth_when_it_is_third(clinic: Clinic) -> None:
    clinic.walk_in()
    clinic.walk_in()
    third = booked(clinic.wait(60))
    booked(clinic.wait(60), "09351234567")
    assert told(clinic) == [f"نوبت {third}: نفر سوم".translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))]
    clinic.wait(60)
    assert len(told(clinic)) == 1
    clinic.call_next("counter-1")
    assert [row.mobile for row in clinic.rows("SELECT mobile FROM texts ORDER BY id")] == [MOBILE], "told by the next second"
    assert len(told(clinic)) == 2


def test_at_the_next_stop_it_is_told_again(clinic: Clinic) -> None:
    number = booked(clinic)
    assert len(told(clinic)) == 1
    assert clinic.call_next("counter-1") == number
    clinic.ask("counter-1", clinic.green_button("counter-1"))
    assert len(told(clinic)) == 2


def test_where_no_point_is_open_nobody_is_third(clinic: Clinic) -> None:
    close_point(clinic, "counter-1")
    close_point(clinic, "counter-2")
    booked(clinic)
    assert told(clinic) == []


def test_who_took_a_ticket_at_the_kiosk_or_gave_no_mobile_is_texted_nothing(clinic: Clinic) -> None:
    clinic.walk_in()
    booked(clinic, mobile=None)
    assert told(clinic) == []


def test_a_site_without_the_template_texts_nobody(tmp_path: Path) -> None:
    clinic = clinic_with(tmp_path, "")
    booked(clinic)
    assert told(clinic) == []
