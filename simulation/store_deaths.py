"""The store is killed: at no particular step, or between two steps of a batch."""

from typing import TYPE_CHECKING, Final

from mqtt.contract import Operation
from simulation.fault import Over, Strike
from simulation.store_process import DiesAt

if TYPE_CHECKING:
    from simulation.world import World

STORE_WAITS_SECONDS: Final = 120.0
"""What waits for its moment happens by then at the latest, at no particular step."""


def store_dies(world: "World", over: Over) -> None:
    """kill -9, at no particular step."""
    world.kill_store()
    over()


def store_dies_at(at: DiesAt, of: type[Operation] | None = None) -> Strike:
    """kill -9 between two steps of the next batch, or of the next one in which somebody asks for such an operation."""

    def strike(world: "World", over: Over) -> None:
        store = world.store
        if store is None or store.dies_at is not None:
            return

        def died() -> None:
            world.recovery.begins()
            world.store_is_gone()
            over()

        def lost_patience() -> None:
            if store.alive:
                store.kill()
                died()

        store.dies_at, store.dies_of, store.died = at, of, died
        world.clock.after(STORE_WAITS_SECONDS, lost_patience)

    return strike


def store_dies_somewhere(world: "World", over: Over, of: type[Operation]) -> None:
    """kill -9 between two steps, whichever, of the next batch with such an operation."""
    store_dies_at(world.chance.choice(list(DiesAt)), of)(world, over)
