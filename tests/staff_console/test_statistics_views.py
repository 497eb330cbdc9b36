"""What the statistics pages are made of, without a browser: periods, charts, tables, files, the wall's warnings."""

from datetime import date, timedelta

import jdatetime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_store.queue_report import Standing
from mqtt.contract import Day, DayStatus, PointCard, PointState, PointStatus, SiteCard, StageCard, StoreBeat
from mqtt.contract import Name as Said
from mqtt.feed import Feed
from rules.journey import State
from screen import phrases
from staff_console.clinic import Clinic
from staff_console.settings import WallSettings
from staff_console.statistics.charts import (
    HEIGHT,
    TICKS_MOST,
    WIDTH,
    Column,
    Span,
    columns,
    row_bar,
    row_span,
    spans,
    tick_step,
)
from staff_console.statistics.export import as_csv, as_xlsx
from staff_console.statistics.numbers import told
from staff_console.statistics.periods import Kind, period
from staff_console.statistics.sheets import Sheet
from staff_console.statistics.wall_view import Figure, WallPage, wall_page
from tests.staff_console.test_statistics import MAIN, sheets_of

FA, EN = phrases.load("fa"), phrases.load("en")
days = st.dates(date(2020, 3, 20), date(2040, 3, 20))
sizes = st.floats(0, 10_000)


@given(days, st.sampled_from(Kind))
def test_periods_follow_each_other_without_gap_and_each_holds_its_days(day: date, kind: Kind) -> None:
    found = period(kind, day)
    assert found.holds(day)
    assert found.after.first == found.last + timedelta(days=1)
    assert found.after.before == found
    assert all(period(kind, inside) == found for inside in (found.first, found.last))


@given(days)
def test_a_week_begins_on_saturday_and_a_month_on_its_first(day: date) -> None:
    week, month = period(Kind.WEEK, day), period(Kind.MONTH, day)
    assert (week.first.weekday(), (week.last - week.first).days) == (5, 6)
    assert jdatetime.date.fromgregorian(date=month.first).day == 1
    assert 29 <= (month.last - month.first).days + 1 <= 31


@given(st.lists(st.tuples(sizes, sizes), min_size=1, max_size=40), st.booleans())
def test_every_bar_stands_inside_its_chart_and_is_as_high_as_it_says(parts: list[tuple[float, float]], rtl: bool) -> None:
    chart = columns([Column("", part) for part in parts], str, rtl=rtl)
    for bar in chart.bars:
        assert bar.x >= -0.2
        assert bar.x + bar.width <= WIDTH + 0.2
        assert bar.y >= 0
        assert bar.y + bar.height <= HEIGHT
    tallest = max(parts, key=sum)
    if sum(tallest) > 0:
        at = [bar for bar in chart.bars if bar.tone == "part-1"]
        assert all(bar.height >= 0 for bar in at)


def test_in_persian_the_first_bar_stands_at_the_right() -> None:
    two = [Column("7", (1.0,)), Column("8", (2.0,))]
    right_to_left, left_to_right = columns(two, str, rtl=True), columns(two, str, rtl=False)
    assert right_to_left.bars[0].x > right_to_left.bars[1].x
    assert left_to_right.bars[0].x < left_to_right.bars[1].x


def test_a_span_that_is_not_known_draws_nothing() -> None:
    chart = spans([Span("7", None, None, None), Span("8", 1.0, 2.0, 3.0)], str, rtl=False)
    assert len(chart.dots) == 1
    assert [line.tone for line in chart.lines].count("span") == 1
    assert row_span(None, None, 5.0, rtl=True).lines == ()
    assert row_bar(0, 5, rtl=True).bars == ()


@given(st.floats(1, 1_000_000))
def test_a_few_round_steps_reach_the_highest(highest: float) -> None:
    assert highest <= TICKS_MOST * tick_step(highest) * (1 + 1e-6)


@pytest.mark.parametrize(
    ("value", "persian", "english"),
    [
        (0, "۰", "0"),
        (8004, "۸٬۰۰۴", "8,004"),
        (3.0, "۳", "3"),
        (3.14, "۳٫۱", "3.1"),
        (9.96, "۱۰", "10"),
        (54.4, "۵۴", "54"),
        (None, "", ""),
    ],
)
def test_numbers_are_written_as_people_write_them(value: float | None, persian: str, english: str) -> None:
    assert (told(value, FA), told(value, EN)) == (persian, english)


FORMULAS = ("=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1")


def test_a_name_that_begins_like_a_formula_is_text_in_every_file() -> None:
    sheet = Sheet("doctor", "پزشکان", ("پزشک", "نفر"), tuple((name, 1) for name in FORMULAS))
    for line in as_csv([sheet]).decode("utf-8-sig").splitlines():
        assert not any(f",{sign}" in line or f',"{sign}' in line for sign in "=+-@\t"), line
    (page,) = sheets_of(as_xlsx([sheet], rtl=False)).values()
    assert not list(page.iter(f"{MAIN}f"))


# ------------------------------------------------------------------------------------------- the wall


NOW_MS = 1000 * 60_000
"""Minute 1000 by the store's clock."""


def clinic(**points: PointStatus) -> Clinic:
    """A clinic of these points, "counter_1" and so on, that is heard."""
    cards = tuple(PointCard(id=one, kind=one[:-2], label=1, zone="hall-1", stages=("reception",)) for one in points)
    states = {
        one: PointState(point=one, epoch="1-a", sequence=1, revision=1, as_of_ms=0, status=status)
        for one, status in points.items()
    }
    stages = (StageCard(id="reception", name=Said(fa="پذیرش")), StageCard(id="doctor", name=Said(fa="پزشک")))
    names = {"name": Said(fa="درمانگاه"), "time_zone": "Asia/Tehran", "points": cards, "stages": stages}
    beat = StoreBeat(up=True, connection="here", epoch="1-a", wall_ms=NOW_MS)
    return Clinic(
        feed=Feed(connected=True, store_here=True, beat=beat, beat_at=0.0),
        site=SiteCard(epoch="1-a", sequence=1, site="small", **names),
        day=Day(epoch="1-a", sequence=1, status=DayStatus.ACCEPTING, service_day=1, date="2026-11-22"),
        points=states,
    )


def waiting(number: int, minutes: int, stage: str = "reception", state: State = State.WAITING) -> Standing:
    return Standing(number, state, "walk_in", stage, NOW_MS - minutes * 60_000)


def wall(*standing: Standing, of: Clinic | None = None) -> WallPage:
    limits = WallSettings(waiting_people=2, waiting_minutes=45)
    return wall_page(of or clinic(counter_1=PointStatus.OPEN, room_1=PointStatus.OPEN), standing, limits, FA, 0.0)


def figure(page: WallPage, key: str) -> Figure:
    return next(one for one in page.figures if one.key == key)


def test_the_wall_counts_who_waits_and_names_whoever_waits_longest() -> None:
    shown = wall(waiting(150, 12), waiting(151, 30, "doctor"), waiting(152, 90, state=State.ABSENT))
    assert (figure(shown, "waiting").value, figure(shown, "longest").value) == ("۲", "۳۰")
    assert figure(shown, "longest").about == "شمارهٔ ۱۵۱، پزشک"
    assert [(row.name, row.waiting) for row in shown.stages] == [("پذیرش", "۱"), ("پزشک", "۱")]
    assert not any(one.warning for one in shown.figures)


def test_the_wall_warns_beyond_its_limits_and_not_at_them() -> None:
    at = wall(waiting(150, 45), waiting(151, 1))
    beyond = wall(waiting(150, 46), waiting(151, 1), waiting(152, 1))
    assert not any(one.warning for one in at.figures)
    assert (figure(beyond, "waiting").warning, figure(beyond, "longest").warning) == ("بیش از ۲ نفر", "بیش از ۴۵ دقیقه")


def test_the_wall_warns_where_no_counter_is_open() -> None:
    shown = wall(of=clinic(counter_1=PointStatus.PAUSED, counter_2=PointStatus.CLOSED, room_1=PointStatus.OPEN))
    assert (figure(shown, "open-counter").value, figure(shown, "open-counter").about) == ("۰", "از ۲")
    assert figure(shown, "open-counter").warning
    assert not figure(shown, "open-room").warning


def test_a_wall_that_hears_nothing_says_so() -> None:
    assert wall_page(Clinic(), (), WallSettings(), FA, 0.0).lost
    assert wall_page(clinic(counter_1=PointStatus.OPEN), (), WallSettings(), FA, 1000.0).lost
