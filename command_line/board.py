"""`nobat board`: the queue as it stands, live in the terminal."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from command_line.operator import FailedError, at_the_desk, read_operator_settings
from command_line.watched import Watched


def board(
    once: Annotated[bool, typer.Option("--once", help="Print it once and end.")] = False,
    operator: Annotated[Path | None, typer.Option(help="The operator's settings file.")] = None,
) -> None:
    """Show every point, its number, who is next and how many wait. Ends with Ctrl-C."""
    watched = Watched()
    console = Console()
    with at_the_desk(read_operator_settings(operator), "site", "day", "board/+", "point/+") as desk:
        for heard in desk.heard(1.0):
            watched.hear(heard)
        if watched.site is None:
            raise FailedError("nothing is published: has the store run with this broker?")
        if once:
            console.print(watched.table())
            return
        try:
            with Live(watched.table(), console=console, auto_refresh=False) as live:
                while True:
                    for heard in desk.heard(1.0):
                        watched.hear(heard)
                        live.update(watched.table(), refresh=True)
        except KeyboardInterrupt:
            return
