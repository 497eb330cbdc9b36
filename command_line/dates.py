"""Dates and times of day as people in Iran type and read them: Jalali at the terminal, ISO 8601 on the wire."""

import datetime
import re
from contextlib import suppress
from typing import Final

import jdatetime

from command_line.operator import CommandError
from rules.digits import fold_digits

DATE: Final = re.compile(r"(\d{4})([/-])(\d{1,2})\2(\d{1,2})", re.ASCII)
YEARS: Final = range(1300, 1500)
"""Outside of these somebody typed a Gregorian year."""
CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)


def gregorian(text: str) -> str:
    """The ISO date of a Jalali one ("1405/09/03", in any digits); CommandError when there is no such day."""
    typed = DATE.fullmatch(fold_digits(text.strip()))
    with suppress(ValueError):
        if typed is not None and int(typed[1]) in YEARS:
            return str(jdatetime.date(int(typed[1]), int(typed[3]), int(typed[4])).togregorian().isoformat())
    raise CommandError(f"{text!r} is no Jalali date; write it like 1405/09/03")


def jalali(iso: str) -> str:
    """The Jalali date ("1405/09/03") of an ISO one."""
    return str(jdatetime.date.fromgregorian(date=datetime.date.fromisoformat(iso)).strftime("%Y/%m/%d"))


def time_of_day(text: str) -> str:
    """A time of day as the store reads it ("10:30") from one in any digits; CommandError when there is none."""
    typed = CLOCK.fullmatch(fold_digits(text.strip()))
    with suppress(ValueError):
        if typed is not None:
            return f"{datetime.time(int(typed[1]), int(typed[2])):%H:%M}"
    raise CommandError(f"{text!r} is no time of day; write it like 10:30")
