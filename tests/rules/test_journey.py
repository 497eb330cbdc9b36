"""A ticket's way: the grid is whole, its picture is current, and the stories of the clinic come out of it."""

from pathlib import Path

import pytest

from rules.journey import (
    GRID,
    Act,
    State,
    Stays,
    Way,
    after,
    diagram,
    finish_act,
    first_way,
    is_final,
    moved_on,
    reopened,
    to_department,
    to_stage,
)

KOSAR = ("reception", "doctor")
WITH_CASHIER = ("reception", "cashier", "doctor")
ENDS = {State.DONE, State.NOT_SERVED, State.VOID}
JOURNEY_PAGE = Path(__file__).parents[2] / "docs" / "journey.md"


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("act", Act)
def test_every_act_on_every_state_is_decided(state: State, act: Act) -> None:
    assert isinstance(after(state, act), State | Stays)


def test_the_grid_has_no_pair_that_is_not_asked_for() -> None:
    assert len(GRID) == len(State) * len(Act)


def test_only_a_called_ticket_leaves_a_counter_and_only_a_call_brings_it_there() -> None:
    to_a_counter = {(state, act) for (state, act), cell in GRID.items() if cell is State.CALLED and state is not State.CALLED}
    assert {act for _, act in to_a_counter} == {Act.CALL}


def test_a_ticket_at_a_counter_is_never_called_to_another() -> None:
    assert after(State.CALLED, Act.CALL) is Stays.CURRENT_ELSEWHERE


def test_a_finished_ticket_comes_to_life_only_by_reopening_and_a_void_one_never() -> None:
    for (state, act), cell in GRID.items():
        if state in ENDS and isinstance(cell, State) and cell not in ENDS:
            assert state is not State.VOID
            assert act is Act.REOPEN


@pytest.mark.parametrize("state", State)
def test_from_every_state_a_ticket_can_come_to_an_end(state: State) -> None:
    """Nobody who came is forgotten: «پایان روز» finds an outcome for whatever state a ticket is in."""
    cell = after(state, Act.END_DAY)
    assert cell in ENDS or state in ENDS


@pytest.mark.parametrize("state", sorted(set(State) - ENDS))
def test_from_every_living_state_somebody_can_be_called_again(state: State) -> None:
    seen, fresh = {state}, [state]
    while fresh:
        here = fresh.pop()
        onward = {cell for (at, _), cell in GRID.items() if at is here and isinstance(cell, State)} - seen
        seen |= onward
        fresh += onward
    assert State.CALLED in seen


def test_a_no_show_who_comes_back_waits_again() -> None:
    assert after(State.CALLED, Act.NO_SHOW) is State.ABSENT
    assert after(State.ABSENT, Act.COME_BACK) is State.WAITING


def test_who_has_come_back_already_is_told_so_and_nothing_changes() -> None:
    assert after(State.WAITING, Act.COME_BACK) is Stays.ALREADY


def test_reception_and_then_the_doctor_with_the_same_ticket() -> None:
    way = first_way(KOSAR)
    assert (way.stage, finish_act(way)) == ("reception", Act.MOVE_ON)
    way = moved_on(way)
    assert (way.stage, finish_act(way)) == ("doctor", Act.COMPLETE)


def test_an_office_has_one_stage_and_finishing_it_is_the_end() -> None:
    assert finish_act(first_way(("officer",))) is Act.COMPLETE


def test_to_the_cashier_and_back_and_then_on_to_the_doctor() -> None:
    way = to_stage(first_way(KOSAR), "cashier", KOSAR, come_back=True)
    assert way == Way("cashier", ("reception", "doctor"))
    assert moved_on(way) == first_way(KOSAR)


def test_a_detour_within_a_detour_comes_back_through_both() -> None:
    way = to_stage(Way("doctor"), "laboratory", KOSAR, come_back=True)
    way = to_stage(way, "cashier", KOSAR, come_back=True)
    assert way == Way("cashier", ("laboratory", "doctor"))


def test_to_the_cashier_for_good_leaves_the_doctor_ahead() -> None:
    assert to_stage(first_way(KOSAR), "cashier", KOSAR, come_back=False) == Way("cashier", ("doctor",))


def test_the_turn_is_final_once_reception_is_behind() -> None:
    assert not is_final(first_way(KOSAR), KOSAR)
    assert not is_final(to_stage(first_way(KOSAR), "cashier", KOSAR, come_back=True), KOSAR), "reception comes again"
    assert is_final(moved_on(first_way(KOSAR)), KOSAR)
    assert is_final(to_stage(first_way(KOSAR), "cashier", KOSAR, come_back=False), KOSAR)
    assert not is_final(Way("reception"), ()), "a help ticket has no turn to make final"


def test_sent_to_a_stage_of_the_list_the_list_goes_on_from_there() -> None:
    assert to_stage(Way("doctor"), "reception", WITH_CASHIER, come_back=False) == first_way(WITH_CASHIER)
    assert to_stage(first_way(WITH_CASHIER), "doctor", WITH_CASHIER, come_back=False) == Way("doctor")


def test_handed_to_another_department_somebody_waits_at_its_reception() -> None:
    assert to_department(Way("reception", ("doctor",)), WITH_CASHIER, served_here=False) == first_way(WITH_CASHIER)


def test_a_counter_that_serves_both_departments_has_done_its_part() -> None:
    assert to_department(Way("reception"), KOSAR, served_here=True) == Way("doctor")


def test_a_substitute_in_the_same_room_still_sees_the_patient() -> None:
    assert to_department(Way("doctor"), KOSAR, served_here=True) == Way("doctor")


def test_a_department_without_this_stage_begins_at_its_own_first() -> None:
    assert to_department(Way("cashier", ("reception",)), KOSAR, served_here=True) == first_way(KOSAR)


def test_reopened_with_results_somebody_waits_for_the_doctor() -> None:
    assert reopened(Way("cashier"), KOSAR, was=State.DONE) == Way("doctor")
    assert reopened(Way("doctor"), ("reception", "doctor", "dressing"), was=State.DONE) == Way("dressing")


def test_reopened_after_not_being_served_somebody_goes_on_from_where_they_stood() -> None:
    stood = Way("reception", ("doctor",))
    assert reopened(stood, KOSAR, was=State.NOT_SERVED) == stood


def test_a_help_ticket_is_reopened_where_it_was() -> None:
    assert reopened(Way("reception"), (), was=State.DONE) == Way("reception")


def test_the_page_shows_the_table_as_it_is() -> None:
    """Changed the grid? Put the output of `python -c "from rules.journey import diagram; print(diagram())"` on the page."""
    page = JOURNEY_PAGE.read_text(encoding="utf-8")
    assert f"```mermaid\n{diagram()}```" in page


def test_the_page_names_every_stay() -> None:
    page = JOURNEY_PAGE.read_text(encoding="utf-8")
    assert [stay for stay in Stays if f"`{stay}`" not in page] == []
