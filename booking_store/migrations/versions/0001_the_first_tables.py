"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward only: going back is putting the backup back."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("why", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("service_day", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("point", sa.String(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at_ms", "audit", ["at_ms"], unique=False)
    op.create_index("ix_audit_service_day_number", "audit", ["service_day", "number"], unique=False)
    op.create_table(
        "boots",
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("boot", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("device", name="pk_boots"),
    )
    op.create_table(
        "epochs",
        sa.Column("epoch", sa.String(), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("first_sequence", sa.BigInteger(), nullable=False),
        sa.Column("last_sequence", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("last_sequence >= first_sequence", name=op.f("ck_epochs_in_order")),
        sa.PrimaryKeyConstraint("epoch", name="pk_epochs"),
    )
    op.create_table(
        "late_doctors",
        sa.Column("date", sa.String(length=10), nullable=False),
        sa.Column("doctor", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("until", sa.String(length=5), nullable=False),
        sa.PrimaryKeyConstraint("date", "doctor", name="pk_late_doctors"),
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("last_commit_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_one_row")),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_ledger_sequence")),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
    )
    op.create_table(
        "requests",
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("answered_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.String(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("device", "request", name="pk_requests"),
    )
    op.create_index("ix_requests_answered_at_ms", "requests", ["answered_at_ms"], unique=False)
    op.create_index(
        "ix_requests_wrong_code",
        "requests",
        ["device", "answered_at_ms"],
        unique=False,
        sqlite_where=sa.text("refused = 'no_such_code'"),
        postgresql_where=sa.text("refused = 'no_such_code'"),
    )
    op.create_table(
        "service_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("date", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("void", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("stopped_by_hours", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("(status = 'closed') = (ended_at_ms IS NOT NULL)", name=op.f("ck_service_days_ended")),
        sa.CheckConstraint("NOT void OR status = 'closed'", name=op.f("ck_service_days_void")),
        sa.CheckConstraint("status IN ('accepting', 'calling_only', 'closed')", name=op.f("ck_service_days_status")),
        sa.CheckConstraint("ended_at_ms >= opened_at_ms", name=op.f("ck_service_days_in_order")),
        sa.PrimaryKeyConstraint("id", name="pk_service_days"),
    )
    op.create_index(
        "uq_service_days_date",
        "service_days",
        ["date"],
        unique=True,
        sqlite_where=sa.text("NOT void"),
        postgresql_where=sa.text("NOT void"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("date", sa.String(length=10), nullable=False),
        sa.Column("department", sa.Integer(), nullable=False),
        sa.Column("doctor", sa.Integer(), nullable=True),
        sa.Column("starts_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ends_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("phone", sa.Integer(), nullable=False),
        sa.Column("walk_in", sa.Integer(), nullable=False),
        sa.Column("reserve", sa.Integer(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("ends_at_ms > starts_at_ms", name=op.f("ck_sessions_in_order")),
        sa.CheckConstraint("phone >= 0 AND walk_in >= 0 AND reserve >= 0", name=op.f("ck_sessions_places")),
        sa.CheckConstraint("slot_minutes > 0", name=op.f("ck_sessions_slot")),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_table(
        "sites",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("loaded_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("loaded_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sites"),
    )
    op.create_table(
        "bookings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("time_ms", sa.BigInteger(), nullable=True),
        sa.Column("mobile", sa.String(length=11), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("booked_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("booked_by", sa.String(), nullable=False),
        sa.Column("cancelled_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_why", sa.String(), nullable=True),
        sa.CheckConstraint("(state = 'cancelled') = (cancelled_at_ms IS NOT NULL)", name=op.f("ck_bookings_cancelled")),
        sa.CheckConstraint("state IN ('active', 'cancelled')", name=op.f("ck_bookings_state")),
        sa.CheckConstraint("length(code) = 8", name=op.f("ck_bookings_code")),
        sa.CheckConstraint("place >= 1", name=op.f("ck_bookings_place")),
        sa.ForeignKeyConstraint(["session"], ["sessions.id"], name="fk_bookings_session"),
        sa.PrimaryKeyConstraint("id", name="pk_bookings"),
        sa.UniqueConstraint("code", name="uq_bookings_code"),
    )
    op.create_index(
        "ix_bookings_mobile",
        "bookings",
        ["mobile"],
        unique=False,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(
        "uq_bookings_place",
        "bookings",
        ["session", "place"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_day", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("department", sa.Integer(), nullable=True),
        sa.Column("doctor", sa.Integer(), nullable=True),
        sa.Column("session", sa.Integer(), nullable=True),
        sa.Column("booking", sa.Integer(), nullable=True),
        sa.Column("beside", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("issued_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("callable_from_ms", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.String(), nullable=True),
        sa.Column("priority_asked", sa.String(), nullable=True),
        sa.Column("urgent_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("final_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("ahead", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(source = 'booked') = (booking IS NOT NULL)", name=op.f("ck_tickets_booking")),
        sa.CheckConstraint(
            "(state IN ('done', 'not_served', 'void')) = (ended_at_ms IS NOT NULL)", name=op.f("ck_tickets_ended")
        ),
        sa.CheckConstraint("source IN ('booked', 'walk_in', 'help')", name=op.f("ck_tickets_source")),
        sa.CheckConstraint(
            "state IN ('waiting', 'called', 'absent', 'away', 'parked', 'done', 'not_served', 'void')",
            name=op.f("ck_tickets_state"),
        ),
        sa.CheckConstraint(
            "callable_from_ms >= issued_at_ms AND ended_at_ms >= issued_at_ms", name=op.f("ck_tickets_in_order")
        ),
        sa.CheckConstraint("number BETWEEN 1 AND 9999", name=op.f("ck_tickets_number")),
        sa.ForeignKeyConstraint(["booking"], ["bookings.id"], name="fk_tickets_booking"),
        sa.ForeignKeyConstraint(["service_day"], ["service_days.id"], name="fk_tickets_service_day"),
        sa.ForeignKeyConstraint(["session"], ["sessions.id"], name="fk_tickets_session"),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.UniqueConstraint("service_day", "number", name="uq_tickets_service_day_number"),
    )
    op.create_index("ix_tickets_booking", "tickets", ["booking"], unique=False)
    op.create_index("ix_tickets_device_issued_at_ms", "tickets", ["device", "issued_at_ms"], unique=False)
    op.create_index("ix_tickets_service_day_state", "tickets", ["service_day", "state"], unique=False)
    op.create_index("ix_tickets_session_source", "tickets", ["session", "source"], unique=False)
    op.create_index(
        "uq_tickets_booking",
        "tickets",
        ["booking"],
        unique=True,
        sqlite_where=sa.text("state <> 'void' AND NOT beside"),
        postgresql_where=sa.text("state <> 'void' AND NOT beside"),
    )
    op.create_table(
        "points",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=True),
        sa.Column("paused_why", sa.String(), nullable=True),
        sa.Column("paused_until", sa.String(length=5), nullable=True),
        sa.Column("last_act", sa.String(), nullable=True),
        sa.Column("last_act_number", sa.Integer(), nullable=True),
        sa.Column("last_act_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("last_act_before", sa.JSON(), nullable=True),
        sa.CheckConstraint("(status = 'paused') = (paused_why IS NOT NULL)", name=op.f("ck_points_paused")),
        sa.CheckConstraint("status IN ('open', 'paused', 'closed')", name=op.f("ck_points_status")),
        sa.CheckConstraint("(last_act IS NULL) = (last_act_at_ms IS NULL)", name=op.f("ck_points_last_act")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_points_revision")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name="fk_points_ticket"),
        sa.PrimaryKeyConstraint("id", name="pk_points"),
        sa.UniqueConstraint("ticket", name="uq_points_ticket"),
    )
    op.create_table(
        "stops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("service_day", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("department", sa.Integer(), nullable=True),
        sa.Column("doctor", sa.Integer(), nullable=True),
        sa.Column("only_point", sa.String(), nullable=True),
        sa.Column("waiting_since_ms", sa.BigInteger(), nullable=False),
        sa.Column("called_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("point", sa.String(), nullable=True),
        sa.Column("calls", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("turn", sa.String(), server_default="line", nullable=False),
        sa.Column("back_after", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("back_since_call", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("taken_back", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("turn IN ('line', 'returning', 'back')", name=op.f("ck_stops_turn")),
        sa.CheckConstraint("called_at_ms >= waiting_since_ms", name=op.f("ck_stops_called")),
        sa.CheckConstraint("calls >= 0 AND back_after >= 0", name=op.f("ck_stops_calls")),
        sa.CheckConstraint("ended_at_ms >= waiting_since_ms AND ended_at_ms >= called_at_ms", name=op.f("ck_stops_ended")),
        sa.ForeignKeyConstraint(["service_day"], ["service_days.id"], name="fk_stops_service_day"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name="fk_stops_ticket"),
        sa.PrimaryKeyConstraint("id", name="pk_stops"),
    )
    op.create_index("ix_stops_ticket", "stops", ["ticket"], unique=False)
    op.create_index(
        "ix_stops_waiting",
        "stops",
        ["service_day", "stage"],
        unique=False,
        sqlite_where=sa.text("ended_at_ms IS NULL"),
        postgresql_where=sa.text("ended_at_ms IS NULL"),
    )
    op.create_index(
        "uq_stops_open",
        "stops",
        ["ticket"],
        unique=True,
        sqlite_where=sa.text("ended_at_ms IS NULL"),
        postgresql_where=sa.text("ended_at_ms IS NULL"),
    )
    op.create_table(
        "ticket_requests",
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("service_day", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("ticket", sa.Integer(), nullable=True),
        sa.Column("asked_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("settled_number", sa.Integer(), nullable=True),
        sa.Column("settled_at_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('printed', 'shown', 'unknown', 'not_printed')", name=op.f("ck_ticket_requests_outcome")
        ),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at_ms IS NULL)", name=op.f("ck_ticket_requests_settled")),
        sa.CheckConstraint("settled_at_ms >= asked_at_ms", name=op.f("ck_ticket_requests_in_order")),
        sa.CheckConstraint("settled_number BETWEEN 1 AND 9999", name=op.f("ck_ticket_requests_settled_number")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name="fk_ticket_requests_ticket"),
        sa.PrimaryKeyConstraint("device", "request", name="pk_ticket_requests"),
    )
    op.create_index("ix_ticket_requests_asked_at_ms", "ticket_requests", ["asked_at_ms"], unique=False)
    op.create_index("ix_ticket_requests_service_day_outcome", "ticket_requests", ["service_day", "outcome"], unique=False)
    op.create_index("ix_ticket_requests_ticket", "ticket_requests", ["ticket"], unique=False)
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.String(), nullable=False),
        sa.Column("service_day", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("stop", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("point", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("called_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("kind IN ('call', 'recall')", name=op.f("ck_calls_kind")),
        sa.ForeignKeyConstraint(["epoch"], ["epochs.epoch"], name="fk_calls_epoch"),
        sa.ForeignKeyConstraint(["service_day"], ["service_days.id"], name="fk_calls_service_day"),
        sa.ForeignKeyConstraint(["stop"], ["stops.id"], name="fk_calls_stop"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name="fk_calls_ticket"),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_calls_point_id", "calls", ["point", "id"], unique=False)
    op.create_index("ix_calls_ticket", "calls", ["ticket"], unique=False)
    op.create_index("ix_calls_zone_id", "calls", ["zone", "id"], unique=False)
    op.create_index(
        "uq_sessions_start", "sessions", ["date", "department", sa.text("coalesce(doctor, 0)"), "starts_at_ms"], unique=True
    )
    op.create_index(
        "uq_service_days_open",
        "service_days",
        [sa.text("coalesce(ended_at_ms, 0)")],
        unique=True,
        sqlite_where=sa.text("ended_at_ms IS NULL"),
        postgresql_where=sa.text("ended_at_ms IS NULL"),
    )
