"""Until when a residence document is good: the date on it, or a later one by which a circular has extended its kind.

Cards are seldom printed anew: the ministry extends a whole cycle of a kind («کارت آمایش ۱۷ تا پایان سال ۱۴۰۵») by a circular,
and the date on the card stays what it was. The site file keeps these extensions as a table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Extension:
    """What a circular did: documents of this kind, of one cycle or of all, are good until then."""

    document: str  # a document type of the site file
    until: date  # good to this day
    circular: str  # its number
    cycle: int | None = None  # None: every cycle


@dataclass(frozen=True, slots=True)
class Document:
    """What somebody lays on the desk. `expires` None: no date stands on it."""

    type: str
    number: str
    expires: date | None = None
    cycle: int | None = None


class Standing(StrEnum):
    """How a document stands on a day."""

    GOOD = "good"
    EXTENDED = "extended"  # its own date is past, a circular's is not
    EXPIRED = "expired"
    UNKNOWN = "unknown"  # no date on it and no circular for it


@dataclass(frozen=True, slots=True)
class Validity:
    """How a document stands, until when, and by which circular."""

    standing: Standing
    until: date | None = None
    circular: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it carries a request."""
        return self.standing in (Standing.GOOD, Standing.EXTENDED)


def validity(document: Document, extensions: Iterable[Extension], today: date, *, expires: bool = True) -> Validity:
    """How `document` stands today. `expires` False: its kind never does (a newborn's birth certificate)."""
    if not expires:
        return Validity(Standing.GOOD)
    if document.expires is not None and document.expires >= today:
        return Validity(Standing.GOOD, document.expires)
    extended = [one for one in extensions if one.document == document.type and one.cycle in (None, document.cycle)]
    latest = max(extended, key=lambda one: one.until, default=None)
    if latest is None:
        return Validity(Standing.UNKNOWN if document.expires is None else Standing.EXPIRED, document.expires)
    return Validity(Standing.EXTENDED if latest.until >= today else Standing.EXPIRED, latest.until, latest.circular)
