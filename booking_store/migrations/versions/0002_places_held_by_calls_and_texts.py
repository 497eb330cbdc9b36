"""Places held by calls, the texts to mobiles, and how calls went."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ITSELF_ONLY = {"resolve_fks": False}
"""SQLite makes the table anew from what it reads of it. The tables that it points to need not be read."""


def upgrade() -> None:
    """Forward only: going back is putting the backup back."""
    with op.batch_alter_table("bookings", reflect_kwargs=ITSELF_ONLY) as bookings:
        bookings.add_column(sa.Column("call", sa.String(), nullable=True))
        bookings.add_column(sa.Column("held_until_ms", sa.BigInteger(), nullable=True))
        bookings.drop_constraint("state", type_="check")
        bookings.create_check_constraint("state", "state IN ('held', 'active', 'cancelled')")
        bookings.create_check_constraint("held", "(state = 'held') = (held_until_ms IS NOT NULL)")
        bookings.create_check_constraint("call", "state <> 'held' OR call IS NOT NULL")
        bookings.drop_index("uq_bookings_place")
    op.create_index(
        "uq_bookings_place",
        "bookings",
        ["session", "place"],
        unique=True,
        sqlite_where=sa.text("state <> 'cancelled'"),
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.create_index(
        "uq_bookings_call",
        "bookings",
        ["call"],
        unique=True,
        sqlite_where=sa.text("call IS NOT NULL AND state <> 'cancelled'"),
        postgresql_where=sa.text("call IS NOT NULL AND state <> 'cancelled'"),
    )
    op.create_index(
        "ix_bookings_held",
        "bookings",
        ["held_until_ms"],
        unique=False,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    _create_texts()
    op.create_table(
        "phone_calls",
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("ended", sa.String(), nullable=False),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_phone_calls_seconds")),
        sa.PrimaryKeyConstraint("call", name="pk_phone_calls"),
    )
    op.create_index("ix_phone_calls_ended_at_ms", "phone_calls", ["ended_at_ms"], unique=False)


def _create_texts() -> None:
    op.create_table(
        "texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("booking", sa.Integer(), nullable=True),
        sa.Column("mobile", sa.String(length=11), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("not_before_ms", sa.BigInteger(), nullable=True),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("next_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("waits", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("doubts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("leased_to", sa.String(), nullable=True),
        sa.Column("lease_until_ms", sa.BigInteger(), nullable=True),
        sa.Column("gateway", sa.String(), nullable=True),
        sa.Column("gateway_id", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("written_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(state = 'sending') = (lease_until_ms IS NOT NULL)", name=op.f("ck_texts_lease")),
        sa.CheckConstraint("(leased_to IS NULL) = (lease_until_ms IS NULL)", name=op.f("ck_texts_leased_to")),
        sa.CheckConstraint(
            "kind IN ('booked', 'again', 'reminder', 'late', 'cancelled', 'moved', 'substitute', 'closed')",
            name=op.f("ck_texts_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'unknown', 'accepted', 'delivered', 'undelivered', 'failed', 'expired', "
            "'withdrawn')",
            name=op.f("ck_texts_state"),
        ),
        sa.CheckConstraint("state NOT IN ('queued', 'sending') OR ended_at_ms IS NULL", name=op.f("ck_texts_ended")),
        sa.CheckConstraint("waits >= 0 AND attempts >= 0 AND doubts >= 0", name=op.f("ck_texts_counts")),
        sa.ForeignKeyConstraint(["booking"], ["bookings.id"], name="fk_texts_booking"),
        sa.PrimaryKeyConstraint("id", name="pk_texts"),
        sa.UniqueConstraint("dedupe_key", name="uq_texts_dedupe_key"),
    )
    op.create_index("ix_texts_booking", "texts", ["booking"], unique=False)
    op.create_index(
        "ix_texts_due",
        "texts",
        ["next_at_ms"],
        unique=False,
        sqlite_where=sa.text("next_at_ms IS NOT NULL"),
        postgresql_where=sa.text("next_at_ms IS NOT NULL"),
    )
    op.create_index(
        "ix_texts_sending",
        "texts",
        ["lease_until_ms"],
        unique=False,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
