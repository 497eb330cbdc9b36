"""Patients: they come, type their code or choose a department, take their number, wait, and come when they are called.

Not everybody behaves: codes are mistyped, companions type the same code at the other kiosk, some come early, some leave
before they are called and some of those return.
"""

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from kiosk_device.state import (
    Asking,
    ChoosingDepartment,
    ChoosingDoctor,
    ChoosingPriority,
    HasTicket,
    Idle,
    Kiosk,
    OfferingNoPaper,
    ReadingRefusal,
    StillThere,
    TypingCode,
)
from kiosk_device.visit import choices
from mqtt.contract import DayStatus, Refusal, SettleOutcome
from simulation.clock import Life, Sign, Until
from simulation.kiosk import KioskBox
from simulation.witness import Refused, Visit

if TYPE_CHECKING:
    from simulation.world import World

PATIENCE_SECONDS: Final = 25 * 60.0
MOST_TRIES: Final = 80


@dataclass(slots=True)
class Patient:
    """Somebody who comes. `code` None: without a booking."""

    name: str
    code: str | None
    department: int
    mistypes: bool = False
    without_paper: bool = False
    leaves_early: bool = False
    """Is not there when called; comes back later when `returns`."""
    returns: bool = False
    number: int | None = None


class Queue:
    """Who stands before a kiosk."""

    def __init__(self) -> None:
        self.taken = False
        self.waiting = 0
        self._free = Sign()

    def enter(self) -> Life:
        """Wait until it is my turn."""
        self.waiting += 1
        while self.taken:
            yield Until(self._free, 600.0)
        self.waiting -= 1
        self.taken = True

    def leave(self) -> None:
        """The next, please."""
        self.taken = False
        self._free.give()


def morning(world: "World", patient: Patient) -> Life:
    """A patient's way to a number: at one kiosk, and where that does not help at the other."""
    gives_up_at = world.clock.now + PATIENCE_SECONDS
    why = "never reached a kiosk"
    kiosks = list(world.kiosks)
    while world.clock.now < gives_up_at and patient.number is None:
        box = min(kiosks, key=lambda one: (world.queues[one.device].waiting, one.running is None, one.device))
        queue = world.queues[box.device]
        yield from queue.enter()
        visit = AtKiosk(world, patient, box)
        yield from visit.life()
        queue.leave()
        why = visit.why
        if visit.final or patient.number is not None:
            break
        yield world.chance.uniform(5.0, 30.0)
    world.witness.visits.append(Visit(patient.name, patient.number, why))


class AtKiosk:
    """One patient before one kiosk: looks at the screen, presses what it offers."""

    def __init__(self, world: "World", patient: Patient, box: KioskBox) -> None:
        self._world, self._patient, self._box = world, patient, box
        self._chance: Random = world.chance
        self.why = ""
        self.final = False
        """No use in trying again."""
        self._refusals = 0
        self._papers_before = len(world.witness.papers)

    def life(self) -> Life:
        """Until there is a number, or no use."""
        for _ in range(MOST_TRIES):
            kiosk = self._box.kiosk
            if kiosk is None or self._box.running is None:
                self.why = "dark"
                yield self._chance.uniform(1.0, 3.0)
                self._take_what_lies_there()
                return
            match kiosk.mode:
                case Idle():
                    if self._patient.number is not None or self.final or not self._may_begin(kiosk):
                        return
                    yield self._chance.uniform(0.5, 1.5)
                    self._begin()
                case HasTicket():
                    self._has_ticket(kiosk.mode)
                    yield self._chance.uniform(1.0, 3.0)
                    self._box.press("green")
                case ReadingRefusal(refusal):
                    self._refusals += 1
                    self.why = refusal.reason.value
                    self._is_refused(kiosk, refusal)
                    yield self._chance.uniform(1.5, 4.0)
                    self._after_refusal()
                case _:
                    yield from self._go_on(kiosk)
        self.why = self.why or "lost patience"

    def _may_begin(self, kiosk: Kiosk) -> bool:
        if kiosk.lost(self._world.clock.now):
            self.why = "the kiosk has no store"
            return False
        if kiosk.today is None or kiosk.today.status is not DayStatus.ACCEPTING:
            self.why = "closed"
            self.final = self._world.clock.now > self._world.closing
            return False
        return True

    def _begin(self) -> None:
        patient = self._patient
        if patient.code is None:
            self._box.press("green")
            return
        digits = patient.code
        if patient.mistypes:
            patient.mistypes = False
            wrong = self._chance.randrange(8)
            digits = digits[:wrong] + str((int(digits[wrong]) + 1) % 10) + digits[wrong + 1 :]
        for digit in digits:
            self._box.press(digit)

    def _go_on(self, kiosk: Kiosk) -> Life:  # noqa: C901  one case a screen
        running = self._box.running
        if running is None:
            return
        match kiosk.mode:
            case TypingCode():
                yield self._chance.uniform(0.8, 2.0)
                for _ in range(len(kiosk.mode.digits)):
                    self._box.press("erase")
                if self._box.kiosk is not None and isinstance(self._box.kiosk.mode, TypingCode):
                    for digit in self._patient.code or "1":
                        self._box.press(digit)
            case ChoosingDepartment():
                yield self._chance.uniform(1.0, 2.5)
                self._choose_department(kiosk)
            case ChoosingDoctor():
                yield self._chance.uniform(1.0, 2.0)
                self._box.press("1")
            case ChoosingPriority():
                yield self._chance.uniform(0.8, 2.0)
                self._box.press("1" if self._chance.random() < 0.1 else "green")
            case OfferingNoPaper():
                yield self._chance.uniform(1.5, 3.0)
                self._box.press("green")
            case StillThere():
                yield self._chance.uniform(1.0, 2.0)
                self._box.press("green")
            case Asking() if self._chance.random() < 0.002:
                self._box.press("erase")
            case _:
                yield Until(running.changed, 4.0)

    def _choose_department(self, kiosk: Kiosk) -> None:
        offered = choices.page_of(choices.departments(kiosk), 0)
        wanted = next((key for key, one in enumerate(offered, 1) if one.code == self._patient.department and one.open), None)
        key = wanted or next((key for key, one in enumerate(offered, 1) if one.open), None)
        if key is None:
            self.why, self.final = "no walk-in turns left", True
            self._box.press("erase")
            return
        self._box.press(str(key))

    def _is_refused(self, kiosk: Kiosk, refusal: Refusal) -> None:
        code, now = self._patient.code, self._world.clock.now
        if code is not None and kiosk.alone is None and not kiosk.store_away(now):
            self._world.witness.refused.append(Refused(now, code, refusal.reason))

    def _after_refusal(self) -> None:
        if self._refusals > 6:
            self.final = True
            self._box.press("erase")
            return
        if self.why in {"closed", "already_served"}:
            self.final = self.why == "already_served" or self._world.clock.now > self._world.closing
            self._box.press("erase")
            return
        self._box.press("green")

    def _has_ticket(self, mode: HasTicket) -> None:
        if self._patient.number is not None:
            return
        self._patient.number = mode.ticket.number
        self._world.house.took(self._patient)
        if mode.outcome is not SettleOutcome.PRINTED:
            request = self._box.last_request
            self._box.takes(mode.ticket.service_day, mode.ticket.number, request, shown=True)

    def _take_what_lies_there(self) -> None:
        """The kiosk went dark; perhaps the paper is out."""
        papers = self._world.witness.papers[self._papers_before :]
        mine = [paper for paper in papers if paper.kiosk == self._box.device]
        if mine:
            self._patient.number = mine[-1].number
            self._world.house.took(self._patient)
