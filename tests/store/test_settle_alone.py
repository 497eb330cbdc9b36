"""A kiosk went on alone and tells afterwards: its papers win, nobody is turned away, and reception is told (law 5)."""

import logging
from datetime import date, timedelta

import pytest
from msgspec import structs

from mqtt.contract import (
    Book,
    Booked,
    CancelBooking,
    CheckIn,
    EndDay,
    NoShow,
    Reason,
    Settle,
    Settled,
    SettleOutcome,
    StopReception,
    TakeHelpTicket,
    TakeWalkIn,
    TicketGiven,
)
from tests.store.clinic import SUNDAY, Clinic, moment_ms, new_id
from tests.store.morning import Morning
from tests.store.test_settle import marks, states

PRINTED, NOT_PRINTED = SettleOutcome.PRINTED, SettleOutcome.NOT_PRINTED
MONDAY = SUNDAY + timedelta(days=1)
NOBODYS_CODE = "12345672"
"""Its check digit is right."""


def booked(clinic: Clinic, department: int = 11, doctor: int = 1, day: date = SUNDAY) -> str:
    """The code of a fresh booking."""
    answer = clinic.ask("operator", Book(department=department, doctor=doctor, date=day.isoformat()))
    assert isinstance(answer, Booked), answer
    return answer.code


def settle(
    clinic: Clinic,
    number: int,
    asked: CheckIn | TakeWalkIn | TakeHelpTicket,
    given_at: str | None = None,
    *,
    kiosk: str = "kiosk-1",
    request: str | None = None,
) -> Settled:
    """The kiosk tells of a paper that it gave alone."""
    answer = clinic.ask(
        kiosk,
        Settle(
            request=request or new_id(),
            service_day=clinic.day,
            outcome=PRINTED,
            number=number,
            asked=asked,
            given_at_ms=None if given_at is None else moment_ms(given_at),
        ),
    )
    assert isinstance(answer, Settled), answer
    return answer


def check_in(code: str) -> CheckIn:
    return CheckIn(code=code, service_day=0)


def walk_in(department: int = 11, doctor: int | None = None) -> TakeWalkIn:
    return TakeWalkIn(department=department, doctor=doctor, service_day=0)


def ticket(clinic: Clinic, number: int) -> tuple[str, int | None, int | None, bool]:
    """Whose it is: source, department, doctor, and whether it has its booking."""
    row = clinic.one("SELECT source, department, doctor, booking FROM tickets WHERE number = :number", number=number)
    return row.source, row.department, row.doctor, row.booking is not None


# ------------------------------------------------------------------------------------------ whose it is


def test_the_paper_of_a_code_is_its_bookings_ticket(any_clinic: Clinic) -> None:
    code = booked(any_clinic)
    assert settle(any_clinic, 950, check_in(code)) == Settled(number=950)
    assert ticket(any_clinic, 950) == ("booked", 11, 1, True)
    again = any_clinic.ask("kiosk-1", CheckIn(code=code, service_day=any_clinic.day))
    assert isinstance(again, TicketGiven)
    assert (again.number, again.again) == (950, True)
    assert any_clinic.call_next("counter-1") == 950


def test_the_paper_of_a_walk_in_is_a_turn_of_the_doctor_that_it_names(any_clinic: Clinic) -> None:
    assert settle(any_clinic, 950, walk_in(12, doctor=4)) == Settled(number=950)
    assert ticket(any_clinic, 950) == ("walk_in", 12, 4, False)
    session = any_clinic.one("SELECT s.doctor FROM tickets t JOIN sessions s ON s.id = t.session WHERE number = 950")
    assert session.doctor == 4


def test_the_paper_for_help_waits_at_reception_only(clinic: Clinic) -> None:
    asked = TakeHelpTicket(service_day=0, about=Reason.TOO_LATE)
    assert settle(clinic, 950, asked) == Settled(number=950)
    assert ticket(clinic, 950) == ("help", None, None, False)
    assert clinic.one("SELECT ahead FROM tickets WHERE number = 950").ahead in ("[]", [])


def test_a_code_that_nobody_was_given_gets_its_holder_to_reception(any_clinic: Clinic) -> None:
    assert settle(any_clinic, 950, check_in(NOBODYS_CODE)) == Settled(number=950, marked=True)
    assert ticket(any_clinic, 950) == ("help", None, None, False)
    assert marks(any_clinic, 950) == ["no_such_code"]
    assert any_clinic.call_next("counter-1") == 950


def test_a_cancelled_booking_and_one_of_another_day_walk_in(any_clinic: Clinic) -> None:
    cancelled, tomorrows = booked(any_clinic), booked(any_clinic, day=MONDAY)
    any_clinic.ask("operator", CancelBooking(code=cancelled))
    assert settle(any_clinic, 950, check_in(cancelled)) == Settled(number=950, marked=True)
    assert settle(any_clinic, 951, check_in(tomorrows)) == Settled(number=951, marked=True)
    assert (marks(any_clinic, 950), marks(any_clinic, 951)) == (["cancelled"], ["wrong_day"])
    assert ticket(any_clinic, 950) == ticket(any_clinic, 951) == ("walk_in", 11, 1, False)


def test_a_walk_in_beyond_the_share_stands_and_is_marked(any_clinic: Clinic) -> None:
    for number in (950, 951):
        assert settle(any_clinic, number, walk_in(12, doctor=3), "08:30") == Settled(number=number)
    assert settle(any_clinic, 952, walk_in(12, doctor=3), "08:31") == Settled(number=952, marked=True)
    assert marks(any_clinic, 952) == ["over_share"]
    assert ticket(any_clinic, 952) == ("walk_in", 12, 3, False)


def test_a_walk_in_of_an_unknown_hour_has_a_turn_of_a_session_that_is_over(clinic: Clinic) -> None:
    assert settle(clinic.at("12:30"), 950, walk_in()) == Settled(number=950)


def test_a_department_that_the_site_has_no_more_is_receptions_to_find_out(clinic: Clinic) -> None:
    assert settle(clinic, 950, walk_in(99)) == Settled(number=950, marked=True)
    assert ticket(clinic, 950) == ("help", None, None, False)
    assert clinic.call_next("counter-1") == 950


def test_a_number_that_is_not_the_kiosks_own_is_taken_and_marked(any_clinic: Clinic) -> None:
    code = booked(any_clinic)
    assert settle(any_clinic, 975, check_in(code)) == Settled(number=975, marked=True)  # of kiosk-2
    assert settle(any_clinic, 5555, walk_in()) == Settled(number=5555, marked=True)  # of nobody
    assert marks(any_clinic, 975) == marks(any_clinic, 5555) == ["unasked"]
    assert ticket(any_clinic, 975) == ("booked", 11, 1, True)


# ------------------------------------------------------------------------------------------ the paper wins


def test_the_paper_wins_where_the_store_had_given_another_number(any_clinic: Clinic) -> None:
    code = booked(any_clinic)
    given = any_clinic.ask("kiosk-1", CheckIn(code=code, service_day=any_clinic.day), request := new_id())
    assert isinstance(given, TicketGiven)  # an answer that came too late
    assert settle(any_clinic, 950, check_in(code), request=request) == Settled(number=950)
    assert states(any_clinic) == {given.number: "void", 950: "waiting"}
    assert ticket(any_clinic, 950) == ("booked", 11, 1, True)


def test_the_paper_wins_where_the_store_had_called_the_other_number(any_clinic: Clinic) -> None:
    code = booked(any_clinic)
    any_clinic.ask("kiosk-1", CheckIn(code=code, service_day=any_clinic.day), request := new_id())
    any_clinic.wait(10).walk_in()
    assert any_clinic.call_next("counter-1") == 100
    settle(any_clinic, 950, check_in(code), request=request)
    assert any_clinic.call_next("counter-2") == 950  # before whoever walked in


def test_the_paper_wins_where_the_day_was_closed(any_clinic: Clinic) -> None:
    code, day = booked(any_clinic), any_clinic.day
    any_clinic.ask("operator", EndDay(outcome_for_waiting="day_closed"))
    paper = Settle(request=new_id(), service_day=day, outcome=PRINTED, number=950, asked=check_in(code))
    assert any_clinic.ask("kiosk-1", paper) == Settled(number=950, marked=True)
    assert states(any_clinic) == {950: "not_served"}
    assert marks(any_clinic, 950) == ["late_settle"]
    assert ticket(any_clinic, 950) == ("booked", 11, 1, True)


def test_the_paper_wins_after_the_end_of_reception(clinic: Clinic) -> None:
    clinic.ask("operator", StopReception())
    assert settle(clinic, 950, walk_in()) == Settled(number=950)
    assert clinic.call_next("counter-1") == 950


def test_the_second_paper_of_a_code_walks_in_and_reception_looks_at_both(any_clinic: Clinic) -> None:
    code = booked(any_clinic)
    settle(any_clinic, 950, check_in(code))
    assert settle(any_clinic, 975, check_in(code), kiosk="kiosk-2") == Settled(number=975, marked=True)
    assert states(any_clinic) == {950: "waiting", 975: "waiting"}
    assert marks(any_clinic, 950) == marks(any_clinic, 975) == ["code_used_twice"]
    assert (ticket(any_clinic, 950), ticket(any_clinic, 975)) == (("booked", 11, 1, True), ("walk_in", 11, 1, False))


def test_a_code_that_the_store_has_served_meanwhile_walks_in_too(any_clinic: Clinic) -> None:
    code = booked(any_clinic, department=12, doctor=3)
    any_clinic.printed(CheckIn(code=code, service_day=any_clinic.day), kiosk="kiosk-2")
    settle(any_clinic, 950, check_in(code))
    assert marks(any_clinic, 200) == marks(any_clinic, 950) == ["code_used_twice"]


def test_a_ticket_that_was_looked_at_for_a_second_paper_still_waits_for_its_own(clinic: Clinic) -> None:
    """Rule 7: marked is not settled."""
    code = booked(clinic)
    clinic.ask("kiosk-2", CheckIn(code=code, service_day=clinic.day))
    settle(clinic, 950, check_in(code))
    assert clinic.call_next("counter-1") == 950
    assert clinic.call_next("counter-2") is None


def test_a_ticket_that_a_kiosk_prints_again_alone_stays_the_one_ticket(any_clinic: Clinic) -> None:
    code = booked(any_clinic)
    number = any_clinic.printed(CheckIn(code=code, service_day=any_clinic.day))
    assert settle(any_clinic, number, check_in(code)) == Settled(number=number)
    assert states(any_clinic) == {number: "waiting"}


@pytest.mark.parametrize(("given_at", "state"), [("08:03", "waiting"), (None, "waiting"), ("07:50", "absent")])
def test_who_missed_the_call_and_has_the_code_printed_again_alone_is_back_in_line(
    any_clinic: Clinic, given_at: str | None, state: str
) -> None:
    """Rule 7. What was printed before the call says nothing of who is here after it."""
    code = booked(any_clinic.at("07:40"))
    number = any_clinic.printed(CheckIn(code=code, service_day=any_clinic.day))
    assert any_clinic.at("08:00").call_next("counter-1") == number
    any_clinic.ask("counter-1", structs.replace(any_clinic.green_button("counter-1"), act=NoShow()))
    assert states(any_clinic) == {number: "absent"}
    assert settle(any_clinic.at("08:05"), number, check_in(code), given_at) == Settled(number=number)
    assert states(any_clinic) == {number: state}


def test_two_people_with_one_number_share_its_ticket_and_reception_is_told(any_clinic: Clinic) -> None:
    """A kiosk whose card was replaced began its range anew."""
    settle(any_clinic, 950, walk_in())
    assert settle(any_clinic, 950, check_in(booked(any_clinic))) == Settled(number=950, marked=True)
    assert marks(any_clinic, 950) == ["two_papers"]


def test_a_paper_that_came_out_after_all_when_its_code_had_another_stands_beside_it(any_clinic: Clinic) -> None:
    code = booked(any_clinic)
    any_clinic.ask("kiosk-1", CheckIn(code=code, service_day=any_clinic.day), first := new_id())
    any_clinic.settle(first, NOT_PRINTED)
    again = any_clinic.printed(CheckIn(code=code, service_day=any_clinic.day))
    assert any_clinic.settle(first, PRINTED, 100) == Settled(number=100, marked=True)
    assert states(any_clinic) == {100: "waiting", again: "waiting"}
    assert marks(any_clinic, 100) == marks(any_clinic, again) == ["two_papers"]


# ------------------------------------------------------------------------------------------ when it was given


def test_who_came_first_is_called_first_though_the_kiosk_told_late(any_clinic: Clinic) -> None:
    number = any_clinic.at("08:10").walk_in()
    any_clinic.at("08:30")
    settle(any_clinic, 951, walk_in(), "08:15")
    settle(any_clinic, 950, walk_in(), "08:05")
    settle(any_clinic, 952, walk_in())  # its time is not known: when it tells
    assert [any_clinic.call_next("counter-1") for _ in range(4)] == [950, number, 951, 952]


@pytest.mark.parametrize(("given_at", "day"), [("09:00", SUNDAY), ("23:00", SUNDAY - timedelta(days=1))])
def test_a_time_that_cannot_be_is_not_believed(clinic: Clinic, given_at: str, day: date) -> None:
    """Law 10: later than now, or before the day."""
    number = clinic.at("08:10").walk_in()
    clinic.at("08:30")
    wrong = moment_ms(given_at, day)
    paper = Settle(request=new_id(), service_day=clinic.day, outcome=PRINTED, number=950, asked=walk_in(), given_at_ms=wrong)
    assert clinic.ask("kiosk-1", paper) == Settled(number=950)
    assert clinic.one("SELECT issued_at_ms FROM tickets WHERE number = 950").issued_at_ms == moment_ms("08:30")
    assert clinic.call_next("counter-1") == number


# ------------------------------------------------------------------------------------------ asked again, kept secret


def test_a_settle_that_comes_again_does_nothing_more(any_clinic: Clinic) -> None:
    code, request = booked(any_clinic), new_id()
    assert settle(any_clinic, 950, check_in(code), request=request) == Settled(number=950)
    assert settle(any_clinic, 950, check_in(code), request=request) == Settled(number=950)
    assert states(any_clinic) == {950: "waiting"}


def test_the_code_of_a_paper_is_written_down_nowhere(morning: Morning, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    code = booked(morning)
    settle(morning, 950, check_in(code))
    settle(morning, 951, check_in(NOBODYS_CODE))
    settle(morning, 975, check_in(code), kiosk="kiosk-2")
    kept = [str(row) for table in ("requests", "ticket_requests", "audit", "tickets", "stops")
            for row in morning.rows(f"SELECT * FROM {table}")]  # noqa: S608 (fixed names)  # fmt: skip
    assert not [row for row in kept if NOBODYS_CODE in row]
    of_booking = [row for row in kept if code in row]
    assert len(of_booking) <= 1, "only the answer to whoever booked it tells the code"
    assert code not in caplog.text
    assert NOBODYS_CODE not in caplog.text
