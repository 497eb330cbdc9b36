"""The printer twin prints what it is sent, answers for its paper, and fails the ways printers fail."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from twins.escpos_picture import GarbageError, picture_of_job
from twins.printer import PrinterTwin

BLOCK = b"\x1dv0\x00\x02\x00\x03\x00" + b"\xff\x00\x00\xff\x81\x81"
JOB = b"\x1b@" + BLOCK + b"\x1bd\x03" + b"\x1dVB\x00"


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[PrinterTwin]:
    twin = PrinterTwin(tmp_path / "tickets")
    twin.start()
    yield twin
    twin.stop()


@pytest.fixture
def wire(twin: PrinterTwin) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", twin.port), 5) as wire:
        yield wire


def status(wire: socket.socket, query: int) -> int:
    wire.sendall(bytes((0x10, 4, query)))
    return wire.recv(1)[0]


def test_each_job_is_a_file_however_its_bytes_arrive(twin: PrinterTwin, wire: socket.socket) -> None:
    for byte in JOB:
        wire.sendall(bytes((byte,)))
    wire.sendall(JOB + JOB)
    assert twin.wait_for_jobs(3)
    assert [path.read_bytes() for path in sorted(twin.folder.iterdir())] == [JOB] * 3


def test_a_job_waits_for_paper_and_the_status_says_so(twin: PrinterTwin, wire: socket.socket) -> None:
    assert (status(wire, 1), status(wire, 4)) == (0x12, 0x12)
    twin.order("runs_out_after 10")
    wire.sendall(JOB)
    assert status(wire, 4) & 0x60 == 0x60
    assert status(wire, 1) & 0x08
    assert twin.jobs == 0
    twin.order("paper full")
    assert twin.wait_for_jobs(1)


def test_a_closing_printer_hangs_up(twin: PrinterTwin, wire: socket.socket) -> None:
    twin.order("closing")
    assert wire.recv(1) == b""


def test_a_cover_and_a_short_roll_are_told(twin: PrinterTwin, wire: socket.socket) -> None:
    twin.order("paper near_end")
    twin.order("cover open")
    assert status(wire, 4) & 0x0C
    assert status(wire, 2) & 0x04


def test_bytes_become_the_picture_they_were() -> None:
    picture = picture_of_job(JOB)
    assert picture.size == (16, 3)
    row = [0 if dot else 255 for dot in (1,) * 8 + (0,) * 8]
    assert [picture.getpixel((x, 0)) for x in range(16)] == row


@pytest.mark.parametrize(
    "job",
    [b"hello", JOB[:-1], b"\x1b@", b"\x1dv0\x00\x01\x00\x30\x00" + bytes(48)],
    ids=["letters", "half a command", "no picture", "a height that clones choke on"],
)
def test_garbage_is_called_garbage(job: bytes) -> None:
    with pytest.raises(GarbageError):
        picture_of_job(job)


def test_a_white_row_is_white() -> None:
    white = picture_of_job(b"\x1dv0\x00\x01\x00\x01\x00\x00")
    assert white.tobytes() == Image.new("1", (8, 1), 1).tobytes()
