"""A machine without the ledger asks the broker whether the day is open, under the name of a device that it carries."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import units
from command_line.operator import FailedError
from command_line.upgrade import day
from mqtt import codec
from mqtt.access import STORE_ACCOUNT
from mqtt.contract import DAY, Day, DayStatus
from mqtt.link import Delivered, Joined, Link
from mqtt.session import Connected, Session
from program.inbox import Inbox
from tests.broker import RunningBroker

KIOSK = 'device = "kiosk-1"\nrole = "kiosk"\nsite = "small"\n'
TELEPHONE = 'device = "phone-1"\nsite = "small"\n[agi]\nkey_file = "/nowhere"\n'


@pytest.fixture
def etc(broker: RunningBroker, tmp_path: Path) -> Path:
    """/etc/nobat of a machine, without a device."""
    folder = tmp_path / "etc"
    (folder / "credentials").mkdir(parents=True)
    (folder / "operator.toml").write_text("")
    (folder / "patient-page.toml").write_text('site = "small"\n')
    return folder


def joined(folder: Path, broker: RunningBroker, text: str, password_file: str = "") -> None:
    """The device's file and its password, as `nobat join` leaves them."""
    name = text.partition('"')[2].partition('"')[0]
    secret = folder / "credentials" / name
    secret.touch(0o600)
    secret.write_text(Path(str(broker.login(name).password_file)).read_text())
    file = password_file or f"/run/credentials/{units.unit_of('kiosk', name)}.service/mqtt"
    (folder / f"{name}.toml").write_text(f'{text}[broker]\nport = {broker.port}\npassword_file = "{file}"\n')


def until(link: Link, wanted: type[object]) -> None:
    while not any(isinstance(one, wanted) for one in link.turn(0.05)):
        pass


def the_store_says(broker: RunningBroker, payload: bytes) -> None:
    """Retained, as the store publishes the day, and in the broker's hands when this comes back."""
    link = Link(broker.login(STORE_ACCOUNT), STORE_ACCOUNT)
    link.connect()
    until(link, Joined)
    link.send(codec.prefix("small") + DAY.name, payload, retained=True)
    until(link, Delivered)
    link.close()


def the_day(status: DayStatus) -> bytes:
    return codec.encode(Day(epoch="1", sequence=1, status=status, service_day=3, date="2026-11-22"))


@pytest.mark.parametrize("text", [KIOSK, TELEPHONE], ids=["a kiosk", "a telephone"])
@pytest.mark.parametrize(
    ("status", "opened"), [(DayStatus.ACCEPTING, "2026-11-22"), (DayStatus.CALLING_ONLY, "2026-11-22"), (DayStatus.CLOSED, "")]
)
def test_a_device_hears_whether_the_day_is_open(
    etc: Path, broker: RunningBroker, text: str, status: DayStatus, opened: str
) -> None:
    joined(etc, broker, text)
    the_store_says(broker, the_day(status))
    assert day.open_at_the_broker(etc) == opened


def test_a_machine_that_carries_no_device_asks_nobody(etc: Path) -> None:
    assert day.open_at_the_broker(etc) == ""


def test_the_program_that_was_turned_out_for_the_question_comes_back(etc: Path, broker: RunningBroker) -> None:
    joined(etc, broker, KIOSK)
    the_store_says(broker, the_day(DayStatus.CLOSED))
    inbox = Inbox()
    program = Session(broker.login("kiosk-1"), site="small", device="kiosk-1", inbox=inbox, follow=("day",))
    program.start()
    try:
        until_it_is_in(inbox)
        assert day.open_at_the_broker(etc) == ""
        until_it_is_in(inbox)
    finally:
        program.stop()


def until_it_is_in(inbox: Inbox) -> None:
    """The device's program hears that the broker took it in."""
    while not isinstance(inbox.get(time.monotonic() + 1), Connected):
        pass


def spoil_the_password(etc: Path, _: RunningBroker) -> None:
    (etc / "credentials/kiosk-1").write_text("another\n")


def stop_the_broker(_: Path, broker: RunningBroker) -> None:
    broker.kill()


def say_nonsense(_: Path, broker: RunningBroker) -> None:
    the_store_says(broker, b"nonsense")


def say_nothing(_: Path, __: RunningBroker) -> None:
    """A broker that has started anew and whose store has not."""


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (spoil_the_password, "[Nn]ot authori[sz]ed"),
        (stop_the_broker, "refused"),
        (say_nonsense, "."),
        (say_nothing, "has its store run"),
    ],
)
def test_where_nobody_can_say_it_the_upgrade_is_told_so(
    etc: Path,
    broker: RunningBroker,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[Path, RunningBroker], None],
    words: str,
) -> None:
    joined(etc, broker, KIOSK)
    fault(etc, broker)
    monkeypatch.setattr(day, "WITHIN_SECONDS", 1.0)
    with pytest.raises(FailedError, match=f"cannot be asked: .*{words}"):
        day.open_at_the_broker(etc)
