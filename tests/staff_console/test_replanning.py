"""A change of sessions: what it writes into the site's document, and who of those that are booked does not fit any more."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from booking_store.booked_report import BookedPlace, BookedSession
from booking_store.site_file import parse_site
from rules.schedule import sessions_on, shifts_on, span
from rules.site import Capacity, Department, Shift, Site
from staff_console.document.editing import NotEditableError
from staff_console.replanning import (
    Misfits,
    MistypedError,
    Scope,
    TypedShift,
    misfits,
    owner_of,
    replanned,
    typed_shifts,
)

DOCUMENT = (Path(__file__).parents[2] / "sites" / "kosar_clinic.toml").read_text(encoding="utf-8")
SITE = parse_site(DOCUMENT, "kosar")
SUNDAY = date(2026, 11, 22)
MORADI = (12, 3)  # 8:00 to 12:30, and on Sundays 16:00 to 18:00
MORNING = Shift(time(8), time(12, 30), Capacity(54, 30, 6))
EVENING = Shift(time(16), time(18), Capacity(20, 10, 2))


def after(rows: tuple[TypedShift, ...], scope: Scope = "day", whose: tuple[int, int] = MORADI, document: str = DOCUMENT) -> str:
    """The document after a change of a Sunday."""
    owner = owner_of(parse_site(document, "kosar"), *whose)
    assert owner is not None
    return replanned(document, *owner, SUNDAY, scope, rows, "کنگره")


def shifts(document: str, day: date = SUNDAY, doctor: int = 3) -> tuple[Shift, ...]:
    found = parse_site(document, "kosar").doctor(doctor)
    assert found is not None
    return shifts_on(found.timetable, day)


# ----------------------------------------------------------------------------------------------- the document


def test_a_date_gets_an_override_of_its_own_and_other_weeks_stay() -> None:
    short = replace(MORNING, ends=time(10))
    changed = after((TypedShift(time(8), short), TypedShift(time(16), EVENING)))
    assert shifts(changed) == (short, EVENING)
    assert shifts(changed, SUNDAY + timedelta(weeks=1)) == (MORNING, EVENING)
    assert 'why = "کنگره"' in changed


def test_a_second_change_of_the_date_is_no_second_override() -> None:
    first = after((TypedShift(time(8), MORNING), TypedShift(time(16), None)))
    second = after((TypedShift(time(8), replace(MORNING, ends=time(9))),), document=first)
    assert second.count('from = "1405/09/01"') == 1
    assert shifts(second) == (replace(MORNING, ends=time(9)),)


def test_a_date_that_is_as_every_week_again_needs_no_override() -> None:
    first = after((TypedShift(time(8), MORNING),))
    assert after((TypedShift(time(8), MORNING), TypedShift(None, EVENING)), document=first) == DOCUMENT


def test_a_date_within_a_longer_override_gets_one_that_wins_over_it() -> None:
    longer = "[[doctors.overrides]]                          # a congress"
    own = '[[doctors.overrides]]\nfrom = "1405/08/30"\nto = "1405/09/05"\nabsent = true\nwhy = "مرخصی"\n\n'
    document = DOCUMENT.replace(longer, own + longer)
    back = after((TypedShift(None, MORNING), TypedShift(None, EVENING)), document=document)
    assert shifts(document) == ()
    assert shifts(back) == (MORNING, EVENING)
    assert shifts(back, SUNDAY + timedelta(days=1)) == ()


def test_every_session_dropped_is_an_absence_of_that_date() -> None:
    assert shifts(after((TypedShift(time(8), None), TypedShift(time(16), None)))) == ()


def test_the_weekly_table_changes_for_that_weekday_alone() -> None:
    later = replace(MORNING, starts=time(9))
    more = Shift(time(19), time(20), Capacity(5, 5))
    changed = after((TypedShift(time(8), later), TypedShift(time(16), None), TypedShift(None, more)), "weekly")
    assert shifts(changed) == (later, more)
    assert shifts(changed, SUNDAY + timedelta(days=1)) == (MORNING,)
    assert after((TypedShift(time(8), MORNING), TypedShift(time(16), EVENING)), "weekly") == DOCUMENT


def test_a_department_without_doctors_has_sessions_of_its_own() -> None:
    whole = Shift(time(7, 30), time(10), Capacity(20, 60))
    changed = after((TypedShift(time(7, 30), whole),), whose=(21, 0))
    found = parse_site(changed, "kosar").department(21)
    assert isinstance(found, Department)
    assert found.timetable is not None
    assert shifts_on(found.timetable, SUNDAY) == (whole,)


@pytest.mark.parametrize(("department", "doctor"), [(12, 0), (12, 1), (99, 0), (99, 3), (21, 3)])
def test_sessions_belong_to_a_doctor_of_the_department_or_to_one_without_doctors(department: int, doctor: int) -> None:
    assert owner_of(SITE, department, doctor) is None


def test_a_form_that_changes_a_session_that_is_no_more_changes_nothing() -> None:
    with pytest.raises((LookupError, NotEditableError)):
        after((TypedShift(time(7), replace(MORNING, starts=time(6))),), "weekly")


# ----------------------------------------------------------------------------------------------- what was typed


def test_persian_digits_are_numbers_an_empty_row_is_none_and_a_dropped_new_row_too() -> None:
    form = {
        "was-0": "08:00",
        "starts-0": "۰۸:۳۰",
        "ends-0": "12:00",
        "phone-0": "۲۰",
        "walk_in-0": "10",
        "walk_in_first-0": "۵",
        "slot_minutes-0": "4",
        "was-1": "16:00",
        "starts-1": "16:00",
        "drop-1": "yes",
        "was-2": "",
        "starts-2": "",
        "starts-3": "19:00",
        "drop-3": "yes",
    }
    changed = Shift(time(8, 30), time(12), Capacity(20, 10, 0, 5), 4)
    assert typed_shifts(form) == (TypedShift(time(8), changed), TypedShift(time(16), None))


@pytest.mark.parametrize(
    "wrong", [{"starts-0": "8"}, {"ends-0": ""}, {"phone-0": "many"}, {"reserve-0": "-1"}, {"phone-0": "10000"}]
)
def test_what_is_no_hour_or_number_is_mistyped(wrong: dict[str, str]) -> None:
    with pytest.raises(MistypedError):
        typed_shifts({"starts-0": "08:00", "ends-0": "10:00"} | wrong)


# ----------------------------------------------------------------------------------------------- who does not fit


def booked(
    *places: int, doctor: int | None = 3, department: int = 12, begins: time = time(8), minutes: int = 3
) -> BookedSession:
    """A session of this Sunday as the ledger has it, with these places taken."""
    planned = next(
        one for one in sessions_on(SITE, SUNDAY) if (one.department, one.doctor, one.starts) == (department, doctor, begins)
    )
    starts, ends = span(SITE, SUNDAY, planned.starts, planned.ends)
    bookings = tuple(
        BookedPlace(f"{place:08}", starts + timedelta(minutes=(place - 1) * minutes), place, "4567", None) for place in places
    )
    return BookedSession(SUNDAY, department, doctor, starts, ends, planned.capacity.phone + planned.capacity.reserve, bookings)


def found(document: str, *sessions: BookedSession) -> Misfits:
    return misfits(parse_site(document, "kosar"), sessions)


def codes(places: tuple[BookedPlace, ...]) -> list[int]:
    return [one.place for one in places]


def test_a_change_that_leaves_everybody_their_place_touches_nobody() -> None:
    more = after((TypedShift(time(8), replace(MORNING, ends=time(13))), TypedShift(time(16), EVENING)))
    assert found(more, booked(1, 54), booked(1, begins=time(16))) == Misfits()
    assert found(DOCUMENT, booked(1)) == Misfits()


def test_an_earlier_end_takes_the_hours_of_the_last() -> None:
    (taken,) = found(after((TypedShift(time(8), replace(MORNING, ends=time(9))),)), booked(1, 20, 21, 54)).taken
    assert (taken.starts, taken.ends, taken.doctor) == (time(9), time(12, 30), 3)
    assert codes(taken.bookings) == [21, 54]


def test_a_place_whose_turn_would_come_after_the_end_goes_with_the_end() -> None:
    """Sixty places of three minutes do not fit into two hours; the last ones were told that session all the same."""
    long = booked(60, minutes=10)
    (taken,) = found(after((TypedShift(time(8), replace(MORNING, ends=time(12))),)), long).taken
    assert codes(taken.bookings) == [60]


def test_a_later_beginning_takes_the_first_and_the_others_were_told_another_hour() -> None:
    changed = after((TypedShift(time(8), replace(MORNING, starts=time(9))),))
    result = found(changed, booked(1, 20, 21))
    (taken,) = result.taken
    assert (taken.starts, taken.ends) == (time(8), time(9))
    assert codes(taken.bookings) == [1, 20]
    assert [one.place for _, one in result.otherwise] == [21]


def test_an_earlier_beginning_takes_nothing() -> None:
    result = found(after((TypedShift(time(8), replace(MORNING, starts=time(7))), TypedShift(time(16), EVENING))), booked(1, 2))
    assert result.taken == ()
    assert [one.place for _, one in result.otherwise] == [1, 2]


def test_a_dropped_session_takes_all_of_it_and_the_other_one_stays() -> None:
    changed = after((TypedShift(time(8), MORNING), TypedShift(time(16), None)))
    result = found(changed, booked(1), booked(1, 2, begins=time(16)))
    (taken,) = result.taken
    assert (taken.starts, taken.ends, codes(taken.bookings)) == (time(16), time(18), [1, 2])


def test_fewer_places_leave_those_above_them_where_they_are_and_show_them() -> None:
    result = found(after((TypedShift(time(8), replace(MORNING, capacity=Capacity(10, 30, 2))),)), booked(12, 13))
    assert result.taken == ()
    assert [one.place for _, one in result.beyond] == [13]
    assert found(DOCUMENT, booked(61)) == Misfits(), "who stands above unchanged places is no news"


def test_hours_in_which_nobody_is_booked_are_no_news() -> None:
    assert (
        found(after((TypedShift(time(8), replace(MORNING, ends=time(11))),)), booked(1), booked(begins=time(16))) == Misfits()
    )


def test_a_closed_date_takes_every_session_of_it() -> None:
    closed = DOCUMENT.replace('"1405/10/02" =', '"1405/09/01" = "برف"\n"1405/10/02" =')
    result = found(closed, booked(1), booked(2, department=11, doctor=1))
    assert {(one.doctor, one.starts, one.ends) for one in result.taken} == {
        (3, time(8), time(12, 30)),
        (1, time(8), time(12, 30)),
    }


def test_the_clock_times_are_the_clinics_own() -> None:
    assert isinstance(SITE, Site)
    assert booked(1).bookings[0].at == datetime(2026, 11, 22, 8, tzinfo=booked(1).starts.tzinfo)
