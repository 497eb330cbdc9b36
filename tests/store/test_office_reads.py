"""What is read of an insurance office beside its store: files with the key; lists, counts, a letter's one word without it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from cryptography.fernet import Fernet

from booking_store.letter_report import letter_standing
from booking_store.office_reader import OfficeReader
from booking_store.office_statistics import cycle_of, month_of, office_figures
from booking_store.reports import reading
from booking_store.seal import Seal, SealError
from mqtt.contract import Changed, EndDay, OpenDay, TakeTexts, Texts
from mqtt.office_contract import (
    AskDepartment,
    BatchHeard,
    BatchMade,
    CaseStands,
    DepartmentAnswer,
    DuplicateLetter,
    HearBatch,
    HearDepartment,
    MakeBatch,
    OfficeRefusal,
    RefuseCase,
    TakeBatch,
    TakeUp,
    Why,
    WriteNote,
)
from office.questions_file import row_of
from rules.inquiries import Result, Way, reference
from rules.letters import Standing
from rules.referral import State
from tests.store.office import ALI, InsuranceOffice, family


@pytest.fixture
def reader(office: InsuranceOffice, any_url: str) -> Iterator[OfficeReader]:
    """Somebody who has the key."""
    opened = OfficeReader(any_url, Seal([office.key]))
    yield opened
    opened.close()


def asked(office: InsuranceOffice, case: CaseStands, way: Way = Way.BATCH) -> CaseStands:
    return office.step(office.step(case, TakeUp(), ALI), AskDepartment(way=way))


def test_a_case_is_read_with_everybody_and_everything_in_it(office: InsuranceOffice, reader: OfficeReader) -> None:
    case = office.handed(office.opens(family("98765")))
    found = reader.case_file(case.case)
    assert found is not None
    assert (found.household.code, found.household.head and found.household.head.name) == ("98765", "گل‌محمد رحیمی")
    assert (found.words.receipt, found.words.najva_reference, found.fee_rials) == ("R-1234567", "N-7712345", 1_500_000)
    assert [step.now for step in found.steps][-1] is State.HANDED_OVER
    (letter,) = found.letters
    assert letter.words is not None
    assert (letter.letter.number, letter.words.handed_to, len(letter.words.rows)) == ("1405/000001", "گل‌محمد رحیمی", 3)
    assert reader.letter((1405, 1)) == letter
    assert (reader.case_file(99), reader.household(99), reader.letter((1405, 9))) == (None, None, None)


def test_lists_hold_no_names_and_whoever_has_another_key_reads_nothing(
    office: InsuranceOffice, reader: OfficeReader, any_url: str
) -> None:
    case = office.opens()
    (line,) = reader.open_cases()
    assert (line.case, line.state, line.household) == (case.case, State.REQUESTED, case.household)
    assert reader.cases_of_household(case.household) == (line,)
    stranger = OfficeReader(any_url, Seal([Fernet.generate_key()]))
    assert stranger.open_cases() == (line,)
    with pytest.raises(SealError, match="another key"):
        stranger.case_file(case.case)
    stranger.close()


def test_a_new_first_line_of_the_key_file_seals_and_the_old_one_still_opens(office: InsuranceOffice, any_url: str) -> None:
    case = office.opens(family("98765"))
    rotated = OfficeReader(any_url, Seal([Fernet.generate_key(), office.key]))
    found = rotated.case_file(case.case)
    assert found is not None
    assert found.household.code == "98765"
    assert Seal([Fernet.generate_key(), office.key]).name == Seal([office.key]).name
    rotated.close()


# ------------------------------------------------------------------------------------------- the department


def test_a_batch_is_asked_once_answered_once_and_each_household_hears_of_it(
    office: InsuranceOffice, reader: OfficeReader
) -> None:
    first, second = asked(office, office.opens()), asked(office, office.opens())
    assert office.ask(MakeBatch()) == BatchMade(batch=1, rows=6)
    again = office.ask(MakeBatch())
    assert isinstance(again, OfficeRefusal)
    assert again.why == (Why.NOTHING_TO_ASK,)
    assert [batch[::2] for batch in reader.open_batches()] == [(1, 6)]
    questions = reader.questions(1)
    site_office = office.store.site.office
    assert site_office is not None
    rows = [row_of(one, site_office) for one in questions]
    assert [row.reference for row in rows] == [reference(one.inquiry) for one in questions]
    assert (rows[0].name, rows[0].relation, rows[0].document) == ("گل‌محمد رحیمی", "سرپرست", "کارت آمایش")
    half = tuple(DepartmentAnswer(inquiry=one.inquiry, result=Result.COVERED) for one in questions[:3])
    assert office.ask(HearBatch(answers=half)) == BatchHeard(applied=3)
    file = reader.case_file(first.case)
    assert file is not None
    assert file.line.state is State.UNDER_REVIEW
    whole = tuple(DepartmentAnswer(inquiry=one.inquiry, result=Result.COVERED) for one in questions)
    assert office.ask(HearBatch(answers=(*whole, *whole[:1], DepartmentAnswer(inquiry=77, result=Result.COVERED)))) == (
        BatchHeard(applied=3, again=4, unknown=(77,))
    )
    other = DepartmentAnswer(inquiry=questions[0].inquiry, result=Result.NOT_FOUND)
    assert office.ask(HearBatch(answers=(other,))) == BatchHeard(applied=0, different=(questions[0].inquiry,))
    assert office.one("SELECT state FROM cases WHERE id = :case", case=second.case).state == "under_review"
    told = office.ask(TakeTexts(), device="phone-1")
    assert isinstance(told, Texts)
    assert len([text for text in told.to_send if "پاسخ استعلام" in text.body]) == 2


def test_of_two_answers_about_one_member_the_first_stands_and_the_other_is_told(office: InsuranceOffice) -> None:
    asked(office, office.opens())
    office.ask(MakeBatch())
    said = tuple(DepartmentAnswer(inquiry=1, result=one) for one in (Result.COVERED, Result.NOT_FOUND, Result.COVERED))
    assert office.ask(HearBatch(answers=said)) == BatchHeard(applied=1, again=1, different=(1,))
    assert office.one("SELECT result FROM inquiries WHERE id = 1").result == "covered"


def test_whoever_takes_a_batchs_file_away_stands_in_the_audit_trail(office: InsuranceOffice) -> None:
    asked(office, office.opens())
    office.ask(MakeBatch())
    assert office.ask(TakeBatch(batch=1), ALI) == Changed()
    assert office.ask(TakeBatch(batch=2)) == OfficeRefusal(why=(Why.UNKNOWN_BATCH,))
    row = office.one("SELECT who, details FROM audit WHERE what = 'batch_taken'")
    assert row.who.endswith(ALI)
    assert row.details in ('{"batch":1,"rows":3}', {"batch": 1, "rows": 3}), "SQLite hands over words, PostgreSQL a dict"


def test_an_answer_that_an_applicant_carries_is_written_down_by_hand(office: InsuranceOffice) -> None:
    case = asked(office, office.opens(), Way.CARRIED)
    people = [row.person for row in office.rows("SELECT person FROM inquiries ORDER BY id")]
    assert office.refused(case, HearDepartment(person=999, result=Result.COVERED)) == (Why.NOTHING_TO_ASK,)
    for person in people[:2]:
        case = office.step(case, HearDepartment(person=person, result=Result.INCOMPLETE))
        assert case.state is State.AT_DEPARTMENT
    case = office.step(case, HearDepartment(person=people[2], result=Result.COVERED))
    assert case.state is State.UNDER_REVIEW
    nothing = office.ask(MakeBatch())
    assert isinstance(nothing, OfficeRefusal)


# ------------------------------------------------------------------------------------------- the public


def test_the_public_is_told_one_word_of_a_letter_without_any_key(office: InsuranceOffice, any_url: str) -> None:
    case = office.handed(office.opens())
    lost, today = case.code or "", date(2026, 11, 22)
    case = office.step(case, DuplicateLetter())
    with reading(any_url) as (connection, _):
        assert letter_standing(connection, f" {lost[:5]} {lost[5:]} ", today) is Standing.VOID
        assert letter_standing(connection, case.code or "", today) is Standing.VALID
        assert letter_standing(connection, case.code or "", date(2026, 12, 23)) is Standing.EXPIRED
        for nothing in ("", "1234567890", "' OR 1=1", lost[:-1]):
            assert letter_standing(connection, nothing, today) is None


# ------------------------------------------------------------------------------------------- statistics


def test_a_month_is_counted_and_small_counts_do_not_leave(office: InsuranceOffice, any_url: str) -> None:
    for _ in range(5):
        office.opens()
    office.handed(office.opens(family(vulnerable=True)))
    office.step(office.opens(family(county="saveh")), RefuseCase(refusal="withdrawn"))
    figures = office_figures(any_url, lambda _: month_of(1405, 9))
    assert (figures.first, figures.last) == (date(2026, 11, 22), date(2026, 12, 21))
    assert figures.opened == 7
    assert figures.cases["state"] == {"handed_over": 1, "refused": 1, "requested": 5}
    assert figures.cases["county"] == {"arak": 6, "saveh": 1}
    assert figures.cases["household_size"] == {"3": 7}
    assert figures.cases["paying"] == {"paying": 6, "vulnerable": 1}
    assert figures.people["nationality"] == {"AF": 21}
    assert figures.people["age_band"] == {"18-39": 7, "40-59": 7, "5-11": 7}
    assert figures.letters == {"issued": 1, "handed_over": 1, "used": 0, "expired": 0, "replaced": 0}
    assert (figures.days.decided, figures.days.in_time) == (2, 2)
    assert figures.opened_on == {date(2026, 11, 22): 7}
    assert (figures.fees_rials, figures.fees_paid) == (0, 0), "the vulnerable pay nothing"
    outside = figures.for_outside()
    assert outside["cases_by_county"] == {"arak": None, "saveh": None}
    assert outside["cases_by_state"] == {"handed_over": None, "refused": None, "requested": 5}
    assert office_figures(any_url, lambda site: cycle_of(site, 12)).opened == 7
    assert office_figures(any_url, lambda _: month_of(1405, 8)).opened == 0


# ------------------------------------------------------------------------------------------- time


def test_a_year_later_the_case_opens_by_itself_and_the_household_is_told(office: InsuranceOffice) -> None:
    case = office.handed(office.opens())
    assert office.one("SELECT cover_until FROM households").cover_until == "2027-02-25"
    office.ask(EndDay(outcome_for_waiting="closed"))
    office.at("06:00", date(2027, 1, 20)).tick()
    assert office.one("SELECT count(*) AS cases FROM cases").cases == 1
    office.at("06:00", date(2027, 1, 27)).tick()
    renewal = office.one("SELECT id, matter, opened_by, cycle FROM cases WHERE id <> :case", case=case.case)
    assert (renewal.matter, renewal.opened_by, renewal.cycle) == ("renewal", "store", 13)
    office.tick()
    assert office.one("SELECT count(*) AS cases FROM cases").cases == 2, "once"
    office.at("09:00", date(2027, 1, 27))
    told = office.ask(TakeTexts(), device="phone-1")
    assert isinstance(told, Texts)
    assert "۱۴۰۵/۱۲/۰۶" in told.to_send[-1].body


def test_a_renewal_that_was_refused_does_not_open_by_itself_again(office: InsuranceOffice) -> None:
    office.handed(office.opens())
    office.ask(EndDay(outcome_for_waiting="closed"))
    office.at("06:00", date(2027, 1, 27)).tick()
    renewal = office.one("SELECT id, household, state, revision FROM cases WHERE opened_by = 'store'")
    case = CaseStands(case=renewal.id, household=renewal.household, state=State(renewal.state), revision=renewal.revision)
    office.step(case, RefuseCase(refusal="withdrawn"))
    for later in (date(2027, 3, 29), date(2027, 6, 1), date(2028, 1, 1)):
        office.at("06:00", later).tick()
    assert office.one("SELECT count(*) AS renewals FROM cases WHERE opened_by = 'store'").renewals == 1


def test_a_renewal_that_an_officer_has_written_in_does_not_end_by_itself(office: InsuranceOffice) -> None:
    office.handed(office.opens())
    office.ask(EndDay(outcome_for_waiting="closed"))
    office.at("06:00", date(2027, 1, 27)).tick()
    renewal = office.one("SELECT id, household, state, revision FROM cases WHERE opened_by = 'store'")
    case = CaseStands(case=renewal.id, household=renewal.household, state=State(renewal.state), revision=renewal.revision)
    office.step(case, WriteNote(note="فردا با رسید می‌آید"))
    office.at("06:00", date(2027, 6, 1)).tick()
    assert office.one("SELECT state FROM cases WHERE opened_by = 'store'").state == "requested"


def test_who_a_household_was_is_erased_when_it_is_due_and_its_cases_are_still_counted(
    office: InsuranceOffice, reader: OfficeReader, any_url: str
) -> None:
    open_still = office.opens(family("11111"))
    done = office.step(office.opens(family("22222")), RefuseCase(refusal="withdrawn"))
    office.ask(EndDay(outcome_for_waiting="closed"))
    office.at("08:00", date(2028, 1, 22))
    office.ask(OpenDay(confirm_clock=True), device="operator")
    office.tick()
    rows = {row.id: row.sealed for row in office.rows("SELECT id, sealed FROM households")}
    assert rows[done.household] is None
    assert rows[open_still.household] is not None
    file = reader.case_file(done.case)
    assert file is not None
    assert [one.name for one in file.household.members] == ["", "", ""]
    assert office_figures(any_url, lambda _: month_of(1405, 9)).opened == 2
    assert not office.rows("SELECT 1 FROM marks WHERE household = :one", one=done.household)


def test_a_day_that_nobody_trusts_ends_no_letter(office: InsuranceOffice) -> None:
    office.with_letter(office.opens())
    office.ask(EndDay(outcome_for_waiting="closed"))
    office.at("06:00", date(2030, 1, 1))
    office.now = replace(office.now, trusted=False)
    office.tick()
    assert office.one("SELECT state FROM cases").state == "letter_issued"
