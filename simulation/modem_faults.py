"""What goes wrong with texts: a modem that is away or says nothing, a worker that is killed before it told of a text."""

from typing import TYPE_CHECKING

from simulation.fault import MOST_SECONDS, Over, later

if TYPE_CHECKING:
    from simulation.world import World


def modem_away(world: "World", over: Over) -> None:
    """The modem takes no texts, and answers no questions."""
    modem = world.telephone.modem
    modem.away = True

    def here_again() -> None:
        modem.away = False
        over()

    later(world, 10.0, 2 * MOST_SECONDS, here_again)


def modem_silent(world: "World", over: Over) -> None:
    """Of the next text nobody hears whether it left."""
    world.telephone.modem.falls_silent = True
    over()


def killed_before_it_told(world: "World", over: Over) -> None:
    """The telephone's program is killed when a text is out, before the store hears so."""
    modem, telephone = world.telephone.modem, world.telephone

    def is_out() -> None:
        modem.sent = _nothing
        world.recovery.begins()
        telephone.power_cut()
        later(world, 1.0, 3.0, again)

    def again() -> None:
        telephone.switch_on()
        over()

    modem.sent = is_out


def _nothing() -> None:
    """Nobody waits for a text."""
