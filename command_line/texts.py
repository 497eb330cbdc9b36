"""`nobat texts`: the outbox, its states and failures; `retry` sends one again that failed, `try` tries the gateways."""

import csv
import datetime
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod
from rich.table import Table

from booking_store.database import LedgerError
from booking_store.outbox_report import FAILED, Outbox, OutboxText, read_outbox
from command_line.dates import jalali
from command_line.operator import CommandError, FailedError, accepted, read_operator_settings
from command_line.reach import ask_store
from mqtt.contract import Changed, RetryText, TextOutcome, TextToSend
from program.settings import SettingsError
from rules.digits import persian_digits
from rules.mobile import normalise_mobile
from rules.texts import TextState

app = typer.Typer(help="The texts to patients: what was sent, what failed.", invoke_without_command=True)

TRIED_FOR_MS: Final = 10 * 60 * 1000
MOMENTS: Final = frozenset({"written", "next"})
COLUMNS: Final = ("id", "kind", "state", "mobile", "written", "attempts", "next", "gateway", "error")

OPERATOR = Annotated[Path | None, typer.Option(help="The operator's settings file.")]


@app.callback()
def texts(
    context: typer.Context,
    failed: Annotated[bool, typer.Option("--failed", help="Only those of which somebody may not have heard.")] = False,
    last: Annotated[int, typer.Option(min=1, max=10_000, help="So many, the newest first.")] = 50,
    numbers: Annotated[bool, typer.Option("--numbers", help="Whole mobile numbers, not only their last four digits.")] = False,
    format_: Annotated[Literal["table", "csv", "json"], typer.Option("--format", help="How to print it.")] = "table",
    operator: OPERATOR = None,
) -> None:
    """List the outbox: what each text tells, to whom, how it stands, and why it failed."""
    if context.invoked_subcommand is not None:
        return
    try:
        outbox = read_outbox(read_operator_settings(operator).database, last, FAILED if failed else tuple(TextState))
    except LedgerError as problem:
        raise FailedError(str(problem)) from problem
    rows = [_row(text, whole_number=numbers) for text in outbox.texts]
    if format_ == "json":
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    elif format_ == "csv":
        writer = csv.DictWriter(sys.stdout, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    else:
        Console().print(_table(outbox, rows))


@app.command()
def retry(
    text: Annotated[int, typer.Argument(metavar="ID", min=1, help="Its id, as `nobat texts` lists it.")],
    operator: OPERATOR = None,
) -> None:
    """Send a text again that failed, expired, was not delivered, or of which nobody knows."""
    changed = accepted(ask_store(read_operator_settings(operator), RetryText(text=text)), Changed)
    typer.echo(changed.text or f"Text {text} is sent again.")


@app.command("try")
def try_gateways(
    mobile: Annotated[str, typer.Argument(help="Your own mobile, 09121234567.")],
    device: Annotated[Path, typer.Option(help="The telephone's file.")] = Path("/etc/nobat/phone-1.toml"),
) -> None:
    """Send a text to yourself through each gateway of the telephone's file, beside the outbox."""
    from phone_line.gateways.settings import open_gateways  # noqa: PLC0415  httpx takes time that no other command needs
    from phone_line.settings import load_settings  # noqa: PLC0415

    to = normalise_mobile(mobile)
    if to is None:
        raise CommandError(f"{mobile!r} is no mobile; write it like 09121234567")
    try:
        gateways = open_gateways(load_settings(device).gateways)
    except SettingsError as problem:
        raise CommandError(str(problem)) from problem
    now_ms = int(time.time() * 1000)  # noqa: TID251  an id that no text of the outbox has, and the time of this one
    body = f"Nobat {persian_digits(str(now_ms)[-8:])}"
    until_ms = now_ms + TRIED_FOR_MS
    results = [
        (
            gateway.name,
            gateway.send(TextToSend(id=now_ms, attempt=1, to=to, body=body, expires_at_ms=until_ms, lease_until_ms=until_ms)),
        )
        for gateway in gateways
    ]
    for name, result in results:
        typer.echo(f"{name}: {result.outcome.replace('_', ' ')}{f' ({result.error})' if result.error else ''}")
    if not all(result.outcome is TextOutcome.ACCEPTED for _, result in results) or not results:
        raise FailedError("not every gateway took it" if results else f"{device} names no gateways")


def _row(text: OutboxText, *, whole_number: bool) -> dict[str, Any]:
    row = asdict(text) | {
        "mobile": text.mobile if whole_number else f"…{text.mobile[-4:]}",
        "written": _said(text.written_at),
        "next": _said(text.next_at) if text.next_at else "",
    }
    return {column: row[column] for column in COLUMNS}


def _said(moment: datetime.datetime) -> str:
    """A moment as people in Iran write it: 1405/09/01 08:05."""
    return f"{jalali(moment.date().isoformat())} {moment:%H:%M}"


def _table(outbox: Outbox, rows: list[dict[str, Any]]) -> Table:
    """Narrow enough for eighty columns: errors fold, and nothing is cut off."""
    counts = ", ".join(f"{count} {state}" for state, count in outbox.counts)
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), caption=counts or "no text was written yet")
    for column in COLUMNS:
        justify: JustifyMethod = "right" if column in {"id", "attempts"} else "left"
        name = "tries" if column == "attempts" else column
        table.add_column(name, justify=justify, no_wrap=column != "error", overflow="fold")
    for row in rows:
        table.add_row(*(_in_two_lines(value) if column in MOMENTS else str(value) for column, value in row.items()))
    return table


def _in_two_lines(moment: str) -> str:
    """Without its year, which says nothing in a list of today's texts and takes the place of what went wrong."""
    return moment.partition("/")[2].replace(" ", "\n")
