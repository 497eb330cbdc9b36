"""One device and one stand-in for the store, at a real broker."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import pytest

from mqtt.contract import Changed, DeviceState, Message, Reply, Request, StoreBeat
from mqtt.session import Connected, Heard, Session
from program.inbox import Inbox, Tick
from tests.broker import RunningBroker

Event = TypeVar("Event")

PATIENCE_SECONDS = 60.0
"""Longer than anything that must happen; a test that waits this long has failed."""


@dataclass
class Program:
    """A session and its inbox, turned by hand."""

    session: Session
    inbox: Inbox
    heard: list[object] = field(default_factory=list)

    def wait_for(self, kind: type[Event], where: Callable[[Event], bool] = lambda _: True) -> Event:
        """The next event of this kind; what comes before it is kept in `heard`."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            event = self.turn(end)
            if isinstance(event, kind) and where(event):
                return event
        raise AssertionError(f"no {kind.__name__} came, only {self.heard[-20:]}")

    def wait_message(self, kind: type[Event], where: Callable[[Event], bool] = lambda _: True) -> Event:
        """The next message of this kind that is heard."""
        event = self.wait_for(Heard, lambda event: isinstance(event.message, kind) and where(event.message))
        assert isinstance(event.message, kind)
        return event.message

    def turn(self, end: float) -> object:
        """One turn of the program's loop."""
        deadline = self.session.next_deadline()
        event = self.inbox.get(end if deadline is None else min(end, deadline))
        self.session.tick(time.monotonic())
        if not isinstance(event, Tick):
            self.heard.append(event)
        return event

    def listen(self, seconds: float) -> list[object]:
        """Everything that is heard in this time: for showing that something is not."""
        end = time.monotonic() + seconds
        already = len(self.heard)
        while time.monotonic() < end:
            self.turn(end)
        return self.heard[already:]


@dataclass
class StandInStore(Program):
    """Answers each request once with Changed, and remembers the answer."""

    replies: dict[str, Reply] = field(default_factory=dict)

    def hears_everybody(self) -> None:
        """Wait until it is connected and its subscriptions stand: what others say from now on comes."""
        connection = self.wait_for(Connected).connection
        self.session.publish("device", "store", DeviceState(device="store", up=True, connection=connection))
        self.wait_message(DeviceState)

    def answer_one(self) -> Request:
        """Wait for a request and answer it."""
        heard = self.wait_for(Heard, lambda event: isinstance(event.message, Request))
        request = heard.message
        assert isinstance(request, Request)
        self.answer(heard.key, request)
        return request

    def answer(self, device: str, request: Request) -> None:
        """Reply to `device`, as the store does: to the device of the topic, whatever the request says."""
        first = request.id not in self.replies
        number = len(self.replies) + 1
        reply = Reply(id=request.id, answer=Changed(number=number), epoch="e1", sequence=number)
        self.replies.setdefault(request.id, reply)
        self.session.publish("reply", device, reply if first else self.replies[request.id])


class Site:
    """Programs of one site at one broker, ended with the test."""

    def __init__(self, broker: RunningBroker, site: str) -> None:
        self.broker = broker
        self.site = site
        self.sessions: list[Session] = []

    def store(self) -> StandInStore:
        """The store, connected, and heard by everybody."""

        def will(connection: str) -> tuple[str, Message]:
            return "store", StoreBeat(up=False, connection=connection)

        store = StandInStore(*self._session("store", Inbox(), ("request/+", "device/+"), will, ("board/+", "point/+")))
        store.hears_everybody()
        return store

    def device(self, device: str, follow: Sequence[str] = (), inbox: Inbox | None = None) -> Program:
        """A device that follows its replies and `follow`, connected."""

        def will(connection: str) -> tuple[str, Message]:
            return f"device/{device}", DeviceState(device=device, up=False, connection=connection)

        program = Program(*self._session(device, inbox or Inbox(), follow, will))
        program.wait_for(Connected)
        return program

    def _session(
        self,
        device: str,
        inbox: Inbox,
        follow: Sequence[str],
        will: Callable[[str], tuple[str, Message]],
        sweep: Sequence[str] = (),
    ) -> tuple[Session, Inbox]:
        login = self.broker.login(device)
        session = Session(login, site=self.site, device=device, inbox=inbox, follow=follow, will=will, sweep=sweep)
        session.start()
        self.sessions.append(session)
        return session, inbox


@pytest.fixture
def site(broker: RunningBroker) -> Iterator[Site]:
    """A site whose broker may be killed and frozen."""
    kosar = Site(broker, "kosar")
    yield kosar
    broker.thaw()
    for session in kosar.sessions:
        session.stop()
