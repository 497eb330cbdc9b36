"""`nobat backup`: the ledger is copied, the copy read back, old ones deleted by the rule, the newest brought to the standby."""

from pathlib import Path
from typing import Annotated

import typer

from booking_store.copies import making, standby
from booking_store.database import LedgerError
from command_line.operator import FailedError, OperatorSettings, read_operator_settings
from command_line.safekeeping.folder import folder_of, told


def backup(
    to: Annotated[Path | None, typer.Option(help="Into this folder, and to no standby.")] = None,
    if_set_up: Annotated[
        bool, typer.Option("--if-set-up", help="For the timer: where no folder is written yet, end well and say nothing.")
    ] = False,
    operator: Annotated[Path | None, typer.Option(help="The operator's settings file.")] = None,
) -> None:
    """Copy the ledger beside the running store. A copy that cannot be read back as it should takes no other's place."""
    settings = read_operator_settings(operator)
    if if_set_up and to is None and settings.copies.folder is None:
        return  # a unit that failed each minute would hide the day on which a copy fails; nobat doctor says that none is made
    folder = folder_of(settings, to)
    beyond = settings.copies.standby if to is None else None
    try:
        if to is None:
            refuse_own_device(settings, folder)
        made = making.back_up(settings.database, folder)
        typer.echo(f"{'copied' if made.new else 'nothing new since'} {told(made.copy, settings.database)}")
        if made.deleted:
            typer.echo(f"old copies deleted: {made.deleted}")
        if beyond is not None:
            standby.send(made.copy, beyond)
    except LedgerError as problem:
        raise FailedError(str(problem)) from problem


def refuse_own_device(settings: OperatorSettings, folder: Path) -> None:
    """Copies on the ledger's own device die with it, where no standby has them too. Raises FailedError, LedgerError."""
    if settings.copies.standby is None and not making.is_other_device(settings.database, folder):
        raise FailedError(
            f"{folder} lies on the ledger's own device and would be lost with it; nothing was copied. "
            "Is the second device there, and mounted?"
        )
