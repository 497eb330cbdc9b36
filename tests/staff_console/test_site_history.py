"""The history of the settings: who, when, what; page by page, also of files that no program reads any more."""

from booking_store.site_history import Load
from screen.phrases import load
from staff_console.accounts import Account
from staff_console.rights import Role
from staff_console.site_view import history
from tests.staff_console.document.test_editing import KOSAR

FA = load("fa")
SARA = Account(name="sara", shown="سارا احمدی", role=Role.MANAGER, password_hash="")
NOON_MS = 1_795_336_200_000  # 1405/09/01, 12:00 in Tehran


def loaded(number: int, document: str, who: str = "console:sara") -> Load:
    return Load(number, "", NOON_MS + number * 60_000, who, document)


LOADS = (
    loaded(3, KOSAR.replace("aged_minutes = 60", "aged_minutes = 45")),
    loaded(2, KOSAR, "console:gone"),
    loaded(1, KOSAR.replace("schema = 1", "schema = 0"), "operator"),
)


def test_each_load_tells_whose_it_was_when_and_what_it_changed() -> None:
    third, second, first = history(LOADS, 3, 3, {"sara": SARA}, FA)
    assert (third.who, third.when, third.in_force) == ("سارا احمدی", "یکشنبه ۱ آذر ۱۴۰۵، ساعت ۱۲:۰۳", True)
    (changed,) = third.changes
    assert changed.endswith("«۶۰» می‌شود «۴۵»")
    assert (second.who, second.in_force) == ("gone", False)
    assert second.changes == (FA("staff.site.history.unreadable"),), "the file before it is read no more"
    assert (first.who, first.changes) == ("با فرمان operator", (FA("staff.site.history.first"),))


def test_the_last_of_a_page_is_compared_with_the_first_of_the_next() -> None:
    (third,) = history(LOADS[:2], 1, 3, {}, FA)
    assert len(third.changes) == 1
    assert third.changes != (FA("staff.site.history.first"),)
