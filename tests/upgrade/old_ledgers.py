"""Ledgers as older releases left them, put into a database of either kind; and this program as it was at an older revision."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from alembic import command
from sqlalchemy import JSON, Boolean, Connection, MetaData, insert, select, text

from booking_store import database
from tests.upgrade.record import RECORDED

REVISIONS: Final = tuple(sorted(file.stem.removeprefix("ledger-") for file in RECORDED.glob("ledger-*.sql")))
MARKED: Final = frozenset({"ledger", "epochs", "settled_kiosks", "alembic_version"})
"""Tables that a start of the store, a move forward or a restore writes by itself."""
Rows = dict[str, list[dict[str, Any]]]


def on_sqlite(revision: str, folder: Path) -> str:
    """The recorded ledger; its URL."""
    path = folder / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((RECORDED / f"ledger-{revision}.sql").read_text(encoding="utf-8"))
        connection.execute("PRAGMA journal_mode = WAL")
    return f"sqlite:///{path}"


def on_postgresql(revision: str, folder: Path, url: str) -> str:
    """The same rows in an empty database at `url`, whose tables are made by the migrations up to there."""
    recorded = database.open_for_reading(on_sqlite(revision, folder))
    opened = database.lock_postgresql(url)
    with opened.connection.begin():
        pass
    command.upgrade(database.migrations_config(opened.connection), revision)
    there = MetaData()
    there.reflect(opened.connection)
    opened.connection.rollback()
    with recorded.connect() as source, opened.connection.begin():
        for table in there.sorted_tables:
            if table.name == "alembic_version":
                continue
            rows = source.execute(text(f'SELECT * FROM "{table.name}"')).mappings()  # noqa: S608  its own tables
            for row in rows:
                values = {name: _as(table.c[name].type, value) for name, value in row.items()}
                opened.connection.execute(insert(table).values(values))
        _set_counters(opened.connection)
    database.close(opened)
    recorded.dispose()
    return url


def _as(kind: object, value: Any) -> Any:
    """What SQLite keeps as a number or a text, as PostgreSQL wants it."""
    if isinstance(kind, Boolean) and value is not None:
        return bool(value)
    return json.loads(value) if isinstance(kind, JSON) and isinstance(value, str) else value


def _set_counters(connection: Connection) -> None:
    """Rows came with their ids; the counters of new ones begin above them."""
    found = connection.execute(
        text("SELECT table_name, column_name FROM information_schema.columns WHERE column_default LIKE 'nextval%'")
    ).all()
    for table, column in found:
        connection.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), (SELECT max({column}) FROM {table}))")  # noqa: S608
        )


def rows_of(url: str) -> Rows:
    """Every row but the marks."""
    engine = database.open_for_reading(url)
    there = MetaData()
    with engine.connect() as connection:
        there.reflect(connection)
        found = {
            table.name: sorted((dict(row) for row in connection.execute(select(table)).mappings()), key=repr)
            for table in there.sorted_tables
            if table.name not in MARKED
        }
    engine.dispose()
    return found


@contextmanager
def program_of(revision: str, folder: Path) -> Iterator[None]:
    """This program, as if its migrations ended there."""
    older = folder / f"migrations-{revision}"
    shutil.copytree(database.MIGRATIONS, older)
    for file in (older / "versions").glob("[0-9]*.py"):
        if file.name[:4] > revision:
            file.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", older)
        database._newest.cache_clear()
        try:
            yield
        finally:
            database._newest.cache_clear()
