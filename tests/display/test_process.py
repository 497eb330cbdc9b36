"""A counter's real program with a real broker: a press on its pins is a request on the wire; a snapshot is a picture."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mqtt.contract import (
    BOARD,
    POINT,
    REPLY,
    STORE,
    CallNext,
    DeviceState,
    Message,
    Press,
    Pressed,
    Progress,
    Reply,
    Request,
    StoreBeat,
)
from mqtt.contract import SITE as SITE_TOPIC
from mqtt.session import Connected, Heard, Session
from program.inbox import Inbox, Tick
from tests.broker import RunningBroker
from tests.display.clinic import EPOCH, SITE, board, call, fields, point_state, wall_ms
from tests.display.running import PATIENCE_SECONDS, RunningDisplay, wait_until
from twins.pins import press


class StoreByHand:
    """The store's place at the broker, with a test's hand in place of its desk."""

    def __init__(self, broker: RunningBroker, site: str) -> None:
        self.inbox = Inbox()
        self.session = Session(
            broker.login("store"), site=site, device="store", inbox=self.inbox, follow=("request/+", "device/+")
        )
        self.session.start()
        self.wait_for(lambda event: isinstance(event, Connected))

    def publish(self, topic: str, key: str, message: Message) -> None:
        assert self.session.publish(topic, key, message)

    def beat(self, sequence: int = 1) -> None:
        progress = (Progress(topic="point/counter-4", sequence=sequence), Progress(topic="board/hall-1", sequence=sequence))
        message = StoreBeat(
            up=True, connection="s1", epoch=EPOCH, sequence=sequence, wall_ms=wall_ms(time.monotonic()), progress=progress
        )
        self.publish(STORE.name, "", message)

    def wait_for(self, wanted: Callable[[object], bool]) -> object:
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            event = self.inbox.get(until)
            assert not isinstance(event, Tick), "it never came"
            if wanted(event):
                return event

    def wait_for_request(self) -> Request:
        heard = self.wait_for(lambda event: isinstance(event, Heard) and isinstance(event.message, Request))
        assert isinstance(heard, Heard)
        assert isinstance(heard.message, Request)
        return heard.message

    def wait_for_device(self, device: str) -> DeviceState:
        heard = self.wait_for(
            lambda e: (
                isinstance(e, Heard) and isinstance(e.message, DeviceState) and e.message.device == device and e.message.up
            )
        )
        assert isinstance(heard, Heard)
        assert isinstance(heard.message, DeviceState)
        return heard.message


@pytest.fixture
def store(shared_broker: RunningBroker, tmp_path: Path) -> Iterator[StoreByHand]:
    at_broker = StoreByHand(shared_broker, tmp_path.name)
    yield at_broker
    at_broker.session.stop()


def test_a_counter_whose_pins_cannot_be_had_shows_its_number_and_tells_that_nobody_can_press(
    store: StoreByHand, shared_broker: RunningBroker, tmp_path: Path
) -> None:
    store.publish(SITE_TOPIC.name, "", fields(SITE, site=tmp_path.name))
    store.publish(POINT.name, "counter-4", point_state())
    points = 'points = ["counter-4"]\n'
    display = RunningDisplay(tmp_path, shared_broker, tmp_path.name, "counter-4", "counter", points, pins=False)
    try:
        assert not store.wait_for_device("counter-4").health.input_ok
        store.beat()
        wait_until(lambda: display.shows("counter-4-nobody"), "nobody is called yet")
        assert display.stop() == 0
    finally:
        display.process.kill()


def test_a_counter_that_is_read_from_too_far_says_so_to_the_technician(
    store: StoreByHand, shared_broker: RunningBroker, tmp_path: Path
) -> None:
    points, far = 'points = ["counter-4"]\n', "viewing_distance_meters = 6.0\n"
    display = RunningDisplay(tmp_path, shared_broker, tmp_path.name, "counter-4", "counter", points, screen=far)
    try:
        (fault,) = store.wait_for_device("counter-4").health.faults
        assert "read from 3.2 m, and people stand 6 m away" in fault
        assert display.stop() == 0
    finally:
        display.process.kill()


def test_a_press_on_the_pins_asks_the_store_and_its_snapshot_is_on_the_screen(
    store: StoreByHand, shared_broker: RunningBroker, tmp_path: Path
) -> None:
    store.publish(SITE_TOPIC.name, "", fields(SITE, site=tmp_path.name))
    store.publish(POINT.name, "counter-4", point_state())
    display = RunningDisplay(tmp_path, shared_broker, tmp_path.name, "counter-4", "counter", 'points = ["counter-4"]\n')
    try:
        assert store.wait_for_device("counter-4").role == "counter"
        store.beat()
        wait_until(lambda: display.shows("counter-4-nobody"), "nobody is called yet")

        press(display.pins, "gpio 5 low")
        time.sleep(0.05)  # a finger is never faster
        press(display.pins, "gpio 5 high")
        request = store.wait_for_request()
        assert request.operation == Press(point="counter-4", epoch=EPOCH, revision=1, act=CallNext())

        called = point_state(time.monotonic(), number=123, sequence=2, revision=2)
        answer = Reply(id=request.id, answer=Pressed(point=called), epoch=EPOCH, sequence=2)
        store.publish(REPLY.name, "counter-4", answer)
        store.publish(POINT.name, "counter-4", called)
        store.beat(2)
        wait_until(lambda: display.shows("counter-4-called-123"), "the number is on the screen")
        assert display.stop() == 0
    finally:
        display.process.kill()


def test_the_hall_shows_a_call_and_says_that_its_feed_is_lost_when_the_store_falls_silent(
    store: StoreByHand, shared_broker: RunningBroker, tmp_path: Path
) -> None:
    store.publish(SITE_TOPIC.name, "", fields(SITE, site=tmp_path.name))
    now = time.monotonic()
    store.publish(BOARD.name, "hall-1", board(call(1, 123, now)))
    display = RunningDisplay(tmp_path, shared_broker, tmp_path.name, "waiting-room-1", "waiting_room", 'zone = "hall-1"\n')
    try:
        store.wait_for_device("waiting-room-1")
        store.beat()
        wait_until(lambda: display.shows("hall-call-123-counter-4"), "the call is on stage")
        wait_until(lambda: display.shows("hall-lost"), "no beat any more")
        assert display.stop() == 0
    finally:
        display.process.kill()
