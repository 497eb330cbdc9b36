"""A ledger that was put back says so until every kiosk has settled its day again, and knows what time was lost with it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Forward only: going back is putting the backup back."""
    op.add_column("epochs", sa.Column("last_commit_ms", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("ledger") as ledger:
        ledger.add_column(sa.Column("settling_why", sa.String(), nullable=True))
        ledger.add_column(sa.Column("lost_from_ms", sa.BigInteger(), nullable=True))
        ledger.add_column(sa.Column("lost_until_ms", sa.BigInteger(), nullable=True))
        ledger.add_column(sa.Column("went_on_ms", sa.BigInteger(), nullable=True))
        settled = "settling_why IS NOT NULL OR (lost_until_ms IS NULL AND went_on_ms IS NULL)"
        ledger.create_check_constraint(op.f("ck_ledger_settling"), "(settling_why IS NULL) = (lost_from_ms IS NULL)")
        ledger.create_check_constraint(op.f("ck_ledger_settled"), settled)
        ledger.create_check_constraint(op.f("ck_ledger_lost"), "lost_until_ms >= lost_from_ms")
    op.create_table(
        "settled_kiosks",
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("epoch", sa.String(), nullable=False),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_settled_kiosks")),
    )
