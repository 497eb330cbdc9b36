"""Two machines have a store each, real processes at a real broker: they are never believed at once, and the older one ends."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_store.copies import making, restoring
from booking_store.fence import SILENT_SECONDS, Fence, rank
from mqtt.contract import StoreBeat
from mqtt.session import Heard, Session
from program.inbox import Inbox
from tests.broker import RunningBroker
from tests.store.running import RunningStore

OUTRANKED = 3
SECONDS = 40.0


def beat(epoch: str, *, connection: str = "c1") -> StoreBeat:
    return StoreBeat(up=True, connection=connection, epoch=epoch)


def test_a_store_that_finds_nobody_speaks_at_once() -> None:
    fence = Fence("7-aa").connected()
    assert not fence.may_speak(10.0)
    assert fence.read_all(10.0).may_speak(10.0)


def test_an_earlier_run_of_this_ledger_and_its_own_words_hold_nobody_up() -> None:
    for before in ("6-bb", "7-aa", "", "demo"):
        assert Fence("7-aa").connected().heard(beat(before), 10.0).read_all(10.0).may_speak(10.0)


def test_a_store_that_finds_a_higher_one_is_silent_until_that_one_must_be_dead() -> None:
    fence = Fence("7-aa").connected().heard(beat("1000007-bb"), 10.0).read_all(10.0)
    assert not fence.may_speak(10.0 + SILENT_SECONDS - 0.1)
    assert fence.may_speak(10.0 + SILENT_SECONDS)
    assert not fence.lives
    back = fence.connected().heard(beat("1000007-bb"), 30.0)
    assert not back.lives, "what a dead one left stays as it was"


def test_a_higher_one_that_was_here_in_another_connection_meanwhile_lives() -> None:
    fence = Fence("7-aa").connected().heard(beat("1000007-bb"), 10.0).read_all(10.0)
    met = fence.connected().heard(beat("1000007-bb", connection="c2"), 13.0)
    assert met.lives
    assert not met.may_speak(1000.0)


@given(st.text(max_size=20), st.text(max_size=20))
def test_of_two_epochs_exactly_one_gives_way(one: str, other: str) -> None:
    one_yields = bool(Fence(one).connected().heard(beat(other), 0.0).higher)
    other_yields = bool(Fence(other).connected().heard(beat(one), 0.0).higher)
    assert one_yields + other_yields == (1 if one != other else 0)
    assert (rank(one) < rank(other)) == one_yields


class Witness:
    """Any device: what the store said, in the order in which the broker passed it on."""

    def __init__(self, broker: RunningBroker) -> None:
        self.inbox = Inbox()
        topics = ("store", "day", "board/+", "point/+")
        self.session = Session(
            broker.login("waiting-room-1"), site="small", device="waiting-room-1", inbox=self.inbox, follow=topics
        )
        self.session.start()
        self.beats: list[str] = []
        self.epochs: list[str] = []  # of everything that was published live

    def until(self, seen: object) -> None:
        """Listen until `seen()`."""
        give_up_at = time.monotonic() + SECONDS
        while not seen():  # type: ignore[operator]
            assert time.monotonic() < give_up_at, self.epochs
            self.turn()

    def listen(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.turn()

    def turn(self) -> None:
        event = self.inbox.get(time.monotonic() + 0.05)
        if isinstance(event, Heard) and event.live:
            up = not isinstance(event.message, StoreBeat) or event.message.up
            if up:
                self.epochs.append(event.message.epoch)  # type: ignore[union-attr]
            if up and isinstance(event.message, StoreBeat):
                self.beats.append(event.message.epoch)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RunningBroker]:
    broker = RunningBroker(tmp_path / "broker")
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def machines(broker: RunningBroker, tmp_path: Path) -> Iterator[tuple[RunningStore, RunningStore]]:
    """The clinic's store, running, and the standby with its newest copy put in place."""
    folders = [tmp_path / name for name in ("old", "standby", "copies")]
    for folder in folders:
        folder.mkdir()
    old, standby = RunningStore(broker, folders[0]), RunningStore(broker, folders[1])
    old.start()
    witness = Witness(broker)
    try:
        witness.until(lambda: witness.beats)
        making.back_up(old.url, folders[2])
        restoring.put_back(standby.url, restoring.choose(folders[2]).copy)
        yield old, standby
    finally:
        witness.session.stop()
        old.clear_away()
        standby.clear_away()


def test_the_old_store_comes_back_beside_the_new_one_and_is_never_believed(
    machines: tuple[RunningStore, RunningStore], broker: RunningBroker, tmp_path: Path
) -> None:
    old, standby = machines
    old.send(signal.SIGSTOP)  # its cable is out, its machine hangs: nobody can tell
    witness = Witness(broker)
    standby.start()
    witness.until(lambda: any(rank(epoch)[0] > 1_000_000 for epoch in witness.beats))
    new = witness.beats[-1]
    from_here = len(witness.epochs)
    old.send(signal.SIGCONT)
    assert old.wait() == OUTRANKED
    count = len(witness.beats)
    witness.until(lambda: len(witness.beats) > count)
    assert set(witness.epochs[from_here:]) == {new}, "the old store said nothing after the new one's first word"
    assert f"superseded by {new}" in (tmp_path / "old" / "ledger.sqlite.lock").read_text(encoding="utf-8")
    old.start()
    assert old.wait() == OUTRANKED, "nor is it at its next start, with no broker in reach or with one"
    witness.session.stop()


@pytest.mark.last
def test_where_the_newer_store_is_dead_the_older_one_serves_again(
    machines: tuple[RunningStore, RunningStore], broker: RunningBroker, tmp_path: Path
) -> None:
    old, standby = machines
    old.end()
    witness = Witness(broker)
    standby.start()
    witness.until(lambda: any(rank(epoch)[0] > 1_000_000 for epoch in witness.beats))
    standby.kill()
    old.start()
    witness.until(lambda: rank(witness.beats[-1])[0] < 1_000_000)
    witness.session.stop()
