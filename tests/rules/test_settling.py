"""What a settle does to tickets (law 5): the paper wins."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt.contract import Source
from rules.check_in import Admitted, Decision, NotAdmitted, NotNow, SameTicket
from rules.journey import State
from rules.settling import (
    CODE_USED_TWICE,
    LATE,
    OVER_SHARE,
    TWO_PAPERS,
    UNASKED,
    UNKNOWN_PRINT,
    Claim,
    Effect,
    Fate,
    Given,
    PaperEnd,
    Place,
    Promise,
    Waits,
    claim_of_code,
    effect,
    number_on_paper,
    stands,
    waits,
)

TODAY = date(2026, 11, 22)
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


def test_a_paper_whose_code_has_got_another_ticket_since_stands_beside_it() -> None:
    beside = effect(PRINTED, 7, Given(7, held=True), State.VOID, day_over=False, place_taken=True)
    assert beside == Effect(Fate.BEGINS, beside=True, marks=(TWO_PAPERS,))


def test_a_paper_of_a_kiosk_that_was_alone_is_marked_only_where_reception_has_to_look() -> None:
    assert effect(PRINTED, 950, None, None, day_over=False, claim=Claim()) == Effect(Fate.BEGINS)
    assert effect(PRINTED, 950, None, None, day_over=False, claim=Claim((OVER_SHARE,))).marks == (OVER_SHARE,)
    assert effect(PRINTED, 5000, None, None, day_over=False, claim=Claim(own_number=False)).marks == (UNASKED,)
    late = effect(UNKNOWN, 950, None, None, day_over=True, claim=Claim((CODE_USED_TWICE,)))
    assert late == Effect(Fate.ENDS, marks=(UNKNOWN_PRINT, CODE_USED_TWICE, LATE))


def test_a_number_that_two_people_hold_is_joined_and_marked() -> None:
    claim = Claim((CODE_USED_TWICE,), stranger=True)
    assert effect(PRINTED, 950, None, State.CALLED, day_over=False, claim=claim) == Effect(Fate.JOINS, marks=(TWO_PAPERS,))
    assert effect(PRINTED, 950, None, State.CALLED, day_over=False, claim=Claim((CODE_USED_TWICE,))) == Effect(Fate.JOINS)


@pytest.mark.parametrize(
    ("decision", "becomes"),
    [
        (Admitted(), (Place.BOOKED, ())),
        (SameTicket(100), (Place.WALK_IN, (CODE_USED_TWICE,))),
        (SameTicket(100, back_in_line=True), (Place.WALK_IN, (CODE_USED_TWICE,))),
        (NotAdmitted(NotNow.ALREADY_SERVED, TODAY, number=100), (Place.WALK_IN, (CODE_USED_TWICE,))),
        (NotAdmitted(NotNow.DOCTOR_ABSENT, TODAY, number=100), (Place.WALK_IN, (CODE_USED_TWICE,))),
        (NotAdmitted(NotNow.CANCELLED, TODAY), (Place.WALK_IN, ("cancelled",))),
        (NotAdmitted(NotNow.WRONG_DAY, TODAY), (Place.WALK_IN, ("wrong_day",))),
        (NotAdmitted(NotNow.DOCTOR_ABSENT, TODAY), (Place.HELP, ("doctor_absent",))),
        (NotAdmitted(NotNow.NO_SUCH_CODE, None), (Place.HELP, ("no_such_code",))),
    ],
)
def test_whatever_a_code_is_found_to_be_its_paper_is_worth_a_ticket(
    decision: Decision, becomes: tuple[Place, tuple[str, ...]]
) -> None:
    assert claim_of_code(decision) == becomes


def test_a_papers_places_are_the_sources_of_the_contract() -> None:
    assert {str(place) for place in Place} == {str(source) for source in Source}


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
    st.one_of(st.none(), st.builds(Claim, st.just(()), st.booleans(), st.booleans())),
)
def test_whoever_holds_a_paper_never_goes_without_a_ticket(
    end: PaperEnd, was: Given | None, there: State | None, day_over: bool, claim: Claim | None
) -> None:
    assert effect(end, 91, was, there, day_over=day_over, claim=claim).fate is not Fate.NOTHING


def test_whoever_was_called_waits_at_the_head_and_the_others_where_they_stood() -> None:
    assert waits(takes_a_place=True, was_called=True) is Waits.AT_THE_HEAD
    assert waits(takes_a_place=True, was_called=False) is Waits.IN_ITS_PLACE
    assert waits(takes_a_place=False, was_called=False) is Waits.AT_THE_END
