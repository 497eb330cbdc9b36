"""A ledger of any older release goes forward with every row; and the copy that was made before brings the old one back."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from booking_store import database
from booking_store.copies import making, restoring
from booking_store.copies.copy import digest
from booking_store.ledger import Ledger
from booking_store.migrations import forward
from booking_store.soundness import fault_of
from command_line.upgrade.steps import revision_of
from tests.store import postgresql
from tests.store.clinic import Clinic, moment_ms
from tests.store.test_migrations import described
from tests.upgrade.old_ledgers import MARKED, REVISIONS, Rows, on_postgresql, on_sqlite, program_of, rows_of

pytestmark = pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
KINDS = ("sqlite", "postgresql")
WITH_A_WAY_BACK = tuple(revision for revision in REVISIONS if revision >= "0005")
"""Before, no program put a copy back."""


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ledger_of(revision: str, kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    if kind == "sqlite":
        return on_sqlite(revision, folder)
    server = str(request.getfixturevalue("postgresql_server"))
    return on_postgresql(revision, folder, postgresql.fresh_database(server))


def move_forward(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the new release does when `nobat upgrade` asks it."""
    monkeypatch.setenv("NOBAT_DATABASE", url)
    assert forward.main() == 0


def kept(before: Rows, after: Rows) -> Rows:
    """Of the new ledger what the old one had columns for."""
    names = {table: tuple(rows[0]) if rows else () for table, rows in before.items()}
    return {
        table: sorted(({name: row[name] for name in names[table] if name in row} for row in after.get(table, [])), key=repr)
        for table in before
    }


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_ledger_of_an_older_release_goes_forward_with_every_row_and_the_clinic_goes_on(
    revision: str, kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = ledger_of(revision, kind, tmp_path, request)
    before = rows_of(url)
    assert (len(before["tickets"]), revision_of(url)) == (5, revision)
    move_forward(url, monkeypatch)
    after = kept(before, rows_of(url))
    still_columns = {table: tuple((rows or [{}])[0]) for table, rows in after.items()}
    same = {
        table: [{name: row[name] for name in row if name in still_columns[table]} for row in before[table]] for table in before
    }
    assert {table: sorted(rows, key=repr) for table, rows in same.items()} == after
    if kind == "sqlite":
        assert fault_of(tmp_path / "ledger.sqlite") is None
    assert tables_of(url) == tables_of(new_ledger(kind, tmp_path, request))
    clinic = Clinic(lambda: Ledger.open(url, moment_ms("08:45")), clock="09:00", load=False)
    assert clinic.load_site()
    number = clinic.walk_in(department=11)
    assert number not in {row["number"] for row in before["tickets"]}
    assert clinic.call_next("counter-2") == number
    clinic.ledger.close()


def new_ledger(kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder}/new.sqlite"
    return postgresql.fresh_database(str(request.getfixturevalue("postgresql_server")))


def tables_of(url: str) -> dict[str, object]:
    opened = database.open_for_writing(url)
    try:
        return described(opened.connection)
    finally:
        opened.connection.rollback()
        database.close(opened)


@pytest.mark.parametrize("revision", WITH_A_WAY_BACK)
def test_the_copy_made_before_brings_the_old_ledger_back(
    revision: str, kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, copies = ledger_of(revision, kind, tmp_path, request), tmp_path / "copies"
    copies.mkdir()
    before = rows_of(url)
    copy = making.back_up(url, copies).copy
    move_forward(url, monkeypatch)
    with program_of(revision, tmp_path):  # the release that ran before does it: `nobat upgrade` is its program
        with pytest.raises(database.LedgerError, match="newer than this program"):
            database.open_for_writing(url)
        making.prove(copy)
        restoring.put_back(url, copy)
        assert revision_of(url) == revision
        assert rows_of(url) == before
        database.close(database.open_for_writing(url))


@pytest.mark.parametrize("revision", WITH_A_WAY_BACK)
def test_what_is_put_back_is_the_old_file_but_for_its_marks(
    revision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, path, copies = on_sqlite(revision, tmp_path), tmp_path / "ledger.sqlite", tmp_path / "copies"
    copies.mkdir()
    before = dumped(path)
    copy = making.back_up(url, copies).copy
    bytes_before = copy.path.read_bytes()
    move_forward(url, monkeypatch)
    assert copy.path.read_bytes() == bytes_before
    assert digest(copy.path) == copy.digest
    with program_of(revision, tmp_path):
        restoring.put_back(url, copy)
    assert dumped(path) == before


def dumped(path: Path) -> list[str]:
    """A whole ledger as SQL, table for table and row for row, without the marks."""
    with closing(sqlite3.connect(path)) as connection:
        lines = "\n".join(connection.iterdump()).split("\n")
    return [line for line in lines if not any(line.startswith(f'INSERT INTO "{table}"') for table in MARKED)]
