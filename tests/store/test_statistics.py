"""What a day, a week or a month was like, counted from the ledger beside the store; and what tomorrow may ask of counters."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_store import database
from booking_store.statistics.figures import BOOKED, Statistics, statistics, times, whole_before
from booking_store.statistics.outlook import Outlook, Past, outlook
from booking_store.statistics.outlook_reading import read_outlook
from booking_store.statistics.reading import Dates, read, read_before
from booking_store.statistics.records import Came, PhoneCalls, Records, Totals
from mqtt.contract import Act, CallNext, ComeBack, EndDay, Finish, NoShow, NoteUnaware, PointState, Press, TakeWalkIn, Undo
from rules.erlang import Promise
from tests.store.clinic import SUNDAY, TEHRAN, Clinic

PROMISE = Promise(0.8, 10)


def press(clinic: Clinic, act: Act, point: str = "counter-1") -> None:
    state = clinic.published["point", point]
    assert isinstance(state, PointState)
    clinic.ask(point, Press(point=point, epoch=state.epoch, revision=state.revision, act=act))


def told(url: str, before: int = 0) -> Statistics:
    """The statistics of the Sunday and of so many days before it."""
    engine = database.open_for_reading(url)
    with engine.connect() as connection:
        records = read(connection, Dates(SUNDAY - timedelta(days=before), SUNDAY, TEHRAN))
    engine.dispose()
    return statistics(records)


def test_a_morning_is_counted_by_hour_department_doctor_counter_and_source(any_clinic: Clinic, any_url: str) -> None:
    clinic = any_clinic
    clinic.at("07:30")
    clinic.walk_in(11)
    clinic.at("08:10")
    clinic.walk_in(12)
    clinic.at("08:20")
    press(clinic, CallNext())  # after 50 minutes
    press(clinic, CallNext(), "counter-2")  # after 10 minutes
    clinic.at("08:24")
    press(clinic, Finish())  # served for 4 minutes
    clinic.at("08:30")
    press(clinic, Finish(), "counter-2")  # served for 10
    found = told(any_url)
    whole = found.whole.figures
    assert (found.whole.days, whole.people, whole.waits.median, whole.waits.p90) == (("2026-11-22",), 2, 10, 50)
    assert (whole.services.count, whole.services.mean) == (2, 7.0)
    assert found.arrivals_by_hour == {("walk_in", 7): 1, ("walk_in", 8): 1}
    assert {point: line.services.median for point, line in found.by_point.items()} == {"counter-1": 4, "counter-2": 10}
    assert {one: line.people for one, line in found.by_department.items()} == {11: 1, 12: 1}
    assert set(found.by_doctor) == {1, 3}
    assert found.by_stage["reception"].people == 2
    assert list(found.by_source) == ["walk_in"]


def test_a_service_begins_with_the_last_call_not_with_one_that_nobody_answered(any_clinic: Clinic, any_url: str) -> None:
    any_clinic.walk_in(21)
    press(any_clinic, CallNext())
    press(any_clinic, NoShow())
    any_clinic.at("09:00")
    number = any_clinic.one("SELECT number FROM tickets").number
    any_clinic.ask("operator", ComeBack(number=number))
    press(any_clinic, CallNext())
    any_clinic.at("09:05")
    press(any_clinic, Finish())
    found = told(any_url)
    assert (found.whole.figures.no_shows, found.by_point["counter-1"].no_shows) == (1, 1)
    assert found.whole.figures.services.median == 5


def test_what_ends_with_the_day_was_no_service_of_hours(clinic: Clinic, sqlite_url: str) -> None:
    for _ in range(2):
        clinic.walk_in(21)
    press(clinic, CallNext())
    press(clinic, NoShow())
    press(clinic, CallNext())
    clinic.at("13:00")
    clinic.ask("operator", EndDay(outcome_for_waiting="sent home"))
    found = told(sqlite_url)
    assert (found.whole.figures.waits.count, found.whole.figures.services.count) == (2, 0)


def test_a_no_show_that_was_taken_back_is_none(clinic: Clinic, sqlite_url: str) -> None:
    clinic.walk_in()
    press(clinic, CallNext())
    press(clinic, NoShow())
    press(clinic, Undo())
    assert told(sqlite_url).whole.figures.no_shows == 0


def test_who_was_turned_away_and_who_did_not_know_of_the_telephone_are_counted(any_clinic: Clinic, any_url: str) -> None:
    clinic = any_clinic.at("08:30")
    numbers = [clinic.walk_in(12, doctor=3) for _ in range(2)]
    clinic.ask("kiosk-1", TakeWalkIn(department=12, doctor=3, service_day=clinic.day))
    for _ in range(2):
        clinic.ask("operator", NoteUnaware(number=numbers[0]))
    found = told(any_url)
    assert (found.whole.turned_away, set(found.turned_away)) == (1, {(12, "share_used_up")})
    assert found.whole.unaware == 1, "once a ticket, however often it was said"


def test_what_a_period_is_compared_with_are_its_own_figures(any_clinic: Clinic, any_url: str) -> None:
    clinic = any_clinic.at("07:30")
    for department in (11, 21):
        clinic.walk_in(department)
    clinic.at("08:20")
    press(clinic, CallNext())
    press(clinic, NoShow())
    press(clinic, CallNext())
    clinic.at("08:24")
    press(clinic, Finish())
    clinic.ask("operator", NoteUnaware(number=clinic.walk_in(11)))
    engine = database.open_for_reading(any_url)
    with engine.connect() as connection:
        before = whole_before(read_before(connection, Dates(SUNDAY, SUNDAY, TEHRAN)))
    engine.dispose()
    assert before == told(any_url).whole
    assert (before.figures.people, before.figures.no_shows, before.figures.services.count) == (3, 1, 1)


def test_another_days_people_are_not_counted(any_clinic: Clinic, any_url: str) -> None:
    any_clinic.walk_in()
    engine = database.open_for_reading(any_url)
    with engine.connect() as connection:
        records = read(connection, Dates(SUNDAY - timedelta(days=7), SUNDAY - timedelta(days=1), TEHRAN))
    engine.dispose()
    assert (records.came, records.totals.days, records.stood) == ((), (), ())


def call(ended: str, *steps: str, count: int = 1) -> PhoneCalls:
    return PhoneCalls(steps, ended, count)


def records(**some: object) -> Records:
    nothing: dict[str, object] = dict.fromkeys(("came", "stood", "absent", "turned_away", "calls"), ())
    totals = Totals(days=(), booked=0, kept=0, unaware=0, calls=0, texts=())
    return Records(totals=totals, **{**nothing, **some})  # type: ignore[arg-type]  # as named


def test_callers_gave_up_where_they_hung_up_with_nothing() -> None:
    found = statistics(
        records(
            calls=(
                call("goodbye", "Resuming", "Main", "ChoosingDepartment", "TellingCode", "AfterCode", "Leaving", "Over"),
                call("hung_up", "Resuming", "Main", "TellingCode", "Over"),
                call("hung_up", "Resuming", "Main", "ChoosingDepartment", "TypingMobile", "Over", count=3),
                call("hung_up", "Resuming", "Main", "Finding", "AfterCode", "Over"),
                call("no_more_tries", "Resuming", "Main", "Leaving", "Over"),
            )
        )
    ).phone
    assert found.became == {BOOKED: 2, "hung_up": 4, "no_more_tries": 1}
    assert found.gave_up_at == {"TypingMobile": 3}


minutes = st.lists(st.floats(0, 600), max_size=50)


@given(minutes)
def test_half_wait_no_longer_than_the_median_and_nine_of_ten_than_the_ninetieth(spells: list[float]) -> None:
    found = times(spells)
    assert found.count == len(spells)
    if found.median is not None and found.p90 is not None:
        assert found.median <= found.p90
        assert sum(one <= found.median for one in spells) * 2 >= len(spells)
        assert sum(one <= found.p90 for one in spells) >= 0.9 * len(spells) - 1e-9


came = st.builds(
    Came,
    day=st.sampled_from(("2026-11-21", "2026-11-22")),
    hour=st.integers(7, 12),
    number=st.integers(1, 9999),
    source=st.sampled_from(("booked", "walk_in", "help")),
    department=st.sampled_from((11, 12, None)),
    doctor=st.sampled_from((1, 3, None)),
)


@given(st.lists(came))
def test_every_grouping_counts_everybody_once(people: list[Came]) -> None:
    found = statistics(records(came=tuple(people)))
    for lines in (found.by_hour, found.by_day, found.by_source, found.by_department, found.by_doctor):
        assert sum(line.people for line in lines.values()) == len(people)  # type: ignore[attr-defined]  # one of several kinds
    assert sum(found.arrivals_by_hour.values()) == sum(found.arrivals_by_day.values()) == len(people)


# -------------------------------------------------------------------------------------------- the outlook


def ahead(*people: int, services: tuple[float, ...] = (3.0,) * 40, booked: int = 0) -> Outlook:
    """The outlook on nine and ten o'clock, where so many came at nine in each of the last weeks."""
    past = Past(8, tuple({9: count} for count in people), services)
    return outlook(SUNDAY, (9, 10), past, {9: booked}, PROMISE)


def test_alike_weeks_give_a_forecast_with_its_range_and_the_counters_for_it() -> None:
    found = ahead(40, 40, 40, 40, 40, 40, booked=30)
    nine, ten = found.hours
    assert (found.enough, found.weeks, found.service_minutes, found.booked) == (True, 6, 3.0, 30)
    assert nine.people is not None
    assert (nine.people.mean, nine.booked) == (40, 30)
    assert nine.people.least < 40 < nine.people.most
    assert nine.counters is not None
    assert nine.counters[1] <= nine.counters[0] <= nine.counters[2]
    assert nine.counters[0] == 3, "40 people of 3 minutes are two counters' full hour: a third keeps the promise"
    assert ten.counters == (0, 0, 0)


def test_too_few_weeks_say_so_and_forecast_nothing() -> None:
    found = ahead(40, 42, 38)
    assert not found.enough
    assert [(hour.people, hour.counters) for hour in found.hours] == [(None, None)] * 2


def test_where_nobody_was_served_no_counters_are_asked_for() -> None:
    found = ahead(5, 5, 5, 5, 5, services=())
    assert found.enough
    assert found.service_minutes is None
    assert found.hours[0].people is not None
    assert found.hours[0].counters is None


def test_a_button_that_nobody_pressed_before_lunch_makes_no_service_longer() -> None:
    assert ahead(40, 40, 40, 40, services=(*((3.0,) * 40), 90.0)).service_minutes == 3.0


@pytest.mark.parametrize("weeks", [1, 8])
def test_the_outlook_of_a_clinic_that_began_today_says_that_there_are_no_weeks(
    any_clinic: Clinic, any_url: str, weeks: int
) -> None:
    any_clinic.walk_in()
    engine = database.open_for_reading(any_url)
    with engine.connect() as connection:
        found = read_outlook(connection, SUNDAY, weeks, PROMISE)
    engine.dispose()
    assert found is not None
    assert (found.date, found.enough, found.weeks) == (SUNDAY + timedelta(days=1), False, 0)
    assert [hour.hour for hour in found.hours] == [7, 8, 9, 10, 11, 12]
