"""What goes wrong while a doctor leaves: the store is killed in the middle of it, and the doctor is here after all."""

from typing import TYPE_CHECKING

from mqtt.contract import AnnounceAbsence, UndoAbsence
from simulation.absences import MINUTES_LATER_SECONDS, a_doctor_leaves, is_here_after_all, somebody_leaves
from simulation.clock import Life, begin
from simulation.fault import Over
from simulation.store_deaths import store_dies_somewhere

if TYPE_CHECKING:
    from simulation.world import World


def killed_while_a_doctor_leaves(world: "World", over: Over) -> None:
    """The store is killed between two steps of taking that in."""
    begin(world.clock, a_doctor_leaves(world))
    store_dies_somewhere(world, over, AnnounceAbsence)


def taken_back(world: "World", over: Over) -> None:
    """A doctor who was announced to be gone is here after all, and no text of it has left."""
    begin(world.clock, _is_taken_back(world))
    over()


def killed_while_it_is_taken_back(world: "World", over: Over) -> None:
    """The same, and the store is killed between two steps of it."""
    begin(world.clock, _is_taken_back(world, over))


def _is_taken_back(world: "World", killed: Over | None = None) -> Life:
    """The modem is away from before it is announced until it is taken back."""
    modem = world.telephone.modem
    modem.away = True
    absence = yield from somebody_leaves(world)
    if absence is not None:
        yield world.chance.uniform(*MINUTES_LATER_SECONDS)
        modem.away = True
        if killed is not None:
            store_dies_somewhere(world, killed, UndoAbsence)
        yield from is_here_after_all(world, absence)
    modem.away = False
