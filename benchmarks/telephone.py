"""How fast the voice menu is: `python -m benchmarks.telephone`. From the last key of an answer to the next words, beside the
300 ms that a caller may wait, one call after the other and thirty at once, each held against the ledger.

The real telephone, broker and store; the exchange is the twin, whose prompts take no time, so that thirty callers press far
faster than people do.
"""

import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from tests.broker import RunningBroker
from tests.phone_line.clinic import Ledger, store_with_a_telephone
from tests.phone_line.running import KEY, RunningTelephone, code_of, ready
from twins.asterisk import Answers, Heard, dial_at_once

LIMIT_MS: Final = 300.0
ONE_BY_ONE: Final = 30
AT_ONCE: Final = 30
BOOKING: Final[Answers] = {
    "main_menu_with_operator": "1",
    "ask_department": "11",
    "ask_doctor": "01",
    "offer_caller_number": "1",
    "offer_choice": "1",
    "after_code": "#",
}


def main() -> int:
    """0: within the limit, and every caller has the booking that they heard."""
    with tempfile.TemporaryDirectory(prefix="nobat-telephone-") as name:
        folder = Path(name)
        broker = RunningBroker(folder / "broker")
        broker.start()
        store = store_with_a_telephone(broker, folder)
        store.start()
        telephone = RunningTelephone(folder / "phone", broker)
        try:
            telephone.start()
            ready(telephone)
            alone = [telephone.dial(BOOKING, caller=_mobile(number)) for number in range(ONE_BY_ONE)]
            calls = [{"caller": _mobile(ONE_BY_ONE + number), "answers": BOOKING} for number in range(AT_ONCE)]
            together = dial_at_once(calls, "127.0.0.1", telephone.port, key=KEY)
            booked = Ledger(store).bookings()
        finally:
            telephone.close()
            store.kill()
            broker.kill()
    right = sum(booked.get(code_of(one)) == _mobile(number) for number, one in enumerate([*alone, *together]))
    return _shown(alone, together, right)


def _shown(alone: Sequence[Heard], together: Sequence[Heard], right: int) -> int:
    table = Table("last key → next words", "p50 ms", "p95 ms", "limit ms")
    kept = True
    for name, calls in ((f"{ONE_BY_ONE} calls, one by one", alone), (f"{AT_ONCE} calls at once", together)):
        waits = sorted(wait for one in calls for wait in one.waits_ms)
        p95 = waits[int(len(waits) * 0.95)]
        kept &= p95 <= LIMIT_MS
        table.add_row(name, f"{statistics.median(waits):.1f}", f"{p95:.1f}", f"{LIMIT_MS:.0f}")
    console = Console()
    console.print(table)
    everybody = ONE_BY_ONE + AT_ONCE
    console.print(f"{right} of {everybody} callers heard the code of their own booking")
    return 0 if kept and right == everybody else 1


def _mobile(number: int) -> str:
    return f"0912000{number:04}"


if __name__ == "__main__":
    sys.exit(main())
