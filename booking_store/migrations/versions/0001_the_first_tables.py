"""The first tables."""

from alembic import op

from booking_store.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward only: going back is putting the backup back."""
    metadata.create_all(op.get_bind())
