"""Digests are made beside the store, soonest first, and leave nothing behind."""

import os
import threading
from datetime import date
from random import Random
from unittest.mock import Mock

import pytest

from booking_store.digests import Digests
from rules.code_digest import CLINIC_COST, digest_of

TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)
CODES = ("12345672", "00000000", "99999995")


def digests(cost: int = 2) -> Digests:
    return Digests(cost, Random(1))  # noqa: S311  (the same salts in each run)


def test_what_is_not_there_yet_is_made_next() -> None:
    made = digests()
    assert made.of(TODAY, CODES) == {}
    made.make_wanted()
    salt = made.salt_of(TODAY)
    assert made.of(TODAY, CODES) == {code: digest_of(code, salt, 2) for code in CODES}


def test_what_is_wanted_no_more_is_not_made() -> None:
    made = digests()
    made.of(TODAY, CODES)
    made.of(TODAY, CODES[:1])
    made.make_wanted()
    assert set(made.of(TODAY, CODES)) == {CODES[0]}


def test_one_code_has_another_digest_on_another_day_and_in_another_run() -> None:
    one, other = digests(), Digests(2, Random(2))  # noqa: S311
    found = set()
    for made, day in ((one, TODAY), (one, TOMORROW), (other, TODAY)):
        made.of(day, CODES[:1])
        made.make_wanted()
        found |= set(made.of(day, CODES[:1]).values())
    assert len(found) == 3


def test_a_day_that_is_over_leaves_neither_salt_nor_digest() -> None:
    made = digests()
    made.of(TODAY, CODES)
    made.make_wanted()
    salt = made.salt_of(TODAY)
    made.forget_all_but({TOMORROW})
    assert made.salt_of(TODAY) != salt
    assert made.of(TODAY, CODES) == {}


@pytest.mark.parametrize("shut_in", [False, True])
def test_a_thread_makes_them_while_whoever_asked_goes_on(shut_in: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the system forbids it to step back: without digests, no kiosk can go on alone."""
    if shut_in:
        monkeypatch.setattr(os, "sched_setscheduler", Mock(side_effect=PermissionError))
    made = digests(CLINIC_COST)
    made.beside()
    while len(made.of(TODAY, CODES[:1])) < 1:  # each look takes moments, the digest tens of milliseconds
        threading.Event().wait(0.001)
    assert made.of(TODAY, CODES[:1]) == {CODES[0]: digest_of(CODES[0], made.salt_of(TODAY), CLINIC_COST)}
