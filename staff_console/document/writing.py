"""Values as the site file writes them. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Final

import tomlkit

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")

Value = str | int | bool | list[Any] | Mapping[str, Any]
"""What TOML can say of a site: dates and times of day are texts in it."""


def value_text(value: Value) -> str:
    """A value in TOML: a text of several lines between three quotes, a list of tables with a line for each."""
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case str():
            return _quoted(value)
        case list() if value and all(isinstance(one, Mapping) for one in value):
            return "[\n" + "".join(f"  {value_text(one)},\n" for one in value) + "]"
        case list():
            return f"[{', '.join(map(value_text, value))}]"
        case _:
            return f"{{ {', '.join(f'{key_text(key)} = {_on_one_line(one)}' for key, one in value.items())} }}"


def key_text(key: str) -> str:
    """A key, in quotes where it must be."""
    return key if _BARE.fullmatch(key) else tomlkit.string(key).as_string()


def table_text(header: str, values: Mapping[str, Value]) -> list[str]:
    """The lines of a table: its header, and a key a line."""
    lines = [header]
    for key, value in values.items():
        lines += f"{key_text(key)} = {value_text(value)}".split("\n")
    return lines


def _on_one_line(value: Value) -> str:
    """Inside braces nothing breaks a line: tables in a list stand beside each other."""
    if isinstance(value, list):
        return f"[{', '.join(map(_on_one_line, value))}]"
    return tomlkit.string(value).as_string() if isinstance(value, str) else value_text(value)


def _quoted(text: str) -> str:
    if "\n" not in text:
        return tomlkit.string(text).as_string()
    inside = tomlkit.string(text, multiline=True).as_string()[3:-3]
    return f'"""\n{inside}"""'
