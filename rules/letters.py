"""A letter of referral (معرفی‌نامه): its number without gaps, the code that proves it, and how long it is good.

The rules:
- Numbers run from 1 in each Jalali year, and none is missing: a number is taken in the transaction that writes its letter.
- A letter is used once. A duplicate («المثنی») has a number and a code of its own, and the letter before it is void.
- Its code tells anybody who has it one word: valid, used, expired or void.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from rules.spelling import plain_code
from rules.tracking_code import check_digit

RANDOM_DIGITS: Final = 9
CODE_LENGTH: Final = RANDOM_DIGITS + 1
ROWS_ON_A_SHEET: Final = 9
"""Members on one A4 letter; a larger household's table goes on on the next sheet."""


class Standing(StrEnum):
    """How a letter stands."""

    VALID = "valid"
    USED = "used"
    EXPIRED = "expired"
    VOID = "void"  # replaced by its duplicate, or its case by another


class NotUsed(StrEnum):
    """Why a service office cannot mark a letter as used; the words are those of the office's contract (Why)."""

    ALREADY_USED = "already_used"
    EXPIRED = "letter_expired"
    VOID = "letter_void"
    NOT_HANDED_OVER = "not_handed_over"
    OTHER_OFFICE = "other_office"  # it is addressed to another


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. `until` is the last day on which it is good."""

    year: int  # Jalali
    serial: int
    code: str
    service_office: str
    issued: date
    until: date
    handed_over: bool = False
    used: bool = False
    void: bool = False
    duplicate_of: int | None = None  # the serial of the letter that it replaces, of the same year or the one before

    @property
    def number(self) -> str:
        return letter_number(self.year, self.serial)


def letter_number(year: int, serial: int) -> str:
    """ "1405/000123", as it stands on the letter."""
    return f"{year}/{serial:06}"


def new_letter_code(below: Callable[[int], int]) -> str:
    """A fresh verification code: random digits and their check digit. `below` as for tracking codes."""
    digits = f"{below(10**RANDOM_DIGITS):0{RANDOM_DIGITS}}"
    return f"{digits}{check_digit(digits)}"


def clean_letter_code(typed: str) -> str | None:
    """A verification code however it was typed; None: it cannot be one, so that nobody needs to look it up."""
    code = plain_code(typed)
    right = len(code) == CODE_LENGTH and code.isascii() and code.isdigit() and check_digit(code) == 0
    return code if right else None


def in_groups(code: str) -> str:
    """A verification code as people read it out: «12345 67890»."""
    return f"{code[: CODE_LENGTH // 2]} {code[CODE_LENGTH // 2 :]}"


def standing(letter: Letter, today: date) -> Standing:
    """What the public page says of it. What was used stays used, though its day is past."""
    if letter.void:
        return Standing.VOID
    if letter.used:
        return Standing.USED
    return Standing.EXPIRED if today > letter.until else Standing.VALID


def why_not_used(letter: Letter, service_office: str, today: date) -> NotUsed | None:
    """Why this service office cannot mark it as used now; None: it can."""
    match standing(letter, today):
        case Standing.USED:
            return NotUsed.ALREADY_USED
        case Standing.VOID:
            return NotUsed.VOID
        case Standing.EXPIRED:
            return NotUsed.EXPIRED
    if service_office != letter.service_office:
        return NotUsed.OTHER_OFFICE
    return None if letter.handed_over else NotUsed.NOT_HANDED_OVER
