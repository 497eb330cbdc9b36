"""docs/threats.md names tests that are there: a threat whose proof was renamed or taken away has none."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[a-z_/]+\.py)`", PAGE)))


@pytest.mark.parametrize("path", NAMED)
def test_a_test_that_the_page_names_is_there(path: str) -> None:
    assert (ROOT / path).is_file()


def test_every_threat_has_its_row_filled() -> None:
    rows = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| w")]
    assert len(rows) > 20
    assert all(len(row) == 4 and row[0].strip() and row[1].strip() for row in rows)
