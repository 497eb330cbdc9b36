"""Questions to the insurance department as a file: CSV or XLSX, a row a member, with an empty cell for the answer."""

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Final

from openpyxl import Workbook

from booking_store.office_reader import Question
from booking_store.site_file import jalali
from rules.inquiries import reference
from rules.office import Office, named
from screen.phrases import load

COLUMNS: Final = (
    "reference", "household", "name", "father", "relation", "born", "nationality", "document", "number", "exclusive", "unique",
    "result",
)  # fmt: skip
LANGUAGE: Final = "fa"
"""The department reads Persian."""
BOM: Final = "\ufeff"
FORMULA: Final = ("=", "+", "-", "@", "\t")
"""What a spreadsheet takes for a formula where it stands first."""
WIDTHS: Final = (14, 16, 26, 16, 12, 13, 13, 18, 18, 18, 18, 16)


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One member that is asked about; dates Jalali ("1405/09/01"), names in Persian, empty where unknown."""

    reference: str
    household: str
    name: str
    father: str
    relation: str
    born: str
    nationality: str
    document: str
    number: str
    exclusive: str
    unique: str


def row_of(question: Question, office: Office) -> QuestionRow:
    """A member as the department reads them."""
    say, person, document = load(LANGUAGE), question.person, question.person.document
    kind = office.document(document.type) if document is not None else None
    nationality = named(office.nationalities, person.nationality)
    return QuestionRow(
        reference=reference(question.inquiry),
        household=question.household_code,
        name=person.name,
        father=person.father,
        relation=say(f"office.relation.{person.relation.value}"),
        born=jalali(person.born) if person.born is not None else "",
        nationality=nationality.fa if nationality is not None else "",
        document=kind.name.fa if kind is not None else "",
        number=document.number if document is not None else "",
        exclusive=person.exclusive,
        unique=person.unique,
    )


def headings() -> tuple[str, ...]:
    """The first row."""
    say = load(LANGUAGE)
    return tuple(say(f"office.column.{column}") for column in COLUMNS)


def as_csv(rows: Sequence[QuestionRow]) -> bytes:
    """UTF-8 with a byte order mark, without which a spreadsheet takes Persian for Latin letters."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings())
    writer.writerows((*(_harmless(value) for value in astuple(row)), "") for row in rows)
    return (BOM + text.getvalue()).encode()


def as_xlsx(rows: Sequence[QuestionRow]) -> bytes:
    """A workbook of one sheet, from right to left. Everything is text: a number would lose its zeros, and a name beginning with
    = is no formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(load(LANGUAGE)("office.column.sheet"))
    sheet.sheet_view.rightToLeft = True
    sheet.freeze_panes = "A2"
    for place, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEFGHIJKL"[place]].width = width
    sheet.append(headings())
    for row in rows:
        sheet.append([_harmless(value) for value in astuple(row)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _harmless(value: str) -> str:
    """A text that no spreadsheet computes."""
    return f"'{value}" if value.startswith(FORMULA) else value
