"""Who is next: the clinic's promises, one by one, and what holds for every queue there can be."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.call_order import Candidate, Kept, Next, Turn, counting_priority, first_few, in_order
from rules.call_order import place as placed_in
from rules.site import CallOrderPolicy

MINUTE = 60_000
HALF_PAST_EIGHT = 1_790_000_000_000
KOSAR = CallOrderPolicy(
    head_start_minutes={"elderly": 15, "disabled": 20, "pregnant": 20}, booked_head_start_minutes=10, aged_minutes=60
)


def waits(number: int, minutes: int, source: str = "walk_in", **more: object) -> Candidate:
    """Somebody who has waited `minutes` at half past eight."""
    return Candidate(number=number, joined_ms=HALF_PAST_EIGHT - minutes * MINUTE, source=source, **more)  # type: ignore[arg-type]  # a test's shorthand


def called(candidates: Iterable[Candidate], policy: CallOrderPolicy = KOSAR, since_returning: int = 0) -> list[int]:
    placed = [placed_in(one, policy) for one in candidates]
    return [c.number for c in in_order(placed, policy, now_ms=HALF_PAST_EIGHT, since_returning=since_returning)]


def first(candidates: Iterable[Candidate], policy: CallOrderPolicy = KOSAR, since_returning: int = 0) -> Next:
    placed = [placed_in(one, policy) for one in candidates]
    return next(in_order(placed, policy, now_ms=HALF_PAST_EIGHT, since_returning=since_returning))


def test_who_came_first_is_called_first() -> None:
    assert called([waits(12, 10), waits(11, 5), waits(13, 20)]) == [13, 12, 11]


def test_an_empty_room_calls_nobody() -> None:
    assert called([]) == []


def test_a_booking_has_its_head_start_and_no_more() -> None:
    assert first([waits(1, 12), waits(2, 3, "booked")]) == Next(2, "booked")
    assert first([waits(1, 14), waits(2, 3, "booked")]) == Next(1, "walk_in")


def test_a_confirmed_priority_has_the_head_start_of_its_class() -> None:
    assert first([waits(1, 18), waits(2, 0, priority="disabled")]) == Next(2, "priority")
    assert first([waits(1, 18), waits(2, 0, priority="elderly")]) == Next(1, "walk_in")


def test_a_class_that_the_site_gives_no_head_start_changes_nothing() -> None:
    assert called([waits(1, 2), waits(2, 1, priority="veteran")]) == [1, 2]
    assert first([waits(2, 1, priority="veteran")]) == Next(2, "walk_in")


def test_who_booked_and_has_priority_has_both_head_starts() -> None:
    assert first([waits(1, 29), waits(2, 0, "booked", priority="disabled")]) == Next(2, "priority")
    assert first([waits(1, 31), waits(2, 0, "booked", priority="disabled")]) == Next(1, "walk_in")


def test_who_has_waited_an_hour_goes_before_every_head_start() -> None:
    assert first([waits(1, 60), waits(2, 55, "booked", priority="disabled")]) == Next(1, "aged")


def test_the_urgent_go_before_everybody_in_the_order_they_became_so() -> None:
    queue = [
        waits(1, 200),
        waits(2, 1, urgent_ms=HALF_PAST_EIGHT),
        waits(3, 9, turn=Turn.BACK),
        waits(4, 0, urgent_ms=HALF_PAST_EIGHT - 1),
    ]
    assert called(queue) == [4, 2, 3, 1]
    assert first(queue).why == "urgent"


def test_one_sent_away_is_back_at_the_head_after_two_calls() -> None:
    away = waits(7, 30, turn=Turn.BACK, others_left=2)
    assert called([waits(1, 20), waits(2, 15), waits(3, 10), away]) == [1, 2, 7, 3]


def test_one_sent_away_is_called_rather_than_nobody() -> None:
    assert first([waits(7, 30, turn=Turn.BACK, others_left=2)]) == Next(7, "back")


def test_returning_patients_get_one_call_in_three() -> None:
    line = [waits(n, 40 - n) for n in range(1, 7)]
    results = [waits(n, 5, turn=Turn.RETURNING) for n in (91, 92, 93)]
    assert called([*line, *results]) == [1, 2, 91, 3, 4, 92, 5, 6, 93]


def test_a_share_that_is_already_due_is_paid_at_once() -> None:
    queue = [waits(1, 40), waits(91, 5, turn=Turn.RETURNING)]
    assert first(queue, since_returning=2) == Next(91, "returning")
    assert first(queue, since_returning=1) == Next(1, "walk_in")


def test_where_places_have_times_an_early_comer_waits_for_their_own() -> None:
    by_time = CallOrderPolicy(booked_by="time")
    at_nine = waits(1, 60, "booked", place_ms=HALF_PAST_EIGHT + 30 * MINUTE)
    at_quarter_past = waits(2, 5, "booked", place_ms=HALF_PAST_EIGHT - 15 * MINUTE)
    walk_in = waits(3, 10)
    assert called([at_nine, at_quarter_past, walk_in], by_time) == [3, 2, 1], "and being late gains nothing"
    assert called([at_nine, at_quarter_past, walk_in], CallOrderPolicy()) == [1, 3, 2]


@pytest.mark.parametrize(
    ("asked", "confirmed", "final", "counts"),
    [
        ("elderly", None, False, "elderly"),
        ("elderly", None, True, None),
        ("elderly", "disabled", False, "disabled"),
        (None, "elderly", True, "elderly"),
        (None, None, False, None),
    ],
)
def test_a_priority_that_was_asked_for_counts_until_reception_had_its_say(
    asked: str | None, confirmed: str | None, final: bool, counts: str | None
) -> None:
    assert counting_priority(asked, confirmed, final=final) == counts


# ------------------------------------------------------------------ what holds for every queue

policies = st.builds(
    CallOrderPolicy,
    head_start_minutes=st.fixed_dictionaries({"elderly": st.integers(0, 40), "disabled": st.integers(0, 40)}),
    booked_head_start_minutes=st.integers(0, 30),
    booked_by=st.sampled_from(["arrival", "time"]),
    returning_one_in=st.integers(2, 5),
    aged_minutes=st.integers(0, 120),
)
moments = st.integers(0, 240).map(lambda minutes: HALF_PAST_EIGHT - minutes * MINUTE)


@st.composite
def queues(draw: st.DrawFn, turns: Sequence[Turn] = tuple(Turn), urgent: bool = True) -> list[Candidate]:
    numbers = draw(st.lists(st.integers(1, 9999), unique=True, max_size=25))
    return [
        Candidate(
            number=number,
            joined_ms=draw(moments),
            source=draw(st.sampled_from(["booked", "walk_in", "help"])),
            place_ms=draw(st.none() | st.integers(-120, 120).map(lambda m: HALF_PAST_EIGHT + m * MINUTE)),
            priority=draw(st.sampled_from([None, "elderly", "disabled"])),
            urgent_ms=draw(st.none() | moments) if urgent else None,
            turn=draw(st.sampled_from(turns)),
            others_left=draw(st.integers(0, 3)),
        )
        for number in numbers
    ]


@given(queues(), policies, st.integers(0, 5), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_the_queue_was_read(queue, policy, run, chance) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(queue)
    chance.shuffle(shuffled)
    assert called(queue, policy, run) == called(shuffled, policy, run)


@given(queues(), policies, st.integers(0, 5))
def test_everybody_is_called_exactly_once(queue, policy, run) -> None:  # type: ignore[no-untyped-def]
    assert sorted(called(queue, policy, run)) == sorted(c.number for c in queue)


@given(queues(), policies, st.integers(0, 5))
def test_the_urgent_are_always_first(queue, policy, run) -> None:  # type: ignore[no-untyped-def]
    urgent = {c.number for c in queue if c.urgent_ms is not None}
    assert set(called(queue, policy, run)[: len(urgent)]) == urgent


@given(queues(), policies, st.integers(0, 5), st.integers(0, 6))
def test_the_next_three_are_the_beginning_of_the_whole_order(queue, policy, run, most) -> None:  # type: ignore[no-untyped-def]
    few = first_few([placed_in(one, policy) for one in queue], policy, now_ms=HALF_PAST_EIGHT, since_returning=run, most=most)
    assert [c.number for c in few] == called(queue, policy, run)[:most]


@given(queues(turns=(Turn.LINE, Turn.RETURNING), urgent=False), policies, st.integers(0, 5))
def test_the_share_of_the_returning_is_exact_while_both_wait(queue, policy, run) -> None:  # type: ignore[no-untyped-def]
    order = called(queue, policy, run)
    returning = {c.number for c in queue if c.turn is Turn.RETURNING}
    while order and set(order) & returning and set(order) - returning:
        due = run + 1 >= policy.returning_one_in
        assert (order[0] in returning) is due
        run = 0 if order[0] in returning else run + 1
        order.pop(0)


@given(queues(urgent=False), policies, st.integers(0, 5))
def test_one_who_comes_back_waits_for_the_others_promised_and_no_longer(queue, policy, run) -> None:  # type: ignore[no-untyped-def]
    order = called(queue, policy, run)
    back = {c.number: c for c in queue if c.turn is Turn.BACK}
    for place, number in enumerate(order):
        if number in back:
            assert place <= back[number].others_left + len(back), "those who come back stand only behind each other"
            if set(order[place:]) - set(back):
                assert place >= back[number].others_left


@given(queues(turns=(Turn.LINE,), urgent=False), policies)
def test_nobody_is_overtaken_by_one_who_came_later_than_the_largest_head_start(queue, policy) -> None:  # type: ignore[no-untyped-def]
    """Bounded overtaking: from the moment of my arrival plus the largest head start, whoever joins is behind me."""
    head_start = (max(policy.head_start_minutes.values()) + policy.booked_head_start_minutes) * MINUTE
    order = called(queue, policy)
    counted = {c.number: _waits_from(c, policy) for c in queue}
    for place, number in enumerate(order):
        for later in order[place + 1 :]:
            assert counted[number] <= counted[later] + head_start


@given(st.lists(st.tuples(st.integers(0, 3), queues(turns=(Turn.LINE, Turn.RETURNING), urgent=False)), max_size=12), policies)
def test_nobody_starves_however_many_come_behind(arrivals, policy) -> None:  # type: ignore[no-untyped-def]
    """A whole morning at one room, one call a minute: the calls that go before me are the line that can be before me,
    and the share of the returning on top."""
    me = Candidate(number=10_000, joined_ms=HALF_PAST_EIGHT, source="walk_in")
    head_start = (max(policy.head_start_minutes.values()) + policy.booked_head_start_minutes) * MINUTE
    waiting, now, run = [me], HALF_PAST_EIGHT, 0
    rivals, number = 0, 10_001
    for before_me, (minutes, group) in enumerate(arrivals):
        now += minutes * MINUTE
        for one in group:
            joined = Candidate(number=number, joined_ms=now, source=one.source, priority=one.priority, turn=one.turn)
            number += 1
            rivals += joined.turn is Turn.LINE and now <= HALF_PAST_EIGHT + head_start
            waiting.append(joined)
        chosen = next(in_order([placed_in(one, policy) for one in waiting], policy, now_ms=now, since_returning=run))
        if chosen.number == me.number:
            break
        assert before_me < (rivals + 1) * policy.returning_one_in
        run = 0 if chosen.why == "returning" else run + 1
        waiting = [c for c in waiting if c.number != chosen.number]


OPEN = {"counter-1", "counter-2"}


@pytest.mark.parametrize(
    ("point", "open_points", "minutes", "passed_over"),
    [
        ("counter-1", OPEN, 0, True),
        ("counter-1", OPEN, 14, True),
        ("counter-1", OPEN, 15, False),
        ("counter-1", {"counter-1"}, 0, False),
        ("counter-2", OPEN, 0, False),
        ("counter-2", OPEN, 99, False),
    ],
)
def test_who_is_kept_for_a_counter_is_passed_over_elsewhere_while_it_is_open_and_not_for_ever(
    point: str, open_points: set[str], minutes: int, passed_over: bool
) -> None:
    kept = Kept("counter-2", until_ms=HALF_PAST_EIGHT + 15 * MINUTE)
    assert kept.passed_over_at(point, open_points, HALF_PAST_EIGHT + minutes * MINUTE) is passed_over


def _waits_from(one: Candidate, policy: CallOrderPolicy) -> int:
    if policy.booked_by == "time" and one.place_ms is not None:
        return max(one.joined_ms, one.place_ms)
    return one.joined_ms
