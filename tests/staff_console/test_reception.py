"""Reception by its pages: what is shown, what is done, and who may do it."""

import re
import sqlite3

import pytest

from staff_console.rights import Role
from tests.command_line.clinic import Clinic
from tests.staff_console.running import Browser, Console


@pytest.fixture
def waiting(clinic: Clinic, reception: Browser) -> int:
    """Somebody took a ticket, and the page shows it."""
    number = clinic.walk_in(11)
    reception.until(f'data-number="{number}"')
    return number


def test_who_waits_is_called_by_the_page(reception: Browser, waiting: int) -> None:
    answer = reception.press("call_next", "counter-1").json()
    assert answer["done"], answer
    reception.until(r'class="number" href')


def test_two_presses_of_one_page_call_one_ticket(clinic: Clinic, reception: Browser, waiting: int) -> None:
    clinic.walk_in(11)
    form = re.search(
        r'value="call_next">\s*<input type="hidden" name="point" value="(counter-2)">\s*'
        r'<input type="hidden" name="epoch" value="([^"]+)">\s*<input type="hidden" name="revision" value="(\d+)">',
        reception.page(),
    )
    assert form is not None
    seen = {"what": "call_next", "point": form[1], "epoch": form[2], "revision": form[3]}
    first, second = reception.act(**seen).json(), reception.act(**seen).json()
    assert first["done"]
    assert not second["done"]


def test_what_is_done_stands_in_the_audit_trail_with_the_account(clinic: Clinic, reception: Browser, waiting: int) -> None:
    assert reception.act(what="make_urgent", number=str(waiting), why="درد شدید").json()["done"]

    with sqlite3.connect(clinic.store.url.removeprefix("sqlite:///")) as ledger:
        rows = ledger.execute("SELECT who, why FROM audit WHERE what = 'make_urgent' AND number = ?", (waiting,)).fetchall()
    assert rows == [("operator:reception", "درد شدید")]


@pytest.mark.parametrize(
    "form",
    [
        {"what": "make_urgent", "number": "nobody", "why": "x"},
        {"what": "make_urgent", "number": "150", "why": ""},
        {"what": "make_urgent", "number": "-1", "why": "x" * 300},
        {"what": "call_next", "point": "counter-1", "epoch": "", "revision": "1"},
        {"what": "call_next", "point": "<script>", "epoch": "e", "revision": "1"},
    ],
)
def test_a_form_that_does_not_fit_changes_nothing_and_says_so(reception: Browser, form: dict[str, str]) -> None:
    answer = reception.act(**form).json()
    assert not answer["done"]
    assert answer["words"]


def test_a_form_without_this_sessions_token_is_refused(console: Console, reception: Browser, waiting: int) -> None:
    form = {"what": "make_urgent", "number": str(waiting), "why": "x"}
    other = console.browser(Role.MANAGER).form_token()
    for token in ("", "guessed", other):
        assert reception.client.post("/act", data={**form, "form_token": token}).status_code == 403


def test_a_role_without_the_right_neither_sees_the_button_nor_may_press_it(console: Console, waiting: int) -> None:
    technician = console.browser(Role.TECHNICIAN)
    assert "call_next" not in technician.page()
    assert technician.act(what="call_next", point="counter-1", epoch="e", revision="1").status_code == 403


def test_script_in_a_field_is_text(reception: Browser, waiting: int) -> None:
    assert reception.act(what="drop_ticket", number=str(waiting), why="<script>alert(1)</script>").json()["done"]
    assert "<script>alert" not in reception.page()


def test_without_scripts_the_browser_comes_back_and_is_told(reception: Browser, waiting: int) -> None:
    form = {"what": "make_urgent", "number": str(waiting), "why": "x", "form_token": reception.form_token()}
    assert reception.client.post("/act", data=form).headers["location"] == "/"
    page = reception.page()
    assert "فوری شد" in page
    assert "فوری شد" not in reception.page(), "it is said once"


def test_no_page_names_a_mobile_whole(reception: Browser, waiting: int) -> None:
    assert not re.search(r"09\d{9}|۰۹[۰-۹]{9}", reception.page())
