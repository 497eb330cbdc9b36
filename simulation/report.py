"""Many days, on several processes, and what is to be told of them: figures, and the story of each day that broke a law."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from statistics import median

from simulation.day import Verdict, lived
from simulation.faults import FAULTS


@dataclass(slots=True)
class Report:
    """The sum of the days so far."""

    days: int = 0
    tickets: int = 0
    faults: int = 0
    by_fault: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    without_ticket: Counter[str] = field(default_factory=Counter)
    recovery: list[float] = field(default_factory=list)
    seconds: float = 0.0
    broken: list[Verdict] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        """One day more."""
        self.days += 1
        self.tickets += verdict.tickets
        self.faults += verdict.faults
        self.by_fault.update(verdict.by_fault)
        self.messages.update(verdict.messages)
        self.without_ticket.update(verdict.without_ticket)
        self.recovery += verdict.recovery
        self.seconds += verdict.seconds
        if verdict.violations:
            self.broken.append(verdict)

    def lines(self) -> Iterator[str]:
        """The figures, one line each."""
        yield f"{self.days} days, {self.tickets} tickets, {self.faults} faults, {len(self.broken)} days with a broken law"
        told = ", ".join(f"{count} {what}" for what, count in sorted(self.messages.items()))
        yield f"{told}"
        if self.recovery:
            ordered = sorted(self.recovery)
            most = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
            yield f"everything agreed again after {median(ordered):.1f} s (95 %: {most:.1f} s, longest: {ordered[-1]:.1f} s)"
        left = ", ".join(f"{count} {why}" for why, count in self.without_ticket.most_common())
        yield f"left without a ticket: {left or 'nobody'}"
        yield "strikes:"
        yield from (
            f"{self.by_fault[row.name]:7} {row.name}" for row in sorted(FAULTS, key=lambda row: -self.by_fault[row.name])
        )
        yield f"{self.days / self.seconds if self.seconds else 0:.2f} days a second and core"


def days(seeds: Iterable[int], jobs: int, *, faults: bool = True, broken: frozenset[str] = frozenset()) -> Iterator[Verdict]:
    """The days of these seeds as they end, in their order."""
    if jobs == 1:
        for seed in seeds:
            yield lived(seed, faults=faults, broken=broken)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_Day(faults, broken), seeds, chunksize=1)


@dataclass(frozen=True, slots=True)
class _Day:
    """What each process does with a seed."""

    faults: bool
    broken: frozenset[str]

    def __call__(self, seed: int) -> Verdict:
        logging.disable(logging.CRITICAL)  # stores that die and disks that are full are what is wanted here
        return lived(seed, faults=self.faults, broken=self.broken)


def story(verdict: Verdict) -> Iterator[str]:
    """Why a day is broken, its last steps that matter, and the command that plays it again."""
    for violation in verdict.violations:
        yield f"day {verdict.seed}: {violation}"
    yield from (f"    {line}" for line in verdict.story)
    yield f"again: nobat simulate --seed {verdict.seed} --days 1"
