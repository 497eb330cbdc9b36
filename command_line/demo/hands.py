"""The hands in the demo: fingers on keypads and call buttons, a roll of paper, the clock on the wall."""

import socket
import time
from pathlib import Path
from typing import Final

from command_line.demo.wrong import ScriptError
from program.settings import ButtonSettings

KEY_SECONDS: Final = 0.06
"""How long a finger stays on a key, and off it: a quick finger, and enough for two scans of the matrix."""
TAP_SECONDS: Final = 0.06
HOLD_SECONDS: Final = 1.2
BUTTONS: Final = {
    "call_next": ButtonSettings().call_next,
    "no_show": ButtonSettings().no_show,
    "send_away": ButtonSettings().send_away,
}


class Hand:
    """One person's hand at one device, over the Unix socket of its twin pins."""

    def __init__(self, pins: Path) -> None:
        self._pins = str(pins)
        self._wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    def type(self, *keys: str, key_seconds: float = KEY_SECONDS) -> None:
        """Press keys of the keypad one after another: "0" to "9", "erase", "green"."""
        for key in keys:
            self._send(f"key {key} down")
            time.sleep(key_seconds)
            self._send(f"key {key} up")
            time.sleep(key_seconds)

    def press(self, button: str, *, hold: bool = False) -> None:
        """Press one of a counter's buttons and let it go."""
        self.down(button)
        time.sleep(HOLD_SECONDS if hold else TAP_SECONDS)
        self.up(button)

    def down(self, button: str) -> None:
        """Press and keep pressed."""
        self._send(f"gpio {BUTTONS[button]} low")

    def up(self, button: str) -> None:
        """Let go."""
        self._send(f"gpio {BUTTONS[button]} high")

    def close(self) -> None:
        """Take the hand away."""
        self._wire.close()

    def _send(self, line: str) -> None:
        try:
            self._wire.sendto(line.encode(), self._pins)
        except OSError as problem:
            raise ScriptError(f"nothing takes a press at {self._pins}: {problem}") from problem
