"""`nobat schedule`: the doctors' days, the free places, and how to book, as a page, a banner, JSON or CSV."""

import datetime
import sys
import time
from pathlib import Path
from typing import Annotated, Literal

import typer

from booking_store.database import LedgerError
from booking_store.public_schedule import DayIsOverError, PublicSchedule, public_schedule
from command_line.dates import gregorian
from command_line.operator import CommandError, FailedError, read_operator_settings
from command_line.schedule.files import as_csv, as_json
from program.durable_file import write_whole

Format = Literal["html", "json", "csv", "banner"]


def schedule(
    date: Annotated[str | None, typer.Option(help="The first Jalali date, 1405/09/03; without it today.")] = None,
    format_: Annotated[Format, typer.Option("--format", help="A page, a file for programs, or an A3 banner (PDF).")] = "html",
    out: Annotated[Path | None, typer.Option(help="Where to write it, in one step; without it to the output.")] = None,
    language: Annotated[Literal["fa", "en"], typer.Option(help="The language of page, banner and CSV.")] = "fa",
    operator: Annotated[Path | None, typer.Option(help="The operator's settings file.")] = None,
) -> None:
    """A week of the doctors' days with the free places, and how to book by phone: for the web site and the entrance."""
    now = datetime.datetime.fromtimestamp(time.time(), datetime.UTC)  # noqa: TID251  the moment of the asking
    first = datetime.date.fromisoformat(gregorian(date)) if date is not None else None
    try:
        found = public_schedule(read_operator_settings(operator).database, now, first)
    except DayIsOverError as problem:
        raise CommandError(f"{date} is over; without --date the schedule begins today") from problem
    except LedgerError as problem:
        raise FailedError(str(problem)) from problem
    content = _content(found, format_, language)
    if out is None:
        sys.stdout.buffer.write(content)
        return
    try:
        write_whole(out, content)
    except OSError as problem:
        raise FailedError(f"{out}: {problem.strerror}") from problem


def _content(found: PublicSchedule, format_: Format, language: str) -> bytes:
    match format_:
        case "json":
            return as_json(found)
        case "csv":
            return as_csv(found, language)
    try:
        from command_line.schedule import pages  # noqa: PLC0415  its libraries are an extra, and slow to import
    except (ImportError, OSError) as missing:
        raise FailedError(f"{missing}; pages need the extra `pages` (pip install 'nobat[pages]') and libpango") from missing
    return pages.page(found, language) if format_ == "html" else pages.banner(found, language)
