"""A counter's network link is really taken down, by the kernel: its Pi and the server stand in network namespaces of their
own, joined by a virtual cable. Needs root and the right to make namespaces; elsewhere the cable twin's tests have to do.
"""

import ctypes
import os
import secrets
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from msgspec.structs import replace

from program.settings import Broker
from tests.broker import RunningBroker
from tests.display.running import RunningDisplay
from tests.faults.crowd import SITE, Client
from tests.faults.house import SITE_FILE, eventually, screen, tap
from tests.store.running import RunningStore

CLONE_NEWNET: Final = 0x40000000
SERVER_ADDRESS: Final = "10.213.7.1"
COUNTER_ADDRESS: Final = "10.213.7.2"


class Namespace:
    """A network of its own, with a loopback and one end of a cable."""

    def __init__(self, name: str) -> None:
        self.name = name
        ip("netns", "add", name)
        self.ip("link", "set", "lo", "up")

    def ip(self, *words: str) -> None:
        """`ip` within it."""
        ip("-n", self.name, *words)

    def remove(self) -> None:
        ip("netns", "delete", self.name)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """What this thread starts or connects meanwhile is in that network, threads and processes too."""
        path = f"/proc/{os.getpid()}/task/{threading.get_native_id()}/ns/net"
        with Path(path).open("rb") as here, Path(f"/run/netns/{self.name}").open("rb") as there:
            enter(there.fileno())
            try:
                yield
            finally:
                enter(here.fileno())


class At:
    """The broker, as its address is in another network."""

    def __init__(self, broker: RunningBroker, host: str) -> None:
        self._broker = broker
        self._host = host

    def login(self, account: str) -> Broker:
        return replace(self._broker.login(account), host=self._host)


def enter(namespace: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")


@pytest.fixture
def networks() -> Iterator[tuple[Namespace, Namespace]]:
    """The server's and the counter's, joined."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("only root makes network namespaces, with iproute2")
    made: list[Namespace] = []
    token = secrets.token_hex(2)
    try:
        try:
            made += [Namespace(f"nobat-server-{token}")]
            made += [Namespace(f"nobat-counter-{token}")]
            server, counter = made
            server.ip("link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", counter.name)
        except OSError as refused:
            pytest.skip(f"this machine makes no network namespaces: {refused}")
        for network, address in ((server, SERVER_ADDRESS), (counter, COUNTER_ADDRESS)):
            network.ip("address", "add", f"{address}/24", "dev", "cable")
            network.ip("link", "set", "cable", "up")
        yield server, counter
    finally:
        for network in made:
            network.remove()


@pytest.mark.last
def test_a_counter_whose_link_goes_down_says_so_and_is_right_again_when_it_is_up(
    networks: tuple[Namespace, Namespace], tmp_path: Path
) -> None:
    at_server, at_counter = networks
    broker = RunningBroker(tmp_path / "broker")
    conf = tmp_path / "broker" / "mosquitto.conf"
    conf.write_text(conf.read_text(encoding="utf-8").replace("127.0.0.1", "0.0.0.0"), encoding="utf-8")  # noqa: S104  of its own
    store = RunningStore(broker, tmp_path, site_file=SITE_FILE)
    with at_server.inside():
        broker.start()
        store.start()
        reception = Client(broker, "kiosk-2")
    way = At(broker, SERVER_ADDRESS)
    with at_counter.inside():
        counter = RunningDisplay(tmp_path / "counter", way, SITE, "counter-1", "counter", 'points = ["counter-1"]\n')
    try:
        first = reception.take()
        eventually(lambda: screen(counter.pictures) == "counter-1-nobody", counter.log)
        tap(counter)
        eventually(lambda: screen(counter.pictures).endswith(f"called-{first}"), counter.log)
        at_counter.ip("link", "set", "cable", "down")
        second = reception.take()
        tap(counter)
        eventually(lambda: screen(counter.pictures).endswith(f"lost-{first}"), counter.log)
        tap(counter)
        eventually(lambda: "Client counter-1 has exceeded timeout" in broker.log(), broker.log)
        at_counter.ip("link", "set", "cable", "up")
        eventually(lambda: screen(counter.pictures).endswith(f"called-{first}"), counter.log)
        tap(counter)
        eventually(lambda: screen(counter.pictures).endswith(f"called-{second}"), counter.log)
    finally:
        reception.stop()
        counter.kill()
        store.kill()
        broker.kill()
