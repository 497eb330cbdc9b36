"""A fault around the end of the day: a kiosk cannot be asked while the day is ended, and gives numbers alone until then."""

from typing import TYPE_CHECKING, Final

from simulation.clock import Life, begin
from simulation.fault import Over
from simulation.kiosk import KioskBox
from simulation.patients import AtKiosk, Patient
from simulation.witness import Visit

if TYPE_CHECKING:
    from simulation.world import World

LAST_PEOPLE: Final = 3
KNOWS_AFTER_SECONDS: Final = 12.0
"""By then a kiosk whose cable is out goes on alone."""


def away_when_the_day_ends(world: "World", over: Over) -> None:
    """A kiosk's cable is out from the last minutes of reception until the day is over; people still come to it."""
    box: KioskBox = world.chance.choice(world.kiosks)
    cut_at = min(world.closing, world.home_time) - world.chance.uniform(60.0, 120.0)
    healed_at = world.day_ends_at() + world.chance.uniform(20.0, 60.0)
    if world.away_at_the_end or world.clock.now >= cut_at:
        return
    world.away_at_the_end = True

    def pulled() -> None:
        world.recovery.begins()
        world.network.cut(box.device)
        begin(world.clock, _last_people(world, box))
        world.clock.at(healed_at, whole)

    def whole() -> None:
        world.network.heal(box.device)
        over()

    world.clock.at(cut_at, pulled)


def _last_people(world: "World", box: KioskBox) -> Life:
    """Some who come at the last minute, to this kiosk."""
    yield KNOWS_AFTER_SECONDS
    queue = world.queues[box.device]
    for number in range(LAST_PEOPLE):
        code, department = world.chance.choice(world.codes)
        patient = Patient(f"last-{number}", code if number else None, department)
        yield from queue.enter()
        visit = AtKiosk(world, patient, box)
        yield from visit.life()
        queue.leave()
        world.witness.visits.append(Visit(patient.name, patient.number, visit.why))
