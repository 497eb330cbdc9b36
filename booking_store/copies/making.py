"""A copy is made: written under another name, proved, and only then given its own. Then the rule takes the old ones away.

A copy that cannot be proved takes nobody's place: it is deleted, the good ones stand, and whoever asked is told. A ledger that
reaches less far than the newest copy is not copied at all: it is another one, or an old one that somebody put back by hand, and
its copies would in time take the place of the good ones.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from booking_store import database
from booking_store.copies import postgresql, sqlite
from booking_store.copies.copy import Copy, CopyError, digest, name_of, newest_first
from booking_store.ledger_lock import LedgerLock
from program.durable_file import flush_names, give_to_owner_of
from rules.kept_copies import Age, to_keep


@dataclass(frozen=True, slots=True)
class Made:
    """What `back_up` did: the newest copy, whether it is new, and how many old ones went."""

    copy: Copy
    new: bool
    deleted: int


def back_up(url: str, folder: Path) -> Made:
    """Copy the ledger at `url` into `folder`, unless its last commit is copied already. Raises CopyError, LedgerError."""
    with _alone_in(folder):
        _delete_unfinished(folder)
        copies = newest_first(folder)
        newest = copies[0] if copies else None
        reached = _age(url)
        if newest is not None and reached == newest.age and _is_whole(newest):
            return Made(newest, new=False, deleted=0)
        if newest is not None and reached < newest.age:
            raise CopyError(
                f"{folder}: a copy there ({newest.path.name}) reaches further than this ledger: it is another one, or an old "
                "one that was put back by hand. Nothing was copied. Use nobat restore, or another folder"
            )
        made = _made(url, folder)
        return Made(made, new=True, deleted=tidy(folder))


def tidy(folder: Path) -> int:
    """Delete the copies that the rule does not keep; how many went. Raises CopyError."""
    copies = newest_first(folder)
    kept = to_keep(copy.age for copy in copies)
    gone = [copy for copy in copies if copy.age not in kept]
    for copy in gone:
        copy.path.unlink(missing_ok=True)
    return len(gone)


def prove(copy: Copy) -> None:
    """Read a copy back and look for faults. Raises CopyError when it is not good."""
    copy.refuse_changed()
    reaches = sqlite.prove(copy.path).age if copy.kind == "sqlite" else postgresql.prove(copy.path)
    if reaches != copy.age:
        raise CopyError(f"{copy.path}: holds another ledger than its name tells")


def is_other_device(url: str, folder: Path) -> bool:
    """Whether `folder` lies on another device than the ledger, as far as this machine can tell (a server's ledger always does).
    Raises CopyError when there is no such folder, LedgerError when there is no ledger."""
    try:
        device = folder.stat().st_dev
    except OSError as problem:
        raise CopyError(f"{folder}: {problem.strerror}") from problem
    return not database.is_sqlite(url) or database.sqlite_there(url).stat().st_dev != device


def _made(url: str, folder: Path) -> Copy:
    kind = "sqlite" if database.is_sqlite(url) else "dump"
    fresh = folder / f".unfinished.{kind}"
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        age = sqlite.copy(database.sqlite_path(url), fresh) if kind == "sqlite" else postgresql.copy(url, fresh)
        told = digest(fresh)
        give_to_owner_of(folder, fresh)
        path = fresh.rename(folder / name_of(age, told, kind))
        flush_names(folder)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return Copy(path, age, told, kind)


def _age(url: str) -> Age:
    if database.is_sqlite(url):
        return sqlite.age_beside_a_store(database.sqlite_there(url))
    engine = database.open_for_reading(url)
    try:
        with database.telling_where(url), engine.connect() as connection:
            return postgresql.age_in(connection)
    finally:
        engine.dispose()


def _is_whole(copy: Copy) -> bool:
    try:
        copy.refuse_changed()
    except CopyError:
        return False
    return True


def _delete_unfinished(folder: Path) -> None:
    """What a copying that was killed left behind."""
    for path in folder.glob(".unfinished.*"):
        path.unlink()


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """One copying at a time in a folder; a slow one must not meet the next minute's. Raises CopyError."""
    try:
        lock = LedgerLock.take(folder / ".copying")
    except BlockingIOError:
        raise CopyError(f"{folder}: another copy is being made there") from None
    except OSError as problem:
        raise CopyError(f"{folder}: {problem.strerror}; is the device there, and writable?") from problem
    try:
        yield
    finally:
        lock.release()
