"""The kiosk's program: `python -m kiosk_device FILE.toml`.

The parts are chosen here, once, from the device's file; from then on they only meet in the loop. What is heavy (escpos, the
voices) is loaded by the parts' own threads, after the first picture stands.
"""

import logging
import os
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from installing import read_only
from kiosk_device import kiosk
from kiosk_device.actions import PrintCopy, PrintOfficeSlip, PrintSlip, PrintTicket, Result
from kiosk_device.events import Started
from kiosk_device.hands import Hands, Voice
from kiosk_device.health import health_of, showing
from kiosk_device.journal import Journal
from kiosk_device.keypad.desktop_keys import heard_desktop_key
from kiosk_device.keypad.keypad import Keypad, MatrixKeypad, NoKeypad
from kiosk_device.keypad.keys import OF_USB_PAD, crossings
from kiosk_device.office_slip import office_slip_picture
from kiosk_device.own_clock import OwnClock
from kiosk_device.picture import name_of, picture_of, smallest_digits
from kiosk_device.printing.printer import Printer
from kiosk_device.roll import PAPER_DOTS
from kiosk_device.sheet_file import SheetFile
from kiosk_device.slip import slip_picture
from kiosk_device.state import Kiosk
from kiosk_device.ticket import test_page, ticket_picture
from kiosk_device.visit.showing import view
from kiosk_device.visit.views import View
from mqtt.contract import PrinterStatus
from mqtt.reporter import Reporter, last_will
from mqtt.session import Session
from pads.usb_pad import UsbPad
from program import kernel_clock, vitals
from program.inbox import Inbox
from program.loop import Loop, Screen
from program.settings import DeviceSettings, KeypadSettings, load_settings
from program.starting import start
from screen import legibility, phrases
from screen.style import Size
from screen.window import Window
from sounds.player import Player
from sounds.utterance import Utterance

if TYPE_CHECKING:
    from twins.pins import PinTwin

log = logging.getLogger(__name__)


class NoVoice:
    """A kiosk without a speaker."""

    def say(self, utterance: Utterance) -> None:
        """Nobody hears it; everything spoken stands on the screen too."""

    def beep(self) -> None:
        """No sound."""

    def hush(self) -> None:
        """Silent already."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything with a thread or a file of its own."""

    window: Window
    session: Session
    printer: Printer | None
    keypad: Keypad
    voice: Voice
    journal: Journal
    sheet_file: SheetFile
    twin: "PinTwin | None"

    def start(self) -> None:
        """Start them; each comes back with events."""
        self.session.start()
        if self.printer is not None:
            self.printer.start()
        if isinstance(self.voice, Player):
            self.voice.start()
        self.keypad.start()
        if self.twin is not None:
            self.twin.start()

    def stop(self) -> None:
        """End them, the printer's job in hand first."""
        self.keypad.stop()
        if self.printer is not None:
            self.printer.stop()
        if isinstance(self.voice, Player):
            self.voice.stop()
        self.session.stop()
        if self.twin is not None:
            self.twin.stop()
        self.journal.close()
        self.window.close()


def run(settings: DeviceSettings) -> None:
    """The kiosk of `settings`."""
    inbox = Inbox()
    parts = chosen(settings, inbox)
    window = parts.window
    size = Size(settings.screen.width, settings.screen.height)
    not_kept = read_only.faults(Path(settings.state_folder))
    now, boot = time.monotonic(), parts.session.boot
    first = replace(
        kiosk.at_start(settings.device, boot, parts.journal, parts.sheet_file, now, disk_keeps=not not_kept),
        home_language=settings.language,
        language=settings.language,
        printer=PrinterStatus.NONE if parts.printer is None else PrinterStatus.AWAY,
        pad_present=settings.keypad.kind != "none",
    )
    faults = (*not_kept, *legibility.faults(smallest_digits(size), settings.screen))
    reporter = Reporter(
        settings.device, settings.role, parts.session, inbox, faults, vitals.looking(settings.clock_offset_file)
    )
    dots = PAPER_DOTS[settings.printer.paper_mm]

    def step(before: Kiosk, event: object, now: float) -> Result:
        after, actions = kiosk.step(before, event, now)
        reporter.heard(event, now)
        reporter.tell(showing(after), health_of(after))
        return after, actions

    def paper(printing: PrintTicket | PrintSlip | PrintCopy | PrintOfficeSlip) -> Image.Image:
        if isinstance(printing, PrintOfficeSlip):
            return office_slip_picture(printing.slip, printing.site, printing.language, dots)
        if isinstance(printing, PrintSlip):
            return slip_picture(printing.new, printing.site, printing.language, dots)
        alone = isinstance(printing, PrintTicket) and printing.alone
        return ticket_picture(printing.ticket, printing.site, printing.language, dots, alone=alone)

    def show(seen: View) -> None:
        window.show(picture_of(seen, size), name_of(seen))

    hands = Hands(
        journal=parts.journal,
        sheet_file=parts.sheet_file,
        session=parts.session,
        printer=parts.printer,
        voice=parts.voice,
        inbox=inbox,
        paper=paper,
        test_picture=partial(test_page, settings.device, settings.language, dots),
    )
    loop = Loop(
        inbox=inbox,
        step=step,
        deadline=kiosk.deadline,
        perform=hands.perform,
        timed=(parts.session, reporter, OwnClock(inbox, own_time(settings.clock_offset_file))),
        screen=Screen(view, show, partial(window.events, heard_desktop_key), window.pump_every_seconds),
    )
    inbox.put(Started())
    parts.start()
    loop.stop_on_signals()
    loop.run(first)
    parts.stop()


def chosen(settings: DeviceSettings, inbox: Inbox) -> Parts:
    """The parts that the device's file names."""
    state_folder = Path(settings.state_folder)
    keypad, twin = wired(settings, inbox)
    has_printer = settings.printer.kind != "none"
    hint = f" · {phrases.load(settings.language)('kiosk.keys')}" if settings.keypad.kind == "keyboard" else ""
    return Parts(
        window=Window(settings.screen, f"{settings.device}{hint}"),
        session=Session(
            settings.broker,
            site=settings.site,
            device=settings.device,
            inbox=inbox,
            follow=kiosk.follows(settings.device),
            will=partial(last_will, settings.device, settings.role),
        ),
        printer=Printer(settings.printer, inbox, state_folder / "escpos") if has_printer else None,
        keypad=keypad,
        voice=Player(settings.speaker, inbox) if settings.speaker else NoVoice(),
        journal=Journal(state_folder),
        sheet_file=SheetFile(state_folder),
        twin=twin,
    )


def own_time(offset_file: str | None) -> Callable[[], int | None]:
    """What this device's clock says, in milliseconds UTC, where something keeps it right. `offset_file`: the demo and the tests
    move it with the store's, and it counts as right."""
    if offset_file is not None:
        path = Path(offset_file)
        return lambda: int((time.time() + struct.unpack("d", path.read_bytes())[0]) * 1000)  # noqa: TID251  as below

    def read() -> int | None:
        now = time.time()  # noqa: TID251  a kiosk without a store has no other clock (law 10)
        return int(now * 1000) if kernel_clock.synchronised() or kernel_clock.kept_by_hardware(now) else None

    return read


def wired(settings: DeviceSettings, inbox: Inbox) -> "tuple[Keypad, PinTwin | None]":
    """The keypad, on real wires or on the twin's."""
    pad = settings.keypad
    usb = UsbPad(pad.device, OF_USB_PAD, inbox)
    if settings.twin_socket is not None:
        return wired_to_twin(settings.twin_socket, pad, usb, inbox)
    if pad.kind == "matrix":
        return MatrixKeypad(real_pins, pad.rows, pad.columns, inbox), None
    return (usb if pad.kind == "usb" else NoKeypad()), None


def wired_to_twin(socket_path: str, pad: KeypadSettings, usb: UsbPad, inbox: Inbox) -> "tuple[Keypad, PinTwin]":
    """The keypad on pins that are pressed over a socket."""
    from twins.pins import PinTwin  # noqa: PLC0415  a kiosk in a clinic loads no twin

    if pad.kind == "matrix":
        twin = PinTwin(socket_path, matrix=crossings(pad.rows, pad.columns))
        return MatrixKeypad(lambda: twin.factory, pad.rows, pad.columns, inbox), twin
    return NoKeypad(), PinTwin(socket_path, on_evdev=usb.press)


def real_pins() -> Any:
    """gpiozero's pins of this Pi; lgpio is the only factory that works on every Pi. Raises what gpiozero raises."""
    os.environ.setdefault("GPIOZERO_PIN_FACTORY", "lgpio")
    from gpiozero import Device  # noqa: PLC0415  only where pins are

    Device.ensure_pin_factory()
    return Device.pin_factory


if __name__ == "__main__":
    sys.exit(start("kiosk_device", load_settings, run, sys.argv))
