"""Mobiles and words that are not erased yet are found without looking at all that is."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Forward only: going back is putting the backup back."""
    leads_to_somebody = sa.text("mobile IS NOT NULL OR call IS NOT NULL")
    op.create_index(
        "ix_bookings_personal",
        "bookings",
        ["session"],
        unique=False,
        sqlite_where=leads_to_somebody,
        postgresql_where=leads_to_somebody,
    )
    has_words = sa.text("body <> ''")
    op.create_index(
        "ix_texts_personal", "texts", ["expires_at_ms"], unique=False, sqlite_where=has_words, postgresql_where=has_words
    )
