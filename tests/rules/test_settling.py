"""What a settle does to tickets (law 5): the paper wins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.journey import State
from rules.settling import (
    LATE,
    TWO_PAPERS,
    UNASKED,
    UNKNOWN_PRINT,
    Effect,
    Fate,
    Given,
    PaperEnd,
    Promise,
    Waits,
    effect,
    number_on_paper,
    stands,
    waits,
)

PRINTED, UNKNOWN, NOT_PRINTED = PaperEnd.PRINTED, PaperEnd.UNKNOWN, PaperEnd.NOT_PRINTED


@pytest.mark.parametrize(
    ("promises", "so"),
    [
        ((Promise(),), True),  # nobody has said yet what became of the paper
        ((Promise(PRINTED, 7),), True),
        ((Promise(PaperEnd.SHOWN, 7),), True),
        ((Promise(UNKNOWN, 7),), True),
        ((Promise(PRINTED, 8),), False),  # the paper says another number
        ((Promise(NOT_PRINTED),), False),
        ((Promise(NOT_PRINTED), Promise()), True),
        ((), False),
    ],
)
def test_a_ticket_stands_while_any_request_holds_its_number(promises: tuple[Promise, ...], so: bool) -> None:
    assert stands(7, promises) is so


def test_the_number_on_the_paper_is_what_the_kiosk_says_or_else_what_it_was_given() -> None:
    assert number_on_paper(PRINTED, told=9, given=7) == 9
    assert number_on_paper(PRINTED, told=None, given=7) == 7
    assert number_on_paper(NOT_PRINTED, told=9, given=7) is None


@pytest.mark.parametrize("absurd", [0, -1, 10_000])
def test_what_can_be_no_number_is_on_no_paper(absurd: int) -> None:
    assert number_on_paper(PRINTED, told=absurd, given=7) is None
    assert number_on_paper(PRINTED, told=1, given=None) == 1
    assert number_on_paper(PRINTED, told=9999, given=None) == 9999


def test_the_printed_number_takes_the_place_of_the_given_one() -> None:
    assert effect(PRINTED, 91, Given(7, held=False), None, day_over=False) == Effect(Fate.BEGINS, voids=True)


def test_two_papers_for_one_place_both_stand_and_are_marked() -> None:
    both = effect(PRINTED, 91, Given(7, held=True), None, day_over=False)
    assert both == Effect(Fate.BEGINS, beside=True, marks=(TWO_PAPERS,))


def test_a_number_that_stands_already_is_joined() -> None:
    assert effect(PRINTED, 7, Given(7, held=True), State.CALLED, day_over=False) == Effect(Fate.JOINS)
    assert effect(UNKNOWN, 7, Given(7, held=True), State.WAITING, day_over=True).marks == (UNKNOWN_PRINT,)


def test_a_void_number_whose_paper_is_out_after_all_stands_again() -> None:
    assert effect(PRINTED, 7, Given(7, held=True), State.VOID, day_over=False) == Effect(Fate.BEGINS)


def test_a_paper_of_which_the_ledger_knew_nothing_is_marked() -> None:
    assert effect(PRINTED, 91, None, None, day_over=False) == Effect(Fate.BEGINS, marks=(UNASKED,))
    assert effect(PRINTED, 91, None, State.VOID, day_over=False) == Effect(Fate.BEGINS)


def test_on_a_day_that_has_ended_a_paper_ends_at_once_and_is_marked() -> None:
    assert effect(PRINTED, 91, None, None, day_over=True) == Effect(Fate.ENDS, marks=(UNASKED, LATE))


def test_without_paper_the_given_ticket_is_void_once_nobody_holds_it() -> None:
    assert effect(NOT_PRINTED, None, Given(7, held=False), None, day_over=False) == Effect(Fate.NOTHING, voids=True)
    assert effect(NOT_PRINTED, None, Given(7, held=True), None, day_over=False) == Effect(Fate.NOTHING)
    assert effect(NOT_PRINTED, None, None, None, day_over=False) == Effect(Fate.NOTHING)


@given(
    st.sampled_from([PRINTED, PaperEnd.SHOWN, UNKNOWN]),
    st.one_of(st.none(), st.builds(Given, st.just(7), st.booleans())),
    st.one_of(st.none(), st.sampled_from(State)),
    st.booleans(),
)
def test_whoever_holds_a_paper_never_goes_without_a_ticket(
    end: PaperEnd, was: Given | None, there: State | None, day_over: bool
) -> None:
    assert effect(end, 91, was, there, day_over=day_over).fate is not Fate.NOTHING


def test_whoever_was_called_waits_at_the_head_and_the_others_where_they_stood() -> None:
    assert waits(takes_a_place=True, was_called=True) is Waits.AT_THE_HEAD
    assert waits(takes_a_place=True, was_called=False) is Waits.IN_ITS_PLACE
    assert waits(takes_a_place=False, was_called=False) is Waits.AT_THE_END
