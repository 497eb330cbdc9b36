"""A letter of referral at the store: numbered without gaps, lost and replaced, handed over, and used once."""

from datetime import date

import pytest

from booking_store.desk.dispatch import HANDLERS
from booking_store.seal import Seal
from booking_store.sealed import LetterWords
from mqtt.contract import EndDay, Refusal
from mqtt.office_contract import (
    DuplicateLetter,
    FindHousehold,
    HandOver,
    IssueLetter,
    LetterStands,
    LookAt,
    RefuseCase,
    SetPin,
    StepCase,
    TakeUp,
    UseLetter,
    Why,
)
from rules.household import Relation
from rules.letters import Standing
from rules.referral import State
from tests.store.clinic import new_id
from tests.store.office import ALI, OFFICE, PIN, InsuranceOffice, again, family, why

LETTER = IssueLetter(service_office=OFFICE, signer="director")


def test_letters_are_numbered_by_year_without_gaps_though_one_request_fails(
    office: InsuranceOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (office.approved(office.opens()) for _ in range(3))
    assert office.step(first, LETTER).letter == "1405/000001"
    with monkeypatch.context() as broken:
        broken.setattr("booking_store.desk.office.letters._fresh_code", lambda _: None)
        answer = office.ask(StepCase(case=second.case, revision=second.revision, act=LETTER))
        assert isinstance(answer, Refusal), "a fault of the program takes its number back"
    assert office.step(second, LETTER).letter == "1405/000002"
    assert office.step(third, LETTER).letter == "1405/000003"


def test_a_new_year_begins_with_its_first_letter(one_office: InsuranceOffice) -> None:
    first, second = one_office.approved(one_office.opens()), one_office.approved(one_office.opens())
    assert one_office.step(first, LETTER).letter == "1405/000001"
    one_office.ask(EndDay(outcome_for_waiting="closed"))
    one_office.at("08:00", date(2027, 3, 27))
    assert one_office.step(second, LETTER).letter == "1406/000001"


def test_the_same_request_asked_again_gives_the_same_letter(office: InsuranceOffice) -> None:
    case = office.approved(office.opens())
    operation, request = StepCase(case=case.case, revision=case.revision, act=LETTER), new_id()
    assert office.ask(operation, ALI, request) == office.ask(operation, ALI, request)
    assert office.one("SELECT last FROM letter_years").last == 1


def test_a_lost_letter_is_replaced_in_the_same_visit_and_the_old_one_is_void(office: InsuranceOffice) -> None:
    case = office.handed(office.opens())
    lost = case.code
    office.at("10:00")
    case = office.step(case, DuplicateLetter())
    assert (case.state, case.letter) == (State.LETTER_ISSUED, "1405/000002")
    case = office.step(case, HandOver(name="زهرا رحیمی", relation=Relation.SPOUSE))
    office.ask(SetPin(service_office=OFFICE, pin=PIN))
    assert lost is not None
    assert case.code is not None
    assert why(office.ask(UseLetter(code=lost, service_office=OFFICE, pin=PIN))) == (Why.LETTER_VOID,)
    assert office.ask(UseLetter(code=case.code, service_office=OFFICE, pin=PIN)) == LetterStands(standing=Standing.USED)
    old, new = office.rows("SELECT sealed, duplicate_of, until FROM letters ORDER BY serial")
    assert old.until == new.until, "no review, and no longer than the one that is void"
    words = Seal([office.key]).open(new.sealed, LetterWords)
    assert (new.duplicate_of, words.duplicate_of, words.handed_to) == (1, "1405/000001", "زهرا رحیمی")
    assert Seal([office.key]).open(old.sealed, LetterWords).handed_to == "گل‌محمد رحیمی"


def test_a_letter_is_handed_to_somebody_who_has_a_name(one_office: InsuranceOffice) -> None:
    case = one_office.with_letter(one_office.opens())
    for unseen in (" ", "\u200c", "\u200b\u200d "):
        assert one_office.refused(case, HandOver(name=unseen, relation=Relation.HEAD)) == (Why.NO_NAME,)
    assert one_office.step(case, HandOver(name="علی", relation=Relation.HEAD)).state is State.HANDED_OVER


def test_a_lost_letter_is_not_replaced_beside_a_case_that_the_household_has_opened_since(office: InsuranceOffice) -> None:
    household = family()
    case = office.handed(office.opens(household))
    anew = office.opens(household, matter="special_services")
    assert office.refused(case, DuplicateLetter()) == (Why.OPEN_CASE,)
    office.step(anew, RefuseCase(refusal="withdrawn"))
    assert office.step(case, DuplicateLetter()).state is State.LETTER_ISSUED


def test_a_letter_is_used_only_by_the_office_it_is_addressed_to_and_with_its_pin(office: InsuranceOffice) -> None:
    case = office.with_letter(office.opens())
    for each in (OFFICE, "72-2001"):
        office.ask(SetPin(service_office=each, pin=PIN))
    assert case.code is not None
    uses = UseLetter(code=case.code, service_office=OFFICE, pin=PIN)
    assert why(office.ask(uses)) == (Why.NOT_HANDED_OVER,)
    office.step(case, HandOver(name="علی", relation=Relation.HEAD))
    assert why(office.ask(UseLetter(code=case.code, service_office="72-2001", pin=PIN))) == (Why.OTHER_OFFICE,)
    assert why(office.ask(UseLetter(code="1234567890", service_office=OFFICE, pin=PIN))) == (Why.UNKNOWN_LETTER,)
    for _ in range(5):
        assert why(office.ask(UseLetter(code=case.code, service_office=OFFICE, pin="0000"))) == (Why.WRONG_PIN,)
    assert why(office.ask(uses)) == (Why.PIN_LOCKED,), "not even the right one, for a while"
    office.at("08:15")
    assert isinstance(office.ask(uses), LetterStands)


def test_nobody_locks_an_office_out_without_a_letter_that_is_addressed_to_it(one_office: InsuranceOffice) -> None:
    case = one_office.handed(one_office.opens())
    one_office.ask(SetPin(service_office=OFFICE, pin=PIN))
    one_office.ask(SetPin(service_office="72-2001", pin=PIN))
    assert case.code is not None
    for _ in range(6):
        assert why(one_office.ask(UseLetter(code="1234567890", service_office=OFFICE, pin="0000"))) == (Why.UNKNOWN_LETTER,)
        assert why(one_office.ask(UseLetter(code=case.code, service_office="72-2001", pin="0000"))) == (Why.OTHER_OFFICE,)
    assert not one_office.rows("SELECT 1 FROM service_pins WHERE wrong > 0")
    assert isinstance(one_office.ask(UseLetter(code=case.code, service_office=OFFICE, pin=PIN)), LetterStands)


def test_the_letters_page_may_mark_letters_and_ask_for_nothing_else(one_office: InsuranceOffice) -> None:
    case = one_office.handed(one_office.opens())
    one_office.ask(SetPin(service_office=OFFICE, pin=PIN))
    assert case.code is not None
    for operation in (FindHousehold(code="12345"), LookAt(household=1), SetPin(service_office=OFFICE, pin="1111"), EndDay()):
        assert isinstance(one_office.ask(operation, None, device="letter-page"), Refusal)
    assert {one for one, (roles, _) in HANDLERS.items() if "letter_page" in roles} == {UseLetter}
    used = one_office.ask(UseLetter(code=case.code, service_office=OFFICE, pin=PIN), None, device="letter-page")
    assert used == LetterStands(standing=Standing.USED)


def test_a_letter_that_nobody_used_in_time_is_over_and_so_is_its_case(office: InsuranceOffice) -> None:
    case = office.with_letter(office.opens())
    office.ask(EndDay(outcome_for_waiting="closed"))
    office.at("06:00", date(2026, 12, 22)).tick()
    assert office.one("SELECT state FROM cases").state == "letter_issued", "its last day"
    office.at("06:00", date(2026, 12, 23)).tick()
    assert office.one("SELECT state FROM cases").state == "expired"
    now = again(case, revision=case.revision + 1)
    assert office.refused(now, DuplicateLetter()) == (Why.LETTER_EXPIRED,)
    assert office.refused(now, TakeUp()) == (Why.CASE_ENDED,)
