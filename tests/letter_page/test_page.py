"""The letter page: one word for whoever has a code, a PIN for the service office, and nothing for whoever guesses."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from booking_store.ledger import Ledger
from booking_store.letter_report import LetterReader
from letter_page.web import ASKED_A_MINUTE, LOOK_SECONDS, WRONG_A_MINUTE, WRONG_BY_ALL_A_MINUTE, LetterPage, application
from mqtt.contract import Answer, Operation
from mqtt.office_contract import CaseStands, DuplicateLetter, HandOver, SetPin
from rules.household import Relation
from rules.letters import RANDOM_DIGITS
from rules.tracking_code import check_digit
from tests.store.clinic import SUNDAY, moment_ms
from tests.store.office import OFFICE, PIN, InsuranceOffice, family, person

OTHER = "72-2001"
HEAD = "گل‌ضمیر شینواری"


def no_letters(number: int) -> str:
    """A code that is written rightly, and that no letter has."""
    digits = f"{number:0{RANDOM_DIGITS}}"
    return f"{digits}{check_digit(digits)}"


class Browser:
    """Somebody's telephone, and the page with a clock in the test's hand."""

    def __init__(self, office: InsuranceOffice, url: str) -> None:
        self.office = office
        self.now = 0.0
        self.paused: list[float] = []
        self.address = "198.51.100.7"
        self.store_is_there = True
        reader = LetterReader(url, "office", lambda: office.now.ms / 1000)
        self._application = application(LetterPage(reader, self._ask, "fa", lambda: self.now, self._pause))

    def _ask(self, operation: Operation, *, request: str) -> Answer | None:
        return self.office.ask(operation, None, request, device="letter-page") if self.store_is_there else None

    async def _pause(self, seconds: float) -> None:
        self.paused.append(seconds)

    def get(self, path: str, **typed: str) -> httpx.Response:
        return self._send("GET", path, params=typed or None)

    def marks(self, path: str, office: str = OFFICE, pin: str = PIN, *, form: str | None = None) -> httpx.Response:
        """A service office sends the form that it was shown, or an older one again."""
        once = form or self.form(path)
        return self._send("POST", path, data={"once": once, "office": office, "pin": pin})

    def form(self, path: str) -> str:
        """The name of the form that a page shows; any name where it shows none."""
        shown = re.search(r'name="once" value="(\w+)"', self.get(path).text)
        return shown[1] if shown else "0"

    def _send(self, method: str, path: str, **more: object) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._application, client=(self.address, 4711))
            async with httpx.AsyncClient(transport=transport, base_url="http://page") as client:
                return await client.request(method, path, **more)  # type: ignore[arg-type]

        return asyncio.run(send())


@pytest.fixture
def office(sqlite_tables_url: str) -> Iterator[InsuranceOffice]:
    opened = InsuranceOffice(lambda: Ledger.open(sqlite_tables_url, moment_ms("06:00")))
    for each in (OFFICE, OTHER):
        opened.ask(SetPin(service_office=each, pin=PIN))
    yield opened
    opened.ledger.close()


@pytest.fixture
def browser(office: InsuranceOffice, sqlite_tables_url: str) -> Browser:
    return Browser(office, sqlite_tables_url)


@pytest.fixture
def letter(office: InsuranceOffice) -> CaseStands:
    """A letter in somebody's hand."""
    members = (person(HEAD, Relation.HEAD, born="1985-03-21"),)
    return office.handed(office.opens(family(members=members, mobile="09351234567")))


def word(answer: httpx.Response) -> str:
    """The one word."""
    (found,) = re.findall(r'<p class="word \w+">([^<]+)</p>', answer.text)
    return str(found)


# ------------------------------------------------------------------------------------------- one word


def test_whoever_scans_the_letter_is_told_that_it_is_valid_and_not_whose_it_is(browser: Browser, letter: CaseStands) -> None:
    answer = browser.get(f"/{letter.code}")
    assert (answer.status_code, word(answer)) == (200, "معتبر")
    for personal in (HEAD, "شینواری", "09351234567", letter.letter or "", "پیشخوان میدان", OFFICE, "اراک", "رحیمی"):
        assert personal not in answer.text


def test_a_code_is_typed_in_any_digits_and_groups_in_either_language(browser: Browser, letter: CaseStands) -> None:
    code = letter.code or ""
    persian = code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert 'name="code"' in browser.get("/").text
    assert word(browser.get("/", code=f" {persian[:5]} {persian[5:]} ")) == "معتبر"
    assert word(browser.get("/", code=f"{code[:5]}-{code[5:]}", lang="en")) == "Valid"


def test_each_state_of_a_letter_has_its_word(office: InsuranceOffice, browser: Browser, letter: CaseStands) -> None:
    lost, new = letter.code, office.step(letter, DuplicateLetter())
    new = office.step(new, HandOver(name="علی", relation=Relation.HEAD))
    assert (word(browser.get(f"/{lost}")), word(browser.get(f"/{new.code}"))) == ("باطل", "معتبر")
    office.at("08:00", date(2026, 12, 23))
    assert word(browser.get(f"/{new.code}")) == "منقضی"
    office.at("08:00", SUNDAY)
    assert word(browser.marks(f"/{new.code}")) == "استفاده‌شده"
    assert word(browser.get(f"/{new.code}")) == "استفاده‌شده"


def test_a_code_that_no_letter_has_is_told_like_a_void_one_and_takes_as_long(
    office: InsuranceOffice, browser: Browser, letter: CaseStands
) -> None:
    lost, unknown = letter.code or "", no_letters(77)
    office.step(letter, DuplicateLetter())
    void, none = browser.get(f"/{lost}"), browser.get(f"/{unknown}")

    def without_the_code(answer: httpx.Response, code: str) -> str:
        shown = code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
        return answer.text.replace(f"{shown[:5]} {shown[5:]}", "…").replace(code, "…")

    assert without_the_code(void, lost) == without_the_code(none, unknown)
    assert (void.status_code, void.headers.multi_items()) == (none.status_code, none.headers.multi_items())
    assert browser.paused == [LOOK_SECONDS] * 2


@pytest.mark.parametrize("written", ["123456789", "1234567890123", "favicon.ico", "..%2fetc%2fpasswd", "%00", "x" * 5000])
def test_what_can_be_no_code_is_asked_for_again_and_looked_up_nowhere(browser: Browser, written: str) -> None:
    answer = browser.get(f"/{written}")
    assert answer.status_code == 404
    assert "معتبر" not in answer.text
    assert browser.paused == []


def test_a_digit_mistyped_is_no_code_and_is_said_so(browser: Browser, letter: CaseStands) -> None:
    code = letter.code or ""
    answer = browser.get(f"/{code[:-1]}{(int(code[-1]) + 1) % 10}")
    assert "دوباره بزنید" in answer.text
    assert 'name="code"' in answer.text


def test_nothing_is_kept_told_on_or_run(browser: Browser, letter: CaseStands) -> None:
    answer = browser.get(f"/{letter.code}")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "set-cookie" not in answer.headers
    assert "<script" not in answer.text
    assert not re.search(r'(src|href|action)="(?!data:,|\?)', answer.text), "one page, and nothing beside it"
    assert len(answer.content) < 6000, "for a telephone far away"


# ------------------------------------------------------------------------------------------- the service office


def test_a_service_office_marks_a_letter_with_its_own_pin_and_is_told_when_it_was_used_before(
    browser: Browser, letter: CaseStands, office: InsuranceOffice
) -> None:
    before = browser.form(f"/{letter.code}")
    answer = browser.marks(f"/{letter.code}", "۷۲ ۱۰۰۱", "۴۷۱۱")
    assert (answer.status_code, word(answer)) == (200, "استفاده‌شده")
    assert "ثبت شد" in answer.text
    assert [row.who for row in office.rows("SELECT who FROM case_steps WHERE act = 'use'")] == [f"office {OFFICE}"]
    again = browser.marks(f"/{letter.code}", form=before)
    assert (again.status_code, "معرفی‌نامه استفاده شده است" in again.text) == (409, True)


def test_a_button_pressed_twice_marks_once_and_says_the_same(browser: Browser, letter: CaseStands) -> None:
    form = browser.form(f"/{letter.code}")
    answers = [browser.marks(f"/{letter.code}", form=form) for _ in range(2)]
    assert ["ثبت شد" in answer.text for answer in answers] == [True, True]


def test_a_wrong_pin_typed_over_in_the_same_form_is_looked_at_anew(browser: Browser, letter: CaseStands) -> None:
    form = browser.form(f"/{letter.code}")
    assert browser.marks(f"/{letter.code}", pin="0000", form=form).status_code == 403
    assert browser.marks(f"/{letter.code}", form=form).status_code == 200


def test_five_wrong_pins_lock_and_the_right_one_is_refused_too(browser: Browser, letter: CaseStands) -> None:
    for number in range(5):
        browser.address = f"198.51.100.{number}"
        answer = browser.marks(f"/{letter.code}", pin="0000")
        assert answer.status_code == 403
        assert "مطابقت ندارد" in answer.text
    browser.address = "198.51.100.9"
    answer = browser.marks(f"/{letter.code}")
    assert (answer.status_code, "چند بار نادرست" in answer.text) == (409, True)
    assert word(answer) == "معتبر"


def test_nobody_tries_out_to_whom_a_letter_is_addressed(browser: Browser, letter: CaseStands) -> None:
    told = {
        re.sub(r'value="\w+"', "", browser.marks(f"/{letter.code}", office, pin).text)
        for office, pin in ((OFFICE, "0000"), (OTHER, PIN), (OTHER, "0000"), ("99", PIN))
    }
    assert len(told) == 1


def test_a_letter_that_was_not_handed_over_is_not_taken(browser: Browser, office: InsuranceOffice) -> None:
    case = office.with_letter(office.opens())
    assert "تحویل نشده" in browser.marks(f"/{case.code}").text


def test_without_the_store_nothing_is_marked_and_the_page_says_so(browser: Browser, letter: CaseStands) -> None:
    browser.store_is_there = False
    assert browser.marks(f"/{letter.code}").status_code == 503
    assert word(browser.get(f"/{letter.code}")) == "معتبر"


def test_a_form_that_is_larger_than_ours_is_not_read(browser: Browser, letter: CaseStands) -> None:
    assert browser.marks(f"/{letter.code}", pin="1" * 5000).status_code == 413


# ------------------------------------------------------------------------------------------- guessing


def test_an_address_that_guesses_is_looked_up_no_more_the_right_code_neither(browser: Browser, letter: CaseStands) -> None:
    for number in range(int(WRONG_A_MINUTE)):
        assert browser.get(f"/{no_letters(number)}").status_code == 200
    assert browser.get(f"/{no_letters(99)}").status_code == 429
    assert browser.get(f"/{letter.code}").status_code == 429
    browser.address = "198.51.100.8"
    assert browser.get(f"/{letter.code}").status_code == 200
    browser.address = "198.51.100.7"
    browser.now += 60.0
    assert browser.get(f"/{letter.code}").status_code == 200


def test_while_many_guess_together_each_guesses_once_a_minute_and_who_does_not_is_served(
    browser: Browser, letter: CaseStands
) -> None:
    for number in range(int(WRONG_BY_ALL_A_MINUTE)):
        browser.address = f"203.0.113.{number}"
        assert browser.get(f"/{no_letters(number)}").status_code == 200
    browser.address = "203.0.113.7"
    assert browser.get(f"/{no_letters(999)}").status_code == 429
    browser.address = "198.51.100.7"
    assert browser.get(f"/{letter.code}").status_code == 200


def test_wrong_pins_count_as_guesses_too(browser: Browser, letter: CaseStands, office: InsuranceOffice) -> None:
    form = browser.form(f"/{letter.code}")
    answers = [browser.marks(f"/{letter.code}", OTHER, f"{number}", form=form).status_code for number in range(6)]
    assert answers == [403] * 5 + [429]


def test_one_address_asks_so_often_and_no_more(browser: Browser, letter: CaseStands) -> None:
    answers = [browser.get("/").status_code for _ in range(int(ASKED_A_MINUTE) + 1)]
    assert answers == [200] * int(ASKED_A_MINUTE) + [429]


# ------------------------------------------------------------------------------------------- as a program


def test_without_a_ledger_it_says_so(office: InsuranceOffice, tmp_path: Path) -> None:
    assert Browser(office, f"sqlite:///{tmp_path}/none.sqlite").get(f"/{no_letters(1)}").status_code == 503


def test_on_an_old_telephone_it_fits_and_axe_finds_nothing(browser: Browser, letter: CaseStands) -> None:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium: apt-get install chromium")
    shown = [browser.get("/").text, browser.get(f"/{letter.code}").text, browser.get(f"/{letter.code}", lang="en").text]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        page = chromium.new_page(viewport={"width": 320, "height": 480})
        for words in shown:
            page.set_content(words)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
            found = Axe().run(page).response["violations"]
            assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []
        chromium.close()
