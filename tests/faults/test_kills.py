"""kill -9 of the store, the broker, the kiosk, the counter and the hall, again and again, while patients take tickets and
clerks call: afterwards the papers, the ledger and the screens tell one story.

CI kills the store 40 times and the broker 10 times; `make soak` sets NOBAT_STORE_KILLS=500 and NOBAT_BROKER_KILLS=100.
Programs come back at once here, so that they die as often as possible in the middle of something; what systemd's pause
before a restart means for people is measured by benchmarks/recovery.py.
"""

import os
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.crowd import Crowd, codes
from tests.faults.house import House, eventually
from tests.faults.laws import broken, never_called
from tests.faults.people import People

STORE = int(os.environ.get("NOBAT_STORE_KILLS", "40"))
BROKER = int(os.environ.get("NOBAT_BROKER_KILLS", "10"))
EACH_DEVICE = max(2, STORE // 20)
CODES = 20 + STORE // 3
"""Bookings of the day. Each start of the store makes digests of them for the kiosks' sheets, which is slow on purpose."""
WORK_BETWEEN_KILLS = (1, 4)
"""So many tickets given or numbers called between two deaths: each falls into running work."""
GOES_ON_WITHIN_SECONDS = 4.0


def deaths(chance: random.Random) -> list[tuple[str, ...]]:
    """Who dies, in which order. Every second time that the broker dies, the store dies with it: a server's power cut."""
    both = BROKER // 2
    order = [("store",)] * (STORE - both) + [("broker",)] * (BROKER - both) + [("broker", "store")] * both
    order += [("kiosk",), ("counter",), ("hall",)] * EACH_DEVICE
    chance.shuffle(order)
    return order


@pytest.mark.last
def test_whatever_is_killed_every_paper_stands_is_called_once_and_all_screens_agree(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    chance = random.Random(seed)  # noqa: S311  chance that can be told again, not a secret
    print(f"seed {seed}")
    house = House(tmp_path)
    died: Counter[str] = Counter()
    try:
        booked = codes(house.broker, CODES)
        people = People(house, booked)
        crowd = Crowd(house.broker, ("kiosk-2", "kiosk-3"), ("counter-2", "counter-3"), booked)
        crowd.start()
        began = time.monotonic()
        for names in deaths(chance):
            enough = crowd.promised.done + chance.randint(*WORK_BETWEEN_KILLS)
            give_up_at = time.monotonic() + GOES_ON_WITHIN_SECONDS
            while crowd.promised.done < enough and time.monotonic() < give_up_at:
                time.sleep(0.01)
            time.sleep(chance.uniform(0.0, 0.05))
            for name in names:
                house.parts[name].kill()
            for name in names:
                house.parts[name].start()
            died.update(names)
        took = time.monotonic() - began
        people.end()
        crowd.close()
        eventually(lambda: not house.rows("SELECT 1 FROM ticket_requests WHERE outcome IS NULL"))
        eventually(lambda: not never_called(house))
        crowd.end()
        house.until_agreed()
        faults = broken(house, crowd.promised)
    finally:
        house.close()
    assert not faults, (seed, faults)
    printed = house.printer.jobs
    print(
        f"killed {dict(died)} in {took:.0f} s; {len(crowd.promised.papers)} cheap tickets, {printed} papers of the kiosk,"
        f" {len(crowd.promised.told)} calls answered, {len(house.hall.said())} announcements; nothing lost, nothing twice"
    )
