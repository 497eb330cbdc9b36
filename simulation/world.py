"""One clinic day: the store, the devices, the people, on one clock, with one chance, from six in the morning until everybody
has gone home."""

import atexit
import hashlib
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from booking_store import store as store_module
from booking_store.clock import Now
from booking_store.database import LedgerError
from booking_store.ledger import Ledger
from booking_store.store import Store
from mqtt.contract import Book, Booked, LoadSite, Message, TakeTexts, TextOutcome, TextResult, Texts
from simulation.absences import Announced, TakenBack, perhaps_a_doctor_leaves
from simulation.clerks import (
    ENDS_EARLY_AFTER_SECONDS,
    House,
    at_the_counter,
    behind_the_counters,
    somebody_says_go,
    somebody_takes_the_time_back,
    the_last_one,
    the_manager,
    those_who_return,
)
from simulation.clock import Clock, begin
from simulation.disk import Disk
from simulation.displays import CounterBox, HallBox
from simulation.kiosk import KioskBox
from simulation.looks import Looks
from simulation.network import Network
from simulation.operator import Operator
from simulation.patients import Patient, Queue, morning
from simulation.recovery import Recovery
from simulation.screens import Screens
from simulation.store_process import StoreProcess, WallClock
from simulation.telephone import TelephoneBox
from simulation.witness import Witness

SITE: Final = "simulated"
SITE_FILE: Final = Path(__file__).with_name("site.toml")
DAY: Final = "2026-11-23"
SIX: Final = datetime(2026, 11, 23, 6, tzinfo=ZoneInfo("Asia/Tehran"))
"""Six in the morning in Arak, when every world begins."""
SIX_MS: Final = int(SIX.timestamp() * 1000)
HOUR: Final = 3600.0
OPENS: Final = 1 * HOUR
CLOSES: Final = 4 * HOUR
HOME_TIME: Final = 5.25 * HOUR
BOOKED_BEFORE: Final = 130
BOOK_BY_PHONE: Final = 40
WALK_INS: Final = 150
KIOSKS: Final = ("kiosk-1", "kiosk-2")
COUNTERS: Final = ("counter-1", "counter-2", "counter-3", "room-1", "room-2", "room-3", "room-4")
HALL: Final = "waiting-room"
PHONE: Final = "phone-1"
OPERATOR: Final = "operator"
DEPARTMENTS: Final = ((11, 1), (11, 2), (12, 3), (12, 4), (21, None))
SHEETS_EVERY_MS: Final = 300_000
"""Ten times as seldom as in a clinic: what a kiosk that is alone knows is older here, and a day goes by sooner."""
COPIED_EVERY_SECONDS: Final = 600.0
RESTART_SECONDS: Final = (1.0, 2.0)
"""From a process's end until systemd has it serving again."""


class World:
    """Everything there is."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.clock, self.chance = Clock(), Random(seed)
        self.witness = Witness()
        self.network = Network(self.clock, Random(self.chance.random()), SITE)
        self.wall = WallClock(self.clock, SIX_MS)
        self.disk = Disk(folder / "store", template())
        self.codes = list(booked_before())
        self.store: StoreProcess | None = None
        self.house = House()
        self.opening, self.closing, self.home_time = OPENS, CLOSES, HOME_TIME
        self.kiosks = [KioskBox(self.network, one, folder / one, self._chance(), self.witness) for one in KIOSKS]
        self.kiosks[0].own_ms = self.wall.true_ms
        self.queues = {one: Queue() for one in KIOSKS}
        self.counters = [CounterBox(self.network, one, self._chance(), self.witness) for one in COUNTERS]
        self.hall = HallBox(self.network, HALL, "hall", self._chance(), self.witness)
        self.telephone = TelephoneBox(self.network, PHONE, folder / PHONE, self._chance(), self.witness)
        self.telephone.outbox_waits = self._outbox_waits
        self.starts_failed = 0
        self.copies: list[tuple[float, Path]] = []
        """When each was made, and where it is."""
        self.lost: tuple[float, float] | None = None
        """What happened between these moments is not in the ledger: an older copy was put back."""
        self.forgot = False
        """A kiosk's card loses a paper today: no ledger is lost besides."""
        self.away_at_the_end = False
        """A kiosk will not be reached when the day ends, which is soon after reception then."""
        self.away: set[int] = set()
        """Doctors who have left."""
        self.absences: list[Announced] = []
        """What was announced of them, as it was answered."""
        self.taken_back: list[TakenBack] = []
        self.stores: list[StoreProcess] = []
        self.served_from: dict[str, float] = {}
        """When each epoch began."""
        self.recovery = Recovery(self)
        self.screens = Screens()
        self.looks = Looks(self)
        self.network.watch = self._watch

    def _chance(self) -> Random:
        return Random(self.chance.random())

    @property
    def boxes(self) -> "tuple[KioskBox | CounterBox | HallBox | TelephoneBox, ...]":
        """Every device, the store aside."""
        return (*self.kiosks, *self.counters, self.hall, self.telephone)

    def box(self, device: str) -> "KioskBox | CounterBox | HallBox | TelephoneBox":
        """The device of this name."""
        return next(one for one in self.boxes if one.device == device)

    def switch_on(self) -> None:
        """Six o'clock: the power is on, people set out."""
        self.start_store()
        self.operator = Operator(self.network, OPERATOR, self._chance(), COUNTERS)
        for box in self.boxes:
            self.clock.after(self.chance.uniform(0.0, 20.0), box.switch_on)
        for counter in self.counters:
            self.clock.at(OPENS + 300.0, lambda counter=counter: begin(self.clock, at_the_counter(self, counter)))  # type: ignore[misc]
        self.clock.at(OPENS, self._copy)
        for life in (behind_the_counters, those_who_return, the_manager, perhaps_a_doctor_leaves):
            self.clock.at(OPENS + 900.0, lambda life=life: begin(self.clock, life(self)))  # type: ignore[misc]
        self._people()

    def _people(self) -> None:
        """Who comes today, and when: most before nine."""
        chance = self.chance
        for number, (code, department) in enumerate(self.codes):
            if chance.random() < 0.95:
                self._comes(Patient(f"booked-{number}", code, department), late=0.9)
        for number in range(WALK_INS):
            department, _ = chance.choice(DEPARTMENTS)
            self._comes(Patient(f"walk-in-{number}", None, department), late=1.0)
        for _ in range(BOOK_BY_PHONE):
            department, doctor = chance.choice(DEPARTMENTS)
            at = chance.uniform(120.0, CLOSES)
            mobile = f"09{chance.randrange(10**9):09}"
            self.clock.at(at, lambda of=(mobile, department, doctor): self.telephone.rings(*of))  # type: ignore[misc]

    def _comes(self, patient: Patient, *, late: float) -> None:
        chance = self.chance
        patient.mistypes = chance.random() < 0.08
        patient.leaves_early = chance.random() < 0.07
        patient.returns = chance.random() < 0.6
        at = OPENS - 300.0 + (CLOSES - OPENS) * late * chance.betavariate(1.3, 2.2)
        self.clock.at(at, lambda: begin(self.clock, morning(self, patient)))
        if patient.code is not None and chance.random() < 0.05:  # a companion types the same code
            twin = Patient(f"{patient.name}-companion", patient.code, patient.department)
            self.clock.at(at + chance.uniform(-5.0, 240.0), lambda: begin(self.clock, morning(self, twin)))

    def _outbox_waits(self, now_ms: int) -> bool:
        """Whether the worker would be given something."""
        sql = "SELECT min(next_at_ms), max(state = 'sending') FROM texts WHERE next_at_ms IS NOT NULL OR state = 'sending'"
        ((next_at_ms, one_is_sent),) = self.disk.read(sql)
        return bool(one_is_sent) or (next_at_ms is not None and next_at_ms <= now_ms)

    # ------------------------------------------------------------------------------ what is looked at

    def _watch(self, path: str, message: Message, payload: bytes) -> None:
        self.screens.watch(path, message, payload)

    def seconds_of(self, at_ms: int) -> float:
        """When that was, on this world's clock."""
        return (at_ms - SIX_MS) / 1000

    def at_ms(self, seconds: float) -> int:
        """The moment, as the ledger writes it."""
        return SIX_MS + int(seconds * 1000)

    def local(self, seconds: float) -> datetime:
        """What the clinic's clocks show then."""
        return SIX + timedelta(seconds=seconds)

    def troubled(self, since: float, until: float) -> bool:
        """Whether some fault struck, or had not healed, between these moments."""
        return any(began <= until and ended >= since for began, ended in self.recovery.troubled)

    @property
    def may_lose(self) -> bool:
        """Whether nothing was lost yet, and there is a copy to go back to."""
        return bool(self.copies) and self.lost is None and not self.forgot

    def is_lost(self, at: float) -> bool:
        """Whether only a ledger that is lost knew of that moment: no rule brings it back."""
        return self.lost is not None and self.lost[0] - 60.0 <= at <= self.lost[1] + 10.0

    def tickets(self) -> int:
        """The numbers that were promised."""
        return len({(paper.service_day, paper.number) for paper in self.witness.papers})

    def day_ends_at(self) -> float:
        """When somebody ends the day, on a day on which it is not left open until everybody goes home."""
        return min(self.home_time, self.closing + ENDS_EARLY_AFTER_SECONDS)

    def goes_home(self) -> None:
        """The last people leave: a person ends the day if it is still open."""
        begin(self.clock, the_last_one(self))

    def two_with_one_code(self, seconds: float) -> None:
        """A patient and a companion, each with the same code, in some seconds."""
        code, department = self.chance.choice(self.codes)
        for who in ("with-a-code", "with-the-same-code"):
            patient = Patient(f"{who}-{self.clock.now:.0f}", code, department)
            self.clock.after(seconds, lambda patient=patient: begin(self.clock, morning(self, patient)))  # type: ignore[misc]

    # ------------------------------------------------------------------------------------ the store

    def _copy(self) -> None:
        """The copies that are made all day."""
        self.copies = [*self.copies[-1:], (self.clock.now, self.disk.copy())]
        if self.clock.now < self.home_time and self.lost is None:
            self.clock.after(COPIED_EVERY_SECONDS, self._copy)

    def put_back(self, *, told: bool, copy: tuple[float, Path] | None = None) -> None:
        """The store dies, and finds an older copy when it starts again: one of those made all day, or this one."""
        copied_at, path = copy or self.chance.choice(self.copies)
        self.lost = (copied_at, self.clock.now)
        self.kill_store()
        self.disk.put_back(path, told=told)
        self.screens.history_lost()
        begin(self.clock, somebody_says_go(self))
        begin(self.clock, somebody_takes_the_time_back(self))

    def start_store(self) -> None:
        """systemd starts it; on a full disk it tries again."""
        if self.store is not None:
            return
        try:
            self.store = StoreProcess(self.network, self.disk, self.wall, self._chance())
        except LedgerError:
            self.starts_failed += 1
            self.start_store_later()
            return
        self.stores.append(self.store)
        epoch = self.store.store.epoch
        self.served_from[epoch] = self.clock.now
        self.store.died = self.store_is_gone
        self.store.shown = lambda: self.screens.settled_moment(epoch)
        self.store.start()
        self.witness.note(self.clock.now, f"the store serves, epoch {epoch}")

    def kill_store(self) -> None:
        """kill -9."""
        if self.store is not None:
            self.store.kill()
            self.store_is_gone()

    def store_is_gone(self) -> None:
        """It died; systemd has seen it."""
        self.witness.note(self.clock.now, "the store is dead")
        self.store = None
        self.start_store_later()

    def start_store_later(self) -> None:
        """By systemd."""
        self.clock.after(self.chance.uniform(*RESTART_SECONDS), self.start_store)


@contextmanager
def world(seed: int) -> Iterator[World]:
    """A world on tmpfs, in which even names are drawn from the seed; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="nobat-simulation-", dir=_memory()))
    with seeded(Random(seed)):
        try:
            one = World(seed, folder)
            yield one
            one.disk.close()
        finally:
            shutil.rmtree(folder)


@contextmanager
def seeded(chance: Random) -> Iterator[None]:
    """What the house draws from the machine (epochs, salts) comes from `chance`: one seed gives one run."""
    before = (secrets.token_hex, secrets.token_bytes, secrets.randbits)
    sheets_every_ms, store_module.SHEETS_EVERY_MS = store_module.SHEETS_EVERY_MS, SHEETS_EVERY_MS  # type: ignore[misc]

    def draw(size: int | None = None) -> bytes:
        return chance.randbytes(32 if size is None else size)

    def draw_hex(size: int | None = None) -> str:
        return draw(size).hex()

    secrets.token_bytes, secrets.token_hex = draw, draw_hex  # type: ignore[assignment]
    secrets.randbits = chance.getrandbits  # type: ignore[assignment]
    try:
        yield
    finally:
        secrets.token_hex, secrets.token_bytes, secrets.randbits = before
        store_module.SHEETS_EVERY_MS = sheets_every_ms  # type: ignore[misc]


def _memory() -> str | None:
    shared = Path("/dev/shm")  # noqa: S108  a folder of our own is made in it
    return str(shared) if shared.is_dir() else None


@cache
def _prepared() -> tuple[Path, tuple[tuple[str, int], ...]]:
    """A ledger with the site loaded and the bookings of the days before, every second with a mobile, to be copied for each
    world of this process."""
    folder = Path(tempfile.mkdtemp(prefix="nobat-template-", dir=_memory()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "ledger.sqlite"
    with seeded(Random(0)):
        ledger = Ledger.open(f"sqlite:///{path}", SIX_MS - 12 * 3600_000)
        store = Store(ledger, SITE, Random(0))
        now = Now(SIX_MS - 12 * 3600_000)
        sha256 = hashlib.sha256(SITE_FILE.read_bytes()).hexdigest()
        store.ask(LoadSite(path=str(SITE_FILE), sha256=sha256), now)
        booked: list[tuple[str, int]] = []
        for number in range(BOOKED_BEFORE):
            department, doctor = DEPARTMENTS[number % len(DEPARTMENTS)]
            mobile = f"0912{number:07}" if number % 2 else None
            answer = store.ask(Book(department=department, doctor=doctor, mobile=mobile, date=DAY), now)
            if isinstance(answer, Booked):
                booked.append((answer.code, department))
        _send_texts(store, now)
        ledger.close()
    return path, tuple(booked)


def _send_texts(store: Store, now: Now) -> None:
    """What the bookings of the days before have texted has come long ago."""
    while isinstance(texts := store.ask(TakeTexts(), now), Texts) and texts.to_send:
        for text in texts.to_send:
            store.ask(TextResult(text=text.id, attempt=text.attempt, outcome=TextOutcome.DELIVERED, gateway="modem"), now)


def template() -> Path:
    """The ledger that every world begins with."""
    return _prepared()[0]


def booked_before() -> tuple[tuple[str, int], ...]:
    """The bookings in it: code and department."""
    return _prepared()[1]
