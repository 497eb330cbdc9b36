"""The ticket printer: whether it answers, how its paper is, and if asked for a test page, full width and cut."""

import tempfile
import time
from pathlib import Path
from typing import Final

from PIL import Image

from command_line.doctor.finding import Finding, ill, watch, well
from kiosk_device.printing import raster
from kiosk_device.printing.printer_line import NoAnswerError, PrinterLine
from mqtt.contract import PrinterStatus
from program.settings import PrinterSettings

PRINTED_WITHIN_SECONDS: Final = 10.0
TO_DO: Final = {
    PrinterStatus.PAPER_OUT: "put a roll in, its print side towards the head, and close the cover",
    PrinterStatus.COVER_OPEN: "close its cover",
    PrinterStatus.ERROR: "switch it off and on; if that does not help, open the cutter's cover and turn its wheel back",
}


def printer(settings: PrinterSettings, page: Image.Image | None) -> Finding:
    """How the printer is; `page` is printed where it can be."""
    where = f"{settings.kind} {settings.address}".strip()
    with tempfile.TemporaryDirectory() as cache:
        try:
            line = PrinterLine(settings, Path(cache))
        except Exception as problem:  # noqa: BLE001  escpos raises its own, usb's, and AssertionErrors without a word
            return ill(
                "printer",
                f"{where}: {problem or type(problem).__name__}",
                "is it switched on and its cable in? lsusb shows a USB printer; [printer] in the device file names it",
            )
        try:
            return _looked_at(line, where, page, cutter=settings.cutter)
        except NoAnswerError:
            return watch(
                "printer",
                f"{where} takes bytes and says nothing",
                "it may print, and nobody is told when its paper ends: a printer that answers is in hardware.md section 5",
            )
        except Exception as problem:  # noqa: BLE001  as above
            return ill("printer", f"{where}: {problem or type(problem).__name__}", "switch it off and on, look at its cable")
        finally:
            line.close()


def _looked_at(line: PrinterLine, where: str, page: Image.Image | None, *, cutter: bool) -> Finding:
    status = line.status()
    if status in TO_DO:
        return ill("printer", f"{where}: {status.value.replace('_', ' ')}", TO_DO[status])
    if page is not None:
        for piece in raster.job(page, cutter=cutter):
            line.send(piece)
        _wait_until_done(line)
    says = f"{where}: the test page is out; are both its edges there?" if page else f"{where} answers"
    if status is PrinterStatus.PAPER_LOW:
        return watch("printer", f"{says}; its paper ends soon", "lay a roll ready")
    return well("printer", says)


def _wait_until_done(line: PrinterLine) -> None:
    if not line.can_answer:
        return
    line.ask_when_done()
    end = time.monotonic() + PRINTED_WITHIN_SECONDS
    while not line.done():
        if time.monotonic() > end:
            raise NoAnswerError
