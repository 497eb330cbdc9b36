"""One open line to a ticket printer: bytes out, status bytes in, every wait limited. python-escpos carries the bytes.

Its objects are used for one line only and thrown away after any error, since a second use raises a bare AssertionError.
It is imported here, when the first line is opened: that takes most of a second.
"""

import contextlib
import errno
import fcntl
import os
from pathlib import Path
from typing import Any, Final

from kiosk_device.printing import usb_printer
from mqtt.contract import PrinterStatus
from program.settings import PrinterSettings

WRITE_SECONDS: Final = 3.0
READ_SECONDS: Final = 0.3
QUERY: Final = b"\x10\x04"  # DLE EOT n, answered at once
WHEN_DONE: Final = b"\x1dr\x01"  # GS r 1, answered when everything before it has been printed
LPGETSTATUS: Final = 0x060B
LP_PAPER_OUT: Final = 0x20
LP_NO_ERROR: Final = 0x08


class NoAnswerError(OSError):
    """The printer takes bytes and says nothing."""


class PrinterLine:
    """An open line. Everything it does raises OSError, RuntimeError, ValueError or escpos' own errors when it breaks."""

    def __init__(self, settings: PrinterSettings, cache_folder: Path) -> None:
        """Open it. `cache_folder` is private: escpos keeps a pickle there."""
        cache_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ["ESCPOS_CAPABILITIES_PICKLE_DIR"] = str(cache_folder)
        self._kind = settings.kind
        self._done = False
        self._wire: Any = _transport(settings)
        self._wire.open()
        if self._kind == "serial":
            self._wire.device.write_timeout = WRITE_SECONDS

    def close(self) -> None:
        """Close it; a line that is broken already is no error."""
        with contextlib.suppress(Exception):
            self._wire.close()

    def send(self, piece: bytes) -> None:
        """Send bytes, within WRITE_SECONDS."""
        if self._kind == "network":
            self._wire.device.settimeout(WRITE_SECONDS)
        self._wire._raw(piece)  # noqa: SLF001  escpos' one seam for bytes

    def ask_when_done(self) -> None:
        """Have the printer say when everything sent so far is printed; see `done`."""
        self._done = False
        self.send(WHEN_DONE)

    def done(self) -> bool:
        """Whether it has said so, waiting READ_SECONDS at most."""
        if not self._done:
            self._hear()
        return self._done

    def _hear(self) -> bytes:
        """What the printer has said, waiting READ_SECONDS at most; empty: nothing. Answers to WHEN_DONE, which have bit 4
        clear where those to QUERY have it set, are noted on the way."""
        heard = self._read()
        self._done = self._done or any(byte & 0x90 == 0 for byte in heard)
        return heard

    def _read(self) -> bytes:
        if self._kind == "network":
            self._wire.device.settimeout(READ_SECONDS)
        try:
            heard = bytes(self._wire._read())  # noqa: SLF001
        except OSError as problem:
            if isinstance(problem, TimeoutError) or problem.errno in {errno.ETIMEDOUT, errno.EAGAIN}:
                return b""
            raise
        if not heard and self._kind == "network":
            raise ConnectionResetError(errno.ECONNRESET, "the printer hung up")
        return heard

    @property
    def can_answer(self) -> bool:
        """A device file is written only; all others can be asked."""
        return self._kind != "file"

    def status(self) -> PrinterStatus:
        """Ask for the status. Raises NoAnswerError for a mute printer: "no answer" is never "ok"."""
        if not self.can_answer:
            return self._file_status()
        printer, offline, paper = self._ask(1), self._ask(2), self._ask(4)
        if offline & 0x04:
            return PrinterStatus.COVER_OPEN
        if paper & 0x60 or offline & 0x20:
            return PrinterStatus.PAPER_OUT
        if printer & 0x08 or offline & 0x40:
            return PrinterStatus.ERROR
        return PrinterStatus.PAPER_LOW if paper & 0x0C else PrinterStatus.OK

    def _ask(self, what: int) -> int:
        self.send(QUERY + bytes((what,)))
        for _ in range(3):
            for byte in self._hear():
                if byte & 0x93 == 0x12:
                    return byte
        raise NoAnswerError(errno.ETIMEDOUT, f"no answer to status query {what}")

    def _file_status(self) -> PrinterStatus:
        """What the kernel's usblp knows; a plain file is always ready."""
        answer = bytearray(4)
        try:
            fcntl.ioctl(self._wire.device.fileno(), LPGETSTATUS, answer)
        except OSError as problem:
            if problem.errno in {errno.ENOTTY, errno.EINVAL}:
                return PrinterStatus.OK
            raise
        if answer[0] & LP_PAPER_OUT:
            return PrinterStatus.PAPER_OUT
        return PrinterStatus.OK if answer[0] & LP_NO_ERROR else PrinterStatus.ERROR


def _transport(settings: PrinterSettings) -> Any:
    from escpos import printer  # noqa: PLC0415  takes most of a second, so only the printer's thread does it

    match settings.kind:
        case "usb":
            found = usb_printer.find(settings.address)
            ends = {"in_ep": found.answers_at, "out_ep": found.hears_at}
            return printer.Usb(found.vendor, found.product, {}, int(WRITE_SECONDS * 1000), **ends)
        case "serial":
            return printer.Serial(settings.address, baudrate=settings.baud_rate, timeout=READ_SECONDS)
        case "network":
            host, _, port = settings.address.rpartition(":")
            return printer.Network(host, int(port), timeout=WRITE_SECONDS)
        case "file":
            return printer.File(settings.address)
    raise ValueError(f"printer.kind = {settings.kind!r}: usb, serial, network, file or none is expected")
