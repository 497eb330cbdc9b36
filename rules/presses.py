"""Which press counts (law 6, PROTOCOL rule 8): only that of somebody who saw the point as it is now."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sight:
    """A point as a presser saw it, or as it is: the store's epoch, and the point's revision within it."""

    epoch: str
    revision: int


def counts(saw: Sight, now: Sight, *, same_run: bool) -> bool:
    """Whether a press acts. `same_run`: it comes from the run of its device that was heard last."""
    return same_run and saw == now
