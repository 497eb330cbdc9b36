"""What the insurance department is asked about a member, how the question goes there, and what comes back.

Every question has a reference of its own that stands in the file, on the paper or on the applicant's slip, and is the only
thing that an answer is matched by: names are spelt differently everywhere. Its last digit checks the others.
"""

from enum import StrEnum
from typing import Final

from rules.spelling import plain_code
from rules.tracking_code import check_digit

REFERENCE_DIGITS_MOST: Final = 10
"""Nine of an id, and the one that checks them. A code of somebody's in the wrong column is longer, or leads to nothing."""


class Way(StrEnum):
    """How a question goes to the department."""

    BATCH = "batch"  # with others in a file
    PAPER = "paper"
    CARRIED = "carried"  # by the applicant


class Result(StrEnum):
    """What the department answers about a member."""

    COVERED = "covered"
    NOT_COVERED = "not_covered"
    INCOMPLETE = "incomplete"  # known there, with papers missing
    NOT_FOUND = "not_found"


def reference(inquiry: int) -> str:
    """The reference of a question by its id: "12348". No sign stands between, or a spreadsheet makes a date of it."""
    return f"{inquiry}{check_digit(str(inquiry))}"


def inquiry_of(reference: str) -> int | None:
    """The id in a reference however it was typed; None: a digit of it is wrong, or it is no reference but a longer code."""
    digits = plain_code(reference)
    if not 2 <= len(digits) <= REFERENCE_DIGITS_MOST or not (digits.isascii() and digits.isdigit()) or digits.startswith("0"):
        return None
    return int(digits[:-1]) if check_digit(digits) == 0 else None
