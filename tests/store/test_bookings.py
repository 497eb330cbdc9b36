"""Bookings: the last place is given once, a code is nobody else's, a cancelled place is free again."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from booking_store import tables
from mqtt.contract import (
    Answer,
    Book,
    Booked,
    CancelBooking,
    Changed,
    CheckIn,
    Reason,
    Refusal,
    TicketGiven,
)
from rules.tracking_code import well_formed
from tests.store.clinic import SUNDAY, Clinic, new_id

MONDAY = SUNDAY + timedelta(days=1)
MORADI, AKBARI = 3, 4  # two cardiologists with two places by phone each


def book(clinic: Clinic, **wish: object) -> Answer:
    return clinic.ask("operator", Book(**({"department": 12} | wish)))  # type: ignore[arg-type]  # a test's shorthand


def booked(clinic: Clinic, **wish: object) -> Booked:
    answer = book(clinic, **wish)
    assert isinstance(answer, Booked), answer
    return answer


def refused(clinic: Clinic, **wish: object) -> Reason:
    answer = book(clinic, **wish)
    assert isinstance(answer, Refusal), answer
    return answer.reason


def test_a_caller_gets_a_code_a_date_and_the_sessions_hours(any_clinic: Clinic) -> None:
    answer = booked(any_clinic, doctor=MORADI, mobile="۰۹۱۲ ۱۲۳ ۴۵۶۷")
    assert well_formed(answer.code)
    assert (answer.date, answer.doctor, answer.session_starts, answer.session_ends) == (SUNDAY.isoformat(), 3, "08:00", "10:00")
    assert answer.time is None
    (row,) = any_clinic.rows("SELECT code, mobile, place, state FROM bookings")
    assert tuple(row) == (answer.code, "09121234567", 1, "active")


def test_the_last_place_of_a_session_is_given_once_whoever_races(any_clinic: Clinic) -> None:
    race = [("operator", Book(department=12, doctor=MORADI, date=SUNDAY.isoformat()), None) for _ in range(8)]
    answers = [reply.answer for reply in any_clinic.batch(*race)]
    assert [type(answer) for answer in answers] == [Booked, Booked] + [Refusal] * 6
    assert {answer.reason for answer in answers if isinstance(answer, Refusal)} == {Reason.SESSION_FULL}


def test_a_place_cannot_be_given_twice_even_by_a_mistake_of_the_program(any_clinic: Clinic) -> None:
    booked(any_clinic, doctor=MORADI)
    (row,) = any_clinic.rows("SELECT session, place FROM bookings")
    twice = {"code": "00000000", "session": row.session, "place": row.place, "state": "active"}
    rest = {"booked_at_ms": 1, "booked_by": "test"}
    with pytest.raises(IntegrityError), any_clinic.ledger.connection.begin():
        any_clinic.ledger.connection.execute(tables.bookings.insert(), twice | rest)


def test_the_same_request_asked_again_books_once_and_answers_the_same(any_clinic: Clinic) -> None:
    request = new_id()
    first = any_clinic.ask("operator", Book(department=12, doctor=MORADI), request)
    again = any_clinic.reply("operator", Book(department=12, doctor=MORADI), request)
    assert (again.answer, again.repeated) == (first, True)
    assert any_clinic.one("SELECT count(*) AS bookings FROM bookings").bookings == 1


def test_doctor_zero_takes_the_less_loaded_doctor_of_the_first_day_then_the_next_day(clinic: Clinic) -> None:
    given = [booked(clinic, doctor=0) for _ in range(5)]
    assert [(answer.doctor, answer.date) for answer in given] == [
        (MORADI, SUNDAY.isoformat()), (AKBARI, SUNDAY.isoformat()),
        (MORADI, SUNDAY.isoformat()), (AKBARI, SUNDAY.isoformat()),
        (MORADI, MONDAY.isoformat()),
    ]  # fmt: skip


def test_a_cancelled_place_is_free_again_but_its_code_never_is(any_clinic: Clinic) -> None:
    first, second = booked(any_clinic, doctor=MORADI), booked(any_clinic, doctor=MORADI)
    assert isinstance(any_clinic.ask("operator", CancelBooking(code=first.code, why="phoned")), Changed)
    third = booked(any_clinic, doctor=MORADI)
    assert third.date == first.date
    assert len({first.code, second.code, third.code}) == 3
    refusal = any_clinic.ask("kiosk-1", CheckIn(code=first.code, service_day=any_clinic.day))
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.CANCELLED


def test_cancelling_twice_or_what_nobody_booked_is_told(clinic: Clinic) -> None:
    code = booked(clinic).code
    clinic.ask("operator", CancelBooking(code=code))
    again, unknown = clinic.ask("operator", CancelBooking(code=code)), clinic.ask("operator", CancelBooking(code="12345670"))
    assert isinstance(again, Refusal)
    assert isinstance(unknown, Refusal)
    assert (again.reason, unknown.reason) == (Reason.CANCELLED, Reason.UNKNOWN_BOOKING)


def test_a_booking_that_has_its_ticket_is_cancelled_no_more(clinic: Clinic) -> None:
    code = booked(clinic).code
    ticket = clinic.ask("kiosk-1", CheckIn(code=code, service_day=clinic.day))
    assert isinstance(ticket, TicketGiven)
    refusal = clinic.ask("operator", CancelBooking(code=code))
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.number) == (Reason.NOT_POSSIBLE_NOW, ticket.number)


def test_one_mobile_has_only_so_many_bookings_to_come(clinic: Clinic) -> None:
    for place in range(clinic.site.booking.open_for_one_mobile):
        booked(clinic, department=11, mobile="09121234567", date=(SUNDAY + timedelta(days=place // 2)).isoformat())
    assert refused(clinic, department=11, mobile="+989121234567") is Reason.TOO_MANY_BOOKINGS
    booked(clinic, department=11, mobile="09121234568")


def test_a_mother_books_for_four_children_with_one_doctor_in_a_day_and_for_a_fifth_the_day_after(clinic: Clinic) -> None:
    for _ in range(4):
        booked(clinic, department=11, mobile="09121234567")
    assert refused(clinic, department=11, mobile="09121234567") is Reason.TOO_MANY_BOOKINGS
    booked(clinic, department=11, mobile="09121234567", date=MONDAY.isoformat())
    booked(clinic, department=12, mobile="09121234567")


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"mobile": "086-32240066"}, Reason.BAD_MOBILE),
        ({"date": "1405/09/03"}, Reason.BAD_DATE),
        ({"date": "2026-11-01"}, Reason.BAD_DATE),
        ({"date": "2027-11-01"}, Reason.BEYOND_HORIZON),
        ({"department": 13}, Reason.UNKNOWN_DEPARTMENT),
        ({"doctor": 1}, Reason.UNKNOWN_DOCTOR),
    ],
)
def test_a_wish_that_cannot_be_had_is_told_why(clinic: Clinic, wish: dict[str, object], reason: Reason) -> None:
    assert refused(clinic, **wish) is reason


def test_a_code_that_is_in_use_is_drawn_again(clinic: Clinic) -> None:
    first = booked(clinic)
    draws = iter([int(first.code[:7]), int(first.code[:7]), 1234567])
    clinic.store._randomness.randrange = lambda _: next(draws)  # type: ignore[method-assign,misc,assignment]  # loaded dice
    assert booked(clinic).code.startswith("1234567")


def test_only_the_staff_books(clinic: Clinic) -> None:
    refusal = clinic.ask("kiosk-1", Book(department=12))
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.NOT_ALLOWED


def test_a_million_bookings_are_found_by_index(clinic: Clinic) -> None:
    booked(clinic)
    for sql in (
        "SELECT id FROM bookings WHERE code = '12345670'",
        """SELECT place FROM bookings JOIN sessions ON sessions.id = bookings.session WHERE state <> 'cancelled'
        AND date = '2026-11-22' AND department = 12 AND coalesce(doctor, 0) = 3 AND starts_at_ms = 1""",
        "SELECT count(*) FROM bookings WHERE mobile = '09121234567' AND state = 'active'",
    ):
        plan = " ".join(row.detail for row in clinic.rows(f"EXPLAIN QUERY PLAN {sql}"))
        assert "USING" in plan, (sql, plan)
        assert "SCAN" not in plan, (sql, plan)
