"""`nobat load`: check a site file, show what changes, put it in force."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from booking_store.site_file import SiteFileError, read_site
from command_line.operator import CommandError, accepted, read_operator_settings
from command_line.reach import ask_store_or_ledger
from mqtt.contract import Loaded, LoadSite


def load(
    file: Annotated[Path, typer.Argument(help="The site file (TOML).", metavar="FILE")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    operator: Annotated[Path | None, typer.Option(help="The operator's settings file.")] = None,
) -> None:
    """Check a site file and put it in force, in one transaction; does nothing when nothing changed."""
    try:
        read_site(file)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
    except (OSError, SiteFileError) as problem:
        raise CommandError(str(problem)) from problem
    asked = LoadSite(path=str(file.resolve()), sha256=digest, dry_run=dry_run)
    answer = ask_store_or_ledger(read_operator_settings(operator), asked)
    changes = accepted(answer, Loaded).changes
    typer.echo("\n".join(changes) if changes else "Nothing changed.")
