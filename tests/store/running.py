"""The real store as a process of its own, for tests that kill it, and a kiosk that asks it."""

import signal
import struct
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

from mqtt.contract import Day, DayStatus, Operation, Reason, Refusal, Settle, SettleOutcome, TicketGiven
from mqtt.session import Answered, Heard, Session
from program.inbox import Inbox
from tests.broker import RunningBroker
from tests.store.clinic import SITE_FILE, moment_ms

ROOT = Path(__file__).parents[2]
SECONDS = 60.0


class RunningStore:
    """`python -m booking_store` on a ledger in the test's folder, with a clock that says 08:00 of the clinic's Sunday at
    its first start."""

    def __init__(
        self,
        broker: RunningBroker,
        folder: Path,
        url: str | None = None,
        site_file: Path = SITE_FILE,
        program: Sequence[str] = ("booking_store",),
    ) -> None:
        """`program`: the module that is run, and words before its arguments."""
        self.broker = broker
        self.site_file = site_file
        self.program = program
        self.identity_key: Path | None = None  # of an insurance office
        self.url = url or f"sqlite:///{folder}/ledger.sqlite"
        self.errors = folder / "store.log"
        self.offset = folder / "clock-offset"
        self.offset.write_bytes(struct.pack("d", moment_ms("08:00") / 1000 - time.time()))  # noqa: TID251
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; requests are answered as soon as it is there."""
        with self.errors.open("ab") as errors:
            self._process = subprocess.Popen(self.command(), stdout=errors, stderr=errors, cwd=ROOT)

    @property
    def pid(self) -> int:
        """The process, for those who look at it from outside."""
        assert self._process is not None
        return self._process.pid

    def command(self) -> list[str]:
        """How it is started."""
        login = self.broker.login("store")
        return [
            *(sys.executable, "-m", *self.program, "--site", "small", "--database", self.url),
            *("--broker-port", str(login.port), "--password-file", str(login.password_file)),
            *("--clock-offset-file", str(self.offset), "--load", str(self.site_file)),
            *(("--identity-key", str(self.identity_key)) if self.identity_key is not None else ()),
        ]

    def kill(self) -> None:
        """Power cut."""
        self.end(signal.SIGKILL)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, or worse; its exit status."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(SECONDS)

    def wait(self, seconds: float = SECONDS) -> int:
        """Until it ends by itself; its exit status."""
        assert self._process is not None
        return self._process.wait(seconds)

    def send(self, number: signal.Signals) -> None:
        """Freeze it, or let it go on."""
        assert self._process is not None
        self._process.send_signal(number)

    def clear_away(self) -> None:
        """At the end of a test, whether it runs, is frozen or has ended."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(SECONDS)

    def log(self) -> str:
        """All that it said."""
        return self.errors.read_text(encoding="utf-8")


class Kiosk:
    """A kiosk that asks until it is answered, for as long as it takes."""

    def __init__(self, broker: RunningBroker) -> None:
        self.inbox = Inbox()
        login = broker.login("kiosk-1")
        self.session = Session(login, site="small", device="kiosk-1", inbox=self.inbox, follow=("day",))
        self.session.start()
        self.day = 0
        self.answers: dict[str, object] = {}

    def turn(self) -> None:
        """Hear what came, ask again what is due."""
        event = self.inbox.get(time.monotonic() + 0.02)
        if isinstance(event, Answered):
            self.answers[event.reply.id] = event.reply.answer
        elif isinstance(event, Heard) and isinstance(event.message, Day) and event.message.status is DayStatus.ACCEPTING:
            self.day = event.message.service_day
        self.session.tick(time.monotonic())

    def until_open(self) -> None:
        give_up_at = time.monotonic() + SECONDS
        while not self.day and time.monotonic() < give_up_at:
            self.turn()
        assert self.day

    def take(self, ticket: Operation) -> int:
        """Ask for a ticket, print it and settle it; its number."""
        request, settled = uuid.uuid4().hex, uuid.uuid4().hex
        given = self.ask(request, ticket)
        while isinstance(given, Refusal) and given.reason is Reason.WAIT:  # a store that starts asks the others first
            given = self.ask(request, ticket)
        assert isinstance(given, TicketGiven), given
        paper = Settle(request=request, service_day=self.day, outcome=SettleOutcome.PRINTED, number=given.number)
        self.session.ask(settled, paper, give_up_seconds=None, seen=None)
        self.until_answered([settled])
        return given.number

    def ask(self, request: str, ticket: Operation) -> object:
        """The answer to a ticket request, asked under this id."""
        self.answers.pop(request, None)
        self.session.ask(request, ticket, give_up_seconds=None, seen=None)
        self.until_answered([request])
        return self.answers[request]

    def until_answered(self, asked: list[str]) -> None:
        give_up_at = time.monotonic() + SECONDS
        while not self.answers.keys() >= set(asked) and time.monotonic() < give_up_at:
            self.turn()
        assert self.answers.keys() >= set(asked)
