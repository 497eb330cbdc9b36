"""What happens: service days, their tickets with each stop and call, and where each point stands."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    func,
    text,
)

from booking_store.tables.schema import metadata, one_of
from mqtt.contract import CallKind, DayStatus, PointStatus, SettleOutcome, Source
from rules.call_order import Turn
from rules.journey import State as TicketState

service_days = Table(
    "service_days",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("date", String(10), nullable=False),
    Column("status", String, nullable=False),
    Column("opened_at_ms", BigInteger, nullable=False),
    Column("opened_by", String, nullable=False),
    Column("ended_at_ms", BigInteger),
    Column("void", Boolean, nullable=False, server_default=text("false")),  # opened wrongly, repaired
    Column("stopped_by_hours", Boolean, nullable=False, server_default=text("false")),  # the hours do so once a day
    Column("page_key", String(32)),  # hex, random: the codes of this day's ticket pages are made with it
    one_of("status", DayStatus),
    CheckConstraint("ended_at_ms >= opened_at_ms", name="in_order"),
    CheckConstraint("(status = 'closed') = (ended_at_ms IS NOT NULL)", name="ended"),
    CheckConstraint("NOT void OR status = 'closed'", name="void"),
)
Index("uq_service_days_open", func.coalesce(service_days.c.ended_at_ms, 0), unique=True,
      sqlite_where=text("ended_at_ms IS NULL"), postgresql_where=text("ended_at_ms IS NULL"))  # fmt: skip
Index("uq_service_days_date", service_days.c.date, unique=True,
      sqlite_where=text("NOT void"), postgresql_where=text("NOT void"))  # fmt: skip

tickets = Table(
    "tickets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("service_day", Integer, ForeignKey("service_days.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("source", String, nullable=False),
    Column("state", String, nullable=False),
    Column("department", Integer),  # NULL: a help ticket
    Column("doctor", Integer),
    Column("session", Integer, ForeignKey("sessions.id")),
    Column("booking", Integer, ForeignKey("bookings.id")),
    # Not its booking's own ticket, so that the booking may have another: a second paper for the place of one that stands too
    # (PROTOCOL rule 4), any ticket of a day that was repaired (its service day is void), whose codes are good again, or that
    # of somebody whom an absence moved to another date while they waited.
    Column("beside", Boolean, nullable=False, server_default=text("false")),
    Column("device", String, nullable=False),  # the kiosk
    Column("issued_at_ms", BigInteger, nullable=False),
    Column("callable_from_ms", BigInteger, nullable=False),  # settled, or 10 s after the commit (PROTOCOL rule 7)
    Column("priority", String),
    Column("priority_asked", String),
    Column("urgent_at_ms", BigInteger),  # NULL: not urgent
    Column("final_at_ms", BigInteger),  # when reception made the turn final; from then only a confirmed priority counts
    Column("ahead", JSON, nullable=False, default=list),  # the stages after that of its stop, in order (rules.journey.Way)
    Column("marks", JSON, nullable=False, default=list),  # what reception should look at
    Column("outcome", String),  # why an ended ticket ended
    Column("ended_at_ms", BigInteger),
    Column("changed", BigInteger, nullable=False),  # the sequence of its last change, for undo
    UniqueConstraint("service_day", "number"),
    one_of("source", Source),
    one_of("state", TicketState),
    CheckConstraint("number BETWEEN 1 AND 9999", name="number"),
    CheckConstraint("callable_from_ms >= issued_at_ms AND ended_at_ms >= issued_at_ms", name="in_order"),
    CheckConstraint("(state IN ('done', 'not_served', 'void')) = (ended_at_ms IS NOT NULL)", name="ended"),
    CheckConstraint("(source = 'booked') = (booking IS NOT NULL)", name="booking"),
)
Index("uq_tickets_booking", tickets.c.booking, unique=True, sqlite_where=text("state <> 'void' AND NOT beside"),
      postgresql_where=text("state <> 'void' AND NOT beside"))  # fmt: skip
Index(None, tickets.c.service_day, tickets.c.state)
Index(None, tickets.c.session, tickets.c.source)
Index(None, tickets.c.device, tickets.c.issued_at_ms)
Index(None, tickets.c.booking)

ticket_requests = Table(
    "ticket_requests",
    metadata,
    Column("device", String, primary_key=True),
    Column("request", String, primary_key=True),
    Column("service_day", BigInteger, nullable=False),  # the device's word, perhaps of a day that no ledger knows
    Column("number", Integer),  # what the store answered; NULL: nothing, its settle came first
    Column("ticket", Integer, ForeignKey("tickets.id")),  # what the request holds now
    Column("asked_at_ms", BigInteger, nullable=False),
    Column("outcome", String),  # what the paper said; NULL: not settled yet
    Column("settled_number", Integer),
    Column("settled_at_ms", BigInteger),
    one_of("outcome", SettleOutcome),
    CheckConstraint("(outcome IS NULL) = (settled_at_ms IS NULL)", name="settled"),
    CheckConstraint("settled_number BETWEEN 1 AND 9999", name="settled_number"),
    CheckConstraint("settled_at_ms >= asked_at_ms", name="in_order"),
)
Index(None, ticket_requests.c.ticket)
Index(None, ticket_requests.c.service_day, ticket_requests.c.outcome)
Index(None, ticket_requests.c.asked_at_ms)

stops = Table(
    "stops",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket", Integer, ForeignKey("tickets.id"), nullable=False),
    Column("service_day", Integer, ForeignKey("service_days.id"), nullable=False),
    Column("stage", String, nullable=False),
    Column("department", Integer),
    Column("doctor", Integer),
    Column("only_point", String),  # transferred to this very point
    Column("waiting_since_ms", BigInteger, nullable=False),
    Column("called_at_ms", BigInteger),
    Column("ended_at_ms", BigInteger),
    Column("point", String),  # where it was called
    Column("calls", Integer, nullable=False, server_default=text("0")),
    Column("turn", String, nullable=False, server_default=Turn.LINE.value),  # how it stands in line (rules.call_order.Turn)
    Column("back_after", Integer, nullable=False, server_default=text("0")),  # turn "back": how many go first; 0: the head
    Column("back_since_call", Integer, nullable=False, server_default=text("0")),  # … counted after this call's id
    Column("taken_back", Boolean, nullable=False, server_default=text("false")),  # its act was undone: it never was
    one_of("turn", Turn),
    CheckConstraint("called_at_ms >= waiting_since_ms", name="called"),
    CheckConstraint("ended_at_ms >= waiting_since_ms AND ended_at_ms >= called_at_ms", name="ended"),
    CheckConstraint("calls >= 0 AND back_after >= 0", name="calls"),
)
Index("uq_stops_open", stops.c.ticket, unique=True,
      sqlite_where=text("ended_at_ms IS NULL"), postgresql_where=text("ended_at_ms IS NULL"))  # fmt: skip
Index("ix_stops_waiting", stops.c.service_day, stops.c.stage,
      sqlite_where=text("ended_at_ms IS NULL"), postgresql_where=text("ended_at_ms IS NULL"))  # fmt: skip
Index(None, stops.c.ticket)
Index(None, stops.c.service_day)

calls = Table(
    "calls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("epoch", String, ForeignKey("epochs.epoch"), nullable=False),
    Column("service_day", Integer, ForeignKey("service_days.id"), nullable=False),
    Column("ticket", Integer, ForeignKey("tickets.id"), nullable=False),
    Column("stop", Integer, ForeignKey("stops.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("point", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("why", String, nullable=False),  # the call order's reason; "by_number" when it was called out of order
    Column("called_at_ms", BigInteger, nullable=False),
    Column("urgent", Boolean, nullable=False, server_default=text("false")),
    Column("withdrawn", Boolean, nullable=False, server_default=text("false")),
    one_of("kind", CallKind),
    sqlite_autoincrement=True,  # an id is never used again (PROTOCOL rule 12), not even that of a deleted row
)
Index(None, calls.c.zone, calls.c.id)
Index(None, calls.c.point, calls.c.id)
Index(None, calls.c.ticket)

points = Table(
    "points",
    metadata,
    Column("id", String, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("ticket", Integer, ForeignKey("tickets.id"), unique=True),  # the current one
    Column("paused_why", String),
    Column("paused_until", String(5)),
    Column("last_act", String),  # the tag of the last act, with what its undo needs
    Column("last_act_number", Integer),
    Column("last_act_at_ms", BigInteger),
    Column("last_act_before", JSON(none_as_null=True)),  # the rows before it; NULL: cannot be undone (any more)
    one_of("status", PointStatus),
    CheckConstraint("revision >= 1", name="revision"),
    CheckConstraint("(status = 'paused') = (paused_why IS NOT NULL)", name="paused"),
    CheckConstraint("(last_act IS NULL) = (last_act_at_ms IS NULL)", name="last_act"),
)
