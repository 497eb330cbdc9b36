"""The store at its broker: takes what waits in the inbox as one batch, commits it, sends the replies, then the snapshots.

Group commit: on a slow card the disk's flush is nearly all of a request's time, and one flush serves all that wait.
Replies leave first; then, when nobody else asks or after a twentieth of a second, the snapshots of what was touched; and a
fifth of a second later those that only say who waits. They are many, and whoever presses next must not wait for them.

Nothing is said on a new connection before the broker has told who said something there last: fence.py says why.
"""

import logging
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from booking_store.answering import Incoming
from booking_store.clock import Now
from booking_store.database import LedgerOutrankedError
from booking_store.fence import Fence
from booking_store.notices import Outgoing
from booking_store.store import BATCH_LIMIT, Store
from mqtt.contract import (
    BEAT_EVERY_SECONDS,
    DEVICE,
    REPLY,
    REQUEST,
    STORE,
    DeviceState,
    Refusal,
    Reply,
    Request,
    StoreBeat,
    Want,
)
from mqtt.session import Connected, Disconnected, Heard, LeftOver, Refused, RetainedRead, Session
from program.inbox import Inbox
from program.watchdog import notify
from rules.generations import ASKING_SECONDS

log = logging.getLogger(__name__)

FOLLOW: Final = ("store", "request/+", "device/+")
SWEEP: Final = ("board/+", "point/+", "sheet/+")
TICK_EVERY_SECONDS: Final = 1.0
SNAPSHOTS_WITHIN_SECONDS: Final = 0.05
QUEUES_AFTER_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Stop:
    """Asked to end."""

    why: str


def last_will(epoch: str, connection: str) -> tuple[str, StoreBeat]:
    """What the broker says when this connection ends badly: also of which epoch it was, for whoever came in its place."""
    return STORE.name, StoreBeat(up=False, connection=connection, epoch=epoch)


class Serving:
    """One store, one session, one thread: this one drives the network too."""

    def __init__(self, store: Store, session: Session, inbox: Inbox, now: Callable[[], Now]) -> None:
        """`now` reads the store's clock. The session follows FOLLOW and sweeps SWEEP."""
        self._store = store
        self._session = session
        self._inbox = inbox
        self._now = now
        self._beat_at = self._tick_at = 0.0
        self._unshown_since: float | None = None  # replies have left, their snapshots have not
        self._queues_at: float | None = None
        self._asking_until: float | None = None  # nobody is waited for longer; None: not connected yet
        self._wanted = Want.NOTHING  # as the last beat said
        self._lost_some = False  # a message was not taken: some screen may be behind
        self._fence = Fence(store.epoch)
        self._speaking = False  # on this connection; until then nothing is published, and no request heard
        self._left_over: list[LeftOver] = []  # topics that an earlier run may have left
        self._stopping = False

    def run(self) -> None:
        """Serve until a Stop. Raises LedgerError when the ledger is gone or another store's, LedgerOutrankedError when another
        machine's store has taken the clinic over."""
        notify("READY=1")
        while not self._stopping:
            batch = self._take_in(self._wait())
            if batch:
                self._send(self._store.handle_batch(batch, self._now()))
            self._keep_time()
            if not (batch and self._may_wait()):
                self._show()
        notify("STOPPING=1")

    def _wait(self) -> list[object]:
        """What came, at most a batch; empty when a deadline was reached."""
        until = min(self._beat_at, self._tick_at, self._asking_until or math.inf)
        if self._queues_at is not None:
            until = min(until, self._queues_at)
        if self._unshown_since is not None:
            until = 0.0
        waiting = self._inbox.drain(BATCH_LIMIT)
        if not waiting:
            self._session.turn(max(0.0, until - time.monotonic()), BATCH_LIMIT)
            waiting = self._inbox.drain(BATCH_LIMIT)
        return waiting

    def _take_in(self, events: Sequence[object]) -> list[Incoming]:
        """The requests among what came; all else is done at once."""
        batch: list[Incoming] = []
        for event in events:
            match event:
                case Heard(REQUEST.name, device, Request() as request, live=True) if self._speaking:
                    batch.append(Incoming(device, request))
                case Heard(DEVICE.name, device, DeviceState() as state):
                    self._store.hear_device(device, state, self._now())
                case Heard(STORE.name, _, StoreBeat() as beat):
                    self._heard_store(beat)
                case Refused() if self._speaking:
                    self._refuse(event)
                case Stop(why):
                    log.info("stopping: %s", why)
                    self._stopping = True
                case _:
                    self._connection_changed(event)
        return batch

    def _connection_changed(self, event: object) -> None:
        match event:
            case Connected(connection):
                log.info("connected as %s", connection)
                self._fence, self._speaking, self._left_over = self._fence.connected(), False, []
            case RetainedRead():
                self._fence = self._fence.read_all(time.monotonic())
                self._speak_if_possible()
            case LeftOver():
                self._left_over.append(event)
                self._clear_left_over()
            case Disconnected(why):
                log.warning("disconnected: %s", why)
                self._speaking = False
            case _:
                pass

    def _heard_store(self, beat: StoreBeat) -> None:
        """What a store said: this one itself, an earlier run of it, or another machine's."""
        before, self._fence = self._fence, self._fence.heard(beat, time.monotonic())
        if self._fence == before:
            return
        self._speaking = False
        if self._fence.lives:
            told = f"{beat.epoch} is the clinic's store now and outranks {self._store.epoch}, which ends here"
            raise LedgerOutrankedError(told, beat.epoch)
        log.warning("%s was here and outranks %s: silent until it is known whether it lives", beat.epoch, self._store.epoch)

    def _speak_if_possible(self) -> None:
        connection = self._session.connection
        if connection is not None and not self._speaking and self._fence.may_speak(time.monotonic()):
            self._speaking = True
            self._begin(connection)
            self._clear_left_over()

    def _clear_left_over(self) -> None:
        """Take back what an earlier run left and nobody owns any more."""
        if self._speaking:
            left_over, self._left_over = self._left_over, []
            for one in left_over:
                if not self._store.owns(one.topic, one.key):
                    self._session.clear(one.topic, one.key)

    def _begin(self, connection: str) -> None:
        """All that is retained, and the beat: whoever is answered knows then of which epoch the answer is."""
        if self._asking_until is None:
            self._asking_until = time.monotonic() + ASKING_SECONDS
        self._lost_some = False
        self._send(self._store.everything(self._now()))
        self._beat(connection)

    def _refuse(self, refused: Refused) -> None:
        """Say why to whoever sent what is no request, if its id could be read: nobody else would know what is answered."""
        if refused.topic == REQUEST.name and refused.request_id is not None:
            why = Refusal(reason=refused.reason, detail=refused.why)
            reply = Reply(id=refused.request_id, answer=why, epoch=self._store.epoch, sequence=self._store.sequence)
            self._session.publish(REPLY.name, refused.key, reply)

    def _may_wait(self) -> bool:
        """Whether the snapshots of this batch may wait for what else is asked: their boards are made once for both."""
        now = time.monotonic()
        if self._unshown_since is None:
            self._unshown_since = now
        return now - self._unshown_since < SNAPSHOTS_WITHIN_SECONDS

    def _show(self) -> None:
        """The snapshots of what was touched; the queues' when it is time."""
        self._unshown_since = None
        now = time.monotonic()
        queues = self._queues_at is not None and now >= self._queues_at
        self._send(self._store.snapshots(self._now(), queues=queues))
        if not self._store.queues_wait:
            self._queues_at = None
        elif self._queues_at is None:
            self._queues_at = now + QUEUES_AFTER_SECONDS

    def _keep_time(self) -> None:
        self._speak_if_possible()
        now = time.monotonic()
        if now >= self._tick_at:
            self._tick_at = now + TICK_EVERY_SECONDS
            self._store.tick(self._now())
            if self._lost_some and self._session.connection is not None:
                self._lost_some = False
                self._send(self._store.everything(self._now()))
        if self._asking_until is not None and now >= self._asking_until:
            self._asking_until = math.inf
            self._store.asked_long_enough()
        if now >= self._beat_at or self._store.wants is not self._wanted:
            self._beat(self._session.connection)

    def _beat(self, connection: str | None) -> None:
        self._beat_at = time.monotonic() + BEAT_EVERY_SECONDS
        self._wanted = self._store.wants
        notify("WATCHDOG=1")
        if connection is not None:
            self._send([self._store.beat(self._now(), connection)])

    def _send(self, messages: Iterable[Outgoing]) -> None:
        """Nothing is kept for a broker that is away or choked: everything is published anew when it takes messages again."""
        if not self._speaking:
            return
        for outgoing in messages:
            if outgoing.message is None:
                taken = self._session.clear(outgoing.topic, outgoing.key)
            else:
                taken = self._session.publish(outgoing.topic, outgoing.key, outgoing.message)
            self._lost_some = self._lost_some or not taken
        self._session.flush()
