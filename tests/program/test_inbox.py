"""The inbox takes events from any thread, holds a limited number, and never makes a callback wait."""

import os
import signal
import threading
import time

from program.inbox import Inbox, Tick


def test_events_come_out_in_the_order_they_came_in() -> None:
    inbox = Inbox()
    for event in ("press", "reply", "beat"):
        assert inbox.put(event)
    assert inbox.get(time.monotonic() + 60) == "press"
    assert inbox.drain(10) == ["reply", "beat"]
    assert inbox.drain(10) == []


def test_a_full_inbox_drops_the_newest_and_counts_it() -> None:
    inbox = Inbox(limit=2)
    assert [inbox.put(event) for event in (1, 2, 3, 4)] == [True, True, False, False]
    assert inbox.dropped == 2
    assert inbox.drain(10) == [1, 2]
    assert inbox.put(5)


def test_no_more_than_asked_for_is_drained() -> None:
    inbox = Inbox()
    for event in range(5):
        inbox.put(event)
    assert inbox.drain(3) == [0, 1, 2]


def test_a_deadline_that_is_reached_is_a_tick() -> None:
    inbox = Inbox()
    until = time.monotonic() + 0.02
    tick = inbox.get(until)
    assert isinstance(tick, Tick)
    assert tick.now >= until
    assert isinstance(inbox.get(until), Tick)


def test_what_waits_comes_before_a_deadline_that_has_passed() -> None:
    inbox = Inbox()
    inbox.put("press")
    assert inbox.get(time.monotonic() - 1) == "press"


def test_many_threads_put_and_nothing_is_lost() -> None:
    inbox = Inbox(limit=10_000)
    threads = [threading.Thread(target=lambda: [inbox.put(n) for n in range(500)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(inbox.drain(10_000)) == 8 * 500
    assert inbox.dropped == 0


def test_a_signal_that_interrupts_a_waiting_get_is_taken_in() -> None:
    inbox = Inbox()
    before = signal.signal(signal.SIGUSR1, lambda *_: inbox.put("signal") and None)
    try:
        timer = threading.Timer(0.05, os.kill, [os.getpid(), signal.SIGUSR1])
        timer.start()
        assert inbox.get(time.monotonic() + 60) == "signal"
    finally:
        signal.signal(signal.SIGUSR1, before)
