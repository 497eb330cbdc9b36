"""The store's disk: what survives when its process dies, copies of the ledger, and a disk that is full.

Durability is modelled by copying: the files are copied while the dead process still has them open, so that the next run
finds exactly what SQLite had written, its WAL included, as after a power cut on a disk that keeps what was flushed (the house
commits with synchronous=FULL). A card that lies is an older copy put back.
"""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from booking_store.fence import outrank
from booking_store.generations import mark_restored
from booking_store.ledger import Ledger

NAME = "ledger.sqlite"


class Disk:
    """One folder for each life of the ledger's files, below `folder` (best on tmpfs)."""

    def __init__(self, folder: Path, template: Path) -> None:
        """`template`: a ledger to begin with."""
        self._folder = folder
        self._lives = 0
        self.nearly_full = False
        """The guard says so (booking_store/disk.py): commits still succeed."""
        self.full = False
        self.die_at_commit = False
        self._reader: tuple[Path, sqlite3.Connection] | None = None
        self._now = self._next()
        shutil.copy(template, self.path)

    @property
    def path(self) -> Path:
        """The ledger's file now."""
        return self._now / NAME

    def open(self, now_ms: int) -> Ledger:
        """Open the ledger as a store that starts does. Raises LedgerError on a full disk."""
        ledger = Ledger.open(f"sqlite:///{self.path}", now_ms)
        event.listen(ledger.connection.engine, "commit", self._commits)
        return ledger

    def read(self, sql: str) -> list[tuple[Any, ...]]:
        """What the ledger holds now, read from beside the store."""
        if self._reader is None or self._reader[0] != self.path:
            self.close()
            self._reader = (self.path, sqlite3.connect(f"file:{self.path}?mode=ro", uri=True))
        return self._reader[1].execute(sql).fetchall()

    def close(self) -> None:
        """Nobody looks any more."""
        if self._reader is not None:
            self._reader[1].close()
            self._reader = None

    def after_death(self) -> None:
        """The process that had the ledger open is gone: the next finds what it had written. Call it before `close`."""
        before = self._now
        self._now = self._next()
        _copy(before, self._now)

    def copy(self) -> Path:
        """A copy of the ledger as it is now: a backup."""
        to = self._next()
        _copy(self._now, to)
        return to

    def another(self) -> "Disk":
        """Another machine's disk, with this ledger as it is now."""
        other = Disk(self._next(), self.path)
        _copy(self._now, other._now)
        return other

    def put_back(self, copy: Path, *, told: bool) -> None:
        """An older copy is the ledger from now on; `told`: as `nobat restore` does it, which marks it."""
        self._now = self._next()
        _copy(copy, self._now)
        if told:
            mark_restored(f"sqlite:///{self.path}")
            outrank(f"sqlite:///{self.path}")

    def _commits(self, _connection: Connection) -> None:
        if self.die_at_commit:
            self.die_at_commit = False
            raise DiedError
        if self.full:
            raise OperationalError("COMMIT", None, OSError("database or disk is full"))

    def _next(self) -> Path:
        self._lives += 1
        folder = self._folder / str(self._lives)
        folder.mkdir(parents=True)
        return folder


class DiedError(BaseException):
    """The store's process was killed in the middle of a commit."""


def _copy(before: Path, after: Path) -> None:
    for name in (NAME, f"{NAME}-wal"):
        if (before / name).exists():
            shutil.copy(before / name, after / name)
