"""The newest good copy is put in the ledger's place; what was there is kept.

Everything is made ready beside the ledger first: copied, proved, marked as put back. Then three renames, in an order in which a
power cut at any moment leaves either the old ledger, or none and a store that says so and starts nothing (`ledger_lock.py`), or
the new one. Never two of them mixed: a WAL belongs to one file, and SQLite would apply it to any other.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from booking_store import database
from booking_store.copies import postgresql, sqlite
from booking_store.copies.copy import Copy, CopyError, newest_first
from booking_store.copies.making import prove
from booking_store.fence import outrank, rank
from booking_store.generations import mark_restored
from booking_store.ledger_lock import MADE, SUPERSEDED, LedgerLock, lock_file
from program.durable_file import flush_names

ASIDE: Final = "set-aside-"


@dataclass(frozen=True, slots=True)
class Choice:
    """The newest good copy, and what was passed over on the way to it, in words."""

    copy: Copy
    passed_over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The ledger as it lies there. `fault`: why it cannot be used; None: it is sound, and `tickets` were given by it."""

    fault: str | None
    tickets: int = 0


def choose(folder: Path) -> Choice:
    """Prove the copies in `folder`, the newest first, until one is good. Raises CopyError when none is."""
    passed_over: list[str] = []
    for copy in newest_first(folder):
        try:
            prove(copy)
        except CopyError as problem:
            passed_over.append(str(problem))
        else:
            return Choice(copy, tuple(passed_over))
    told = "".join(f"\n  {why}" for why in passed_over)
    raise CopyError(f"{folder}: there is no good copy of the ledger here{':' if told else ''}{told}")


def named(path: Path) -> Choice:
    """The copy in this very file. Raises CopyError when it is none, or not good."""
    copy = Copy.named(path)
    if copy is None:
        raise CopyError(
            f"{path}: not a copy's name. nobat backup gives it: it tells how far the copy reaches and what its bytes are"
        )
    prove(copy)
    return Choice(copy, ())


@contextmanager
def held(url: str) -> Iterator[None]:
    """Nobody else may open the ledger meanwhile. Raises LedgerBusyError while a store does, LedgerError."""
    if _is_sqlite(url):
        lock = database.lock_sqlite(database.sqlite_path(url))
        try:
            yield
        finally:
            lock.release()
    else:
        with postgresql.locked(url):
            yield


def standing(url: str) -> Standing:
    """What lies in the ledger's place, looked at without changing it. Raises LedgerError when its server is away."""
    if not _is_sqlite(url):
        return _standing_at_the_server(url)
    path = database.sqlite_path(url)
    try:
        if not path.exists():
            return Standing("it is gone")
        return Standing(None, sqlite.look(path).rows["tickets"])
    except CopyError as problem:
        return Standing(str(problem))


def _standing_at_the_server(url: str) -> Standing:
    engine = database.open_for_reading(url)
    try:
        with engine.connect() as connection:
            return Standing(None, int(connection.execute(text("SELECT count(*) FROM tickets")).scalar_one()))
    except DBAPIError as problem:
        return Standing(str(problem.orig).strip())
    finally:
        engine.dispose()


def _is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def put_back(url: str, copy: Copy) -> str:
    """Put a proved copy in the ledger's place, marked as put back; where the old one is kept now (empty: there was none).

    Raises LedgerBusyError while a store holds the ledger, CopyError, LedgerError.
    """
    kind = "sqlite" if _is_sqlite(url) else "dump"
    if copy.kind != kind:
        raise CopyError(f"{copy.path}: a copy of another kind of database than {make_url(url).render_as_string()}")
    if kind == "dump":
        with postgresql.locked(url) as connection:
            aside = postgresql.put_back(url, copy.path, connection)
        mark_restored(url)
        outrank(url)
        return aside
    path = database.sqlite_path(url)
    lock = database.lock_sqlite(path)
    try:
        return _put_back_file(path, copy, lock)
    except OSError as problem:
        raise CopyError(f"{path}: the copy could not be put there: {problem}") from problem
    finally:
        lock.release()


def _put_back_file(path: Path, copy: Copy, lock: LedgerLock) -> str:
    _refuse_superseded(path, copy, lock.word)
    ready = path.with_name(f"{path.name}.ready")
    _delete(ready)
    try:
        _make_ready(ready, copy)
        lock.note(MADE)  # from here on, no ledger means a lost one
        _belong_as(ready, path.parent)
        _belong_as(lock_file(path), path.parent)
        aside = _put_aside(path)
        ready.rename(path)
        flush_names(path.parent)
    finally:
        _delete(ready)
    return aside


def _refuse_superseded(path: Path, copy: Copy, word: str) -> None:
    """A machine whose clinic another one took over is given a copy of that one's ledger, or none: with its own old ones it
    would outrank the clinic's store."""
    epoch = word.removeprefix(SUPERSEDED) if word.startswith(SUPERSEDED) else ""
    if epoch and copy.age.generation < rank(epoch)[0]:
        raise CopyError(
            f"{path}: {word}, another machine's store; {copy.path.name} is older than that. Bring the newest copy from there"
        )


def _make_ready(ready: Path, copy: Copy) -> None:
    shutil.copyfile(copy.path, ready)
    ready.chmod(0o600)
    if sqlite.prove(ready).age != copy.age:
        raise CopyError(f"{ready}: the copy changed on its way")
    mark_restored(f"sqlite:///{ready}")
    outrank(f"sqlite:///{ready}")


def _put_aside(path: Path) -> str:
    """Move the old ledger with all that belongs to it into a folder beside; which. One that a killed restore began to move is
    moved on to where its other part is."""
    wal, memory = path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")
    if not path.exists() and not wal.exists():
        return ""
    asides = sorted(path.parent.glob(f"{ASIDE}*"), key=lambda folder: int(folder.name.removeprefix(ASIDE)))
    begun = bool(asides) and not path.exists() and not (asides[-1] / wal.name).exists()
    folder = asides[-1] if begun else path.with_name(f"{ASIDE}{len(asides) + 1}")
    folder.mkdir(mode=0o700, exist_ok=True)
    for part in (path, wal):  # the ledger goes first: without it no store starts
        if part.exists():
            part.rename(folder / part.name)
            flush_names(folder)
            flush_names(path.parent)
    memory.unlink(missing_ok=True)
    _belong_as(folder, path.parent)
    return str(folder)


def _belong_as(path: Path, like: Path) -> None:
    """Whoever restores may be root; the store that opens the ledger is not."""
    if os.geteuid() == 0:
        owner = like.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def _delete(ready: Path) -> None:
    for end in ("", "-wal", "-shm", ".lock"):
        ready.with_name(ready.name + end).unlink(missing_ok=True)
