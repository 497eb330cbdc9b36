"""What a thermal printer would have burnt: ESC/POS bytes back into a picture, written apart from what makes them.

    python -m twins.escpos_picture tickets/0001.bin tickets/0001.png

Knows what the kiosk sends: ESC @, GS v 0 (a raster block), ESC d and ESC J (feed), GS V (cut), DLE EOT and GS r (queries,
which print nothing). Everything else would come out as letters or worse, and is an error here. So is a block whose height is
a multiple of 48: cheap clones print garbage for it (python-escpos issues 367 and 424).
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

CLONES_CHOKE_ON_ROWS: Final = 48


class GarbageError(ValueError):
    """These bytes are no clean job; the message says which and where."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the stream. `kind`: reset, raster, feed, cut, query, when_done, or text for a byte of anything else."""

    kind: str
    raw: bytes


def commands(stream: bytes) -> Iterator[Command]:
    """The whole commands at the front of `stream`; an unfinished one at its end is not given."""
    at = 0
    while at < len(stream):
        kind, length = _kind_and_length(stream, at)
        if length is None or at + length > len(stream):
            return
        yield Command(kind, stream[at : at + length])
        at += length


FIXED: Final = {
    b"\x1b@": ("reset", 2),
    b"\x1bd": ("feed", 3),
    b"\x1bJ": ("feed", 3),
    b"\x10\x04": ("query", 3),
    b"\x1dr": ("when_done", 3),
}


def _kind_and_length(stream: bytes, at: int) -> tuple[str, int | None]:
    """The command at `at` and its length in bytes; None: too little is here to tell."""
    head = stream[at : at + 2]
    if head in FIXED:
        return FIXED[head]
    if head == b"\x1dV":
        mode = stream[at + 2 : at + 3]
        return "cut", None if not mode else 4 if mode >= b"A" else 3
    if head == b"\x1dv":
        size = stream[at + 4 : at + 8]
        size_bytes = int.from_bytes(size[:2], "little") * int.from_bytes(size[2:], "little")
        return "raster", 8 + size_bytes if len(size) == 4 else None
    if len(head) == 1 and head in b"\x1b\x1d\x10":
        return "unfinished", None
    return "text", 1


def picture_of_job(job: bytes) -> Image.Image:
    """The job's picture in mode "1", black on white, as wide as its raster blocks. Raises GarbageError."""
    blocks: list[Image.Image] = []
    at = 0
    for command in commands(job):
        if command.kind == "raster":
            blocks.append(_block(command.raw, at))
        elif command.kind == "text":
            raise GarbageError(f"byte {at} ({command.raw.hex()}) would be printed as a letter")
        at += len(command.raw)
    if at < len(job):
        raise GarbageError(f"the job ends in the middle of the command at byte {at}")
    if not blocks:
        raise GarbageError("no picture in this job")
    if len({block.width for block in blocks}) > 1:
        raise GarbageError("blocks of different widths")
    picture = Image.new("1", (blocks[0].width, sum(block.height for block in blocks)), 1)
    top = 0
    for block in blocks:
        picture.paste(block, (0, top))
        top += block.height
    return picture


def _block(raw: bytes, at: int) -> Image.Image:
    if raw[2:4] not in {b"0\x00", b"00"}:
        raise GarbageError(f"raster block at byte {at} is scaled")
    width, rows = int.from_bytes(raw[4:6], "little") * 8, int.from_bytes(raw[6:8], "little")
    if rows == 0 or width == 0:
        raise GarbageError(f"raster block at byte {at} is empty")
    if rows % CLONES_CHOKE_ON_ROWS == 0:
        raise GarbageError(f"raster block at byte {at} has {rows} rows, a multiple of {CLONES_CHOKE_ON_ROWS}")
    return Image.frombytes("1", (width, rows), bytes(byte ^ 0xFF for byte in raw[8:]))


if __name__ == "__main__":
    picture_of_job(Path(sys.argv[1]).read_bytes()).save(sys.argv[2])
