"""`nobat day`: open, stop, end or repair the service day by hand; by itself it follows the site's hours."""

from pathlib import Path
from typing import Annotated

import typer

from command_line.dates import jalali
from command_line.numbers import whole_number
from command_line.operator import accepted, at_the_desk, read_operator_settings
from command_line.reach import ask_store
from command_line.watched import Watched
from mqtt.contract import Day, DayAnswer, EndDay, OpenDay, Operation, RepairDay, ResumeReception, StopReception

app = typer.Typer(help="The service day («روز پذیرش»): show, open, stop, resume, end, repair.", no_args_is_help=True)
Settings = Annotated[Path | None, typer.Option("--operator", help="The operator's settings file.")]


def _change(operation: Operation, operator: Path | None) -> None:
    answer = accepted(ask_store(read_operator_settings(operator), operation), DayAnswer)
    which = f"service day {answer.service_day}" if answer.service_day else "no service day"
    typer.echo(f"{which}, {jalali(answer.date)}: {answer.status.replace('_', ' ')}")
    if answer.ended:
        typer.echo("tickets given an outcome: " + ", ".join(map(str, answer.ended)))


@app.command()
def show(operator: Settings = None) -> None:
    """Say what the day is now."""
    with at_the_desk(read_operator_settings(operator), "day") as desk:
        watched = Watched()
        desk.tell(watched.hear)
        day = desk.first("day", "", Day)
        if watched.beat is None:
            next((heard for heard in desk.heard(1.0) if heard.topic == "store"), None)
    date = jalali(day.date) if day.date else "no day was opened yet"
    opens = f", opens {jalali(day.opens_date)} {day.opens_time}" if day.opens_date else ""
    typer.echo(f"service day {day.service_day}, {date}: {day.status.replace('_', ' ')}{opens}")
    for line in watched.standing():
        typer.echo(line)


@app.command("open")
def open_day(
    confirm_clock: Annotated[bool, typer.Option("--confirm-clock", help="My word that the store's clock is right.")] = False,
    operator: Settings = None,
) -> None:
    """Open today's service day now."""
    _change(OpenDay(confirm_clock=confirm_clock), operator)


@app.command()
def stop(operator: Settings = None) -> None:
    """«پایان پذیرش»: no more tickets; calling goes on."""
    _change(StopReception(), operator)


@app.command()
def resume(operator: Settings = None) -> None:
    """Give tickets again after a stop."""
    _change(ResumeReception(), operator)


@app.command()
def end(
    outcome: Annotated[str | None, typer.Option(help="The outcome of every ticket that still waits, in a word or two.")] = None,
    operator: Settings = None,
) -> None:
    """«پایان روز». With tickets waiting it needs their --outcome, and lists them."""
    _change(EndDay(outcome_for_waiting=outcome), operator)


@app.command()
def repair(
    why: Annotated[str, typer.Option(help="The reason, for the audit trail.")],
    service_day: Annotated[
        int | None,
        typer.Argument(
            parser=whole_number,
            metavar="[DAY]",
            help="The number of the day that was opened wrongly; without it only the clock is made right (--confirm-clock).",
        ),
    ] = None,
    confirm_clock: Annotated[
        bool,
        typer.Option(
            "--confirm-clock", help="My word that the clock is right now: the ledger's time, which ran ahead, goes back."
        ),
    ] = False,
    operator: Settings = None,
) -> None:
    """Undo a day that was opened wrongly, or the time of a clock that ran ahead."""
    _change(RepairDay(service_day=service_day or 0, why=why, confirm_clock=confirm_clock), operator)
