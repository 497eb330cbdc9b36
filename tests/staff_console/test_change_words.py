"""What a change does is said in the reader's language, down to the last word of the site."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, time

import pytest

from booking_store.site_file import parse_site
from rules import site as sites
from rules import texts
from rules.site import Override, Timetable
from screen.phrases import load
from staff_console.change_words import told_changes
from staff_console.document import days_off, sessions
from tests.staff_console.document.test_editing import KOSAR
from tests.staff_console.document.test_sessions import AHMADI, MORADI, SHORT, SUNDAY

BEFORE = parse_site(KOSAR, "kosar")


def told(document: str, language: str = "fa") -> tuple[str, ...]:
    return told_changes(BEFORE, parse_site(document, "kosar"), load(language))


def words_of_the_site() -> Iterator[str]:
    """The fields of everything that a site file describes."""
    for kind in (*vars(sites).values(), texts.QuietHours):
        if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ in (sites.__name__, texts.__name__):
            yield from (field.name for field in fields(kind))


@pytest.mark.parametrize("name", sorted(set(words_of_the_site())))
def test_every_word_of_a_site_has_one_in_both_languages(name: str) -> None:
    assert f"staff.site.field.{name}" in load("fa")
    assert f"staff.site.field.{name}" in load("en")


def test_a_new_name_is_told_with_the_old_one() -> None:
    renamed = KOSAR.replace('fa = "داخلی"', 'fa = "طب داخلی"')
    assert told(renamed) == ("درمانگاه ۱۱ طب داخلی، نام، فارسی: «داخلی» می‌شود «طب داخلی»",)
    assert told(renamed, "en") == ("Department 11 Internal medicine, Name, Persian: “داخلی” becomes “طب داخلی”",)


def test_of_a_list_only_what_came_is_told() -> None:
    away = Override(date(2027, 1, 2), date(2027, 1, 5), why="سفر")
    assert told(sessions.with_override(KOSAR, MORADI, away)) == (
        "پزشک ۳ دکتر رضا مرادی، برنامه، روزهایی با برنامهٔ دیگر: «۱۴۰۵/۱۰/۱۲ تا ۱۴۰۵/۱۰/۱۵، به علت سفر» اضافه می‌شود",
    )


def test_a_session_is_told_by_its_day_hours_and_places() -> None:
    (sentence,) = told(sessions.changed_session(KOSAR, AHMADI, SUNDAY, time(8), SHORT))
    assert sentence == (
        "پزشک ۱ دکتر سارا احمدی، برنامه، هفته، یکشنبه: «۸:۰۰ تا ۱۲:۳۰، تلفنی ۵۴، حضوری ۳۰، ذخیره ۶» "
        "می‌شود «۹:۰۰ تا ۱۱:۰۰، تلفنی ۲۰، حضوری ۱۰»"
    )


def test_a_holiday_a_quiet_time_a_range_and_a_text_are_told() -> None:
    holiday = told(days_off.with_holiday(KOSAR, date(2026, 12, 30), "برف"))
    assert holiday == ("تعطیلی‌ها، ۱۴۰۵/۱۰/۰۹: «برف» اضافه می‌شود",)
    assert told(KOSAR.replace(', { from = "17:00", to = "17:15" }', "")) == ("صدا، سکوت: «۱۷:۰۰ تا ۱۷:۱۵» برداشته می‌شود",)
    night = KOSAR.replace('quiet_from = "22:00"', 'quiet_from = "21:30"')
    assert told(night) == ("پیامک‌ها، سکوت، آغاز: «۲۲:۰۰» می‌شود «۲۱:۳۰»",)
    noisy = replace(BEFORE, texts=replace(BEFORE.texts, quiet=None))
    assert told_changes(noisy, BEFORE, load("fa")) == ("پیامک‌ها، سکوت: «۲۲:۰۰ تا ۷:۰۰» اضافه می‌شود",)
    louder = told(KOSAR.replace('{ from = "14:00", percent = 55 }', '{ from = "14:00", percent = 60 }'))
    assert louder == ("صدا، بلندی صدا: «۵۵ درصد از ساعت ۱۴:۰۰» می‌شود «۶۰ درصد از ساعت ۱۴:۰۰»",)
    assert told(KOSAR.replace("alone_range = [950, 999]", "alone_range = [950, 998]")) == (
        "دستگاه kiosk-1، شماره‌های هنگام قطع ارتباط، تا: «۹۹۹» می‌شود «۹۹۸»",
    )
    assert told(KOSAR.replace("again_a_day = 3", "again_a_day = 4")) == (
        "پیامک‌ها، چند بار در روز کد دوباره فرستاده شود: «۳» می‌شود «۴»",
    )
    assert told(KOSAR.replace("ask_priority = true", "ask_priority = false")) == ("کیوسک‌ها، پرسیدن اولویت: «بله» می‌شود «نه»",)


def test_what_comes_what_goes_and_what_stands_elsewhere() -> None:
    fewer = replace(BEFORE, points=BEFORE.points[:-1], departments=tuple(reversed(BEFORE.departments)))
    say = load("fa")
    assert told_changes(BEFORE, fewer, say) == ("درمانگاه‌ها: به ترتیبی دیگر", "اتاق ۲: برداشته می‌شود")
    assert told_changes(fewer, BEFORE, say)[-1] == "اتاق ۲: تازه"


def test_a_timetable_is_told_by_its_days_and_an_empty_one_without_any() -> None:
    closed = replace(
        BEFORE, departments=(*BEFORE.departments[:-2], replace(BEFORE.departments[-2], timetable=None), BEFORE.departments[-1])
    )
    (sentence,) = told_changes(closed, BEFORE, load("fa"))
    assert sentence.startswith("درمانگاه ۲۱ آزمایشگاه، برنامه: «هفته شنبه ۷:۳۰ تا ۱۱:۳۰، تلفنی ۲۰، حضوری ۶۰، یکشنبه ")
    empty = replace(closed, departments=(replace(BEFORE.departments[0], timetable=Timetable()), *closed.departments[1:]))
    assert told_changes(closed, empty, load("fa")) == ("درمانگاه ۱۱ داخلی، برنامه: عوض می‌شود",)
