"""What goes wrong, as a table: each fault with its weight, what it does, and when it is over.

A fault is over when whatever caused it is: the cable is in again, the broker's process goes on, the power is back. How long
the house needs from then on is measured (recovery.py). `FAULTS` is the list; a new fault is a function and a row.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from display_device.counter.button import Button
from mqtt.contract import PrinterStatus
from simulation.absence_faults import (
    killed_while_a_doctor_leaves,
    killed_while_it_is_taken_back,
    paper_forgotten,
    taken_back,
)
from simulation.day_ends import away_when_the_day_ends
from simulation.displays import CounterBox, HallBox
from simulation.fault import MOST_SECONDS, Fault, Over, later
from simulation.kiosk import DarkAt, KioskBox
from simulation.lost_ledgers import put_back, put_back_while_away, two_stores
from simulation.modem_faults import killed_before_it_told, modem_away, modem_silent
from simulation.store_deaths import store_dies, store_dies_at
from simulation.store_process import DiesAt

if TYPE_CHECKING:
    from simulation.world import World

KIOSK_WAITS_SECONDS: Final = 900.0
"""What waits for its moment (a kill between two steps) happens by then at the latest, at no particular step."""

# ----------------------------------------------------------------------------------------- the network


def _any_device(world: "World") -> str:
    return world.chance.choice([*(box.device for box in world.boxes), "store"])


def bad_cable(world: "World", over: Over) -> None:
    """Requests and replies of one device are lost, doubled, late."""
    wire = world.network.wire(_any_device(world))
    wire.bad = (0.25, 0.2, 0.25)

    def good() -> None:
        wire.bad = (0.0, 0.0, 0.0)
        over()

    later(world, 10.0, MOST_SECONDS, good)


def bad_network(world: "World", over: Over) -> None:
    """The same for everybody."""
    devices = [*(box.device for box in world.boxes), "store", world.operator.place.device]
    for device in devices:
        world.network.wire(device).bad = (0.1, 0.1, 0.2)

    def good() -> None:
        for device in devices:
            world.network.wire(device).bad = (0.0, 0.0, 0.0)
        over()

    later(world, 10.0, 30.0, good)


def _cut(world: "World", over: Over, device: str, *, up: bool = True, down: bool = True) -> None:
    world.network.cut(device, up=up, down=down)

    def whole() -> None:
        world.network.heal(device)
        over()

    later(world, 1.0, MOST_SECONDS, whole)


def cable_out(world: "World", over: Over) -> None:
    """A device's cable is pulled."""
    _cut(world, over, _any_device(world))


def store_cut_off(world: "World", over: Over) -> None:
    """The store's own cable is pulled."""
    _cut(world, over, "store")


def deaf(world: "World", over: Over) -> None:
    """A device is heard and hears nothing."""
    _cut(world, over, _any_device(world), up=False)


def mute(world: "World", over: Over) -> None:
    """A device hears and is not heard."""
    _cut(world, over, _any_device(world), down=False)


def broker_freezes(world: "World", over: Over) -> None:
    """SIGSTOP, for up to a minute."""
    if world.network.frozen or not world.network.running:
        over()
        return
    world.network.freeze()

    def goes_on() -> None:
        if world.network.running:
            world.network.thaw()
        over()

    later(world, 1.0, MOST_SECONDS, goes_on)


def broker_dies(world: "World", over: Over) -> None:
    """kill -9 of the broker; systemd starts it again."""
    world.network.die()

    def again() -> None:
        world.network.restart()
        over()

    later(world, 0.5, 2.0, again)


def late_request(world: "World", over: Over) -> None:
    """One message to the store comes long after it was given up: kept in a socket, and sent by nobody any more."""
    world.network.keep_one_request(world.chance.uniform(4.0, 90.0))
    over()


# ------------------------------------------------------------------------------------------- the store


def store_stalls(world: "World", over: Over) -> None:
    """The card takes seconds for a flush."""
    seconds = world.chance.uniform(0.5, 5.0)
    if world.store is not None:
        world.store.stalls_until = world.clock.now + seconds
    world.clock.after(seconds, over)


def disk_full(world: "World", over: Over) -> None:
    """The store's file system says full."""
    world.disk.full = True

    def room() -> None:
        world.disk.full = False
        over()

    later(world, 5.0, MOST_SECONDS, room)


def disk_nearly_full(world: "World", over: Over) -> None:
    """Somebody else's files fill the store's disk: no new promises."""
    world.disk.nearly_full = True

    def room() -> None:
        world.disk.nearly_full = False
        over()

    later(world, 5.0, 2 * MOST_SECONDS, room)


def clock_jumps(seconds: float) -> Callable[["World", Over], None]:
    """The store's machine has another time for a while, and is not synchronised then."""

    def strike(world: "World", over: Over) -> None:
        world.wall.off_seconds, world.wall.synchronised = seconds, False

        def right() -> None:
            world.wall.off_seconds, world.wall.synchronised = 0.0, True
            over()

        later(world, 10.0, MOST_SECONDS, right)

    return strike


# ------------------------------------------------------------------------------------------ the devices


def both_alone_on_one_code(world: "World", over: Over) -> None:
    """Both kiosks lose the store, and a patient and a companion type the same code, one at each."""
    for box in world.kiosks:
        world.network.cut(box.device)
    world.two_with_one_code(seconds=world.chance.uniform(6.0, 15.0))

    def whole() -> None:
        for box in world.kiosks:
            world.network.heal(box.device)
        over()

    later(world, 45.0, 90.0, whole)


def kiosk_dark(world: "World", over: Over) -> None:
    """A kiosk's power goes, whatever it is doing."""
    box: KioskBox = world.chance.choice(world.kiosks)
    if box.running is None:
        over()
        return
    box.power_cut()
    later(world, 3.0, 40.0, lambda: _light_again(box, over))


def _light_again(box: KioskBox, over: Over) -> None:
    if box.running is None:
        box.switch_on()
    over()


def _kiosk_dark(at: DarkAt) -> Callable[["World", Over], None]:
    """A kiosk's power goes between two of its steps."""

    def strike(world: "World", over: Over) -> None:
        box: KioskBox = world.chance.choice(world.kiosks)
        if box.running is None or box.dark_at is not None:
            return

        def dark() -> None:
            box.dark_at, box.went_dark = None, _nothing
            world.recovery.begins()
            later(world, 3.0, 40.0, lambda: _light_again(box, over))

        def lost_patience() -> None:
            if box.went_dark is dark:
                box.power_cut()
                dark()

        box.dark_at, box.went_dark = at, dark
        world.clock.after(KIOSK_WAITS_SECONDS, lost_patience)

    return strike


def _nothing() -> None:
    """Nobody has to be told."""


def screen_dark(world: "World", over: Over) -> None:
    """A counter, a room or the waiting room has no power for a while."""
    screens: list[CounterBox | HallBox] = [*world.counters, world.hall]
    box = world.chance.choice(screens)
    if box.running is None:
        over()
        return
    box.power_cut()

    def light_again() -> None:
        if box.running is None:
            box.switch_on()
        over()

    later(world, 2.0, 40.0, light_again)


def telephone_dies(world: "World", over: Over) -> None:
    """The telephone's program is killed."""
    if world.telephone.running is None:
        over()
        return
    world.telephone.power_cut()

    def again() -> None:
        world.telephone.switch_on()
        over()

    later(world, 1.0, 3.0, again)


def paper_out(world: "World", over: Over) -> None:
    """The roll is empty until somebody comes."""
    printer = world.chance.choice(world.kiosks).printer
    printer.turns(PrinterStatus.PAPER_OUT)

    def new_roll() -> None:
        printer.turns(PrinterStatus.OK)
        over()

    later(world, 20.0, 2 * MOST_SECONDS, new_roll)


def printer_silent(world: "World", over: Over) -> None:
    """The next paper is not confirmed: nobody knows."""
    world.chance.choice(world.kiosks).printer.falls_silent = True
    over()


def kiosk_disk_full(world: "World", over: Over) -> None:
    """The kiosk cannot write a line."""
    box = world.chance.choice(world.kiosks)
    box.disk_full = True

    def room() -> None:
        box.disk_full = False
        over()

    later(world, 5.0, 30.0, room)


def button_sticks(world: "World", over: Over) -> None:
    """A button stays down."""
    box: CounterBox = world.chance.choice(world.counters)
    which = world.chance.choice(list(Button))
    if which in box.held_down:
        over()
        return
    box.sticks(which)

    def loose() -> None:
        box.comes_loose(which)
        over()

    later(world, 3.0, 30.0, loose)


def button_chatters(world: "World", over: Over) -> None:
    """Somebody leans on a button, or its contact is worn: many presses in seconds."""
    box: CounterBox = world.chance.choice(world.counters)
    for number in range(world.chance.randrange(3, 9)):
        world.clock.after(0.35 * number, lambda: box.press(Button.CALL_NEXT, bounces=3))
    over()


DAY_SECONDS: Final = 24 * 3600.0
FAULTS: Final = (
    Fault("a cable is bad", 8, bad_cable),
    Fault("the network is bad", 4, bad_network),
    Fault("a cable is out", 6, cable_out),
    Fault("the store is cut off", 3, store_cut_off),
    Fault("a device is deaf", 4, deaf),
    Fault("a device is mute", 4, mute),
    Fault("the broker freezes", 3, broker_freezes),
    Fault("the broker dies", 3, broker_dies),
    Fault("a request comes late", 6, late_request),
    Fault("the store is killed", 2, store_dies),
    *(Fault(f"the store is killed {at}", 2, store_dies_at(at), waits=True) for at in DiesAt),
    Fault("the store is killed while a doctor leaves", 0.5, killed_while_a_doctor_leaves, waits=True),
    Fault("a doctor is here after all", 0.5, taken_back),
    Fault("the store is killed while an absence is taken back", 0.5, killed_while_it_is_taken_back, waits=True),
    Fault("the card stalls", 3, store_stalls),
    Fault("the store's disk is full", 2, disk_full),
    Fault("the store's disk is nearly full", 2, disk_nearly_full),
    Fault("the clock says 1970", 1, clock_jumps(-56 * 365 * DAY_SECONDS)),
    Fault("the clock runs behind", 1, clock_jumps(-3 * 3600.0)),
    Fault("the clock is past midnight", 1, clock_jumps(17 * 3600.0)),
    Fault("an older copy is put back", 0.5, put_back(told=True), restores=True),
    Fault("the card lied: an older ledger is there", 0.5, put_back(told=False), restores=True),
    Fault("an older copy is put back, and a kiosk is away", 0.5, put_back_while_away, restores=True),
    Fault("two machines have a store", 0.5, two_stores, restores=True),
    Fault("both kiosks are alone on one code", 2, both_alone_on_one_code),
    Fault("a kiosk has no power", 2, kiosk_dark),
    *(Fault(f"a kiosk goes dark {at}", 1, _kiosk_dark(at), waits=True) for at in DarkAt),
    Fault("a kiosk forgets a paper, and its doctor leaves", 0.5, paper_forgotten, waits=True, restores=True),
    Fault("a screen has no power", 5, screen_dark),
    Fault("a kiosk is away when the day ends", 0.5, away_when_the_day_ends, waits=True),
    Fault("the telephone is killed", 2, telephone_dies),
    Fault("the telephone is killed before it told of a text", 2, killed_before_it_told, waits=True),
    Fault("the modem is away", 1, modem_away),
    Fault("the modem is silent", 1, modem_silent),
    Fault("no paper", 4, paper_out),
    Fault("the printer is silent", 2, printer_silent),
    Fault("a kiosk's disk is full", 2, kiosk_disk_full),
    Fault("a button sticks", 3, button_sticks),
    Fault("a button chatters", 4, button_chatters),
)
