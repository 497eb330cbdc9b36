"""The pages as a person at a desk meets them: right to left, by keyboard, on a telephone, and what a colleague does, shown."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, expect

from tests.command_line.clinic import Clinic
from tests.staff_console.running import Browser

SERIOUS = {"serious", "critical"}
expect.set_options(timeout=60_000)  # longer than anything takes on a busy machine: every wait is for an event


def faults(page: Page) -> list[str]:
    """What axe-core finds that keeps somebody out."""
    violations = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in violations if one["impact"] in SERIOUS]


@pytest.fixture
def asked(page: Page) -> Iterator[list[str]]:
    """Every address that the page asks for."""
    addresses: list[str] = []

    def note(request: Request) -> None:
        addresses.append(request.url)

    page.on("request", note)
    yield addresses
    page.remove_listener("request", note)


def test_persian_runs_from_right_to_left_and_english_the_other_way(page: Page) -> None:
    main = page.locator("main .point").first.bounding_box()
    last = page.locator("main .point").nth(1).bounding_box()
    assert main is not None
    assert last is not None
    assert main["x"] > last["x"], "the first counter stands at the right"
    page.get_by_text("English").click()
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    page.get_by_text("فارسی").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")


def test_nothing_is_asked_from_elsewhere(page: Page, asked: list[str], base_url: str) -> None:
    page.reload()
    page.wait_for_selector(".points")
    assert asked
    assert all(address.startswith(base_url) for address in asked)


def test_axe_finds_nothing_serious_at_the_door_and_inside(page: Page) -> None:
    assert faults(page) == []
    page.locator("details:not([open]) summary").first.click()
    assert faults(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert faults(page) == []


def test_a_call_is_made_by_keyboard_alone_and_keeps_the_focus(clinic: Clinic, page: Page) -> None:
    number = clinic.walk_in(11)
    expect(page.locator(f'tr[data-number="{number}"]')).to_be_visible()
    button = page.locator("#call_next-counter-1")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).not_to_be_empty()
    expect(page.locator('[data-point="counter-1"] .number')).to_be_visible()
    expect(button).to_be_focused()


def test_what_a_colleague_does_is_shown_without_being_asked_for(clinic: Clinic, page: Page, reception: Browser) -> None:
    number = clinic.walk_in(11)
    row = page.locator(f'tr[data-number="{number}"]')
    expect(row).to_be_visible()
    assert reception.act(what="make_urgent", number=str(number), why="تب بالا").json()["done"]
    expect(row.locator(".mark").first).to_be_visible()


def test_what_is_half_typed_stays_while_the_page_is_sent_anew(clinic: Clinic, page: Page) -> None:
    number = clinic.walk_in(11)
    reason = page.locator(f"#why-drop_ticket-{number}")
    reason.fill("رفت و")
    clinic.walk_in(11)
    expect(page.locator("#group-waiting tbody tr")).not_to_have_count(0)
    expect(reason).to_have_value("رفت و")


def test_on_a_telephone_nothing_is_wider_than_the_screen(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
