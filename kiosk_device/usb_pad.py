"""What a USB numeric pad's kernel events mean, whatever its NumLock does. Pure; keypad.py reads the device.

A pad that heeds NumLock itself sends Home for 7 and so on, so both are the digit. Autorepeat is nothing. After SYN_DROPPED
the kernel has lost events: every key counts as let go, and nothing counts until its next report.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kiosk_device.events import KeyDown, KeyUp
from kiosk_device.keys import ERASE, GREEN

EV_SYN: Final = 0
EV_KEY: Final = 1
SYN_REPORT: Final = 0
SYN_DROPPED: Final = 3
WENT_UP: Final = 0
WENT_DOWN: Final = 1

# linux/input-event-codes.h
_TOP_ROW: Final = {"0": 11, **{str(digit): digit + 1 for digit in range(1, 10)}}
_PAD: Final = {"7": 71, "8": 72, "9": 73, "4": 75, "5": 76, "6": 77, "1": 79, "2": 80, "3": 81, "0": 82}
_PAD_WITHOUT_NUMLOCK: Final = {
    "7": 102, "8": 103, "9": 104, "4": 105, "6": 106, "1": 107, "2": 108, "3": 109, "0": 110,
}  # fmt: skip
_ERASE_CODES: Final = (14, 111, 83, 74, 1)  # backspace, delete, keypad dot, keypad minus, escape
_GREEN_CODES: Final = (28, 96)  # enter, keypad enter

KEY_OF_CODE: Final[Mapping[int, str]] = MappingProxyType(
    {
        **{code: key for codes in (_TOP_ROW, _PAD, _PAD_WITHOUT_NUMLOCK) for key, code in codes.items()},
        **dict.fromkeys(_ERASE_CODES, ERASE),
        **dict.fromkeys(_GREEN_CODES, GREEN),
    }
)
CODE_OF_NAME: Final[Mapping[str, int]] = MappingProxyType(
    {
        **{f"KEY_KP{key}": code for key, code in _PAD.items()},
        **{f"KEY_{key}": code for key, code in _TOP_ROW.items()},
        "KEY_BACKSPACE": 14,
        "KEY_KPDOT": 83,
        "KEY_ENTER": 28,
        "KEY_KPENTER": 96,
    }
)
"""The kernel's names that the pin twin speaks."""
PAD_CODES: Final = frozenset({*_PAD.values(), 96})
"""A device that has all of these is a numeric pad."""


@dataclass(frozen=True, slots=True)
class Pad:
    """Which of its keys are down, and whether the kernel is catching up."""

    down: frozenset[str] = frozenset()
    lost_events: bool = False


def read(pad: Pad, kind: int, code: int, value: int) -> tuple[Pad, tuple[KeyDown | KeyUp, ...]]:
    """Take in one kernel event (type, code, value)."""
    if kind == EV_SYN and code == SYN_DROPPED:
        return Pad(lost_events=True), tuple(KeyUp(key) for key in sorted(pad.down))
    if pad.lost_events:
        return Pad(lost_events=not (kind == EV_SYN and code == SYN_REPORT)), ()
    key = KEY_OF_CODE.get(code) if kind == EV_KEY else None
    if key is not None and value == WENT_DOWN and key not in pad.down:
        return Pad(pad.down | {key}), (KeyDown(key),)
    if key is not None and value == WENT_UP and key in pad.down:
        return Pad(pad.down - {key}), (KeyUp(key),)
    return pad, ()
