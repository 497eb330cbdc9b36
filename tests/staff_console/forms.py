"""Forms that are sent as a browser sends them, who is booked by them, and what the ledger says after."""

import re
import sqlite3
from typing import Any

import httpx

from tests.command_line.clinic import Clinic
from tests.staff_console.running import Browser

REQUEST = re.compile(r'name="request" value="([0-9a-f]{32})"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
SUNDAY, MONDAY, TUESDAY, WEDNESDAY = "2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25"
DAYS = {SUNDAY: "1405/09/01", MONDAY: "1405/09/02", TUESDAY: "1405/09/03", WEDNESDAY: "1405/09/04"}
MOBILE = "09121234567"


def rows(clinic: Clinic, sql: str, *values: str) -> list[Any]:
    with sqlite3.connect(clinic.store.url.removeprefix("sqlite:///")) as ledger:
        return ledger.execute(sql, values).fetchall()


def sent(browser: Browser, to: str, **form: str) -> httpx.Response:
    """The answer to a form."""
    return browser.client.post(to, data={"form_token": browser.form_token(), **form})


def seen(browser: Browser, to: str, **form: str) -> str:
    """The page that answers a form."""
    response = sent(browser, to, **form)
    assert response.status_code == 200, response.text
    return response.text


def booked(clinic: Clinic, desk: Browser, day: str, who: str = "11:1", mobile: str = MOBILE) -> str:
    """Somebody is booked on a date by reception; their code."""
    request = REQUEST.search(desk.page("/bookings"))
    assert request is not None
    form = {"request": request[1], "who": who, "mobile": mobile}
    before = {SUNDAY: "", MONDAY: SUNDAY, TUESDAY: MONDAY, WEDNESDAY: TUESDAY}[day]
    seen(desk, "/bookings/offer", **form, after=before)
    page = seen(desk, "/bookings/book", **form)
    assert "not-done" not in page, page
    (found,) = rows(
        clinic,
        "SELECT code, date FROM bookings JOIN sessions ON sessions.id = session ORDER BY bookings.id DESC LIMIT 1",
    )
    assert found[1] == day
    return str(found[0])


def state(clinic: Clinic, code: str) -> str:
    ((found,),) = rows(clinic, "SELECT state FROM bookings WHERE code = ?", code)
    return str(found)


def shown_code(code: str) -> str:
    """A code as a page has it."""
    return f"{code[:4]} {code[4:]}".translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))


def shift(number: int, was: str = "", **fields: str) -> dict[str, str]:
    """A row of the sessions' form."""
    row = {
        "starts": "08:00",
        "ends": "12:00",
        "phone": "20",
        "walk_in": "20",
        "reserve": "2",
        "slot_minutes": "",
        "walk_in_first": "",
    }
    return {f"was-{number}": was} | {f"{key}-{number}": value for key, value in (row | fields).items()}


def step_two(page: str, **other: str) -> dict[str, str]:
    """The fields of the form that does what was shown."""
    part = page[page.index('class="card outcome"') :]
    fields = dict(HIDDEN.findall(part[: part.index("</form>")]))
    return fields | {"remedy": "cancel", "sure": "yes"} | other
