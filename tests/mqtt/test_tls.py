"""Devices come by TLS, and speak to their own site's broker only: a stranger in its place learns no password."""

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mqtt.broker_files import Tls, read_anew, write_conf
from mqtt.certificates import Certified, make_authority, make_server, names_in, wants_renewal
from mqtt.contract import StopReception
from mqtt.link import Joined, Link
from mqtt.session import Answered, Connected, Session
from program.inbox import Inbox
from program.settings import Broker
from tests.broker import OPERATOR, RunningBroker
from tests.mqtt.conftest import Program, StandInStore
from tests.mqtt.test_accounts import turned

TODAY = datetime(2026, 11, 22, tzinfo=UTC)
YEAR = timedelta(days=366)
AUTHORITY = make_authority("kosar", TODAY)
SERVER = make_server(AUTHORITY, ["127.0.0.1", "store.clinic.lan"], TODAY)

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBroker]:
    """A broker with both listeners."""
    folder = tmp_path_factory.mktemp("clinic")
    running = RunningBroker(folder / "broker", server=SERVER)
    (folder / "authority.crt").write_text(AUTHORITY.certificate)
    running.start()
    yield running
    running.kill()


def login(clinic: RunningBroker, account: str, *, host: str = "127.0.0.1", authority: Path | None = None) -> Broker:
    """What the device file of a device in another room says."""
    trusted = authority or clinic.folder.parent / "authority.crt"
    secret = clinic.folder / "secrets" / account
    return Broker(host=host, port=clinic.tls_port, password_file=str(secret), ca_file=str(trusted))


def test_a_device_by_tls_asks_the_store_beside_the_broker_and_is_answered(clinic: RunningBroker) -> None:
    by_the_broker = Session(
        clinic.login("store"), site="kosar", device="store", inbox=Inbox(), follow=("request/+", "device/+")
    )
    in_the_hall = Session(login(clinic, "kiosk-1"), site="kosar", device="kiosk-1", inbox=Inbox(), follow=())
    store, kiosk = StandInStore(by_the_broker, by_the_broker._inbox), Program(in_the_hall, in_the_hall._inbox)
    try:
        by_the_broker.start()
        store.hears_everybody()
        in_the_hall.start()
        kiosk.wait_for(Connected)
        in_the_hall.ask("press-1", StopReception(), give_up_seconds=None, seen=None)
        store.answer_one()
        assert kiosk.wait_for(Answered).reply.id == "press-1"
    finally:
        in_the_hall.stop()
        by_the_broker.stop()


def test_only_tls_1_3_is_spoken(clinic: RunningBroker) -> None:
    context = ssl.create_default_context(cadata=AUTHORITY.certificate)
    with context.wrap_socket(socket.create_connection(("127.0.0.1", clinic.tls_port)), server_hostname="127.0.0.1") as wire:
        assert wire.version() == "TLSv1.3"
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(("127.0.0.1", clinic.tls_port)) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain, server_hostname="127.0.0.1")


def test_another_authority_is_not_believed(clinic: RunningBroker, tmp_path: Path) -> None:
    other = tmp_path / "other.crt"
    other.write_text(make_authority("kosar", TODAY).certificate)  # the same name, another key
    with pytest.raises(ssl.SSLCertVerificationError):
        Link(login(clinic, "kiosk-1", authority=other), "kiosk-1").connect()


def test_a_certificate_for_another_name_is_not_believed(clinic: RunningBroker) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        Link(login(clinic, "kiosk-1", host="localhost"), "kiosk-1").connect()


def read_before_the_device_hung_up(server: Certified, clinic: RunningBroker, folder: Path) -> bytes:
    """What somebody in the broker's place, with this certificate, got to read of a device that does not believe it."""
    (folder / "both.pem").write_text(server.certificate + server.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    read: list[bytes] = []

    def play_the_broker(door: socket.socket) -> None:
        wire, _ = door.accept()
        try:
            with context.wrap_socket(wire, server_side=True) as deciphered:
                read.append(deciphered.recv(4096))
        except OSError:
            read.append(b"")

    with socket.create_server(("127.0.0.1", 0)) as door:
        thief = threading.Thread(target=play_the_broker, args=(door,))
        thief.start()
        here = Broker(
            port=door.getsockname()[1],
            password_file=str(clinic.folder / "secrets" / "kiosk-1"),
            ca_file=str(clinic.folder.parent / "authority.crt"),
        )
        with pytest.raises(ssl.SSLCertVerificationError):
            Link(here, "kiosk-1").connect()
        thief.join()
    return b"".join(read)


def test_a_stranger_in_the_brokers_place_does_not_get_to_see_a_password(clinic: RunningBroker, tmp_path: Path) -> None:
    stranger = make_server(make_authority("kosar", TODAY), ["127.0.0.1"], TODAY)
    assert read_before_the_device_hung_up(stranger, clinic, tmp_path) == b""


def test_a_certificate_that_has_ended_is_not_believed(clinic: RunningBroker, tmp_path: Path) -> None:
    ended = make_server(AUTHORITY, ["127.0.0.1"], TODAY - 40 * YEAR)
    assert read_before_the_device_hung_up(ended, clinic, tmp_path) == b""


def test_a_new_certificate_is_taken_without_a_restart_and_who_is_connected_stays(clinic: RunningBroker) -> None:
    stays = Link(login(clinic, "kiosk-2"), "kiosk-2")
    stays.connect()
    turned(stays, Joined)
    renewed = make_server(AUTHORITY, ["127.0.0.1", "localhost"], TODAY)
    write_conf(clinic.folder, site="+", operators=(OPERATOR,), port=clinic.port, tls=Tls(renewed, clinic.tls_port))
    assert read_anew(clinic.folder)
    while ssl.get_server_certificate(("127.0.0.1", clinic.tls_port)).split() != renewed.certificate.split():
        assert stays.turn(0.02) == []
    comes = Link(login(clinic, "kiosk-1", host="localhost"), "kiosk-1")
    comes.connect()
    assert Joined() in turned(comes, Joined)


def verified(server: Certified, folder: Path, moment: datetime) -> str:
    """What OpenSSL, strictly, says of this certificate on that day."""
    (folder / "authority.crt").write_text(AUTHORITY.certificate)
    (folder / "server.crt").write_text(server.certificate)
    asked = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "store.clinic.lan"]
    at = ["-attime", str(int(moment.timestamp())), "-CAfile", str(folder / "authority.crt"), str(folder / "server.crt")]
    done = subprocess.run([*asked, *at], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@needs_openssl
@pytest.mark.parametrize(
    "moment", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2023, 5, 3, tzinfo=UTC), TODAY, TODAY + 19 * YEAR]
)
def test_a_device_whose_clock_is_anywhere_from_1970_on_trusts_its_broker(tmp_path: Path, moment: datetime) -> None:
    assert verified(SERVER, tmp_path, moment).endswith("server.crt: OK\n")


@needs_openssl
def test_a_certificate_ends_after_twenty_years_and_is_made_anew_long_before(tmp_path: Path) -> None:
    assert "certificate has expired" in verified(SERVER, tmp_path, TODAY + 21 * YEAR)
    assert not wants_renewal(SERVER.certificate, TODAY + 14 * YEAR)
    assert wants_renewal(SERVER.certificate, TODAY + 16 * YEAR)


def test_a_certificate_names_whom_it_is_for_and_keys_are_not_shown() -> None:
    assert names_in(SERVER.certificate) == ("127.0.0.1", "store.clinic.lan")
    assert "PRIVATE" not in repr(SERVER)
