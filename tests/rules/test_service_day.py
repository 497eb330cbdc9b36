"""The hours open, stop and end a day; they drop nobody, and never act on a clock that nobody trusts."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.schedule import opening_at, opening_on
from rules.service_day import ByHours, OpenedDay, due_by_hours
from tests.rules.kosar import FRIDAY, SUNDAY, at, kosar

MONDAY = SUNDAY + timedelta(days=1)
OPEN = OpenedDay(SUNDAY, opened_at=at("07:00"), accepting=True, stopped_by_hours=False, left=0)


def due(
    clock: str, opened: OpenedDay | None = None, *, day: object = SUNDAY, had: bool = False, trusted: bool = True
) -> object:
    now = at(clock, day)  # type: ignore[arg-type]  # a date
    opening = opening_at(kosar(), now)
    its_opening = opening_on(kosar(), opened.date) if opened else None
    return due_by_hours(now, opening, opened, its_opening, had_today=had, trusted=trusted)


def test_the_doors_open_at_seven() -> None:
    assert due("06:59") is None
    assert due("07:00") is ByHours.OPEN


def test_a_store_that_starts_late_opens_late_but_not_after_the_end_of_tickets() -> None:
    assert due("10:00") is ByHours.OPEN
    assert due("19:00") is None


def test_friday_stays_closed() -> None:
    assert due("09:00", day=FRIDAY) is None


def test_a_day_that_somebody_ended_stays_ended() -> None:
    assert due("10:00", had=True) is None


def test_reception_stops_once() -> None:
    assert due("18:59", OPEN) is None
    assert due("19:00", OPEN) is ByHours.STOP
    resumed = replace(OPEN, stopped_by_hours=True)
    assert due("19:30", resumed) is None


def test_the_day_ends_when_nobody_is_left_in_it() -> None:
    calling_only = replace(OPEN, accepting=False, stopped_by_hours=True)
    assert due("20:30", calling_only) is ByHours.END
    assert due("20:30", replace(calling_only, left=1)) is None
    assert due("23:00", replace(calling_only, left=1)) is None


def test_those_who_are_left_overnight_are_told_of_when_the_next_day_begins() -> None:
    left_over = replace(OPEN, accepting=False, stopped_by_hours=True, left=2)
    assert due("06:59", left_over, day=MONDAY) is None
    assert due("07:00", left_over, day=MONDAY) is ByHours.END_LEFT_OVER
    assert due("07:00", replace(left_over, left=0), day=MONDAY) is ByHours.END


def test_a_day_opened_by_hand_on_a_friday_ends_by_hand() -> None:
    by_hand = replace(OPEN, date=FRIDAY, opened_at=at("09:00", FRIDAY))
    assert due("23:00", by_hand, day=FRIDAY) is None


def test_a_day_opened_by_hand_in_the_evening_is_not_closed_a_second_later() -> None:
    by_hand = replace(OPEN, opened_at=at("21:00"))
    assert due("21:00", by_hand) is None
    assert due("07:00", by_hand, day=MONDAY) is ByHours.END


@given(st.integers(0, 23), st.booleans(), st.booleans(), st.integers(0, 3))
def test_an_untrusted_clock_changes_nothing(hour: int, is_open: bool, accepting: bool, left: int) -> None:
    opened = replace(OPEN, accepting=accepting, left=left) if is_open else None
    assert due(f"{hour:02}:00", opened, trusted=False) is None
