"""A copy is put in the place of a ledger at a PostgreSQL server: the old one, or the copy that says so, and nothing between."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event

from booking_store.copies import making, postgresql, restoring
from booking_store.copies.copy import Copy, CopyError
from booking_store.database import ADVISORY_LOCK, LedgerBusyError, LedgerDamagedError, LedgerError
from booking_store.fence import LEAP
from booking_store.ledger import Ledger
from tests.copies.test_making import url_of
from tests.copies.test_restoring import EIGHT, tickets_of
from tests.store.clinic import Clinic, moment_ms
from tests.store.postgresql import fresh_database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "copies"
    path.mkdir()
    return path


@pytest.fixture
def server_clinic(postgresql_server: str, tables_on_postgresql: str) -> Iterator[Clinic]:
    """The small clinic on PostgreSQL, its day open since 07:00."""
    url = fresh_database(postgresql_server, tables_on_postgresql)
    clinic = Clinic(lambda: Ledger.open(url, moment_ms("06:00")))
    yield clinic
    clinic.ledger.close()


def at_the_server(url: str, *statements: str) -> None:
    """What a person does by hand there, or another program."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_a_postgresql_ledger_is_put_back_in_one_step_and_the_old_one_kept_as_a_schema(
    server_clinic: Clinic, folder: Path
) -> None:
    url = url_of(server_clinic).replace("+psycopg", "")
    given = server_clinic.walk_in()
    copy = making.back_up(url, folder).copy
    server_clinic.walk_in()
    server_clinic.ledger.close()
    assert restoring.put_back(url, copy) == "schema aside_1"
    assert tickets_of(url) == [given]
    broken = Copy(folder / "broken", copy.age, copy.digest, "dump")
    broken.path.write_bytes(copy.path.read_bytes()[:-200])
    with pytest.raises(CopyError):
        restoring.put_back(url, broken)
    assert tickets_of(url) == [given]
    assert restoring.put_back(url, copy) == "schema aside_2"
    at_the_server(url, "DROP SCHEMA aside_1 CASCADE")
    assert restoring.put_back(url, copy) == "schema aside_3", "what was put aside is in nobody's way"


def killed_before_commit(step: int, url: str, copy: Copy) -> None:
    """Put the copy back, and be killed before the step of this number: a commit, or the restoring of the rows, which is one."""
    left = [step]

    def one_more(*_given: object) -> None:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1

    run = postgresql.subprocess.run

    def counted(*given: Any, **named: Any) -> Any:
        one_more()
        return run(*given, **named)

    event.listen(Engine, "commit", one_more)
    with pytest.MonkeyPatch.context() as steps:
        steps.setattr(postgresql.subprocess, "run", counted)
        restoring.put_back(url, copy)


def opened_by_a_store(url: str) -> Ledger:
    """The ledger, as soon as the server has noticed that whoever held it was killed."""
    while True:
        try:
            return Ledger.open(url, EIGHT)
        except LedgerBusyError:
            continue


def test_killed_at_any_step_a_postgresql_server_serves_no_copy_that_is_not_marked_and_no_empty_ledger(
    server_clinic: Clinic, folder: Path, postgresql_server: str
) -> None:
    given = server_clinic.walk_in()
    like = url_of(server_clinic)
    copy = making.back_up(like, folder).copy
    late = server_clinic.walk_in()
    server_clinic.ledger.close()
    refused = 0
    for step in range(40):
        url = fresh_database(postgresql_server, like)
        restore = multiprocessing.get_context("fork").Process(target=killed_before_commit, args=(step, url, copy))
        restore.start()
        restore.join(120)
        try:
            opened_by_a_store(url).close()
        except LedgerDamagedError:
            refused += 1
            assert "nobat restore" in (restoring.standing(url).fault or "")
        else:
            assert (tickets_of(url), settles_at_the_server(url)) in (([given, late], False), ([given], True))
        restoring.put_back(url, copy)
        assert (tickets_of(url), settles_at_the_server(url)) == ([given], True)
        assert [given, late] in asides_of(url), "the old ledger is never deleted"
        if restore.exitcode == 0:
            break
        assert restore.exitcode == -signal.SIGKILL
    assert refused >= 2, "before the rows are there, and before they are marked"


def settles_at_the_server(url: str) -> bool:
    """Whether the ledger says that it was put back, and outranks every run of the lost one."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT settling_why, generation FROM ledger").fetchone()
    return row is not None and row[0] == "restored" and row[1] > LEAP


def asides_of(url: str) -> list[list[int]]:
    """The tickets of each ledger that was set aside."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        names = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'aside%'").fetchall()
        statements = [f"SELECT number FROM {name}.tickets ORDER BY number" for (name,) in names]  # noqa: S608  its own schemas
        return [[number for (number,) in connection.execute(one.encode()).fetchall()] for one in statements]


def test_the_servers_lock_is_held_from_the_first_step_of_a_restore_to_the_last(server_clinic: Clinic, folder: Path) -> None:
    """A store that crashes and starts again all the while finds no moment for it."""
    url = url_of(server_clinic)
    copy = making.back_up(url, folder).copy
    server_clinic.ledger.close()
    free: list[bool] = []
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as store:

        def start(*_: object) -> None:
            row = store.execute(f"SELECT pg_try_advisory_lock({ADVISORY_LOCK})".encode()).fetchone()
            free.append(row == (True,))
            store.execute("SELECT pg_advisory_unlock_all()")

        event.listen(Engine, "before_cursor_execute", start)
        try:
            restoring.put_back(url, copy)
        finally:
            event.remove(Engine, "before_cursor_execute", start)
    assert not free[-1]
    assert free == sorted(free, reverse=True), "taken once, and not let go before the end"


def test_where_only_what_was_set_aside_is_left_at_the_server_no_empty_ledger_is_begun(
    server_clinic: Clinic, postgresql_server: str
) -> None:
    url = url_of(server_clinic)
    server_clinic.ledger.close()
    at_the_server(url, "ALTER SCHEMA public RENAME TO aside_1", "CREATE SCHEMA public")
    with pytest.raises(LedgerDamagedError, match=r"schema aside_1.*nobat restore"):
        Ledger.open(url, EIGHT)
    at_the_server(url, "ALTER SCHEMA aside_1 RENAME TO last_year")
    Ledger.open(url, EIGHT).close()


def test_a_copy_of_a_newer_program_is_refused_and_the_servers_ledger_stays(server_clinic: Clinic, folder: Path) -> None:
    given, url = server_clinic.walk_in(), url_of(server_clinic)
    server_clinic.ledger.close()
    at_the_server(url, "CREATE TABLE kept AS SELECT * FROM alembic_version", "UPDATE alembic_version SET version_num = '9999'")
    copy = making.back_up(url, folder).copy
    at_the_server(url, "UPDATE alembic_version SET version_num = (SELECT version_num FROM kept)", "DROP TABLE kept")
    with pytest.raises(LedgerError, match="newer than this program"):
        restoring.put_back(url, copy)
    assert tickets_of(url) == [given]
    assert not settles_at_the_server(url)
