"""Two kinds of database under the ledger, SQLite and PostgreSQL: connecting, locking, checking, upgrading.

The writer has one connection and nothing else writes: before SQLite 3.51.3, two connections that write or checkpoint
can damage a WAL. Readers open SQLite read-only.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool, StaticPool

from booking_store import soundness
from booking_store.ledger_lock import MADE, SUPERSEDED, LedgerLock, lock_file, word_beside

ADVISORY_LOCK: Final = 0x6E6F626174  # "nobat"
LAST_ONE_ENDS_WITHIN_SECONDS: Final = 2.0
LOOK_AGAIN_SECONDS: Final = 0.05
ASIDE: Final = "aside_"
"""What was in a PostgreSQL database before a copy was put back stays there, in a schema of this name and a number."""
MIGRATIONS: Final = Path(__file__).parent / "migrations"
SETTING_ASIDE: Final = "setting_aside"
"""That schema's name until the copy is whole and marked as put back."""
BUSY_TIMEOUT: Final = "busy_timeout = 5000"
PRAGMAS: Final = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    BUSY_TIMEOUT,
    "secure_delete = ON",  # what is erased is written over with zeros
    "temp_store = MEMORY",  # what a savepoint keeps to go back to would else be a file, anew in each transaction
)


class LedgerError(Exception):
    """The ledger cannot be used; the message says what is wrong, where, and what to do."""


class LedgerBusyError(LedgerError):
    """Another store holds the ledger."""


class LedgerOutrankedError(LedgerError):
    """Another machine's store, of `epoch`, has taken the clinic over: this ledger's history has ended."""

    def __init__(self, told: str, epoch: str) -> None:
        super().__init__(told)
        self.epoch = epoch


class LedgerDamagedError(LedgerError):
    """The file is no sound database, or is gone. Nothing was put in its place."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The writer's one connection, its engine, how to let the lock go, and how to leave a word beside the ledger that outlives
    this run."""

    engine: Engine
    connection: Connection
    unlock: Callable[[], None]
    note: Callable[[str], None]


def open_for_writing(url: str) -> Opened:
    """Lock, check and upgrade the database at `url` ("sqlite:///path", "postgresql://…"); create it when there never was one.

    Raises LedgerBusyError, LedgerDamagedError, or LedgerError when it cannot be reached or written, or is newer than this
    program.
    """
    with telling_where(url):
        opened = _open_sqlite(sqlite_path(url)) if is_sqlite(url) else lock_postgresql(url)
        try:
            if not is_sqlite(url):
                refuse_by_its_schemas(opened.connection)
            upgrade(opened.connection)
            if is_sqlite(url):
                with suppress(OSError):  # a full disk: the next start notes it
                    opened.note(MADE)
        except BaseException:
            close(opened)
            raise
    return opened


def _engine(url: str, **options: Any) -> Engine:
    """An engine that reads and writes its JSON by msgspec, in a tenth of the standard library's time, and whose errors quote
    nothing of what was written or asked."""
    return create_engine(url, hide_parameters=True, json_serializer=_json, json_deserializer=msgspec.json.decode, **options)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


@contextmanager
def telling_where(url: str) -> Iterator[None]:
    """What a sound database cannot do now (its disk is full, somebody else locked it), and what a damaged one shows only when
    it is read, as a LedgerError."""
    try:
        yield
    except (DBAPIError, UnicodeError) as problem:
        shown = make_url(url).render_as_string(hide_password=True)
        cause = problem.orig if isinstance(problem, DBAPIError) else problem
        if soundness.is_damage(cause):
            raise _damaged(shown, f"{soundness.told(cause)}. The ledger is damaged") from problem
        if not isinstance(problem, OperationalError):
            raise
        raise LedgerError(
            f"{shown}: the ledger cannot be written: {problem.orig}. It was left as it is; "
            "see whether its disk is full or fails, or another program holds it"
        ) from problem


@contextmanager
def telling_readers(url: str) -> Iterator[None]:
    """What goes wrong while the ledger is only read, as a LedgerError."""
    try:
        yield
    except DBAPIError as problem:
        refuse_damage(url, problem.orig)
        raise LedgerError(f"the ledger cannot be read: {problem.orig}") from problem


def refuse_damage(url: str, problem: BaseException | None) -> None:
    """Tell a reader's fault in the store's words where it lies in the file. A table that is missing is no damage here: a
    program of another version looks for it. Raises LedgerDamagedError."""
    if not isinstance(problem, sqlite3.OperationalError) and soundness.is_damage(problem):
        shown = make_url(url).render_as_string(hide_password=True)
        raise _damaged(shown, f"{soundness.told(problem)}. The ledger is damaged") from problem


def close(opened: Opened) -> None:
    """Give the connection and the lock back."""
    opened.connection.close()
    opened.engine.dispose()
    opened.unlock()


@contextmanager
def one_transaction(url: str) -> Iterator[Connection]:
    """Open the ledger, write in one transaction and close it again, for who is no store. Raises as `open_for_writing`."""
    opened = open_for_writing(url)
    try:
        with telling_where(url), opened.connection.begin():
            yield opened.connection
    finally:
        close(opened)


def open_for_reading(url: str) -> Engine:
    """An engine that can only read, beside a running store. Raises LedgerError when there is no ledger."""
    if is_sqlite(url):
        return _engine(f"sqlite:///file:{sqlite_there(url)}?mode=ro&uri=true", poolclass=NullPool)
    return _engine(_psycopg(url), poolclass=NullPool, execution_options={"postgresql_readonly": True})


# ---------------------------------------------------------------------------------------------- SQLite


def is_sqlite(url: str) -> bool:
    """Whether the ledger at `url` is a file; else it is a server's."""
    return make_url(url).get_backend_name() == "sqlite"


def sqlite_path(url: str) -> Path:
    """The file of an SQLite ledger. Raises LedgerError."""
    name = make_url(url).database
    if not name or name == ":memory:":
        raise LedgerError(f"{url}: the ledger needs a file, as in sqlite:////var/lib/nobat/ledger.sqlite")
    return Path(name).resolve()


def sqlite_there(url: str) -> Path:
    """The file of an SQLite ledger that is there. Raises LedgerError where none is; one that was made here is lost, which the
    word beside it says to readers as it does to the store."""
    path = sqlite_path(url)
    if not path.is_file():
        _refuse_by_its_word(path, word_beside(path))
        raise LedgerError(f"{path}: there is no ledger; start the store once, it makes one")
    return path


def lock_sqlite(path: Path) -> LedgerLock:
    """The lock of the ledger at `path`. Raises LedgerBusyError when a store holds it, LedgerError when it cannot be made."""
    try:
        return LedgerLock.take(path)
    except BlockingIOError:
        raise LedgerBusyError(f"{path}: another booking store holds this ledger; one site has one store") from None
    except OSError as problem:
        raise LedgerError(f"{path}: {problem.strerror}; the store must be able to write in that folder") from problem


def _open_sqlite(path: Path) -> Opened:
    lock = lock_sqlite(path)
    was_there = path.exists()

    def unlock() -> None:
        if not was_there and path.exists() and path.stat().st_size == 0:
            path.unlink()  # made on a full disk: the next start must not take it for a ledger that lost everything
        lock.release()

    try:
        _refuse_by_its_word(path, lock.word)
        _refuse_damaged(path)
        engine = _engine(f"sqlite:///{path}", poolclass=StaticPool)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
        umask = os.umask(0o077)  # SQLite makes the file, and gives its -wal and -shm the file's mode
        try:
            connection = engine.connect()
        finally:
            os.umask(umask)
    except BaseException:
        unlock()
        raise
    return Opened(engine, connection, unlock, lock.note)


def _prepare_sqlite(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # the driver begins nothing by itself: savepoints need that
    cursor = raw.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    try:
        connection.connection.cursor().execute("BEGIN IMMEDIATE")  # SQLAlchemy's own way takes as long as the rest of a read
    except sqlite3.Error as problem:
        raise OperationalError("BEGIN IMMEDIATE", None, problem) from problem


def empty_write_ahead_log(connection: Connection) -> None:
    """SQLite's -wal file keeps pages as they were until it is written over: end it, so that what was erased is gone from it.
    Where somebody reads at this moment, or the disk is full, it is left for the next time. Elsewhere nothing happens."""
    if connection.dialect.name != "sqlite":
        return
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 0")  # nobody's request waits for a reader
    with suppress(sqlite3.Error):
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    cursor.execute(f"PRAGMA {BUSY_TIMEOUT}")
    cursor.close()


def _refuse_by_its_word(path: Path, word: str) -> None:
    """A ledger that was here and is gone is never begun anew; one that another machine took over is never taken up again."""
    if word.startswith(SUPERSEDED):
        raise LedgerOutrankedError(
            f"{path}: {word}: the clinic's store is another machine's now, and this ledger's history has ended. "
            "To make this machine the store again, bring that one's newest copy here: nobat promote",
            word.removeprefix(SUPERSEDED),
        )
    if word == MADE and not path.exists():
        raise LedgerDamagedError(
            f"{path}: the ledger is gone, and there was one. Nothing was made in its place: put the newest good copy back with "
            f"nobat restore. (A clinic that begins anew on purpose deletes {lock_file(path)} first.)"
        )


def _refuse_damaged(path: Path) -> None:
    """An existing file that is no sound database (torn, emptied, something else) is never written over."""
    try:
        fault = soundness.fault_of(path)
    except sqlite3.OperationalError as problem:
        raise OperationalError("PRAGMA integrity_check", None, problem) from problem
    if fault is not None:
        raise _damaged(str(path), f"{fault}. The ledger is damaged and was left as it is")


def _damaged(where: str, what: str) -> LedgerDamagedError:
    return LedgerDamagedError(f"{where}: {what}: put the newest good copy in its place with nobat restore")


# ------------------------------------------------------------------------------------------ PostgreSQL


def _psycopg(url: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _is_locked(connection: Connection) -> bool:
    """Whether this session has the ledger's lock now."""
    free = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_LOCK}).scalar_one()
    connection.commit()
    return bool(free)


def lock_postgresql(url: str) -> Opened:
    """A connection that holds the ledger's lock; its tables may be missing or old. Raises LedgerBusyError, LedgerError."""
    shown = make_url(url).render_as_string(hide_password=True)
    engine = _engine(_psycopg(url), poolclass=StaticPool)
    try:
        connection = engine.connect()
        # The lock lives and dies with the writer's own session, which the server ends a moment after the program.
        free, until = _is_locked(connection), time.monotonic() + LAST_ONE_ENDS_WITHIN_SECONDS
        while not free and time.monotonic() < until:
            time.sleep(LOOK_AGAIN_SECONDS)
            free = _is_locked(connection)
    except OperationalError as problem:
        engine.dispose()
        raise LedgerError(f"{shown}: {problem.orig}") from problem
    if not free:
        connection.close()
        engine.dispose()
        raise LedgerBusyError(f"{shown}: another booking store holds this ledger; one site has one store")
    return Opened(engine, connection, lambda: None, lambda _: None)  # there its generation row says all of it


def schemas(connection: Connection) -> tuple[str, ...]:
    """The schemas of a PostgreSQL database."""
    return tuple(connection.execute(text("SELECT nspname FROM pg_namespace ORDER BY nspname")).scalars())


def has_ledger(connection: Connection) -> bool:
    """Whether the ledger's own table stands in its place in a PostgreSQL database."""
    return bool(connection.execute(text("SELECT to_regclass('public.ledger') IS NOT NULL")).scalar_one())


def refuse_by_its_schemas(connection: Connection) -> None:
    """What was set aside says what a word says beside a file: a ledger that is gone is never begun anew, and a copy that is not
    marked as put back is never served. Raises LedgerDamagedError."""
    shown = connection.engine.url.render_as_string(hide_password=True)
    with connection.begin():
        there, whole = schemas(connection), has_ledger(connection)
    if SETTING_ASIDE in there:
        raise _damaged(shown, f"a copy was being put back, which did not end; what was there is schema {SETTING_ASIDE}")
    aside = [name for name in there if name.startswith(ASIDE)]
    if aside and not whole:
        raise LedgerDamagedError(
            f"{shown}: the ledger is gone, and there was one (schema {aside[-1]}). Nothing was made in its place: put the "
            f"newest good copy back with nobat restore. (A clinic that begins anew on purpose renames each {ASIDE}… first.)"
        )


# ------------------------------------------------------------------------------------------ migrations


def migrations_config(connection: Connection) -> Config:
    """Alembic's configuration: no ini file, the ledger's own connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def refuse_older(connection: Connection) -> None:
    """A reader cannot move a ledger on, and would miss what its tables have not yet. Raises LedgerError where it is older."""
    versions = [one.revision for one in ScriptDirectory.from_config(migrations_config(connection)).walk_revisions()]
    found = MigrationContext.configure(connection).get_current_revision()
    if found in versions[1:]:  # the newest comes first
        raise LedgerError(
            f"the ledger is of an older version ({found}; this program reads {versions[0]}): start the store once"
        )


@cache
def _newest() -> str | None:
    """This program's version of the tables. Alembic reads all its files for it, which takes as long as the rest of a start."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def upgrade(connection: Connection) -> None:
    """Bring the ledger's tables to this program's version; make them where there are none. Raises LedgerError when they are
    newer."""
    newest = _newest()
    with connection.begin():
        found = MigrationContext.configure(connection).get_current_revision()
    if found == newest:
        return
    try:
        command.upgrade(migrations_config(connection), "head")
    except CommandError as problem:
        raise LedgerError(f"the ledger is newer than this program, which knows {newest}: {problem}") from problem
