"""kill -9 of the store, the broker, the kiosk, the counter and the hall, again and again, while patients take tickets and
clerks call: afterwards the papers, the ledger and the screens tell one story.

CI kills the store 40 times and the broker 10 times; `make soak` sets NOBAT_STORE_KILLS=500 and NOBAT_BROKER_KILLS=100.
Programs come back at once here, so that they die as often as possible in the middle of something; what systemd's pause
before a restart means for people is measured by benchmarks/recovery.py.
"""

import os
import random
from pathlib import Path

import pytest

from tests.faults.deaths import lived_through, shuffled
from tests.faults.house import House

STORE = int(os.environ.get("NOBAT_STORE_KILLS", "40"))
BROKER = int(os.environ.get("NOBAT_BROKER_KILLS", "10"))
EACH_DEVICE = max(2, STORE // 20)
CODES = 20 + STORE // 3
"""Bookings of the day. Each start of the store makes digests of them for the kiosks' sheets, which is slow on purpose."""


@pytest.mark.last
def test_whatever_is_killed_every_paper_stands_is_called_once_and_all_screens_agree(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    chance = random.Random(seed)  # noqa: S311  chance that can be told again, not a secret
    print(f"seed {seed}")
    house = House(tmp_path)
    try:
        told = lived_through(house, shuffled(chance, STORE, BROKER, EACH_DEVICE), chance, CODES)
        printed, spoken = house.printer.jobs, len(house.hall.said())
    finally:
        house.close()
    promised = told.promised
    assert not told.faults, (seed, told.faults)
    print(
        f"killed {dict(told.died)} in {told.seconds:.0f} s; {len(promised.papers)} cheap tickets, {printed} papers of the"
        f" kiosk, {len(promised.booked)} bookings, {len(promised.told)} calls answered, {spoken} announcements;"
        " nothing lost, nothing twice"
    )
