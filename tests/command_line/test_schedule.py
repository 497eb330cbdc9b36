"""`nobat schedule` writes what the clinic's web site and its entrance show."""

import csv
import io
import json
import re
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pypdfium2
import pytest

from command_line import operator
from command_line.schedule import command
from command_line.schedule.files import BOM
from tests.command_line.clinic import Nobat

KOSAR = Path(__file__).parents[2] / "sites" / "kosar_clinic.toml"
NOW = datetime(2026, 11, 22, 7, tzinfo=ZoneInfo("Asia/Tehran"))
SATURDAY = "1405/09/07"
BEFORE_A_HOLIDAY = "1405/09/28"  # with 1405/10/02 in its week
A3_POINTS = (841.89, 1190.55)
OUTSIDE = re.compile(r"https?:|//[a-z]|@import|<script|<link|<img|<iframe", re.IGNORECASE)
WITHIN_KB = 100
"""A page on a slow telephone line."""


@pytest.fixture
def kosar(nobat: Nobat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nobat:
    """The command beside a ledger that has the Kosar clinic's site file, on 1405/09/01; no store runs."""
    monkeypatch.setattr(operator, "CONNECT_WITHIN_SECONDS", 0.2)
    monkeypatch.setattr(command, "time", SimpleNamespace(time=NOW.timestamp))
    settings = tmp_path / "operator.toml"
    database = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    settings.write_text(f'schema = 1\nsite = "kosar"\ndatabase = "{database}"\n[broker]\nport = 1\n', encoding="utf-8")
    monkeypatch.setenv("NOBAT_OPERATOR", str(settings))
    assert nobat("load", KOSAR).status == 0
    return nobat


def written(nobat: Nobat, folder: Path, format_: str, *arguments: object, date: str = SATURDAY) -> bytes:
    """What `nobat schedule` writes in this format."""
    said = nobat("schedule", "--format", format_, "--date", date, "--out", folder / "out", *arguments)
    assert (said.status, said.out) == (0, ""), said.err
    return (folder / "out").read_bytes()


def test_the_page_tells_doctors_hours_and_how_to_book_in_persian(kosar: Nobat, tmp_path: Path) -> None:
    page = written(kosar, tmp_path, "html").decode()
    assert '<html lang="fa" dir="rtl">' in page
    for words in (
        "کلینیک کوثر اراک",
        "شنبه ۷ آذر",
        "دکتر سارا احمدی",
        "۸:۰۰ تا ۱۲:۳۰",
        "۰۸۶-۳۲۲۴۰۰۶۶",
        'href="tel:08632240066"',
    ):
        assert words in page
    visible = re.sub(r"<style>.*?</style>|<[^>]*>", "", page, flags=re.DOTALL)
    assert re.search("[0-9يك]", visible) is None


@pytest.mark.parametrize(("digits", "doctor", "department", "anybody"), [(2, "۰۱", "۱۱", "۰۰"), (3, "۰۰۱", "۰۱۱", "۰۰۰")])
def test_codes_are_written_with_as_many_digits_as_the_telephone_asks_for(
    kosar: Nobat, tmp_path: Path, digits: int, doctor: str, department: str, anybody: str
) -> None:
    """Who presses fewer waits until the telephone takes them for all."""
    site = KOSAR.read_text(encoding="utf-8")
    for whose in ("department", "doctor"):
        assert f"{whose}_digits = 2" in site
        site = site.replace(f"{whose}_digits = 2", f"{whose}_digits = {digits}")
    (tmp_path / "site.toml").write_text(site, encoding="utf-8")
    assert kosar("load", tmp_path / "site.toml").status == 0
    page = written(kosar, tmp_path, "html").decode()
    assert set(re.findall('class="code">([^<]+)<', page)) >= {doctor}
    assert {len(code) for code in re.findall('class="(?:code|place)">([^<]+)<', page)} == {digits}
    assert f'class="place">{department}<' in page
    assert f"؛ {anybody}: " in page
    document = pypdfium2.PdfDocument(written(kosar, tmp_path, "banner"))
    banner = document[0].get_textpage().get_text_bounded()
    document.close()
    assert doctor in banner
    assert department in banner


def test_no_request_leaves_the_page(kosar: Nobat, tmp_path: Path) -> None:
    page = written(kosar, tmp_path, "html").decode()
    assert re.sub(r"url\(data:font/woff2;base64,[^)]*\)", "", page) != page
    assert OUTSIDE.search(re.sub(r"url\(data:[^)]*\)", "", page)) is None
    assert "default-src 'none'" in page


def test_the_page_is_small_enough_for_a_slow_line(kosar: Nobat, tmp_path: Path) -> None:
    assert len(written(kosar, tmp_path, "html")) < WITHIN_KB * 1024


def test_a_holiday_is_named_on_its_day(kosar: Nobat, tmp_path: Path) -> None:
    page = written(kosar, tmp_path, "html", date=BEFORE_A_HOLIDAY).decode()
    assert "ولادت امام علی (ع)" in page


@pytest.mark.parametrize(("language", "words"), [("fa", "هنوز اعلام نشده"), ("en", "Not known yet")])
def test_at_a_nowruz_that_is_not_loaded_nobody_is_shown_as_receiving(
    kosar: Nobat, tmp_path: Path, language: str, words: str
) -> None:
    page = written(kosar, tmp_path, "html", "--language", language, date="1407/01/01").decode()
    assert page.count(words) == 6  # and the Friday is closed
    assert 'class="row ' not in page
    told = json.loads(written(kosar, tmp_path, "json", date="1407/01/01"))
    assert [day["known"] for day in told["days"]].count(False) == 6
    assert [day["sessions"] for day in told["days"]] == [[]] * 7


def test_a_day_that_is_over_is_a_mistake(kosar: Nobat) -> None:
    said = kosar("schedule", "--format", "json", "--date", "1405/08/30")
    assert (said.status, said.out) == (2, "")
    assert "1405/08/30 is over" in said.err


def test_a_sites_own_words_cannot_write_into_the_page(kosar: Nobat, tmp_path: Path) -> None:
    hostile = tmp_path / "site.toml"
    named = KOSAR.read_text(encoding="utf-8").replace("دکتر سارا احمدی", "<script>alert(1)</script>")
    hostile.write_text(named, encoding="utf-8")
    assert kosar("load", hostile).status == 0
    page = written(kosar, tmp_path, "html").decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_the_page_speaks_english_too(kosar: Nobat, tmp_path: Path) -> None:
    page = written(kosar, tmp_path, "html", "--language", "en").decode()
    assert '<html lang="en" dir="ltr">' in page
    assert "Dr Sara Ahmadi" in page


def test_the_banner_is_one_a3_sheet(kosar: Nobat, tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument(written(kosar, tmp_path, "banner"))
    assert len(document) == 1
    assert document[0].get_size() == pytest.approx(A3_POINTS, abs=0.1)
    document.close()


def test_a_clinic_with_many_departments_still_has_one_sheet(kosar: Nobat, tmp_path: Path) -> None:
    text = KOSAR.read_text(encoding="utf-8")
    many = "".join(
        f'[[departments]]\ncode = {code}\nname = {{ fa = "درمانگاه {code}" }}\nstages = ["reception", "cashier"]\n'
        f"booked_range = [{code * 100}, {code * 100 + 49}]\nwalk_in_range = [{code * 100 + 50}, {code * 100 + 99}]\n"
        'weekly = [{ days = ["saturday"], starts = "08:00", ends = "09:00", phone = 4, walk_in = 4 }]\n'
        for code in range(30, 50)
    )
    (tmp_path / "many.toml").write_text(text + many, encoding="utf-8")
    loaded = kosar("load", tmp_path / "many.toml")
    assert loaded.status == 0, loaded.err
    document = pypdfium2.PdfDocument(written(kosar, tmp_path, "banner"))
    assert len(document) == 1
    assert "درمانگاه ۴۹" in document[0].get_textpage().get_text_bounded()
    document.close()


def test_json_has_both_languages_and_machine_dates(kosar: Nobat, tmp_path: Path) -> None:
    told = json.loads(written(kosar, tmp_path, "json"))
    assert told["site"] == {"fa": "کلینیک کوثر اراک", "en": "Kosar Specialty Clinic, Arak"}
    assert [day["jalali"] for day in told["days"]][:2] == ["1405/09/07", "1405/09/08"]
    first = next(one for one in told["days"][0]["sessions"] if one["doctor"] == 1)
    assert (first["department"], first["starts"], first["ends"]) == (11, "08:00", "12:30")


def test_csv_opens_in_excel_as_persian(kosar: Nobat, tmp_path: Path) -> None:
    text = written(kosar, tmp_path, "csv").decode("utf-8")
    assert text.startswith(BOM)
    head, *rows = csv.reader(io.StringIO(text.removeprefix(BOM)))
    assert head[:4] == ["تاریخ", "روز", "کد درمانگاه", "درمانگاه"]
    assert ["1405/09/07", "شنبه", "11", "داخلی", "1", "دکتر سارا احمدی", "08:00", "12:30"] in [row[:8] for row in rows]


def test_without_out_it_goes_to_the_output(kosar: Nobat) -> None:
    said = kosar("schedule", "--format", "json", "--date", SATURDAY)
    assert json.loads(said.out)["phone"] == "086-32240066"


def test_a_folder_that_is_not_there_is_said_in_words(kosar: Nobat, tmp_path: Path) -> None:
    said = kosar("schedule", "--format", "json", "--out", tmp_path / "nowhere" / "page")
    assert said.status == 1
    assert "No such file" in said.err


def test_without_a_ledger_nothing_is_written(nobat: Nobat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "operator.toml"
    settings.write_text(f'schema = 1\nsite = "kosar"\ndatabase = "sqlite:///{tmp_path}/none.sqlite"\n', encoding="utf-8")
    said = nobat("schedule", "--operator", settings, "--out", tmp_path / "page.html")
    assert said.status == 1
    assert "there is no ledger" in said.err
    assert not (tmp_path / "page.html").exists()
