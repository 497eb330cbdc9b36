"""A USB numeric pad by evdev, on a thread of its own: grabbed, found again when it was pulled out, NumLock ignored."""

import logging
import threading
import time
from typing import Any, Final

from display_device.pad import PadHere, PadKey
from program.inbox import Inbox

log = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS: Final = 1.0
KEYS: Final = {
    **{f"KEY_KP{digit}": str(digit) for digit in range(10)},
    **{f"KEY_{digit}": str(digit) for digit in range(10)},
    "KEY_KPENTER": "enter",
    "KEY_ENTER": "enter",
    "KEY_BACKSPACE": "erase",
    "KEY_DELETE": "erase",
    "KEY_KPPLUS": "plus",
    "KEY_KPMINUS": "minus",
    "KEY_MINUS": "minus",
    "KEY_KPASTERISK": "times",
    "KEY_KPSLASH": "slash",
    "KEY_SLASH": "slash",
    "KEY_KPDOT": "point",
    "KEY_DOT": "point",
}
"""The kernel's names to the pad's own, for pads that send the keypad's codes and for those that send a keyboard's."""
NEEDED: Final = frozenset({"KEY_KP1", "KEY_KP5", "KEY_KPENTER"})


def heard_key(name: str, inbox: Inbox, *, down: bool) -> None:
    """A key by the kernel's name; keys that a pad has no use for are ignored."""
    key = KEYS.get(name)
    if down and key is not None:
        inbox.put(PadKey(key))


class UsbPad:
    """Reads the pad at `path` (/dev/input/by-id/…), or the first one that has a pad's keys."""

    def __init__(self, path: str, inbox: Inbox) -> None:
        self._path = path
        self._inbox = inbox
        self._thread = threading.Thread(target=self._stay, name="usb-pad", daemon=True)

    def start(self) -> None:
        """Begin to look for it."""
        self._thread.start()

    def _stay(self) -> None:
        import evdev  # noqa: PLC0415  # only where a pad is fitted

        here = True
        while True:
            try:
                device = self._find(evdev)
                if device is None and here:
                    here = self._tell(here=False)
                if device is not None:
                    here = self._tell(here=True)
                    self._read(evdev, device)
            except OSError as problem:
                log.warning("pad: %s", problem)
                here = self._tell(here=False)
            except Exception:  # a reader that dies unseen leaves a clerk typing into nothing
                log.exception("pad")
            time.sleep(LOOK_AGAIN_SECONDS)

    def _tell(self, *, here: bool) -> bool:
        self._inbox.put(PadHere(here))
        return here

    def _find(self, evdev: Any) -> Any:
        paths = [self._path] if self._path else evdev.list_devices()
        needed = {evdev.ecodes.ecodes[name] for name in NEEDED}
        for path in paths:
            try:
                device = evdev.InputDevice(path)
            except OSError:
                continue
            if needed <= set(device.capabilities().get(evdev.ecodes.EV_KEY, [])):
                return device
            device.close()
        return None

    def _read(self, evdev: Any, device: Any) -> None:
        """Until it is pulled out (OSError). Value 2 is the kernel's autorepeat, and no key."""
        with device.grab_context():
            for event in device.read_loop():
                if event.type == evdev.ecodes.EV_KEY and event.value != 2:
                    names = evdev.ecodes.KEY.get(event.code, "")
                    heard_key(names if isinstance(names, str) else names[0], self._inbox, down=event.value == 1)
