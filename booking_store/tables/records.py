"""What the ledger keeps of itself: its commits and runs, the site's file, what was answered, who did what."""

from typing import Final

from sqlalchemy import JSON, BigInteger, Boolean, CheckConstraint, Column, Index, Integer, String, Table, Text, text

from booking_store.tables.schema import metadata

COUNTED_ACTS: Final = "what IN ('no_show', 'undo', 'walk_in_refused', 'came_unaware')"
"""The acts that statistics count: few among the many rows of a year."""

ledger = Table(
    "ledger",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("generation", Integer, nullable=False),  # raised by each writer at its start: an older writer is out
    Column("sequence", BigInteger, nullable=False),  # the number of the last commit
    Column("last_commit_ms", BigInteger, nullable=False),
    Column("settling_why", String),  # an older ledger was put back: every kiosk settles its day again
    Column("lost_from_ms", BigInteger),  # in between, a ledger that is lost may have given numbers
    Column("lost_until_ms", BigInteger),  # NULL: until the next start, whose time is not known yet
    Column("went_on_ms", BigInteger),  # «go»: numbers again, though some kiosk has not settled
    CheckConstraint("id = 1", name="one_row"),
    CheckConstraint("sequence >= 0", name="sequence"),
    CheckConstraint("(settling_why IS NULL) = (lost_from_ms IS NULL)", name="settling"),
    CheckConstraint("settling_why IS NOT NULL OR (lost_until_ms IS NULL AND went_on_ms IS NULL)", name="settled"),
    CheckConstraint("lost_until_ms >= lost_from_ms", name="lost"),
)

epochs = Table(
    "epochs",
    metadata,
    Column("epoch", String, primary_key=True),
    Column("started_at_ms", BigInteger, nullable=False),
    Column("first_sequence", BigInteger, nullable=False),
    Column("last_sequence", BigInteger),  # NULL: the running one; its last is the ledger's
    Column("last_commit_ms", BigInteger),  # as last_sequence
    CheckConstraint("last_sequence >= first_sequence", name="in_order"),
)

settled_kiosks = Table(
    "settled_kiosks",
    metadata,
    Column("device", String, primary_key=True),
    Column("epoch", String, nullable=False),  # in which it last said that its day is settled again
    Column("fresh", Boolean, nullable=False),  # its card knows nothing of before: what it printed may be told by nobody
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
Index(None, audit.c.who, audit.c.id)
Index("ix_audit_ordered", audit.c.id,
      sqlite_where=text("what = 'device_ordered'"), postgresql_where=text("what = 'device_ordered'"))  # fmt: skip
# As `what IN` is written here, so in who counts them (statistics/reading.py): a partial index is found by its words.
Index("ix_audit_counted", audit.c.service_day, audit.c.what, sqlite_where=text(COUNTED_ACTS),
      postgresql_where=text(COUNTED_ACTS))  # fmt: skip

boots = Table(
    "boots",
    metadata,
    Column("device", String, primary_key=True),
    Column("boot", String, nullable=False),  # the device's run that we last heard: an older run's press is stale
)
