"""The office's statistics: those inside see every count, nothing that leaves holds a small one; whose cover ends is listed."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from booking_store.office_statistics import Days, OfficeFigures
from booking_store.site_file import parse_site
from mqtt.office_contract import RefuseCase
from rules.office import Office
from screen.phrases import load
from staff_console.office.figures_sheets import by_month, sheets
from staff_console.office.figures_view import figures_page
from staff_console.office.periods import Kind, Period, asked, beside, cycles, month, months
from staff_console.office.wording import Wording
from staff_console.rights import RIGHTS, Right, Role
from tests.staff_console.conftest import at_a_desk
from tests.staff_console.insurance_office import OfficeClinic
from tests.staff_console.running import Browser, Console
from tests.store.office import SITE_FILE, InsuranceOffice, family

TODAY = date(2026, 11, 22)  # 1 Azar 1405
SITE = parse_site(SITE_FILE.read_text(encoding="utf-8"), "the example")
AZAR = month(TODAY)


def the_office() -> Office:
    assert SITE.office is not None
    return SITE.office


def wording(language: str = "fa") -> Wording:
    return Wording(SITE, the_office(), load(language))


def figures(
    cases: Mapping[str, Mapping[str, int]] | None = None,
    letters: Mapping[str, int] | None = None,
    days: Days | None = None,
    opened: int = 20,
    **more: object,
) -> OfficeFigures:
    """A month with these counts."""
    tables = {name: {} for name in ("matter", "state", "refusal", "county", "household_size", "paying")} | dict(cases or {})
    people = {name: {} for name in ("nationality", "head_nationality", "document", "sex", "age_band", "disease")}
    none = dict.fromkeys(("issued", "handed_over", "used", "expired", "replaced"), 0)
    about = {"fees_rials": 0, "fees_paid": 0, "opened_on": {TODAY: opened}} | more
    return OfficeFigures(
        first=AZAR.first,
        last=AZAR.last,
        opened=opened,
        cases=tables,
        people=people,
        letters=none | dict(letters or {}),
        days=days or Days(0, None, None, 0),
        **about,  # type: ignore[arg-type]
    )


# ------------------------------------------------------------------------------------------ periods


@pytest.mark.parametrize("typed", ["1405/09", "1405-9", "۱۴۰۵/۰۹", "۱۴۰۵/۹/۱۵", ""])
def test_a_month_in_any_writing_is_that_month(typed: str) -> None:
    assert asked({"on": typed}, the_office(), TODAY) == (Period(Kind.MONTH, "1405-09", TODAY, date(2026, 12, 21)), True)


@pytest.mark.parametrize("typed", ["1405/13", "<script>", "2026-11-22", "' OR 1=1", "1405", "9" * 40])
def test_what_is_no_month_is_todays_and_said_to_be_none(typed: str) -> None:
    assert asked({"on": typed}, the_office(), TODAY) == (AZAR, False)


def test_a_cycle_is_that_of_the_site_file_and_today_lies_in_the_one_that_has_begun() -> None:
    twelve, thirteen = cycles(the_office())
    assert asked({"period": "cycle"}, the_office(), TODAY) == (twelve, True)
    assert asked({"period": "cycle", "on": "۱۳"}, the_office(), TODAY) == (thirteen, True)
    assert asked({"period": "cycle", "on": "99"}, the_office(), TODAY) == (twelve, False)
    assert beside(twelve, the_office(), TODAY) == (None, None)
    assert beside(thirteen, the_office(), date(2027, 3, 1)) == ("12", None)
    assert beside(AZAR, the_office(), TODAY) == ("1405-08", None)
    assert beside(month(date(2026, 4, 1)), the_office(), TODAY) == ("1404-12", "1405-02"), "over the turn of the year"


def test_the_months_of_a_cycle_are_whole_and_end_with_today() -> None:
    found = months(cycles(the_office())[0], TODAY)
    assert (found[0].on, found[-1].on, len(found)) == ("1404-12", "1405-09", 10)


# ------------------------------------------------------------------------------------------ what may leave


def test_outside_a_small_count_is_hidden_with_the_one_that_would_tell_it() -> None:
    found = figures({"county": {"arak": 12, "saveh": 6, "khomein": 2}})
    inside = {one.key: one.rows for one in sheets(found, AZAR, TODAY, wording(), outside=False)}
    outside = {one.key: one.rows for one in sheets(found, AZAR, TODAY, wording(), outside=True)}
    assert inside["cases_by_county"] == (("اراک", 12), ("ساوه", 6), ("خمین", 2))
    assert outside["cases_by_county"] == (("اراک", 10), ("خمین", "پنهان"), ("ساوه", "پنهان"))


def test_outside_no_figure_tells_by_subtraction_what_another_one_hides() -> None:
    """Twenty cases of which eighteen are decided: two are not."""
    found = figures(days=Days(18, 0.4, 2.5, 12), letters={"issued": 16, "handed_over": 14, "used": 9})
    told = {key: value for key, value, _ in found.summary(outside=True)}
    assert told["opened"] == 20
    assert (told["decided"], told["in_time"]) == (None, 10)
    (letters,) = (one.rows for one in sheets(found, AZAR, TODAY, wording(), outside=True) if one.key == "letters")
    assert dict(letters)["تحویل‌شده"] == "پنهان", "all but two"
    assert dict(letters)["استفاده‌شده"] == 10


def test_outside_what_three_households_paid_tells_how_many_they_are() -> None:
    few, many, little = (
        figures(fees_rials=fee * paid, fees_paid=paid) for fee, paid in ((1_500_000, 3), (1_500_000, 9), (1, 9))
    )
    for found, told in ((few, None), (many, 10_000_000), (little, None)):
        assert {key: value for key, value, _ in found.summary(outside=True)}["fees"] == told
        assert {key: value for key, value, _ in found.summary(outside=False)}["fees"] is not None


counts = st.integers(0, 30)


@given(st.integers(0, 40), counts, counts, st.dictionaries(st.sampled_from(["arak", "saveh", "khomein"]), counts.filter(bool)))
def test_nothing_that_leaves_holds_a_count_of_one_to_four(
    opened: int, decided: int, in_time: int, county: dict[str, int]
) -> None:
    decided, in_time = min(decided, opened), min(in_time, decided, opened)
    found = figures({"county": county}, opened=opened, days=Days(decided, 1.0, 2.0, in_time), fees_paid=decided)
    for one in sheets(found, AZAR, TODAY, wording(), outside=True):
        rows = [row for row in one.rows if row[0] not in ("میانهٔ روز تا تصمیم", "از هر ۱۰ پرونده ۹ تا، حداکثر روز")]
        assert not [row for row in rows if isinstance(row[1], int) and row[1] % 5]


def test_outside_a_month_with_few_cases_is_hidden_and_its_neighbour_with_it() -> None:
    cycle = cycles(the_office())[0]
    opened = {date(2026, 3, 25): 9, date(2026, 4, 25): 2, date(2026, 5, 25): 30}
    found = figures(opened=41, opened_on=opened)
    assert sorted(by_month(found, cycle, TODAY, outside=False).values())[-3:] == [2, 9, 30]
    told = by_month(found, cycle, TODAY, outside=True)
    assert [told[one.first] for one in months(cycle, TODAY)[1:4]] == [None, None, 30]


def test_outside_a_month_that_the_year_hides_is_not_what_the_other_months_leave_of_it() -> None:
    """A month of two among months of thirty and nine: its neighbour is told on a page of its own."""
    year, thirty, nine = (
        {key: value for key, value, _ in figures(opened=opened).summary(outside=True)} for opened in (41, 30, 9)
    )
    assert (year["opened"], thirty["opened"], nine["opened"]) == (40, 30, 10)


@pytest.mark.parametrize("language", ["fa", "en"])
def test_ranges_and_states_are_told_in_words_and_in_their_own_order(language: str) -> None:
    found = figures({"household_size": {"10+": 3, "5-6": 8, "1": 9}, "state": {"refused": 9, "requested": 2}})
    told = {one.key: [row[0] for row in one.rows] for one in sheets(found, AZAR, TODAY, wording(language), outside=False)}
    sizes = {"fa": ["۱ نفر", "۵ تا ۶ نفر", "۱۰ نفر و بیشتر"], "en": ["1", "5 to 6", "10 and more"]}
    assert told["cases_by_household_size"] == sizes[language]
    assert told["cases_by_state"] == [load(language)(f"office.state.{one}") for one in ("requested", "refused")]


def test_what_is_hidden_has_no_bar_that_would_be_taken_for_nothing() -> None:
    found, office = figures({"household_size": {"1": 9, "2": 2, "3": 3}}), wording()
    drawn = [figures_page(found, AZAR, TODAY, office, outside=out).charts[-2].chart for out in (False, True)]
    assert [[word.text for word in one.words if word.tone == "name"] for one in drawn] == [
        ["۱", "۲", "۳", "۴", "۵–۶", "۷–۹", "۱۰+"],
        ["۱", "۴", "۵–۶", "۷–۹", "۱۰+"],
    ]


def test_days_are_drawn_for_those_inside_alone() -> None:
    """Of a day a count is nearly always small."""
    found, office = figures({"county": {"arak": 20}}), wording()
    titles = [[one.title for one in figures_page(found, AZAR, TODAY, office, outside=out).charts] for out in (False, True)]
    assert ["پرونده‌های هر روز" in one for one in titles] == [True, False]


# ------------------------------------------------------------------------------------------ the pages


def a_month(office: InsuranceOffice) -> None:
    """Seven cases of a morning: five wait, one has its letter, one was refused."""
    office.at("06:30")
    for _ in range(5):
        office.opens()
    office.handed(office.opens(family(vulnerable=True)))
    office.step(office.opens(family(county="saveh")), RefuseCase(refusal="withdrawn"))


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeClinic]:
    clinic = OfficeClinic(tmp_path_factory.mktemp("office"))
    clinic.before(a_month)
    clinic.open()
    yield clinic
    clinic.close()


@pytest.fixture
def manager(console: Console) -> Browser:
    manager = console.browser(Role.MANAGER)
    manager.until("data-point")
    return manager


@pytest.fixture
def desk(chromium: Chromium, console: Console, manager: Browser) -> Iterator[Page]:
    """The manager at a desk's screen."""
    with at_a_desk(chromium, console, Role.MANAGER) as page:
        yield page


@pytest.mark.parametrize("path", ["/figures", "/figures/tables.csv", "/figures/tables.xlsx"])
def test_only_who_may_count_cases_sees_the_statistics(console: Console, path: str) -> None:
    for role in Role:
        status = console.browser(role).client.get(path).status_code
        assert status == (200 if Right.COUNT_CASES in RIGHTS[role] else 403), role


def test_the_page_shows_every_count_and_its_view_for_outside_and_its_files_none_that_is_small(manager: Browser) -> None:
    inside, outside = (manager.page(f"/figures?on=1405/09{more}") for more in ("", "&for=outside"))
    assert re.search(r'<th scope="row">ساوه</th><td>۱</td>', inside)
    assert re.search(r'<th scope="row">ساوه</th><td class="hidden-count">پنهان</td>', outside)
    table = list(csv.reader(io.StringIO(manager.client.get("/figures/tables.csv?on=1405/09").content.decode("utf-8-sig"))))
    assert ["در یک نگاه", "پروندهٔ گشوده‌شده", "5"] in [row[:3] for row in table]
    assert ["شهرستان", "ساوه", "پنهان"] in [row[:3] for row in table]
    assert not {"1", "2", "3", "4"} & {row[2] for row in table if len(row) > 2 and row[1] != "میانهٔ روز تا تصمیم"}
    book = load_workbook(io.BytesIO(manager.client.get("/figures/tables.xlsx?on=1405/09").content))
    assert book["شهرستان"]["B2"].value == "پنهان"
    assert book.worksheets[0].sheet_view.rightToLeft


def test_a_cycle_has_its_months_and_a_month_without_cases_says_so(manager: Browser) -> None:
    cycle = manager.page("/figures?period=cycle&on=12")
    assert "آمار پرونده‌ها · دورهٔ ۱۲" in cycle
    assert re.search(r'<th scope="row">آذر ۱۴۰۵</th><td>۷</td>', cycle)
    assert "در این مدت پرونده‌ای باز نشده است." in manager.page("/figures?on=1405/08")
    assert "را نشناختیم" in manager.page("/figures?on=<script>")


@pytest.mark.parametrize("path", ["/figures", "/figures?period=cycle&for=outside", "/batches", "/due"])
def test_axe_finds_nothing_and_a_telephone_is_wide_enough(desk: Page, path: str) -> None:
    for language in ("fa", "en"):
        desk.goto(f"/language/{language}")
        desk.goto(path)
        assert serious(desk) == []
    desk.set_viewport_size({"width": 390, "height": 800})
    assert desk.evaluate("document.documentElement.scrollWidth") <= 390
    assert serious(desk) == []
    desk.goto("/language/fa")


def serious(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in violations if one["impact"] in {"serious", "critical"}]


def test_on_paper_the_menu_is_gone_and_the_site_is_named(desk: Page) -> None:
    desk.goto("/figures")
    desk.emulate_media(media="print")
    for gone in (".head", ".sections", ".choose"):
        expect(desk.locator(gone)).to_be_hidden()
    expect(desk.locator(".paper-site")).to_be_visible()
    assert desk.pdf(format="A4").startswith(b"%PDF")
