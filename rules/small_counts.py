"""Counts that leave the office: a small one may tell of somebody, so it is hidden, and with it what would give it away.

Of a table whose sum is known, one hidden count is what is missing to the sum. So where one is hidden, the next smallest is too.
"""

from collections.abc import Mapping
from typing import Final

SMALL: Final = 5
HIDDEN: Final = "<5"


def for_outside(counts: Mapping[str, int]) -> dict[str, int | None]:
    """The counts of one table as they may leave; None: hidden. A zero tells of nobody and stays."""
    hidden = {name for name, count in counts.items() if 0 < count < SMALL}
    if len(hidden) == 1:
        others = [name for name, count in counts.items() if count > 0 and name not in hidden]
        hidden |= {min(others, key=lambda name: (counts[name], name))} if others else set()
    return {name: None if name in hidden else count for name, count in counts.items()}
