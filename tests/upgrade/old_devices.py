"""`make old-devices`: the real programs of two releases in one clinic. It needs the history, and so stands outside the tests.

Each program is started in the source of its own release, where `python -m` looks first. Another release than the recorded one:
NOBAT_OLD_RELEASE=v0.1.0 make old-devices
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mqtt.contract import Book, Booked
from tests.broker import RunningBroker
from tests.display.running import RunningDisplay, wait_until
from tests.kiosk.running import RunningKiosk
from tests.kiosk.test_with_the_store import Asker
from tests.store.clinic import SUNDAY
from tests.store.running import ROOT, RunningStore
from tests.upgrade.record import OLD_RELEASE, source_of
from twins.printer import PrinterTwin

CALL_NEXT_PIN = 5


@pytest.fixture(scope="module")
def old() -> Iterator[Path]:
    """The source of the older release."""
    with source_of(os.environ.get("NOBAT_OLD_RELEASE", OLD_RELEASE)) as source:
        yield source


class OldStore(RunningStore):
    """The store of another release."""

    def __init__(self, broker: RunningBroker, folder: Path, source: Path) -> None:
        super().__init__(broker, folder, site_file=source / "tests/store/small_clinic.toml")
        self._source = source

    def start(self) -> None:
        with self.errors.open("ab") as errors:
            environment = {**os.environ, "PYTHONPATH": str(self._source)}
            self._process = subprocess.Popen(self.command(), stdout=errors, stderr=errors, cwd=self._source, env=environment)


def devices_are_of(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Devices that start from here on are of this release."""
    monkeypatch.chdir(source)
    monkeypatch.setenv("PYTHONPATH", str(source))
    asked = [sys.executable, "-c", "import display_device; print(display_device.__file__)"]
    assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout.startswith(str(source))


def one_patient(broker: RunningBroker, store: RunningStore, folder: Path) -> None:
    """A caller's code becomes paper at the kiosk; the counter calls it, and the hall shows it. Then the server's power goes,
    and the next patient has the same morning."""
    with ExitStack() as ends:
        store.start()
        ends.callback(store.clear_away)
        printer = PrinterTwin(folder / "paper")
        printer.start()
        ends.callback(printer.stop)
        kiosk = RunningKiosk(folder / "kiosk", broker, printer, keypad="usb", site="small")
        kiosk.start()
        ends.callback(kiosk.kill)
        counter = RunningDisplay(folder / "counter", broker, "small", "counter-1", "counter", 'points = ["counter-1"]\n')
        ends.callback(counter.kill)
        hall = RunningDisplay(folder / "hall", broker, "small", "waiting-room-1", "waiting_room", 'zone = "hall-1"\n')
        ends.callback(hall.kill)
        operator = Asker(broker, "operator").until_open()
        ends.callback(operator.session.stop)
        for count, place in ((1, "before the power cut"), (2, "after it")):
            kiosk.wait_for_screen("idle")
            booked = operator.ask(Book(department=11, doctor=1, date=SUNDAY.isoformat()))
            assert isinstance(booked, Booked), booked
            kiosk.press(*booked.code)
            assert printer.wait_for_jobs(count), f"{place}: {kiosk.log()}"
            called = f"{99 + count}"
            wait_until(counter.pins.exists, f"{place}: {counter.log()}")
            wait_until(
                lambda: counter.shows("counter-1-nobody") or counter.shows("counter-1-called-100"), f"{place}: {counter.log()}"
            )
            counter.tap(CALL_NEXT_PIN)
            for screen in (
                counter.pictures / f"counter-1-called-{called}.png",
                hall.pictures / f"hall-call-{called}-counter-1.png",
            ):
                wait_until(screen.is_file, f"{place}: {screen.stem} never came: {counter.log()} {hall.log()}")
            if count == 1:
                broker.kill()
                store.end(signal.SIGKILL)
                store.start()
                broker.start()


def test_devices_of_the_older_release_work_with_this_store(
    old: Path, broker: RunningBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    devices_are_of(old, monkeypatch)
    one_patient(broker, RunningStore(broker, tmp_path), tmp_path)


def test_devices_of_this_release_work_with_the_older_store(
    old: Path, broker: RunningBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    devices_are_of(ROOT, monkeypatch)
    one_patient(broker, OldStore(broker, tmp_path, old), tmp_path)
