"""Dates as people in Iran type and read them: Jalali at the terminal, ISO 8601 on the wire."""

import datetime
from unicodedata import digit

import jdatetime

from command_line.operator import CommandError


def gregorian(text: str) -> str:
    """The ISO date of a Jalali one ("1405/09/03", in any digits); CommandError when there is no such day."""
    folded = "".join(str(digit(letter)) if letter.isdigit() else letter for letter in text.strip())
    try:
        year, month, day = (int(part) for part in folded.replace("-", "/").split("/"))
        return str(jdatetime.date(year, month, day).togregorian().isoformat())
    except ValueError as problem:
        raise CommandError(f"{text!r} is no Jalali date; write it like 1405/09/03") from problem


def jalali(iso: str) -> str:
    """The Jalali date ("1405/09/03") of an ISO one."""
    return str(jdatetime.date.fromgregorian(date=datetime.date.fromisoformat(iso)).strftime("%Y/%m/%d"))
