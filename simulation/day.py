"""One day, from its seed to its verdict."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from simulation.clock import Life, begin
from simulation.fault import Fault
from simulation.faults import FAULTS
from simulation.laws import Ledger
from simulation.laws import broken as laws_broken
from simulation.planted import planted
from simulation.world import CLOSES, HOME_TIME, OPENS, World, world

FAULTS_A_DAY: Final = (62, 75)
FAULTS_END_BEFORE_SECONDS: Final = 1500.0
"""The last is over before everybody is sent home, be it earlier than usual: then as many faults come in a shorter time."""
OFTEN: Final = 5.0
"""The weight that a fault has besides its own where a day should have it often."""
STORY_LINES: Final = 60
QUIET_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a day went."""

    seed: int
    violations: tuple[str, ...]
    tickets: int
    papers: int
    faults: int
    by_fault: dict[str, int]
    messages: dict[str, int]
    recovery: tuple[float, ...]
    without_ticket: dict[str, int]
    digest: str
    seconds: float
    story: tuple[str, ...] = field(default=())


def lived(
    seed: int,
    *,
    faults: bool = True,
    broken: frozenset[str] = frozenset(),
    often: frozenset[str] = frozenset(),
    until: float = HOME_TIME,
) -> Verdict:
    """Let the day of `seed` happen, and judge it. `broken`: bugs that are planted; `often`: faults that strike far more often
    than their weight says; `until`: when everybody is sent home, in seconds after six. KeyError: there is no such bug."""
    began = time.process_time()
    with _nothing_swept(), planted(broken), world(seed) as one:
        one.home_time = until
        one.switch_on()
        struck: dict[str, int] = {}
        if faults:
            begin(one.clock, _misfortune(one, struck, often))
        one.clock.run(until)
        one.goes_home()
        one.clock.run(one.clock.now + QUIET_SECONDS)
        ledger = Ledger(one)
        violations = tuple(laws_broken(one, ledger))
        without: dict[str, int] = {}
        for visit in one.witness.visits:
            if visit.number is None:
                without[visit.why] = without.get(visit.why, 0) + 1
        return Verdict(
            seed=seed,
            violations=violations,
            tickets=one.tickets(),
            papers=len(one.witness.papers),
            faults=sum(struck.values()),
            by_fault=struck,
            messages=dict(one.network.counted),
            recovery=tuple(one.recovery.seconds),
            without_ticket=without,
            digest=one.witness.digest(ledger.rows()),
            seconds=time.process_time() - began,
            story=tuple(f"{_clock(at)} {what}" for at, what in one.witness.story[-STORY_LINES:]) if violations else (),
        )


@contextmanager
def _nothing_swept() -> Iterator[None]:
    """Python looks for rings of garbage before the day, which the day before has left: during it, that takes its time and finds
    next to nothing."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _misfortune(one: World, struck: dict[str, int], often: frozenset[str]) -> Life:
    """Faults at random moments of the day, drawn by their weights; the last is over before people go home."""
    chance = one.chance
    last = min(CLOSES + 1200.0, one.home_time - FAULTS_END_BEFORE_SECONDS)
    moments = sorted(chance.uniform(OPENS - 900.0, last) for _ in range(chance.randint(*FAULTS_A_DAY)))
    for moment in moments:
        yield max(0.0, moment - one.clock.now)
        rows = [row for row in FAULTS if not row.restores or one.may_lose]
        weights = [row.weight + (OFTEN if row.name in often else 0.0) for row in rows]
        (fault,) = chance.choices(rows, weights=weights)
        struck[fault.name] = struck.get(fault.name, 0) + 1
        _strikes(one, fault)
        one.looks.soon()


def _strikes(one: World, fault: Fault) -> None:
    one.witness.note(one.clock.now, fault.name)
    if not fault.waits:
        one.recovery.begins()
    is_over = False

    def over() -> None:
        nonlocal is_over
        if not is_over:
            is_over = True
            one.witness.note(one.clock.now, f"over: {fault.name}")
            one.recovery.over()

    fault.strike(one, over)


def _clock(seconds: float) -> str:
    """ "08:05:30.123" of that day in the clinic."""
    whole = int(seconds)
    return f"{6 + whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{int(seconds % 1 * 1000):03}"
