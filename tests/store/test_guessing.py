"""Whoever guesses codes is slowed down, first at their own kiosk and then wherever they go; nobody else is."""

import pytest

from mqtt.contract import Answer, Book, Booked, CheckIn, Reason, Refusal, Settle, Settled, SettleOutcome, TicketGiven
from tests.store.clinic import Clinic, new_id

NOBODYS = "12345674"


def types(clinic: Clinic, code: str, kiosk: str = "kiosk-1") -> Answer:
    return clinic.ask(kiosk, CheckIn(code=code, service_day=clinic.day))


def reason(answer: Answer) -> Reason | None:
    return answer.reason if isinstance(answer, Refusal) else None


def guesses(clinic: Clinic, kiosk: str, times: int, every_seconds: float) -> list[Reason | None]:
    """What somebody hears who types codes that nobody was given."""
    heard = []
    for _ in range(times):
        heard.append(reason(types(clinic, NOBODYS, kiosk)))
        clinic.wait(every_seconds)
    return heard


@pytest.fixture
def code(clinic: Clinic) -> str:
    """Somebody's code for today."""
    return todays_code(clinic)


def todays_code(clinic: Clinic) -> str:
    booked = clinic.ask("operator", Book(department=11, doctor=1))
    assert isinstance(booked, Booked)
    return booked.code


def test_one_kiosk_with_many_wrong_codes_slows_no_other_and_itself_only_in_a_burst(clinic: Clinic, code: str) -> None:
    assert guesses(clinic, "kiosk-1", 40, every_seconds=12) == [Reason.NO_SUCH_CODE] * 40
    assert isinstance(types(clinic, code, "kiosk-2"), TicketGiven)
    assert guesses(clinic, "kiosk-1", 11, every_seconds=1)[-1] is Reason.CODE_LOCKED
    assert isinstance(types(clinic, code, "kiosk-2"), TicketGiven)


def test_who_goes_from_kiosk_to_kiosk_is_taken_five_codes_in_ten_minutes_at_each(any_clinic: Clinic) -> None:
    code = todays_code(any_clinic)
    assert guesses(any_clinic, "kiosk-1", 5, every_seconds=12) == [Reason.NO_SUCH_CODE] * 5
    assert guesses(any_clinic, "kiosk-2", 6, every_seconds=12) == [Reason.NO_SUCH_CODE] * 5 + [Reason.CODE_LOCKED]
    locked = types(any_clinic, code, "kiosk-1")
    assert isinstance(locked, Refusal)
    assert locked.reason is Reason.CODE_LOCKED
    assert locked.retry_after_seconds == 600 - 11 * 12
    any_clinic.wait(locked.retry_after_seconds)
    assert isinstance(types(any_clinic, code, "kiosk-1"), TicketGiven)


def test_a_crowd_of_guessers_never_keeps_a_ticket_from_who_has_no_code(clinic: Clinic) -> None:
    for kiosk in ("kiosk-1", "kiosk-2"):
        guesses(clinic, kiosk, 6, every_seconds=1)
    assert reason(types(clinic, NOBODYS)) is Reason.CODE_LOCKED
    assert clinic.walk_in()


def test_what_a_paper_says_is_taken_whatever_was_guessed_there(clinic: Clinic, code: str) -> None:
    request = new_id()
    given = clinic.ask("kiosk-1", CheckIn(code=code, service_day=clinic.day), request)
    assert isinstance(given, TicketGiven)
    for kiosk in ("kiosk-1", "kiosk-2"):
        guesses(clinic, kiosk, 6, every_seconds=1)
    paper = Settle(request=request, service_day=clinic.day, outcome=SettleOutcome.PRINTED, number=given.number)
    assert isinstance(clinic.ask("kiosk-1", paper), Settled)


def test_reception_which_typed_no_wrong_code_is_not_held_up_by_the_kiosks(clinic: Clinic, code: str) -> None:
    for kiosk in ("kiosk-1", "kiosk-2"):
        guesses(clinic, kiosk, 6, every_seconds=1)
    assert isinstance(types(clinic, code, "operator"), TicketGiven)
