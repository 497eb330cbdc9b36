"""A case of the insurance office: every step has its place, no letter without an approval, and none is used twice."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.documents import Standing, Validity
from rules.household import Wrong
from rules.referral import (
    GRID,
    OPEN,
    UNDECIDED,
    Act,
    Against,
    Case,
    Fee,
    NajvaCheck,
    NajvaResult,
    No,
    Recorded,
    Review,
    Said,
    State,
    Step,
    after,
    against_approval,
    diagram,
    stepped,
)

TODAY = date(2026, 11, 22)
GOOD = Validity(Standing.GOOD, date(2027, 1, 1))
WAY_TO_A_LETTER = (Act.TAKE_UP, Act.APPROVE, Act.ISSUE, Act.HAND_OVER, Act.USE)


def ready() -> Review:
    """A review that nothing stands against."""
    return Review(
        hands=frozenset({"sara"}),
        documents=(GOOD,),
        fee=Fee(500_000, "R-1"),
        najva=NajvaCheck(NajvaResult.CONFIRMED, "N-1", TODAY, "ali"),
        asked=("same_person", "lives_here"),
        must=frozenset({"same_person"}),
        said={"same_person": Said.YES, "lives_here": Said.NO},
    )


def against(review: Review, who: str = "ali", *, own_cases: bool = False) -> tuple[Against, ...]:
    return against_approval(review, who, TODAY, own_cases=own_cases, najva_days=30)


def walked(*acts: Act) -> Case:
    case = Case("sara", 0)
    for at_ms, act in enumerate(acts):
        moved = stepped(case, act, "ali", at_ms)
        assert isinstance(moved, Case), (act, moved)
        case = moved
    return case


def test_each_step_keeps_who_took_it_when_and_from_where_to_where() -> None:
    assert walked(Act.TAKE_UP, Act.APPROVE).steps == (
        Step(Act.TAKE_UP, "ali", 0, State.REQUESTED, State.UNDER_REVIEW),
        Step(Act.APPROVE, "ali", 1, State.UNDER_REVIEW, State.APPROVED),
    )


def test_every_act_is_decided_in_every_state() -> None:
    assert set(GRID) == {(state, act) for state in State for act in Act}
    assert UNDECIDED < OPEN


def test_a_case_walks_from_its_request_to_a_letter_that_was_used() -> None:
    case = walked(*WAY_TO_A_LETTER)
    assert case.state is State.USED
    assert [step.now for step in case.steps] == [
        State.UNDER_REVIEW,
        State.APPROVED,
        State.LETTER_ISSUED,
        State.HANDED_OVER,
        State.USED,
    ]


@given(st.lists(st.sampled_from(Act), max_size=40))
def test_no_case_stands_anywhere_without_the_step_that_brought_it_there(acts: list[Act]) -> None:
    case = Case("sara", 0)
    for at_ms, act in enumerate(acts):
        moved = stepped(case, act, "ali", at_ms)
        if isinstance(moved, Case):
            case = moved
    states = [State.REQUESTED, *(step.now for step in case.steps)]
    assert case.state is states[-1]
    assert all(step.was is before for step, before in zip(case.steps, states, strict=False))
    done = [step.act for step in case.steps]
    for place, act in enumerate(done):
        if act is Act.ISSUE:
            approved = [one for one in done[:place] if one in (Act.APPROVE, Act.REVIEW_AGAIN)]
            assert approved[-1] is Act.APPROVE
    assert done.count(Act.USE) <= 1
    assert done.count(Act.ISSUE) <= 1


def test_a_step_with_nobody_behind_it_is_no_step() -> None:
    assert stepped(Case("sara", 0), Act.TAKE_UP, "", 1) is No.NOBODY


@pytest.mark.parametrize("state", sorted(UNDECIDED))
def test_no_letter_before_the_approval(state: State) -> None:
    for act in (Act.ISSUE, Act.HAND_OVER, Act.DUPLICATE, Act.USE):
        assert after(state, act) is No.NOT_APPROVED


def test_what_was_approved_changes_only_after_the_review_is_opened_again() -> None:
    approved = walked(Act.TAKE_UP, Act.APPROVE)
    assert stepped(approved, Act.RECORD, "sara", 9) is No.NOT_POSSIBLE_NOW
    again = walked(Act.TAKE_UP, Act.APPROVE, Act.REVIEW_AGAIN, Act.RECORD)
    assert again.state is State.UNDER_REVIEW


def test_a_lost_letter_is_replaced_without_a_new_review() -> None:
    lost = walked(Act.TAKE_UP, Act.APPROVE, Act.ISSUE, Act.HAND_OVER, Act.DUPLICATE)
    assert lost.state is State.LETTER_ISSUED


def test_a_letter_that_nobody_was_given_is_not_used() -> None:
    assert after(State.LETTER_ISSUED, Act.USE) is No.NOT_HANDED_OVER


def test_a_case_is_its_writers_own_and_not_that_of_who_only_reviews_it() -> None:
    case = Case("sara", 0)
    told = (
        ("reza", Act.RECORD, Recorded.HOUSEHOLD), ("nasrin", Act.RECORD, Recorded.RECEIPT),
        ("omid", Act.RECORD, Recorded.NO_RECEIPT), ("ali", Act.TAKE_UP, None), ("ali", Act.RECORD, Recorded.NAJVA),
        ("ali", Act.RECORD, Recorded.ANSWERS), ("ali", Act.RECORD, Recorded.NOTE), ("ali", Act.RECORD, Recorded.HEARD),
        ("mina", Act.ASK_PAPERS, None),
    )  # fmt: skip
    for who, act, recorded in told:
        moved = stepped(case, act, who, 1, recorded)
        assert isinstance(moved, Case)
        case = moved
    assert case.hands == {"sara", "reza", "nasrin", "omid"}, "a note, Najva, answers and papers are part of the review"


def test_of_an_older_case_nobody_knows_what_was_written_and_whoever_did_is_held_for_an_author() -> None:
    older = walked(Act.TAKE_UP, Act.RECORD)
    assert older.hands == {"sara", "ali"}
    assert walked(Act.TAKE_UP, Act.ASK_PAPERS).hands == {"sara"}


def test_nothing_stands_against_a_whole_review() -> None:
    assert against(ready()) == ()


def test_nobody_approves_what_they_wrote_save_where_the_site_says_so() -> None:
    assert against(ready(), "sara") == (Against.OWN_CASE,)
    assert against(ready(), "sara", own_cases=True) == ()


@pytest.mark.parametrize(
    ("review", "reason"),
    [
        (replace(ready(), wrong=(Wrong.NO_HEAD,)), Against.HOUSEHOLD),
        (replace(ready(), documents=(GOOD, Validity(Standing.EXPIRED, TODAY))), Against.DOCUMENT),
        (replace(ready(), documents=(Validity(Standing.UNKNOWN),)), Against.DOCUMENT),
        (replace(ready(), lacks_certificate=True), Against.NO_CERTIFICATE),
        (replace(ready(), papers_missing=1), Against.PAPERS_MISSING),
        (replace(ready(), inquiries_open=1), Against.INQUIRY_OPEN),
        (replace(ready(), fee=Fee(500_000)), Against.FEE_UNPAID),
        (replace(ready(), najva=None), Against.NAJVA_MISSING),
        (replace(ready(), najva=NajvaCheck(NajvaResult.DIFFERS, "N-2", TODAY, "ali")), Against.NAJVA_DISAGREES),
        (replace(ready(), said={"same_person": Said.YES}), Against.UNANSWERED),
        (replace(ready(), said={"same_person": Said.NO, "lives_here": Said.YES}), Against.ANSWERED_NO),
    ],
)
def test_each_thing_that_is_missing_is_named(review: Review, reason: Against) -> None:
    assert against(review) == (reason,)


def test_a_najva_check_is_good_for_as_many_days_as_the_site_says() -> None:
    for days, expected in ((30, ()), (31, (Against.NAJVA_OLD,))):
        check = NajvaCheck(NajvaResult.CONFIRMED, "N-1", TODAY - timedelta(days=days), "ali")
        assert against(replace(ready(), najva=check)) == expected


def test_a_vulnerable_household_owes_no_fee_and_no_receipt() -> None:
    assert against(replace(ready(), fee=Fee(0))) == ()


def test_a_question_that_does_not_apply_is_answered() -> None:
    said = {"same_person": Said.DOES_NOT_APPLY, "lives_here": Said.YES}
    assert against(replace(ready(), said=said)) == ()


def test_the_page_of_the_office_shows_the_states_as_they_are() -> None:
    page = Path(__file__).parent.parent.parent / "docs" / "office.md"
    assert diagram() in page.read_text(encoding="utf-8")
