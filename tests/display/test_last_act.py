"""The counter's line about the last act, on the real store's own snapshots: the number is the one that the act was done to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from booking_store.ledger import Ledger
from display_device.counter.counter_view import Done, view
from mqtt.contract import Act, CallNext, CallNumber, NoShow, PointState, Press, Pressed, Recall, SendAway, StoreBeat
from mqtt.session import Connected, Heard
from tests.display.clinic import CounterAtWork
from tests.store.clinic import Clinic, moment_ms

POINT = "counter-1"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    clinic = Clinic(lambda: Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite", moment_ms("06:00")), clock="08:00")
    yield clinic
    clinic.ledger.close()


def snapshot(clinic: Clinic) -> PointState:
    clinic.publish()
    state = clinic.published["point", POINT]
    assert isinstance(state, PointState)
    return state


def press(clinic: Clinic, act: Act) -> None:
    clinic.wait(1.0)
    state = snapshot(clinic)
    answer = clinic.ask(POINT, Press(point=POINT, epoch=state.epoch, revision=state.revision, act=act))
    assert isinstance(answer, Pressed), answer


def line_of(clinic: Clinic) -> Done | None:
    """What the counter says was done, a moment after the store did it."""
    state = snapshot(clinic)
    counter = CounterAtWork(device=POINT, points=(POINT,))
    beat = StoreBeat(up=True, connection="s", epoch=state.epoch, sequence=state.sequence, wall_ms=clinic.now.ms)
    site = clinic.published["site", ""]
    counter.hear(Connected("c"), *(Heard("", "", message, live=True) for message in (site, beat, state)))
    return view(counter.desk, counter.now).points[0].done


def test_the_next_one_is_told_as_called_not_the_one_who_was_finished(clinic: Clinic) -> None:
    first, second = clinic.walk_in(), clinic.walk_in()
    press(clinic, CallNext())
    assert line_of(clinic) == Done("call_next", first, 10)
    press(clinic, CallNext())
    assert line_of(clinic) == Done("call_next", second, 10)


def test_with_nobody_left_the_one_who_was_here_is_told_as_finished(clinic: Clinic) -> None:
    only = clinic.walk_in()
    press(clinic, CallNext())
    press(clinic, CallNext())
    assert line_of(clinic) == Done("finish", only, 10)


@pytest.mark.parametrize(("act", "told"), [(Recall(), "recall"), (NoShow(), "no_show"), (SendAway(), "send_away")])
def test_other_acts_name_the_one_who_was_called(clinic: Clinic, act: Act, told: str) -> None:
    first, _ = clinic.walk_in(), clinic.walk_in()
    press(clinic, CallNext())
    press(clinic, act)
    done = line_of(clinic)
    assert done is not None
    assert (done.act, done.number) == (told, first)


def test_a_number_called_out_of_order_is_the_one_told(clinic: Clinic) -> None:
    _, second = clinic.walk_in(), clinic.walk_in()
    press(clinic, CallNext())
    press(clinic, CallNumber(number=second))
    assert line_of(clinic) == Done("call_number", second, 10)
