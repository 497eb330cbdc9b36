"""The bookings of a date are found by their sessions, cancelled ones too: the kiosks' sheets ask every half minute."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Forward only: going back is putting the backup back."""
    op.create_index(op.f("ix_bookings_session"), "bookings", ["session"])
