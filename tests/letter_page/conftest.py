"""The letter page's tests want the store's ledgers."""

from tests.store.conftest import sqlite_tables_url, sqlite_url, tables_on_sqlite  # noqa: F401  found by their names here
