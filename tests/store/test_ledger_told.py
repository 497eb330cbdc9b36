"""What is said of a ledger that is spoilt, missing, or asked for what it does not have: where it lies and what to do, and
nothing that stood in it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, MultipleResultsFound, NoResultFound

from booking_store import database, tables
from booking_store.database import LedgerDamagedError, LedgerError
from booking_store.ledger import Ledger
from booking_store.reports import reading
from booking_store.statements import Prepared
from tests.store.clinic import Clinic, moment_ms

SEVEN = moment_ms("07:00")


def by_hand(url: str, statement: str) -> None:
    """Somebody works on the file beside the store's back."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as raw, raw:
        raw.execute(statement)


def test_words_that_are_no_utf_8_are_damage_and_are_not_quoted(sqlite_tables_url: str) -> None:
    by_hand(sqlite_tables_url, "UPDATE alembic_version SET version_num = CAST(x'4d6f72616469ff' AS TEXT)")
    with pytest.raises(LedgerDamagedError, match="nobat restore") as told:
        Ledger.open(sqlite_tables_url, SEVEN)
    assert "Moradi" not in str(told.value)


def test_a_file_whose_end_was_spoilt_under_a_reader_is_told_to_it_in_the_stores_words(clinic: Clinic) -> None:
    url = str(clinic.ledger.connection.engine.url)
    clinic.ledger.close()
    path = Path(url.removeprefix("sqlite:///"))
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + bytes(len(whole) - 4096))
    with pytest.raises(LedgerDamagedError, match="nobat restore"), reading(url):
        pytest.fail("nothing of it can be read")


def test_a_table_that_a_reader_misses_is_no_damage(clinic: Clinic) -> None:
    """A program of another version looks for it."""
    url = str(clinic.ledger.connection.engine.url)
    with pytest.raises(LedgerError, match="cannot be read: no such table") as told, reading(url) as (connection, _):
        connection.execute(text("SELECT * FROM parking_places"))
    assert not isinstance(told.value, LedgerDamagedError)


def test_who_reads_where_no_ledger_is_makes_none_and_is_told_what_does(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with pytest.raises(LedgerError, match="start the store once"):
        database.open_for_reading(f"sqlite:///{path}")
    assert list(tmp_path.iterdir()) == []


def test_who_reads_a_ledger_that_is_gone_is_told_that_there_was_one(sqlite_url: str) -> None:
    Ledger.open(sqlite_url, SEVEN).close()
    Path(sqlite_url.removeprefix("sqlite:///")).unlink()
    with pytest.raises(LedgerDamagedError, match="there was one"):
        database.open_for_reading(sqlite_url)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_ledger_that_would_be_gone_with_the_program_is_none(url: str) -> None:
    with pytest.raises(LedgerError, match="needs a file"):
        database.open_for_writing(url)


def test_a_law_that_somebody_breaks_by_hand_is_named_and_nothing_of_it_is_kept(any_url: str) -> None:
    """What a table refuses is neither damage nor a full disk."""
    day = {"date": "2026-11-22", "status": "accepting", "opened_at_ms": 1, "opened_by": "test", "void": False}
    with pytest.raises(IntegrityError), database.one_transaction(any_url) as connection:
        connection.execute(insert(tables.service_days), [day, day])
    with database.one_transaction(any_url) as connection:
        assert connection.execute(select(tables.service_days.c.id)).all() == []


def test_a_server_keeps_no_log_beside_it_to_empty(any_ledger: Ledger) -> None:
    with any_ledger.transaction(SEVEN):
        pass
    any_ledger.scrub()
    with any_ledger.transaction(SEVEN) as tx:
        assert tx.sequence == 2


def test_one_row_is_one_row(ledger: Ledger) -> None:
    """Two where one was expected, and none, are never taken for it."""
    days = Prepared(select(tables.service_days.c.date))
    with ledger.transaction(SEVEN) as tx:
        with pytest.raises(NoResultFound):
            tx.statements.execute(days).one()
        assert tx.statements.execute(days).scalar_one_or_none() is None
        for number, date in enumerate(("2026-11-22", "2026-11-23")):
            day = {
                "date": date,
                "status": "closed",
                "ended_at_ms": 2,
                "opened_at_ms": number,
                "opened_by": "test",
                "void": False,
            }
            tx.statements.execute(Prepared(insert(tables.service_days)), day)
        with pytest.raises(MultipleResultsFound):
            tx.statements.execute(days).one()
        assert sorted(tx.statements.execute(days).scalars()) == ["2026-11-22", "2026-11-23"]
