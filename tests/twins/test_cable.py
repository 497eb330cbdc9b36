"""The cable twin passes bytes on, and fails the ways networks fail."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from twins.cable import CableTwin

LONG_SECONDS = 60.0
SHORT_SECONDS = 0.3


class Echo:
    """A far end that says back what it hears."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.heard = b""
        self.ended = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def stop(self) -> None:
        self._listener.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                wire, _ = self._listener.accept()
                threading.Thread(target=self._talk, args=(wire,), daemon=True).start()

    def _talk(self, wire: socket.socket) -> None:
        with suppress(OSError), wire:
            while heard := wire.recv(4096):
                self.heard += heard
                wire.sendall(heard)
        self.ended.set()


@pytest.fixture
def echo() -> Iterator[Echo]:
    far = Echo()
    yield far
    far.stop()


@pytest.fixture
def cable(echo: Echo) -> Iterator[CableTwin]:
    with CableTwin(echo.port) as cable:
        yield cable


@pytest.fixture
def wire(cable: CableTwin) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", cable.port), LONG_SECONDS) as wire:
        assert said(wire, b"hello") == b"hello"
        yield wire


def said(wire: socket.socket, words: bytes, count: int | None = None) -> bytes:
    """Say something, and hear so many bytes; fewer where the connection ends."""
    wire.sendall(words)
    heard = b""
    while len(heard) < (len(words) if count is None else count):
        try:
            piece = wire.recv(4096)
        except ConnectionResetError:
            break
        if not piece:
            break
        heard += piece
    return heard


def silent(wire: socket.socket) -> bool:
    wire.settimeout(SHORT_SECONDS)
    try:
        return wire.recv(1) == b"never"
    except TimeoutError:
        return True
    finally:
        wire.settimeout(LONG_SECONDS)


def test_a_working_cable_passes_on_all_and_that_somebody_hung_up(wire: socket.socket, echo: Echo) -> None:
    much = bytes(range(256)) * 4000
    assert said(wire, much) == much
    wire.shutdown(socket.SHUT_WR)
    assert wire.recv(1) == b""
    assert echo.ended.wait(LONG_SECONDS)


def test_a_slow_cable_is_slow_and_loses_nothing(cable: CableTwin, wire: socket.socket) -> None:
    cable.order("delay 0.2")
    began = time.monotonic()
    assert said(wire, b"later") == b"later"
    assert time.monotonic() - began >= 0.4
    cable.order("throttle 5000")
    began = time.monotonic()
    assert said(wire, b"x" * 1000) == b"x" * 1000
    assert time.monotonic() - began >= 0.15


def test_what_a_full_channel_held_back_comes_when_it_is_free(cable: CableTwin, wire: socket.socket) -> None:
    cable.order("stall")
    wire.sendall(b"later")
    assert silent(wire)
    cable.order("working")
    assert said(wire, b"", 5) == b"later"


def test_a_one_way_cable_lets_the_device_speak_and_hear_nothing(cable: CableTwin, wire: socket.socket, echo: Echo) -> None:
    cable.order("swallow down")
    wire.sendall(b"anybody?")
    assert silent(wire)
    assert echo.heard == b"helloanybody?"
    cable.order("working")
    assert silent(wire), "what is lost is lost"


def test_a_swallowing_cable_takes_callers_and_gives_them_nobody(cable: CableTwin, echo: Echo) -> None:
    cable.order("swallow")
    with socket.create_connection(("127.0.0.1", cable.port), LONG_SECONDS) as wire:
        wire.sendall(b"anybody?")
        assert silent(wire)
    assert echo.heard == b""


def test_a_cut_cable_resets_who_is_there_and_who_comes(cable: CableTwin, wire: socket.socket, echo: Echo) -> None:
    cable.order("cut")
    with pytest.raises(ConnectionResetError):
        wire.recv(1)
    assert echo.ended.wait(LONG_SECONDS)
    with (
        pytest.raises(ConnectionResetError),
        socket.create_connection(("127.0.0.1", cable.port), LONG_SECONDS) as late,
    ):
        late.recv(1)


def test_a_half_open_connection_is_over_for_the_far_end_only(cable: CableTwin, wire: socket.socket, echo: Echo) -> None:
    cable.order("half open")
    assert echo.ended.wait(LONG_SECONDS)
    wire.sendall(b"anybody?")
    assert silent(wire)
    with socket.create_connection(("127.0.0.1", cable.port), LONG_SECONDS) as anew:
        assert said(anew, b"hello") == b"hello"


def test_a_cable_tears_in_the_middle_of_a_packet(cable: CableTwin, wire: socket.socket) -> None:
    cable.order("tear 7")
    assert said(wire, b"0123456789") == b"0123456"
    with socket.create_connection(("127.0.0.1", cable.port), LONG_SECONDS) as anew:
        assert said(anew, b"hello") == b"hello"


def test_an_order_that_is_none_is_refused(cable: CableTwin) -> None:
    with pytest.raises(ValueError, match="no such order"):
        cable.order("be kind")
