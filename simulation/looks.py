"""Somebody who looks at every screen after a fault: does one that has heard nothing for six seconds say so (law 7)?

What is judged is the view that the screen's picture is drawn from, against what the broker and the cables let through.
"""

from typing import TYPE_CHECKING, Final

from display_device import waiting_room
from display_device.counter import counter_view
from display_device.counter.counter_view import Phase
from simulation.displays import CounterBox, HallBox

if TYPE_CHECKING:
    from simulation.world import World

SAYS_SO_WITHIN_SECONDS: Final = 6.0
LOOKS_AFTER_SECONDS: Final = (6.5, 20.0, 45.0)
HONEST: Final = frozenset({Phase.LOST, Phase.STARTING})


class Looks:
    """What was seen that was a lie, in words."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.lies: list[str] = []

    def soon(self) -> None:
        """A fault has struck: look at every screen some times."""
        for seconds in LOOKS_AFTER_SECONDS:
            self._world.clock.after(seconds, self._look)

    def _look(self) -> None:
        screens: list[CounterBox | HallBox] = [*self._world.counters, self._world.hall]
        for box in screens:
            seconds = _silent_seconds(box)
            if seconds >= SAYS_SO_WITHIN_SECONDS and not _says_so(box):
                self.lies.append(f"{box.device} at {self._world.clock.now:.1f} s says nothing of {seconds:.1f} s of silence")


def _silent_seconds(box: CounterBox | HallBox) -> float:
    """For how long it has heard nothing from the store; 0 where beats come through, or the screen is dark."""
    if box.running is None or box.network.beats_reach(box.running.place.connection_):
        return 0.0
    return box.running.place.silent_seconds


def _says_so(box: CounterBox | HallBox) -> bool:
    now = box.clock.now
    if isinstance(box, HallBox):
        shown = waiting_room.view(box.hall, now) if box.hall is not None else None
        return shown is None or shown.lost or shown.starting
    return box.desk is None or all(point.phase in HONEST for point in counter_view.view(box.desk, now).points)
