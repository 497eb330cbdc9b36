"""The kiosk's twelve keys, whatever pad they come from: their names, and which is held or stuck. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

DIGITS: Final = tuple("0123456789")
ERASE: Final = "erase"
GREEN: Final = "green"
KEY_LEGENDS: Final = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), (ERASE, "0", GREEN))
"""The twelve keys by row and column, as a telephone has them."""
OF_USB_PAD: Final[Mapping[str, str]] = MappingProxyType(
    {**{digit: digit for digit in DIGITS}, **dict.fromkeys(("erase", "point", "minus"), ERASE), "enter": GREEN}
)
"""A USB pad's keys (pads/kernel_keys.py) as the kiosk's."""

GUIDANCE_KEY: Final = "5"  # the one with the raised dot, found without seeing
HELD_SECONDS: Final = 1.0
STUCK_SECONDS: Final = 20.0


def crossings(rows: Collection[int], columns: Collection[int]) -> dict[str, tuple[int, int]]:
    """Each key's row pin and column pin (BCM numbers), by its legend. ValueError: not four rows and three columns."""
    return {
        legend: (row, column)
        for row, legends in zip(rows, KEY_LEGENDS, strict=True)
        for column, legend in zip(columns, legends, strict=True)
    }


@dataclass(frozen=True, slots=True)
class KeysDown:
    """Since when (monotonic seconds) each key is down, and which were found held or stuck."""

    since: Mapping[str, float] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    stuck: frozenset[str] = frozenset()

    def down(self, key: str, now: float) -> "KeysDown":
        return KeysDown({**self.since, key: self.since.get(key, now)}, self.held, self.stuck)

    def up(self, key: str) -> "KeysDown":
        still = {k: at for k, at in self.since.items() if k != key}
        return KeysDown(still, self.held - {key}, self.stuck - {key})

    def found(self, now: float) -> "KeysDown":
        """The same keys, with what the time has made of them."""
        held = {key for key, at in self.since.items() if now >= at + HELD_SECONDS}
        stuck = {key for key, at in self.since.items() if now >= at + STUCK_SECONDS}
        return KeysDown(self.since, frozenset(held), frozenset(stuck))

    def deadline(self) -> float | None:
        """When `found` will find something new."""
        times = [at + HELD_SECONDS for key, at in self.since.items() if key not in self.held]
        times += [at + STUCK_SECONDS for key, at in self.since.items() if key not in self.stuck]
        return min(times, default=None)
