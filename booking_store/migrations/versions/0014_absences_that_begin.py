"""An absence touches once more at its own minute, once: whoever was to be seen before it, and was not."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Forward only: going back is putting the backup back. Of the open day, one whose minute is past begins with the store."""
    op.add_column("absences", sa.Column("begun_at_ms", sa.BigInteger()))
