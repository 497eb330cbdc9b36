"""Doctors' days as a secretary meets them: the week at a desk and on a telephone; an absence, a changed session and the end of
a day by keyboard alone; each page before axe-core."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from staff_console.rights import Role
from tests.command_line.clinic import Clinic
from tests.staff_console.conftest import at_a_desk
from tests.staff_console.running import Console
from tests.staff_console.test_in_chromium import faults

WEDNESDAY = "2026-11-25"
WIDTHS = (1366, 390)


@pytest.fixture
def manager(chromium: Chromium, console: Console) -> Iterator[Page]:
    """The manager at a desk's screen."""
    with at_a_desk(chromium, console, Role.MANAGER) as page:
        yield page


def whole(page: Page) -> None:
    """Nothing keeps anybody out, and nothing is wider than the screen, at a desk and on a telephone."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1366, "height": 768})


def test_saturday_stands_at_the_right_and_a_telephone_shows_one_day(page: Page) -> None:
    page.goto("/days")
    heads = page.locator(".week thead th")
    saturday, friday = heads.nth(1).bounding_box(), heads.nth(7).bounding_box()
    assert saturday is not None
    assert friday is not None
    assert saturday["x"] > friday["x"]
    whole(page)
    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.locator(".week thead th:visible")).to_have_count(2)
    page.get_by_role("link", name="سه‌شنبه ۳ آذر").first.click()
    expect(page.locator(".week thead th.chosen")).to_contain_text("سه‌شنبه")
    expect(page.locator(".day-strip [aria-current]")).to_contain_text("سه‌شنبه")
    page.get_by_text("English").click()
    page.goto("/days")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    whole(page)


def test_an_absence_is_announced_and_taken_back_by_keyboard_alone(manager: Page) -> None:
    manager.goto("/absence")
    whole(manager)
    manager.locator("#doctor").focus()
    manager.keyboard.press("ArrowDown")
    manager.keyboard.press("Tab")
    manager.keyboard.press("Control+a")
    manager.keyboard.type("1405/09/04")
    manager.locator("#agreed").focus()
    manager.keyboard.type("تلفنی")
    manager.keyboard.press("Enter")
    expect(manager.locator("#announce")).to_be_focused()
    expect(manager.locator("#plan-title")).to_contain_text("دکتر مرادی، چهارشنبه ۴ آذر")
    whole(manager)
    manager.keyboard.press("Enter")
    undo = manager.locator("[id^=undo-]")
    expect(undo).to_be_visible()
    manager.goto(f"/days/{WEDNESDAY}/12/3")
    expect(manager.locator(".notes")).to_contain_text("نیست")
    whole(manager)
    undo.focus()
    manager.keyboard.press("Enter")
    manager.wait_for_url("**/days/2026-11-25/12/3")
    expect(manager.locator("[id^=undo-]")).to_have_count(0)


def test_a_session_is_changed_by_keyboard_and_its_hours_are_in_the_week(manager: Page) -> None:
    manager.goto(f"/days/{WEDNESDAY}/11/1")
    manager.get_by_role("link", name="تغییر شیفت‌های این روز").press("Enter")
    whole(manager)
    manager.locator("#phone-0").fill("25")
    manager.locator("#ends-0").fill("13:00")
    manager.locator("#phone-0").press("Enter")
    expect(manager.locator("#do")).to_be_focused()
    expect(manager.locator(".figures")).to_contain_text("هیچ‌کس")
    whole(manager)
    manager.keyboard.press("Enter")
    manager.wait_for_url(f"**/days/{WEDNESDAY}/11/1")
    expect(manager.locator(".sessions h2")).to_have_text("۸:۰۰ تا ۱۳:۰۰")
    manager.goto("/days")
    expect(manager.locator(f'a[href="/days/{WEDNESDAY}/11/1"]').first).to_contain_text("۰ از ۲۵")


def test_a_date_of_the_site_is_read_and_closed_by_keyboard(manager: Page) -> None:
    manager.goto("/calendar")
    whole(manager)
    manager.locator("#on").fill("۱۴۰۵/۰۹/۰۵")
    manager.locator("#on").press("Enter")
    manager.wait_for_url("**/days/2026-11-26")
    whole(manager)
    manager.locator("#why").focus()
    manager.keyboard.type("برف")
    manager.keyboard.press("Enter")
    expect(manager.locator("#do")).to_be_focused()
    whole(manager)


def test_the_day_ends_by_keyboard_with_an_outcome_for_each(clinic: Clinic, page: Page) -> None:
    first, second = clinic.walk_in(11), clinic.walk_in(11)
    expect(page.locator(f'tr[data-number="{second}"]')).to_be_visible()
    page.goto("/today")
    whole(page)
    page.locator(f"#outcome-{first}").focus()
    page.keyboard.press("End")
    page.locator("#see").press("Enter")
    expect(page.locator("#end")).to_be_focused()
    expect(page.locator("#sure-title + dl, #sure-title ~ dl").first).to_contain_text("نیامد")
    whole(page)
    page.keyboard.press("Enter")
    expect(page.locator("#open_day")).to_be_visible()
    whole(page)
    page.locator("#open_day").press("Enter")
    page.wait_for_url("**/today")
    expect(page.locator("#status-title")).to_contain_text("پذیرش")


@pytest.mark.parametrize("path", ["/bookings", "/absence"])
def test_a_long_name_in_a_list_is_no_wider_than_a_telephone(manager: Page, path: str) -> None:
    manager.set_viewport_size({"width": 390, "height": 800})
    manager.goto(path)
    manager.evaluate("for (const list of document.querySelectorAll('select')) list.add(new Option('Ophthalmology '.repeat(6)))")
    assert manager.evaluate("document.documentElement.scrollWidth") <= 390
