"""What a household takes a ticket for at the kiosk, which household it is, and whose counter it is kept for."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Forward only: going back is putting the backup back."""
    op.create_table(
        "office_tickets",
        sa.Column("ticket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("household", sa.Integer(), nullable=True),
        sa.Column("kept_for", sa.String(), nullable=True),
        sa.Column("kept_until_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(kept_for IS NULL) = (kept_until_ms IS NULL)", name=op.f("ck_office_tickets_kept")),
        sa.ForeignKeyConstraint(["household"], ["households.id"], name=op.f("fk_office_tickets_household")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name=op.f("fk_office_tickets_ticket")),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_office_tickets")),
    )
    op.create_index(op.f("ix_office_tickets_household"), "office_tickets", ["household"], unique=False)
