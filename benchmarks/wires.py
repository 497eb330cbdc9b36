"""Many devices in one thread: paho clients driven by hand, so that what is measured lies behind the broker.

Fifty devices have fifty processors. Fifty of the real programs on two cores would measure the two cores.
"""

import select
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from mqtt.codec import prefix
from program.settings import Broker

PATIENCE_SECONDS: Final = 20.0

Hear = Callable[[str, str, bytes], None]
"""(device, topic's name, payload)"""


def wire(login: Broker, account: str) -> Client:
    """A client of this account, connected, with no thread of its own."""
    client = Client(CallbackAPIVersion.VERSION2, account, protocol=MQTTv5)
    if login.password_file is not None:
        client.username_pw_set(account, Path(login.password_file).read_text(encoding="utf-8").strip())
    client.max_inflight_messages_set(200)
    client.on_socket_open = _without_delay
    joined: list[bool] = []
    client.on_connect = lambda *_: joined.append(True)
    client.connect(login.host, login.port)
    _turn_until(client, joined)
    return client


def subscribe(client: Client, topics: Sequence[str]) -> None:
    """Subscribe, and come back when it stands."""
    granted: list[bool] = []
    client.on_subscribe = lambda *_: granted.append(True)
    client.subscribe([(topic, 1) for topic in topics])
    _turn_until(client, granted)


class Wires:
    """One connection for each device; each hears its replies and its point."""

    def __init__(self, login: Callable[[str], Broker], site: str, devices: Sequence[str], hear: Hear) -> None:
        self._prefix = prefix(site)
        self._hear = hear
        self._clients = {device: wire(login(device), device) for device in devices}
        self._epoll = select.epoll()
        self._by_file: dict[int, Client] = {}
        for device, client in self._clients.items():
            client.user_data_set(device)
            client.on_message = self._on_message
            subscribe(client, [f"{self._prefix}reply/{device}", f"{self._prefix}point/{device}"])
            file = client.socket()
            assert file is not None  # noqa: S101  it is connected
            self._by_file[file.fileno()] = client
            self._epoll.register(file.fileno(), select.EPOLLIN)

    def send(self, device: str, payload: bytes) -> None:
        """Put a request of this device on the wire."""
        self._clients[device].publish(f"{self._prefix}request/{device}", payload, qos=1)

    def turn(self, seconds: float) -> None:
        """Hear what has come, or wait for it."""
        for file, _ in self._epoll.poll(seconds):
            client = self._by_file[file]
            client.loop_read()
            if client.want_write():
                client.loop_write()

    def close(self) -> None:
        """Say goodbye for all."""
        for client in self._clients.values():
            client.disconnect()
        self._epoll.close()

    def _on_message(self, _: Client, device: Any, message: MQTTMessage) -> None:
        self._hear(device, message.topic.removeprefix(self._prefix).split("/")[0], bytes(message.payload))


def _turn_until(client: Client, happened: list[bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not happened:
        client.loop(0.05)
        if time.monotonic() > end:
            raise TimeoutError("the broker does not answer")


def _without_delay(_: Client, _data: Any, open_socket: Any) -> None:
    open_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
