"""The audit page: who did what, for those who may see it, in words, without anybody's mobile, and as CSV."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from booking_store.audit_report import PAGE, Entry
from screen import phrases
from staff_console.audit_view import audit_rows, what_words
from staff_console.rights import RIGHTS, Right, Role
from staff_console.tables_out import as_csv
from tests.command_line.clinic import Clinic
from tests.display.clinic import SITE
from tests.staff_console.conftest import sign_in
from tests.staff_console.running import Browser, Console
from tests.staff_console.test_in_chromium import faults

DESK = Path(__file__).parents[2] / "booking_store" / "desk"


@pytest.fixture
def manager(console: Console) -> Browser:
    return console.browser(Role.MANAGER)


@pytest.fixture(scope="module")
def number(clinic: Clinic, console: Console) -> int:
    """A ticket that reception has made urgent for a reason that begins like a formula and holds a mobile."""
    number = clinic.walk_in(11)
    reception = console.browser(Role.RECEPTION)
    reception.until(f'data-number="{number}"')
    assert reception.act(what="make_urgent", number=str(number), why="=1+1 با ۰۹۱۲۱۲۳۴۵۶۷").json()["done"]
    return number


def searched(person: Browser, **form: str) -> str:
    whole = {"form_token": person.form_token(), **form}
    return person.client.post("/audit", data=whole).text


def exported(person: Browser, **form: str) -> list[list[str]]:
    whole = {"form_token": person.form_token(), **form}
    answer = person.client.post("/audit/export", data=whole)
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


# ------------------------------------------------------------------------------------------ pure


@pytest.mark.parametrize("language", ["fa", "en"])
def test_every_act_that_the_store_writes_down_has_words(language: str) -> None:
    say = phrases.load(language)
    written = {what for path in DESK.glob("*.py") for what in re.findall(r'\.note\(asked, "(\w+)"', path.read_text())}
    assert len(written) > 20
    assert [what for what in sorted(written) if what_words(what, say) == what] == []


def entry(what: str, why: str = "", **details: object) -> Entry:
    return Entry(1, 1_790_000_000_000, "console:sara", what, why, "2026-09-21", 17, None, details)


def test_a_row_says_who_stood_behind_the_device_and_what_was_ordered() -> None:
    (row,) = audit_rows((entry("device_ordered", "restart", device="kiosk-1"),), SITE, phrases.load("en"))
    assert (row.who, row.what, row.about) == ("sara", "Ordered a device", "Restart, kiosk-1")


def test_what_leads_to_a_person_is_left_out_of_a_reason_and_numbers_of_no_meaning_are_not_told() -> None:
    (row,) = audit_rows((entry("make_urgent", "زنگ به 0912 ۰۹۱۲۱۲۳۴۵۶۷ کد 12345678", booking=7),), SITE, phrases.load("fa"))
    assert row.about == "زنگ به 0912 … کد …"


def test_an_act_of_a_later_version_keeps_its_own_name() -> None:
    assert what_words("flown_away", phrases.load("fa")) == "flown_away"


@pytest.mark.parametrize("typed", ["=1+1", "+98", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_taken_for_a_formula(typed: str) -> None:
    content = as_csv(["why"], [[typed]]).decode("utf-8-sig")
    assert next(row for row in list(csv.reader(io.StringIO(content, newline="")))[1:])[0] == f"'{typed}"


# ------------------------------------------------------------------------------------------ with the clinic


def test_only_who_has_the_right_sees_it(console: Console) -> None:
    for role in Role:
        person = console.browser(role)
        expected = 200 if Right.SEE_AUDIT in RIGHTS[role] else 403
        assert person.client.get("/audit").status_code == expected
        token = person.form_token()
        for path in ("/audit", "/audit/export"):
            assert person.client.post(path, data={"form_token": token}).status_code == expected
            assert person.client.post(path, data={"form_token": "forged"}).status_code == 403


def test_who_made_a_ticket_urgent_and_why_is_found_by_ticket_and_by_account(manager: Browser, number: int) -> None:
    for form in ({"number": str(number)}, {"account": "reception"}):
        page = searched(manager, **form)
        assert "فوری شد" in page
        assert '<td><bdi dir="ltr">reception</bdi></td>' in page
    assert "فوری شد" not in searched(manager, account="nobody")


def test_a_device_and_a_day_are_found_in_any_digits(manager: Browser, number: int) -> None:
    page = searched(manager, device="kiosk-1", day="۱۴۰۵/۰۹/۰۱")
    assert "قبض گرفت" in page
    assert "رخدادی نیست" in searched(manager, device="kiosk-1", day="1405/08/30")


@pytest.mark.parametrize("form", [{"day": "1405/13/01"}, {"number": "x"}, {"code": "12' OR 1=1"}, {"before": "-1"}])
def test_what_cannot_be_looked_for_is_told_and_finds_nothing(manager: Browser, form: dict[str, str]) -> None:
    page = searched(manager, **form)
    assert 'role="alert"' in page
    assert "<table>" not in page


def test_no_mobile_is_told_whole_and_no_cell_is_a_formula(manager: Browser, number: int) -> None:
    rows = exported(manager, number=str(number))
    assert "۰۹۱۲۱۲۳۴۵۶۷" not in searched(manager, number=str(number))
    (urgent,) = (row for row in rows if "make_urgent" in row)
    assert urgent[-1] == "'=1+1 با …"
    assert urgent[0].startswith("2026-11-22 ")
    assert urgent[1] == "1405/09/01"
    assert urgent[5] == str(number)


def test_older_rows_are_on_the_next_page(console: Console, manager: Browser, number: int) -> None:
    reception = console.browser(Role.RECEPTION)
    for _ in range(PAGE):
        assert reception.client.post(f"/ticket/{number}/mobile", data={"form_token": reception.form_token()}).is_success
    page = searched(manager)
    assert page.count("<tr><td>") == PAGE
    older = re.search(r'name="before" value="(\d+)"', page)
    assert older is not None
    assert "قبض گرفت" not in page
    assert "قبض گرفت" in searched(manager, before=older[1])


# ------------------------------------------------------------------------------------------ in a browser


@pytest.fixture
def audit_page(chromium: Chromium, console: Console) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1366, "height": 768}, base_url=console.url)
    sign_in(page, Role.MANAGER)
    page.goto("/audit")
    yield page
    page.close()


def test_it_is_searched_by_keyboard_keeps_nobody_out_and_fits_a_telephone(audit_page: Page, number: int) -> None:
    audit_page.locator("#number").focus()
    audit_page.keyboard.type(str(number))
    audit_page.keyboard.press("Enter")
    expect(audit_page.locator("tbody tr").first).to_be_visible()
    expect(audit_page.locator("#number")).to_have_value(str(number))
    assert faults(audit_page) == []
    audit_page.set_viewport_size({"width": 390, "height": 800})
    assert audit_page.evaluate("document.documentElement.scrollWidth") <= 390
    assert faults(audit_page) == []


def test_the_file_is_handed_to_the_browser(audit_page: Page, number: int) -> None:
    with audit_page.expect_download() as download:
        audit_page.get_by_text("فایل CSV").click()
    assert download.value.suggested_filename == "audit.csv"
