"""What reception reads beside the store, on every database: a ticket's story, and a booking by its code or its mobile."""

from booking_store.booking_report import FoundBooking, booked_ahead, find
from booking_store.ticket_story import Story, story
from mqtt.contract import Book, Booked, CheckIn, MakeUrgent, TicketGiven
from rules.journey import State
from tests.store.clinic import Clinic

MOBILE = "09121234567"


def booked(clinic: Clinic) -> str:
    answer = clinic.ask("operator", Book(department=11, doctor=1, mobile=MOBILE))
    assert isinstance(answer, Booked), answer
    return answer.code


def found(clinic: Clinic, typed: str) -> tuple[FoundBooking, ...]:
    with clinic.ledger.connection.begin():
        return find(clinic.ledger.connection, typed, "2026-11-22")


def told(clinic: Clinic, number: int) -> Story | None:
    day = clinic.day
    with clinic.ledger.connection.begin():
        return story(clinic.ledger.connection, day, number)


def test_a_booking_is_found_by_its_code_and_by_its_mobile_however_they_are_typed(any_clinic: Clinic) -> None:
    code = booked(any_clinic)
    for typed in (code, f"{code[:4]} {code[4:]}", MOBILE, "+98 912 123 4567", "۰۹۱۲۱۲۳۴۵۶۷"):
        assert [one.code for one in found(any_clinic, typed)] == [code]
    assert found(any_clinic, "09120000000") == ()
    assert found(any_clinic, "'; DROP TABLE bookings") == ()


def test_a_story_is_told_from_the_paper_on_and_names_no_mobile_whole(any_clinic: Clinic) -> None:
    given = any_clinic.at("08:00").ask("kiosk-1", CheckIn(code=booked(any_clinic), service_day=any_clinic.day))
    assert isinstance(given, TicketGiven), given
    any_clinic.ask("operator", MakeUrgent(number=given.number, why="تب"))
    tale = told(any_clinic, given.number)
    assert tale is not None
    assert (tale.state, tale.stage, tale.ahead, tale.urgent) == (State.WAITING, "reception", ("doctor",), True)
    assert [(one.what, one.why) for one in tale.noted] == [("ticket_given", ""), ("make_urgent", "تب")]
    assert tale.mobile_end == MOBILE[-4:]
    assert MOBILE not in repr(tale)
    assert told(any_clinic, 9998) is None


def test_the_bookings_to_come_are_counted_by_department_and_doctor(any_clinic: Clinic) -> None:
    booked(any_clinic)
    booked(any_clinic)
    assert isinstance(any_clinic.ask("operator", Book(department=21)), Booked)
    with any_clinic.ledger.connection.begin():
        assert booked_ahead(any_clinic.ledger.connection, "2026-11-22") == {(11, 1): 2, (21, None): 1}
        assert booked_ahead(any_clinic.ledger.connection, "2027-11-22") == {}
