"""`nobat load`: check a site file, show what changes, put it in force."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from booking_store.site_file import SiteFileError, read_site
from command_line.operator import CommandError, accepted, read_operator_settings
from command_line.reach import ask_store_or_ledger
from mqtt.contract import Loaded, LoadSite
from rules.site import Site
from rules.texts import at_longest, dialled, parts, units


def load(
    file: Annotated[Path, typer.Argument(help="The site file (TOML).", metavar="FILE")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    operator: Annotated[Path | None, typer.Option(help="The operator's settings file.")] = None,
) -> None:
    """Check a site file and put it in force, in one transaction; does nothing when nothing changed."""
    try:
        site = read_site(file)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
    except (OSError, SiteFileError) as problem:
        raise CommandError(str(problem)) from problem
    asked = LoadSite(path=str(file.resolve()), sha256=digest, dry_run=dry_run)
    answer = ask_store_or_ledger(read_operator_settings(operator), asked)
    changes = accepted(answer, Loaded).changes
    typer.echo("\n".join(changes) if changes else "Nothing changed.")
    for line in _lengths(site):
        typer.echo(line)


def _lengths(site: Site) -> Iterator[str]:
    """How long each text can become: whoever writes a template sees here what it costs."""
    for kind, template in site.texts.templates.items():
        body = at_longest(template, site.name.fa, dialled(site.phone))
        count = parts(body)
        yield f"text {kind}: up to {units(body)} letters, {count} part{'' if count == 1 else 's'}"
