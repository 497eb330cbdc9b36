"""A kiosk's printer in the world: it takes its time, runs out of paper, falls silent, and what it has printed is in a hand."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from kiosk_device.events import Printed, PrinterChanged, PrintFailed
from mqtt.contract import PrinterStatus
from simulation.clock import Clock, Timer

PRINTS_SECONDS: Final = (1.2, 3.0)
KNOWS_SECONDS: Final = 2.0
"""The printer is asked how it is every two seconds."""


class SimulatedPrinter:
    """kiosk_device.printing.printer.Printer, without a thread. It survives its kiosk's power cuts as a box of metal does."""

    def __init__(self, clock: Clock, chance: Random, came_out: Callable[[str, Any], None]) -> None:
        """`came_out(request, picture)`: a paper lies in the tray."""
        self._clock, self._chance, self._came_out = clock, chance, came_out
        self.hear: Callable[[object], None] = lambda _event: None
        self.status = PrinterStatus.OK
        self.falls_silent = False
        """The next job is not confirmed: nobody knows whether it came out."""
        self._job: tuple[str, Any, Timer] | None = None

    def print(self, request: str, picture: Any) -> None:
        """Take a job."""
        if self._job is not None:
            self._later(PrintFailed(request, perhaps_printed=False, why="the printer is still busy"))
        elif self.status is not PrinterStatus.OK:
            self._later(PrintFailed(request, perhaps_printed=False, why=str(self.status)))
        else:
            seconds = self._chance.uniform(*PRINTS_SECONDS)
            self._job = (request, picture, self._clock.after(seconds, self._ended))

    @property
    def busy(self) -> bool:
        """Whether a paper is on its way out."""
        return self._job is not None

    def told(self) -> None:
        """A kiosk starts, and asks."""
        status = self.status
        self._clock.after(0.3, lambda: self.hear(PrinterChanged(status)))

    def turns(self, status: PrinterStatus) -> None:
        """The roll is empty, or a new one is in. What is being printed then is torn."""
        self.status = status
        if self._job is not None and status is not PrinterStatus.OK:
            request, _, timer = self._job
            timer.cancel()
            self._job = None
            self._later(PrintFailed(request, perhaps_printed=False, why=str(status)))
        self._clock.after(self._chance.uniform(0.0, KNOWS_SECONDS), lambda: self.hear(PrinterChanged(self.status)))

    def power_cut(self) -> None:
        """Dark in the middle of a job: perhaps the paper is out."""
        if self._job is None:
            return
        request, picture, timer = self._job
        timer.cancel()
        self._job = None
        if self._chance.random() < 0.5:
            self._came_out(request, picture)

    def _ended(self) -> None:
        if self._job is None:
            return
        request, picture, _ = self._job
        self._job = None
        if self.falls_silent:
            self.falls_silent = False
            if self._chance.random() < 0.5:
                self._came_out(request, picture)
            self._later(PrintFailed(request, perhaps_printed=True, why="no end of the job in time"))
            return
        self._came_out(request, picture)
        self.hear(Printed(request))

    def _later(self, event: object) -> None:
        self._clock.after(0.2, lambda: self.hear(event))
