"""The next ticket number of a range: above every number that was ever given or settled that day (law 3, PROTOCOL 3 and 6)."""

from collections.abc import Iterable

from rules.site import NumberRange


def next_number(numbers: NumberRange, highest_known: int | None) -> int | None:
    """The number to give next, or None when the range is used up.

    `highest_known` is the day's highest number of this range in the ledger, whatever became of its ticket: given,
    settled by a kiosk that was alone, or void. A gap below it is never filled: that number may be on somebody's paper.
    """
    if highest_known is None or highest_known < numbers.first:
        return numbers.first
    return highest_known + 1 if highest_known < numbers.last else None


def highest_in(numbers: NumberRange, known: Iterable[int]) -> int | None:
    """The highest of the known numbers that belongs to the range; None when none does."""
    return max((number for number in known if numbers.first <= number <= numbers.last), default=None)


def left(numbers: NumberRange, highest_known: int | None) -> int:
    """How many numbers the range still has."""
    following = next_number(numbers, highest_known)
    return 0 if following is None else numbers.last - following + 1
