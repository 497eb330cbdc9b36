"""Sessions, overrides and days off, changed in the file and read back as the store reads it."""

from datetime import date, time

import pytest

from booking_store.site_file import parse_site
from rules.site import Capacity, Hours, HoursOverride, Override, Shift, Site, Timetable
from staff_console.document import days_off, sessions
from staff_console.document.sessions import Owner
from tests.staff_console.document.test_editing import KOSAR, changed

SATURDAY, SUNDAY, TUESDAY, THURSDAY, FRIDAY = 0, 1, 3, 5, 6
AHMADI: Owner = ("doctors", 1)
MORADI: Owner = ("doctors", 3)
LABORATORY: Owner = ("departments", 21)
SHORT = Shift(time(9), time(11), Capacity(phone=20, walk_in=10))


def read(document: str) -> Site:
    return parse_site(document, "kosar")


def timetable(document: str, owner: Owner) -> Timetable:
    site = read(document)
    found = site.doctor(owner[1]) if owner[0] == "doctors" else site.department(owner[1])
    assert found is not None
    assert found.timetable is not None
    return found.timetable


def test_a_session_is_changed_on_one_day_and_the_row_of_the_others_stays() -> None:
    after = sessions.changed_session(KOSAR, AHMADI, SUNDAY, time(8), SHORT)
    weekly = timetable(after, AHMADI).weekly
    assert weekly[SUNDAY] == (SHORT,)
    before = timetable(KOSAR, AHMADI).weekly
    assert {day: shifts for day, shifts in weekly.items() if day != SUNDAY} == {
        day: shifts for day, shifts in before.items() if day != SUNDAY
    }
    assert len(changed(KOSAR, after)) == 3, "one row less a day, one row more"


def test_a_session_of_one_day_is_changed_in_its_place_with_its_comment() -> None:
    later = Shift(time(17), time(19), Capacity(phone=20, walk_in=10))
    after = sessions.changed_session(KOSAR, MORADI, SUNDAY, time(16), later)
    assert timetable(after, MORADI).weekly[SUNDAY][1] == later
    gone, come = changed(KOSAR, after)
    assert gone.endswith("# split shift")
    assert come.endswith("# split shift")


def test_a_session_as_another_days_joins_its_row() -> None:
    usual = timetable(KOSAR, LABORATORY).weekly[SATURDAY][0]
    after = sessions.with_session(KOSAR, LABORATORY, FRIDAY, usual)
    assert timetable(after, LABORATORY).weekly[FRIDAY] == (usual,)
    assert len(changed(KOSAR, after)) == 2, "one row says a day more"


def test_a_session_goes_and_the_last_one_too() -> None:
    after = sessions.without_session(KOSAR, ("doctors", 7), TUESDAY, time(16))
    assert timetable(after, ("doctors", 7)).weekly == {}
    after = sessions.with_session(after, ("doctors", 7), THURSDAY, SHORT)
    assert timetable(after, ("doctors", 7)).weekly == {THURSDAY: (SHORT,)}


def test_all_that_a_shift_says_is_written() -> None:
    whole = Shift(time(20), time(0), Capacity(phone=1, walk_in=9, reserve=2, walk_in_first=4), slot_minutes=7)
    after = sessions.with_session(KOSAR, AHMADI, SATURDAY, whole)
    assert timetable(after, AHMADI).weekly[SATURDAY][1] == whole


def test_an_override_is_added_changed_and_taken_away_again() -> None:
    away = Override(date(2027, 1, 2), date(2027, 1, 5), why="سفر")
    added = sessions.with_override(KOSAR, MORADI, away)
    assert timetable(added, MORADI).overrides[1] == away
    ramadan = Override(date(2027, 2, 9), date(2027, 2, 9), (SHORT,), "رمضان", frozenset({SUNDAY, TUESDAY}))
    moved = sessions.changed_override(added, MORADI, 1, ramadan)
    assert timetable(moved, MORADI).overrides[1] == ramadan
    assert timetable(moved, MORADI).overrides[0] == timetable(KOSAR, MORADI).overrides[0]
    assert changed(KOSAR, sessions.without_override(moved, MORADI, 1)) == []
    assert timetable(sessions.without_override(KOSAR, MORADI, 0), MORADI).overrides == ()


@pytest.mark.parametrize("owner", [("doctors", 99), ("departments", 99)])
def test_nobodys_sessions_are_not_changed(owner: Owner) -> None:
    with pytest.raises(LookupError):
        sessions.with_session(KOSAR, owner, SATURDAY, SHORT)


def test_a_session_that_is_gone_meanwhile_is_not_changed() -> None:
    with pytest.raises(LookupError):
        sessions.changed_session(KOSAR, AHMADI, SUNDAY, time(9), SHORT)


def test_a_holiday_stands_by_its_date_is_called_otherwise_and_goes() -> None:
    day = date(2026, 12, 30)
    added = days_off.with_holiday(KOSAR, day, "آلودگی هوا")
    assert read(added).holidays.dates[day] == "آلودگی هوا"
    lines = added.split("\n")
    assert lines[lines.index('"1405/10/09" = "آلودگی هوا"') + 1].startswith('"1405/10/16"')
    assert read(days_off.with_holiday(added, day, "برف")).holidays.dates[day] == "برف"
    assert days_off.without_holiday(added, day) == KOSAR
    last = days_off.with_holiday(days_off.with_holidays_loaded_until(KOSAR, date(2028, 12, 1)), date(2028, 6, 1), "دور")
    assert read(last).holidays.dates[date(2028, 6, 1)] == "دور"
    with pytest.raises(LookupError):
        days_off.without_holiday(KOSAR, day)


def test_a_closure_and_a_seasons_hours_are_added_changed_and_taken_away() -> None:
    closed = HoursOverride(date(2027, 1, 2), date(2027, 1, 2), None, "تعمیر")
    added = days_off.with_hours_override(KOSAR, closed)
    assert read(added).hours_overrides[2] == closed
    season = HoursOverride(
        date(2027, 1, 2), date(2027, 1, 9), Hours(time(9), time(12), time(13)), "برف", frozenset({SUNDAY}), holidays_too=True
    )
    moved = days_off.changed_hours_override(added, 2, season)
    assert read(moved).hours_overrides == (*read(KOSAR).hours_overrides, season)
    assert changed(KOSAR, days_off.without_hours_override(moved, 2)) == []
