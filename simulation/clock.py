"""Virtual time: one heap of what is to come, and people whose lives wait for a moment or for a sign.

Nothing here polls. The order of events is (time, the order in which they were asked for), so one seed gives one run.
"""

import heapq
import itertools
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Final

AT_ONCE_LIMIT: Final = 5000


class StuckError(Exception):
    """Something wants to be done again and again, and time stands still."""


@dataclass(slots=True)
class Timer:
    """Something that will be done at `at` (seconds), unless it is cancelled."""

    at: float
    act: Callable[[], None] | None

    def cancel(self) -> None:
        """It will not be done."""
        self.act = None


class Clock:
    """The one clock of a world. `now` is in seconds since the world began, and is every device's monotonic clock too."""

    def __init__(self) -> None:
        self.now = 0.0
        self.turns = 0
        """Events that have happened."""
        self._at_once = 0
        self._serial = itertools.count()
        self._heap: list[tuple[float, int, Timer]] = []

    def at(self, moment: float, act: Callable[[], None]) -> Timer:
        """Do `act` at `moment`; what lies in the past is done next."""
        timer = Timer(max(moment, self.now), act)
        heapq.heappush(self._heap, (timer.at, next(self._serial), timer))
        return timer

    def after(self, seconds: float, act: Callable[[], None]) -> Timer:
        """Do `act` in `seconds`."""
        return self.at(self.now + seconds, act)

    def run(self, until: float, ready: Callable[[], bool] | None = None) -> None:
        """Let everything happen that is due before `until`, and stand there; with `ready` only until that is so. What happens
        may itself let the clock run on: so waits what cannot be left and taken up again, as a thread does."""
        heap = self._heap
        while heap and heap[0][0] < until:
            if ready is not None and ready():
                return
            at, _, timer = heapq.heappop(heap)
            if timer.act is None:
                continue
            self._at_once = self._at_once + 1 if at == self.now else 0
            if self._at_once > AT_ONCE_LIMIT:
                raise StuckError(f"{AT_ONCE_LIMIT} events at {at} s, and no end")
            self.now = at
            self.turns += 1
            act, timer.act = timer.act, None
            act()
        self.now = max(self.now, until)


@dataclass(slots=True)
class Sign:
    """What lives wait for: a screen that changed, a number that was called."""

    _waiting: list[Callable[[bool], None]] = field(default_factory=list)

    def give(self) -> None:
        """Wake whoever waits now."""
        waiting, self._waiting = self._waiting, []
        for wake in waiting:
            wake(True)

    def wait(self, wake: Callable[[bool], None]) -> None:
        """`wake(True)` will be called at the next `give`."""
        self._waiting.append(wake)


@dataclass(frozen=True, slots=True)
class Until:
    """Wait for a sign, `seconds` at the most. The life goes on with True if it came."""

    sign: Sign
    seconds: float


Life = Generator[float | Until, bool, None]
"""What somebody does: each `yield` is a wait, in seconds or Until a sign."""


def begin(clock: Clock, life: Life) -> None:
    """Let a life begin now."""
    _go_on(clock, life, came=None)


def _go_on(clock: Clock, life: Life, *, came: bool | None) -> None:
    try:
        wait = next(life) if came is None else life.send(came)
    except StopIteration:
        return
    if isinstance(wait, Until):
        _wait_for(clock, life, wait)
    else:
        clock.after(wait, lambda: _go_on(clock, life, came=False))


def _wait_for(clock: Clock, life: Life, wait: Until) -> None:
    woken = False

    def wake(came: bool) -> None:
        nonlocal woken
        if not woken:
            woken = True
            too_late.cancel()
            clock.after(0.0, lambda: _go_on(clock, life, came=came))

    too_late = clock.after(wait.seconds, lambda: wake(False))
    wait.sign.wait(wake)
