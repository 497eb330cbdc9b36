"""A log line is one line with its priority, also when a traceback hangs on it."""

import logging
import sys

from program.journal_lines import OneLine


def formatted(level: int, message: str, **more: object) -> str:
    record = logging.LogRecord("kiosk_device.printer", level, __file__, 1, message, (), more.get("exc_info"))  # type: ignore[arg-type]
    return OneLine("%(name)s: %(message)s").format(record)


def test_the_priority_stands_in_front() -> None:
    assert formatted(logging.INFO, "ready") == "<6>kiosk_device.printer: ready"
    assert formatted(logging.ERROR, "no paper") == "<3>kiosk_device.printer: no paper"


def test_a_traceback_and_a_message_of_many_lines_stay_one_line() -> None:
    try:
        int("paper\nout")
    except ValueError:
        line = formatted(logging.ERROR, "print failed\nagain", exc_info=sys.exc_info())
    assert "\n" not in line
    assert line.startswith("<3>kiosk_device.printer: print failed | again | Traceback")
    assert "ValueError: invalid literal" in line
