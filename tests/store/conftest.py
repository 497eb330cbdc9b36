"""Ledgers for the store's tests: SQLite in a folder of the test, and PostgreSQL where Debian's server is installed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from booking_store.ledger import Ledger
from tests.store import postgresql
from tests.store.clinic import Clinic, moment_ms
from tests.store.morning import Morning


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A server for the whole run; its URL has a gap for the database's name."""
    if postgresql.binaries() is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    with postgresql.running_server() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.sqlite"


@pytest.fixture(params=["sqlite", "postgresql"])
def any_url(request: pytest.FixtureRequest, sqlite_url: str) -> str:
    """The same test on both kinds of database."""
    if request.param == "sqlite":
        return sqlite_url
    return postgresql.fresh_database(request.getfixturevalue("postgresql_server"))


@pytest.fixture
def ledger(sqlite_url: str) -> Iterator[Ledger]:
    opened = Ledger.open(sqlite_url, moment_ms("06:00"))
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
def clinic(sqlite_url: str) -> Iterator[Clinic]:
    """The small clinic on SQLite, its day open since 07:00."""
    yield from _clinic(sqlite_url)


@pytest.fixture
def any_clinic(any_url: str) -> Iterator[Clinic]:
    """The small clinic on both kinds of database."""
    yield from _clinic(any_url)


@pytest.fixture
def morning(sqlite_url: str) -> Iterator[Morning]:
    """The busy clinic on SQLite, at eight."""
    morning = Morning(_opener(sqlite_url))
    yield morning
    morning.ledger.close()
