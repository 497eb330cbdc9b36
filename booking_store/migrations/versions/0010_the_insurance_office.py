"""The insurance office: households, their cases and letters, questions to the department, and texts to households."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

ITSELF_ONLY = {"resolve_fks": False}
"""SQLite makes the table anew from what it reads of it. The tables that it points to need not be read."""
RELATIONS = "relation IN ('head', 'spouse', 'child', 'parent', 'sibling', 'grandchild', 'ward', 'other')"
STATES = (
    "IN ('requested', 'under_review', 'more_papers', 'at_department', 'approved', 'refused', 'letter_issued', "
    "'handed_over', 'used', 'expired', 'replaced')"
)
OPEN = sa.text("state IN ('requested', 'under_review', 'more_papers', 'at_department', 'approved', 'letter_issued')")
ACTS = (
    "act IN ('record', 'take_up', 'ask_papers', 'bring_papers', 'ask_department', 'hear_department', 'approve', 'refuse', "
    "'review_again', 'issue', 'hand_over', 'duplicate', 'use', 'expire', 'replace')"
)
KINDS = (
    "kind IN ('booked', 'again', 'reminder', 'late', 'cancelled', 'moved', 'substitute', 'closed', 'papers_wanted', "
    "'answered', 'letter_ready', 'cover_ends')"
)


def upgrade() -> None:
    """Forward only: going back is putting the backup back."""
    _households()
    _cases()
    _steps()
    _letters()
    _inquiries()
    _texts()


def _households() -> None:
    op.create_table(
        "seals",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_seals_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seals")),
    )
    op.create_table(
        "households",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("county", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("vulnerable", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("cover_until", sa.String(length=10), nullable=True),
        sa.Column("opened_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("erased_at_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(erased_at_ms IS NULL) = (sealed IS NOT NULL)", name=op.f("ck_households_erased")),
        sa.CheckConstraint("merged_into <> id", name=op.f("ck_households_merged_into")),
        sa.ForeignKeyConstraint(["merged_into"], ["households.id"], name=op.f("fk_households_merged_into")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_households")),
    )
    op.create_index(
        "ix_households_cover",
        "households",
        ["cover_until"],
        sqlite_where=sa.text("cover_until IS NOT NULL AND merged_into IS NULL"),
        postgresql_where=sa.text("cover_until IS NOT NULL AND merged_into IS NULL"),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("nationality", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("disease", sa.String(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("left_at_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(RELATIONS, name=op.f("ck_people_relation")),
        sa.CheckConstraint("sex IN ('female', 'male')", name=op.f("ck_people_sex")),
        sa.ForeignKeyConstraint(["household"], ["households.id"], name=op.f("fk_people_household")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_index(op.f("ix_people_household"), "people", ["household"])
    op.create_table(
        "marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("household", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.CheckConstraint("(kind = 'household') = (person IS NULL)", name=op.f("ck_marks_person")),
        sa.CheckConstraint("kind IN ('exclusive', 'unique', 'household', 'document', 'postal')", name=op.f("ck_marks_kind")),
        sa.ForeignKeyConstraint(["household"], ["households.id"], name=op.f("fk_marks_household")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_marks_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marks")),
    )
    op.create_index(op.f("ix_marks_household"), "marks", ["household"])
    op.create_index(op.f("ix_marks_mark"), "marks", ["mark"])
    op.create_index(op.f("ix_marks_person"), "marks", ["person"])
    op.create_index(
        "uq_marks_household",
        "marks",
        ["mark"],
        unique=True,
        sqlite_where=sa.text("kind = 'household'"),
        postgresql_where=sa.text("kind = 'household'"),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household", sa.Integer(), nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("service_day", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("officer", sa.String(), nullable=True),
        sa.Column("cycle", sa.Integer(), nullable=True),
        sa.Column("county", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("vulnerable", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("fee_rials", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("fee_paid_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("najva", sa.String(), nullable=True),
        sa.Column("najva_on", sa.String(length=10), nullable=True),
        sa.Column("najva_by", sa.String(), nullable=True),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.Column("decided_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("replaced_by", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name=op.f("ck_cases_refusal")),
        sa.CheckConstraint("(state = 'replaced') = (replaced_by IS NOT NULL)", name=op.f("ck_cases_replaced")),
        sa.CheckConstraint("najva IN ('confirmed', 'differs', 'not_found')", name=op.f("ck_cases_najva")),
        sa.CheckConstraint(f"state {STATES}", name=op.f("ck_cases_state")),
        sa.CheckConstraint(
            "(najva IS NULL) = (najva_on IS NULL) AND (najva IS NULL) = (najva_by IS NULL)", name=op.f("ck_cases_najva_whole")
        ),
        sa.CheckConstraint("(service_day IS NULL) = (number IS NULL)", name=op.f("ck_cases_ticket")),
        sa.CheckConstraint("decided_at_ms >= opened_at_ms AND ended_at_ms >= opened_at_ms", name=op.f("ck_cases_in_order")),
        sa.CheckConstraint("fee_rials >= 0", name=op.f("ck_cases_fee")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_cases_revision")),
        sa.ForeignKeyConstraint(["household"], ["households.id"], name=op.f("fk_cases_household")),
        sa.ForeignKeyConstraint(["replaced_by"], ["cases.id"], name=op.f("fk_cases_replaced_by")),
        sa.ForeignKeyConstraint(["service_day"], ["service_days.id"], name=op.f("fk_cases_service_day")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index(op.f("ix_cases_household"), "cases", ["household"])
    op.create_index(op.f("ix_cases_opened_at_ms"), "cases", ["opened_at_ms"])
    op.create_index(op.f("ix_cases_service_day_number"), "cases", ["service_day", "number"])
    op.create_index("uq_cases_open", "cases", ["household"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


def _steps() -> None:
    op.create_table(
        "case_people",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("nationality", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("disease", sa.String(), nullable=True),
        sa.Column("age_band", sa.String(), nullable=False),
        sa.CheckConstraint(RELATIONS, name=op.f("ck_case_people_relation")),
        sa.CheckConstraint("sex IN ('female', 'male')", name=op.f("ck_case_people_sex")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_people_case_id")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_case_people_person")),
        sa.PrimaryKeyConstraint("case_id", "person", name=op.f("pk_case_people")),
    )
    op.create_index(op.f("ix_case_people_person"), "case_people", ["person"])
    op.create_table(
        "case_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("was", sa.String(), nullable=False),
        sa.Column("now", sa.String(), nullable=False),
        sa.CheckConstraint(ACTS, name=op.f("ck_case_steps_act")),
        sa.CheckConstraint(f"now {STATES}", name=op.f("ck_case_steps_now")),
        sa.CheckConstraint(f"was {STATES}", name=op.f("ck_case_steps_was")),
        sa.CheckConstraint("who <> ''", name=op.f("ck_case_steps_who")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_steps_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_steps")),
    )
    op.create_index(op.f("ix_case_steps_at_ms"), "case_steps", ["at_ms"])
    op.create_index(op.f("ix_case_steps_case_id"), "case_steps", ["case_id"])


def _letters() -> None:
    op.create_table(
        "letter_years",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= 1", name=op.f("ck_letter_years_last")),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_letter_years")),
    )
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("service_office", sa.String(), nullable=False),
        sa.Column("issued_on", sa.String(length=10), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column("issued_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("duplicate_of", sa.Integer(), nullable=True),
        sa.Column("handed_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("handed_by", sa.String(), nullable=True),
        sa.Column("used_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("void_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.CheckConstraint("(handed_at_ms IS NULL) = (handed_by IS NULL)", name=op.f("ck_letters_handed")),
        sa.CheckConstraint("handed_at_ms >= issued_at_ms AND used_at_ms >= handed_at_ms", name=op.f("ck_letters_in_order")),
        sa.CheckConstraint("length(code) = 10", name=op.f("ck_letters_code")),
        sa.CheckConstraint("serial >= 1", name=op.f("ck_letters_serial")),
        sa.CheckConstraint("until >= issued_on", name=op.f("ck_letters_until")),
        sa.CheckConstraint("used_at_ms IS NULL OR handed_at_ms IS NOT NULL", name=op.f("ck_letters_used")),
        sa.CheckConstraint("used_at_ms IS NULL OR void_at_ms IS NULL", name=op.f("ck_letters_void")),
        sa.CheckConstraint("void_at_ms >= issued_at_ms", name=op.f("ck_letters_void_in_order")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_letters_case_id")),
        sa.ForeignKeyConstraint(["duplicate_of"], ["letters.id"], name=op.f("fk_letters_duplicate_of")),
        sa.ForeignKeyConstraint(["year"], ["letter_years.year"], name=op.f("fk_letters_year")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("code", name=op.f("uq_letters_code")),
        sa.UniqueConstraint("duplicate_of", name=op.f("uq_letters_duplicate_of")),
        sa.UniqueConstraint("year", "serial", name=op.f("uq_letters_year_serial")),
    )
    op.create_index(
        "ix_letters_until",
        "letters",
        ["until"],
        sqlite_where=sa.text("used_at_ms IS NULL AND void_at_ms IS NULL"),
        postgresql_where=sa.text("used_at_ms IS NULL AND void_at_ms IS NULL"),
    )
    op.create_index(
        "uq_letters_standing",
        "letters",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("void_at_ms IS NULL"),
        postgresql_where=sa.text("void_at_ms IS NULL"),
    )
    op.create_table(
        "service_pins",
        sa.Column("service_office", sa.String(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("wrong", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("wrong_at_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("wrong >= 0 AND (wrong = 0 OR wrong_at_ms IS NOT NULL)", name=op.f("ck_service_pins_wrong")),
        sa.PrimaryKeyConstraint("service_office", name=op.f("pk_service_pins")),
    )


def _inquiries() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.CheckConstraint("rows >= 1", name=op.f("ck_batches_rows")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_table(
        "inquiries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=True),
        sa.Column("asked_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("answered_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.CheckConstraint("batch IS NULL OR way = 'batch'", name=op.f("ck_inquiries_batch")),
        sa.CheckConstraint("result IN ('covered', 'not_covered', 'incomplete', 'not_found')", name=op.f("ck_inquiries_result")),
        sa.CheckConstraint("way IN ('batch', 'paper', 'carried')", name=op.f("ck_inquiries_way")),
        sa.CheckConstraint("(result IS NULL) = (answered_at_ms IS NULL)", name=op.f("ck_inquiries_answered")),
        sa.CheckConstraint("answered_at_ms >= asked_at_ms", name=op.f("ck_inquiries_in_order")),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name=op.f("fk_inquiries_batch")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_inquiries_case_id")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_inquiries_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiries")),
    )
    op.create_index(op.f("ix_inquiries_batch"), "inquiries", ["batch"])
    op.create_index(op.f("ix_inquiries_case_id"), "inquiries", ["case_id"])
    op.create_index(op.f("ix_inquiries_person"), "inquiries", ["person"])
    op.create_index(
        "uq_inquiries_open",
        "inquiries",
        ["case_id", "person"],
        unique=True,
        sqlite_where=sa.text("result IS NULL"),
        postgresql_where=sa.text("result IS NULL"),
    )


def _texts() -> None:
    with op.batch_alter_table("texts", reflect_kwargs=ITSELF_ONLY) as texts:
        texts.add_column(sa.Column("household", sa.Integer(), nullable=True))
        texts.create_foreign_key(op.f("fk_texts_household"), "households", ["household"], ["id"])
        texts.drop_constraint(op.f("ck_texts_kind"), type_="check")
        texts.create_check_constraint("kind", KINDS)
