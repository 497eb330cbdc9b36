"""A clinic of real processes whose parts may die: broker, store, a kiosk, a counter and a hall, with a crowd beside them."""

import re
import sqlite3
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mqtt.contract import FEED_LOST_AFTER_SECONDS
from tests.broker import RunningBroker
from tests.display.running import RunningDisplay
from tests.faults.cables import Cables
from tests.faults.crowd import SITE, Client, Crowd
from tests.faults.paper import Reader
from tests.faults.watcher import Watcher
from tests.kiosk.running import RunningKiosk
from tests.store.running import RunningStore
from twins.pins import press
from twins.printer import PrinterTwin

SITE_FILE: Final = Path(__file__).parent / "clinic.toml"
UNITS: Final = Path(__file__).parents[2] / "systemd"
CALL_NEXT_PIN: Final = 5
WITHIN_SECONDS: Final = 60.0
"""Longer than anything takes on a machine that is busy with other tests: every wait ends with what it waits for."""
LOOK_SECONDS: Final = 0.02
KIOSK_READY: Final = ("idle", "ticket_taken")
"""The screens of a kiosk that gives tickets: somebody may have taken one just now."""


Stamp = tuple[str, int]
"""Epoch and sequence of a snapshot."""


@dataclass(frozen=True)
class Part:
    """A part that may die at any moment, and how it is started again."""

    kill: Callable[[], None]
    start: Callable[[], object]


class House:
    """All of it; `wired`: each program and each of the crowd behind a cable of its own, which may be cut. `store` and `hall`:
    the modules that are run as these programs."""

    def __init__(
        self,
        folder: Path,
        *,
        wired: bool = False,
        store: Sequence[str] = ("booking_store",),
        hall: Sequence[str] = ("display_device",),
    ) -> None:
        folder.mkdir(exist_ok=True)
        self.broker = RunningBroker(folder / "broker")
        self.broker.start()
        self.cables = Cables(self.broker)
        self.way: RunningBroker | Cables = self.cables if wired else self.broker
        self.store = RunningStore(self.way, folder, site_file=SITE_FILE, program=store)  # type: ignore[arg-type]
        self.store.start()
        self.printer = PrinterTwin(folder / "tickets")
        self.printer.start()
        self.ledger_file = folder / "ledger.sqlite"
        self.watcher = Watcher(self.broker)
        self.reader = Reader()
        self.kiosk = RunningKiosk(folder / "kiosk", self.way, self.printer, site=SITE, keypad="usb")
        self.counter = RunningDisplay(folder / "counter", self.way, SITE, "counter-1", "counter", 'points = ["counter-1"]\n')
        speaker = f'[speaker]\ndriver = "disk"\nkeep_announcements = "{folder / "hall" / "announcements"}"\n'
        self.hall = RunningDisplay(
            folder / "hall", self.way, SITE, "waiting-room-1", "waiting_room", 'zone = "hall-1"\n', speaker, program=hall
        )
        self.kiosk.start()
        eventually(lambda: screen(self.kiosk.folder / "screens") == "idle", self.store.log)
        self.parts: dict[str, Part] = {
            "store": Part(self.store.kill, self.store.start),
            "broker": Part(self.broker.kill, self.broker.start),
            "kiosk": Part(self.kiosk.kill, self.kiosk.start),
            "counter": Part(self.counter.kill, self.counter.start),
            "hall": Part(self.hall.kill, self.hall.start),
        }

    def close(self) -> None:
        """End every process that was started."""
        self.watcher.stop()
        for part in reversed(self.parts.values()):
            with suppress(OSError, AssertionError):
                part.kill()
        self.printer.stop()
        self.cables.stop()

    # ------------------------------------------------------------------------------------------ from outside

    def rows(self, query: str) -> list[tuple]:  # type: ignore[type-arg]
        """What the ledger says; the store may be writing it meanwhile."""
        with closing(sqlite3.connect(f"file:{self.ledger_file}?mode=ro", uri=True, timeout=60)) as ledger:
            return list(ledger.execute(query))

    def commits(self) -> tuple[int, int]:
        """What changes with each commit: the size and the time of the ledger's log. (0, 0): there is none now."""
        with suppress(FileNotFoundError):
            log = self.ledger_file.with_name(f"{self.ledger_file.name}-wal").stat()
            return log.st_size, log.st_mtime_ns
        return 0, 0

    def walk_in(self) -> int:
        """A walk-in ticket on paper, by somebody who comes with it from another kiosk: its number."""
        reception = Client(self.broker, "kiosk-2")
        try:
            return reception.take()
        finally:
            reception.stop()

    def papers(self) -> list[tuple[Path, int | None]]:
        """The kiosk's tickets, each with the number that stands on it; None where it is torn."""
        jobs = sorted(self.printer.folder.glob("*.bin"))
        could_be = [*(number for (number,) in self.rows("SELECT number FROM tickets")), *range(8000, 8500)]
        return [(job, self.reader.number_on(job, could_be)) for job in jobs]

    def disagreements(self, since: float = 0.0, known: Mapping[str, Stamp | None] | None = None) -> list[str]:
        """What does not agree at this moment; empty: all do. The store has to have been heard after `since` (monotonic).
        While others work on, a screen is right that shows what is no older than `known` of its topic: a device tells what
        it shows once a second."""
        seen = self.watcher.seen
        beat = seen.beat
        if beat is None or seen.beat_at < since or time.monotonic() > seen.beat_at + FEED_LOST_AFTER_SECONDS:
            return ["the store is not heard"]
        point = seen.points.get("counter-1")
        faults = []
        for device, truth in self._snapshots().items():
            state = seen.devices.get(device)
            showing = state.showing if state is not None and state.up else None
            shown = (showing.epoch, showing.sequence) if showing else None
            if shown is None or shown[0] != beat.epoch or not _is_right(shown, truth, known and known[device]):
                faults.append(f"{device} shows {shown}, the store says {truth}")
        kiosk = seen.devices.get("kiosk-1")
        if kiosk is None or not kiosk.up or kiosk.health.unsettled:
            faults.append(f"the kiosk is not here, or has papers to settle: {kiosk}")
        number = point.current.number if point and point.current else None
        screens = {"kiosk": screen(self.kiosk.folder / "screens"), "counter": screen(self.counter.pictures)}
        screens["hall"] = screen(self.hall.pictures)
        if not screens["kiosk"].startswith(KIOSK_READY) or "alone" in screens["kiosk"]:
            faults.append(f"the kiosk's screen says {screens['kiosk']}")
        shown = f"-{number}" if number else "-nobody"
        if "lost" in screens["counter"] or not screens["counter"].endswith(shown):
            faults.append(f"the counter's screen says {screens['counter']}, its number is {number}")
        if "lost" in screens["hall"] or "starting" in screens["hall"] or not screens["hall"]:
            faults.append(f"the hall's screen says {screens['hall']}")
        return faults

    def _snapshots(self) -> dict[str, "Stamp | None"]:
        """The newest snapshot of what each display shows: epoch and sequence."""
        point, board = self.watcher.seen.points.get("counter-1"), self.watcher.seen.boards.get("hall-1")
        return {
            "counter-1": (point.epoch, point.sequence) if point else None,
            "waiting-room-1": (board.epoch, board.sequence) if board else None,
        }

    def until_agreed(self, since: float = 0.0, crowd: Crowd | None = None, within: float = WITHIN_SECONDS) -> float:
        """Wait until everything agrees, and each of the crowd was answered what it asked after `since`. When that was."""
        until = time.monotonic() + within
        known = None if crowd is None else self._snapshots()
        while True:
            faults = self.disagreements(since, known)
            if crowd is not None:
                faults += crowd.unanswered(since)
            now = time.monotonic()
            if not faults:
                return now
            assert now < until, faults
            time.sleep(LOOK_SECONDS)


def _is_right(shown: Stamp, truth: Stamp | None, known: Stamp | None) -> bool:
    """Whether a screen shows the newest snapshot; where one is `known`, at least that one."""
    if known is None:
        return shown == truth
    return shown[0] != known[0] or shown[1] >= known[1]


def let_the_stores_clock_run_on(house: House, seconds: float) -> None:
    """The clinic's only clock, as if so much time had passed."""
    (before,) = struct.unpack("d", house.store.offset.read_bytes())
    with house.store.offset.open("r+b") as file:
        file.write(struct.pack("d", before + seconds))


def pause_before_restart_seconds(unit: str) -> float:
    """RestartSec of a unit's drop-in folder: "nobat-", "mosquitto"."""
    texts = (path.read_text(encoding="utf-8") for path in sorted((UNITS / f"{unit}.service.d").glob("*.conf")))
    return next(float(found[1]) for text in texts if (found := re.search(r"^RestartSec=(\d+)$", text, re.MULTILINE)))


def screen(folder: Path) -> str:
    """The name of the picture on a screen now; empty: none yet."""
    with suppress(FileNotFoundError):
        return (folder / "now.txt").read_text(encoding="utf-8").strip()
    return ""


def tap(display: RunningDisplay, pin: int = CALL_NEXT_PIN) -> None:
    """A short press, even where nobody listens just now."""
    for way in ("low", "high"):
        with suppress(OSError):
            press(display.pins, f"gpio {pin} {way}")
        time.sleep(0.05)  # a finger is never faster


def type_on_pad(pins: Path, *keys: str) -> None:
    """A quick hand on a USB pad ("0" to "9", "ENTER", "DOT"), even where nobody listens just now."""
    with suppress(OSError):
        press(pins, *(f"evdev KEY_KP{key} {way}" for key in keys for way in ("down", "up")))


def eventually(true: Callable[[], object], what: Callable[[], object] = lambda: "it never came") -> None:
    """Wait until it is so; it fails with `what` in the end."""
    until = time.monotonic() + WITHIN_SECONDS
    while not true():
        assert time.monotonic() < until, what()
        time.sleep(LOOK_SECONDS)
