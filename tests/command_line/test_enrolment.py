"""A device is let in by one file that is carried to it, and let in no more when it is stolen; the broker runs all the while."""

import errno
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from command_line.enrolment import site_folder
from command_line.enrolment.bundle import read_bundle
from command_line.operator import read_operator_settings
from mqtt import broker_files
from mqtt.broker_files import BrokerFilesError, accounts, find_program
from mqtt.codec import encode
from mqtt.contract import Identify, OrderMessage
from mqtt.link import Arrived, Delivered, Ended, Joined, Link, Subscribed
from phone_line.settings import load_settings as load_telephone
from program.settings import Broker, load_settings
from tests.broker import answers, free_port
from tests.command_line.clinic import Nobat
from tests.mqtt.test_accounts import turned
from tests.store.clinic import SITE_FILE

PREFIX = "nobat/1/small/"
ENDED_WITHIN_SECONDS = 60
ROOT = Path(__file__).parents[2]


class Etc:
    """/etc/nobat of the store's machine, with the broker that `nobat enroll` made, running."""

    def __init__(self, folder: Path, nobat: Nobat) -> None:
        self.folder = folder / "etc"
        self.nobat = nobat
        self.port, self.tls_port = free_port(), free_port()
        (self.folder / "sites").mkdir(parents=True)
        (self.folder / "sites" / "small.toml").write_bytes(SITE_FILE.read_bytes())
        (self.folder / "broker").mkdir()  # ours, so that the broker runs as we do
        self._broker: subprocess.Popen[bytes] | None = None

    def enroll(self, *more: str) -> str:
        """What `nobat enroll` says."""
        said = self.nobat("enroll", *more, "--site-folder", str(self.folder))
        assert said.status == 0, said
        return said.out

    def begin(self, conf: str = "") -> str:
        """The first `nobat enroll`, and the broker; `conf`: as somebody names it who stands in the broker's folder."""
        ports = ("--port", str(self.port), "--tls-port", str(self.tls_port))
        out = self.enroll("--server", "127.0.0.1", *ports)
        command = [find_program("mosquitto"), "-c", conf or str(self.folder / "broker" / "mosquitto.conf")]
        self._broker = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=self.folder / "broker")
        while not answers(self.port):
            assert self._broker.poll() is None
            time.sleep(0.005)
        return out

    def device(self, name: str) -> Path:
        """Another machine, to which this device's bundle is carried, and joined."""
        there = self.folder.parent / f"{name}-{time.monotonic_ns()}"
        there.mkdir()
        carried = (self.folder / "bundles" / f"{name}.toml").rename(there / "bundle.toml")
        said = self.nobat("join", str(carried), "--folder", str(there))
        assert said.status == 0, said
        return there

    def end(self) -> None:
        if self._broker is not None:
            self._broker.send_signal(signal.SIGTERM)
            self._broker.wait(ENDED_WITHIN_SECONDS)


def link(there: Path, account: str) -> Link:
    """A connection as the device file there says, but for the password's place, which systemd chooses."""
    said = load_settings(there / f"{account}.toml").broker
    own = Broker(said.host, said.port, str(there / "credentials" / account), str(there / "authority.crt"))
    made = Link(own, account)
    made.set_will(f"{PREFIX}device/{account}", b"its will")
    made.connect()
    return made


@pytest.fixture
def etc(tmp_path: Path, nobat: Nobat) -> Iterator[Etc]:
    there = Etc(tmp_path, nobat)
    yield there
    there.end()


def test_a_device_comes_in_with_what_its_bundle_says_while_the_broker_runs(etc: Etc) -> None:
    etc.begin()
    assert "The running broker knows." in etc.enroll("kiosk-2")
    there = etc.device("kiosk-2")
    kiosk = link(there, "kiosk-2")
    assert Joined() in turned(kiosk, Joined)
    settings = load_settings(there / "kiosk-2.toml")
    assert (settings.device, settings.role, settings.site) == ("kiosk-2", "kiosk", "small")
    assert settings.broker.ca_file == "/etc/nobat/authority.crt"
    assert str(settings.broker.password_file).startswith("/run/credentials/nobat-kiosk@kiosk-2.service/")


def test_a_page_of_letters_has_its_account_on_this_machine_and_no_more_rights_than_any_device(etc: Etc) -> None:
    with (etc.folder / "sites" / "small.toml").open("a", encoding="utf-8") as site:
        site.write('\n[[devices]]\nid = "letter-page"\nrole = "letter_page"\n')
    etc.begin()
    own = Broker("127.0.0.1", etc.port, str(etc.folder / "credentials" / "letter-page"))
    page = Link(own, "letter-page")
    page.connect()
    assert Joined() in turned(page, Joined)
    assert "user letter-page" not in (etc.folder / "broker" / "acl").read_text(encoding="utf-8")
    assert etc.nobat("enroll", "letter-page", "--site-folder", str(etc.folder)).status != 0, "nothing is carried anywhere"


def test_a_bundle_is_taken_in_once_and_deleted(etc: Etc) -> None:
    etc.begin()
    etc.enroll("kiosk-2")
    there = etc.device("kiosk-2")
    assert sorted(path.name for path in there.rglob("*") if path.is_file()) == ["authority.crt", "kiosk-2", "kiosk-2.toml"]
    assert stat.S_IMODE((there / "credentials" / "kiosk-2").stat().st_mode) == 0o600
    assert stat.S_IMODE((there / "kiosk-2.toml").stat().st_mode) == 0o644


def test_enrolling_a_device_again_makes_its_older_bundle_worthless_and_cuts_it_off(etc: Etc) -> None:
    etc.begin()
    etc.enroll("kiosk-2")
    first = etc.device("kiosk-2")
    kiosk = link(first, "kiosk-2")
    turned(kiosk, Joined)
    assert "was enrolled before" in etc.enroll("kiosk-2")
    turned(kiosk, Ended)
    again = link(first, "kiosk-2")
    assert any("Not authorized" in arrival.why for arrival in turned(again, Ended) if isinstance(arrival, Ended))
    assert Joined() in turned(link(etc.device("kiosk-2"), "kiosk-2"), Joined)


def test_a_device_that_is_revoked_is_cut_off_and_leaves_nothing_on_the_broker(etc: Etc) -> None:
    etc.begin()
    etc.enroll("kiosk-1")
    etc.enroll("kiosk-2")
    stolen, there = link(etc.device("kiosk-1"), "kiosk-1"), etc.device("kiosk-2")
    other = link(there, "kiosk-2")
    turned(stolen, Joined)
    turned(other, Joined)
    stolen.send(PREFIX + "device/kiosk-1", b"up", retained=True)
    turned(stolen, Delivered)
    said = etc.nobat("revoke", "kiosk-1", "--site-folder", str(etc.folder))
    assert (said.status, said.err) == (0, "")
    turned(stolen, Ended)
    other.subscribe([PREFIX + "device/+"])
    assert not [arrival for arrival in [*turned(other, Subscribed), *other.turn(0.2)] if isinstance(arrival, Arrived)]
    again = etc.nobat("revoke", "kiosk-1", "--site-folder", str(etc.folder))
    assert "had no account" in again.out


def test_a_broker_that_was_started_from_its_own_folder_is_told_too(etc: Etc) -> None:
    etc.begin(conf="mosquitto.conf")
    etc.enroll("kiosk-1")
    stolen = link(etc.device("kiosk-1"), "kiosk-1")
    turned(stolen, Joined)
    assert etc.nobat("revoke", "kiosk-1", "--site-folder", str(etc.folder)).status == 0
    turned(stolen, Ended)


def test_where_the_broker_that_answers_cannot_be_told_nobody_says_that_a_device_is_let_in_no_more(etc: Etc) -> None:
    elsewhere = etc.folder / "broker" / "another.conf"
    etc.enroll("kiosk-1", "--server", "127.0.0.1", "--port", str(etc.port), "--tls-port", str(etc.tls_port))
    elsewhere.write_bytes((etc.folder / "broker" / "mosquitto.conf").read_bytes())
    etc.begin(conf="another.conf")
    stolen = link(etc.device("kiosk-1"), "kiosk-1")
    turned(stolen, Joined)
    said = etc.nobat("revoke", "kiosk-1", "--site-folder", str(etc.folder))
    assert said.status == 1
    assert f"a broker answers on port {etc.port}" in said.err
    assert "lets nobody in any more" not in said.out
    again = etc.nobat("enroll", "kiosk-1", "--site-folder", str(etc.folder))
    assert again.status == 0
    assert "knows nothing of this" in again.err


def test_the_store_and_the_operator_of_this_machine_have_accounts_from_the_first_time_on(etc: Etc) -> None:
    etc.begin()
    secrets = {path.name for path in (etc.folder / "credentials").iterdir()}
    assert secrets == {"store", "doorkeeper", "operator"}
    for account in ("store", "operator"):
        here = Link(Broker(port=etc.port, password_file=str(etc.folder / "credentials" / account)), account)
        here.connect()
        assert Joined() in turned(here, Joined)
        here.send(PREFIX + "order/kiosk-1", encode(OrderMessage(id="1", order=Identify())), retained=False)


def test_nothing_changes_for_who_is_in_when_another_is_let_in(etc: Etc) -> None:
    etc.begin()
    secret = (etc.folder / "credentials" / "store").read_bytes()
    authority = (etc.folder / "authority" / "authority.crt").read_bytes()
    etc.enroll("kiosk-1")
    kiosk = link(etc.device("kiosk-1"), "kiosk-1")
    turned(kiosk, Joined)
    etc.enroll("counter-1", "--server", "store.clinic.lan")
    assert [arrival for _ in range(3) for arrival in kiosk.turn(0.05)] == []
    assert (etc.folder / "credentials" / "store").read_bytes() == secret
    assert (etc.folder / "authority" / "authority.crt").read_bytes() == authority


def test_somebody_who_only_looks_at_the_brokers_file_is_not_taken_for_the_broker(etc: Etc) -> None:
    etc.enroll("--server", "127.0.0.1")
    looking = subprocess.Popen(["tail", "-f", str(etc.folder / "broker" / "mosquitto.conf")], stdout=subprocess.PIPE)
    try:
        assert looking.stdout is not None
        looking.stdout.readline()
        assert "No broker runs" in etc.enroll()
        assert looking.poll() is None
    finally:
        looking.kill()
        looking.communicate()


def test_every_secret_is_readable_by_its_owner_only(etc: Etc) -> None:
    etc.begin()
    etc.enroll("kiosk-1")
    public = {"store.conf", "operator.toml"}
    made = [path for path in etc.folder.rglob("*") if path.is_file() and "sites" not in path.parts and path.name not in public]
    assert {path.name for path in made} >= {"authority.key", "server.key", "passwords", "kiosk-1.toml", "store"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
    assert not list(etc.folder.rglob("*.new"))
    assert not list(etc.folder.rglob("*.plain"))


def test_every_device_of_the_site_file_gets_a_device_file_that_its_program_reads(etc: Etc) -> None:
    etc.enroll("--server", "127.0.0.1")
    site = [line.split('"')[1] for line in SITE_FILE.read_text().splitlines() if line.startswith("id = ")]
    devices = [name for name in site if name.startswith(("kiosk", "counter", "room", "waiting-room", "phone"))]
    for device in dict.fromkeys(devices):
        said = etc.nobat("enroll", device, "--site-folder", str(etc.folder))
        if said.status == 2:  # a point, not a device
            continue
        there = etc.device(device) / f"{device}.toml"
        settings = load_telephone(there) if device.startswith("phone") else load_settings(there)
        assert settings.broker.host == "127.0.0.1"


def test_joining_again_keeps_a_device_file_that_somebody_has_completed(etc: Etc) -> None:
    etc.enroll("kiosk-1", "--server", "127.0.0.1")
    there = etc.device("kiosk-1")
    (there / "kiosk-1.toml").write_text("# completed\n")
    first = (there / "credentials" / "kiosk-1").read_text()
    etc.enroll("kiosk-1")
    said = etc.nobat("join", str(etc.folder / "bundles" / "kiosk-1.toml"), "--folder", str(there))
    assert "was left as it is" in said.out
    assert (there / "kiosk-1.toml").read_text() == "# completed\n"
    assert (there / "credentials" / "kiosk-1").read_text() != first


def test_of_two_devices_that_are_let_in_at_once_none_loses_its_account(etc: Etc, monkeypatch: pytest.MonkeyPatch) -> None:
    etc.enroll("--server", "127.0.0.1")
    command = [sys.executable, "-m", "command_line", "enroll", "kiosk-2", "--site-folder", str(etc.folder)]
    others: list[subprocess.Popen[bytes]] = []
    hashed = broker_files._hashed

    def meanwhile(*given: Any) -> dict[str, str]:
        """Another technician types the same for another device, and it ends, or waits for the first."""
        other = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        others.append(other)
        while other.poll() is None and not waits(other.pid):
            time.sleep(0.005)
        return hashed(*given)

    monkeypatch.setattr(broker_files, "_hashed", meanwhile)
    etc.enroll("kiosk-1")
    assert [other.wait(ENDED_WITHIN_SECONDS) for other in others] == [0]
    assert {"kiosk-1", "kiosk-2"} <= set(accounts(etc.folder / "broker"))


def waits(process: int) -> bool:
    """Whether a process waits for a lock that somebody holds."""
    locks = [line.split() for line in Path("/proc/locks").read_text(encoding="ascii").splitlines()]
    return any(words[1] == "->" and str(process) in words for words in locks)


def test_where_the_bundle_cannot_be_written_the_device_goes_on_with_what_it_has(
    etc: Etc, monkeypatch: pytest.MonkeyPatch
) -> None:
    etc.begin()
    etc.enroll("kiosk-1")
    there = etc.device("kiosk-1")
    etc.enroll("kiosk-2")
    waiting = (etc.folder / "bundles" / "kiosk-2.toml").read_bytes()

    def full(path: Path, _bundle: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    def refuse(*_: object) -> None:
        raise BrokerFilesError("mosquitto_passwd is not installed")

    for name, fault in (("write_bundle", full), ("set_passwords", refuse)):
        with monkeypatch.context() as broken:
            broken.setattr(site_folder, name, fault)
            for device in ("kiosk-1", "kiosk-2"):
                assert etc.nobat("enroll", device, "--site-folder", str(etc.folder)).status == 1
    assert "The running broker knows." in etc.enroll()
    assert Joined() in turned(link(there, "kiosk-1"), Joined)
    assert [path.name for path in (etc.folder / "bundles").iterdir()] == ["kiosk-2.toml"]
    assert (etc.folder / "bundles" / "kiosk-2.toml").read_bytes() == waiting
    assert Joined() in turned(link(etc.device("kiosk-2"), "kiosk-2"), Joined)


@pytest.mark.parametrize("lost", ["authority.crt", "authority.key"])
def test_a_lost_authority_is_told_and_no_other_takes_its_place(etc: Etc, lost: str) -> None:
    etc.enroll("--server", "127.0.0.1")
    (etc.folder / "authority" / lost).unlink()
    before = sorted(path.name for path in (etc.folder / "authority").iterdir())
    said = etc.nobat("enroll", "kiosk-1", "--server", "store.clinic.lan", "--site-folder", str(etc.folder))
    assert said.status == 1
    assert f"{lost}: the {'certificate' if lost.endswith('crt') else 'key'} of the site's authority is lost" in said.err
    assert sorted(path.name for path in (etc.folder / "authority").iterdir()) == before
    again = etc.nobat("enroll", "kiosk-1", "--site-folder", str(etc.folder))
    assert again.status == (1 if lost.endswith("crt") else 0), "the key is wanted for a new certificate only"
    assert ("authority is lost" in again.err) == lost.endswith("crt")
    assert ("kiosk-1" in accounts(etc.folder / "broker")) == lost.endswith("key")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("enroll", "kiosk-9", "--server", "127.0.0.1"), "no device 'kiosk-9' in the site file"),
        (("enroll", "kiosk-1"), "how do devices reach the broker?"),
        (("enroll", "--server", "not a name"), "neither a host's name nor an address"),
        (("revoke", "store"), "is no device"),
        (("revoke", "../store"), "is no device"),
        (("revoke", "kiosk-9"), "no device 'kiosk-9' in the site file"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_words(etc: Etc, arguments: tuple[str, ...], told: str) -> None:
    said = etc.nobat(*arguments, "--site-folder", str(etc.folder))
    assert said.status == 2
    assert told in said.err


def test_a_bundle_never_shows_its_password_and_what_is_none_is_told(etc: Etc, tmp_path: Path) -> None:
    etc.enroll("kiosk-1", "--server", "127.0.0.1")
    bundle = read_bundle(etc.folder / "bundles" / "kiosk-1.toml")
    assert bundle.password not in repr(bundle)
    (tmp_path / "half.toml").write_text(f'schema = 1\ndevice = "kiosk-1"\npassword = "{bundle.password}"\n')
    said = etc.nobat("join", str(tmp_path / "half.toml"), "--folder", str(tmp_path))
    assert said.status == 2
    assert "no bundle" in said.err
    assert bundle.password not in said.err


def test_what_the_store_and_the_commands_read_is_written_once_and_then_the_clinics(tmp_path: Path, nobat: Nobat) -> None:
    etc = Etc(tmp_path, nobat)
    etc.enroll("--server", "192.0.2.10", "--port", str(etc.port))
    operator, store = etc.folder / "operator.toml", etc.folder / "store.conf"
    assert store.read_text() == "NOBAT_SITE=small\n"
    settings = read_operator_settings(operator)
    assert (settings.site, settings.broker.port) == ("small", etc.port)
    assert settings.broker.password_file == str(etc.folder / "credentials" / "operator")
    assert stat.S_IMODE(operator.stat().st_mode) == 0o644  # the copies are made by another user; the password is not in it
    store.write_text("NOBAT_SITE=small\nNOBAT_DATABASE=postgresql://nobat@/nobat\n")
    etc.enroll()
    assert "postgresql" in store.read_text()
