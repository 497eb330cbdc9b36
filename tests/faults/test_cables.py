"""Bad networks between the programs and their broker: nothing is lost, a screen that hears nothing says so, all come back.

The first two tests are quick. The rounds in which every device meets every kind of silence are `make soak`'s
(NOBAT_SILENT_ROUNDS=3); CI plays one.
"""

import math
import os
import time
from collections.abc import Iterator

import pytest

from tests.faults.crowd import Crowd, codes
from tests.faults.house import WITHIN_SECONDS, House, eventually, screen, tap, type_on_pad
from tests.faults.laws import broken, never_called

ROUNDS = int(os.environ.get("NOBAT_SILENT_ROUNDS", "1"))
SILENCES = ("stall", "swallow down", "half open")
DEVICES = ("kiosk-1", "counter-1", "waiting-room-1")
PRESSES_AGAIN_SECONDS = 10.0


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for all, each program at a cable of its own: each test leaves it in order."""
    house = House(tmp_path_factory.mktemp("house"), wired=True)
    yield house
    house.close()


@pytest.fixture(autouse=True)
def _mended(house: House) -> Iterator[None]:
    """Whatever a test found, the next one begins with good cables."""
    yield
    house.cables.order("working")


def lost(house: House) -> set[str]:
    """Whose screen says that it hears nothing of the store."""
    screens = {"counter-1": screen(house.counter.pictures), "waiting-room-1": screen(house.hall.pictures)}
    return {device for device, picture in screens.items() if "lost" in picture}


def takes_a_ticket(house: House, code: str) -> int:
    """From the keys to paper: the number on it."""
    papers = house.printer.jobs
    eventually(lambda: screen(house.kiosk.folder / "screens") == "idle")
    type_on_pad(house.kiosk.pins, *code)
    assert house.printer.wait_for_jobs(papers + 1, WITHIN_SECONDS)
    eventually(lambda: screen(house.kiosk.folder / "screens") == "ticket_taken")
    type_on_pad(house.kiosk.pins, "DOT")
    number = house.papers()[-1][1]
    assert number is not None
    eventually(lambda: not house.rows("SELECT 1 FROM ticket_requests WHERE outcome IS NULL"))
    return number


def is_called(house: House, number: int) -> None:
    """From the button to the number on counter and hall. A press that crosses a change on the line is refused: the clerk
    presses again."""
    pressed_at = -math.inf

    def is_shown() -> bool:
        nonlocal pressed_at
        shown = screen(house.counter.pictures).endswith(f"called-{number}")
        if not shown and time.monotonic() > pressed_at + PRESSES_AGAIN_SECONDS:
            pressed_at = time.monotonic()
            tap(house.counter)
        return shown

    eventually(is_shown)
    eventually(lambda: f"-{number}" in screen(house.hall.pictures))


def test_on_a_slow_and_on_a_narrow_line_patients_get_paper_and_are_called(house: House) -> None:
    booked = codes(house.broker, 2)
    for line in ("delay 0.3", "throttle 20000"):
        house.cables.order(line)
        is_called(house, takes_a_ticket(house, next(booked)))
    house.cables.order("working")


def test_lines_that_tear_in_the_middle_of_a_packet_lose_nothing(house: House) -> None:
    crowd = Crowd(house.way, ("kiosk-2",), ("counter-2",), iter(()))
    crowd.start()
    for torn in (*DEVICES, "store", "kiosk-2"):
        done = crowd.promised.done
        house.cables.order("tear 301", torn)
        eventually(lambda done=done: crowd.promised.done > done)
    crowd.close()
    eventually(lambda: not house.rows("SELECT 1 FROM ticket_requests WHERE outcome IS NULL"))
    eventually(lambda: not never_called(house))
    crowd.end()
    tap(house.counter)
    house.until_agreed()
    assert not broken(house, crowd.promised)


@pytest.mark.last
@pytest.mark.parametrize("turn", range(ROUNDS))
def test_who_hears_nothing_says_so_and_comes_back_by_itself(house: House, turn: int) -> None:
    booked = codes(house.broker, 2)
    for device, silence in zip(DEVICES, SILENCES[turn:] + SILENCES[:turn], strict=True):
        house.cables.order(silence, device)
    said: set[str] = set()
    eventually(lambda: said.update(lost(house)) or len(said) == 2, lambda: said)
    type_on_pad(house.kiosk.pins, *next(booked))  # whatever comes of it at a kiosk that hears nobody
    house.cables.order("working")
    eventually(lambda: "wait" not in screen(house.kiosk.folder / "screens"))
    type_on_pad(house.kiosk.pins, "DOT")
    house.until_agreed()
    takes_a_ticket(house, next(booked))
    eventually(lambda: tap(house.counter) or not never_called(house), lambda: never_called(house))
    assert not broken(house)


@pytest.mark.last
def test_a_press_on_a_dead_line_is_told_not_done_and_calls_nobody_later(house: House) -> None:
    booked = codes(house.broker, 1)
    house.until_agreed()
    waiting = takes_a_ticket(house, next(booked))
    house.cables.order("swallow", "counter-1")
    tap(house.counter)
    eventually(lambda: "counter-1" in lost(house))
    tap(house.counter)
    house.cables.order("working")
    house.until_agreed()
    assert never_called(house) == [waiting]
    is_called(house, waiting)
