"""Whatever bytes an account may send: nothing ends, nothing grows, each is counted, and who can be answered is told why.

The ordinary suite sends some thousand; `make soak` sends a million (NOBAT_MALFORMED).
"""

import os
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

from mqtt import codec
from mqtt.contract import AskPriority, DeviceState, Health, Reason, Refusal, Reply, Request
from tests.broker import RunningBroker
from tests.endurance.house import SITE, House, login_of, quiet_house, start_broker
from tests.endurance.process import Held, held_by
from tests.endurance.raw_client import RawClient
from tests.endurance.spoilt import Spoiler
from tests.store.running import RunningStore

ALL = int(os.environ.get("NOBAT_MALFORMED", "3000"))
TO_THE_STORE = ALL * 9 // 10
TO_EACH_DEVICE = (ALL - TO_THE_STORE) // 4
TOGETHER = 200
"""Sent before the reader is waited for: the broker keeps a thousand for a slow reader, and drops the rest without a word."""
GROWTH_KB = 5 * 1024
LOG_BYTES_AN_HOUR = 2 * 1024 * 1024
STARTS_AND_ENDS_SECONDS = 30
"""What is logged around the flood has its share too."""
SENDERS = ("kiosk-1", "counter-1", "room-1")
SEED = int(os.environ.get("NOBAT_SEED", str(random.SystemRandom().randrange(10**6))))


EVERYBODY = ("store", "site")
FOLLOWED = {
    "kiosk-1": (*EVERYBODY, "day", "sheet/kiosk-1", "order/kiosk-1", "reply/kiosk-1"),
    "counter-1": (*EVERYBODY, "day", "point/counter-1", "board/hall-1", "order/counter-1", "reply/counter-1"),
    "waiting-room-1": (*EVERYBODY, "day", "board/hall-1", "order/waiting-room-1", "reply/waiting-room-1"),
    "phone-1": (*EVERYBODY, "order/phone-1", "reply/phone-1"),
}
"""The topics that each program hears."""


NOTHING = AskPriority(number=9999, service_day=1, priority="none")
"""Changes nothing, and is answered."""
COMES_AND_GOES = 2
"""File descriptors of a device that stand open for a moment: a printer is asked how it is, a file is written."""
BLINKS = 1
"""A thread of gpiozero's, for as long as a lamp blinks."""


@dataclass
class Answers:
    """What the store said to one sender."""

    refused: int = 0
    last_good: str = ""
    others: list[str] = field(default_factory=list)

    def hear(self, _: str, payload: bytes) -> None:
        reply = codec.decode("reply", payload)
        assert isinstance(reply, Reply)
        reason = reply.answer.reason if isinstance(reply.answer, Refusal) else None
        if reply.id.startswith("good-"):
            self.last_good = reply.id
        elif reason in {Reason.MALFORMED, Reason.TOO_LARGE}:
            self.refused += 1
        elif reason is Reason.INTERNAL_ERROR:
            self.others.append(str(reply))


def good_request(number: int) -> bytes:
    """One that changes nothing and is answered."""
    return codec.encode(Request(id=f"good-{number}", boot="one", operation=NOTHING))


def growth_kb(before: Held, after: Held) -> int:
    assert after.threads <= before.threads + BLINKS
    assert after.files <= before.files + COMES_AND_GOES
    return after.memory_kb - before.memory_kb


def log_limit(seconds: float) -> int:
    """How many bytes of log a flood of so many seconds may leave."""
    return round(LOG_BYTES_AN_HOUR * (seconds + STARTS_AND_ENDS_SECONDS) / 3600)


def told(what: str, sent: int, seconds: float, growth: int, log_bytes: int) -> None:
    grown = f"resident {growth:+d} kB after warm-up (limit {GROWTH_KB})"
    logged = f"{log_bytes} bytes of log (limit {log_limit(seconds)})"
    print(f"{what}: {sent} payloads in {seconds:.0f} s, {sent / seconds:.0f}/s; {grown}; {logged}; seed {SEED}", flush=True)


def test_the_store_counts_what_it_cannot_read_and_answers_whom_it_can(broker: RunningBroker, tmp_path: Path) -> None:
    store = RunningStore(broker, tmp_path)
    store.start()
    spoiler = Spoiler(SEED, ("request", "device"))
    answers = {name: Answers() for name in SENDERS}
    clients = {name: RawClient(broker.login(name), name, "small", (f"reply/{name}",), answers[name].hear) for name in SENDERS}
    expected_refused = dict.fromkeys(SENDERS, 0)
    unfit_in_all = sent = goods = 0
    warm: Held | None = None
    try:
        await_store(clients, answers)
        began = time.monotonic()
        while sent < TO_THE_STORE:
            for name, client in clients.items():
                for _ in range(TOGETHER):
                    topic = "request" if sent % 8 else "device"
                    payload, unfit = spoiler.payload(topic)
                    client.send(f"{topic}/{name}", payload)
                    sent += 1
                    unfit_in_all += unfit is not None
                    expected_refused[name] += unfit is not None and unfit.request_id is not None
                goods += 1
                client.send(f"request/{name}", good_request(goods))
            for number, (name, client) in enumerate(clients.items(), start=goods - len(clients) + 1):
                good, answered = f"good-{number}", answers[name]
                client.turn_until(lambda good=good, answered=answered: answered.last_good == good, store.log())
            if warm is None and sent >= TO_THE_STORE // 10:
                warm = held_by(store.pid)
        seconds = time.monotonic() - began
        assert warm is not None
        growth = growth_kb(warm, held_by(store.pid))
    finally:
        for client in clients.values():
            client.close()
        store.end()
    log = store.log()
    told("store", sent, seconds, growth, len(log))
    assert [answers[name].others for name in SENDERS] == [[]] * len(SENDERS)
    assert {name: answers[name].refused for name in SENDERS} == expected_refused
    assert f"{unfit_in_all} messages did not fit the contract" in log
    assert "Traceback" not in log
    assert growth < GROWTH_KB
    assert len(log) < log_limit(seconds)


def await_store(clients: dict[str, RawClient], answers: dict[str, Answers]) -> None:
    """Ask until it answers everybody."""
    for name, client in clients.items():
        while not answers[name].last_good:
            client.send(f"request/{name}", good_request(0))
            again_at = time.monotonic() + 0.2
            client.turn_until(
                lambda name=name, again_at=again_at: bool(answers[name].last_good) or time.monotonic() > again_at, "no store"
            )


@dataclass
class Watched:
    """A device's program: its process, what it hears, and what it says of itself."""

    pid: int
    topics: tuple[str, ...]
    health: Health | None = None
    unfit: int = 0
    warm: Held | None = None

    def has_counted_all(self) -> bool:
        """Whether it told of every message that it had to refuse."""
        return self.health is not None and self.health.refused_messages >= self.unfit


def test_every_device_counts_what_it_cannot_read_and_goes_on(tmp_path: Path) -> None:
    house = quiet_house(tmp_path, SITE)
    try:
        start_broker(house)
        for device in house.site.devices:
            if device.role != "operator":
                house.start_device(device)
        processes = house.processes()
        watched = {name: Watched(processes[name], topics) for name, topics in FOLLOWED.items()}
        sent, seconds = flooded(house, watched)
        assert house.died() == []
        grown = {name: growth_kb(one.warm, held_by(one.pid)) for name, one in watched.items() if one.warm is not None}
    finally:
        house.stop()
    logs = {name: (house.folder / f"{name}.log").read_text(encoding="utf-8") for name in watched}
    for name in watched:
        told(name, sent // len(watched), seconds, grown[name], len(logs[name]))
    for name, one in watched.items():
        assert one.health is not None
        assert (one.health.refused_messages, one.health.dropped_events) == (one.unfit, 0), name
        assert "could not read" not in logs[name]
        assert "step failed" not in logs[name], logs[name]
        assert grown[name] < GROWTH_KB, name
        assert len(logs[name]) < log_limit(seconds), name


def flooded(house: House, watched: dict[str, Watched]) -> tuple[int, float]:
    """Send each of them TO_EACH_DEVICE spoilt messages as the store would: how many in all, in how many seconds."""

    def hear(path: str, payload: bytes) -> None:
        name = path.removeprefix("device/")
        if payload and name in watched:
            state = codec.decode("device", payload)  # what it makes of what it was sent, and says again, fits
            assert isinstance(state, DeviceState)
            watched[name].health = state.health

    client = RawClient(login_of(house, "store"), "store", house.site.id, ("device/+",), hear)
    try:
        client.turn_until(lambda: all(one.has_counted_all() for one in watched.values()), "a device never came")
        spoiler = Spoiler(SEED, {path.split("/")[0] for one in watched.values() for path in one.topics})
        sent, began = 0, time.monotonic()
        while sent < TO_EACH_DEVICE * len(watched):
            for number in range(TOGETHER):
                for one in watched.values():
                    path = one.topics[number % len(one.topics)]
                    payload, unfit = spoiler.payload(path.split("/")[0])
                    client.send(path, payload)
                    sent += 1
                    for other in watched.values():
                        other.unfit += unfit is not None and path in other.topics
            for name, one in watched.items():
                client.turn_until(one.has_counted_all, f"{name} has not counted all: {one.health}, {one.unfit}")
                if one.warm is None and sent >= TO_EACH_DEVICE * len(watched) // 10:
                    one.warm = held_by(one.pid)
        seconds = time.monotonic() - began
        client.turn_until(lambda: all(one.has_counted_all() for one in watched.values()), "a device has not counted all")
        return sent, seconds
    finally:
        client.close()
