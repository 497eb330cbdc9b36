"""A session at a real broker: requests are asked until answered, state is followed, and nothing old is ever said."""

import socket
import time

import pytest

from mqtt import codec, session
from mqtt.contract import (
    CallNext,
    DeviceState,
    NotServed,
    PointState,
    PointStatus,
    Press,
    Reason,
    Request,
    StoreBeat,
)
from mqtt.link import Link
from mqtt.session import (
    Answered,
    Cleared,
    Connected,
    Disconnected,
    GaveUp,
    Heard,
    LeftOver,
    Refused,
    Session,
    StoreAway,
)
from program.inbox import Inbox
from tests.mqtt.conftest import PATIENCE_SECONDS, Program, Site

PRESS = Press(point="counter-1", epoch="e1", revision=3, act=CallNext())


def point(revision: int, of: str = "counter-1") -> PointState:
    return PointState(point=of, epoch="e1", sequence=revision, revision=revision, as_of_ms=1, status=PointStatus.OPEN)


def pull_the_plug(program: Program) -> None:
    """The network cable goes: the connection ends with no goodbye."""
    link = program.session._link
    assert link is not None
    wire = link._client.socket()
    assert wire is not None
    wire.shutdown(socket.SHUT_RDWR)


def send_raw(program: Program, path: str, payload: bytes) -> None:
    """What a broken program of this device would send."""
    link = program.session._link
    assert link is not None
    link.send(codec.prefix("kosar") + path, payload, retained=False)


# Asking


def test_a_press_is_answered_once_to_the_device_of_its_topic(site: Site) -> None:
    store = site.store()
    counter = site.device("counter-1")
    counter.session.ask("press-1", PRESS, give_up_seconds=3, seen=None)
    request = store.answer_one()
    assert (request.id, request.operation, request.attempt) == ("press-1", PRESS, 1)
    assert request.boot == counter.session.boot
    assert counter.wait_for(Answered).reply.id == "press-1"
    assert counter.session.next_deadline() is None


def test_a_request_without_answer_is_asked_again_under_the_same_id(site: Site) -> None:
    store = site.store()
    counter = site.device("counter-1")
    counter.session.ask("press-1", PRESS, give_up_seconds=None, seen=None)
    for attempt in (1, 2, 3):
        counter.listen(0.75)
        heard = store.wait_message(Request)
        assert (heard.id, heard.attempt) == ("press-1", attempt)


def test_the_same_reply_twice_is_one_answer(site: Site) -> None:
    store = site.store()
    counter = site.device("counter-1")
    counter.session.ask("press-1", PRESS, give_up_seconds=3, seen=None)
    request = store.answer_one()
    store.answer("counter-1", request)
    store.answer("counter-1", Request(id="never-asked", operation=PRESS, boot="b"))
    counter.wait_for(Answered)
    assert not [event for event in counter.listen(0.3) if isinstance(event, Answered | Heard | Refused)]


def test_a_request_without_answer_is_given_up_in_time(site: Site) -> None:
    site.store()
    counter = site.device("counter-1")
    counter.session.ask("press-1", PRESS, give_up_seconds=0.3, seen=None)
    assert counter.wait_for(GaveUp) == GaveUp("press-1")
    assert counter.session.next_deadline() is None


def test_a_request_given_up_by_hand_is_not_heard_of_again(site: Site) -> None:
    store = site.store()
    counter = site.device("counter-1")
    counter.session.ask("press-1", PRESS, give_up_seconds=0.3, seen=None)
    counter.session.give_up("press-1")
    store.answer_one()
    assert counter.listen(0.5) == []


def test_when_nobody_listens_for_requests_the_device_knows_at_once(site: Site) -> None:
    counter = site.device("counter-1")
    counter.session.ask("press-1", PRESS, give_up_seconds=3, seen=None)
    assert counter.wait_for(StoreAway) == StoreAway("press-1")


def test_what_was_asked_while_the_broker_was_away_is_asked_when_it_is_back(site: Site) -> None:
    store = site.store()
    counter = site.device("counter-1")
    site.broker.kill()
    counter.wait_for(Disconnected)
    counter.session.ask("press-1", PRESS, give_up_seconds=None, seen=None)
    site.broker.start()
    store.hears_everybody()
    counter.wait_for(Connected)
    store.answer_one()
    assert counter.wait_for(Answered).reply.id == "press-1"


def test_a_request_too_large_for_the_store_is_refused_before_it_is_sent(site: Site) -> None:
    counter = site.device("counter-1")
    huge = Press(point="counter-1", epoch="e1", revision=3, act=NotServed(why="x" * 20_000))
    with pytest.raises(codec.UnfitError, match="at most 16384"):
        counter.session.ask("press-1", huge, give_up_seconds=3, seen=None)
    assert counter.session.next_deadline() is None


# Being down


def test_nothing_published_while_the_broker_was_away_is_said_when_it_is_back(site: Site) -> None:
    store = site.store()
    counter = site.device("counter-1", follow=["point/counter-1"])
    site.broker.freeze()
    assert store.session.publish("point", "counter-1", point(1))  # it leaves us, and the frozen broker never reads it
    site.broker.kill()
    store.wait_for(Disconnected)
    assert not store.session.publish("point", "counter-1", point(2))
    assert not store.session.clear("point", "counter-1")
    site.broker.start()
    counter.wait_for(Connected)
    store.wait_for(Connected)
    assert store.session.publish("point", "counter-1", point(3))
    assert counter.wait_message(PointState).revision == 3


def test_a_frozen_broker_is_noticed(site: Site) -> None:
    counter = site.device("counter-1")
    site.broker.freeze()
    counter.wait_for(Disconnected)
    site.broker.thaw()
    counter.wait_for(Connected)


def test_a_broker_that_was_killed_again_and_again_is_found_again_each_time(site: Site) -> None:
    counter = site.device("counter-1")
    for _ in range(3):
        site.broker.kill()
        counter.wait_for(Disconnected)
        assert counter.session.connection is None
        site.broker.start()
        again = counter.wait_for(Connected)
        assert counter.session.connection == again.connection


def test_each_connection_has_a_name_of_its_own(site: Site) -> None:
    counter = site.device("counter-1")
    first = counter.session.connection
    pull_the_plug(counter)
    assert counter.wait_for(Connected).connection != first


def test_who_slept_hears_what_is_so_now_and_not_what_was_said_meanwhile(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    store = site.store()
    store.session.publish("point", "counter-1", point(1))
    inbox = Inbox()
    login = site.broker.login("counter-1")
    sleeper = Session(login, site=site.site, device="counter-1", inbox=inbox, follow=("point/counter-1",))

    def heard() -> object:
        while not (events := inbox.drain(1)):
            sleeper.turn(0.05)
        return events[0]

    assert isinstance(heard(), Connected)
    first = heard()
    assert isinstance(first, Heard)
    assert first.message == point(1)
    store.session.publish("point", "counter-1", point(2))
    store.session.publish("point", "counter-1", point(3))
    with monkeypatch.context() as short:  # only here: on a busy machine everybody sleeps so long
        short.setattr(session, "SLEPT_SECONDS", 0.2)
        time.sleep(0.5)  # it sleeps, with both of them at its door
        assert isinstance(heard(), Disconnected)
    assert isinstance(heard(), Connected)
    assert heard() == Heard("point", "counter-1", point(3), live=False)
    sleeper.stop()


# Last wills


def test_a_device_whose_cable_was_pulled_is_told_down_by_the_name_of_its_connection(site: Site) -> None:
    store = site.store()
    counter = site.device("counter-1")
    connection = counter.session.connection
    pull_the_plug(counter)
    will = store.wait_message(DeviceState, lambda state: state.device == "counter-1")
    assert (will.device, will.up, will.connection) == ("counter-1", False, connection)


def test_a_device_that_stops_says_so_itself(site: Site) -> None:
    store = site.store()
    counter = site.device("counter-1")
    connection = counter.session.connection
    counter.session.stop()
    said = store.wait_message(DeviceState)
    assert (said.up, said.connection) == (False, connection)
    assert store.listen(0.3) == []


def test_a_store_that_stops_tells_every_screen(site: Site) -> None:
    store = site.store()
    counter = site.device("counter-1", follow=["store"])
    store.session.stop()
    assert not counter.wait_message(StoreBeat).up


# Retained state


def test_a_display_that_comes_late_reads_what_is_so(site: Site) -> None:
    store = site.store()
    store.session.publish("point", "counter-1", point(7))
    store.session.publish("store", "", StoreBeat(up=True, connection="c"))
    counter = site.device("counter-1", follow=["point/counter-1", "store"])
    heard = counter.wait_for(Heard, lambda event: event.topic == "point")
    assert (heard.key, heard.live) == ("counter-1", False)
    store.session.publish("point", "counter-1", point(8))
    assert counter.wait_for(Heard, lambda event: event.topic == "point").live


def test_points_of_a_former_site_file_are_cleared(site: Site) -> None:
    store = site.store()
    for name in ("counter-1", "counter-9"):
        store.session.publish("point", name, point(1, of=name))
    counter = site.device("counter-1", follow=["point/+"])
    assert {counter.wait_for(Heard).key, counter.wait_for(Heard).key} == {"counter-1", "counter-9"}
    pull_the_plug(store)
    store.wait_for(Connected)
    left = {store.wait_for(LeftOver).key, store.wait_for(LeftOver).key}
    assert left == {"counter-1", "counter-9"}
    store.session.clear("point", "counter-9")
    assert counter.wait_for(Cleared) == Cleared("point", "counter-9")
    late = site.device("counter-2", follow=["point/+"])
    assert late.wait_for(Heard).key == "counter-1"
    assert not [event for event in late.listen(0.3) if isinstance(event, Heard)]


def test_the_store_does_not_hear_its_own_snapshots(site: Site) -> None:
    store = site.store()
    store.session.publish("point", "counter-1", point(1))
    assert store.listen(0.3) == []


def test_a_snapshot_that_found_the_inbox_full_comes_with_the_next_connection(site: Site) -> None:
    store = site.store()
    inbox = Inbox(limit=5)
    counter = site.device("counter-1", follow=["point/+"], inbox=inbox)
    names = [f"point-{number}" for number in range(20)]
    for name in names[:10]:
        store.session.publish("point", name, point(1, of=name))
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not inbox.dropped:
        assert time.monotonic() < give_up_at
        store.listen(0.05)
    assert len(inbox.drain(100)) <= 6  # the limit, and one more that came while it was looked at
    heard: set[str] = set()
    while len(heard) < 10:
        heard.add(counter.wait_for(Heard).key)


# What does not fit


def test_a_broken_request_is_told_with_why_and_with_its_id_where_that_can_be_read(site: Site) -> None:
    store = site.store()
    counter = site.device("counter-1")
    send_raw(counter, "request/counter-1", b'{"id":"press-1","operation":{"type":"jump"},"boot":"b"}')
    refused = store.wait_for(Refused)
    assert (refused.topic, refused.key, refused.reason) == ("request", "counter-1", Reason.MALFORMED)
    assert "$.operation.type" in refused.why, "where, and not what: it may be somebody's mobile"
    assert store.session.refused == 1
    assert refused.request_id == "press-1"


def test_a_request_over_the_limit_is_refused_as_too_large(site: Site) -> None:
    store = site.store()
    counter = site.device("counter-1")
    send_raw(counter, "request/counter-1", b'{"id":"press-1","junk":"' + b"x" * 20_000 + b'"}')
    refused = store.wait_for(Refused)
    assert (refused.reason, refused.request_id) == (Reason.TOO_LARGE, "press-1")


def test_a_snapshot_too_large_for_the_broker_is_not_sent_and_the_store_stays(site: Site) -> None:
    store = site.store()
    counter = site.device("counter-1", follow=["point/+"])
    huge = PointState(point="counter-1", epoch="x" * 400_000, sequence=1, revision=1, as_of_ms=1, status=PointStatus.OPEN)
    assert not store.session.publish("point", "counter-1", huge)
    assert store.session.publish("point", "counter-1", point(2))
    assert counter.wait_message(PointState).revision == 2
    assert not [event for event in store.heard if isinstance(event, Disconnected)]


def test_a_bug_in_reading_a_message_costs_that_message_alone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    store = site.store()
    counter = site.device("counter-1", follow=["point/+"])
    decode = codec.decode

    def broken_once(name: str, payload: bytes) -> object:
        monkeypatch.setattr(codec, "decode", decode)
        raise ZeroDivisionError

    store.session.publish("point", "counter-1", point(0))
    counter.wait_message(PointState)
    monkeypatch.setattr(codec, "decode", broken_once)
    store.session.publish("point", "counter-1", point(1))
    store.session.publish("point", "counter-1", point(2))
    assert counter.wait_message(PointState).revision == 2
    assert counter.session.failures == 1
    assert not [event for event in counter.heard if isinstance(event, Disconnected)]


def test_a_bug_in_connecting_is_survived(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    counter = site.device("counter-1")
    subscribe = Link.subscribe

    def broken_once(link: Link, topics: list[str]) -> int:
        monkeypatch.setattr(Link, "subscribe", subscribe)
        raise ZeroDivisionError

    monkeypatch.setattr(Link, "subscribe", broken_once)
    pull_the_plug(counter)
    counter.wait_for(Connected)
