"""A household takes a ticket at the office's kiosk: the ticket leads to it, and who brings papers meets their officer."""

from pathlib import Path

import pytest

from booking_store.digests import Digests
from booking_store.office_reader import OfficeReader
from booking_store.seal import Seal
from booking_store.store import Store
from mqtt.contract import (
    CallNext,
    ClosePoint,
    Loaded,
    MakeUrgent,
    Pause,
    Press,
    Pressed,
    Reason,
    Refusal,
    Resume,
    Settle,
    SettleOutcome,
    TakeWalkIn,
    TicketGiven,
)
from mqtt.office_contract import (
    AskPapers,
    BringPapers,
    CaseStands,
    HouseholdFields,
    HouseholdStands,
    MergeHouseholds,
    MissingPaper,
)
from tests.store.clinic import new_id
from tests.store.office import SARA, SITE_FILE, InsuranceOffice, code, exclusive, family, person

BRINGING, OTHER = 3, 5
PHOTO = MissingPaper(paper="photo")


@pytest.fixture
def office(office: InsuranceOffice) -> InsuranceOffice:
    """The office with three counters open."""
    for point in (1, 2, 3):
        press(office, point, Resume())
    return office


def press(office: InsuranceOffice, point: int, act: object, by: str | None = None) -> object:
    """A button of a counter, or, with `by`, of an officer's page."""
    id_ = f"counter-{point}"
    revision = office.one("SELECT revision FROM points WHERE id = :id", id=id_).revision
    pressed = Press(point=id_, epoch=office.store.epoch, revision=revision, act=act)  # type: ignore[arg-type]  # an act
    return office.ask(pressed, by=by, device=id_ if by is None else "console")


def called(office: InsuranceOffice, point: int, by: str | None = None) -> int | None:
    """Whom a counter calls next; None: nobody."""
    answer = press(office, point, CallNext(), by)
    if isinstance(answer, Refusal):
        assert answer.reason is Reason.NOBODY_WAITS, answer
        return None
    assert isinstance(answer, Pressed), answer
    return answer.point.current.number if answer.point.current is not None else None


def takes(office: InsuranceOffice, matter: str, department: int, typed: str = "", **more: object) -> TicketGiven:
    """A ticket from the kiosk, on paper."""
    request = new_id()
    wish = TakeWalkIn(department=department, service_day=1, matter=matter, code=typed, **more)  # type: ignore[arg-type]  # fields
    given = office.ask(wish, by=None, device="kiosk-1", request=request)
    assert isinstance(given, TicketGiven), given
    out = Settle(request=request, service_day=1, outcome=SettleOutcome.PRINTED, number=given.number)
    office.ask(out, by=None, device="kiosk-1")
    return given


def brings(office: InsuranceOffice, typed: str, **more: object) -> TicketGiven:
    return takes(office, "bringing_papers", BRINGING, typed, **more)


def asked_for_papers(office: InsuranceOffice, fields: HouseholdFields, point: int = 2, officer: str = SARA) -> CaseStands:
    """A household was called at this counter, and its officer told it what is missing."""
    number = takes(office, "incomplete_papers", 1, fields.code).number
    assert called(office, point) == number
    case = office.opens(fields, number=number)
    case = office.step(case, AskPapers(papers=(PHOTO,)), officer)
    assert called(office, point) is None
    return case


def about(office: InsuranceOffice, number: int) -> tuple[str, int | None]:
    """What an officer's page finds behind a called ticket."""
    reader = OfficeReader(office.ledger.connection.engine.url.render_as_string(hide_password=False), Seal([office.key]))
    found = reader.ticket(1, number)
    reader.close()
    assert found is not None
    return found.matter, found.household


@pytest.mark.parametrize("how", ["plain", "in groups", "in Persian digits", "a member's"])
def test_a_ticket_leads_its_officer_to_the_household_whichever_code_was_typed(office: InsuranceOffice, how: str) -> None:
    of_head = exclusive()
    head = person("گل‌محمد رحیمی", number="1712345678", exclusive=of_head)
    fields = family("7012345", members=(head,))
    known = office.opens(fields).household
    typed = {"plain": "7012345", "in groups": "701 2345", "in Persian digits": "۷۰۱۲۳۴۵", "a member's": of_head}[how]
    given = takes(office, "renewal", OTHER, typed)
    assert about(office, given.number) == ("renewal", known)
    assert given.priority is None


def test_somebody_who_is_written_down_in_two_households_comes_with_papers_for_the_one_that_was_asked(
    office: InsuranceOffice,
) -> None:
    of_both = exclusive()
    first, second = (family(members=(person("نورالله", number=f"17{one}", exclusive=of_both),)) for one in ("111", "222"))
    office.opens(first)
    asked = asked_for_papers(office, second)
    assert about(office, brings(office, of_both).number) == ("bringing_papers", asked.household)
    assert about(office, takes(office, "other", OTHER, of_both).number) == ("other", None)


def test_a_households_own_code_goes_before_a_members(office: InsuranceOffice) -> None:
    known = office.opens(family("7654321")).household
    office.opens(family(members=(person("مریم", number="7654321"),)))
    assert about(office, takes(office, "other", OTHER, "7654321").number) == ("other", known)


@pytest.mark.parametrize("typed", ["", "999999", "abc", "0" * 16])
def test_a_code_that_leads_to_nobody_takes_no_ticket_away(office: InsuranceOffice, typed: str) -> None:
    assert about(office, brings(office, typed).number) == ("bringing_papers", None)


def test_a_matter_that_the_site_has_no_more_or_of_other_tickets_is_a_walk_in_of_the_department(office: InsuranceOffice) -> None:
    takes(office, "fishing", OTHER)
    takes(office, "lost_letter", OTHER)
    assert office.rows("SELECT * FROM office_tickets") == []


def test_who_brings_missing_papers_has_their_class_and_goes_before_who_came_a_little_earlier(office: InsuranceOffice) -> None:
    fields = family()
    asked_for_papers(office, fields)
    office.at("09:00")
    earlier = takes(office, "other", OTHER)
    office.at("09:10")
    completing = brings(office, fields.code)
    assert completing.priority == "completing"
    assert (called(office, 2), called(office, 1)) == (completing.number, earlier.number)


def test_the_class_is_not_for_who_was_asked_for_nothing_nor_for_another_matter(office: InsuranceOffice) -> None:
    asked, not_asked = family(), family()
    case = asked_for_papers(office, asked)
    office.opens(not_asked)
    assert brings(office, not_asked.code).priority is None
    assert takes(office, "other", OTHER, asked.code).priority is None
    office.step(case, BringPapers(papers=(PHOTO,)))
    assert brings(office, asked.code).priority is None


def test_a_class_that_is_called_still_earlier_is_not_taken_from_anybody(office: InsuranceOffice, tmp_path: Path) -> None:
    site_file = tmp_path / "office.toml"
    site_file.write_text(SITE_FILE.read_text(encoding="utf-8").replace("disabled = 30", "disabled = 45"), encoding="utf-8")
    assert isinstance(office.load(site_file), Loaded)
    fields = family()
    asked_for_papers(office, fields)
    given = [brings(office, fields.code, priority=asked) for asked in ("elderly", "disabled")]
    assert [ticket.priority for ticket in given] == ["completing", "disabled"]


def test_they_are_kept_for_the_officer_who_asked_for_them_while_that_counter_is_open(office: InsuranceOffice) -> None:
    fields = family()
    asked_for_papers(office, fields, point=2)
    ticket = brings(office, fields.code)
    assert called(office, 1) is None
    assert called(office, 3) is None
    assert called(office, 2) == ticket.number


@pytest.mark.parametrize("act", [Pause(why="prayer"), ClosePoint()])
def test_nobody_waits_for_a_counter_that_is_not_open(office: InsuranceOffice, act: object) -> None:
    fields = family()
    asked_for_papers(office, fields, point=2)
    ticket = brings(office, fields.code)
    press(office, 2, act)
    assert called(office, 1) == ticket.number


def test_nobody_waits_for_their_officer_for_ever(office: InsuranceOffice) -> None:
    fields = family()
    asked_for_papers(office, fields, point=2)
    office.at("09:00")
    ticket = brings(office, fields.code)
    office.at("09:14")
    assert called(office, 1) is None
    office.at("09:15")
    assert called(office, 1) == ticket.number


def test_who_is_urgent_is_called_wherever_they_can_be(office: InsuranceOffice) -> None:
    fields = family()
    asked_for_papers(office, fields, point=2)
    ticket = brings(office, fields.code)
    office.ask(MakeUrgent(number=ticket.number, why="بدحال"))
    assert called(office, 1) == ticket.number


def test_an_officer_who_has_changed_seats_is_found_where_they_press_now(office: InsuranceOffice) -> None:
    fields = family()
    asked_for_papers(office, fields, point=2)
    office.at("08:30")
    somebody = takes(office, "other", OTHER)
    assert called(office, 3, by=SARA) == somebody.number
    ticket = brings(office, fields.code)
    assert (called(office, 2), called(office, 3, by=SARA)) == (None, ticket.number)


def test_a_store_that_starts_again_knows_whose_officer_they_wait_for(office: InsuranceOffice) -> None:
    fields = family()
    asked_for_papers(office, fields, point=2)
    office.restart()
    ticket = brings(office, fields.code)
    office.restart()
    assert (called(office, 1), called(office, 2)) == (None, ticket.number)


def test_the_tickets_of_a_household_that_went_into_another_are_the_others(office: InsuranceOffice) -> None:
    stays, goes = office.opens(family()).household, office.opens(second := family()).household
    given = takes(office, "other", OTHER, second.code)
    assert about(office, given.number) == ("other", goes)
    assert isinstance(office.ask(MergeHouseholds(stays=stays, goes=goes)), HouseholdStands)
    assert about(office, given.number) == ("other", stays)


def test_a_store_without_its_key_gives_tickets_and_looks_nobody_up(office: InsuranceOffice) -> None:
    fields = family()
    asked_for_papers(office, fields)
    office.store = Store(office.ledger, "office", digests=Digests(cost=2))
    assert about(office, brings(office, fields.code).number) == ("bringing_papers", None)


def test_a_number_of_the_kiosks_own_that_takes_the_place_of_the_stores_brings_the_household_along(
    office: InsuranceOffice,
) -> None:
    fields = family()
    case = asked_for_papers(office, fields)
    request = new_id()
    wish = TakeWalkIn(department=BRINGING, service_day=1, matter="bringing_papers", code=fields.code)
    late = office.ask(wish, by=None, device="kiosk-1", request=request)
    assert isinstance(late, TicketGiven)
    alone = TakeWalkIn(department=BRINGING, service_day=1, matter="bringing_papers")
    out = Settle(request=request, service_day=1, outcome=SettleOutcome.PRINTED, number=950, asked=alone, date="2026-11-22")
    office.ask(out, by=None, device="kiosk-1")
    assert about(office, 950) == ("bringing_papers", case.household)
    assert (called(office, 1), called(office, 2)) == (None, 950)


def test_a_ticket_that_the_kiosk_gave_alone_tells_its_matter_and_nobodys_household(office: InsuranceOffice) -> None:
    wish = TakeWalkIn(department=BRINGING, service_day=1, matter="bringing_papers")
    told = Settle(request=new_id(), service_day=1, outcome=SettleOutcome.PRINTED, number=950, asked=wish, date="2026-11-22")
    for _ in range(2):
        office.ask(told, by=None, device="kiosk-1")
    assert about(office, 950) == ("bringing_papers", None)


def test_the_code_that_was_typed_lies_nowhere_in_the_ledger(office: InsuranceOffice) -> None:
    member = exclusive()
    fields = family(code(), members=(person("گل‌محمد رحیمی", number="1798765432", exclusive=member),))
    asked_for_papers(office, fields)
    for typed in (fields.code, member, "555444333222"):
        brings(office, typed)
    tables = ("tickets", "office_tickets", "stops", "requests", "ticket_requests", "audit", "calls", "marks", "texts", "cases")
    held = " ".join(str(list(row)) for table in tables for row in office.rows(f"SELECT * FROM {table}"))  # noqa: S608  our own
    assert [typed for typed in (fields.code, member, "555444333222") if typed in held] == []
