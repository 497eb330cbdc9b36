"""The judge is judged: each bug of planted.py, in a real clinic whose programs are killed, has to be found, and how many kills
it took is printed. Not collected by itself: `make planted-kills`.

What is no bug to anybody is not among them. A store that forgets its answers (its settles and presses too) breaks no promise
about tickets: a ticket's request has its row, and a press its revision, which stand in for the memory; bookings have
nothing but the memory, and show it. A number counted in memory alone cannot be given twice: the ledger refuses the second
row; so the bug that is planted prints it without asking the ledger.
"""

import random
from pathlib import Path

import pytest

from tests.faults.deaths import lived_through, shuffled
from tests.faults.house import House
from tests.faults.planted import HALL_BUGS, STORE_BUGS

MODULE = "tests.faults.planted"
BOOKINGS = 20
ROUNDS = ((0, 0, 0), (3, 1, 1), (7, 2, 2), (15, 4, 2), (40, 10, 2), (80, 20, 4))
"""Kills of store, broker and each device: every next round has more of them, until the bug is found."""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # somebody of the crowd was wronged
@pytest.mark.parametrize("bug", [*STORE_BUGS, *HALL_BUGS])
def test_a_planted_bug_is_found(bug: str, tmp_path: Path) -> None:
    kills = 0
    for turn, (store, broker, each_device) in enumerate(ROUNDS):
        kills += store + broker + 3 * each_device
        faults = found(bug, tmp_path / str(turn), store, broker, each_device)
        if faults:
            print(f"{bug}: found in round {turn}, after {kills} kills in all: {str(faults)[:300]}")
            return
    pytest.fail(f"{bug} was not found by {kills} kills")


def found(bug: str, folder: Path, store: int, broker: int, each_device: int) -> list[str]:
    """What is wrong after so many kills."""
    programs = {"store": (MODULE, bug, "booking_store")} if bug in STORE_BUGS else {"hall": (MODULE, bug, "display_device")}
    chance = random.Random(store)  # noqa: S311  the same kills each time
    house = House(folder, **programs)  # type: ignore[arg-type]
    try:
        return lived_through(house, shuffled(chance, store, broker, each_device), chance, BOOKINGS).faults
    except AssertionError as fault:
        return [str(fault) or repr(fault)]
    finally:
        house.close()
