"""The loop goes on: whatever a step, an action or a picture raises, the next press is decided and the watchdog fed."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from program.inbox import Inbox, Tick
from program.loop import ActionFailed, Loop, Screen, Stop


@dataclass(frozen=True)
class Desk:
    """A toy counter: counts presses, wakes once at `wake_at`, and remembers what it heard."""

    presses: int = 0
    wake_at: float | None = None
    heard: tuple[object, ...] = ()


def step(desk: Desk, event: object, now: float) -> tuple[Desk, tuple[str, ...]]:
    desk = replace(desk, heard=(*desk.heard, type(event) if isinstance(event, Tick) else event))
    match event:
        case "press":
            return replace(desk, presses=desk.presses + 1), ("call",)
        case "jam":
            return desk, ("print", "call")
        case "bug":
            raise ZeroDivisionError
        case "wake me":
            return replace(desk, wake_at=now + 0.02), ()
        case Tick():
            return replace(desk, wake_at=None), ("woken",)
    return desk, ()


@dataclass
class Machine:
    """Everything round the loop that a test looks at."""

    inbox: Inbox = field(default_factory=Inbox)
    done: list[str] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    pumped: list[object] = field(default_factory=list)
    breaks: list[Callable[[], None]] = field(default_factory=list)

    def perform(self, action: str) -> None:
        if action == "print":
            raise OSError("the printer is unplugged")
        self.done.append(action)
        if action == "woken":
            self.inbox.put(Stop())

    def show(self, view: int) -> None:
        if self.breaks:
            self.breaks.pop()()
        self.shown.append(view)

    def pump(self) -> Iterable[object]:
        events, self.pumped = self.pumped, []
        return events

    def loop(self, *, timed: tuple[object, ...] = ()) -> Loop[Desk, str, int]:
        screen = Screen[Desk, int](lambda desk, _: desk.presses, self.show, self.pump, pump_every_seconds=0.02)
        return Loop(
            inbox=self.inbox,
            step=step,
            deadline=lambda desk: desk.wake_at,
            perform=self.perform,
            timed=timed,  # type: ignore[arg-type]
            screen=screen,
        )

    def run(self, *events: object) -> Desk:
        for event in (*events, Stop("the test is over")):
            self.inbox.put(event)
        return self.loop().run(Desk())


def test_presses_are_decided_in_order_and_the_loop_ends_with_a_stop() -> None:
    machine = Machine()
    desk = machine.run("press", "press")
    assert (desk.presses, machine.done) == (2, ["call", "call"])


def test_a_burst_of_events_is_drawn_once_and_the_same_view_never_again() -> None:
    machine = Machine()
    machine.run("press", "press", "press", "nothing")
    assert machine.shown == [0, 3]


def test_an_action_that_fails_comes_back_as_an_event_and_the_next_is_done() -> None:
    machine = Machine()
    machine.inbox.put("jam")
    machine.inbox.put("wake me")  # woken, it stops: by then the failure has come back
    loop = machine.loop()
    desk = loop.run(Desk())
    assert ActionFailed("print", "OSError: the printer is unplugged") in desk.heard
    assert machine.done == ["call", "woken"]
    assert loop.failures == 1


def test_a_bug_in_a_step_keeps_the_old_state_and_the_queue_goes_on() -> None:
    machine = Machine()
    for event in ("press", "bug", "press", Stop()):
        machine.inbox.put(event)
    loop = machine.loop()
    assert loop.run(Desk()).presses == 2
    assert loop.failures == 1


def test_nobodys_number_gets_into_the_log_with_what_failed(caplog: pytest.LogCaptureFixture) -> None:
    def fails(_desk: Desk, event: object, _now: float) -> tuple[Desk, tuple[str, ...]]:
        if event == "09121234567":
            raise ZeroDivisionError
        return Desk(), ("text to 09127654321",)

    def fails_too(_action: str) -> None:
        raise OSError("the disk is full")

    inbox = Inbox()
    for event in ("09121234567", "press", Stop("the test is over")):
        inbox.put(event)
    loop: Loop[Desk, str, None] = Loop(inbox=inbox, step=fails, deadline=lambda _: None, perform=fails_too)
    loop.run(Desk())
    assert loop.failures == 2
    assert "the disk is full" in caplog.text
    assert "0912" not in caplog.text


def test_a_picture_that_fails_is_tried_again() -> None:
    machine = Machine()

    def breaks() -> None:
        machine.inbox.put("wake me")
        raise RuntimeError("no font")

    machine.breaks.append(breaks)
    loop = machine.loop()
    loop.run(Desk())
    assert machine.shown[0] == 0
    assert loop.failures == 1


def test_what_fails_at_every_turn_is_counted_and_told_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine()
    loop = machine.loop()
    for event in (*["bug"] * 300, Stop()):
        machine.inbox.put(event)
    loop.run(Desk())
    assert loop.failures == 300
    assert len([record for record in caplog.records if record.exc_info]) == 1


def test_a_deadline_wakes_the_state_and_keys_of_the_window_are_events() -> None:
    machine = Machine(pumped=["press", "wake me"])
    desk = machine.loop().run(Desk())
    assert desk.heard[:3] == ("press", "wake me", Tick)


def test_a_deadline_is_told_even_while_events_keep_coming() -> None:
    machine = Machine()

    class Flood:
        """As long as the state sleeps, somebody presses."""

        def next_deadline(self) -> float | None:
            machine.inbox.put("nothing")
            return None

        def tick(self, _: float) -> None:
            raise AssertionError

    machine.inbox.put("wake me")
    machine.loop(timed=(Flood(),)).run(Desk())
    assert machine.done == ["woken"]


def test_what_waits_beside_the_state_is_ticked_when_it_is_due() -> None:
    machine = Machine()

    class Session:
        due: float | None = time.monotonic() + 0.02
        ticks = 0

        def next_deadline(self) -> float | None:
            return self.due

        def tick(self, _: float) -> None:
            self.ticks += 1
            self.due = None
            machine.inbox.put(Stop())

    session = Session()
    machine.loop(timed=(session,)).run(Desk())
    assert session.ticks == 1


def test_a_window_that_was_closed_ends_the_loop() -> None:
    assert Machine(pumped=[Stop("window closed")]).loop().run(Desk()) == Desk()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_loop_after_the_event_in_hand(number: signal.Signals) -> None:
    machine = Machine()
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    loop = machine.loop()
    loop.stop_on_signals()
    machine.inbox.put("press")
    timer = threading.Timer(0.05, os.kill, [os.getpid(), number])
    timer.start()
    try:
        assert loop.run(Desk()).presses == 1
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def test_a_signal_ends_the_loop_even_where_the_inbox_was_full() -> None:
    machine = Machine()
    before = signal.getsignal(signal.SIGTERM)
    loop = machine.loop()
    loop.stop_on_signals()
    while machine.inbox.put("press"):
        pass
    try:
        signal.raise_signal(signal.SIGTERM)
        assert loop.run(Desk()).presses > 0
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The socket on which systemd would hear."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
        wire.bind(str(tmp_path / "notify"))
        wire.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield wire


def test_systemd_hears_ready_after_the_first_picture_then_progress_then_the_end(systemd: socket.socket) -> None:
    machine = Machine()
    ready_before_picture: list[bool] = []

    def first_picture() -> None:
        with pytest.raises(BlockingIOError):
            systemd.recv(100)
        ready_before_picture.append(False)

    machine.breaks.append(first_picture)
    machine.run("press")
    assert ready_before_picture == [False]
    assert [systemd.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_a_keypad_that_hangs_leaves_the_watchdog_hungry(systemd: socket.socket, caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine()
    machine.inbox.fed_by("keypad", lambda _: False)
    machine.inbox.fed_by("usb-pad", lambda _: True)
    machine.run("press")
    assert [systemd.recv(100) for _ in range(2)] == [b"READY=1", b"STOPPING=1"]
    assert "keypad: hangs, or has ended" in caplog.text


def test_a_program_that_nobody_watches_tells_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert Machine().run("press").presses == 1
