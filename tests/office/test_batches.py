"""Questions leave in a file and their answers come back: all of them, or a report of every line and nothing is changed."""

import csv
import io
import zipfile
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from office.answers_file import NOTES, Answers, Line, Problem, read_answers, sentence
from office.questions_file import COLUMNS, QuestionRow, as_csv, as_xlsx, headings
from rules.inquiries import Result, reference
from screen.phrases import load

MANY = 10_000


def rows(count: int) -> list[QuestionRow]:
    return [
        QuestionRow(
            reference(number), "1234567", f"مریم رحیمی {number}", "نورمحمد", "فرزند", "1394/07/18", "افغانستان", "کارت آمایش",
            f"17{number:08}", f"1{number:011}", f"9{number:09}",
        )
        for number in range(1, count + 1)
    ]  # fmt: skip


def answered(xlsx: bool, count: int, words: dict[Result, str]) -> tuple[bytes, dict[int, Result]]:
    """The department fills the last column of our own file."""
    chance = Random(1)  # noqa: S311  the same answers in each run
    results = {number: chance.choice(list(Result)) for number in range(1, count + 1)}
    if not xlsx:
        table = list(csv.reader(io.StringIO(as_csv(rows(count)).decode("utf-8-sig"))))
        for number, row in enumerate(table[1:], 1):
            row[-1] = words[results[number]]
        text = io.StringIO()
        csv.writer(text).writerows(table)
        return text.getvalue().encode("utf-8-sig"), results
    book = load_workbook(io.BytesIO(as_xlsx(rows(count))), read_only=True)
    filled = Workbook(write_only=True)
    sheet = filled.create_sheet()
    for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True)):
        sheet.append(row if number == 0 else [*row[: len(COLUMNS) - 1], words[results[number]]])
    file = io.BytesIO()
    filled.save(file)
    return file.getvalue(), results


@pytest.mark.parametrize(("xlsx", "count"), [(False, MANY), (True, MANY // 5)])
def test_ten_thousand_questions_come_back_answered(xlsx: bool, count: int) -> None:
    words = {one: load("fa")(f"office.result.{one.value}") for one in Result}
    content, results = answered(xlsx, count, words)
    read = read_answers(content)
    assert (read.problems, read.notes, read.rows) == ((), (), count)
    assert {one.inquiry: one.result for one in read.answers} == results


def with_rows(*lines: str) -> bytes:
    return "\n".join([",".join(headings()), *lines]).encode()


def line(asked: str, said: str) -> str:
    return ",".join([asked, *[""] * (len(COLUMNS) - 2), said])


ONE = reference(1)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", Line(1, Problem.EMPTY)),
        ("نتیجه,کد\nx,1".encode(), Line(1, Problem.MISSING_COLUMN, "شناسهٔ استعلام")),
        ("نتیجه,شناسهٔ استعلام\nناقص,".encode(), Line(2, Problem.NO_REFERENCE)),
        (with_rows(line("123456", "ناقص")), Line(2, Problem.WRONG_REFERENCE)),
        (with_rows(line(ONE, "")), Line(2, Problem.NO_RESULT)),
        (with_rows(line(ONE, "شاید")), Line(2, Problem.UNKNOWN_RESULT, "شاید")),
        (with_rows(line(ONE, "=1+1")), Line(2, Problem.FORMULA)),
        (with_rows(line(ONE, "ناقص"), line(reference(2), "ناقص"), line(ONE, "ناقص")), Line(4, Problem.DOUBLED, ONE)),
        (with_rows(line(ONE, "ناقص")).decode().encode("cp1256", "ignore"), Line(1, Problem.ENCODING)),
        (with_rows(line(ONE, "ناقص")).decode().encode("utf-16"), Line(1, Problem.ENCODING)),
        (b"PK\x03\x04 this is no workbook", Line(0, Problem.NOT_A_TABLE)),
        (b"x" * (20 * 1024 * 1024 + 1), Line(0, Problem.TOO_LARGE)),
    ],
)
def test_a_broken_file_is_reported_line_by_line_and_answers_nothing(content: bytes, told: Line) -> None:
    read = read_answers(content)
    assert read.answers == ()
    assert told in read.problems
    assert sentence(told, "fa")
    assert sentence(told, "en")


def workbook(*lines: list[object]) -> bytes:
    book = Workbook()
    for one in lines:
        book.active.append(one)  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def torn_in(part: str, whole: bytes) -> bytes:
    """A workbook of which this part ends in the middle."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as packed, zipfile.ZipFile(file, "w") as torn:
        for name in packed.namelist():
            content = packed.read(name)
            torn.writestr(name, content[: len(content) // 2] if name == part else content)
    return file.getvalue()


def test_a_workbook_that_is_torn_is_reported_wherever_the_tear_is() -> None:
    whole = workbook(["شناسهٔ استعلام", "نتیجه"], [ONE, "covered"])
    no_table = Answers(problems=(Line(0, Problem.NOT_A_TABLE),))
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"):
        assert read_answers(torn_in(part, whole)) == no_table, part
    for place in range(60, len(whole), 41):
        flipped = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        assert isinstance(read_answers(flipped), Answers), place


def test_somebodys_code_in_the_column_of_the_reference_is_no_reference() -> None:
    codes = [f"1000123456{last:02}" for last in range(100)]
    read = read_answers(with_rows(*(line(code, "ناقص") for code in codes)))
    assert {one.problem for one in read.problems} == {Problem.WRONG_REFERENCE}
    assert len(read.problems) == len(codes)


def test_one_bad_row_keeps_all_the_others_from_being_applied() -> None:
    read = read_answers(with_rows(*(line(reference(number), "ناقص") for number in range(1, 50)), line(reference(50), "بله")))
    assert (read.answers, len(read.problems), read.rows) == ((), 1, 50)


def test_a_formula_in_a_workbook_is_no_answer() -> None:
    content = workbook(["شناسهٔ استعلام", "نتیجه"], [ONE, '=IF(1,"ناقص","")'])
    assert read_answers(content).problems == (Line(2, Problem.FORMULA),)


def test_arabic_letters_and_persian_digits_are_understood_and_noted_for_the_officer_to_see() -> None:
    digits = ONE.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    content = f"شناسهٔ استعلام;نتيجه\n{digits};دارای پوشش\n{reference(2)};يافت نشد\n".encode()
    read = read_answers(content)
    assert read.problems == ()
    assert [(one.line, one.problem) for one in read.notes] == [
        (1, Problem.ARABIC_LETTERS),
        (2, Problem.PERSIAN_DIGITS),
        (3, Problem.ARABIC_LETTERS),
    ]
    assert [one.result for one in read.answers] == [Result.COVERED, Result.NOT_FOUND]
    assert read.lines == (2, 3)
    assert {one.problem for one in read.notes} <= NOTES


def test_a_spreadsheet_that_made_numbers_of_the_references_is_understood() -> None:
    content = workbook(["شناسهٔ استعلام", "نتیجه"], [float(ONE), "covered"])
    assert [one.inquiry for one in read_answers(content).answers] == [1]


def test_nothing_that_somebody_was_called_is_computed_by_a_spreadsheet() -> None:
    (row,) = rows(1)
    evil = QuestionRow(row.reference, "=1+1", "=cmd|' /C calc'!A0", "+x", "-x", "@x", "\tx", *[""] * 4)
    text = as_csv([evil]).decode("utf-8-sig")
    assert all(not cell.startswith(("=", "+", "-", "@", "\t")) for cell in list(csv.reader(io.StringIO(text)))[1])
    sheet = load_workbook(io.BytesIO(as_xlsx([evil]))).worksheets[0]
    assert not [cell for cell in sheet[2] if cell.data_type == "f"]


@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_read_or_reported(content: bytes) -> None:
    read = read_answers(content)
    assert isinstance(read, Answers)
    assert read.answers == () or not read.problems
