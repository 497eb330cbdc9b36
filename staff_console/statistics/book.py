"""The statistics of periods: read when somebody looks, and kept for a while, so that a page, its files and the page after it
read a month once."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from booking_store.queue_report import QueueReader
from booking_store.statistics.figures import Statistics, statistics
from booking_store.statistics.reading import Dates, read
from staff_console.statistics.periods import Period

KEPT_SECONDS: Final = 600.0
"""A period that is over hardly changes: a late paper, a repaired day."""
TODAY_SECONDS: Final = 15.0
PERIODS_KEPT: Final = 24


class StatisticsBook:
    """From any thread."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._kept: dict[Period, tuple[float, Statistics]] = {}

    def of(self, queue: QueueReader, period: Period, zone: ZoneInfo, today: date) -> Statistics:
        """The statistics of a period. Raises LedgerError."""
        now = self._monotonic()
        with self._lock:
            until, found = self._kept.get(period, (0.0, None))
        if found is not None and now < until:
            return found
        with queue.looking() as connection:
            found = statistics(read(connection, Dates(period.first, period.last, zone)))
        with self._lock:
            self._kept.pop(period, None)
            self._kept[period] = (now + (KEPT_SECONDS if period.last < today else TODAY_SECONDS), found)
            while len(self._kept) > PERIODS_KEPT:
                del self._kept[next(iter(self._kept))]
        return found
