"""Doctors who leave in the middle of the morning: announced at the desk, again and again until that is answered, and what the
answer promised to whom. Who stands in may be gone as well, and some doctors are here after all.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mqtt.contract import AbsencePlan, AnnounceAbsence, Changed, Reason, Refusal, Remedy, SetLate, UndoAbsence
from simulation.clock import Life, Until, begin
from simulation.patients import Patient, morning

if TYPE_CHECKING:
    from simulation.world import World

STAND_IN: Final = {1: 2, 2: 1, 3: 4, 4: 3}
"""Who of the same department sees a doctor's patients."""
NOBODY_STANDS_IN: Final = (Remedy.CANCEL, Remedy.MOVE)
GOES_WITHIN_SECONDS: Final = 1800.0
MINUTES_LATER_SECONDS: Final = (20.0, 400.0)
COME_AGAIN: Final = 2
"""So many of those who were told that their visit is not come all the same, once it is again."""
TRIES: Final = 20
AGAIN_SECONDS: Final = 15.0
A_DAY: Final = 86400.0


@dataclass(frozen=True, slots=True)
class Announced:
    """An absence that the desk has taken in. `stand_in`: who sees their patients; `gone_from`: when the doctor is not there any
    more, and `at`: when it was answered, both in the world's seconds."""

    absence: int
    doctor: int
    stand_in: int | None
    all_day: bool
    gone_from: float
    plan: AbsencePlan
    at: float


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An absence that is no more, since `at`. `stay`: how many are not as they were, because they had gone on since; None: the
    answer that said so was lost."""

    announced: Announced
    at: float
    stay: int | None


Leaves = Generator[float | Until, bool, Announced | None]
"""A life that ends with what was announced; None: nobody left, or nobody answered."""


def perhaps_a_doctor_leaves(world: "World") -> Life:
    """On every second day."""
    if world.chance.random() < 0.5:
        yield world.chance.uniform(600.0, 5400.0)
        yield from a_doctor_leaves(world)


def a_doctor_leaves(world: "World") -> Life:
    """Minutes later, perhaps, who stands in is gone as well, or the doctor is here after all."""
    chance = world.chance
    absence = yield from somebody_leaves(world)
    if absence is None:
        return
    yield chance.uniform(*MINUTES_LATER_SECONDS)
    if absence.stand_in is not None and chance.random() < 0.5:
        absence = (yield from leaves(world, absence.stand_in, NOBODY_STANDS_IN)) or absence
        yield chance.uniform(*MINUTES_LATER_SECONDS)
    if chance.random() < 0.5:
        yield from is_here_after_all(world, absence)


def somebody_leaves(world: "World") -> Leaves:
    """One of those who can."""
    present = [doctor for doctor in STAND_IN if may_leave(world, doctor)]
    return (yield from leaves(world, world.chance.choice(present))) if present else None


def may_leave(world: "World", doctor: int) -> bool:
    """Whether they are here, and so is who would stand in."""
    return not {doctor, STAND_IN[doctor]} & world.away


def leaves(world: "World", doctor: int, remedies: Sequence[Remedy] = tuple(Remedy)) -> Leaves:
    """Away all day, as it turns out now, or from some minute on: who is touched is cancelled, moved to tomorrow, or seen by
    another doctor."""
    chance = world.chance
    world.away.add(doctor)
    all_day = chance.random() < 0.5
    gone_from = world.clock.now if all_day else _minute(world.clock.now + chance.uniform(0.0, GOES_WITHIN_SECONDS))
    remedy = chance.choice(remedies)
    wish = AnnounceAbsence(
        doctor=doctor,
        date=f"{world.local(gone_from):%Y-%m-%d}",
        agreed_with="the doctor, by telephone",
        starts=None if all_day else f"{world.local(gone_from):%H:%M}",
        remedy=remedy,
        move_to=f"{world.local(gone_from + A_DAY):%Y-%m-%d}" if remedy is Remedy.MOVE else None,
        substitute=STAND_IN[doctor] if remedy is Remedy.SUBSTITUTE else None,
        preview=False,
    )
    yield from world.operator.asks(SetLate(doctor=doctor, until=None))
    for _ in range(TRIES):
        yield from world.operator.asks(wish)
        plan = world.operator.answer
        if isinstance(plan, AbsencePlan) and plan.absence is not None:
            world.witness.note(world.clock.now, f"doctor {doctor} is gone: {remedy} for {len(plan.touched)}")
            absence = Announced(plan.absence, doctor, wish.substitute, all_day, gone_from, plan, world.clock.now)
            world.absences.append(absence)
            return absence
        yield AGAIN_SECONDS
    return None


def is_here_after_all(world: "World", absence: Announced) -> Life:
    """It is taken back, and some who were to stay away come; unless a text of it has left, or who stands in is gone as well."""
    for _ in range(TRIES):
        yield from world.operator.asks(UndoAbsence(absence=absence.absence))
        if world.operator.settled:
            break
        yield AGAIN_SECONDS
    match world.operator.answer:
        case Changed(text=text):
            stay: int | None = int(text.split()[0]) if text else 0
        case Refusal(reason=Reason.UNKNOWN_ABSENCE):  # it was taken back when it was asked for before
            stay = None
        case _:
            return
    world.witness.note(world.clock.now, f"doctor {absence.doctor} is here after all: {stay} stay as they are")
    world.away.discard(absence.doctor)
    world.taken_back.append(TakenBack(absence, world.clock.now, stay))
    codes = {one.code for one in absence.plan.touched if one.number is None}
    concerned = [(code, department) for code, department in world.codes if code in codes]
    for code, department in world.chance.sample(concerned, min(COME_AGAIN, len(concerned))):
        yield world.chance.uniform(5.0, 60.0)
        begin(world.clock, morning(world, Patient(f"comes-again-{code}", code, department)))


def _minute(seconds: float) -> float:
    """The whole minute that it is then, as a clock shows it."""
    return seconds - seconds % 60.0
