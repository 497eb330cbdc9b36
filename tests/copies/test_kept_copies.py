"""Which copies are kept: few of the last hour, one an hour of the last day, one a day of a fortnight, and none for ever."""

from hypothesis import given
from hypothesis import strategies as st

from rules.kept_copies import DAY_MS, HOUR_MS, KEPT_DAYS_AT_MOST, MOST_KEPT, Age, to_keep

MINUTE_MS = 60_000
MORNING_MS = 20_000 * DAY_MS + 8 * HOUR_MS

ages = st.builds(Age, st.integers(1, 3), st.integers(0, 10_000), st.integers(0, 60 * DAY_MS).map(lambda ms: MORNING_MS + ms))


def a_copy_each_minute(minutes: int) -> list[Age]:
    return [Age(1, minute, MORNING_MS + minute * MINUTE_MS) for minute in range(minutes)]


def test_of_an_hour_of_copies_each_minute_the_last_three_and_the_hours_are_kept() -> None:
    kept = to_keep(a_copy_each_minute(121))
    assert sorted(copy.sequence for copy in kept) == [59, 118, 119, 120]


def test_a_month_of_days_becomes_a_fortnight_of_them() -> None:
    month = [Age(1, day, MORNING_MS + day * DAY_MS) for day in range(31)]
    assert sorted(copy.sequence for copy in to_keep(month)) == list(range(7, 31))  # 24 copies were the only ones of their hour


def test_a_clinic_that_copies_all_day_keeps_a_day_of_hours_and_a_fortnight_of_days() -> None:
    copies = [Age(1, minute, MORNING_MS + minute * MINUTE_MS) for minute in range(0, 40 * 24 * 60, 5)]
    kept = to_keep(copies)
    oldest_ms = min(copy.as_of_ms for copy in kept)
    assert 12 * DAY_MS < copies[-1].as_of_ms - oldest_ms < 14 * DAY_MS
    assert len(kept) <= MOST_KEPT


def test_after_a_week_closed_yesterday_is_still_there() -> None:
    before, after = Age(1, 1, MORNING_MS), Age(1, 2, MORNING_MS + 7 * DAY_MS)
    assert to_keep([before, after]) == {before, after}


def test_nothing_outlives_its_month_however_seldom_copies_are_made() -> None:
    old, new = Age(1, 1, MORNING_MS), Age(1, 2, MORNING_MS + (KEPT_DAYS_AT_MOST + 1) * DAY_MS)
    assert to_keep([old, new]) == {new}


def test_a_copy_is_kept_to_its_last_day() -> None:
    old, new = Age(1, 1, MORNING_MS), Age(1, 2, MORNING_MS + KEPT_DAYS_AT_MOST * DAY_MS)
    assert to_keep([old, new]) == {old, new}


def test_a_ledger_that_was_put_back_is_the_newest_though_a_clock_stood_wrong() -> None:
    lost, put_back = Age(7, 900, MORNING_MS + HOUR_MS), Age(1_000_008, 100, MORNING_MS)
    assert max(lost, put_back) == put_back
    assert put_back in to_keep([lost, put_back])


@given(st.lists(ages))
def test_whatever_there_is_the_newest_stays_and_the_folder_is_bounded(copies: list[Age]) -> None:
    kept = to_keep(copies)
    assert len(kept) <= MOST_KEPT
    assert kept <= set(copies)
    assert not copies or max(copies) in kept


@given(st.lists(ages))
def test_to_tidy_twice_deletes_nothing_more(copies: list[Age]) -> None:
    assert to_keep(to_keep(copies)) == to_keep(copies)


@given(st.lists(ages, min_size=1), ages)
def test_one_more_copy_never_takes_the_newest_before_it_away(copies: list[Age], late: Age) -> None:
    newest = max(copies)
    if late > newest and late.as_of_ms - newest.as_of_ms <= KEPT_DAYS_AT_MOST * DAY_MS:
        assert newest in to_keep([*copies, late])
