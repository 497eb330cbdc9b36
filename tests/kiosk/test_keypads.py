"""Keys as hands press them: bouncing, together, held, on the matrix, a USB pad or the desktop."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_device.keypad.desktop_keys import heard_desktop_key
from kiosk_device.keypad.keypad import HANGS_AFTER_SECONDS, MatrixKeypad
from kiosk_device.keypad.keys import DIGITS, ERASE, GREEN, OF_USB_PAD, KeysDown, crossings
from kiosk_device.keypad.matrix import Scans, scanned
from pads.events import KeyDown, KeyUp, PadChanged
from pads.kernel_keys import PAD_KEYS
from program.inbox import Inbox
from screen.window import KeyPress
from twins.pins import PinTwin

ROWS, COLUMNS = (5, 6, 12, 13), (17, 27, 22)


def scans(*pressed: str) -> list[object]:
    """The events of a run of scans, each written as the legends that read as pressed."""
    state, events = Scans(), list[object]()
    for keys in pressed:
        state, more = scanned(state, frozenset(keys))
        events.extend(more)
    return events


def test_a_key_counts_after_two_equal_scans_and_bounces_count_for_nothing() -> None:
    assert scans("7", "", "7", "") == []
    assert scans("7", "7", "7", "", "7", "", "") == [KeyDown("7"), KeyUp("7")]


def test_two_keys_at_once_count_for_nothing_until_one_is_left() -> None:
    assert scans("12", "12", "12", "", "") == []
    assert scans("1", "1", "12", "12", "2", "2", "", "") == [KeyDown("1"), KeyUp("1"), KeyDown("2"), KeyUp("2")]


def test_a_ghost_never_types() -> None:
    assert scans("1", "1", "1245", "1245", "1245", "1", "1", "", "") == [KeyDown("1"), KeyUp("1")]


def heard(inbox: Inbox) -> object:
    """The next event; a Tick when none comes in a minute."""
    return inbox.get(time.monotonic() + 60)


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[PinTwin]:
    twin = PinTwin(tmp_path / "pins", matrix=crossings(ROWS, COLUMNS))
    yield twin
    twin.stop()


def test_the_matrix_is_read_from_its_wires_and_rests_in_between(twin: PinTwin) -> None:
    inbox = Inbox()
    pad = MatrixKeypad(lambda: twin.factory, ROWS, COLUMNS, inbox)
    pad.start()
    for key in ("1", "erase", "green", "0"):
        twin.apply(f"key {key} down")
        assert heard(inbox) == KeyDown(key)
        twin.apply(f"key {key} up")
        assert heard(inbox) == KeyUp(key)
    pad.stop()
    assert all(twin.factory.pin(row).function == "output" for row in ROWS)


def test_a_dead_edge_thread_is_told_and_the_keys_still_work(twin: PinTwin) -> None:
    inbox = Inbox()
    pad = MatrixKeypad(lambda: twin.factory, ROWS, COLUMNS, inbox)
    pad.start()
    felt = {column: twin.factory.pin(column).when_changed for column in COLUMNS}
    for column in COLUMNS:
        twin.factory.pin(column).when_changed = None
    twin.apply("key 7 down")
    assert heard(inbox) == PadChanged(present=False, why="a key was down and no edge came")
    assert heard(inbox) == KeyDown("7")
    twin.apply("key 7 up")
    assert heard(inbox) == KeyUp("7")
    for column in COLUMNS:
        twin.factory.pin(column).when_changed = felt[column]
    twin.apply("key 8 down")
    assert heard(inbox) == PadChanged(present=True)
    assert heard(inbox) == KeyDown("8")
    pad.stop()


def test_pins_that_are_not_there_at_the_start_are_told_and_found_later(twin: PinTwin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk_device.keypad.keypad.LOOK_AGAIN_SECONDS", 0.01)
    there = threading.Event()

    def pins() -> object:
        if not there.is_set():
            raise OSError("can not open gpiochip")
        return twin.factory

    inbox = Inbox()
    pad = MatrixKeypad(pins, ROWS, COLUMNS, inbox)
    pad.start()
    assert heard(inbox) == PadChanged(present=False, why="can not open gpiochip")
    there.set()
    assert heard(inbox) == PadChanged(present=True)
    twin.apply("key 7 down")
    assert heard(inbox) == KeyDown("7")
    pad.stop()


def test_a_chip_that_never_answers_is_noticed_from_outside(twin: PinTwin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk_device.keypad.keypad.LOOK_AGAIN_SECONDS", 0.01)
    answers, asked = threading.Event(), threading.Event()
    inbox = Inbox()
    pad = MatrixKeypad(lambda: twin.factory, ROWS, COLUMNS, inbox)

    def hang() -> frozenset[str]:
        asked.set()
        answers.wait(30)
        return frozenset()

    monkeypatch.setattr(pad, "_scan", hang)
    pad.start()
    assert inbox.stuck(time.monotonic()) == ()
    twin.apply("key 7 down")
    assert asked.wait(30)
    assert inbox.stuck(time.monotonic() + HANGS_AFTER_SECONDS) == ("keypad",)
    answers.set()
    pad.stop()
    assert inbox.stuck(time.monotonic()) == ("keypad",), "its thread has ended"


def test_a_usb_pad_has_all_of_the_kiosk_s_keys() -> None:
    assert set(OF_USB_PAD) <= set(PAD_KEYS)
    assert set(OF_USB_PAD.values()) == {*DIGITS, ERASE, GREEN}


def test_the_desktop_s_keys_are_the_pad_s() -> None:
    keys = [heard_desktop_key(KeyPress(name)) for name in ("7", "backspace", "return", "enter", "q")]
    assert keys == [(KeyDown("7"),), (KeyDown("erase"),), (KeyDown("green"),), (KeyDown("green"),), ()]
    assert heard_desktop_key(KeyPress("5", down=False)) == (KeyUp("5"),)


def test_held_and_stuck_are_found_at_their_time_and_once() -> None:
    keys = KeysDown().down("5", 10.0)
    assert (keys.deadline(), keys.found(10.9)) == (11.0, keys)
    keys = keys.found(11.0)
    assert (keys.held, keys.deadline()) == ({"5"}, 30.0)
    keys = keys.found(30.0)
    assert (keys.stuck, keys.deadline()) == ({"5"}, None)
    assert keys.up("5") == KeysDown()
