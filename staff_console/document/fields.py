"""A form's fields: how each shows what the site file says, and what somebody typed goes back into the file. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from rules.digits import fold_digits
from staff_console.document import editing
from staff_console.document.statements import Path
from staff_console.document.writing import Value

Typed = Mapping[str, tuple[str, ...]]
"""What the inputs of each name hold, in the order of the page."""

LONGEST_NUMBER: Final = 9
_NOT_TYPED: Final = re.compile(r"[\x00-\x1f\x7f]")
"""What no keyboard types: no screen shows it, and not every ledger keeps it."""


class Kind(StrEnum):
    """How a field is asked for; templates/_site_fields.html has a macro for each."""

    TEXT = "text"
    WORDS = "words"  # of several lines
    NAME = "name"  # in Persian and in English
    NUMBER = "number"
    RANGE = "range"  # first and last
    CLOCK = "clock"
    CHOICE = "choice"
    MANY = "many"  # ticked
    ORDERED = "ordered"  # one after the other
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a table. `choices`: value and words of what can be chosen; `columns` of a table's rows."""

    key: tuple[str, ...]
    kind: Kind
    choices: tuple[tuple[str, str], ...] = ()
    columns: tuple["Field", ...] = ()
    is_code: bool = False  # what is chosen are numbers
    title: str = ""  # where the key has no words of its own
    usual: Value | None = None  # what holds where nothing is written

    @property
    def name(self) -> str:
        """What its inputs are called."""
        return ".".join(self.key)


class MistypedError(Exception):
    """What was typed is no number, no hour; `field` says where."""

    def __init__(self, field: Field) -> None:
        super().__init__(field.name)
        self.field = field


def shown(field: Field, table: Mapping[str, Any]) -> tuple[str, ...]:
    """What a field's inputs hold for what the file says, or for what is usual."""
    value: Any = table
    for word in field.key:
        value = value.get(word) if isinstance(value, Mapping) else None
    value = field.usual if value is None else value
    match field.kind:
        case Kind.NAME:
            return (value.get("fa", ""), value.get("en", "")) if isinstance(value, Mapping) else ("", "")
        case Kind.RANGE:
            return tuple(map(str, value)) if isinstance(value, list) else ("", "")
        case Kind.MANY | Kind.ORDERED:
            return tuple(map(str, value or ()))
        case _:
            return ("" if value is None else str(value),)


def shown_all(fields: tuple[Field, ...], table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What all inputs of a form hold; a table's columns are named after their table."""
    values: dict[str, tuple[str, ...]] = {}
    for field in fields:
        if field.kind is Kind.ROWS:
            rows = table.get(field.key[-1], ())
            for column in field.columns:
                values[f"{field.name}.{column.name}"] = tuple(shown(column, row)[0] for row in rows)
        else:
            values[field.name] = shown(field, table)
    return values


def without_blank_rows(fields: tuple[Field, ...], typed: Typed) -> Typed:
    """What was typed, of tables only the rows in which something stands: a form that is shown again adds its own blank ones."""
    shorter = dict(typed)
    for field in fields:
        rows = _filled_rows(field, typed)
        for place, column in enumerate(field.columns):
            shorter[f"{field.name}.{column.name}"] = tuple(row[place] for row in rows)
    return shorter


def value_of(field: Field, typed: Typed) -> Value | None:  # noqa: PLR0911  one case a kind
    """What the file says for what was typed; None: nothing. Raises MistypedError."""
    if field.kind is Kind.ROWS:
        return list(_rows(field, typed))
    parts = [part.strip().replace("\r\n", "\n") for part in typed.get(field.name, ())]
    if any(_NOT_TYPED.search(part.replace("\n", "") if field.kind is Kind.WORDS else part) for part in parts):
        raise MistypedError(field)
    filled = [part for part in parts if part]
    if not filled:
        return None
    match field.kind:
        case Kind.NAME:
            return {language: part for language, part in zip(("fa", "en"), parts, strict=False) if part}
        case Kind.RANGE:
            return [_number(field, part) for part in parts]
        case Kind.NUMBER:
            return _number(field, parts[0])
        case Kind.CHOICE if field.is_code:
            return _number(field, parts[0])
        case Kind.MANY | Kind.ORDERED:
            return [_number(field, part) for part in filled] if field.is_code else list(filled)
        case Kind.CLOCK:
            return fold_digits(parts[0])
        case _:
            return parts[0]


def with_fields(document: str, at: Path, fields: tuple[Field, ...], typed: Typed) -> str:
    """The document with what was typed in the table at `at`; what is left empty is not written, and what is equal not touched.

    Raises MistypedError, NotEditableError.
    """
    for field in fields:
        path, value = (*at, *field.key), value_of(field, typed)
        old = editing.found(document, path)
        if value is None or value == []:
            if old not in ({}, []):
                document = editing.drop(document, path)
        elif not _same(field, old, value) and (old != {} or value != field.usual):
            document = editing.put(document, path, value)
    return document


def _same(field: Field, old: object, value: Value) -> bool:
    """What is ticked has no order."""
    if field.kind is Kind.MANY and isinstance(old, list) and isinstance(value, list):
        return set(old) == set(value)
    return old == value


def table_of(fields: tuple[Field, ...], typed: Typed) -> dict[str, Value]:
    """A new table of what was typed. Raises MistypedError."""
    values = {field.key[-1]: value_of(field, typed) for field in fields}
    return {key: value for key, value in values.items() if value is not None and value != []}


def _rows(field: Field, typed: Typed) -> Iterator[dict[str, Value]]:
    for row in _filled_rows(field, typed):
        cells = {column.name: (part,) for column, part in zip(field.columns, row, strict=True)}
        try:
            yield table_of(field.columns, cells)
        except MistypedError as mistake:
            raise MistypedError(field) from mistake


def _filled_rows(field: Field, typed: Typed) -> list[tuple[str, ...]]:
    """The rows of a table in which something stands."""
    columns = [typed.get(f"{field.name}.{column.name}", ()) for column in field.columns]
    return [row for row in zip(*columns, strict=False) if any(part.strip() for part in row)]


def _number(field: Field, text: str) -> int:
    digits = fold_digits(text)
    if not digits.isascii() or not digits.isdecimal() or len(digits) > LONGEST_NUMBER:
        raise MistypedError(field)
    return int(digits)
