"""The booking store as a process in the world: booking_store/serving.py on the virtual clock, which can be killed between
any two of its steps."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import StrEnum
from functools import partial
from random import Random
from typing import Final

import msgspec

from booking_store.answering import Incoming
from booking_store.clock import Clock as StoreClock
from booking_store.clock import Now
from booking_store.digests import Digests
from booking_store.fence import Fence
from booking_store.notices import Outgoing
from booking_store.serving import FOLLOW, SWEEP, last_will
from booking_store.store import BATCH_LIMIT, Store
from mqtt.contract import (
    BEAT_EVERY_SECONDS,
    DEVICE,
    REQUEST,
    SETTLE_OR_CALLABLE_AFTER_SECONDS,
    STORE,
    DeviceState,
    Message,
    Operation,
    Reply,
    Request,
    StoreBeat,
    TicketGiven,
    Want,
)
from mqtt.session import Connected, Disconnected, Heard, LeftOver, RetainedRead
from rules.generations import ASKING_SECONDS
from simulation.clock import Clock, Timer
from simulation.disk import DiedError, Disk
from simulation.network import Network
from simulation.place import Place

SCRYPT_COST: Final = 2
"""The cheapest there is: nobody guesses codes here."""
WORK_SECONDS: Final = (0.002, 0.020)
"""From a request in the inbox to its commit on a card."""
QUEUES_AFTER_SECONDS: Final = 6.0
"""A store shows who waits a fifth of a second after a change; here so many changes share one showing."""
LOOKS_EVERY_SECONDS: Final = 60.0
"""A store looks at its clock every second; here when something may be due, and at each full minute, which hours begin at."""
TRIES_AGAIN_SECONDS: Final = 1.0
"""What was due and could not be written is due at the next look."""
CALLABLE_BY_THEN_SECONDS: Final = SETTLE_OR_CALLABLE_AFTER_SECONDS + 1.0


class DiesAt(StrEnum):
    """Between which two steps the store is killed."""

    BEFORE_COMMIT = "before the commit"
    AFTER_COMMIT = "after the commit, before the replies"
    AFTER_REPLIES = "after the replies, before the snapshots"


def _nobody_is_told() -> None:
    """Until somebody wants to know."""


class WallClock:
    """What the store's machine says the time is. `off_seconds`: how wrong it is."""

    def __init__(self, clock: Clock, starts_ms: int) -> None:
        self._clock, self._starts_ms = clock, starts_ms
        self.off_seconds = 0.0
        self.synchronised = True

    def true_ms(self) -> int:
        """The time that it is."""
        return self._starts_ms + int(self._clock.now * 1000)

    def seconds(self) -> float:
        """The time that the machine says, in seconds since 1970."""
        return self.true_ms() / 1000 + self.off_seconds


class StoreProcess:
    """One run of the store."""

    def __init__(self, network: Network, disk: Disk, wall: WallClock, chance: Random) -> None:
        """Raises LedgerError where the ledger cannot be opened."""
        self._network, self._clock, self._disk, self._wall, self._chance = network, network.clock, disk, wall, chance
        self._ledger = disk.open(int(wall.seconds() * 1000))
        self._time = StoreClock(self._ledger.last_commit_ms)
        self._digests = Digests(cost=SCRYPT_COST, randomness=Random(chance.random()))
        self.store = Store(self._ledger, network.site, Random(chance.random()), self._digests)
        will = partial(last_will, self.store.epoch)
        self.place = Place(network, "store", f"{chance.getrandbits(64):016x}", FOLLOW, will, SWEEP)
        self._fence = Fence(self.store.epoch)
        self._speaking = False
        self._left_over: list[LeftOver] = []
        self._asking_until: float | None = None
        self._wanted = Want.NOTHING
        self.alive = True
        self.dies_at: DiesAt | None = None
        self.dies_of: type[Operation] | None = None
        """Only in a batch in which somebody asks for such an operation."""
        self.died: Callable[[], None] = _nobody_is_told
        """Told when `dies_at` was reached."""
        self.shown: Callable[[], None] = _nobody_is_told
        """Told when every screen of a commit was published."""
        self.stalls_until = 0.0
        self._dying = False
        self._beat: tuple[tuple[int, int], StoreBeat] | None = None
        self._gave_at = -CALLABLE_BY_THEN_SECONDS
        self._inbox: list[Incoming] = []
        self._work: Timer | None = None
        self._show: Timer | None = None
        self._looks: Timer | None = None

    def start(self) -> None:
        """Connect and serve."""
        self.place.start(self)
        self._look()

    def kill(self) -> None:
        """kill -9, or the power is gone: what was committed is on the disk."""
        if not self.alive:
            return
        self._network.catch_up()
        self.alive = False
        for timer in (self._work, self._show, self._looks):
            if timer is not None:
                timer.cancel()
        self._silent()
        self.place.leave()
        self._disk.after_death()
        self._ledger.close()

    def now(self) -> Now:
        """The store's time."""
        read = self._time.read(self._wall.seconds(), self._clock.now, synchronised=self._wall.synchronised)
        return replace(read, disk_full=True) if self._disk.nearly_full else read

    # ----------------------------------------------------------------------------- what it hears

    def hear_later(self, event: object, at: float) -> bool:
        """Nothing waits here."""
        return False

    def hear(self, event: object) -> None:
        """A message, or news of the connection."""
        if not self.alive:
            return
        match event:
            case Heard(REQUEST.name, device, Request() as request, live=True) if self._speaking:
                self._inbox.append(Incoming(device, request))
                self._work_soon()
            case Heard(DEVICE.name, device, DeviceState() as state):
                self.store.hear_device(device, state, self.now())
                self._show_now()
                self._beat_if_wanted()
            case Heard(STORE.name, _, StoreBeat() as beat):
                self._fence = self._fence.heard(beat, self._clock.now)
                if self._fence.lives:
                    self.kill()
            case Connected():
                self._fence, self._left_over = self._fence.connected(), []
                self._silent()
            case Disconnected():
                self._silent()
            case RetainedRead():
                self._fence = self._fence.read_all(self._clock.now)
                self._speak_if_possible()
            case LeftOver():
                self._left_over.append(event)

    def reconsider(self) -> None:
        """The store sends beats, and waits for none."""

    def _silent(self) -> None:
        self._speaking = False
        if self._network.beats_from is self.place:
            self._network.beats_from = None
            self._network.beats_may_have_stopped()

    def _speak_if_possible(self) -> None:
        """Everything is published, unless another store outranks this one."""
        connection = self.place.connection
        if not self.alive or self._speaking or connection is None:
            return
        if not self._fence.may_speak(self._clock.now):
            self._clock.after(1.0, self._speak_if_possible)
            return
        self._speaking = True
        if self._asking_until is None:
            self._asking_until = self._clock.now + ASKING_SECONDS
            self._clock.after(ASKING_SECONDS, self._asked_long_enough)
        self._send(self.store.everything(self.now()))
        self._digests.make_wanted()
        self._network.beats_from, self._network.beat = self.place, self.beat
        self._beat_now()
        for one in self._left_over:
            if not self.store.owns(one.topic, one.key):
                self.place.clear(one.topic, one.key)

    def _asked_long_enough(self) -> None:
        if self.alive:
            self.store.asked_long_enough()
            self._beat_if_wanted()

    def _beat_if_wanted(self) -> None:
        """What the store wants of the kiosks is told at once when it changes."""
        if self._speaking and self.store.wants is not self._wanted:
            self._beat_now()

    def _beat_now(self) -> None:
        self._wanted = self.store.wants
        self._beat = None
        self._send([Outgoing(STORE.name, "", self.beat())])

    def beat(self) -> Message:
        """The sign of life of this moment."""
        slot = (int(self._clock.now // BEAT_EVERY_SECONDS), self.store.sequence)
        if self._beat is None or (slot != self._beat[0] and not self._dying):
            message = self.store.beat(self.now(), self.place.connection or "").message
            if not isinstance(message, StoreBeat):
                raise TypeError("a beat is a StoreBeat")
            self._beat = (slot, message)
        return msgspec.structs.replace(self._beat[1], wall_ms=self.now().ms)

    # ------------------------------------------------------------------------------ what it does

    def _work_soon(self) -> None:
        if self._work is None:
            seconds = self._chance.uniform(*WORK_SECONDS)
            self._work = self._clock.at(max(self._clock.now + seconds, self.stalls_until), self._handle)

    def _handle(self) -> None:
        """One batch: decide, commit, reply, show."""
        self._work = None
        batch, self._inbox = self._inbox[:BATCH_LIMIT], self._inbox[BATCH_LIMIT:]
        dies_at = self.dies_at if self._kills(batch) else None
        self._disk.die_at_commit = dies_at is DiesAt.BEFORE_COMMIT
        try:
            replies = self.store.handle_batch(batch, self.now())
        except DiedError:
            self._dies()
            return
        finally:
            self._disk.die_at_commit = False  # who only asked what is so made no commit: the next batch, then
        if dies_at is DiesAt.AFTER_COMMIT:
            self._dies()
            return
        self._send(replies)
        if dies_at is DiesAt.AFTER_REPLIES:
            self._dies()
            return
        if self._inbox:
            self._work_soon()
        self._show_now()
        self._beat_if_wanted()
        if any(isinstance(one.message, Reply) and isinstance(one.message.answer, TicketGiven) for one in replies):
            self._gave_at = self._clock.now
            self._look_at(self._gave_at + CALLABLE_BY_THEN_SECONDS)

    def _kills(self, batch: Iterable[Incoming]) -> bool:
        """Whether this is the batch in which it dies."""
        return self.dies_of is None or any(isinstance(one.request.operation, self.dies_of) for one in batch)

    def _dies(self) -> None:
        self._dying = True
        self.kill()
        self.died()

    def _show_now(self) -> None:
        """The snapshots of what was touched; those that only say who waits a little later."""
        self._send(self.store.snapshots(self.now(), queues=False))
        if self.store.queues_wait and self._show is None:
            self._show = self._clock.after(QUEUES_AFTER_SECONDS, self._show_queues)
        self.shown()

    def _show_queues(self) -> None:
        if self._show is not None:
            self._show.cancel()
        self._show = None
        self._send(self.store.snapshots(self.now(), queues=True))
        self._digests.make_wanted()

    def _look(self) -> None:
        """What time brings."""
        self._looks = None
        self.store.tick(self.now())
        self._show_now()
        self._beat_if_wanted()
        now, soon = self._clock.now, self._gave_at + CALLABLE_BY_THEN_SECONDS
        if self._disk.full:
            self._look_at(now + TRIES_AGAIN_SECONDS)
        else:
            self._look_at(soon if soon > now else now + LOOKS_EVERY_SECONDS - now % LOOKS_EVERY_SECONDS)

    def _look_at(self, moment: float) -> None:
        if self._looks is None or self._looks.act is None or self._looks.at > moment:
            if self._looks is not None:
                self._looks.cancel()
            self._looks = self._clock.at(moment, self._look)

    def _send(self, messages: Iterable[Outgoing]) -> None:
        for outgoing in messages:
            if not self._speaking:
                continue
            if outgoing.message is None:
                self.place.clear(outgoing.topic, outgoing.key)
            else:
                self.place.publish(outgoing.topic, outgoing.key, outgoing.message)
