"""Keys and buttons: the GPIO library they need, and a trial in which each is pressed once."""

import importlib
import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Final

from command_line.doctor.finding import Finding, ill, well
from display_device.counter.button import Edge
from display_device.counter.pins import Pins
from kiosk_device.keypad.keypad import MatrixKeypad
from kiosk_device.keypad.keys import DIGITS, KEY_LEGENDS
from pads.events import KeyDown, PadChanged
from pads.kernel_keys import PAD_KEYS
from pads.usb_pad import UsbPad
from program.inbox import Inbox
from program.settings import DeviceSettings

WITHIN_SECONDS: Final = 60.0
INSTALL: Final = "sudo apt install python3-lgpio; the venv must see it (--system-site-packages), and pip must not bring its own"
NEEDED: Final = (*DIGITS, "enter")
"""What any numeric pad has; the others are told when they are heard."""


def gpio_library(settings: DeviceSettings, load: Callable[[str], ModuleType] = importlib.import_module) -> Iterator[Finding]:
    """Whether pins can be had, where the device file wants any. lgpio 0.0.0.2, which pip takes where it finds no wheel, is
    an empty package that imports without a word."""
    if settings.twin_socket is not None or (settings.buttons.kind != "gpio" and settings.keypad.kind != "matrix"):
        return
    try:
        lgpio = load("lgpio")
    except Exception as problem:  # noqa: BLE001  not there, or it could not lay its FIFO where it stands
        yield ill("GPIO library", f"{type(problem).__name__}: {problem}", INSTALL)
        return
    if hasattr(lgpio, "gpiochip_open") and hasattr(lgpio, "SET_PULL_NONE"):
        yield well("GPIO library", "lgpio")
    else:
        yield ill("GPIO library", "this lgpio is the empty one from PyPI", INSTALL)


def keys(settings: DeviceSettings, tell: Callable[[str], None], factory: Callable[[], Any]) -> Iterator[Finding]:
    """Have each key and button pressed. `tell` shows what was heard; `factory` gives gpiozero's pins, or raises."""
    wanted = _fitted(settings)
    if not wanted:
        return
    inbox = Inbox()
    try:
        _listen(settings, inbox, factory)
    except Exception as problem:  # noqa: BLE001  whatever gpiozero or lgpio raises
        yield ill("keys", f"{type(problem).__name__}: {problem}", "run it as root, with the device's program stopped")
        return
    tell(f"press each once: {' '.join(wanted)}")
    heard, trouble = _heard(inbox, wanted, tell)
    missing = [name for name in wanted if name not in heard]
    if trouble:
        yield ill("keys", trouble, "is the pad plugged in? ls /dev/input/by-id; [keypad] in the device file")
    elif missing:
        yield ill("keys", f"not heard: {' '.join(missing)}", "look at their wires: hardware.md sections 3 and 4")
    else:
        yield well("keys", f"all {len(wanted)} were heard")


def _fitted(settings: DeviceSettings) -> list[str]:
    """The names of what the device file says is there."""
    buttons = settings.buttons
    pins = {"call_next": buttons.call_next, "no_show": buttons.no_show, "send_away": buttons.send_away}
    fitted = [name for name, pin in pins.items() if pin is not None] if buttons.kind == "gpio" else []
    if settings.keypad.kind == "matrix":
        fitted += [legend for row in KEY_LEGENDS for legend in row]
    if settings.keypad.kind == "usb":
        fitted += NEEDED
    return fitted


def _listen(settings: DeviceSettings, inbox: Inbox, factory: Callable[[], Any]) -> None:
    """Threads that end with this command."""
    if settings.buttons.kind == "gpio":
        Pins(settings.buttons, inbox, factory())
    if settings.keypad.kind == "matrix":
        MatrixKeypad(factory, settings.keypad.rows, settings.keypad.columns, inbox).start()
    if settings.keypad.kind == "usb":
        UsbPad(settings.keypad.device, {key: key for key in PAD_KEYS}, inbox).start()


def _heard(inbox: Inbox, wanted: list[str], tell: Callable[[str], None]) -> tuple[set[str], str]:
    """What was pressed within a minute, and what keeps anything from being heard."""
    heard: set[str] = set()
    end = time.monotonic() + WITHIN_SECONDS
    while not heard >= set(wanted) and time.monotonic() < end:
        match inbox.get(end):
            case PadChanged(present=False, why=why):
                return heard, why
            case KeyDown(key=name) | Edge(button=name, down=True) if name not in heard:
                heard.add(str(name))
                tell(f"heard {name}")
    return heard, ""
