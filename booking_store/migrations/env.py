"""Alembic's entry: migrations run on the connection that the ledger holds, each step in a transaction of its own.

A new one is written with `python -m booking_store.migrations "why"`, then read and amended by hand.
"""

from alembic import context

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
    with context.begin_transaction():
        context.run_migrations()
    if connection.in_transaction():
        connection.commit()
finally:
    check_references("ON")
