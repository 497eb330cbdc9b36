"""A manager reads in Persian what is wrong with what was typed: each sentence of the store's that a form can lead to."""

import re
from string import Formatter

import pytest

from booking_store.site_file import SiteFileError, parse_site
from mqtt.contract import Reason, Refusal
from screen.phrases import load
from staff_console.problem_words import SENTENCES, in_words
from staff_console.site_document import Problem, _told
from tests.staff_console.document.test_editing import KOSAR

MISTAKES = (
    ("missing", 'name = { fa = "داخلی", en = "Internal medicine" }', 'name = { en = "Internal medicine" }'),
    ("number", "aged_minutes = 60", "aged_minutes = 0"),
    ("range", "booked_range = [100, 189]", "booked_range = [189, 100]"),
    ("clock", 'quiet_from = "22:00"', 'quiet_from = "25:00"'),
    ("word", 'kind = "counter"', 'kind = "desk"'),
    ("arabic", 'fa = "داخلی"', 'fa = "داخلي"'),
    ("taken", "code = 12\n", "code = 11\n"),
    ("sign", "label = 2\n", "label = 1\n"),
    ("meets", "[190, 249]", "[180, 249]"),
    ("small", "[100, 189]", "[100, 110]"),
    ("unserved", "departments = [12, 15, 16]", "departments = [12, 15]"),
    ("fact", "ساعت {until}", "ساعت {untl}"),
    ("no_code", "کد رهگیری شما: {code}", "کد رهگیری شما"),
    ("never_quiet", 'quiet_from = "22:00"', 'quiet_from = "07:00"'),
    ("no_reminder", "reminder = ", "cover_ends = "),
    ("quiet_reminder", 'reminder_at = "18:00"', 'reminder_at = "23:00"'),
    ("no_times", 'booked_by = "arrival"', 'booked_by = "time"'),
    ("twice", 'stages = ["reception", "cashier", "treatment"]', 'stages = ["reception", "reception", "treatment"]'),
    ("own_timetable", "walk_in_range = [190, 249]", "walk_in_range = [190, 249]\nweekly = []"),
    ("nobody", "code = 7\ndepartment = 16", "code = 7\ndepartment = 15"),
    ("digits", "department_digits = 2", "department_digits = 1"),
)
IN_THE_HOUSE = {
    "called": "counter-1 has number 103 now; finish it first",
    "sent": "number 103 was sent to room-1; call or transfer it first",
    "left": "number 103 is at stage doctor, which no point would serve; finish it first",
}
"""What the store says of people who wait (tests/store/test_loading.py)."""
NOT_NOW = {
    "not_allowed": Refusal(reason=Reason.NOT_ALLOWED, detail="console may not ask for this"),
    "internal_error": Refusal(reason=Reason.INTERNAL_ERROR),
}
"""What it says whatever the file says."""


def said(document: str) -> list[str]:
    """The store's sentences about a document."""
    with pytest.raises(SiteFileError) as wrong:
        parse_site(document, "kosar")
    return [line.split(": ", 2)[2] for line in wrong.value.problems]


@pytest.mark.parametrize(("key", "right", "wrong"), MISTAKES, ids=[key for key, _, _ in MISTAKES])
def test_a_mistake_is_told_in_persian(key: str, right: str, wrong: str) -> None:
    assert right in KOSAR
    words = [in_words(Problem(sentence), load("fa")).words for sentence in said(KOSAR.replace(right, wrong, 1))]
    parts = Formatter().parse(load("fa")(f"staff.site.problem.{key}"))
    expected = re.compile("".join(re.escape(words) + (".+" if value is not None else "") for words, value, _, _ in parts))
    assert any(expected.fullmatch(one) for one in words), words


@pytest.mark.parametrize("key", IN_THE_HOUSE)
def test_what_hinders_because_of_people_in_the_house_is_told_in_persian(key: str) -> None:
    told = in_words(Problem(IN_THE_HOUSE[key]), load("fa")).words
    assert told.startswith("شمارهٔ ۱۰۳ ")


@pytest.mark.parametrize("key", NOT_NOW)
def test_what_hinders_whatever_the_file_says_is_told_in_persian(key: str) -> None:
    (problem,) = _told(NOT_NOW[key], "small.toml").problems
    assert in_words(problem, load("fa")).words == load("fa")(f"staff.site.problem.{key}")


def test_every_sentence_is_tried() -> None:
    assert {key for key, _ in SENTENCES} == {key for key, _, _ in MISTAKES} | IN_THE_HOUSE.keys() | NOT_NOW.keys()


def test_what_has_no_words_of_ours_stays_as_the_store_says_it() -> None:
    problem = Problem("the first of its kind", "x.y", 3)
    assert in_words(problem, load("fa")) == problem
