"""What leaves by telephone: the texts to mobiles, and how callers went through the menu."""

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, text

from booking_store.tables.schema import metadata, one_of
from rules.texts import TextKind, TextState

texts = Table(
    "texts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("dedupe_key", String, nullable=False, unique=True),  # "booking:ID", "reminder:ID": what was told is told once
    Column("kind", String, nullable=False),
    Column("booking", Integer, ForeignKey("bookings.id")),
    Column("household", Integer, ForeignKey("households.id")),  # its mobile lies sealed there, and is empty here
    Column("mobile", String(11), nullable=False),  # empty, as the body: erased when it was due (desk/retention.py)
    Column("body", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("begins_at_ms", BigInteger),  # the visit, or the one that was to be: bad news of it may have to wake people
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
    one_of("kind", TextKind),
    one_of("state", TextState),
    CheckConstraint("(state = 'sending') = (lease_until_ms IS NOT NULL)", name="lease"),
    CheckConstraint("(leased_to IS NULL) = (lease_until_ms IS NULL)", name="leased_to"),
    CheckConstraint("state NOT IN ('queued', 'sending') OR ended_at_ms IS NULL", name="ended"),
    CheckConstraint("waits >= 0 AND attempts >= 0 AND doubts >= 0", name="counts"),
)
Index("ix_texts_due", texts.c.next_at_ms, sqlite_where=text("next_at_ms IS NOT NULL"),
      postgresql_where=text("next_at_ms IS NOT NULL"))  # fmt: skip
Index("ix_texts_sending", texts.c.lease_until_ms, sqlite_where=text("state = 'sending'"),
      postgresql_where=text("state = 'sending'"))  # fmt: skip
Index("ix_texts_personal", texts.c.expires_at_ms, sqlite_where=text("body <> ''"), postgresql_where=text("body <> ''"))
Index(None, texts.c.booking)
Index(None, texts.c.written_at_ms)

phone_calls = Table(
    "phone_calls",
    metadata,
    Column("id", Integer, primary_key=True),  # the call's own name would lead to its booking
    Column("device", String, nullable=False),
    Column("ended_at_ms", BigInteger, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("steps", JSON, nullable=False),
    Column("ended", String, nullable=False),  # where in the menu, and how
    CheckConstraint("seconds >= 0", name="seconds"),
)
Index(None, phone_calls.c.ended_at_ms)
