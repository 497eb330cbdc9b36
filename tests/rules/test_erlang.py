"""How many counters an hour wants: Erlang's formula against values that others have printed, and the laws it obeys."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.erlang import COUNTERS_MOST, Promise, counters_for, served_within, waiting_share

PROMISE = Promise(share=0.8, minutes=10)
loads = st.floats(0.01, 60)


def by_its_own_words(load: float, counters: int) -> float:
    """C(n, a) as it is written in books, with factorials."""
    last = load**counters / math.factorial(counters) * counters / (counters - load)
    return last / (sum(load**k / math.factorial(k) for k in range(counters)) + last)


@pytest.mark.parametrize(
    ("load", "counters", "waits"),
    [
        (0.5, 1, 0.5),  # one counter: as many wait as it is busy (M/M/1)
        (1.0, 2, 1 / 3),  # two counters half busy: 2 ρ² / (1 + ρ) (Gross and Harris, M/M/2)
        (2.0, 3, 4 / 9),  # three counters, two busy on average (the eye clinic of Gross and Harris, 6 an hour of 20 minutes)
        (10.0, 14, 0.174),  # the textbook call centre: 200 calls an hour of 3 minutes, 14 at work
        (48.0, 55, 0.239),  # 360 calls in half an hour of 4 minutes each, 55 at work
    ],
)
def test_the_share_that_waits_is_the_one_in_print(load: float, counters: int, waits: float) -> None:
    assert waiting_share(load, counters) == pytest.approx(waits, abs=0.0005)


def test_the_textbook_call_centre_answers_nine_of_ten_within_twenty_seconds_with_fourteen() -> None:
    assert served_within(10.0, 14, 3.0, 20 / 60) == pytest.approx(0.888, abs=0.0005)
    assert served_within(10.0, 13, 3.0, 20 / 60) < 0.8
    assert counters_for(200, 3.0, Promise(0.8, 20 / 60)) == 14


@given(load=st.floats(0.01, 25), more=st.integers(1, 20))
def test_the_recursion_says_what_the_factorials_say(load: float, more: int) -> None:
    counters = math.floor(load) + more
    assert waiting_share(load, counters) == pytest.approx(by_its_own_words(load, counters), rel=1e-9)


@given(load=loads, counters=st.integers(1, 80))
def test_a_counter_more_never_makes_more_people_wait(load: float, counters: int) -> None:
    assert waiting_share(load, counters + 1) <= waiting_share(load, counters) + 1e-12
    assert served_within(load, counters + 1, 3.0, 5.0) >= served_within(load, counters, 3.0, 5.0) - 1e-12


@given(load=loads, counters=st.integers(1, 80), minutes=st.floats(0, 60))
def test_every_share_is_a_share(load: float, counters: int, minutes: float) -> None:
    assert 0 <= waiting_share(load, counters) <= 1
    assert 0 <= served_within(load, counters, 3.0, minutes) <= 1


@given(people=st.floats(0, 400), service=st.floats(0.5, 15))
def test_the_counters_keep_the_promise_and_one_less_does_not(people: float, service: float) -> None:
    counters, load = counters_for(people, service, PROMISE), people * service / 60
    if counters < COUNTERS_MOST:
        assert served_within(load, counters, service, PROMISE.minutes) >= PROMISE.share
    if counters:
        assert served_within(load, counters - 1, service, PROMISE.minutes) < PROMISE.share


def test_where_not_even_the_most_counters_are_enough_the_most_are_named() -> None:
    assert counters_for(100_000, 3.0, PROMISE) == COUNTERS_MOST


def test_a_promise_that_is_kept_to_the_dot_is_kept() -> None:
    exactly = served_within(4.0, 6, 3.0, 10)
    assert counters_for(80, 3.0, Promise(exactly, 10)) == 6


def test_nobody_wants_no_counter() -> None:
    assert counters_for(0, 3.0, PROMISE) == 0
    assert served_within(0, 0, 3.0, 0) == 1.0
    assert (waiting_share(0, 0), waiting_share(0, 3)) == (0.0, 0.0)


def test_as_many_counters_as_there_is_work_let_everybody_wait_for_ever() -> None:
    assert (waiting_share(2.0, 2), served_within(2.0, 2, 3.0, 60)) == (1.0, 0.0)
