"""A household of the insurance office: who belongs to it, what is odd about their codes, how long their papers are good."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from rules.documents import Document, Extension, Standing, Validity, validity
from rules.household import (
    AGE_BANDS,
    Household,
    NotSplit,
    Person,
    Relation,
    Sex,
    Wrong,
    age_band,
    age_on,
    doubts_about,
    merged,
    split,
    wrong_with,
)
from rules.identity_codes import CodeKind, Doubt, doubts, doubts_of_any
from rules.name import Name
from rules.office import Circular, Cycle, DocumentType, Matter, Office, Question
from rules.spelling import fold_letters, plain_code, search_words, trim

TODAY = date(2026, 11, 22)


def person(number: int, relation: Relation = Relation.CHILD, document: str | None = None) -> Person:
    card = Document("amayesh", document or f"10{number:06}", date(2027, 1, 1), 17)
    return Person(f"عضو {number}", relation, Sex.FEMALE, "AF", number, born=date(1990, 3, 21), document=card)


FAMILY = Household("1234567", (person(1, Relation.HEAD), person(2, Relation.SPOUSE), person(3), person(4)))


def test_nothing_is_wrong_with_a_whole_family() -> None:
    assert wrong_with(FAMILY, TODAY) == ()
    assert FAMILY.head is FAMILY.members[0]


@pytest.mark.parametrize(
    ("members", "wrong"),
    [
        ((), Wrong.NOBODY),
        ((person(1),), Wrong.NO_HEAD),
        ((person(1, Relation.HEAD), person(2, Relation.HEAD)), Wrong.TWO_HEADS),
        ((person(1, Relation.HEAD), person(2, document="10000001")), Wrong.SAME_DOCUMENT),
        ((replace(person(1, Relation.HEAD), born=date(2026, 11, 23)),), Wrong.BORN_LATER),
    ],
)
def test_what_a_household_cannot_be_approved_with_is_named(members: tuple[Person, ...], wrong: Wrong) -> None:
    household = Household("1234567", members)
    assert wrong_with(household, TODAY) == (wrong,)
    assert household.head is None or wrong in (Wrong.SAME_DOCUMENT, Wrong.BORN_LATER)


def test_a_newborn_without_a_document_is_a_member_like_any() -> None:
    newborn = replace(person(5), document=None, born=TODAY)
    assert wrong_with(replace(FAMILY, members=(*FAMILY.members, newborn)), TODAY) == ()
    assert doubts_about(newborn) == ()


def test_of_two_households_the_first_ones_head_stays_the_head() -> None:
    grandparents = Household("7654321", (person(7, Relation.HEAD), person(8, Relation.SPOUSE)), vulnerable=True)
    one = merged(FAMILY, grandparents)
    assert [member.id for member in one.members] == [1, 2, 3, 4, 7, 8]
    assert (one.code, one.vulnerable, one.head) == ("1234567", True, FAMILY.members[0])
    assert one.members[4].relation is Relation.OTHER


def test_who_marries_leaves_with_a_household_of_their_own() -> None:
    together = replace(FAMILY, vulnerable=True, mobile="09121234567", county="arak", address="کوچهٔ بهار")
    parts = split(together, {3}, 3, "999")
    assert not isinstance(parts, NotSplit)
    stays, goes = parts
    assert [member.id for member in stays.members] == [1, 2, 4]
    assert (stays.vulnerable, stays.mobile) == (True, "09121234567")
    assert (goes.code, goes.head and goes.head.id) == ("999", 3)
    assert (goes.vulnerable, goes.mobile, goes.county, goes.address) == (False, "", "arak", "کوچهٔ بهار"), (
        "what is their own is asked"
    )


def test_when_the_head_goes_nobody_is_made_head_of_those_who_stay() -> None:
    parts = split(FAMILY, {1, 2}, 2, "999")
    assert not isinstance(parts, NotSplit)
    stays, goes = parts
    assert wrong_with(stays, TODAY) == (Wrong.NO_HEAD,)
    assert [member.relation for member in goes.members] == [Relation.OTHER, Relation.HEAD]


@pytest.mark.parametrize(
    ("going", "head", "why"),
    [
        (set[int](), 1, NotSplit.NOBODY_GOES),
        ({1, 2, 3, 4}, 1, NotSplit.NOBODY_STAYS),
        ({3, 99}, 3, NotSplit.STRANGER),
        ({3}, 1, NotSplit.HEAD_IS_NOT_THERE),
    ],
)
def test_a_household_is_not_split_for_nothing(going: set[int], head: int, why: NotSplit) -> None:
    assert split(FAMILY, going, head, "999") is why


def test_ages_are_counted_by_birthdays_and_told_in_bands() -> None:
    born = date(2008, 11, 23)
    assert (age_on(born, TODAY), age_on(born, date(2026, 11, 23))) == (17, 18)
    assert (age_band(born, TODAY), age_band(born, date(2026, 11, 23))) == ("12-17", "18-39")
    assert (age_band(None, TODAY), age_band(date(2027, 1, 1), TODAY)) == ("", "")
    assert all(before[1] + 1 == after[0] for before, after in pairwise(AGE_BANDS))


# ------------------------------------------------------------------------------------------------ codes


@pytest.mark.parametrize(
    ("kind", "code", "odd"),
    [
        (CodeKind.EXCLUSIVE, "123456789012", ()),
        (CodeKind.EXCLUSIVE, "", ()),
        (CodeKind.EXCLUSIVE, "12345678901", (Doubt.LENGTH,)),
        (CodeKind.EXCLUSIVE, "223456789012", (Doubt.FIRST_DIGIT,)),
        (CodeKind.EXCLUSIVE, "000123456789", (Doubt.FIRST_DIGIT, Doubt.PADDED)),
        (CodeKind.EXCLUSIVE, "111111111111", (Doubt.ONE_DIGIT,)),
        (CodeKind.EXCLUSIVE, "09121234567", (Doubt.LENGTH, Doubt.MOBILE)),
        (CodeKind.EXCLUSIVE, "1234567890AB", (Doubt.NOT_DIGITS,)),
        (CodeKind.UNIQUE, "9123456780", ()),
        (CodeKind.UNIQUE, "09123456780", (Doubt.FIRST_DIGIT, Doubt.MOBILE)),
        (CodeKind.UNIQUE, "8123456780", (Doubt.FIRST_DIGIT,)),
        (CodeKind.HOUSEHOLD, "12345", ()),
        (CodeKind.HOUSEHOLD, "1234", (Doubt.LENGTH,)),
        (CodeKind.DOCUMENT, "P12345678", ()),
        (CodeKind.POSTAL, "3813512345", ()),
        (CodeKind.POSTAL, "38135", (Doubt.LENGTH,)),
    ],
)
def test_an_odd_code_is_warned_about(kind: CodeKind, code: str, odd: tuple[Doubt, ...]) -> None:
    assert doubts(kind, code) == odd


def test_a_code_is_found_however_it_was_typed() -> None:
    assert plain_code(" ۱۲۳۴-۵۶۷۸ ٩٠١٢ ") == "123456789012"
    assert plain_code("p 1234/567") == "P1234567"


def test_a_name_is_found_whichever_keyboard_wrote_it() -> None:
    assert fold_letters("  علي   كريمي\u200f ") == "علی کریمی"
    assert search_words("محمد‌رضا كريمي") == search_words("محمد رضا کریمی")


@pytest.mark.parametrize(
    "unseen", [" ", "\u200c", "\u200b \u200d", "\u200f\u2060", "\u00a0\u3000", "\u00ad\ufeff", "\u202a\u202c"]
)
def test_what_nobody_sees_is_no_name_and_makes_none_another(unseen: str) -> None:
    assert trim(unseen) == fold_letters(unseen) == ""
    assert fold_letters(f"{unseen}گل‌محمد{unseen}") == "گل‌محمد"
    assert plain_code(f"12{unseen}34") == "1234"


# -------------------------------------------------------------------------------------------- documents

TO_THE_YEARS_END = Extension("amayesh", date(2027, 3, 20), "1405/7", 17)


@pytest.mark.parametrize(
    ("document", "stands"),
    [
        (Document("amayesh", "1", TODAY, 17), Validity(Standing.GOOD, TODAY)),
        (Document("amayesh", "1", date(2026, 3, 1), 17), Validity(Standing.EXTENDED, date(2027, 3, 20), "1405/7")),
        (Document("amayesh", "1", None, 17), Validity(Standing.EXTENDED, date(2027, 3, 20), "1405/7")),
        (Document("amayesh", "1", date(2026, 3, 1), 16), Validity(Standing.EXPIRED, date(2026, 3, 1))),
        (Document("passport", "1", date(2026, 3, 1)), Validity(Standing.EXPIRED, date(2026, 3, 1))),
        (Document("passport", "1"), Validity(Standing.UNKNOWN)),
    ],
)
def test_a_circular_extends_one_cycle_of_one_kind_of_card(document: Document, stands: Validity) -> None:
    assert validity(document, [TO_THE_YEARS_END], TODAY) == stands


def test_the_latest_extension_counts_and_is_over_when_its_day_is_past() -> None:
    later = Extension("amayesh", date(2027, 6, 1), "1406/2")
    card = Document("amayesh", "1", date(2026, 3, 1), 17)
    assert validity(card, [later, TO_THE_YEARS_END], TODAY).circular == "1406/2"
    over = validity(card, [TO_THE_YEARS_END], date(2027, 3, 21))
    assert over == Validity(Standing.EXPIRED, date(2027, 3, 20), "1405/7")


# ------------------------------------------------------------------------------------------- the office

NAME = Name("نام")
OFFICE = Office(
    province="مرکزی",
    issuer="ادارهٔ کل",
    signers=(),
    matters=(Matter("papers", NAME, 1), Matter("services", NAME, 2)),
    documents=(
        DocumentType("amayesh", NAME, has_cycle=True),
        DocumentType("birth_certificate", NAME, expires=False),
        DocumentType("census_slip", NAME, carries_request=False),
    ),
    papers=(),
    refusals=(),
    nationalities=(),
    service_offices=(),
    circulars=(
        Circular("1404/9", date(2025, 6, 1), "کهنه", questions=(Question("old", NAME),), until=date(2026, 3, 20)),
        Circular("1405/7", date(2026, 6, 1), "همه", questions=(Question("same_person", NAME),)),
        Circular(
            "1405/8",
            date(2026, 7, 1),
            "خدمات",
            frozenset({"services"}),
            (Question("same_person", NAME), Question("certificate", NAME)),
        ),
        Circular("1406/1", date(2027, 4, 1), "آینده", questions=(Question("new", NAME),)),
    ),
    extensions=(TO_THE_YEARS_END,),
    cycles=(Cycle(12, date(2026, 2, 25), date(2027, 2, 24)),),
)


def test_a_review_answers_the_circulars_in_force_for_its_matter_each_question_once() -> None:
    assert [one.number for one in OFFICE.circulars_for("services", TODAY)] == ["1405/8", "1405/7"]
    assert [one.id for one in OFFICE.questions_for("services", TODAY)] == ["same_person", "certificate"]
    assert [one.id for one in OFFICE.questions_for("papers", TODAY)] == ["same_person"]


def test_a_paper_that_carries_no_request_is_none_to_rely_on() -> None:
    assert OFFICE.validity_of(None, TODAY) == Validity(Standing.UNKNOWN)
    assert OFFICE.validity_of(Document("census_slip", "1", date(2027, 1, 1)), TODAY) == Validity(Standing.UNKNOWN)
    assert OFFICE.validity_of(Document("birth_certificate", "1"), TODAY).is_good
    assert OFFICE.validity_of(Document("amayesh", "1", cycle=17), TODAY).is_good


def test_a_day_belongs_to_one_cycle_or_to_none() -> None:
    cycle = OFFICE.cycle_on(TODAY)
    assert cycle is not None
    assert cycle.number == 12
    assert OFFICE.cycle_on(date(2027, 2, 25)) is None
    following = OFFICE.cycle_after(date(2026, 1, 1))
    assert (following, OFFICE.cycle_after(TODAY)) == (cycle, None)


@pytest.mark.parametrize(
    ("code", "odd"),
    [
        ("12345", ()),
        ("120345678901", ()),
        ("9123456789", ()),
        ("", ()),
        ("1234", (Doubt.LENGTH,)),
        ("12345678901234", (Doubt.LENGTH,)),
        ("000123456789", (Doubt.PADDED,)),
        ("11111", (Doubt.ONE_DIGIT,)),
        ("09121234567", (Doubt.MOBILE,)),
    ],
)
def test_a_code_of_which_nobody_said_what_it_is_is_odd_where_it_is_like_none(code: str, odd: tuple[Doubt, ...]) -> None:
    assert doubts_of_any(code) == odd
