"""A ticket's own page: its story, what can be done from where it stands, and who may do it."""

import re

import pytest

from staff_console.rights import Role
from tests.command_line.clinic import Clinic
from tests.staff_console.running import Browser, Console


@pytest.fixture
def waiting(clinic: Clinic, reception: Browser) -> int:
    """Somebody waits at reception."""
    number = clinic.walk_in(11)
    reception.until(f'data-number="{number}"')
    return number


@pytest.fixture
def called(reception: Browser, waiting: int) -> int:
    """They are at counter 2, called out of order from their page."""
    answer = pressed(reception, waiting, "call_number", "counter-2", number=str(waiting))
    assert answer["done"], answer
    return waiting


def pressed(browser: Browser, ticket: int, what: str, point: str, **form: str) -> dict[str, object]:
    """A press on the page of a ticket, as the page shows the point now."""
    found = browser.until(
        rf'name="what" value="{what}">\s*<input type="hidden" name="point" value="{point}">\s*'
        r'<input type="hidden" name="epoch" value="([^"]+)">\s*<input type="hidden" name="revision" value="(\d+)">',
        f"/ticket/{ticket}",
    )
    answer: dict[str, object] = browser.act(what=what, point=point, epoch=found[1], revision=found[2], **form).json()
    return answer


def test_the_story_tells_who_did_what_and_why_and_script_is_text(reception: Browser, waiting: int) -> None:
    assert reception.act(what="make_urgent", number=str(waiting), why="<script>alert(1)</script>").json()["done"]
    page = reception.page(f"/ticket/{waiting}")
    assert "قبض گرفت" in page
    assert "فوری شد" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert '<bdi class="by">reception</bdi>' in page


def test_who_is_called_out_of_order_is_sent_to_the_cashier_and_comes_back(reception: Browser, called: int) -> None:
    assert pressed(reception, called, "transfer", "counter-2", to="stage:cashier", come_back="yes")["done"]
    page = reception.page(f"/ticket/{called}")
    way = page[page.index('id="way-title"') :]
    assert re.findall(r'<th scope="row">([^<]+)</th>', way) == ["پذیرش", "صندوق"]
    assert re.search(r"<dt>سپس</dt><dd>پذیرش، پزشک</dd>", page)


@pytest.mark.parametrize("to", ["", "nowhere:1", "point:", "doctor:11", "department:x"])
def test_a_transfer_to_nowhere_is_not_done(reception: Browser, called: int, to: str) -> None:
    assert not pressed(reception, called, "transfer", "counter-2", to=to)["done"]


def test_finishing_reception_is_said_to_make_the_turn_final(reception: Browser, called: int) -> None:
    reception.until("پایان پذیرش؛ نوبت نهایی", f"/ticket/{called}")
    assert pressed(reception, called, "finish", "counter-2")["done"]
    assert re.search(r"<dt>نوبت</dt><dd>نهایی</dd>", reception.page(f"/ticket/{called}"))


def test_a_parked_ticket_comes_back_and_a_dropped_one_is_reopened(reception: Browser, called: int) -> None:
    number = str(called)
    assert pressed(reception, called, "park", "counter-2", why="مدرک")["done"]
    assert reception.act(what="come_back", number=number).json()["done"]
    assert reception.act(what="drop_ticket", number=number, why="رفت").json()["done"]
    assert 'value="call_number"' not in reception.page(f"/ticket/{number}")
    assert reception.act(what="reopen", number=number, why="برگشت").json()["done"]


def test_a_priority_is_confirmed_and_taken_away(reception: Browser, waiting: int) -> None:
    for priority, shown in (("elderly", True), ("", False)):
        assert reception.act(what="confirm_priority", number=str(waiting), priority=priority).json()["done"]
        assert ("<dt>اولویت</dt><dd>سالمند</dd>" in reception.page(f"/ticket/{waiting}")) is shown
    assert not reception.act(what="confirm_priority", number=str(waiting), priority="king").json()["done"]


def test_a_number_that_was_not_given_has_no_page(reception: Browser) -> None:
    assert reception.client.get("/ticket/9998").status_code == 404
    assert reception.client.get("/ticket/<script>").status_code == 404


def test_the_number_in_the_search_field_leads_to_its_page_in_any_digits(reception: Browser, waiting: int) -> None:
    persian = str(waiting).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    for typed in (str(waiting), persian):
        assert reception.client.get("/", params={"number": typed}).headers["location"] == f"/ticket/{waiting}"
    assert reception.client.get("/", params={"number": "<script>"}).status_code == 200


def test_a_technician_sees_the_story_and_no_button(console: Console, waiting: int) -> None:
    technician = console.browser(Role.TECHNICIAN)
    assert "/act" not in technician.page(f"/ticket/{waiting}")
    token = {"form_token": technician.form_token(), "kiosk": "kiosk-1"}
    for path in (f"/ticket/{waiting}/mobile", f"/ticket/{waiting}/print", "/unlock-codes"):
        assert technician.client.post(path, data=token).status_code == 403


def test_what_is_done_on_a_page_without_scripts_leads_back_to_it_and_never_elsewhere(reception: Browser, waiting: int) -> None:
    form = {"what": "come_back", "number": str(waiting), "form_token": reception.form_token()}
    for back, leads_to in (
        (f"/ticket/{waiting}", f"/ticket/{waiting}"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
    ):
        assert reception.client.post("/act", data={**form, "back": back}).headers["location"] == leads_to


def test_a_kiosk_that_is_not_there_is_ordered_nothing(reception: Browser, waiting: int) -> None:
    form = {"form_token": reception.form_token(), "kiosk": "kiosk-1"}
    for path in (f"/ticket/{waiting}/print", "/unlock-codes"):
        assert not reception.client.post(path, data=form, headers={"accept": "application/json"}).json()["done"]


def test_a_point_pauses_for_a_reason_of_the_site_until_an_hour_and_opens_again(reception: Browser) -> None:
    said = reception.press("pause", "room-2", why="prayer", until="12:30").json()
    assert said["done"], said
    reception.until("نماز تا ۱۲:۳۰")
    assert reception.press("resume", "room-2").json()["done"]
    assert not reception.press("pause", "room-2", why="<script>").json()["done"]


def test_a_secretary_sees_the_rooms_that_she_chose_and_a_forged_choice_shows_all(console: Console) -> None:
    secretary = console.browser(Role.SECRETARY)
    secretary.until('data-point="room-1"')
    token = secretary.form_token()
    secretary.client.post("/points", data={"form_token": token, "point": ["room-1", "room-2", "<script>"]})
    assert set(re.findall(r'data-point="([^"]+)"', secretary.page())) == {"room-1", "room-2"}
    secretary.client.post("/points", data={"form_token": token, "point": ["nowhere"]})
    assert len(re.findall(r'data-point="([^"]+)"', secretary.page())) == 4
