"""A network printer that prints into a folder: TCP 9100, real-time status, and the faults that printers have.

    python -m twins.printer --port 0 --folder tickets

It writes the port it took as its first line to standard output, saves each job as `0001.bin`, and obeys lines on
standard input: `paper out`, `paper near_end`, `paper full`, `cover open`, `cover closed`, `runs_out_after 2000` (bytes of
the next jobs), `hangs_after 2000` (reads and says nothing more until `working`, as if switched off and on again),
`closes_after 2000` and `resets_after 2000` (once), `silent`, `closing` (hangs up on every caller), `working`, `stop`.

A job is what comes between two cuts, or until the connection ends. While there is no paper (or the cover is open) the
bytes wait in its buffer and go on when paper is there again; status queries are answered meanwhile, as real ones do.
`serial_port` gives it a serial line beside the network.
"""

import argparse
import contextlib
import os
import select
import selectors
import socket
import sys
import termios
import threading
import time
import tty
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from twins.cable import RESET_ON_CLOSE
from twins.escpos_picture import commands

FIXED_BITS: Final = 0x12  # bits 1 and 4 are always set in an answer
OFFLINE: Final = 0x08
COVER_OPEN: Final = 0x04
OUT_STOPPED: Final = 0x20
NEAR_END: Final = 0x0C
OUT: Final = 0x60
TAKES_AT_ONCE_BYTES: Final = 65536


@dataclass
class Condition:
    """How the printer is. Changed by orders, read by its thread; single assignments, so it needs no lock."""

    paper: str = "full"  # "full" | "near_end" | "out"
    cover_open: bool = False
    runs_out_after: int | None = None  # bytes still printed before the roll ends
    stops_after: int | None = None  # bytes still printed before it stops in the middle of a job
    stops_how: str = ""  # "hangs" | "closes" | "resets"
    manner: str = "working"  # "working" | "silent" | "closing" | "hanging"

    def can_print(self) -> bool:
        return self.paper != "out" and not self.cover_open

    def answer(self, query: int) -> int:
        """The byte that answers DLE EOT `query`."""
        if query == 1:
            return FIXED_BITS | (0 if self.can_print() else OFFLINE)
        if query == 2:
            return FIXED_BITS | (COVER_OPEN if self.cover_open else 0) | (OUT_STOPPED if self.paper == "out" else 0)
        if query == 4:
            return FIXED_BITS | {"full": 0, "near_end": NEAR_END, "out": OUT | NEAR_END}[self.paper]
        return FIXED_BITS


class SerialWire:
    """The printer's end of a serial line, a pseudo-terminal; as much of a socket as a Caller's wire needs."""

    def __init__(self) -> None:
        self._ours, self._theirs = os.openpty()  # theirs stays open, so that the line outlives whoever closes it
        tty.setraw(self._theirs)
        self.path = os.ttyname(self._theirs)

    def fileno(self) -> int:
        """For the selector."""
        return self._ours

    def recv(self, count: int) -> bytes:
        """What was written to the line."""
        return os.read(self._ours, count)

    def send(self, answer: bytes) -> int:
        """Say something to whoever has it open."""
        return os.write(self._ours, answer)

    def forget(self) -> None:
        """What was written and not read is gone, as when the printer is switched off."""
        termios.tcflush(self._theirs, termios.TCIOFLUSH)
        while select.select([self._ours], [], [], 0)[0]:  # the flush leaves what the line's end had taken in already
            os.read(self._ours, TAKES_AT_ONCE_BYTES)

    def close(self) -> None:
        """Take the line away."""
        os.close(self._ours)
        os.close(self._theirs)


@dataclass
class Caller:
    """One connection: what it sent and is no whole command yet, what waits to be printed, and the job so far."""

    wire: socket.socket | SerialWire
    unfinished: bytes = b""
    waiting: bytes = b""
    job: bytes = b""
    first_byte_at: float | None = None


@dataclass
class PrinterTwin:
    """A printer on 127.0.0.1. `jobs` counts what was printed; each is a file in `folder`."""

    folder: Path
    port: int = 0
    condition: Condition = field(default_factory=Condition)
    jobs: int = 0
    first_byte_at: float | None = None  # monotonic seconds, of the newest job: for benchmarks

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._wake, self._woken = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ, None)
        self._selector.register(self._woken, selectors.EVENT_READ, None)
        self._hung: list[Caller] = []  # nobody reads what they say
        self._printed = threading.Condition()
        self._running = True
        self._thread = threading.Thread(target=self._run, name="printer-twin", daemon=True)

    def start(self) -> None:
        """Begin to take calls."""
        self._thread.start()

    def serial_port(self) -> str:
        """The path of a serial line to this printer, for a device file. Before `start`; it lasts as long as the printer."""
        wire = SerialWire()
        self._selector.register(wire, selectors.EVENT_READ, Caller(wire))
        return wire.path

    def stop(self) -> None:
        """Switch it off: callers are hung up on, what was half printed is kept as a job."""
        self._running = False
        self._wake.send(b"!")
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            if isinstance(key.data, Caller):
                self._hang_up(key.data)
        for caller in self._hung:
            caller.wire.close()
        for wire in (self._listener, self._wake, self._woken):
            wire.close()
        self._selector.close()

    def order(self, line: str) -> None:
        """Obey one line of the list at the top. ValueError: not in it."""
        match line.split():
            case ["paper", ("full" | "near_end" | "out") as paper]:
                self.condition.runs_out_after = None
                self.condition.paper = paper
            case ["cover", ("open" | "closed") as cover]:
                self.condition.cover_open = cover == "open"
            case ["runs_out_after", count]:
                self.condition.runs_out_after = int(count)
            case [("hangs_after" | "closes_after" | "resets_after") as how, count]:
                self.condition.stops_how = how.removesuffix("_after")
                self.condition.stops_after = int(count)
            case [("working" | "silent" | "closing") as manner]:
                self.condition.manner = manner
            case _:
                raise ValueError(f"no such order: {line!r}")
        self._wake.send(b"!")

    def wait_for_jobs(self, count: int, timeout_seconds: float = 60.0) -> bool:
        """Wait until `count` jobs were printed since the start. False: they were not."""
        with self._printed:
            return self._printed.wait_for(lambda: self.jobs >= count, timeout_seconds)

    def _run(self) -> None:
        while self._running:
            for key, _ in self._selector.select():
                if key.fileobj is self._listener:
                    wire, _ = self._listener.accept()
                    self._selector.register(wire, selectors.EVENT_READ, Caller(wire))
                elif key.fileobj is self._woken:
                    self._woken.recv(64)
                    self._condition_changed()
                else:
                    self._hear(key.data)

    def _condition_changed(self) -> None:
        if self.condition.manner == "working":
            self._switched_on_again()
        for key in list(self._selector.get_map().values()):
            if isinstance(key.data, Caller) and self.condition.manner == "closing":
                self._hang_up(key.data)
            elif isinstance(key.data, Caller):
                self._print(key.data)

    def _switched_on_again(self) -> None:
        """A network connection is gone with what was said there; a serial line begins to be read anew."""
        hung, self._hung = self._hung, []
        for caller in hung:
            if isinstance(caller.wire, SerialWire):
                caller.wire.forget()
                self._selector.register(caller.wire, selectors.EVENT_READ, Caller(caller.wire))
            else:
                caller.wire.close()

    def _hear(self, caller: Caller) -> None:
        if self.condition.manner == "hanging":
            self._selector.unregister(caller.wire)
            self._hung.append(caller)
            return
        try:
            heard = caller.wire.recv(TAKES_AT_ONCE_BYTES)
        except OSError:
            heard = b""
        if not heard or self.condition.manner == "closing":
            self._hang_up(caller)
            return
        caller.unfinished += heard
        for command in commands(caller.unfinished):
            caller.unfinished = caller.unfinished[len(command.raw) :]
            if command.kind == "query":
                self._send(caller.wire, self.condition.answer(command.raw[2]))
            else:
                caller.waiting += command.raw
        if caller.first_byte_at is None and (caller.waiting or caller.unfinished):
            caller.first_byte_at = time.monotonic()
        self._print(caller)

    def _send(self, wire: socket.socket | SerialWire, answer: int) -> None:
        if self.condition.manner != "silent":
            with contextlib.suppress(OSError):
                wire.send(bytes((answer,)))

    def _print(self, caller: Caller) -> None:
        while caller.waiting and self.condition.can_print():
            limits = [left for left in (self.condition.runs_out_after, self.condition.stops_after) if left is not None]
            piece = caller.waiting[: min(limits)] if limits else caller.waiting
            caller.waiting = caller.waiting[len(piece) :]
            caller.job += piece
            if self.condition.runs_out_after is not None:
                self.condition.runs_out_after -= len(piece)
                if self.condition.runs_out_after == 0:
                    self.condition.paper, self.condition.runs_out_after = "out", None
            if self.condition.stops_after is not None:
                self.condition.stops_after -= len(piece)
                if self.condition.stops_after == 0:
                    self._stop_here(caller)
                    return
            self._finish_jobs(caller)

    def _stop_here(self, caller: Caller) -> None:
        """In the middle of a job; what was printed of it is kept."""
        self.condition.stops_after = None
        self._keep(caller, caller.job)
        caller.job = caller.waiting = caller.unfinished = b""
        if self.condition.stops_how == "hangs":
            self.condition.manner = "hanging"
            return
        if self.condition.stops_how == "resets" and isinstance(caller.wire, socket.socket):
            caller.wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self._hang_up(caller)

    def _finish_jobs(self, caller: Caller) -> None:
        end = 0
        for command in commands(caller.job):
            end += len(command.raw)
            if command.kind == "when_done":
                self._send(caller.wire, 0)
                caller.job, end = caller.job[: end - len(command.raw)] + caller.job[end:], end - len(command.raw)
            elif command.kind == "cut":
                self._keep(caller, caller.job[:end])
                caller.job, end = caller.job[end:], 0

    def _keep(self, caller: Caller, job: bytes) -> None:
        self.first_byte_at, caller.first_byte_at = caller.first_byte_at, None
        (self.folder / f"{self.jobs + 1:04}.bin").write_bytes(job)
        with self._printed:
            self.jobs += 1
            self._printed.notify_all()

    def _hang_up(self, caller: Caller) -> None:
        self._selector.unregister(caller.wire)
        caller.wire.close()
        if caller.job:
            self._keep(caller, caller.job)


def main() -> None:
    """Run a printer until standard input ends or says stop."""
    asked = argparse.ArgumentParser(description="A network printer that prints into a folder.")
    asked.add_argument("--port", type=int, default=0, help="0: any free one")
    asked.add_argument("--folder", type=Path, required=True)
    options = asked.parse_args()
    twin = PrinterTwin(options.folder, options.port)
    twin.start()
    print(twin.port, flush=True)
    for line in sys.stdin:
        if line.strip() == "stop":
            break
        try:
            twin.order(line)
        except ValueError as problem:
            print(problem, file=sys.stderr, flush=True)
    twin.stop()


if __name__ == "__main__":
    main()
