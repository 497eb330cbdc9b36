"""A kiosk looks at its own clock now and then, and tells what it says."""

from kiosk_device.events import OwnTime
from kiosk_device.own_clock import EVERY_SECONDS, OwnClock
from program.inbox import Inbox


def test_it_is_read_at_the_start_and_now_and_then() -> None:
    inbox = Inbox()
    said = iter([None, 5_000])
    clock = OwnClock(inbox, lambda: next(said))
    assert clock.next_deadline() == 0.0
    clock.tick(100.0)
    assert clock.next_deadline() == 100.0 + EVERY_SECONDS
    clock.tick(130.0)
    assert inbox.drain(9) == [OwnTime(None), OwnTime(5_000)]
