"""The laws find what is broken: bugs that are planted into the house for a short morning, each found by the law it breaks."""

import logging
from collections.abc import Iterator
from typing import Final, NamedTuple

import pytest

from simulation.day import lived
from simulation.planted import PLANTED
from simulation.world import OPENS

EIGHT: Final = OPENS + 3600.0
"""Everybody is sent home at eight: an hour with a day's faults in it."""


class Found(NamedTuple):
    """The law that a bug breaks, and a seed by which it does. `often`: the faults without which the bug does nothing, which a
    day of the usual weights has now and then; these mornings have them on purpose."""

    law: str
    seed: int = 1
    often: tuple[str, ...] = ()
    until: float = EIGHT


OLDER: Final = ("an older copy is put back", "the card lied: an older ledger is there")
BEFORE_COMMIT: Final = ("the store is killed before the commit",)
AWAY: Final = ("an older copy is put back, and a kiosk is away",)
TWO: Final = ("two machines have a store",)
DARK: Final = ("a kiosk goes dark before it wrote the number down", "a kiosk's disk is full")
LATE: Final = ("a cable is bad", "the network is bad", "a device is mute")
AT_THE_END: Final = ("a kiosk is away when the day ends",)
GONE: Final = ("the store is killed while a doctor leaves",)
BACK: Final = ("a doctor is here after all", "the store is killed while an absence is taken back")
FORGOTTEN: Final = ("a kiosk forgets a paper, and its doctor leaves",)
NO_MODEM: Final = ("the modem is away",)
KILLED: Final = ("the telephone is killed before it told of a text",)
FOUND: Final = {
    "no request ids": Found("a request is done twice"),
    "reply before commit": Found("an answer was not durable", often=BEFORE_COMMIT),
    "stale press executed": Found("a stale press did something", seed=2, often=LATE),
    "snapshot without epoch": Found("it does not recover", often=OLDER),
    "ranges that meet": Found("a number is given twice"),
    "highest number forgotten": Found("a number is given twice"),
    "yesterday's sheet": Found("a promised ticket is lost"),
    "printed before journal": Found("a promised ticket is lost", often=DARK),
    "settle refused": Found("a promised ticket is lost"),
    "settle refused after its day": Found("a promised ticket is lost", often=AT_THE_END),
    "papers of another booking": Found("a paper is of another booking", seed=3),
    "settle dropped": Found("a paper is not settled"),
    "numbers given again after void": Found("a number is given twice"),
    "restored without settling again": Found("a number is given twice", often=OLDER),
    "restored without a gap": Found("a number is given twice", seed=5, often=AWAY),
    "two stores believed": Found("an answer was not durable", seed=13, often=TWO),
    "announcements without call ids": Found("a call is not spoken, or too often"),
    "waiting tickets dropped": Found("somebody is forgotten"),
    "old shown as new": Found("a screen lies"),
    "left in line for who is gone": Found("somebody is called to who is gone", often=GONE),
    "stand-in forgotten": Found("somebody is called to who is gone", often=GONE),
    "late papers wait for who is gone": Found("somebody is called to who is gone", seed=4, often=FORGOTTEN),
    "taken back for nobody": Found("somebody does not have it again", often=BACK),
    "taken back and told": Found("what is taken back is told", often=BACK),
    "taken back and in force": Found("a good code is refused", seed=2, often=BACK),
    "text told before it is out": Found("a text is lost", seed=2, often=NO_MODEM),
}


@pytest.fixture(autouse=True)
def _nothing_is_logged() -> Iterator[None]:
    """Stores that die and disks that are full are what is wanted here."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_each_bug_that_is_kept_has_its_law_and_its_seed() -> None:
    assert FOUND.keys() == PLANTED.keys()


@pytest.mark.last
@pytest.mark.parametrize("bug", FOUND)
def test_a_planted_bug_is_found_by_the_law_that_it_breaks(bug: str) -> None:
    found = FOUND[bug]
    verdict = lived(found.seed, broken=frozenset({bug}), often=frozenset(found.often), until=found.until)
    assert [one for one in verdict.violations if one.startswith(f"{found.law}: ")], verdict.violations


@pytest.mark.last
@pytest.mark.parametrize(
    ("often", "seed"),
    [
        (OLDER, 1),
        (AWAY, 16),
        (TWO, 1),
        (BEFORE_COMMIT + DARK, 4),
        (AT_THE_END, 1),
        (GONE, 1),
        (BACK, 2),
        (FORGOTTEN, 1),
        (NO_MODEM + KILLED, 1),
    ],
)
def test_the_same_morning_breaks_no_law_in_the_house_as_it_is(often: tuple[str, ...], seed: int) -> None:
    verdict = lived(seed, often=frozenset(often), until=EIGHT)
    assert not verdict.violations, "\n".join(verdict.story)
    assert sum(verdict.by_fault.get(name, 0) for name in often) > 0
