"""`nobat office`: the key that seals who people are, the service offices' PINs, and the office's statistics."""

import csv
import datetime
import json
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import jdatetime
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from booking_store.database import LedgerError
from booking_store.office_statistics import OfficeFigures, cycle_of, month_of, office_figures
from booking_store.seal import SealError, make_key
from command_line.dates import jalali
from command_line.operator import CommandError, FailedError, accepted, read_operator_settings
from command_line.reach import ask_store
from mqtt.contract import Changed
from mqtt.office_contract import OfficeRefusal, SetPin
from office.words import reasons
from rules.site import Site
from rules.small_counts import HIDDEN

app = typer.Typer(help="An insurance office: its key, its service offices' PINs, its statistics.")

OPERATOR = Annotated[Path | None, typer.Option(help="The operator's settings file.")]


@app.command("key")
def key(file: Annotated[Path, typer.Argument(help="Where the key will lie, outside the ledger's folder.")]) -> None:
    """Make the key that seals identities, once. Keep a copy of it where no copy of the ledger lies: without it nobody reads who
    a household is, ever."""
    try:
        make_key(file)
    except SealError as problem:
        raise CommandError(str(problem)) from problem
    typer.echo(f"{file}: made, and readable by its owner alone. Give it to the store: --identity-key {file}")


@app.command("pin")
def pin(
    service_office: Annotated[str, typer.Argument(help="The service office's code in the site file.")],
    operator: OPERATOR = None,
) -> None:
    """Set the PIN with which a service office marks letters as used; it is asked for, twice."""
    chosen = typer.prompt("PIN", hide_input=True, confirmation_prompt=True)
    answer = ask_store(read_operator_settings(operator), SetPin(service_office=service_office, pin=chosen))
    if isinstance(answer, OfficeRefusal):
        raise CommandError(" ".join((*reasons(answer.why, "en"), answer.detail)).strip())
    accepted(answer, Changed)
    typer.echo(f"{service_office}: its PIN is set.")


@app.command("statistics")
def statistics(
    month: Annotated[str | None, typer.Option(help="A Jalali month, 1405/09; without it this one.")] = None,
    cycle: Annotated[int | None, typer.Option(help="A year of cover of the site file, instead of a month.")] = None,
    inside: Annotated[bool, typer.Option("--inside", help="Small counts too: for the office alone.")] = False,
    format_: Annotated[Literal["table", "csv", "json"], typer.Option("--format", help="How to print it.")] = "table",
    operator: OPERATOR = None,
) -> None:
    """Cases, people, letters, days to decision and fees of a month or a cycle: under five hidden, others rounded to fives."""
    if month is not None and cycle is not None:
        raise CommandError("a month or a cycle, not both")
    period = partial(cycle_of, number=cycle) if cycle is not None else _month(month)
    try:
        found = office_figures(read_operator_settings(operator).database, period)
    except LedgerError as problem:
        raise FailedError(str(problem)) from problem
    told: Mapping[str, Mapping[str, int | None]] = found.tables() if inside else found.for_outside()
    if format_ == "json":
        typer.echo(json.dumps({**_document(found, inside=inside), **told}, ensure_ascii=False, indent=1))
    elif format_ == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(("table", "word", "count"))
        writer.writerows((table, word, _shown(count)) for table, counts in told.items() for word, count in counts.items())
    else:
        Console().print(_table(_document(found, inside=inside), told))


def _month(written: str | None) -> Callable[[Site], tuple[datetime.date, datetime.date]]:
    if written is None:
        now = time.time()  # noqa: TID251  the moment of the asking
        return lambda site: _month_at(now, site)
    parts = written.split("/")
    try:
        year, number = (int(part) for part in parts)
        found = month_of(year, number)
    except ValueError as problem:
        raise CommandError(f"{written!r} is no Jalali month; write it like 1405/09") from problem
    return lambda _: found


def _month_at(wall_seconds: float, site: Site) -> tuple[datetime.date, datetime.date]:
    """The Jalali month that it is at the site: its nights begin hours before those of UTC."""
    today = datetime.datetime.fromtimestamp(wall_seconds, ZoneInfo(site.time_zone)).date()
    of_today = jdatetime.date.fromgregorian(date=today)
    return month_of(of_today.year, of_today.month)


def _shown(count: int | None) -> str:
    return HIDDEN if count is None else str(count)


def _document(found: OfficeFigures, *, inside: bool) -> dict[str, object]:
    """The period and its own figures; what is hidden of them is as a hidden count."""
    whole = {name: HIDDEN if hidden else value for name, value, hidden in found.summary(outside=not inside)}
    return {
        "from": jalali(found.first.isoformat()),
        "to": jalali(found.last.isoformat()),
        "opened": whole["opened"],
        "decided": whole["decided"],
        "decided_within_a_day": whole["in_time"],
        "median_days": whole["median_days"],
        "p90_days": whole["p90_days"],
        "fees_rials": whole["fees"],
    }


def _table(whole: Mapping[str, object], told: Mapping[str, Mapping[str, int | None]]) -> Table:
    table = Table(title=f"{whole['from']} to {whole['to']}: {whole['opened']} cases", box=SIMPLE_HEAD)
    for column in ("table", "word"):
        table.add_column(column)
    table.add_column("count", justify="right")
    for name, counts in told.items():
        for place, (word, count) in enumerate(counts.items()):
            table.add_row("" if place else name.replace("_", " "), word, _shown(count))
    fees = whole["fees_rials"]
    table.caption = (
        f"{whole['decided']} decided, {whole['decided_within_a_day']} within a day, median {whole['median_days']} days; "
        f"{f'{fees:,}' if isinstance(fees, int) else fees} rials"
    )
    return table
