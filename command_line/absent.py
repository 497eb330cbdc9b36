"""`nobat absent` and `nobat close`: a doctor or the whole site is not there; they say whom it touches, ask, and do it once."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from command_line.dates import gregorian, jalali, time_of_day
from command_line.editor import edited
from command_line.operator import CommandError, OperatorSettings, accepted, read_operator_settings
from command_line.reach import ask_store_or_ledger
from mqtt.contract import AbsencePlan, AnnounceAbsence, Changed, Remedy, TouchedBooking, UndoAbsence

DATE: Final = "The Jalali date, 1405/09/03."
Settings = Annotated[Path | None, typer.Option("--operator", help="The operator's settings file.")]
Text = Annotated[Path | None, typer.Option(help="A file with the text to send; it may name {code}, {date} and the like.")]
Edit = Annotated[bool, typer.Option("--edit", help="Edit the text before it is sent, in $EDITOR.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Undo = Annotated[int | None, typer.Option(min=1, help="Take this absence back, while none of its texts has left.")]
Agreed = Annotated[str | None, typer.Option(help="With whom this is agreed, for the audit trail.")]
Starts = Annotated[str | None, typer.Option("--from", help="From this time on, 10:00; without it from the day's beginning.")]
MoveTo = Annotated[str | None, typer.Option(help="Move everybody, in order, to this Jalali date.")]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be announced and how the text comes about."""

    operation: AnnounceAbsence
    edit: bool
    yes: bool


def absent(  # noqa: PLR0913, PLR0917  (an option each)
    doctor: Annotated[int | None, typer.Option(min=1, help="The doctor's code.")] = None,
    date: Annotated[str | None, typer.Option(help=DATE)] = None,
    starts: Starts = None,
    ends: Annotated[str | None, typer.Option("--to", help="Until this time, 13:00; without it to the day's end.")] = None,
    substitute: Annotated[int | None, typer.Option(min=1, help="This doctor stands in; a patient may decline.")] = None,
    move_to: MoveTo = None,
    cancel: Annotated[bool, typer.Option("--cancel", help="Cancel everybody's visit.")] = False,
    agreed_with: Agreed = None,
    text: Text = None,
    edit: Edit = False,
    yes: Yes = False,
    undo: Undo = None,
    operator: Settings = None,
) -> None:
    """A doctor is not there: shows who is booked or here already and what becomes of each, asks, and does and texts it once."""
    settings = read_operator_settings(operator)
    if undo is not None:
        _take_back(settings, undo)
        return
    if doctor is None or date is None or agreed_with is None:
        raise CommandError("give --doctor, --date and --agreed-with (or --undo and the absence's number)")
    if (substitute is not None) + (move_to is not None) + cancel != 1:
        raise CommandError("give one of --substitute CODE, --move-to DATE and --cancel")
    remedy = Remedy.CANCEL if cancel else Remedy.MOVE if move_to is not None else Remedy.SUBSTITUTE
    operation = AnnounceAbsence(
        doctor=doctor,
        date=gregorian(date),
        starts=time_of_day(starts) if starts is not None else None,
        ends=time_of_day(ends) if ends is not None else None,
        remedy=remedy,
        move_to=gregorian(move_to) if move_to is not None else None,
        substitute=substitute,
        agreed_with=agreed_with,
        words=_read(text),
    )
    _announce(settings, Wanted(operation, edit, yes))


def close(  # noqa: PLR0913, PLR0917  (an option each)
    date: Annotated[str | None, typer.Option(help=DATE)] = None,
    starts: Starts = None,
    move_to: MoveTo = None,
    agreed_with: Agreed = None,
    text: Text = None,
    edit: Edit = False,
    yes: Yes = False,
    undo: Undo = None,
    operator: Settings = None,
) -> None:
    """The whole site is closed on a date, or from a time on: everybody's visit is cancelled, or moved, and texted once."""
    settings = read_operator_settings(operator)
    if undo is not None:
        _take_back(settings, undo)
        return
    if date is None or agreed_with is None:
        raise CommandError("give --date and --agreed-with (or --undo and the absence's number)")
    operation = AnnounceAbsence(
        doctor=None,
        date=gregorian(date),
        starts=time_of_day(starts) if starts is not None else None,
        remedy=Remedy.CANCEL if move_to is None else Remedy.MOVE,
        move_to=gregorian(move_to) if move_to is not None else None,
        agreed_with=agreed_with,
        words=_read(text),
    )
    _announce(settings, Wanted(operation, edit, yes))


# ---------------------------------------------------------------------------------------------------- the steps


def _announce(settings: OperatorSettings, wanted: Wanted) -> None:
    operation = _fitting(wanted.operation)
    plan = _ask(settings, operation)
    if plan.absence is not None:
        _show(operation, plan)
        typer.echo(f"Absence {plan.absence} was announced before; nothing was done again.")
        return
    if wanted.edit:
        operation = _fitting(msgspec.structs.replace(operation, words=edited(plan.template)))
        plan = _ask(settings, operation)
    _show(operation, plan)
    if not wanted.yes and not sys.stdin.isatty():
        raise CommandError("nothing was done: say --yes where nobody can be asked")
    if not wanted.yes and not typer.confirm("Do it?"):
        typer.echo("Nothing was done.")
        return
    done = _ask(settings, msgspec.structs.replace(operation, preview=False))
    typer.echo(f"Absence {done.absence}: {_sum(done)}")
    if done.touched != plan.touched:
        _show(operation, done)


def _ask(settings: OperatorSettings, operation: AnnounceAbsence) -> AbsencePlan:
    return accepted(ask_store_or_ledger(settings, operation), AbsencePlan)


def _take_back(settings: OperatorSettings, absence: int) -> None:
    changed = accepted(ask_store_or_ledger(settings, UndoAbsence(absence=absence)), Changed)
    typer.echo(f"Absence {absence} is taken back{f': {changed.text}' if changed.text else ''}.")


def _read(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise CommandError(f"{file}: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        raise CommandError(f"{file}: {problem}") from problem


def _fitting(operation: AnnounceAbsence) -> AnnounceAbsence:
    """The operation, if the contract takes its words; CommandError when not."""
    try:
        return msgspec.convert(msgspec.to_builtins(operation), AnnounceAbsence)
    except msgspec.ValidationError as problem:
        raise CommandError(str(problem)) from problem


# ------------------------------------------------------------------------------------------------- what is shown


def _show(operation: AnnounceAbsence, plan: AbsencePlan) -> None:
    whose = "The site" if operation.doctor is None else f"Doctor {operation.doctor}"
    hours = (f" from {operation.starts}" if operation.starts else "") + (f" to {operation.ends}" if operation.ends else "")
    typer.echo(f"{whose} on {jalali(operation.date)}{hours}: {_sum(plan)}")
    if plan.touched:
        Console().print(_table(plan.touched))
    if plan.texts:
        typer.echo(f"The text, as it reads for the first of them:\n{plan.words}")
    elif plan.touched:
        typer.echo("Nobody is texted: telephone those who are not here.")


def _sum(plan: AbsencePlan) -> str:
    if not plan.touched:
        return "nobody is touched."
    booked = [one for one in plan.touched if one.code]
    here = sum(one.number is not None for one in plan.touched)
    silent = sum(not one.has_mobile for one in booked)
    parts = f", of {plan.parts_each} parts at most" if plan.parts_each > 1 else ""
    texts = f"{plan.texts} texts{parts}" if plan.texts != 1 else f"1 text{parts}"
    return f"{len(booked)} booked, {here} here already; {texts}; {silent} to telephone, without a mobile."


def _table(touched: tuple[TouchedBooking, ...]) -> Table:
    table = Table("code", "time", "number", "what becomes of it", "told by")
    for one in touched:
        number = str(one.number) if one.number is not None else ""
        table.add_row(masked(one.code), one.time or "", number, _fate(one), _told_by(one))
    return table


def masked(code: str) -> str:
    """A tracking code so that its holder knows it again, and nobody else can use it."""
    return f"****{code[-4:]}" if code else "walked in"


def _fate(one: TouchedBooking) -> str:
    if one.new_date is not None:
        return f"moved to {jalali(one.new_date)} {one.new_time or ''}".strip()
    if one.new_doctor is not None:
        return f"doctor {one.new_doctor}"
    return "cancelled" if one.code else "called to reception and told"


def _told_by(one: TouchedBooking) -> str:
    if one.has_mobile:
        return "text"
    return "reception" if one.number is not None else "telephone"
