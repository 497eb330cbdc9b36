"""The only file that touches paho: connect, last will, ask, reply, follow retained state. (interface; being built)"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mqtt.contract import Message, Operation, Reply, Seen
from program.inbox import Inbox
from program.settings import Broker


@dataclass(frozen=True, slots=True)
class Connected:
    """The broker took us in and every subscription stands."""

    connection: str


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The broker is away, froze, or turned us out; `why` is for the log."""

    why: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of the contract. `live` is False for what the broker had retained. `key` is the topic's last part
    (device, zone or point id), empty for topics without one."""

    topic: str  # a Topic's name: "board"
    key: str
    message: Message
    live: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """The store's reply to a request of ours."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class GaveUp:
    """No answer to request `id` before its deadline; it is not asked any more."""

    id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A message came that does not fit the contract; counted, and nothing else happens."""

    topic: str
    why: str


class Session:
    """One program's place at the broker. Every method may be called from the deciding thread only and never waits."""

    def __init__(
        self,
        broker: Broker,
        *,
        site: str,
        device: str,
        inbox: Inbox,
        follow: Sequence[str],
        will: Callable[[str], tuple[str, Message]] | None = None,
    ) -> None:
        """`follow`: topics below the site's prefix ("day", "board/hall-1", "device/+"). `will(connection)` gives the
        topic and the message that the broker publishes, retained, when this connection ends badly."""

    def start(self) -> None:
        """Begin to connect, and come back for ever, with backoff 1 to 3 s."""

    def stop(self) -> None:
        """Say goodbye (the will is published by us) and end the network thread."""

    def ask(self, request_id: str, operation: Operation, *, give_up_seconds: float | None, seen: Seen | None) -> None:
        """Ask the store, again every ASK_AGAIN_SECONDS, until an Answered or, past `give_up_seconds`, a GaveUp comes."""

    def give_up(self, request_id: str) -> None:
        """Stop asking; no GaveUp follows."""

    def publish(self, topic: str, key: str, message: Message) -> bool:
        """Publish a message as the contract says. False: not connected; nothing is kept for later."""
        raise NotImplementedError

    def tick(self, now: float) -> None:
        """Ask again what is due (monotonic seconds)."""

    def next_deadline(self) -> float | None:
        """When `tick` has something to do."""
        raise NotImplementedError
