"""One value of a TOML text put, dropped or added; comments, order and all else stay. Pure.

Tables and keys are found by their lines; inside one key's value tomlkit makes the change (over a whole file it would leave the
comments of one section among the keys of another). What comes out is read again: it says exactly what was wanted, or there is
no change.
"""

import copy
import tomllib
from collections.abc import Callable, Mapping
from typing import Any, Final

import tomlkit
from tomlkit.container import Container
from tomlkit.items import Item

from staff_console.document.statements import Path, Statement, statements
from staff_console.document.writing import Value, key_text, table_text, value_text

_MARK: Final = "\ufeff"
"""Some editors write it first; TOML has no place for it."""
_WINDOWS_LINE: Final = "\r\n"


class NotEditableError(Exception):
    """The document writes this in a way that only a person can change; the message names the key."""


def data(document: str) -> dict[str, Any]:
    """What a document says."""
    return tomllib.loads(document.removeprefix(_MARK))


def put(document: str, path: Path, value: Value, *, before: str | None = None) -> str:
    """The document with `value` at `path`. A new key stands last in its table, or before the key named so.

    Raises NotEditableError, as the others do.
    """
    return _edited(document, path, lambda at: _put_in(at, value), lambda lines: _put(lines, path, value, before))


def drop(document: str, path: Path) -> str:
    """The document without the key, the list's member or the table at `path`."""
    return _edited(document, path, _drop_in, lambda lines: _drop(lines, path))


def add(document: str, path: Path, values: Mapping[str, Value]) -> str:
    """The document with a further table, the last of the list at `path`."""
    return _edited(document, path, lambda at: _add_in(at, values), lambda lines: _add(lines, path, values))


def put_table(document: str, path: Path, values: Mapping[str, Value]) -> str:
    """The document with the table at `path` saying `values` and nothing else; what is equal in it is not touched."""
    old = found(document, path)
    for key in old.keys() - values.keys():
        document = drop(document, (*path, key))
    for key, value in values.items():
        if key not in old or old[key] != value:
            document = put(document, (*path, key), value)
    return document


def found(document: str, path: Path) -> Any:
    """What a document says at `path`; an empty table where it says nothing. Raises LookupError for no member of a list."""
    whole: Any = data(document)
    for step in path:
        whole = whole.get(step, {}) if isinstance(whole, dict) else whole[step]
    return whole


def _edited(document: str, path: Path, change: Callable[["_Place"], None], edit: Callable[[list[str]], list[str]]) -> str:
    wanted = data(document)
    change(_place(wanted, path))
    try:
        edited = "\n".join(edit(document.removeprefix(_MARK).replace(_WINDOWS_LINE, "\n").split("\n")))
        if _without_empty_lists(data(edited)) == _without_empty_lists(wanted):
            return edited
    except (ValueError, LookupError, TypeError):  # what cannot be read is a ValueError of tomllib's or tomlkit's
        pass
    raise NotEditableError(".".join(map(str, path)))


def _without_empty_lists(value: Any) -> Any:
    """A list whose last member went is written as an empty one, or not at all."""
    if isinstance(value, dict):
        return {key: _without_empty_lists(one) for key, one in value.items() if one != []}
    return [_without_empty_lists(one) for one in value] if isinstance(value, list) else value


# ---------------------------------------------------------------------------------------------- in what it says


_Place = tuple[Any, str | int]
"""A table or list, and the key or number in it."""


def _place(whole: Any, path: Path) -> _Place:
    """Where `path` leads; tables on the way are made where they are missing."""
    for step in path[:-1]:
        whole = whole.setdefault(step, {}) if isinstance(whole, dict) else whole[step]
    return whole, path[-1]


def _put_in(place: _Place, value: Value) -> None:
    around, last = place
    around[last] = _fitting(around, value)


def _drop_in(place: _Place) -> None:
    around, last = place
    del around[last]


def _add_in(place: _Place, values: Mapping[str, Value]) -> None:
    around, last = place
    members = around.setdefault(last, [])
    members.append(_fitting(members, values))


def _fitting(around: Any, value: Value) -> Any:
    """A value as what is around it takes it: one of tomlkit's among tomlkit's, else a copy."""
    if isinstance(around, Item | Container):
        return tomlkit.parse(f"it = {value_text(value)}")["it"]
    return copy.deepcopy(dict(value) if isinstance(value, Mapping) else value)


# ---------------------------------------------------------------------------------------------- in the lines


def _put(lines: list[str], path: Path, value: Value, before: str | None) -> list[str]:
    parts = statements(lines)
    holder = _holder(parts, path)
    if holder is not None:
        return _inside(lines, holder, path, lambda at: _put_in(at, value))
    fresh = f"{key_text(str(path[-1]))} = {value_text(value)}".split("\n")
    table = path[:-1]
    own = [one for one in parts if one.path[:-1] == table and one.key]
    header = next((one for one in parts if one.path == table and not one.key), None)
    follower = next((one for one in own if one.path[-1] == before), None)
    if follower is not None:
        return _with(lines, follower.first, fresh)
    if own or header is not None or not table:
        last = max((one.last for one in own), default=header.last if header is not None else -1)
        return _with(lines, last + 1, fresh)
    return _after_table(lines, parts, table[:-1], [f"[{_dotted(table)}]", *fresh])


def _drop(lines: list[str], path: Path) -> list[str]:
    parts = statements(lines)
    holder = _holder(parts, path)
    if holder is not None and holder.path == path:
        return [*lines[: holder.first], *lines[holder.last + 1 :]]
    if holder is not None:
        return _inside(lines, holder, path, _drop_in)
    gone = [one for one in parts if one.within(path)]
    first, last = min(one.first for one in gone), max(one.last for one in gone)
    if any(first < one.first < last for one in parts if one not in gone):
        raise ValueError("its parts stand apart")
    while first > 0 and lines[first - 1].lstrip().startswith("#"):
        first -= 1  # what is written right above a table is written of it
    if first > 0 and not lines[first - 1].strip() and last + 1 < len(lines) and not lines[last + 1].strip():
        last += 1
    return [*lines[:first], *lines[last + 1 :]]


def _add(lines: list[str], path: Path, values: Mapping[str, Value]) -> list[str]:
    parts = statements(lines)
    holder = _holder(parts, path)
    if holder is not None:
        return _inside(lines, holder, path, lambda at: _add_in(at, values))
    return _after_table(lines, parts, path, table_text(f"[[{_dotted(path)}]]", values))


def _after_table(lines: list[str], parts: tuple[Statement, ...], near: Path, block: list[str]) -> list[str]:
    """The lines with a table after all that stands of `near`, or of what is around it; else at the end."""
    while near and not any(one.within(near) for one in parts):
        near = near[:-1]
    if not near:
        end = len(lines)
        while end and not lines[end - 1].strip():
            end -= 1
        return [*lines[:end], "", *block, ""]
    return _with(lines, max(one.last for one in parts if one.within(near)) + 1, ["", *block])


def _with(lines: list[str], at: int, fresh: list[str]) -> list[str]:
    return [*lines[:at], *fresh, *lines[at:]]


def _dotted(path: Path) -> str:
    return ".".join(key_text(word) for word in path if isinstance(word, str))


# ---------------------------------------------------------------------------------------------- inside one value


def _holder(parts: tuple[Statement, ...], path: Path) -> Statement | None:
    """The key whose value holds `path`, or is it."""
    return next((one for one in parts if one.key and path[: len(one.path)] == one.path), None)


def _inside(lines: list[str], holder: Statement, path: Path, change: Callable[[_Place], None]) -> list[str]:
    """The lines with the holder's value changed. A list keeps the lines and comments of its other members; what stands in
    braces is written anew, for it has neither."""
    document: Any = tomlkit.parse("\n".join(lines[holder.first : holder.last + 1]))
    around, last = _place(document, holder.key)
    rest = path[len(holder.path) :]
    while rest and isinstance(around[last], list):
        around, last, rest = around[last], rest[0], rest[1:]
    if rest:
        plain = around[last].unwrap()
        change(_place(plain, rest))
        _put_in((around, last), plain)
    else:
        change((around, last))
    return [*lines[: holder.first], *tomlkit.dumps(document).split("\n"), *lines[holder.last + 1 :]]
