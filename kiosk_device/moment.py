"""What time it is, carried on by a clock that nobody sets."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moment:
    """A wall time in milliseconds UTC, and the monotonic second when it was so."""

    ms: int
    at: float

    def ms_at(self, now: float) -> int:
        """The wall time at `now` (monotonic seconds)."""
        return self.ms + int((now - self.at) * 1000)
