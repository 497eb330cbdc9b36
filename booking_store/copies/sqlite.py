"""A copy of an SQLite ledger, made beside the store that writes it.

SQLite's backup, on a connection that cannot write and so cannot checkpoint (two that do can damage a WAL before SQLite 3.51.3).
It reads one snapshot from the first page to the last, whatever is committed meanwhile, in small steps with a breath between
them. The store never waits for it; only its WAL grows a little until the copy is made.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from booking_store.copies.copy import CopyError
from booking_store.database import refuse_damage
from booking_store.soundness import fault_of
from rules.kept_copies import Age

STEP_PAGES: Final = 64
"""256 KiB: a slow card reads so much in about ten milliseconds."""
BREATH_SECONDS: Final = 0.005

_LEDGER_ROW: Final = "SELECT generation, sequence, last_commit_ms FROM ledger"
_TABLES: Final = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"


@dataclass(frozen=True, slots=True)
class Inside:
    """What a ledger says of itself: how far it reaches, and how many rows each table has."""

    age: Age
    rows: Mapping[str, int]


def copy(ledger: Path, fresh: Path, breathe: Callable[[], None] = lambda: time.sleep(BREATH_SECONDS)) -> Age:
    """Copy the ledger into `fresh`, a new empty file, and prove it. How far the copy reaches. Raises CopyError, and
    LedgerDamagedError where the ledger itself cannot be read."""
    with _beside_a_store(ledger) as source:
        source.execute("BEGIN")
        before = _inside(source)  # the first read: from here on it is one snapshot
        target = sqlite3.connect(fresh)
        try:
            target.execute("PRAGMA synchronous = OFF")  # it is flushed as a whole, below
            source.backup(target, pages=STEP_PAGES, progress=lambda *_: breathe())
        except sqlite3.Error as problem:
            raise CopyError(f"{fresh.parent}: the copy could not be made: {problem}") from problem
        finally:
            target.close()
    _flush(fresh)
    try:
        found = prove(fresh)
    except CopyError as problem:
        raise CopyError(f"{problem}. The ledger may be so itself: nobat restore --check tells") from problem
    if found != before:
        raise CopyError(f"{fresh.parent}: the copy does not hold what the ledger holds ({found} for {before})")
    return before.age


def age_beside_a_store(ledger: Path) -> Age:
    """How far the ledger reaches now, whether a store runs or not. Raises CopyError, LedgerDamagedError."""
    with _beside_a_store(ledger) as connection:
        return _age(connection)


def prove(path: Path) -> Inside:
    """Read the whole of a copy back from its device and look for faults. Raises CopyError when it is no sound ledger."""
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # from the device, not from the memory just written to it
    return look(path)


def look(ledger: Path) -> Inside:
    """What a copy holds, or a ledger while nobody writes it. Raises CopyError when it is not sound."""
    try:
        fault = fault_of(ledger)
    except (OSError, sqlite3.Error) as problem:
        raise CopyError(f"{ledger}: cannot be read: {problem}") from problem
    if fault is not None:
        raise CopyError(f"{ledger}: not sound: {fault}")
    with _reading(ledger, _alone(ledger)) as connection:
        return _inside(connection)


def tickets_in(path: Path) -> int:
    """How many tickets a copy holds. Raises CopyError."""
    return look(path).rows["tickets"]


def tickets_since(path: Path, since_ms: int) -> int:
    """How many tickets were given after that moment, as far as a copy knows. Raises CopyError."""
    with _reading(path, _alone(path)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM tickets WHERE issued_at_ms > ?", (since_ms,)).fetchone()
        return int(count)


def site_file_in(path: Path) -> str | None:
    """The newest site file that a copy holds; None: none was loaded yet. Raises CopyError."""
    with _reading(path, _alone(path)) as connection:
        row = connection.execute("SELECT document FROM sites ORDER BY id DESC LIMIT 1").fetchone()
        return None if row is None else str(row[0])


@contextmanager
def _beside_a_store(ledger: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write, to the ledger itself; its damage is told as the store tells it."""
    try:
        with _reading(ledger, "mode=ro") as connection:  # never "immutable": a store may start meanwhile
            yield connection
    except CopyError as problem:
        refuse_damage(f"sqlite:///{ledger}", problem.__cause__)
        raise


@contextmanager
def _reading(path: Path, how: str) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True, isolation_level=None)) as connection:
            yield connection
    except sqlite3.Error as problem:
        raise CopyError(f"{path}: cannot be read: {problem}") from problem


def _alone(path: Path) -> str:
    """How to open what nobody writes: without a WAL it is read as it lies there, and nothing is made beside it."""
    return "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"


def _age(connection: sqlite3.Connection) -> Age:
    row = connection.execute(_LEDGER_ROW).fetchone()
    if row is None:
        raise CopyError("the ledger has no row of its own yet: start the store once")
    generation, sequence, last_commit_ms = row
    return Age(generation, sequence, last_commit_ms // 1000 * 1000)


def _inside(connection: sqlite3.Connection) -> Inside:
    names = [name for (name,) in connection.execute(_TABLES)]
    rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608  its own tables
    return Inside(_age(connection), rows)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
