"""A table as CSV that a spreadsheet opens rightly: with its mark of UTF-8, and no cell that it would take for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def as_csv(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The whole file."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heading)
    writer.writerows([plain(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def plain(cell: object) -> object:
    """A cell that is shown, and never reckoned: what somebody typed may begin like a formula."""
    words = str(cell)
    return f"'{words}" if isinstance(cell, str) and words.startswith(_BEGINS_A_FORMULA) else cell
