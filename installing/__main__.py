"""`python3 -m installing`: this machine becomes what its roles say. Run as root from a bundle or from the source."""

import argparse
import os
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from installing.plan import Step, plan, removal
from installing.roles import Role
from installing.source import Source, SourceError
from installing.steps import InstallError, Machine

ETC = Path("etc/nobat")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 done, 1 a step failed, 2 asked wrongly."""
    asked = argument_parser().parse_args(arguments)
    source = Source(asked.source.resolve())
    if not asked.uninstall and not asked.role:
        print("which role? --role store|kiosk|counter|room|waiting_room|phone|console|standby", file=sys.stderr)
        return 2
    try:
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


def _steps(source: Source, asked: argparse.Namespace) -> tuple[Step, ...]:
    devices = _devices(asked.root / ETC)
    if asked.uninstall:
        return removal(source.unit_files(), devices)
    return plan(source.version(), asked.role, source.unit_files(), devices)


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
    parser.add_argument("--uninstall", action="store_true", help="take Nobat away; settings and ledger stay")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done")
    parser.add_argument("--root", type=Path, default=Path("/"), help="another root than /, for images")
    parser.add_argument("--source", type=Path, default=Path(__file__).parents[1], help="the unpacked bundle; this folder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
