"""`python3 -m installing`: this machine becomes what its roles say. Run as root from a bundle or from the source."""

import argparse
import os
import sys
import tomllib
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from installing.plan import RELEASES, ROLES, TURNING, Enable, Packages, Reload, Remember, Step, laying, plan, removal
from installing.plan import turning as turning_to
from installing.roles import Role
from installing.source import Source, SourceError
from installing.steps import InstallError, Machine, roles_of

ETC: Final = Path("etc/nobat")


class Part(StrEnum):
    """A part of the plan. Older releases ask a newer one for `lay` and `turn` (`nobat upgrade`): these words stay."""

    LAY = "lay"  # the release stands beside the one that runs
    TURN = "turn"  # it is the current one; nothing is started
    FINISH = "finish"  # a turning that a power cut broke off is ended


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 done, 1 a step failed, 2 asked wrongly."""
    asked = argument_parser().parse_args(arguments)
    known = (Role(word) for word in roles_of(asked.root / ROLES.relative_to("/")))
    asked.role = tuple(dict.fromkeys((*known, *asked.role)))
    source = _source(asked)
    if not (asked.uninstall or asked.role or asked.only is Part.FINISH):
        print(f"which role? --role {'|'.join(Role)}", file=sys.stderr)
        return 2
    try:
        if asked.only is not Part.FINISH and not asked.uninstall:
            source.check()
        steps = _steps(source, asked)
    except SourceError as problem:
        print(problem, file=sys.stderr)
        return 2
    if asked.dry_run:
        print(*steps, sep="\n")
        return 0
    if os.geteuid() != 0 and asked.root == Path("/"):
        print("only root may do this: sudo", file=sys.stderr)
        return 2
    started = Path("/run/systemd/system").is_dir() and asked.root == Path("/")
    machine = Machine(source, lambda what: print(f"  {what}"), asked.root, started=started)
    try:
        for step in steps:
            machine.do(step)
    except (InstallError, OSError) as problem:
        print(f"not done: {problem}", file=sys.stderr)
        return 1
    print("done" if machine.changed else "everything was as it should be")
    return 0


def _source(asked: argparse.Namespace) -> Source:
    """What is installed: the unpacked bundle, or, where a turning is ended, the release that it was turning to."""
    mark = asked.root / TURNING.relative_to("/")
    if asked.only is Part.FINISH and mark.is_file():
        return Source(asked.root / RELEASES.relative_to("/") / mark.read_text(encoding="utf-8"))
    return Source(asked.source.resolve())


def _steps(source: Source, asked: argparse.Namespace) -> tuple[Step, ...]:
    devices = _devices(asked.root / ETC)
    if asked.uninstall:
        return removal(source.unit_files(), devices)
    if asked.only is Part.FINISH and not (asked.root / TURNING.relative_to("/")).is_file():
        return ()
    if asked.only is Part.FINISH:  # a start of the machine reads the rest by itself
        return tuple(step for step in turning_to(source.folder.name, source.unit_files()) if not isinstance(step, Reload))
    whole = plan(source.version(), asked.role, source.unit_files(), devices)
    if asked.only is Part.LAY:
        return laying(source.version(), asked.role)
    if asked.only is Part.TURN:
        enabled = (Enable(step.units, now=False) for step in whole if isinstance(step, Enable))
        return (Remember(asked.role), *turning_to(source.version(), source.unit_files()), *enabled)
    return tuple(step for step in whole if not (asked.without_packages and isinstance(step, Packages)))


def _devices(folder: Path) -> dict[str, str]:
    """The role of each device that has joined. A file that cannot be read is its program's to complain of."""
    roles: dict[str, str] = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            roles[file.stem] = str(tomllib.loads(file.read_text(encoding="utf-8")).get("role", ""))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            continue
    return roles


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
    parser.add_argument("--root", type=Path, default=Path("/"), help="another root than /, for images")
    parser.add_argument("--source", type=Path, default=Path(__file__).parents[1], help="the unpacked bundle; this folder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
