"""The site's settings: shown first and then in force, by whoever may; who and when is kept; a colleague's work stays."""

import html
import re
import sqlite3
import stat
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from mqtt.contract import Loaded, Reason, Refusal
from staff_console.rights import Role
from staff_console.site_document import Problem, Told, _handed_over, _told
from staff_console.site_forms.sections import SECTIONS
from tests.command_line.clinic import Clinic
from tests.staff_console.conftest import sign_in
from tests.staff_console.running import Browser, Console
from tests.staff_console.test_booking import booked
from tests.staff_console.test_in_chromium import faults

PAGES = (*SECTIONS, "history", "file")
SEEN_NARROW = ("points", "file")
DESK_WIDTH = 1366
SCRIPT = "<script>alert(1)</script>"
INPUT = re.compile(r'<input[^>]* name="([^"]+)"(?: type="time")? value="([^"]*)"')
OPTION = re.compile(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
TICKED = re.compile(r'type="checkbox" name="([^"]+)" value="([^"]+)" checked')
WORDS = re.compile(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', re.DOTALL)


@pytest.fixture
def manager(console: Console) -> Browser:
    return console.browser(Role.MANAGER)


@pytest.fixture
def technician(console: Console) -> Browser:
    return console.browser(Role.TECHNICIAN)


def form_of(page: str, form_id: str) -> dict[str, list[str]]:
    """What a form's inputs hold, its hidden ones and its button's too, as a browser would send it."""
    found = re.search(rf'<form[^>]* id="{form_id}".*?</form>', page, re.DOTALL)
    assert found is not None, f"no form {form_id} in {page}"
    values: dict[str, list[str]] = {}
    for pattern in (INPUT, TICKED, WORDS):
        for name, value in pattern.findall(found[0]):
            values.setdefault(name, []).append(html.unescape(value))
    for name, options in OPTION.findall(found[0]):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        assert chosen is not None
        values.setdefault(name, []).append(chosen[1])
    agreed = re.search(r'name="agreed" value="([^"]+)"', found[0])
    if agreed is not None:
        values["agreed"] = [agreed[1]]
    return values


def sent(browser: Browser, section: str, form_id: str, page: str = "", **other: list[str]) -> str:
    """The page that answers a form of `page` (else of the section as it is now) with other words in some inputs."""
    form = form_of(page or browser.page(f"/settings/{section}"), form_id)
    response = browser.client.post(f"/settings/{section}", data=form | other, follow_redirects=True)
    assert response.status_code == 200, response.text
    return response.text


def in_force(clinic: Clinic) -> tuple[str, str]:
    """The document in force, and whose doing it was."""
    with sqlite3.connect(clinic.store.url.removeprefix("sqlite:///")) as ledger:
        row: tuple[str, str] = ledger.execute("SELECT document, loaded_by FROM sites ORDER BY id DESC LIMIT 1").fetchone()
        return row


def posted_file(browser: Browser, document: str | bytes, **more: str) -> httpx.Response:
    """A file that was chosen on the page of the whole document."""
    form = {"form_token": browser.form_token(), **more}
    return browser.client.post("/settings/file", data=form, files={"file": ("site.toml", document)}, follow_redirects=True)


def test_a_doctors_new_name_is_shown_first_and_then_in_force_as_the_managers_doing(clinic: Clinic, manager: Browser) -> None:
    before, _ = in_force(clinic)
    page = sent(manager, "doctors", "doctor-1", name=["دکتر الف", "Dr Alef"])
    assert "می‌شود «دکتر الف»" in page
    assert in_force(clinic)[0] == before, "nothing happened yet"
    assert "ثبت شد" in sent(manager, "doctors", "doctor-1", page)
    document, who = in_force(clinic)
    assert who == "operator:manager"
    assert 'fa = "دکتر الف"' in document
    assert document.count("\n") == before.count("\n"), "all else stayed"
    assert "دکتر الف" in manager.until("دکتر الف", "/settings/doctors")[0]


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.SECRETARY, Role.OFFICER])
def test_the_settings_are_not_for_everybody(clinic: Clinic, console: Console, role: Role) -> None:
    browser, before = console.browser(role), in_force(clinic)
    assert "/settings" not in browser.page()
    token = {"form_token": browser.form_token(), "form": "loudness"}
    for path in ("/settings", *(f"/settings/{page}" for page in PAGES), "/settings/history/1/file"):
        assert browser.client.get(path).status_code == 403, path
    for path in ("/settings/sound", "/settings/file", "/settings/history/1/back"):
        assert browser.client.post(path, data=token).status_code == 403, path
    assert in_force(clinic) == before


def test_a_technician_changes_points_and_sound_and_the_file_but_no_doctors(clinic: Clinic, technician: Browser) -> None:
    assert technician.client.get("/settings").headers["location"] == "/settings/points"
    for page in PAGES:
        allowed = page in {"points", "sound", "history", "file"}
        assert technician.client.get(f"/settings/{page}").status_code == (200 if allowed else 403), page
    form = {"form_token": technician.form_token(), "form": "doctor-1", "name": ["x", ""]}
    assert technician.client.post("/settings/doctors", data=form).status_code == 403
    page = sent(technician, "sound", "loudness", **{"loudness.from": ["07:00"], "loudness.percent": ["۴۰"]})
    assert "ثبت شد" in sent(technician, "sound", "loudness", page)
    assert "percent = 40" in in_force(clinic)[0]


def test_a_form_that_this_console_did_not_make_changes_nothing(clinic: Clinic, manager: Browser) -> None:
    before = in_force(clinic)
    page = sent(manager, "doctors", "doctor-1", name=["دکتر جعلی", ""])
    forged = form_of(page, "doctor-1") | {"form_token": ["another session's"]}
    assert manager.client.post("/settings/doctors", data=forged).status_code == 403
    for where in ("/settings/file", "/settings/history/1/back"):
        assert manager.client.post(where, data={"document": "x"}).status_code == 403
    assert in_force(clinic) == before


def test_nobody_puts_in_force_what_they_have_not_seen(clinic: Clinic, manager: Browser) -> None:
    before = in_force(clinic)
    page = sent(manager, "doctors", "doctor-1", name=["دکتر دیده", ""])
    page = sent(manager, "doctors", "doctor-1", page, name=["دکتر نادیده", ""])
    assert "می‌شود «دکتر نادیده»" in page
    assert in_force(clinic) == before


def test_of_two_managers_at_once_both_changes_stand_and_the_second_is_told(clinic: Clinic, console: Console) -> None:
    first, second = console.browser(Role.MANAGER), console.browser(Role.MANAGER)
    seconds = sent(second, "departments", "department-12", name=["قلب و عروق", ""])
    firsts = sent(first, "doctors", "doctor-3", name=["دکتر ب", ""])
    assert "ثبت شد" in sent(first, "doctors", "doctor-3", firsts)

    told = sent(second, "departments", "department-12", seconds)
    assert "در همین میان Manager" in told
    assert 'value="قلب و عروق"' in told, "what was typed is there still"
    assert "قلب و عروق" not in in_force(clinic)[0]
    assert "ثبت شد" in sent(second, "departments", "department-12", told)
    document, _ = in_force(clinic)
    assert 'fa = "قلب و عروق"' in document
    assert 'fa = "دکتر ب"' in document


def test_a_button_pressed_twice_does_its_work_once_and_says_so(clinic: Clinic, manager: Browser) -> None:
    new = {"code": ["9"], "name": ["دکتر دوبار", ""], "department": ["11"]}
    page = sent(manager, "doctors", "doctor-add", **new)
    assert "ثبت شد" in sent(manager, "doctors", "doctor-add", page)
    assert "ثبت شد" in sent(manager, "doctors", "doctor-add", page), "nobody is told that a colleague took the code"
    assert in_force(clinic)[0].count("دکتر دوبار") == 1
    page = sent(manager, "doctors", "doctor-9-remove")
    assert "ثبت شد" in sent(manager, "doctors", "doctor-9-remove", page)
    assert "ثبت شد" in sent(manager, "doctors", "doctor-9-remove", page)
    other = in_force(clinic)[0].replace("walk_ins_in_a_row = 100", "walk_ins_in_a_row = 99")
    shown = posted_file(manager, other).text
    seen = {name: re.findall(rf'name="{name}" value="([^"]+)"', shown)[-1] for name in ("seen", "agreed")}
    assert "ثبت شد" in posted_file(manager, other, **seen).text
    assert "ثبت شد" in posted_file(manager, other, **seen).text


def test_a_form_shown_again_keeps_its_two_blank_rows_and_no_more(manager: Browser) -> None:
    before = manager.page("/settings/sound").count('name="quiet.from"')
    page = manager.page("/settings/sound")
    for _ in range(3):
        page = sent(manager, "sound", "quiet", page)
    assert page.count('name="quiet.from"') == before
    page = sent(manager, "sound", "quiet", page, **{"quiet.from": ["", "12:00"], "quiet.to": ["", ""]})
    assert page.count('name="quiet.from"') == before + 1, "what is begun stays"


def test_what_no_form_of_ours_sends_breaks_nothing(clinic: Clinic, manager: Browser) -> None:
    before, token = in_force(clinic), {"form_token": manager.form_token()}
    forms: tuple[tuple[str, dict[str, str], str], ...] = (
        ("doctors", {"form": "doctor-add", "code": "9", "name": "x", "department": "9" * 5000}, ""),
        ("departments", {"form": "department-11", "name": "two\nlines"}, ""),
        ("call_order", {"form": "call-order"}, "aged_minutes"),
        ("file", {}, "document"),
    )
    for section, form, as_file in forms:
        files = {as_file: ("x", b"x")} if as_file else None
        answer = manager.client.post(f"/settings/{section}", data=token | form, files=files)
        assert answer.status_code == 200, section
        assert 'name="agreed"' not in answer.text, section
    assert manager.client.get("/settings/history/999999/file").status_code == 404
    assert in_force(clinic) == before


def test_numbers_that_meet_are_told_beside_their_field_and_what_was_typed_stays(clinic: Clinic, manager: Browser) -> None:
    before = in_force(clinic)
    page = sent(manager, "departments", "department-12", booked_range=["190", "249"])
    assert re.search(r'id="department-12.booked_range-wrong".*?با شماره‌های ۱۵۰ تا ۱۹۹', page, re.DOTALL)
    assert 'value="190"' in page
    assert "ثبت</button>" not in page
    page = sent(manager, "departments", "department-12", booked_range=["شماره", "249"])
    assert re.search(r'id="department-12.booked_range-wrong".*?درست نوشته نشده', page, re.DOTALL)
    page = sent(manager, "texts", "text-late", late=["{untl}"])
    assert re.search(r'id="text-late.late-wrong".*?{untl} را نمی‌شود', page, re.DOTALL)
    assert in_force(clinic) == before


def test_a_doctor_with_bookings_to_come_is_not_taken_away(clinic: Clinic, manager: Browser, reception: Browser) -> None:
    before = form_of(manager.page("/settings/doctors"), "doctor-4-remove")
    booked(reception, "12:4")
    response = manager.client.post("/settings/doctors", data=before)
    assert "۱ نوبت تلفنی در پیش است" in response.text
    assert "doctor-4-remove" not in response.text


def test_a_text_is_shown_with_its_messages_and_an_example_before_it_is_in_force(clinic: Clinic, manager: Browser) -> None:
    page = sent(manager, "texts", "text-cancelled", cancelled=["نوبت {date} لغو شد. " * 5])
    assert re.search(r'id="text-cancelled".*?۲ پیامک.*?نمونه: نوبت ۱۴۰۵/۰۹/۰۵', page, re.DOTALL)
    assert "ثبت شد" in sent(manager, "texts", "text-cancelled", page)
    assert "cancelled = " in in_force(clinic)[0]


@pytest.mark.parametrize(
    ("section", "form_id", "typed"),
    [
        ("departments", "department-11", {"name": [SCRIPT, SCRIPT]}),
        ("departments", "department-11", {"note": [SCRIPT, ""]}),
        ("departments", "department-11", {"booked_range": [SCRIPT, SCRIPT]}),
        ("doctors", "doctor-add", {"code": [SCRIPT], "name": [SCRIPT, ""]}),
        ("points", "point-add", {"id": [SCRIPT], "label": ["9"], "stages": [SCRIPT]}),
        ("texts", "text-times", {"quiet_from": [SCRIPT]}),
        ("texts", "text-late", {"late": [f"</textarea>{SCRIPT}"]}),
        ("call_order", "call-order", {"booked_by": [SCRIPT]}),
        ("sound", "loudness", {"loudness.from": [SCRIPT], "loudness.percent": [SCRIPT]}),
        ("sound", "quiet", {"seen": [SCRIPT], "agreed": [SCRIPT]}),
    ],
)
def test_a_script_in_any_field_is_shown_as_text(
    manager: Browser, section: str, form_id: str, typed: dict[str, list[str]]
) -> None:
    page = sent(manager, section, form_id, **typed)
    assert SCRIPT not in page
    assert page.count("<script") == 1, "the page's own"


def test_a_script_in_force_is_text_on_the_pages_and_in_the_history(clinic: Clinic, manager: Browser) -> None:
    named = sent(manager, "departments", "department-21", name=[SCRIPT, SCRIPT])
    assert "ثبت شد" in sent(manager, "departments", "department-21", named)
    for path in (*(f"/settings/{page}" for page in PAGES), "/", "/bookings"):
        page = manager.page(path)
        assert SCRIPT not in page, path
    assert html.escape(SCRIPT) in manager.page("/settings/history")
    renamed = sent(manager, "departments", "department-21", name=["آزمایشگاه", ""])
    assert "ثبت شد" in sent(manager, "departments", "department-21", renamed)


def test_the_file_is_taken_away_changed_elsewhere_and_brought_back(clinic: Clinic, technician: Browser) -> None:
    page = technician.page("/settings/file")
    link = re.search(r'href="(/settings/history/\d+/file)"', page)
    assert link is not None
    taken = technician.client.get(link[1])
    assert re.fullmatch(r'attachment; filename="small-\d+\.toml"', taken.headers["content-disposition"])
    assert taken.text == in_force(clinic)[0]
    changed = taken.text.replace("label = 2", "label = 7", 1)
    page = posted_file(technician, changed).text
    agreed = re.search(r'name="agreed" value="([^"]+)"', page)
    assert agreed is not None, page
    assert in_force(clinic)[0] == taken.text
    form = {"form_token": technician.form_token(), "document": changed.replace("\n", "\r\n"), "agreed": agreed[1]}
    assert "ثبت شد" in technician.client.post("/settings/file", data=form, follow_redirects=True).text
    assert in_force(clinic) == (changed, "operator:technician")


def test_a_whole_file_undoes_no_colleagues_work_unseen(clinic: Clinic, manager: Browser, technician: Browser) -> None:
    mine = in_force(clinic)[0].replace("label = 1\n", "label = 8\n", 1)
    page = posted_file(technician, mine).text
    seen = {name: re.findall(rf'name="{name}" value="([^"]+)"', page)[-1] for name in ("seen", "agreed")}
    others = sent(manager, "doctors", "doctor-4", name=["دکتر همکار", ""])
    assert "ثبت شد" in sent(manager, "doctors", "doctor-4", others)
    told = posted_file(technician, mine, **seen).text
    assert "در همین میان Manager" in told
    assert "«دکتر همکار» می‌شود" in told, "that it would undo the other's change is shown"
    assert "دکتر همکار" in in_force(clinic)[0]


def test_what_was_in_force_once_is_put_back_and_the_history_names_both(clinic: Clinic, manager: Browser) -> None:
    before, _ = in_force(clinic)
    page = sent(manager, "doctors", "doctor-3", name=["دکتر گذرا", ""])
    assert "ثبت شد" in sent(manager, "doctors", "doctor-3", page)
    page = manager.page("/settings/history")
    assert "Manager، " in page
    assert "می‌شود «دکتر گذرا»" in page
    assert "با فرمان store" in page, "the first one came with the store's start"
    back = re.findall(r'action="(/settings/history/\d+/back)"', page)[0]
    shown = manager.client.post(back, data={"form_token": manager.form_token()}).text
    assert "«دکتر گذرا» می‌شود" in shown
    agreed = re.search(r'name="agreed" value="([^"]+)"', shown)
    assert agreed is not None
    form = {"form_token": manager.form_token(), "document": before, "agreed": agreed[1]}
    assert "ثبت شد" in manager.client.post("/settings/file", data=form, follow_redirects=True).text
    assert in_force(clinic)[0] == before


def test_a_file_that_takes_hours_in_which_somebody_is_booked_says_so_first(
    clinic: Clinic, console: Console, technician: Browser
) -> None:
    booked(console.browser(Role.RECEPTION))
    document, _ = in_force(clinic)
    hours = 'starts = "08:00", ends = "12:00", phone = 20'
    assert hours in document
    words = re.compile(r"ساعتِ نوبت [۰-۹]+ نفر برداشته می‌شود")
    assert words.search(
        posted_file(technician, document.replace(hours, 'starts = "12:00", ends = "14:00", phone = 20', 1)).text
    )
    assert not words.search(posted_file(technician, document.replace("دکتر احمدی", "دکتر احمدی‌فر", 1)).text)


def test_a_file_with_mistakes_is_shown_again_with_its_lines(clinic: Clinic, technician: Browser) -> None:
    before = in_force(clinic)
    wrong = before[0].replace("label = 1", "labl = 1", 1)
    line = wrong[: wrong.index("labl = 1")].count("\n") + 1
    page = posted_file(technician, wrong).text
    assert "labl" in page
    assert f'<li class="wrong">{line}</li>' in page
    assert "UTF-8" in posted_file(technician, b"\xff\xfe").text
    assert posted_file(technician, "#" * 3_000_000).status_code == 413
    assert "not TOML" in posted_file(technician, "schema = ").text
    assert in_force(clinic) == before


def test_a_body_that_does_not_say_how_long_it_is_is_turned_away(technician: Browser) -> None:
    pieces = (b"document=" for _ in range(2))
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert technician.client.post("/settings/file", content=pieces, headers=kind).status_code == 413


def test_nothing_is_left_of_what_was_proposed(console: Console, manager: Browser) -> None:
    sent(manager, "doctors", "doctor-1", name=["دکتر پیشنهادی", ""])
    assert list(console.proposals.iterdir()) == []


def test_a_proposal_is_read_by_its_group_and_by_nobody_else(tmp_path: Path) -> None:
    with _handed_over(tmp_path, "schema = 1\n") as path:
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        assert path.read_text(encoding="utf-8") == "schema = 1\n"
    assert not path.exists()


def test_each_answer_of_the_store_is_told() -> None:
    assert _told(None, "x") == Told(done=False, answered=False)
    assert _told(Loaded(changes=("a",)), "x") == Told(done=True, changes=("a",))
    assert _told(Refusal(Reason.STALE), "x") == Told(done=False, stale=True)
    assert _told(Refusal(Reason.NOT_ALLOWED), "x").problems == (Problem("not_allowed"),)
    detail = "/a/b.toml:12: points[0].label: expected a whole number: found 'x'\n/a/b.toml: points: counter-1 has number 3 now"
    assert _told(Refusal(Reason.BAD_SITE_FILE, detail), "/a/b.toml").problems == (
        Problem("expected a whole number: found 'x'", "points[0].label", 12),
        Problem("counter-1 has number 3 now", "points"),
    )


def test_the_settings_by_keyboard_on_a_desk_and_on_a_telephone(chromium: Chromium, console: Console) -> None:
    page = chromium.new_page(viewport={"width": DESK_WIDTH, "height": 768}, base_url=console.url)
    try:
        sign_in(page, Role.MANAGER)
        for width in (DESK_WIDTH, 390):
            page.set_viewport_size({"width": width, "height": 800})
            for name in PAGES:
                page.goto(f"/settings/{name}")
                page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
                assert page.evaluate("document.documentElement.scrollWidth") <= width, name
                if width == DESK_WIDTH or name in SEEN_NARROW:  # axe takes a second a page
                    assert faults(page) == [], name
        page.goto("/settings/doctors")
        page.locator("#group-1 summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type("دکتر صفحه‌کلید")
        page.keyboard.press("Enter")
        expect(page.locator("#doctor-1 .go")).to_be_focused()
        expect(page.locator("#doctor-1 .outcome")).to_be_in_viewport()
        assert faults(page) == []
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_contain_text("ثبت شد")
        page.get_by_text("English").click()
        page.goto("/settings/doctors")
        expect(page.locator("html")).to_have_attribute("dir", "ltr")
        expect(page.locator("h1")).to_have_text("Settings")
    finally:
        page.close()
