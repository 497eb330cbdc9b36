"""Who may say what at the broker: a device speaks for itself alone, and nobody speaks without an account."""

import stat
import time
from pathlib import Path

import pytest
from paho.mqtt.client import Client, ConnectFlags, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from mqtt import codec
from mqtt.broker_files import BrokerFilesError, write_broker_files
from mqtt.contract import Changed, Identify, OrderMessage, PointState, PointStatus, Reply, Request, StopReception
from mqtt.link import Arrived, Ended, Joined, Link, Subscribed
from mqtt.session import Connected, Disconnected, Heard
from program.secret_file import write_secret
from program.settings import Broker, SettingsError
from tests.broker import RunningBroker
from tests.mqtt.conftest import PATIENCE_SECONDS, Site

PREFIX = codec.prefix("kosar")
REPLY = codec.encode(Reply(id="press-1", answer=Changed(), epoch="e1", sequence=1))
REQUEST = codec.encode(Request(id="press-1", operation=StopReception(), boot="b"))
POINT = codec.encode(PointState(point="counter-1", epoch="e1", sequence=1, revision=1, as_of_ms=1, status=PointStatus.OPEN))


def opened(broker: RunningBroker, account: str) -> Link:
    """A connection of this account that may be used with no manners."""
    link = Link(broker.login(account), account)
    link.connect()
    assert Joined() in turned(link, Joined)
    return link


def turned(link: Link, until: type[object] = Arrived, topic: str = "") -> list[object]:
    """Turn the link until something of this kind arrived, on this topic if one is given."""
    arrivals: list[object] = []
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        arrivals += link.turn(0.25)
        if any(isinstance(arrival, until) and getattr(arrival, "topic", "").endswith(topic) for arrival in arrivals):
            return arrivals
    raise AssertionError(f"no {until.__name__} {topic} came, only {arrivals}")


def test_a_device_that_writes_to_anothers_request_topic_is_not_heard(site: Site) -> None:
    store = site.store()
    thief = opened(site.broker, "counter-2")
    thief.send(PREFIX + "request/counter-1", REQUEST, retained=False)
    thief.send(PREFIX + "request/counter-2", REQUEST, retained=False)
    thief.turn(0.25)
    assert store.wait_for(Heard, lambda event: event.topic == "request").key == "counter-2"


@pytest.mark.parametrize(
    "path",
    ["site", "day", "store", "board/hall-1", "point/counter-1", "device/counter-1", "reply/counter-1", "order/counter-1"],
)
def test_a_device_cannot_say_what_only_others_say(site: Site, path: str) -> None:
    listener = opened(site.broker, "store")
    listener.subscribe([PREFIX + path, PREFIX + "device/counter-2"])
    turned(listener, Subscribed)
    thief = opened(site.broker, "counter-2")
    thief.send(PREFIX + path, POINT, retained=False)
    thief.send(PREFIX + "device/counter-2", b"the end", retained=False)
    thief.turn(0.25)
    heard = [arrival.topic for arrival in turned(listener, topic="device/counter-2") if isinstance(arrival, Arrived)]
    assert heard == [PREFIX + "device/counter-2"]


@pytest.mark.parametrize("path", ["reply/counter-1", "order/counter-1", "request/counter-1", "#"])
def test_a_device_hears_no_more_than_it_must(site: Site, path: str) -> None:
    store = site.store()
    listener = opened(site.broker, "counter-2")
    listener.subscribe([PREFIX + path, PREFIX + "reply/counter-2"])
    turned(listener, Subscribed)
    counter = site.device("counter-1")
    counter.session.ask("press-1", StopReception(), give_up_seconds=3, seen=None)
    store.answer_one()
    store.session.publish("order", "counter-1", OrderMessage(id="o", order=Identify()))
    store.session.publish("reply", "counter-2", Reply(id="end", answer=Changed(), epoch="e1", sequence=2))
    heard = [arrival.topic for arrival in turned(listener, topic="reply/counter-2") if isinstance(arrival, Arrived)]
    assert not [topic for topic in heard if "counter-1" in topic and not topic.startswith(PREFIX + "device/")]


def test_an_operator_may_send_an_order_and_a_device_may_not(site: Site) -> None:
    kiosk = site.device("kiosk-1", follow=["order/kiosk-1"])
    kiosk.session.ask("x", StopReception(), give_up_seconds=0.1, seen=None)  # its subscription stands
    kiosk.listen(0.2)
    order = codec.encode(OrderMessage(id="o-1", order=Identify()))
    for account in ("kiosk-2", "operator"):
        link = opened(site.broker, account)
        link.send(PREFIX + "order/kiosk-1", order.replace(b"o-1", account.encode()), retained=False)
        link.turn(0.25)
    assert kiosk.wait_message(OrderMessage).id == "operator"


def test_nobody_comes_in_without_an_account_or_with_a_wrong_password(site: Site, tmp_path: Path) -> None:
    write_secret(tmp_path / "guess", "guess\n")
    for login in (Broker(port=site.broker.port), Broker(port=site.broker.port, password_file=str(tmp_path / "guess"))):
        link = Link(login, "counter-1")
        link.connect()
        arrivals = turned(link, Ended)
        assert Joined() not in arrivals
        assert any(isinstance(arrival, Ended) and "Not authorized" in arrival.why for arrival in arrivals)


def test_a_password_that_others_may_read_opens_nothing_until_it_is_put_right(site: Site) -> None:
    login = site.broker.login("kiosk-1")
    assert login.password_file is not None
    secret = Path(login.password_file)
    secret.chmod(0o644)
    try:
        with pytest.raises(SettingsError, match="chmod 600"):
            Link(login, "kiosk-1")
    finally:
        secret.chmod(0o600)
    opened(site.broker, "kiosk-1")


def test_a_device_cannot_turn_out_the_store_by_taking_its_client_id(site: Site) -> None:
    store = site.store()
    joined: list[bool] = []

    def on_connect(_: Client, _data: object, _flags: ConnectFlags, reason: ReasonCode, _more: Properties | None) -> None:
        joined.append(not reason.is_failure)

    thief = Client(CallbackAPIVersion.VERSION2, "store", protocol=MQTTv5)
    thief.username_pw_set("counter-2", (site.broker.folder / "secrets" / "counter-2").read_text().strip())
    thief.on_connect = on_connect
    thief.connect("127.0.0.1", site.broker.port)
    while not joined:
        thief.loop(0.1)
    assert not [event for event in store.listen(0.5) if isinstance(event, Disconnected)]
    thief.disconnect()


def test_two_devices_with_one_id_turn_each_other_out_and_neither_falls(site: Site) -> None:
    first = site.device("counter-1")
    second = site.device("counter-1")  # a copied card
    first.wait_for(Disconnected)
    first.wait_for(Connected)
    second.wait_for(Disconnected)
    second.wait_for(Connected)
    assert first.session.failures == second.session.failures == 0


def test_the_broker_listens_where_it_was_told_and_nowhere_else(broker: RunningBroker) -> None:
    sockets = {entry.readlink().name for entry in Path(f"/proc/{broker.pid}/fd").iterdir() if "socket" in str(entry.readlink())}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = [row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets]
    assert listening == [f"0100007F:{broker.port:04X}"]
    assert not [row for row in Path("/proc/net/tcp6").read_text().splitlines()[1:] if f"socket:[{row.split()[9]}]" in sockets]


def test_each_secret_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    conf = write_broker_files(tmp_path / "broker", port=1883, devices=["kiosk-1"], operators=["operator"])
    files = [path for path in conf.parent.rglob("*") if path.is_file()]
    assert {path.name for path in files} == {"mosquitto.conf", "acl", "passwords", "store", "doorkeeper", "kiosk-1", "operator"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    secret = (tmp_path / "broker" / "secrets" / "kiosk-1").read_text().strip()
    assert secret not in (tmp_path / "broker" / "passwords").read_text()


def test_a_machine_without_mosquitto_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mqtt.broker_files.shutil.which", lambda *_, **__: None)
    with pytest.raises(BrokerFilesError, match="apt install mosquitto"):
        write_broker_files(tmp_path / "broker", port=1883, devices=[])


@pytest.mark.parametrize("name", ["+", "#", "kiosk/1", "kiosk:1", "kiosk 1", "kiosk\n1", "", "../store", "k" * 65])
def test_a_name_that_means_more_than_itself_to_the_broker_is_no_account(tmp_path: Path, name: str) -> None:
    with pytest.raises(BrokerFilesError, match="cannot be an account"):
        write_broker_files(tmp_path / "broker", port=1883, devices=[name])
    assert not (tmp_path / "broker" / "passwords").exists()
