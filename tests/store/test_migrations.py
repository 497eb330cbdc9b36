"""The tables that the migrations make are the tables of tables.py, on both kinds of database."""

import re

from sqlalchemy import Connection, create_engine, make_url, text

from booking_store import database
from booking_store.tables import metadata
from tests.store import postgresql

SQLITE = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND name NOT LIKE 'sqlite%'"
CONSTRAINTS = """SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace"""
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
COLUMNS = """SELECT table_name || ' ' || column_name,
        concat_ws(' ', data_type, is_nullable, column_default, character_maximum_length)
    FROM information_schema.columns WHERE table_schema = 'public'"""
POSTGRESQL = (CONSTRAINTS, INDEXES, COLUMNS)


def described(connection: Connection) -> dict[str, object]:
    """Every table, column, constraint and index, in the database's own words."""
    sqlite = connection.dialect.name == "sqlite"
    found = [row for query in ((SQLITE,) if sqlite else POSTGRESQL) for row in connection.execute(text(query))]
    return {name: _parts(words) for name, words in found if "alembic" not in name}


def _parts(words: str | None) -> list[str]:
    """A definition without the order of a table's constraints, without layout, and without the table's last bracket."""
    plain = " ".join((words or "").split()).replace('"', "")
    return sorted(part.rstrip(") ") for part in re.split(r",\s*(?=CONSTRAINT|[a-z_]+ [A-Z])", plain))


def test_the_migrations_make_the_tables_on_sqlite(sqlite_url: str) -> None:
    opened = database.open_for_writing(sqlite_url)
    migrated = described(opened.connection)
    database.close(opened)
    fresh = create_engine("sqlite://")
    with fresh.begin() as connection:
        metadata.create_all(connection)
        assert migrated == described(connection)


def test_the_migrations_make_the_tables_on_postgresql(postgresql_server: str) -> None:
    opened = database.open_for_writing(postgresql.fresh_database(postgresql_server))
    migrated = described(opened.connection)
    database.close(opened)
    url = make_url(postgresql.fresh_database(postgresql_server)).set(drivername="postgresql+psycopg")
    fresh = create_engine(url)
    with fresh.begin() as connection:
        metadata.create_all(connection)
        assert migrated == described(connection)
    fresh.dispose()
