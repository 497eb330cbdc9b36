"""Who a household is is erased when it is due, on the disk and in new copies too; that it came is counted for ever."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from booking_store.copies import making, restoring
from booking_store.desk.office import due
from booking_store.office_statistics import month_of, office_figures
from booking_store.store import PURGE_EVERY_MS
from mqtt.contract import EndDay, OpenDay
from mqtt.office_contract import (
    CaseStands,
    DuplicateLetter,
    FindHousehold,
    Households,
    LookAt,
    OfficeRefusal,
    OpenCase,
    RefuseCase,
    ReviewAgain,
    StepCase,
    TakeUp,
    Why,
    WriteNote,
)
from tests.store.clinic import SUNDAY
from tests.store.office import ALI, InsuranceOffice, again, code, family

KEPT_DAYS = 400
RENEWAL_DAYS = 70
RENEWAL_OVER_DAYS = RENEWAL_DAYS + 60
SEALED = ("households", "people", "cases", "letters")


def days_later(office: InsuranceOffice, days: int) -> None:
    """The morning so many days after the first, opened, and an hour of it, in which the store looks for what is due."""
    day = SUNDAY + timedelta(days=days)
    office.ask(EndDay(outcome_for_waiting="closed"), device="operator")
    office.at("08:00", day).tick()
    office.ask(OpenDay(), device="operator")
    office.now = replace(office.now, ms=office.now.ms + PURGE_EVERY_MS)
    office.tick()


def sealed(office: InsuranceOffice) -> list[str]:
    """All that is under the seal."""
    return [row.sealed for table in SEALED for row in office.rows(f"SELECT sealed FROM {table}") if row.sealed]  # noqa: S608


def renewal_opens(office: InsuranceOffice) -> None:
    """Its cover ends soon, the case for the next year opens by itself, and nobody comes."""
    days_later(office, RENEWAL_DAYS)
    assert {row.state for row in office.rows("SELECT state FROM cases WHERE matter = 'renewal'")} == {"requested"}
    days_later(office, RENEWAL_OVER_DAYS)
    assert {row.state for row in office.rows("SELECT state FROM cases WHERE matter = 'renewal'")} == {"expired"}


def refused_case(office: InsuranceOffice, household: str) -> CaseStands:
    """A household that came, and was refused."""
    case = office.step(office.opens(family(household)), WriteNote(note="…"))
    return office.step(case, RefuseCase(refusal="withdrawn"))


def test_a_household_is_erased_so_long_after_its_last_case_and_is_counted_still(office: InsuranceOffice, any_url: str) -> None:
    household = code()
    case = refused_case(office, household)
    days_later(office, KEPT_DAYS)
    assert len(sealed(office)) == 5, "the last day on which it is known"
    office.restart()
    days_later(office, KEPT_DAYS + 1)
    assert sealed(office) == []
    assert office.ask(FindHousehold(code=household)) == Households()
    assert office.rows("SELECT 1 FROM marks") == []
    row = office.one("SELECT state, county, household FROM cases")
    assert (row.state, row.county, row.household) == ("refused", "arak", case.household)
    figures = office_figures(any_url, lambda _: month_of(1405, 9))
    assert (figures.opened, figures.people["nationality"]) == (1, {"AF": 3})


def test_every_word_of_a_letter_goes_with_its_household(office: InsuranceOffice) -> None:
    case = office.handed(office.opens())
    renewal_opens(office)
    days_later(office, RENEWAL_OVER_DAYS + KEPT_DAYS + 1)
    assert sealed(office) == []
    letter = office.one("SELECT year, serial, used_at_ms FROM letters")
    assert (letter.year, letter.serial, letter.used_at_ms) == (1405, 1, None)
    now = office.one("SELECT state, revision FROM cases WHERE id = 1")
    assert now.state == "expired"
    assert office.refused(replace_revision(case, now.revision), DuplicateLetter()) == (Why.LETTER_EXPIRED,)


def test_a_renewal_that_nobody_came_for_has_ended_and_is_not_told_as_a_letter_that_it_never_had(
    office: InsuranceOffice,
) -> None:
    case = office.handed(office.opens())
    renewal_opens(office)
    row = office.one("SELECT id, revision, state FROM cases WHERE matter = 'renewal'")
    renewal = replace_revision(again(case, case=row.id), row.revision)
    for act in (TakeUp(), WriteNote(note="آمد"), DuplicateLetter()):
        assert office.refused(renewal, act) == (Why.CASE_ENDED,)
    anew = office.ask(OpenCase(matter="renewal", household=case.household))
    assert isinstance(anew, CaseStands), "as the sentence about it says"


def replace_revision(case: CaseStands, revision: int) -> CaseStands:
    """The case as somebody sees it now."""
    return CaseStands(case=case.case, household=case.household, state=case.state, revision=revision)


def test_nothing_can_be_asked_for_a_household_that_nobody_knows_any_more(office: InsuranceOffice) -> None:
    case = refused_case(office, code())
    days_later(office, KEPT_DAYS + 1)
    new = office.ask(OpenCase(matter="other", household=case.household))
    again = office.ask(StepCase(case=case.case, revision=case.revision, act=ReviewAgain()), ALI)
    for answer in (new, again):
        assert isinstance(answer, OfficeRefusal)
        assert answer.why == (Why.UNKNOWN_HOUSEHOLD,)
    assert sealed(office) == []


def test_who_comes_again_is_kept_from_the_last_time_on_and_an_open_case_for_as_long_as_it_is_open(
    one_office: InsuranceOffice,
) -> None:
    household = code()
    refused_case(one_office, household)
    waiting = one_office.step(one_office.opens(family()), TakeUp(), ALI)
    days_later(one_office, 300)
    again = one_office.opens(family(household))
    one_office.step(again, RefuseCase(refusal="withdrawn"))
    days_later(one_office, KEPT_DAYS + 200)
    assert isinstance(one_office.ask(FindHousehold(code=household)), Households)
    days_later(one_office, 300 + KEPT_DAYS + 1)
    assert one_office.ask(FindHousehold(code=household)) == Households()
    still = one_office.rows("SELECT household FROM cases WHERE sealed IS NOT NULL")
    assert [row.household for row in still] == [waiting.household]


def test_a_clock_that_runs_years_ahead_erases_nobody(one_office: InsuranceOffice) -> None:
    refused_case(one_office, code())
    one_office.now = replace(one_office.now, trusted=False)  # opens no day (law 10)
    one_office.at("08:00", SUNDAY + timedelta(days=4000)).tick()
    one_office.at("10:00", SUNDAY + timedelta(days=4000)).tick()
    assert len(sealed(one_office)) == 5


def test_many_are_erased_in_many_commits(one_office: InsuranceOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "AT_ONCE", 2)
    for _ in range(5):
        refused_case(one_office, code())
    one_office.at("08:00", SUNDAY + timedelta(days=KEPT_DAYS + 1))
    one_office.ask(OpenDay(confirm_clock=True), device="operator")
    left = []
    for _ in range(4):
        one_office.now = replace(one_office.now, ms=one_office.now.ms + 1000)
        one_office.tick()
        left.append(one_office.one("SELECT count(*) AS n FROM households WHERE erased_at_ms IS NULL").n)
    assert left == [3, 1, 0, 0]


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("*")) if path.is_file())


def test_what_was_erased_is_on_no_byte_of_the_disk_nor_in_a_new_copy(
    one_office: InsuranceOffice, sqlite_tables_url: str, tmp_path: Path
) -> None:
    """The ciphertext too: a key may be found one day."""
    copies = tmp_path / "copies"
    copies.mkdir()
    for _ in range(6):
        one_office.handed(one_office.opens())
    renewal_opens(one_office)
    ciphers = [cipher.encode() for cipher in sealed(one_office)]
    before = making.back_up(sqlite_tables_url, copies).copy
    assert all(cipher in before.path.read_bytes() for cipher in ciphers)
    days_later(one_office, RENEWAL_OVER_DAYS + KEPT_DAYS + 1)
    after = making.back_up(sqlite_tables_url, copies)
    assert not [cipher for cipher in ciphers if cipher in on_disk(tmp_path)]
    assert not [cipher for cipher in ciphers if cipher in on_disk(copies)], "the old copy is older than any that is kept"
    assert after.deleted == 1


def test_an_older_ledger_that_is_put_back_forgets_again_whom_it_must(
    one_office: InsuranceOffice, sqlite_tables_url: str, tmp_path: Path
) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    household = code()
    refused_case(one_office, household)
    copy = making.back_up(sqlite_tables_url, copies).copy
    days_later(one_office, KEPT_DAYS + 1)
    one_office.ledger.close()
    restoring.put_back(sqlite_tables_url, copy)
    one_office.restart()
    assert len(sealed(one_office)) == 5
    days_later(one_office, KEPT_DAYS + 2)
    assert sealed(one_office) == []
    assert one_office.ask(FindHousehold(code=household)) == Households()


def test_whoever_looked_stands_in_the_audit_trail_for_ever_and_names_nobody(one_office: InsuranceOffice) -> None:
    case = refused_case(one_office, code())
    one_office.ask(LookAt(household=case.household, case=case.case))
    days_later(one_office, KEPT_DAYS + 1)
    row = one_office.one("SELECT who, details FROM audit WHERE what = 'identity_seen'")
    assert row.who == "console:sara"
