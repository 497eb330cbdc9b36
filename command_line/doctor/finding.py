"""What one look of `nobat doctor` found, and what there is to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a thing is, from well to ill; a thing that was not looked at is neither."""

    WELL = "well"
    WATCH = "watch"  # it works, and will not for ever
    ILL = "ill"
    NOT_TRIED = "not tried"


class Trial(StrEnum):
    """What a patient would notice, and is done only when it was asked for."""

    KEYS = "keys"
    PAPER = "paper"
    SCREEN = "screen"
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's. `do` is what a technician does next; only what is well may leave it empty. It is the same at
    each look and another for each fault: `nobat upgrade` knows by it what was ill before."""

    check: str  # "printer"
    state: State
    says: str
    do: str = ""


def well(check: str, says: str) -> Finding:
    """It is as it should be."""
    return Finding(check, State.WELL, says)


def watch(check: str, says: str, do: str) -> Finding:
    """It works, and somebody should see to it."""
    return Finding(check, State.WATCH, says, do)


def ill(check: str, says: str, do: str) -> Finding:
    """Patients or staff notice it, or will within the hour."""
    return Finding(check, State.ILL, says, do)


def not_tried(check: str, says: str, do: str) -> Finding:
    """Nothing is known of it; `do` is how to have it tried."""
    return Finding(check, State.NOT_TRIED, says, do)
