"""Programs that stand still for longer than anybody's keepalive, and then go on as if nothing had been: what they say is old.

CI freezes each for 11 s; `make soak` sets NOBAT_FREEZE_SECONDS=60.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.faults.crowd import Client, codes
from tests.faults.house import House, eventually, let_the_stores_clock_run_on, screen, tap, type_on_pad
from tests.faults.laws import broken
from tests.faults.watcher import Watcher

FREEZE_SECONDS = float(os.environ.get("NOBAT_FREEZE_SECONDS", "11"))
NERVOUS_SECONDS = 0.5
"""A press sooner after a new number is a nervous finger, and asks nothing."""
TOO_OLD_TO_BE_SPOKEN_SECONDS = 100.0

pytestmark = pytest.mark.last


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for all: each test leaves it in order."""
    house = House(tmp_path_factory.mktemp("house"))
    yield house
    house.close()


@pytest.fixture
def reception(house: House) -> Iterator[Client]:
    """Somebody who takes tickets, and who called at another counter."""
    client = Client(house.broker, "kiosk-2", ("point/counter-2",))
    yield client
    client.stop()


def calls_of(house: House, number: int) -> int:
    return int(house.rows(f"SELECT count(*) FROM calls WHERE number = {number}")[0][0])  # noqa: S608  a whole number


def freeze_until(frozen_at: float) -> None:
    """The rest of the time that it stands still."""
    time.sleep(max(0.0, frozen_at + FREEZE_SECONDS - time.monotonic()))


def nobody_is_said_to_be_down(house: House) -> None:
    """What a newcomer reads at the broker: the store and every device are up, whatever last wills came late."""
    house.until_agreed(time.monotonic())
    newcomer = Watcher(house.broker, "room-3")
    try:
        eventually(lambda: newcomer.seen.beat is not None and len(newcomer.seen.devices) >= 3)
        ours = ("kiosk-1", "counter-1", "waiting-room-1")
        assert all(newcomer.seen.devices[device].up for device in ours), newcomer.seen.devices
    finally:
        newcomer.stop()


def test_a_frozen_store_calls_nobody_for_a_press_that_was_told_not_done_and_no_second_store_is_believed(
    house: House, reception: Client
) -> None:
    first, second = reception.take(), reception.take()
    tap(house.counter)
    eventually(lambda: screen(house.counter.pictures).endswith(f"called-{first}"))
    epochs = list(house.watcher.seen.epochs)
    time.sleep(NERVOUS_SECONDS)
    house.store.send(signal.SIGSTOP)
    frozen_at = time.monotonic()
    tap(house.counter)
    other = subprocess.run(house.store.command(), capture_output=True, timeout=60, check=False)
    eventually(lambda: "lost" in screen(house.counter.pictures) and "lost" in screen(house.hall.pictures))
    freeze_until(frozen_at)
    house.store.send(signal.SIGCONT)
    nobody_is_said_to_be_down(house)
    assert other.returncode == 1, other.stderr
    assert house.watcher.seen.epochs == epochs, "the same run of the same store"
    assert calls_of(house, second) == 0, "the clerk was told that it is not done"
    tap(house.counter)
    eventually(lambda: screen(house.counter.pictures).endswith(f"called-{second}"))


def test_after_a_frozen_broker_no_late_last_will_stands(house: House, reception: Client) -> None:
    number = reception.take()
    house.broker.freeze()
    frozen_at = time.monotonic()
    eventually(lambda: "lost" in screen(house.counter.pictures) and "lost" in screen(house.hall.pictures))
    freeze_until(frozen_at)
    house.broker.thaw()
    nobody_is_said_to_be_down(house)
    tap(house.counter)
    eventually(lambda: screen(house.counter.pictures).endswith(f"called-{number}"))


def test_a_kiosk_frozen_while_it_asks_settles_its_ticket_and_a_frozen_hall_speaks_no_call_of_long_ago(
    house: House, reception: Client
) -> None:
    number, code = reception.take(), next(codes(house.broker, 1))
    kiosk, hall = house.kiosk.process, house.hall.process
    spoken = set(house.hall.said())
    assert kiosk is not None
    eventually(lambda: screen(house.kiosk.folder / "screens") == "idle")
    house.store.send(signal.SIGSTOP)
    type_on_pad(house.kiosk.pins, *code)
    eventually(lambda: screen(house.kiosk.folder / "screens") == "wait")
    for process in (kiosk, hall):
        process.send_signal(signal.SIGSTOP)
    house.store.send(signal.SIGCONT)
    frozen_at = time.monotonic()
    eventually(lambda: tap(house.counter) or calls_of(house, number))
    freeze_until(frozen_at)
    let_the_stores_clock_run_on(house, TOO_OLD_TO_BE_SPOKEN_SECONDS)
    for process in (kiosk, hall):
        process.send_signal(signal.SIGCONT)
    eventually(lambda: "wait" not in screen(house.kiosk.folder / "screens"))
    type_on_pad(house.kiosk.pins, "DOT")
    nobody_is_said_to_be_down(house)
    late = reception.take()
    eventually(lambda: tap(house.counter) or calls_of(house, late))
    eventually(lambda: any(f"-{late}-" in path.name for path in house.hall.said()))
    assert not [path for path in set(house.hall.said()) - spoken if f"-{number}-" in path.name]


def test_after_all_that_the_laws_were_kept(house: House) -> None:
    assert not [fault for fault in broken(house) if not fault.startswith("never called")]
