"""How many counters a stream of people wants, by Erlang's delay formula (Erlang C). Pure.

A. K. Erlang, "Løsning af nogle Problemer fra Sandsynlighedsregningen af Betydning for de automatiske Telefoncentraler",
Elektroteknikeren 13 (1917), gives the share of those who have to wait where people arrive by chance (Poisson), are served
for a time of chance (exponential), wait in one line and do not go away. The formula is worked out through Erlang B's
recursion, which neither overflows nor loses digits (G. Koole, Call Center Optimization, 2013, section 4.2).

An hour with its mean is taken for itself, as if it had gone on for ever: a rush carries no line into the next hour here.
So what is said is what an hour asks, not what a day will be.
"""

import math
from dataclasses import dataclass
from typing import Final

COUNTERS_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Promise:
    """At least `share` (0 to 1) of the people wait `minutes` at the most."""

    share: float
    minutes: float


def waiting_share(load: float, counters: int) -> float:
    """The share of people who have to wait at all, Erlang's C(counters, load). `load`: people an hour times their service in
    hours (erlangs). 1 where the counters cannot keep up."""
    if load <= 0:
        return 0.0
    if counters <= load:
        return 1.0
    blocked = 1.0  # Erlang's B, from no counter on
    for one in range(1, counters + 1):
        blocked = load * blocked / (one + load * blocked)
    return counters * blocked / (counters - load * (1 - blocked))


def served_within(load: float, counters: int, service_minutes: float, wait_minutes: float) -> float:
    """The share of people who wait `wait_minutes` at the most. `service_minutes`: the mean of one service."""
    if load <= 0:
        return 1.0
    if counters <= load:
        return 0.0
    return 1 - waiting_share(load, counters) * math.exp(-(counters - load) * wait_minutes / service_minutes)


def counters_for(people_an_hour: float, service_minutes: float, promise: Promise) -> int:
    """The fewest counters that keep `promise`; COUNTERS_MOST where not even those do."""
    load = people_an_hour * service_minutes / 60
    if load <= 0:
        return 0
    fewest = min(math.floor(load) + 1, COUNTERS_MOST)
    enough = (
        counters
        for counters in range(fewest, COUNTERS_MOST)
        if served_within(load, counters, service_minutes, promise.minutes) >= promise.share
    )
    return next(enough, COUNTERS_MOST)
