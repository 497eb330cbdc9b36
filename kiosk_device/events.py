"""What the kiosk's own hardware tells it, beside its pad. Callbacks and threads put these into the inbox and decide nothing."""

from dataclasses import dataclass

from mqtt.contract import PrinterStatus


@dataclass(frozen=True, slots=True)
class Started:
    """The program runs; its first event."""


@dataclass(frozen=True, slots=True)
class OwnTime:
    """What the device's own clock says, in milliseconds UTC; None: nothing keeps it right."""

    wall_ms: int | None


@dataclass(frozen=True, slots=True)
class NumberWritten:
    """The number that the kiosk gave itself for ticket request `request` is on its disk."""

    request: str


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
