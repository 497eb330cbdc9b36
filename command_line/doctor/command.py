"""`nobat doctor`: what ails this machine, and what to do about it."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from command_line.doctor import support
from command_line.doctor.finding import Finding, State, Trial
from command_line.operator import FailedError
from command_line.units import device_files
from program.version import VERSION

OPERATOR_FILE: Final = Path("/etc/nobat/operator.toml")
STATE_FOLDER: Final = Path("/var/lib/nobat")
COLOURS: Final = {
    State.WELL: typer.colors.GREEN,
    State.WATCH: typer.colors.YELLOW,
    State.ILL: typer.colors.RED,
    State.NOT_TRIED: typer.colors.BRIGHT_BLACK,
}


def doctor(
    files: Annotated[list[Path] | None, typer.Argument(help="Device files; without them those in /etc/nobat.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The findings as JSON.")] = False,
    trials: Annotated[
        list[Trial] | None, typer.Option("--try", help="Have each key pressed, print a page, show a picture, speak a call.")
    ] = None,
    operator: Annotated[
        Path | None, typer.Option(help="The operator's settings file: on the store's machine, the whole site too.")
    ] = None,
    bundle: Annotated[
        Path | None, typer.Option("--bundle", help="Write all of it, with logs and without secrets, into a .tar.gz.")
    ] = None,
) -> None:
    """Look at clock, disk, power, pins, printer, broker and store of this machine; say what to do about each fault.

    Exits with 1 when something is ill. What a patient would notice is tried only when asked for; what a running program has in
    its hands is left to it.
    """
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    from command_line.doctor import examination, site  # noqa: PLC0415  it brings screens, voices and printers, which no other command wants

    examined: dict[str, list[Finding]] = {}
    places = tuple(files or device_files())
    examined["this machine"] = list(examination.of_machine(STATE_FOLDER))
    if operator is not None or OPERATOR_FILE.is_file():
        examined["the site"] = list(site.of_site(operator))
    for file in places:
        examined[file.stem] = list(
            examination.of_device(file, frozenset(trials or ()), lambda words: typer.echo(words, err=True))
        )
    if as_json:
        found = {whose: [asdict(one) for one in findings] for whose, findings in examined.items()}
        typer.echo(json.dumps({"version": VERSION, "findings": found}, ensure_ascii=False, indent=2))
    else:
        _show(examined)
    if bundle is not None:
        support.write(bundle, examined, places)
        typer.echo(f"written: {bundle}", err=True)
    ill = [one for findings in examined.values() for one in findings if one.state is State.ILL]
    if ill:
        raise FailedError(f"{len(ill)} of {sum(map(len, examined.values()))} are ill: {', '.join(one.check for one in ill)}")


def _show(examined: dict[str, list[Finding]]) -> None:
    typer.echo(f"nobat {VERSION}")
    for whose, findings in examined.items():
        typer.echo(f"\n{whose}")
        for one in findings:
            says = " ".join(one.says.split())
            typer.echo(f"  {typer.style(f'{one.state:9}', fg=COLOURS[one.state])}  {one.check:16}  {says}")
            if one.do:
                typer.echo(f"  {'':9}  {'':16}  → {one.do}")
