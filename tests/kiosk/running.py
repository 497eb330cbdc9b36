"""A whole kiosk for tests: its real process, on twins, before a real broker and a store that does as it is told."""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from command_line.demo.clinic import MEMORY
from mqtt.contract import (
    BEAT_EVERY_SECONDS,
    Answer,
    AskPriority,
    Changed,
    CheckIn,
    Day,
    DeviceState,
    Refusal,
    Reply,
    Request,
    Settle,
    Settled,
    SiteCard,
    StoreBeat,
    TakeHelpTicket,
    TakeWalkIn,
    TellSeen,
    Welcome,
)
from mqtt.session import Connected, Heard, Session
from program.inbox import Inbox
from tests.broker import RunningBroker
from tests.kiosk.clinic import DAY, EPOCH, SITE, TICKET
from twins.pins import press
from twins.printer import PrinterTwin

LONG_SECONDS: Final = 60.0
"""Longer than anything takes on a machine that is busy with other tests: every wait is for an event and ends with it."""
KEY_SECONDS: Final = 0.1
"""How long a finger stays on a key of the matrix, and off it: two scans, unless the machine is very busy with other tests."""
USB_KEYS: Final = {"green": "KEY_KPENTER", "erase": "KEY_BACKSPACE"}
"""The keys of a USB pad that are no digits, as the kernel names them."""


@dataclass
class ScriptedStore:
    """Publishes the clinic's facts and answers requests; `answer_ticket` may be set to answer otherwise, or not at all."""

    broker: RunningBroker
    site: SiteCard = SITE
    day: Day = DAY
    answer_ticket: Callable[[Request], Answer | None] = lambda _: TICKET
    requests: list[Request] = field(default_factory=list)
    devices: list[DeviceState] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.inbox = Inbox()
        self.session = Session(
            self.broker.login("store"), site="kosar", device="store", inbox=self.inbox, follow=("request/+", "device/+")
        )
        self._heard = threading.Condition()
        self._running = True
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.session.start()
        self._thread.start()

    def stop(self) -> None:
        self._running = False
        self._thread.join()
        self.session.stop()

    def wait(self, true: Callable[[], bool]) -> None:
        """Wait until something heard makes it true."""
        with self._heard:
            assert self._heard.wait_for(true, LONG_SECONDS), self.requests

    def settles(self) -> list[Settle]:
        """The settles heard, each once."""
        return list({one.id: one.operation for one in self.requests if isinstance(one.operation, Settle)}.values())

    def _run(self) -> None:
        beat_at = 0.0
        while self._running:
            event = self.inbox.get(beat_at)
            if isinstance(event, Connected) or time.monotonic() >= beat_at:
                self._publish()
                beat_at = time.monotonic() + BEAT_EVERY_SECONDS / 2
            match event:
                case Heard("request", device, Request() as request):
                    answer = self._answer(request)
                    if answer is not None:
                        self.session.publish("reply", device, Reply(id=request.id, answer=answer, epoch=EPOCH, sequence=9))
                    self._note(self.requests, request)
                case Heard("device", _, DeviceState() as state):
                    self._note(self.devices, state)

    def _note(self, heard: list[object], what: object) -> None:  # type: ignore[type-arg]
        with self._heard:
            heard.append(what)
            self._heard.notify_all()

    def _publish(self) -> None:
        self.session.publish("site", "", self.site)
        self.session.publish("day", "", self.day)
        beat = StoreBeat(up=True, connection="s", epoch=EPOCH, sequence=9, wall_ms=int(time.time() * 1000))  # noqa: TID251
        self.session.publish("store", "", beat)

    def _answer(self, request: Request) -> Answer | None:
        match request.operation:
            case CheckIn() | TakeWalkIn() | TakeHelpTicket():
                return self.answer_ticket(request)
            case Settle(number=number):
                return Settled(number=number)
            case AskPriority(number=number):
                return Changed(number=number)
            case TellSeen():
                return Welcome()
        return Refusal(reason="not_allowed")  # type: ignore[arg-type]


class RunningKiosk:
    """The kiosk's process."""

    def __init__(
        self,
        folder: Path,
        broker: RunningBroker,
        printer: PrinterTwin,
        *,
        keypad: str = "matrix",
        site: str = "kosar",
        meters: float = 0.6,
        serial_line: str | None = None,
        device: str = "kiosk-1",
        clock_offset: Path | None = None,
    ) -> None:
        """`serial_line`: the path by which the printer hangs on the kiosk, instead of its network address. `clock_offset`: the
        store's own file; with it the kiosk's clock is right, and without it nothing keeps it right."""
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.pins = folder / "pins"
        self._keypad = keypad
        login = broker.login(device)
        self._file = folder / f"{device}.toml"
        clock = f'clock_offset_file = "{clock_offset}"' if clock_offset is not None else ""
        self._file.write_text(
            f"""
device = "{device}"
role = "kiosk"
site = "{site}"
state_folder = "{folder / "state"}"
twin_socket = "{self.pins}"
{clock}
[broker]
port = {login.port}
password_file = "{login.password_file}"
[screen]
driver = "dummy"
keep_pictures = "{folder / "screens"}"
viewing_distance_meters = {meters}
[printer]
kind = "{"network" if serial_line is None else "serial"}"
address = "{serial_line or f"127.0.0.1:{printer.port}"}"
[keypad]
kind = "{keypad}"
""",
            encoding="utf-8",
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start, and come back when it said ready: the seconds it took. AssertionError with its log where it ended instead."""
        began = time.monotonic()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            path = self.folder / "notify"
            path.unlink(missing_ok=True)
            told.bind(str(path))
            with (self.folder / "kiosk.log").open("ab") as log:
                self.process = subprocess.Popen(
                    [sys.executable, "-m", "kiosk_device", str(self._file)],
                    env={**os.environ, **MEMORY, "NOTIFY_SOCKET": str(path)},
                    stderr=log,
                )
            ended = os.pidfd_open(self.process.pid)
            happened, _, _ = select.select([told, ended], [], [], LONG_SECONDS)
            os.close(ended)
            if told not in happened:
                self.kill()
                raise AssertionError(f"it never said ready: {self.log()}")
            assert told.recv(100) == b"READY=1"
        return time.monotonic() - began

    def kill(self) -> None:
        """Power cut."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """End it politely; its exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(number)
        status = self.process.wait(LONG_SECONDS)
        self.process = None
        return status

    def wait_for_screen(self, name: str) -> None:
        """Wait until the newest picture has this name."""
        now = self.folder / "screens" / "now.txt"
        end = time.monotonic() + LONG_SECONDS
        while not now.exists() or now.read_text(encoding="utf-8").strip() != name:
            assert time.monotonic() < end, f"{name} never came: {now.exists() and now.read_text()}, {self.log()}"
            time.sleep(0.01)

    def press(self, *keys: str) -> None:
        """Press keys: of the matrix as a hand does, of a USB pad, which forgets none, as fast as they go."""
        if self._keypad == "usb":
            codes = (USB_KEYS.get(key, f"KEY_KP{key}") for key in keys)
            press(self.pins, *(f"evdev {code} {way}" for code in codes for way in ("down", "up")))
            return
        for key in keys:
            press(self.pins, f"key {key} down")
            time.sleep(KEY_SECONDS)
            press(self.pins, f"key {key} up")
            time.sleep(KEY_SECONDS)

    def memory_kb(self) -> int:
        """The memory that its process holds now."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))

    def log(self) -> str:
        """What it wrote."""
        return (self.folder / "kiosk.log").read_text(encoding="utf-8")
