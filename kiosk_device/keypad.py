"""The kiosk's keypad: a matrix on GPIO or a USB numeric pad, each read by a thread of its own that only enqueues.

Scanning and reading go on while the main thread draws, so no quick press is lost. The desktop's keyboard needs no thread:
its keys come with the window's events.
"""

import logging
import threading
import time
from collections.abc import Collection, Iterable
from typing import Any, Final, Protocol

from kiosk_device import usb_pad
from kiosk_device.events import KeyUp, PadChanged
from kiosk_device.matrix import Scans, scanned
from program.inbox import Inbox

log = logging.getLogger(__name__)

SCAN_EVERY_SECONDS: Final = 0.02
LOOK_AGAIN_SECONDS: Final = 1.0
"""A matrix looks at its columns this often without an edge, in case the library's edge thread died; a USB pad that is not
there is looked for as often."""
KEY_LEGENDS: Final = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), ("erase", "0", "green"))


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

    def __init__(self, factory: Any, rows: Collection[int], columns: Collection[int], inbox: Inbox) -> None:
        """`factory` is gpiozero's pin factory; `rows` and `columns` are BCM numbers."""
        self._inbox = inbox
        self._rows = [factory.pin(row) for row in rows]
        self._columns = [factory.pin(column) for column in columns]
        self._edge = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="keypad", daemon=True)

    def start(self) -> None:
        """Set the wires up and begin to wait for edges."""
        for column in self._columns:
            column.input_with_pull("up")
            column.bounce = None
            column.edges = "falling"
            column.when_changed = self._felt
        self._rest()
        self._thread.start()

    def stop(self) -> None:
        """End the thread; a second at most."""
        self._stopping = True
        self._edge.set()
        self._thread.join(1.0)

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

    def _run(self) -> None:
        while not self._stopping:
            self._edge.wait(LOOK_AGAIN_SECONDS)
            self._edge.clear()
            if any(not column.state for column in self._columns):
                self._follow()

    def _follow(self) -> None:
        """Scan until no key is down any more."""
        scans = Scans()
        while not scans.quiet and not self._stopping:
            scans, events = scanned(scans, self._scan())
            for event in events:
                self._inbox.put(event)
            time.sleep(SCAN_EVERY_SECONDS)
        self._edge.clear()
        self._rest()


class UsbPad:
    """A USB numeric pad by evdev: grabbed, so that its digits reach nobody else, and found again after a replug."""

    def __init__(self, device: str, inbox: Inbox) -> None:
        """`device`: a /dev/input/by-id path, or empty for the first pad with the keys."""
        self._device = device
        self._inbox = inbox
        self._pad = usb_pad.Pad()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keypad", daemon=True)

    def start(self) -> None:
        """Begin to look for the pad."""
        self._thread.start()

    def stop(self) -> None:
        """End at the next chance; the thread is a daemon and holds nothing that needs closing."""
        self._stopping.set()

    def take(self, kind: int, code: int, value: int) -> None:
        """Take in one kernel event; the pin twin calls this too."""
        self._pad, events = usb_pad.read(self._pad, kind, code, value)
        for event in events:
            self._inbox.put(event)

    def _run(self) -> None:
        present: bool | None = None
        while not self._stopping.is_set():
            try:
                pad = self._found()
                present = True
                self._inbox.put(PadChanged(present=True))
                with pad.grab_context():
                    self._read(pad.read_loop())
            except Exception as problem:  # noqa: BLE001  unplugged (errno 19), not found, no permission: look again
                if present is not False:
                    log.warning("keypad: %s", problem)
                    self._let_go()
                    self._inbox.put(PadChanged(present=False, why=str(problem)))
                present = False
            self._stopping.wait(LOOK_AGAIN_SECONDS)

    def _found(self) -> Any:
        import evdev  # noqa: PLC0415  only where a USB pad is fitted: it has no wheel

        for path in [self._device] if self._device else evdev.list_devices():
            device = evdev.InputDevice(path)
            if self._device or set(device.capabilities().get(usb_pad.EV_KEY, ())) >= usb_pad.PAD_CODES:
                return device
            device.close()
        raise FileNotFoundError("no numeric pad is plugged in")

    def _read(self, events: Iterable[Any]) -> None:
        for event in events:
            self.take(event.type, event.code, event.value)

    def _let_go(self) -> None:
        for key in sorted(self._pad.down):
            self._inbox.put(KeyUp(key))
        self._pad = usb_pad.Pad()
