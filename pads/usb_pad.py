"""A USB numeric pad by evdev, on a thread of its own: grabbed, so that its digits reach nobody else, found after a replug."""

import logging
import threading
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any, Final

from pads import kernel_keys
from pads.events import KeyDown, KeyUp, PadChanged
from pads.kernel_keys import CODE_OF_NAME, EV_KEY, PAD_CODES, Pad
from program.inbox import Inbox

log = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS: Final = 1.0


class UsbPad:
    """One pad. It puts KeyDown, KeyUp and PadChanged into the inbox."""

    def __init__(self, device: str, means: Mapping[str, str], inbox: Inbox) -> None:
        """`device`: a /dev/input/by-id path, or empty for the first pad with the keys. `means`: the pad's keys
        (kernel_keys.PAD_KEYS) that this program uses, and its own names for them."""
        self._device = device
        self._means = means
        self._inbox = inbox
        self._pad = Pad()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="usb-pad", daemon=True)

    def start(self) -> None:
        """Begin to look for the pad."""
        self._thread.start()
        # In the kernel it may wait for a key for hours, and that is no hanging; it must only be there.
        self._inbox.fed_by("usb-pad", lambda _: self._thread.is_alive())

    def stop(self) -> None:
        """End at the next chance; the thread is a daemon and holds nothing that needs closing."""
        self._stopping.set()

    def press(self, name: str, down: bool) -> None:
        """A key of a twin's pad, by the kernel's name. KeyError: a pad has no such key."""
        self._take(EV_KEY, CODE_OF_NAME[name], int(down))

    def _run(self) -> None:
        present: bool | None = None
        while not self._stopping.is_set():
            try:
                with closing(self._found()) as pad, pad.grab_context():
                    present = True
                    self._inbox.put(PadChanged(present=True))
                    self._read(pad.read_loop())
            except Exception as problem:  # noqa: BLE001  unplugged (errno 19), not found, no permission: look again
                if present is not False:
                    log.warning("pad: %s", problem)
                    self._let_go()
                    self._inbox.put(PadChanged(present=False, why=str(problem)))
                present = False
            self._stopping.wait(LOOK_AGAIN_SECONDS)

    def _found(self) -> Any:
        import evdev  # noqa: PLC0415  only where a USB pad is fitted: it has no wheel

        if self._device:
            return evdev.InputDevice(self._device)
        for path in evdev.list_devices():
            device = evdev.InputDevice(path)
            if set(device.capabilities().get(EV_KEY, ())) >= PAD_CODES:
                return device
            device.close()
        raise FileNotFoundError("no numeric pad is plugged in")

    def _read(self, events: Iterable[Any]) -> None:
        for event in events:
            self._take(event.type, event.code, event.value)

    def _take(self, kind: int, code: int, value: int) -> None:
        self._pad, events = kernel_keys.read(self._pad, kind, code, value)
        self._tell(events)

    def _let_go(self) -> None:
        self._tell(tuple(KeyUp(key) for key in sorted(self._pad.down)))
        self._pad = Pad()

    def _tell(self, events: Iterable[KeyDown | KeyUp]) -> None:
        for event in events:
            if event.key in self._means:
                self._inbox.put(replace(event, key=self._means[event.key]))
