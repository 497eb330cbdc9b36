"""Bookings by the pages: for a caller, at reception, cancelled; walk-ins with a reason; the mobile whole only on demand."""

import re
import sqlite3

import httpx
import pytest

from staff_console.rights import Role
from tests.command_line.clinic import Clinic
from tests.staff_console.running import Browser, Console

MOBILE = "09121234567"
REQUEST = re.compile(r'name="request" value="([0-9a-f]{32})"')


def fresh(browser: Browser) -> str:
    """The id of a form that the page made."""
    found = REQUEST.search(browser.page("/bookings"))
    assert found is not None
    return found[1]


def sent(browser: Browser, to: str, **form: str) -> str:
    """The page that answers a form."""
    response: httpx.Response = browser.client.post(f"/bookings/{to}", data={"form_token": browser.form_token(), **form})
    assert response.status_code == 200, response.text
    return response.text


def large(page: str) -> str:
    """What is shown large, in Latin digits and without its gap."""
    found = re.search(r'<p class="large">(?:<bdi dir="ltr">)?([^<]+)', page)
    assert found is not None, page
    return found[1].translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789", " "))


def audited(clinic: Clinic, what: str) -> list[tuple[str, str]]:
    """Who left such rows in the audit trail, and why."""
    with sqlite3.connect(clinic.store.url.removeprefix("sqlite:///")) as ledger:
        return ledger.execute("SELECT who, why FROM audit WHERE what = ?", (what,)).fetchall()


def booked(browser: Browser, who: str = "11:1", mobile: str = "") -> str:
    """A booking for a caller; its code."""
    request = fresh(browser)
    assert "نگه داشته می‌شود" in sent(browser, "offer", request=request, who=who, mobile=mobile)
    return large(sent(browser, "book", request=request, mobile=mobile))


def test_a_caller_is_offered_the_first_time_and_then_a_later_day(reception: Browser) -> None:
    request = fresh(reception)
    first = sent(reception, "offer", request=request, who="11:1")
    date = re.search(r'name="after" value="([^"]+)"', first)
    assert date is not None
    later = sent(reception, "offer", request=request, who="11:1", after=date[1])
    assert large(later) != large(first)
    assert len(large(sent(reception, "book", request=request))) == 8


def test_where_a_site_gives_no_times_a_caller_is_told_from_when_to_when_not_a_time_that_may_be_past(reception: Browser) -> None:
    request = fresh(reception)
    hours = re.compile(r"ساعت \S+ تا \S+")
    assert hours.search(sent(reception, "offer", request=request, who="11:1"))
    assert hours.search(sent(reception, "book", request=request))


def test_a_booking_is_found_by_code_and_by_mobile_checked_in_once_and_its_mobile_shown_on_demand(
    clinic: Clinic, console: Console, reception: Browser
) -> None:
    code = booked(reception, mobile=MOBILE)
    assert MOBILE not in sent(reception, "find", typed=code)
    page = sent(reception, "find", typed=MOBILE)
    assert 'action="/bookings/check-in"' in page
    number = large(sent(reception, "check-in", request=fresh(reception), code=code))
    assert large(sent(reception, "check-in", request=fresh(reception), code=code)) == number, "one code, one ticket"

    whole = MOBILE.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert whole not in reception.page(f"/ticket/{number}")
    token = {"form_token": reception.form_token()}
    assert whole in reception.client.post(f"/ticket/{number}/mobile", data=token).text
    assert audited(clinic, "mobile_seen") == [("operator:reception", "")]
    secretary = console.browser(Role.SECRETARY)
    refused = secretary.client.post(f"/ticket/{number}/mobile", data={"form_token": secretary.form_token()})
    assert refused.status_code == 403
    assert whole not in refused.text


def test_a_walk_in_that_was_sent_twice_is_one_and_settled_as_shown(clinic: Clinic, reception: Browser) -> None:
    request = fresh(reception)
    number = large(sent(reception, "walk-in", request=request, who="11:", why="از شهرستان"))
    assert large(sent(reception, "walk-in", request=request, who="11:", why="از شهرستان")) == number, "sent twice, it is one"
    with sqlite3.connect(clinic.store.url.removeprefix("sqlite:///")) as ledger:
        settled = "SELECT outcome FROM ticket_requests WHERE device = 'operator' AND number = ?"
        assert ledger.execute(settled, (int(number),)).fetchall() == [("shown",)]
    assert ("operator:reception", "از شهرستان") in audited(clinic, "walk_in_added")


def test_who_came_without_knowing_of_the_telephone_is_noted_once_at_the_desk_or_on_the_tickets_page(
    clinic: Clinic, reception: Browser
) -> None:
    number = large(sent(reception, "walk-in", request=fresh(reception), who="11:", why="از شهرستان", unaware="yes"))
    assert len(audited(clinic, "came_unaware")) == 1
    assert 'value="note_unaware"' not in reception.page(f"/ticket/{int(number)}")
    other = clinic.walk_in(11)
    reception.until('value="note_unaware"', f"/ticket/{other}")
    assert reception.act(what="note_unaware", number=str(other)).json()["done"]
    assert "از سامانهٔ تلفنی خبر نداشت" in reception.page(f"/ticket/{other}")
    assert len(audited(clinic, "came_unaware")) == 2


def test_a_booking_is_cancelled_for_a_reason_and_no_longer_checked_in(reception: Browser) -> None:
    code = booked(reception)
    assert "لغو شد" in sent(reception, "cancel", request=fresh(reception), code=code, why="خودش خواست")
    assert "لغو شده" in sent(reception, "find", typed=code)
    assert "این نوبت لغو شده است" in sent(reception, "check-in", request=fresh(reception), code=code)


@pytest.mark.parametrize(
    ("to", "form"),
    [
        ("walk-in", {"who": "11:", "why": ""}),
        ("walk-in", {"who": "<script>", "why": "x"}),
        ("offer", {"who": "x:y"}),
        ("offer", {"who": "11:1", "mobile": "<script>alert(1)</script>"}),
        ("book", {"mobile": MOBILE}),
        ("cancel", {"code": "<script>", "why": "x"}),
        ("check-in", {"code": "<script>"}),
        ("check-in", {"code": "12345670", "request": "forged"}),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_given(reception: Browser, to: str, form: dict[str, str]) -> None:
    page = sent(reception, to, **{"request": fresh(reception), **form})
    assert "not-done" in page
    assert "<script>" not in page.replace('<script src="/static/console.js" defer></script>', "")


def test_who_has_not_the_right_sees_no_bookings(console: Console) -> None:
    for role in (Role.SECRETARY, Role.TECHNICIAN):
        browser = console.browser(role)
        assert 'href="/bookings"' not in browser.page()
        assert browser.client.get("/bookings").status_code == 403
        for to in ("find", "check-in", "walk-in", "offer", "book", "cancel"):
            form = {"form_token": browser.form_token(), "typed": MOBILE}
            assert browser.client.post(f"/bookings/{to}", data=form).status_code == 403


def test_a_form_of_another_session_books_nothing(console: Console, reception: Browser) -> None:
    other = console.browser(Role.MANAGER).form_token()
    form = {"form_token": other, "request": fresh(reception), "who": "11:", "why": "x"}
    assert reception.client.post("/bookings/walk-in", data=form).status_code == 403
