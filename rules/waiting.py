"""How long somebody may still wait, as a range that is honest about what nobody knows: made of the calls of the last while."""

from collections.abc import Sequence
from typing import Final

FEWEST_CALLS: Final = 5
"""Fewer say nothing."""
SHORTEST: Final = 0.6
LONGEST: Final = 1.6
"""Parts of the expected wait. It is told as a range because a visit may take three minutes or twenty."""
STEP_MINUTES: Final = 5
_MINUTE_MS: Final = 60_000


def waiting_range(ahead: int, called_at_ms: Sequence[int]) -> tuple[int, int] | None:
    """From how many minutes to how many, in steps of five; None: too little is known. `called_at_ms`: the last calls at the
    points that may call this ticket, in any order."""
    if len(called_at_ms) < FEWEST_CALLS:
        return None
    between_minutes = (max(called_at_ms) - min(called_at_ms)) / (len(called_at_ms) - 1) / _MINUTE_MS
    expected = (ahead + 1) * between_minutes
    shortest = int(expected * SHORTEST // STEP_MINUTES) * STEP_MINUTES
    longest = -int(-expected * LONGEST // STEP_MINUTES) * STEP_MINUTES
    return shortest, max(longest, shortest + STEP_MINUTES)
