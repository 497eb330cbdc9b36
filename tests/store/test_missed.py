"""The technician hears of a device that is gone: once an absence, after some minutes, only while the clinic is open."""

from datetime import timedelta
from pathlib import Path

import pytest

from booking_store.ledger import Ledger
from booking_store.site_file import SiteFileError, parse_site
from mqtt.contract import DeviceState, EndDay, Loaded
from tests.store.clinic import SITE_FILE, SUNDAY, Clinic, moment_ms

TECHNICIAN = """
[texts]
technician = "0912 123 4567"
gone_minutes = 5

[texts.templates]
device_gone = "{clinic}: {device} از {since} نیست"
"""
DEVICES = ("kiosk-1", "kiosk-2", "counter-1", "counter-2", "room-1", "room-2")


def state(device: str, connection: str, *, up: bool = True) -> DeviceState:
    return DeviceState(device=device, up=up, connection=connection, boot="boot-1", role="kiosk")


class Watched:
    """The clinic's store at eight, with every device of the site there."""

    def __init__(self, folder: Path, more: str = TECHNICIAN) -> None:
        site_file = folder / "watched.toml"
        site_file.write_text(SITE_FILE.read_text(encoding="utf-8") + more, encoding="utf-8")
        self.clinic = Clinic(lambda: Ledger.open(f"sqlite:///{folder}/ledger.sqlite", moment_ms("06:00")))
        assert isinstance(loaded := self.clinic.load_site(site_file), Loaded), loaded
        self.clinic.at("08:00").wait(0)
        self.come(*DEVICES)

    def come(self, *devices: str, connection: str = "c1") -> None:
        for device in devices:
            self.clinic.store.hear_device(device, state(device, connection), self.clinic.now)

    def go(self, device: str, connection: str = "c1") -> None:
        self.clinic.store.hear_device(device, state(device, connection, up=False), self.clinic.now)

    def wait_minutes(self, minutes: float) -> None:
        for _ in range(int(minutes * 2)):
            self.clinic.wait(30)

    def texts(self) -> list[tuple[str, str, str]]:
        rows = self.clinic.rows("SELECT mobile, body, state FROM texts WHERE kind = 'device_gone' ORDER BY id")
        return [(row.mobile, row.body, row.state) for row in rows]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_a_device_that_is_gone_for_five_minutes_is_told_once(watched: Watched) -> None:
    watched.go("counter-1")
    watched.wait_minutes(4.5)
    assert watched.texts() == []
    watched.wait_minutes(60)
    assert watched.texts() == [("09121234567", "درمانگاه کوچک: counter-1 از ۸:۰۰ نیست", "queued")]


def test_who_is_back_in_time_is_told_to_nobody_and_the_next_absence_is_another(watched: Watched) -> None:
    watched.go("counter-1")
    watched.wait_minutes(4)
    watched.come("counter-1", connection="c2")
    watched.wait_minutes(30)
    assert watched.texts() == []
    watched.go("counter-1", "c2")
    watched.wait_minutes(6)
    watched.come("counter-1", connection="c3")
    watched.wait_minutes(1)
    assert [text[2] for text in watched.texts()] == ["withdrawn"], "it had not left, and is so no more"
    watched.go("counter-1", "c3")
    watched.wait_minutes(6)
    assert [text[2] for text in watched.texts()] == ["withdrawn", "queued"]


def test_the_will_of_an_earlier_connection_takes_nobody_away(watched: Watched) -> None:
    watched.come("counter-1", connection="c2")
    watched.go("counter-1", "c1")
    watched.wait_minutes(10)
    assert watched.texts() == []


def test_a_store_that_starts_anew_tells_nothing_twice(watched: Watched) -> None:
    watched.go("counter-1")
    watched.wait_minutes(6)
    watched.clinic.restart()
    watched.go("counter-1")
    watched.come(*(device for device in DEVICES if device != "counter-1"), connection="c2")
    watched.wait_minutes(30)
    assert len(watched.texts()) == 1


def test_a_device_that_was_never_heard_is_told_once_a_day(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    watched.clinic.restart()
    watched.come(*DEVICES[1:], connection="c2")
    watched.wait_minutes(90)
    assert [text[1].split()[2] for text in watched.texts()] == ["kiosk-1"]


def test_while_the_clinic_is_closed_devices_may_be_switched_off(watched: Watched) -> None:
    watched.clinic.ask("operator", EndDay(outcome_for_waiting="not_served"))
    for device in DEVICES:
        watched.go(device)
    watched.wait_minutes(30)
    assert watched.texts() == []


def test_in_the_morning_the_minutes_are_counted_from_the_opening(watched: Watched) -> None:
    watched.clinic.ask("operator", EndDay(outcome_for_waiting="not_served"))
    watched.go("counter-1")
    watched.clinic.at("07:00", SUNDAY + timedelta(days=1)).wait(0)
    watched.wait_minutes(4)
    assert watched.texts() == []
    watched.wait_minutes(2)
    assert len(watched.texts()) == 1


def test_a_site_that_names_no_technician_texts_nobody(tmp_path: Path) -> None:
    watched = Watched(tmp_path, more="")
    watched.go("counter-1")
    watched.wait_minutes(10)
    assert watched.texts() == []


@pytest.mark.parametrize(
    "more",
    ['[texts]\ntechnician = "09121234567"\n', '[texts.templates]\ndevice_gone = "{device}"\n'],
)
def test_a_technician_without_words_or_words_without_a_technician_are_a_mistake(more: str) -> None:
    with pytest.raises(SiteFileError, match=r"texts\.technician"):
        parse_site(SITE_FILE.read_text(encoding="utf-8") + more, "small.toml")


def test_what_is_no_mobile_is_named() -> None:
    with pytest.raises(SiteFileError, match="expected a mobile"):
        parse_site(SITE_FILE.read_text(encoding="utf-8") + TECHNICIAN.replace("0912 123 4567", "086-322400"), "small.toml")
