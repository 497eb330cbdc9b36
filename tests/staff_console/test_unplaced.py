"""A change of the settings as a whole says who is booked and would have no place in it."""

from datetime import time

from booking_store.site_file import parse_site
from screen.phrases import load
from staff_console.unplaced import unplaced
from tests.staff_console.test_replanning import DOCUMENT, SITE, booked

FA = load("fa")
EVENING = 'starts = "16:00", ends = "18:00"'


def told(document: str) -> tuple[str, ...]:
    """Of four who are booked with one doctor this Sunday, in the morning and in the evening."""
    return unplaced(SITE, parse_site(document, "kosar"), (booked(1, 54), booked(1, 2, begins=time(16))), FA)


def test_who_is_booked_in_hours_that_go_is_counted_by_doctors_date() -> None:
    assert EVENING in DOCUMENT
    (words,) = told(DOCUMENT.replace(EVENING, 'starts = "19:00", ends = "20:00"'))
    assert words == "یکشنبه ۱ آذر، دکتر رضا مرادی: ساعتِ نوبت ۲ نفر برداشته می‌شود"


def test_a_change_that_leaves_the_hours_as_they_are_says_nothing_of_anybody() -> None:
    assert told(DOCUMENT) == ()
    assert told(DOCUMENT.replace("aged_minutes = 60", "aged_minutes = 45")) == ()


def test_who_does_not_fit_already_is_not_this_changes_doing() -> None:
    full = (booked(1, 99),)
    assert unplaced(SITE, parse_site(DOCUMENT.replace("aged_minutes = 60", "aged_minutes = 45"), "kosar"), full, FA) == ()
