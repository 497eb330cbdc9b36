"""A point's buttons and lamp on GPIO, through gpiozero. Callbacks only put a stamped edge into the inbox.

DigitalInputDevice rather than gpiozero's Button: a Button runs a thread that wakes ten times a second to time its hold.
"""

import os
import time
from collections.abc import Callable
from typing import Any, Final

from display_device.counter.button import Button, Edge
from display_device.counter.counter import Lamp
from program.inbox import Inbox
from program.settings import ButtonSettings

BLINK_SECONDS: Final = 0.5


class Pins:
    """The buttons and the lamp of one device."""

    def __init__(self, settings: ButtonSettings, inbox: Inbox, factory: Any = None) -> None:
        """`factory`: gpiozero's mock on a twin; None: lgpio, the only one that works on every Pi. Raises what gpiozero
        raises when a pin cannot be had."""
        os.environ.setdefault("GPIOZERO_PIN_FACTORY", "lgpio")
        from gpiozero import DigitalInputDevice, DigitalOutputDevice  # noqa: PLC0415  # 0.1 s, and only where pins are fitted

        self._inbox = inbox
        pins = {
            Button.CALL_NEXT: settings.call_next,
            Button.NO_SHOW: settings.no_show,
            Button.SEND_AWAY: settings.send_away,
        }
        self._inputs: dict[Button, Any] = {
            which: DigitalInputDevice(pin, pull_up=True, pin_factory=factory) for which, pin in pins.items() if pin is not None
        }
        self._lamp = DigitalOutputDevice(settings.lamp, pin_factory=factory) if settings.lamp is not None else None
        for which, device in self._inputs.items():
            device.when_activated = self._told(which, down=True)
            device.when_deactivated = self._told(which, down=False)

    def levels(self) -> dict[Button, bool]:
        """Which buttons are down, read from the pins now."""
        return {which: bool(device.is_active) for which, device in self._inputs.items()}

    def look(self) -> None:
        """Tell the levels as edges: what a lost edge or a dead callback thread kept back is heard now."""
        now = time.monotonic()
        for which, down in self.levels().items():
            self._inbox.put(Edge(which, down, now, looked=True))

    def light(self, lamp: Lamp) -> None:
        """Set the lamp."""
        if self._lamp is None:
            return
        if lamp is Lamp.BLINKING:
            self._lamp.blink(BLINK_SECONDS, BLINK_SECONDS)
        elif lamp is Lamp.ON:
            self._lamp.on()
        else:
            self._lamp.off()

    def _told(self, which: Button, *, down: bool) -> Callable[[], None]:
        def tell() -> None:
            self._inbox.put(Edge(which, down, time.monotonic()))  # nothing here may raise: lgpio's thread would die

        return tell
