"""The broker, its cables and connections, without a wire: what mosquitto and TCP do, as far as it matters.

- A connection is two pipes. A pipe that is cut, or leads to a frozen broker, holds what is sent; when it heals within the
  keepalive everything arrives, late. After that both ends give the connection up and the device knocks again.
- A broker that freezes wakes up with all that its sockets held, the wills of the dead last. One that dies forgets what was
  retained and ends every connection.
- Requests and replies may also be lost, doubled or late by chance, which TCP alone would not do: a killed process and a full
  queue do. Snapshots keep their order; a snapshot that is lost is a connection that is lost.
- Beats are not sent one by one. Whoever does something hears the newest first that would have come: "the last beat before
  now" is all that a device keeps of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Final

from mqtt import codec
from mqtt.contract import Message, Reply, Request
from simulation.clock import Clock

if TYPE_CHECKING:
    from simulation.place import Place

NOTICED_AFTER_SECONDS: Final = (5.0, 10.0)
"""A dead connection is noticed by a device after one to two keepalives of 5 s."""
BROKER_NOTICES_AFTER_SECONDS: Final = 7.5
ONE_WAY_SECONDS: Final = (0.001, 0.006)


@dataclass(slots=True)
class Wire:
    """A device's cable. `up` leads to the broker. `bad`: the chances that a request or reply is lost, doubled, late."""

    up: bool = True
    down: bool = True
    bad: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message on its way. `path` is "board/hall-1"."""

    path: str
    message: Message | None  # None clears what is retained
    retained: bool


@dataclass(eq=False, slots=True)
class Connection:
    """One connection, as both ends hold it. `name` is what its will names."""

    place: "Place"
    name: str
    at_broker: bool = True
    at_device: bool = True
    held_up: list[Sent] = field(default_factory=list)
    held_down: list[tuple[Sent, bool]] = field(default_factory=list)


class Network:
    """The broker, the wires, and what is retained."""

    def __init__(self, clock: Clock, chance: Random, site: str) -> None:
        self.clock, self.chance, self.site = clock, chance, site
        self.running, self.frozen = True, False
        self.wires: dict[str, Wire] = {}
        self.connections: list[Connection] = []
        self.retained: dict[str, Message] = {}
        self.beat: Callable[[], Message] | None = None
        """Makes the store's beat of now, while it is connected."""
        self.beats_from: Place | None = None
        self.watch: Callable[[str, Message, bytes], None] = lambda _path, _message, _payload: None
        """Told of each message that the broker takes in, with its bytes."""
        self.counted = {"lost": 0, "doubled": 0, "late": 0, "messages": 0}
        self._serial = 0
        self._keep_seconds: float | None = None

    def wire(self, device: str) -> Wire:
        """The device's cable."""
        wire = self.wires.get(device)
        if wire is None:
            wire = self.wires[device] = Wire()
        return wire

    # ------------------------------------------------------------------------------------ faults

    def cut(self, device: str, *, up: bool = True, down: bool = True) -> None:
        """Cut a cable, in one direction or both."""
        self.catch_up()
        wire = self.wire(device)
        wire.up, wire.down = wire.up and not up, wire.down and not down
        for connection in [one for one in self.connections if one.place.device == device]:
            self._will_be_noticed(connection)
        self.beats_may_have_stopped()

    def heal(self, device: str) -> None:
        """The cable is whole; what its pipes held arrives."""
        wire = self.wire(device)
        wire.up = wire.down = True
        for connection in [one for one in self.connections if one.place.device == device]:
            self._flush(connection)

    def freeze(self) -> None:
        """The broker's process is stopped."""
        self.catch_up()
        self.frozen = True
        for connection in list(self.connections):
            self._will_be_noticed(connection)
        self.beats_may_have_stopped()

    def thaw(self) -> None:
        """It goes on: first what its sockets hold, then it finds who has gone."""
        self.frozen = False
        for connection in list(self.connections):
            self._flush(connection)
        for connection in [one for one in self.connections if not one.at_device]:
            self._end_at_broker(connection)

    def die(self) -> None:
        """The broker's process is killed: every connection ends, nothing is kept."""
        self.catch_up()
        self.running, self.frozen = False, False
        self.retained.clear()
        for connection in list(self.connections):
            self.connections.remove(connection)
            connection.at_broker = False
            connection.place.lost(connection, "reset by the broker")

    def restart(self) -> None:
        """A new broker, which knows nothing."""
        self.running = True

    def keep_one_request(self, seconds: float) -> None:
        """The next request comes twice: now, and long after everybody has forgotten it."""
        self._keep_seconds = seconds

    # ------------------------------------------------------------------------------- connections

    def knock(self, place: "Place") -> Connection | None:
        """A new connection, or None: nobody answers."""
        wire = self.wire(place.device)
        if not self.running or self.frozen or not (wire.up and wire.down):
            return None
        self.catch_up()
        for older in [one for one in self.connections if one.place.device == place.device]:
            self._end_at_broker(older)  # the same client id: the broker ends the older one
        self._serial += 1
        connection = Connection(place, f"{place.device}-{self._serial}")
        self.connections.append(connection)
        return connection

    def subscribed(self, connection: Connection) -> None:
        """What is retained of what the place follows."""
        for path, message in list(self.retained.items()):
            if connection.place.follows(path):
                self._to(connection, Sent(path, message, retained=True), live=False)
        connection.place.retained_told(connection)

    def hang_up(self, connection: Connection, *, goodbye: bool = False) -> None:
        """The device's end is closed. The broker hears of it at once where it can."""
        connection.at_device = False
        if connection.at_broker and self.running and not self.frozen and self.wire(connection.place.device).up:
            if goodbye:
                connection.place.will = None
            self._end_at_broker(connection)

    def _end_at_broker(self, connection: Connection) -> None:
        if not connection.at_broker:
            return
        connection.at_broker = False
        self.connections.remove(connection)
        if connection.at_device:
            connection.place.lost(connection, "ended by the broker")
        if connection.place.will is not None:
            path, message = connection.place.will(connection.name)
            self._publish(Sent(path, message, retained=True))

    def _will_be_noticed(self, connection: Connection) -> None:
        """Neither end hears the other any more; unless that heals, both find out."""
        self.clock.after(self.chance.uniform(*NOTICED_AFTER_SECONDS), lambda: self._device_finds_out(connection))
        self.clock.after(BROKER_NOTICES_AFTER_SECONDS, lambda: self._broker_finds_out(connection))

    def _device_finds_out(self, connection: Connection) -> None:
        wire = self.wire(connection.place.device)
        if connection.at_device and (self.frozen or not (wire.up and wire.down)):
            self.hang_up(connection)
            connection.place.lost(connection, "no answer to a ping")

    def _broker_finds_out(self, connection: Connection) -> None:
        if connection.at_broker and not self.frozen and not self.wire(connection.place.device).up:
            self._end_at_broker(connection)

    # ---------------------------------------------------------------------------------- messages

    def send(self, connection: Connection, sent: Sent) -> None:
        """A device publishes."""
        wire = self.wire(connection.place.device)
        if self.frozen or not wire.up:
            connection.held_up.append(sent)
            return
        self._take_in(connection, sent)

    def _flush(self, connection: Connection) -> None:
        wire = self.wire(connection.place.device)
        if self.running and not self.frozen and wire.up and connection.at_broker:
            held, connection.held_up = connection.held_up, []
            for sent in held:
                self._take_in(connection, sent)
        if wire.down and connection.at_device and not self.frozen:
            waiting, connection.held_down = connection.held_down, []
            for sent, live in waiting:
                self._to(connection, sent, live=live)

    def _take_in(self, connection: Connection, sent: Sent) -> None:
        """The broker has it: to everybody who follows its topic."""
        if self._keep_seconds is not None and isinstance(sent.message, Request):
            self.clock.after(self._keep_seconds, lambda: self.comes_late(sent, connection.place))
            self._keep_seconds = None
        heard = self._publish(sent, connection.place)
        if not heard and isinstance(sent.message, Request):
            connection.place.nobody_hears(connection, sent.message.id)

    def comes_late(self, sent: Sent, sender: "Place") -> None:
        """What lay in a socket long after everybody had forgotten it."""
        self.counted["late"] += 1
        if self.running and not self.frozen:
            self._publish(sent, sender)

    def _publish(self, sent: Sent, sender: "Place | None" = None) -> int:
        self.counted["messages"] += 1
        name = codec.split(sent.path)[0]
        message = sent.message
        if message is not None:
            payload = codec.encode(message)
            self.watch(sent.path, message, payload)
            message = codec.decode(name, payload)
        if sent.retained:
            if message is None:
                self.retained.pop(sent.path, None)
            else:
                self.retained[sent.path] = message
        on_wire = Sent(sent.path, message, sent.retained)
        heard = 0
        for connection in list(self.connections):
            if connection.place.follows(sent.path):
                heard += 1
                for delay in self._fate(sender, connection.place, on_wire):
                    self._to(connection, on_wire, live=True, more=delay)
        return heard

    def _fate(self, sender: "Place | None", receiver: "Place", sent: Sent) -> Sequence[float]:
        """How often it arrives, each with how much later than usual (seconds)."""
        if not isinstance(sent.message, Request | Reply):
            return (0.0,)
        device = receiver.device if isinstance(sent.message, Reply) or sender is None else sender.device
        lost, doubled, late = self.wire(device).bad
        dice = self.chance.random()
        if dice < lost:
            self.counted["lost"] += 1
            return ()
        if dice < lost + doubled:
            self.counted["doubled"] += 1
            return (0.0, self.chance.uniform(0.0, 4.0))
        if dice < lost + doubled + late:
            self.counted["late"] += 1
            return (self.chance.uniform(0.3, 12.0),)
        return (0.0,)

    def _to(self, connection: Connection, sent: Sent, *, live: bool, more: float = 0.0) -> None:
        """On the way down to one subscriber."""
        if self.frozen or not self.wire(connection.place.device).down:
            connection.held_down.append((sent, live))
            return
        connection.place.arrives(connection, sent, live, self.chance.uniform(*ONE_WAY_SECONDS) + more)

    # ------------------------------------------------------------------------------------- beats

    def beats_reach(self, connection: Connection | None) -> bool:
        """Whether the store's beats come through to the device of this connection now."""
        source = self.beats_from
        if source is None or source.connection_ is None or connection is None or not self.running or self.frozen:
            return False
        return connection.at_broker and self.wire(source.device).up and self.wire(connection.place.device).down

    def beats_may_have_stopped(self) -> None:
        """Something about who hears whom is otherwise now."""
        for connection in list(self.connections):
            if connection.place.listener is not None:
                connection.place.listener.reconsider()

    def catch_up(self) -> None:
        """Before something changes about who hears whom: everybody has heard the last beat that came through."""
        for connection in list(self.connections):
            connection.place.hear_beat()
