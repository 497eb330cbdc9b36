"""Whole clinic days with faults: the laws hold after each, one seed is one day, and recovery is counted in seconds."""

import logging
from collections.abc import Iterator

import pytest

from simulation.day import Verdict, lived
from simulation.faults import FAULTS
from simulation.report import Report, days, story

CI_DAYS = 150
CI_SEED = 1000
TICKETS_A_DAY = 240
FAULTS_A_DAY = 60
LEAST_STRIKES = 3


@pytest.fixture(autouse=True)
def _nothing_is_logged() -> Iterator[None]:
    """Stores that die and disks that are full are what is wanted here."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def told(verdict: Verdict) -> str:
    return "\n".join(story(verdict))


def test_on_a_day_without_a_fault_everybody_is_served_and_no_law_is_broken() -> None:
    verdict = lived(1, faults=False)
    assert not verdict.violations, told(verdict)
    assert verdict.tickets > TICKETS_A_DAY


def test_one_seed_is_one_day_whenever_it_is_lived() -> None:
    verdict, again = lived(2), lived(2)
    assert not verdict.violations, told(verdict)
    assert (verdict.digest, verdict.faults) == (again.digest, again.faults)
    assert verdict.faults >= FAULTS_A_DAY
    assert lived(3).digest != verdict.digest


@pytest.mark.last
def test_the_laws_hold_after_every_day_with_sixty_faults() -> None:
    """Alone on the machine, on both its cores."""
    report = Report()
    for verdict in days(range(CI_SEED, CI_SEED + CI_DAYS), jobs=2):
        report.add(verdict)
    print(*report.lines(), sep="\n")
    assert not report.broken, "\n".join(told(one) for one in report.broken)
    assert report.faults >= FAULTS_A_DAY * CI_DAYS
    assert report.tickets >= TICKETS_A_DAY * CI_DAYS
    assert not [fault.name for fault in FAULTS if report.by_fault[fault.name] < LEAST_STRIKES]
