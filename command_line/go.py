"""`nobat go`: numbers again after a copy of the ledger was put back, though some kiosk has not settled its day."""

from pathlib import Path
from typing import Annotated

import typer

from command_line.operator import accepted, read_operator_settings
from command_line.reach import ask_store
from mqtt.contract import Changed, GoOn


def go(
    why: Annotated[str, typer.Option(help="The reason, for the audit trail.")],
    operator: Annotated[Path | None, typer.Option(help="The operator's settings file.")] = None,
) -> None:
    """Give numbers again without the kiosks that have not settled: each range skips all that they may have printed."""
    changed = accepted(ask_store(read_operator_settings(operator), GoOn(why=why)), Changed)
    typer.echo(f"Numbers are given again. Not settled yet: {changed.text}.")
