"""The office's tests want the store's ledgers, of both kinds."""

from tests.store.conftest import (  # noqa: F401  pytest finds fixtures by their names here
    any_url,
    office,
    one_office,
    postgresql_server,
    sqlite_tables_url,
    sqlite_url,
    tables_on_postgresql,
    tables_on_sqlite,
)
