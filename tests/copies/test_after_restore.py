"""After a restore the real store has every kiosk settle its day again before it gives a number."""

import time
import uuid
from pathlib import Path

from booking_store.copies import making, restoring
from booking_store.fence import LEAP, rank
from mqtt.contract import Reason, Refusal, StoreBeat, TakeWalkIn, Want
from mqtt.session import Answered, Heard
from tests.broker import RunningBroker
from tests.copies.test_fence import Witness
from tests.store.running import Kiosk, RunningStore

SECONDS = 40.0


def test_a_store_that_starts_on_a_copy_wants_every_day_settled_and_gives_no_number(tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    broker = RunningBroker(tmp_path / "broker")
    broker.start()
    store = RunningStore(broker, tmp_path)
    store.start()
    kiosk, hall = Kiosk(broker), Witness(broker)
    try:
        kiosk.until_open()
        kiosk.take(TakeWalkIn(department=11, service_day=kiosk.day))
        making.back_up(store.url, tmp_path / "copies")
        kiosk.take(TakeWalkIn(department=11, service_day=kiosk.day))
        store.kill()
        restoring.put_back(store.url, restoring.choose(tmp_path / "copies").copy)
        store.start()
        assert wanted(hall) is Want.SETTLE_AGAIN
        request = uuid.uuid4().hex
        kiosk.session.ask(request, TakeWalkIn(department=11, service_day=kiosk.day), give_up_seconds=None, seen=None)
        kiosk.until_answered([request])
        answer = kiosk.answers[request]
        assert isinstance(answer, Refusal)
        assert answer.reason is Reason.WAIT
    finally:
        kiosk.session.stop()
        hall.session.stop()
        store.clear_away()
        broker.kill()


def wanted(hall: Witness) -> Want:
    """What the first live beat of the store that was put back asks of the kiosks."""
    give_up_at = time.monotonic() + SECONDS
    while time.monotonic() < give_up_at:
        event = hall.inbox.get(time.monotonic() + 0.05)
        if isinstance(event, Heard) and isinstance(event.message, StoreBeat) and rank(event.message.epoch)[0] > LEAP:
            return event.message.wants
        assert not isinstance(event, Answered)
    raise AssertionError("the store never spoke")
