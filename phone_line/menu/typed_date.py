"""A day that a caller typed as two digits of the Jalali month and two of the day. Pure."""

import datetime
from contextlib import suppress

import jdatetime


def next_date(keys: str, today: str) -> str | None:
    """The next such day from `today` (ISO) on, as ISO; None when there is none: "1331" never, "1230" in no leap year."""
    if len(keys) != 4 or not (keys.isascii() and keys.isdigit()) or not today:
        return None
    from_day = datetime.date.fromisoformat(today)
    this_year = int(jdatetime.date.fromgregorian(date=from_day).year)
    for year in (this_year, this_year + 1):
        with suppress(ValueError):
            day: datetime.date = jdatetime.date(year, int(keys[:2]), int(keys[2:])).togregorian()
            if day >= from_day:
                return day.isoformat()
    return None
