"""Cheap devices for load: each speaks through the real session, and notes what it was promised and what it called."""

import itertools
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from mqtt.contract import (
    Answer,
    Book,
    Booked,
    CallNext,
    CheckIn,
    Day,
    DayStatus,
    Operation,
    PointState,
    Press,
    Pressed,
    Reason,
    Refusal,
    Seen,
    Settle,
    SettleOutcome,
    TakeWalkIn,
    TicketGiven,
)
from mqtt.session import Answered, GaveUp, Heard, Session
from program.inbox import Inbox, Tick
from tests.broker import RunningBroker
from tests.faults.cables import Cables
from tests.store.clinic import SUNDAY

SITE: Final = "small"
DEPARTMENTS: Final = (11, 12, 13)
CODE_EVERY: Final = 40
DAY_AFTER_TOMORROW: Final = SUNDAY + timedelta(days=2)
"""No kiosk has a sheet of that day, whose digests would be made at each start of the store."""
BOOKINGS_A_DAY: Final = 600
"""Fewer than the day has places."""
PAUSE_SECONDS: Final = (0.05, 0.25)
"""How long a kiosk or a counter rests between two people."""
GIVE_UP_SECONDS: Final = 3.0
LOOK_SECONDS: Final = 0.05
LONG_SECONDS: Final = 90.0
AGAIN: Final = frozenset({Reason.WAIT, Reason.INTERNAL_ERROR})
"""Refusals that are not remembered: the same request is asked again."""


class Client:
    """One device on one thread: asks, and waits for the answer as a device does."""

    def __init__(self, broker: RunningBroker | Cables, device: str, follow: Sequence[str] = ()) -> None:
        self.device = device
        self.inbox = Inbox()
        self.session = Session(broker.login(device), site=SITE, device=device, inbox=self.inbox, follow=("day", *follow))
        self.session.start()
        self.day = 0
        self.point: PointState | None = None
        self.seen: Seen | None = None

    def stop(self) -> None:
        self.session.stop()

    def ask(self, operation: Operation, *, request: str | None = None, give_up: float | None = None) -> Answer | None:
        """The answer; None: given up, or nobody answered for LONG_SECONDS."""
        request = request or uuid.uuid4().hex
        until = time.monotonic() + LONG_SECONDS
        self.session.ask(request, operation, give_up_seconds=give_up, seen=self.seen)
        while time.monotonic() < until:
            match self.turn(until):
                case Answered(reply) if reply.id == request:
                    self.seen = Seen(epoch=reply.epoch, sequence=reply.sequence)
                    if not (isinstance(reply.answer, Refusal) and reply.answer.reason in AGAIN):
                        return reply.answer
                    time.sleep(min(reply.answer.retry_after_seconds or LOOK_SECONDS, 1.0))
                    self.session.ask(request, operation, give_up_seconds=give_up, seen=self.seen)
                case GaveUp(asked) if asked == request:
                    return None
        self.session.give_up(request)
        return None

    def turn(self, until: float) -> object:
        """The next event, at the latest one at `until`; what it says of day and point is known from then on."""
        due = self.session.next_deadline()
        event = self.inbox.get(until if due is None else min(due, until))
        self.session.tick(time.monotonic())
        match event:
            case Heard(message=Day() as day):
                self.day = day.service_day if day.status is DayStatus.ACCEPTING else 0
            case Heard(message=PointState() as point):
                self.point = point
        return event

    def catch_up(self) -> None:
        """Take in what came meanwhile, so that the next press goes by the newest snapshot."""
        while not isinstance(self.turn(0.0), Tick):
            pass

    def until(self, true: Callable[[], object]) -> None:
        """Hear what comes until it is so."""
        until = time.monotonic() + LONG_SECONDS
        while not true():
            assert time.monotonic() < until, f"{self.device} waits for ever"
            self.turn(time.monotonic() + LOOK_SECONDS)

    def take(self) -> int:
        """A walk-in ticket on paper: its number."""
        self.until(lambda: self.day)
        request = uuid.uuid4().hex
        given = self.ask(TakeWalkIn(department=DEPARTMENTS[0], service_day=self.day), request=request)
        assert isinstance(given, TicketGiven), given
        paper = Settle(request=request, service_day=self.day, outcome=SettleOutcome.PRINTED, number=given.number)
        assert self.ask(paper) is not None
        return given.number


@dataclass
class Promised:
    """What the clinic said to its people."""

    papers: list[int] = field(default_factory=list)  # numbers in patients' hands
    told: list[tuple[str, int]] = field(default_factory=list)  # (epoch, number) that a press was answered with
    answered: dict[str, float] = field(default_factory=dict)  # device -> when its last answered request was made
    booked: list[str] = field(default_factory=list)  # codes that were told
    presses: Counter[str] = field(default_factory=Counter)  # counter -> how often it was pressed
    trouble: list[str] = field(default_factory=list)
    news: threading.Event = field(default_factory=threading.Event)  # set whenever something was promised

    @property
    def done(self) -> int:
        """How much was achieved."""
        return len(self.papers) + len(self.told)


class Crowd:
    """Kiosks that give walk-in turns, counters that call, and an operator who books for the days to come, each on a thread,
    until they are told to stop."""

    def __init__(
        self, broker: RunningBroker | Cables, kiosks: Sequence[str], counters: Sequence[str], codes: Iterator[str]
    ) -> None:
        """`codes`: of bookings, one for every CODE_EVERY tickets: the store gives no kiosk a hundred walk-ins in a row."""
        self.promised = Promised()
        self._broker = broker
        self._codes = codes
        self._closed = threading.Event()
        self._over = threading.Event()
        self.kiosks = [self._thread(self._kiosk, name) for name in kiosks]
        self.counters = [self._thread(self._counter, name) for name in counters]
        self.telephone = self._thread(self._telephone, "operator")

    def start(self) -> None:
        for thread in (*self.kiosks, *self.counters, self.telephone):
            thread.start()

    def close(self) -> None:
        """No more tickets and bookings; what was asked is answered, and the papers are printed and settled."""
        self._closed.set()
        for thread in (*self.kiosks, self.telephone):
            thread.join(LONG_SECONDS)

    def end(self) -> None:
        """The counters stop calling."""
        self.close()
        self._over.set()
        for thread in self.counters:
            thread.join(LONG_SECONDS)

    def unanswered(self, since: float) -> list[str]:
        """Who has not been answered yet what they asked after `since`."""
        threads = (*self.kiosks, *self.counters)
        names = [thread.name for thread in threads if self.promised.answered.get(thread.name, -1.0) < since]
        return [f"{name} has no answer" for name in names]

    def _thread(self, work: Callable[[Client], None], name: str) -> threading.Thread:
        return threading.Thread(target=self._guarded, args=(work, name), name=name, daemon=True)

    def _guarded(self, work: Callable[[Client], None], device: str) -> None:
        client = Client(self._broker, device, (f"point/{device}",))
        try:
            work(client)
        except Exception as problem:
            self.promised.trouble.append(f"{device}: {problem!r}")
            raise
        finally:
            client.stop()

    def _rest(self, closed: threading.Event) -> None:
        closed.wait(random.uniform(*PAUSE_SECONDS))  # noqa: S311  people's pace, not a secret

    def _kiosk(self, client: Client) -> None:
        for nth in itertools.count(1):
            client.until(lambda: client.day or self._closed.is_set())
            if self._closed.is_set():
                break
            day, asked_at, request = client.day, time.monotonic(), uuid.uuid4().hex
            given = client.ask(self._wish(nth, day), request=request)
            if isinstance(given, Refusal) and given.reason is Reason.TOO_MANY_TICKETS:
                self._rest(self._closed)
                continue
            assert isinstance(given, TicketGiven), given
            self.promised.papers.append(given.number)
            self.promised.news.set()
            self.promised.answered[client.device] = asked_at
            paper = Settle(request=request, service_day=day, outcome=SettleOutcome.PRINTED, number=given.number)
            assert client.ask(paper) is not None, "a settle that nobody answers"
            self._rest(self._closed)

    def _wish(self, nth: int, day: int) -> TakeWalkIn | CheckIn:
        code = next(self._codes, None) if nth % CODE_EVERY == 0 else None
        if code is not None:
            return CheckIn(code=code, service_day=day)
        return TakeWalkIn(department=random.choice(DEPARTMENTS), service_day=day)  # noqa: S311  any will do

    def _telephone(self, client: Client) -> None:
        while not self._closed.is_set():
            day = DAY_AFTER_TOMORROW + timedelta(days=len(self.promised.booked) // BOOKINGS_A_DAY)
            booked = client.ask(Book(department=DEPARTMENTS[0], date=day.isoformat()))
            assert isinstance(booked, Booked), booked
            self.promised.booked.append(booked.code)
            self.promised.news.set()
            self._rest(self._closed)

    def _counter(self, client: Client) -> None:
        client.until(lambda: client.point)
        while not self._over.is_set():
            point, asked_at = client.point, time.monotonic()
            assert point is not None
            self.promised.presses[client.device] += 1
            act = Press(point=client.device, epoch=point.epoch, revision=point.revision, act=CallNext())
            match client.ask(act, give_up=GIVE_UP_SECONDS):
                case Pressed(point=pressed):
                    client.point = pressed
                    self.promised.answered[client.device] = asked_at
                    if pressed.current is not None:
                        self.promised.told.append((pressed.epoch, pressed.current.number))
                        self.promised.news.set()
                case Refusal(reason=Reason.NOBODY_WAITS | Reason.STALE):
                    self.promised.answered[client.device] = asked_at
                case None:
                    pass  # not done, the clerk was told: the next press goes by the newest snapshot
                case refused:
                    raise AssertionError(refused)
            self._rest(self._over)
            client.catch_up()


def codes(broker: RunningBroker, count: int) -> Iterator[str]:
    """The tracking codes of so many bookings for today, for whoever takes the next."""
    operator = Client(broker, "operator")
    try:
        operator.until(lambda: operator.day)
        booked = [operator.ask(Book(department=DEPARTMENTS[0])) for _ in range(count)]
        return iter([one.code for one in booked if isinstance(one, Booked)])
    finally:
        operator.stop()
