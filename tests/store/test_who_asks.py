"""The real store believes the topic that a request came in on, which the broker has checked, and answers only there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from mqtt.codec import decode, encode
from mqtt.contract import (
    CallNext,
    CheckIn,
    Day,
    DayStatus,
    Operation,
    Press,
    Reason,
    Refusal,
    Reply,
    Request,
    StopReception,
    TakeWalkIn,
    TicketGiven,
)
from tests.broker import RunningBroker
from tests.mqtt.test_access import NOT_AUTHORISED, Account
from tests.store.clinic import new_id
from tests.store.running import RunningStore

PREFIX = "nobat/1/small/"


class Clinic:
    """The store and its broker; devices are clients with no manners."""

    def __init__(self, broker: RunningBroker, folder: Path) -> None:
        self.broker = broker
        self.store = RunningStore(broker, folder)
        self.store.start()
        self.day = 0
        watcher = Account(broker, "waiting-room-1")
        watcher.listen(PREFIX + "day")
        while not self.day:
            watcher.turn()
            for _, payload in watcher.heard:
                day = decode("day", payload)
                if isinstance(day, Day) and day.status is DayStatus.ACCEPTING:
                    self.day = day.service_day

    def device(self, name: str) -> Account:
        account = Account(self.broker, name)
        account.listen(PREFIX + "reply/+", PREFIX + f"reply/{name}", PREFIX + "#")
        return account


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    folder = tmp_path_factory.mktemp("clinic")
    broker = RunningBroker(folder / "broker", site="small")
    broker.start()
    opened = Clinic(broker, folder)
    yield opened
    opened.store.kill()
    broker.kill()


def asks(account: Account, request: str, operation: Operation, **more: str) -> Reply:
    """The reply that this account hears to its own request; the request may say `more` of itself."""
    payload = encode(Request(id=request, boot="b", operation=operation)).decode()
    claims = "".join(f'"{name}":"{value}",' for name, value in more.items())
    says = "{" + claims + payload[1:]
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.ResponseTopic = PREFIX + "reply/kiosk-1"
    properties.CorrelationData = b"kiosk-1"
    account.client.publish(PREFIX + f"request/{account.name}", says, qos=1, properties=properties)
    while True:
        account.turn()
        for topic, heard in account.heard:
            reply = decode("reply", heard) if topic.startswith(PREFIX + "reply/") else None
            if isinstance(reply, Reply) and reply.id == request:
                assert topic == PREFIX + f"reply/{account.name}"
                return reply


def test_a_device_that_says_it_is_another_is_answered_as_itself_and_on_its_own_topic(clinic: Clinic) -> None:
    other = clinic.device("kiosk-1")
    thief = clinic.device("counter-1")
    reply = asks(
        thief, "r-1", TakeWalkIn(department=11, service_day=clinic.day), device="kiosk-1", client="kiosk-1", user="operator"
    )
    assert isinstance(reply.answer, Refusal)
    assert reply.answer.reason is Reason.NOT_ALLOWED
    asks(other, new_id(), TakeWalkIn(department=11, service_day=clinic.day))  # its reply comes after any that was astray
    replies = [topic for topic, _ in other.heard if topic.startswith(PREFIX + "reply/")]
    assert replies == [PREFIX + "reply/kiosk-1"]


def test_anothers_request_id_brings_nobody_anothers_answer(clinic: Clinic) -> None:
    request = new_id()
    first = asks(clinic.device("kiosk-1"), request, TakeWalkIn(department=11, service_day=clinic.day))
    second = asks(clinic.device("kiosk-2"), request, TakeWalkIn(department=11, service_day=clinic.day))
    assert isinstance(first.answer, TicketGiven)
    assert isinstance(second.answer, TicketGiven)
    assert (second.answer.number, second.repeated) == (first.answer.number + 1, False)


@pytest.mark.parametrize(
    ("device", "operation"),
    [
        ("counter-1", StopReception()),
        ("kiosk-1", StopReception()),
        ("waiting-room-1", CheckIn(code="12345674", service_day=1)),
        ("counter-1", Press(point="counter-2", epoch="e", revision=1, act=CallNext())),
        ("kiosk-1", Press(point="counter-1", epoch="e", revision=1, act=CallNext())),
    ],
)
def test_a_device_may_ask_only_for_what_its_role_and_its_points_are_for(
    clinic: Clinic, device: str, operation: Operation
) -> None:
    answer = asks(clinic.device(device), new_id(), operation, role="operator").answer
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.NOT_ALLOWED


def test_a_request_on_anothers_topic_never_reaches_the_store(clinic: Clinic) -> None:
    thief, owner = clinic.device("kiosk-2"), clinic.device("kiosk-1")
    request = new_id()
    asked = encode(Request(id=request, boot="b", operation=TakeWalkIn(department=11, service_day=clinic.day)))
    assert thief.publish(PREFIX + "request/kiosk-1", asked) == NOT_AUTHORISED
    reply = asks(owner, request, TakeWalkIn(department=11, service_day=clinic.day))
    assert not reply.repeated, "the thief's request was never there"
