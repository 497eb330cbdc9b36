"""What goes wrong while a doctor leaves: the store is killed in the middle of it, the doctor is here after all, a kiosk forgets
a paper for that doctor."""

from typing import TYPE_CHECKING, Final

from kiosk_device.actions import PrintTicket, SendSettle
from mqtt.contract import AnnounceAbsence, SettleOutcome, UndoAbsence
from simulation.absences import MINUTES_LATER_SECONDS, a_doctor_leaves, is_here_after_all, leaves, may_leave, somebody_leaves
from simulation.clock import Life, begin
from simulation.fault import Over, later
from simulation.kiosk import KioskBox
from simulation.place import Place
from simulation.store_deaths import store_dies_somewhere

if TYPE_CHECKING:
    from simulation.world import World

TOLD_LATE_SECONDS: Final = (15.0, 200.0)
TOLD_AGAIN_SECONDS: Final = 5.0
TOLD_TIMES: Final = 60


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


def paper_forgotten(world: "World", over: Over) -> None:
    """A paper is out, and its kiosk goes dark. The card has lost that it was printed: not printed, says the kiosk when it is up
    again. What it had told of it before comes late, and the doctor leaves meanwhile."""
    box: KioskBox = world.chance.choice(world.kiosks)
    world.forgot = True  # with an older ledger besides, nobody would know of the paper

    def forgets(printing: PrintTicket, told: SendSettle) -> None:
        world.recovery.begins()
        later(world, 3.0, 40.0, light_again)
        begin(world.clock, _is_told_late(world, box.place, told))
        doctor = printing.ticket.doctor
        if doctor is not None:
            later(world, 0.0, TOLD_LATE_SECONDS[1], lambda: begin(world.clock, _leaves(world, doctor)))

    def light_again() -> None:
        if box.running is None:
            box.switch_on()
        over()

    box.forgets = forgets


def _leaves(world: "World", doctor: int) -> Life:
    if may_leave(world, doctor):
        yield from leaves(world, doctor)


def _is_told_late(world: "World", place: Place, told: SendSettle) -> Life:
    """Until the store has taken it in: nobody would tell it again."""
    own = f"device = '{place.device}' AND request = '{told.operation.request}'"
    yield world.chance.uniform(*TOLD_LATE_SECONDS)
    for _ in range(TOLD_TIMES):
        if (SettleOutcome.PRINTED.value,) in world.disk.read(f"SELECT outcome FROM ticket_requests WHERE {own}"):  # noqa: S608
            world.witness.note(world.clock.now, f"the paper {told.operation.number} of {place.device} was printed after all")
            return
        place.asked_long_ago(told.settle, told.operation, seen=told.seen)
        yield TOLD_AGAIN_SECONDS
