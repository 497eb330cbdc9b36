"""When the clinic works: weeks that begin on Saturday, half Thursdays, holidays, overrides, nights."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.schedule import (
    absent_on,
    carried_over,
    hours_on,
    last_bookable_day,
    minutes_between,
    next_opening,
    opening_at,
    opening_on,
    openings_with_sessions,
    sessions_of,
    sessions_on,
    shifts_on,
    weekday_of,
    why_closed,
)
from rules.site import Capacity, Holidays, Hours, HoursOverride, Override, Shift, Site, Timetable
from tests.rules.kosar import FRIDAY, SATURDAY, SUNDAY, THURSDAY, at, kosar

EVENING = Shift(time(16), time(19), Capacity(10, 5))
MORNING = Shift(time(8), time(12), Capacity(20, 10))


def test_the_week_begins_on_saturday() -> None:
    assert [weekday_of(SATURDAY + timedelta(days=ahead)) for ahead in range(7)] == [0, 1, 2, 3, 4, 5, 6]


def test_thursday_is_half_and_friday_closed() -> None:
    thursday = opening_on(kosar(), THURSDAY)
    assert thursday is not None
    assert thursday.tickets_until == at("12:00", THURSDAY)
    assert opening_on(kosar(), FRIDAY) is None
    assert sessions_on(kosar(), FRIDAY) == ()


def test_both_rooms_have_their_doctor_every_working_morning() -> None:
    for ahead in range(6):
        day = SATURDAY + timedelta(days=ahead)
        mornings = {session.doctor for session in sessions_on(kosar(), day) if session.starts == time(8)}
        assert mornings == {1, 3}, day


def test_a_split_shift_is_two_sessions() -> None:
    assert [(s.starts, s.ends) for s in sessions_of(kosar(), SUNDAY, 12, 3)] == [(time(8), time(12, 30)), (time(16), time(18))]


def test_a_department_without_doctors_has_sessions_of_its_own() -> None:
    (laboratory,) = sessions_of(kosar(), SUNDAY, 21, None)
    assert (laboratory.doctor, laboratory.starts) == (None, time(7, 30))


def test_a_holiday_closes_and_the_next_opening_is_after_it() -> None:
    teachers_feast = date(2026, 12, 23)  # 1405/10/02
    assert hours_on(kosar(), teachers_feast) is None
    following = next_opening(kosar(), at("09:00", teachers_feast))
    assert following is not None
    assert following.date == date(2026, 12, 24)


def test_a_closed_day_is_told_by_its_reason_its_holidays_name_or_not_at_all() -> None:
    feast = date(2026, 12, 23)
    painters = HoursOverride(feast, feast, None, why="نقاشی ساختمان")
    assert why_closed(kosar(), feast) == kosar().holidays.dates[feast] != ""
    assert why_closed(kosar_with(painters), feast) == "نقاشی ساختمان"
    assert why_closed(kosar_with(replace(painters, weekdays=frozenset({weekday_of(FRIDAY)}))), feast) != "نقاشی ساختمان"
    assert why_closed(kosar(), FRIDAY) == ""
    assert why_closed(kosar_with(HoursOverride(feast, feast, Hours(time(8), time(9), time(9)), why="کوتاه")), feast) != "کوتاه"


def test_a_clinic_without_hours_has_no_next_opening() -> None:
    assert next_opening(replace(kosar(), hours={}), at("09:00")) is None


def test_a_kiosk_that_is_alone_is_told_of_days_with_sessions_from_the_one_that_gives_tickets_now_on() -> None:
    friday_evening = at("20:00", FRIDAY)
    assert next(openings_with_sessions(kosar(), friday_evening)).date == FRIDAY + timedelta(days=1)
    during, after = at("18:59", SUNDAY), at("19:00", SUNDAY)
    assert [next(openings_with_sessions(kosar(), now)).date - SUNDAY for now in (during, after)] == [
        timedelta(),
        timedelta(days=1),
    ]


def test_a_day_of_a_site_without_doctors_there_is_passed_over() -> None:
    idle = replace(kosar(), departments=(), doctors=())
    assert not list(openings_with_sessions(idle, at("08:00", SUNDAY)))


def test_the_next_opening_is_today_before_the_doors_open() -> None:
    following = next_opening(kosar(), at("06:59"))
    assert following is not None
    assert following.opens == at("07:00")


def test_ramadan_changes_the_hours_but_opens_no_friday_and_no_holiday() -> None:
    ramadan_sunday, ramadan_friday = date(2027, 2, 14), date(2027, 2, 12)
    revolution_day = date(2027, 2, 11)  # 1405/11/22, a Thursday
    hours = hours_on(kosar(), ramadan_sunday)
    assert hours is not None
    assert hours.opens == time(7, 30)
    assert hours_on(kosar(), ramadan_friday) is None
    assert hours_on(kosar(), revolution_day) is None


def kosar_with(*overrides: HoursOverride) -> Site:
    return replace(kosar(), hours_overrides=overrides)


def test_other_hours_open_no_day_that_is_closed_unless_they_say_so() -> None:
    holiday = date(2026, 12, 23)
    hours = Hours(time(8), time(11), time(12))
    week = HoursOverride(holiday - timedelta(days=3), holiday + timedelta(days=3), hours)
    assert hours_on(kosar_with(week), holiday) is None
    assert hours_on(kosar_with(week), date(2026, 12, 25)) is None  # a Friday
    assert hours_on(kosar_with(week), holiday - timedelta(days=1)) == hours
    assert hours_on(kosar_with(replace(week, holidays_too=True)), holiday) == hours


def test_of_two_overrides_of_the_hours_the_last_written_wins() -> None:
    hours = Hours(time(8), time(11), time(12))
    week, closed = HoursOverride(SUNDAY, THURSDAY, hours), HoursOverride(SUNDAY, SUNDAY, None)
    assert hours_on(kosar_with(week, closed), SUNDAY) is None
    assert hours_on(kosar_with(closed, week), SUNDAY) == hours


def test_the_last_written_override_wins() -> None:
    first, last = SUNDAY, SUNDAY + timedelta(days=3)
    timetable = Timetable({1: (MORNING,)}, (Override(first, last, (EVENING,)), Override(first, first)))
    assert shifts_on(timetable, SUNDAY) == ()
    assert shifts_on(timetable, last) == (EVENING,)
    assert shifts_on(timetable, SUNDAY + timedelta(days=7)) == (MORNING,)


def test_an_override_of_some_weekdays_leaves_the_others_alone() -> None:
    ramadan = Override(SATURDAY, SATURDAY + timedelta(days=6), (EVENING,), weekdays=frozenset({0}))
    timetable = Timetable({0: (MORNING,), 1: (MORNING,)}, (ramadan,))
    assert shifts_on(timetable, SATURDAY) == (EVENING,)
    assert shifts_on(timetable, SUNDAY) == (MORNING,)


def test_an_announced_absence_is_an_absence() -> None:
    rostami = kosar().doctor(5)
    assert rostami is not None
    assert absent_on(rostami, date(2026, 12, 14))  # 1405/09/23
    assert not absent_on(rostami, date(2026, 12, 21))


def test_a_day_may_pass_midnight() -> None:
    night = Hours(time(20), time(1), time(2))
    site = replace(kosar(), hours={1: night}, hours_overrides=())
    opening = opening_at(site, at("00:30", SUNDAY + timedelta(days=1)))
    assert opening is not None
    assert opening.date == SUNDAY
    assert opening.tickets_until == at("01:00", SUNDAY + timedelta(days=1))
    assert opening_at(site, at("02:00", SUNDAY + timedelta(days=1))) is None
    assert minutes_between(time(20), time(2)) == 360


@pytest.mark.parametrize(("horizon", "last"), [(30, SUNDAY + timedelta(days=30)), (400, SUNDAY + timedelta(days=10))])
def test_nobody_books_beyond_the_horizon_or_the_holiday_table(horizon: int, last: date) -> None:
    until = SUNDAY + timedelta(days=10) if horizon == 400 else SUNDAY + timedelta(days=200)
    booking = replace(kosar().booking, horizon_days=horizon)
    assert last_bookable_day(replace(kosar(), booking=booking, holidays=Holidays({}, until)), at("07:00")) == last


@pytest.mark.parametrize(("clock", "days"), [("06:59", 29), ("07:00", 30), ("23:59", 30)])
def test_a_new_day_can_be_booked_from_its_hour_on(clock: str, days: int) -> None:
    site = replace(kosar(), booking=replace(kosar().booking, horizon_days=30, new_days_open_at=time(7)))
    assert last_bookable_day(site, at(clock)) == SUNDAY + timedelta(days=days)


@given(st.dates(date(2026, 3, 21), date(2028, 3, 18)))
def test_sessions_are_held_only_while_the_clinic_is_open(day: date) -> None:
    if opening_on(kosar(), day) is None:
        assert sessions_on(kosar(), day) == ()
    for session in sessions_on(kosar(), day):
        assert session.date == day
        assert minutes_between(session.starts, session.ends) > 0


@pytest.mark.parametrize(
    ("before", "after", "becomes"),
    [
        ([(8, 12)], [(8, 10)], {0: 0}),
        ([(8, 12)], [(9, 12)], {0: 0}),
        ([(8, 12)], [(12, 14)], {}),
        ([(8, 12), (16, 18)], [(17, 19)], {1: 0}),
        ([(8, 12), (12, 16)], [(12, 16)], {1: 0}),  # the one with its beginning is nobody else's
        ([(8, 12), (12, 16)], [(9, 13), (13, 17)], {0: 0, 1: 1}),
        ([(8, 12), (9, 10)], [(10, 11)], {0: 0}),
        ([], [(8, 12)], {}),
    ],
)
def test_a_session_is_known_by_its_beginning_or_by_what_it_meets(
    before: list[tuple[int, int]], after: list[tuple[int, int]], becomes: dict[int, int]
) -> None:
    assert carried_over(before, after) == becomes
