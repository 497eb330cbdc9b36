"""The patient's page: what it says to whoever holds the paper, and nothing to anybody else, however often they ask."""

import asyncio
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from booking_store.ledger import Ledger
from booking_store.turn_report import TurnReader
from mqtt.contract import Book, Booked, CheckIn, DropTicket, Loaded, TicketGiven
from patient_page.web import ASKED_A_MINUTE, WRONG_A_MINUTE, PatientPage, application
from tests.broker import free_port
from tests.store.clinic import SITE_FILE, Clinic, moment_ms, new_id

ROOT = Path(__file__).parents[2]
SECONDS = 30.0
MOBILE = "09121234567"


class Phone:
    """Somebody's browser, and the clinic's page with a clock in the test's hand."""

    def __init__(self, url: str) -> None:
        self.now = 0.0
        page = PatientPage(TurnReader(url, "small"), "fa", lambda: self.now)
        self._transport = httpx.ASGITransport(application(page))

    def get(self, path: str, **typed: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://page") as client:
                return await client.get(path, params=typed or None)

        return asyncio.run(ask())


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.sqlite"


@pytest.fixture
def clinic(url: str, tmp_path: Path) -> Iterator[Clinic]:
    site_file = tmp_path / "pages.toml"
    page = '\nticket_page = "http://192.168.50.1:8090"\n'
    site_file.write_text(SITE_FILE.read_text(encoding="utf-8") + page, encoding="utf-8")
    clinic = Clinic(lambda: Ledger.open(url, moment_ms("06:00")))
    assert isinstance(loaded := clinic.load_site(site_file), Loaded), loaded
    yield clinic.at("08:00").wait(0)
    clinic.ledger.close()


@pytest.fixture
def phone(clinic: Clinic, url: str) -> Phone:
    return Phone(url)


def paper(clinic: Clinic) -> str:
    """What stands on the ticket of somebody who has booked: "100-k7q3m9xw"."""
    booked = clinic.ask("operator", Book(department=11, doctor=1, mobile=MOBILE))
    assert isinstance(booked, Booked), booked
    given = clinic.ask("kiosk-1", CheckIn(code=booked.code, service_day=clinic.day), new_id())
    assert isinstance(given, TicketGiven), given
    return given.page.rpartition("/")[2]


def test_who_waits_reads_how_many_are_before_and_the_page_renews_itself(clinic: Clinic, phone: Phone) -> None:
    paper(clinic)
    answer = phone.get(f"/{paper(clinic.wait(60))}")
    assert answer.status_code == 200
    assert '<p class="large">۱</p>' in answer.text
    assert '<meta http-equiv="refresh" content="20">' in answer.text
    assert "<script" not in answer.text


def test_who_is_called_reads_where_to_go(clinic: Clinic, phone: Phone) -> None:
    mine = paper(clinic)
    assert "نزدیک است" in phone.get(f"/{mine}").text
    clinic.wait(60).call_next("counter-2")
    assert '<p class="large place">باجهٔ ۲</p>' in phone.get(f"/{mine}").text
    assert "آخرین فراخوان: ۱۰۰ در باجهٔ ۲" in phone.get(f"/{paper(clinic)}").text


def test_a_ticket_that_is_over_says_so_and_asks_no_more(clinic: Clinic, phone: Phone) -> None:
    mine = paper(clinic)
    clinic.ask("operator", DropTicket(number=int(mine.partition("-")[0]), why="رفت"))
    page = phone.get(f"/{mine}").text
    assert "پایان یافته" in page
    assert "refresh" not in page


def test_nothing_personal_stands_on_it(clinic: Clinic, phone: Phone) -> None:
    page = phone.get(f"/{paper(clinic)}").text
    assert MOBILE not in page
    assert "داخلی" not in page, "a department tells an illness"
    assert "احمدی" not in page


def test_it_is_typed_in_any_digits_and_any_case(clinic: Clinic, phone: Phone) -> None:
    number, _, code = paper(clinic).partition("-")
    persian = number.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    answer = phone.get("/", ticket=f" {persian}-{code.upper()} ", lang="en")
    assert answer.headers["location"] == f"/{number}-{code}?lang=en"
    assert "Your turn is near" in phone.get(answer.headers["location"]).text


@pytest.mark.parametrize("written", ["100-00000000", "1-k7q3m9xw", "favicon.ico", "..%2fetc%2fpasswd", "%00", "x" * 5000])
def test_what_was_not_printed_opens_nothing(clinic: Clinic, phone: Phone, written: str) -> None:
    paper(clinic)
    answer = phone.get(f"/{written}")
    assert answer.status_code == 404
    assert "large" not in answer.text


def test_whoever_tries_codes_is_not_looked_up_any_more_the_right_one_neither(clinic: Clinic, phone: Phone) -> None:
    mine = paper(clinic)
    for _ in range(int(WRONG_A_MINUTE)):
        assert phone.get("/100-00000000").status_code == 404
    assert phone.get("/100-00000000").status_code == 429
    assert phone.get(f"/{mine}").status_code == 429
    phone.now += 60.0
    assert phone.get(f"/{mine}").status_code == 200


def test_one_address_asks_so_often_and_no_more(clinic: Clinic, phone: Phone) -> None:
    mine = paper(clinic)
    answers = [phone.get(f"/{mine}").status_code for _ in range(int(ASKED_A_MINUTE) + 1)]
    assert answers == [200] * int(ASKED_A_MINUTE) + [429]


def test_without_a_ledger_it_says_where_to_look(tmp_path: Path) -> None:
    answer = Phone(f"sqlite:///{tmp_path}/none.sqlite").get("/100-00000000")
    assert answer.status_code == 503
    assert "صفحهٔ سالن" in answer.text


def test_no_address_is_told_to_anybody_and_nothing_is_asked_from_elsewhere(clinic: Clinic, phone: Phone) -> None:
    headers = phone.get(f"/{paper(clinic)}").headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "set-cookie" not in headers


def test_as_a_program_it_serves_phones_has_no_staff_pages_and_ends_when_asked(clinic: Clinic, url: str, tmp_path: Path) -> None:
    port, file = free_port(), tmp_path / "patient-page.toml"
    file.write_text(f'schema = 1\nsite = "small"\ndatabase = "{url}"\nlisten = "127.0.0.1:{port}"\n', encoding="utf-8")
    mine, base = paper(clinic), f"http://127.0.0.1:{port}"
    process = subprocess.Popen([sys.executable, "-m", "patient_page", str(file)], cwd=ROOT, stderr=subprocess.PIPE)
    try:
        until = time.monotonic() + SECONDS
        while True:
            try:
                page = httpx.get(f"{base}/{mine}")
                break
            except httpx.TransportError:
                assert time.monotonic() < until
                assert process.poll() is None
                time.sleep(0.05)
        assert page.status_code == 200
        for path in ("/sign-in", "/devices", "/audit", "/metrics"):
            assert httpx.get(f"{base}{path}").status_code == 404
        assert not re.search(r"server: ", str(page.headers))
    finally:
        process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert mine.encode() not in said, "codes stand in no log"


def test_on_a_telephone_it_fits_and_axe_finds_nothing(clinic: Clinic, phone: Phone, tmp_path: Path) -> None:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium: apt-get install chromium")
    paper(clinic)
    words = phone.get(f"/{paper(clinic.wait(60))}").text
    style = (ROOT / "patient_page" / "static" / "page.css").read_text(encoding="utf-8")
    words = words.replace('<meta http-equiv="refresh" content="20">', "")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.set_content(words.replace('<link rel="stylesheet" href="/static/page.css">', f"<style>{style}</style>"))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        found = Axe().run(page).response["violations"]
        browser.close()
    assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []
