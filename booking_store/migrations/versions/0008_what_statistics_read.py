"""A month's waits and no-shows are found among a year's: reports read the stops of a day, and the few acts that are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

COUNTED = sa.text("what IN ('no_show', 'undo', 'walk_in_refused', 'came_unaware')")


def upgrade() -> None:
    """Forward only: going back is putting the backup back."""
    op.create_index(op.f("ix_stops_service_day"), "stops", ["service_day"])
    op.create_index("ix_audit_counted", "audit", ["service_day", "what"], sqlite_where=COUNTED, postgresql_where=COUNTED)
