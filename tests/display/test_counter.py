"""A counter: a press asks with what is shown, one at a time; snapshots alone change the screen."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from display_device.counter.button import Button, Edge, Gesture, at_start
from display_device.counter.counter import Ask, Lamp, Light, StopAsking, deadline, lamp
from display_device.counter.counter_view import CounterView, Phase, PointView, next_change, view
from display_device.counter.wishes import NOT_OPEN, OPEN, Wish
from display_device.voice.announcement import SPEECH_LIMIT_SECONDS
from mqtt.contract import (
    FEED_LOST_AFTER_SECONDS,
    REPLY_WAIT_SECONDS,
    Act,
    CallNext,
    CallNumber,
    DeviceState,
    Health,
    LastAct,
    LateDoctor,
    NoShow,
    Park,
    Pause,
    PointState,
    PointStatus,
    Pressed,
    PrinterStatus,
    Progress,
    Reason,
    Recall,
    Refusal,
    Resume,
    SendAway,
    StoreBeat,
    Undo,
)
from mqtt.session import Connected, Disconnected, GaveUp, StoreAway
from pads.events import KeyDown
from program.inbox import Tick
from tests.display.clinic import (
    EPOCH,
    SITE,
    CounterAtWork,
    answered,
    beat,
    board,
    call,
    fields,
    heard,
    point_state,
    wall_ms,
)

GREEN, SECOND, THIRD = Button.CALL_NEXT, Button.NO_SHOW, Button.SEND_AWAY
WILL = StoreBeat(up=False, connection="s1")


def shown(counter: CounterAtWork) -> CounterView:
    return view(counter.desk, counter.now)


def point(counter: CounterAtWork) -> PointView:
    return shown(counter).points[0]


def message(counter: CounterAtWork) -> str:
    told = point(counter).message
    return told.what if told else ""


@pytest.mark.parametrize(
    ("button", "seconds", "act"),
    [
        (GREEN, 0.1, CallNext()),
        (GREEN, 1.5, Recall()),
        (SECOND, 0.1, NoShow()),
        (SECOND, 1.5, Undo()),
        (THIRD, 0.1, SendAway()),
    ],
)
def test_each_button_asks_for_its_act_with_what_is_shown(button: Button, seconds: float, act: Act) -> None:
    counter = CounterAtWork().ready(point_state(number=123, revision=7))
    counter.wait(1.0)
    counter.press(button, seconds)
    (ask,) = counter.asked()
    assert (ask.press.act, ask.press.epoch, ask.press.revision, ask.press.point) == (act, EPOCH, 7, "counter-4")


def test_the_green_button_opens_a_paused_counter() -> None:
    counter = CounterAtWork().ready(point_state(status=PointStatus.PAUSED))
    counter.press(GREEN)
    assert counter.asked()[0].press.act == Resume()


def test_what_the_screen_promises_of_a_button_is_what_the_button_asks() -> None:
    counter = CounterAtWork().ready(point_state(number=123))
    for hint in shown(counter).hints:
        for gesture, wish in zip(Gesture, (hint.short, hint.held), strict=True):
            assert wish in {OPEN.get((hint.button, gesture)), None}
    assert set(NOT_OPEN.values()) == {Wish.RESUME, Wish.UNDO}


def test_a_second_press_waits_for_the_answer_to_the_first() -> None:
    counter = CounterAtWork().ready(point_state(number=123))
    counter.wait(1.0)
    counter.press(GREEN)
    counter.press(SECOND)
    assert len(counter.asked()) == 1
    assert message(counter) == "still_asking"


def test_a_press_without_an_answer_is_shown_as_not_done_and_not_asked_any_more() -> None:
    counter = CounterAtWork().ready(point_state(number=123))
    counter.wait(1.0)
    counter.press(GREEN)
    counter.wait(REPLY_WAIT_SECONDS)
    assert message(counter) == "not_done"
    assert StopAsking(counter.asked()[0].id) in counter.actions
    assert point(counter).number == 123, "a press changes nothing by itself"


def test_a_press_that_did_act_after_all_is_shown_and_nobody_is_told_to_press_again() -> None:
    counter = CounterAtWork().ready(point_state(number=123, revision=7))
    counter.wait(1.0)
    counter.press(GREEN)
    counter.wait(REPLY_WAIT_SECONDS)
    counter.hear(heard(point_state(number=123, revision=7, sequence=8)))
    assert message(counter) == "not_done", "only the line behind it has grown"
    counter.hear(heard(point_state(number=124, revision=8, sequence=9)))
    assert (point(counter).number, message(counter)) == (124, "")


def test_a_stale_press_is_told_for_a_moment_and_nothing_happens() -> None:
    counter = CounterAtWork().ready(point_state(number=123))
    counter.wait(1.0)
    counter.press(GREEN)
    counter.hear(answered(counter.asked()[0].id, Refusal(reason=Reason.STALE)))
    assert (message(counter), point(counter).number) == ("stale", 123)
    counter.wait(5.0)
    assert message(counter) == ""


def test_an_answer_shows_the_point_after_the_press_before_the_snapshot_comes() -> None:
    counter = CounterAtWork().ready(point_state())
    counter.press(GREEN)
    after = point_state(counter.now, number=124, sequence=2, revision=2)
    counter.hear(answered(counter.asked()[0].id, Pressed(point=after)))
    assert (point(counter).number, point(counter).phase) == (124, Phase.CALLED)


def test_a_double_click_does_not_skip_the_patient_whom_nobody_has_seen_yet() -> None:
    counter = CounterAtWork().ready(point_state())
    counter.press(GREEN)
    after = point_state(counter.now, number=124, sequence=2, revision=2)
    counter.hear(answered(counter.asked()[0].id, Pressed(point=after)))
    counter.press(GREEN, 0.05)
    assert len(counter.asked()) == 1
    counter.wait(1.0)
    counter.press(GREEN)
    assert len(counter.asked()) == 2


def test_a_press_while_the_feed_is_lost_asks_nothing_and_says_so() -> None:
    counter = CounterAtWork().ready(point_state(number=123))
    counter.wait(FEED_LOST_AFTER_SECONDS, beats=False)
    counter.press(GREEN, beats=False)
    assert counter.asked() == []
    assert message(counter) == "no_feed"


def test_the_feed_is_lost_within_six_seconds_and_the_number_is_old_with_its_hour() -> None:
    counter = CounterAtWork().ready(point_state(number=123))
    counter.wait(6.0, beats=False)
    assert (point(counter).phase, point(counter).number, point(counter).last_heard) == (Phase.LOST, 123, "10:42")
    counter.hear(beat(counter.now))
    assert point(counter).phase is not Phase.LOST


def test_a_snapshot_that_the_store_has_overtaken_is_not_shown_as_new_for_long() -> None:
    counter = CounterAtWork().ready(point_state(number=123, sequence=5))
    counter.hear(beat(counter.now, Progress(topic="point/counter-4", sequence=9), sequence=9))
    for _ in range(6):
        counter.now += 1.0
        counter.hear(beat(counter.now, Progress(topic="point/counter-4", sequence=9), sequence=9))
    assert point(counter).phase is Phase.LOST


def test_an_older_snapshot_never_replaces_a_newer_one() -> None:
    counter = CounterAtWork().ready(point_state(number=124, sequence=5, revision=3))
    counter.hear(heard(point_state(number=123, sequence=4, revision=2)))
    assert point(counter).number == 124


@pytest.mark.parametrize("away", [(heard(WILL),), (Disconnected("cable"), Connected("c2"))])
def test_a_store_that_was_started_again_is_shown_though_its_snapshots_come_before_its_first_beat(
    away: tuple[object, ...],
) -> None:
    counter = CounterAtWork().ready(point_state(0.0, number=123, sequence=9))
    counter.hear(*away, heard(point_state(number=124, epoch="e2", sequence=3)))
    progress = Progress(topic="point/counter-4", sequence=3)
    counter.hear(beat(counter.now, progress, epoch="e2", sequence=3))
    assert point(counter).number == 124
    counter.now += 1.0
    counter.press(GREEN, beats=False)
    assert [ask.press.epoch for ask in counter.asked()] == ["e2"]
    counter.hear(heard(point_state(0.0, number=123, sequence=10)))
    assert point(counter).number == 124, "nothing of the old store replaces what the new one says"


def test_a_called_number_is_yellow_for_fifteen_seconds_then_served() -> None:
    counter = CounterAtWork().ready(point_state(0.0, number=123))
    counter.wait(15.0)
    assert point(counter).phase is Phase.CALLED
    change = next_change(counter.desk)
    assert change is not None
    counter.wait(change - counter.now)
    assert point(counter).phase is Phase.SERVING


def test_what_was_done_can_be_taken_back_for_ten_seconds_counted_in_whole_ones() -> None:
    act = LastAct(act="call_next", number=123, at_ms=wall_ms(0.0), undo_until_ms=wall_ms(10.0))
    counter = CounterAtWork().ready(point_state(number=123, last_act=act))
    counter.wait(3.5)
    done = point(counter).done
    assert done is not None
    assert done.undo_seconds == 7
    assert shown(counter).hints[1].held is Wish.UNDO
    counter.wait(7.0)
    assert point(counter).done is None
    assert shown(counter).hints[1].held is None


def test_a_number_typed_on_the_pad_is_called_out_of_order_and_an_empty_kiosk_is_told() -> None:
    counter = CounterAtWork(has_pad=True).ready(point_state(number=123))
    for key in ("4", "0", "7"):
        counter.hear(KeyDown(key))
    pad = shown(counter).pad
    assert pad is not None
    assert pad.typed == "407"
    counter.hear(KeyDown("enter"))
    assert counter.asked()[0].press.act == CallNumber(number=407)
    state = DeviceState(
        device="kiosk-1", up=True, connection="k1", role="kiosk", health=Health(printer=PrinterStatus.PAPER_OUT)
    )
    counter.hear(heard(state))
    assert shown(counter).troubles[0].status == "paper_out"
    counter.hear(heard(DeviceState(device="kiosk-1", up=False, connection="older")))
    assert shown(counter).troubles[0].status == "paper_out", "the last will of a connection before this one"


def test_the_pad_parks_and_pauses_with_a_reason() -> None:
    counter = CounterAtWork(has_pad=True).ready(point_state(number=123))
    counter.hear(KeyDown("slash"))
    pad = shown(counter).pad
    assert pad is not None
    assert [reason.en for reason in pad.reasons] == ["Prayer", ""]
    counter.hear(KeyDown("2"))
    assert counter.asked()[0].press.act == Pause(why="break")
    counter.hear(GaveUp(counter.asked()[0].id), KeyDown("point"))
    assert counter.asked()[1].press.act == Park()


def test_one_pad_drives_several_points_and_a_desk_may_hold_two() -> None:
    counter = CounterAtWork(points=("counter-3", "cashier"), pad_drives=("counter-3", "cashier", "room-2"), has_pad=True)
    counter.ready(*(point_state(point=p) for p in ("counter-3", "cashier", "room-2")))
    counter.press(GREEN)
    counter.press(THIRD, 1.5)
    counter.press(GREEN)
    assert [ask.press.point for ask in counter.asked()] == ["counter-3", "cashier"]
    counter.hear(KeyDown("0"), KeyDown("enter"))
    counter.hear(KeyDown("5"), KeyDown("enter"))
    assert counter.asked()[2].press.point == "room-2"


def test_a_room_says_until_when_its_doctor_is_late() -> None:
    counter = CounterAtWork(device="room-2", points=("room-2",)).ready(point_state(point="room-2"))
    counter.hear(heard(board(late=(LateDoctor(doctor=3, until="10:50"),))))
    assert point(counter).late_until == "10:50"
    assert point(counter).doctor.fa == "دکتر مرادی"


def test_the_lamp_says_whether_a_press_would_do_something() -> None:
    counter = CounterAtWork().ready(point_state())
    assert lamp(counter.desk) is Lamp.ON
    counter.press(GREEN)
    assert lamp(counter.desk) is Lamp.BLINKING
    counter.hear(GaveUp(counter.asked()[0].id), heard(point_state(sequence=2, waiting=0)))
    assert lamp(counter.desk) is Lamp.OFF


def test_the_lamp_is_told_once_what_to_say() -> None:
    counter = CounterAtWork().ready(point_state(waiting=0))
    counter.hear(heard(point_state(waiting=2, sequence=2)))
    counter.wait(3.0)
    told = [action.lamp for action in counter.actions if isinstance(action, Light)]
    assert told == [Lamp.BLINKING, Lamp.OFF, Lamp.ON]


def test_that_nobody_takes_requests_is_said_at_once() -> None:
    counter = CounterAtWork().ready(point_state())
    counter.press(GREEN)
    counter.hear(StoreAway(counter.asked()[0].id))
    assert message(counter) == "no_feed"


class Stream:
    """Anything that may happen at a counter, and what must then be so."""

    def __init__(self) -> None:
        self.counter = CounterAtWork(has_pad=True).ready(point_state(number=100))
        self.sequence = 1
        self.in_flight: set[str] = set()

    def happen(self, event: str) -> None:
        before, shown_before = len(self.counter.actions), self.counter.desk.desks[0].shown
        if event in PRESSES:
            self.counter.press(*PRESSES[event])
        elif event in {"answer", "refuse"}:
            self.answer(event)
        else:
            self.hear(event)
        assert shown_before is not None
        for action in self.counter.actions[before:]:
            if isinstance(action, StopAsking):
                self.in_flight.discard(action.id)
            if isinstance(action, Ask):
                assert not self.in_flight, "two presses in flight"
                assert action.press.revision == shown_before.revision
                self.in_flight.add(action.id)

    def answer(self, event: str) -> None:
        if self.in_flight:
            reply: Any = Pressed(point=self.newer()) if event == "answer" else Refusal(reason=Reason.STALE)
            self.counter.hear(answered(self.in_flight.pop(), reply))

    def hear(self, event: str) -> None:
        match event:
            case "pad":
                self.counter.hear(KeyDown("7"), KeyDown("enter"))
            case "snapshot":
                self.counter.hear(heard(self.newer()))
            case "old":
                self.counter.hear(heard(point_state(number=1, sequence=0, revision=0)))
            case "beat":
                self.counter.hear(beat(self.counter.now))
            case "away":
                self.counter.hear(Disconnected("test"))
            case "wait" | "silence":
                self.counter.wait(1.0 if event == "wait" else 7.0, beats=event == "wait")

    def newer(self) -> PointState:
        self.sequence += 1
        return point_state(self.counter.now, number=100 + self.sequence, sequence=self.sequence, revision=self.sequence)


PRESSES = {"green": (GREEN, 0.1), "held": (GREEN, 1.2), "second": (SECOND, 0.1), "third": (THIRD, 0.1)}
EVENTS = st.sampled_from([*PRESSES, "pad", "answer", "refuse", "wait", "silence", "snapshot", "old", "beat", "away"])


@settings(max_examples=60, deadline=None)
@given(events=st.lists(EVENTS, max_size=40))
def test_whatever_happens_one_press_is_in_flight_at_most_and_nothing_old_is_shown_as_new(events: list[str]) -> None:
    stream = Stream()
    counter = stream.counter
    for event in events:
        stream.happen(event)
        assert point(counter).number != 1, "an old snapshot was shown"
        feed = counter.desk.known.feed
        if feed.beat_at is None or counter.now >= feed.beat_at + 6.0 or not feed.connected:
            assert point(counter).phase is Phase.LOST
    assert len({ask.id for ask in counter.asked()}) == len(counter.asked())


def test_a_button_held_when_the_program_starts_is_stuck_and_calls_nobody() -> None:
    counter = CounterAtWork()
    counter.desk = replace(counter.desk, buttons=at_start({GREEN: True}, 0.0))
    counter.ready(point_state())
    counter.wait(12.0)
    assert counter.asked() == []
    assert shown(counter).stuck == (GREEN,)
    counter.hear(Edge(GREEN, False, counter.now))
    counter.wait(1.0)
    assert counter.asked() == []
    assert shown(counter).stuck == ()


def test_recalls_and_their_calls_are_shown_as_called_again() -> None:
    state = point_state(0.0, number=123, current={"calls": 2})
    counter = CounterAtWork().ready(fields(state, last_call=call(2, 123, 0.0)))
    assert point(counter).phase is Phase.CALLED_AGAIN


def test_a_store_that_goes_while_this_desk_speaks_a_call_gives_it_nothing_to_do() -> None:
    """As in the waiting room: the turn's end waits for the store, and is no deadline meanwhile."""
    desk = CounterAtWork(has_speaker=True)
    zones = tuple(fields(zone, speaker=None) for zone in SITE.zones)
    desk.ready(fields(SITE, sequence=2, zones=zones), board(call(1, 123)))
    desk.hear(beat(0.0))
    assert desk.desk.announcer.turn is not None
    desk.hear(heard(WILL))
    for _ in range(60):
        desk.now = deadline(desk.desk) or 0.0
        desk.hear(Tick(desk.now))
    assert desk.now > SPEECH_LIMIT_SECONDS
