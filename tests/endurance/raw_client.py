"""An account at the broker that says whatever bytes it likes, and counts what it is told."""

import time
from collections.abc import Callable
from typing import Any, Final

from paho.mqtt.client import Client, MQTTMessage

from benchmarks.wires import subscribe, wire
from mqtt.codec import prefix
from program.settings import Broker

PATIENCE_SECONDS: Final = 120.0


class RawClient:
    """One connection, turned by hand."""

    def __init__(
        self, login: Broker, account: str, site: str, follow: tuple[str, ...], heard: Callable[[str, bytes], None]
    ) -> None:
        """`login`: of this account. `heard(path, payload)`: what comes on the topics of `follow`."""
        self._prefix = prefix(site)
        self._heard = heard
        self._client = wire(login, account)
        self._client.on_message = self._on_message
        subscribe(self._client, [self._prefix + path for path in follow])

    def send(self, path: str, payload: bytes) -> None:
        """Say these bytes there."""
        self._client.publish(self._prefix + path, payload, qos=1)

    def turn(self, seconds: float) -> None:
        """Hear and speak, or wait for it."""
        self._client.loop(seconds)

    def turn_until(self, true: Callable[[], bool], what: str, besides: Callable[[float], None] | None = None) -> None:
        """Hear and speak until something became true, and let somebody else do so besides. AssertionError with `what` where it
        does not."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not true():
            self.turn(0.02)
            if besides is not None:
                besides(0.0)
            assert time.monotonic() < end, what

    def close(self) -> None:
        """Say goodbye."""
        self._client.disconnect()

    def _on_message(self, _: Client, _data: Any, message: MQTTMessage) -> None:
        self._heard(message.topic.removeprefix(self._prefix), bytes(message.payload))
