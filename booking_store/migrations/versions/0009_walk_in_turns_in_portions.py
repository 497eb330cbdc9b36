"""A session's walk-in turns may be given in portions: the site file's first, and what a person released since."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Forward only: going back is putting the backup back."""
    op.add_column("sessions", sa.Column("walk_in_first", sa.Integer()))
    op.add_column("sessions", sa.Column("released", sa.Integer()))
