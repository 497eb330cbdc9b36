"""The ways of a day at reception by keyboard alone, and the new pages before axe-core, at a desk and on a telephone."""

import re

from playwright.sync_api import Page, expect

from tests.command_line.clinic import Clinic
from tests.staff_console.running import Browser
from tests.staff_console.test_in_chromium import faults

PATIENT_MS = 30_000
"""On a machine that is busy with everything else."""


def test_the_three_presses_of_the_day_go_by_keys_at_the_chosen_point(clinic: Clinic, page: Page) -> None:
    number = clinic.walk_in(11)
    expect(page.locator(f'tr[data-number="{number}"]')).to_be_visible(timeout=PATIENT_MS)
    card = page.locator('[data-point="counter-1"]')
    page.keyboard.press("Digit1")
    expect(card).to_have_class(re.compile("chosen"))
    page.keyboard.press("KeyN")
    expect(card.locator("a.number")).to_be_visible(timeout=PATIENT_MS)
    expect(card).to_have_class(re.compile("chosen"))
    page.keyboard.press("KeyR")
    expect(card.locator(".last")).to_contain_text("دوباره", timeout=PATIENT_MS)
    page.keyboard.press("KeyX")
    expect(card.locator(".last")).to_contain_text("غایب", timeout=PATIENT_MS)


def test_no_shortcut_fires_while_somebody_types_and_they_can_be_put_out(clinic: Clinic, page: Page) -> None:
    number = clinic.walk_in(11)
    expect(page.locator(f'tr[data-number="{number}"]')).to_be_visible(timeout=PATIENT_MS)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.keyboard.press("Digit2")
    page.keyboard.press("Slash")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("nrx1?")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Slash")
    expect(page.locator("#shortcuts")).to_have_attribute("open", "")
    page.locator("#shortcuts-on").press("Space")
    page.locator("#shortcuts summary").press("KeyN")
    expect(page.locator('[data-point="counter-2"]')).to_have_class(re.compile("chosen"))
    assert sent == []
    page.locator("#shortcuts-on").press("Space")


def test_a_number_is_typed_and_called_out_of_order_from_its_page(clinic: Clinic, page: Page) -> None:
    number = clinic.walk_in(11)
    expect(page.locator(f'tr[data-number="{number}"]')).to_be_visible(timeout=PATIENT_MS)
    page.keyboard.press("Slash")
    page.keyboard.type(str(number))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/ticket/{number}")
    call = page.locator("#call_number-counter-2")
    call.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#state-title")).to_contain_text("باجهٔ ۲", timeout=PATIENT_MS)
    expect(page.locator("#finish-counter-2")).to_be_visible(timeout=PATIENT_MS)
    assert faults(page) == []


def test_a_tickets_page_shows_what_a_colleague_does(clinic: Clinic, page: Page, reception: Browser) -> None:
    number = clinic.walk_in(11)
    reception.until(f'data-number="{number}"')
    page.goto(f"/ticket/{number}")
    why = page.locator(f"#why-drop_ticket-{number}")
    why.fill("نیم")
    assert reception.act(what="make_urgent", number=str(number), why="تب").json()["done"]
    expect(page.locator("#state-title + p .mark")).to_be_visible(timeout=PATIENT_MS)
    expect(why).to_have_value("نیم")


def test_a_caller_is_booked_by_keyboard_and_axe_finds_nothing_serious_on_the_way(page: Page) -> None:
    page.goto("/bookings")
    assert faults(page) == []
    page.locator("#book-who").select_option("11:1")
    page.locator("#book-who").press("Tab")
    page.keyboard.type("09129876543")
    page.keyboard.press("Enter")
    page.wait_for_selector(".outcome .go")
    expect(page.locator(".outcome .go")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_selector(".outcome .large bdi")
    page.locator("#search").fill("09129876543")
    page.keyboard.press("Enter")
    page.wait_for_selector("#found-title")
    assert faults(page) == []
    for width in (1366, 390):
        page.set_viewport_size({"width": width, "height": 768})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults(page) == []
