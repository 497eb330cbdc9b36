"""Reading a printed ticket as a patient does: the number is the tallest thing on it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops

from kiosk_device.roll import PAPER_DOTS, Roll
from twins.escpos_picture import GarbageError, picture_of_job

DOTS: Final = PAPER_DOTS[80]


class Reader:
    """Knows how each number that could be on a paper looks, drawn alone."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._known: set[int] = set()

    def number_on(self, job: Path, could_be: Iterable[int]) -> int | None:
        """The number on the paper of this job; None: it is none of those, or the paper is torn."""
        for number in set(could_be) - self._known:
            self._known.add(number)
            self._numbers[_looks(_alone(number))] = number
        try:
            paper = picture_of_job(job.read_bytes())
        except GarbageError:
            return None
        return self._numbers.get(_looks(_tallest(paper.convert("L"))))


def _alone(number: int) -> Image.Image:
    roll = Roll(DOTS, "fa")
    roll.number(str(number))
    return roll.finished().convert("L")


def _looks(picture: Image.Image) -> bytes:
    """The ink within its own bounds."""
    inked = picture.crop(ImageChops.invert(picture).getbbox() or (0, 0, 1, 1))
    return inked.width.to_bytes(2, "big") + inked.convert("1").tobytes()


def _tallest(paper: Image.Image) -> Image.Image:
    """The tallest band of rows that have ink without a white row between."""
    ink = [paper.crop((0, y, paper.width, y + 1)).getextrema()[0] == 0 for y in range(paper.height)]
    best = start = 0
    top, bottom = 0, 1
    for y, black in enumerate([*ink, False]):
        if black:
            continue
        if y - start > best:
            best, top, bottom = y - start, start, y
        start = y + 1
    return paper.crop((0, top, paper.width, bottom))
