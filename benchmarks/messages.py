"""From a press to the answer and to the counter's new state: the real store beside the floor, over the same broker.

One counter speaks through the real mqtt.session; fifty speak through bare wires, the floor always does.
"""

import itertools
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from benchmarks import floor
from benchmarks.clinic import COUNTERS, KIOSK, SITE, Clinic
from benchmarks.wires import PATIENCE_SECONDS, Wires
from mqtt import codec
from mqtt.contract import (
    CallNext,
    CheckIn,
    PointState,
    Press,
    Pressed,
    Reply,
    Request,
    Settle,
    SettleOutcome,
    TicketGiven,
)
from mqtt.session import Answered, Connected, Heard, Session
from program.inbox import Inbox
from tests.broker import RunningBroker

ROOT: Final = Path(__file__).parent.parent
HUMAN_PAUSE_SECONDS: Final = (0.1, 0.3)

FLOOR_ANSWER: Final = msgspec.json.Decoder(floor.Answer)
FLOOR_POINT: Final = msgspec.json.Decoder(floor.Point)


@dataclass
class Latencies:
    """Milliseconds from the press, one of each for every press."""

    answer: list[float] = field(default_factory=list)
    state: list[float] = field(default_factory=list)
    seconds: float = 0.0  # how long the whole run took

    @property
    def a_second(self) -> float:
        """Presses answered in a second."""
        return len(self.answer) / self.seconds


class FloorTongue:
    """What the floor's counters say."""

    site = floor.SITE

    def press(self, _: str, state: object) -> tuple[str, bytes]:
        """A press and its id."""
        press = floor.Press(secrets.token_hex(16), state.revision if isinstance(state, floor.Point) else 0)
        return press.id, msgspec.json.encode(press)

    def answered(self, payload: bytes) -> str:
        """Whose reply this is."""
        return FLOOR_ANSWER.decode(payload).id

    def state(self, payload: bytes) -> object:
        """The counter's state, which has a revision."""
        return FLOOR_POINT.decode(payload)


class OurTongue:
    """What the real counters say."""

    site = SITE

    def __init__(self) -> None:
        self._boot = secrets.token_hex(8)

    def press(self, counter: str, state: object) -> tuple[str, bytes]:
        """A press and its id."""
        if not isinstance(state, PointState):
            raise TypeError(f"{counter} has heard nothing")
        act = Press(point=counter, epoch=state.epoch, revision=state.revision, act=CallNext())
        request = Request(id=secrets.token_hex(16), operation=act, boot=self._boot)
        return request.id, codec.encode(request)

    def answered(self, payload: bytes) -> str:
        """Whose reply this is. Raises when it is a refusal: then something else was measured."""
        reply = codec.decode("reply", payload)
        if not isinstance(reply, Reply) or not isinstance(reply.answer, Pressed):
            raise TypeError(f"refused: {reply}")
        return reply.id

    def state(self, payload: bytes) -> object:
        """The counter's state, which has a revision."""
        return codec.decode("point", payload)


Tongue = FloorTongue | OurTongue


class Hall:
    """Counters on bare wires, pressed from outside."""

    def __init__(self, broker: RunningBroker, tongue: Tongue, counters: tuple[str, ...]) -> None:
        self._tongue = tongue
        self._counters = counters
        self._states: dict[str, object] = {}
        self._pressed: dict[str, tuple[str, float, int]] = {}  # counter -> id, when, revision before
        self._answered: set[str] = set()
        self.latencies = Latencies()
        self._wires = Wires(broker.login, tongue.site, counters, self._hear)
        if isinstance(tongue, OurTongue):
            self._until(lambda: len(self._states) == len(counters))

    def press(self, counter: str) -> None:
        """Press now."""
        state = self._states.get(counter)
        request, payload = self._tongue.press(counter, state)
        self._answered.discard(counter)
        self._pressed[counter] = (request, time.perf_counter(), getattr(state, "revision", 0))
        self._wires.send(counter, payload)

    def one_after_the_other(self, presses: int, pause: Callable[[], float]) -> Latencies:
        """The first counter presses, waits for its new state, pauses, presses again."""
        start = time.perf_counter()
        for _ in range(presses):
            self.press(self._counters[0])
            self._until(lambda: not self._pressed)
            until = time.perf_counter() + pause()
            while (left := until - time.perf_counter()) > 0:
                self._wires.turn(left)
        return self._ended(start)

    def all_at_once(self, bursts: int) -> Latencies:
        """All press in the same instant, wait until all have their state, and again. The first time is not measured: no
        store has fifty counters pressed in the second of its start."""
        self._burst()
        self.latencies = Latencies()
        start = time.perf_counter()
        for _ in range(bursts):
            self._burst()
        return self._ended(start)

    def _burst(self) -> None:
        for counter in self._counters:
            self.press(counter)
        self._until(lambda: not self._pressed)

    def as_fast_as_they_can(self, presses: int) -> Latencies:
        """Each presses again the moment it has its state."""
        left = dict.fromkeys(self._counters, presses)
        start = time.perf_counter()
        while any(left.values()) or self._pressed:
            for counter, presses_left in left.items():
                if presses_left and counter not in self._pressed:
                    left[counter] -= 1
                    self.press(counter)
            self._wires.turn(1.0)
        return self._ended(start)

    def _ended(self, start: float) -> Latencies:
        self.latencies.seconds = time.perf_counter() - start
        self._wires.close()
        return self.latencies

    def _hear(self, counter: str, topic: str, payload: bytes) -> None:
        now = time.perf_counter()
        pressed = self._pressed.get(counter)
        if topic == "point":
            self._states[counter] = state = self._tongue.state(payload)
            if pressed is not None and getattr(state, "revision", 0) > pressed[2]:
                self.latencies.state.append((now - pressed[1]) * 1000)
                self._done(counter, pressed)
        elif pressed is not None and self._tongue.answered(payload) == pressed[0]:
            self.latencies.answer.append((now - pressed[1]) * 1000)
            self._answered.add(counter)
            self._done(counter, pressed)

    def _done(self, counter: str, pressed: tuple[str, float, int]) -> None:
        fresh = getattr(self._states.get(counter), "revision", 0) > pressed[2]
        if counter in self._answered and fresh:
            del self._pressed[counter]

    def _until(self, happened: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not happened():
            self._wires.turn(0.1)
            if time.monotonic() > end:
                raise TimeoutError(f"no answer for {list(self._pressed)[:3]}")


class Device:
    """One device with the real session, turned by hand."""

    def __init__(self, broker: RunningBroker, device: str, follow: tuple[str, ...]) -> None:
        self.inbox = Inbox()
        follow = (f"reply/{device}", *follow)
        self.session = Session(broker.login(device), site=SITE, device=device, inbox=self.inbox, follow=follow)
        self.session.start()
        self.next(Connected)

    def next(self, kind: type) -> object:
        """The next event of this kind."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            event = self.turn(end)
            if isinstance(event, kind):
                return event
        raise TimeoutError(f"no {kind.__name__}")

    def turn(self, until: float) -> object:
        """One turn of a program's loop."""
        deadline = self.session.next_deadline()
        event = self.inbox.get(until if deadline is None else min(until, deadline))
        self.session.tick(time.monotonic())
        return event


def presses_through_the_session(broker: RunningBroker, presses: int, pause: Callable[[], float]) -> Latencies:
    """The first counter, as its program speaks: from the press to its Answered and to its Heard."""
    counter = COUNTERS[0]
    device = Device(broker, counter, (f"point/{counter}",))
    latencies = Latencies()
    heard = device.next(Heard)
    start = time.perf_counter()
    for _ in range(presses):
        state = heard.message if isinstance(heard, Heard) else None
        if not isinstance(state, PointState):
            raise TypeError(f"{counter} has heard nothing")
        act = Press(point=counter, epoch=state.epoch, revision=state.revision, act=CallNext())
        pressed = time.perf_counter()
        device.session.ask(secrets.token_hex(16), act, give_up_seconds=3, seen=None)
        answered = fresh = False
        while not (answered and fresh):
            event = device.turn(time.monotonic() + PATIENCE_SECONDS)
            now = time.perf_counter()
            if isinstance(event, Answered):
                if not isinstance(event.reply.answer, Pressed):
                    raise TypeError(f"refused: {event.reply}")
                answered = True
                latencies.answer.append((now - pressed) * 1000)
            elif isinstance(event, Heard) and isinstance(event.message, PointState) and event.message.revision > state.revision:
                heard, fresh = event, True
                latencies.state.append((now - pressed) * 1000)
        until = time.monotonic() + pause()
        while time.monotonic() < until:
            event = device.turn(until)
            heard = event if isinstance(event, Heard) and isinstance(event.message, PointState) else heard
    latencies.seconds = time.perf_counter() - start
    device.session.stop()
    return latencies


def check_ins_through_the_session(broker: RunningBroker, codes: Iterator[str], count: int) -> Latencies:
    """A kiosk types codes: from the last key's request to the ticket; each is settled before the next."""
    device = Device(broker, KIOSK, ("day",))
    device.next(Heard)  # the store is there
    latencies = Latencies()
    start = time.perf_counter()
    for code in itertools.islice(codes, count):
        request = secrets.token_hex(16)
        typed = time.perf_counter()
        device.session.ask(request, CheckIn(code=code, service_day=1), give_up_seconds=3, seen=None)
        event = device.next(Answered)
        latencies.answer.append((time.perf_counter() - typed) * 1000)
        given = event.reply.answer if isinstance(event, Answered) else None
        if not isinstance(given, TicketGiven):
            raise TypeError(f"no ticket: {given}")
        paper = Settle(request=request, service_day=1, outcome=SettleOutcome.PRINTED, number=given.number)
        device.session.ask(secrets.token_hex(16), paper, give_up_seconds=3, seen=None)
        device.next(Answered)
    latencies.seconds = time.perf_counter() - start
    device.session.stop()
    return latencies


@contextmanager
def running_floor(broker: RunningBroker, folder: Path) -> Iterator[None]:
    """The floor's store on a new database."""
    for old in folder.glob("floor.sqlite*"):
        old.unlink()
    login = broker.login("store")
    arguments = [str(login.port), str(login.password_file), str(folder / "floor.sqlite")]
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.floor", *arguments], cwd=ROOT)
    try:
        time.sleep(1.5)  # it fills its table and subscribes; what is measured begins after
        yield
    finally:
        process.kill()
        process.wait()


@contextmanager
def running_store(broker: RunningBroker, clinic: Clinic) -> Iterator[None]:
    """The real store on a copy of the clinic's ledger, at a broker that has nothing retained from the run before."""
    broker.kill()
    broker.start()
    login = broker.login("store")
    clinic.start(login.port, str(login.password_file))
    try:
        yield
    finally:
        clinic.stop()


def human() -> float:
    """Seconds between two presses of one hand, quickened: nobody is measured who only waits."""
    return random.uniform(*HUMAN_PAUSE_SECONDS)  # noqa: S311


def at_once() -> float:
    """No pause."""
    return 0.0
