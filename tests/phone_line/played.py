"""An outbox that behaves like the store's, a clock, and gateways that do what a test tells them: no wire, no waiting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mqtt.contract import Answer, Changed, Operation, TakeTexts, TextOutcome, TextResult, Texts, TextToFollow, TextToSend
from phone_line.gateways.gateway import SEND_SECONDS, Gateway, Result
from phone_line.texts import Worker
from rules.texts import LEASE_SECONDS, Outcome, Standing, TextState, after_attempt
from tests.phone_line.letters import MOBILE, NOW_MS

OVER: set[TextState] = {TextState.ACCEPTED, TextState.DELIVERED, TextState.UNDELIVERED, TextState.FAILED, TextState.EXPIRED}


@dataclass
class Row:
    """One text of the outbox, by the rules of rules/texts.py."""

    id: int
    expires_at_ms: int
    state: TextState = TextState.QUEUED
    next_at_ms: int | None = NOW_MS
    waits: int = 0
    doubts: int = 0
    attempts: int = 0
    gateway: str | None = None
    lease_until_ms: int | None = None


class Clinic:
    """An outbox, a clock, and a worker between them and its gateways."""

    def __init__(self, *gateways: Gateway, texts: int = 1, good_for_seconds: float = 86400.0) -> None:
        self.seconds = 0.0
        self.rows = [Row(number, NOW_MS + int(good_for_seconds * 1000)) for number in range(1, texts + 1)]
        self.away = False
        self.told: list[tuple[str, ...]] = []
        self.gateways = gateways
        self.played = tuple(gateway for gateway in gateways if isinstance(gateway, Played))
        for gateway in self.played:
            gateway.clinic = self
        self.worker = self.started()

    def started(self) -> Worker:
        """A worker of a new run: the one before is gone, and what it had leased may have left."""
        for row in self.rows:
            if row.state is TextState.SENDING:
                row.state, row.gateway, row.doubts, row.next_at_ms = TextState.UNKNOWN, "", row.doubts + 1, self.now_ms
        worker = Worker(
            self.gateways,
            ask=self.ask,
            store_ms=lambda: None if self.away else self.now_ms,
            tell=self.told.append,
            monotonic=lambda: self.seconds,
        )
        worker._rest_until = self.rest_until  # type: ignore[method-assign]
        return worker

    @property
    def now_ms(self) -> int:
        return NOW_MS + int(self.seconds * 1000)

    def rest_until(self, then: float) -> None:
        self.seconds = max(self.seconds, then)

    def ask(self, operation: Operation) -> Answer | None:
        match operation:
            case TakeTexts():
                return self.take()
            case TextResult():
                self.result(operation)
                return Changed()
        raise AssertionError(operation)

    def take(self) -> Texts:
        for row in self.rows:
            if row.expires_at_ms <= self.now_ms and row.state is TextState.QUEUED:
                row.state, row.next_at_ms = TextState.EXPIRED, None
            if row.expires_at_ms <= self.now_ms and row.state is TextState.UNKNOWN:
                row.next_at_ms = None
        due = [row for row in self.rows if row.state in (TextState.QUEUED, TextState.UNKNOWN) and row.next_at_ms is not None]
        row = next((row for row in due if (row.next_at_ms or 0) <= self.now_ms), None)
        if row is None:
            return Texts()
        row.state, row.attempts, row.lease_until_ms = TextState.SENDING, row.attempts + 1, self.now_ms + LEASE_SECONDS * 1000
        text = TextToSend(
            id=row.id,
            attempt=row.attempts,
            to=MOBILE,
            body=f"text {row.id}",
            expires_at_ms=row.expires_at_ms,
            lease_until_ms=row.lease_until_ms,
            asked_of=row.gateway,
            doubts=row.doubts,
        )
        return Texts(to_send=(text,))

    def result(self, told: TextResult) -> None:
        row = self.rows[told.text - 1]
        assert told.attempt == row.attempts
        was = Standing(row.state, row.waits, row.doubts)
        now = after_attempt(was, Outcome(told.outcome.value), in_doubt=row.gateway is not None, chance=0.5)
        assert now is not None
        row.state, row.waits, row.doubts = now.state, now.waits, now.doubts
        row.next_at_ms = None if now.next_in_seconds is None else self.now_ms + int(now.next_in_seconds * 1000)
        if told.outcome not in (TextOutcome.TRY_AGAIN, TextOutcome.ACCOUNT, TextOutcome.REFUSED):
            row.gateway = told.gateway

    def live(self, seconds: float, look_every: float = 10.0) -> "Clinic":
        """Let the worker turn for so long."""
        end = self.seconds + seconds
        while self.seconds < end:
            if not self.worker.turn():
                self.seconds += look_every
        return self

    def left(self, text: int = 1) -> int:
        """How often this text truly left."""
        return sum(gateway.left.count(text) for gateway in self.played)


@dataclass
class Played(Gateway):
    """A gateway that does what it is told to: an outcome a text, and whether that text left in truth."""

    name: str = "first"
    plays: Sequence[tuple[TextOutcome, bool]] = ()
    then: tuple[TextOutcome, bool] = (TextOutcome.ACCEPTED, True)
    knows_our_ids: bool = True
    answers_questions: Callable[[], bool] = lambda: True
    every_seconds: float = 0.0
    takes_seconds: float = 0.1
    fault: str = ""
    left: list[int] = field(default_factory=list)
    came: list[tuple[int, float]] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    clinic: Clinic = field(init=False)

    def send(self, text: TextToSend) -> Result:
        clinic = self.clinic
        assert clinic.now_ms < text.expires_at_ms, "a text was sent after its time"
        outcome, leaves = self.plays[len(self.came)] if len(self.came) < len(self.plays) else self.then
        self.came.append((text.id, clinic.seconds))
        clinic.seconds += SEND_SECONDS if outcome is TextOutcome.UNKNOWN else self.takes_seconds
        assert clinic.now_ms <= text.lease_until_ms, "a text was sent after its lease"
        if leaves:
            self.left.append(text.id)
        return Result(outcome, str(text.id), error=f"it said {outcome}")

    def ask(self, text: TextToSend) -> Result:
        self.asked.append(text.id)
        if not self.answers_questions():
            return Result(TextOutcome.UNKNOWN, error="deaf")
        return Result(TextOutcome.ACCEPTED if text.id in self.left else TextOutcome.TRY_AGAIN, str(text.id))

    def follow(self, text: TextToFollow) -> Result:
        return Result(TextOutcome.DELIVERED, text.gateway_id)

    def look(self, store_ms: int) -> str:  # noqa: ARG002  its fault has no time
        return self.fault


LEFT = (TextOutcome.UNKNOWN, True)
LOST = (TextOutcome.UNKNOWN, False)
BUSY = (TextOutcome.TRY_AGAIN, False)
NO_CREDIT = (TextOutcome.ACCOUNT, False)
TAKEN = (TextOutcome.ACCEPTED, True)
