"""What a counter's screen says at the edges of its day: before the site is known, closed, paused, and in doubt."""

import pytest

from display_device.counter.button import Button, Gesture
from display_device.counter.counter import Lamp, lamp
from display_device.counter.counter_view import CounterView, Phase, PointView, next_change, view
from display_device.counter.wishes import Wish
from display_device.known import IDENTIFY_SECONDS, Known, learn
from display_device.orders import Beep
from mqtt.contract import (
    Changed,
    DeviceState,
    Health,
    Identify,
    LastAct,
    LateDoctor,
    NoShow,
    OrderMessage,
    PointStatus,
    Pressed,
    PrinterStatus,
    Reason,
    Refusal,
)
from mqtt.session import Cleared, Connected, GaveUp
from pads.events import KeyDown, PadChanged
from tests.display.clinic import SITE, CounterAtWork, answered, beat, board, fields, heard, point_state, wall_ms

GREEN, SECOND, THIRD = Button.CALL_NEXT, Button.NO_SHOW, Button.SEND_AWAY


def shown(counter: CounterAtWork) -> CounterView:
    return view(counter.desk, counter.now)


def point(counter: CounterAtWork) -> PointView:
    return shown(counter).points[0]


def kiosk(device: str, printer: PrinterStatus = PrinterStatus.OK, connection: str = "k1") -> DeviceState:
    return DeviceState(device=device, up=True, connection=connection, role="kiosk", health=Health(printer=printer))


# --------------------------------------------------------------------------- what the screen says of its point


def test_before_the_site_is_known_a_counter_is_starting_and_asks_nothing() -> None:
    counter = CounterAtWork()
    counter.hear(Connected("c1"), beat(0.0))
    assert point(counter).phase is Phase.STARTING
    counter.press(GREEN)
    assert counter.asked() == []
    assert point(counter).phase is Phase.STARTING


@pytest.mark.parametrize(("status", "phase"), [(PointStatus.CLOSED, Phase.CLOSED), (PointStatus.PAUSED, Phase.PAUSED)])
def test_a_counter_that_is_not_open_says_so_and_only_green_does_something(status: PointStatus, phase: Phase) -> None:
    counter = CounterAtWork().ready(point_state(status=status))
    assert point(counter).phase is phase
    by_button = {hint.button: (hint.short, hint.held) for hint in shown(counter).hints}
    assert by_button == {GREEN: (Wish.RESUME, Wish.RESUME), SECOND: (None, None), THIRD: (None, None)}


def test_a_paused_counter_names_its_reason_and_until_when() -> None:
    counter = CounterAtWork().ready(point_state(status=PointStatus.PAUSED, paused_why="prayer", paused_until="12:30"))
    assert (point(counter).paused_why.en, point(counter).paused_until) == ("Prayer", "12:30")


def test_a_reason_and_a_class_that_the_site_does_not_know_have_no_name_and_stop_nothing() -> None:
    state = point_state(number=123, paused_why="strike", current={"priority": "pilot", "priority_asked": "elderly"})
    counter = CounterAtWork().ready(state)
    looks = point(counter)
    assert (looks.paused_why.fa, looks.notes.priority.fa) == ("", "")
    assert looks.notes.priority_asked.en == "Elderly", "what was asked for and not given is said as well"


def test_a_class_that_was_given_as_asked_is_said_once() -> None:
    counter = CounterAtWork().ready(point_state(number=123, current={"priority": "elderly", "priority_asked": "elderly"}))
    assert point(counter).notes.priority.en == "Elderly"
    assert point(counter).notes.priority_asked.fa == ""


def test_nobody_at_the_counter_cannot_be_recalled_missed_or_sent_away() -> None:
    counter = CounterAtWork().ready(point_state())
    assert point(counter).phase is Phase.NOBODY
    promised = {
        (hint.button, gesture): wish
        for hint in shown(counter).hints
        for gesture, wish in zip(Gesture, (hint.short, hint.held), strict=True)
    }
    assert promised[GREEN, Gesture.SHORT] is Wish.NEXT
    assert promised[GREEN, Gesture.HELD] is None
    assert promised[SECOND, Gesture.SHORT] is None
    assert promised[THIRD, Gesture.SHORT] is None
    assert promised[THIRD, Gesture.HELD] is Wish.PAUSE


def test_a_next_for_whom_nobody_waited_is_told_as_the_end_of_the_one_before() -> None:
    act = LastAct(act="call_next", number=123, at_ms=wall_ms(0.0), undo_until_ms=wall_ms(10.0))
    counter = CounterAtWork().ready(point_state(last_act=act))
    done = point(counter).done
    assert done is not None
    assert (done.act, done.number) == ("finish", 123)


def test_each_second_in_which_an_act_can_be_taken_back_is_drawn() -> None:
    act = LastAct(act="no_show", number=123, at_ms=wall_ms(0.0), undo_until_ms=wall_ms(10.0))
    counter = CounterAtWork().ready(point_state(last_act=act))
    seconds = []
    while (change := next_change(counter.desk)) is not None and change < 12:
        counter.wait(change - counter.now)
        done = point(counter).done
        seconds.append(done.undo_seconds if done else None)
    assert seconds == [9, 8, 7, 6, 5, 4, 3, 2, 1, None]


def test_a_point_that_the_site_file_lost_is_starting_again_and_a_neighbours_is_left_alone() -> None:
    counter = CounterAtWork().ready(point_state(number=123))
    counter.hear(Cleared("point", "counter-3"))
    assert point(counter).number == 123
    counter.hear(Cleared("point", "counter-4"))
    assert point(counter).phase is Phase.STARTING


def test_a_technician_sees_which_counter_this_is_for_eight_seconds() -> None:
    counter = CounterAtWork().ready(point_state())
    counter.hear(heard(OrderMessage(id="o1", order=Identify())))
    assert shown(counter).identify == "counter-4"
    assert Beep() in counter.actions
    assert lamp(counter.desk) is Lamp.BLINKING
    assert next_change(counter.desk) == IDENTIFY_SECONDS
    counter.wait(IDENTIFY_SECONDS)
    assert shown(counter).identify is None
    assert lamp(counter.desk) is not Lamp.BLINKING


def test_a_time_zone_that_this_device_does_not_know_is_told_in_world_time() -> None:
    known = learn(Known(), heard(fields(SITE, time_zone="Asia/Nowhere")), 0.0)
    local = known.local_time(wall_ms(0.0))
    assert local is not None
    assert f"{local:%H:%M}" == "07:12"


# -------------------------------------------------------------------------------- presses and their answers


def test_an_answer_to_a_press_given_up_tells_nothing() -> None:
    counter = CounterAtWork().ready(point_state(number=123))
    counter.wait(1.0)
    counter.press(GREEN)
    first = counter.asked()[0].id
    counter.hear(GaveUp(first))
    counter.hear(answered(first, Refusal(reason=Reason.STALE)), GaveUp(first))
    told = point(counter).message
    assert told is not None
    assert told.what == "not_done"


def test_an_answer_that_is_none_to_a_press_is_told_as_a_fault() -> None:
    counter = CounterAtWork().ready(point_state(number=123))
    counter.wait(1.0)
    counter.press(SECOND)
    assert counter.asked()[0].press.act == NoShow()
    counter.hear(answered(counter.asked()[0].id, Changed()))
    told = point(counter).message
    assert told is not None
    assert told.what == Reason.INTERNAL_ERROR.value
    assert not point(counter).asking


def test_a_snapshot_of_an_older_revision_does_not_replace_the_answer_to_a_press() -> None:
    counter = CounterAtWork().ready(point_state(number=123, revision=4))
    counter.wait(1.0)
    counter.press(GREEN)
    counter.hear(answered(counter.asked()[0].id, Pressed(point=point_state(number=124, revision=5))))
    counter.hear(heard(point_state(number=123, revision=4)))
    assert point(counter).number == 124


def test_a_pause_without_reasons_in_the_site_file_needs_no_choice() -> None:
    counter = CounterAtWork(has_pad=True).ready(fields(SITE, sequence=2, pause_reasons=()), point_state(number=123))
    counter.press(THIRD, 1.5)
    (ask,) = counter.asked()
    assert type(ask.press.act).__name__ == "Pause"


def test_a_reason_that_is_not_on_the_list_pauses_nothing() -> None:
    counter = CounterAtWork(has_pad=True).ready(point_state(number=123))
    counter.hear(KeyDown("slash"), KeyDown("9"))
    assert counter.asked() == []


# ------------------------------------------------------------------------------------- the pad and the kiosks


def test_a_pad_that_is_pulled_forgets_what_was_typed_and_its_absence_is_shown() -> None:
    counter = CounterAtWork(has_pad=True).ready(point_state(number=123))
    counter.hear(PadChanged(True), KeyDown("4"), KeyDown("0"))
    assert not shown(counter).pad_missing
    counter.hear(PadChanged(False))
    assert shown(counter).pad_missing
    assert shown(counter).pad is None
    counter.hear(PadChanged(True), KeyDown("enter"))
    assert counter.asked() == []


def test_a_board_that_is_older_than_the_one_shown_or_another_halls_takes_nothing_away() -> None:
    counter = CounterAtWork(device="room-2", points=("room-2",)).ready(point_state(point="room-2"))
    late = LateDoctor(doctor=3, until="10:50")
    counter.hear(heard(board(sequence=5, late=(late,))))
    counter.hear(heard(board(sequence=4)), heard(fields(board(sequence=9), zone="hall-2")))
    assert point(counter).late_until == "10:50"
    counter.hear(heard(board(sequence=6)))
    assert point(counter).late_until is None


def test_a_kiosk_that_is_off_is_named_after_the_printers_and_comes_back_by_itself() -> None:
    counter = CounterAtWork().ready(point_state())
    counter.hear(heard(kiosk("kiosk-2", PrinterStatus.PAPER_OUT)), heard(kiosk("kiosk-1")))
    assert [(one.kiosk, one.status) for one in shown(counter).troubles] == [("kiosk-2", "paper_out")]
    counter.hear(heard(DeviceState(device="kiosk-1", up=False, connection="k1")))
    assert [(one.kiosk, one.status) for one in shown(counter).troubles] == [("kiosk-2", "paper_out"), ("kiosk-1", "off")]
    counter.hear(heard(kiosk("kiosk-1", connection="k2")), heard(kiosk("kiosk-2", connection="k2")))
    assert shown(counter).troubles == ()
