"""ARCHITECTURE.md names files that are there, and shows each fault by a test."""

import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
PAGE = (HOUSE / "ARCHITECTURE.md").read_text(encoding="utf-8")
FAULTS = re.findall(r"^\|.*\| ([^|]*) \|$", PAGE.split("### What can go wrong")[1].split("\n## ")[0], flags=re.MULTILINE)[1:]


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!http)([^)#]+)\)", PAGE))))
def test_every_page_it_leads_to_is_there(link: str) -> None:
    assert (HOUSE / link).exists()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE))))
def test_every_test_it_names_is_there(path: str) -> None:
    assert (HOUSE / path).is_file()


@pytest.mark.parametrize("shown_by", FAULTS)
def test_each_fault_is_shown_by_tests_that_are_there(shown_by: str) -> None:
    named = re.findall(r"`([\w/]+\.py)`", shown_by)
    assert named
    assert [one for one in named if not (HOUSE / "tests" / one).is_file()] == []
