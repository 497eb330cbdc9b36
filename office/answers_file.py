"""The insurance department's answers: a CSV or XLSX file read as a whole, with a report of each line, before any is applied.

A file with one mistake applies nothing: whoever corrects it sends all of it again, and what was applied before is not applied
twice. What was understood though it was written otherwise (Arabic ي ك, Persian digits) is noted, and applied only when an
officer has seen the notes.
"""

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from mqtt.office_contract import DepartmentAnswer
from office.questions_file import BOM, FORMULA, LANGUAGE
from rules.digits import fold_digits
from rules.inquiries import Result, inquiry_of
from rules.spelling import ARABIC_LETTERS, fold_letters, search_words
from screen.phrases import load

BYTES_MOST: Final = 20 * 1024 * 1024
UNPACKED_MOST: Final = 200 * 1024 * 1024
ROWS_MOST: Final = 100_000
PROBLEMS_MOST: Final = 500
"""Told; a file with more is another file."""
ZIP: Final = b"PK\x03\x04"
NO_WORKBOOK: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, OSError),  # the packing
    *(ParseError, InvalidFileException, LookupError, TypeError, ValueError, AttributeError),  # what is packed
)
"""What openpyxl ends with when the file is torn, or none of its kind: it reads on until something does not fit."""
_NEEDED: Final = ("reference", "result")


class Problem(StrEnum):
    """What is wrong with a row, or with the file; each has its sentence ([office.file])."""

    TOO_LARGE = "too_large"
    NOT_A_TABLE = "not_a_table"
    ENCODING = "encoding"  # not UTF-8
    EMPTY = "empty"
    MISSING_COLUMN = "missing_column"
    NO_REFERENCE = "no_reference"
    WRONG_REFERENCE = "wrong_reference"  # a digit of it is wrong
    NO_RESULT = "no_result"
    UNKNOWN_RESULT = "unknown_result"
    FORMULA = "formula"
    DOUBLED = "doubled"  # the reference stands in an earlier row too
    # notes
    ARABIC_LETTERS = "arabic_letters"
    PERSIAN_DIGITS = "persian_digits"


NOTES: Final = frozenset({Problem.ARABIC_LETTERS, Problem.PERSIAN_DIGITS})


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be told of one line of the file, counted from 1 with the headings; `said`: the word or column in question,
    never anything of a person."""

    line: int
    problem: Problem
    said: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a file says. `answers` are there only where no line has a problem, each with its line; `notes` are seen first."""

    answers: tuple[DepartmentAnswer, ...] = ()
    lines: tuple[int, ...] = ()
    problems: tuple[Line, ...] = ()
    notes: tuple[Line, ...] = ()
    rows: int = 0


def read_answers(content: bytes) -> Answers:
    """Read a whole file, whichever of the two kinds it is."""
    if len(content) > BYTES_MOST:
        return Answers(problems=(Line(0, Problem.TOO_LARGE),))
    try:
        rows = list(_of_xlsx(content) if content.startswith(ZIP) else _of_csv(content))
    except _BrokenError as broken:
        return Answers(problems=(broken.line,))
    return _judged(rows)


def sentence(line: Line, language: str) -> str:
    """A line of the report in a reader's language."""
    return load(language)(f"office.file.{line.problem.value}", said=line.said)


# --------------------------------------------------------------------------------------------- rows


class _BrokenError(Exception):
    """The file as a whole cannot be read."""

    def __init__(self, line: Line) -> None:
        super().__init__(line.problem)
        self.line = line


@dataclass(frozen=True, slots=True)
class _Cell:
    words: str
    formula: bool = False


def _of_csv(content: bytes) -> Iterator[Sequence[_Cell]]:
    try:
        text = content.decode("utf-8").removeprefix(BOM)
    except UnicodeDecodeError as problem:
        raise _BrokenError(Line(content.count(b"\n", 0, problem.start) + 1, Problem.ENCODING)) from problem
    if "\0" in text:
        raise _BrokenError(Line(1, Problem.ENCODING))
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            yield [_Cell(value, value.startswith(FORMULA)) for value in row]
    except csv.Error as problem:
        raise _BrokenError(Line(1, Problem.NOT_A_TABLE)) from problem


def _of_xlsx(content: bytes) -> Iterator[Sequence[_Cell]]:
    file = io.BytesIO(content)
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(one.file_size for one in packed.infolist()) > UNPACKED_MOST:
                raise _BrokenError(Line(0, Problem.TOO_LARGE))
        book = load_workbook(file, read_only=True)
        for row in book.worksheets[0].iter_rows():
            yield [_cell(one) for one in row]
    except NO_WORKBOOK as problem:
        raise _BrokenError(Line(0, Problem.NOT_A_TABLE)) from problem


def _cell(cell: Any) -> _Cell:
    value = cell.value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    words = "" if value is None else str(value)
    return _Cell(words, cell.data_type == "f" or words.startswith(FORMULA))


# --------------------------------------------------------------------------------------------- judged


def _judged(rows: Sequence[Sequence[_Cell]]) -> Answers:
    if not any(cell.words.strip() for row in rows for cell in row):
        return Answers(problems=(Line(1, Problem.EMPTY),))
    if len(rows) > ROWS_MOST:
        return Answers(problems=(Line(ROWS_MOST, Problem.TOO_LARGE),))
    columns, missing = _columns(rows[0])
    if missing:
        return Answers(problems=tuple(Line(1, Problem.MISSING_COLUMN, one) for one in missing))
    results = _results()
    found: dict[int, tuple[int, DepartmentAnswer]] = {}
    problems: list[Line] = []
    notes: list[Line] = list(_notes(1, rows[0]))
    counted = 0
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.words.strip() for cell in row):
            continue
        counted += 1
        asked, said = (row[place] if place < len(row) else _Cell("") for place in columns)
        wrong, answer = _answer(asked, said, results)
        if answer is not None and answer.inquiry in found:
            wrong, answer = (Problem.DOUBLED, fold_digits(asked.words)), None
        if wrong is not None:
            problems.append(Line(number, *wrong))
        elif answer is not None:
            found[answer.inquiry] = (number, answer)
        notes += _notes(number, (asked, said))
    kept = () if problems else tuple(found.values())
    return Answers(
        answers=tuple(answer for _, answer in kept),
        lines=tuple(line for line, _ in kept),
        problems=tuple(problems[:PROBLEMS_MOST]),
        notes=tuple(notes[:PROBLEMS_MOST]),
        rows=counted,
    )


def _columns(headings: Sequence[_Cell]) -> tuple[list[int], list[str]]:
    """Where the two needed columns stand, and which of them are missing."""
    say = load(LANGUAGE)
    written = [search_words(fold_digits(cell.words)) for cell in headings]
    wanted = {column: (search_words(say(f"office.column.{column}")), column) for column in _NEEDED}
    places = [next((place for place, one in enumerate(written) if one in names), None) for names in wanted.values()]
    missing = [say(f"office.column.{column}") for column, place in zip(wanted, places, strict=True) if place is None]
    return [place for place in places if place is not None], missing


def _results() -> dict[str, Result]:
    say = load(LANGUAGE)
    persian = {search_words(say(f"office.result.{one.value}")): one for one in Result}
    return persian | {search_words(one.value): one for one in Result}


def _answer(
    asked: _Cell, said: _Cell, results: dict[str, Result]
) -> tuple[tuple[Problem, str] | None, DepartmentAnswer | None]:
    """What is wrong with a row, or what it answers."""
    if asked.formula or said.formula:
        return (Problem.FORMULA, ""), None
    if not asked.words.strip():
        return (Problem.NO_REFERENCE, ""), None
    inquiry = inquiry_of(asked.words)
    if inquiry is None:
        return (Problem.WRONG_REFERENCE, ""), None
    if not said.words.strip():
        return (Problem.NO_RESULT, ""), None
    result = results.get(search_words(said.words))
    if result is None:
        return (Problem.UNKNOWN_RESULT, fold_letters(said.words)[:40]), None
    return None, DepartmentAnswer(inquiry=inquiry, result=result)


def _notes(number: int, cells: Iterable[_Cell]) -> Iterator[Line]:
    words = "".join(cell.words for cell in cells)
    if ARABIC_LETTERS & set(words):
        yield Line(number, Problem.ARABIC_LETTERS)
    if fold_digits(words) != words:
        yield Line(number, Problem.PERSIAN_DIGITS)
