"""A real mosquitto for tests, with the real conf, ACL and accounts, on a free loopback port.

    def test_a_press_arrives(broker: RunningBroker) -> None:        # the fixture of tests/conftest.py
        inbox = Inbox()
        session = Session(broker.login("counter-1"), site="kosar", device="counter-1", inbox=inbox, follow=("day",))

Accounts: "store", "doorkeeper", those of DEVICES, and "operator". `kill`, `freeze` and `thaw` are what a power strip and a
full processor do to it; `start` brings it back on the same port, and it remembers nothing.
"""

import secrets
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Final

from mqtt.access import ANY_SITE
from mqtt.broker_files import Tls, find_program, write_broker_files
from mqtt.certificates import Certified
from program.settings import Broker

DEVICES: Final = (
    *(f"kiosk-{n}" for n in range(1, 9)),
    *(f"counter-{n}" for n in range(1, 9)),
    *(f"room-{n}" for n in range(1, 5)),
    "waiting-room-1",
    "waiting-room-2",
    "phone-1",
)
OPERATOR: Final = "operator"
CONNECT: Final = b"\x10\x0d\x00\x04MQTT\x05\x02\x00\x05\x00\x00\x00"
"""MQTT 5, a clean start, keepalive 5 s, no properties, no client id and no account."""
CONNACK: Final = b"\x20"
"""The first byte of the broker's answer."""


class RunningBroker:
    """One mosquitto process and its folder."""

    def __init__(
        self, folder: Path, devices: tuple[str, ...] = DEVICES, site: str = ANY_SITE, server: Certified | None = None
    ) -> None:
        """With a `server` certificate it listens at `tls_port` too."""
        self.folder = folder
        self.port = free_port()
        self.tls_port = free_port() if server is not None else 0
        tls = Tls(server, self.tls_port) if server is not None else None
        self._conf = write_broker_files(folder, port=self.port, devices=devices, operators=(OPERATOR,), site=site, tls=tls)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and come back when it answers."""
        with (self.folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen([find_program("mosquitto"), "-c", str(self._conf)], stdout=log, stderr=log)
        while not answers(self.port):
            if self._process.poll() is not None:
                raise RuntimeError(f"mosquitto did not start: {self.log()}")
            time.sleep(0.005)

    def stop(self) -> None:
        """End it politely: it closes each connection."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Power cut."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """It keeps its sockets and answers nothing."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it stood."""
        self._send(signal.SIGCONT)

    def login(self, account: str) -> Broker:
        """What a device file's [broker] says for this account."""
        return Broker(port=self.port, password_file=str(self.folder / "secrets" / account))

    @property
    def pid(self) -> int:
        """The process, for those who look at it from outside."""
        assert self._process is not None
        return self._process.pid

    def log(self) -> str:
        """All that mosquitto wrote."""
        return (self.folder / "broker.log").read_text(encoding="utf-8", errors="replace")

    def _send(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._send(signal.SIGCONT)
        self._send(number)
        self._process.wait(60)
        self._process = None


def answers(port: int) -> bool:
    """Whether a broker there reads what it is sent: the kernel takes connections in before mosquitto looks at them, and who
    comes in that moment may be let go without a word. It refuses us in its CONNACK, having no account for nobody."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as wire:
            wire.sendall(CONNECT)
            return wire.recv(1) == CONNACK
    except OSError:
        return False


def free_port() -> int:
    """A loopback port below those that the kernel gives to clients: a client that knocks at a closed port of that range,
    again and again while the broker is down, one day connects to itself and keeps the port from the broker."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)  # not `random`: hypothesis gives every worker the same seed
        with socket.socket() as wire:
            try:
                wire.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
