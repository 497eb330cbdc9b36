"""Booking by telephone: a place is held for one call, booked with its text in one step, and free when the call is gone."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from booking_store import tables
from mqtt.contract import (
    AskHours,
    Book,
    Booked,
    Bookings,
    CancelBooking,
    Changed,
    CheckIn,
    ConfirmHold,
    EndCall,
    FindBookings,
    HoldPlace,
    Offer,
    OpenHours,
    Reason,
    Refusal,
    ReleaseHold,
    ResumeCall,
)
from rules.digits import persian_digits
from tests.store.callers import MOBILE, books, confirm, hold, offered, takes, with_telephone
from tests.store.clinic import SUNDAY, Clinic, moment_ms

MORADI, AKBARI = 3, 4  # two cardiologists with two places by phone each
MONDAY = SUNDAY + timedelta(days=1)


@pytest.fixture
def clinic(any_clinic: Clinic, tmp_path: Path) -> Clinic:
    """The small clinic with a telephone, on both kinds of database."""
    return with_telephone(any_clinic, tmp_path)


def refused(answer: object) -> Reason:
    assert isinstance(answer, Refusal), answer
    return answer.reason


def test_an_offered_place_is_kept_for_its_call_and_booked_with_its_text(clinic: Clinic) -> None:
    offer = offered(clinic, "call-1", doctor=MORADI)
    assert (offer.date, offer.doctor, offer.session_starts, offer.session_ends) == (
        SUNDAY.isoformat(),
        MORADI,
        "08:00",
        "10:00",
    )
    assert offer.held_until_ms == clinic.now.ms + 120_000
    booked = confirm(clinic, "call-1")
    assert isinstance(booked, Booked)
    (row,) = clinic.rows("SELECT code, mobile, state, held_until_ms FROM bookings")
    assert tuple(row) == (booked.code, MOBILE, "active", None)
    (text,) = takes(clinic).to_send
    assert (text.to, text.body) == (MOBILE, f"کد {persian_digits(booked.code)} یکشنبه ۱۴۰۵/۰۹/۰۱ درمانگاه کوچک")


def test_who_skips_the_mobile_is_booked_without_a_text(clinic: Clinic) -> None:
    assert books(clinic, "call-1", mobile=None).code
    assert takes(clinic).to_send == ()


def test_a_held_place_is_offered_to_nobody_else_and_by_no_mistake_of_the_program_given_twice(clinic: Clinic) -> None:
    offers = [offered(clinic, f"call-{n}", doctor=MORADI) for n in range(3)]
    assert [offer.date for offer in offers] == [SUNDAY.isoformat(), SUNDAY.isoformat(), MONDAY.isoformat()]
    (row, *_) = clinic.rows("SELECT session, place FROM bookings ORDER BY id")
    twice = {"code": "00000000", "session": row.session, "place": row.place, "state": "active"}
    with pytest.raises(IntegrityError), clinic.ledger.connection.begin():
        clinic.ledger.connection.execute(tables.bookings.insert(), twice | {"booked_at_ms": 1, "booked_by": "test"})


def test_staff_do_not_book_what_a_caller_is_being_offered(clinic: Clinic) -> None:
    for call in ("call-1", "call-2"):
        offered(clinic, call, doctor=MORADI)
    answer = clinic.ask("operator", Book(department=12, doctor=MORADI, date=SUNDAY.isoformat()))
    assert refused(answer) is Reason.SESSION_FULL


def test_a_call_holds_one_place_and_asking_for_a_later_day_lets_the_first_go(clinic: Clinic) -> None:
    first = offered(clinic, "call-1", doctor=MORADI)
    assert offered(clinic, "call-1", doctor=MORADI) == first
    later = offered(clinic, "call-1", doctor=MORADI, after=first.date)
    assert later.date == MONDAY.isoformat()
    assert clinic.one("SELECT count(*) AS n FROM bookings").n == 1


def test_hanging_up_frees_the_place_at_once_and_leaves_no_trace(clinic: Clinic) -> None:
    for call in ("call-1", "call-2"):
        offered(clinic, call, doctor=MORADI)
    assert isinstance(clinic.ask("phone-1", ReleaseHold(call="call-1")), Changed)
    assert offered(clinic, "call-3", doctor=MORADI).date == SUNDAY.isoformat()
    assert not clinic.rows("SELECT 1 FROM bookings WHERE call = 'call-1'")
    assert not clinic.rows("SELECT 1 FROM audit WHERE what = 'booked'")


def test_a_call_that_ended_without_a_word_holds_nothing_after_its_time(clinic: Clinic) -> None:
    offered(clinic, "call-1", doctor=MORADI)
    clinic.wait(119)
    assert clinic.one("SELECT count(*) AS n FROM bookings").n == 1
    clinic.wait(1)
    assert clinic.one("SELECT count(*) AS n FROM bookings").n == 0


def test_a_place_held_too_long_is_free_for_the_next_caller_before_the_store_tidies_up(clinic: Clinic) -> None:
    for call in ("call-1", "call-2"):
        offered(clinic, call, doctor=MORADI)
    clinic.at("07:02")
    assert offered(clinic, "call-3", doctor=MORADI).date == SUNDAY.isoformat()
    assert refused(confirm(clinic, "call-1")) is Reason.HOLD_EXPIRED


def test_a_confirmation_that_comes_too_late_books_nothing(clinic: Clinic) -> None:
    offered(clinic, "call-1")
    clinic.at("07:02")
    assert refused(confirm(clinic, "call-1")) is Reason.HOLD_EXPIRED
    assert refused(confirm(clinic, "call-never")) is Reason.HOLD_EXPIRED
    assert takes(clinic).to_send == ()


def test_a_confirmation_asked_again_is_the_same_booking_with_one_text(clinic: Clinic) -> None:
    booked = books(clinic, "call-1")
    assert confirm(clinic, "call-1") == booked
    assert hold(clinic, "call-1", doctor=AKBARI) == booked
    clinic.ask("phone-1", ReleaseHold(call="call-1"))
    assert clinic.ask("phone-1", ResumeCall(call="call-1")) == booked
    assert clinic.one("SELECT count(*) AS n FROM texts").n == 1


def test_a_call_that_is_here_again_has_what_it_had(clinic: Clinic) -> None:
    assert isinstance(clinic.ask("phone-1", ResumeCall(call="call-1")), Changed)
    offer = offered(clinic, "call-1")
    clinic.restart()
    assert clinic.ask("phone-1", ResumeCall(call="call-1")) == offer
    booked = confirm(clinic, "call-1")
    clinic.restart()
    assert clinic.ask("phone-1", ResumeCall(call="call-1")) == booked
    offered(clinic, "call-2")
    clinic.at("07:02")
    assert isinstance(clinic.ask("phone-1", ResumeCall(call="call-2")), Changed)


def test_a_booking_whose_code_nobody_heard_is_kept_only_where_a_text_tells_it(clinic: Clinic) -> None:
    told, untold = books(clinic, "call-1", doctor=MORADI), books(clinic, "call-2", doctor=MORADI, mobile=None)
    for call in ("call-1", "call-2", "call-3"):
        assert isinstance(clinic.ask("phone-1", ReleaseHold(call=call, unheard=True)), Changed)
    active = [row.code for row in clinic.rows("SELECT code FROM bookings WHERE state = 'active'")]
    assert active == [told.code]
    assert offered(clinic, "call-4", doctor=MORADI).date == untold.date == SUNDAY.isoformat()


def test_where_nothing_is_texted_a_mobile_does_not_keep_what_nobody_heard(any_clinic: Clinic, tmp_path: Path) -> None:
    silent = with_telephone(any_clinic, tmp_path, templates=False)
    books(silent, "call-1")
    silent.ask("phone-1", ReleaseHold(call="call-1", unheard=True))
    assert not silent.rows("SELECT 1 FROM bookings WHERE state = 'active'")


def test_a_thousand_callers_on_one_last_place_and_one_gets_it(clinic: Clinic) -> None:
    books(clinic, "before", doctor=MORADI)
    last = offered(clinic, "holder", doctor=MORADI)
    assert last.date == SUNDAY.isoformat()
    clinic.ask("phone-1", ReleaseHold(call="holder"))
    answers = [
        reply.answer
        for first in range(0, 1000, 50)
        for reply in clinic.batch(
            *(
                ("phone-1", operation, None)
                for n in range(first, first + 50)
                for operation in (HoldPlace(call=f"call-{n}", department=12, doctor=MORADI), ConfirmHold(call=f"call-{n}"))
            )
        )
    ]
    booked = [answer for answer in answers if isinstance(answer, Booked)]
    assert [answer.date for answer in booked].count(SUNDAY.isoformat()) == 1
    assert len({answer.code for answer in booked}) == len(booked)
    places = clinic.rows("SELECT session, place FROM bookings")
    assert len(set(places)) == len(places) == len(booked) + 1


def test_a_held_code_opens_nothing(clinic: Clinic) -> None:
    offered(clinic, "call-1")
    code = clinic.one("SELECT code FROM bookings").code
    assert refused(clinic.ask("kiosk-1", CheckIn(code=code, service_day=clinic.day))) is Reason.NO_SUCH_CODE
    assert refused(clinic.ask("operator", CancelBooking(code=code))) is Reason.UNKNOWN_BOOKING


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"mobile": "08632240066"}, Reason.BAD_MOBILE),
        ({"after": "1405/09/03"}, Reason.BAD_DATE),
        ({"after": "2027-11-01"}, Reason.BEYOND_HORIZON),
        ({"department": 13}, Reason.UNKNOWN_DEPARTMENT),
        ({"doctor": 1}, Reason.UNKNOWN_DOCTOR),
    ],
)
def test_a_caller_is_told_why_a_wish_cannot_be_had(clinic: Clinic, wish: dict[str, object], reason: Reason) -> None:
    assert refused(hold(clinic, "call-1", **wish)) is reason  # type: ignore[arg-type]  # a test's shorthand


def test_the_limits_of_a_mobile_are_told_before_anything_is_offered_and_looked_at_again_at_the_end(clinic: Clinic) -> None:
    for call in ("call-1", "call-2", "call-3"):
        offered(clinic, call, 11, mobile=MOBILE)
    assert isinstance(confirm(clinic, "call-1"), Booked)
    assert isinstance(confirm(clinic, "call-2"), Booked)
    assert refused(confirm(clinic, "call-3")) is Reason.TOO_MANY_BOOKINGS  # two with one doctor in a day here
    assert isinstance(confirm(clinic, "call-3", "09121234568"), Booked)
    assert refused(hold(clinic, "call-4", 11, mobile="0098 912 123 4567")) is Reason.TOO_MANY_BOOKINGS
    books(clinic, "call-5", 12)
    assert refused(hold(clinic, "call-6", 21, mobile=MOBILE)) is Reason.TOO_MANY_BOOKINGS  # three in all


def test_a_session_that_is_taken_out_while_the_caller_listens_is_booked_no_more(clinic: Clinic) -> None:
    offered(clinic, "call-1", doctor=MORADI)
    with clinic.ledger.connection.begin():
        clinic.ledger.connection.execute(tables.sessions.update().values(withdrawn=True))
    assert refused(confirm(clinic, "call-1")) is Reason.HOLD_EXPIRED
    assert not clinic.rows("SELECT 1 FROM bookings")


def test_a_caller_cancels_with_code_and_mobile_and_the_place_and_the_text_are_gone(clinic: Clinic) -> None:
    booked = books(clinic, "call-1", doctor=MORADI)
    for mobile in (None, "", "09121234568", "abc"):
        answer = clinic.ask("phone-1", CancelBooking(code=booked.code, mobile=mobile))
        assert refused(answer) is Reason.UNKNOWN_BOOKING
    assert isinstance(clinic.ask("phone-1", CancelBooking(code=booked.code, mobile="+98 912 123 4567")), Changed)
    assert takes(clinic).to_send == ()
    assert clinic.one("SELECT state FROM texts").state == "withdrawn"
    assert books(clinic, "call-1", doctor=MORADI).date == SUNDAY.isoformat()


def test_nobody_cancels_by_telephone_what_was_booked_without_a_mobile(clinic: Clinic) -> None:
    booked = books(clinic, "call-1", mobile=None)
    assert refused(clinic.ask("phone-1", CancelBooking(code=booked.code, mobile=MOBILE))) is Reason.UNKNOWN_BOOKING


def test_a_caller_hears_the_bookings_of_a_mobile_soonest_first(clinic: Clinic) -> None:
    later = books(clinic, "call-1", doctor=AKBARI, after=SUNDAY.isoformat())
    sooner = books(clinic, "call-2", doctor=MORADI)
    books(clinic, "call-3", 11, mobile="09121234568")
    assert clinic.ask("phone-1", FindBookings(mobile="9121234567")) == Bookings(bookings=(sooner, later))
    assert clinic.ask("phone-1", FindBookings(mobile=MOBILE, date=later.date)) == Bookings(bookings=(later,))
    clinic.at("10:00")
    assert clinic.ask("phone-1", FindBookings(mobile=MOBILE)) == Bookings(bookings=(later,))


def test_the_hours_of_a_date_are_told_or_why_it_is_closed(clinic: Clinic) -> None:
    today = OpenHours(date=SUNDAY.isoformat(), opens="07:00", tickets_until="13:00", ends="14:00")
    assert clinic.ask("phone-1", AskHours()) == today
    assert refused(clinic.ask("phone-1", AskHours(date="1405/09/01"))) is Reason.BAD_DATE


def test_how_a_call_went_is_kept_once_and_leads_to_nobody(clinic: Clinic) -> None:
    booked = books(clinic, "call-1")
    end = EndCall(call="call-1", seconds=95, steps=("welcome", "department", "confirm"), ended="booked")
    for _ in range(2):
        assert isinstance(clinic.ask("phone-1", end, "end-1"), Changed)
    (row,) = clinic.rows("SELECT * FROM phone_calls")
    assert (row.device, row.seconds, row.ended) == ("phone-1", 95, "booked")
    assert not [word for word in ("call-1", booked.code, MOBILE) if word in str(row)]


def test_how_a_call_went_is_forgotten_when_nobody_compares_with_it(clinic: Clinic) -> None:
    clinic.ask("phone-1", EndCall(call="call-1", seconds=95, steps=("welcome",), ended="hung_up"))
    clinic.wait(399 * 24 * 3600)
    assert len(clinic.rows("SELECT 1 FROM phone_calls")) == 1
    clinic.wait(2 * 24 * 3600)
    assert not clinic.rows("SELECT 1 FROM phone_calls")


@pytest.mark.parametrize("device", ["kiosk-1", "counter-1", "room-1"])
def test_only_the_telephone_and_the_staff_hold_places(clinic: Clinic, device: str) -> None:
    for operation in (HoldPlace(call="call-1", department=12), ConfirmHold(call="call-1"), FindBookings(mobile=MOBILE)):
        assert refused(clinic.ask(device, operation)) is Reason.NOT_ALLOWED


def test_doctor_zero_is_the_least_loaded_of_the_first_day(clinic: Clinic) -> None:
    offers = [offered(clinic, f"call-{n}", doctor=0) for n in range(5)]
    assert [(offer.doctor, offer.date) for offer in offers] == [
        (MORADI, SUNDAY.isoformat()), (AKBARI, SUNDAY.isoformat()),
        (MORADI, SUNDAY.isoformat()), (AKBARI, SUNDAY.isoformat()),
        (MORADI, MONDAY.isoformat()),
    ]  # fmt: skip


def test_a_hold_asked_twice_is_one_offer(clinic: Clinic) -> None:
    operation = HoldPlace(call="call-1", department=12)
    first = clinic.reply("phone-1", operation, "request-1")
    again = clinic.reply("phone-1", operation, "request-1")
    assert isinstance(first.answer, Offer)
    assert (again.answer, again.repeated) == (first.answer, True)
    assert first.answer.held_until_ms == moment_ms("07:02")
