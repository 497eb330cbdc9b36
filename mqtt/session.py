"""A program's place at the broker: stay connected, ask until answered, follow retained state, publish.

How it keeps its promises:

- One thread owns the network: a new Link for each connection, again and again for ever, whatever raises. It decides
  nothing: all it does is put events into the program's inbox. A device has a thread for it (`start`), since its own must
  keep a screen alive; the store, which waits for nothing but the network, calls `turn` itself, and spares each request
  two changes of thread.
- Nothing is sent while down. Requests are asked again until answered (asking.py); everything else is state, which its
  owner publishes anew at Connected.
- SUBSCRIBE is the first packet after CONNACK and a broker reads a connection in order, so the reply to a request that
  is sent at Connected finds its subscription standing.
- A retained message that finds the inbox full ends the connection: the next one brings all of them again.
- What lay on the wire while nobody looked (a frozen process) is no news: presses that were given up, calls of long ago.
  Such a connection is dropped unread; the next one brings what is so now, and who still wants an answer asks again.
"""

import logging
import random
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from mqtt import asking, codec
from mqtt.contract import BY_NAME, REPLY, REPLY_WAIT_SECONDS, REQUEST, Message, Operation, Reason, Reply, Request, Seen
from mqtt.link import Arrival, Arrived, Delivered, Ended, Joined, Link, Subscribed
from program.inbox import Inbox
from program.seldom import Seldom
from program.settings import Broker

log = logging.getLogger(__name__)

BACKOFF_SECONDS: Final = (1.0, 3.0)
"""Between two attempts to connect, drawn anew each time, so that a hall of devices does not knock in step."""
SLEPT_SECONDS: Final = REPLY_WAIT_SECONDS
"""Who asked longer ago than this has given up, or asks again."""
SLEPT: Final = Ended("nobody looked at it for too long to believe what lies there")
TURN_SECONDS: Final = 0.25
"""How long the network thread waits when nothing happens, and `stop` for it."""
REFUSED_LINE_EVERY_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Connected:
    """The broker took us in, and hears what we follow before anything that we publish from now on."""

    connection: str


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The broker is away, froze, or turned us out; `why` is for the log. Follows a Connected."""

    why: str


@dataclass(frozen=True, slots=True)
class RetainedRead:
    """What the broker retained on the topics that we follow was told (only for who has a `sweep`). Follows a Connected."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of the contract. `live` is False for what the broker had retained. `key` is the topic's last part
    (device, zone or point id), empty for topics without one."""

    topic: str  # a Topic's name: "board"
    key: str
    message: Message
    live: bool


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was retained on this topic is gone: its zone or point is no longer in the site file."""

    topic: str
    key: str


@dataclass(frozen=True, slots=True)
class LeftOver:
    """An earlier run left this topic retained (only for `sweep`). Who does not own it any more calls Session.clear."""

    topic: str
    key: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The store's reply to a request of ours."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class GaveUp:
    """No answer to request `id` before its deadline; it is not asked any more."""

    id: str


@dataclass(frozen=True, slots=True)
class StoreAway:
    """The broker says that nobody listens for requests: tell the user at once. Request `id` is still asked."""

    id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A message came that does not fit the contract; counted, and nothing else happens. The store answers it where the id of
    a request could be read."""

    topic: str
    why: str
    key: str = ""
    reason: Reason = Reason.MALFORMED
    request_id: str | None = None


class Session:
    """One program's place at the broker. Every method may be called from the deciding thread only and never waits,
    save `stop`. Give it to the Loop as `timed`."""

    def __init__(
        self,
        broker: Broker,
        *,
        site: str,
        device: str,
        inbox: Inbox,
        follow: Sequence[str],
        will: Callable[[str], tuple[str, Message]] | None = None,
        sweep: Sequence[str] = (),
    ) -> None:
        """`follow`: topics below the site's prefix ("day", "board/hall-1", "device/+"), besides our own replies, which are
        always heard. `will(connection)` gives the topic and the message that the broker publishes, retained, when this
        connection ends badly; `stop` publishes it as well. The network thread calls it, so it only makes a message.
        `sweep`: topics of our own ("board/+") whose retained messages are told as LeftOver at each connect."""
        self.broker = broker
        self.why_away = ""
        """Why the last connection ended or could not be made, in words for people."""
        self._prefix = codec.prefix(site)
        self._device = device
        self._inbox = inbox
        self._follow = (codec.join(REPLY.name, device), *follow)
        self._will = will
        self._sweep = tuple(sweep)
        self._swept_names = {codec.split(path)[0] for path in sweep}
        self._sweeping = 0  # the message id of the newest subscription to `sweep`
        self._thread = threading.Thread(target=self._stay_connected, name="mqtt", daemon=True)
        self._stopping = threading.Event()
        self._line: Link | None = None  # the connection that is made or stands
        self._link: Link | None = None  # the same, while the broker has us
        self._knock_at = 0.0  # not before this (monotonic) is the next connection tried
        self._looked_at = 0.0  # when (monotonic) the wire was last looked at
        self._lock = threading.Lock()  # guards the two below, which both threads change
        self._asking = asking.Asking()
        self._sent: dict[int, str] = {}  # paho's message id of a request's last sending -> request id
        self.boot = secrets.token_hex(8)
        """Names this run of the program, in each request."""
        self.refused = 0
        """Messages that did not fit the contract, since the start."""
        self._told = Seldom(REFUSED_LINE_EVERY_SECONDS)
        self.failures = 0
        """Messages whose reading raised, since the start: bugs, each of them."""

    def start(self) -> None:
        """Begin a thread that connects, and comes back for ever, with backoff 1 to 3 s."""
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye (the will is published by us) and leave the network. Waits a second at most."""
        link = self._link
        if link is not None and self._will is not None:
            self._publish(link, *self._will(link.connection))
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=1.0)
        else:
            self._hang_up()
        if self.refused:
            log.warning("%d messages did not fit the contract", self.refused)

    @property
    def connection(self) -> str | None:
        """The name of the connection that stands; None while there is none."""
        link = self._link
        return None if link is None else link.connection

    def ask(
        self,
        request_id: str,
        operation: Operation,
        *,
        give_up_seconds: float | None,
        seen: Seen | None,
        by: str | None = None,
    ) -> None:
        """Ask the store, again every ASK_AGAIN_SECONDS, until an Answered or, past `give_up_seconds`, a GaveUp comes.
        Raises codec.UnfitError when the request is larger than the store reads."""
        request = Request(id=request_id, operation=operation, boot=self.boot, seen=seen, by=by)
        codec.encode(request)
        now = time.monotonic()
        with self._lock:
            self._asking = asking.asked(self._asking, request, now, give_up_seconds)
        self.tick(now)

    def give_up(self, request_id: str) -> None:
        """Stop asking; no GaveUp follows."""
        with self._lock:
            self._asking = asking.ended(self._asking, request_id)

    def publish(self, topic: str, key: str, message: Message) -> bool:
        """Publish a message as the contract says. False: not connected; nothing is kept for later."""
        link = self._link
        return link is not None and self._publish(link, codec.join(topic, key), message) is not None

    def clear(self, topic: str, key: str) -> bool:
        """Take back what is retained on a topic. False: not connected."""
        link = self._link
        return link is not None and link.send(self._prefix + codec.join(topic, key), b"", retained=True) is not None

    def flush(self) -> None:
        """Let what was published leave now, not with the next `turn`. Only for who calls `turn`."""
        if self._line is not None:
            self._line.flush()

    def tick(self, now: float) -> None:
        """Ask again what is due (monotonic seconds)."""
        with self._lock:
            self._asking, requests, given_up = asking.due(self._asking, now)
            for request in requests:
                link = self._link
                sent = None if link is None else self._publish(link, codec.join(REQUEST.name, self._device), request)
                if sent is not None:
                    self._sent[sent] = request.id
            for request_id in given_up:
                if self._inbox.put(GaveUp(request_id)):
                    self._asking = asking.ended(self._asking, request_id)

    def next_deadline(self) -> float | None:
        """When `tick` has something to do."""
        with self._lock:
            return self._asking.deadline()

    def _publish(self, link: Link, path: str, message: Message) -> int | None:
        """paho's message id, or None when it could not be sent."""
        topic = BY_NAME[codec.split(path)[0]]
        try:
            payload = codec.encode(message)
        except codec.UnfitError as unfit:
            log.error("not published on %s: %s", path, unfit)  # noqa: TRY400  its one line says all
            return None
        return link.send(self._prefix + path, payload, retained=topic.retained, expiry_seconds=topic.expiry_seconds)

    # What follows runs in the thread that owns the network.

    def turn(self, seconds: float, together: int = 1) -> None:
        """One step: connect if that is due, write what is queued, read what has come (about `together` messages), or wait
        `seconds` for it at the most. To be called for ever by a program that does not `start` a thread for it. While it
        connects it waits as TCP does."""
        pause = self._knock_at - time.monotonic()
        if self._line is None and pause > 0:
            self._stopping.wait(min(pause, seconds))
            return
        ended = self._step(seconds, together)
        if ended is not None:
            self._lose(ended)

    def _stay_connected(self) -> None:
        while not self._stopping.is_set():
            self.turn(TURN_SECONDS)
        self._hang_up()

    def _step(self, seconds: float, together: int) -> Ended | None:
        """How the connection ended, or could not be made; None while it stands."""
        try:
            if self._line is None:
                self._line = self._knock()
                self._looked_at = time.monotonic()
            arrivals = self._line.turn(seconds, together)
            looked_at, self._looked_at = self._looked_at, time.monotonic()
            if self._looked_at - looked_at > seconds + SLEPT_SECONDS:
                return SLEPT
            for arrival in arrivals:
                ended = self._take_in(self._line, arrival)
                if ended is not None:
                    return ended
        except Exception as problem:  # noqa: BLE001  whatever paho, TLS or a file raises, we come back
            return Ended(f"{type(problem).__name__}: {problem}")
        return None

    def _knock(self) -> Link:
        link = Link(self.broker, self._device)
        if self._will is not None:
            path, message = self._will(link.connection)
            link.set_will(self._prefix + path, codec.encode(message))
        link.connect()
        return link

    def _lose(self, ended: Ended) -> None:
        """Note that there is no connection, and when to try the next."""
        why = ended.why
        self._hang_up()
        was_connected, self._link = self._link is not None, None
        with self._lock:
            self._asking = asking.disconnected(self._asking)
            self._sent.clear()
        if was_connected:
            self._inbox.put(Disconnected(why))
        if was_connected or why != self.why_away:
            log.warning("not connected to %s:%s: %s", self.broker.host, self.broker.port, why)
        self.why_away = why
        backoff = 0.0 if ended is SLEPT else random.uniform(*BACKOFF_SECONDS)  # noqa: S311  jitter, not a secret
        self._knock_at = time.monotonic() + backoff

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(Exception):  # it is over either way
                line.close()

    def _take_in(self, link: Link, arrival: Arrival) -> Ended | None:
        """Turn what arrived into events. Ended: this connection is to end, or has."""
        match arrival:
            case Joined():
                return self._joined(link)
            case Arrived(topic, payload, retained):
                path = topic.removeprefix(self._prefix)
                return self._arrived(*codec.split(path), payload, retained=retained)
            case Delivered(message_id, to_nobody):
                self._delivered(message_id, to_nobody=to_nobody)
            case Subscribed(message_id) if message_id == self._sweeping:
                link.unsubscribe([self._prefix + path for path in self._sweep])
                # A broker reads in order: what was retained on the topics that were asked for before has come.
                return None if self._inbox.put(RetainedRead()) else Ended("the inbox is full")
            case Ended():
                return arrival
        return None

    def _joined(self, link: Link) -> Ended | None:
        if self._follow:
            link.subscribe([self._prefix + path for path in self._follow])
        if self._sweep:
            self._sweeping = link.subscribe([self._prefix + path for path in self._sweep])
        self._link = link
        with self._lock:
            self._asking = asking.connected(self._asking, time.monotonic())
        return None if self._inbox.put(Connected(link.connection)) else Ended("the inbox is full")

    def _arrived(self, name: str, key: str, payload: bytes, *, retained: bool) -> Ended | None:
        try:
            event = self._event_of(name, key, payload, retained=retained)
        except Exception:
            self.failures += 1
            log.exception("could not read a message on %s", codec.join(name, key))
            return None
        if isinstance(event, Answered):
            self._answered(event)
        elif event is not None and not self._inbox.put(event) and BY_NAME[name].retained:
            return Ended("the inbox is full")
        return None

    def _event_of(self, name: str, key: str, payload: bytes, *, retained: bool) -> object | None:
        """What a message means to this program. None: nothing."""
        if name in self._swept_names:
            return LeftOver(name, key) if retained else None
        if not payload:
            return Cleared(name, key)
        try:
            message = codec.decode(name, payload)
        except codec.UnfitError as unfit:
            self._tell_refused(codec.join(name, key), unfit)
            return Refused(name, unfit.why, key, unfit.reason, unfit.request_id)
        return Answered(message) if isinstance(message, Reply) else Heard(name, key, message, live=not retained)

    def _tell_refused(self, path: str, unfit: codec.UnfitError) -> None:
        """Count it, and say so now and then: a device that has gone mad must not fill the disk with our log."""
        self.refused += 1
        if self._told.is_due("refused", time.monotonic()):
            log.warning("refused on %s: %s (the %d. that did not fit the contract)", path, unfit, self.refused)

    def _answered(self, answered: Answered) -> None:
        """A reply that nobody waits for (any more) is dropped; one that finds the inbox full will be asked for again."""
        with self._lock:
            if self._asking.waits_for(answered.reply.id) and self._inbox.put(answered):
                self._asking = asking.ended(self._asking, answered.reply.id)

    def _delivered(self, message_id: int, *, to_nobody: bool) -> None:
        with self._lock:
            request_id = self._sent.pop(message_id, None)
            if to_nobody and request_id is not None and self._asking.waits_for(request_id):
                self._inbox.put(StoreAway(request_id))
