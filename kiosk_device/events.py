"""What the kiosk's own hardware tells it. Callbacks and threads put these into the inbox and decide nothing."""

from dataclasses import dataclass

from mqtt.contract import PrinterStatus


@dataclass(frozen=True, slots=True)
class Started:
    """The program runs; its first event."""


@dataclass(frozen=True, slots=True)
class KeyDown:
    """A key (keys.KEYS) went down, debounced, once however long it stays there."""

    key: str


@dataclass(frozen=True, slots=True)
class KeyUp:
    """A key was let go."""

    key: str


@dataclass(frozen=True, slots=True)
class PadChanged:
    """The pad is there and can be read, or it is not; `why` is for the log."""

    present: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class PrinterChanged:
    """The printer's status is another than before."""

    status: PrinterStatus


@dataclass(frozen=True, slots=True)
class Printed:
    """The printer has worked through job `request`."""

    request: str


@dataclass(frozen=True, slots=True)
class PrintFailed:
    """Job `request` is not on paper, or nobody knows (`perhaps_printed`). `why` is for the log."""

    request: str
    perhaps_printed: bool
    why: str = ""
