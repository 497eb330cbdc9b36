"""A clinic to measure: a site of fifty counters, a ledger with many bookings, a hall full of people waiting, its store."""

import hashlib
import os
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from booking_store.answering import Incoming
from booking_store.clock import Now
from booking_store.ledger import Ledger
from booking_store.store import Store
from mqtt.contract import Book, Booked, LoadSite, Operation, Refusal, Request, Settle, SettleOutcome, TakeWalkIn, TicketGiven
from rules import tracking_code

SITE: Final = "bench"
COUNTERS: Final = tuple(f"counter-{number}" for number in range(1, 51))
KIOSKS: Final = tuple(f"kiosk-{number}" for number in range(1, 9))
KIOSK: Final = KIOSKS[0]
WAITING: Final = 150
EIGHT_O_CLOCK: Final = clock_time(8)
BETWEEN_TWO_PEOPLE_MS: Final = 24_000
BOOKED_TODAY: Final = 250
PLACES: Final = 300
DEVICES: Final = (*COUNTERS, *KIOSKS, "waiting-room-1")
TEHRAN: Final = ZoneInfo("Asia/Tehran")
EVERY_DAY: Final = '["saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday"]'

HOUSE: Final = f"""name = {{ fa = "درمانگاه آزمون" }}
time_zone = "Asia/Tehran"
help_range = [9000, 9099]
[[hours.weekly]]
days = {EVERY_DAY}
opens = "07:00"
tickets_until = "20:00"
ends = "21:00"
[holidays]
loaded_until = "1500/12/29"
[[stages]]
id = "reception"
name = {{ fa = "پذیرش" }}
[[departments]]
code = 11
name = {{ fa = "داخلی" }}
stages = ["reception"]
booked_range = [1, 999]
walk_in_range = [1000, 8999]
weekly = [{{ days = {EVERY_DAY}, starts = "07:30", ends = "20:00", phone = {PLACES}, walk_in = 2000, slot_minutes = 2 }}]
[kiosks]
walk_ins_in_a_row = 100
"""
"""What every site that is measured has: long hours, one department with many places, kiosks that never tire."""

SITE_START: Final = f"""
schema = 1
id = "{SITE}"
{HOUSE}[[zones]]
id = "hall-1"
name = {{ fa = "سالن ۱" }}
[[devices]]
id = "waiting-room-1"
role = "waiting_room"
zone = "hall-1"
[[devices]]
id = "operator"
role = "operator"
"""

SITE_KIOSK: Final = """
[[devices]]
id = "{id}"
role = "kiosk"
zone = "hall-1"
"""

SITE_COUNTER: Final = """
[[points]]
id = "{id}"
kind = "counter"
label = {label}
zone = "hall-1"
stages = ["reception"]
[[devices]]
id = "{id}"
role = "counter"
points = ["{id}"]
"""


class Clinic:
    """A ledger as it stands at nine in the morning, from which each run starts a store of its own."""

    def __init__(self, folder: Path, bookings: int) -> None:
        """Make the ledger, with `bookings` of former days besides today's."""
        folder.mkdir(parents=True)
        self._folder = folder
        self._ledger = folder / "nine-in-the-morning.sqlite"
        self._store: subprocess.Popen[bytes] | None = None
        start = datetime.combine(datetime.now(TEHRAN).date(), EIGHT_O_CLOCK, TEHRAN)
        self._now_ms = int(start.timestamp() * 1000)
        self.codes = self._open_the_day()
        add_former_bookings(self._ledger, bookings - len(self.codes), start.date())

    def start(self, port: int, password_file: str) -> None:
        """Start the real store on a copy of the ledger, five minutes after the last of them came."""
        ledger = self._folder / "ledger.sqlite"
        for old in self._folder.glob("ledger.sqlite*"):
            old.unlink()
        shutil.copyfile(self._ledger, ledger)
        os.sync()  # a copy that is still on its way to the disk would keep every commit waiting
        offset = self._folder / "clock-offset"
        offset.write_bytes(struct.pack("d", self._now_ms / 1000 + 300 - time.time()))
        command = [sys.executable, "-m", "booking_store", "--site", SITE, "--database", f"sqlite:///{ledger}"]
        wires = ["--broker-port", str(port), "--password-file", password_file, "--clock-offset-file", str(offset)]
        with (self._folder / "store.log").open("ab") as log:
            self._store = subprocess.Popen([*command, *wires], stderr=log)

    def stop(self) -> None:
        """End the store."""
        if self._store is not None:
            self._store.terminate()
            self._store.wait(10)
            self._store = None

    def _open_the_day(self) -> list[str]:
        """Load the site, book, open, let people take tickets. The codes of today's bookings."""
        site_file = self._folder / "bench.toml"
        counters = (SITE_COUNTER.format(id=name, label=label) for label, name in enumerate(COUNTERS, start=1))
        kiosks = (SITE_KIOSK.format(id=name) for name in KIOSKS)
        site_file.write_text("".join((SITE_START, *kiosks, *counters)), encoding="utf-8")
        ledger = Ledger.open(f"sqlite:///{self._ledger}", self._now_ms)
        try:
            store = Store(ledger, SITE)
            self._ask(store, LoadSite(path=str(site_file), sha256=_sha256(site_file)))
            today = datetime.fromtimestamp(self._now_ms / 1000, UTC).astimezone(TEHRAN).date().isoformat()
            booked = [self._ask(store, Book(department=11, date=today)) for _ in range(BOOKED_TODAY)]
            store.tick(Now(self._now_ms))
            for number in range(WAITING):
                self._now_ms += BETWEEN_TWO_PEOPLE_MS
                self._let_one_in(store, number)
            return [answer.code for answer in booked if isinstance(answer, Booked)]
        finally:
            ledger.close()

    def _let_one_in(self, store: Store, number: int) -> None:
        taken = TakeWalkIn(department=11, service_day=1)
        given = self._ask(store, taken, f"walk-in-{number}")
        if not isinstance(given, TicketGiven):
            raise TypeError(f"no ticket: {given}")
        paper = Settle(request=f"walk-in-{number}", service_day=1, outcome=SettleOutcome.PRINTED, number=given.number)
        self._ask(store, paper, f"settle-{number}")

    def _ask(self, store: Store, operation: Operation, request: str | None = None) -> object:
        now = Now(self._now_ms)
        if request is None:
            answer: object = store.ask(operation, now)
        else:
            sent = Incoming(KIOSK, Request(id=request, operation=operation, boot="b"))
            answer = getattr(store.handle_batch([sent], now)[0].message, "answer", None)
        if isinstance(answer, Refusal):
            raise TypeError(f"{operation} was refused: {answer}")
        return answer


def add_former_bookings(ledger: Path, count: int, today: date) -> None:
    """Bookings of days gone by, as years of a clinic leave them: their codes in no order, every place taken."""
    chance = random.Random(7)  # noqa: S311  the same ledger in every run
    taken: set[str] = set()
    with sqlite3.connect(ledger) as database:
        taken.update(code for (code,) in database.execute("SELECT code FROM bookings"))
        sevens = chance.sample(range(10_000_000), count + len(taken))
        codes = (code for seven in sevens if (code := code_of_seven(f"{seven:07}")) not in taken)
        start = database.execute("SELECT max(id) FROM sessions").fetchone()[0] + 1
        for session in range(start, start + -(-count // PLACES)):
            day = (today - timedelta(days=session)).isoformat()
            row = (session, day, 11, 1, 2, PLACES, 0, 0, 0)
            database.execute(
                "INSERT INTO sessions (id, date, department, starts_at_ms, ends_at_ms, phone, walk_in, reserve, withdrawn)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        rows = (
            (next(codes), start + n // PLACES, n % PLACES + 1, f"0912{n % 10_000_000:07}", "active", 1, "operator")
            for n in range(count)
        )
        database.executemany(
            "INSERT INTO bookings (code, session, place, mobile, state, booked_at_ms, booked_by) VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
    database.close()


def code_of_seven(seven: str) -> str:
    """The tracking code of seven digits."""
    return f"{seven}{tracking_code.check_digit(seven)}"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
