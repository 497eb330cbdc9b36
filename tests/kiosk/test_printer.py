"""The printer adapter before a printer that fails the ways printers fail."""

import errno
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from kiosk_device.events import Printed, PrinterChanged, PrintFailed
from kiosk_device.printing import raster
from kiosk_device.printing.printer import Printer
from kiosk_device.printing.printer_line import PrinterLine
from mqtt.contract import PrinterStatus
from program.inbox import Inbox, Tick
from program.settings import PrinterSettings
from twins.escpos_picture import picture_of_job
from twins.printer import PrinterTwin

PICTURE = Image.effect_noise((576, 837), 90).convert("1")


class Desk:
    """One printer twin, its adapter, and what the adapter said."""

    def __init__(self, folder: Path) -> None:
        self.twin = PrinterTwin(folder / "tickets")
        self.twin.start()
        self.inbox = Inbox()
        settings = PrinterSettings(kind="network", address=f"127.0.0.1:{self.twin.port}", deadline_seconds=2.0)
        self.printer = Printer(settings, self.inbox, folder / "cache")
        self.printer.start()
        self.folder = folder

    def hear(self, kind: type) -> object:
        """The next event of a kind."""
        end = time.monotonic() + 60
        while not isinstance(event := self.inbox.get(end), Tick):
            if isinstance(event, kind):
                return event
        raise AssertionError(f"no {kind.__name__} came")

    def until(self, status: PrinterStatus) -> None:
        """Wait until the adapter says that the printer is so."""
        while self.hear(PrinterChanged) != PrinterChanged(status):
            pass


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    desk.until(PrinterStatus.OK)
    yield desk
    desk.printer.stop()
    desk.twin.stop()


def test_what_is_on_paper_is_the_picture_dot_by_dot(desk: Desk) -> None:
    desk.printer.print("a", PICTURE)
    assert desk.hear(Printed) == Printed("a")
    assert desk.twin.wait_for_jobs(1)
    paper = picture_of_job((desk.twin.folder / "0001.bin").read_bytes())
    assert ImageChops.difference(paper.convert("L"), PICTURE.convert("L")).getbbox() is None


@pytest.mark.parametrize(
    ("orders", "status"),
    [
        (("paper near_end",), PrinterStatus.PAPER_LOW),
        (("paper out",), PrinterStatus.PAPER_OUT),
        (("cover open",), PrinterStatus.COVER_OPEN),
        (("silent",), PrinterStatus.AWAY),
        (("closing",), PrinterStatus.AWAY),
    ],
    ids=["near its end", "out", "cover open", "mute", "hangs up"],
)
def test_trouble_is_found_while_nobody_prints_and_so_is_its_end(
    desk: Desk, orders: tuple[str, ...], status: PrinterStatus
) -> None:
    for order in orders:
        desk.twin.order(order)
    desk.until(status)
    for order in ("paper full", "cover closed", "working"):
        desk.twin.order(order)
    desk.until(PrinterStatus.OK)


def test_paper_that_ends_in_the_middle_fails_the_job_and_the_next_roll_prints_the_next(desk: Desk) -> None:
    desk.twin.order("runs_out_after 5000")
    desk.printer.print("a", PICTURE)
    failed = desk.hear(PrintFailed)
    assert isinstance(failed, PrintFailed)
    assert (failed.request, failed.perhaps_printed) == ("a", False)
    desk.twin.order("paper full")
    desk.until(PrinterStatus.OK)
    desk.printer.print("b", PICTURE)
    assert desk.hear(Printed) == Printed("b")


def test_a_printer_that_falls_silent_after_taking_bytes_has_perhaps_printed(desk: Desk) -> None:
    desk.twin.order("silent")
    desk.printer.print("a", PICTURE)
    failed = desk.hear(PrintFailed)
    assert isinstance(failed, PrintFailed)
    assert failed.request == "a"


def test_a_printer_switched_off_and_on_is_used_again(desk: Desk) -> None:
    port = desk.twin.port
    desk.twin.stop()
    desk.until(PrinterStatus.AWAY)
    desk.printer.print("a", PICTURE)
    assert desk.hear(PrintFailed) == PrintFailed("a", perhaps_printed=False, why=ANY_TEXT)
    desk.twin = PrinterTwin(desk.folder / "tickets", port)
    desk.twin.start()
    desk.until(PrinterStatus.OK)
    desk.printer.print("b", PICTURE)
    assert desk.hear(Printed) == Printed("b")


class AnyText:
    """Equal to every text: an error's own words are the system's."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str)

    __hash__ = None  # type: ignore[assignment]


ANY_TEXT: str = AnyText()  # type: ignore[assignment]


def test_too_many_tickets_at_once_are_refused_not_forgotten(tmp_path: Path) -> None:
    def never(_: PrinterSettings, __: Path) -> PrinterLine:
        raise OSError(errno.ENODEV, "unplugged")

    inbox = Inbox()
    printer = Printer(PrinterSettings(kind="network"), inbox, tmp_path, open_line=never)
    for number in range(5):
        printer.print(str(number), PICTURE)
    assert inbox.drain(9) == [PrintFailed("4", perhaps_printed=False, why="the printer is still busy")]


def test_a_device_file_is_written_and_believed(tmp_path: Path) -> None:
    file = tmp_path / "lp0"
    inbox = Inbox()
    printer = Printer(PrinterSettings(kind="file", address=str(file), cutter=False), inbox, tmp_path / "cache")
    printer.start()
    printer.print("a", PICTURE)
    end = time.monotonic() + 60
    while not isinstance(event := inbox.get(end), Printed):
        assert not isinstance(event, Tick)
    printer.stop()
    assert file.read_bytes() == b"".join(raster.job(PICTURE, cutter=False))


@pytest.mark.parametrize("rows", [1, 47, 48, 96, 250, 298, 500, 837, 960])
def test_no_block_is_too_high_or_of_a_height_that_clones_choke_on(rows: int) -> None:
    heights = raster.block_heights(rows)
    assert sum(heights) == rows
    assert all(0 < height <= 250 and height % 48 for height in heights)


def test_a_grey_or_ragged_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="1 bit"):
        raster.job(Image.new("L", (576, 10)), cutter=True)
