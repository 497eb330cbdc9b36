"""Tables as files: CSV for programs and Excel, XLSX with a sheet a table. Pure.

Words of people stand in cells (names of doctors and departments): a cell that begins like a formula is given out as text, so
that nobody's name runs in somebody's spreadsheet.
"""

import csv
import io
import re
from collections.abc import Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from staff_console.statistics.sheets import Cell, Sheet

CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LIKE_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_NOT_IN_A_TITLE: Final = re.compile(r"[\[\]:*?/\\]")
_TITLE_LETTERS_MOST: Final = 31
_NAMES_WIDTH, _FIGURES_WIDTH = 34, 16


def as_csv(sheets: Sequence[Sheet]) -> bytes:
    """All tables one below the other, an empty line between; each row says first which table it is of. UTF-8 with a mark at its
    beginning, by which Excel knows it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for sheet in sheets:
        writer.writerow(["", *(_harmless(column) for column in sheet.columns)])
        writer.writerows([_harmless(sheet.title), *(_written(cell) for cell in row)] for row in sheet.rows)
        writer.writerow([])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Sequence[Sheet], *, rtl: bool) -> bytes:
    """A sheet for each table, from right to left where the language is."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(_NOT_IN_A_TITLE.sub(" ", sheet.title)[:_TITLE_LETTERS_MOST])
        page.sheet_view.rightToLeft = rtl
        page.freeze_panes = "B2"
        for index in range(len(sheet.columns)):
            page.column_dimensions[_letter(index)].width = _FIGURES_WIDTH if index else _NAMES_WIDTH
        page.append([_cell(page, column, bold=True) for column in sheet.columns])
        for row in sheet.rows:
            page.append([_cell(page, cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(page: object, value: Cell, *, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, value=round(value, 2) if isinstance(value, float) else value)
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl takes what begins with "=" for a formula
    if bold:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    return cell


def _letter(index: int) -> str:
    """The column's own, up to Z: no table is wider."""
    return chr(ord("A") + index)


def _written(cell: Cell) -> Cell:
    if isinstance(cell, float):
        return round(cell, 2)
    return _harmless(cell) if isinstance(cell, str) else cell


def _harmless(words: str) -> str:
    """With a mark before it that spreadsheets show nothing of, where they would reckon."""
    return f"'{words}" if words.startswith(_LIKE_A_FORMULA) else words
