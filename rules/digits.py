"""Digits as people type them: Persian and Arabic ones become ASCII."""

from typing import Final

# The two digit rows of Unicode that Persian keyboards and phones produce. Python's int() and \\d would take them all,
# mixed with any other script's, so text is folded first and then checked as ASCII.
_FOLD: Final = str.maketrans(
    "۰۱۲۳۴۵۶۷۸۹" + "٠١٢٣٤٥٦٧٨٩",
    "0123456789" * 2,
)


def fold_digits(text: str) -> str:
    """`text` with Persian (U+06F0…) and Arabic (U+0660…) digits as ASCII digits; all else as it was."""
    return text.translate(_FOLD)
