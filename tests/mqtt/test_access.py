"""The whole table of who may say and hear what, held against the real broker: every account, every topic, allowed and refused.

A publish that is refused is acknowledged with reason 0x87; a subscription that is refused is granted all the same, and
stays silent. So a right to hear is shown by hearing, and its absence by what came after being heard and it not.
"""

import itertools
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from mqtt.access import acl
from mqtt.contract import TOPICS
from tests.broker import RunningBroker

NOT_AUTHORISED = 0x87
SITE = "nobat/1/kosar/"
DEVICES = ("kiosk-1", "kiosk-2", "counter-1", "room-1", "waiting-room-1", "phone-1")
ACCOUNTS = (*DEVICES, "operator", "store", "doorkeeper")

WRITES = {
    "store": {"reply/*", "site", "day", "board/*", "point/*", "store", "sheet/*", "order/*", "request/own", "device/own"},
    "operator": {"request/own", "device/own", "order/*"},
    "doorkeeper": {"request/own", "device/*", "sheet/*"},
    **{name: {"request/own", "device/own"} for name in DEVICES},
}
READS_AS_A_DEVICE = {"reply/own", "order/own", "sheet/own", "site", "day", "store", "board/*", "point/*", "device/*"}
"""What each may do, written out here once more, by hand: a right that is added by mistake is a difference."""


@dataclass
class Account:
    """A client of one account, with no manners at all."""

    broker: RunningBroker
    name: str
    client_id: str = ""
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    acknowledged: dict[int, int] = field(default_factory=dict)
    subscribed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.client = Client(CallbackAPIVersion.VERSION2, self.client_id or self.name, protocol=MQTTv5)
        self.client.username_pw_set(self.name, (self.broker.folder / "secrets" / self.name).read_text().strip())
        self.client.max_inflight_messages_set(1000)
        self.client.on_socket_open = _without_delay
        self.client.on_message = self._on_message
        self.client.on_publish = self._on_publish
        self.client.on_subscribe = self._on_subscribe
        self.client.connect("127.0.0.1", self.broker.port)
        while not self.client.is_connected():
            self.turn()

    def turn(self) -> None:
        """Read what comes and write what waits."""
        assert self.client.loop(0.05) == 0, f"{self.name} was turned out"

    def publish(self, topic: str, payload: bytes = b"x", *, retain: bool = False) -> int:
        """The broker's reason for the publish."""
        sent = self.client.publish(topic, payload, qos=1, retain=retain)
        while sent.mid not in self.acknowledged:
            self.turn()
        return self.acknowledged[sent.mid]

    def publish_all(self, topics: list[str], payload: bytes) -> dict[str, int]:
        """The broker's reason for each of them, asked all at once."""
        sent = {topic: self.client.publish(topic, payload, qos=1).mid for topic in topics}
        while not self.acknowledged.keys() >= set(sent.values()):
            self.turn()
        return {topic: self.acknowledged[mid] for topic, mid in sent.items()}

    def listen(self, *topics: str) -> None:
        """Subscribe; the broker grants everything."""
        _, mid = self.client.subscribe([(topic, SubscribeOptions(qos=1)) for topic in topics])
        assert mid is not None
        while mid not in self.subscribed:
            self.turn()

    def hear_until(self, topic: str, payload: bytes) -> set[str]:
        """The topics of what comes, until this comes."""
        while (topic, payload) not in self.heard:
            self.turn()
        return {topic for topic, _ in self.heard}

    def _on_message(self, _: Client, _data: object, message: MQTTMessage) -> None:
        self.heard.append((message.topic, bytes(message.payload)))

    def _on_publish(self, _: Client, _data: object, mid: int, reason: ReasonCode, _more: Properties | None) -> None:
        self.acknowledged[mid] = reason.value

    def _on_subscribe(self, _: Client, _data: object, mid: int, _r: list[ReasonCode], _m: Properties | None) -> None:
        self.subscribed.add(mid)


def _without_delay(_: Client, _data: object, wire: socket.socket) -> None:
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBroker]:
    """The broker of one clinic, as `nobat enroll` and the demo configure it: it knows its own site only."""
    running = RunningBroker(tmp_path_factory.mktemp("clinic") / "broker", DEVICES, site="kosar")
    running.start()
    yield running
    running.kill()


def topics_for(account: str) -> dict[str, str]:
    """Every topic as this account may try it, and the word of the table that allows it: "request/own", "board/*"."""
    tried = {}
    for topic in TOPICS:
        if topic.keyed:
            tried[f"{topic.name}/{account}"] = f"{topic.name}/own"
            tried |= {f"{topic.name}/{other}": f"{topic.name}/*" for other in ("kiosk-2", "hall-1") if other != account}
        else:
            tried[topic.name] = topic.name
    return tried


def allowed(word: str, table: set[str]) -> bool:
    name, _, key = word.partition("/")
    return word in table or (key == "own" and f"{name}/*" in table)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_each_account_may_say_what_the_table_says_and_nothing_else(clinic: RunningBroker, account: str) -> None:
    everything = Account(clinic, "store", client_id="watcher")
    everything.listen(SITE + "#")
    who = everything if account == "store" else Account(clinic, account)
    tried = topics_for(account)
    reasons = who.publish_all([SITE + path for path in tried], f"by {account}".encode())
    refused = {path for path in tried if reasons[SITE + path] == NOT_AUTHORISED}
    assert refused == {path for path, word in tried.items() if not allowed(word, WRITES[account])}
    said = {path for path in tried if path not in refused}
    end = f"device/{account}"  # which everybody may say of themselves
    who.publish(SITE + end, b"the end")
    everything.hear_until(SITE + end, b"the end")
    assert {topic for topic, payload in everything.heard if payload == f"by {account}".encode()} == {SITE + p for p in said}


@pytest.mark.parametrize("account", [name for name in ACCOUNTS if name != "store"])
def test_each_account_hears_what_the_table_says_and_nothing_else(clinic: RunningBroker, account: str) -> None:
    who = Account(clinic, account)
    who.listen("#", "$SYS/#", "$share/all/#", *(SITE + path for path in topics_for(account)))
    speakers = {name: who if name == account else Account(clinic, name) for name in ("store", "doorkeeper", "kiosk-2", account)}
    tried = topics_for(account)
    for speaker in speakers.values():
        speaker.publish_all([SITE + path for path in tried], b"words")
    speakers["store"].publish(SITE + "day", b"the end")
    heard = who.hear_until(SITE + "day", b"the end")
    assert heard == {SITE + path for path, word in tried.items() if allowed(word, READS_AS_A_DEVICE)}


def test_the_store_hears_every_request_and_every_device(clinic: RunningBroker) -> None:
    store = Account(clinic, "store")
    store.listen(SITE + "request/+", SITE + "device/+")
    for name in DEVICES:
        who = Account(clinic, name)
        who.publish(SITE + f"request/{name}")
        who.publish(SITE + f"device/{name}", b"up")
    heard = store.hear_until(SITE + f"device/{DEVICES[-1]}", b"up")
    assert heard == {SITE + f"{topic}/{name}" for topic in ("request", "device") for name in DEVICES}


NOWHERE = (
    "nobat/1/other/request/kiosk-1",
    "nobat/2/kosar/request/kiosk-1",
    "nobat/1/kosar/request",
    "nobat/1/kosar/request/kiosk-1/x",
    "nobat/1/kosar/anything",
    "$SYS/broker/version",
    "kiosk-1",
)


@pytest.mark.parametrize("topic", NOWHERE)
def test_there_is_nothing_beyond_the_contracts_topics_of_this_site(clinic: RunningBroker, topic: str) -> None:
    assert Account(clinic, "kiosk-1").publish(topic) == NOT_AUTHORISED


def test_a_last_will_on_anothers_topic_is_never_published(clinic: RunningBroker) -> None:
    hall = Account(clinic, "waiting-room-1")
    hall.listen(SITE + "store", SITE + "device/+")
    thief = Client(CallbackAPIVersion.VERSION2, "kiosk-2", protocol=MQTTv5)
    thief.username_pw_set("kiosk-2", (clinic.folder / "secrets" / "kiosk-2").read_text().strip())
    thief.will_set(SITE + "store", b"down", qos=1, retain=True)
    thief.connect("127.0.0.1", clinic.port)
    while not thief.is_connected():
        assert thief.loop(0.05) == 0
    wire = thief.socket()
    assert wire is not None
    wire.close()  # gone without a goodbye
    Account(clinic, "kiosk-2").publish(SITE + "device/kiosk-2", b"the end")  # its connection takes the place of the thief's
    assert SITE + "store" not in hall.hear_until(SITE + "device/kiosk-2", b"the end")


def test_whatever_client_id_a_device_claims_it_is_its_account(clinic: RunningBroker) -> None:
    thief = Account(clinic, "kiosk-2", client_id="kiosk-1")
    assert thief.publish(SITE + "request/kiosk-1") == NOT_AUTHORISED
    assert thief.publish(SITE + "request/kiosk-2") != NOT_AUTHORISED


def test_each_topic_of_the_contract_has_somebody_who_may_say_it_and_somebody_who_hears_it() -> None:
    lines = acl("kosar", ("operator",)).splitlines()
    for topic, may in itertools.product(TOPICS, ("write", "read")):
        assert [line for line in lines if f" {may} {SITE}{topic.name}" in line or f" {may} {SITE}#" in line], (topic, may)
