"""What reception sees on a settled paper: no mark hides another; and which paper says that somebody is here again."""

import pytest

from rules.journey import State
from rules.settling import (
    LATE,
    TWO_PAPERS,
    UNASKED,
    UNKNOWN_PRINT,
    Claim,
    Effect,
    Fate,
    Given,
    PaperEnd,
    effect,
    is_here_again,
)

CALLED_AT_MS = 10_000


def test_no_mark_takes_the_place_of_another() -> None:
    strange = Claim(marks=("code_used_twice",), own_number=False)
    found = effect(PaperEnd.UNKNOWN, 951, None, None, day_over=True, place_taken=True, claim=strange)
    assert found == Effect(Fate.ENDS, beside=True, marks=(UNKNOWN_PRINT, UNASKED, "code_used_twice", TWO_PAPERS, LATE))


def test_who_joins_a_number_gives_the_ticket_back_that_nobody_else_holds() -> None:
    given = Given(104, held=False)
    assert effect(PaperEnd.PRINTED, 951, given, State.WAITING, day_over=False) == Effect(Fate.JOINS, voids=True)


@pytest.mark.parametrize(
    ("printed_at_ms", "called_at_ms", "here"),
    [
        (CALLED_AT_MS + 1, CALLED_AT_MS, True),
        (CALLED_AT_MS, CALLED_AT_MS, True),  # in the same moment: whoever stands at the kiosk is not sent home
        (CALLED_AT_MS - 1, CALLED_AT_MS, False),  # the paper is older than the call that was missed
        (CALLED_AT_MS, None, True),
    ],
)
def test_who_missed_the_call_is_here_again_where_the_paper_is_younger(
    printed_at_ms: int, called_at_ms: int | None, here: bool
) -> None:
    assert is_here_again(State.ABSENT, called_at_ms, printed_at_ms) is here


@pytest.mark.parametrize("there", [state for state in State if state is not State.ABSENT])
def test_only_who_missed_the_call_comes_back_by_a_paper(there: State) -> None:
    assert not is_here_again(there, None, CALLED_AT_MS)
