"""A whole clinic on this machine: its folder of files, its programs as processes, and the twins of its hardware.

Every program is the real one. Only the ends are twins: pins are pressed over a socket, the printer is a network printer
that prints into a folder, screens and sound go where SDL's dummy and disk drivers put them.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from booking_store.seal import make_key
from booking_store.site_file import read_site
from mqtt.broker_files import find_program, write_broker_files
from rules.site import Device, Site
from screen.window import CELLS_ACROSS
from staff_console import accounts
from staff_console.rights import Role
from twins.printer import PrinterTwin

STOP_WITHIN_SECONDS: Final = 5.0
PORTS: Final = range(20_000, 32_000)
CELLS: Final = CELLS_ACROSS**2
MODULES: Final = {"kiosk": "kiosk_device", "phone": "phone_line", "letter_page": "letter_page"}
"""The program of a role; of every other it is display_device."""
MEMORY: Final = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "1048576"}
"""How a program uses memory, as the systemd units have it; the benchmarks weigh programs that a demo starts."""
WITHOUT_SCREEN: Final = frozenset({"operator", "phone", "letter_page"})
CONSOLE: Final = "console"
"""The operator whose account the staff's pages have, where the site has one."""
STAFF_PASSWORD: Final = "four words for everybody"  # noqa: S105  of a demo that only this machine can reach


@dataclass(frozen=True)
class Screens:
    """Where and how large each role's screen is: (width, height, inches, meters people stand away)."""

    kiosk: tuple[int, int, float, float] = (1024, 600, 10.1, 0.6)
    counter: tuple[int, int, float, float] = (1024, 600, 10.1, 3.0)
    room: tuple[int, int, float, float] = (1024, 600, 10.1, 3.0)
    waiting_room: tuple[int, int, float, float] = (1920, 1080, 43.0, 8.0)


@dataclass
class Clinic:
    """The processes and files of one demo, below `folder`; what people would take home goes to `out`."""

    site_file: Path
    folder: Path
    out: Path
    windows: bool  # real windows and keyboard, or twins
    site: Site = field(init=False)
    printers: dict[str, PrinterTwin] = field(default_factory=dict)
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _logs: dict[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.site = read_site(self.site_file)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, mode=0o700)
        self.port = _free_port()
        operators = [device.id for device in self.site.devices if device.role == "operator"]
        devices = [device.id for device in self.site.devices if device.role != "operator"]
        self._broker_file = write_broker_files(
            self.folder / "broker", port=self.port, devices=devices, operators=operators, site=self.site.id
        )
        self.clock_file = self.folder / "clock-offset"
        self._set_clock_offset(0.0)
        self.database = f"sqlite:///{self.folder / 'ledger.sqlite'}"
        self._write_operator_file()
        self.identity_key = self.folder / "identity.key"
        if self.site.office is not None:
            make_key(self.identity_key)
        self.telephone_port = _free_port()
        self.telephone_key = secrets.token_hex(8)
        self.console_url = ""
        self.letter_url = ""
        self._devices = [device.id for device in self.site.devices if device.role not in WITHOUT_SCREEN]
        for device in self.site.devices:
            if device.id in self._devices:
                self._write_device_file(device)
            elif device.role == "phone":
                self._write_telephone_file(device)
            elif device.role == "letter_page":
                self._write_letter_page_file(device)
            elif device.id == CONSOLE:
                self._write_console_file()

    # ------------------------------------------------------------------------------------ starting and stopping

    def start(self) -> None:
        """Start everything: broker, store, devices."""
        self.start_broker()
        self.start_store()
        for device in self.site.devices:
            if device.role != "operator":
                self.start_device(device)
        if self.console_url:
            self._start(CONSOLE, [sys.executable, "-m", "staff_console", str(self.folder / f"{CONSOLE}.toml")])

    def start_broker(self) -> None:
        """mosquitto with the accounts of this clinic. Also after stop_broker."""
        self._start("mosquitto", [find_program("mosquitto"), "-c", str(self._broker_file)])

    def stop_broker(self) -> None:
        """Kill the broker without a goodbye."""
        broker = self._processes.pop("mosquitto")
        broker.kill()
        broker.wait()

    def stop_store(self) -> None:
        """Kill the store without a goodbye."""
        store = self._processes.pop("booking_store")
        store.kill()
        store.wait()

    def start_store(self) -> None:
        """The booking store, with the site file loaded and the clock that the demo moves. Also after stop_store."""
        self._start(
            "booking_store",
            [
                *(sys.executable, "-m", "booking_store", "--site", self.site.id, "--database", self.database),
                *("--broker-port", str(self.port), "--password-file", str(self._secret("store"))),
                *("--clock-offset-file", str(self.clock_file), "--load", str(self.site_file)),
                *(("--identity-key", str(self.identity_key)) if self.site.office is not None else ()),
            ],
        )

    def start_device(self, device: Device) -> None:
        """One kiosk, counter, room, waiting room, the telephone, or the letter page."""
        module = MODULES.get(device.role, "display_device")
        self._start(device.id, [sys.executable, "-m", module, str(self.folder / f"{device.id}.toml")])

    def stop(self) -> None:
        """End every process, kindly first."""
        for process in reversed(self._processes.values()):
            process.send_signal(signal.SIGTERM)
        end = time.monotonic() + STOP_WITHIN_SECONDS
        for process in self._processes.values():
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()
        for printer in self.printers.values():
            printer.stop()
        self.printers.clear()

    def died(self) -> list[str]:
        """Programs that ended by themselves, each with the last line they said. A window closed by hand is no death."""
        return [
            f"{name} ended with status {process.poll()}: {self._last_words(name)}"
            for name, process in self._processes.items()
            if process.poll() is not None and not self._is_closed(name)
        ]

    def windows_open(self) -> list[str]:
        """The devices that run and whose window nobody has closed."""
        return [name for name in self._devices if name in self._processes and not self._is_closed(name)]

    def processes(self) -> dict[str, int]:
        """Program name to process id."""
        return {name: process.pid for name, process in self._processes.items()}

    # ------------------------------------------------------------------------------------------------ the clock

    def set_clock(self, moment: datetime) -> None:
        """Set the store's clock to `moment`, which is aware of its zone; from there it goes on."""
        self._set_clock_offset(moment.timestamp() - time.time())  # noqa: TID251  # the offset is against this clock

    def _set_clock_offset(self, seconds: float) -> None:
        """Let the store's clock run this far before the machine's."""
        with self.clock_file.open("r+b" if self.clock_file.exists() else "wb") as file:
            file.write(struct.pack("d", seconds))

    # ------------------------------------------------------------------------------------------------- the files

    def twin_socket(self, device: str) -> Path:
        """Where the pins of a device are pressed."""
        return self.folder / f"{device}.pins"

    @property
    def texts_file(self) -> Path:
        """Where every text goes, a line of JSON each."""
        return self.out / "texts.jsonl"

    def screens_folder(self, device: str) -> Path:
        """Where a device keeps each picture it showed."""
        return self.out / "screens" / device

    def _secret(self, account: str) -> Path:
        return self.folder / "broker" / "secrets" / account

    def _write_operator_file(self) -> None:
        (self.folder / "operator.toml").write_text(
            f'schema = 1\nsite = "{self.site.id}"\ndatabase = "{self.database}"\n'
            f'[broker]\nport = {self.port}\npassword_file = "{self._secret("operator")}"\n',
            encoding="utf-8",
        )

    def _write_telephone_file(self, device: Device) -> None:
        key_file = self.folder / "exchange-key"
        key_file.write_text(self.telephone_key, encoding="utf-8")
        (self.folder / f"{device.id}.toml").write_text(
            f'schema = 1\ndevice = "{device.id}"\nsite = "{self.site.id}"\n'
            f'state_folder = "{self._state_folder(device)}"\n'
            f'[broker]\nport = {self.port}\npassword_file = "{self._secret(device.id)}"\n'
            f'[agi]\nlisten = "127.0.0.1:{self.telephone_port}"\nkey_file = "{key_file}"\n'
            f'[[gateways]]\nkind = "file"\npath = "{self.texts_file}"\n',
            encoding="utf-8",
        )

    def where_pages_are(self) -> str:
        """Where the staff's pages are and who may sign in; empty where the site has none."""
        names = ", ".join(Role)
        return f"The staff's pages: {self.console_url}  ({names}; password: {STAFF_PASSWORD})" if self.console_url else ""

    def _write_console_file(self) -> None:
        """The staff's pages, with an account of each role, named after it."""
        staff = self.folder / "staff.json"
        accounts.write(staff, {role.value: accounts.account(role.value, "", role, STAFF_PASSWORD) for role in Role})
        listen = f"127.0.0.1:{_free_port()}"
        self.console_url = f"http://{listen}/"
        key = f'identity_key = "{self.identity_key}"\n' if self.site.office is not None else ""
        (self.folder / f"{CONSOLE}.toml").write_text(
            f'schema = 1\nsite = "{self.site.id}"\ndatabase = "{self.database}"\n'
            f'accounts_file = "{staff}"\nlisten = "{listen}"\nproposals_folder = "{self.folder}"\n{key}'
            f'[broker]\nport = {self.port}\npassword_file = "{self._secret(CONSOLE)}"\n',
            encoding="utf-8",
        )

    def _write_letter_page_file(self, device: Device) -> None:
        """Where anybody with a letter's code is told how it stands, and service offices mark it."""
        listen = f"127.0.0.1:{_free_port()}"
        self.letter_url = f"http://{listen}"
        (self.folder / f"{device.id}.toml").write_text(
            f'schema = 1\ndevice = "{device.id}"\nsite = "{self.site.id}"\ndatabase = "{self.database}"\nlisten = "{listen}"\n'
            f'[broker]\nport = {self.port}\npassword_file = "{self._secret(device.id)}"\n',
            encoding="utf-8",
        )

    def _state_folder(self, device: Device) -> Path:
        folder = self.folder / "state" / device.id
        folder.mkdir(parents=True)
        return folder

    def _write_device_file(self, device: Device) -> None:
        width, height, inches, meters = getattr(Screens(), device.role)
        points = ", ".join(f'"{point}"' for point in device.points)
        lines = [
            "schema = 1",
            f'device = "{device.id}"',
            f'role = "{device.role}"',
            f'site = "{self.site.id}"',
            f'state_folder = "{self._state_folder(device)}"',
            f'clock_offset_file = "{self.clock_file}"',
            f"points = [{points}]" if device.points else "",
            f'zone = "{device.zone}"' if device.zone else "",
            "" if self.windows else f'twin_socket = "{self.twin_socket(device.id)}"',
            *("[broker]", f"port = {self.port}", f'password_file = "{self._secret(device.id)}"'),
            *("[screen]", f"width = {width}", f"height = {height}"),
            *(f"diagonal_inches = {inches}", f"viewing_distance_meters = {meters}"),
            'driver = "window"' if self.windows else 'driver = "dummy"',
            f"cell = {self._devices.index(device.id) % CELLS}" if self.windows else "",
            "" if self.windows else f'keep_pictures = "{self.screens_folder(device.id)}"',
            *(self._kiosk_lines(device) if device.role == "kiosk" else ()),
            *(self._button_lines() if device.points else ()),
            *(self._speaker_lines() if self._speaks(device) else ()),
        ]
        (self.folder / f"{device.id}.toml").write_text("\n".join(line for line in lines if line) + "\n", encoding="utf-8")

    def _kiosk_lines(self, device: Device) -> tuple[str, ...]:
        printer = PrinterTwin(self.folder / "printed" / device.id)
        printer.start()
        self.printers[device.id] = printer
        keypad = "keyboard" if self.windows else "matrix"
        return (
            *("[printer]", 'kind = "network"', f'address = "127.0.0.1:{printer.port}"'),
            *("[keypad]", f'kind = "{keypad}"'),
        )

    def _button_lines(self) -> tuple[str, ...]:
        return ("[buttons]", 'kind = "keyboard"' if self.windows else 'kind = "gpio"')

    def _speaks(self, device: Device) -> bool:
        return device.role == "kiosk" or any(zone.speaker == device.id for zone in self.site.zones)

    def _speaker_lines(self) -> tuple[str, ...]:
        # SDL's disk driver takes sound as fast as it comes; a desktop's own driver is SDL's to choose.
        if self.windows:
            return ("[speaker]", 'driver = ""')
        return ("[speaker]", 'driver = "disk"', f'keep_announcements = "{self.out / "announcements"}"')

    # ---------------------------------------------------------------------------------------------- the processes

    def _start(self, name: str, command: list[str]) -> None:
        log = self.folder / f"{name}.log"
        self._logs[name] = log
        environment = os.environ | {
            "SDL_DISKAUDIOFILE": str(self.folder / f"{name}.raw"),
            "SDL_DISKAUDIODELAY": "0",
            "GPIOZERO_PIN_FACTORY": "mock",
            **MEMORY,
        }
        with log.open("ab") as sink:
            self._processes[name] = subprocess.Popen(command, stdout=sink, stderr=sink, env=environment)

    def _is_closed(self, name: str) -> bool:
        return self.windows and name in self._devices and self._processes[name].poll() == 0

    def _last_words(self, name: str) -> str:
        lines = self._logs[name].read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "(nothing)"


def _free_port() -> int:
    """A port below those that the kernel gives to clients: one of those, knocking again and again while the broker is away,
    would one day connect to itself and keep the port from the broker."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
