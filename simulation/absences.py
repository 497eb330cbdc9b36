"""A doctor who leaves in the middle of the morning: announced at the desk, again and again until that is answered, and what the
answer promised to whom."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mqtt.contract import AbsencePlan, AnnounceAbsence, Remedy, SetLate
from simulation.clock import Life

if TYPE_CHECKING:
    from simulation.world import World

STAND_IN: Final = {1: 2, 2: 1, 3: 4, 4: 3}
"""Who of the same department sees a doctor's patients."""
GOES_WITHIN_SECONDS: Final = 1800.0
TRIES: Final = 20
AGAIN_SECONDS: Final = 15.0
A_DAY: Final = 86400.0


@dataclass(frozen=True, slots=True)
class Announced:
    """An absence that the desk has taken in. `gone_from`: when the doctor is not there any more, in the world's seconds."""

    doctor: int
    gone_from: float
    plan: AbsencePlan


def perhaps_a_doctor_leaves(world: "World") -> Life:
    """On every second day."""
    if world.chance.random() < 0.5:
        yield world.chance.uniform(600.0, 5400.0)
        yield from a_doctor_leaves(world)


def a_doctor_leaves(world: "World") -> Life:
    """Away all day, as it turns out now, or from some minute on: who is touched is cancelled, moved to tomorrow, or seen by
    another doctor."""
    chance = world.chance
    present = [doctor for doctor, other in STAND_IN.items() if not {doctor, other} & world.away]
    if not present:
        return
    doctor = chance.choice(present)
    world.away.add(doctor)
    whole_day = chance.random() < 0.5
    gone_from = world.clock.now if whole_day else _minute(world.clock.now + chance.uniform(0.0, GOES_WITHIN_SECONDS))
    remedy = chance.choice(list(Remedy))
    wish = AnnounceAbsence(
        doctor=doctor,
        date=f"{world.local(gone_from):%Y-%m-%d}",
        agreed_with="the doctor, by telephone",
        starts=None if whole_day else f"{world.local(gone_from):%H:%M}",
        remedy=remedy,
        move_to=f"{world.local(gone_from + A_DAY):%Y-%m-%d}" if remedy is Remedy.MOVE else None,
        substitute=STAND_IN[doctor] if remedy is Remedy.SUBSTITUTE else None,
        preview=False,
    )
    yield from world.operator.asks(SetLate(doctor=doctor, until=None))
    for _ in range(TRIES):
        yield from world.operator.asks(wish)
        plan = world.operator.answer
        if isinstance(plan, AbsencePlan):
            world.witness.note(world.clock.now, f"doctor {doctor} is gone: {remedy} for {len(plan.touched)}")
            world.absences.append(Announced(doctor, gone_from, plan))
            return
        yield AGAIN_SECONDS


def _minute(seconds: float) -> float:
    """The whole minute that it is then, as a clock shows it."""
    return seconds - seconds % 60.0
