"""What an upgrade does, and the way back, as plans that anybody can read first: frozen steps, made without touching the
machine.

Until `Stop` nothing of what runs is touched. From `Turn` on the machine is the new release's, and a store that starts would
move the ledger forward by itself. So the way back puts the ledger first and the release after it: a power cut between the two
leaves the new release, which moves that ledger forward once more, and never the old one with a ledger that it cannot read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

BROKER: Final = "mosquitto.service"
STORE: Final = "nobat-store.service"
PAGES: Final = ("nobat-console", "nobat-patient-page", "nobat-letter-page")
LATER: Final = (*PAGES, "nobat-phone-line", "nobat-kiosk@", "nobat-display@")
"""After the store, in this order: whom staff and callers ask, who takes patients in, who shows."""


@dataclass(frozen=True, slots=True)
class MakeCopy:
    """The ledger is copied, and the copy read back to its end."""

    def __str__(self) -> str:
        return "copy the ledger, and read the copy back"


@dataclass(frozen=True, slots=True)
class Lay:
    """The new release is laid beside the one that runs, with what it needs of Debian."""

    release: str

    def __str__(self) -> str:
        return f"lay release {self.release} beside the one that runs"


@dataclass(frozen=True, slots=True)
class Stop:
    """Programs end, the askers before the store and the store before the broker."""

    units: tuple[str, ...]

    def __str__(self) -> str:
        return f"stop {', '.join(self.units) or 'nothing: no program of ours runs'}"


@dataclass(frozen=True, slots=True)
class Turn:
    """Link and units become the new release's."""

    release: str

    def __str__(self) -> str:
        return f"turn the machine to release {self.release}"


@dataclass(frozen=True, slots=True)
class Forward:
    """The new release brings the ledger to its own tables."""

    release: str

    def __str__(self) -> str:
        return f"bring the ledger to the tables of release {self.release}"


@dataclass(frozen=True, slots=True)
class Start:
    """Programs start, the broker before the store and the store before who asks it."""

    units: tuple[str, ...]

    def __str__(self) -> str:
        return f"start {', '.join(self.units) or 'nothing'}"


@dataclass(frozen=True, slots=True)
class Examine:
    """All of them run, and the doctor finds nothing ill that was well before."""

    units: tuple[str, ...]

    def __str__(self) -> str:
        return "examine: units, broker, store, devices, versions"


@dataclass(frozen=True, slots=True)
class Keep:
    """The release stays: the keys that it brings are trusted, and older releases than the two before it go."""

    def __str__(self) -> str:
        return "keep it, and the two releases before it"


@dataclass(frozen=True, slots=True)
class PutBack:
    """The copy takes the ledger's place, where the new release had changed its tables."""

    def __str__(self) -> str:
        return "put the copy in the ledger's place, if its tables were changed"


@dataclass(frozen=True, slots=True)
class TurnBack:
    """Link and units become the old release's again."""

    release: str

    def __str__(self) -> str:
        return f"turn the machine back to release {self.release}"


Step = MakeCopy | Lay | Stop | Turn | Forward | Start | Examine | Keep | PutBack | TurnBack


@dataclass(frozen=True, slots=True)
class Standing:
    """The machine before. `units`: ours that run; `ledger`: whether it is the store's machine."""

    runs: str
    units: tuple[str, ...]
    ledger: bool


def plan(release: str, before: Standing) -> tuple[Step, ...]:
    """From the release that runs to another. The first copy proves that one can be made, the second holds the last commit."""
    copy = (MakeCopy(),) if before.ledger else ()
    forward = (Forward(release),) if before.ledger else ()
    units = starting(before.units)
    return (
        *copy,
        Lay(release),
        Stop(units[::-1]),
        *copy,
        Turn(release),
        *forward,
        Start(units),
        Examine(units),
        Keep(),
    )


def way_back(begun: Sequence[Step], before: Standing) -> tuple[Step, ...]:
    """Back from where it failed: `begun` ends with the step that did."""
    if not any(isinstance(step, Stop) for step in begun):
        return ()
    units = starting(before.units)
    if not any(isinstance(step, Turn) for step in begun):
        return (Start(units),)
    ledger = (PutBack(),) if before.ledger else ()
    return (Stop(units[::-1]), *ledger, TurnBack(before.runs), Start(units), Examine(units))


def starting(units: Iterable[str]) -> tuple[str, ...]:
    """Units in the order in which they start; timers come last, since what they start wants the rest."""

    def rank(unit: str) -> tuple[int, str]:
        if unit.endswith(".timer"):
            return len(LATER) + 3, unit
        firsts = (BROKER, STORE, *LATER)
        return next((place for place, first in enumerate(firsts) if unit.startswith(first)), len(firsts)), unit

    return tuple(sorted(units, key=rank))
