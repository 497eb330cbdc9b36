"""The protocol survives every fault of a small clinic, and each of its clauses is needed (docs/protocol.md)."""

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
