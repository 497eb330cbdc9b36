"""Whoever holds a paper reads how many are before it, by the code on it, today only; nobody else reads anything."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from booking_store.ledger import Ledger
from booking_store.site_file import SiteFileError, parse_site
from booking_store.turn_report import Turn, TurnReader
from mqtt.contract import DropTicket, EndDay, Loaded, TakeWalkIn, TicketGiven
from rules.journey import State
from tests.store.clinic import SITE_FILE, Clinic, moment_ms, new_id

ADDRESS = "http://192.168.50.1:8090"


@pytest.fixture
def clinic(any_url: str, tmp_path: Path) -> Iterator[Clinic]:
    site_file = tmp_path / "pages.toml"
    site_file.write_text(f'{SITE_FILE.read_text(encoding="utf-8")}\nticket_page = "{ADDRESS}/"\n', encoding="utf-8")
    clinic = Clinic(lambda: Ledger.open(any_url, moment_ms("06:00")))
    assert isinstance(loaded := clinic.load_site(site_file), Loaded), loaded
    yield clinic.at("08:00").wait(0)
    clinic.ledger.close()


@pytest.fixture
def reader(any_url: str) -> TurnReader:
    return TurnReader(any_url, "small")


def paper(clinic: Clinic) -> tuple[int, str]:
    """A walk-in's number, and the code on its paper."""
    given = clinic.ask("kiosk-1", TakeWalkIn(department=11, service_day=clinic.day), new_id())
    assert isinstance(given, TicketGiven), given
    address, _, ticket = given.page.rpartition("/")
    assert address == ADDRESS
    number, _, code = ticket.partition("-")
    assert int(number) == given.number
    return given.number, code


def looked(reader: TurnReader, number: int, code: str) -> Turn:
    turn = reader.turn(number, code)
    assert turn is not None
    return turn


def test_each_paper_is_told_how_many_are_before_it_and_who_was_called_last(clinic: Clinic, reader: TurnReader) -> None:
    papers = [paper(clinic.wait(60)) for _ in range(4)]
    assert [looked(reader, *one).ahead for one in papers] == [0, 1, 2, 3]
    clinic.wait(60).call_next("counter-1")
    turn = looked(reader, *papers[3])
    assert (turn.ahead, turn.state, turn.minutes) == (2, State.WAITING, None)
    assert turn.last_call is not None
    assert (turn.last_call.number, turn.last_call.point.id) == (papers[0][0], "counter-1")
    called = looked(reader, *papers[0])
    assert (called.state, [point.id for point in called.points]) == (State.CALLED, ["counter-1"])


def test_after_some_calls_a_range_is_told(clinic: Clinic, reader: TurnReader) -> None:
    papers = [paper(clinic) for _ in range(5)]
    for _ in range(3):
        papers += [paper(clinic.wait(60)) for _ in range(3)]
    for _ in range(6):
        clinic.wait(240).call_next("counter-1")
    turn = looked(reader, *papers[-1])
    assert turn.minutes is not None
    assert turn.minutes[0] < (turn.ahead + 1) * 4 < turn.minutes[1]


def test_a_ticket_that_is_over_says_so(clinic: Clinic, reader: TurnReader) -> None:
    number, code = paper(clinic)
    clinic.ask("operator", DropTicket(number=number, why="رفت"))
    assert looked(reader, number, code).state is State.NOT_SERVED


def test_a_wrong_code_another_tickets_and_yesterdays_open_nothing(clinic: Clinic, reader: TurnReader) -> None:
    (number, code), (other, _) = paper(clinic), paper(clinic)
    assert reader.turn(number, "00000000") is None
    assert reader.turn(other, code) is None
    assert reader.turn(9999, code) is None
    clinic.ask("operator", EndDay(outcome_for_waiting="not_served"))
    assert reader.turn(number, code) is None, "the day is over"


def test_a_paper_that_is_printed_again_has_the_same_code(clinic: Clinic) -> None:
    request = new_id()
    wanted = TakeWalkIn(department=11, service_day=clinic.day)
    first, again = (clinic.ask("kiosk-1", wanted, request) for _ in range(2))
    assert isinstance(first, TicketGiven)
    assert isinstance(again, TicketGiven)
    assert first.page == again.page != ""


def test_a_site_without_the_page_prints_no_code(any_clinic: Clinic) -> None:
    given = any_clinic.ask("kiosk-1", TakeWalkIn(department=11, service_day=any_clinic.day), new_id())
    assert isinstance(given, TicketGiven)
    assert given.page == ""


@pytest.mark.parametrize("address", ["javascript:alert(1)", "192.168.1.1", "http://" + "x" * 60, "http://a b"])
def test_what_is_no_address_is_a_mistake(address: str) -> None:
    with pytest.raises(SiteFileError, match="ticket_page"):
        parse_site(f'{SITE_FILE.read_text(encoding="utf-8")}\nticket_page = "{address}"\n', "small.toml")
