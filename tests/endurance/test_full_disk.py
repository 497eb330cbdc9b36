"""A device whose disk is full says so to who stands there, ends nowhere, and goes on by itself once there is room.

A real small file system is mounted for it, which root may do; elsewhere the tests are skipped. What the store does is held by
its own tests.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from display_device.voice.spoken_file import SpokenFile, load_spoken
from mqtt.contract import CheckIn
from tests.broker import RunningBroker
from tests.kiosk.clinic import CODE
from tests.kiosk.running import LONG_SECONDS, RunningKiosk, ScriptedStore
from twins.printer import PrinterTwin

SMALL = "size=256k"


class SmallDisk:
    """A folder with 256 kB of room."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filling = folder / "filling"

    def fill(self, journal: Path | None = None) -> None:
        """Leave room for half a line in the page that `journal` has already, and for nothing else."""
        if journal is not None:
            with journal.open("ab", buffering=0) as file:
                file.write(b"\n" * (4096 - 30 - file.tell() % 4096))
        with self._filling.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))

    def make_room(self) -> None:
        """Somebody cleared it up."""
        self._filling.unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "kiosk" / "state"
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", SMALL, "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("only root may mount a small file system")
    yield SmallDisk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_kiosk_with_a_full_disk_gives_no_number_it_could_forget_and_goes_on_when_there_is_room(
    disk: SmallDisk, tmp_path: Path, broker: RunningBroker
) -> None:
    printer = PrinterTwin(tmp_path / "tickets")
    printer.start()
    store = ScriptedStore(broker)
    kiosk = RunningKiosk(tmp_path / "kiosk", broker, printer)
    try:
        kiosk.start()
        kiosk.wait_for_screen("idle")
        disk.fill(disk.folder / "papers.journal")
        kiosk.press(*CODE)
        kiosk.wait_for_screen("refused_reception")
        assert not [one for one in store.requests if isinstance(one.operation, CheckIn)]
        assert printer.jobs == 0
        disk.make_room()
        kiosk.press("erase")
        kiosk.wait_for_screen("idle")
        kiosk.press(*CODE)
        assert printer.wait_for_jobs(1)
        store.wait(lambda: [settle.number for settle in store.settles()] == [None, 123])
        assert kiosk.stop() == 0
    finally:
        kiosk.kill()
        store.stop()
        printer.stop()


def test_calls_spoken_while_the_disk_was_full_are_kept_with_the_next_one(disk: SmallDisk) -> None:
    path = disk.folder / "spoken.json"
    file = SpokenFile(path)
    disk.fill()
    file.start()
    file.write((("e", 1),))
    time.sleep(0.2)  # nothing tells that a write failed; were it written later, the test would pass all the same
    assert load_spoken(path) == ()
    disk.make_room()
    file.write((("e", 2),))
    end = time.monotonic() + LONG_SECONDS
    while load_spoken(path) != (("e", 1), ("e", 2)):
        assert time.monotonic() < end
        time.sleep(0.01)
