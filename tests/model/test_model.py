"""The protocol survives every fault of a small clinic, and each of its clauses is needed (docs/protocol.md)."""

import re
from pathlib import Path

import pytest

from tests.model.clauses import Clause
from tests.model.mornings import MORNINGS, SHOWN_BY, Morning

PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"


@pytest.mark.parametrize("morning", MORNINGS, ids=lambda morning: morning.name)
def test_whatever_goes_wrong_every_law_holds(morning: Morning) -> None:
    found = morning.explored()
    assert found.broken is None, str(found)
    assert found.ends, "the dust never settles, so nothing was asked in the end"


@pytest.mark.parametrize("clause", Clause, ids=lambda clause: clause.name.lower())
def test_without_this_clause_somebody_is_wronged(clause: Clause) -> None:
    morning, faults = SHOWN_BY[clause]
    found = morning.explored(faults, frozenset({clause}))
    assert found.broken is not None, f"nothing goes wrong without «{clause}»: is it needed, or does the model not see it?"
    assert found.story


def test_the_page_names_each_clause_beside_its_rule() -> None:
    rows = re.findall(r"^\| (\d+) \|.*\|(.*)\|$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [int(rule) for rule, _ in rows] == list(range(1, 17))
    left_out = {(int(rule), name) for rule, cell in rows for name in re.findall(r"`(\w+)`", cell)}
    assert left_out == {(clause.rule, clause.name.lower()) for clause in Clause}
