"""`nobat late`: a doctor is late, or has come; screens and tickets say so and check-in windows move."""

from pathlib import Path
from typing import Annotated

import typer

from command_line.dates import gregorian, time_of_day
from command_line.numbers import whole_number
from command_line.operator import CommandError, accepted, read_operator_settings
from command_line.reach import ask_store
from mqtt.contract import Changed, SetLate


def late(
    doctor: Annotated[int, typer.Option(parser=whole_number, metavar="CODE", help="The doctor's code.")],
    until: Annotated[str | None, typer.Option(help="Comes at this time, 10:30.")] = None,
    here: Annotated[bool, typer.Option("--here", help="Is here after all.")] = False,
    date: Annotated[str | None, typer.Option(help="The Jalali date; without it today.")] = None,
    operator: Annotated[Path | None, typer.Option(help="The operator's settings file.")] = None,
) -> None:
    """Say that a doctor comes late (--until 10:30), or is here (--here)."""
    if here == (until is not None):
        raise CommandError("give either --until HH:MM or --here")
    asked = SetLate(
        doctor=doctor, until=time_of_day(until) if until is not None else None, date=gregorian(date) if date else None
    )
    changed = accepted(ask_store(read_operator_settings(operator), asked), Changed)
    typer.echo(
        changed.text or (f"Doctor {doctor} is late until {asked.until}." if asked.until else f"Doctor {doctor} is here.")
    )
