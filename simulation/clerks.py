"""Clerks and doctors: they call, wait for who comes, serve, send away, transfer, pause, take back; and the staff behind them.

A clerk sees a screen and nothing else. What is pressed on a screen that is old is for the store to refuse.
"""

from random import Random
from typing import TYPE_CHECKING, Final

from display_device.counter.button import Button
from display_device.counter.counter import Desk
from mqtt.contract import (
    Book,
    ComeBack,
    ConfirmPriority,
    DropTicket,
    EndDay,
    Finish,
    GoOn,
    MakeUrgent,
    NotServed,
    Operation,
    PointState,
    PointStatus,
    Reopen,
    RepairDay,
    ResumeReception,
    SetLate,
    StopReception,
    Transfer,
    Want,
)
from simulation.clock import Life, Until
from simulation.displays import CounterBox
from simulation.patients import Patient

if TYPE_CHECKING:
    from simulation.world import World

SERVES_SECONDS: Final = {"counter": (25.0, 75.0), "room": (70.0, 170.0)}
ENDS_EARLY_AFTER_SECONDS: Final = 600.0
"""After reception has closed, where the manager does not wait until everybody goes home."""
WAITS_FOR_WHO_IS_CALLED: Final = (8.0, 22.0)


class House:
    """Who is in the house with which number, as people know it of each other."""

    def __init__(self) -> None:
        self.holders: dict[int, Patient] = {}
        self.reopened: set[int] = set()
        """Numbers that the staff sent back to their doctor."""

    def took(self, patient: Patient) -> None:
        """Somebody has a number."""
        if patient.number is not None:
            self.holders.setdefault(patient.number, patient)


def at_the_counter(world: "World", box: CounterBox) -> Life:
    """A clerk's morning at one point."""
    yield world.chance.uniform(0.0, 60.0)
    clerk = Clerk(world, box)
    while world.clock.now < world.home_time:
        desk = box.desk
        if desk is None or box.running is None:
            yield 5.0
            continue
        shown = desk.desks[0].shown
        if shown is None or desk.desks[0].lost(world.clock.now):
            if world.chance.random() < 0.1:  # some press on a screen that says that it is old
                clerk.press(Button.CALL_NEXT)
            yield world.chance.uniform(2.0, 5.0)
        elif shown.status is not PointStatus.OPEN:
            yield world.chance.uniform(5.0, 60.0)
            yield from clerk.presses(Button.CALL_NEXT)
        elif shown.current is not None:
            yield from clerk.receives(shown)
        elif shown.waiting:
            yield from clerk.presses(Button.CALL_NEXT)
        else:
            yield from clerk.idles()


class Clerk:
    """One clerk or doctor."""

    def __init__(self, world: "World", box: CounterBox) -> None:
        self._world, self._box = world, box
        self._chance: Random = world.chance
        self._seconds = SERVES_SECONDS[box.role]

    def press(self, which: Button, *, held: bool = False) -> None:
        """One push."""
        self._box.press(which, held=held, bounces=self._chance.choice((0, 0, 0, 1, 2, 4, 5)))

    def presses(self, which: Button, *, held: bool = False) -> Life:
        """Push, and wait for what the screen says."""
        self.press(which, held=held)
        if self._chance.random() < 0.04:  # a nervous finger
            yield self._chance.uniform(0.2, 0.6)
            self.press(which)
        yield from self._answered()

    def _answered(self) -> Life:
        until = self._world.clock.now + 4.5
        yield 1.5 if self._box.running is None else 0.3
        while self._box.running is not None and self._world.clock.now < until:
            desk: Desk = self._box.running.state
            if desk.desks[0].asked is None:
                break
            yield Until(self._box.running.changed, until - self._world.clock.now)
        yield 0.5

    def idles(self) -> Life:
        """Nobody waits: look again now and then."""
        yield self._chance.uniform(15.0, 45.0)

    def receives(self, shown: PointState) -> Life:
        """Somebody was called: do they come, and what becomes of them?"""
        current = shown.current
        if current is None:
            return
        yield self._chance.uniform(5.0, 15.0)
        patient = self._world.house.holders.get(current.number)
        if patient is None or patient.leaves_early:
            yield from self._nobody_comes(current.number)
            return
        yield self._chance.uniform(*self._seconds)
        yield from self._lets_go(current.number)

    def _nobody_comes(self, number: int) -> Life:
        yield self._chance.uniform(*WAITS_FOR_WHO_IS_CALLED)
        if self._chance.random() < 0.5:
            yield from self.presses(Button.CALL_NEXT, held=True)
            yield self._chance.uniform(*WAITS_FOR_WHO_IS_CALLED)
        if self._current() == number:
            yield from self.presses(Button.NO_SHOW)

    def _current(self) -> int | None:
        desk = self._box.desk
        shown = desk.desks[0].shown if desk is not None else None
        return shown.current.number if shown is not None and shown.current is not None else None

    def _lets_go(self, number: int) -> Life:
        """The visit is over, or goes on elsewhere."""
        if self._current() != number:
            return
        dice = self._chance.random()
        if dice < 0.04:
            yield from self.presses(Button.SEND_AWAY)
        elif dice < 0.07:
            self._box.key("point")
            yield from self._answered()
        elif dice < 0.10:
            yield from self._by_staff(Finish())
        elif dice < 0.13 and self._box.role == "counter":
            yield from self._by_staff(Transfer(stage="cashier", come_back=self._chance.random() < 0.5))
        elif dice < 0.14:
            yield from self._by_staff(NotServed(why="went home"))
        elif dice < 0.16:
            yield from self.presses(Button.CALL_NEXT)
            yield self._chance.uniform(0.5, 6.0)
            yield from self.presses(Button.NO_SHOW, held=True)  # takes it back
        elif dice < 0.18:
            yield from self._calls_by_number()
        elif dice < 0.195:
            self._box.key("slash")
            yield 1.0
            self._box.key("1")
            yield from self._answered()
        else:
            yield from self.presses(Button.CALL_NEXT)

    def _by_staff(self, act: object) -> Life:
        press = self._world.operator.press_of(self._box.device, act)
        if press is not None:
            yield from self._world.operator.asks(press)

    def _calls_by_number(self) -> Life:
        numbers = sorted(self._world.house.holders)
        if numbers:
            self._box.type_number(self._chance.choice(numbers))
            yield from self._answered()


def behind_the_counters(world: "World") -> Life:
    """The staff: urgent people, those who come back, late doctors, bookings at the desk."""
    chance, operator = world.chance, world.operator
    while world.clock.now < world.home_time:
        yield chance.uniform(60.0, 400.0)
        numbers = sorted(world.house.holders)
        if not numbers:
            continue
        number = chance.choice(numbers)
        wishes: tuple[Operation, ...] = (
            ComeBack(number=number),
            MakeUrgent(number=number, why="looks unwell"),
            ConfirmPriority(number=number, priority="elderly"),
            Reopen(number=number, why="results"),
            DropTicket(number=number, why="went home"),
            Book(department=12, doctor=0),
            SetLate(doctor=1, until=chance.choice((None, "09:30")) if 1 not in world.away else None),
        )
        (wish,) = chance.choices(wishes, weights=(6, 2, 2, 2, 1, 3, 1))
        if isinstance(wish, Reopen):
            world.house.reopened.add(number)
        yield from operator.asks(wish)


def those_who_return(world: "World") -> Life:
    """Who missed their call is back, and says so at reception."""
    chance = world.chance
    while world.clock.now < world.home_time:
        yield chance.uniform(30.0, 120.0)
        back = [one for one in world.house.holders.values() if one.leaves_early and one.returns]
        for patient in back[:3]:
            patient.leaves_early = False
            if patient.number is not None:
                yield from world.operator.asks(ComeBack(number=patient.number))


def the_manager(world: "World") -> Life:
    """Stops reception for a while on some days, and ends the day, whoever waits."""
    chance = world.chance
    if chance.random() < 0.2:
        yield chance.uniform(0.5, 2.0) * 3600
        yield from world.operator.asks(StopReception())
        yield chance.uniform(60.0, 300.0)
        yield from world.operator.asks(ResumeReception())
    ends_early = chance.random() < 0.3
    yield max(0.0, world.closing + ENDS_EARLY_AFTER_SECONDS - world.clock.now)
    if ends_early or world.away_at_the_end:
        for _ in range(20):
            yield from world.operator.asks(EndDay(outcome_for_waiting="sent home"))
            if world.operator.accepted:
                break
            yield 30.0


def the_last_one(world: "World") -> Life:
    """Ends the day that is still open when everybody goes home."""
    for _ in range(10):
        yield from world.operator.asks(EndDay(outcome_for_waiting="sent home"))
        if world.operator.settled:
            break
        yield 5.0


def somebody_says_go(world: "World") -> Life:
    """After a restore the kiosks settle; where that takes too long a person says «go», also where ranges are closed by it."""
    yield 120.0
    for close_ranges in (False, True):
        if world.store is not None and world.store.store.wants is Want.SETTLE_AGAIN:
            yield from world.operator.asks(GoOn(why="people wait", close_ranges=close_ranges))


def somebody_takes_the_time_back(world: "World") -> Life:
    """A ledger that was put back while the clock had leapt has a time to come, and no day opens: the pages say so, and whoever
    reads it there takes the time back, once the clock is right again."""
    for _ in range(4):
        yield 300.0
        if world.store is not None and world.wall.synchronised and world.store.now().behind:
            yield from world.operator.asks(RepairDay(service_day=0, why="the clock had leapt", confirm_clock=True))
            return
