"""The statistics of periods: read when somebody looks, and kept for a while, so that a page, its files and the page after it
read a month once."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from booking_store.queue_report import QueueReader
from booking_store.statistics.figures import Statistics, Whole, statistics, whole_before
from booking_store.statistics.reading import Dates, read, read_before
from staff_console.statistics.periods import Period

KEPT_SECONDS: Final = 600.0
"""A period that is over hardly changes: a late paper, a repaired day."""
TODAY_SECONDS: Final = 15.0
PERIODS_KEPT: Final = 24

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Reader:
    """Which ledger is looked at, by which clock, on which day."""

    queue: QueueReader
    zone: ZoneInfo
    today: date


class StatisticsBook:
    """From any thread."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._whole: dict[Period, tuple[float, Statistics]] = {}
        self._before: dict[Period, tuple[float, Whole]] = {}

    def of(self, reader: Reader, period: Period) -> Statistics:
        """The statistics of a period. Raises LedgerError."""
        return self._kept(self._whole, reader, period, lambda connection, dates: statistics(read(connection, dates)))

    def before(self, reader: Reader, period: Period) -> Whole:
        """What a period is compared with. Raises LedgerError."""
        return self._kept(self._before, reader, period, lambda connection, dates: whole_before(read_before(connection, dates)))

    def _kept(
        self,
        kept: dict[Period, tuple[float, Found]],
        reader: Reader,
        period: Period,
        look: Callable[[Connection, Dates], Found],
    ) -> Found:
        now = self._monotonic()
        with self._lock:
            if period in kept and now < kept[period][0]:
                return kept[period][1]
        with reader.queue.looking() as connection:
            found = look(connection, Dates(period.first, period.last, reader.zone))
        with self._lock:
            kept.pop(period, None)
            kept[period] = (now + (KEPT_SECONDS if period.last < reader.today else TODAY_SECONDS), found)
            while len(kept) > PERIODS_KEPT:
                del kept[next(iter(kept))]
        return found
