"""An office's lists hold no names and take no key: what waits, what left, what came back, whose cover ends."""

from datetime import date

from booking_store.office_lists import Answered, Batch, CameBack, Waiting, answered, batches, came_back, cover_due, waiting
from booking_store.reports import reading
from mqtt.contract import EndDay, TakeTexts
from mqtt.office_contract import (
    AskDepartment,
    BatchMade,
    CaseStands,
    DepartmentAnswer,
    HearBatch,
    MakeBatch,
    OfficeRefusal,
    RefuseCase,
    ReviewAgain,
    TakeUp,
    WriteNote,
)
from rules.inquiries import Result, Way
from rules.referral import State
from rules.texts import TextState
from tests.store.clinic import moment_ms
from tests.store.office import ALI, InsuranceOffice, family


def asked(office: InsuranceOffice) -> CaseStands:
    """A household of three whose questions wait for the next batch."""
    return office.step(office.step(office.opens(), TakeUp(), ALI), AskDepartment(way=Way.BATCH))


def hear(office: InsuranceOffice, results: dict[int, Result]) -> None:
    office.ask(HearBatch(answers=tuple(DepartmentAnswer(inquiry=one, result=result) for one, result in results.items())))


def test_what_waits_leaves_with_a_batch_and_the_batch_is_listed_until_it_is_answered_and_a_while_after(
    office: InsuranceOffice, any_url: str
) -> None:
    with reading(any_url) as (connection, _):
        assert waiting(connection) == Waiting(0, 0, None)
    asked(office)
    office.at("08:05")
    asked(office)
    with reading(any_url) as (connection, _):
        assert waiting(connection) == Waiting(6, 2, moment_ms("08:00"))
    office.ask(MakeBatch())
    asked(office)
    office.ask(MakeBatch())
    hear(office, dict.fromkeys(range(1, 7), Result.COVERED) | {7: Result.NOT_FOUND})
    with reading(any_url) as (connection, _):
        assert waiting(connection).questions == 0
        assert batches(connection) == (
            Batch(2, moment_ms("08:05"), "sara", 3, 2),
            Batch(1, moment_ms("08:05"), "sara", 6, 0),
        )
    for _ in range(12):
        asked(office)
        office.ask(MakeBatch())
    with reading(any_url) as (connection, _):
        listed = batches(connection)
    assert [one.batch for one in listed] == list(range(14, 1, -1)), "all that are open, and the newest of the others"


def test_nobody_is_named_to_the_department_for_a_case_that_is_over(office: InsuranceOffice, any_url: str) -> None:
    over = office.step(asked(office), RefuseCase(refusal="withdrawn"))
    with reading(any_url) as (connection, _):
        assert waiting(connection) == Waiting(0, 0, None)
    assert isinstance(office.ask(MakeBatch()), OfficeRefusal)
    asked(office)
    assert office.ask(MakeBatch()) == BatchMade(batch=1, rows=3)
    office.step(over, ReviewAgain(), ALI)
    assert office.ask(MakeBatch()) == BatchMade(batch=2, rows=3)


def test_a_case_whose_answers_are_there_is_on_the_list_until_somebody_goes_on_with_it(
    office: InsuranceOffice, any_url: str
) -> None:
    first, second = asked(office), asked(office)
    office.ask(MakeBatch())
    office.at("09:00")
    hear(office, {1: Result.COVERED, 2: Result.NOT_FOUND, 3: Result.COVERED, 4: Result.COVERED})
    with reading(any_url) as (connection, _):
        (back,) = came_back(connection)
        assert back == CameBack(
            first.case, first.household, "incomplete_papers", ALI, moment_ms("09:00"), {Result.COVERED: 2, Result.NOT_FOUND: 1}
        )
        assert answered(connection, (2, 5, 99)) == {2: Answered(first.case, Result.NOT_FOUND), 5: Answered(second.case, None)}
    row = office.one("SELECT revision FROM cases WHERE id = :case", case=first.case)
    office.step(
        CaseStands(first.case, first.household, State.UNDER_REVIEW, row.revision), WriteNote(note="با خانوار تماس گرفته شد")
    )
    with reading(any_url) as (connection, _):
        assert came_back(connection) == ()


def test_a_household_whose_cover_ends_is_listed_with_what_became_of_its_text(office: InsuranceOffice, any_url: str) -> None:
    office.handed(office.opens())
    office.handed(office.opens(family(mobile="")))
    office.opens()
    office.ask(EndDay(outcome_for_waiting="closed"))
    office.at("06:00", date(2027, 1, 27)).tick()
    office.at("09:00", date(2027, 1, 27))
    office.ask(TakeTexts(), device="phone-1")
    with reading(any_url) as (connection, _):
        due = cover_due(connection)
    assert [(one.cover_until, one.state, one.text) for one in due] == [
        (date(2027, 2, 25), State.REQUESTED, TextState.SENDING),
        (date(2027, 2, 25), State.REQUESTED, TextState.WITHDRAWN),
    ]
