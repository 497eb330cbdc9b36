"""Absences and whom they touched."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ITSELF_ONLY = {"resolve_fks": False}
"""SQLite makes the table anew from what it reads of it. The tables that it points to need not be read."""


def upgrade() -> None:
    """Forward only: going back is putting the backup back."""
    _create_absences()
    op.create_table(
        "touched",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("absence", sa.Integer(), nullable=False),
        sa.Column("booking", sa.Integer(), nullable=True),
        sa.Column("ticket", sa.Integer(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.CheckConstraint("booking IS NOT NULL OR ticket IS NOT NULL", name=op.f("ck_touched_somebody")),
        sa.ForeignKeyConstraint(["absence"], ["absences.id"], name=op.f("fk_touched_absence")),
        sa.ForeignKeyConstraint(["booking"], ["bookings.id"], name=op.f("fk_touched_booking")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name=op.f("fk_touched_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touched")),
    )
    for who in ("booking", "ticket"):
        there = sa.text(f"{who} IS NOT NULL")
        op.create_index(
            f"uq_touched_{who}", "touched", ["absence", who], unique=True, sqlite_where=there, postgresql_where=there
        )
        op.create_index(f"ix_touched_{who}", "touched", [who], unique=False)
    with op.batch_alter_table("bookings", reflect_kwargs=ITSELF_ONLY) as bookings:
        bookings.add_column(sa.Column("substitute", sa.Integer(), nullable=True))
        bookings.add_column(sa.Column("absence", sa.Integer(), nullable=True))
        bookings.create_foreign_key(op.f("fk_bookings_absence"), "absences", ["absence"], ["id"])
        bookings.create_check_constraint("absence", "absence IS NULL OR state = 'cancelled'")


def _create_absences() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("date", sa.String(length=10), nullable=False),
        sa.Column("doctor", sa.Integer(), nullable=True),
        sa.Column("starts", sa.String(length=5), nullable=True),
        sa.Column("ends", sa.String(length=5), nullable=True),
        sa.Column("remedy", sa.String(), nullable=False),
        sa.Column("move_to", sa.String(length=10), nullable=True),
        sa.Column("substitute", sa.Integer(), nullable=True),
        sa.Column("agreed_with", sa.String(), nullable=False),
        sa.Column("announced_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("announced_by", sa.String(), nullable=False),
        sa.Column("stopped_reception", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("undone_at_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("remedy IN ('cancel', 'move', 'substitute')", name=op.f("ck_absences_remedy")),
        sa.CheckConstraint("(remedy = 'move') = (move_to IS NOT NULL)", name=op.f("ck_absences_move_to")),
        sa.CheckConstraint("(remedy = 'substitute') = (substitute IS NOT NULL)", name=op.f("ck_absences_substitute")),
        sa.CheckConstraint("substitute IS NULL OR doctor IS NOT NULL", name=op.f("ck_absences_doctor")),
        sa.CheckConstraint("undone_at_ms >= announced_at_ms", name=op.f("ck_absences_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(
        "uq_absences_in_force",
        "absences",
        ["date", sa.text("coalesce(doctor, 0)"), sa.text("coalesce(starts, '')"), sa.text("coalesce(ends, '')")],
        unique=True,
        sqlite_where=sa.text("undone_at_ms IS NULL"),
        postgresql_where=sa.text("undone_at_ms IS NULL"),
    )
