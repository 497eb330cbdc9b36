"""What is planned: sessions, the bookings of their places, and the doctors who are not there or late."""

from enum import StrEnum

from sqlalchemy import JSON, BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, func, text

from booking_store.tables.schema import metadata, one_of
from mqtt.contract import Remedy


class BookingState(StrEnum):
    """What a place is taken for."""

    HELD = "held"  # a call has been offered the place: no booking yet, and gone without a trace when it ends
    ACTIVE = "active"
    CANCELLED = "cancelled"


sessions = Table(
    "sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("date", String(10), nullable=False),
    Column("department", Integer, nullable=False),
    Column("doctor", Integer),  # NULL: the department has no doctors
    Column("starts_at_ms", BigInteger, nullable=False),
    Column("ends_at_ms", BigInteger, nullable=False),
    Column("phone", Integer, nullable=False),
    Column("walk_in", Integer, nullable=False),
    Column("reserve", Integer, nullable=False),
    Column("walk_in_first", Integer),  # the first portion of the walk-in share, as the site file has it; NULL: all of it
    Column("released", Integer),  # … and how much of it by a person's word since; NULL: the first portion
    Column("slot_minutes", Integer),
    Column("withdrawn", Boolean, nullable=False, server_default=text("false")),  # the site file has it no more
    CheckConstraint("ends_at_ms > starts_at_ms", name="in_order"),
    CheckConstraint("phone >= 0 AND walk_in >= 0 AND reserve >= 0", name="places"),
    CheckConstraint("slot_minutes > 0", name="slot"),
)
Index("uq_sessions_start", sessions.c.date, sessions.c.department, func.coalesce(sessions.c.doctor, 0),
      sessions.c.starts_at_ms, unique=True)  # fmt: skip

bookings = Table(
    "bookings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(8), nullable=False, unique=True),  # text: a code may begin with 0
    Column("session", Integer, ForeignKey("sessions.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("time_ms", BigInteger),  # the place's own time, where the site gives times
    Column("mobile", String(11)),  # erased when it is due (desk/retention.py), with `call`
    Column("state", String, nullable=False),
    Column("booked_at_ms", BigInteger, nullable=False),
    Column("booked_by", String, nullable=False),
    Column("cancelled_at_ms", BigInteger),
    Column("cancelled_why", String),
    Column("call", String),  # the telephone call that booked or holds it
    Column("held_until_ms", BigInteger),
    Column("substitute", Integer),  # the doctor in the place of the session's own, whom the patient may decline
    Column("absence", Integer, ForeignKey("absences.id")),  # that cancelled it
    one_of("state", BookingState),
    CheckConstraint("length(code) = 8", name="code"),
    CheckConstraint("place >= 1", name="place"),
    CheckConstraint("(state = 'cancelled') = (cancelled_at_ms IS NOT NULL)", name="cancelled"),
    CheckConstraint("(state = 'held') = (held_until_ms IS NOT NULL)", name="held"),
    CheckConstraint("state <> 'held' OR call IS NOT NULL", name="call"),
    CheckConstraint("absence IS NULL OR state = 'cancelled'", name="absence"),
)
Index("uq_bookings_place", bookings.c.session, bookings.c.place, unique=True,
      sqlite_where=text("state <> 'cancelled'"), postgresql_where=text("state <> 'cancelled'"))  # fmt: skip
Index(None, bookings.c.session)
Index("uq_bookings_call", bookings.c.call, unique=True, sqlite_where=text("call IS NOT NULL AND state <> 'cancelled'"),
      postgresql_where=text("call IS NOT NULL AND state <> 'cancelled'"))  # fmt: skip
Index("ix_bookings_held", bookings.c.held_until_ms, sqlite_where=text("state = 'held'"),
      postgresql_where=text("state = 'held'"))  # fmt: skip
Index("ix_bookings_mobile", bookings.c.mobile, sqlite_where=text("state = 'active'"),
      postgresql_where=text("state = 'active'"))  # fmt: skip
Index("ix_bookings_personal", bookings.c.session,
      sqlite_where=text("mobile IS NOT NULL OR call IS NOT NULL"),
      postgresql_where=text("mobile IS NOT NULL OR call IS NOT NULL"))  # fmt: skip

absences = Table(
    "absences",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("date", String(10), nullable=False),
    Column("doctor", Integer),  # NULL: the whole site
    Column("starts", String(5)),  # NULL: from the day's beginning
    Column("ends", String(5)),  # NULL: to its end
    Column("remedy", String, nullable=False),
    Column("move_to", String(10)),
    Column("substitute", Integer),
    Column("agreed_with", String, nullable=False),
    Column("announced_at_ms", BigInteger, nullable=False),
    Column("announced_by", String, nullable=False),
    Column("stopped_reception", Boolean, nullable=False, server_default=text("false")),  # «پایان پذیرش» came with it
    Column("undone_at_ms", BigInteger),
    Column("begun_at_ms", BigInteger),  # whoever was to be seen before it, and was not, is touched; NULL: not yet
    one_of("remedy", Remedy),
    CheckConstraint("(remedy = 'move') = (move_to IS NOT NULL)", name="move_to"),
    CheckConstraint("(remedy = 'substitute') = (substitute IS NOT NULL)", name="substitute"),
    CheckConstraint("substitute IS NULL OR doctor IS NOT NULL", name="doctor"),
    CheckConstraint("undone_at_ms >= announced_at_ms", name="in_order"),
)
Index("uq_absences_in_force", absences.c.date, func.coalesce(absences.c.doctor, 0), func.coalesce(absences.c.starts, ""),
      func.coalesce(absences.c.ends, ""), unique=True,
      sqlite_where=text("undone_at_ms IS NULL"), postgresql_where=text("undone_at_ms IS NULL"))  # fmt: skip

touched = Table(
    "touched",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("absence", Integer, ForeignKey("absences.id"), nullable=False),
    Column("booking", Integer, ForeignKey("bookings.id")),  # NULL: somebody who walked in
    Column("ticket", Integer, ForeignKey("tickets.id")),  # NULL: somebody who was not here yet
    Column("changes", JSON, nullable=False),  # every row that was changed for them, before and after, for undo
    CheckConstraint("booking IS NOT NULL OR ticket IS NOT NULL", name="somebody"),
)
Index("uq_touched_booking", touched.c.absence, touched.c.booking, unique=True,
      sqlite_where=text("booking IS NOT NULL"), postgresql_where=text("booking IS NOT NULL"))  # fmt: skip
Index("uq_touched_ticket", touched.c.absence, touched.c.ticket, unique=True,
      sqlite_where=text("ticket IS NOT NULL"), postgresql_where=text("ticket IS NOT NULL"))  # fmt: skip
Index(None, touched.c.booking)
Index(None, touched.c.ticket)

late_doctors = Table(
    "late_doctors",
    metadata,
    Column("date", String(10), primary_key=True),
    Column("doctor", Integer, primary_key=True, autoincrement=False),
    Column("until", String(5), nullable=False),
)
