"""Log lines for journald: one plain line an event on stderr, its priority in front as sd-daemon(3) reads it."""

import logging
import sys
from typing import Final

PRIORITIES: Final = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}


class OneLine(logging.Formatter):
    """`<6>kiosk_device.printer: paper is low`; a traceback follows on the same line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        lines = super().format(record).splitlines()
        return f"<{PRIORITIES.get(record.levelno, 6)}>" + " | ".join(line.strip() for line in lines if line.strip())


def log_to_journal(level: int = logging.INFO) -> None:
    """Send every log line of this program to stderr. Call it once, in __main__."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine("%(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
