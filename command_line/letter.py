"""`nobat letter verify`: whether a letter of the insurance office is valid, used, expired or void; and nothing else."""

import datetime
import time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from booking_store.database import LedgerError
from booking_store.letter_report import letter_standing
from booking_store.reports import reading
from command_line.operator import FailedError, read_operator_settings
from rules.letters import Standing

app = typer.Typer(help="The letters of an insurance office.")


@app.callback()
def letter() -> None:
    """The letters of an insurance office."""


@app.command("verify")
def verify(
    code: Annotated[str, typer.Argument(help="The code beside the letter's QR code, in any digits.")],
    operator: Annotated[Path | None, typer.Option(help="The operator's settings file.")] = None,
) -> None:
    """Say how a letter stands: valid, used, expired or void. Ends with 1 where it is not valid, or there is none."""
    wall_seconds = time.time()  # noqa: TID251  the moment of the asking
    try:
        with reading(read_operator_settings(operator).database) as (connection, site):
            today = datetime.datetime.fromtimestamp(wall_seconds, ZoneInfo(site.time_zone)).date()
            stands = letter_standing(connection, code, today)
    except LedgerError as problem:
        raise FailedError(str(problem)) from problem
    if stands is None:
        raise FailedError("no letter has this code")
    typer.echo(stands.value)
    if stands is not Standing.VALID:
        raise typer.Exit(1)
