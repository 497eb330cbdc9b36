"""A counter with its own voice at the real store: a finger on a pin, a number on the screen, and that number in the air."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mqtt.contract import CheckIn, TakeWalkIn
from program.settings import SpeakerSettings
from sounds.utterance import Utterance, call_sentences
from sounds.voice import voice_of
from sounds.waveform import read_wav
from tests.broker import RunningBroker
from tests.display.running import RunningDisplay, wait_until
from tests.store.running import Kiosk, RunningStore

CALL_NEXT_PIN = 5
MOST_MEMORY_KB = 90 * 1024


@pytest.fixture
def store(broker: RunningBroker, tmp_path: Path) -> Iterator[RunningStore]:
    store = RunningStore(broker, tmp_path)
    store.start()
    yield store
    store.kill()


@pytest.fixture
def kiosk(broker: RunningBroker, store: RunningStore) -> Iterator[Kiosk]:
    """Somebody to take tickets at the real store of this test."""
    assert store
    kiosk = Kiosk(broker)
    kiosk.until_open()
    yield kiosk
    kiosk.session.stop()


@pytest.fixture
def counter(broker: RunningBroker, tmp_path: Path, kiosk: Kiosk) -> Iterator[RunningDisplay]:
    folder = tmp_path / "counter"
    speaker = f'[speaker]\ndriver = "disk"\nkeep_announcements = "{folder / "announcements"}"\n'
    counter = RunningDisplay(folder, broker, "small", "counter-1", "counter", 'points = ["counter-1"]\n', speaker)
    wait_until(lambda: counter.shows("counter-1-nobody"), "it never came up")
    yield counter
    counter.kill()


def take_ticket(kiosk: Kiosk) -> int:
    return kiosk.take(TakeWalkIn(department=11, service_day=kiosk.day))


def numbers_said(counter: RunningDisplay) -> list[int]:
    return [int(path.name.split("-")[1]) for path in counter.said()]


def test_a_press_calls_the_next_one_who_is_seen_and_heard(counter: RunningDisplay, kiosk: Kiosk) -> None:
    number = take_ticket(kiosk)
    counter.tap(CALL_NEXT_PIN)
    wait_until(lambda: counter.shows(f"counter-1-called-{number}"), "the number never stood on the screen")
    wait_until(lambda: bool(counter.said()), "it was never said")
    first = counter.said()[0]
    assert first.name == f"0000-{number}-counter-1.wav"
    sentences = call_sentences(number, "counter", 1, languages=("fa",))
    assert read_wav(first) == voice_of(SpeakerSettings()).speech(Utterance("", sentences)).samples
    assert memory_kb(counter) < MOST_MEMORY_KB
    assert counter.stop() == 0


def test_after_a_power_cut_nobody_is_called_out_a_second_time(counter: RunningDisplay, kiosk: Kiosk) -> None:
    first = take_ticket(kiosk)
    counter.tap(CALL_NEXT_PIN)
    spoken = counter.folder / "spoken.json"
    wait_until(spoken.exists, "what was spoken was never kept")
    counter.kill()
    before = len(counter.said())

    second = take_ticket(kiosk)
    counter.start()
    wait_until(lambda: counter.shows(f"counter-1-called-{first}"), "the number stands there still")
    counter.tap(CALL_NEXT_PIN)
    wait_until(lambda: second in numbers_said(counter), "the next one was never said")
    assert first not in numbers_said(counter)[before:], "the older call would have gone first"


def test_after_the_servers_power_cut_the_next_press_calls_the_next_one(
    counter: RunningDisplay, kiosk: Kiosk, store: RunningStore, broker: RunningBroker
) -> None:
    first, second = take_ticket(kiosk), take_ticket(kiosk)
    counter.tap(CALL_NEXT_PIN)
    wait_until(lambda: counter.shows(f"counter-1-called-{first}"), "the first number never stood on the screen")
    broker.kill()
    store.kill()
    wait_until(lambda: counter.shows(f"counter-1-lost-{first}"), "the counter did not notice")
    store.start()
    broker.start()
    kiosk.session.ask("no code", CheckIn(code="1", service_day=kiosk.day), give_up_seconds=None, seen=None)
    kiosk.until_answered(["no code"])
    wait_until(lambda: counter.shows(f"counter-1-called-{first}"), "the counter never came back")
    counter.tap(CALL_NEXT_PIN)
    wait_until(lambda: counter.shows(f"counter-1-called-{second}"), "the press was one of before the power cut")


def memory_kb(counter: RunningDisplay) -> int:
    """The memory that the process holds now."""
    status = Path(f"/proc/{counter.process.pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
