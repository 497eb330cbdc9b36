"""The telephone says numbers, dates and hours as people do, out of prompts that the script has."""

import datetime
import shutil
import subprocess

import jdatetime
import pytest

from sounds import telephone
from sounds.telephone_script import PAUSE, telephone_script


def _heard(prompts: tuple[str, ...], language: str = "fa") -> str:
    """The words of `prompts`, a dash for each breath."""
    script = telephone_script(language)
    return " ".join("-" if name == PAUSE else script[name].words for name in prompts)


def test_a_code_is_read_digit_by_digit_in_two_groups() -> None:
    assert _heard(telephone.say_code("05271234")) == "صفر پنج دو هفت - یک دو سه چهار"


def test_a_code_read_slowly_has_a_breath_after_each_digit() -> None:
    assert _heard(telephone.say_code("0527", slowly=True)) == "صفر - پنج - دو - هفت"


def test_a_mobile_is_grouped_as_people_write_it() -> None:
    assert _heard(telephone.say_mobile("09121234567")) == "صفر نه یک دو - یک دو سه - چهار پنج شش هفت"


@pytest.mark.parametrize(
    ("iso_date", "words"),
    [
        ("2026-11-24", "سه‌شنبه، سومِ آذر."),
        ("2026-11-21", "شنبه، سی‌اُمِ آبان."),
        ("2026-03-21", "شنبه، یکمِ فروردین."),
        ("2025-03-20", "پنجشنبه، سی‌اُمِ اسفند."),  # a leap year's last day
    ],
)
def test_a_date_is_said_with_its_weekday_and_month(iso_date: str, words: str) -> None:
    assert _heard(telephone.say_date(iso_date)) == words


@pytest.mark.parametrize(
    ("time_of_day", "words"),
    [
        ("08:00", "ساعتِ هشتِ صبح."),
        ("16:30", "ساعتِ چهار و نیمِ بعدازظهر."),
        ("09:15", "ساعتِ نه و ربعِ صبح."),
        ("12:30", "ساعتِ دوازده و نیمِ ظهر."),
        ("09:24", "ساعتِ نه و بیست و چهار دقیقهٔ صبح."),
        ("20:05", "ساعتِ هشت و پنج دقیقهٔ شب."),
        ("00:00", "ساعتِ دوازدهِ شب."),
    ],
)
def test_a_time_is_said_as_a_clock_is_read(time_of_day: str, words: str) -> None:
    assert _heard(telephone.say_time(time_of_day)) == words


def test_hours_are_said_from_and_until() -> None:
    assert _heard(telephone.say_hours("07:00", "19:00")) == "از ساعتِ هفتِ صبح. تا ساعتِ هفتِ شب."


def test_a_number_is_joined_with_its_linking_words() -> None:
    assert _heard(telephone.say_number(123)) == "صد و بیست و سه"
    assert _heard(telephone.say_number(0)) == "صفر"


@pytest.mark.parametrize("language", ["fa", "en"])
def test_nothing_that_can_be_composed_lacks_a_prompt(language: str) -> None:
    script = telephone_script(language)
    days = (datetime.date(2026, 3, 21) + datetime.timedelta(days=n) for n in range(366))
    moments = (f"{minute // 60:02}:{minute % 60:02}" for minute in range(24 * 60))
    composed = (
        *(telephone.say_number(number, language) for number in range(10_000)),
        *(telephone.say_date(day.isoformat()) for day in days),
        *(telephone.say_time(moment, language) for moment in moments),
        telephone.say_code("0123456789"),
        *(telephone.say_code(str(digit)) for digit in range(10)),
    )
    assert {name for prompts in composed for name in prompts} <= script.keys()


def test_every_day_of_a_year_is_said_with_the_jalali_calendars_own_names() -> None:
    heard = {_heard(telephone.say_date(jdatetime.date(1403, month, 1).togregorian().isoformat())) for month in range(1, 13)}
    assert len(heard) == 12


def test_a_phrase_that_nobody_wrote_is_an_error() -> None:
    with pytest.raises(ValueError, match="no phrase 'ask_for_tea'"):
        telephone.phrase("ask_for_tea")


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_the_synthesiser_links_days_and_hours_as_people_do() -> None:
    lines = [line for line in telephone_script("fa").values() if line.name.startswith(("nobat/day/", "nobat/hour/"))]
    command = ["espeak-ng", "-v", "fa", "-q", "--ipa", "\n\n".join(line.vocalised for line in lines)]
    heard = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.split("\n")
    sounds = dict(zip((line.words for line in lines), (one for one in heard if one), strict=True))
    assert {words: one for words, one in sounds.items() if "va " in f"{one} " or " v" in one} == {}
    assert sounds["نه و"].replace("ˈ", "").endswith("noho")
    assert sounds["بیست و یکمِ"].replace("ˈ", "").replace("ˌ", "") == "bisto jekome"
