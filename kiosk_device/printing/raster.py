"""A 1-bit picture as the ESC/POS bytes of one ticket. Pure.

GS v 0 is what nearly every printer knows. Blocks have at most 250 rows and never a multiple of 48, for which POS-5890
clones print garbage (python-escpos issues 367 and 424).
"""

from collections.abc import Iterator
from typing import Final

from PIL import Image

BLOCK_ROWS: Final = 250
CLONES_CHOKE_ON_ROWS: Final = 48
RESET: Final = b"\x1b@"
FEED_TO_CUTTER: Final = b"\x1bd\x03"
FEED_TO_TEAR_BAR: Final = b"\x1bd\x06"
PARTIAL_CUT: Final = b"\x1dVB\x00"


def job(picture: Image.Image, *, cutter: bool) -> tuple[bytes, ...]:
    """The ticket in pieces to be sent one after the other. `picture` is mode "1", a multiple of 8 dots wide."""
    if picture.mode != "1" or picture.width % 8:
        raise ValueError(f"a ticket is 1 bit deep and whole bytes wide, not {picture.mode} and {picture.width} dots")
    end = FEED_TO_CUTTER + PARTIAL_CUT if cutter else FEED_TO_TEAR_BAR
    return (RESET, *_blocks(picture), end)


def block_heights(rows: int) -> tuple[int, ...]:
    """How `rows` are cut into blocks."""
    heights = [BLOCK_ROWS] * (rows // BLOCK_ROWS) + [rows % BLOCK_ROWS] * bool(rows % BLOCK_ROWS)
    if heights and heights[-1] % CLONES_CHOKE_ON_ROWS == 0:
        heights[-1:] = [heights[-1] - 1, 1]
    return tuple(heights)


def _blocks(picture: Image.Image) -> Iterator[bytes]:
    width_bytes = picture.width // 8
    dots = bytes(byte ^ 0xFF for byte in picture.tobytes())
    top = 0
    for rows in block_heights(picture.height):
        size = width_bytes.to_bytes(2, "little") + rows.to_bytes(2, "little")
        yield b"\x1dv0\x00" + size + dots[top * width_bytes : (top + rows) * width_bytes]
        top += rows
