"""Alembic's entry: migrations run on the connection that the ledger holds, each step in a transaction of its own.

A new one is written with `python -m booking_store.migrations "why"`, then read and amended by hand.
"""

import warnings

from alembic import context
from sqlalchemy.exc import SAWarning

from booking_store.tables import metadata

connection = context.config.attributes["connection"]
sqlite = connection.dialect.name == "sqlite"


def check_references(word: str) -> None:
    """SQLite changes a constraint by making its table anew, which the rows that point there would forbid."""
    if sqlite:
        connection.connection.execute(f"PRAGMA foreign_keys = {word}")


context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True, render_as_batch=True)
check_references("OFF")
try:
    with warnings.catch_warnings(), context.begin_transaction():
        # A table that is made anew is read with those it points to, whose indexes on expressions stay as they are.
        warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index", SAWarning)
        context.run_migrations()
    if connection.in_transaction():
        connection.commit()
finally:
    check_references("ON")
