"""Counts that leave the office: a small one may tell of somebody, so it is hidden, and with it what would give it away.

Of a table whose sum is known, one hidden count is what is missing to the sum. So where one is hidden, the next smallest is too.
Sums stand in other tables as well, and those of a year beside those of its months: so what is told is rounded, each count for
itself, and a difference of two of them is nobody's number.
"""

from collections.abc import Mapping
from typing import Final

SMALL: Final = 5
STEP: Final = 5
HIDDEN: Final = "<5"


def for_outside(counts: Mapping[str, int]) -> dict[str, int | None]:
    """The counts of one table as they may leave, rounded; None: hidden. A zero tells of nobody and stays."""
    hidden = {name for name, count in counts.items() if 0 < count < SMALL}
    if len(hidden) == 1:
        others = [name for name, count in counts.items() if count > 0 and name not in hidden]
        hidden |= {min(others, key=lambda name: (counts[name], name))} if others else set()
    return {name: None if name in hidden else rounded(count) for name, count in counts.items()}


def rounded(amount: int, step: int = STEP) -> int:
    """The nearest multiple of `step`."""
    return (amount + step // 2) // step * step
