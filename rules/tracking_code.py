"""Tracking codes (کد رهگیری): 7 random digits and a Damm check digit, which catches every single wrong digit and every
swap of neighbours (H. Michael Damm, "Total anti-symmetrische Quasigruppen", 2004; Luhn misses 09 for 90)."""

from collections.abc import Callable
from typing import Final

from rules.digits import fold_digits

RANDOM_DIGITS: Final = 7
LENGTH: Final = RANDOM_DIGITS + 1

# Damm's totally anti-symmetric quasigroup of order 10: the row is the check so far, the column the next digit.
_QUASIGROUP: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def check_digit(digits: str) -> int:
    """The Damm check of ASCII digits; it is 0 for a number that ends in its own check digit."""
    check = 0
    for digit in digits:
        check = _QUASIGROUP[check][ord(digit) - ord("0")]
    return check


def new_code(below: Callable[[int], int]) -> str:
    """A fresh code. `below(n)` gives a random whole number from 0 to n - 1 (`secrets.randbelow` in the store)."""
    digits = f"{below(10**RANDOM_DIGITS):0{RANDOM_DIGITS}}"
    return f"{digits}{check_digit(digits)}"


def clean(typed: str) -> str:
    """What somebody typed, with Persian and Arabic digits folded and the gaps people leave taken out."""
    return fold_digits(typed).replace(" ", "").replace("-", "")


def well_formed(code: str) -> bool:
    """Whether `code` is 8 ASCII digits whose last is their check digit. Clean it first."""
    return len(code) == LENGTH and code.isascii() and code.isdigit() and check_digit(code) == 0
