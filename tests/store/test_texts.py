"""The outbox: one text for each thing told, leased to one worker, none lost, none after its time or for what is no more."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from booking_store import tables
from booking_store.desk.desk import Desk
from mqtt.contract import (
    AbsencePlan,
    AnnounceAbsence,
    Book,
    Booked,
    CancelBooking,
    Changed,
    CheckIn,
    FindBookings,
    Reason,
    Refusal,
    Remedy,
    RetryText,
    SendCodeAgain,
    TakeTexts,
    TextOutcome,
    TextResult,
    Texts,
    TicketGiven,
)
from rules.digits import persian_digits
from tests.store.callers import MOBILE, books, takes, tells, text_states, with_telephone
from tests.store.clinic import SUNDAY, Clinic

MONDAY = SUNDAY + timedelta(days=1)
TUESDAY = SUNDAY + timedelta(days=2)


@pytest.fixture
def clinic(any_clinic: Clinic, tmp_path: Path) -> Clinic:
    """The small clinic with a telephone, on both kinds of database."""
    return with_telephone(any_clinic, tmp_path)


def test_who_books_at_reception_is_texted_too(clinic: Clinic) -> None:
    assert isinstance(clinic.ask("operator", Book(department=12, mobile=MOBILE)), Booked)
    (text,) = takes(clinic).to_send
    assert (text.to, text.attempt, text.asked_of) == (MOBILE, 1, None)
    assert text.lease_until_ms == clinic.now.ms + 120_000


def test_a_text_is_leased_to_one_worker(clinic: Clinic) -> None:
    for call in ("call-1", "call-2", "call-3"):
        books(clinic, call, mobile=f"0912123456{call[-1]}")
    assert [one.id for one in takes(clinic, most=2).to_send] == [1, 2]
    assert [one.id for one in takes(clinic).to_send] == [3]
    assert takes(clinic).to_send == ()


def test_a_worker_that_looks_in_vain_costs_no_commit_and_finds_what_comes(clinic: Clinic) -> None:
    """Each commit wears a card, and an idle worker looks several times a minute."""
    before = clinic.store.sequence
    for _ in range(3):
        assert takes(clinic) == Texts()
    assert clinic.store.sequence == before
    books(clinic, "call-1")
    assert len(takes(clinic).to_send) == 1
    assert clinic.store.sequence == before + 3


def test_reminders_that_wait_for_the_morning_cost_no_commit_at_night(clinic: Clinic) -> None:
    books(clinic, "call-1", doctor=3, after=SUNDAY.isoformat())
    tells(clinic, takes(clinic).to_send[0], TextOutcome.DELIVERED)
    clinic.at("18:00").wait(0)
    before = clinic.at("23:00").store.sequence
    assert takes(clinic) == Texts()
    assert clinic.store.sequence == before


def test_a_worker_that_asks_again_gets_the_same_texts_and_no_others(clinic: Clinic) -> None:
    books(clinic, "call-1")
    first = takes(clinic, request="take-1")
    books(clinic, "call-2", mobile="09121234568")
    assert takes(clinic, request="take-1") == first
    assert [one.id for one in takes(clinic).to_send] == [2]


def test_an_accepted_text_is_followed_until_it_is_delivered(clinic: Clinic) -> None:
    books(clinic, "call-1")
    (text,) = takes(clinic).to_send
    tells(clinic, text, TextOutcome.ACCEPTED, gateway_id="85463238")
    assert takes(clinic) == Texts()
    clinic.wait(60)
    (follow,) = takes(clinic).to_follow
    assert (follow.id, follow.attempt, follow.gateway, follow.gateway_id) == (text.id, 1, "kavenegar", "85463238")
    assert takes(clinic).to_follow == ()
    clinic.wait(600)
    assert len(takes(clinic).to_follow) == 1
    tells(clinic, text, TextOutcome.DELIVERED)
    assert text_states(clinic) == ["delivered"]
    clinic.wait(3 * 24 * 3600)
    assert takes(clinic) == Texts()


def test_what_did_not_leave_is_sent_again_after_a_wait(clinic: Clinic) -> None:
    books(clinic, "call-1")
    for attempt, wait in ((1, 37), (2, 145), (3, 721)):
        (text,) = takes(clinic).to_send
        assert (text.attempt, text.asked_of) == (attempt, None)
        tells(clinic, text, TextOutcome.TRY_AGAIN, error="busy")
        assert takes(clinic).to_send == ()
        clinic.wait(wait)
    assert clinic.one("SELECT last_error FROM texts").last_error == "busy"


@pytest.mark.parametrize("outcome", [TextOutcome.ACCEPTED, TextOutcome.DELIVERED])
def test_a_text_that_is_taken_on_its_second_try_shows_the_first_ones_error_no_more(
    clinic: Clinic, outcome: TextOutcome
) -> None:
    books(clinic, "call-1")
    tells(clinic, takes(clinic).to_send[0], TextOutcome.TRY_AGAIN, error="busy")
    clinic.wait(37)
    tells(clinic, takes(clinic).to_send[0], outcome)
    assert clinic.one("SELECT last_error FROM texts").last_error is None


def test_an_empty_account_does_not_lengthen_a_texts_waits(clinic: Clinic) -> None:
    books(clinic, "call-1")
    for _ in range(5):
        (text,) = takes(clinic).to_send
        tells(clinic, text, TextOutcome.ACCOUNT, error="418 no credit")
        clinic.wait(300)
    assert clinic.one("SELECT waits FROM texts").waits == 0
    assert len(takes(clinic).to_send) == 1


def test_a_refused_text_is_sent_no_more_until_a_person_wants_it(clinic: Clinic) -> None:
    books(clinic, "call-1")
    (text,) = takes(clinic).to_send
    tells(clinic, text, TextOutcome.REFUSED, error="411 bad receptor")
    clinic.wait(24 * 3600)
    assert (text_states(clinic), takes(clinic).to_send) == (["failed"], ())
    assert isinstance(clinic.ask("operator", RetryText(text=text.id)), Changed)
    (again,) = takes(clinic).to_send
    assert (again.id, again.attempt) == (text.id, 2)


@pytest.mark.parametrize("outcome", [TextOutcome.ACCEPTED, TextOutcome.DELIVERED])
def test_what_arrived_is_not_sent_again_by_hand(clinic: Clinic, outcome: TextOutcome) -> None:
    books(clinic, "call-1")
    (text,) = takes(clinic).to_send
    for _ in range(2):
        refusal = clinic.ask("operator", RetryText(text=text.id))
        assert isinstance(refusal, Refusal)
        assert refusal.reason is Reason.NOT_POSSIBLE_NOW
        tells(clinic, text, outcome)


def test_a_text_that_nobody_wrote_is_unknown(clinic: Clinic) -> None:
    told = TextResult(text=7, attempt=1, outcome=TextOutcome.ACCEPTED, gateway="file")
    for device, operation in (("phone-1", told), ("operator", RetryText(text=7))):
        refusal = clinic.ask(device, operation)
        assert isinstance(refusal, Refusal)
        assert refusal.reason is Reason.UNKNOWN_TEXT


def test_what_may_have_left_is_asked_for_at_its_gateway_first(clinic: Clinic) -> None:
    books(clinic, "call-1")
    (text,) = takes(clinic).to_send
    tells(clinic, text, TextOutcome.UNKNOWN, error="timed out")
    clinic.wait(37)
    (again,) = takes(clinic).to_send
    assert (again.attempt, again.asked_of, again.doubts) == (2, "kavenegar", 1)
    tells(clinic, again, TextOutcome.TRY_AGAIN)
    clinic.wait(37)
    (third,) = takes(clinic).to_send
    assert third.asked_of == "kavenegar"
    tells(clinic, third, TextOutcome.ACCEPTED)
    assert text_states(clinic) == ["accepted"]


def test_a_worker_that_was_killed_may_have_sent_its_texts_by_any_gateway(clinic: Clinic) -> None:
    books(clinic, "call-1")
    takes(clinic)
    clinic.wait(119)
    assert takes(clinic).to_send == ()
    clinic.wait(1)
    (again,) = takes(clinic).to_send
    assert (again.attempt, again.asked_of) == (2, "")


def test_a_worker_that_starts_again_gets_back_at_once_what_its_last_run_left(clinic: Clinic) -> None:
    books(clinic, "call-1")
    takes(clinic, boot="boot-1")
    (again,) = takes(clinic, boot="boot-2").to_send
    assert (again.attempt, again.asked_of) == (2, "")


def test_a_result_of_an_earlier_attempt_changes_nothing(clinic: Clinic) -> None:
    books(clinic, "call-1")
    (slow,) = takes(clinic).to_send
    clinic.wait(120)
    (text,) = takes(clinic).to_send
    before = clinic.rows("SELECT * FROM texts")
    for outcome in TextOutcome:
        tells(clinic, slow, outcome)
    assert clinic.rows("SELECT * FROM texts") == before
    tells(clinic, text, TextOutcome.ACCEPTED)


def test_a_slow_worker_whose_text_nobody_took_since_is_believed(clinic: Clinic) -> None:
    books(clinic, "call-1")
    (text,) = takes(clinic).to_send
    clinic.wait(130)
    tells(clinic, text, TextOutcome.ACCEPTED)
    assert text_states(clinic) == ["accepted"]
    assert takes(clinic).to_send == ()


def test_nothing_is_sent_after_its_time_and_what_may_have_left_stays_in_doubt(clinic: Clinic) -> None:
    books(clinic, "call-1", doctor=3)  # until 10:00
    books(clinic, "call-2", doctor=3, mobile="09121234568")
    _, doubtful = takes(clinic).to_send
    tells(clinic, doubtful, TextOutcome.UNKNOWN)
    clinic.restart()
    clinic.at("10:00")
    assert takes(clinic, boot="boot-2").to_send == ()
    assert text_states(clinic) == ["unknown", "unknown"]
    books(clinic, "call-3", doctor=4)  # from 10:00 to 12:00
    clinic.at("12:00")
    assert takes(clinic).to_send == ()
    assert text_states(clinic) == ["unknown", "unknown", "expired"]
    assert isinstance(clinic.ask("operator", RetryText(text=3)), Changed)
    assert [one.id for one in takes(clinic).to_send] == [3]


def test_cancelling_a_booking_withdraws_its_texts_that_have_not_left(clinic: Clinic) -> None:
    first, second = books(clinic, "call-1"), books(clinic, "call-2", mobile="09121234568")
    (sent,) = takes(clinic, most=1).to_send
    for booked in (first, second):
        clinic.ask("operator", CancelBooking(code=booked.code))
    assert text_states(clinic) == ["sending", "withdrawn"]
    tells(clinic, sent, TextOutcome.TRY_AGAIN)
    clinic.wait(60)
    assert takes(clinic).to_send == ()
    assert text_states(clinic) == ["withdrawn", "withdrawn"]


def test_a_site_without_templates_texts_nobody(any_clinic: Clinic) -> None:
    assert isinstance(any_clinic.ask("operator", Book(department=12, mobile=MOBILE)), Booked)
    assert not any_clinic.rows("SELECT 1 FROM texts")


# --------------------------------------------------------------------------------- reminders and the night


def test_the_evening_before_each_is_reminded_once(clinic: Clinic) -> None:
    tomorrow = books(clinic, "call-1", doctor=3, after=SUNDAY.isoformat())
    books(clinic, "call-2", doctor=4, mobile=None, after=SUNDAY.isoformat())
    later = books(clinic, "call-3", doctor=4, mobile="09121234568", after=MONDAY.isoformat())
    takes(clinic)
    clinic.at("17:59").wait(0)
    assert clinic.one("SELECT count(*) AS n FROM texts").n == 2
    for _ in range(3):
        clinic.at("18:00").wait(0)
    books(clinic, "call-4", doctor=4, mobile="09121234569", after=SUNDAY.isoformat())  # heard of tomorrow just now
    clinic.at("18:30").wait(0)
    (reminder,) = clinic.rows("SELECT body, mobile, dedupe_key FROM texts WHERE kind = 'reminder'")
    assert (reminder.mobile, reminder.body) == (MOBILE, f"فردا {persian_digits(tomorrow.code)}")
    clinic.at("18:00", MONDAY).wait(0)
    newest = clinic.rows("SELECT body FROM texts WHERE kind = 'reminder' ORDER BY id")[-1]
    assert newest.body == f"فردا {persian_digits(later.code)}"


def test_a_reminder_that_could_not_leave_in_the_evening_waits_for_the_morning(clinic: Clinic) -> None:
    books(clinic, "call-1", doctor=3, after=SUNDAY.isoformat())
    tells(clinic, takes(clinic).to_send[0], TextOutcome.DELIVERED)
    clinic.at("18:00").wait(0)
    for clock, day in (("22:00", SUNDAY), ("00:00", MONDAY), ("06:59", MONDAY)):
        assert takes(clinic.at(clock, day)).to_send == ()
    assert len(takes(clinic.at("07:00", MONDAY)).to_send) == 1


def test_nobody_is_reminded_of_what_they_cancelled_or_are_here_for(clinic: Clinic) -> None:
    cancelled = books(clinic, "call-1", doctor=3, after=SUNDAY.isoformat())
    here = books(clinic, "call-2", doctor=3, mobile="09121234568", after=SUNDAY.isoformat())
    for one in takes(clinic).to_send:
        tells(clinic, one, TextOutcome.DELIVERED)
    clinic.at("18:00").wait(0)
    clinic.ask("operator", CancelBooking(code=cancelled.code))
    clinic.at("07:00", MONDAY).wait(0)
    assert isinstance(clinic.ask("kiosk-1", CheckIn(code=here.code, service_day=clinic.day)), TicketGiven)
    assert takes(clinic).to_send == ()
    assert text_states(clinic)[2:] == ["withdrawn", "withdrawn"]


def bad_news(clinic: Clinic, key: str, hours: int) -> None:
    """A text of a visit that begins in so many hours, in a session of six."""
    row = {"kind": "cancelled", "mobile": MOBILE, "body": "لغو", "state": "queued", "next_at_ms": 0, "written_at_ms": 0}
    begins_at_ms = clinic.now.ms + hours * 3_600_000
    values = row | {"dedupe_key": key, "begins_at_ms": begins_at_ms, "expires_at_ms": begins_at_ms + 6 * 3_600_000}
    with clinic.ledger.connection.begin():
        clinic.ledger.connection.execute(tables.texts.insert(), values)


def test_at_night_a_code_leaves_and_bad_news_that_cannot_wait(clinic: Clinic) -> None:
    books(clinic, "call-1", doctor=3, after=MONDAY.isoformat())
    clinic.at("23:00")
    bad_news(clinic, "later", hours=13)
    bad_news(clinic, "soon", hours=9)
    assert [one.id for one in takes(clinic).to_send] == [1, 3]
    clinic.at("07:00", MONDAY)
    assert 2 in [one.id for one in takes(clinic).to_send]


def test_whose_visit_of_the_morning_is_moved_is_told_at_night(clinic: Clinic) -> None:
    """The new visit may be far off: who is not told before the old one comes in vain."""
    books(clinic, "call-1", doctor=3, after=SUNDAY.isoformat())
    tells(clinic, takes(clinic).to_send[0], TextOutcome.DELIVERED)
    clinic.at("22:30")
    moved = AnnounceAbsence(
        doctor=3,
        date=MONDAY.isoformat(),
        agreed_with="the doctor",
        remedy=Remedy.MOVE,
        move_to=TUESDAY.isoformat(),
        words="{old_date} → {date}",
        preview=False,
    )
    assert isinstance(clinic.ask("operator", moved), AbsencePlan)
    (text,) = takes(clinic).to_send
    assert text.body == "۱۴۰۵/۰۹/۰۲ → ۱۴۰۵/۰۹/۰۳"


def test_codes_leave_before_all_else(clinic: Clinic) -> None:
    for key in range(30):
        bad_news(clinic, str(key), hours=1)
    books(clinic, "call-1")
    assert takes(clinic, most=1).to_send[0].id == 31


# --------------------------------------------------------------------------------- a code that never came


def send_again(clinic: Clinic, mobile: str = MOBILE) -> object:
    return clinic.ask("kiosk-1", SendCodeAgain(mobile=mobile))


def test_a_code_that_never_came_is_sent_again_to_its_own_mobile_and_the_kiosk_is_told_nothing(clinic: Clinic) -> None:
    booked = books(clinic, "call-1")
    tells(clinic, takes(clinic).to_send[0], TextOutcome.ACCEPTED)
    assert send_again(clinic) == send_again(clinic, "09129999999") == Changed()
    (again,) = takes(clinic).to_send
    assert (again.to, again.body) == (MOBILE, f"باز هم {persian_digits(booked.code)}")


def test_a_code_that_is_on_its_way_is_not_sent_twice(clinic: Clinic) -> None:
    books(clinic, "call-1")
    send_again(clinic)
    assert len(takes(clinic).to_send) == 1
    send_again(clinic)
    assert takes(clinic).to_send == ()


def test_a_code_is_sent_again_so_often_a_day(clinic: Clinic) -> None:
    books(clinic, "call-1", after=MONDAY.isoformat())
    for sent in (1, 1, 1, 0, 0):
        found = takes(clinic).to_send
        assert len(found) == sent
        for one in found:
            tells(clinic, one, TextOutcome.DELIVERED)
        assert send_again(clinic) == Changed()
    clinic.at("08:00", MONDAY)
    send_again(clinic)
    assert len(takes(clinic).to_send) == 1


def test_what_is_no_mobile_is_told_so(clinic: Clinic) -> None:
    refusal = send_again(clinic, "086-32240066")
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.BAD_MOBILE


# --------------------------------------------------------------------------------- privacy


def test_mobiles_and_words_are_neither_kept_with_answers_nor_noted(clinic: Clinic) -> None:
    booked = books(clinic, "call-1")
    text = takes(clinic, request="take-1").to_send[0]
    clinic.ask("phone-1", FindBookings(mobile=MOBILE), "find-1")
    clinic.ask("phone-1", CancelBooking(code=booked.code, mobile=MOBILE))
    send_again(clinic)
    kept = json.dumps([tuple(row) for row in clinic.rows("SELECT answer FROM requests")], ensure_ascii=False)
    noted = json.dumps([str(row) for row in clinic.rows("SELECT why, details FROM audit")], ensure_ascii=False)
    assert MOBILE not in kept + noted
    assert text.body not in kept + noted
    assert not clinic.rows("SELECT 1 FROM requests WHERE request IN ('take-1', 'find-1')")


def fault_of_the_database(desk: Desk, *_: object) -> None:
    desk.tx.execute(sql("SELECT :mobile FROM nowhere"), {"mobile": MOBILE})


def fault_of_the_program(*_: object) -> None:
    raise KeyError(MOBILE)


@pytest.mark.parametrize("fault", [fault_of_the_database, fault_of_the_program])
def test_a_fault_is_logged_with_its_place_and_without_what_was_asked(
    clinic: Clinic, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, fault: Callable[..., None]
) -> None:
    monkeypatch.setattr("booking_store.desk.outbox.tell", fault)
    refusal = clinic.ask("operator", Book(department=12, mobile=MOBILE))
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.INTERNAL_ERROR
    assert f"in {fault.__name__}" in caplog.text
    assert MOBILE not in caplog.text


@pytest.mark.parametrize("device", ["kiosk-1", "counter-1", "operator"])
def test_only_the_worker_takes_texts(clinic: Clinic, device: str) -> None:
    refusal = clinic.ask(device, TakeTexts())
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.NOT_ALLOWED
