"""One connection to the broker, from CONNECT to its end: the only file that touches paho.

Five things about paho that this file lives with:

- A client that lost its connection keeps what it refused to send and sends it after the next one, however late. So a
  Link is one connection, with a client of its own, and dies with it.
- paho calls back while it holds its own locks, and an exception in a callback ends its loop while `is_connected()` stays
  true. So the callbacks here only append to a list, which `turn` hands over outside those locks.
- paho leaves Nagle's algorithm on: one exchange takes 44 to 92 ms with it, 0.6 ms without.
- Without a thread of paho's own, `publish` writes to the socket in the caller's thread, beside the loop that writes there
  too. A `on_socket_register_write` callback, even an empty one, leaves all writing to the loop.
"""

import secrets
import select
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from program.secret_file import read_secret
from program.settings import Broker

KEEPALIVE_SECONDS: Final = 5
"""A broker that froze is noticed after twice this; a device that froze is told dead after one and a half times."""
CLOSING_TURNS: Final = 5
CLOSING_TURN_SECONDS: Final = 0.25
"""How often a goodbye is tried to be written on a slow wire, and how long each time."""
GOODBYE_SECONDS: Final = 0.25
"""A broker that heard a goodbye hangs up in much less."""
NOBODY_LISTENS: Final = 0x10
IN_FLIGHT: Final = 200
"""Sent and not yet acknowledged by the broker; mosquitto.conf allows the same."""
WAITING_TO_BE_SENT: Final = 1000


@dataclass(frozen=True, slots=True)
class Joined:
    """The broker took us in."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message. `retained`: the broker had it before we subscribed."""

    topic: str
    payload: bytes
    retained: bool


@dataclass(frozen=True, slots=True)
class Delivered:
    """The broker has what we sent; `to_nobody` when no one has subscribed to it."""

    message_id: int
    to_nobody: bool


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The broker answered a `subscribe`: everything that was retained there is on its way."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Ended:
    """This connection is over."""

    why: str


Arrival = Joined | Arrived | Delivered | Subscribed | Ended


class Link:
    """One connection. `send` may be called from any thread, the rest from the thread that calls `turn`."""

    def __init__(self, broker: Broker, client_id: str) -> None:
        """Raises SettingsError where the password cannot be read, or others may read it, and OSError for the CA file."""
        self.connection = secrets.token_hex(8)
        """Names this connection in its last will."""
        self._broker = broker
        self._arrivals: list[Arrival] = []
        self._client = client = Client(CallbackAPIVersion.VERSION2, client_id, protocol=MQTTv5, reconnect_on_failure=False)
        if broker.password_file is not None:
            client.username_pw_set(client_id, read_secret(broker.password_file).words)
        if broker.ca_file is not None:
            client.tls_set_context(_trusting(broker.ca_file))
        client.max_inflight_messages_set(IN_FLIGHT)
        client.max_queued_messages_set(WAITING_TO_BE_SENT)
        client.on_socket_open = _without_delay
        client.on_socket_close = _let_the_goodbye_arrive
        client.on_socket_register_write = _left_to_the_loop
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_subscribe = self._on_subscribe

    def set_will(self, topic: str, payload: bytes) -> None:
        """What the broker publishes, retained, when this connection ends without `close`. Before `connect`."""
        self._client.will_set(topic, payload, qos=1, retain=True)

    def connect(self) -> None:
        """Knock at the broker; Joined follows in a turn. Waits as long as TCP does, 5 s at most. Raises OSError."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho types the rest
        properties.SessionExpiryInterval = 0
        self._client.connect(self._broker.host, self._broker.port, KEEPALIVE_SECONDS, clean_start=True, properties=properties)

    def turn(self, seconds: float, together: int = 1) -> list[Arrival]:
        """Write what is queued and read what has come, about `together` messages at the most, or wait `seconds` for it.
        What follows an Ended means nothing."""
        result = self._client.loop(seconds)
        while result == MQTTErrorCode.MQTT_ERR_SUCCESS and len(self._arrivals) < together and self._more_has_come():
            result = self._client.loop_read()
        arrivals, self._arrivals = self._arrivals, []
        if result != MQTTErrorCode.MQTT_ERR_SUCCESS:
            arrivals.append(Ended(f"connection lost: {MQTTErrorCode(result).name}"))
        return arrivals

    def subscribe(self, topics: Sequence[str]) -> int:
        """Ask for these topics, and for what is retained there. Gives the message id that Subscribed will name."""
        _, message_id = self._client.subscribe([(topic, SubscribeOptions(qos=1)) for topic in topics])
        return message_id or 0

    def unsubscribe(self, topics: Sequence[str]) -> None:
        """Hear these topics no more."""
        self._client.unsubscribe(list(topics))

    def send(self, topic: str, payload: bytes, *, retained: bool, expiry_seconds: int | None = None) -> int | None:
        """Queue a message for the loop to write. The message id, or None: this connection is over or choked."""
        sent = self._client.publish(topic, payload, qos=1, retain=retained, properties=_expires_after(expiry_seconds))
        return sent.mid if sent.rc == MQTTErrorCode.MQTT_ERR_SUCCESS else None

    def flush(self) -> None:
        """Write what is queued, as far as the wire takes it now; a turn writes the rest."""
        if self._client.want_write():
            self._client.loop_write()

    def close(self) -> None:
        """Say goodbye, so that no will is published; what was sent before goes first. Takes a few turns at most."""
        if self._client.disconnect() == MQTTErrorCode.MQTT_ERR_SUCCESS:
            for _ in range(CLOSING_TURNS):
                self.turn(CLOSING_TURN_SECONDS)
                if not self._client.want_write():
                    break

    def _more_has_come(self) -> bool:
        wire = self._client.socket()
        if wire is None:
            return False
        deciphered = isinstance(wire, ssl.SSLSocket) and wire.pending() > 0  # TLS read it already: select sees nothing
        return deciphered or bool(select.select([wire], [], [], 0)[0])

    def _on_connect(self, _: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode, _more: Properties | None) -> None:
        self._arrivals.append(Ended(f"the broker refused us: {reason}") if reason.is_failure else Joined())

    def _on_disconnect(
        self, _: Client, _data: Any, flags: DisconnectFlags, reason: ReasonCode, _more: Properties | None
    ) -> None:
        told = flags.is_disconnect_packet_from_server
        self._arrivals.append(Ended(f"the broker turned us out: {reason}" if told else f"connection lost: {reason}"))

    def _on_message(self, _: Client, _data: Any, message: MQTTMessage) -> None:
        self._arrivals.append(Arrived(message.topic, bytes(message.payload), message.retain))

    def _on_publish(self, _: Client, _data: Any, message_id: int, reason: ReasonCode, _more: Properties | None) -> None:
        self._arrivals.append(Delivered(message_id, to_nobody=reason.value == NOBODY_LISTENS))

    def _on_subscribe(
        self, _: Client, _data: Any, message_id: int, reasons: list[ReasonCode], _more: Properties | None
    ) -> None:
        refused = [reason for reason in reasons if reason.is_failure]
        self._arrivals.append(Ended(f"the broker refused a topic: {refused[0]}") if refused else Subscribed(message_id))


@cache
def _expires_after(seconds: int | None) -> Properties | None:
    """paho only reads it, and to make one costs as much as to decide a request."""
    if seconds is None:
        return None
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.MessageExpiryInterval = seconds
    return properties


def _trusting(ca_file: str) -> ssl.SSLContext:
    """TLS 1.3 with a broker whose certificate this authority signed for the very name that we asked for, and with no other;
    what the machine itself trusts counts for nothing. Raises OSError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(ca_file)
    return context


def _without_delay(_: Client, _data: Any, wire: Any) -> None:
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _let_the_goodbye_arrive(_: Client, _data: Any, wire: Any) -> None:
    """A wire that is closed over words nobody read is reset, and the broker, who has not heard the goodbye yet, publishes
    the will. So the rest is read until the broker hangs up too."""
    with suppress(OSError):
        wire.shutdown(socket.SHUT_WR)
        wire.settimeout(GOODBYE_SECONDS)
        while wire.recv(4096):
            pass


def _left_to_the_loop(_: Client, _data: Any, _wire: Any) -> None:
    """See the fourth thing above."""
