"""The digests of tracking codes, made on a thread beside the store's own.

A digest costs scrypt's 40 ms and more on purpose, so the store's loop only asks which of them are there, and the others are
made meanwhile, in the order in which they were asked for. Salts and digests live in memory alone: a new salt for each day and
each run of the store, forgotten when the day is over, so that nothing that is left lying about tells a code.
"""

import base64
import os
import random
import threading
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from rules.code_digest import CLINIC_COST, digest_of

SALT_BYTES: Final = 16


@dataclass(slots=True)
class _Day:
    salt: str  # base64
    made: dict[str, str] = field(default_factory=dict)  # by code
    wanted: dict[str, None] = field(default_factory=dict)  # in order


class Digests:
    """The digests of the days that somebody asks for. `beside` begins the thread; without it, `make_wanted` makes them."""

    def __init__(self, cost: int = CLINIC_COST, randomness: random.Random | None = None) -> None:
        """`cost`: n of scrypt, a power of two."""
        self.cost: Final = cost
        self._randomness = randomness or random.SystemRandom()
        self._days: dict[date, _Day] = {}
        self._lock = threading.Lock()  # held for moments, never while a digest is made
        self._asked_for = threading.Event()

    def beside(self) -> None:
        """Make digests on a thread of their own from now on, until the program ends."""
        threading.Thread(target=self._make_for_ever, name="digests", daemon=True).start()

    def salt_of(self, day: date) -> str:
        """The day's salt, base64."""
        with self._lock:
            return self._of(day).salt

    def of(self, day: date, codes: Sequence[str]) -> Mapping[str, str]:
        """The digests of `codes` that are there. Those that are not are made next, in this order, and no others of that day."""
        with self._lock:
            known = self._of(day)
            known.wanted = {code: None for code in codes if code not in known.made}
            if known.wanted:
                self._asked_for.set()
            return {code: known.made[code] for code in codes if code in known.made}

    def forget_all_but(self, days: Collection[date]) -> None:
        """Salts and digests of other days are no more."""
        with self._lock:
            self._days = {day: known for day, known in self._days.items() if day in days}

    def make_wanted(self) -> None:
        """Make all that is wanted now; returns when it is done."""
        while self._make_one():
            pass

    def _of(self, day: date) -> _Day:
        if day not in self._days:
            salt = base64.b64encode(self._randomness.randbytes(SALT_BYTES)).decode()
            self._days[day] = _Day(salt)
        return self._days[day]

    def _make_for_ever(self) -> None:
        """Work that nobody waits for: never before the store's own thread, nor with a real-time priority that it inherited."""
        with suppress(PermissionError):  # one that is shut in more tightly than its unit wants still makes them
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))  # of this thread alone
        while True:
            self._asked_for.wait()
            self._asked_for.clear()
            self.make_wanted()

    def _make_one(self) -> bool:
        """Make the one that is wanted first, of the earliest day; whether there was one."""
        with self._lock:
            wanting = next((known for _, known in sorted(self._days.items()) if known.wanted), None)
            if wanting is None:
                return False
            code = next(iter(wanting.wanted))
        made = digest_of(code, wanting.salt, self.cost)
        with self._lock:
            wanting.wanted.pop(code, None)
            wanting.made[code] = made
        return True
