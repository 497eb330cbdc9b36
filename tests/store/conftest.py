"""Ledgers for the store's tests: SQLite in a folder of the test, and PostgreSQL where Debian's server is installed.

To make the tables, migration by migration, takes longer than most tests: it is done once for each kind of database, and
every test has a copy. Tests of the making itself take `new_url` or `sqlite_url`, where nothing is yet.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from booking_store import database
from booking_store.ledger import Ledger
from tests.store import postgresql
from tests.store.clinic import Clinic, moment_ms
from tests.store.morning import Morning
from tests.store.office import InsuranceOffice


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A server for the whole run; its URL has a gap for the database's name."""
    if postgresql.binaries() is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    with postgresql.running_server() as url:
        yield url


@pytest.fixture(scope="session")
def tables_on_postgresql(postgresql_server: str) -> str:
    """A database with the tables and nothing in them, to be copied."""
    url = postgresql.fresh_database(postgresql_server)
    database.close(database.open_for_writing(url))
    return url


@pytest.fixture(scope="session")
def tables_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file that has the tables and nothing in them, and all that stands beside it."""
    folder = tmp_path_factory.mktemp("tables")
    database.close(database.open_for_writing(f"sqlite:///{folder}/ledger.sqlite"))
    return folder


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Where no ledger is yet."""
    return f"sqlite:///{tmp_path}/ledger.sqlite"


@pytest.fixture
def sqlite_tables_url(sqlite_url: str, tables_on_sqlite: Path, tmp_path: Path) -> str:
    """The same place, with a ledger that has the tables and nothing in them."""
    shutil.copytree(tables_on_sqlite, tmp_path, dirs_exist_ok=True)
    return sqlite_url


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, sqlite_url: str) -> str:
    """A place without a ledger, for the same test on both kinds of database."""
    if request.param == "sqlite":
        return sqlite_url
    return postgresql.fresh_database(request.getfixturevalue("postgresql_server"))


@pytest.fixture(params=["sqlite", "postgresql"])
def any_url(request: pytest.FixtureRequest) -> str:
    """A ledger with the tables and nothing in them, for the same test on both kinds of database."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_tables_url"))
    server, tables = map(request.getfixturevalue, ("postgresql_server", "tables_on_postgresql"))
    return postgresql.fresh_database(server, tables)


@pytest.fixture
def ledger(sqlite_tables_url: str) -> Iterator[Ledger]:
    opened = Ledger.open(sqlite_tables_url, moment_ms("06:00"))
    yield opened
    opened.close()


@pytest.fixture
def any_ledger(any_url: str) -> Iterator[Ledger]:
    opened = Ledger.open(any_url, moment_ms("06:00"))
    yield opened
    opened.close()


def _clinic(url: str) -> Iterator[Clinic]:
    clinic = Clinic(_opener(url))
    yield clinic
    clinic.ledger.close()


def _opener(url: str) -> Callable[[], Ledger]:
    return lambda: Ledger.open(url, moment_ms("06:00"))


@pytest.fixture
def clinic(sqlite_tables_url: str) -> Iterator[Clinic]:
    """The small clinic on SQLite, its day open since 07:00."""
    yield from _clinic(sqlite_tables_url)


@pytest.fixture
def any_clinic(any_url: str) -> Iterator[Clinic]:
    """The small clinic on both kinds of database."""
    yield from _clinic(any_url)


@pytest.fixture
def morning(sqlite_tables_url: str) -> Iterator[Morning]:
    """The busy clinic on SQLite, at eight."""
    morning = Morning(_opener(sqlite_tables_url))
    yield morning
    morning.ledger.close()


@pytest.fixture
def office(any_url: str) -> Iterator[InsuranceOffice]:
    """An insurance office on both kinds of database, at eight."""
    opened = InsuranceOffice(_opener(any_url))
    yield opened
    opened.ledger.close()


@pytest.fixture
def one_office(sqlite_tables_url: str) -> Iterator[InsuranceOffice]:
    """The same, where one kind says enough."""
    opened = InsuranceOffice(_opener(sqlite_tables_url))
    yield opened
    opened.ledger.close()
