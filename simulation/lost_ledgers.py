"""Faults in which the ledger is another one from now on: older copies, cards that lied, two machines with a store each."""

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from simulation.fault import MOST_SECONDS, Over, later
from simulation.kiosk import KioskBox
from simulation.store_process import StoreProcess

if TYPE_CHECKING:
    from simulation.world import World


def put_back(*, told: bool) -> Callable[["World", Over], None]:
    """The ledger is an older copy from now on. `told`: by a person, who marks it; else by a card that lied."""

    def strike(world: "World", over: Over) -> None:
        if not world.copies or world.lost is not None:
            over()
            return
        world.put_back(told=told)
        over()

    return strike


def put_back_while_away(world: "World", over: Over) -> None:
    """A copy of a minute ago is put back, and a kiosk that got numbers since cannot be asked: in a while somebody says «go»."""
    if not world.may_lose:
        over()
        return
    box: KioskBox = world.chance.choice(world.kiosks)
    copy = (world.clock.now, world.disk.copy())

    def heal() -> None:
        world.network.heal(box.device)
        over()

    def restore() -> None:
        if world.may_lose:
            world.put_back(told=True, copy=copy)
        later(world, 200.0, 280.0, heal)

    def cut() -> None:
        world.network.cut(box.device)
        later(world, 1.0, 40.0, restore)

    later(world, 20.0, 60.0, cut)


def two_stores(world: "World", over: Over) -> None:
    """The standby machine is made the store; the one that it replaced comes back with its own ledger."""
    if world.lost is not None:
        over()
        return
    repaired = world.disk.another()
    world.put_back(told=True, copy=(world.clock.now, world.disk.copy()))

    def comes_back() -> None:
        other = StoreProcess(world.network, repaired, world.wall, Random(world.chance.random()))
        other.start()
        later(world, 15.0, 40.0, lambda: goes(other))

    def goes(other: StoreProcess) -> None:
        other.kill()
        over()

    later(world, 5.0, MOST_SECONDS, comes_back)
