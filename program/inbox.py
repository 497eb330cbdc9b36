"""The one bounded queue between a program's callbacks and its deciding thread."""

import queue
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

INBOX_LIMIT: Final = 1000


@dataclass(frozen=True, slots=True)
class Tick:
    """A deadline was reached. `now` is the monotonic clock in seconds."""

    now: float


class Inbox:
    """Events from any thread, taken by one. A full inbox drops the newest and counts it: callbacks never wait.

    A SimpleQueue, because its put may interrupt its own get: a signal handler puts an event too, and a queue.Queue would
    wait there for a lock that the interrupted thread holds. It has no limit of its own, so `put` keeps one; threads that
    put in the same instant may pass it by one event each.
    """

    def __init__(self, limit: int = INBOX_LIMIT) -> None:
        self._events: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._limit = limit
        self.dropped = 0
        self._feeders: dict[str, Callable[[float], bool]] = {}

    def put(self, event: object) -> bool:
        """Take in one event; never blocks, never raises. False: it was dropped."""
        if self._events.qsize() >= self._limit:
            self.dropped += 1
            return False
        self._events.put(event)
        return True

    def fed_by(self, name: str, goes_on: Callable[[float], bool]) -> None:
        """A thread that puts events in and must not end or hang unnoticed: `goes_on(now)` says whether it does its work."""
        self._feeders[name] = goes_on

    def stuck(self, now: float) -> tuple[str, ...]:
        """The feeders that do not go on at `now` (monotonic seconds)."""
        return tuple(name for name, goes_on in self._feeders.items() if not goes_on(now))

    def get(self, until: float) -> object:
        """The next event, or Tick once the monotonic clock reaches `until`."""
        wait = until - time.monotonic()
        try:
            return self._events.get(timeout=wait) if wait > 0 else self._events.get_nowait()
        except queue.Empty:
            return Tick(time.monotonic())

    def drain(self, most: int) -> list[object]:
        """What waits already, at most `most` events, without waiting."""
        events: list[object] = []
        while len(events) < most:
            try:
                events.append(self._events.get_nowait())
            except queue.Empty:
                break
        return events
