"""Places: the first free one, whoever the doctor is; the last one once; never beyond what is known."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt.contract import Reason
from rules.booking import NoPlace, Place, WalkInShare, Wish, choose_place, choose_walk_in, kept_for_kiosks
from rules.mobile import normalise_mobile
from rules.schedule import PlannedSession
from tests.rules.kosar import FRIDAY, SUNDAY, at, kosar

CARDIOLOGY, MORADI = 12, 3


def nobody(_: PlannedSession) -> Collection[int]:
    return ()


def full_when(full: Callable[[PlannedSession], bool]) -> Callable[[PlannedSession], Collection[int]]:
    return lambda session: range(1, session.capacity.phone + 1) if full(session) else ()


def place_for(wish: Wish, taken: Callable[[PlannedSession], Collection[int]] = nobody, clock: str = "07:00") -> Place:
    place = choose_place(kosar(), wish, at(clock), taken)
    assert isinstance(place, Place), place
    return place


def test_every_refusal_of_the_rule_is_a_reason_of_the_contract() -> None:
    assert {str(reason) for reason in NoPlace} <= {str(reason) for reason in Reason}


def test_the_first_caller_gets_the_first_place_of_the_first_session() -> None:
    place = place_for(Wish(CARDIOLOGY, MORADI))
    assert (place.session.date, place.session.starts, place.place) == (SUNDAY, time(8), 1)


def test_a_place_given_back_is_the_next_to_be_given() -> None:
    assert place_for(Wish(CARDIOLOGY, MORADI), lambda _: {1, 2, 4}).place == 3


def test_a_full_morning_leads_to_the_evening_and_a_full_day_to_the_next() -> None:
    evening = place_for(Wish(CARDIOLOGY, MORADI), full_when(lambda s: s.starts == time(8) and s.date == SUNDAY))
    assert (evening.session.date, evening.session.starts) == (SUNDAY, time(16))
    tomorrow = place_for(Wish(CARDIOLOGY, MORADI), full_when(lambda s: s.date == SUNDAY))
    assert tomorrow.session.date == SUNDAY + timedelta(days=1)


def test_doctor_zero_is_the_first_free_time_whoever_the_doctor_is() -> None:
    saturday = SUNDAY + timedelta(days=6)
    place = place_for(Wish(11, 0, saturday), full_when(lambda s: s.doctor == 1))
    assert (place.session.doctor, place.session.date) == (2, saturday)


def test_doctor_zero_is_the_least_loaded_of_the_first_day_however_early_the_others_begin() -> None:
    saturday = SUNDAY + timedelta(days=6)
    # Of 54 places of the morning's doctor five are taken, of the evening's 24 two: the evening's are a smaller part.
    taken = {1: range(1, 6), 2: range(1, 3)}
    place = place_for(Wish(11, 0, saturday), lambda s: taken[s.doctor or 0])
    assert (place.session.doctor, place.place) == (2, 3)
    taken = {1: range(1, 5), 2: range(1, 3)}
    assert place_for(Wish(11, 0, saturday), lambda s: taken[s.doctor or 0]).session.doctor == 1


def test_who_wants_a_later_day_than_the_one_offered_gets_the_next_free_one() -> None:
    assert place_for(Wish(CARDIOLOGY, MORADI, after=SUNDAY)).session.date == SUNDAY + timedelta(days=1)
    for after in (SUNDAY + timedelta(days=40), date.max):
        beyond = choose_place(kosar(), Wish(CARDIOLOGY, MORADI, after=after), at("07:00"), nobody)
        assert beyond is NoPlace.BEYOND_HORIZON


def test_a_session_that_runs_can_be_booked_until_it_ends() -> None:
    assert place_for(Wish(CARDIOLOGY, MORADI), clock="12:29").session.starts == time(8)
    assert place_for(Wish(CARDIOLOGY, MORADI), clock="12:30").session.starts == time(16)


def test_where_times_are_given_a_time_that_is_past_is_not() -> None:
    site = replace(kosar(), booking=replace(kosar().booking, give_times=True))
    place = choose_place(site, Wish(CARDIOLOGY, MORADI), at("09:00"), nobody)
    assert isinstance(place, Place)
    assert place.time == at("09:00")
    assert place.place == 21


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (Wish(99), NoPlace.UNKNOWN_DEPARTMENT),
        (Wish(CARDIOLOGY, 1), NoPlace.UNKNOWN_DOCTOR),
        (Wish(CARDIOLOGY, MORADI, FRIDAY), NoPlace.NO_SESSION),
        (Wish(CARDIOLOGY, MORADI, SUNDAY - timedelta(days=2)), NoPlace.BAD_DATE),
        (Wish(CARDIOLOGY, MORADI, SUNDAY + timedelta(days=31)), NoPlace.BEYOND_HORIZON),
        (Wish(14, 5, date(2026, 12, 14)), NoPlace.DOCTOR_ABSENT),
    ],
)
def test_a_wish_that_cannot_be_had_is_told_why(wish: Wish, why: NoPlace) -> None:
    assert choose_place(kosar(), wish, at("07:00"), nobody) is why


def test_a_date_whose_sessions_are_full_is_said_to_be_full() -> None:
    assert choose_place(kosar(), Wish(CARDIOLOGY, 0, SUNDAY), at("07:00"), full_when(lambda _: True)) is NoPlace.SESSION_FULL


@given(st.integers(0, 70), st.randoms(use_true_random=False))
def test_a_place_is_given_once_and_none_is_passed_over(callers: int, chance: object) -> None:
    taken: dict[object, set[int]] = {}
    for _ in range(callers):
        place = place_for(Wish(CARDIOLOGY, MORADI, SUNDAY), lambda s: taken.get(s.starts, ()))
        held = taken.setdefault(place.session.starts, set())
        assert place.place not in held
        held.add(place.place)
    assert sum(map(len, taken.values())) == callers
    assert all(held == set(range(1, len(held) + 1)) for held in taken.values())


def share(number: int, starts: str, ends: str, places: int, given: int) -> WalkInShare:
    return WalkInShare(number, at(starts), at(ends), places, given)


def test_a_walk_in_takes_the_first_session_with_a_place_left() -> None:
    sessions = [share(2, "16:00", "18:00", 5, 0), share(1, "08:00", "12:00", 5, 5)]
    chosen = choose_walk_in(sessions, at("09:00"))
    assert isinstance(chosen, WalkInShare)
    assert chosen.id == 2


def test_a_used_up_share_is_told_from_no_session_at_all() -> None:
    assert choose_walk_in([share(1, "08:00", "12:00", 5, 5)], at("09:00")) is NoPlace.SHARE_USED_UP
    assert choose_walk_in([share(1, "08:00", "12:00", 5, 0)], at("12:00")) is NoPlace.NO_SESSION


@pytest.mark.parametrize(
    ("share", "wanted", "kept"),
    [
        (20, {"kiosk-1": 2, "kiosk-2": 3}, {"kiosk-1": 2, "kiosk-2": 3}),
        (5, {"kiosk-1": 2, "kiosk-2": 3}, {"kiosk-1": 2, "kiosk-2": 0}),
        (1, {"kiosk-1": 2}, {"kiosk-1": 0}),
        (0, {"kiosk-1": 2}, {"kiosk-1": 0}),
        (20, {}, {}),
    ],
)
def test_kiosks_keep_at_most_half_of_a_share(share: int, wanted: dict[str, int], kept: dict[str, int]) -> None:
    assert kept_for_kiosks(share, wanted) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "09121234567",
        "9121234567",
        "+989121234567",
        "00989121234567",
        "989121234567",
        "۰۹۱۲۱۲۳۴۵۶۷",
        "٠٩١٢١٢٣٤٥٦٧",
        "+98 (0)912 123 4567",
        "0912-123-4567",
        "\u200e0912 123 4567\u200f",
        "۰۹۱۲\u200c۱۲۳\u200c۴۵۶۷",
    ],
)
def test_a_mobile_is_the_same_however_it_is_typed(typed: str) -> None:
    assert normalise_mobile(typed) == "09121234567"


@pytest.mark.parametrize("typed", ["0912123456", "091212345678", "086-32240066", "08632240066", "", "علی", "०९१२१२३४५६७"])
def test_what_takes_no_text_message_is_no_mobile(typed: str) -> None:
    assert normalise_mobile(typed) is None
