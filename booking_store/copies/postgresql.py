"""A copy of a PostgreSQL ledger, by PostgreSQL's own tools: pg_dump's custom format, read back to its last row by pg_restore.

Replication and point-in-time recovery are PostgreSQL's business and stay with it (docs/copies.md); this is what every clinic
has besides: whole files on another device, that can be checked and put back without a database administrator.
"""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, make_url, text

from booking_store import database
from booking_store.copies.copy import CopyError
from booking_store.database import ASIDE, SETTING_ASIDE, LedgerError
from booking_store.fence import leap
from booking_store.generations import mark
from rules.kept_copies import Age

TOOL_SECONDS: Final = 600.0


def copy(url: str, fresh: Path) -> Age:
    """Copy the ledger into `fresh` and prove it. How far the copy reaches. Raises CopyError, or LedgerError when the server is
    away."""
    engine = database.open_for_reading(url)
    try:
        with database.telling_where(url), engine.connect() as connection:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            age = age_in(connection)
            _at_the_server(
                "pg_dump", url, "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={fresh}", "--schema=public"
            )
    finally:
        engine.dispose()
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    if prove(fresh) != age:
        raise CopyError(f"{fresh.parent}: the copy does not hold what the ledger holds")
    return age


def prove(path: Path) -> Age:
    """Read a copy to its end, every table of it. Raises CopyError when pg_restore cannot."""
    _tool("pg_restore", "--file=/dev/null", str(path))
    rows = _tool("pg_restore", "--data-only", "--table=ledger", "--file=-", str(path)).splitlines()
    for line, row in pairwise(rows):
        if line.startswith("COPY public.ledger ("):
            columns = line[line.index("(") + 1 : line.index(")")].split(", ")
            found = dict(zip(columns, row.split("\t"), strict=False))
            return _age(found["generation"], found["sequence"], found["last_commit_ms"])
    raise CopyError(f"{path}: holds no ledger")


def age_in(connection: Connection) -> Age:
    """How far the ledger at this connection reaches."""
    return _age(*connection.execute(text("SELECT generation, sequence, last_commit_ms FROM ledger")).one())


def put_back(url: str, copy_file: Path, connection: Connection) -> str:
    """Put a copy in the place of the ledger, marked as put back; where what was there is kept. `connection` holds the ledger's
    lock from before the first step until after the last.

    What is there moves aside into a schema of its own first, whose name says until the last step that this has not ended: a
    store that starts after a kill refuses (`database.refuse_by_its_schemas`), and `put_back` run again goes on. One that fails
    leaves what was there. Raises CopyError, LedgerError.
    """
    with database.telling_where(url):
        with connection.begin():
            _set_aside(connection)
        try:
            _at_the_server(
                "pg_restore", url, "--single-transaction", "--no-owner", "--exit-on-error", "--schema=public", str(copy_file)
            )
            database.upgrade(connection)
        except LedgerError:
            connection.rollback()  # what the upgrade looked at
            with connection.begin():
                connection.execute(text("DROP SCHEMA public CASCADE"))  # nothing, or this very copy
                connection.execute(text(f"ALTER SCHEMA {SETTING_ASIDE} RENAME TO public"))
            raise
        with connection.begin():
            mark(connection)
            leap(connection)
            return f"schema {_name_aside(connection, SETTING_ASIDE)}"


def _set_aside(connection: Connection) -> None:
    """Make room for the copy. What a killed restore began is gone on with; the copy that it left there is kept too."""
    if SETTING_ASIDE not in database.schemas(connection):
        connection.execute(text(f"ALTER SCHEMA public RENAME TO {SETTING_ASIDE}"))
    elif database.has_ledger(connection):
        _name_aside(connection, "public")
    else:
        return
    connection.execute(text("CREATE SCHEMA public"))


def _name_aside(connection: Connection, schema: str) -> str:
    """Give the schema a number above all that are there; its name."""
    numbers = (name.removeprefix(ASIDE) for name in database.schemas(connection) if name.startswith(ASIDE))
    last = max((int(number) for number in numbers if number.isdecimal()), default=0)
    connection.execute(text(f"ALTER SCHEMA {schema} RENAME TO {ASIDE}{last + 1}"))
    return f"{ASIDE}{last + 1}"


@contextmanager
def locked(url: str) -> Iterator[Connection]:
    """The ledger's lock, held by a connection that has looked at nothing. Raises LedgerBusyError, LedgerError."""
    opened = database.lock_postgresql(url)
    try:
        yield opened.connection
    finally:
        database.close(opened)


def _age(generation: object, sequence: object, last_commit_ms: object) -> Age:
    return Age(int(str(generation)), int(str(sequence)), int(str(last_commit_ms)) // 1000 * 1000)


def _at_the_server(tool: str, url: str, *arguments: str) -> None:
    _tool(tool, f"--dbname={_without_password(url)}", *arguments, password=make_url(url).password)


def _without_password(url: str) -> str:
    """The address for libpq's tools: whoever lists processes sees it."""
    known = make_url(url)
    plain = URL.create("postgresql", known.username, None, known.host, known.port, known.database, known.query)
    return plain.render_as_string(hide_password=False)


def _tool(tool: str, *arguments: str, password: str | None = None) -> str:
    command: Sequence[str] = (tool, *arguments)
    environment = os.environ | ({"PGPASSWORD": password} if password else {})
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TOOL_SECONDS, env=environment)
    except FileNotFoundError as problem:
        raise CopyError(f"{tool} is not installed: apt install postgresql-client") from problem
    except subprocess.TimeoutExpired as problem:
        raise CopyError(f"{tool} did not end within {TOOL_SECONDS:.0f} s") from problem
    if done.returncode != 0:
        raise CopyError(f"{tool}: {' '.join(done.stderr.split()) or f'ended with {done.returncode}'}")
    return done.stdout
