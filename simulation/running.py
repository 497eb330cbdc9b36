"""One run of a device's program on the virtual clock: what program/loop.py does, event by event."""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from mqtt.contract import Board, Day, SiteCard, StoreBeat
from mqtt.session import Heard
from program.inbox import Tick
from program.loop import ActionFailed
from simulation.clock import Clock, Sign, Timer
from simulation.place import Place

BEATS_DO_FOR_SECONDS: Final = 2.9
"""A beat's news lasts: the feed is lost 5 s after the last, so who looks needs no younger one than this and a beat's time."""

State = TypeVar("State")
Action = TypeVar("Action")


class PowerCutError(Exception):
    """The device is dark: nothing of what it was doing goes on."""


class Running(Generic[State, Action]):
    """State, step and deadline are the house's own; `perform` is the world's hardware."""

    def __init__(  # noqa: PLR0913  a program's parts, each once
        self,
        clock: Clock,
        place: Place,
        first: State,
        *,
        step: Callable[[State, object, float], tuple[State, tuple[Action, ...]]],
        deadline: Callable[[State], float | None],
        perform: Callable[[Action], None],
        power_cut: Callable[[], None],
        lazy: tuple[type, ...] = (),
    ) -> None:
        """`lazy`: snapshots that may wait until somebody looks at this screen, because all they do is be shown."""
        self.clock, self.place, self.state = clock, place, first
        self.changed = Sign()
        self.alive = True
        self._step, self._deadline, self._perform, self._power_cut = step, deadline, perform, power_cut
        self._lazy = lazy
        self._mailbox: list[tuple[float, Heard]] = []
        self._timer: Timer | None = None

    def start(self) -> None:
        """Connect."""
        self.place.start(self)

    def end(self) -> None:
        """The process is gone."""
        self.alive = False
        if self._timer is not None:
            self._timer.cancel()
        self.place.leave()

    def hear(self, event: object) -> None:
        """Decide one event, after all that came before it."""
        if not self.alive:
            return
        if not (isinstance(event, Heard) and isinstance(event.message, StoreBeat)):
            self.look()
        self._decide(event, self.clock.now)

    def hear_later(self, event: object, at: float) -> bool:
        """Snapshots that are only shown lie in the mailbox; a board or a day makes an older one there needless."""
        if not isinstance(event, Heard) or not isinstance(event.message, self._lazy):
            return False
        if isinstance(event.message, Board | Day | SiteCard):
            kept = [one for one in self._mailbox if (one[1].topic, one[1].key) != (event.topic, event.key)]
            self._mailbox = kept
        self._mailbox.append((at, event))
        return True

    def look(self) -> State:
        """The state as it is now: what has come meanwhile is taken in first."""
        if self._mailbox:
            now = self.clock.now
            due = [one for one in self._mailbox if one[0] <= now]
            self._mailbox = [one for one in self._mailbox if one[0] > now]
            for at, event in due:
                self._decide(event, at)
        self.place.hear_beat(older_than_seconds=BEATS_DO_FOR_SECONDS)
        return self.state

    def _decide(self, event: object, now: float) -> None:
        before = self.state
        try:
            self.state, actions = self._step(before, event, now)
            for action in actions:
                self._do(action)
        except PowerCutError:
            self._power_cut()
            return
        if self.state is not before:
            self.changed.give()
        self._wake()

    def _do(self, action: Action) -> None:
        try:
            self._perform(action)
        except PowerCutError:
            raise
        except OSError as problem:
            failed = ActionFailed(action, f"{type(problem).__name__}: {problem}")
            self.clock.after(0.0, lambda: self.hear(failed))

    def _wake(self) -> None:
        due = self._deadline(self.state) if self.alive else None
        if self._timer is not None:
            if due is not None and self._timer.at == due and self._timer.act is not None:
                return
            self._timer.cancel()
        self._timer = None if due is None else self.clock.at(due, self._tick)

    def reconsider(self) -> None:
        """The beats may have stopped: look when there is something to do."""
        self._wake()

    def _tick(self) -> None:
        self.hear(Tick(self.clock.now))
