"""The store's time, made of two clocks that `__main__` reads: it never runs back, and says whether it can be trusted.

The wall clock may jump: a Pi without a battery starts years ago and leaps when the network answers. While the wall
clock stands before the last commit, the store's time goes on from that commit by the monotonic clock, and is not
trusted: no day opens (law 10), but a morning that has begun goes on.
"""

from dataclasses import dataclass
from typing import Final

SLEWED_MS: Final = 2000
"""A wall clock that is corrected by less than this is not behind: time merely stands still until it is there again."""


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

    def go_back(self, last_commit_ms: int) -> None:
        """A person said that the wall clock is right and the ledger's time was wrong: time goes on from here."""
        self._last_ms = last_commit_ms

    def read(self, wall_seconds: float, monotonic_seconds: float, *, synchronised: bool) -> Now:
        """The moment now, by both clocks' readings and the system's word on whether its wall clock is synchronised."""
        wall_ms = int(wall_seconds * 1000)
        elapsed = 0.0 if self._last_monotonic is None else monotonic_seconds - self._last_monotonic
        behind = wall_ms < self._last_ms - SLEWED_MS
        self._last_ms = self._last_ms + int(elapsed * 1000) if behind else max(wall_ms, self._last_ms)
        self._last_monotonic = monotonic_seconds
        return Now(self._last_ms, trusted=synchronised and not behind, behind=behind, wall_ms=wall_ms if behind else None)
