"""The device's place at the broker: whether it is let in, kept to what is its own, and answered by the store."""

import secrets
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from command_line.doctor.finding import Finding, ill, watch, well
from mqtt import codec
from mqtt.contract import (
    FEED_LOST_AFTER_SECONDS,
    REPLY,
    REQUEST,
    STORE,
    AskHours,
    Changed,
    Reply,
    Request,
    StoreBeat,
)
from mqtt.link import Arrived, Ended, Joined, Link, Subscribed
from mqtt.request_id import request_id
from program.settings import Broker, SettingsError

WITHIN_SECONDS: Final = 5.0
LOOK_SECONDS: Final = 0.2
OWN_FILES: Final = "the certificate of the site's authority: enroll the device anew, nobat join BUNDLE puts it where it belongs"
WIRE: Final = "is the cable in, the switch on? ping {host}; is mosquitto running there? [broker] in the device file"


def reachable(broker: Broker) -> Finding:
    """Whether something listens there; the device's own connection is left alone."""
    where = f"{broker.host}:{broker.port}"
    try:
        with socket.create_connection((broker.host, broker.port), WITHIN_SECONDS):
            return well("broker", f"{where} listens")
    except OSError as problem:
        return ill("broker", f"{where}: {problem}", WIRE.format(host=broker.host))


class BrokerVisit:
    """One visit in the device's name, while its program does not run: two with one name turn each other out."""

    def __init__(self, broker: Broker, site: str, device: str) -> None:
        self._broker = broker
        self._device = device
        self._own_request = codec.prefix(site) + codec.join(REQUEST.name, device)
        self._own_reply = codec.prefix(site) + codec.join(REPLY.name, device)
        self._beat = codec.prefix(site) + STORE.name
        self._where = f"{broker.host}:{broker.port}"

    def findings(self) -> Iterator[Finding]:
        """Log in, try what is forbidden, ask the store."""
        try:
            link = Link(self._broker, self._device)
            link.connect()
        except SettingsError as problem:
            yield ill("broker", str(problem), "nobat join BUNDLE puts the password where it belongs")
            return
        except (ssl.SSLError, FileNotFoundError) as problem:
            yield ill("broker", f"{self._where}: {self._broker.ca_file}: {problem}", OWN_FILES)
            return
        except OSError as problem:
            yield ill("broker", f"{self._where}: {problem}", WIRE.format(host=self._broker.host))
            return
        try:
            yield from self._inside(link)
        finally:
            link.close()

    def _inside(self, link: Link) -> Iterator[Finding]:
        ended = [one for one in _turned(link, (Joined, Ended)) if isinstance(one, Ended)]
        if ended:
            yield ill(
                "broker",
                f"{self._where}: {ended[0].why}",
                "nobat enroll on the store's machine makes a bundle, nobat join takes it in",
            )
            return
        yield well("broker", f"{self._where} lets {self._device} in, {'with' if self._broker.ca_file else 'without'} TLS")
        link.subscribe([self._own_reply, self._beat])
        _turned(link, (Subscribed, Ended))
        heard = self._asked(link)
        yield _rights(heard)
        yield _store(heard)

    def _asked(self, link: Link) -> "_Heard":
        """Ask the store something that does nothing, after saying in its name what only the store may say: a broker that keeps
        its rights swallows that, and one that does not brings it before the answer."""
        boot = secrets.token_hex(4)
        asked = Request(id=request_id(boot, 0), operation=AskHours(), boot=boot)
        forged = Reply(id=request_id(boot, 1), answer=Changed(), epoch="forged", sequence=0)
        link.send(self._own_reply, codec.encode(forged), retained=False)
        link.send(self._own_request, codec.encode(asked), retained=False)
        heard, began = _Heard(), time.monotonic()
        while time.monotonic() < began + FEED_LOST_AFTER_SECONDS and (heard.answer_seconds is None or not heard.beat):
            for one in link.turn(LOOK_SECONDS):
                if not isinstance(one, Arrived):
                    continue
                if one.topic == self._beat:
                    heard.beat = heard.beat or (not one.retained and _is_up(one.payload))
                elif _answers(one.payload) == asked.id:
                    heard.answer_seconds = time.monotonic() - began
                elif _answers(one.payload) == forged.id:
                    heard.forged = True
        return heard


@dataclass
class _Heard:
    """What came after the question."""

    answer_seconds: float | None = None
    beat: bool = False
    forged: bool = False


def _rights(heard: _Heard) -> Finding:
    if heard.forged:
        do = "nobat enroll on the store's machine writes the broker's rights anew; then systemctl reload mosquitto"
        return ill("rights", "the broker lets devices speak for the store", do)
    return well("rights", "the broker lets nobody speak for the store")


def _store(heard: _Heard) -> Finding:
    if heard.answer_seconds is None:
        says = "it beats, and does not answer this device" if heard.beat else "it is not heard"
        return ill("store", says, "on its machine: systemctl status nobat-store; nobat doctor")
    if not heard.beat:
        return watch(
            "store", f"answers, and was not heard for {FEED_LOST_AFTER_SECONDS:g} s", "journalctl -u nobat-store there"
        )
    return well("store", f"answers in {heard.answer_seconds * 1000:.0f} ms")


def _answers(payload: bytes) -> str:
    """The id of the request that a reply answers; none where it cannot be read."""
    with suppress(codec.UnfitError):
        reply = codec.decode(REPLY.name, payload)
        return reply.id if isinstance(reply, Reply) else ""
    return ""


def _is_up(payload: bytes) -> bool:
    with suppress(codec.UnfitError):
        beat = codec.decode(STORE.name, payload)
        return isinstance(beat, StoreBeat) and beat.up
    return False


def _turned(link: Link, until: tuple[type[object], ...]) -> list[object]:
    """Everything that arrived until one of these did, or for WITHIN_SECONDS."""
    arrived: list[object] = []
    end = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < end and not any(isinstance(one, until) for one in arrived):
        arrived += link.turn(0.2)
    return arrived
