"""Doing the steps of an upgrade, and those of the way back, with the program that ran before: the old release knows the old
ledger, and of the new one it only asks what `installing` and `booking_store.migrations.forward` promise.
"""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from booking_store import database
from booking_store.copies import making, restoring
from booking_store.copies.copy import Copy
from booking_store.database import LedgerError
from command_line.operator import FailedError
from command_line.upgrade.bundle import Bundle
from command_line.upgrade.health import Health, Query, excused, look, query, worse
from command_line.upgrade.plan import (
    Examine,
    Forward,
    Keep,
    Lay,
    MakeCopy,
    PutBack,
    Standing,
    Start,
    Step,
    Stop,
    Turn,
    TurnBack,
    way_back,
)
from installing.plan import RELEASES, ROLES, Tidy, Trust, turning
from installing.source import Source
from installing.steps import InstallError, Machine, roles_of
from installing.steps import run as run_command

LOOKS: Final = 20
BETWEEN_LOOKS_SECONDS: Final = 3.0
"""A device is back at the broker within three seconds of the store; a program that falls over is started again after two."""
Run = Callable[[Sequence[str], Mapping[str, str], Path | None], None]
PROBLEMS: Final = (InstallError, LedgerError, FailedError, OSError, DBAPIError)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Of the store's machine: where it is, and the folder of its copies."""

    url: str
    copies: Path


class StuckError(FailedError):
    """Neither release could be brought to run: a person must look."""

    exit_status = 3


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path | None) -> None:
    """Run a command of a release. Raises InstallError with the end of what it said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env={**os.environ, **environment})
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()[-3:]
        raise InstallError(f"{command[0]} ended with {done.returncode}: {' / '.join(said)}")


@dataclass(frozen=True)
class Hands:
    """What touches the machine outside of files; tests have hands of their own. `run`: a release's program, with more
    environment and its folder; `system`: systemd and its like; `started`: False where systemd does not run."""

    run: Run = run
    system: Callable[[Sequence[str]], None] = run_command
    ask: Query = query
    wait: Callable[[float], None] = time.sleep
    started: bool = True


@dataclass
class Upgrade:
    """One machine on its way to a release. What it does it tells, a line each."""

    bundle: Bundle
    before: Standing
    healthy: Health  # before anything was touched
    tell: Callable[[str], None]
    ledger: Ledger | None = None
    root: Path = Path("/")
    hands: Hands = Hands()
    copy: Copy | None = field(default=None, init=False)
    revision: str = field(default="", init=False)
    ahead: Health | None = field(default=None, init=False)  # the same, as the new release's doctor found it

    def go(self, steps: Sequence[Step]) -> None:
        """All of them. Raises FailedError: the old release runs, as before; StuckError: neither does."""
        begun: list[Step] = []
        try:
            for step in steps:
                begun.append(step)
                self.do(step)
        except PROBLEMS as problem:
            self._back(way_back(begun, self.before), problem)

    def do(self, step: Step) -> None:
        """One step. Raises InstallError, LedgerError, OSError, FailedError."""
        self.tell(str(step))
        match step:
            case MakeCopy():
                self._make_copy()
            case Lay(release):
                self._installing(step)
                self._look_ahead(release)
            case Turn():
                self._installing(step)
            case Forward(release):
                forward = [self._python(release), "-m", "booking_store.migrations.forward"]
                self.hands.run(forward, {"NOBAT_DATABASE": self._ledger().url}, None)
            case Stop(units) | Start(units):
                for unit in units:
                    self.hands.system(["systemctl", "start" if isinstance(step, Start) else "stop", unit])
            case Examine(units):
                self._examine(units)
            case PutBack():
                self._put_back()
            case Keep() | TurnBack():
                self._settle_down(step)

    def _settle_down(self, step: Keep | TurnBack) -> None:
        """What `installing` of this very program does."""
        source = Source(self.bundle.folder if isinstance(step, Keep) else self._at(step.release))
        machine = Machine(source, self.tell, self.root, run=self.hands.system, started=self.hands.started)
        steps = (
            (Trust(first=False), Tidy(ran_before=self.before.runs))
            if isinstance(step, Keep)
            else turning(step.release, source.unit_files(), roles_of(self.root / ROLES.relative_to("/")))
        )
        for one in steps:
            machine.do(one)

    def _back(self, steps: Sequence[Step], problem: BaseException) -> None:
        """The way back. Where a step of it fails the next are left, but what was stopped starts all the same: half a clinic
        is better than none. Always raises."""
        why = " ".join(str(problem).split()).rstrip(".")
        if not steps:
            raise FailedError(f"{why}. Release {self.before.runs} runs, untouched") from problem
        self.tell(f"it failed: {why}")
        stuck: list[BaseException] = []
        for step in steps:
            if stuck and not isinstance(step, Start):
                continue
            try:
                self.do(step)
            except PROBLEMS as another:
                stuck.append(another)
        if stuck:
            told = "; ".join(" ".join(str(one).split()) for one in stuck)
            raise StuckError(
                f"{why}; and on the way back: {told}. docs/upgrade.md says what to do by hand: "
                f"release {self.before.runs}, copy {self.copy.path if self.copy else 'none'}"
            ) from stuck[0]
        raise FailedError(f"{why}. Everything is as before: release {self.before.runs} runs") from problem

    def _make_copy(self) -> None:
        ledger = self._ledger()
        made = making.back_up(ledger.url, ledger.copies)
        making.prove(made.copy)
        self.copy, self.revision = made.copy, revision_of(ledger.url)
        self.tell(f"  {made.copy.path}")

    def _put_back(self) -> None:
        url = self._ledger().url
        if self.copy is None or revision_of(url) == self.revision:
            self.tell("  its tables are as they were: the ledger stays, with all that came since")
            return
        aside = restoring.put_back(url, self.copy)
        self.tell(f"  what the new release left is kept in {aside}; each kiosk settles its papers again")

    def _ledger(self) -> Ledger:
        if self.ledger is None:
            raise FailedError("there is no ledger here")
        return self.ledger

    def _installing(self, step: Lay | Turn) -> None:
        """Roles are in a file that `installing` knows."""
        only = "lay" if isinstance(step, Lay) else "turn"
        command = ["python3", "-m", "installing", "--only", only, "--root", str(self.root), "--source", str(self.bundle.folder)]
        self.hands.run(command, {}, self.bundle.folder)

    def _look_ahead(self, release: str) -> None:
        """What the new release's doctor finds ill before anything was touched is not that release's doing: it may look at more
        than the old one's does."""
        found = look(self.hands.ask, self._python(release), self.before.units)
        if found.version:
            self.ahead = excused(self.healthy, found)

    def _examine(self, units: Sequence[str]) -> None:
        """Two looks in a row find all as well as the same release's doctor did before the turn, and nothing was started again
        between them. What the other's found ill excuses nothing: it may have been that release's own fault."""
        well: Health | None = None
        wrong: tuple[str, ...] = ()
        current = (self.root / "opt/nobat/current").readlink().name
        before = self.healthy if current == self.before.runs else self.ahead or self.healthy
        for _ in range(LOOKS):
            now = look(self.hands.ask, self._python(current), units)
            wrong = worse(before, now)
            if not wrong and well is not None and well.restarts == now.restarts:
                return
            if not wrong and well is not None:
                wrong = ("a program falls over and is started again",)
            well = None if wrong else now
            self.hands.wait(BETWEEN_LOOKS_SECONDS)
        raise FailedError(f"release {current} is not well here: {'; '.join(wrong) or 'a program falls over'}")

    def _python(self, release: str) -> str:
        return str(self._at(release) / ".venv/bin/python")

    def _at(self, release: str) -> Path:
        return self.root / RELEASES.relative_to("/") / release


def revision_of(url: str) -> str:
    """Which tables the ledger has; empty where it cannot be read."""
    try:
        engine = database.open_for_reading(url)
        try:
            with engine.connect() as connection:
                return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none() or "")
        finally:
            engine.dispose()
    except (LedgerError, DBAPIError):
        return ""
