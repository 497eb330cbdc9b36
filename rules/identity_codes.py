"""The codes that foreign nationals are known by: what is odd about one. Odd is a warning beside the field, never a refusal.

No checksum of them is published, and sources disagree even about their lengths: the exclusive number (شمارهٔ اختصاصی, also
کد فراگیر and فیدا) has 12 digits, and one program insists on a leading 1; the unique id (شناسهٔ یکتا) has 10 that begin with 9,
or 12. What a person holds in their hands is right, so that form alone refuses nobody.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from rules.mobile import normalise_mobile

EXCLUSIVE_DIGITS: Final = 12
UNIQUE_DIGITS: Final = 10
POSTAL_DIGITS: Final = 10


class CodeKind(StrEnum):
    """Which code it is: kept with its value, because the same digits mean different things in different systems."""

    EXCLUSIVE = "exclusive"  # شمارهٔ اختصاصی، کد فراگیر، فیدا
    UNIQUE = "unique"  # شناسهٔ یکتا
    HOUSEHOLD = "household"  # کد خانوار
    DOCUMENT = "document"  # a card's or passport's own number
    POSTAL = "postal"


class Doubt(StrEnum):
    """What is odd; each has its sentence in the phrases."""

    LENGTH = "length"
    NOT_DIGITS = "not_digits"
    FIRST_DIGIT = "first_digit"
    PADDED = "padded"  # zeros in front: some system has filled a shorter number up
    ONE_DIGIT = "one_digit"  # 111111111111
    MOBILE = "mobile"  # somebody typed a mobile in its place


_LENGTHS: Final[Mapping[CodeKind, range]] = {
    CodeKind.EXCLUSIVE: range(EXCLUSIVE_DIGITS, EXCLUSIVE_DIGITS + 1),
    CodeKind.UNIQUE: range(UNIQUE_DIGITS, EXCLUSIVE_DIGITS + 1),
    CodeKind.HOUSEHOLD: range(5, 14),
    CodeKind.DOCUMENT: range(5, 21),
    CodeKind.POSTAL: range(POSTAL_DIGITS, POSTAL_DIGITS + 1),
}
_FIRST: Final[Mapping[CodeKind, str]] = {CodeKind.EXCLUSIVE: "1", CodeKind.UNIQUE: "9"}
_ALWAYS_DIGITS: Final = frozenset(CodeKind) - {CodeKind.DOCUMENT}  # passports have letters
_PADDED: Final = "000"
_MOBILE_STARTS: Final = ("09", "989", "00989")
"""A unique id has ten digits that begin with 9, as a mobile has that was typed without its 0: that one is no mobile."""


AT_THE_KIOSK: Final = (CodeKind.HOUSEHOLD, CodeKind.EXCLUSIVE, CodeKind.UNIQUE)
"""What a household types: its own code or a member's."""


def doubts_of_any(code: str) -> tuple[Doubt, ...]:
    """What is odd about a code of which nobody said what it is: nothing, where it is like any of them."""
    found = [doubts(kind, code) for kind in AT_THE_KIOSK]
    return () if () in found else found[0]


def doubts(kind: CodeKind, code: str) -> tuple[Doubt, ...]:
    """What is odd about a code that `rules.spelling.plain_code` has cleaned; nothing is odd about one that is not there."""
    if not code:
        return ()
    found = []
    if kind in _ALWAYS_DIGITS and not (code.isascii() and code.isdigit()):
        found.append(Doubt.NOT_DIGITS)
    if len(code) not in _LENGTHS[kind]:
        found.append(Doubt.LENGTH)
    if kind in _FIRST and len(code) in _LENGTHS[kind] and not code.startswith(_FIRST[kind]):
        found.append(Doubt.FIRST_DIGIT)
    if code.startswith(_PADDED):
        found.append(Doubt.PADDED)
    if len(set(code)) == 1:
        found.append(Doubt.ONE_DIGIT)
    if code.startswith(_MOBILE_STARTS) and normalise_mobile(code) is not None:
        found.append(Doubt.MOBILE)
    return tuple(found)
