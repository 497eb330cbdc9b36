"""The desktop's keyboard as the kiosk's keypad, for the demo: digits, backspace, enter. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kiosk_device.keypad.keys import DIGITS, ERASE, GREEN
from pads.events import KeyDown, KeyUp
from screen.window import KeyPress

_KEYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{digit: digit for digit in DIGITS},
        **dict.fromkeys(("backspace", "delete", "escape", "left"), ERASE),
        **dict.fromkeys(("return", "enter"), GREEN),
    }
)


def heard_desktop_key(press: KeyPress) -> tuple[KeyDown | KeyUp, ...]:
    """The kiosk's key of a desktop key; empty for any other."""
    key = _KEYS.get(press.key)
    if key is None:
        return ()
    return (KeyDown(key) if press.down else KeyUp(key),)
