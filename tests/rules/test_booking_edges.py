"""The edges of what can be booked: the last day, the last place of a session, the night's hour in Arak, another's full day."""

from datetime import UTC, time, timedelta

from rules.booking import NoPlace, Place, Wish, choose_place
from rules.schedule import last_bookable_day
from tests.rules.kosar import SUNDAY, at, kosar
from tests.rules.test_booking import CARDIOLOGY, MORADI, full_when, nobody, place_for

SATURDAY = SUNDAY + timedelta(days=6)
"""Two doctors of department 11 have sessions on it."""


def test_the_last_day_can_be_booked_and_there_is_none_after_it() -> None:
    last = last_bookable_day(kosar(), at("07:00"))
    on_it = choose_place(kosar(), Wish(CARDIOLOGY, 0, last), at("07:00"), nobody)
    assert on_it is not NoPlace.BEYOND_HORIZON
    assert choose_place(kosar(), Wish(CARDIOLOGY, 0, last + timedelta(days=1)), at("07:00"), nobody) is NoPlace.BEYOND_HORIZON
    assert choose_place(kosar(), Wish(CARDIOLOGY, 0, after=last), at("07:00"), nobody) is NoPlace.BEYOND_HORIZON


def test_yesterday_may_still_be_running_and_the_day_before_is_no_date() -> None:
    yesterday, before = SUNDAY - timedelta(days=1), SUNDAY - timedelta(days=2)
    assert choose_place(kosar(), Wish(CARDIOLOGY, 0, yesterday), at("07:00"), nobody) is not NoPlace.BAD_DATE
    assert choose_place(kosar(), Wish(CARDIOLOGY, 0, before), at("07:00"), nobody) is NoPlace.BAD_DATE


def test_the_last_place_of_a_session_is_given_too() -> None:
    first = place_for(Wish(CARDIOLOGY, MORADI)).session
    last = first.capacity.phone
    found = place_for(Wish(CARDIOLOGY, MORADI), lambda one: range(1, last) if one.starts == time(8) else ())
    assert (found.session, found.place) == (first, last)


def test_a_doctor_without_a_session_is_not_called_full_because_of_another_one() -> None:
    # Department 11 has two doctors on this Saturday and one of them on the day after.
    for day in (SATURDAY + timedelta(days=ahead) for ahead in range(6)):
        there = {doctor: choose_place(kosar(), Wish(11, doctor, day), at("07:00"), nobody) for doctor in (1, 2)}
        for doctor, place in there.items():
            full = choose_place(kosar(), Wish(11, doctor, day), at("07:00"), full_when(lambda _: True))
            assert full is (NoPlace.SESSION_FULL if isinstance(place, Place) else NoPlace.NO_SESSION), (doctor, day)


def test_which_day_it_is_is_asked_of_the_clinics_clock_and_not_of_the_machines() -> None:
    just_after_midnight = at("00:30")
    elsewhere = just_after_midnight.astimezone(UTC)  # there it is still Saturday
    for moment in (just_after_midnight, elsewhere):
        assert choose_place(kosar(), Wish(CARDIOLOGY, 0, SUNDAY - timedelta(days=2)), moment, nobody) is NoPlace.BAD_DATE
