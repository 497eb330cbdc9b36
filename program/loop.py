"""The one loop of every program: take an event, decide, act, show, and tell the watchdog that it goes on.

    loop = Loop(
        inbox=inbox,
        step=visit.step,              # pure: (state, event, now) -> (state, actions)
        deadline=visit.deadline,      # pure: (state) -> monotonic seconds, or None
        perform=perform,              # (action) -> None: asks, prints, says, lights; never waits
        timed=(session,),             # asks again what was not answered
        screen=Screen(view=visit.view, show=show, pump=window.pump, pump_every_seconds=0.02),
    )
    loop.stop_on_signals()
    loop.run(first_state)             # until SIGTERM, SIGINT or a Stop event
    session.stop()

What may go wrong, and what then happens:

- An action that raises comes back to `step` as ActionFailed.
- A step that raises is a bug: it is logged (the same once a minute) and counted, and the state stays what it was.
- A picture that raises is logged and counted, and tried again at the next turn; the program never ends for it.
- A loop that hangs stops feeding systemd's watchdog, which starts the program again; so does an input thread that hangs or
  has ended, since nobody's keys come any more.
"""

import logging
import math
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Final, Generic, Protocol, TypeVar

from program.inbox import Inbox, Tick
from program.seldom import Seldom
from program.watchdog import notify

log = logging.getLogger(__name__)

AT_LEAST_EVERY_SECONDS: Final = 1.0
"""A turn of the loop comes at least this often, so that the watchdog hears of it."""
EVENTS_BEFORE_A_PICTURE: Final = 100
"""Events that wait together are decided together and shown once; this many at most before a picture."""
SAME_FAILURE_EVERY_SECONDS: Final = 60.0

State = TypeVar("State")
Action = TypeVar("Action")
View = TypeVar("View")


@dataclass(frozen=True, slots=True)
class Stop:
    """An event that ends the loop: from a signal, a closed window, an order to restart."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class ActionFailed:
    """`perform(action)` raised; `why` is one line for the log and the health."""

    action: object
    why: str


class Timed(Protocol):
    """Something beside the state that waits for a time, such as the broker session."""

    def next_deadline(self) -> float | None:
        """Monotonic seconds, or None."""

    def tick(self, now: float) -> None:
        """Do what is due; never waits."""


@dataclass(frozen=True)
class Screen(Generic[State, View]):
    """How a state gets onto a screen, and key presses and a closed window off it."""

    view: Callable[[State, float], View]  # pure; equal views are drawn once
    show: Callable[[View], None]
    pump: Callable[[], Iterable[object]]  # events for `step`; SDL wants this on the main thread
    pump_every_seconds: float = 1.0  # 0.02 in a desktop window, 1 under KMS/DRM, where pads come by evdev


class Loop(Generic[State, Action, View]):
    """One deciding thread, the main one. All durations are monotonic seconds."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        step: Callable[[State, object, float], tuple[State, tuple[Action, ...]]],
        deadline: Callable[[State], float | None],
        perform: Callable[[Action], None],
        timed: Sequence[Timed] = (),
        screen: Screen[State, View] | None = None,
    ) -> None:
        self._inbox = inbox
        self._step = step
        self._deadline = deadline
        self._perform = perform
        self._timed = timed
        self._screen = screen
        self._shown: View | None = None
        self._pump_at = -math.inf
        self._ping_at = -math.inf
        self._signalled: Stop | None = None
        self._told = Seldom(SAME_FAILURE_EVERY_SECONDS)
        self.failures = 0
        """Steps, actions and pictures that raised since the start; a device tells it in its health."""

    def stop_on_signals(self) -> None:
        """Let SIGTERM and SIGINT end the loop after the event in hand. Call it on the main thread."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._heard_signal)

    def run(self, state: State) -> State:
        """Show the first picture, say ready, and turn until a Stop. Gives back the last state."""
        self._show(state, time.monotonic())
        notify("READY=1")
        stop = None
        while stop is None:
            events = self._next_events(state)
            now = time.monotonic()
            stop = self._signalled
            for event in events:
                if isinstance(event, Stop):
                    stop = event
                    break
                state = self._decide(state, event, now)
            for timed in self._timed:
                if _reached(timed.next_deadline(), now):
                    timed.tick(now)
            self._show(state, now)
            if now >= self._ping_at:
                self._feed_the_watchdog(now)
                self._ping_at = now + AT_LEAST_EVERY_SECONDS
        notify("STOPPING=1")
        log.info("stopping: %s", stop.why)
        return state

    def _next_events(self, state: State) -> list[object]:
        """Wait for an event or a deadline; a deadline that has passed is told even when events keep coming."""
        now = time.monotonic()
        waits = [now + AT_LEAST_EVERY_SECONDS, self._deadline(state), *(timed.next_deadline() for timed in self._timed)]
        if self._screen is not None:
            waits.append(self._pump_at)
        first = self._inbox.get(min(wait for wait in waits if wait is not None))
        events = [] if isinstance(first, Tick) else [first, *self._inbox.drain(EVENTS_BEFORE_A_PICTURE - 1)]
        now = time.monotonic()
        if self._screen is not None and now >= self._pump_at:
            self._pump_at = now + self._screen.pump_every_seconds
            events.extend(self._pumped(self._screen))
        if _reached(self._deadline(state), now):
            events.append(Tick(now))
        return events

    def _decide(self, state: State, event: object, now: float) -> State:
        """One step and its actions."""
        try:
            state, actions = self._step(state, event, now)
        except Exception as fault:  # noqa: BLE001  a bug in a step must not take the queue down with it
            self._failed(f"step failed at {type(event).__name__}", fault)  # its fields may name somebody
            return state
        for action in actions:
            try:
                self._perform(action)
            except Exception as problem:  # noqa: BLE001  whatever hardware or broker raises, the state decides what follows
                self._failed(f"action failed: {type(action).__name__}", problem)
                self._inbox.put(ActionFailed(action, f"{type(problem).__name__}: {problem}"))
        return state

    def _show(self, state: State, now: float) -> None:
        if self._screen is None:
            return
        try:
            view = self._screen.view(state, now)
            if view != self._shown:
                self._screen.show(view)
                self._shown = view
        except Exception as fault:  # noqa: BLE001  tried again at the next turn: calling goes on without a picture
            self._failed("picture failed", fault)

    def _pumped(self, screen: Screen[State, View]) -> Iterable[object]:
        try:
            return tuple(screen.pump())
        except Exception as fault:  # noqa: BLE001  a screen that was unplugged must not end the program
            self._failed("window failed", fault)
            return ()

    def _failed(self, what: str, fault: Exception) -> None:
        """Count it, and tell it, unless the same was told just now."""
        self.failures += 1
        if self._told.is_due(what, time.monotonic()):
            log.error("%s (the %d. failure)", what, self.failures, exc_info=fault)

    def _feed_the_watchdog(self, now: float) -> None:
        stuck = self._inbox.stuck(now)
        if not stuck:
            notify("WATCHDOG=1")
        elif self._told.is_due("stuck", now):
            log.error("%s: hangs, or has ended; the watchdog starts this program again", ", ".join(stuck))

    def _heard_signal(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002  signal.signal's shape
        self._signalled = Stop(signal.Signals(number).name)
        self._inbox.put(self._signalled)  # to wake the loop; where the inbox is full it is awake


def _reached(deadline: float | None, now: float) -> bool:
    return deadline is not None and deadline <= now
