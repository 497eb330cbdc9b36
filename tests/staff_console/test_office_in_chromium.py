"""The officers' pages as a person at a desk meets them: by keyboard, in both languages, with JavaScript and without, and before
axe-core at a desk and on a telephone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from staff_console.rights import Role
from tests.staff_console.conftest import at_a_desk, sign_in
from tests.staff_console.forms import rows
from tests.staff_console.insurance_office import OfficeClinic
from tests.staff_console.officers import Officer, code, with_letter
from tests.staff_console.running import Console
from tests.staff_console.test_in_chromium import faults


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def desk(chromium: Chromium, office_console: Console, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An officer at a desk's screen."""
    size = {"width": 1366, "height": 768}
    page = chromium.new_page(viewport=size, base_url=office_console.url, java_script_enabled=request.param)
    sign_in(page, Role.OFFICER)
    yield page
    page.close()


@pytest.fixture
def screen(chromium: Chromium, office_console: Console) -> Iterator[Page]:
    """A manager at a desk's screen: every part of every page is there."""
    with at_a_desk(chromium, office_console, Role.MANAGER) as page:
        yield page


def test_a_visit_from_the_search_to_the_review_goes_by_keys_alone(desk: Page, office: OfficeClinic) -> None:
    own = code()
    desk.goto("/cases")
    expect(desk.locator("#search")).to_be_focused()
    desk.keyboard.type(own)
    desk.keyboard.press("Enter")
    expect(desk.locator("#found")).to_contain_text("با این کد خانواری نیست")
    begin = desk.get_by_role("button", name="ثبت خانوار تازه")
    begin.focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#code")).to_have_value(own)
    desk.locator("#matter").press("ArrowDown")
    desk.locator("#name-0").focus()
    desk.keyboard.type("گل‌محمد رحیمی")
    desk.locator("#sex-0").press("ArrowDown")
    desk.locator("#document-0").press("ArrowDown")
    desk.keyboard.press("Tab")
    desk.keyboard.type(f"17{own}")
    desk.keyboard.press("Enter")
    desk.wait_for_url(re.compile(r"/cases/\d+$"))
    desk.locator("#take_up").press("Enter")
    expect(desk.locator("h1")).to_contain_text("در دست بررسی")
    desk.locator("#receipt").focus()
    desk.keyboard.type("R-77")
    desk.keyboard.press("Enter")
    expect(desk.locator("#fee-title + p")).to_contain_text("R-۷۷")


def test_who_is_refused_is_led_to_why(desk: Page, officer: Officer, reviewer: Officer) -> None:
    case = officer.opens()
    desk.goto(f"/cases/{case}")
    desk.locator("#note").fill("نوشته‌ای که می‌ماند")
    reviewer.does(case, "take_up")
    desk.locator("#note").press("Enter")
    expect(desk.locator("#problems")).to_be_focused()
    expect(desk.locator("#problems")).to_contain_text("همکار دیگری")
    expect(desk.locator("#note")).to_have_value("نوشته‌ای که می‌ماند")


def test_all_wrong_fields_are_told_at_once_and_the_officer_is_led_to_each(desk: Page, officer: Officer) -> None:
    case = officer.opens()
    desk.goto(f"/cases/{case}/household")
    for field, typed in (("code", ""), ("name-0", "\u200c "), ("born-1", "نمی‌دانم")):
        desk.locator(f"#{field}").fill(typed)
    desk.locator("fieldset.member summary").first.press("Enter")
    desk.locator("#physician-0").fill("دکتر رستمی")
    desk.locator("#name-0").press("Enter")
    summary = desk.locator("#problems")
    expect(summary).to_be_focused()
    fields = ["code", "name-0", "disease-0", "issued-0", "born-1"]
    expect(summary.get_by_role("link")).to_have_count(len(fields))
    expect(desk.locator("[aria-invalid=true]")).to_have_count(len(fields))
    for place, field in enumerate(fields):
        summary.get_by_role("link").nth(place).press("Enter")
        expect(desk.locator(f"#{field}")).to_be_focused()
        expect(desk.locator(f"#wrong-{field}")).to_be_visible()
    expect(desk.locator("#born-1")).to_have_value("نمی‌دانم")


def test_nothing_serious_is_found_on_any_page_of_an_office_and_none_is_wider_than_its_screen(
    screen: Page, officer: Officer, reviewer: Officer, office: OfficeClinic
) -> None:
    case = with_letter(officer, reviewer)
    open_case = officer.opens(**{"exclusive-0": "12"})
    reviewer.does(open_case, "take_up")
    officer.does(open_case, "ask_department", way="paper")
    officer.does(open_case, "ask_papers", paper=[":photo"])
    ((year, serial),) = rows(office, "SELECT year, serial FROM letters WHERE case_id = ?", str(case))
    pages = ["/cases", f"/cases/{case}", f"/cases/{open_case}", f"/cases/{open_case}/household", "/pins"]
    pages += [f"/cases/{case}/letters/{year}/{serial}", "/households/1"]
    for language, widths in (("fa", (1366, 390)), ("en", (1366,))):
        screen.goto(f"/language/{language}")
        for path in pages:
            for width in widths:
                screen.set_viewport_size({"width": width, "height": 800})
                screen.goto(path)
                expect(screen.locator("html")).to_have_attribute("dir", "rtl" if language == "fa" else "ltr")
                screen.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
                assert faults(screen) == [], (path, language, width)
                assert screen.evaluate("document.documentElement.scrollWidth") <= width, (path, language, width)


def test_what_is_shown_before_a_split_and_a_refused_form_are_open_to_everybody(screen: Page, officer: Officer) -> None:
    case = officer.opens()
    screen.goto(f"/cases/{case}")
    screen.get_by_role("link", name="صفحهٔ خانوار").click()
    screen.get_by_role("checkbox").nth(1).check()
    screen.locator("#split-head").select_option(index=2)
    screen.locator("#split-code").fill(code())
    screen.locator("#split-code").press("Enter")
    expect(screen.locator("#step-two-title")).to_be_visible()
    assert faults(screen) == []
    screen.goto(f"/cases/{case}/household")
    screen.locator("#born-0").fill("نمی‌دانم")
    screen.locator("#born-0").press("Enter")
    expect(screen.locator("#wrong-born-0")).to_be_visible()
    assert faults(screen) == []
