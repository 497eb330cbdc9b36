"""Telephone, store and broker are killed at random moments while people call: who heard a code has exactly one booking and
its text, and nobody who knows of none holds a place. `make soak` makes 500 calls.
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from tests.broker import RunningBroker
from tests.phone_line.clinic import Ledger, store_with_a_telephone
from tests.phone_line.running import RunningTelephone, ready
from twins.asterisk import HANG_UP, Answers, Exchange, Heard

CALLS = int(os.environ.get("NOBAT_PHONE_CALLS", "40"))
CALLERS = 4
SETTLED_WITHIN_SECONDS = 120.0
EXCHANGE = Exchange(prompt_seconds=0.008, tries=12, pause_seconds=0.4)
HASTY = ("offer_choice", "your_code", "code_once_more", "ask_doctor")
"""Where a caller in a hurry hangs up."""
BOOKING: Answers = {
    "main_menu_with_operator": "1",
    "ask_department": "11",
    "ask_doctor": "00",
    "ask_mobile": "#",
    "offer_caller_number": "1",
    "offer_choice": "1",
    "after_code": "#",
}
PHONE = """
[voice_menu]
hold_seconds = 20
"""


@dataclass
class Crowd:
    """People who call one after the other, until there were CALLS calls."""

    telephone: RunningTelephone
    chance: random.Random
    calls: list[tuple[str | None, Heard]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def call_on(self) -> None:
        while (number := next(self.numbers)) < CALLS:
            mobile = f"0912{number:07}" if self.chance.random() < 0.5 else None
            hurry = {self.chance.choice(HASTY): HANG_UP} if self.chance.random() < 0.3 else {}
            heard = self.telephone.dial({**BOOKING, **hurry}, caller=mobile or "unknown", exchange=EXCHANGE)
            self.calls.append((mobile, heard))


def codes(heard: Heard) -> set[str]:
    """The codes that were told to their end: eight digits, one after the other."""
    told: set[str] = set()
    digits = ""
    for prompt in heard.prompts:
        if prompt in {"your_code", "code_once_more"}:
            digits = ""
        elif prompt.startswith("digit/"):
            digits += prompt.removeprefix("digit/")[0]
            if prompt.endswith("_last") and len(digits) == 8:
                told.add(digits)
    return told


def unheard(ledger: Ledger, crowd: Crowd) -> set[str]:
    """The bookings of which nobody was told: neither by voice nor by a text."""
    heard = {code for _, one in crowd.calls for code in codes(one)}
    return {code for code, mobile in ledger.bookings().items() if mobile is None} - heard


@pytest.mark.last
def test_whatever_dies_who_heard_a_code_has_one_booking_and_nobody_holds_a_place_unknowingly(
    broker: RunningBroker, tmp_path: Path
) -> None:
    store = store_with_a_telephone(broker, tmp_path, PHONE)
    telephone = RunningTelephone(tmp_path / "phone", broker)
    ledger = Ledger(store)
    store.start()
    telephone.start()
    ready(telephone)
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    crowd = Crowd(telephone, random.Random(seed))  # noqa: S311  chance that can be told again, not a secret
    people = [threading.Thread(target=crowd.call_on, daemon=True) for _ in range(CALLERS)]
    dying: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
        "telephone": (telephone.kill, telephone.launch),
        "store": (store.kill, store.start),
        "broker": (broker.kill, broker.start),
    }
    died: Counter[str] = Counter()
    try:
        for one in people:
            one.start()
        while any(one.is_alive() for one in people):
            for name in crowd.chance.sample(sorted(dying), len(dying)):
                enough = len(crowd.calls) + crowd.chance.randint(1, 5)
                while len(crowd.calls) < enough and any(one.is_alive() for one in people):
                    time.sleep(0.02)
                time.sleep(crowd.chance.uniform(0.0, 1.0))
                kill, bring_back = dying[name]
                kill()
                bring_back()
                died[name] += 1
        give_up_at = time.monotonic() + SETTLED_WITHIN_SECONDS
        while (unheard(ledger, crowd) or ledger.bookings("held")) and time.monotonic() < give_up_at:
            time.sleep(0.2)
        assert unheard(ledger, crowd) == set(), telephone.log()
        assert ledger.bookings("held") == {}
    finally:
        telephone.close()
        store.kill()
    booked = ledger.bookings()
    mobiles = Counter(mobile for mobile in booked.values() if mobile is not None)
    for mobile, heard in crowd.calls:
        told = codes(heard)
        assert len(told) <= 1, heard
        assert told <= booked.keys(), (mobile, heard, telephone.log())
    assert max(mobiles.values(), default=1) == 1
    assert Counter(ledger.texted()) == mobiles
    assert len(crowd.calls) == CALLS
    assert booked
    told_codes = sum(len(codes(heard)) for _, heard in crowd.calls)
    print(
        f"{CALLS} calls, {len(booked)} bookings, {told_codes} codes heard; killed: {dict(died)};"
        " codes without a booking, second bookings, places held unknowingly: 0, 0, 0 (limit 0)"
    )
