"""`nobat upgrade`: this machine goes to the release in a bundle, and back by itself where that is not well here."""

import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Final

import typer

from booking_store.database import LedgerError
from command_line.operator import CommandError, FailedError, OperatorSettings, read_operator_settings
from command_line.safekeeping.backup import refuse_own_device
from command_line.safekeeping.folder import folder_of
from command_line.units import DEVICE_FILES
from command_line.upgrade import day
from command_line.upgrade.bundle import Bundle, opened
from command_line.upgrade.health import look, running_units
from command_line.upgrade.plan import Standing, plan
from command_line.upgrade.steps import Hands, Ledger, Upgrade
from installing.plan import CURRENT, OPT, RELEASES, ROLES, TRUSTED
from installing.read_only import FIRST, forgets
from installing.roles import Role
from installing.source import Source
from installing.steps import roles_of

LOCK: Final = ".upgrading"


def upgrade(
    bundle: Annotated[Path, typer.Argument(help="The bundle: nobat-….tar.gz.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check the bundle and the machine, and only say the steps.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Also while the service day is open, or where nobody can say.")
    ] = False,
    downgrade: Annotated[bool, typer.Option("--downgrade", help="Also to a release that is older than what runs.")] = False,
    copies: Annotated[Path | None, typer.Option(help="The ledger's copies go into this folder.")] = None,
    operator: Annotated[Path | None, typer.Option(help="The operator's settings file.")] = None,
) -> None:
    """Bring this machine to the release in a bundle that a trusted key has signed. Where it is not well afterwards the old
    release is brought back, with the ledger that it had.

    Exits with 0 when the new release runs, 1 when the old one does, 3 when a person must look.
    """
    if os.geteuid() != 0:
        raise CommandError("only root may do this: sudo nobat upgrade")
    bring(Asked(bundle, operator, copies, force=force, downgrade=downgrade, dry_run=dry_run))


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's words."""

    bundle: Path
    operator: Path | None = None
    copies: Path | None = None
    force: bool = False
    downgrade: bool = False
    dry_run: bool = False


def bring(asked: Asked, root: Path = Path("/"), hands: Hands = Hands()) -> None:  # noqa: B008  frozen
    """The machine below `root`, to the release that is asked for. Raises CommandError as the command ends."""
    runs = _release_that_runs(root)
    if forgets(root):
        raise CommandError(FIRST)
    with _alone(root), opened(asked.bundle, _below(root, TRUSTED), _below(root, OPT)) as bundle:
        if bundle.release == runs:
            typer.echo(f"release {runs} runs here already; nothing was done")
            return
        if bundle.order < Source(_below(root, RELEASES) / runs).order() and not asked.downgrade:
            raise CommandError(
                f"{asked.bundle}: release {bundle.release} is older than {runs}, which runs here; nothing was done. "
                "--downgrade takes it all the same"
            )
        upgraded = _prepared(asked, bundle, runs, root, hands)
        steps = plan(bundle.release, upgraded.before)
        if asked.dry_run:
            typer.echo("\n".join(f"{number:2}. {step}" for number, step in enumerate(steps, 1)))
            return
        with _undisturbed():
            upgraded.go(steps)
    typer.echo(f"release {bundle.release} runs here now")


def _prepared(asked: Asked, bundle: Bundle, runs: str, root: Path, hands: Hands) -> Upgrade:
    """All that is to be known first. Raises CommandError, FailedError: nothing was done."""
    ledger: Ledger | None = None
    store = Role.STORE in roles_of(_below(root, ROLES))
    if store:
        settings = read_operator_settings(asked.operator)
        if day.there_is_a_ledger(settings.database):
            ledger = Ledger(settings.database, _copies(settings, asked.copies))
    if not asked.force:
        _refuse_open_day(ledger, root)
    units = running_units(hands.ask, broker=store)
    healthy = look(hands.ask, sys.executable, units)
    return Upgrade(bundle, Standing(runs, units, ledger is not None), healthy, _say, ledger, root, hands)


def _below(root: Path, path: PurePosixPath) -> Path:
    return root / path.relative_to("/")


def _release_that_runs(root: Path) -> str:
    try:
        return _below(root, CURRENT).readlink().name
    except OSError as problem:
        raise CommandError(f"no release is installed here ({problem}): sudo ./install.sh of a bundle does that") from problem


def _refuse_open_day(ledger: Ledger | None, root: Path) -> None:
    """Raises FailedError, also where nobody can say."""
    opened_on = day.open_in_the_ledger(ledger.url) if ledger else day.open_at_the_broker(root / DEVICE_FILES.relative_to("/"))
    if opened_on:
        raise FailedError(f"the service day {opened_on} is open; nothing was done. After «پایان روز», or with --force")


def _copies(settings: OperatorSettings, named: Path | None) -> Path:
    folder = folder_of(settings, named)
    try:
        if named is None:
            refuse_own_device(settings, folder)
    except LedgerError as problem:
        raise FailedError(str(problem)) from problem
    return folder


def _say(words: str) -> None:
    """Whoever asked may have gone: that ends nothing."""
    with suppress(OSError):
        typer.echo(words)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """One upgrade at a time. Raises FailedError."""
    with (_below(root, OPT) / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FailedError("another upgrade goes on here") from None
        yield


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A terminal that is closed, or Ctrl-C, would leave the programs stopped in the middle."""
    signals = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)
    old = [signal.signal(one, signal.SIG_IGN) for one in signals]
    try:
        yield
    finally:
        for one, handler in zip(signals, old, strict=True):
            signal.signal(one, handler)
