"""The tables that the migrations make are those of booking_store.tables, on both kinds of database."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import Connection, create_engine, make_url, select, text
from sqlalchemy.exc import IntegrityError

from booking_store import database, tables
from booking_store.outbox_report import read_outbox
from booking_store.public_schedule import public_schedule
from booking_store.reports import day_report, ticket_stories
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
A_MORNING_OF_THE_FIRST_TABLES = (
    """INSERT INTO sessions (id, date, department, doctor, starts_at_ms, ends_at_ms, phone, walk_in, reserve)
        VALUES (1, '2026-11-22', 12, 3, 1, 2, 2, 2, 0)""",
    """INSERT INTO bookings (id, code, session, place, state, booked_at_ms, booked_by)
        VALUES (1, '12345670', 1, 1, 'active', 0, 'operator')""",
    """INSERT INTO service_days (id, date, status, opened_at_ms, opened_by)
        VALUES (1, '2026-11-22', 'accepting', 0, 'store')""",
    """INSERT INTO tickets (id, service_day, number, source, state, department, booking, device, issued_at_ms,
        callable_from_ms, ahead, marks, changed)
        VALUES (1, 1, 100, 'booked', 'waiting', 12, 1, 'kiosk-1', 0, 0, '[]', '[]', 1)""",
)
A_CALL_AND_A_TEXT = (
    """INSERT INTO phone_calls (call, device, ended_at_ms, seconds, steps, ended)
        VALUES ('call-1', 'phone-1', 5, 95, '["Main", "TypingMobile"]', 'booked')""",
    """INSERT INTO texts (id, dedupe_key, kind, mobile, body, state, expires_at_ms, written_at_ms)
        VALUES (1, 'booking:1', 'booked', '09121234567', '...', 'delivered', 9, 5)""",
)

A_CASE_WITH_A_STEP = (
    "INSERT INTO households (id, sealed, opened_at_ms) VALUES (1, '...', 0)",
    """INSERT INTO cases (id, household, matter, state, opened_at_ms, opened_by, said, papers)
        VALUES (1, 1, 'special_services', 'under_review', 0, 'sara', '{}', '[]')""",
    """INSERT INTO case_steps (id, case_id, act, who, at_ms, was, now)
        VALUES (1, 1, 'record', 'sara', 5, 'under_review', 'under_review')""",
)


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


def older_ledger(url: str, revision: str, rows: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a ledger there as an older store made it, with these rows."""
    with monkeypatch.context() as earlier:
        earlier.setattr(database, "upgrade", lambda old: command.upgrade(database.migrations_config(old), revision))
        opened = database.open_for_writing(url)
        with opened.connection.begin():
            for row in rows:
                opened.connection.execute(text(row))
        database.close(opened)


def test_a_ledger_with_a_morning_in_it_is_moved_on_with_every_row_and_reference(
    new_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    older_ledger(new_url, "0001", A_MORNING_OF_THE_FIRST_TABLES, monkeypatch)
    opened = database.open_for_writing(new_url)
    connection = opened.connection
    with connection.begin():
        joined = "SELECT b.code, b.state, b.call, t.number FROM bookings b JOIN tickets t ON t.booking = b.id"
        assert [tuple(row) for row in connection.execute(text(joined))] == [("12345670", "active", None, 100)]
    with pytest.raises(IntegrityError), connection.begin():
        connection.execute(text("UPDATE tickets SET booking = 2"))
    database.close(opened)


def test_calls_and_texts_of_before_are_kept_and_no_call_leads_to_its_booking_any_more(
    new_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    older_ledger(new_url, "0003", A_CALL_AND_A_TEXT, monkeypatch)
    opened = database.open_for_writing(new_url)
    with opened.connection.begin():
        (call,) = opened.connection.execute(select(tables.phone_calls)).all()
        (told,) = opened.connection.execute(select(tables.texts)).all()
    assert (call.seconds, call.steps, call.ended) == (95, ["Main", "TypingMobile"], "booked")
    assert "call-1" not in str(call)
    assert (told.state, told.begins_at_ms) == ("delivered", None)
    database.close(opened)


def test_a_step_of_before_does_not_say_what_it_wrote_down_and_a_new_one_says_one_of_a_few_words(
    new_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    older_ledger(new_url, "0012", A_CASE_WITH_A_STEP, monkeypatch)
    opened = database.open_for_writing(new_url)
    with opened.connection.begin():
        (step,) = opened.connection.execute(select(tables.case_steps)).all()
        assert (step.act, step.who, step.recorded) == ("record", "sara", None)
        opened.connection.execute(text("UPDATE case_steps SET recorded = 'note'"))
    for wrong in ("recorded = 'the words of a note'", "act = 'approve'"):
        with pytest.raises(IntegrityError), opened.connection.begin():
            opened.connection.execute(text(f"UPDATE case_steps SET {wrong}"))  # noqa: S608  our own words
    database.close(opened)


@pytest.mark.parametrize(
    "read",
    [
        day_report,
        ticket_stories,
        lambda url: read_outbox(url, 1),
        lambda url: public_schedule(url, datetime(2026, 11, 22, tzinfo=UTC)),
    ],
)
def test_who_reads_a_ledger_of_before_is_told_that_the_store_moves_it_on(
    new_url: str, monkeypatch: pytest.MonkeyPatch, read: Callable[[str], object]
) -> None:
    older_ledger(new_url, "0003", A_CALL_AND_A_TEXT, monkeypatch)
    with pytest.raises(database.LedgerError, match=r"older version \(0003; .*start the store once"):
        read(new_url)
