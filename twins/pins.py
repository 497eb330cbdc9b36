"""A Pi's pins without a Pi: gpiozero's own mock factory, pressed from outside over a Unix datagram socket.

Each datagram holds lines:

    gpio 5 low          a button to ground was pressed (high: let go)
    key 7 down          a key of the matrix keypad, by its legend (up: let go)
    evdev KEY_KP7 down  a key of a USB pad, by the kernel's name (up: let go)

The matrix is wired like the real one: keys join their row and column wires, so a column reads low when any chain of
closed keys leads to a row that is driven low. Ghost keys therefore appear here as they do on a membrane pad.
"""

import logging
import socket
import threading
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Final

from gpiozero.pins.mock import MockFactory, MockPin

log = logging.getLogger(__name__)

STATES_KEPT: Final = 100

Crossing = tuple[int, int]
"""A key of the matrix: its row pin and its column pin (BCM numbers)."""


def columns_low(driven_low: Collection[int], closed: Collection[Crossing]) -> set[int]:
    """The columns that closed keys join, directly or through other keys, to a row driven low."""
    rows, columns = set(driven_low), set[int]()
    while True:
        reached = {column for row, column in closed if row in rows}
        joined = {row for row, column in closed if column in reached}
        if reached <= columns and joined <= rows:
            return columns
        columns |= reached
        rows |= joined


class Wire(MockPin):  # type: ignore[misc]  # gpiozero ships no types
    """A mock pin that forgets: gpiozero's keeps every change for ever, which a long run would feel."""

    def _change_state(self, value: Any) -> bool:
        changed = bool(super()._change_state(value))
        if len(self.states) > STATES_KEPT:
            self.clear_states()
        return changed


class RowWire(Wire):
    """A row of the matrix: whatever it is switched to is felt by the columns at once."""

    def __init__(self, factory: MockFactory, info: object, felt: Callable[[], None]) -> None:
        self.felt = felt
        super().__init__(factory, info)

    def _set_function(self, value: str) -> None:
        super()._set_function(value)
        self.felt()

    def _change_state(self, value: Any) -> bool:
        changed = super()._change_state(value)
        self.felt()
        return changed


class MatrixTwin:
    """Keys between row and column wires of `factory`, by their legends."""

    def __init__(self, factory: MockFactory, keys: Mapping[str, Crossing]) -> None:
        self._lock = threading.RLock()
        self._closed: set[Crossing] = set()
        self._columns: dict[int, Wire] = {}
        self._rows: dict[int, RowWire] = {}
        self._keys = keys
        self._rows = {row: factory.pin(row, pin_class=RowWire, felt=self._settle) for row, _ in keys.values()}
        self._columns = {column: factory.pin(column) for _, column in keys.values()}

    def key(self, legend: str, *, down: bool) -> None:
        """Press or let go of a key. KeyError: the pad has no such key."""
        with self._lock:
            if down:
                self._closed.add(self._keys[legend])
            else:
                self._closed.discard(self._keys[legend])
            self._settle()

    def _settle(self) -> None:
        with self._lock:
            driven = {pin for pin, wire in self._rows.items() if wire.function == "output" and not wire.state}
            low = columns_low(driven, self._closed)
            for pin, wire in self._columns.items():
                if wire.function != "input":
                    continue
                if pin in low:
                    wire.drive_low()
                elif wire.pull == "up":
                    wire.drive_high()


class PinTwin:
    """The pins of one device and the socket that presses them. `factory` goes to gpiozero's devices as `pin_factory`."""

    def __init__(
        self,
        socket_path: Path | str,
        *,
        matrix: Mapping[str, Crossing] | None = None,
        on_evdev: Callable[[str, bool], None] | None = None,
    ) -> None:
        """`matrix`: the keys of a matrix keypad by legend. `on_evdev(name, down)` is told of a USB pad's keys, on
        the twin's own thread."""
        self.factory = MockFactory(pin_class=Wire)
        self._matrix = MatrixTwin(self.factory, matrix) if matrix else None
        self._on_evdev = on_evdev
        self._path = Path(socket_path)
        self._path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self._path))
        self._thread = threading.Thread(target=self._listen, name="pin-twin", daemon=True)

    def start(self) -> None:
        """Begin to listen. Call it when the device's pins stand, or the first presses find nobody."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and take the socket away."""
        if self._thread.is_alive():
            press(self._path, "stop")
            self._thread.join()
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def apply(self, line: str) -> None:
        """Do what one line says. ValueError or KeyError: the line makes no sense here."""
        match line.split():
            case ["gpio", pin, "low"]:
                self.factory.pin(int(pin)).drive_low()
            case ["gpio", pin, "high"]:
                self.factory.pin(int(pin)).drive_high()
            case ["key", legend, ("down" | "up") as way] if self._matrix:
                self._matrix.key(legend, down=way == "down")
            case ["evdev", name, ("down" | "up") as way] if self._on_evdev:
                self._on_evdev(name, way == "down")
            case _:
                raise ValueError(f"no such line: {line!r}")

    def _listen(self) -> None:
        while True:
            lines = self._socket.recv(4096).decode(errors="replace").splitlines()
            for line in lines:
                if line == "stop":
                    return
                try:
                    self.apply(line)
                except Exception:  # one odd line must not end the pad
                    log.exception("pin twin: %r", line)


def press(socket_path: Path | str, *lines: str) -> None:
    """Send lines to a device's pin twin, in one datagram. OSError: nobody listens there (yet)."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
        wire.sendto("\n".join(lines).encode(), str(socket_path))
