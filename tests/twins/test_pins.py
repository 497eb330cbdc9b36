"""The pin twin behaves like the wires of a kiosk: buttons to ground, a matrix of keys, and its ghosts."""

import itertools
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from gpiozero import DigitalInputDevice

from twins.pins import PinTwin, columns_low, press

ROWS = (5, 6)
COLUMNS = (17, 27, 22)
KEYS = dict(zip("123456", itertools.product(ROWS, COLUMNS), strict=True))


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[PinTwin]:
    twin = PinTwin(tmp_path / "pins", matrix=KEYS)
    yield twin
    twin.stop()
    twin.factory.close()


def low_columns(twin: PinTwin, driven: int) -> set[int]:
    """What a scan of one row sees."""
    for row in ROWS:
        twin.factory.pin(row).input_with_pull("floating")
    twin.factory.pin(driven).output_with_state(state=False)
    return {column for column in COLUMNS if not twin.factory.pin(column).state}


def test_a_button_to_ground_reads_as_pressed_until_it_is_let_go(twin: PinTwin) -> None:
    button = DigitalInputDevice(4, pull_up=True, pin_factory=twin.factory)
    twin.apply("gpio 4 low")
    assert button.is_active
    twin.apply("gpio 4 high")
    assert not button.is_active


def test_a_key_is_seen_in_its_own_row_and_column_only(twin: PinTwin) -> None:
    for column in COLUMNS:
        twin.factory.pin(column).input_with_pull("up")
    twin.apply("key 6 down")
    assert {row: low_columns(twin, row) for row in ROWS} == {5: set(), 6: {22}}
    twin.apply("key 6 up")
    assert not low_columns(twin, 6)


def test_three_keys_on_two_rows_make_a_ghost_of_the_fourth() -> None:
    closed = {(5, 17), (5, 27), (6, 17)}
    assert columns_low({6}, closed) == {17, 27}, "27 is reached through key (5, 27), which is not in row 6"


def test_presses_come_over_the_socket(twin: PinTwin) -> None:
    seen: list[int] = []
    button = DigitalInputDevice(4, pull_up=True, pin_factory=twin.factory)
    near, far = socket.socketpair()
    button.when_activated = lambda: (seen.append(1), near.send(b"x"))[0]
    twin.start()
    press(twin._path, "no such line", "gpio 4 low")
    assert far.recv(1) == b"x"
    assert seen == [1]
    near.close()
    far.close()
