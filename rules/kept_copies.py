"""Which copies of the ledger are kept: the newest few, one an hour, one a day, and none for ever.

No clock is asked. A copy's time is that of its last commit, and the newest copy says what time it is: where nothing more is
copied, nothing more is deleted either. Hours and days are counted only where they have a copy, so that a clinic that was closed
for a week still has yesterday's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

NEWEST_KEPT: Final = 3
HOURS_KEPT: Final = 24
DAYS_KEPT: Final = 14
KEPT_DAYS_AT_MOST: Final = 30
"""What was erased in the ledger is gone from every copy after so many days of copying (docs/copies.md)."""
MOST_KEPT: Final = NEWEST_KEPT + HOURS_KEPT + DAYS_KEPT

HOUR_MS: Final = 3600 * 1000
DAY_MS: Final = 24 * HOUR_MS


@dataclass(frozen=True, slots=True, order=True)
class Age:
    """How far a copy reaches. Ordered: the greater is the newer, whatever any clock said. A ledger that was put back outranks
    all that was written before it was, by its generation."""

    generation: int
    sequence: int
    as_of_ms: int  # the time of its last commit


def to_keep(copies: Iterable[Age]) -> frozenset[Age]:
    """Those of `copies` that are kept: MOST_KEPT at the most, the newest always among them."""
    newest_first = sorted(copies, reverse=True)
    if not newest_first:
        return frozenset()
    oldest_ms = newest_first[0].as_of_ms - KEPT_DAYS_AT_MOST * DAY_MS
    in_time = [copy for copy in newest_first if copy.as_of_ms >= oldest_ms]
    return frozenset(
        (
            *newest_first[:1],
            *in_time[:NEWEST_KEPT],
            *_newest_of_each(in_time, HOUR_MS, HOURS_KEPT),
            *_newest_of_each(in_time, DAY_MS, DAYS_KEPT),
        )
    )


def _newest_of_each(newest_first: Iterable[Age], span_ms: int, spans: int) -> Iterable[Age]:
    """The newest copy of each of the last `spans` hours or days that have one."""
    firsts: dict[int, Age] = {}
    for copy in newest_first:
        firsts.setdefault(copy.as_of_ms // span_ms, copy)
    return islice(firsts.values(), spans)
