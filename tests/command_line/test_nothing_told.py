"""What a morning leaves behind: no log, no screen's feed and no list of processes tells who was there, or a secret.

A quarter of an hour of a clinic that runs, every program its own: somebody books by telephone, comes with their code, asks for
it again, somebody mistypes, somebody guesses, and a broken device sends nonsense with a code and a mobile in it.
"""

import re
import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from command_line.demo.clinic import Clinic
from command_line.demo.eyes import Eyes
from command_line.demo.morning import Morning
from command_line.demo.telephone import Called, Telephones
from command_line.operator import at_the_desk, read_operator_settings
from mqtt.codec import encode
from mqtt.contract import Book, Booked, CheckIn, Identify, OrderMessage, Request, SendCodeAgain, TakeHelpTicket
from mqtt.link import Arrived, Delivered, Joined, Link
from program.settings import Broker
from rules.digits import persian_digits
from rules.tracking_code import check_digit
from tests.mqtt.test_accounts import turned
from tests.store.callers import TELEPHONE, TEXTS
from tests.store.clinic import SITE_FILE

TODAY = date(2026, 11, 22)
EIGHT = datetime(2026, 11, 22, 8, tzinfo=ZoneInfo("Asia/Tehran"))
RUNNING = ("kiosk-1", "counter-1", "phone-1")
NOBODYS = "7654321" + str(check_digit("7654321"))
PREFIX = "nobat/1/small/"
KEPT = {
    PREFIX + path for path in ("site", "day", "store", "board/hall-1", "point/counter-1", "sheet/kiosk-1", "device/kiosk-1")
}
PATIENCE_SECONDS = 60.0


@dataclass
class Played:
    """What happened, and what was seen while it did."""

    clinic: Clinic
    private: list[str] = field(default_factory=list)  # codes and mobiles
    command_lines: dict[str, str] = field(default_factory=dict)
    environments: dict[str, str] = field(default_factory=dict)
    retained: dict[str, bytes] = field(default_factory=dict)

    def secrets(self) -> list[str]:
        """Every password and key of this clinic."""
        files = [*(self.clinic.folder / "broker" / "secrets").iterdir(), self.clinic.folder / "exchange-key"]
        return [file.read_text().strip() for file in files]

    def logs(self) -> dict[str, str]:
        """All that each program wrote."""
        return {file.name: file.read_text(errors="replace") for file in self.clinic.folder.glob("*.log")}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("morning")
    site = folder / "site.toml"
    site.write_text(SITE_FILE.read_text() + TELEPHONE + TEXTS)
    clinic = Clinic(site, folder / "clinic", folder / "out", windows=False)
    clinic.set_clock(EIGHT)
    happened = Played(clinic)
    try:
        clinic.start_broker()
        clinic.start_store()
        for device in clinic.site.devices:
            if device.id in RUNNING:
                clinic.start_device(device)
        with at_the_desk(read_operator_settings(clinic.folder / "operator.toml"), "site", "day", "device/+", "point/+") as desk:
            morning = Morning(clinic, desk, Eyes(clinic, desk), seed=1, starts=EIGHT)
            play(happened, morning)
            look_at_processes(happened)
        look_at_what_is_retained(happened)
    finally:
        clinic.stop()
    return happened


def play(happened: Played, morning: Morning) -> None:
    """The quarter of an hour."""
    eyes = morning.eyes
    eyes.wait("all are there", lambda: all(name in eyes.watched.devices for name in RUNNING), PATIENCE_SECONDS)
    eyes.wait("the day is open", lambda: eyes.screen("kiosk-1") == "idle", PATIENCE_SECONDS)
    telephones = Telephones(morning.clinic)
    caller = telephones.book(12, None, TODAY, EIGHT + timedelta(minutes=1))
    other = morning.desk.ask(Book(department=11, doctor=1, mobile="09355550001"))
    assert isinstance(other, Booked)
    happened.private += [caller.code, caller.mobile, other.code, "09355550001", NOBODYS]
    morning.ticket_by_code(caller.code)
    morning.leave_kiosk()
    morning.type_code(NOBODYS)
    morning.kiosk_shows("refused_no_such_code")
    morning.press_until("erase", "idle")
    morning.press("counter-1", "call_next")
    send_nonsense(morning.clinic, caller)
    telephones.cancel(Called(other.code, "09355550001"))
    eyes.wait("the texts have left", morning.clinic.texts_file.exists, PATIENCE_SECONDS)


def send_nonsense(clinic: Clinic, caller: Called) -> None:
    """A device that is broken, or not what it seems: what it sends holds a code and a mobile where they do not belong."""
    kiosk = linked(clinic, "kiosk-2")
    good = encode(Request(id="g-1", boot="b", operation=CheckIn(code=caller.code, service_day=1))).decode()
    odd = [
        good[:-2],
        good.replace('"service_day":1', f'"service_day":"{caller.mobile}"'),
        good.replace("check_in", caller.code),
        good.replace('"g-1"', f'"{caller.mobile}"'),
        good.replace('"id"', '"idd"'),
        encode(Request(id="g-2", boot="b", operation=SendCodeAgain(mobile=caller.mobile))).decode(),
        encode(Request(id="g-3", boot="b", operation=TakeHelpTicket(service_day=1, about="no_such_code")))  # type: ignore[arg-type]
        .decode()
        .replace("no_such_code", caller.mobile),
        f'"{caller.mobile}" ' * 3000,
    ]
    for payload in odd:
        kiosk.send(PREFIX + "request/kiosk-2", payload.encode(), retained=False)
        turned(kiosk, Delivered)
    kiosk.send(PREFIX + "device/kiosk-2", f'{{"device": "{caller.mobile}", "up": "{caller.code}"}}'.encode(), retained=False)
    turned(kiosk, Delivered)
    kiosk.close()
    operator_order = encode(OrderMessage(id=caller.mobile, order=Identify())).replace(b"identify", caller.code.encode())
    store_would = linked(clinic, "doorkeeper")  # may not: nothing of it arrives anywhere
    store_would.send(PREFIX + "order/kiosk-1", operator_order, retained=False)
    turned(store_would, Delivered)
    store_would.close()


def linked(clinic: Clinic, account: str) -> Link:
    """A connection of this account."""
    link = Link(Broker(port=clinic.port, password_file=str(clinic.folder / "broker" / "secrets" / account)), account)
    link.connect()
    turned(link, Joined)
    return link


def look_at_processes(happened: Played) -> None:
    """What every user of the machine may read of a process, and what its own user may."""
    for name, process in happened.clinic.processes().items():
        happened.command_lines[name] = Path(f"/proc/{process}/cmdline").read_text()
        happened.environments[name] = Path(f"/proc/{process}/environ").read_text(errors="replace")


def look_at_what_is_retained(happened: Played) -> None:
    """Everything that the broker keeps, as nobody but the store may read it, whose account is taken for this."""
    reader = linked(happened.clinic, "store")
    reader.subscribe([PREFIX + "#"])
    end = time.monotonic() + PATIENCE_SECONDS
    while not happened.retained.keys() >= KEPT and time.monotonic() < end:
        happened.retained |= {one.topic: one.payload for one in reader.turn(0.2) if isinstance(one, Arrived) and one.retained}
    reader.close()


def written(private: str) -> tuple[str, ...]:
    """As it may be written: in Latin or Persian digits, a mobile with or without its first digit."""
    short = private.removeprefix("0")
    return private, persian_digits(private), short, persian_digits(short)


def test_no_program_writes_a_mobile_or_a_code_into_its_log(played: Played) -> None:
    logs = played.logs()
    assert {"booking_store.log", "kiosk-1.log", "counter-1.log", "phone-1.log", "mosquitto.log"} <= logs.keys()
    assert "refused on request/kiosk-2" in logs["booking_store.log"], "the nonsense was heard, and told of"
    found = {name for name, log in logs.items() for one in played.private for word in written(one) if word in log}
    assert found == set()


def test_nothing_that_the_broker_keeps_names_anybody(played: Played) -> None:
    assert played.retained.keys() >= KEPT
    found = {
        topic
        for topic, payload in played.retained.items()
        for one in played.private
        for word in written(one)
        if word.encode() in payload
    }
    assert found == set()
    mobile = re.compile(rb"0?9\d{9}(?!\d)")
    assert {topic for topic, payload in played.retained.items() if re.search(rb'"' + mobile.pattern, payload)} == set()


def test_no_secret_stands_on_a_command_line_or_in_an_environment(played: Played) -> None:
    assert played.command_lines.keys() == {"mosquitto", "booking_store", *RUNNING}
    for secret in played.secrets():
        assert len(secret) >= 16
        assert not [name for name, line in played.command_lines.items() if secret in line]
        assert not [name for name, words in played.environments.items() if secret in words]


def test_no_secret_stands_in_a_log_or_in_a_file_that_others_may_read(played: Played) -> None:
    secrets = [secret.encode() for secret in played.secrets()]
    assert not [name for name, log in played.logs().items() if any(secret in log.encode() for secret in secrets)]
    holding = [
        file
        for file in played.clinic.folder.rglob("*")
        if file.is_file() and any(secret in file.read_bytes() for secret in secrets)
    ]
    assert {file.name for file in holding} >= {"store", "kiosk-1", "exchange-key"}
    assert {file.name for file in holding if file.parent.name == "secrets" and file.stat().st_mode & 0o077} == set()
    assert played.clinic.folder.stat().st_mode & 0o077 == 0
