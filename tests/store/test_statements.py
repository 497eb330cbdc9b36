"""The statements that every request runs: quick however many bookings there are, and the same as through SQLAlchemy."""

import importlib
import pkgutil
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Delete, Select, Update, bindparam, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

import booking_store.desk
from booking_store import ledger as ledger_words
from booking_store import notices, public_schedule, tables
from booking_store.ledger import Ledger
from booking_store.statements import Prepared, Statements
from booking_store.statistics import outlook_reading, reading
from rules.journey import State
from tests.store.clinic import Clinic, moment_ms

OF_FEW = ("USING INDEX uq_stops_open", "USING INDEX ix_texts_sending", "USING INDEX ix_bookings_personal")
"""Indexes of those who are in the house now, of the texts that are being sent, and of the bookings that still lead to a person
(looked at once an hour): they may be read from end to end."""
LARGE = ("bookings", "tickets", "stops", "calls", "requests", "ticket_requests", "audit", "texts", "phone_calls")


def kept_statements() -> Iterator[Any]:
    """Every select, update and delete that is kept by a module of the desk or by who reads beside it, with its name."""
    desk = [
        importlib.import_module(f"booking_store.desk.{one.name}") for one in pkgutil.iter_modules(booking_store.desk.__path__)
    ]
    for module in (*desk, notices, ledger_words, public_schedule, reading, outlook_reading):
        for name, value in vars(module).items():
            statement = value.statement if isinstance(value, Prepared) else value
            if isinstance(statement, Select | Update | Delete):
                yield pytest.param(statement, id=f"{module.__name__.rpartition('.')[2]}{name}")


def plan(clinic: Clinic, statement: Select[Any] | Update | Delete) -> list[str]:
    """How SQLite goes about it, a line for each table."""
    columns = ["id_", list(statement.table.columns)[-1].name] if isinstance(statement, Update) else None
    compiled: Any = statement.compile(dialect=sqlite.dialect(), column_keys=columns)  # type: ignore[no-untyped-call]
    given = {name: [1] if parameter.expanding else 1 for name, parameter in compiled.binds.items() if parameter.required}
    state = compiled.construct_expanded_state(given)
    with clinic.ledger.connection.begin():
        values = tuple(1 for _ in state.positiontup)
        rows = clinic.ledger.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {state.statement}", values)
        return [row.detail for row in rows]


@pytest.mark.parametrize("statement", list(kept_statements()))
def test_nothing_that_a_request_asks_reads_a_large_table_from_end_to_end(clinic: Clinic, statement: Any) -> None:
    scanned = [step for step in plan(clinic, statement) if step.startswith("SCAN") and step.split()[1] in LARGE]
    assert all(step.endswith(OF_FEW) for step in scanned), scanned


def test_a_kept_statement_reads_what_was_written_on_both_kinds_of_database(any_ledger: Ledger) -> None:
    """Truth values, JSON and nothing at all come back as they went in."""
    write = Prepared(insert(tables.service_days).returning(tables.service_days))
    note = Prepared(insert(tables.audit))
    read = Prepared(select(tables.audit.c.details, tables.audit.c.why).where(tables.audit.c.what == bindparam("what")))
    day = {"date": "2026-11-22", "status": "accepting", "opened_at_ms": 1, "opened_by": "test", "void": False}
    trail = {"at_ms": 1, "sequence": 1, "who": "test", "what": "tried", "why": "", "details": {"numbers": [1, 2]}}
    with any_ledger.transaction(moment_ms("07:00")) as tx:
        written = tx.statements.execute(write, day).one()
        tx.statements.execute(note, trail)
        assert tx.statements.execute(read, {"what": "tried"}).one().details == {"numbers": [1, 2]}
    assert (written.void, written.stopped_by_hours, written.ended_at_ms) == (False, False, None)


def test_what_fails_inside_a_savepoint_leaves_the_rest_of_the_transaction(any_ledger: Ledger) -> None:
    note = Prepared(insert(tables.audit))
    trail = {"at_ms": 1, "sequence": 1, "who": "test", "what": "kept"}

    def undone(statements: Statements) -> None:
        with statements.savepoint():
            statements.execute(note, trail | {"what": "undone"})
            statements.execute(note, trail | {"who": None})

    with any_ledger.transaction(moment_ms("07:00")) as tx:
        tx.statements.execute(note, trail)
        with pytest.raises(DBAPIError):
            undone(tx.statements)
    with any_ledger.reading() as statements:
        assert statements.execute(select(tables.audit.c.what)).scalars().all() == ["kept"]


def test_an_insert_that_leaves_a_default_to_sqlalchemy_is_no_kept_statement(ledger: Ledger) -> None:
    with ledger.transaction(moment_ms("07:00")) as tx, pytest.raises(TypeError, match="ahead"):
        tx.statements.execute(Prepared(insert(tables.tickets)), {"number": 1})


def test_a_kept_statement_is_planned_once_also_where_an_index_holds_only_some_rows(ledger: Ledger) -> None:
    """SQLite asks its authorizer when it plans a statement, and at no other time."""
    planned: list[str] = []

    def may(_action: int, table: str | None, *_: str | None) -> int:
        planned.append(table or "")
        return sqlite3.SQLITE_OK

    stands = Prepared(
        select(tables.tickets.c.number).where(
            tables.tickets.c.booking == bindparam("booking"), tables.tickets.c.state != State.VOID.value
        )
    )
    with ledger.reading() as statements:
        ledger.connection.connection.driver_connection.set_authorizer(may)  # type: ignore[union-attr]
        statements.execute(stands, {"booking": 1})
        assert "tickets" in planned
        planned.clear()
        statements.execute(stands, {"booking": 2})
        assert not planned
