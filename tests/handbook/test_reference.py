"""docs/reference.md is what the code says now; no setting and no option is without its sentence, and no file is left out."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handbook import commands, reference, settings_files, site_file
from handbook.commands import Command
from handbook.settings_files import Section
from program.settings import DeviceSettings
from screen.phrases import languages

HOUSE = Path(__file__).parents[2]
PAGE = HOUSE / "docs" / "reference.md"
SITE = list(site_file.sections())
OF_FILES = [(file.title, section) for file in reference.FILES for section in settings_files.sections_of(file.kind)]
COMMANDS = [*commands.nobat_commands(), *commands.programs()]


def keys_of(document: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Every key of a file with the table that it stands in; of a list of tables each."""
    for key, value in document.items():
        rows = value if isinstance(value, list) and value and isinstance(value[0], dict) else [value]
        for row in rows:
            if isinstance(row, dict):
                yield from keys_of(row, f"{path}.{key}".strip("."))
            else:
                yield path, key


def test_the_page_is_what_the_code_says_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference.page(), "make handbook"


@pytest.mark.parametrize("section", SITE, ids=[section.heading for section in SITE])
def test_each_key_of_a_site_file_says_what_it_is_for(section: Section) -> None:
    assert section.about or not section.heading
    assert [one.name for one in section.settings if not one.sentence] == []


@pytest.mark.parametrize(("file", "section"), OF_FILES, ids=[f"{file} {section.heading}" for file, section in OF_FILES])
def test_each_setting_of_a_program_says_what_it_is_for(file: str, section: Section) -> None:
    assert [one.name for one in section.settings if not one.sentence] == []


@pytest.mark.parametrize("command", COMMANDS, ids=[command.name for command in COMMANDS])
def test_each_command_and_option_says_what_it_is_for(command: Command) -> None:
    assert command.about
    assert [one.name for one in command.options if not one.sentence] == []


@pytest.mark.parametrize("path", sorted((HOUSE / "sites").glob("*.toml")), ids=lambda path: path.stem)
def test_every_key_that_an_example_writes_is_on_the_page(path: Path) -> None:
    told = {one.name for section in SITE for one in section.settings}
    of_its_own_words = {section.heading.strip("[]") for section in SITE if not section.settings}
    for table, key in keys_of(tomllib.loads(path.read_text(encoding="utf-8"))):
        named = of_its_own_words & {table, table.rpartition(".")[0]}
        assert key in told or key in languages("kiosk") or named, f"{table}.{key}"


def test_no_program_with_a_file_of_its_own_is_left_out() -> None:
    reading = {
        path.parent.name for path in HOUSE.glob("*/settings.py") if "def load_settings(" in path.read_text(encoding="utf-8")
    }
    assert reading <= {file.kind.__module__.split(".")[0] for file in reference.FILES}


def test_a_type_a_unit_and_a_usual_value_are_said_as_a_file_writes_them() -> None:
    printer = next(one for one in settings_files.sections_of(DeviceSettings) if one.heading == "[printer]")
    said = {one.name: (one.takes, one.usual, one.unit) for one in printer.settings}
    assert said["deadline_seconds"] == ("number", "`5.0`", "seconds")
    assert said["cutter"] == ("true or false", "`true`", "")
    shift = next(one for one in SITE if one.heading == "[[departments.weekly]]")
    assert {one.name: one.usual for one in shift.settings}["starts"] is None
    assert {one.name: one.usual for one in shift.settings}["slot_minutes"] == "not set"


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)\)", PAGE.read_text(encoding="utf-8")))))
def test_every_page_it_leads_to_is_there(link: str) -> None:
    assert (PAGE.parent / link).exists()
