"""`nobat restore`: the newest good copy becomes the ledger; what was there is kept. Offline, and only while no store runs."""

import math
from pathlib import Path
from typing import Annotated, Final

import typer

from booking_store.copies import restoring, sqlite
from booking_store.copies.copy import Copy
from booking_store.copies.restoring import Choice
from booking_store.database import LedgerBusyError, LedgerError
from command_line.operator import FailedError, OperatorSettings, read_operator_settings
from command_line.safekeeping.folder import folder_of, seconds_since, told

HOUR_MS: Final = 3600 * 1000
NEXT_STEPS: Final = """\
What happens next:
  1. Start the store:  systemctl start nobat-store
  2. It has every kiosk settle its papers of today again, and gives no number until all have; counters call on meanwhile.
     Patients who stood at a counter when the copy was made wait again, at their old place.
  3. Where a kiosk cannot settle (it is broken, or away):  nobat go  lets the others give numbers. They leave out all that
     the missing one may have printed."""


def restore(
    from_: Annotated[
        Path | None, typer.Option("--from", help="This copy; without it the newest good one of the settings' folder.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only look: at the ledger, and which copy would take its place.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, even where the ledger is sound.")] = False,
    operator: Annotated[Path | None, typer.Option(help="The operator's settings file.")] = None,
) -> None:
    """Put the newest good copy in the ledger's place. The old ledger is set aside, never deleted."""
    settings = read_operator_settings(operator)
    try:
        choice = chosen(settings, from_)
        if check:
            tell(settings, choice)
            return
        put_back(settings, choice, yes=yes)
    except LedgerBusyError as busy:
        raise FailedError(f"{busy}. Stop it first: systemctl stop nobat-store") from busy
    except LedgerError as problem:
        raise FailedError(str(problem)) from problem
    typer.echo(NEXT_STEPS)


def chosen(settings: OperatorSettings, named: Path | None) -> Choice:
    """The copy that was named, or the newest good one. Raises CopyError, CommandError."""
    if named is not None and named.is_file():
        return restoring.named(named)
    return restoring.choose(folder_of(settings, named))


def put_back(settings: OperatorSettings, choice: Choice, *, yes: bool) -> None:
    """Tell what is about to happen, ask where a sound ledger would be replaced, and do it. Raises LedgerError."""
    with restoring.held(settings.database):
        sound = tell(settings, choice)
        if sound and not yes:
            typer.confirm("The ledger is sound. Put the copy in its place all the same?", abort=True)
    aside = restoring.put_back(settings.database, choice.copy)
    typer.echo(f"The copy is the ledger now.{f' The old one is kept in {aside}' if aside else ''}")


def tell(settings: OperatorSettings, choice: Choice) -> bool:
    """Say how the ledger stands and what the copy lacks. Whether the ledger is sound."""
    standing = restoring.standing(settings.database)
    typer.echo(f"The ledger: {standing.fault or f'sound, {standing.tickets} tickets'}")
    for why in choice.passed_over:
        typer.echo(f"Not good, passed over: {why}")
    typer.echo(f"The newest good copy: {told(choice.copy, settings.database)}")
    typer.echo(_missing(choice.copy, None if standing.fault else standing.tickets))
    return standing.fault is None


def _missing(copy: Copy, in_the_ledger: int | None) -> str:
    """What was given after the copy was made, in words: counted where the ledger can be read, else reckoned."""
    if copy.kind != "sqlite":
        return "Tickets given since then are not in it; the kiosks bring back those that they printed."
    if in_the_ledger is not None:
        lacking = in_the_ledger - sqlite.tickets_in(copy.path)
        if lacking < 0:
            return f"It has {-lacking} tickets more than the ledger, which is older or another one."
        return f"Tickets of the ledger that are not in it: {lacking}"
    in_an_hour = sqlite.tickets_since(copy.path, copy.age.as_of_ms - HOUR_MS)
    reckoned = math.ceil(in_an_hour * max(0.0, seconds_since(copy)) * 1000 / HOUR_MS)
    return (
        f"Tickets that may be missing from it: about {reckoned}, at the pace of its last hour ({in_an_hour}). "
        "The kiosks bring back those that they printed."
    )
