"""The settings of a program's own TOML file, out of the class that reads it."""

import enum
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from handbook.sentences import cell, fields_of

UNITS: Final = {
    "seconds": "seconds",
    "minutes": "minutes",
    "hours": "hours",
    "days": "days",
    "weeks": "weeks",
    "mm": "millimetres",
    "inches": "inches",
    "meters": "metres",
    "mb": "megabytes",
    "rials": "rials",
    "percent": "percent",
    "rate": "bits a second",
}
"""The unit is a name's last word."""
WORDS: Final = {str: "text", int: "whole number", float: "number", bool: "true or false", Any: "anything"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One key: what it takes, what it is when it is not written, and what it is for. `usual` None: it must be written."""

    name: str
    takes: str
    usual: str | None
    unit: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a file. `heading` is how the file writes it, empty at its top."""

    heading: str
    about: str
    settings: tuple[Setting, ...]


def sections_of(kind: type, heading: str = "", also: str = "") -> Iterator[Section]:
    """The tables of the file that `kind` reads, the outermost first; `also` is what its owner says of this one."""
    hints = get_type_hints(kind, include_extras=True)
    settings, inside = [], []
    tag = kind.__struct_config__.tag  # type: ignore[attr-defined]  # a msgspec.Struct
    if tag:
        settings.append(Setting("kind", f'`"{tag}"`', None, "", "which of the tables of this name it is"))
    for field in msgspec.structs.fields(kind):
        tables = _tables_in(hints[field.name])
        if tables:
            listed = get_origin(hints[field.name]) is tuple
            inner = f"{heading.strip('[]')}.{field.name}".strip(".")
            sentence = fields_of(kind)[field.name]
            inside += [(table, f"[[{inner}]]" if listed else f"[{inner}]", sentence) for table in tables]
            continue
        usual = None if field.required else written(field.default)
        kinds = takes(hints[field.name])
        settings.append(Setting(field.name, kinds, usual, unit_of(field.name, kinds), fields_of(kind)[field.name]))
    about = " ".join((kind.__doc__ or "").split())
    yield Section(heading, f"{about} ({also})" if also else about, tuple(settings))
    for table, place, sentence in inside:
        yield from sections_of(table, place, sentence)


def unit_of(name: str, kinds: str) -> str:
    """The unit that a number's name ends with, empty where it has none."""
    return UNITS.get(name.rsplit("_", 1)[-1], "") if kinds.startswith(("whole number", "number")) else ""


def written(value: object) -> str:
    """A value as a TOML file writes it; None is what is not written."""
    if value is None:
        return "not set"
    if isinstance(value, enum.Enum):
        value = value.value
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f'`"{value}"`'
    if isinstance(value, tuple | list | frozenset):
        inside = ", ".join(written(each).strip("`") for each in value)
        return f"`[{inside}]`"
    if isinstance(value, dict) or value is msgspec.NODEFAULT:
        return "`{}`"
    return f"`{value}`"


def takes(hint: Any) -> str:
    """A type in words. TypeError: one that no settings file has had yet."""
    origin, inside = get_origin(hint), get_args(hint)
    if hint in WORDS:
        return WORDS[hint]
    if origin is Annotated:
        return f"{takes(inside[0])} {_bounds(inside[1])}".strip()
    if origin is Literal:
        return " or ".join(written(each) for each in inside)
    if origin in {Union, types.UnionType}:
        return takes(next(each for each in inside if each is not type(None)))
    if origin is tuple:
        return f"list of {takes(inside[0])}s"
    if origin is dict:
        return "table of names and values"
    raise TypeError(f"{hint}: say it in words here")


def rows(settings: tuple[Setting, ...]) -> Iterator[str]:
    """A Markdown table of settings."""
    yield "| setting | takes | unit | when not written | |"
    yield "|---|---|---|---|---|"
    for one in settings:
        usual = "**must be written**" if one.usual is None else one.usual
        yield f"| `{one.name}` | {cell(one.takes)} | {one.unit} | {cell(usual)} | {cell(one.sentence)} |"


def _tables_in(hint: Any) -> tuple[type, ...]:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return (hint,)
    return tuple(table for each in get_args(hint) for table in _tables_in(each))


def _bounds(meta: msgspec.Meta) -> str:
    low, high = (meta.ge, meta.gt), (meta.le, meta.lt)
    words = (
        f"from {low[0]}" if low[0] is not None else f"above {low[1]}" if low[1] is not None else "",
        f"to {high[0]}" if high[0] is not None else f"below {high[1]}" if high[1] is not None else "",
    )
    return " ".join(word for word in words if word)
