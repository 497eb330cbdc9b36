"""How a call went leads to no booking any more, and a text knows when the visit begins that it tells of."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Forward only: going back is putting the backup back."""
    op.drop_column("texts", "not_before_ms")
    op.add_column("texts", sa.Column("begins_at_ms", sa.BigInteger(), nullable=True))
    op.create_index("ix_texts_written_at_ms", "texts", ["written_at_ms"], unique=False)
    names = ("device", "ended_at_ms", "seconds", "ended")
    kept = sa.table("phone_calls", *(sa.column(name) for name in names), sa.column("steps", sa.JSON()))
    rows = op.get_bind().execute(sa.select(kept).order_by(kept.c.ended_at_ms)).mappings().all()
    op.drop_table("phone_calls")
    made = op.create_table(
        "phone_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("ended", sa.String(), nullable=False),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_phone_calls_seconds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_calls")),
    )
    op.create_index("ix_phone_calls_ended_at_ms", "phone_calls", ["ended_at_ms"], unique=False)
    for row in rows:
        op.get_bind().execute(sa.insert(made), dict(row))
