"""Anybody may know who receives when and how many places are free; it is read beside the store, and names no patient."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from booking_store.database import LedgerError
from booking_store.ledger import Ledger
from booking_store.public_schedule import DayIsOverError, PublicDay, PublicSession, public_schedule
from mqtt.contract import AbsencePlan, AnnounceAbsence, Book, CancelBooking, ReleaseHold
from tests.store.callers import MOBILE, books, offered, with_telephone
from tests.store.clinic import SITE_FILE, SUNDAY, TEHRAN, Clinic, moment_ms

WEDNESDAY = SUNDAY + timedelta(days=3)
MORE = """
[[hours.overrides]]
from = "1405/09/05"
to = "1405/09/05"
closed = true
why = "تعمیر"
"""


def at(clock: str) -> datetime:
    return datetime.fromtimestamp(moment_ms(clock) / 1000, ZoneInfo("UTC"))


def day(url: str, ahead: int = 0, clock: str = "07:10") -> PublicDay:
    return public_schedule(url, at(clock)).days[ahead]


def shift(of: PublicDay, department: int, doctor: int | None = None) -> PublicSession:
    return next(one for one in of.sessions if (one.department, one.doctor) == (department, doctor))


def test_a_week_of_every_doctor_and_department_is_told(any_clinic: Clinic, any_url: str) -> None:
    found = public_schedule(any_url, at("07:10"))
    assert [one.date for one in found.days] == [SUNDAY + timedelta(days=n) for n in range(7)]
    assert found.as_of == at("07:10")
    assert str(found.as_of.tzinfo) == str(TEHRAN)
    assert shift(found.days[0], 11, 1) == PublicSession(11, 1, "08:00", "12:00", free=20)
    assert shift(found.days[0], 21) == PublicSession(21, None, "07:30", "12:00", free=5)
    assert found.doctor(1).name.fa == "دکتر احمدی"


def test_a_booking_takes_a_place_and_a_cancelled_one_gives_it_back(any_clinic: Clinic, any_url: str) -> None:
    any_clinic.at("07:10")
    booked = any_clinic.ask("operator", Book(department=21, mobile=MOBILE))
    assert shift(day(any_url), 21).free == 4
    any_clinic.ask("operator", CancelBooking(code=booked.code))  # type: ignore[union-attr]
    assert shift(day(any_url), 21).free == 5


def test_a_place_that_a_caller_is_offered_is_not_free_until_the_call_is_over(
    any_clinic: Clinic, any_url: str, tmp_path: Path
) -> None:
    with_telephone(any_clinic, tmp_path).at("07:10")
    offered(any_clinic, "call-1", 21)
    assert shift(day(any_url), 21).free == 4
    assert shift(day(any_url, clock="07:13"), 21).free == 5
    any_clinic.ask("phone-1", ReleaseHold(call="call-1"))
    assert shift(day(any_url), 21).free == 5


def test_a_shift_that_is_over_cannot_be_booked(any_clinic: Clinic, any_url: str) -> None:
    assert shift(day(any_url, clock="11:59"), 21).free is not None
    assert shift(day(any_url, clock="12:00"), 21).free is None


def test_days_beyond_the_horizon_are_told_without_places(any_clinic: Clinic, any_url: str) -> None:
    far = public_schedule(any_url, at("07:10"), SUNDAY + timedelta(days=60))
    assert {session.free for one in far.days for session in one.sessions} == {None}


def test_beyond_the_loaded_holidays_nobody_is_promised(any_clinic: Clinic, any_url: str) -> None:
    """The last day of 1406 is loaded; Nowruz is not, and would show every doctor at work."""
    last, *beyond = public_schedule(any_url, at("07:10"), date(2028, 3, 19)).days
    assert (last.known, len(last.sessions)) == (True, 4)
    assert {(one.known, one.sessions, one.closed) for one in beyond} == {(False, (), None)}


def test_a_day_that_is_over_has_no_schedule(any_clinic: Clinic, any_url: str) -> None:
    with pytest.raises(DayIsOverError):
        public_schedule(any_url, at("07:10"), SUNDAY - timedelta(days=1))


def test_a_doctor_who_is_away_by_announcement_is_named_and_not_promised(any_clinic: Clinic, any_url: str) -> None:
    any_clinic.at("07:10")
    away = AnnounceAbsence(doctor=1, date=WEDNESDAY.isoformat(), agreed_with="دکتر", preview=False)
    assert isinstance(any_clinic.ask("operator", away), AbsencePlan)
    told = day(any_url, ahead=3)
    assert told.absent == (1,)
    assert [one for one in told.sessions if one.doctor == 1] == []
    assert day(any_url, ahead=2).absent == ()


def test_a_closed_day_says_why(any_clinic: Clinic, any_url: str, tmp_path: Path) -> None:
    file = tmp_path / "closed.toml"
    file.write_text(SITE_FILE.read_text(encoding="utf-8") + MORE, encoding="utf-8")
    any_clinic.load_site(file)
    told = day(any_url, ahead=4)
    assert (told.closed, told.sessions) == ("تعمیر", ())
    assert day(any_url).closed is None


def test_nobody_who_booked_is_in_it(any_clinic: Clinic, any_url: str, tmp_path: Path) -> None:
    with_telephone(any_clinic, tmp_path).at("07:10")
    booked = books(any_clinic, "call-1", 21)
    told = str(asdict(public_schedule(any_url, at("07:10"))))
    assert MOBILE not in told
    assert booked.code not in told


def test_without_a_site_file_it_is_said_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    Ledger.open(url, moment_ms("07:00")).close()
    with pytest.raises(LedgerError, match="no site file was loaded yet"):
        public_schedule(url, at("07:10"))
