"""A network cable that misbehaves: a TCP way between a device and its broker which delays, chokes, swallows, tears and dies.

    with CableTwin(broker_port) as cable:         # the device connects to 127.0.0.1:cable.port
        cable.order("delay 0.3")

Orders, each in force for what is sent and who connects from then on, until the next:

    working            passes everything on (also what a `stall` has held back)
    delay SECONDS      passes everything on so much later
    throttle BYTES     so many bytes a second each way
    swallow            takes everything and passes nothing on; connections stand, new ones too, and stay dead
    swallow up         only what the device says is lost; `swallow down`: only what the broker says
    stall              holds everything back, in order, as a full radio channel does
    cut                every connection is reset, new ones are refused with a reset
    half open          the broker's ends are closed; the device is told nothing and heard by nobody until it tries anew
    tear BYTES         passes so many bytes more from the broker on, in the middle of a packet, and resets both ends

One thread turns all connections; nothing here knows what the bytes mean.
"""

import contextlib
import selectors
import socket
import struct
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final

TAKES_AT_ONCE_BYTES: Final = 65536
TURN_SECONDS: Final = 0.01
"""How late a held-back byte may be."""
RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER: on, for no time."""


@dataclass
class End:
    """One end of a connection, and what waits to be written to it: (when, bytes)."""

    wire: socket.socket
    up: bool  # what is read here comes from the device
    other: "End | None" = None
    waiting: deque[tuple[float, bytes]] = field(default_factory=deque)
    ready_at: float = 0.0  # a throttled way: not before this is more written
    dead: bool = False  # something that was said here got lost, so all that follows is
    told: bool = False  # that the other side has hung up
    closed: bool = False


@dataclass(frozen=True)
class Manner:
    """How the cable is now."""

    name: str = "working"
    seconds: float = 0.0
    bytes_a_second: int = 0
    way: str = "both"
    """What is swallowed: "both", "up" or "down"."""


class CableTwin:
    """A way to 127.0.0.1:`to_port` by `port`, from another thread."""

    def __init__(self, to_port: int, host: str = "127.0.0.1") -> None:
        self._to = (host, to_port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ, None)
        self._ends: list[End] = []
        self._manner = Manner()
        self._left: int | None = None  # bytes until a tear
        self._lock = threading.Lock()  # guards all of the above
        self._running = True
        self._thread = threading.Thread(target=self._run, name="cable-twin", daemon=True)
        self._thread.start()

    def __enter__(self) -> "CableTwin":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Take the cable out for good."""
        self._running = False
        self._thread.join()
        for end in self._ends:
            _reset(end)
        self._listener.close()
        self._selector.close()

    def order(self, line: str) -> None:
        """Obey one line of the list at the top. ValueError: not in it."""
        with self._lock:
            self._left = None
            match line.split():
                case ["working" | "stall" | "cut" | "swallow" as name]:
                    self._manner = Manner(name)
                case ["delay", seconds]:
                    self._manner = Manner("delay", seconds=float(seconds))
                case ["throttle", count]:
                    self._manner = Manner("throttle", bytes_a_second=int(count))
                case ["swallow", ("up" | "down") as way]:
                    self._manner = Manner("swallow", way=way)
                case ["half", "open"]:
                    self._manner = Manner()
                    self._lose([end for end in self._ends if not end.up])
                case ["tear", count]:
                    self._manner, self._left = Manner(), int(count)
                case _:
                    raise ValueError(f"no such order: {line!r}")
            if self._manner.name == "cut":
                self._lose(self._ends)

    def _run(self) -> None:
        while self._running:
            ready = self._selector.select(TURN_SECONDS)
            with self._lock:
                for key, _ in ready:
                    if key.fileobj is self._listener:
                        self._take_in()
                    elif not key.data.closed:
                        self._hear(key.data)
                for end in self._ends:
                    self._write(end)
                self._ends = [end for end in self._ends if not end.closed]

    def _take_in(self) -> None:
        wire, _ = self._listener.accept()
        device = End(wire, up=True)
        if self._manner.name == "cut":
            _reset(device)
            return
        self._ends.append(device)
        if self._manner.name != "swallow" or self._manner.way != "both":
            try:
                broker = End(socket.create_connection(self._to, timeout=1.0), up=False, other=device)
            except OSError:
                _reset(device)
                return
            device.other = broker
            self._ends.append(broker)
        for end in (device, device.other):
            if end is not None:
                end.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                end.wire.setblocking(False)
                self._selector.register(end.wire, selectors.EVENT_READ, end)

    def _hear(self, end: End) -> None:
        try:
            heard = end.wire.recv(TAKES_AT_ONCE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            heard = b""
        manner = self._manner
        end.dead |= manner.name == "swallow" and manner.way in {"both", "up" if end.up else "down"}
        if end.dead or end.other is None or end.other.closed:
            if not heard:
                self._lose([end])
            return
        end.other.waiting.append((time.monotonic() + manner.seconds, heard))
        if not heard:
            self._selector.unregister(end.wire)

    def _write(self, end: End) -> None:
        """Pass on what is due; nothing is what tells that the other side has hung up."""
        now = time.monotonic()
        while end.waiting and not end.closed and self._manner.name != "stall":
            at, piece = end.waiting[0]
            if now < max(at, end.ready_at):
                return
            if not piece:
                end.waiting.popleft()
                self._hung_up(end)
                return
            part = piece[: self._most(end)]
            try:
                sent = end.wire.send(part)
            except BlockingIOError:
                return
            except OSError:
                self._lose([end])
                return
            end.waiting[0] = (at, piece[sent:])
            if sent == len(piece):
                end.waiting.popleft()
            if self._manner.bytes_a_second:
                end.ready_at = now + sent / self._manner.bytes_a_second
            self._torn(end, sent)

    def _hung_up(self, end: End) -> None:
        """Tell `end` that the other side has; once both know, it is over."""
        end.told = True
        with contextlib.suppress(OSError):
            end.wire.shutdown(socket.SHUT_WR)
        if end.other is not None and (end.other.told or end.other.closed):
            self._lose([end, end.other])

    def _most(self, end: End) -> int:
        """How many bytes may be written at once."""
        if self._manner.bytes_a_second:
            return max(1, self._manner.bytes_a_second // 50)
        if self._left is not None and end.up:
            return self._left
        return TAKES_AT_ONCE_BYTES

    def _torn(self, end: End, sent: int) -> None:
        if self._left is not None and end.up:
            self._left -= sent
            if self._left <= 0:
                self._left = None
                self._lose(self._ends)

    def _lose(self, ends: list[End]) -> None:
        for end in ends:
            if not end.closed:
                with contextlib.suppress(KeyError):
                    self._selector.unregister(end.wire)
                _reset(end)


def _reset(end: End) -> None:
    """Close it so that the other side sees a reset."""
    end.closed = True
    with contextlib.suppress(OSError):
        end.wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    end.wire.close()
