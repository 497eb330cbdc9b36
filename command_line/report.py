"""`nobat report`: what a day was like; as a table for people, as CSV or JSON for programs."""

import csv
import datetime
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final, Literal

import typer
from rich.console import Console
from rich.table import Table

from booking_store.database import LedgerError
from booking_store.reports import DayReport, Figures, day_report
from command_line.dates import gregorian, jalali
from command_line.operator import FailedError, read_operator_settings

COLUMNS: Final = ("issued", "called", "median wait", "90 % waited at most", "no-shows")
CSV_COLUMNS: Final = ("by", "name", "issued", "called", "median_wait_minutes", "p90_wait_minutes", "no_shows")


def report(
    date: Annotated[str | None, typer.Option(help="The Jalali date, 1405/09/03; without it the newest day.")] = None,
    format_: Annotated[Literal["table", "csv", "json"], typer.Option("--format", help="How to print it.")] = "table",
    operator: Annotated[Path | None, typer.Option(help="The operator's settings file.")] = None,
) -> None:
    """Tickets issued and called, waits in minutes (median and 90th percentile), no-shows: all, by department, by hour."""
    wanted = datetime.date.fromisoformat(gregorian(date)) if date is not None else None
    try:
        found = day_report(read_operator_settings(operator).database, wanted)
    except LedgerError as problem:
        raise FailedError(str(problem)) from problem
    if found is None:
        raise FailedError(f"no service day on {date}" if date else "no service day was opened yet")
    if format_ == "json":
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=1, default=str))
    elif format_ == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(CSV_COLUMNS)
        writer.writerows(_csv_row(by, name, figures) for by, name, figures in _rows(found))
    else:
        Console().print(_table(found))


def _rows(found: DayReport) -> list[tuple[str, str, Figures]]:
    """What a row is about ("all", "department", "hour"), its name, its figures."""
    departments = [("department", f"{row.department or 'help'} {row.name}".strip(), row.figures) for row in found.departments]
    hours = [("hour", f"{row.hour:02}:00", row.figures) for row in found.hours]
    return [("all", "all", found.all), *departments, *hours]


def _csv_row(by: str, name: str, figures: Figures) -> tuple[object, ...]:
    waits = figures.waits
    minutes = ("" if wait is None else round(wait, 2) for wait in (waits.median_minutes, waits.p90_minutes))
    return (by, name, figures.issued, figures.called, *minutes, figures.no_shows)


def _cells(figures: Figures) -> tuple[str, ...]:
    waits = (figures.waits.median_minutes, figures.waits.p90_minutes)
    minutes = ("" if wait is None else f"{wait:.1f} min" for wait in waits)
    return (str(figures.issued), str(figures.called), *minutes, str(figures.no_shows))


def _table(found: DayReport) -> Table:
    table = Table(title=f"{jalali(found.date.isoformat())}, service day {found.service_day}")
    table.add_column("")
    for column in COLUMNS:
        table.add_column(column, justify="right")
    sections = {0, len(found.departments)}
    for index, (_, name, figures) in enumerate(_rows(found)):
        table.add_row(name, *_cells(figures), end_section=index in sections)
    outcomes = [f"{count} {outcome.replace('_', ' ')}" for outcome, count in found.outcomes]
    if found.unended:
        outcomes.append(f"{found.unended} without an outcome yet")
    table.caption = ", ".join(outcomes)
    return table
