"""What holds for every page, those of tomorrow too: closed to strangers, deaf to forged forms, and whole for every role."""

import re

import httpx
import pytest
from starlette.routing import Route

from staff_console.rights import Role
from staff_console.web import ROUTES
from tests.staff_console.running import SECONDS, Console

DOOR = {"/sign-in", "/sign-out", "/language/{language}"}
PAGES = [route for route in ROUTES if isinstance(route, Route) and route.path not in DOOR]


def asked(route: Route, number: str = "1", day: str = "2026-11-24") -> str:
    """An address of this page, with something in each gap."""
    filled = route.path.replace("{day:day}", day)
    return re.sub(r"{\w+}", "x", re.sub(r"{\w+:number}", number, filled))


def methods(route: Route) -> set[str]:
    return set(route.methods or {"GET"}) - {"HEAD"}


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.path)
def test_a_stranger_is_led_to_the_door(console: Console, route: Route) -> None:
    stranger = httpx.Client(base_url=console.url, timeout=SECONDS)
    for method in methods(route):
        answer = stranger.request(method, asked(route))
        assert answer.status_code == 403 or answer.headers.get("location") == "/sign-in", (method, answer.status_code)


@pytest.mark.parametrize("route", [route for route in PAGES if "POST" in methods(route)], ids=lambda route: route.path)
def test_a_forged_form_does_nothing_whoever_is_signed_in(console: Console, route: Route) -> None:
    for role in (Role.MANAGER, Role.TECHNICIAN, Role.OFFICER):
        person = console.browser(role)
        for form in ({}, {"form_token": "forged"}):
            assert person.client.post(asked(route), data=form).status_code == 403
        mine = {"form_token": person.form_token()}
        elsewhere = {"sec-fetch-site": "cross-site"}
        assert person.client.post(asked(route), data=mine, headers=elsewhere).status_code == 403


@pytest.mark.parametrize("role", list(Role))
def test_no_page_breaks_for_any_role(console: Console, role: Role) -> None:
    person = console.browser(role)
    for route in PAGES:
        if "GET" in methods(route) and not route.path.startswith("/live"):
            answer = person.client.get(asked(route))
            assert answer.status_code < 500, (route.path, answer.status_code)


@pytest.mark.parametrize("role", list(Role))
def test_no_page_of_an_insurance_office_breaks_for_any_role_or_for_a_number_that_nobody_had(
    office_console: Console, role: Role
) -> None:
    person = office_console.browser(role)
    person.until("data-point")
    mine = {"form_token": person.form_token()}
    for route in PAGES:
        if not route.path.startswith("/live"):
            for method, number in ((method, number) for method in methods(route) for number in ("1", "9" * 9)):
                answer = person.client.request(method, asked(route, number), data=mine if method == "POST" else None)
                assert answer.status_code < 500, (method, route.path, answer.status_code)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-31", "2000-01-01", "2099-12-31", "x"])
def test_a_date_that_no_calendar_has_breaks_no_page(console: Console, day: str) -> None:
    person = console.browser(Role.MANAGER)
    for route in PAGES:
        if "{day:day}" in route.path and "GET" in methods(route):
            answer = person.client.get(asked(route, day=day))
            assert answer.status_code < 500, (route.path, answer.status_code)


@pytest.mark.parametrize("number", ["9" * 9, "9" * 30, "9" * 5000])
def test_a_number_that_nobody_ever_had_breaks_no_page(console: Console, number: str) -> None:
    person = console.browser(Role.MANAGER)
    mine = {"form_token": person.form_token()}
    for route in PAGES:
        if ":number}" in route.path and not route.path.startswith("/live"):
            method = min(methods(route))
            answer = person.client.request(method, asked(route, number), data=mine if method == "POST" else None)
            assert answer.status_code < 500, (route.path, answer.status_code)
    assert person.client.get(f"/settings/history?before={number}").status_code == 200
