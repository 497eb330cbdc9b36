"""A household at its edges: who was born today, whom a merger and a split leave as they were, and whose code is odd."""

from dataclasses import replace
from datetime import date

import pytest

from rules.documents import Document, Extension, Standing, Validity, validity
from rules.household import Household, NotSplit, Person, Relation, Sex, Wrong, age_band, doubts_about, merged, split, wrong_with
from rules.identity_codes import CodeKind, Doubt

TODAY = date(2026, 11, 22)
HEAD = Person("سرپرست", Relation.HEAD, Sex.MALE, "AF", 1)
WIFE = Person("همسر", Relation.SPOUSE, Sex.FEMALE, "AF", 2)
SON = Person("پسر", Relation.CHILD, Sex.MALE, "AF", 3)
FAMILY = Household("1234567", (HEAD, WIFE, SON), mobile="09120000001")
OTHERS = Household("7654321", (replace(HEAD, id=7), replace(WIFE, id=8)), mobile="09120000002")


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (TODAY, "0-4"),
        (date(2021, 11, 23), "0-4"),
        (date(2021, 11, 22), "5-11"),
        (date(1876, 11, 22), "60-150"),
        (date(1875, 11, 22), ""),
    ],
)
def test_who_was_born_today_is_counted_and_who_never_can_have_lived_so_long_is_not(born: date, band: str) -> None:
    assert age_band(born, TODAY) == band


def test_who_was_born_today_is_no_mistake() -> None:
    assert wrong_with(replace(FAMILY, members=(HEAD, replace(SON, born=TODAY))), TODAY) == ()


def test_a_passport_of_the_number_of_a_members_card_is_another_document() -> None:
    card, passport = (replace(one, document=Document(kind, "1")) for one, kind in ((HEAD, "amayesh"), (SON, "passport")))
    assert wrong_with(replace(FAMILY, members=(card, passport)), TODAY) == ()


def test_each_odd_code_of_a_member_is_named_with_its_kind() -> None:
    odd = replace(SON, exclusive="223456789012", unique="8123456780", document=Document("amayesh", "1111111"))
    told = doubts_about(odd)
    assert (CodeKind.EXCLUSIVE, Doubt.FIRST_DIGIT) in told
    assert (CodeKind.UNIQUE, Doubt.FIRST_DIGIT) in told
    assert (CodeKind.DOCUMENT, Doubt.ONE_DIGIT) in told


def test_only_the_other_head_becomes_somebody_whose_relation_is_asked_for() -> None:
    assert [one.relation for one in merged(FAMILY, OTHERS).members[3:]] == [Relation.OTHER, Relation.SPOUSE]


@pytest.mark.parametrize(("first", "other", "kept"), [("1", "2", "1"), ("", "2", "2"), ("1", "", "1"), ("", "", "")])
def test_a_merged_household_is_reached_by_the_first_ones_telephone_or_else_by_the_others(
    first: str, other: str, kept: str
) -> None:
    assert merged(replace(FAMILY, mobile=first), replace(OTHERS, mobile=other)).mobile == kept


@pytest.mark.parametrize(("first", "other", "vulnerable"), [(True, False, True), (False, True, True), (False, False, False)])
def test_a_merged_household_pays_nothing_where_one_of_both_paid_nothing(first: bool, other: bool, vulnerable: bool) -> None:
    one = merged(replace(FAMILY, vulnerable=first), replace(OTHERS, vulnerable=other))
    assert one.vulnerable is vulnerable


def test_who_goes_along_with_the_new_head_stays_what_they_were() -> None:
    parts = split(FAMILY, {2, 3}, 2, "999")
    assert not isinstance(parts, NotSplit)
    stays, goes = parts
    assert [one.relation for one in goes.members] == [Relation.HEAD, Relation.CHILD]
    assert (stays.members, stays.code, stays.mobile, goes.mobile) == ((HEAD,), FAMILY.code, FAMILY.mobile, "")


def test_a_card_is_good_on_the_last_day_to_which_a_circular_has_extended_it() -> None:
    to_today = Extension("amayesh", TODAY, "1405/7")
    card = Document("amayesh", "1", date(2026, 3, 1), 17)
    assert validity(card, [to_today], TODAY) == Validity(Standing.EXTENDED, TODAY, "1405/7")


def test_two_heads_are_none() -> None:
    both = replace(FAMILY, members=(HEAD, replace(WIFE, relation=Relation.HEAD)))
    assert (both.head, wrong_with(both, TODAY)) == (None, (Wrong.TWO_HEADS,))
