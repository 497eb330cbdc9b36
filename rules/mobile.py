"""A mobile number, however somebody typed it."""

import re
from typing import Final

from rules.digits import fold_digits

# Spaces, dashes, brackets, dots, and the marks that messengers put around numbers (U+200B to U+200F, U+202A to U+202E,
# U+2066 to U+2069, U+FEFF).
_BETWEEN_DIGITS: Final = re.compile("[\\s().\\-‐-―\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MOBILE: Final = re.compile(r"(?:\+98|0098|98)?0?(9[0-9]{9})")


def normalise_mobile(typed: str) -> str | None:
    """An Iranian mobile as "09xxxxxxxxx", however it was typed; None when it is none (a landline takes no SMS).

    The national plan gives mobiles the form 09 and nine digits; operators' own prefixes change too often to be checked.
    """
    match = _MOBILE.fullmatch(_BETWEEN_DIGITS.sub("", fold_digits(typed)))
    return f"0{match[1]}" if match else None
