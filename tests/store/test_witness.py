"""What reception does that changes no ticket: a reason for a walk-in, a look at a mobile, a paper once more, an order."""

from mqtt.contract import Changed, NoteOrder, NoteUnaware, PrintAgain, Reason, Refusal, SeeMobile, TakeWalkIn, TicketGiven
from tests.store.clinic import Clinic


def added(clinic: Clinic, why: str = "بی‌نوبت آمد") -> int:
    answer = clinic.ask("operator", TakeWalkIn(department=11, service_day=clinic.day, why=why))
    assert isinstance(answer, TicketGiven), answer
    return answer.number


def test_the_reason_for_a_walk_in_stands_in_the_audit_trail(any_clinic: Clinic) -> None:
    number = added(any_clinic)
    rows = any_clinic.rows("SELECT who, why, number FROM audit WHERE what = 'walk_in_added'")
    assert [tuple(row) for row in rows] == [("operator", "بی‌نوبت آمد", number)]


def test_reception_adds_walk_ins_faster_than_a_kiosk_would(clinic: Clinic) -> None:
    numbers = [added(clinic) for _ in range(7)]
    assert len(set(numbers)) == 7


def test_a_look_at_a_mobile_is_noted_and_the_answer_holds_none(clinic: Clinic) -> None:
    number = added(clinic)
    assert clinic.ask("operator", SeeMobile(number=number)) == Changed(number=number)
    assert len(clinic.rows("SELECT id FROM audit WHERE what = 'mobile_seen'")) == 1
    refused = clinic.ask("operator", SeeMobile(number=1))
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.UNKNOWN_NUMBER


def test_who_did_not_know_of_the_telephone_is_noted_with_the_ticket(clinic: Clinic) -> None:
    number = added(clinic)
    assert clinic.ask("operator", NoteUnaware(number=number)) == Changed(number=number)
    assert [tuple(row) for row in clinic.rows("SELECT number FROM audit WHERE what = 'came_unaware'")] == [(number,)]
    assert isinstance(clinic.ask("operator", NoteUnaware(number=1)), Refusal)


def test_whoever_finds_no_walk_in_turn_is_noted_with_the_reason_and_what_was_wanted(any_clinic: Clinic) -> None:
    any_clinic.at("08:30")
    for _ in range(2):
        any_clinic.walk_in(12, doctor=3)
    refused = any_clinic.ask("kiosk-1", TakeWalkIn(department=12, doctor=3, service_day=any_clinic.day))
    assert isinstance(refused, Refusal)
    rows = any_clinic.rows("SELECT why, service_day, number FROM audit WHERE what = 'walk_in_refused'")
    assert [tuple(row) for row in rows] == [(refused.reason.value, any_clinic.day, None)]
    (details,) = any_clinic.rows("SELECT details FROM audit WHERE what = 'walk_in_refused'")
    assert "12" in str(details.details)


def test_a_paper_once_more_says_the_same_number_and_promises_nothing(any_clinic: Clinic) -> None:
    number = added(any_clinic)
    promised = len(any_clinic.rows("SELECT request FROM ticket_requests"))
    again = any_clinic.ask("operator", PrintAgain(number=number, kiosk="kiosk-1"))
    assert isinstance(again, TicketGiven)
    assert (again.number, again.again) == (number, True)
    assert len(any_clinic.rows("SELECT request FROM ticket_requests")) == promised
    assert isinstance(any_clinic.ask("operator", PrintAgain(number=number, kiosk="counter-1")), Refusal)


def test_an_order_is_noted_with_its_device(clinic: Clinic) -> None:
    assert clinic.ask("operator", NoteOrder(device="kiosk-1", order="unlock_codes")) == Changed()
    assert [tuple(row) for row in clinic.rows("SELECT what, why FROM audit WHERE what = 'device_ordered'")] == [
        ("device_ordered", "unlock_codes")
    ]
    assert isinstance(clinic.ask("operator", NoteOrder(device="nobody", order="restart")), Refusal)


def test_a_kiosk_may_do_none_of_this(clinic: Clinic) -> None:
    of_reception = (SeeMobile(number=150), NoteUnaware(number=150), PrintAgain(number=150, kiosk="kiosk-1"))
    for operation in (*of_reception, NoteOrder(device="kiosk-1", order="x")):
        answer = clinic.ask("kiosk-1", operation)
        assert isinstance(answer, Refusal)
        assert answer.reason is Reason.NOT_ALLOWED
