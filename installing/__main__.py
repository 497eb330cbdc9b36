"""`python3 -m installing`: this machine becomes what its roles say. Run as root from a bundle or from the source."""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from installing.plan import RELEASES, ROLES, TURNING, Enable, Packages, Reload, Remember, Step, laying, plan, removal
from installing.plan import turning as turning_to
from installing.read_only import FIRST, forgets
from installing.roles import Role, too_many_screens
from installing.source import Source, SourceError
from installing.steps import InstallError, Machine, devices_of, roles_of

HERE: Final = Path("/")
ETC: Final = Path("etc/nobat")
IN_AN_IMAGE: Final = "/run/nobat-source"
"""Where an image sees the bundle that is installed into it; nothing of it stays."""


class Part(StrEnum):
    """A part of the plan. Older releases ask a newer one for `lay` and `turn` (`nobat upgrade`): these words stay."""

    LAY = "lay"  # the release stands beside the one that runs
    TURN = "turn"  # it is the current one; nothing is started
    FINISH = "finish"  # a turning that a power cut broke off is ended


class AskedWronglyError(Exception):
    """What is wanted cannot be done here; the message says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 done, 1 a step failed, 2 asked wrongly."""
    asked = argument_parser().parse_args(arguments)
    try:
        if not asked.dry_run:
            _refuse_who_is_not_root(asked)
            _refuse_a_card_that_nobody_writes(asked)
        source = _source(asked)
        steps = _steps(source, asked)
        if asked.dry_run:
            print(*steps, sep="\n")
            return 0
        if asked.root != HERE and asked.only is None:
            return _within(asked)
    except (AskedWronglyError, SourceError) as problem:
        print(problem, file=sys.stderr)
        return 2
    started = Path("/run/systemd/system").is_dir() and asked.root == HERE
    machine = Machine(source, lambda what: print(f"  {what}"), asked.root, started=started)
    try:
        for step in steps:
            machine.do(step)
    except (InstallError, OSError) as problem:
        print(f"not done: {problem}\nWhat was done stays. When that is mended, the same command goes on.", file=sys.stderr)
        return 1
    print("done" if machine.changed else "everything was as it should be")
    return 0


def _refuse_who_is_not_root(asked: argparse.Namespace) -> None:
    if os.geteuid() != 0 and (asked.root == HERE or asked.only is None):
        raise AskedWronglyError("only root may do this: sudo")


def _refuse_a_card_that_nobody_writes(asked: argparse.Namespace) -> None:
    if asked.root == HERE and asked.only is None and forgets():
        raise AskedWronglyError(FIRST)


def _source(asked: argparse.Namespace) -> Source:
    """What is installed: the unpacked bundle, or, where a turning is ended, the release that it was turning to."""
    if asked.only is Part.FINISH and _mark(asked).is_file():
        return Source(asked.root / RELEASES.relative_to("/") / _mark(asked).read_text(encoding="utf-8"))
    return Source(asked.source.resolve())


def _mark(asked: argparse.Namespace) -> Path:
    root: Path = asked.root
    return root / TURNING.relative_to("/")


def _within(asked: argparse.Namespace) -> int:
    """All of it in an image, as on a machine that runs from it: what is run here would change this machine instead."""
    if shutil.which("systemd-nspawn") is None:
        raise AskedWronglyError("an image is entered by systemd-nspawn: sudo apt-get install systemd-container")
    words = [word for role in asked.role for word in ("--role", role)]
    flags = {"--without-packages": asked.without_packages, "--uninstall": asked.uninstall}
    words += [flag for flag, given in flags.items() if given]
    inside = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", f"--directory={asked.root.resolve()}"]
    bundle = f"--bind={asked.source.resolve()}:{IN_AN_IMAGE}"
    return subprocess.call([*inside, bundle, "/bin/sh", f"{IN_AN_IMAGE}/install.sh", *words])


def _steps(source: Source, asked: argparse.Namespace) -> tuple[Step, ...]:
    """What is to be done. Raises AskedWronglyError, and SourceError for a bundle that was damaged."""
    roles, devices = _roles(asked), devices_of(asked.root / ETC)
    if asked.uninstall:
        return removal(source.unit_files(), devices)
    if asked.only is Part.FINISH:
        if not _mark(asked).is_file():
            return ()
        turned = turning_to(source.folder.name, source.unit_files(), roles)
        return tuple(step for step in turned if not isinstance(step, Reload))  # a start of the machine reads the rest by itself
    if not roles:
        raise AskedWronglyError(f"which role? --role {'|'.join(Role)}")
    if asked.only is None and (refused := too_many_screens(roles, devices)):
        raise AskedWronglyError(refused)
    source.check()
    whole = plan(source.version(), roles, source.unit_files(), devices)
    if asked.only is Part.LAY:
        return laying(source.version(), roles)
    if asked.only is Part.TURN:
        enabled = (Enable(step.units, now=False) for step in whole if isinstance(step, Enable))
        return (Remember(roles), *turning_to(source.version(), source.unit_files(), roles), *enabled)
    return tuple(step for step in whole if not (asked.without_packages and isinstance(step, Packages)))


def _roles(asked: argparse.Namespace) -> tuple[Role, ...]:
    """What the machine is already, and what it is to be. A word that this release does not know is a newer one's."""
    known = (Role(word) for word in roles_of(asked.root / ROLES.relative_to("/")) if word in set(Role))
    return tuple(dict.fromkeys((*known, *asked.role)))


def argument_parser() -> argparse.ArgumentParser:
    """What the installer may be told."""
    parser = argparse.ArgumentParser(
        prog="install.sh", description="Install Nobat on this machine, or bring it to this release."
    )
    parser.add_argument(
        "--role", type=Role, action="append", default=[], help="what this machine is; may be given several times"
    )
    parser.add_argument(
        "--only", type=Part, choices=Part, help="a part of it, as nobat upgrade and a start of the machine want"
    )
    parser.add_argument("--without-packages", action="store_true", help="Debian's packages are somebody else's to bring")
    parser.add_argument("--uninstall", action="store_true", help="take Nobat away; settings and ledger stay")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done")
    parser.add_argument("--root", type=Path, default=HERE, help="an image's root: all is done in there, by systemd-nspawn")
    parser.add_argument("--source", type=Path, default=Path(__file__).parents[1], help="the unpacked bundle; this folder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
