"""The kiosk's keypad: a matrix on GPIO, scanned by a thread of its own that only enqueues, or a USB pad (pads/).

Scanning goes on while the main thread draws, so no quick press is lost. The desktop's keyboard needs no thread: its keys
come with the window's events.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection
from typing import Any, Final, Protocol

from kiosk_device.keypad.keys import KEY_LEGENDS
from kiosk_device.keypad.matrix import Scans, scanned
from pads.events import PadChanged
from program.inbox import Inbox

log = logging.getLogger(__name__)

SCAN_EVERY_SECONDS: Final = 0.02
LOOK_AGAIN_SECONDS: Final = 1.0
"""The columns are looked at this often without an edge, in case the library's edge thread died."""
HANGS_AFTER_SECONDS: Final = 10.0
"""A turn that takes so long never ends: the GPIO library waits for a chip that does not answer."""
EDGE_LATE_SECONDS: Final = 0.05
"""An edge of a key that is down has come by then, or edges come no more."""


class Keypad(Protocol):
    """A pad that puts KeyDown, KeyUp and PadChanged into the inbox."""

    def start(self) -> None:
        """Begin to read."""

    def stop(self) -> None:
        """End the thread; a second at most."""


class NoKeypad:
    """The desktop's keyboard, which the window reads, or none at all."""

    def start(self) -> None:
        """Nothing to begin."""

    def stop(self) -> None:
        """Nothing to end."""


class MatrixKeypad:
    """Twelve keys between row and column wires.

    At rest all rows are driven low, so that any key pulls its column down and makes an edge. A scan drives one row low at a
    time while the others float, so two keys in one column never short two outputs."""

    def __init__(self, factory: Callable[[], Any], rows: Collection[int], columns: Collection[int], inbox: Inbox) -> None:
        """`factory` gives gpiozero's pin factory, or raises where there are no pins; `rows` and `columns` are BCM numbers."""
        self._inbox = inbox
        self._factory = factory
        self._pins = tuple(rows), tuple(columns)
        self._rows: list[Any] = []
        self._columns: list[Any] = []
        self._edge = threading.Event()
        self._works = True
        self._stopping = False
        self._turned_at = 0.0
        self._thread = threading.Thread(target=self._run, name="keypad", daemon=True)

    def start(self) -> None:
        """Set the wires up and begin to wait for edges. Wires that cannot be had are told, and tried again."""
        self._guarded(self._set_up)
        self._turned_at = time.monotonic()
        self._thread.start()
        self._inbox.fed_by("keypad", self._goes_on)

    def stop(self) -> None:
        """End the thread; a second at most."""
        self._stopping = True
        self._edge.set()
        self._thread.join(1.0)

    def _set_up(self) -> None:
        factory = self._factory()
        rows, columns = ([factory.pin(number) for number in numbers] for numbers in self._pins)
        for column in columns:
            column.input_with_pull("up")
            column.bounce = None
            column.edges = "falling"
            column.when_changed = self._felt
        self._rows, self._columns = rows, columns
        self._rest()
        self._tell(works=True, why="")

    def _felt(self, *_: object) -> None:
        # An exception here would end all GPIO input of the process: nothing but a flag.
        self._edge.set()

    def _rest(self) -> None:
        for row in self._rows:
            row.output_with_state(False)

    def _scan(self) -> frozenset[str]:
        for row in self._rows:
            row.input_with_pull("floating")
        pressed: set[str] = set()
        for row, legends in zip(self._rows, KEY_LEGENDS, strict=True):
            row.output_with_state(False)
            pressed.update(legend for column, legend in zip(self._columns, legends, strict=True) if not column.state)
            row.input_with_pull("floating")
        return frozenset(pressed)

    def _goes_on(self, now: float) -> bool:
        return self._thread.is_alive() and now - self._turned_at < HANGS_AFTER_SECONDS

    def _run(self) -> None:
        while not self._stopping:
            self._turned_at = time.monotonic()
            if not self._guarded(self._look if self._columns else self._set_up):
                time.sleep(LOOK_AGAIN_SECONDS)

    def _guarded(self, act: Callable[[], None]) -> bool:
        """Whatever the GPIO library raises is told: without its keys a kiosk still says where to go. False: it raised."""
        try:
            act()
        except Exception as problem:  # noqa: BLE001  the next attempt may work
            self._tell(works=False, why=str(problem))
            return False
        return True

    def _look(self) -> None:
        """Wait for an edge, and follow the key that made it."""
        felt = self._edge.wait(LOOK_AGAIN_SECONDS)
        down = any(not column.state for column in self._columns)
        if down and not felt:
            felt = self._edge.wait(EDGE_LATE_SECONDS)  # it may have been pressed this very moment
        self._edge.clear()
        if felt or down:
            self._tell(works=felt, why="a key was down and no edge came")
        if down:
            self._follow()

    def _tell(self, *, works: bool, why: str) -> None:
        if works is not self._works:
            self._works = works
            self._inbox.put(PadChanged(works, "" if works else why))
            if not works:
                log.warning("keypad: %s", why)

    def _follow(self) -> None:
        """Scan until no key is down any more, nor was pressed between the last scan and the rest."""
        scans = Scans()
        down = True
        while down and not self._stopping:
            self._turned_at = time.monotonic()
            scans, events = scanned(scans, self._scan())
            for event in events:
                self._inbox.put(event)
            if scans.quiet:
                self._edge.clear()
                self._rest()
                down = any(not column.state for column in self._columns)
            time.sleep(SCAN_EVERY_SECONDS if down else 0)
