"""A small clinic for the store's tests: the real store and ledger, driven without wires, with a clock of its own."""

import hashlib
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from booking_store.answering import Incoming
from booking_store.clock import Now
from booking_store.digests import Digests
from booking_store.ledger import Ledger
from booking_store.store import Store
from mqtt.contract import (
    Answer,
    CallNext,
    DayAnswer,
    Loaded,
    LoadSite,
    Message,
    OpenDay,
    Operation,
    Press,
    Pressed,
    Reply,
    Request,
    Settle,
    SettleOutcome,
    TakeWalkIn,
    TicketGiven,
)
from rules.site import Site

TEHRAN = ZoneInfo("Asia/Tehran")
SUNDAY = date(2026, 11, 22)
SITE_FILE = Path(__file__).parent / "small_clinic.toml"

_ids = itertools.count(1)


def moment_ms(clock: str, day: date = SUNDAY) -> int:
    """ "08:05" or "08:05:30" of that day in the clinic, in milliseconds UTC."""
    return int(datetime.combine(day, time.fromisoformat(clock), TEHRAN).timestamp() * 1000)


class Clinic:
    """The store with the small clinic's site file loaded. Time stands still until a test moves it."""

    def __init__(self, reopen: Callable[[], Ledger], *, clock: str = "07:00", load: bool = True) -> None:
        """`reopen` opens the ledger (again, after `restart`)."""
        self._reopen = reopen
        self.now = Now(moment_ms(clock))
        self.ledger = reopen()
        self.digests = Digests(cost=2)
        self.store = Store(self.ledger, "small", Random(1), self.digests)  # noqa: S311  the same codes in each run
        self.published: dict[tuple[str, str], Message] = {}
        if load:
            assert isinstance(loaded := self.load_site(), Loaded), loaded
            assert isinstance(opened := self.ask("operator", OpenDay()), DayAnswer), opened

    @property
    def site(self) -> Site:
        return self.store.site

    @property
    def day(self) -> int:
        """The id of the open service day."""
        row = self.one("SELECT id FROM service_days WHERE ended_at_ms IS NULL")
        return int(row.id)

    # -------------------------------------------------------------------------------- time

    def at(self, clock: str, day: date = SUNDAY) -> "Clinic":
        """Move the clock to "08:05"."""
        self.now = replace(self.now, ms=moment_ms(clock, day))
        return self

    def wait(self, seconds: float) -> "Clinic":
        """Let time pass, and the store see it."""
        self.now = replace(self.now, ms=self.now.ms + int(seconds * 1000))
        self.store.tick(self.now)
        return self

    def local_clock(self) -> str:
        return datetime.fromtimestamp(self.now.ms / 1000, UTC).astimezone(TEHRAN).strftime("%H:%M:%S")

    # -------------------------------------------------------------------------------- asking

    def load_site(self, path: Path = SITE_FILE) -> Answer:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        return self.ask("operator", LoadSite(path=str(path), sha256=sha256))

    def reply(self, device: str, operation: Operation, request: str | None = None, boot: str = "boot-1") -> Reply:
        """One request, in a batch of its own."""
        return self.batch((device, operation, request), boot=boot)[0]

    def ask(self, device: str, operation: Operation, request: str | None = None) -> Answer:
        """What that request was answered."""
        return self.reply(device, operation, request).answer

    def batch(self, *asked: tuple[str, Operation, str | None], boot: str = "boot-1") -> list[Reply]:
        """Several requests in one commit; their replies in order. Snapshots that followed stand in `published`."""
        batch = [
            Incoming(device, Request(id=request or new_id(), operation=operation, boot=boot))
            for device, operation, request in asked
        ]
        replies = [outgoing.message for outgoing in self.store.handle_batch(batch, self.now)]
        self.publish()
        return [reply for reply in replies if isinstance(reply, Reply)]

    def publish(self) -> None:
        """Take what the screens would hear now."""
        for outgoing in self.store.snapshots(self.now, queues=True):
            self.published[outgoing.topic, outgoing.key] = outgoing.message

    # -------------------------------------------------------------------------------- people at the kiosk

    def walk_in(self, department: int = 11, kiosk: str = "kiosk-1", doctor: int | None = None) -> int:
        """Somebody takes a walk-in ticket, printed at once: its number."""
        return self.printed(TakeWalkIn(department=department, doctor=doctor, service_day=self.day), kiosk)

    def printed(self, operation: Operation, kiosk: str = "kiosk-1") -> int:
        """A ticket request that was answered, printed and settled: its number."""
        request = new_id()
        answer = self.ask(kiosk, operation, request)
        assert isinstance(answer, TicketGiven), answer
        self.settle(request, SettleOutcome.PRINTED, answer.number, kiosk)
        return answer.number

    def settle(self, request: str, outcome: SettleOutcome, number: int | None = None, kiosk: str = "kiosk-1") -> Answer:
        return self.ask(kiosk, Settle(request=request, service_day=self.day, outcome=outcome, number=number))

    # --------------------------------------------------------------------------------- at the counters

    def green_button(self, point: str) -> Press:
        """«بعدی» at this point, as its screen stands now."""
        row = self.one("SELECT revision FROM points WHERE id = :point", point=point)
        return Press(point=point, epoch=self.store.epoch, revision=row.revision, act=CallNext())

    def call_next(self, point: str) -> int | None:
        """Press: the number that is called; None when nobody is."""
        answer = self.ask(point, self.green_button(point))
        return answer.point.current.number if isinstance(answer, Pressed) and answer.point.current else None

    # -------------------------------------------------------------------------------- looking inside

    def rows(self, sql: str, **values: Any) -> list[Any]:
        """Rows of the ledger."""
        with self.ledger.connection.begin():
            return list(self.ledger.connection.execute(text(sql), values))

    def one(self, sql: str, **values: Any) -> Any:
        (row,) = self.rows(sql, **values)
        return row

    def restart(self) -> None:
        """The store ends and starts again on the same ledger."""
        self.ledger.close()
        self.ledger = self._reopen()
        self.digests = Digests(cost=2)
        self.store = Store(self.ledger, "small", Random(2), self.digests)  # noqa: S311


def new_id() -> str:
    return f"{next(_ids):032x}"
