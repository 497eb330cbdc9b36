"""The kiosk's requests at the desk: codes, walk-ins, help, priority, and asking twice (laws 1 to 3)."""

from pathlib import Path

import pytest
from sqlalchemy import update

from booking_store.desk.dispatch import HANDLERS, KIOSKS
from booking_store.tables import requests
from mqtt.contract import (
    Act,
    Book,
    Booked,
    CallNext,
    CheckIn,
    NoShow,
    Press,
    PrintAgain,
    Reason,
    Refusal,
    SendAway,
    StopReception,
    TakeHelpTicket,
    TakeWalkIn,
    TicketGiven,
)
from tests.store.callers import with_telephone
from tests.store.clinic import Clinic, new_id


def booked(clinic: Clinic, department: int = 11, doctor: int | None = 1) -> str:
    answer = clinic.ask("operator", Book(department=department, doctor=doctor))
    assert isinstance(answer, Booked), answer
    return answer.code


def check_in(clinic: Clinic, code: str, kiosk: str = "kiosk-1") -> TicketGiven | Refusal:
    answer = clinic.ask(kiosk, CheckIn(code=code, service_day=clinic.day))
    assert isinstance(answer, TicketGiven | Refusal), answer
    return answer


def test_a_walk_in_gets_the_first_number_of_its_departments_walk_in_range(any_clinic: Clinic) -> None:
    answer = any_clinic.ask("kiosk-1", TakeWalkIn(department=11, service_day=any_clinic.day))
    assert isinstance(answer, TicketGiven)
    assert (answer.number, answer.stage, answer.points) == (150, "reception", ("counter-1", "counter-2"))


def test_a_request_asked_again_gets_the_same_reply_and_no_second_ticket(any_clinic: Clinic) -> None:
    asked, request = TakeWalkIn(department=11, service_day=any_clinic.day), new_id()
    first = any_clinic.reply("kiosk-1", asked, request)
    any_clinic.restart()
    second = any_clinic.reply("kiosk-1", asked, request)
    assert second.answer == first.answer
    assert (first.repeated, second.repeated) == (False, True)
    assert len(any_clinic.rows("SELECT id FROM tickets")) == 1


def test_what_failed_by_a_fault_of_the_program_is_not_remembered_and_succeeds_when_asked_again(
    any_clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, request = TakeWalkIn(department=11, service_day=any_clinic.day), new_id()

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as once:
        once.setitem(HANDLERS, TakeWalkIn, (KIOSKS, fails))
        failed = any_clinic.ask("kiosk-1", asked, request)
    assert isinstance(failed, Refusal)
    assert failed.reason is Reason.INTERNAL_ERROR
    reply = any_clinic.reply("kiosk-1", asked, request)
    assert isinstance(reply.answer, TicketGiven)
    assert (reply.answer.number, reply.repeated) == (150, False)


def test_an_answer_that_a_flipped_bit_made_unreadable_costs_its_own_asker_alone(any_clinic: Clinic) -> None:
    asked, request = TakeWalkIn(department=11, service_day=any_clinic.day), new_id()
    any_clinic.ask("kiosk-1", asked, request)
    with any_clinic.ledger.transaction(any_clinic.now.ms) as transaction:
        transaction.statements.execute(update(requests).where(requests.c.request == request).values(answer="{"))
    again, other = any_clinic.batch(("kiosk-1", asked, request), ("kiosk-2", asked, None))
    assert isinstance(again.answer, Refusal)
    assert (again.answer.reason, again.repeated) == (Reason.INTERNAL_ERROR, False)
    assert isinstance(other.answer, TicketGiven)


def test_the_same_id_from_another_kiosk_is_another_request(clinic: Clinic) -> None:
    asked, request = TakeWalkIn(department=11, service_day=clinic.day), new_id()
    numbers = [getattr(clinic.ask(kiosk, asked, request), "number", None) for kiosk in ("kiosk-1", "kiosk-2")]
    assert numbers == [150, 151]


def test_a_companion_takes_a_ticket_for_each_of_three_codes(any_clinic: Clinic) -> None:
    codes = [booked(any_clinic) for _ in range(3)]
    answers = [check_in(any_clinic, code) for code in codes]
    assert [answer.number for answer in answers] == [100, 101, 102]
    assert [answer.ahead for answer in answers if isinstance(answer, TicketGiven)] == [0, 1, 2]


def test_a_code_typed_again_while_its_ticket_waits_gives_the_same_ticket(any_clinic: Clinic) -> None:
    code = booked(any_clinic)
    first, second = check_in(any_clinic, code), check_in(any_clinic, code)
    assert isinstance(first, TicketGiven)
    assert isinstance(second, TicketGiven)
    assert (second.number, first.again, second.again) == (first.number, False, True)


def press(clinic: Clinic, *acts: Act) -> None:
    for act in acts:
        revision = clinic.one("SELECT revision FROM points WHERE id = 'counter-1'").revision
        clinic.ask("counter-1", Press(point="counter-1", epoch=clinic.store.epoch, revision=revision, act=act))


def test_who_missed_the_call_types_the_code_and_is_back_in_line(any_clinic: Clinic) -> None:
    code = booked(any_clinic)
    any_clinic.printed(CheckIn(code=code, service_day=any_clinic.day))
    press(any_clinic, CallNext(), NoShow())
    assert any_clinic.one("SELECT state FROM tickets").state == "absent"
    answer = check_in(any_clinic, code)
    assert isinstance(answer, TicketGiven)
    assert (answer.again, answer.ahead) == (True, 0)
    assert any_clinic.one("SELECT state FROM tickets").state == "waiting"


@pytest.mark.parametrize(("why", "away"), [("missed the call", NoShow()), ("fetches a paper", SendAway())])
def test_the_paper_of_who_comes_back_tells_how_many_go_first(any_clinic: Clinic, why: str, away: Act) -> None:
    code = booked(any_clinic)
    any_clinic.printed(CheckIn(code=code, service_day=any_clinic.day))
    press(any_clinic, CallNext(), away)
    for _ in range(5):
        any_clinic.walk_in()
    paper = check_in(any_clinic, code)
    assert isinstance(paper, TicketGiven)
    assert paper.ahead == 2, "two others are called first, and then who comes back"
    press(any_clinic, CallNext())
    again = check_in(any_clinic, code)
    assert isinstance(again, TicketGiven)
    assert again.ahead == 1


def test_a_code_that_nobody_was_given_is_refused_and_ten_in_a_minute_close_the_kiosks_ear(any_clinic: Clinic) -> None:
    code = booked(any_clinic)
    for _ in range(10):
        answer = check_in(any_clinic, "12345678")
        assert isinstance(answer, Refusal)
        assert answer.reason is Reason.NO_SUCH_CODE
    locked = check_in(any_clinic, code)
    assert isinstance(locked, Refusal)
    assert (locked.reason, locked.retry_after_seconds) == (Reason.CODE_LOCKED, 60.0)
    assert isinstance(check_in(any_clinic, code, "kiosk-2"), TicketGiven)
    any_clinic.wait(60)
    assert isinstance(check_in(any_clinic, code), TicketGiven)


def test_the_walk_in_share_ends_and_a_void_ticket_gives_its_part_back(any_clinic: Clinic) -> None:
    for _ in range(3):
        any_clinic.walk_in(21)
    full = any_clinic.ask("kiosk-1", TakeWalkIn(department=21, service_day=any_clinic.day))
    assert isinstance(full, Refusal)
    assert (full.reason, full.walk_ins_left) == (Reason.SHARE_USED_UP, 0)


def test_the_first_free_doctor_is_the_next_whose_share_is_not_used_up(any_clinic: Clinic) -> None:
    any_clinic.at("09:00")
    doctors = []
    for _ in range(3):
        answer = any_clinic.ask("kiosk-1", TakeWalkIn(department=12, doctor=0, service_day=any_clinic.day))
        assert isinstance(answer, TicketGiven)
        doctors.append(answer.doctor)
    assert doctors == [3, 3, 4]


def test_one_hand_cannot_empty_the_share_but_people_who_come_one_by_one_are_served(clinic: Clinic) -> None:
    for _ in range(5):
        clinic.walk_in()
    answer = clinic.ask("kiosk-1", TakeWalkIn(department=11, service_day=clinic.day))
    assert isinstance(answer, Refusal)
    assert (answer.reason, answer.retry_after_seconds) == (Reason.TOO_MANY_TICKETS, 20.0)
    for _ in range(5):
        clinic.wait(4)
        clinic.walk_in(kiosk="kiosk-2")
    clinic.walk_in()


def test_after_the_end_of_reception_no_new_ticket_but_a_reprint(any_clinic: Clinic) -> None:
    here, not_yet = booked(any_clinic), booked(any_clinic)
    check_in(any_clinic, here)
    any_clinic.ask("operator", StopReception())
    assert isinstance(check_in(any_clinic, here), TicketGiven)
    refused = check_in(any_clinic, not_yet)
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.CLOSED


def test_a_request_of_another_service_day_does_nothing(any_clinic: Clinic) -> None:
    answer = any_clinic.ask("kiosk-1", TakeWalkIn(department=11, service_day=any_clinic.day + 1))
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.WRONG_SERVICE_DAY


def test_the_paper_of_who_is_called_already_says_that_nobody_is_before(clinic: Clinic) -> None:
    first, second = clinic.walk_in(), clinic.walk_in()
    clinic.wait(60)
    assert clinic.call_next("counter-1") == first
    papers = [clinic.ask("operator", PrintAgain(number=number, kiosk="kiosk-1")) for number in (first, second)]
    assert [(one.ahead, one.again) for one in papers if isinstance(one, TicketGiven)] == [(0, True), (0, True)]


def test_a_paper_tells_the_booked_time_where_the_site_gives_times_and_to_none_else(clinic: Clinic, tmp_path: Path) -> None:
    untimed = check_in(clinic, booked(clinic))
    with_telephone(clinic, tmp_path, "give_times = true\n")
    place = clinic.ask("operator", Book(department=11, doctor=1))
    assert isinstance(place, Booked)
    assert place.time is not None
    timed = check_in(clinic, place.code)
    walked_in = clinic.ask("kiosk-1", TakeWalkIn(department=11, service_day=clinic.day))
    told = [one.booked_time for one in (untimed, timed, walked_in) if isinstance(one, TicketGiven)]
    assert told == [None, place.time, None]


def test_a_help_ticket_leads_to_reception_and_says_no_department(any_clinic: Clinic) -> None:
    answer = any_clinic.ask("kiosk-1", TakeHelpTicket(service_day=any_clinic.day, about=Reason.TOO_LATE))
    assert isinstance(answer, TicketGiven)
    assert (answer.number, answer.department, answer.stage) == (900, None, "reception")


def test_a_counter_may_not_take_tickets_and_a_kiosk_may_not_book(clinic: Clinic) -> None:
    for device, operation in (("counter-1", TakeWalkIn(department=11, service_day=1)), ("kiosk-1", Book(department=11))):
        answer = clinic.ask(device, operation)
        assert isinstance(answer, Refusal)
        assert answer.reason is Reason.NOT_ALLOWED
