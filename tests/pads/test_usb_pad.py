"""The pad's thread, before a kernel that a test holds in its hand: plugged in, typed on, pulled out, plugged in again."""

import queue
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from pads import usb_pad
from pads.events import KeyDown, KeyUp, PadChanged
from pads.kernel_keys import EV_KEY, PAD_CODES
from pads.usb_pad import UsbPad
from program.inbox import Inbox

KEYBOARD_CODES = frozenset({1, 2, 3, 28, 30})
SEVEN, MINUS = 71, 74


@dataclass
class PluggedIn:
    """A keyboard or a pad as evdev gives it. None in `events`: it is pulled out."""

    codes: frozenset[int]
    events: "queue.Queue[tuple[int, int] | None]" = field(default_factory=queue.Queue)
    grabbed: bool = False
    closed: bool = False

    def capabilities(self) -> dict[int, list[int]]:
        return {EV_KEY: sorted(self.codes)}

    def grab_context(self) -> AbstractContextManager[None]:
        self.grabbed = True
        return nullcontext()

    def read_loop(self) -> Iterator[SimpleNamespace]:
        while (event := self.events.get()) is not None:
            code, value = event
            yield SimpleNamespace(type=EV_KEY, code=code, value=value)
        raise OSError(19, "No such device")

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> dict[str, PluggedIn]:
    """What is plugged in, by its path; the reader looks again at once."""
    devices: dict[str, PluggedIn] = {}
    evdev = SimpleNamespace(list_devices=lambda: list(devices), InputDevice=lambda path: devices[path])
    monkeypatch.setitem(sys.modules, "evdev", evdev)
    monkeypatch.setattr(usb_pad, "LOOK_AGAIN_SECONDS", 0.01)
    return devices


def test_a_pad_is_found_among_keyboards_and_found_again_after_it_was_pulled_out(plugged: dict[str, PluggedIn]) -> None:
    until, inbox = time.monotonic() + 10, Inbox()
    keyboard, pad = PluggedIn(KEYBOARD_CODES), PluggedIn(PAD_CODES)
    plugged.update(keyboard=keyboard, pad=pad)
    reader = UsbPad("", {"7": "7"}, inbox)
    reader.start()
    assert inbox.get(until) == PadChanged(present=True)
    assert (keyboard.grabbed, keyboard.closed, pad.grabbed) == (False, True, True), "its digits reach nobody else"

    pad.events.put((SEVEN, 1))
    assert inbox.get(until) == KeyDown("7")
    del plugged["pad"]
    pad.events.put(None)
    assert inbox.get(until) == KeyUp("7"), "nobody holds a key of a pad that is gone"
    assert inbox.get(until) == PadChanged(present=False, why="[Errno 19] No such device")
    assert pad.closed

    again = plugged["pad"] = PluggedIn(PAD_CODES)
    assert inbox.get(until) == PadChanged(present=True), "told once that it is away, however often it is looked for"
    again.events.put((SEVEN, 1))
    assert inbox.get(until) == KeyDown("7")
    reader.stop()
    again.events.put(None)


def test_each_device_has_its_own_meaning_for_a_key_and_hears_no_other() -> None:
    until, inbox = time.monotonic() + 10, Inbox()
    reader = UsbPad("", {"minus": "erase"}, inbox)
    reader.press("KEY_KP7", down=True)
    reader.press("KEY_KPMINUS", down=True)
    assert inbox.get(until) == KeyDown("erase")
