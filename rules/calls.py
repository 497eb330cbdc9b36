"""Which calls a board holds (PROTOCOL rule 12): the last ones for the eye, and every one that may still be spoken."""

from collections.abc import Sequence


def first_on_board(called_at_ms: Sequence[int], now_ms: int, *, most: int, spoken_within_ms: int) -> int:
    """The index of the oldest call that the board holds; `called_at_ms` are the calls' times, oldest first. All of the last
    `most` are there, however old, and more than those where so many were called within `spoken_within_ms`."""
    first = max(0, len(called_at_ms) - most)
    while first > 0 and called_at_ms[first - 1] > now_ms - spoken_within_ms:
        first -= 1
    return first
