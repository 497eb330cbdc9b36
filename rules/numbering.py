"""The next ticket number of a range: above every number that was ever given or settled that day (law 3, PROTOCOL 3 and 6)."""

from rules.site import NumberRange


def next_number(numbers: NumberRange, highest_known: int | None) -> int | None:
    """The number to give next, or None when the range is used up.

    `highest_known` is the day's highest number of this range in the ledger, whatever became of its ticket: given,
    settled by a kiosk that was alone, or void. A gap below it is never filled: that number may be on somebody's paper.
    """
    if highest_known is None or highest_known < numbers.first:
        return numbers.first
    return highest_known + 1 if highest_known < numbers.last else None
