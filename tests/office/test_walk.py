"""Cases walk through chance days of an insurance office: whatever officers do in whatever order, its laws hold.

Several officers, a reviewer, service offices and the department act on the real desk and ledger, over days and years, with
restarts and requests that are asked again between. The laws are in office_laws.py; that they would notice is shown by mistakes
that are made on purpose (PLANTED), each of which a walk has to find.
"""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test
from sqlalchemy import bindparam, delete, update

from booking_store import tables
from booking_store.desk.desk import Desk
from booking_store.desk.office import due, letters, steps
from booking_store.ledger import Ledger
from booking_store.office_statistics import month_of, office_figures
from mqtt.contract import EndDay, OpenDay, Operation, Refusal
from mqtt.office_contract import (
    AnswerQuestions,
    AnswerTo,
    Approve,
    AskDepartment,
    AskPapers,
    BringPapers,
    CaseAct,
    CaseStands,
    DepartmentAnswer,
    DuplicateLetter,
    HandOver,
    HearBatch,
    HearDepartment,
    IssueLetter,
    LetterStands,
    MakeBatch,
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
    WriteFee,
    WriteNajva,
    WriteNote,
)
from rules import referral
from rules.household import Relation
from rules.inquiries import Result, Way
from rules.referral import Act, NajvaResult, Said, State
from tests.office.office_laws import OfficeLaws
from tests.store import postgresql
from tests.store.clinic import SUNDAY, moment_ms, new_id
from tests.store.office import ALI, OFFICE, PIN, QUESTIONS, SARA, InsuranceOffice, code, family

REZA = "reza"
OFFICERS = st.sampled_from([SARA, ALI, REZA])
WHICH = st.integers(0, 5)
CASES_MOST = 6
LETTER = IssueLetter(service_office=OFFICE, signer="director")
HAND_OVER = HandOver(name="علی", relation=Relation.HEAD)
ANSWERS = tuple(AnswerTo(question=question, said=Said.YES) for question in QUESTIONS)
ACTS: tuple[CaseAct, ...] = (
    TakeUp(),
    WriteNajva(result=NajvaResult.CONFIRMED, reference="N-1"),
    WriteFee(receipt="R-1"),
    AnswerQuestions(answers=ANSWERS),
    WriteNote(note="…"),
    AskPapers(papers=(MissingPaper(paper="photo"),)),
    BringPapers(papers=(MissingPaper(paper="photo"),)),
    AskDepartment(way=Way.BATCH),
    AskDepartment(way=Way.CARRIED),
    HearDepartment(person=1, result=Result.COVERED),
    Approve(),
    RefuseCase(refusal="withdrawn"),
    ReviewAgain(),
    LETTER,
    HAND_OVER,
    DuplicateLetter(),
)
READY: tuple[CaseAct, ...] = (TakeUp(), *ACTS[1:4], Approve())


NewLedger = Callable[[], str]


class Walk(OfficeLaws):
    """Officers, a reviewer, service offices and the department, each at any time."""

    def __init__(self, new_ledger: NewLedger) -> None:
        super().__init__()
        self._new_ledger = new_ledger

    @initialize()
    def open_the_office(self) -> None:
        self.url = self._new_ledger()
        self.office = InsuranceOffice(lambda: Ledger.open(self.url, moment_ms("06:00")))
        self.office.ask(SetPin(service_office=OFFICE, pin=PIN))
        self.day = SUNDAY
        self.used: set[str] = set()
        self.wrote: set[tuple[int, str]] = set()  # a case, and an author of it
        self.asked: list[tuple[Operation, str, str, object]] = []

    def teardown(self) -> None:
        if self.is_open:
            self.office.ledger.close()

    # ---------------------------------------------------------------------------------- asking

    def _cases(self) -> list[CaseStands]:
        rows = self.office.rows("SELECT id, household, state, revision FROM cases ORDER BY id DESC")
        return [CaseStands(case=row.id, household=row.household, state=State(row.state), revision=row.revision) for row in rows]

    def _ask(self, operation: Operation, by: str = SARA) -> object:
        """A request, asked twice as by a device that has heard no answer. A refusal changes nothing, asking again neither."""
        before, request = self.everything(), new_id()
        answer = self.office.ask(operation, by, request)
        after = self.everything()
        assert not isinstance(answer, Refusal), answer
        if isinstance(answer, OfficeRefusal):
            assert after == before, "a refusal changes nothing"
        elif isinstance(operation, StepCase):
            self._taken(operation, by)
        self.asked.append((operation, by, request, answer))
        self._again(-1)
        assert self.everything() == after, "asked again, it happens once"
        return answer

    def _taken(self, step: StepCase, by: str) -> None:
        """Nobody approves what they wrote, whatever happened between."""
        if isinstance(step.act, WriteFee):
            self.wrote.add((step.case, by))
        assert not (isinstance(step.act, Approve) and (step.case, by) in self.wrote), "an author approved it"

    def _again(self, which: int) -> None:
        operation, by, request, answer = self.asked[which]
        assert self.office.ask(operation, by, request) == answer

    def _step(self, case: CaseStands, act: CaseAct, by: str) -> CaseStands:
        answer = self._ask(StepCase(case=case.case, revision=case.revision, act=act), by)
        return answer if isinstance(answer, CaseStands) else case

    # ---------------------------------------------------------------------------------- people

    @rule(matter=st.sampled_from(["incomplete_papers", "other"]))
    def a_household_comes(self, matter: str) -> None:
        if len(self._cases()) < CASES_MOST:
            self._ask(OpenCase(matter=matter, fields=family()))

    @rule(which=WHICH)
    def a_household_comes_again(self, which: int) -> None:
        if cases := self._cases():
            self._ask(OpenCase(matter="other", household=cases[which % len(cases)].household))

    @rule(which=WHICH, act=st.sampled_from(ACTS), by=OFFICERS, late=st.booleans())
    def an_officer_steps(self, which: int, act: CaseAct, by: str, late: bool) -> None:
        """Whoever is late saw the case before somebody else's step."""
        if cases := self._cases():
            case = cases[which % len(cases)]
            self._ask(StepCase(case=case.case, revision=max(1, case.revision - late), act=act), by)

    @rule(which=WHICH, by=OFFICERS, letter=st.booleans(), handed=st.booleans())
    def a_case_goes_its_usual_way(self, which: int, by: str, letter: bool, handed: bool) -> None:
        if not (cases := self._cases()):
            return
        case = cases[which % len(cases)]
        for act in READY:
            case = self._step(case, act, ALI if isinstance(act, Approve) else by)
        if letter:
            case = self._step(case, LETTER, by)
        if letter and handed:
            self._step(case, HAND_OVER, by)

    @rule(which=WHICH, act=st.sampled_from(ACTS[-6:]))
    def somebody_is_in_a_hurry(self, which: int, act: CaseAct) -> None:
        """The end is wanted of a case that has only just begun."""
        if cases := self._cases():
            self._step(self._step(cases[which % len(cases)], TakeUp(), ALI), act, ALI)

    @rule(which=WHICH, by=OFFICERS, handed=st.booleans())
    def a_letter_is_lost(self, which: int, by: str, handed: bool) -> None:
        if cases := [case for case in self._cases() if case.state in {State.LETTER_ISSUED, State.HANDED_OVER}]:
            case = self._step(cases[which % len(cases)], DuplicateLetter(), by)
            if handed:
                self._step(case, HAND_OVER, by)

    @rule(which=st.integers(0, 9), times=st.integers(1, 2))
    def a_service_office_takes_a_letter(self, which: int, times: int) -> None:
        codes = [row.code for row in self.office.rows("SELECT code FROM letters ORDER BY id DESC")]
        for _ in range(times if codes else 0):
            used = codes[which % len(codes)]
            if isinstance(self._ask(UseLetter(code=used, service_office=OFFICE, pin=PIN)), LetterStands):
                assert used not in self.used, "a letter is used once"
                self.used.add(used)

    @rule(result=st.sampled_from(Result))
    def the_department_answers_a_batch(self, result: Result) -> None:
        self._ask(MakeBatch())
        if ids := [row.id for row in self.office.rows("SELECT id FROM inquiries")]:
            self._ask(HearBatch(answers=tuple(DepartmentAnswer(inquiry=one, result=result) for one in [*ids, 999])))

    @rule(stays=WHICH, goes=WHICH)
    def two_households_are_one(self, stays: int, goes: int) -> None:
        if cases := self._cases():
            one, other = cases[stays % len(cases)].household, cases[goes % len(cases)].household
            self._ask(MergeHouseholds(stays=one, goes=other))

    @rule(which=st.integers(0, 20))
    def somebody_leaves_a_household(self, which: int) -> None:
        if people := self.office.rows("SELECT id, household FROM people WHERE left_at_ms IS NULL ORDER BY id"):
            one = people[which % len(people)]
            self._ask(SplitHousehold(household=one.household, going=(one.id,), head=one.id, code=code()))

    # ---------------------------------------------------------------------------------- time, and what goes wrong

    @rule(days=st.sampled_from([1, 20, 40, 130, 420]))
    def days_go_by(self, days: int) -> None:
        """To a morning, and an hour of it: letters end, covers too, and identities are due."""
        self.office.ask(EndDay(outcome_for_waiting="closed"), device="operator")
        self.day += timedelta(days=days)
        self.office.at("08:00", self.day).tick()
        self.office.ask(OpenDay(confirm_clock=True), device="operator")
        self.office.at("09:00", self.day).tick()  # PURGE_EVERY_MS later

    @rule()
    def the_store_starts_again(self) -> None:
        self.office.restart()

    @rule(which=st.integers(0, 99))
    def an_old_request_comes_again(self, which: int) -> None:
        """Of this week: so long answers are remembered."""
        if self.asked and self.day == SUNDAY:
            before = self.everything()
            self._again(which % len(self.asked))
            assert self.everything() == before

    @rule()
    def the_first_month_is_counted(self) -> None:
        """Years later too, when nobody can be named any more. Of two cases that became one, one is counted."""
        counted = office_figures(self.url, lambda _: month_of(1405, 9)).opened
        first, after = moment_ms("00:00", SUNDAY), moment_ms("00:00", SUNDAY + timedelta(days=30))
        opened = "SELECT count(*) AS cases FROM cases WHERE state <> 'replaced' AND opened_at_ms BETWEEN :first AND :after"
        assert counted == self.office.one(opened, first=first, after=after).cases


@pytest.fixture
def new_sqlite(tmp_path: Path, tables_on_sqlite: Path) -> NewLedger:
    """A place for one ledger after the other: what a walk has left goes with the next."""
    folder = tmp_path / "walk"

    def new() -> str:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(tables_on_sqlite, folder)
        return f"sqlite:///{folder}/ledger.sqlite"

    return new


def test_whatever_officers_do_the_laws_hold(new_sqlite: NewLedger) -> None:
    run_state_machine_as_test(lambda: Walk(new_sqlite), settings=settings(max_examples=20, stateful_step_count=25))


def test_they_hold_on_postgresql_too(postgresql_server: str, tables_on_postgresql: str) -> None:
    def new() -> str:
        return postgresql.fresh_database(postgresql_server, tables_on_postgresql)

    run_state_machine_as_test(lambda: Walk(new), settings=settings(max_examples=4, stateful_step_count=25))


# ------------------------------------------------------------------------------------------- mistakes made on purpose

Patch = pytest.MonkeyPatch


def a_lost_letter_stays_good(patch: Patch) -> None:
    patch.setattr(letters, "void", lambda _desk, _letter: None)


def a_letter_needs_no_approval(patch: Patch) -> None:
    patch.setattr(referral, "GRID", {**referral.GRID, (State.UNDER_REVIEW, Act.ISSUE): State.LETTER_ISSUED})


def a_letter_is_used_as_often_as_one_likes(patch: Patch) -> None:
    patch.setattr(letters, "why_not_used", lambda _letter, _office, _today: None)
    patch.setattr(referral, "GRID", {**referral.GRID, (State.USED, Act.USE): State.USED})


def each_second_number_is_passed_over(patch: Patch) -> None:
    years = tables.letter_years
    raised = update(years).where(years.c.year == bindparam("of_year")).values(last=years.c.last + 2)
    patch.setattr(letters, "_NEXT_SERIAL", raised.returning(years.c.last))


def nobody_looks_for_an_open_case(patch: Patch) -> None:
    patch.setattr(steps, "open_case", lambda _desk, _household: None)


def who_is_erased_is_counted_no_more(patch: Patch) -> None:
    erase = due.erase_identities

    def erase_all(desk: Desk, until_ms: int) -> int:
        erased = erase(desk, until_ms)
        if erased:
            desk.tx.execute(delete(tables.case_people))
        return erased

    patch.setattr(due, "erase_identities", erase_all)


PLANTED = (
    a_lost_letter_stays_good,
    a_letter_needs_no_approval,
    a_letter_is_used_as_often_as_one_likes,
    each_second_number_is_passed_over,
    nobody_looks_for_an_open_case,
    who_is_erased_is_counted_no_more,
)


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_walk_finds_a_mistake_that_is_made_on_purpose(
    new_sqlite: NewLedger, monkeypatch: pytest.MonkeyPatch, plant: Callable[[Patch], None]
) -> None:
    plant(monkeypatch)
    long_enough = settings(max_examples=100, stateful_step_count=25, derandomize=True, phases=[Phase.generate], database=None)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(lambda: Walk(new_sqlite), settings=long_enough)
