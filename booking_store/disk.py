"""How full the ledger's disk is. Before it is quite full nothing new is promised, so that what was promised can be kept:
settles, presses and the day's end still have room."""

import logging
import os
from pathlib import Path
from typing import Final

from booking_store.database import is_sqlite, sqlite_path
from program.watchdog import notify

log = logging.getLogger(__name__)

KEEP_FREE_MB: Final = 64.0
"""The -wal (4 MB, more while a copy is made), a day's presses and settles (1 KB each), the log, and what others write."""
RELIEF: Final = 1.125
"""So much more has to be free before promises are made again: no to and fro at the edge."""


class Disk:
    """The file system under one ledger; a PostgreSQL server looks after its own."""

    def __init__(self, url: str, keep_free_mb: float) -> None:
        self._folder = sqlite_path(url).parent if is_sqlite(url) else None
        self._keep_free_mb = keep_free_mb
        self._full = False

    def is_full(self) -> bool:
        """Whether less is free than is kept for what was promised. A change is told in the log, and to systemctl status."""
        if self._folder is None:
            return False
        free_mb = _free_mb(self._folder)
        full = free_mb < self._keep_free_mb * (RELIEF if self._full else 1.0)
        if full is not self._full:
            self._full = full
            self._tell(self._folder, free_mb)
        return full

    def _tell(self, folder: Path, free_mb: float) -> None:
        if self._full:
            told = f"{folder}: only {free_mb:.0f} MB free: no new tickets and bookings. Make room there"
            log.error("%s", told)
            notify(f"STATUS={told}")
        else:
            log.warning("%s: %.0f MB free: tickets and bookings again", folder, free_mb)
            notify("STATUS=")


def _free_mb(folder: Path) -> float:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize / 1e6
