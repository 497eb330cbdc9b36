"""What a fault is: a row of the table in faults.py, and what it needs to strike and to heal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from simulation.world import World

MOST_SECONDS: Final = 60.0
Over = Callable[[], None]
"""To be called once, when the fault's cause is gone."""
Strike = Callable[["World", Over], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """A row: how often it is drawn, and what it does."""

    name: str
    weight: float
    strike: Strike
    waits: bool = False
    """It waits for its moment, and tells `world.recovery` itself when it has come."""
    restores: bool = False
    """What the house relies on is lost, a ledger or a paper in a kiosk's journal: once a day at the most."""


def later(world: "World", least: float, most: float, act: Callable[[], None]) -> None:
    """Some seconds from now."""
    world.clock.after(world.chance.uniform(least, most), act)
