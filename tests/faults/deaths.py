"""Who dies when: a clinic at work whose programs are killed again and again, and what is found afterwards.

A kill hits what it is aimed at: a third come at any moment, a third when the ledger's log has just grown (committed, and
nobody told yet), a third when somebody was just promised something (told, and perhaps not committed). Blind kills alone
hit those gaps, of a millisecond each, once in fifty.
"""

import random
import time
from collections import Counter
from dataclasses import dataclass
from typing import Final

from tests.faults.crowd import Crowd, Promised, codes
from tests.faults.house import House, eventually, let_the_stores_clock_run_on, tap
from tests.faults.laws import broken, never_called, said_again
from tests.faults.people import People

WORK_BETWEEN_KILLS: Final = (1, 4)
"""So many tickets given or numbers called between two deaths: each falls into running work, however slow the machine."""
AIMED_WITHIN_SECONDS: Final = 4.0
"""A kill whose moment does not come is one at any moment."""
LOOK_SECONDS: Final = 0.0002
"""Far shorter than a commit's way to the disk."""
TOO_OLD_TO_BE_SPOKEN_SECONDS: Final = 100.0
REPEATED_PER_DEATH: Final = 2
"""A call whose reading had ended, or nearly, when the hall died, and the one whose note was still on its way to the disk."""


TOLD_EVERY: Final = 100
"""So many deaths, and a long run says where it is."""


@dataclass(frozen=True)
class Told:
    """What was found after the last death."""

    died: Counter[str]
    seconds: float
    promised: Promised
    faults: list[str]


def shuffled(chance: random.Random, store: int, broker: int, each_device: int) -> list[tuple[str, ...]]:
    """Who dies, in which order. Every second time that the broker dies, the store dies with it: a server's power cut."""
    both = broker // 2
    order = [("store",)] * (store - both) + [("broker",)] * (broker - both) + [("broker", "store")] * both
    order += [("kiosk",), ("counter",), ("hall",)] * each_device
    chance.shuffle(order)
    return order


def lived_through(house: House, deaths: list[tuple[str, ...]], chance: random.Random, bookings: int) -> Told:
    """A morning with these deaths, until everybody was called: what died, and every law that was broken. `bookings` of the
    day are made before."""
    booked = codes(house.broker, bookings)
    people = People(house, booked)
    crowd = Crowd(house.broker, ("kiosk-2", "kiosk-3"), ("counter-2", "counter-3"), booked)
    crowd.start()
    died: Counter[str] = Counter()
    began = time.monotonic()
    for names in deaths:
        _work(crowd.promised, chance.randint(*WORK_BETWEEN_KILLS))
        _aim(house, crowd.promised, chance)
        for name in names:
            house.parts[name].kill()
        for name in names:
            house.parts[name].start()
        died.update(names)
        if died.total() // TOLD_EVERY > (died.total() - len(names)) // TOLD_EVERY:
            print(f"{died.total()} deaths, {time.monotonic() - began:.0f} s: {crowd.promised.done} given or called", flush=True)
    took = time.monotonic() - began
    people.end()
    crowd.close()
    unsettled = "SELECT device, request, number FROM ticket_requests WHERE outcome IS NULL"
    eventually(lambda: not house.rows(unsettled), lambda: f"never settled: {house.rows(unsettled)}")
    eventually(lambda: not never_called(house), lambda: f"never called: {never_called(house)}")
    crowd.end()
    house.until_agreed()
    faults = broken(house, crowd.promised)
    again = said_again(house.hall.said())
    if len(again) > REPEATED_PER_DEATH * died["hall"]:
        faults.append(f"said again after other numbers: {again}")
    return Told(died, took, crowd.promised, faults + _silent(house))


def _work(promised: Promised, much: int) -> None:
    """Until so much more was achieved."""
    enough = promised.done + much
    eventually(lambda: promised.done >= enough, lambda: f"nothing goes on: {promised.trouble}")


def _aim(house: House, promised: Promised, chance: random.Random) -> None:
    """Until the moment of the kill."""
    give_up_at = time.monotonic() + AIMED_WITHIN_SECONDS
    match chance.randrange(3):
        case 0:
            time.sleep(chance.uniform(0.0, 0.05))
        case 1:
            before = house.commits()
            while house.commits() == before and time.monotonic() < give_up_at:
                time.sleep(LOOK_SECONDS)
        case _:
            promised.news.clear()
            promised.news.wait(AIMED_WITHIN_SECONDS)


def _silent(house: House) -> list[str]:
    """A call after all that is heard in the hall; what waits to be spoken is too old by then."""
    let_the_stores_clock_run_on(house, TOO_OLD_TO_BE_SPOKEN_SECONDS)
    number = 0
    try:
        number = house.walk_in()
        eventually(lambda: tap(house.counter) or not never_called(house))
        eventually(lambda: any(f"-{number}-" in path.name for path in house.hall.said()))
    except AssertionError as fault:
        return [f"{number} was called, and never spoken: {fault}" if number else f"no paper after all that: {fault}"]
    return []
