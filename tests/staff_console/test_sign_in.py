"""Who gets in: a name and its password, a few tries, a session that ends; and whom a page tells nothing."""

import httpx
import pytest

from staff_console import accounts
from staff_console.accounts import AccountsError
from staff_console.rights import RIGHTS, Right, Role
from staff_console.sessions import IDLE_SECONDS, LOCK_SECONDS, LONGEST_SECONDS, NAMES_REMEMBERED, TRIES, Sessions, Tries
from tests.staff_console.running import PASSWORD, Browser, Console


def test_without_a_session_every_page_leads_to_the_door(console: Console) -> None:
    stranger = httpx.Client(base_url=console.url)
    assert stranger.get("/").headers["location"] == "/sign-in"
    assert stranger.post("/act", data={"what": "call_next"}).headers["location"] == "/sign-in"
    assert stranger.get("/live").status_code == 403


def test_the_right_password_opens_and_a_wrong_one_says_no_more_than_a_wrong_name(console: Console) -> None:
    assert Browser(console.url, "reception").signed_in.headers["location"] == "/"
    wrong = Browser(console.url, "secretary", "not this one at all").signed_in
    nobody = Browser(console.url, "nobody", "not this one at all").signed_in
    assert (wrong.status_code, wrong.text) == (403, nobody.text)


def test_after_five_wrong_tries_the_right_password_waits_too(console: Console) -> None:
    for _ in range(TRIES):
        Browser(console.url, "officer", "guess after guess")
    assert Browser(console.url, "officer").signed_in.status_code == 429
    assert Browser(console.url, "manager").signed_in.status_code == 303


def test_the_cookie_is_for_this_site_and_no_script(console: Console) -> None:
    cookie = Browser(console.url, "reception").signed_in.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_who_signs_out_is_out_though_the_cookie_was_kept(console: Console) -> None:
    clerk = console.browser()
    kept = dict(clerk.client.cookies)
    clerk.client.post("/sign-out", data={"form_token": clerk.form_token()})
    assert httpx.get(console.url, cookies=kept).headers["location"] == "/sign-in"


def test_with_another_password_or_without_the_account_the_session_is_over(console: Console) -> None:
    officer = Browser(console.url, "secretary")
    known = dict(accounts.read(console.accounts_file))
    for changed in (accounts.account("secretary", "", Role.SECRETARY, "another one altogether"), None):
        assert Browser(console.url, "secretary").client.get("/").status_code == 200
        left = {name: one for name, one in known.items() if name != "secretary"}
        accounts.write(console.accounts_file, left if changed is None else {**left, "secretary": changed})
        assert officer.client.get("/").headers["location"] == "/sign-in"
        accounts.write(console.accounts_file, known)


def test_another_sites_page_cannot_sign_anybody_in_or_out(console: Console) -> None:
    elsewhere = {"sec-fetch-site": "cross-site"}
    form = {"name": "reception", "password": PASSWORD}
    assert httpx.post(f"{console.url}/sign-in", data=form, headers=elsewhere).status_code == 403
    clerk = console.browser()
    clerk.client.post("/sign-out", data={"form_token": clerk.form_token()}, headers=elsewhere)
    assert clerk.client.get("/").status_code == 200


def test_every_response_keeps_the_browser_narrow(console: Console) -> None:
    for path in ("/sign-in", "/static/console.css", "/nothing-here"):
        headers = httpx.get(f"{console.url}{path}").headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_a_huge_form_is_turned_away_unread(console: Console) -> None:
    assert httpx.post(f"{console.url}/sign-in", data={"name": "x" * 100_000}).status_code == 413


def test_a_session_ends_when_nobody_uses_it_and_at_the_end_of_a_day() -> None:
    sessions = Sessions()
    token = sessions.begin("sara", "hash", now=0.0)
    assert sessions.use(token, IDLE_SECONDS - 1) is not None
    assert sessions.look(token, 2 * IDLE_SECONDS - 2) is not None
    assert sessions.use(token, 2 * IDLE_SECONDS - 1) is None, "a page that watches keeps nobody signed in"
    token, at = sessions.begin("sara", "hash", now=0.0), 0.0
    while at < LONGEST_SECONDS:
        assert sessions.use(token, at) is not None
        at += IDLE_SECONDS / 2
    assert sessions.use(token, at) is None


def test_the_lock_opens_again_and_invented_names_fill_no_memory() -> None:
    tries = Tries()
    for second in range(TRIES):
        assert tries.locked_for("sara", second) == 0.0
        tries.wrong("sara", second)
    assert tries.locked_for("sara", TRIES) > LOCK_SECONDS - TRIES
    assert tries.locked_for("sara", TRIES + LOCK_SECONDS) == 0.0
    for number in range(2 * NAMES_REMEMBERED):
        tries.wrong(f"name-{number}", 0.0)
    assert len(tries._wrong) == NAMES_REMEMBERED


def test_every_role_sees_the_queue_and_only_a_technician_orders_devices() -> None:
    assert all(Right.SEE_QUEUE in rights for rights in RIGHTS.values())
    assert [role for role, rights in RIGHTS.items() if Right.ORDER_DEVICES in rights] == [Role.TECHNICIAN]


@pytest.mark.parametrize(("name", "password"), [("sara", "short"), ("Sara", PASSWORD), ("s", PASSWORD), ("../x", PASSWORD)])
def test_an_account_wants_a_plain_name_and_a_long_password(name: str, password: str) -> None:
    with pytest.raises(AccountsError):
        accounts.account(name, "", Role.RECEPTION, password)
