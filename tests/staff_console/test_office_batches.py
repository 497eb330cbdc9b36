"""Questions leave in a file and answers come back by the pages: all of a file or nothing, each thing once, and who takes
names away is written down."""

import asyncio
import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from openpyxl import Workbook, load_workbook
from starlette.requests import Request
from starlette.types import Message

from mqtt.office_contract import DepartmentAnswer, HearBatch
from office.questions_file import headings
from rules.inquiries import Result, reference
from screen.phrases import load
from staff_console.guard import LARGEST_FILE_BYTES, LARGEST_FORM_BYTES
from staff_console.rights import RIGHTS, Right, Role
from tests.staff_console.forms import rows
from tests.staff_console.insurance_office import OfficeClinic
from tests.staff_console.running import Browser, Console

HOUSEHOLDS = 4
PEOPLE = 3 * HOUSEHOLDS
COVERED, NOT_FOUND = (load("fa")(f"office.result.{one.value}") for one in (Result.COVERED, Result.NOT_FOUND))


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeClinic]:
    clinic = OfficeClinic(tmp_path_factory.mktemp("office"))
    clinic.open()
    yield clinic
    clinic.close()


@pytest.fixture
def officer(console: Console) -> Browser:
    """An officer, when the pages know of the office."""
    officer = console.browser(Role.OFFICER)
    officer.until("data-point")
    return officer


def posted(browser: Browser, to: str, **form: Any) -> httpx.Response:
    return browser.client.post(to, data={"form_token": browser.form_token(), **form}, follow_redirects=True)


@dataclass(frozen=True)
class Batch:
    """One that left a moment ago: its number, and the ids of its questions."""

    number: int
    asked: tuple[int, ...]

    def reference(self, place: int) -> str:
        return reference(self.asked[place])


@pytest.fixture
def batch(clinic: OfficeClinic, officer: Browser) -> Batch:
    """Some households' questions, made into a batch by an officer."""
    clinic.ask_department(HOUSEHOLDS)
    assert make(officer, fresh(officer)).status_code == 200
    ((number,),) = rows(clinic, "SELECT max(id) FROM batches")
    return Batch(number, asked_in(clinic, number))


def asked_in(clinic: OfficeClinic, batch: int) -> tuple[int, ...]:
    found = rows(clinic, "SELECT id FROM inquiries WHERE batch = ? ORDER BY id", str(batch))
    return tuple(row[0] for row in found)


def fresh(officer: Browser) -> str:
    """The id of the form that makes a batch."""
    request = re.search(r'name="request" value="([0-9a-f]{32})"', officer.page("/batches"))
    assert request is not None
    return request[1]


def make(officer: Browser, request: str) -> httpx.Response:
    return posted(officer, "/batches/make", request=request)


def questions(officer: Browser, batch: Batch) -> bytes:
    """Its file."""
    return posted(officer, f"/batches/{batch.number}/file", kind="csv").content


def chosen(officer: Browser, content: bytes, name: str = "answers.csv") -> tuple[str, str]:
    """A file of answers is chosen; its address, and its page."""
    form, files = {"form_token": officer.form_token()}, {"file": (name, content)}
    shown = officer.client.post("/batches/answers", data=form, files=files, follow_redirects=True)
    assert shown.status_code == 200, shown.text
    return str(shown.url.path), shown.text


def filled(questions: bytes, words: str = COVERED) -> bytes:
    """The department's answer: the last column of our own file is filled."""
    table = list(csv.reader(io.StringIO(questions.decode("utf-8-sig"))))
    for row in table[1:]:
        row[-1] = words
    text = io.StringIO()
    csv.writer(text).writerows(table)
    return text.getvalue().encode("utf-8-sig")


def results(clinic: OfficeClinic, batch: Batch) -> list[str | None]:
    found = rows(clinic, "SELECT result FROM inquiries WHERE batch = ? ORDER BY id", str(batch.number))
    return [row[0] for row in found]


def told(clinic: OfficeClinic) -> tuple[int, int]:
    """How often a case went on because the department answered, and how many texts said so."""
    ((steps,),) = rows(clinic, "SELECT count(*) FROM case_steps WHERE act = 'hear_department'")
    ((texts,),) = rows(clinic, "SELECT count(*) FROM texts WHERE kind = 'answered'")
    return steps, texts


# --------------------------------------------------------------------------------------- who, and where


@pytest.mark.parametrize("path", ["/batches", "/due"])
def test_a_site_without_an_office_and_who_has_no_right_has_no_such_page(console: Console, path: str) -> None:
    right = Right.EXCHANGE_BATCHES if path == "/batches" else Right.SEE_CASES
    for role in Role:
        status = console.browser(role).client.get(path).status_code
        assert status == (200 if right in RIGHTS[role] else 403), role


# --------------------------------------------------------------------------------------- to the department


def test_what_waits_leaves_once_in_a_file_that_can_be_taken_again_and_each_taking_is_written_down(
    clinic: OfficeClinic, officer: Browser
) -> None:
    clinic.ask_department(HOUSEHOLDS)
    assert "۱۲ نفر از ۴ پرونده" in officer.page("/batches")
    ((before,),) = rows(clinic, "SELECT count(*) FROM batches")
    request = fresh(officer)
    for _ in range(2):
        assert make(officer, request).status_code == 200
    ((number, people, by),) = rows(clinic, "SELECT id, rows, made_by FROM batches ORDER BY id DESC LIMIT 1")
    assert number == before + 1
    assert (people, by) == (PEOPLE, "officer")
    assert "کسی منتظر فهرست بعدی نیست" in officer.page("/batches")
    taken = [posted(officer, f"/batches/{number}/file", kind=kind) for kind in ("csv", "xlsx", "csv")]
    assert taken[0].content == taken[2].content
    table = list(csv.reader(io.StringIO(taken[0].content.decode("utf-8-sig"))))
    assert tuple(table[0]) == headings()
    assert [row[0] for row in table[1:]] == [reference(one) for one in asked_in(clinic, number)]
    sheet = load_workbook(io.BytesIO(taken[1].content)).worksheets[0]
    assert [row[2] for row in sheet.iter_rows(values_only=True)][1:4] == ["گل‌محمد رحیمی", "زهرا رحیمی", "مریم رحیمی"]
    trail = rows(clinic, "SELECT who, details FROM audit WHERE what = 'batch_taken' ORDER BY id DESC LIMIT 3")
    assert [one[0] for one in trail] == ["operator:officer"] * 3
    assert all(f'"batch":{number}' in one[1] for one in trail)


def test_a_batch_that_is_none_gives_no_file(officer: Browser) -> None:
    answer = posted(officer, "/batches/777/file", kind="csv")
    assert "چنین فهرستی نیست" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


def test_with_nothing_to_ask_no_batch_is_made(clinic: OfficeClinic, officer: Browser, batch: Batch) -> None:
    assert "استعلامی نمانده است" in make(officer, "0" * 32).text
    assert posted(officer, "/batches/make", request="guessed").status_code == 400


# ------------------------------------------------------------------------------------- from the department


def test_a_file_is_shown_first_then_sent_and_what_came_back_is_on_the_officers_work_list(
    clinic: OfficeClinic, officer: Browser, batch: Batch
) -> None:
    address, page = chosen(officer, filled(questions(officer, batch)))
    assert "۱۲ ردیف خوانده شد" in page
    assert results(clinic, batch) == [None] * PEOPLE, "nothing is written before somebody sends it"
    page = posted(officer, f"{address}/send").text
    assert "پاسخ‌ها ثبت شد" in page
    assert re.search(r"<dt>ثبت شد</dt><dd>۱۲</dd>", page)
    assert results(clinic, batch) == ["covered"] * PEOPLE
    back = officer.page("/batches")
    for (case,) in rows(clinic, "SELECT DISTINCT case_id FROM inquiries WHERE batch = ?", str(batch.number)):
        assert re.search(rf'href="/cases/{case}">[^<]*</a></th><td>نقص مدارک هویتی</td><td>دارای پوشش ۳</td>', back)
    assert "پاسخ همه رسیده" in back


def test_a_file_that_is_sent_twice_or_chosen_twice_is_written_once(
    clinic: OfficeClinic, officer: Browser, batch: Batch
) -> None:
    steps, texts = told(clinic)
    content = filled(questions(officer, batch))
    address, _ = chosen(officer, content)
    for _ in range(2):
        page = posted(officer, f"{address}/send").text
        assert re.search(r"<dt>ثبت شد</dt><dd>۱۲</dd>", page)
    again, _ = chosen(officer, content)
    page = posted(officer, f"{again}/send").text
    assert re.search(r"<dt>ثبت شد</dt><dd>۰</dd>", page)
    assert re.search(r"<dt>پیش‌تر گفته شده بود</dt><dd>۱۲</dd>", page)
    assert told(clinic) == (steps + HOUSEHOLDS, texts + HOUSEHOLDS)


def test_what_differs_and_what_nobody_asked_is_told_line_by_line_and_changes_nothing(
    clinic: OfficeClinic, officer: Browser, batch: Batch
) -> None:
    clinic.ask(HearBatch(answers=(DepartmentAnswer(inquiry=batch.asked[1], result=Result.NOT_FOUND),)))
    lines = [(batch.reference(0), COVERED), (batch.reference(1), COVERED), (reference(90_000), COVERED)]
    address, _ = chosen(officer, with_rows(*(",".join(line) for line in lines)))
    page = posted(officer, f"{address}/send").text
    assert page.count("</th><td><bdi") == 2, "two answers for somebody to look into"
    assert results(clinic, batch)[:3] == ["covered", "not_found", None]
    report = officer.client.get(f"{address}/report.csv")
    assert report.headers["content-type"].startswith("text/csv")
    table = list(csv.reader(io.StringIO(report.content.decode("utf-8-sig"))))[1:]
    became = [load("fa")(f"office.answers.became.{one}") for one in ("applied", "different", "unknown")]
    assert [row[:4] for row in table] == [
        [str(number), *line, words] for number, line, words in zip((2, 3, 4), lines, became, strict=True)
    ]
    ((case,),) = rows(clinic, "SELECT case_id FROM inquiries WHERE id = ?", str(batch.asked[1]))
    assert table[1][4:] == [NOT_FOUND, str(case)]


def with_rows(*lines: str) -> bytes:
    return "\n".join(["شناسهٔ استعلام,نتیجه", *lines]).encode()


def workbook(*lines: tuple[str, str]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in [("شناسهٔ استعلام", "نتیجه"), *lines]:
        sheet.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("made", "line", "words"),
    [
        (lambda one, _: with_rows(f"{one},{COVERED}").decode().encode("cp1256", "ignore"), "۱", "UTF-8 نیست"),
        (lambda one, _: f"شناسه,نتیجه\n{one},{COVERED}".encode(), "۱", "ستون «شناسهٔ استعلام» نیست"),
        (lambda one, _: with_rows(f"{one},{COVERED}", f"{one},{COVERED}"), "۳", "پیش‌تر در همین فایل آمده است"),
        (lambda one, two: with_rows(f"{one},{COVERED}", f"{two},=1+1"), "۳", "فرمول"),
        (lambda one, two: workbook((one, COVERED), (two, '=IF(1,"ناقص","")')), "۳", "فرمول"),
        (lambda _, __: with_rows("123456,ناقص"), "۲", "شناسهٔ استعلام درست نیست"),
        (lambda one, two: with_rows(f"{one},{COVERED}", f"{two},شاید"), "۳", "نتیجهٔ «شاید» شناخته نیست"),
    ],
)
def test_a_broken_file_is_told_line_by_line_and_changes_nothing(
    clinic: OfficeClinic, officer: Browser, batch: Batch, made: Callable[[str, str], bytes], line: str, words: str
) -> None:
    address, page = chosen(officer, made(batch.reference(0), batch.reference(1)))
    assert re.search(rf'<th scope="row">{line}</th><td>[^<]*{words}', page), page
    assert f'action="{address}/send"' not in page
    posted(officer, f"{address}/send")
    assert results(clinic, batch) == [None] * PEOPLE
    report = list(csv.reader(io.StringIO(officer.client.get(f"{address}/report.csv").content.decode("utf-8-sig"))))
    assert words in report[1][1]


def test_what_is_wrong_with_a_whole_file_is_told_without_a_line(officer: Browser) -> None:
    address, page = chosen(officer, b"PK\x03\x04 this is no workbook")
    assert "<p>این فایل جدول CSV یا XLSX نیست.</p>" in page
    assert '<th scope="row">' not in page
    report = list(csv.reader(io.StringIO(officer.client.get(f"{address}/report.csv").content.decode("utf-8-sig"))))
    assert report[1] == ["", "این فایل جدول CSV یا XLSX نیست."]


def test_arabic_letters_and_persian_digits_are_understood_and_shown_before_they_are_sent(
    clinic: OfficeClinic, officer: Browser, batch: Batch
) -> None:
    digits = batch.reference(0).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    content = f"شناسهٔ استعلام;نتيجه\n{digits};دارای پوشش\n{batch.reference(1)};يافت نشد\n".encode()
    address, page = chosen(officer, content)
    assert "ی یا ک عربی دارد" in page
    assert "رقم فارسی یا عربی دارد" in page
    posted(officer, f"{address}/send")
    assert results(clinic, batch)[:2] == ["covered", "not_found"]


def test_a_file_is_its_officers_alone(console: Console, officer: Browser, batch: Batch) -> None:
    address, _ = chosen(officer, with_rows(f"{batch.reference(0)},{COVERED}"))
    reviewer = console.browser(Role.REVIEWER)
    for path in (address, f"{address}/report.csv", "/batches/answers/guessed"):
        assert reviewer.client.get(path).status_code == 404
    assert posted(reviewer, f"{address}/send").status_code == 404


def test_no_file_is_no_answer(officer: Browser) -> None:
    assert "فایلی انتخاب نشده است" in posted(officer, "/batches/answers").text
    _, page = chosen(officer, with_rows())
    assert "در این فایل پاسخی نیست" in page


def test_where_the_store_is_away_half_way_the_rest_is_sent_after_and_nothing_twice(
    clinic: OfficeClinic, officer: Browser, batch: Batch
) -> None:
    address, _ = chosen(officer, filled(questions(officer, batch)))
    clinic.store.kill()
    page = posted(officer, f"{address}/send").text
    assert "سامانه پاسخ نداد" in page
    clinic.store.start()
    page = posted(officer, f"{address}/send").text
    assert re.search(r"<dt>ثبت شد</dt><dd>۱۲</dd>", page), page
    assert results(clinic, batch) == ["covered"] * PEOPLE


def test_the_largest_file_that_is_taken_in_is_on_no_disk_while_it_is_read() -> None:
    content = b"x" * (LARGEST_FILE_BYTES["/batches/answers"] - LARGEST_FORM_BYTES // 2)
    sent = httpx.Request("POST", "http://office/batches/answers", files={"file": ("answers.csv", content)})
    body = sent.read()

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def read() -> Any:
        headers = [(b"content-type", sent.headers["content-type"].encode())]
        return (await Request({"type": "http", "method": "POST", "headers": headers}, receive).form())["file"]

    chosen = asyncio.run(read())
    assert chosen.size == len(content)
    assert not chosen.file._rolled  # as tempfile calls what went to the disk
