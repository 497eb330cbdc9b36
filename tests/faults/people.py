"""People at the real programs: patients with codes at the kiosk, a clerk at the counter. They try again, as people do."""

import itertools
import random
import threading
import time
from collections.abc import Iterator
from typing import Final

from tests.faults.house import House, screen, tap, type_on_pad

PATIENCE_SECONDS: Final = 4.0
"""How long somebody stands at a kiosk that does nothing before the next one tries."""
WALK_IN: Final = ("ENTER", "1")
"""No code, and the first department."""
CODE_EVERY: Final = 8
CLERKS_PACE_SECONDS: Final = (0.3, 0.9)


class People:
    """Two threads of fingers, until `end`."""

    def __init__(self, house: House, codes: Iterator[str]) -> None:
        self._house = house
        self._codes = codes
        self._over = threading.Event()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._patients, self._clerk)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Nobody touches anything any more."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _patients(self) -> None:
        for nth in itertools.count(1):
            self._stand_at("idle", PATIENCE_SECONDS)
            if self._over.is_set():
                break
            code = next(self._codes, None) if nth % CODE_EVERY == 0 else None
            type_on_pad(self._house.kiosk.pins, *(code or WALK_IN))
            self._stand_at("ticket_taken", PATIENCE_SECONDS)
            type_on_pad(self._house.kiosk.pins, "DOT")

    def _stand_at(self, name: str, seconds: float) -> None:
        """Until the kiosk's screen says so, or patience is over."""
        give_up_at = time.monotonic() + seconds
        folder = self._house.kiosk.folder / "screens"
        while not screen(folder).startswith(name) and time.monotonic() < give_up_at and not self._over.is_set():
            time.sleep(0.02)

    def _clerk(self) -> None:
        while not self._over.is_set():
            tap(self._house.counter)
            self._over.wait(random.uniform(*CLERKS_PACE_SECONDS))  # noqa: S311  a person's pace, not a secret
