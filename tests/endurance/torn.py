"""A small ledger with its last commits still in the -wal, for copies of it that are torn, and what a start makes of each."""

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from booking_store.clock import Now
from booking_store.database import LedgerError, telling_where
from booking_store.ledger import Ledger
from booking_store.store import Store
from mqtt.contract import Book, Seen, Settle, SettleOutcome, TakeWalkIn, TicketGiven
from tests.store.clinic import Clinic, moment_ms, new_id

SMALL_PAGE_BYTES: Final = 512
"""The least that SQLite takes: every byte of a ledger is few of them."""
FRAME_HEADER_BYTES: Final = 24
WAL_HEADER_BYTES: Final = 32
OF_A_START: Final = ("ledger", "epochs", "points")
"""What a start changes by itself."""

State = dict[str, list[Any]]


@dataclass(frozen=True)
class SmallLedger:
    """The files of a store that died, the rows after each of its commits, and what was seen of each."""

    database: bytes
    wal: bytes
    page_bytes: int
    states: dict[int, State] = field(default_factory=dict)
    seen: tuple[Seen, ...] = ()

    @property
    def frames(self) -> range:
        """Where the frames of the -wal begin."""
        return range(WAL_HEADER_BYTES, len(self.wal), FRAME_HEADER_BYTES + self.page_bytes)


def made(folder: Path, *, page_bytes: int = SMALL_PAGE_BYTES, people: int = 3) -> SmallLedger:
    """A morning of the small clinic: the day opened and closed in the file, then `people` more in the -wal, then the cut."""
    folder.mkdir()
    path = folder / "ledger.sqlite"

    def opened() -> Ledger:
        if path.exists():
            with_pages_of(path, page_bytes)
        return Ledger.open(f"sqlite:///{path}", moment_ms("06:00"))

    clinic = Clinic(opened)
    clinic.ask("operator", Book(department=11, doctor=1))
    clinic.at("08:05").wait(0)
    clinic.walk_in(11)
    clinic.call_next("counter-1")
    clinic.restart()
    states, seen = {clinic.ledger.sequence: state_of(path)}, []

    def note() -> None:
        states[clinic.ledger.sequence] = state_of(path)
        seen.append(Seen(epoch=clinic.ledger.epoch, sequence=clinic.ledger.sequence))

    for _ in range(people):
        clinic.now = Now(clinic.now.ms + 60_000)
        request = new_id()
        given = clinic.ask("kiosk-1", TakeWalkIn(department=11, service_day=clinic.day), request)
        assert isinstance(given, TicketGiven), given
        note()
        paper = Settle(request=request, service_day=1, outcome=SettleOutcome.PRINTED, number=given.number)
        clinic.ask("kiosk-1", paper)
        note()
        clinic.call_next("counter-1")
        note()
    whole = SmallLedger(path.read_bytes(), wal_of(path).read_bytes(), page_bytes, states, tuple(seen))
    clinic.ledger.close()
    return whole


def with_pages_of(path: Path, page_bytes: int) -> None:
    """Write a ledger that nobody holds anew, with pages of this size."""
    with sqlite3.connect(path, isolation_level=None) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")
        raw.execute(f"PRAGMA page_size = {page_bytes}")
        raw.execute("VACUUM")
    raw.close()


def wal_of(path: Path) -> Path:
    """The file beside a ledger that holds its last commits."""
    return path.with_name(f"{path.name}-wal")


def put(folder: Path, database: bytes | None, wal: bytes | None, shm: bytes | None = None) -> Path:
    """These files, and no others, as a ledger; None: that file is gone."""
    for old in folder.glob("ledger.sqlite*"):
        old.unlink()
    path = folder / "ledger.sqlite"
    for name, content in (("", database), ("-wal", wal), ("-shm", shm)):
        if content is not None:
            path.with_name(path.name + name).write_bytes(content)
    return path


def readable_state_of(path: Path) -> State:
    """As state_of; empty where a flipped bit left a text that is no text, or a table without its name."""
    try:
        return state_of(path)
    except sqlite3.Error:
        return {}


def state_of(path: Path) -> State:
    """All rows that a start does not change by itself."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as raw:
        tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        state = {name: list(raw.execute(f"SELECT * FROM {name}")) for name in tables if name not in OF_A_START}  # noqa: S608
    raw.close()
    return state


@dataclass(frozen=True)
class Started:
    """The store started: at which commit, with which rows, and which of what was seen it knows."""

    sequence: int
    state: State
    knows: tuple[Seen, ...]


@dataclass(frozen=True)
class Refused:
    """It ended with these words."""

    words: str


def start(path: Path, seen: tuple[Seen, ...] = ()) -> Started | Refused:
    """Open the ledger as the program does, up to the first snapshots that it publishes. Any other exception than a LedgerError
    would be a traceback."""
    url = f"sqlite:///{path}"
    try:
        ledger = Ledger.open(url, moment_ms("06:00"))
        try:
            with telling_where(url):
                sequence = ledger.sequence
                Store(ledger, "small").everything(Now(moment_ms("09:00")))
                return Started(sequence, readable_state_of(path), tuple(one for one in seen if ledger.knows(one)))
        finally:
            ledger.close()
    except LedgerError as told:
        return Refused(str(told))


def files(path: Path) -> tuple[bytes | None, bytes | None]:
    """What lies there now: the ledger and its -wal."""
    database, wal = (one.read_bytes() if one.exists() else None for one in (path, wal_of(path)))
    return database, wal
