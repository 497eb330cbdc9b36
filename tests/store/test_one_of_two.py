"""Two households of the office become one with every code and one case, and one becomes two; pressed twice, it is done once."""

from msgspec.structs import replace

from mqtt.office_contract import (
    Approve,
    FindHousehold,
    Households,
    HouseholdStands,
    MergeHouseholds,
    OfficeRefusal,
    RefuseCase,
    SplitHousehold,
    TakeUp,
    Why,
)
from rules.referral import State
from tests.store.office import ALI, InsuranceOffice, code, family, why


def test_two_households_become_one_with_every_code_and_one_case(office: InsuranceOffice) -> None:
    stays, goes = family(), family(vulnerable=True)
    kept, gone = office.opens(stays), office.opens(goes)
    merged = office.ask(MergeHouseholds(stays=kept.household, goes=gone.household))
    assert isinstance(merged, HouseholdStands)
    assert (len(merged.people), merged.replaced_case) == (6, gone.case)
    for typed in (stays.code, goes.code):
        found = office.ask(FindHousehold(code=typed))
        assert isinstance(found, Households)
        assert [(one.household, one.case) for one in found.households] == [(kept.household, kept.case)]
    assert office.one("SELECT state FROM cases WHERE id = :case", case=gone.case).state == "replaced"
    assert office.one("SELECT fee_rials FROM cases WHERE id = :case", case=kept.case).fee_rials == 0
    heads = office.one("SELECT count(*) AS heads FROM people WHERE relation = 'head'").heads
    assert heads == 1
    assert office.refused(kept, TakeUp()) == (Why.STALE,), "who saw the smaller household looks again"
    assert office.one("SELECT count(*) AS counted FROM case_people WHERE case_id = :case", case=kept.case).counted == 6
    told = [row.what for row in office.rows("SELECT what FROM audit ORDER BY id")]
    assert told.count("households_merged") == 1
    assert told.count("case_replace") == 1


def test_households_that_are_one_already_are_one_and_nothing_is_done_twice(office: InsuranceOffice) -> None:
    kept, gone, third = office.opens(), office.opens(), office.opens()
    first = office.ask(MergeHouseholds(stays=kept.household, goes=gone.household))
    assert isinstance(first, HouseholdStands)
    again_ = office.ask(MergeHouseholds(stays=kept.household, goes=gone.household))
    assert again_ == HouseholdStands(household=kept.household, people=first.people, again=True)
    for stays, goes in ((third.household, gone.household), (gone.household, third.household)):
        refused = office.ask(MergeHouseholds(stays=stays, goes=goes))
        assert why(refused) == (Why.MERGED,)
        assert isinstance(refused, OfficeRefusal)
        assert refused.household == kept.household, "which one it went into"
    assert [row.what for row in office.rows("SELECT what FROM audit")].count("households_merged") == 1


def test_a_case_is_counted_in_the_county_of_the_household_that_it_goes_to(one_office: InsuranceOffice) -> None:
    kept = one_office.step(one_office.opens(family(county="arak")), RefuseCase(refusal="withdrawn"))
    gone = one_office.opens(family(county="saveh"))
    one_office.ask(MergeHouseholds(stays=kept.household, goes=gone.household))
    assert one_office.one("SELECT county FROM cases WHERE id = :case", case=gone.case).county == "arak"


def test_the_cover_of_who_joins_is_not_forgotten(office: InsuranceOffice) -> None:
    gone, kept = office.handed(office.opens()), office.opens()
    (cover,) = office.rows("SELECT cover_until FROM households WHERE cover_until IS NOT NULL")
    office.ask(MergeHouseholds(stays=kept.household, goes=gone.household))
    assert office.one("SELECT cover_until FROM households WHERE id = :one", one=kept.household) == cover


def test_a_reviewer_who_puts_the_people_of_a_case_together_otherwise_approves_it_no_more(one_office: InsuranceOffice) -> None:
    kept, gone = one_office.reviewed(one_office.opens()), one_office.opens()
    one_office.ask(MergeHouseholds(stays=kept.household, goes=gone.household), ALI)
    kept = replace(kept, revision=kept.revision + 1)
    assert Why.OWN_CASE in one_office.refused(kept, Approve(), ALI)
    assert one_office.step(kept, Approve(), "console:mina").state is State.APPROVED
    whole = one_office.reviewed(one_office.opens())
    (*_, leaves) = one_office.rows("SELECT id FROM people WHERE household = :one ORDER BY place", one=whole.household)
    one_office.ask(SplitHousehold(household=whole.household, going=(leaves.id,), head=leaves.id, code=code()), ALI)
    assert Why.OWN_CASE in one_office.refused(replace(whole, revision=whole.revision + 1), Approve(), ALI)


def test_a_household_whose_case_is_decided_is_not_merged_behind_the_reviewers_back(office: InsuranceOffice) -> None:
    kept, gone = office.approved(office.opens()), office.opens()
    assert why(office.ask(MergeHouseholds(stays=kept.household, goes=gone.household))) == (Why.NOT_POSSIBLE_NOW,)


def test_who_marries_has_a_household_of_their_own(office: InsuranceOffice) -> None:
    case = office.opens()
    people = [row.id for row in office.rows("SELECT id FROM people ORDER BY place")]
    household = case.household
    taken = office.opens()
    assert office.ask(SplitHousehold(household=household, going=(people[2],), head=people[2], code=code())) is not None
    new = office.one("SELECT max(id) AS id FROM households").id
    assert new not in (household, taken.household)
    assert [row.id for row in office.rows("SELECT id FROM people WHERE household = :one", one=new)] == [people[2]]
    split_again = SplitHousehold(household=household, going=(people[2],), head=people[2], code=code())
    assert why(office.ask(split_again)) == (Why.STRANGER,)
    everybody = SplitHousehold(household=household, going=tuple(people[:2]), head=people[0], code=code())
    assert why(office.ask(everybody)) == (Why.NOBODY_STAYS,)
