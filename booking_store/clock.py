"""The store's time, made of two clocks that `__main__` reads: it never runs back, and says whether it can be trusted.

The wall clock may jump: a Pi without a battery starts years ago and leaps when the network answers. While the wall
clock stands before the last commit, the store's time goes on from that commit by the monotonic clock, and is not
trusted: no day opens (law 10), but a morning that has begun goes on.

Once the wall clock was synchronised, a later leap ahead that is not is not believed either: the next commit would bear that
time, and the right time would stand behind it for hours. A clock that was never synchronised is followed wherever it is set:
a person may be setting it right.
"""

from dataclasses import dataclass
from typing import Final

SLEWED_MS: Final = 2000
"""A wall clock that is corrected by less than this is not behind: time merely stands still until it is there again. Nor has one
leapt that is ahead by less."""


@dataclass(frozen=True, slots=True)
class Now:
    """A moment of the store's time, in milliseconds UTC."""

    ms: int
    trusted: bool = True  # synchronised, and not behind
    behind: bool = False  # the wall clock stands before the last commit
    wall_ms: int | None = None  # what the wall clock says itself, where that is not `ms`
    disk_full: bool = False  # the ledger's disk has no room for new promises (disk.py)


class Clock:
    """Keeps the last moment it gave."""

    def __init__(self, last_commit_ms: int) -> None:
        """`last_commit_ms`: the ledger's; time starts no earlier."""
        self._last_ms = last_commit_ms
        self._last_monotonic: float | None = None
        self._was_right = False  # trusted once in this run

    def go_back(self, last_commit_ms: int) -> None:
        """A person said that the wall clock is right and the ledger's time was wrong: time goes on from here."""
        self._last_ms = last_commit_ms

    def read(self, wall_seconds: float, monotonic_seconds: float, *, synchronised: bool) -> Now:
        """The moment now, by both clocks' readings and the system's word on whether its wall clock is synchronised."""
        wall_ms = int(wall_seconds * 1000)
        elapsed = 0.0 if self._last_monotonic is None else monotonic_seconds - self._last_monotonic
        behind = wall_ms < self._last_ms - SLEWED_MS
        goes_on_ms = self._last_ms + int(elapsed * 1000)
        leapt = self._was_right and not synchronised and wall_ms > goes_on_ms + SLEWED_MS
        self._last_ms = goes_on_ms if behind or leapt else max(wall_ms, self._last_ms)
        self._last_monotonic = monotonic_seconds
        trusted = synchronised and not behind
        self._was_right = self._was_right or trusted
        return Now(self._last_ms, trusted=trusted, behind=behind, wall_ms=wall_ms if behind else None)
