"""A request is asked until it is answered or given up: never forgotten, never faster than its pace."""

from hypothesis import given
from hypothesis import strategies as st

from mqtt import asking
from mqtt.asking import Asking
from mqtt.contract import ASK_AGAIN_SECONDS, Request, StopReception

REQUEST = Request(id="r1", operation=StopReception(), boot="b", attempt=0)


def on_its_way(give_up_seconds: float | None = None) -> Asking:
    return asking.asked(asking.connected(Asking(), 0.0), REQUEST, 0.0, give_up_seconds)


def test_a_request_goes_at_once_and_again_at_its_pace() -> None:
    state, sent, given_up = asking.due(on_its_way(), 0.0)
    assert ([r.attempt for r in sent], given_up) == ([1], ())
    assert asking.due(state, ASK_AGAIN_SECONDS - 0.01)[1] == ()
    assert state.deadline() == ASK_AGAIN_SECONDS
    state, sent, _ = asking.due(state, ASK_AGAIN_SECONDS)
    assert [(r.id, r.attempt) for r in sent] == [("r1", 2)]


def test_what_was_answered_is_asked_no_more() -> None:
    state = asking.ended(asking.due(on_its_way(), 0.0)[0], "r1")
    assert not state.waits_for("r1")
    assert state.deadline() is None
    assert asking.due(state, 100.0)[1:] == ((), ())


def test_without_a_broker_nothing_is_sent_and_time_runs_on() -> None:
    state = asking.disconnected(on_its_way(give_up_seconds=3))
    assert state.deadline() == 3
    assert asking.due(state, 2.9)[1:] == ((), ())
    assert asking.due(state, 3.0)[1:] == ((), ("r1",))


def test_a_new_connection_asks_everything_again_at_once() -> None:
    state, _, _ = asking.due(on_its_way(), 0.0)
    state = asking.connected(asking.disconnected(state), 0.1)
    assert [r.attempt for r in asking.due(state, 0.1)[1]] == [2]


def test_a_request_whose_giving_up_could_not_be_told_is_given_up_again() -> None:
    state, _, given_up = asking.due(on_its_way(give_up_seconds=1), 1.0)
    assert given_up == ("r1",)
    assert asking.due(state, 1.1)[2] == ("r1",)


def test_asking_the_same_id_again_starts_its_time_anew() -> None:
    state = asking.asked(on_its_way(give_up_seconds=1), REQUEST, 0.9, 1.0)
    assert [one.give_up_at for one in state.outstanding] == [1.9]


@given(
    turns=st.lists(st.tuples(st.sampled_from(["wait", "lose", "find"]), st.floats(0, 2, allow_nan=False)), max_size=40),
    give_up=st.none() | st.floats(0.1, 20),
)
def test_a_request_is_never_forgotten_and_its_attempts_count_up(turns: list[tuple[str, float]], give_up: float | None) -> None:
    state, now, attempts, last_sent = on_its_way(give_up), 0.0, [0], -1.0
    for what, seconds in turns:
        now += seconds
        if what == "lose":
            state = asking.disconnected(state)
        elif what == "find":
            state, last_sent = asking.connected(state, now), -1.0
        state, sent, given_up = asking.due(state, now)
        for request in sent:
            assert last_sent < 0 or now - last_sent >= ASK_AGAIN_SECONDS - 1e-9
            attempts.append(request.attempt)
            last_sent = now
        assert state.waits_for("r1")
        assert bool(given_up) == (give_up is not None and now >= give_up)
    assert attempts == list(range(len(attempts)))
