"""Chance mornings of an insurance office: whatever officers do in whatever order, its laws hold after every step.

No state without its step, no letter without an approval, no number missing or double, no letter used twice, one open case a
household, and nothing that the store refused has changed anything.
"""

import shutil
import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from booking_store import database
from booking_store.ledger import Ledger
from mqtt.contract import EndDay, OpenDay, Operation
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
from rules.household import Relation
from rules.inquiries import Result, Way
from rules.referral import OPEN, NajvaResult, Said, State
from tests.store.clinic import SUNDAY, moment_ms, new_id
from tests.store.office import ALI, OFFICE, PIN, QUESTIONS, SARA, InsuranceOffice, code, family

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
    IssueLetter(service_office=OFFICE, signer="director"),
    HandOver(name="علی", relation=Relation.HEAD),
    DuplicateLetter(),
)
READY: tuple[CaseAct, ...] = (TakeUp(), *ACTS[1:4], Approve())


@cache
def _tables() -> Path:
    """A folder with a ledger that has the tables and nothing in them: to make it takes longer than a morning."""
    folder = Path(tempfile.mkdtemp(prefix="office-tables-"))
    database.close(database.open_for_writing(f"sqlite:///{folder}/ledger.sqlite"))
    return folder


class OfficeMorning(RuleBasedStateMachine):
    """Officers, a reviewer, service offices and the department, each at any time."""

    @initialize()
    def open_the_office(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="office-"))
        shutil.copytree(_tables(), self.folder, dirs_exist_ok=True)
        url = f"sqlite:///{self.folder}/ledger.sqlite"
        self.office = InsuranceOffice(lambda: Ledger.open(url, moment_ms("06:00")))
        self.office.ask(SetPin(service_office=OFFICE, pin=PIN))
        self.used: list[str] = []
        self.codes: list[str] = []
        self.day = SUNDAY

    def teardown(self) -> None:
        if hasattr(self, "office"):
            self.office.ledger.close()
            shutil.rmtree(self.folder)

    # ---------------------------------------------------------------------------------- people

    def _cases(self) -> list[CaseStands]:
        rows = self.office.rows("SELECT id, household, state, revision FROM cases ORDER BY id")
        return [CaseStands(case=row.id, household=row.household, state=State(row.state), revision=row.revision) for row in rows]

    def _ask(self, operation: Operation, by: str = SARA) -> object:
        """A request, which is asked twice now and then as a device does that has heard no answer."""
        before, request = self._everything(), new_id()
        answer = self.office.ask(operation, by, request)
        if isinstance(answer, OfficeRefusal) and not isinstance(operation, UseLetter):
            assert self._everything() == before, "a refusal changes nothing"
        after = self._everything()
        assert self.office.ask(operation, by, request) == answer
        assert self._everything() == after, "asked again, it happens once"
        return answer

    def _everything(self) -> list[object]:
        tables = (
            "households",
            "people",
            "cases",
            "case_people",
            "case_steps",
            "letters",
            "letter_years",
            "inquiries",
            "batches",
        )
        return [tuple(row) for table in tables for row in self.office.rows(f"SELECT * FROM {table}")]  # noqa: S608

    @rule(matter=st.sampled_from(["incomplete_papers", "other"]))
    def a_household_comes(self, matter: str) -> None:
        if len(self._cases()) < 6:
            self._ask(OpenCase(matter=matter, fields=family()))

    @rule(which=st.integers(0, 5))
    def a_household_comes_again(self, which: int) -> None:
        if cases := self._cases():
            self._ask(OpenCase(matter="other", household=cases[which % len(cases)].household))

    @rule(which=st.integers(0, 5), act=st.sampled_from(ACTS), by=st.sampled_from([SARA, ALI]), late=st.booleans())
    def an_officer_steps(self, which: int, act: CaseAct, by: str, late: bool) -> None:
        if cases := self._cases():
            case = cases[which % len(cases)]
            revision = max(1, case.revision - late)
            self._heard(self._ask(StepCase(case=case.case, revision=revision, act=act), by))

    @rule(which=st.integers(0, 5), letter=st.booleans(), handed=st.booleans())
    def a_case_goes_its_usual_way(self, which: int, letter: bool, handed: bool) -> None:
        if not (cases := self._cases()):
            return
        case = cases[which % len(cases)]
        for act in (*READY, *(ACTS[13:14] if letter else ()), *(ACTS[14:15] if letter and handed else ())):
            answer = self._ask(StepCase(case=case.case, revision=case.revision, act=act), ALI if act in READY[-1:] else SARA)
            self._heard(answer)
            case = answer if isinstance(answer, CaseStands) else case

    @rule(which=st.integers(0, 5), act=st.sampled_from(ACTS[-6:]))
    def somebody_is_in_a_hurry(self, which: int, act: CaseAct) -> None:
        """The end is wanted of a case that has only just begun."""
        if cases := self._cases():
            case = cases[which % len(cases)]
            taken = self._ask(StepCase(case=case.case, revision=case.revision, act=TakeUp()), ALI)
            revision = taken.revision if isinstance(taken, CaseStands) else case.revision
            self._heard(self._ask(StepCase(case=case.case, revision=revision, act=act), ALI))

    def _heard(self, answer: object) -> None:
        if isinstance(answer, CaseStands) and answer.code is not None and answer.code not in self.codes:
            self.codes.append(answer.code)

    @rule(which=st.integers(0, 9))
    def a_service_office_takes_a_letter(self, which: int) -> None:
        if self.codes:
            used = self.codes[which % len(self.codes)]
            answer = self._ask(UseLetter(code=used, service_office=OFFICE, pin=PIN))
            if isinstance(answer, LetterStands):
                assert used not in self.used, "a letter is used once"
                self.used.append(used)

    @rule(result=st.sampled_from(Result))
    def the_department_answers_a_batch(self, result: Result) -> None:
        self._ask(MakeBatch())
        ids = [row.id for row in self.office.rows("SELECT id FROM inquiries")]
        if ids:
            self._ask(HearBatch(answers=tuple(DepartmentAnswer(inquiry=one, result=result) for one in [*ids, 999])))

    @rule(stays=st.integers(0, 5), goes=st.integers(0, 5))
    def two_households_are_one(self, stays: int, goes: int) -> None:
        if cases := self._cases():
            one, other = cases[stays % len(cases)].household, cases[goes % len(cases)].household
            self._ask(MergeHouseholds(stays=one, goes=other))

    @rule(which=st.integers(0, 20))
    def somebody_leaves_a_household(self, which: int) -> None:
        people = self.office.rows("SELECT id, household FROM people WHERE left_at_ms IS NULL ORDER BY id")
        if people:
            one = people[which % len(people)]
            self._ask(SplitHousehold(household=one.household, going=(one.id,), head=one.id, code=code()))

    @rule(days=st.sampled_from([1, 20, 40, 130]))
    def days_go_by(self, days: int) -> None:
        self.office.ask(EndDay(outcome_for_waiting="closed"), device="operator")
        self.day += timedelta(days=days)
        self.office.at("08:00", self.day).tick()
        self.office.ask(OpenDay(confirm_clock=True), device="operator")

    @rule()
    def the_store_starts_again(self) -> None:
        self.office.restart()

    # ---------------------------------------------------------------------------------- the laws

    @invariant()
    def no_state_without_its_step(self) -> None:
        if not hasattr(self, "office"):
            return
        for case in self.office.rows("SELECT id, state, ended_at_ms FROM cases"):
            steps = self.office.rows("SELECT was, now FROM case_steps WHERE case_id = :case ORDER BY id", case=case.id)
            states = ["requested", *(step.now for step in steps)]
            assert [step.was for step in steps] == states[:-1]
            assert states[-1] == case.state
            assert (State(case.state) in OPEN) == (case.ended_at_ms is None)

    @invariant()
    def no_letter_without_an_approval(self) -> None:
        if not hasattr(self, "office"):
            return
        for letter in self.office.rows("SELECT id, case_id, used_at_ms, void_at_ms FROM letters"):
            acts = [
                row.act
                for row in self.office.rows("SELECT act FROM case_steps WHERE case_id = :case ORDER BY id", case=letter.case_id)
            ]
            issued = acts.index("issue")
            assert "approve" in acts[:issued]
            assert acts.count("use") <= 1
            assert letter.used_at_ms is None or letter.void_at_ms is None

    @invariant()
    def every_number_is_there_once(self) -> None:
        if not hasattr(self, "office"):
            return
        for year in self.office.rows("SELECT year, last FROM letter_years"):
            serials = self.office.rows("SELECT serial FROM letters WHERE year = :year ORDER BY serial", year=year.year)
            assert [row.serial for row in serials] == list(range(1, year.last + 1))

    @invariant()
    def nobody_approved_what_they_wrote(self) -> None:
        if not hasattr(self, "office"):
            return
        writing = "('record', 'ask_papers', 'bring_papers')"
        own = f"""SELECT 1 FROM case_steps a JOIN case_steps b ON a.case_id = b.case_id AND a.who = b.who AND b.id < a.id
            WHERE a.act = 'approve' AND b.act IN {writing}"""  # noqa: S608
        assert not self.office.rows(own)

    @invariant()
    def each_person_is_in_one_household_and_each_code_leads_to_one(self) -> None:
        if not hasattr(self, "office"):
            return
        astray = """SELECT 1 FROM marks m LEFT JOIN people p ON p.id = m.person JOIN households h ON h.id = m.household
            WHERE h.merged_into IS NOT NULL OR (p.id IS NOT NULL AND p.household <> m.household)"""
        assert not self.office.rows(astray)


TestOfficeMornings = OfficeMorning.TestCase
TestOfficeMornings.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
