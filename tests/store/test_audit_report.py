"""The audit trail is found by day, ticket, booking, account and device, newest first, and each way leads over an index."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection, event

from booking_store.answering import Incoming
from booking_store.audit_report import Entry, Wanted, entries
from mqtt.contract import Book, Booked, CancelBooking, CheckIn, MakeUrgent, NoteOrder, Request
from tests.store.clinic import SUNDAY, TEHRAN, Clinic, new_id


def found(clinic: Clinic, most: int = 100, **wanted: object) -> tuple[Entry, ...]:
    with clinic.ledger.connection.begin():
        return entries(clinic.ledger.connection, Wanted(**wanted), TEHRAN, most)  # type: ignore[arg-type]  # a test's own


def acts(clinic: Clinic, **wanted: object) -> list[str]:
    return [one.what for one in found(clinic, **wanted)]


def by_staff(clinic: Clinic, operation: object, account: str) -> None:
    request = Request(id=new_id(), operation=operation, boot="boot-1", by=account)  # type: ignore[arg-type]
    clinic.store.handle_batch([Incoming("operator", request)], clinic.now)


@pytest.fixture
def morning(any_clinic: Clinic) -> Clinic:
    """A booking that checks in, a walk-in made urgent by Sara, an order of Reza's, a booking that is cancelled."""
    clinic = any_clinic.at("08:00")
    clinic.walk_in()
    number = clinic.walk_in()
    by_staff(clinic, MakeUrgent(number=number, why="تب"), "sara")
    by_staff(clinic, NoteOrder(device="kiosk-2", order="restart"), "reza")
    return clinic


def test_all_is_told_newest_first_and_page_by_page(morning: Clinic) -> None:
    everything = found(morning)
    assert [one.id for one in everything] == sorted((one.id for one in everything), reverse=True)
    assert {one.what for one in everything} >= {"day_opened", "ticket_given", "make_urgent", "device_ordered"}
    first, second = found(morning, 3), found(morning, 3, before=everything[2].id)
    assert (*first, *second) == everything[:6]


def test_an_account_is_found_behind_any_operators_device(morning: Clinic) -> None:
    assert acts(morning, whose=("console:sara", "operator:sara")) == ["make_urgent"]
    assert acts(morning, whose=("operator:nobody",)) == []


def test_a_device_is_found_by_what_it_asked_and_by_what_it_was_ordered(morning: Clinic) -> None:
    assert acts(morning, device="kiosk-2") == ["device_ordered"]
    assert acts(morning, device="kiosk-1") == ["ticket_given", "ticket_given"]


def test_a_ticket_is_found_on_its_own_day_only(morning: Clinic) -> None:
    given = found(morning, device="kiosk-1")
    number = given[0].number
    assert acts(morning, number=number) == ["make_urgent", "ticket_given"]
    assert acts(morning, number=number, day=SUNDAY) == ["make_urgent", "ticket_given"]
    assert acts(morning, number=number, day=SUNDAY - timedelta(days=1)) == []
    assert given[0].day == SUNDAY.isoformat()


def test_a_day_begins_at_midnight_of_the_clinic(morning: Clinic) -> None:
    before = len(found(morning, day=SUNDAY))
    morning.at("00:30", SUNDAY + timedelta(days=1))
    by_staff(morning, NoteOrder(device="kiosk-2", order="identify"), "reza")
    assert len(found(morning, day=SUNDAY)) == before
    assert acts(morning, day=SUNDAY + timedelta(days=1)) == ["device_ordered"]
    assert acts(morning, day=SUNDAY + timedelta(days=2)) == []


def test_a_booking_is_followed_from_the_telephone_to_its_ticket_and_no_further(morning: Clinic) -> None:
    booked, other = (morning.ask("operator", Book(department=11, doctor=1)) for _ in range(2))
    assert isinstance(booked, Booked)
    assert isinstance(other, Booked)
    morning.wait(60)
    morning.printed(CheckIn(code=booked.code, service_day=morning.day))
    morning.ask("operator", CancelBooking(code=other.code, why="نمی‌آید"))
    assert acts(morning, code=booked.code) == ["ticket_given", "booked"]
    assert acts(morning, code=other.code) == ["booking_cancelled", "booked"]
    assert acts(morning, code="00000000") == []


@contextmanager
def statements(connection: Connection) -> Iterator[list[tuple[str, object]]]:
    """What is asked of the audit trail meanwhile."""
    asked: list[tuple[str, object]] = []

    def note(_1: object, _2: object, statement: str, parameters: object, *_: object) -> None:
        if "FROM audit" in statement and "EXPLAIN" not in statement:
            asked.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    yield asked
    event.remove(connection, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "wanted",
    [
        {"day": SUNDAY},
        {"number": 150},
        {"code": "12345670"},
        {"whose": ("console:sara", "operator:sara")},
        {"device": "kiosk-1"},
        {"device": "kiosk-1", "day": SUNDAY, "before": 1000},
    ],
    ids=str,
)
def test_no_way_to_ask_reads_all_of_the_trail(clinic: Clinic, wanted: dict[str, object]) -> None:
    booked = clinic.ask("operator", Book(department=11, doctor=1))
    assert isinstance(booked, Booked)
    if "code" in wanted:
        wanted = {"code": booked.code}
    with statements(clinic.ledger.connection) as asked:
        found(clinic, **wanted)
    assert asked
    for statement, parameters in asked:
        with clinic.ledger.connection.begin():
            plan = clinic.ledger.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()  # type: ignore[arg-type]
        lines = [row.detail for row in plan]
        assert not any(line == "SCAN audit" for line in lines), (statement, lines)
