"""Undo: ten seconds to take back a press, and never at the cost of somebody else's."""

import pytest

from mqtt.contract import (
    Act,
    Board,
    CallNext,
    CallNumber,
    Finish,
    MakeUrgent,
    NoShow,
    NotServed,
    Park,
    Pause,
    PointStatus,
    Pressed,
    Reason,
    Recall,
    SendAway,
    Transfer,
    Undo,
)
from tests.store.morning import Morning, refused

EVERY_ACT: tuple[Act, ...] = (
    CallNext(),
    Recall(),
    NoShow(),
    SendAway(),
    Finish(),
    Park(),
    NotServed(why="left"),
    Transfer(stage="cashier", come_back=True),
    Transfer(department=12, doctor=3),
    Pause(why="prayer"),
)


def whole(morning: Morning) -> list[object]:
    """All that the acts of a point move, as far as anybody can tell afterwards."""
    tickets = "SELECT id, state, department, doctor, ahead, final_at_ms, outcome, ended_at_ms FROM tickets ORDER BY id"
    stops = "SELECT id, stage, waiting_since_ms, called_at_ms, ended_at_ms, point, calls, turn, back_after FROM stops"
    points = "SELECT id, status, ticket, paused_why FROM points ORDER BY id"
    calls = "SELECT id FROM calls WHERE NOT withdrawn ORDER BY id"
    return [morning.rows(sql) for sql in (tickets, f"{stops} WHERE NOT taken_back ORDER BY id", points, calls)]


@pytest.mark.parametrize("act", EVERY_ACT, ids=lambda act: type(act).__name__)
def test_after_undo_all_is_as_it_was(morning: Morning, act: Act) -> None:
    for _ in range(3):
        morning.walk_in()
    morning.call("counter-1")
    before = whole(morning)
    assert isinstance(morning.press("counter-1", act), Pressed)
    assert whole(morning) != before
    assert isinstance(morning.wait(9).press("counter-1", Undo()), Pressed)
    assert whole(morning) == before


def test_after_ten_seconds_it_is_too_late(morning: Morning) -> None:
    number = morning.walk_in()
    morning.call("counter-1")
    assert refused(morning.wait(10.001).press("counter-1", Undo())) is Reason.UNDO_TOO_LATE
    assert morning.current("counter-1") == number


def test_what_the_doctor_has_called_since_is_not_taken_back(morning: Morning) -> None:
    number = morning.walk_in()
    morning.call("counter-1")
    morning.press("counter-1", Finish())
    assert morning.call("room-1") == number
    assert refused(morning.press("counter-1", Undo())) is Reason.UNDO_TOO_LATE
    assert (morning.current("room-1"), morning.current("counter-1")) == (number, None)


def test_not_even_when_both_come_in_one_commit(morning: Morning) -> None:
    number = morning.walk_in()
    morning.call("counter-1")
    finish, call = morning.asked("counter-1", Finish()), morning.asked("room-1", CallNext())
    morning.batch(("counter-1", finish, None), ("room-1", call, None))
    assert refused(morning.press("counter-1", Undo())) is Reason.UNDO_TOO_LATE
    assert morning.current("room-1") == number


def test_what_staff_changed_since_is_not_taken_back(morning: Morning) -> None:
    number = morning.walk_in()
    morning.call("counter-1")
    morning.press("counter-1", Finish())
    morning.ask("operator", MakeUrgent(number=number, why="chest pain"))
    assert refused(morning.press("counter-1", Undo())) is Reason.UNDO_TOO_LATE


def test_an_undo_is_not_undone(morning: Morning) -> None:
    morning.walk_in()
    morning.call("counter-1")
    morning.press("counter-1", Undo())
    assert refused(morning.press("counter-1", Undo())) is Reason.UNDO_TOO_LATE


def test_a_point_that_did_nothing_has_nothing_to_undo(morning: Morning) -> None:
    assert refused(morning.press("counter-1", Undo())) is Reason.UNDO_TOO_LATE


def test_undo_raises_the_revision_where_the_ticket_changes_and_not_after_a_recall(morning: Morning) -> None:
    morning.walk_in()
    morning.call("counter-1")
    morning.press("counter-1", Recall())
    before = morning.revision("counter-1")
    morning.press("counter-1", Undo())
    assert morning.revision("counter-1") == before
    morning.press("counter-1", NoShow())
    morning.press("counter-1", Undo())
    assert morning.revision("counter-1") == before + 2


def test_the_call_is_withdrawn_from_the_board_and_its_id_is_never_used_again(morning: Morning) -> None:
    morning.walk_in()
    morning.call("counter-1")
    morning.press("counter-1", Undo())
    morning.call("counter-2")
    board = morning.published["board", "hall-1"]
    assert isinstance(board, Board)
    assert [(call.point, call.withdrawn) for call in board.calls] == [("counter-1", True), ("counter-2", False)]
    assert len({call.call for call in board.calls}) == 2


def test_one_person_at_one_counter_for_two_stages_is_put_back_in_one_step(morning: Morning) -> None:
    """Counter 2 is reception and cashier: finishing the one calls the same person for the other."""
    number = morning.walk_in()
    morning.press("counter-2", CallNumber(number=number))
    morning.press("counter-2", Transfer(stage="cashier", come_back=True))
    assert morning.call("counter-2") == number
    before = whole(morning)
    assert morning.call("counter-2") == number, "back at reception, with nobody else there"
    assert morning.stage(number) == "reception"
    morning.press("counter-2", Undo())
    assert whole(morning) == before


def test_a_pause_is_undone(morning: Morning) -> None:
    morning.press("counter-1", Pause(why="prayer", until="12:30"))
    answer = morning.press("counter-1", Undo())
    assert isinstance(answer, Pressed)
    assert answer.point.status is PointStatus.OPEN


def test_the_screen_is_told_until_when_undo_works(morning: Morning) -> None:
    morning.walk_in()
    answer = morning.press("counter-1", CallNext())
    assert isinstance(answer, Pressed)
    assert answer.point.last_act is not None
    assert answer.point.last_act.undo_until_ms == morning.now.ms + 10_000
    undone = morning.press("counter-1", Undo())
    assert isinstance(undone, Pressed)
    assert undone.point.last_act is not None
    assert (undone.point.last_act.act, undone.point.last_act.undo_until_ms) == ("undo", None)
