"""What a new site file changes is told in sentences: all of it, and nothing that stayed."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from booking_store.site_file import describe_changes, parse_site

TEXT = (Path(__file__).parents[2] / "sites" / "kosar_clinic.toml").read_text(encoding="utf-8")
KOSAR = parse_site(TEXT, "kosar.toml")


def changes(old: str, new: str) -> tuple[str, ...]:
    assert old in TEXT, old
    return describe_changes(KOSAR, parse_site(TEXT.replace(old, new, 1), "kosar.toml"))


def test_the_same_file_changes_nothing_and_neither_does_a_comment() -> None:
    assert changes("schema = 1", "# a comment\nschema = 1") == ()


def test_an_absence_is_told_with_its_date_in_the_sites_calendar() -> None:
    (told,) = changes('from = "1405/09/23"', 'from = "1405/09/22"')
    assert told.startswith("doctor 5, timetable, overrides: ")
    assert "first 1405/09/22" in told


def test_a_new_hour_a_new_number_range_a_new_name() -> None:
    assert changes('opens = "07:00"', 'opens = "06:30"')[0] == "hours, saturday, opens: 07:00 is now 06:30"
    assert changes("[640, 659]", "[640, 658]") == ("department 16, walk_in_range, last: 659 is now 658",)
    assert changes('fa = "داخلی"', 'fa = "طب داخلی"') == ("department 11, name, fa: داخلی is now طب داخلی",)


def test_what_comes_and_what_goes() -> None:
    fewer = replace(KOSAR, pause_reasons={}, points=KOSAR.points[:-1])
    told = describe_changes(KOSAR, fewer)
    assert "point room-2: removed" in told
    assert any(sentence.startswith("pause_reasons, prayer: ") and sentence.endswith(" is now nothing") for sentence in told)
    assert "point room-2: new" in describe_changes(fewer, KOSAR)


def test_another_order_of_departments_is_a_change_too() -> None:
    turned = replace(KOSAR, departments=tuple(reversed(KOSAR.departments)))
    assert describe_changes(KOSAR, turned) == ("departments: in another order",)


def test_a_new_holiday_is_told_by_name() -> None:
    day = date(2026, 12, 1)
    holidays = replace(KOSAR.holidays, dates={**KOSAR.holidays.dates, day: "تعطیل"})
    assert describe_changes(KOSAR, replace(KOSAR, holidays=holidays)) == ("holidays, dates, 1405/09/10: nothing is now تعطیل",)


def test_the_first_site_file_is_one_sentence() -> None:
    nothing = replace(KOSAR, stages=(), departments=(), doctors=(), points=(), devices=KOSAR.devices[-1:])
    (told,) = describe_changes(nothing, KOSAR)
    assert told == "the first site file: 8 departments, 7 doctors, 5 points, 10 devices"
