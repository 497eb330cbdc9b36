"""The kiosk's requests at the desk."""

from mqtt.contract import Book, Booked, CheckIn, Reason, Refusal, TakeWalkIn, TicketGiven
from tests.store.clinic import Clinic


def test_a_walk_in_gets_the_first_number_of_its_departments_walk_in_range(any_clinic: Clinic) -> None:
    answer = any_clinic.ask("kiosk-1", TakeWalkIn(department=11, service_day=any_clinic.day))

    assert isinstance(answer, TicketGiven)
    assert (answer.number, answer.stage, answer.points) == (150, "reception", ("counter-1", "counter-2"))
