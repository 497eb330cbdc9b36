"""Tells the kiosk, now and then, what its own clock says: it may be all that it has after a start without a store."""

from collections.abc import Callable
from typing import Final

from kiosk_device.events import OwnTime
from program.inbox import Inbox
from program.loop import Timed

EVERY_SECONDS: Final = 30.0
"""A clock may be set right, or lose what kept it, at any time."""


class OwnClock(Timed):
    """Give it to the Loop as `timed`. `read` is the only one that looks at a clock: milliseconds UTC, None where nothing keeps
    it right."""

    def __init__(self, inbox: Inbox, read: Callable[[], int | None]) -> None:
        self._inbox = inbox
        self._read = read
        self._at = 0.0

    def next_deadline(self) -> float | None:
        """Monotonic seconds."""
        return self._at

    def tick(self, now: float) -> None:
        """Read it, and say so."""
        self._at = now + EVERY_SECONDS
        self._inbox.put(OwnTime(self._read()))
