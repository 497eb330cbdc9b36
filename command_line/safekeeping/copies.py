"""`nobat copies`: every copy of the ledger that a folder has, each read and proved."""

from pathlib import Path
from typing import Annotated

import typer

from booking_store.copies import making
from booking_store.copies.copy import CopyError, newest_first
from command_line.operator import FailedError, read_operator_settings
from command_line.safekeeping.folder import folder_of, told


def copies(
    folder: Annotated[Path | None, typer.Argument(help="Where; without it the settings' folder.")] = None,
    tidy: Annotated[
        bool, typer.Option("--tidy", help="Delete those that the rule does not keep, and say nothing of the rest.")
    ] = False,
    operator: Annotated[Path | None, typer.Option(help="The operator's settings file.")] = None,
) -> None:
    """List the copies, the newest first, and read each to its end; exits with 1 when none is good."""
    settings = read_operator_settings(operator)
    where = folder_of(settings, folder)
    try:
        if tidy:
            typer.echo(f"old copies deleted: {making.tidy(where)}")
            return
        found = newest_first(where)
    except CopyError as problem:
        raise FailedError(str(problem)) from problem
    good = 0
    for copy in found:
        try:
            making.prove(copy)
        except CopyError as problem:
            typer.echo(f"NOT GOOD  {problem}")
        else:
            good += 1
            typer.echo(f"good      {told(copy, settings.database)}")
    if not good:
        raise FailedError(f"{where}: no good copy of the ledger")
