"""How long the house needs after a fault until everything agrees again: virtual seconds, measured after each.

Everything agrees when the store serves, every device hears it, each point's screen shows the revision, status and number
that the ledger holds, the waiting room the same numbers, and no kiosk has a paper of which the store has not said that it
knows. Faults overlap: it is measured from the moment when the last one is over.
"""

from typing import TYPE_CHECKING, Final

from simulation.displays import CounterBox
from simulation.kiosk import KioskBox

if TYPE_CHECKING:
    from simulation.world import World

LOOKS_EVERY_SECONDS: Final = 0.5
GIVES_UP_SECONDS: Final = 30.0
WITHIN_SECONDS: Final = 10.0


class Recovery:
    """Counts what is wrong now, and measures from when nothing is."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._active = 0
        self._measuring_from: float | None = None
        self._round = 0
        self.seconds: list[float] = []
        self.troubled: list[tuple[float, float]] = []
        """Spans with a fault in them."""
        self.never: list[str] = []
        self._trouble_since = 0.0

    def begins(self) -> None:
        """A fault strikes."""
        if self._active == 0:
            self._trouble_since = self._world.clock.now
        self._active += 1
        self._measuring_from = None

    def over(self) -> None:
        """Its cause is gone."""
        self._active -= 1
        if self._active == 0:
            now = self._world.clock.now
            self._measuring_from = now
            self._round += 1
            self._look(self._round)

    def _look(self, round_: int) -> None:
        began, now = self._measuring_from, self._world.clock.now
        if began is None or round_ != self._round:
            return
        wrong = disagreement(self._world)
        if wrong is None:
            self.seconds.append(now - began)
            self.troubled.append((self._trouble_since, now))
            self._measuring_from = None
        elif now - began >= GIVES_UP_SECONDS:
            self.never.append(f"{now - began:.1f} s after the last fault: {wrong}")
            self.troubled.append((self._trouble_since, now))
            self._measuring_from = None
        else:
            self._world.clock.after(LOOKS_EVERY_SECONDS, lambda: self._look(round_))


def disagreement(world: "World") -> str | None:
    """What does not agree now; None: everything does."""
    store = world.store
    if store is None or store.place.connection is None:
        return "the store does not serve"
    now, epoch = world.clock.now, store.store.epoch
    for kiosk in world.kiosks:
        wrong = _kiosk(kiosk, epoch, now)
        if wrong is not None:
            return wrong
    hall = world.hall.hall
    if hall is None or hall.board is None or hall.board.epoch != epoch or hall.feed.lost(now):
        return "the waiting room does not hear the store"
    rows = _points(world)
    for box in world.counters:
        wrong = _counter(box, epoch, rows, now)
        if wrong is not None:
            return wrong
    shown = {one.point: one.number for one in hall.board.serving}
    if shown != {point: number for point, (_, _, number) in rows.items()}:
        return f"the waiting room shows {shown}"
    telephone = world.telephone.running
    return "the telephone does not hear the store" if telephone is None or telephone.look().feed.lost(now) else None


def _points(world: "World") -> dict[str, tuple[int, str, int | None]]:
    """What the ledger holds of each point, read from beside the store."""
    sql = "SELECT p.id, p.revision, p.status, t.number FROM points p LEFT JOIN tickets t ON t.id = p.ticket"
    return {point: (revision, status, number) for point, revision, status, number in world.disk.read(sql)}


def _counter(box: CounterBox, epoch: str, rows: dict[str, tuple[int, str, int | None]], now: float) -> str | None:
    desk = box.desk
    if desk is None:
        return f"{box.device} is dark"
    one = desk.desks[0]
    if one.shown is None or one.shown.epoch != epoch or one.lost(now):
        return f"{box.device} does not hear the store"
    number = one.shown.current.number if one.shown.current is not None else None
    shown = (one.shown.revision, one.shown.status.value, number)
    return None if shown == rows[box.device] else f"{box.device} shows {shown}, the ledger has {rows[box.device]}"


def _kiosk(box: KioskBox, epoch: str, now: float) -> str | None:
    kiosk = box.kiosk
    if kiosk is None:
        return f"{box.device} is dark"
    if kiosk.store_away(now) or kiosk.day is None or kiosk.day.epoch != epoch:
        return f"{box.device} does not hear the store"
    waiting = [paper for paper in kiosk.papers.by_request.values() if paper.outcome and paper.answered_at_ms is None]
    return f"{box.device} has {len(waiting)} unsettled papers" if waiting else None
