"""Persian on a screen: letters joined, lines from the right, numbers from the left, and no letter that is not Persian."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat, features

from screen import lettering
from screen.lettering import LetteringError, clock_words, day_words, left_to_right, localised, width_of, wrapped

SIZE = 80
ZWNJ = "\u200c"


def drawn(words: str, language: str = "fa") -> lettering.Lettering:
    return lettering.lettering(words, language, "Black", SIZE)


def unlikeness(words: str, part: str, *, at_right: bool = False, language: str = "fa") -> float:
    """How much the left (or right) end of `words` looks unlike `part`: 0 the same, 255 nothing in common."""
    whole, piece = drawn(words, language), drawn(part, language)
    left = whole.width - piece.width if at_right else 0
    top = piece.top - whole.top
    end = whole.mask.crop((left, top, left + piece.width, top + piece.height))
    return float(ImageStat.Stat(ImageChops.difference(end, piece.mask)).mean[0])


def begins_with(words: str, part: str) -> bool:
    """At its left end."""
    return unlikeness(words, part) < 12


def ends_with(words: str, part: str) -> bool:
    """At its right end."""
    return unlikeness(words, part, at_right=True) < 12


def same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and ImageChops.difference(one, other).getbbox() is None


def test_this_machine_can_shape_persian() -> None:
    lettering.check_shaping()


def test_a_machine_that_cannot_shape_persian_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda _: False)
    with pytest.raises(LetteringError, match="libfribidi0"):
        lettering.check_shaping()


@pytest.mark.parametrize("typed", ["123", "۱۲۳", "١٢٣"])
def test_the_number_on_the_plate_is_not_turned_round(typed: str) -> None:
    assert begins_with(typed, "1")
    assert ends_with(typed, "3")
    assert not begins_with(typed, "3")


def test_a_phone_number_keeps_its_order() -> None:
    phone = "\u2066086-32240066\u2069"
    assert begins_with(phone, "086")
    assert ends_with(phone, "66")


def test_a_phone_number_keeps_its_order_in_arabic_digits() -> None:
    phone = left_to_right("086-32240066", "ar")
    assert unlikeness(phone, "086", language="ar") < 12
    assert unlikeness(phone, "66", language="ar", at_right=True) < 12


def test_dari_is_drawn_as_persian_and_names_its_own_months() -> None:
    assert same(drawn("کُد خانوار ۴۵۶", "prs").mask, drawn("کُد خانوار ۴۵۶").mask)
    assert day_words(date(2026, 12, 1), "prs", year=True) == "سه‌شنبه ۱۰ قوس ۱۴۰۵"


def test_arabic_keeps_its_own_letters_and_digits() -> None:
    assert localised("الكتاب على 456", "ar") == "الكتاب على ٤٥٦"
    assert day_words(date(2026, 12, 1), "ar", year=True) == "الثلاثاء ١٠ آذر ١٤٠٥"


def test_a_clock_keeps_its_order() -> None:
    assert begins_with("10:45", "10")
    assert ends_with("10:45", "45")


def test_a_date_is_read_from_the_right_and_its_numbers_from_the_left() -> None:
    words = day_words(date(2026, 12, 1), "fa", year=True)
    assert words == "سه‌شنبه ۱۰ آذر ۱۴۰۵"
    assert ends_with(words, "سه‌شنبه")
    assert begins_with(words, "۱۴۰۵")


@pytest.mark.parametrize("words", ["قبض را بردارید.", "کدام درمانگاه؟", "A-123 را زدید."])
def test_a_persian_sentence_ends_at_its_left_whatever_it_begins_with(words: str) -> None:
    assert begins_with(words, words[-1])
    assert not ends_with(words, words[-1])


def test_letters_are_joined() -> None:
    assert width_of("پذیرش", "fa", "Bold", SIZE) < width_of(ZWNJ.join("پذیرش"), "fa", "Bold", SIZE)


def test_the_half_space_parts_letters_without_a_gap() -> None:
    parted, joined, spaced = drawn("می‌زند"), drawn("میزند"), drawn("می زند")
    assert not same(parted.mask, joined.mask)
    assert parted.width < spaced.width


def test_the_hamza_over_the_heh_is_kept() -> None:
    assert localised("شمارهٔ شما", "fa") == "شمارهٔ شما"
    assert drawn("شمارهٔ").height > drawn("شماره").height


def test_arabic_letters_become_persian() -> None:
    assert localised("كلينيك علي", "fa") == "کلینیک علی"
    assert localised("کـــد", "fa") == "کد"


def test_digits_follow_the_language() -> None:
    assert localised("A-12 ۳ ٤", "fa") == "A-۱۲ ۳ ۴"
    assert localised("A-12 ۳ ٤", "en") == "A-12 3 4"


@pytest.mark.parametrize(
    ("day", "persian", "english"),
    [
        (date(2026, 3, 21), "شنبه ۱ فروردین ۱۴۰۵", "Saturday 1 Farvardin 1405"),
        (date(2026, 3, 20), "جمعه ۲۹ اسفند ۱۴۰۴", "Friday 29 Esfand 1404"),
        (date(2026, 11, 29), "یکشنبه ۸ آذر ۱۴۰۵", "Sunday 8 Azar 1405"),
        (date(2025, 3, 20), "پنجشنبه ۳۰ اسفند ۱۴۰۳", "Thursday 30 Esfand 1403"),
    ],
)
def test_days_are_jalali(day: date, persian: str, english: str) -> None:
    assert day_words(day, "fa", year=True) == persian
    assert day_words(day, "en", year=True) == english


def test_an_hour_is_written_as_people_say_it() -> None:
    assert clock_words("09:05", "fa") == "۹:۰۵"
    assert clock_words("10:40", "fa") == "۱۰:۴۰"
    assert clock_words("00:00", "en") == "0:00"


def test_a_clocks_digits_are_equally_wide() -> None:
    clocks = [lettering.lettering(f"{digit}:", "fa", "Bold", SIZE, tabular=True) for digit in "0123456789"]
    ends = [clock.left + clock.width for clock in clocks]
    assert max(ends) - min(ends) <= 1, "the colon stands still"


def test_old_digits_are_hollow() -> None:
    filled = lettering.lettering("8", "fa", "Black", SIZE)
    hollow = lettering.lettering("8", "fa", "Black", SIZE, hollow=2)
    assert hollow.mask.size == filled.mask.size
    assert ImageStat.Stat(hollow.mask).mean[0] < 0.6 * ImageStat.Stat(filled.mask).mean[0]


@pytest.mark.parametrize("words", ["نوبت شما", "شمارهٔ ۱۲۳", "سالن ۱", "۱۰:۴۲"])
def test_a_text_is_measured_as_it_is_drawn(words: str) -> None:
    assert width_of(words, "fa", "Black", SIZE) == drawn(words).width


WORDS = st.lists(st.sampled_from(["قبض", "را", "نگه", "دارید", "پزشک", "هم", "می‌زند"]), min_size=1, max_size=25)


@given(WORDS, st.integers(min_value=120, max_value=900))
def test_a_paragraph_loses_no_word_and_no_line_is_too_wide(words: list[str], width: int) -> None:
    lines = wrapped(" ".join(words), "fa", "Bold", 30, width)
    assert " ".join(lines).split() == words
    assert all(width_of(line, "fa", "Bold", 30) <= width for line in lines if " " in line)


def test_no_word_is_left_alone_on_the_last_line() -> None:
    lines = wrapped("قبض را نگه دارید؛ پزشک هم با همین شماره صدا می‌زند.", "fa", "Bold", 30, 560)
    first, last = (width_of(line, "fa", "Bold", 30) for line in lines)
    assert last > first / 2


def test_a_program_that_runs_for_months_keeps_a_limited_number_of_texts() -> None:
    assert all(cache.cache_info().maxsize for cache in (lettering.width_of, lettering._font))
    limit = 400_000
    kept = lettering.Kept(lettering._drawn, limit)
    for number in range(1000, 1040):
        kept("شماره", "fa", "Bold", 40, 0, False)
        kept(str(number), "fa", "Black", 40 + number % 7 * 40, 0, False)
        assert kept.weight <= limit
    assert kept.weight > limit / 2


def test_what_stays_on_the_screen_is_drawn_once_however_many_numbers_come_and_go() -> None:
    drawn: list[object] = []

    def draw(*asked: str | int) -> lettering.Lettering:
        drawn.append(asked[0])
        return lettering._drawn(*asked)

    kept = lettering.Kept(draw, 100_000)
    for number in range(1000, 1040):
        kept("شماره", "fa", "Bold", 40, 0, False)
        kept(str(number), "fa", "Black", 160, 0, False)
    assert drawn.count("شماره") == 1
    assert drawn.count("1000") == 1
    kept("1000", "fa", "Black", 160, 0, False)
    assert drawn.count("1000") == 2


def test_a_text_that_weighs_more_than_all_that_may_be_kept_is_drawn_and_kept_alone() -> None:
    kept = lettering.Kept(lettering._drawn, 10)
    assert kept("12", "fa", "Black", 160, 0, False) is kept("12", "fa", "Black", 160, 0, False)
