"""Log lines for journald: one plain line an event on stderr, its priority in front as sd-daemon(3) reads it.

No line leads to a person. Nobody writes a mobile or a code into one on purpose; but the words of a fault may hold anything
that was asked, so whatever looks like either is left out here, at the last door.
"""

import logging
import re
import sys
import threading
from types import TracebackType
from typing import Final

log = logging.getLogger(__name__)

PRIORITIES: Final = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}

LEADS_TO_SOMEBODY: Final = re.compile(r"(?<!\w)(?:(?:\+|[0۰]{2})?[9۹][8۸]|[0۰])?[9۹]\d{9}(?!\w)|(?<!\w)\d{8}(?!\w)")
"""A mobile however it is written, or eight digits alone, in any digits: a tracking code."""
LEFT_OUT: Final = "…"


class OneLine(logging.Formatter):
    """`<6>kiosk_device.printer: paper is low`; a traceback follows on the same line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        lines = LEADS_TO_SOMEBODY.sub(LEFT_OUT, super().format(record)).splitlines()
        return f"<{PRIORITIES.get(record.levelno, 6)}>" + " | ".join(line.strip() for line in lines if line.strip())


def log_to_journal(level: int = logging.INFO) -> None:
    """Send every log line of this program to stderr, and what ends it or one of its threads too. Call it once, in __main__."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine("%(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    sys.excepthook = _ended_by
    threading.excepthook = _thread_ended_by


def _ended_by(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, fault, trace)
    else:
        log.critical("ended by a fault", exc_info=(kind, fault, trace))


def _thread_ended_by(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None:
        log.critical("a thread ended by a fault", exc_info=(ended.exc_type, ended.exc_value, ended.exc_traceback))
