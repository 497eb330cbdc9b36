"""Digits as people type them and as Persian words stand beside them."""

from typing import Final

# The two digit rows of Unicode that Persian keyboards and phones produce. Python's int() and \\d would take them all,
# mixed with any other script's, so text is folded first and then checked as ASCII.
_FOLD: Final = str.maketrans(
    "۰۱۲۳۴۵۶۷۸۹" + "٠١٢٣٤٥٦٧٨٩",
    "0123456789" * 2,
)
_PERSIAN: Final = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def fold_digits(text: str) -> str:
    """`text` with Persian (U+06F0…) and Arabic (U+0660…) digits as ASCII digits; all else as it was."""
    return text.translate(_FOLD)


def plain_clock(clock: str) -> str:
    """«9:30» of "09:30", «۹:۳۰» of «۰۹:۳۰»: screens, papers and texts write an hour as people say it."""
    return clock[1:] if clock.startswith(("0", "۰")) else clock


def persian_digits(text: str) -> str:
    """`text` with its ASCII digits as Persian ones (U+06F0…)."""
    return text.translate(_PERSIAN)
