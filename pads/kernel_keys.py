"""What a USB numeric pad's kernel events mean, whatever its NumLock does. Pure; usb_pad.py reads the device.

A pad that heeds NumLock itself sends Home for 7 and so on, so both are the digit. Autorepeat is nothing. After SYN_DROPPED
the kernel has lost events: every key counts as let go, and nothing counts until its next report.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pads.events import KeyDown, KeyUp

EV_SYN: Final = 0
EV_KEY: Final = 1
SYN_REPORT: Final = 0
SYN_DROPPED: Final = 3
WENT_UP: Final = 0
WENT_DOWN: Final = 1

_CODES: Final[Mapping[str, tuple[int, ...]]] = {  # linux/input-event-codes.h
    "0": (82, 11, 110),  # keypad, top row, and what the keypad's key sends without NumLock: insert
    "1": (79, 2, 107),  # end
    "2": (80, 3, 108),  # down
    "3": (81, 4, 109),  # page down
    "4": (75, 5, 105),  # left
    "5": (76, 6),  # the same without NumLock
    "6": (77, 7, 106),  # right
    "7": (71, 8, 102),  # home
    "8": (72, 9, 103),  # up
    "9": (73, 10, 104),  # page up
    "point": (83, 52, 111),  # delete
    "enter": (96, 28),
    "erase": (14, 1),  # backspace, escape
    "plus": (78,),
    "minus": (74, 12),
    "times": (55,),
    "slash": (98, 53),
}
KEY_OF_CODE: Final[Mapping[int, str]] = MappingProxyType({code: key for key, codes in _CODES.items() for code in codes})
PAD_KEYS: Final = tuple(_CODES)
"""The names of a pad's keys."""
PAD_CODES: Final = frozenset(_CODES[key][0] for key in (*"0123456789", "enter"))
"""A device that has all of these is a numeric pad."""

CODE_OF_NAME: Final[Mapping[str, int]] = MappingProxyType(
    {
        **{f"KEY_KP{digit}": _CODES[digit][0] for digit in "0123456789"},
        "KEY_KPDOT": 83,
        "KEY_KPENTER": 96,
        "KEY_KPPLUS": 78,
        "KEY_KPMINUS": 74,
        "KEY_KPASTERISK": 55,
        "KEY_KPSLASH": 98,
        "KEY_BACKSPACE": 14,
    }
)
"""The kernel's names, as the pin twin speaks them."""


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
