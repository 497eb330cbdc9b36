"""A program's place at the broker: mqtt/session.py on the virtual clock, with the house's own rules of asking again."""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from mqtt import asking, codec
from mqtt.contract import (
    BEAT_EVERY_SECONDS,
    BY_NAME,
    REPLY,
    REQUEST,
    STORE,
    Message,
    Operation,
    Reply,
    Request,
    Seen,
    StoreBeat,
)
from mqtt.session import Answered, Cleared, Connected, Disconnected, GaveUp, Heard, LeftOver, RetainedRead, StoreAway
from simulation.clock import Timer
from simulation.network import ONE_WAY_SECONDS, Connection, Network, Sent

BACKOFF_SECONDS: Final = (1.0, 3.0)


class Listener(Protocol):
    """Who sits at a place: a run of a program."""

    def hear(self, event: object) -> None:
        """Something came; decide it now."""

    def hear_later(self, event: object, at: float) -> bool:
        """Whether this event may lie in the mailbox until the program looks, which nobody can tell from outside."""

    def reconsider(self) -> None:
        """Beats may have stopped: when is there something to do by itself?"""


class Place:
    """One program's."""

    def __init__(
        self,
        network: Network,
        device: str,
        boot: str,
        follow: Sequence[str],
        will: Callable[[str], tuple[str, Message]] | None = None,
        sweep: Sequence[str] = (),
    ) -> None:
        """`follow`: topics ("day", "board/+"); our own replies are always heard."""
        self.network, self.device, self.boot, self.will = network, device, boot, will
        self._exact = {codec.join(REPLY.name, device), *(path for path in follow if not path.endswith("+"))}
        self._any = {codec.split(path)[0] for path in follow if path.endswith("+")}
        self._sweep = {codec.split(path)[0] for path in sweep}
        self._follows: dict[str, bool] = {}
        self._beats = STORE.name in self._exact
        self.listener: Listener | None = None
        self.connection_: Connection | None = None
        self._asking = asking.Asking()
        self._timer: Timer | None = None
        self._order = 0.0
        self._beat_at = 0.0
        self._store_spoke_at = 0.0  # a beat that was sent by itself, as a store's first is

    @property
    def connection(self) -> str | None:
        """The name of the connection that stands."""
        return self.connection_.name if self.connection_ is not None else None

    @property
    def silent_seconds(self) -> float:
        """How long no beat has come through; at least so long where none can now."""
        return self.network.clock.now - max(self._beat_at, self._store_spoke_at)

    def start(self, listener: Listener) -> None:
        """Connect, and come back until `leave`."""
        self.listener = listener
        self._knock()

    def leave(self) -> None:
        """The process is gone: its sockets are closed by the kernel, its will is the broker's to tell."""
        self.listener = None
        connection, self.connection_ = self.connection_, None
        if self._timer is not None:
            self._timer.cancel()
        if connection is not None:
            self.network.hang_up(connection)

    def follows(self, path: str) -> bool:
        """Whether it hears this topic."""
        try:
            return self._follows[path]
        except KeyError:
            name = codec.split(path)[0]
            follows = self._follows[path] = path in self._exact or name in self._any or name in self._sweep
            return follows

    # ------------------------------------------------------------------- what the program may do

    def ask(self, request_id: str, operation: Operation, *, give_up_seconds: float | None, seen: Seen | None) -> None:
        """Ask the store again and again until an Answered or a GaveUp comes."""
        request = Request(id=request_id, operation=operation, boot=self.boot, seen=seen)
        self._asking = asking.asked(self._asking, request, self.network.clock.now, give_up_seconds)
        self._tick()

    def asked_long_ago(self, request_id: str, operation: Operation, *, seen: Seen | None) -> None:
        """What a run of the program asked that is over comes now."""
        request = Request(id=request_id, operation=operation, boot=self.boot, seen=seen)
        self.network.comes_late(Sent(codec.join(REQUEST.name, self.device), request, retained=False), self)

    def give_up(self, request_id: str) -> None:
        """Stop asking."""
        self._asking = asking.ended(self._asking, request_id)

    def publish(self, topic: str, key: str, message: Message) -> bool:
        """Publish as the contract says. False: not connected."""
        if self.connection_ is None:
            return False
        self.network.send(self.connection_, Sent(codec.join(topic, key), message, BY_NAME[topic].retained))
        return True

    def clear(self, topic: str, key: str) -> bool:
        """Take back what is retained. False: not connected."""
        if self.connection_ is None:
            return False
        self.network.send(self.connection_, Sent(codec.join(topic, key), None, retained=True))
        return True

    # ------------------------------------------------------------------------ what happens to it

    def lost(self, connection: Connection, why: str) -> None:
        """The connection is over."""
        connection.at_device = False
        if self.connection_ is not connection:
            return
        self.connection_ = None
        self._asking = asking.disconnected(self._asking)
        self._hear(Disconnected(why))
        self._knock_later()

    def arrives(self, connection: Connection, sent: Sent, live: bool, delay: float) -> None:
        """A message reaches the device after `delay` seconds; snapshots never overtake each other."""
        clock = self.network.clock
        at = clock.now + delay
        if not isinstance(sent.message, Request | Reply):
            at = self._order = max(at, self._order + 1e-6)
        event = self._event_of(sent, live=live)
        if event is None or self.listener is None:
            return
        if self.listener.hear_later(event, at):
            return
        listener = self.listener
        clock.at(at, lambda: self._delivered(connection, listener, event))

    def retained_told(self, connection: Connection) -> None:
        """After all that the broker retained (only for who sweeps)."""
        if not self._sweep:
            return
        at = self._order = max(self.network.clock.now + ONE_WAY_SECONDS[1], self._order + 1e-6)
        listener = self.listener
        if listener is not None:
            self.network.clock.at(at, lambda: self._delivered(connection, listener, RetainedRead()))

    def hear_beat(self, *, older_than_seconds: float = 0.0) -> None:
        """The newest beat that has come through by now, if there was one since the last. A screen whose last beat is younger
        than `older_than_seconds` can do without."""
        now = self.network.clock.now
        if now - now % BEAT_EVERY_SECONDS <= self._beat_at + older_than_seconds or not self._beats or self._sweep:
            return
        if self.listener is not None and self.network.beat is not None and self.network.beats_reach(self.connection_):
            self._beat_at = now
            self.listener.hear(Heard(STORE.name, "", self.network.beat(), live=True))

    def nobody_hears(self, connection: Connection, request_id: str) -> None:
        """The broker says that nobody listens for requests."""
        if connection is self.connection_ and self._asking.waits_for(request_id):
            self._hear(StoreAway(request_id))

    def _delivered(self, connection: Connection, listener: Listener, event: object) -> None:
        if listener is not self.listener or connection is not self.connection_:
            return
        if isinstance(event, Heard) and event.live and isinstance(event.message, StoreBeat) and event.message.up:
            self._store_spoke_at = self.network.clock.now
        if isinstance(event, Answered):
            if not self._asking.waits_for(event.reply.id):
                return
            self._asking = asking.ended(self._asking, event.reply.id)
        listener.hear(event)

    def _event_of(self, sent: Sent, *, live: bool) -> object | None:
        name, key = codec.split(sent.path)
        if name in self._sweep:
            return None if live else LeftOver(name, key)
        if sent.message is None:
            return Cleared(name, key)
        if isinstance(sent.message, Reply):
            return Answered(sent.message)
        return Heard(name, key, sent.message, live=live)

    def _hear(self, event: object) -> None:
        if self.listener is not None:
            self.listener.hear(event)

    def _knock_later(self) -> None:
        seconds = self.network.chance.uniform(*BACKOFF_SECONDS)
        self.network.clock.after(seconds, self._knock)

    def _knock(self) -> None:
        if self.listener is None or self.connection_ is not None:
            return
        connection = self.network.knock(self)
        if connection is None:
            self._knock_later()
            return
        self.connection_ = connection
        self._beat_at = self.network.clock.now
        self._asking = asking.connected(self._asking, self.network.clock.now)
        self._hear(Connected(connection.name))
        self.network.subscribed(connection)
        self._tick()
        self.network.clock.after(BEAT_EVERY_SECONDS, lambda: self.hear_beat())  # noqa: PLW0108  its own default

    def _tick(self) -> None:
        now = self.network.clock.now
        self._asking, requests, given_up = asking.due(self._asking, now)
        for request in requests:
            self.publish(REQUEST.name, self.device, request)
        for request_id in given_up:
            self._asking = asking.ended(self._asking, request_id)
            self._hear(GaveUp(request_id))
        if self._timer is not None:
            self._timer.cancel()
        due = self._asking.deadline()
        self._timer = None if due is None else self.network.clock.at(due, self._tick)
