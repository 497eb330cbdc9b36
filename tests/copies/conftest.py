"""The fixtures of the store's tests, for its copies."""

from tests.store.conftest import (  # noqa: F401  pytest finds fixtures by their names here
    any_clinic,
    any_url,
    clinic,
    postgresql_server,
    sqlite_tables_url,
    sqlite_url,
    tables_on_postgresql,
    tables_on_sqlite,
)
