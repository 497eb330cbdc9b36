"""The real device programs on their twins: last key to first byte, button to number and voice, weight, start, idling."""

import contextlib
import os
import secrets
import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from benchmarks.clinic import HOUSE, TEHRAN, add_former_bookings
from command_line.demo.clinic import Clinic as House
from command_line.demo.hands import TAP_SECONDS, Hand
from mqtt.contract import Book, Booked, Operation, Settle, SettleOutcome, TakeWalkIn, TicketGiven
from mqtt.session import Answered, Connected, Session
from program.inbox import Inbox, Tick
from program.settings import Broker
from rules.site import Device
from twins.printer import PrinterTwin

PATIENCE_SECONDS: Final = 20.0
REST_SECONDS: Final = 20.0
"""After this nothing of a call goes on: undo is counted down for UNDO_SECONDS, and a number is yellow for YELLOW_SECONDS."""
IDLE_SECONDS: Final = 20.0
CLOCK_TICKS: Final = os.sysconf("SC_CLK_TCK")
KILOBYTE: Final = 1024

SITE: Final = f"""
schema = 1
id = "benchhouse"
{HOUSE}[[zones]]
id = "hall-1"
name = {{ fa = "سالن ۱" }}
speaker = "waiting-room-1"
[[points]]
id = "counter-1"
kind = "counter"
label = 1
zone = "hall-1"
stages = ["reception"]
[[devices]]
id = "kiosk-1"
role = "kiosk"
zone = "hall-1"
[[devices]]
id = "counter-1"
role = "counter"
points = ["counter-1"]
[[devices]]
id = "waiting-room-1"
role = "waiting_room"
zone = "hall-1"
[[devices]]
id = "operator"
role = "operator"
"""


@dataclass(frozen=True)
class Weight:
    """One program at rest: seconds from its start to READY=1, megabytes resident, percent of a core when nothing happens."""

    device: str
    ready_seconds: float
    resident_mb: float
    idle_percent: float


@contextmanager
def running_house(folder: Path, bookings: int) -> Iterator[House]:
    """Broker and store of a small clinic at nine in the morning, `bookings` of former days in its ledger; no device yet."""
    folder.mkdir(parents=True)
    site_file = folder / "benchhouse.toml"
    site_file.write_text(SITE, encoding="utf-8")
    house = House(site_file, folder / "house", folder / "out", windows=False)
    now = datetime.now(TEHRAN)
    house.set_clock(now.replace(hour=9, minute=0, second=0))
    try:
        house.start_broker()
        house.start_store()
        with Operator(house) as operator:
            operator.book()
        os.kill(house.processes()["booking_store"], 15)
        _until(lambda: bool(house.died()), "the store does not end")
        add_former_bookings(Path(house.database.removeprefix("sqlite:///")), bookings, now.date())
        house.start_store()
        yield house
    finally:
        house.stop()


class Operator:
    """Somebody of the staff at a keyboard."""

    def __init__(self, house: House) -> None:
        self._inbox = Inbox()
        broker = Broker(port=house.port, password_file=str(house.folder / "broker" / "secrets" / "operator"))
        self._session = Session(broker, site=house.site.id, device="operator", inbox=self._inbox, follow=())

    def __enter__(self) -> "Operator":
        self._session.start()
        self._next(Connected)
        return self

    def __exit__(self, *_: object) -> None:
        self._session.stop()

    def book(self) -> str:
        """A booking for today: its code."""
        answer = self._ask(Book(department=11))
        if not isinstance(answer, Booked):
            raise TypeError(f"not booked: {answer}")
        return answer.code

    def let_one_in(self) -> int:
        """Somebody who waits from now on."""
        request = secrets.token_hex(16)
        answer = self._ask(TakeWalkIn(department=11, service_day=1), request)
        if not isinstance(answer, TicketGiven):
            raise TypeError(f"no ticket: {answer}")
        self._ask(Settle(request=request, service_day=1, outcome=SettleOutcome.PRINTED, number=answer.number))
        return answer.number

    def _ask(self, operation: Operation, request: str | None = None) -> object:
        self._session.ask(request or secrets.token_hex(16), operation, give_up_seconds=None, seen=None)
        answered = self._next(Answered)
        return answered.reply.answer if isinstance(answered, Answered) else None

    def _next(self, kind: type) -> object:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            deadline = self._session.next_deadline()
            event = self._inbox.get(end if deadline is None else min(end, deadline))
            self._session.tick(time.monotonic())
            if not isinstance(event, Tick) and isinstance(event, kind):
                return event
        raise TimeoutError(f"no {kind.__name__}")


def start_device(house: House, device: Device) -> float:
    """Start one device's program; seconds until it says READY=1."""
    address = str(house.folder / f"{device.id}.notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
        wire.bind(address)
        os.environ["NOTIFY_SOCKET"] = address
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
        start = time.monotonic()
        house.start_device(device)
        del os.environ["NOTIFY_SOCKET"]
        wire.settimeout(PATIENCE_SECONDS)
        while b"READY=1" not in wire.recv(KILOBYTE):
            pass
        return time.monotonic() - start


def weigh(house: House, ready: dict[str, float]) -> list[Weight]:
    """All devices when nothing happens: REST_SECONDS after the last call, over IDLE_SECONDS. Their environment is the demo's,
    which has its memory settings from the units."""
    time.sleep(REST_SECONDS)  # until then the counter counts each second down in which an act can be undone
    processes = {name: house.processes()[name] for name in ready}
    before = {name: cpu_seconds(pid) for name, pid in processes.items()}
    time.sleep(IDLE_SECONDS)  # what is measured is that nothing happens
    return [
        Weight(name, ready[name], _resident_mb(pid), 100 * (cpu_seconds(pid) - before[name]) / IDLE_SECONDS)
        for name, pid in processes.items()
    ]


def keys_to_first_byte(house: House, tickets: int) -> list[float]:
    """Milliseconds from the last key of a code to the first byte at the printer."""
    printer: PrinterTwin = house.printers["kiosk-1"]
    screen = house.screens_folder("kiosk-1") / "now.txt"
    hand = Hand(house.twin_socket("kiosk-1"))
    took = []
    with Operator(house) as operator:
        for _ in range(tickets):
            code = operator.book()
            _until(lambda: _reads(screen).startswith("idle"), "the kiosk is not idle")
            hand.type(*code[:-1])
            jobs = printer.jobs
            pressed = time.monotonic()
            hand.type(code[-1])
            if not printer.wait_for_jobs(jobs + 1, PATIENCE_SECONDS) or printer.first_byte_at is None:
                raise TimeoutError(f"no paper; the kiosk shows {_reads(screen)}")
            took.append((printer.first_byte_at - pressed) * 1000)
            _until(lambda: _reads(screen).startswith("ticket_taken"), "the ticket is not taken")
            hand.type("erase")
    hand.close()
    return took


def button_to_number_and_voice(house: House, calls: int) -> tuple[list[float], list[float]]:
    """Milliseconds from letting the green button go to the new number on the counter's screen, and to the first sample
    handed to the hall's sound card."""
    frames, voices = [], []
    hand = Hand(house.twin_socket("counter-1"))
    frames_folder, announcements = house.screens_folder("counter-1"), house.out / "announcements"
    with Operator(house) as operator:
        for _ in range(calls):
            operator.let_one_in()
            before = _count(frames_folder, "*-called-*.png"), _count(announcements, "*.wav")
            hand.down("call_next")
            time.sleep(TAP_SECONDS)
            pressed = time.monotonic()
            hand.up("call_next")
            shown = heard = None
            while shown is None or heard is None:
                now = time.monotonic()
                if now - pressed > PATIENCE_SECONDS:
                    raise TimeoutError(f"the number was not {'shown' if shown is None else 'spoken'}")
                shown = now if shown is None and _count(frames_folder, "*-called-*.png") > before[0] else shown
                heard = now if heard is None and _count(announcements, "*.wav") > before[1] else heard
                select.select([], [], [], 0.001)
            frames.append((shown - pressed) * 1000)
            voices.append((heard - pressed) * 1000)
            time.sleep(0.3)  # a person's pace
    hand.close()
    return frames, voices


def _count(folder: Path, pattern: str) -> int:
    with contextlib.suppress(FileNotFoundError):
        return sum(1 for _ in folder.glob(pattern))
    return 0


def _reads(file: Path) -> str:
    with contextlib.suppress(FileNotFoundError):
        return file.read_text(encoding="utf-8").strip()
    return ""


def _until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 2 * PATIENCE_SECONDS
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.01)


def cpu_seconds(pid: int) -> float:
    """What a process has taken of the processor so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def _resident_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    return kilobytes / KILOBYTE
