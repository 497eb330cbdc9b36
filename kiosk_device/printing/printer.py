"""The ticket printer behind one verb, on a thread of its own: print, and say how it stands.

While idle it asks the printer every 2 s, so that an empty roll or an open cover is known before a number is asked for.
A job is printed when the printer says that it has worked through it; what cannot answer that is believed after its bytes
were taken and its status is good.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from kiosk_device.events import Printed, PrinterChanged, PrintFailed
from kiosk_device.printing import raster
from kiosk_device.printing.printer_line import PrinterLine
from mqtt.contract import PrinterStatus
from program.inbox import Inbox
from program.settings import PrinterSettings

log = logging.getLogger(__name__)

JOBS_LIMIT: Final = 4
STATUS_EVERY_SECONDS: Final = 2.0
GOOD: Final = frozenset({PrinterStatus.OK, PrinterStatus.PAPER_LOW})


@dataclass(frozen=True, slots=True)
class Job:
    """One ticket for the printer's thread."""

    request: str
    picture: Image.Image


class Printer:
    """The one owner of the printer. No method waits or raises, save `stop`."""

    def __init__(
        self,
        settings: PrinterSettings,
        inbox: Inbox,
        cache_folder: Path,
        *,
        open_line: Callable[[PrinterSettings, Path], PrinterLine] = PrinterLine,
    ) -> None:
        """Nothing is opened before `start`."""
        self._settings = settings
        self._inbox = inbox
        self._cache_folder = cache_folder
        self._open_line = open_line
        self._jobs: queue.Queue[Job | None] = queue.Queue(JOBS_LIMIT)
        self._line: PrinterLine | None = None
        self._confirms: bool | None = None  # whether this printer answers WHEN_DONE; None: not known yet
        self._status: PrinterStatus | None = None
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)

    def start(self) -> None:
        """Begin; the first PrinterChanged says how the printer is."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread after the job in hand; waits for it no longer than a job may take."""
        self._jobs.put(None)
        self._thread.join(self._settings.deadline_seconds + STATUS_EVERY_SECONDS)

    def print(self, request: str, picture: Image.Image) -> None:
        """Print `picture`; Printed or PrintFailed with `request` comes into the inbox."""
        try:
            self._jobs.put_nowait(Job(request, picture))
        except queue.Full:
            self._inbox.put(PrintFailed(request, perhaps_printed=False, why="the printer is still busy"))

    def _run(self) -> None:
        job: Job | None = None
        while True:
            try:
                if job is not None:
                    self._print(job)
                else:
                    self._tell(self._opened().status())
            except Exception as problem:  # noqa: BLE001  escpos raises AssertionError, RuntimeError, its own and usb's
                self._broken(problem)
            try:
                job = self._jobs.get(timeout=STATUS_EVERY_SECONDS)
            except queue.Empty:
                job = None
            else:
                if job is None:
                    break
        self._close()

    def _opened(self) -> PrinterLine:
        if self._line is None:
            self._line = self._open_line(self._settings, self._cache_folder)
        return self._line

    def _close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _broken(self, problem: Exception) -> None:
        self._close()
        if self._status is not PrinterStatus.AWAY:
            log.warning("printer: %s: %s", type(problem).__name__, problem)
        self._tell(PrinterStatus.AWAY)

    def _tell(self, status: PrinterStatus) -> None:
        if status is not self._status:
            self._status = status
            self._inbox.put(PrinterChanged(status))

    def _print(self, job: Job) -> None:
        """Print one job and say how it ended, whatever happens."""
        deadline = time.monotonic() + self._settings.deadline_seconds
        sent = False
        try:
            line = self._opened()
            if self._status not in GOOD:
                self._tell(line.status())
            if self._status not in GOOD:
                self._inbox.put(PrintFailed(job.request, perhaps_printed=False, why=f"printer: {self._status}"))
                return
            for piece in raster.job(job.picture, cutter=self._settings.cutter):
                line.send(piece)
                sent = True
            ended = self._ended(job.request, line, deadline)
        except Exception as problem:
            self._inbox.put(PrintFailed(job.request, perhaps_printed=sent, why=str(problem)))
            raise
        self._inbox.put(ended)

    def _ended(self, request: str, line: PrinterLine, deadline: float) -> Printed | PrintFailed:
        """Wait until the printer has worked through what was sent, and say how that went."""
        asks = line.can_answer and self._confirms is not False
        if asks:
            line.ask_when_done()
        while True:
            if asks and line.done():
                self._confirms = True
                return Printed(request)
            self._tell(line.status())
            if self._status not in GOOD:
                self._close()
                return PrintFailed(request, perhaps_printed=False, why=f"printer: {self._status}")
            if not asks:
                return Printed(request)
            if time.monotonic() >= deadline:
                if self._confirms:
                    return PrintFailed(request, perhaps_printed=True, why="no end of the job in time")
                self._confirms = False
                return Printed(request)
