"""Alembic's entry: migrations run on the connection that the ledger holds, each step in a transaction of its own.

A new one is written with `python -m booking_store.migrations "why"`, then read and amended by hand.
"""

from alembic import context

from booking_store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
if connection.in_transaction():
    connection.commit()
