"""The laws of an insurance office, asked of the ledger from outside after every step of a walk (test_walk.py)."""

from typing import ClassVar

from hypothesis.stateful import RuleBasedStateMachine, invariant

from rules.referral import OPEN, State
from tests.store.office import InsuranceOffice


class OfficeLaws(RuleBasedStateMachine):
    """An office, and what must be so whatever has happened there."""

    office: InsuranceOffice
    watched: ClassVar[tuple[str, ...]] = (
        "households",
        "people",
        "marks",
        "cases",
        "case_people",
        "case_steps",
        "letters",
        "letter_years",
        "inquiries",
        "batches",
    )

    @property
    def is_open(self) -> bool:
        """Whether there is an office yet."""
        return hasattr(self, "office")

    def everything(self) -> list[object]:
        """All rows of the office, to see that nothing has changed."""
        return [tuple(row) for table in self.watched for row in self.office.rows(f"SELECT * FROM {table} ORDER BY 1, 2")]  # noqa: S608

    @invariant()
    def no_state_without_its_step(self) -> None:
        if not self.is_open:
            return
        for case in self.office.rows("SELECT id, state, ended_at_ms FROM cases"):
            steps = self.office.rows("SELECT was, now FROM case_steps WHERE case_id = :case ORDER BY id", case=case.id)
            states = ["requested", *(step.now for step in steps)]
            assert [step.was for step in steps] == states[:-1]
            assert states[-1] == case.state
            assert (State(case.state) in OPEN) == (case.ended_at_ms is None)

    @invariant()
    def no_letter_without_an_approval_and_none_used_twice(self) -> None:
        if not self.is_open:
            return
        for letter in self.office.rows("SELECT case_id, used_at_ms, void_at_ms FROM letters"):
            taken = self.office.rows("SELECT act FROM case_steps WHERE case_id = :case ORDER BY id", case=letter.case_id)
            acts = [row.act for row in taken]
            assert "approve" in acts[: acts.index("issue")]
            assert acts.count("use") <= 1
            assert letter.used_at_ms is None or letter.void_at_ms is None

    @invariant()
    def one_letter_of_a_case_stands_and_a_duplicate_voids_the_one_before(self) -> None:
        if not self.is_open:
            return
        assert not self.office.rows("SELECT 1 FROM letters WHERE void_at_ms IS NULL GROUP BY case_id HAVING count(*) > 1")
        lost = "SELECT 1 FROM letters new JOIN letters old ON old.id = new.duplicate_of WHERE old.void_at_ms IS NULL"
        assert not self.office.rows(lost)

    @invariant()
    def every_number_of_a_year_is_there_once(self) -> None:
        if not self.is_open:
            return
        for year in self.office.rows("SELECT year, last FROM letter_years"):
            serials = self.office.rows("SELECT serial FROM letters WHERE year = :year ORDER BY serial", year=year.year)
            assert [row.serial for row in serials] == list(range(1, year.last + 1))

    @invariant()
    def no_household_has_two_open_cases(self) -> None:
        if not self.is_open:
            return
        states = ", ".join(f"'{state}'" for state in OPEN)
        assert not self.office.rows(
            f"SELECT 1 FROM cases WHERE state IN ({states}) GROUP BY household HAVING count(*) > 1"  # noqa: S608
        )

    @invariant()
    def nobody_approved_what_they_opened(self) -> None:
        if not self.is_open:
            return
        own = "SELECT 1 FROM case_steps a JOIN cases c ON a.case_id = c.id AND a.who = c.opened_by WHERE a.act = 'approve'"
        assert not self.office.rows(own)

    @invariant()
    def each_person_is_in_one_household_and_each_code_leads_to_one(self) -> None:
        if not self.is_open:
            return
        astray = """SELECT 1 FROM marks m LEFT JOIN people p ON p.id = m.person JOIN households h ON h.id = m.household
            WHERE h.merged_into IS NOT NULL OR (p.id IS NOT NULL AND p.household <> m.household)"""
        assert not self.office.rows(astray)

    @invariant()
    def an_erased_household_is_counted_and_nothing_else_is_left_of_it(self) -> None:
        if not self.is_open:
            return
        opened = self.office.one("SELECT count(*) AS cases FROM audit WHERE what = 'case_opened'")
        assert self.office.one("SELECT count(*) AS cases FROM cases") == opened, "a case is counted for ever"
        assert not self.office.rows("SELECT 1 FROM cases WHERE id NOT IN (SELECT case_id FROM case_people)")
        left = "SELECT 1 FROM households h JOIN {table} WHERE h.erased_at_ms IS NOT NULL AND h.merged_into IS NULL AND {still}"
        for table, still in (
            ("marks m ON m.household = h.id", "m.id > 0"),
            ("people p ON p.household = h.id", "p.sealed IS NOT NULL"),
            ("cases c ON c.household = h.id", "(c.sealed IS NOT NULL OR c.ended_at_ms IS NULL)"),
            ("cases c ON c.household = h.id JOIN letters l ON l.case_id = c.id", "l.sealed IS NOT NULL"),
        ):
            assert not self.office.rows(left.format(table=table, still=still)), still
