"""One clinic, one console and one Chromium for all tests of this folder: they are slow to start and nobody spoils them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect, sync_playwright

from staff_console.rights import Role
from tests.command_line.clinic import Clinic
from tests.staff_console.insurance_office import OfficeClinic
from tests.staff_console.officers import Officer
from tests.staff_console.running import PASSWORD, Browser, Console
from tests.store.clinic import SITE_FILE

MORE = """
[pause_reasons]
prayer = { fa = "نماز", en = "Prayer" }

[[priority_classes]]
id = "elderly"
name = { fa = "سالمند", en = "Elderly" }

[call_order]
head_start_minutes = { elderly = 20 }
"""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """The small clinic at eight in the morning."""
    folder = tmp_path_factory.mktemp("clinic")
    patient = SITE_FILE.read_text(encoding="utf-8").replace("walk_ins_in_a_row = 5", "walk_ins_in_a_row = 100")
    clinic = Clinic(folder)
    clinic.store.site_file = folder / "small.toml"
    clinic.store.site_file.write_text(patient + MORE, encoding="utf-8")
    clinic.open()
    yield clinic
    clinic.close()


@pytest.fixture(scope="module")
def console(clinic: Clinic) -> Iterator[Console]:
    """Its pages."""
    console = Console(clinic)
    console.start()
    yield console
    console.kill()


@pytest.fixture
def reception(console: Console) -> Browser:
    """A clerk of reception, signed in."""
    return console.browser(Role.RECEPTION)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """Debian's own browser."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Chromium, console: Console) -> Iterator[Page]:
    """A clerk of reception at a desk's screen."""
    with at_a_desk(chromium, console, Role.RECEPTION) as page:
        yield page


@contextmanager
def at_a_desk(chromium: Chromium, console: Console, role: Role) -> Iterator[Page]:
    """Somebody of this role at a desk's screen, signed in."""
    page = chromium.new_page(viewport={"width": 1366, "height": 768}, base_url=console.url)
    sign_in(page, role)
    yield page
    page.close()


def sign_in(page: Page, role: Role) -> None:
    """As a person does, by keyboard alone."""
    page.goto("/sign-in")
    expect(page.locator("#name")).to_be_focused()  # a browser does this in its next frame: keys before it go nowhere
    page.keyboard.type(role.value)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("main .points")


@pytest.fixture
def base_url(console: Console) -> str:
    """Where the pages are."""
    return console.url


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeClinic]:
    """An insurance office at eight in the morning."""
    office = OfficeClinic(tmp_path_factory.mktemp("office"))
    office.before(lambda _: None)
    office.open()
    yield office
    office.close()


@pytest.fixture(scope="module")
def office_console(office: OfficeClinic) -> Iterator[Console]:
    """Its officers' pages."""
    console = Console(office)
    console.start()
    yield console
    console.kill()


@pytest.fixture
def officer(office_console: Console) -> Officer:
    """Who writes cases, signed in."""
    return Officer(office_console, Role.OFFICER)


@pytest.fixture
def reviewer(office_console: Console) -> Officer:
    """Who decides them."""
    return Officer(office_console, Role.REVIEWER)
