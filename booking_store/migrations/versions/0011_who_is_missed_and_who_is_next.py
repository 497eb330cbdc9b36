"""Texts to the technician and to who is third in line; a key for a day's ticket pages; the audit trail by who and device."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

ITSELF_ONLY = {"resolve_fks": False}
"""SQLite makes the table anew from what it reads of it. The tables that it points to need not be read."""
KINDS = (
    "'booked', 'again', 'reminder', 'late', 'cancelled', 'moved', 'substitute', 'closed', "
    "'papers_wanted', 'answered', 'letter_ready', 'cover_ends', 'device_gone', 'third'"
)
ORDERED = sa.text("what = 'device_ordered'")


def upgrade() -> None:
    """Forward only: going back is putting the backup back."""
    with op.batch_alter_table("texts", reflect_kwargs=ITSELF_ONLY) as texts:
        texts.drop_constraint("kind", type_="check")
        texts.create_check_constraint("kind", f"kind IN ({KINDS})")
    op.add_column("service_days", sa.Column("page_key", sa.String(length=32)))
    op.create_index(op.f("ix_audit_who_id"), "audit", ["who", "id"])
    op.create_index("ix_audit_ordered", "audit", ["id"], sqlite_where=ORDERED, postgresql_where=ORDERED)
