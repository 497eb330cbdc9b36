"""Walk-in turns in portions: what is not released yet is given to nobody, and the kiosks' list follows."""

from datetime import timedelta
from pathlib import Path

import pytest

from mqtt.contract import Answer, Changed, Day, Reason, Refusal, ReleaseWalkIns, TakeWalkIn, WalkInsLeft
from tests.store.absences import AHMADI, MORADI
from tests.store.clinic import SITE_FILE, SUNDAY, Clinic


@pytest.fixture
def portioned(any_clinic: Clinic, tmp_path: Path) -> Clinic:
    """The small clinic at eight, where Dr Moradi's two walk-in turns come one by one."""
    file = tmp_path / "portioned.toml"
    row = 'starts = "08:00", ends = "10:00", phone = 2, walk_in = 2'
    file.write_text(SITE_FILE.read_text(encoding="utf-8").replace(row, f"{row}, walk_in_first = 1"), encoding="utf-8")
    assert not isinstance(any_clinic.load_site(file), Refusal)
    return any_clinic.at("08:05")


def row(clinic: Clinic, doctor: int = MORADI) -> WalkInsLeft:
    day = clinic.published["day", ""]
    assert isinstance(day, Day)
    return next(one for one in day.walk_ins if one.doctor == doctor)


def left(clinic: Clinic, doctor: int = MORADI) -> int:
    return row(clinic, doctor).left


def release(clinic: Clinic, turns: int | None, **other: object) -> Answer:
    session = {"department": 12, "doctor": MORADI, "date": SUNDAY.isoformat(), "starts": "08:00"} | other
    return clinic.ask("operator", ReleaseWalkIns(turns=turns, **session))  # type: ignore[arg-type]


def asks_for(clinic: Clinic, doctor: int) -> Answer:
    return clinic.ask("kiosk-2", TakeWalkIn(department=12, doctor=doctor, service_day=clinic.day))


def test_the_kiosks_give_the_first_portion_and_the_next_when_somebody_releases_it(portioned: Clinic) -> None:
    assert left(portioned) == 1
    portioned.walk_in(12, doctor=MORADI)
    assert left(portioned) == 0
    refusal = asks_for(portioned, MORADI)
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.SHARE_USED_UP
    assert release(portioned, 2) == Changed()
    assert left(portioned) == 1
    portioned.walk_in(12, doctor=MORADI)


def test_a_portion_that_is_given_is_told_from_a_share_that_is_used_up(portioned: Clinic) -> None:
    assert not row(portioned).more_later, "there is one to be had now"
    portioned.walk_in(12, doctor=MORADI)
    refusal = asks_for(portioned, MORADI)
    assert isinstance(refusal, Refusal)
    assert (row(portioned).more_later, refusal.more_later) == (True, True)
    release(portioned, 2)
    portioned.walk_in(12, doctor=MORADI)
    refusal = asks_for(portioned, MORADI)
    assert isinstance(refusal, Refusal)
    assert (row(portioned).more_later, refusal.more_later) == (False, False)


def test_a_share_without_portions_is_given_whole_and_can_be_held_back(any_clinic: Clinic) -> None:
    any_clinic.at("08:05").walk_in(11)
    assert left(any_clinic, AHMADI) == 19
    assert release(any_clinic, 5, department=11, doctor=AHMADI) == Changed()
    assert left(any_clinic, AHMADI) == 4
    assert release(any_clinic, 0, department=11, doctor=AHMADI) == Changed()
    assert left(any_clinic, AHMADI) == 0
    assert release(any_clinic, None, department=11, doctor=AHMADI) == Changed()
    assert left(any_clinic, AHMADI) == 19


def test_nobody_can_be_given_more_than_the_share(portioned: Clinic) -> None:
    release(portioned, 200)
    assert left(portioned) == 2


def test_what_a_person_released_stands_when_the_site_file_is_loaded_again(portioned: Clinic) -> None:
    release(portioned, 2)
    portioned.load_site(SITE_FILE)
    portioned.publish()
    assert left(portioned) == 2


def test_a_department_without_doctors_and_a_day_to_come_have_portions_too(any_clinic: Clinic) -> None:
    tomorrow = (SUNDAY + timedelta(days=1)).isoformat()
    laboratory = {"department": 21, "doctor": None, "starts": "07:30"}
    assert release(any_clinic, 1, date=tomorrow, **laboratory) == Changed()
    assert release(any_clinic, 1, **laboratory) == Changed()
    any_clinic.publish()
    day = any_clinic.published["day", ""]
    assert isinstance(day, Day)
    assert WalkInsLeft(department=21, left=1) in day.walk_ins


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"starts": "09:00"}, Reason.NO_SESSION),
        ({"doctor": 99}, Reason.NO_SESSION),
        ({"date": "tomorrow"}, Reason.BAD_DATE),
        ({"starts": "soon"}, Reason.BAD_DATE),
        ({"date": (SUNDAY - timedelta(days=1)).isoformat()}, Reason.NO_SESSION),
    ],
)
def test_a_session_that_is_not_held_or_is_over_releases_nothing(
    any_clinic: Clinic, other: dict[str, object], reason: Reason
) -> None:
    refusal = release(any_clinic, 1, **other)
    assert isinstance(refusal, Refusal)
    assert refusal.reason is reason


def test_only_the_staff_releases_turns(any_clinic: Clinic) -> None:
    asked = ReleaseWalkIns(department=12, doctor=MORADI, date=SUNDAY.isoformat(), starts="08:00", turns=1)
    refusal = any_clinic.ask("kiosk-1", asked)
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.NOT_ALLOWED
