"""docs/commands.md tells every command and every option, and none that is not there."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from command_line.__main__ import app
from tests.command_line.clinic import Nobat

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
SECTIONS = {part.split("\n", 1)[0]: part for part in PAGE.split("\n## ")[1:]}
EXAMPLES = re.findall(r"^    (nobat .*)$", PAGE, re.MULTILINE)


def commands(command: Any, name: str = "nobat") -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its full name. (Typer brings its own Click along: these are its objects.)"""
    if hasattr(command, "commands"):
        if command.invoke_without_command:
            yield name, command
        for word, inner in command.commands.items():
            yield from commands(inner, f"{name} {word}")
    else:
        yield name, command


COMMANDS = dict(commands(get_command(app)))
GROUPS = {name.rsplit(" ", 1)[0] for name in COMMANDS if name.count(" ") > 1}


def section(name: str) -> str:
    """The part of the page about a command: "nobat day open" stands under "nobat day"."""
    return SECTIONS[" ".join(name.split()[:2])]


def options(command: Any) -> set[str]:
    return {name for one in command.params if one.param_type_name == "option" for name in one.opts if name != "--help"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_on_the_page(name: str) -> None:
    assert f"`{name}`" in section(name) or section(name).startswith(f"{name}\n")
    assert {option for option in options(COMMANDS[name]) if f"`{option}`" not in section(name)} == set()


@pytest.mark.parametrize("title", SECTIONS)
def test_the_page_names_nothing_that_does_not_exist(title: str) -> None:
    mine = {name: command for name, command in COMMANDS.items() if f"{name} ".startswith(f"{title} ")}
    assert mine
    named = set(re.findall(r"`(--[a-z-]+)`", SECTIONS[title]))
    assert named - {option for command in mine.values() for option in options(command)} == set()
    assert set(re.findall(rf"`({title} [a-z]+)`", SECTIONS[title])) <= set(mine)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_understood(example: str) -> None:
    words = shlex.split(example)[1:]
    asked: Any = get_command(app)
    while hasattr(asked, "commands") and words and not words[0].startswith("-"):
        asked = asked.commands[words.pop(0)]
    asked.make_context("nobat", words).close()


@pytest.mark.parametrize("name", ["nobat", *sorted(GROUPS), *COMMANDS])
def test_minus_h_is_help_everywhere(nobat: Nobat, name: str) -> None:
    asked = name.split()[1:]
    short = nobat(*asked, "-h")
    assert (short.status, short) == (0, nobat(*asked, "--help"))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(nobat: Nobat, name: str) -> None:
    said = nobat(*name.split()[1:], "--help")
    assert said.status == 0
    assert all(option in said.out for option in options(COMMANDS[name]))
