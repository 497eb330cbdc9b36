"""What an office's desk refuses, whoever asks: without its key, with words that the site does not know, and
with people of another household. Nothing of it is written."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import insert

from booking_store import tables
from booking_store.digests import Digests
from booking_store.store import Store
from mqtt.contract import Operation
from mqtt.office_contract import (
    AskDepartment,
    AskPapers,
    CaseStands,
    CertificateFields,
    DepartmentAnswer,
    DocumentFields,
    FindHousehold,
    HearBatch,
    HouseholdFields,
    Households,
    IssueLetter,
    LetterStands,
    LookAt,
    MakeBatch,
    MergeHouseholds,
    MissingPaper,
    OfficeRefusal,
    OpenCase,
    RefuseCase,
    SetPin,
    SplitHousehold,
    StepCase,
    TakeBatch,
    TakeUp,
    UseLetter,
    Why,
    WriteHousehold,
)
from rules.inquiries import Result, Way
from tests.store.clinic import SUNDAY, Clinic
from tests.store.office import OFFICE, PIN, InsuranceOffice, code, family, person, why

EVERYTHING = [
    FindHousehold(code="12345"),
    OpenCase(matter="other", fields=family()),
    StepCase(case=1, revision=1, act=TakeUp()),
    MergeHouseholds(stays=1, goes=2),
    SplitHousehold(household=1, going=(1,), head=1, code="12346"),
    UseLetter(code="1234567897", service_office=OFFICE, pin=PIN),
    SetPin(service_office=OFFICE, pin=PIN),
    MakeBatch(),
    TakeBatch(batch=1),
    HearBatch(answers=(DepartmentAnswer(inquiry=1, result=Result.COVERED),)),
    LookAt(household=1),
]


@pytest.mark.parametrize("operation", EVERYTHING, ids=lambda one: type(one).__name__)
def test_a_store_that_was_started_without_the_key_serves_nobody(one_office: InsuranceOffice, operation: Operation) -> None:
    one_office.opens()
    one_office.store = Store(one_office.ledger, "office", Random(1), Digests(cost=2))  # noqa: S311  the same codes in each run
    before = one_office.rows("SELECT count(*) FROM audit")
    assert why(one_office.ask(operation)) == (Why.NO_KEY,)
    assert one_office.rows("SELECT count(*) FROM audit") == before


BOREDOM = CertificateFields(disease="boredom", number="1", issued="2026-01-01", physician="دکتر کاظمی")
WITHOUT_A_WORD = {
    "a paper of no kind": family(members=(person("علی", document=DocumentFields(type="library_card", number="1")),)),
    "a disease of no kind": family(members=(person("علی", certificate=BOREDOM),)),
    "one member named twice": family(members=(person("علی", person=1), person("رضا", person=1))),
}


@pytest.mark.parametrize("fields", WITHOUT_A_WORD.values(), ids=WITHOUT_A_WORD)
def test_a_household_that_cannot_be_is_not_written_over_the_one_that_is(
    one_office: InsuranceOffice, fields: HouseholdFields
) -> None:
    case = one_office.opens()
    people = one_office.rows("SELECT id, sealed FROM people ORDER BY id")
    assert one_office.refused(case, WriteHousehold(household=fields)) in {(Why.UNKNOWN_WORD,), (Why.UNKNOWN_PERSON,)}
    assert one_office.rows("SELECT id, sealed FROM people ORDER BY id") == people


def test_a_household_takes_neither_anothers_member_nor_anothers_code(one_office: InsuranceOffice) -> None:
    own_code = code()
    case, other = one_office.opens(), one_office.opens(family(code=own_code))
    (stranger, *_) = one_office.rows("SELECT id FROM people WHERE household = :one", one=other.household)
    theirs = family(members=(person("علی", person=stranger.id),))
    assert one_office.refused(case, WriteHousehold(household=theirs)) == (Why.UNKNOWN_PERSON,)
    assert one_office.refused(case, WriteHousehold(household=family(code=own_code))) == (Why.CODE_TAKEN,)


def test_nobody_is_asked_about_who_is_not_of_the_household_nor_twice(one_office: InsuranceOffice) -> None:
    case = one_office.step(one_office.opens(), TakeUp())
    assert one_office.refused(case, AskDepartment(way=Way.PAPER, people=(999,))) == (Why.UNKNOWN_PERSON,)
    case = one_office.step(case, AskDepartment(way=Way.PAPER))
    assert one_office.refused(case, AskDepartment(way=Way.PAPER)) == (Why.NOTHING_TO_ASK,)
    assert why(one_office.ask(MakeBatch())) == (Why.NOTHING_TO_ASK,), "they were asked on paper"
    assert why(one_office.ask(TakeBatch(batch=7))) == (Why.UNKNOWN_BATCH,)


@pytest.mark.parametrize(("service_office", "signer"), [("99", "director"), (OFFICE, "nobody")])
def test_a_letter_goes_to_an_office_and_by_a_signer_of_the_site_file(
    one_office: InsuranceOffice, service_office: str, signer: str
) -> None:
    case = one_office.approved(one_office.opens())
    assert one_office.refused(case, IssueLetter(service_office=service_office, signer=signer)) == (Why.UNKNOWN_WORD,)
    assert not one_office.rows("SELECT 1 FROM letters")


@pytest.mark.parametrize(
    ("papers", "reason"),
    [
        ((), Why.UNKNOWN_WORD),
        ((MissingPaper(paper="poem"),), Why.UNKNOWN_WORD),
        ((MissingPaper(paper="photo", person=999),), Why.UNKNOWN_PERSON),
    ],
)
def test_papers_are_named_and_are_of_somebody_in_the_household(
    one_office: InsuranceOffice, papers: tuple[MissingPaper, ...], reason: Why
) -> None:
    case = one_office.step(one_office.opens(), TakeUp())
    assert one_office.refused(case, AskPapers(papers=papers)) == (reason,)


def test_a_clinic_without_an_office_has_no_households(clinic: Clinic) -> None:
    assert why(clinic.ask("operator", FindHousehold(code="12345"))) == (Why.NO_OFFICE,)


def test_a_household_that_asks_again_is_written_anew_with_its_request(one_office: InsuranceOffice) -> None:
    case = one_office.step(one_office.opens(), RefuseCase(refusal="withdrawn"))
    unknown = OpenCase(matter="other", household=case.household, fields=family(county="mars"))
    assert why(one_office.ask(unknown)) == (Why.UNKNOWN_WORD,)
    moved = family(county="saveh")
    again = one_office.ask(OpenCase(matter="other", household=case.household, fields=moved))
    assert isinstance(again, CaseStands)
    assert one_office.one("SELECT county FROM cases WHERE id = :case", case=again.case).county == "saveh"


def test_a_household_whose_case_is_decided_is_not_split_behind_the_reviewers_back(one_office: InsuranceOffice) -> None:
    case = one_office.approved(one_office.opens())
    (*_, leaves) = one_office.rows("SELECT id FROM people WHERE household = :one ORDER BY place", one=case.household)
    split = SplitHousehold(household=case.household, going=(leaves.id,), head=leaves.id, code=code())
    assert why(one_office.ask(split)) == (Why.NOT_POSSIBLE_NOW,)


def test_no_papers_are_asked_for_once_a_case_is_decided(one_office: InsuranceOffice) -> None:
    case = one_office.approved(one_office.opens())
    assert one_office.refused(case, AskPapers(papers=(MissingPaper(paper="photo"),))) == (Why.NOT_POSSIBLE_NOW,)


def test_a_letter_is_used_with_the_pin_that_its_office_has_now(one_office: InsuranceOffice) -> None:
    letter = one_office.handed(one_office.opens())
    assert letter.code is not None
    used = UseLetter(code=letter.code, service_office=OFFICE, pin="5825")
    assert why(one_office.ask(used)) == (Why.WRONG_PIN,), "that office has none yet"
    one_office.ask(SetPin(service_office=OFFICE, pin=PIN))
    assert why(one_office.ask(used)) == (Why.WRONG_PIN,)
    one_office.ask(SetPin(service_office=OFFICE, pin="5825"))
    assert isinstance(one_office.ask(used), LetterStands)


def test_a_household_that_has_asked_for_nothing_yet_is_found_without_a_case(one_office: InsuranceOffice) -> None:
    case, own_code = one_office.opens(), code()
    (*_, leaves) = one_office.rows("SELECT id FROM people WHERE household = :one ORDER BY place", one=case.household)
    one_office.ask(SplitHousehold(household=case.household, going=(leaves.id,), head=leaves.id, code=own_code))
    found = one_office.ask(FindHousehold(code=own_code))
    assert isinstance(found, Households)
    assert [one.case for one in found.households] == [None]


def test_a_code_that_is_somebodys_founds_no_household(one_office: InsuranceOffice) -> None:
    own_code = code()
    case, other = one_office.opens(), one_office.opens(family(code=own_code))
    (*_, leaves) = one_office.rows("SELECT id FROM people WHERE household = :one ORDER BY place", one=case.household)
    split = SplitHousehold(household=case.household, going=(leaves.id,), head=leaves.id, code=own_code)
    refused = one_office.ask(split)
    assert isinstance(refused, OfficeRefusal)
    assert (refused.why, refused.household) == ((Why.CODE_TAKEN,), other.household)


def test_the_letter_of_a_household_that_goes_into_another_is_void(one_office: InsuranceOffice) -> None:
    kept, gone = one_office.opens(), one_office.with_letter(one_office.opens())
    one_office.ask(MergeHouseholds(stays=kept.household, goes=gone.household))
    assert one_office.one("SELECT void_at_ms FROM letters").void_at_ms == one_office.now.ms


def test_without_the_key_time_ends_no_letter_and_nothing_breaks(one_office: InsuranceOffice) -> None:
    case = one_office.handed(one_office.opens())
    one_office.store = Store(one_office.ledger, "office", Random(1), Digests(cost=2))  # noqa: S311  the same codes in each run
    one_office.at("08:00", SUNDAY + timedelta(days=400)).tick()
    assert one_office.one("SELECT state FROM cases WHERE id = :case", case=case.case).state == "handed_over"


def test_a_ledger_that_somebody_else_has_sealed_meanwhile_is_not_written_with_this_key(one_office: InsuranceOffice) -> None:
    with one_office.ledger.connection.begin():
        one_office.ledger.connection.execute(insert(tables.seals), {"id": 1, "name": "another"})
    assert why(one_office.ask(OpenCase(matter="other", fields=family()))) == (Why.NO_KEY,)
    assert not one_office.rows("SELECT 1 FROM households")
