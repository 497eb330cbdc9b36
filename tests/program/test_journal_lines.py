"""A log line is one line with its priority, also when a traceback hangs on it."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from program.journal_lines import OneLine

ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}


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


@pytest.mark.parametrize("mobile", ["09121234567", "+989121234567", "00989121234567", "9121234567", "۰۹۱۲۱۲۳۴۵۶۷"])
@pytest.mark.parametrize("sentence", ["no booking of {}", "KeyError: '{}'", "mobile={}, at 8", "{}"])
def test_a_mobile_in_a_line_is_left_out(mobile: str, sentence: str) -> None:
    line = formatted(logging.ERROR, sentence.format(mobile))
    assert mobile not in line
    assert "…" in line


@pytest.mark.parametrize("code", ["12345674", "۱۲۳۴۵۶۷۴", "00345674"])
def test_a_tracking_code_in_a_line_or_in_the_words_of_a_fault_is_left_out(code: str) -> None:
    try:
        {}[code]
    except KeyError:
        line = formatted(logging.ERROR, "a step failed", exc_info=sys.exc_info())
    assert code not in line
    assert "KeyError: '…'" in line


@pytest.mark.parametrize(
    "kept", ["2026-11-22", "1781234567890", "request f1234567812345678 of kiosk-1", "7 messages", "port 18830", "a12345678"]
)
def test_dates_ids_and_counts_stay(kept: str) -> None:
    assert kept in formatted(logging.ERROR, kept)


def test_what_ends_a_program_or_a_thread_is_told_like_every_line(tmp_path: Path) -> None:
    program = tmp_path / "ends.py"
    program.write_text(
        "import threading\n"
        "from program.journal_lines import log_to_journal\n"
        "log_to_journal()\n"
        "def fails(): raise LookupError('09121234567')\n"
        "thread = threading.Thread(target=fails); thread.start(); thread.join()\n"
        "fails()\n"
    )
    ended = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, check=False, env=ENVIRONMENT)
    first, second = ended.stderr.splitlines()
    assert ended.returncode == 1
    assert first.startswith("<2>program.journal_lines: a thread ended by a fault")
    assert second.startswith("<2>program.journal_lines: ended by a fault")
    assert "09121234567" not in ended.stderr
