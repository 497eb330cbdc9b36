"""A household comes to the insurance office: its case is opened once, reviewed, and ends with a letter that is used once."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from booking_store.ledger import Ledger
from booking_store.seal import Seal, SealError
from booking_store.sealed import CaseWords, HouseholdWords, PersonWords
from booking_store.store import Store
from mqtt.contract import Changed, Refusal, TakeTexts, TakeWalkIn, Texts, TicketGiven
from mqtt.office_contract import (
    AnswerQuestions,
    AnswerTo,
    Approve,
    AskDepartment,
    AskPapers,
    BringPapers,
    CaseAct,
    CertificateFields,
    DocumentFields,
    FindHousehold,
    HearDepartment,
    Households,
    LetterStands,
    LookAt,
    MergeHouseholds,
    MissingPaper,
    OfficeRefusal,
    OpenCase,
    RefuseCase,
    ReviewAgain,
    SetPin,
    SplitHousehold,
    StepCase,
    TakeUp,
    UseLetter,
    Why,
    WriteFee,
    WriteHousehold,
    WriteNajva,
    WriteNote,
)
from rules.household import Relation
from rules.identity_codes import CodeKind, Doubt
from rules.inquiries import Result, Way
from rules.letters import Standing
from rules.referral import NajvaResult, Said, State
from tests.store.clinic import moment_ms
from tests.store.office import ALI, OFFICE, PIN, QUESTIONS, SARA, InsuranceOffice, again, exclusive, family, person, why

# ------------------------------------------------------------------------------------------- opened, found


def test_a_household_walks_from_its_ticket_to_a_letter_that_a_service_office_has_used(office: InsuranceOffice) -> None:
    ticket = office.ask(TakeWalkIn(department=1, service_day=1), device="kiosk-1")
    assert isinstance(ticket, TicketGiven)
    case = office.opens(number=ticket.number)
    assert (case.state, case.again) == (State.REQUESTED, False)
    case = office.handed(case)
    assert (case.state, case.letter) == (State.HANDED_OVER, "1405/000001")
    assert isinstance(office.ask(SetPin(service_office=OFFICE, pin="۴۷۱۱")), Changed)
    assert case.code is not None
    used = office.ask(UseLetter(code=case.code, service_office=OFFICE, pin=PIN))
    assert used == LetterStands(standing=Standing.USED)
    steps = office.rows("SELECT act, who, was, now FROM case_steps ORDER BY id")
    assert [step.now for step in steps] == [
        "under_review", "under_review", "under_review", "under_review", "approved", "letter_issued", "handed_over", "used",
    ]  # fmt: skip
    assert {step.who for step in steps} == {SARA, ALI, "office 72-1001"}
    assert why(office.ask(UseLetter(code=case.code, service_office=OFFICE, pin=PIN))) == (Why.ALREADY_USED,)


def test_a_household_with_an_open_case_is_found_and_not_doubled(office: InsuranceOffice) -> None:
    household = family()
    case = office.opens(household)
    found = office.opens(again(household, members=()), matter="special_services")
    assert (found.case, found.again, found.revision) == (case.case, True, case.revision)
    assert office.one("SELECT count(*) AS cases FROM cases").cases == 1
    assert office.one("SELECT count(*) AS people FROM people WHERE left_at_ms IS NULL").people == 3


def test_it_is_found_by_any_of_its_codes_however_they_are_typed(office: InsuranceOffice) -> None:
    own = exclusive()
    case = office.opens(family("12345", members=(person("علی", Relation.HEAD, "AB 12-34", exclusive=own),)))
    for typed in ("۱۲۳۴۵", f"{own[:4]} {own[4:]}", "ab1234"):
        found = office.ask(FindHousehold(code=typed))
        assert isinstance(found, Households)
        assert [(one.household, one.case, one.state) for one in found.households] == [
            (case.household, case.case, State.REQUESTED)
        ]
    assert office.ask(FindHousehold(code="99999")) == Households()


def test_what_is_odd_about_a_code_is_told_and_stops_nobody(one_office: InsuranceOffice) -> None:
    case = one_office.opens(family("12", members=(person("علی", Relation.HEAD, exclusive="123"),)))
    assert [(odd.kind, odd.doubt, odd.row) for odd in case.odd] == [
        (CodeKind.HOUSEHOLD, Doubt.LENGTH, None),
        (CodeKind.EXCLUSIVE, Doubt.LENGTH, 0),
    ]


def test_somebody_who_is_written_down_in_two_households_is_told_of(one_office: InsuranceOffice) -> None:
    first = one_office.opens(family(members=(person("علی", Relation.HEAD, "A-1"),)))
    second = one_office.opens(family(members=(person("علی", Relation.HEAD, "a1"),)))
    assert (first.elsewhere, second.elsewhere) == ((), (first.household,))


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (OpenCase(matter="lost_letter", fields=family()), Why.UNKNOWN_WORD),
        (OpenCase(matter="other"), Why.UNKNOWN_HOUSEHOLD),
        (OpenCase(matter="other", household=99), Why.UNKNOWN_HOUSEHOLD),
        (OpenCase(matter="other", fields=family(), number=999), Why.UNKNOWN_TICKET),
        (OpenCase(matter="other", fields=family(county="mars")), Why.UNKNOWN_WORD),
        (OpenCase(matter="other", fields=family(mobile="123")), Why.BAD_MOBILE),
        (OpenCase(matter="other", fields=family(members=(person(" "),))), Why.NO_NAME),
        (OpenCase(matter="other", fields=family(members=(person("\u200c\u200b \u200f"),))), Why.NO_NAME),
        (OpenCase(matter="other", fields=family(members=(person("علی", born="1405/01/01"),))), Why.BAD_DATE),
        (OpenCase(matter="other", fields=family(members=(person("علی", nationality="XX"),))), Why.UNKNOWN_WORD),
        (OpenCase(matter="other", fields=family(members=(person("علی", person=5),))), Why.UNKNOWN_PERSON),
        (StepCase(case=7, revision=1, act=TakeUp()), Why.UNKNOWN_CASE),
        (LookAt(household=7), Why.UNKNOWN_HOUSEHOLD),
        (MergeHouseholds(stays=7, goes=8), Why.UNKNOWN_HOUSEHOLD),
        (SplitHousehold(household=7, going=(1,), head=1, code="1"), Why.UNKNOWN_HOUSEHOLD),
        (UseLetter(code="1234567897", service_office=OFFICE, pin=PIN), Why.UNKNOWN_LETTER),
        (SetPin(service_office="99", pin=PIN), Why.UNKNOWN_WORD),
        (SetPin(service_office=OFFICE, pin="47"), Why.BAD_PIN),
    ],
)
def test_what_cannot_be_is_named_and_writes_nothing(
    one_office: InsuranceOffice, operation: OpenCase | StepCase | LookAt | UseLetter, reason: Why
) -> None:
    assert why(one_office.ask(operation)) == (reason,)
    for table in ("households", "people", "cases", "marks"):
        assert not one_office.rows(f"SELECT 1 FROM {table}")  # noqa: S608  names of ours


def test_a_kiosk_asks_nothing_of_this(one_office: InsuranceOffice) -> None:
    answer = one_office.ask(FindHousehold(code="12345"), device="kiosk-1")
    assert isinstance(answer, Refusal)


# ------------------------------------------------------------------------------------------- reviewed


def test_everything_that_stands_against_an_approval_is_told_at_once(office: InsuranceOffice) -> None:
    member = person("علی", Relation.SPOUSE, document=DocumentFields(type="passport_visa", number="P1", expires="2026-01-01"))
    case = office.step(office.opens(family(members=(member,))), TakeUp(), ALI)
    assert office.refused(case, Approve(), SARA) == (
        Why.OWN_CASE, Why.HOUSEHOLD, Why.DOCUMENT, Why.FEE_UNPAID, Why.NAJVA_MISSING, Why.UNANSWERED,
    )  # fmt: skip


def test_a_receipt_in_which_nobody_sees_anything_is_no_payment(one_office: InsuranceOffice) -> None:
    case = one_office.step(one_office.reviewed(one_office.opens()), WriteFee(receipt="\u200c \u200b"))
    assert one_office.refused(case, Approve(), ALI) == (Why.FEE_UNPAID,)


def test_who_wrote_a_case_does_not_approve_it(one_office: InsuranceOffice) -> None:
    case = one_office.reviewed(one_office.opens())
    assert one_office.refused(case, Approve(), SARA) == (Why.OWN_CASE,)
    assert one_office.step(case, Approve(), ALI).state is State.APPROVED


def test_who_reviews_a_case_whole_may_approve_it_though_they_noted_looked_into_najva_and_answered(
    office: InsuranceOffice,
) -> None:
    case = office.step(office.step(office.opens(), WriteFee(receipt="R-1")), TakeUp(), ALI)
    answers = tuple(AnswerTo(question=question, said=Said.YES) for question in QUESTIONS)
    looked = WriteNajva(result=NajvaResult.CONFIRMED, reference="N-1")
    asked = AskPapers(papers=(MissingPaper(paper="photo"),))
    brought = BringPapers(papers=asked.papers)
    for act in (WriteNote(note="کارت‌ها دیده شد"), looked, AnswerQuestions(answers=answers), asked, brought):
        case = office.step(case, act, ALI)
    assert office.step(case, Approve(), ALI).state is State.APPROVED


def test_a_step_tells_what_it_wrote_down_and_not_a_word_of_it(office: InsuranceOffice) -> None:
    case = office.step(office.reviewed(office.opens()), WriteNote(note="کارت‌ها دیده شد"), ALI)
    case = office.step(case, WriteHousehold(household=family()))
    case = office.step(case, WriteFee(receipt=" "))
    case = office.step(case, AskDepartment(way=Way.PAPER))
    for asked in office.rows("SELECT person FROM inquiries ORDER BY id"):
        case = office.step(case, HearDepartment(person=asked.person, result=Result.COVERED))
    steps = [(row.act, row.recorded) for row in office.rows("SELECT act, recorded FROM case_steps ORDER BY id")]
    assert steps == [
        ("take_up", None), ("record", "najva"), ("record", "answers"), ("record", "receipt"), ("record", "note"),
        ("record", "household"), ("record", "no_receipt"), ("ask_department", None), ("record", "heard"), ("record", "heard"),
        ("hear_department", None),
    ]  # fmt: skip


@pytest.mark.parametrize("act", [WriteFee(receipt="R-1234567"), WriteHousehold(household=family())])
def test_a_reviewer_who_writes_the_fee_or_the_household_approves_it_no_more(one_office: InsuranceOffice, act: CaseAct) -> None:
    case = one_office.step(one_office.reviewed(one_office.opens()), act, ALI)
    assert Why.OWN_CASE in one_office.refused(case, Approve(), ALI)
    case = one_office.step(case, act, "console:mina")
    assert Why.OWN_CASE in one_office.refused(case, Approve(), ALI), "who writes after them takes nothing away"


def test_a_letter_that_encloses_a_certificate_is_not_approved_before_somebody_has_one(office: InsuranceOffice) -> None:
    household = family()
    case = office.reviewed(
        office.opens(household, matter="special_services"), (*QUESTIONS, "trusted_physician", "certificate_recent")
    )
    assert office.refused(case, Approve(), ALI) == (Why.NO_CERTIFICATE,)
    proof = CertificateFields(disease="thalassaemia", number="G-4411", issued="2026-09-02", physician="دکتر رستمی")
    ill = again(household.members[2], certificate=proof)
    case = office.step(case, WriteHousehold(household=again(household, members=(*household.members[:2], ill))))
    assert office.step(case, Approve(), ALI).state is State.APPROVED


@pytest.mark.parametrize("result", list(NajvaResult))
def test_a_look_into_najva_is_not_written_down_without_its_reference(one_office: InsuranceOffice, result: NajvaResult) -> None:
    case = one_office.opens()
    for unseen in ("", " ", "\u200c"):
        assert one_office.refused(case, WriteNajva(result=result, reference=unseen)) == (Why.NO_REFERENCE,)
    assert one_office.step(case, WriteNajva(result=result, reference="N-1")).revision == 2


def test_a_question_that_no_circular_asks_is_not_answered(one_office: InsuranceOffice) -> None:
    case = one_office.opens()
    act = AnswerQuestions(answers=(AnswerTo(question="trusted_physician", said=Said.YES),))
    assert one_office.refused(case, act) == (Why.UNKNOWN_WORD,)
    special = one_office.opens(family(), matter="special_services")
    assert one_office.step(special, act).state is State.REQUESTED


def test_two_officers_do_not_write_over_each_other(office: InsuranceOffice) -> None:
    case = office.opens()
    office.step(case, WriteNote(note="همسر هفتهٔ بعد می‌آید"))
    late = office.ask(StepCase(case=case.case, revision=case.revision, act=TakeUp()), ALI)
    assert why(late) == (Why.STALE,)
    assert isinstance(late, OfficeRefusal)
    assert (late.case, late.revision) == (case.case, case.revision + 1)


def test_missing_papers_are_asked_for_texted_and_brought_one_by_one(office: InsuranceOffice) -> None:
    case = office.opens()
    (_, wife, _) = (row.id for row in office.rows("SELECT id FROM people ORDER BY place"))
    card = MissingPaper(paper="residence_card", person=wife)
    photo = MissingPaper(paper="photo")
    case = office.step(case, AskPapers(papers=(card, photo)))
    assert case.state is State.MORE_PAPERS
    case = office.reviewed(case)
    assert office.refused(case, Approve(), ALI) == (Why.PAPERS_MISSING,)
    case = office.step(case, AskPapers(papers=(card, photo)))
    case = office.step(case, BringPapers(papers=(photo,)))
    assert office.refused(case, Approve(), ALI) == (Why.PAPERS_MISSING,)
    case = office.step(office.step(case, AskPapers(papers=(card,))), BringPapers(papers=(card,)))
    assert office.step(case, Approve(), ALI).state is State.APPROVED
    told = office.rows("SELECT body FROM texts ORDER BY id")[0].body
    assert "کارت اقامت معتبر، عکس ۳×۴" in told


def test_what_was_approved_is_changed_only_after_the_review_is_opened_again(office: InsuranceOffice) -> None:
    household = family()
    case = office.approved(office.opens(household))
    assert office.refused(case, WriteHousehold(household=again(household, members=()))) == (Why.NOT_POSSIBLE_NOW,)
    assert office.one("SELECT count(*) AS people FROM people WHERE left_at_ms IS NULL").people == 3
    case = office.step(case, ReviewAgain(), ALI)
    assert case.state is State.UNDER_REVIEW
    assert office.one("SELECT decided_at_ms FROM cases").decided_at_ms is None


def test_a_refused_case_is_looked_at_again_unless_the_household_has_asked_anew(office: InsuranceOffice) -> None:
    household = family()
    case = office.opens(household)
    assert office.refused(case, RefuseCase(refusal="because")) == (Why.UNKNOWN_WORD,)
    case = office.step(case, RefuseCase(refusal="other_province"))
    assert case.state is State.REFUSED
    anew = office.opens(household)
    assert anew.case != case.case
    assert office.refused(case, ReviewAgain()) == (Why.OPEN_CASE,)
    office.step(anew, RefuseCase(refusal="withdrawn"))
    assert office.step(case, ReviewAgain()).state is State.UNDER_REVIEW


def test_a_household_is_written_anew_who_left_has_left_and_the_vulnerable_owe_nothing(office: InsuranceOffice) -> None:
    household = family()
    case = office.opens(household)
    head, wife, _ = (row.id for row in office.rows("SELECT id FROM people ORDER BY place"))
    members = tuple(again(one, person=known) for one, known in zip(household.members[:2], (head, wife), strict=True))
    newborn = person("نوزاد", document=DocumentFields(type="birth_certificate", number="B-1"))
    changed = again(household, code="777777", members=(*members, newborn), vulnerable=True)
    case = office.step(case, WriteHousehold(household=changed))
    present = office.rows("SELECT id, place, relation FROM people WHERE left_at_ms IS NULL ORDER BY place")
    assert [row.relation for row in present] == ["head", "spouse", "child"]
    assert [row.id for row in present[:2]] == [head, wife]
    assert office.one("SELECT fee_rials FROM cases").fee_rials == 0
    assert office.one("SELECT count(*) AS counted FROM case_people").counted == 3
    found = office.ask(FindHousehold(code=household.code))
    assert found == Households(), "the code of before leads nowhere"


# ------------------------------------------------------------------------------------------- privacy


NAMES = ("رحیمی", "گل‌محمد", "نورمحمد", "09121234567", "R-1234567", "N-7712345", "کوچهٔ بهار", "3813512345", "987659876")


def test_nothing_in_the_ledger_or_its_journal_tells_who_somebody_is(one_office: InsuranceOffice, sqlite_url: str) -> None:
    household = family("987659876", address="کوچهٔ بهار", postal_code="3813512345")
    case = one_office.handed(one_office.opens(household))
    one_office.ask(FindHousehold(code="987659876"))
    one_office.ask(LookAt(household=case.household, case=case.case))
    one_office.ledger.close()
    for path in Path(sqlite_url.removeprefix("sqlite:///")).parent.glob("ledger.sqlite*"):
        content = path.read_bytes()
        for name in NAMES:
            assert name.encode() not in content, (path.name, name)
        for member in household.members:
            assert member.exclusive == "" or member.exclusive.encode() not in content
            assert member.document is None or member.document.number.encode() not in content
    one_office.ledger = Ledger.open(sqlite_url, moment_ms("06:00"))


def test_with_the_key_the_store_reads_it_all_again(office: InsuranceOffice) -> None:
    office.handed(office.opens(family("98765")))
    seal = Seal([office.key])
    assert seal.open(office.one("SELECT sealed FROM households").sealed, HouseholdWords).code == "98765"
    people = [seal.open(row.sealed, PersonWords) for row in office.rows("SELECT sealed FROM people ORDER BY place")]
    assert [one.name for one in people] == ["گل‌محمد رحیمی", "زهرا رحیمی", "مریم رحیمی"]
    assert seal.open(office.one("SELECT sealed FROM cases").sealed, CaseWords).receipt == "R-1234567"


def test_a_store_with_another_key_does_not_start_and_one_without_answers_nothing(office: InsuranceOffice) -> None:
    case = office.opens()
    other = Seal([Fernet.generate_key()])
    with pytest.raises(SealError, match="sealed with another key"):
        Store(office.ledger, "office", seal=other)
    office.store = Store(office.ledger, "office")
    assert office.refused(case, TakeUp()) == (Why.NO_KEY,)


def test_each_look_is_in_the_audit_trail_and_no_row_of_it_names_anybody(one_office: InsuranceOffice) -> None:
    case = one_office.opens()
    assert one_office.ask(LookAt(household=case.household, case=case.case), ALI) == Changed()
    row = one_office.one("SELECT who, details FROM audit WHERE what = 'identity_seen'")
    assert row.who == "console:ali"
    assert str(case.case) in str(row.details)


def test_a_text_to_a_household_finds_its_mobile_only_as_it_leaves(office: InsuranceOffice) -> None:
    office.with_letter(office.opens())
    assert [row.mobile for row in office.rows("SELECT mobile FROM texts")] == [""]
    taken = office.ask(TakeTexts(), device="phone-1")
    assert isinstance(taken, Texts)
    assert [(text.to, "۱۴۰۵/۰۰۰۰۰۱" in text.body) for text in taken.to_send] == [("09121234567", True)]


def test_a_household_without_a_mobile_is_texted_nothing(office: InsuranceOffice) -> None:
    office.with_letter(office.opens(family(mobile="")))
    assert office.ask(TakeTexts(), device="phone-1") == Texts()
    assert office.one("SELECT state FROM texts").state == "withdrawn"
