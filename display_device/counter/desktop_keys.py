"""A desktop's keyboard in the place of buttons and pad, for the demo's windows."""

import time
from typing import Final

from display_device.counter.button import Button, Edge
from pads.events import KeyDown
from screen.window import KeyPress

BUTTONS: Final = {"space": Button.CALL_NEXT, "x": Button.NO_SHOW, "a": Button.SEND_AWAY}
PAD: Final = {
    **{str(digit): str(digit) for digit in range(10)},
    "return": "enter",
    "enter": "enter",
    "backspace": "erase",
    "+": "plus",
    "=": "plus",
    "-": "minus",
    "*": "times",
    "/": "slash",
    ".": "point",
}


def heard_desktop_key(press: KeyPress) -> list[object]:
    """The event of a key: a letter is a button and is held like one, all others are the pad's."""
    if press.key in BUTTONS:
        return [Edge(BUTTONS[press.key], press.down, time.monotonic())]
    return [KeyDown(PAD[press.key])] if press.down and press.key in PAD else []
