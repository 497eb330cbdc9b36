"""What the commands about copies share: which folder is meant, and how a copy is told to a person."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from booking_store.copies import sqlite
from booking_store.copies.copy import Copy
from booking_store.database import LedgerError
from booking_store.reports import reading
from booking_store.site_file import SiteFileError, parse_site
from command_line.dates import jalali
from command_line.operator import CommandError, OperatorSettings

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 24 * HOUR


def folder_of(settings: OperatorSettings, named: Path | None) -> Path:
    """The folder that was named, else the settings'. Raises CommandError when there is neither."""
    if named is not None:
        return named
    if settings.copies.folder is None:
        raise CommandError(
            'which folder has the copies? Name it, or give it in the operator settings: [copies] folder = "/mnt/nobat-copies"'
        )
    return Path(settings.copies.folder)


def told(copy: Copy, database: str) -> str:
    """A copy of the ledger at `database` as a person reads it: how far it reaches, by the site's clock, and how long ago."""
    reaches = datetime.fromtimestamp(copy.age.as_of_ms / 1000, UTC).astimezone(zone_of(copy, database))
    return f"{copy.path.name}: to {jalali(reaches.date().isoformat())} {reaches:%H:%M:%S}, {ago(seconds_since(copy))}"


def zone_of(copy: Copy, database: str) -> ZoneInfo | None:
    """The site's zone, as the site file says it in the copy, or in the ledger where a copy is no database; None, which is this
    machine's own: no site file was loaded yet."""
    try:
        if copy.kind == "sqlite":
            document = sqlite.site_file_in(copy.path)
            return ZoneInfo(parse_site(document, str(copy.path)).time_zone) if document else None
        with reading(database) as (_, site):
            return ZoneInfo(site.time_zone)
    except (LedgerError, SiteFileError):
        return None


def seconds_since(copy: Copy) -> float:
    """Since the copy's last commit, by this machine's clock."""
    return time.time() - copy.age.as_of_ms / 1000  # noqa: TID251  for a person who looks at their own clock


def ago(seconds: float) -> str:
    """A duration in words."""
    if seconds < 0:
        return "later than this machine's clock says it is"
    for unit, length in (("day", DAY), ("hour", HOUR), ("minute", MINUTE)):
        if seconds >= 2 * length or (seconds >= length and unit == "minute"):
            count = int(seconds // length)
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return f"{int(seconds)} seconds ago"
