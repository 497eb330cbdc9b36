"""Buttons: a finger's press is one press, whatever the contact does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display_device.counter.button import (
    HELD_SECONDS,
    SETTLED_SECONDS,
    STUCK_SECONDS,
    Button,
    Buttons,
    Edge,
    Gesture,
    at_start,
    deadline,
    heard_edge,
    passed,
)

GREEN = Button.CALL_NEXT


def gestures_of(edges: list[tuple[float, bool]], until: float, *, down_at_start: bool = False) -> list[Gesture]:
    """What the edges (time, down) mean by `until`, read as the loop reads them: at each deadline and each edge."""
    buttons = at_start({GREEN: down_at_start}, 0.0)
    gestures: list[Gesture] = []

    def let_pass(to: float, buttons: Buttons) -> Buttons:
        while (due := deadline(buttons)) is not None and due <= to:
            buttons, heard = passed(buttons, due)
            gestures.extend(gesture for _, gesture in heard)
        return buttons

    for at, down in edges:
        buttons = let_pass(at, buttons)
        buttons, heard = heard_edge(buttons, Edge(GREEN, down, at))
        gestures.extend(gesture for _, gesture in heard)
    let_pass(until, buttons)
    return gestures


def test_a_short_press_is_one_short_press() -> None:
    assert gestures_of([(1.0, True), (1.2, False)], 3.0) == [Gesture.SHORT]


def test_a_press_held_for_a_second_is_held_and_nothing_more_when_it_is_let_go() -> None:
    assert gestures_of([(1.0, True), (3.0, False)], 5.0) == [Gesture.HELD]
    assert gestures_of([(1.0, True)], 1.0 + HELD_SECONDS) == [Gesture.HELD], "at the second, not when it is let go"


@pytest.mark.parametrize(("let_go", "gesture"), [(HELD_SECONDS - 0.1, Gesture.SHORT), (HELD_SECONDS + 0.5, Gesture.HELD)])
def test_a_program_that_looks_late_still_tells_a_held_press_from_a_short_one(let_go: float, gesture: Gesture) -> None:
    buttons, _ = heard_edge(at_start({GREEN: False}, 0.0), Edge(GREEN, True, 1.0))
    buttons, _ = passed(buttons, 1.0 + SETTLED_SECONDS)
    buttons, before = heard_edge(buttons, Edge(GREEN, False, 1.0 + let_go))
    buttons, late = passed(buttons, 9.0)
    assert [one for _, one in (*before, *late)] == [gesture]


def test_a_spark_on_the_wire_calls_nobody() -> None:
    assert gestures_of([(1.0, True), (1.0 + SETTLED_SECONDS / 2, False)], 3.0) == []


def test_a_button_held_down_at_the_start_calls_nobody_and_works_afterwards() -> None:
    assert gestures_of([(2.0, False)], 3.0, down_at_start=True) == []
    assert gestures_of([(2.0, False), (3.0, True), (3.2, False)], 5.0, down_at_start=True) == [Gesture.SHORT]


def test_a_stuck_button_is_told_and_a_pressed_one_is_not() -> None:
    buttons, _ = heard_edge(at_start({GREEN: False}, 0.0), Edge(GREEN, True, 1.0))
    buttons, _ = passed(buttons, 1.1)
    assert buttons.stuck(1.1) == ()
    assert buttons.stuck(1.0 + STUCK_SECONDS) == (GREEN,)


def test_a_press_that_only_looking_found_counts_and_is_told_as_deafness_until_an_edge_comes() -> None:
    buttons, _ = heard_edge(at_start({GREEN: False}, 0.0), Edge(GREEN, True, 1.0, looked=True))
    buttons, _ = heard_edge(buttons, Edge(GREEN, True, 2.0, looked=True))
    assert (buttons.deaf, buttons.contacts[0][1].raw) == (True, True)
    buttons, _ = heard_edge(buttons, Edge(GREEN, False, 2.5))
    assert not buttons.deaf
    buttons, _ = heard_edge(buttons, Edge(GREEN, False, 3.0, looked=True))
    assert not buttons.deaf, "what an edge told already is no news"


def test_a_release_whose_edge_was_lost_is_found_when_the_level_is_read_back() -> None:
    level_read_back = (1.6, False)
    assert gestures_of([(1.0, True), level_read_back], 3.0) == [Gesture.SHORT]


@given(
    shakes=st.lists(st.floats(0.0001, SETTLED_SECONDS * 0.9), max_size=100),
    seconds=st.floats(0.05, 0.9),
)
def test_a_storm_of_bounce_is_still_one_press(shakes: list[float], seconds: float) -> None:
    at, edges = 1.0, [(1.0, True)]
    for pause in shakes:
        at += pause
        edges.append((at, not edges[-1][1]))
    settled_at = at + SETTLED_SECONDS / 2
    edges += [(settled_at, True), (settled_at + seconds, False)]
    told = gestures_of(edges, settled_at + seconds + 2.0)
    assert len(told) == 1


@given(
    presses=st.lists(st.tuples(st.floats(0.05, 0.9), st.floats(0.05, 2.0)), max_size=8),
)
def test_every_clean_press_counts_once(presses: list[tuple[float, float]]) -> None:
    at, edges = 1.0, []
    for down_for, up_for in presses:
        edges += [(at, True), (at + down_for, False)]
        at += down_for + up_for
    assert gestures_of(edges, at + 1.0) == [Gesture.SHORT] * len(presses)
