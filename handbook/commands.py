"""Every command and program with what may be said to it, out of the parsers that read it."""

import argparse
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from typer.main import get_command

from booking_store.__main__ import argument_parser as store_parser
from command_line.__main__ import app
from handbook.sentences import cell
from installing.__main__ import argument_parser as install_parser

HOUSE: Final = Path(__file__).parents[1]
WORDS: Final = {str: "text", int: "whole number", float: "number", Path: "file or folder", bool: ""}


@dataclass(frozen=True, slots=True)
class Option:
    """One option or argument: how it is written, what it takes, what it is when it is not said, and what it is for."""

    name: str
    takes: str
    usual: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Command:
    """`name` as it is typed, what it does in a sentence, and all that may be said to it."""

    name: str
    about: str
    options: tuple[Option, ...]


def nobat_commands() -> Iterator[Command]:
    """Every subcommand of `nobat`, in the order of its help."""
    yield from _subcommands(get_command(app), "nobat")


def programs() -> Iterator[Command]:
    """The programs that are told by options and not by a file."""
    for parser in (store_parser(), install_parser()):
        options = [_said(action) for action in parser._actions if "--help" not in action.option_strings]  # noqa: SLF001  nothing else lists them
        yield Command(parser.prog, parser.description or "", tuple(options))


def rows(options: tuple[Option, ...]) -> Iterator[str]:
    """A Markdown table of options."""
    yield "| | takes | when not said | |"
    yield "|---|---|---|---|"
    for one in options:
        yield f"| `{one.name}` | {cell(one.takes)} | {cell(one.usual)} | {cell(one.sentence)} |"


def _subcommands(command: Any, name: str) -> Iterator[Command]:
    """`command`: one of typer's own Click objects, which have no types of their own."""
    if not hasattr(command, "commands") or command.invoke_without_command:
        takes = get_type_hints(inspect.unwrap(command.callback))
        options = [_parameter(one, takes[one.name]) for one in command.params if one.name in takes]
        yield Command(name, " ".join((command.help or "").split()), tuple(options))
    for word, inner in getattr(command, "commands", {}).items():
        yield from _subcommands(inner, f"{name} {word}")


def _parameter(one: Any, takes: Any) -> Option:
    """`takes`: the type of the function's own argument."""
    name = ", ".join([*one.opts, *one.secondary_opts]) if one.param_type_name == "option" else one.name.rstrip("_")
    return Option(name, _in_words(takes), _usual(one.default, required=one.required), one.help or "")


def _in_words(takes: Any) -> str:
    """A type as an option is typed; nothing for one that is only said or not."""
    if get_origin(takes) in {list, tuple}:
        return f"{_in_words(get_args(takes)[0])}, may be said again"
    if get_origin(takes) in {Union, UnionType}:
        return _in_words(next(each for each in get_args(takes) if each is not type(None)))
    if get_origin(takes) is Literal:
        return " or ".join(f"`{one}`" for one in get_args(takes))
    if isinstance(takes, type) and issubclass(takes, Enum):
        return " or ".join(f"`{one.value}`" for one in takes)
    return WORDS[takes]


def _said(action: argparse.Action) -> Option:
    takes = "" if action.nargs == 0 else _in_words(action.type or str)
    name = ", ".join(action.option_strings) or action.dest
    return Option(name, takes, _usual(action.default, required=action.required), action.help or "")


def _usual(default: object, *, required: bool) -> str:
    if required:
        return "**must be said**"
    if default is None or default is False or default in ([], (), "") or callable(default):
        return ""
    if isinstance(default, Path) and default.is_relative_to(HOUSE):
        default = default.relative_to(HOUSE)
    return f"`{default.value if isinstance(default, Enum) else default}`"
