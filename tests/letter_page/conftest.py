"""The letter page's tests want the store's ledgers."""

from tests.store.conftest import sqlite_tables_url, sqlite_url, tables_on_sqlite

__all__ = ["sqlite_tables_url", "sqlite_url", "tables_on_sqlite"]
