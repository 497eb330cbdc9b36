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
from booking_store.database import LedgerDamagedError
from booking_store.fence import outrank, rank
from booking_store.generations import mark_restored
from booking_store.ledger_lock import MADE, SUPERSEDED, LedgerLock
from program.durable_file import flush_names, give_to_owner_of

ASIDE: Final = "set-aside-"
SETTING_ASIDE: Final = "setting-aside"
"""Its name until all that is to be kept is in it."""


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
    if database.is_sqlite(url):
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
    if not database.is_sqlite(url):
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
            database.refuse_by_its_schemas(connection)
            return Standing(None, int(connection.execute(text("SELECT count(*) FROM tickets")).scalar_one()))
    except LedgerDamagedError as problem:
        return Standing(str(problem))
    except DBAPIError as problem:
        return Standing(str(problem.orig).strip())
    finally:
        engine.dispose()


def put_back(url: str, copy: Copy) -> str:
    """Put a proved copy in the ledger's place, marked as put back; where the old one is kept now (empty: there was none).

    Raises LedgerBusyError while a store holds the ledger, CopyError, LedgerError.
    """
    kind = "sqlite" if database.is_sqlite(url) else "dump"
    if copy.kind != kind:
        raise CopyError(f"{copy.path}: a copy of another kind of database than {make_url(url).render_as_string()}")
    if kind == "dump":
        with postgresql.locked(url) as connection:
            return postgresql.put_back(url, copy.path, connection)
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
        if not lock.word.startswith(SUPERSEDED):
            lock.note(MADE)  # from here on, no ledger means a lost one
        aside = _put_aside(path)
        ready.rename(path)
        flush_names(path.parent)
        lock.note(MADE)  # not before: a ledger that another machine outranks must not be opened once more
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
    os.close(os.open(ready, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    shutil.copyfile(copy.path, ready)
    if sqlite.prove(ready).age != copy.age:
        raise CopyError(f"{ready}: the copy changed on its way")
    mark_restored(f"sqlite:///{ready}")
    outrank(f"sqlite:///{ready}")
    if _wal_of(ready).exists():  # it would be left behind, and with it the marks
        raise CopyError(f"{ready}: what marks it as put back could not be written into it; is the disk full?")
    give_to_owner_of(ready.parent, ready)


def _put_aside(path: Path) -> str:
    """Move the old ledger with all that belongs to it into a folder beside; which. What a killed restore began is ended."""
    begun = path.with_name(SETTING_ASIDE)
    if path.exists() and (begun / path.name).exists():
        _name_aside(begun)  # somebody put this ledger there since
    if not any(one.exists() for one in (path, _wal_of(path), begun)):
        return ""
    begun.mkdir(mode=0o700, exist_ok=True)
    for part in (path, _wal_of(path)):  # the ledger goes first: without it no store starts
        if part.exists():
            part.rename(begun / part.name)
            flush_names(begun)
            flush_names(path.parent)
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    return str(_name_aside(begun))


def _name_aside(begun: Path) -> Path:
    """Give the folder a number that none had before: what was put aside is never written over."""
    give_to_owner_of(begun.parent, begun)
    numbers = (one.name.removeprefix(ASIDE) for one in begun.parent.glob(f"{ASIDE}*"))
    last = max((int(number) for number in numbers if number.isdecimal()), default=0)
    folder = begun.rename(begun.with_name(f"{ASIDE}{last + 1}"))
    flush_names(folder.parent)
    return folder


def _wal_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _delete(ready: Path) -> None:
    for end in ("", "-wal", "-shm", ".lock"):
        ready.with_name(ready.name + end).unlink(missing_ok=True)
