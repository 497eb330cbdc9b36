"""Absences: what they leave of a day, whose places they touch, where the others go."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.absence import Absence, Waiting, leaves, move_in_order, place_time, touches, with_absences
from rules.booking import free_place
from rules.schedule import absent_on, hours_on, sessions_of, sessions_on, span
from rules.site import BookingPolicy, Capacity, Shift, Site, Timetable
from tests.rules.kosar import FRIDAY, SUNDAY, THURSDAY, at, kosar

HEART, MORADI = 12, 3
MORNING = Shift(time(8), time(12), Capacity(8, 10), slot_minutes=30)
NIGHT = Shift(time(20), time(4), Capacity(16, 10), slot_minutes=30)


def clinic(*shifts: Shift) -> Site:
    """Kosar, where Dr Moradi works these shifts every day, with times."""
    week = Timetable(dict.fromkeys(range(7), shifts or (MORNING,)))
    doctors = tuple(replace(doctor, timetable=week) if doctor.code == MORADI else doctor for doctor in kosar().doctors)
    return replace(kosar(), doctors=doctors, booking=BookingPolicy(give_times=True))


def absent(starts: str | None = None, ends: str | None = None, day: date = SUNDAY, doctor: int | None = MORADI) -> Absence:
    clock = time.fromisoformat
    return Absence(day, doctor, clock(starts) if starts else None, clock(ends) if ends else None)


def left(site: Site, *absences: Absence) -> list[tuple[str, str]]:
    """Dr Moradi's hours on Sunday."""
    sessions = sessions_of(with_absences(site, absences), SUNDAY, HEART, MORADI)
    return [(f"{session.starts:%H:%M}", f"{session.ends:%H:%M}") for session in sessions]


def free_times(site: Site, *absences: Absence) -> list[str]:
    """The times that a caller could still be given on Sunday."""
    in_force, times = with_absences(site, absences), []
    for session in sessions_of(in_force, SUNDAY, HEART, MORADI):
        taken: set[int] = set()
        while (place := free_place(in_force, session, at("00:00"), taken)) is not None:
            taken.add(place.place)
            times.append(f"{place.time:%H:%M}")
    return times


def person(clock: str, *, ticket: bool = False, doctor: int | None = MORADI) -> Waiting:
    return Waiting(HEART, doctor, at("08:00"), at("12:00"), at(clock), has_ticket=ticket)


# ------------------------------------------------------------------------------------ what is left of a day


def test_a_doctor_who_is_away_all_day_has_no_sessions_and_is_absent_on_that_day_only() -> None:
    site = with_absences(clinic(), [absent()])
    doctor = site.doctor(MORADI)
    assert doctor is not None
    assert (absent_on(doctor, SUNDAY), absent_on(doctor, SUNDAY + timedelta(days=1))) == (True, False)
    assert sessions_of(site, SUNDAY, HEART, MORADI) == ()
    assert {session.doctor for session in sessions_on(site, SUNDAY)} >= {1}


@pytest.mark.parametrize(
    ("starts", "ends", "hours", "times"),
    [
        ("10:00", None, [("08:00", "10:00")], ["08:00", "08:30", "09:00", "09:30"]),
        ("10:00", "13:00", [("08:00", "10:00")], ["08:00", "08:30", "09:00", "09:30"]),
        (None, "10:00", [("08:00", "12:00")], ["10:00", "10:30", "11:00", "11:30"]),
        ("09:00", "11:00", [("08:00", "12:00")], ["08:00", "08:30", "11:00", "11:30"]),
        ("09:15", "09:45", [("08:00", "12:00")], ["08:00", "08:30", "09:00", "10:00", "10:30", "11:00", "11:30"]),
        ("13:00", "14:00", [("08:00", "12:00")], ["08:00", "08:30", "09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]),
        ("07:00", "12:00", [], []),
    ],
)
def test_a_part_of_a_day_takes_its_own_places_and_no_others(
    starts: str | None, ends: str | None, hours: list[tuple[str, str]], times: list[str]
) -> None:
    assert left(clinic(), absent(starts, ends)) == hours
    assert free_times(clinic(), absent(starts, ends)) == times


def test_absences_add_up_until_nothing_is_left() -> None:
    first, second, third = absent("08:00", "09:00"), absent("11:00"), absent("09:00", "11:00")
    assert free_times(clinic(), first, second) == ["09:00", "09:30", "10:00", "10:30"]
    assert left(clinic(), first, second, third) == []


def test_a_shift_that_passes_midnight_loses_its_small_hours() -> None:
    assert left(clinic(NIGHT), absent("02:00", "04:00")) == [("20:00", "02:00")]
    assert left(clinic(NIGHT), absent("22:00", "02:00")) == [("20:00", "04:00")]
    assert free_times(clinic(NIGHT), absent("20:30", "03:30")) == ["20:00", "03:30"]


@pytest.mark.parametrize(
    ("hours", "gone_from"),
    [
        ([], None),
        ([("10:00", None)], "10:00"),
        ([("10:00", "12:00")], "10:00"),
        ([("10:00", "11:00")], None),  # and back
        ([("11:00", None), ("10:00", "11:00")], "10:00"),
        ([("12:30", None)], "12:30"),  # who came late would still be there
        ([("12:30", None), ("09:00", "10:00")], "12:30"),
        ([("13:00", "14:00")], None),
        ([(None, "09:00")], None),
    ],
)
def test_who_is_gone_for_good_is_gone_from_their_first_minute_without_return(
    hours: list[tuple[str | None, str | None]], gone_from: str | None
) -> None:
    site = with_absences(clinic(), [absent(*one) for one in hours])
    (session,) = sessions_of(site, SUNDAY, HEART, MORADI)
    assert leaves(site, session) == (None if gone_from is None else at(gone_from))
    assert session.ends == (at(gone_from).time() if gone_from and at(gone_from) < at("12:00") else time(12))


def test_a_site_that_closes_after_its_hours_keeps_them() -> None:
    assert hours_on(with_absences(kosar(), [absent("23:00", doctor=None)]), SUNDAY) == hours_on(kosar(), SUNDAY)


def test_one_shift_of_two_is_lost_and_the_other_held() -> None:
    evening = Shift(time(16), time(18), Capacity(4, 2), slot_minutes=30)
    assert left(clinic(MORNING, evening), absent("08:00", "13:00")) == [("16:00", "18:00")]


def test_a_site_that_is_closed_has_no_hours_and_no_sessions() -> None:
    site = with_absences(kosar(), [absent(doctor=None)])
    assert hours_on(site, SUNDAY) is None
    assert sessions_on(site, SUNDAY) == ()


def test_a_site_that_closes_early_stops_tickets_then_and_its_sessions_end() -> None:
    site = with_absences(kosar(), [absent("10:00", doctor=None)])
    hours = hours_on(site, SUNDAY)
    assert hours is not None
    assert (hours.tickets_until, hours.ends) == (time(10), time(10))
    assert all(session.ends <= time(10) for session in sessions_on(site, SUNDAY))


def test_a_site_that_opens_late_opens_late_and_one_that_breaks_off_keeps_its_hours() -> None:
    usual = hours_on(kosar(), SUNDAY)
    late, broken = (
        with_absences(kosar(), [one]) for one in (absent(None, "10:00", doctor=None), absent("10:00", "11:00", doctor=None))
    )
    hours = hours_on(late, SUNDAY)
    assert hours is not None
    assert hours.opens == time(10)
    assert hours_on(broken, SUNDAY) == usual


def test_closing_a_day_that_is_closed_opens_nothing() -> None:
    assert hours_on(with_absences(kosar(), [absent("10:00", day=FRIDAY, doctor=None)]), FRIDAY) is None


clocks = st.none() | st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@given(clocks, clocks, st.integers(1, 20), st.sampled_from([MORNING, NIGHT]))
def test_no_place_is_both_given_and_touched_and_none_is_neither(
    starts: time | None, ends: time | None, slot: int, shift: Shift
) -> None:
    """What callers cannot have any more is exactly what is taken from those who had it."""
    absence = Absence(SUNDAY, MORADI, starts, ends)
    before = clinic(replace(shift, slot_minutes=slot))
    (session,) = sessions_of(before, SUNDAY, HEART, MORADI)
    begins, over = span(before, SUNDAY, session.starts, session.ends)
    free = set()
    after = with_absences(before, [absence])
    for kept in sessions_of(after, SUNDAY, HEART, MORADI):
        while (place := free_place(after, kept, at("00:00"), free)) is not None:
            free.add(place.place)
    for number in range(1, session.capacity.phone + 1):
        one = Waiting(HEART, MORADI, begins, over, place_time(begins, number, slot))
        assert touches(absence, one, at("00:00")) is (number not in free)


# ------------------------------------------------------------------------------------------ whom it touches


@pytest.mark.parametrize(
    ("clock", "now", "touched"),
    [
        ("10:00", "07:00", True),  # the absence begins with them
        ("09:59", "07:00", False),
        ("10:59", "07:00", True),
        ("11:00", "07:00", False),  # and the doctor is back for them
        ("09:00", "10:30", False),  # whoever waits still is served when the doctor is back
        ("10:30", "10:45", True),
        ("10:30", "12:00", False),  # whoever did not come in the whole session
    ],
)
def test_a_place_is_touched_by_its_own_time(clock: str, now: str, *, touched: bool) -> None:
    assert touches(absent("10:00", "11:00"), person(clock), at(now)) is touched


def test_who_has_not_been_served_waits_in_vain_once_the_doctor_is_gone_for_good() -> None:
    gone = absent("10:00")
    assert not touches(gone, person("09:00"), at("09:30"))
    assert touches(gone, person("09:00"), at("10:05"))
    assert touches(gone, person("09:00", ticket=True), at("12:10"))


def test_who_waits_still_when_the_session_is_over_is_touched_by_who_goes_then_and_not_by_who_comes_back() -> None:
    still_here = person("09:00", ticket=True)
    assert not touches(absent("12:20"), still_here, at("12:19"))
    assert touches(absent("12:20"), still_here, at("12:20"))
    assert not touches(absent("12:20", "13:00"), still_here, at("12:20"))


def test_only_the_absent_doctors_patients_are_touched_and_everybodys_where_the_site_closes() -> None:
    assert not touches(absent(), person("09:00", doctor=4), at("07:00"))
    assert touches(absent(doctor=None), person("09:00", doctor=4), at("07:00"))


# -------------------------------------------------------------------------------------------- where they go


def test_who_is_moved_keeps_the_order_and_fills_what_is_free() -> None:
    site = clinic()
    places = move_in_order(site, [person("08:00"), person("09:00"), person("11:00")], THURSDAY, at("07:00"), lambda _: {1, 3})
    assert [f"{place.time:%H:%M}" for place in places if place is not None and place.time is not None] == [
        "08:30",
        "09:30",
        "10:00",
    ]


def test_who_is_moved_within_a_day_finds_no_place_in_a_session_that_is_over() -> None:
    evening = Shift(time(16), time(18), Capacity(4, 10), slot_minutes=30)
    untimed = replace(clinic(MORNING, evening), booking=BookingPolicy(give_times=False))

    def placed(clock: str) -> list[tuple[time, int] | None]:
        places = move_in_order(untimed, [person("08:00"), person("09:00")], SUNDAY, at(clock), lambda _: range(1, 3))
        return [place and (place.session.starts, place.place) for place in places]

    assert placed("11:59") == [(time(8), 3), (time(8), 4)]
    assert placed("12:00") == [(time(16), 3), (time(16), 4)]


def test_who_finds_no_place_on_the_new_date_gets_none() -> None:
    people = [person("08:00"), person("09:00")]
    assert [
        place and place.place for place in move_in_order(clinic(), people, THURSDAY, at("07:00"), lambda _: range(1, 8))
    ] == [8, None]
    assert move_in_order(clinic(), people, FRIDAY, at("07:00"), lambda _: ()) == [None, None]
