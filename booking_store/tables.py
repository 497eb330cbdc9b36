"""The ledger's tables. A law that a table can hold is a constraint here, so that no code can break it.

The same tables serve SQLite and PostgreSQL. Times are integer milliseconds UTC by the store's clock (`_ms`), dates ISO
text in the site's own calendar day, departments and doctors their codes, points, stages and devices their ids in the
site file. What a constraint keeps:

| law | here |
|---|---|
| one number, one ticket a service day, 1 to 9999 | tickets: UNIQUE (service_day, number), CHECK |
| one ticket, one counter; one counter, one ticket | points: UNIQUE (ticket), one row a point |
| one place, one booking or one call that holds it | bookings: partial UNIQUE (session, place) |
| one call, one place | bookings: partial UNIQUE (call) |
| what is told is told once | texts: UNIQUE (dedupe_key) |
| an absence is announced once, and touches nobody twice | absences: partial UNIQUE; touched: partial UNIQUE |
| one code, one booking; one booking, one ticket | bookings: UNIQUE (code); tickets: partial UNIQUE (booking) |
| one open day, one day a date | service_days: partial UNIQUE |
| a ticket stands at one stop at a time | stops: partial UNIQUE (ticket) |
| one request, one effect | requests and ticket_requests: PRIMARY KEY (device, request) |
| nothing ends before it begins | CHECK on every pair of times |
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

from mqtt.contract import CallKind, DayStatus, PointStatus, Remedy, SettleOutcome, Source
from rules.call_order import Turn
from rules.journey import State as TicketState
from rules.texts import TextKind, TextState


class BookingState(StrEnum):
    HELD = "held"  # a call has been offered the place: no booking yet, and gone without a trace when it ends
    ACTIVE = "active"
    CANCELLED = "cancelled"


metadata: Final = MetaData(
    naming_convention={
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def _one_of(column: str, words: Iterable[str]) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


ledger = Table(
    "ledger",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("generation", Integer, nullable=False),  # raised by each writer at its start: an older writer is out
    Column("sequence", BigInteger, nullable=False),  # the number of the last commit
    Column("last_commit_ms", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
    CheckConstraint("sequence >= 0", name="sequence"),
)

epochs = Table(
    "epochs",
    metadata,
    Column("epoch", String, primary_key=True),
    Column("started_at_ms", BigInteger, nullable=False),
    Column("first_sequence", BigInteger, nullable=False),
    Column("last_sequence", BigInteger),  # NULL: the running one; its last is the ledger's
    CheckConstraint("last_sequence >= first_sequence", name="in_order"),
)

sites = Table(
    "sites",
    metadata,
    Column("id", Integer, primary_key=True),  # the highest is in force
    Column("sha256", String(64), nullable=False),
    Column("document", Text, nullable=False),
    Column("loaded_at_ms", BigInteger, nullable=False),
    Column("loaded_by", String, nullable=False),
)

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
    Column("mobile", String(11)),
    Column("state", String, nullable=False),
    Column("booked_at_ms", BigInteger, nullable=False),
    Column("booked_by", String, nullable=False),
    Column("cancelled_at_ms", BigInteger),
    Column("cancelled_why", String),
    Column("call", String),  # the telephone call that booked or holds it
    Column("held_until_ms", BigInteger),
    Column("substitute", Integer),  # the doctor in the place of the session's own, whom the patient may decline
    Column("absence", Integer, ForeignKey("absences.id")),  # that cancelled it
    _one_of("state", BookingState),
    CheckConstraint("length(code) = 8", name="code"),
    CheckConstraint("place >= 1", name="place"),
    CheckConstraint("(state = 'cancelled') = (cancelled_at_ms IS NOT NULL)", name="cancelled"),
    CheckConstraint("(state = 'held') = (held_until_ms IS NOT NULL)", name="held"),
    CheckConstraint("state <> 'held' OR call IS NOT NULL", name="call"),
    CheckConstraint("absence IS NULL OR state = 'cancelled'", name="absence"),
)
Index("uq_bookings_place", bookings.c.session, bookings.c.place, unique=True,
      sqlite_where=text("state <> 'cancelled'"), postgresql_where=text("state <> 'cancelled'"))  # fmt: skip
Index("uq_bookings_call", bookings.c.call, unique=True, sqlite_where=text("call IS NOT NULL AND state <> 'cancelled'"),
      postgresql_where=text("call IS NOT NULL AND state <> 'cancelled'"))  # fmt: skip
Index("ix_bookings_held", bookings.c.held_until_ms, sqlite_where=text("state = 'held'"),
      postgresql_where=text("state = 'held'"))  # fmt: skip
Index("ix_bookings_mobile", bookings.c.mobile, sqlite_where=text("state = 'active'"),
      postgresql_where=text("state = 'active'"))  # fmt: skip

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
    _one_of("remedy", Remedy),
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
    _one_of("status", DayStatus),
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
    _one_of("source", Source),
    _one_of("state", TicketState),
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
    _one_of("turn", Turn),
    CheckConstraint("called_at_ms >= waiting_since_ms", name="called"),
    CheckConstraint("ended_at_ms >= waiting_since_ms AND ended_at_ms >= called_at_ms", name="ended"),
    CheckConstraint("calls >= 0 AND back_after >= 0", name="calls"),
)
Index("uq_stops_open", stops.c.ticket, unique=True,
      sqlite_where=text("ended_at_ms IS NULL"), postgresql_where=text("ended_at_ms IS NULL"))  # fmt: skip
Index("ix_stops_waiting", stops.c.service_day, stops.c.stage,
      sqlite_where=text("ended_at_ms IS NULL"), postgresql_where=text("ended_at_ms IS NULL"))  # fmt: skip
Index(None, stops.c.ticket)

boots = Table(
    "boots",
    metadata,
    Column("device", String, primary_key=True),
    Column("boot", String, nullable=False),  # the device's run that we last heard: an older run's press is stale
)

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
    _one_of("kind", CallKind),
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
    _one_of("status", PointStatus),
    CheckConstraint("revision >= 1", name="revision"),
    CheckConstraint("(status = 'paused') = (paused_why IS NOT NULL)", name="paused"),
    CheckConstraint("(last_act IS NULL) = (last_act_at_ms IS NULL)", name="last_act"),
)

requests = Table(
    "requests",
    metadata,
    Column("device", String, primary_key=True),
    Column("request", String, primary_key=True),
    Column("answered_at_ms", BigInteger, nullable=False),
    Column("refused", String),  # the reason, when it was refused
    Column("answer", Text, nullable=False),  # the contract's JSON, given again word for word
)
Index(None, requests.c.answered_at_ms)
Index("ix_requests_wrong_code", requests.c.device, requests.c.answered_at_ms,
      sqlite_where=text("refused = 'no_such_code'"), postgresql_where=text("refused = 'no_such_code'"))  # fmt: skip

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
    _one_of("outcome", SettleOutcome),
    CheckConstraint("(outcome IS NULL) = (settled_at_ms IS NULL)", name="settled"),
    CheckConstraint("settled_number BETWEEN 1 AND 9999", name="settled_number"),
    CheckConstraint("settled_at_ms >= asked_at_ms", name="in_order"),
)
Index(None, ticket_requests.c.ticket)
Index(None, ticket_requests.c.service_day, ticket_requests.c.outcome)
Index(None, ticket_requests.c.asked_at_ms)

late_doctors = Table(
    "late_doctors",
    metadata,
    Column("date", String(10), primary_key=True),
    Column("doctor", Integer, primary_key=True, autoincrement=False),
    Column("until", String(5), nullable=False),
)

texts = Table(
    "texts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("dedupe_key", String, nullable=False, unique=True),  # "booking:ID", "reminder:ID": what was told is told once
    Column("kind", String, nullable=False),
    Column("booking", Integer, ForeignKey("bookings.id")),
    Column("mobile", String(11), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("not_before_ms", BigInteger),
    Column("expires_at_ms", BigInteger, nullable=False),  # told later, it would tell nothing
    Column("next_at_ms", BigInteger),  # when it is sent, or its gateway asked about it; NULL: nothing is left to do
    Column("waits", Integer, nullable=False, server_default=text("0")),  # taken in its present state: the next is longer
    Column("attempts", Integer, nullable=False, server_default=text("0")),  # the latest one's number
    Column("doubts", Integer, nullable=False, server_default=text("0")),  # attempts of which nobody knows whether it left
    Column("leased_to", String),  # device/boot/request of the worker that sends it now
    Column("lease_until_ms", BigInteger),
    Column("gateway", String),  # that accepted it, or may have
    Column("gateway_id", String),
    Column("last_error", String),
    Column("written_at_ms", BigInteger, nullable=False),
    Column("ended_at_ms", BigInteger),  # nothing more is sent
    _one_of("kind", TextKind),
    _one_of("state", TextState),
    CheckConstraint("(state = 'sending') = (lease_until_ms IS NOT NULL)", name="lease"),
    CheckConstraint("(leased_to IS NULL) = (lease_until_ms IS NULL)", name="leased_to"),
    CheckConstraint("state NOT IN ('queued', 'sending') OR ended_at_ms IS NULL", name="ended"),
    CheckConstraint("waits >= 0 AND attempts >= 0 AND doubts >= 0", name="counts"),
)
Index("ix_texts_due", texts.c.next_at_ms, sqlite_where=text("next_at_ms IS NOT NULL"),
      postgresql_where=text("next_at_ms IS NOT NULL"))  # fmt: skip
Index("ix_texts_sending", texts.c.lease_until_ms, sqlite_where=text("state = 'sending'"),
      postgresql_where=text("state = 'sending'"))  # fmt: skip
Index(None, texts.c.booking)

phone_calls = Table(
    "phone_calls",
    metadata,
    Column("call", String, primary_key=True),
    Column("device", String, nullable=False),
    Column("ended_at_ms", BigInteger, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("steps", JSON, nullable=False),
    Column("ended", String, nullable=False),  # where in the menu, and how
    CheckConstraint("seconds >= 0", name="seconds"),
)
Index(None, phone_calls.c.ended_at_ms)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("who", String, nullable=False),  # the device, or "store" for what the hours do
    Column("what", String, nullable=False),
    Column("why", String, nullable=False, server_default=text("''")),
    Column("service_day", Integer),
    Column("number", Integer),
    Column("point", String),
    Column("details", JSON),
)
Index(None, audit.c.service_day, audit.c.number)
Index(None, audit.c.at_ms)
