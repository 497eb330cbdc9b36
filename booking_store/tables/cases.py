"""The insurance office: households and their members, their cases with every step, letters, and questions to the department.

What tells who somebody is lies in `sealed` columns, as ciphertext (booking_store/seal.py), and codes are found by their marks.
What stands in the clear is what is counted.
"""

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
    Text,
    UniqueConstraint,
    text,
)

from booking_store.tables.schema import metadata, one_of
from rules.household import Relation, Sex
from rules.identity_codes import CodeKind
from rules.inquiries import Result, Way
from rules.referral import OPEN, Act, NajvaResult, Recorded, State

_OPEN = ", ".join(f"'{state}'" for state in State if state in OPEN)

seals = Table(
    "seals",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),  # of the key that this ledger is sealed with: no other may write
    CheckConstraint("id = 1", name="one_row"),
)

households = Table(
    "households",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sealed", Text),  # code, mobile, address, postal code; NULL: erased when it was due
    Column("county", String, nullable=False, server_default=text("''")),
    Column("vulnerable", Boolean, nullable=False, server_default=text("false")),
    Column("cover_until", String(10)),  # the last day of the cover that its last letter was for
    Column("opened_at_ms", BigInteger, nullable=False),
    Column("merged_into", Integer, ForeignKey("households.id")),
    Column("erased_at_ms", BigInteger),
    CheckConstraint("merged_into <> id", name="merged_into"),
    CheckConstraint("(erased_at_ms IS NULL) = (sealed IS NOT NULL)", name="erased"),
)
Index("ix_households_cover", households.c.cover_until,
      sqlite_where=text("cover_until IS NOT NULL AND merged_into IS NULL"),
      postgresql_where=text("cover_until IS NOT NULL AND merged_into IS NULL"))  # fmt: skip

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("household", Integer, ForeignKey("households.id"), nullable=False),
    Column("place", Integer, nullable=False),  # in the order in which they were written down
    Column("relation", String, nullable=False),
    Column("sex", String, nullable=False),
    Column("nationality", String, nullable=False),
    Column("document", String),  # its type; NULL: a newborn has none
    Column("disease", String),  # the group of a special disease
    Column("sealed", Text),  # name, father, birth date, numbers, certificate
    Column("left_at_ms", BigInteger),  # is no member any more
    one_of("relation", Relation),
    one_of("sex", Sex),
)
Index(None, people.c.household)

marks = Table(
    "marks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mark", String(64), nullable=False),
    Column("kind", String, nullable=False),
    Column("household", Integer, ForeignKey("households.id"), nullable=False),
    Column("person", Integer, ForeignKey("people.id")),  # NULL: the household's own code
    one_of("kind", CodeKind),
    CheckConstraint("(kind = 'household') = (person IS NULL)", name="person"),
)
Index("uq_marks_household", marks.c.mark, unique=True,
      sqlite_where=text("kind = 'household'"), postgresql_where=text("kind = 'household'"))  # fmt: skip
Index(None, marks.c.mark)
Index(None, marks.c.household)
Index(None, marks.c.person)

cases = Table(
    "cases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("household", Integer, ForeignKey("households.id"), nullable=False),
    Column("matter", String, nullable=False),
    Column("state", String, nullable=False),
    Column("revision", Integer, nullable=False, server_default=text("1")),  # two officers do not write over each other
    Column("opened_at_ms", BigInteger, nullable=False),
    Column("opened_by", String, nullable=False),
    Column("service_day", Integer, ForeignKey("service_days.id")),  # with the number of the ticket that brought it
    Column("number", Integer),
    Column("officer", String),  # who took its review up
    Column("cycle", Integer),
    Column("county", String, nullable=False, server_default=text("''")),
    Column("vulnerable", Boolean, nullable=False, server_default=text("false")),
    Column("fee_rials", BigInteger, nullable=False, server_default=text("0")),
    Column("fee_paid_at_ms", BigInteger),
    Column("najva", String),
    Column("najva_on", String(10)),
    Column("najva_by", String),
    Column("said", JSON, nullable=False, default=dict),  # question of a circular -> answer
    Column("papers", JSON, nullable=False, default=list),  # what is missing: {person, paper}
    Column("refusal", String),  # why it was refused: a word of the site file
    Column("decided_at_ms", BigInteger),
    Column("ended_at_ms", BigInteger),
    Column("replaced_by", Integer, ForeignKey("cases.id")),
    Column("sealed", Text),  # receipt, Najva's reference, notes
    one_of("state", State),
    one_of("najva", NajvaResult),
    CheckConstraint("revision >= 1", name="revision"),
    CheckConstraint("(service_day IS NULL) = (number IS NULL)", name="ticket"),
    CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="refusal"),
    CheckConstraint("(state = 'replaced') = (replaced_by IS NOT NULL)", name="replaced"),
    CheckConstraint("(najva IS NULL) = (najva_on IS NULL) AND (najva IS NULL) = (najva_by IS NULL)", name="najva_whole"),
    CheckConstraint("fee_rials >= 0", name="fee"),
    CheckConstraint("decided_at_ms >= opened_at_ms AND ended_at_ms >= opened_at_ms", name="in_order"),
)
Index("uq_cases_open", cases.c.household, unique=True,
      sqlite_where=text(f"state IN ({_OPEN})"), postgresql_where=text(f"state IN ({_OPEN})"))  # fmt: skip
Index(None, cases.c.household)
Index(None, cases.c.opened_at_ms)
Index(None, cases.c.service_day, cases.c.number)

case_people = Table(
    "case_people",
    metadata,
    Column("case_id", Integer, ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    Column("person", Integer, ForeignKey("people.id"), primary_key=True, autoincrement=False),
    Column("relation", String, nullable=False),
    Column("sex", String, nullable=False),
    Column("nationality", String, nullable=False),
    Column("document", String),
    Column("disease", String),
    Column("age_band", String, nullable=False),  # on the day when it was written down; empty: the birth date is not known
    one_of("relation", Relation),
    one_of("sex", Sex),
)
Index(None, case_people.c.person)

case_steps = Table(
    "case_steps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("act", String, nullable=False),
    Column("who", String, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("was", String, nullable=False),
    Column("now", String, nullable=False),
    Column("recorded", String),  # what a RECORD wrote; NULL where that was not kept yet
    one_of("act", Act),
    one_of("was", State),
    one_of("now", State),
    one_of("recorded", Recorded),
    CheckConstraint("recorded IS NULL OR act = 'record'", name="recorded_act"),
    CheckConstraint("who <> ''", name="who"),
)
Index(None, case_steps.c.case_id)
Index(None, case_steps.c.at_ms)

office_tickets = Table(
    "office_tickets",
    metadata,
    Column("ticket", Integer, ForeignKey("tickets.id"), primary_key=True, autoincrement=False),
    Column("matter", String, nullable=False),  # of the site file: what was chosen at the kiosk
    Column("household", Integer, ForeignKey("households.id")),  # that the typed code led to; the code itself is not kept
    Column("kept_for", String),  # the point whose officer knows its case: others pass it over while that is open …
    Column("kept_until_ms", BigInteger),  # … and not longer than until then
    CheckConstraint("(kept_for IS NULL) = (kept_until_ms IS NULL)", name="kept"),
)
Index(None, office_tickets.c.household)

letter_years = Table(
    "letter_years",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),  # Jalali
    Column("last", Integer, nullable=False),  # the last number given; raised in the transaction that writes its letter
    CheckConstraint("last >= 1", name="last"),
)

letters = Table(
    "letters",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("year", Integer, ForeignKey("letter_years.year"), nullable=False),
    Column("serial", Integer, nullable=False),
    Column("code", String(10), nullable=False, unique=True),
    Column("service_office", String, nullable=False),
    Column("issued_on", String(10), nullable=False),
    Column("until", String(10), nullable=False),
    Column("issued_at_ms", BigInteger, nullable=False),
    Column("issued_by", String, nullable=False),
    Column("duplicate_of", Integer, ForeignKey("letters.id"), unique=True),
    Column("handed_at_ms", BigInteger),
    Column("handed_by", String),
    Column("used_at_ms", BigInteger),
    Column("void_at_ms", BigInteger),
    Column("sealed", Text),  # every word that is printed, and who took it; NULL: erased when it was due
    UniqueConstraint("year", "serial"),
    CheckConstraint("serial >= 1", name="serial"),
    CheckConstraint("length(code) = 10", name="code"),
    CheckConstraint("until >= issued_on", name="until"),
    CheckConstraint("(handed_at_ms IS NULL) = (handed_by IS NULL)", name="handed"),
    CheckConstraint("used_at_ms IS NULL OR handed_at_ms IS NOT NULL", name="used"),
    CheckConstraint("used_at_ms IS NULL OR void_at_ms IS NULL", name="void"),
    CheckConstraint("handed_at_ms >= issued_at_ms AND used_at_ms >= handed_at_ms", name="in_order"),
    CheckConstraint("void_at_ms >= issued_at_ms", name="void_in_order"),
)
Index("uq_letters_standing", letters.c.case_id, unique=True,
      sqlite_where=text("void_at_ms IS NULL"), postgresql_where=text("void_at_ms IS NULL"))  # fmt: skip
Index("ix_letters_until", letters.c.until,
      sqlite_where=text("used_at_ms IS NULL AND void_at_ms IS NULL"),
      postgresql_where=text("used_at_ms IS NULL AND void_at_ms IS NULL"))  # fmt: skip

batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("made_by", String, nullable=False),
    Column("rows", Integer, nullable=False),
    CheckConstraint("rows >= 1", name="rows"),
)

inquiries = Table(
    "inquiries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("person", Integer, ForeignKey("people.id"), nullable=False),
    Column("way", String, nullable=False),
    Column("batch", Integer, ForeignKey("batches.id")),  # the file that it left with
    Column("asked_at_ms", BigInteger, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("answered_at_ms", BigInteger),
    Column("answered_by", String),
    Column("result", String),
    one_of("way", Way),
    one_of("result", Result),
    CheckConstraint("batch IS NULL OR way = 'batch'", name="batch"),
    CheckConstraint("(result IS NULL) = (answered_at_ms IS NULL)", name="answered"),
    CheckConstraint("answered_at_ms >= asked_at_ms", name="in_order"),
)
Index("uq_inquiries_open", inquiries.c.case_id, inquiries.c.person, unique=True,
      sqlite_where=text("result IS NULL"), postgresql_where=text("result IS NULL"))  # fmt: skip
Index(None, inquiries.c.case_id)
Index(None, inquiries.c.person)
Index(None, inquiries.c.batch)

service_pins = Table(
    "service_pins",
    metadata,
    Column("service_office", String, primary_key=True),
    Column("mark", String(64), nullable=False),  # of its PIN (booking_store/seal.py): without the key there is nothing to try
    Column("wrong", Integer, nullable=False, server_default=text("0")),  # since the last right one
    Column("wrong_at_ms", BigInteger),  # the last wrong one
    CheckConstraint("wrong >= 0 AND (wrong = 0 OR wrong_at_ms IS NOT NULL)", name="wrong"),
)
