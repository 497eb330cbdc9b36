"""The statistics pages: what they say of a day, who may see them, and that what they give out says the same."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from staff_console.rights import RIGHTS, Right, Role
from staff_console.sessions import IDLE_SECONDS, WALL_SECONDS, Sessions
from tests.command_line.clinic import Clinic
from tests.staff_console.conftest import at_a_desk
from tests.staff_console.running import Browser, Console

PAGES = ("/statistics", "/statistics/tables.csv", "/statistics/tables.xlsx", "/statistics/outlook", "/wall")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LATIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")


@pytest.fixture(scope="module")
def people(clinic: Clinic) -> int:
    """Three took a ticket, one of them for the laboratory; how many they are."""
    for department in (11, 11, 21):
        clinic.walk_in(department)
    return 3


@pytest.fixture
def manager(console: Console, people: int) -> Browser:
    """The manager, when the pages know of the clinic."""
    manager = console.browser(Role.MANAGER)
    manager.until('class="headline"', "/statistics")
    return manager


@pytest.fixture
def desk(chromium: Chromium, console: Console, manager: Browser) -> Iterator[Page]:
    """The manager at a desk's screen."""
    with at_a_desk(chromium, console, Role.MANAGER) as page:
        yield page


def figure(page: str, label: str) -> int:
    """A large figure of the page."""
    found = re.search(rf"<dt>{label}</dt><dd>([^<]+)", page)
    assert found is not None, page
    return int(found[1].translate(LATIN))


@pytest.mark.parametrize("path", PAGES)
def test_only_who_may_see_statistics_sees_any_of_them(console: Console, path: str) -> None:
    for role in Role:
        status = console.browser(role).client.get(path).status_code
        assert status == (200 if Right.SEE_STATISTICS in RIGHTS[role] else 403), role
    assert httpx.get(f"{console.url}{path}").headers["location"] == "/sign-in"


def test_everybody_who_took_a_ticket_today_is_counted_with_department_and_source(manager: Browser, people: int) -> None:
    for period in ("day", "week", "month"):
        page = manager.until(rf"<dt>مراجعه</dt><dd>[{'۳۴۵۶۷۸۹'}]</dd>.*", f"/statistics?period={period}")[0]
        assert figure(page, "مراجعه") == people
        assert re.search(r'<th scope="row">آزمایشگاه</th><td>۱</td>', page), period


@pytest.mark.parametrize(
    ("period", "title"),
    [("day", "یکشنبه ۱ آذر ۱۴۰۵"), ("week", "هفتهٔ شنبه ۳۰ آبان تا جمعه ۶ آذر ۱۴۰۵"), ("month", "آذر ۱۴۰۵")],
)
def test_a_date_in_any_writing_leads_to_its_period(manager: Browser, period: str, title: str) -> None:
    for typed in ("2026-11-22", "1405/09/01", "۱۴۰۵/۹/۱", "1405-09-01"):
        shown = manager.client.get("/statistics", params={"period": period, "on": typed}).text
        assert f"آمار · {title}</h1>" in shown, typed


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "1405/13/40", "' OR 1=1", "0000-00-00"])
def test_what_is_no_date_is_said_to_be_none_and_shown_as_text(manager: Browser, typed: str) -> None:
    shown = manager.client.get("/statistics", params={"on": typed, "period": "<script>"})
    assert shown.status_code == 200
    assert "این تاریخ را نشناختیم" in shown.text
    assert "<script>alert" not in shown.text


def test_a_time_without_a_service_day_says_so(manager: Browser) -> None:
    assert "در این مدت روز پذیرشی نبوده است." in manager.page("/statistics?period=month&on=1403-01-01")


# ------------------------------------------------------------------------------------------- files


def test_the_csv_opens_in_excel_and_says_what_the_page_says(manager: Browser, people: int) -> None:
    answer = manager.client.get("/statistics/tables.csv?period=month")
    assert answer.content.startswith(b"\xef\xbb\xbf"), "by this mark Excel knows UTF-8"
    assert re.fullmatch(r'attachment; filename="small-month-1405-09-01.csv"', answer.headers["content-disposition"])
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert ["در یک نگاه", "مراجعه", str(people)] in [row[:3] for row in rows]
    assert any(row[:3] == ["درمانگاه‌ها", "آزمایشگاه", "1"] for row in rows)


def sheets_of(content: bytes) -> dict[str, ElementTree.Element]:
    """The sheets of an XLSX file by their names, read by nothing of ours and nothing that wrote it."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = [one.attrib["name"] for one in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")]  # noqa: S314  ours
        files = [f"xl/worksheets/sheet{number}.xml" for number in range(1, len(names) + 1)]
        return {name: ElementTree.fromstring(book.read(file)) for name, file in zip(names, files, strict=True)}  # noqa: S314


def test_the_xlsx_has_a_sheet_a_table_from_right_to_left(manager: Browser, people: int) -> None:
    sheets = sheets_of(manager.client.get("/statistics/tables.xlsx?period=day").content)
    assert {"در یک نگاه", "ساعت به ساعت", "درمانگاه‌ها"} <= set(sheets)
    for sheet in sheets.values():
        view = sheet.find(f"{MAIN}sheetViews/{MAIN}sheetView")
        assert view is not None
        assert view.attrib["rightToLeft"] == "1"
        assert not list(sheet.iter(f"{MAIN}f")), "no formula"
    values = [cell.findtext(f"{MAIN}v") for cell in sheets["در یک نگاه"].iter(f"{MAIN}c")]
    assert str(people) in values


# ----------------------------------------------------------------------------------- in the browser


def test_the_first_hour_stands_at_the_right_in_persian_and_at_the_left_in_english(desk: Page) -> None:
    for language, first_is_right in (("fa", True), ("en", False)):
        desk.goto(f"/language/{language}")
        desk.goto("/statistics?period=week&on=2026-11-22")
        words = desk.locator("figure .chart").nth(1).locator("text.name").all()
        first, last = words[0].bounding_box(), words[-1].bounding_box()
        assert first is not None
        assert last is not None
        assert (first["x"] > last["x"]) is first_is_right, language
        bars = desk.locator("figure .chart").first.locator("rect").count()
        assert bars >= 1
    desk.goto("/language/fa")


def serious(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in violations if one["impact"] in {"serious", "critical"}]


@pytest.mark.parametrize("path", ["/statistics?period=month", "/statistics/outlook", "/wall"])
def test_axe_finds_nothing_serious_and_a_telephone_is_wide_enough(desk: Page, path: str) -> None:
    desk.goto(path)
    assert serious(desk) == []
    desk.set_viewport_size({"width": 390, "height": 800})
    assert desk.evaluate("document.documentElement.scrollWidth") <= 390
    assert serious(desk) == []


def test_charts_are_drawn_with_the_pages_own_colours_and_nothing_is_refused_by_its_policy(desk: Page) -> None:
    refused: list[str] = []
    desk.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    desk.goto("/statistics?period=day")
    fill = desk.locator("rect.part-1, rect.part-2").first.evaluate("one => getComputedStyle(one).fill")
    assert fill != "rgb(0, 0, 0)"
    assert refused == []


def test_on_paper_the_menu_is_gone_and_the_site_is_named(desk: Page) -> None:
    desk.goto("/statistics?period=month")
    desk.emulate_media(media="print")
    expect(desk.locator(".head")).to_be_hidden()
    expect(desk.locator(".paper-site")).to_be_visible()
    assert desk.pdf().startswith(b"%PDF")


# ------------------------------------------------------------------------------- the outlook, the wall


def test_with_too_few_weeks_the_outlook_says_so_and_draws_nothing(manager: Browser) -> None:
    page = manager.page("/statistics/outlook")
    assert "دوشنبه ۲ آذر ۱۴۰۵" in page
    assert "چیزی پیش‌بینی نمی‌کنیم" in page
    assert 'class="chart"' not in page


def test_who_comes_is_on_the_wall_at_once(clinic: Clinic, desk: Page) -> None:
    broken: list[str] = []
    desk.on("pageerror", lambda error: broken.append(str(error)))
    desk.goto("/wall")
    value = desk.locator("#wall-waiting .figure-value")
    before = int(value.inner_text().translate(LATIN))
    clinic.walk_in(11)
    expect(value).to_have_text(str(before + 1).translate({value: key for key, value in LATIN.items()}))
    assert broken == [], "the wall has no banner, and is sent one"


def test_a_wall_stays_on_and_opens_nothing_else(console: Console, manager: Browser) -> None:
    wall = console.browser(Role.MANAGER)
    kept = wall.client.post("/wall/keep", data={"form_token": wall.form_token()})
    assert kept.headers["location"] == "/wall"
    assert "دیوار مدیر" in wall.page("/wall")
    assert "/wall/keep" not in wall.page("/wall")
    for path in ("/", "/statistics", "/bookings"):
        assert wall.client.get(path).headers["location"] == "/sign-in"
    sessions = Sessions()
    token = sessions.begin("sara", "hash", now=0.0)
    session = sessions.use(token, 1.0)
    assert session is not None
    session.wall = True
    assert sessions.look(token, 2 * IDLE_SECONDS) is not None
    assert sessions.look(token, WALL_SECONDS) is None


def test_the_walls_session_is_kept_only_by_a_form_of_ours(manager: Browser) -> None:
    assert manager.client.post("/wall/keep", data={"form_token": "guessed"}).status_code == 403
    assert manager.client.get("/statistics").status_code == 200
