"""`nobat prompts`: what the telephone says, made into a folder for the exchange, and heard there once to see what lacks."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from booking_store.site_file import SiteFileError, read_site
from command_line.exchange import ExchangeError, missing_at
from command_line.operator import CommandError, FailedError
from phone_line.listener import bound
from phone_line.settings import key_of, load_settings
from program.settings import SettingsError
from sounds import prompt_set
from sounds.prompt_set import PromptSet, PromptSetError
from sounds.script import Line
from sounds.synthesis import ESPEAK_LICENCE, SpeechError, espeak_ng, espeak_ng_name
from sounds.telephone_script import general_script, site_script

app = typer.Typer(help="The telephone's prompts: what callers hear.", no_args_is_help=True)


@app.callback()
def prompts() -> None:
    """The telephone's prompts: what callers hear."""


@app.command()
def build(
    to: Annotated[Path, typer.Option(help="The folder to make; it goes to the exchange as sounds/nobat.")] = Path(
        "nobat-prompts"
    ),
    language: Annotated[Literal["fa", "en"], typer.Option(help="The language of the prompts.")] = "fa",
    site: Annotated[Path | None, typer.Option(help="The site file, for its name and its departments' notes.")] = None,
    voice: Annotated[str | None, typer.Option(help='Another voice of espeak-ng: "mb-ir1" is mbrola\'s.')] = None,
) -> None:
    """Make every prompt by espeak-ng, anew only where words changed. What a person recorded and put there stays."""
    lines = script_of(language, site)
    try:
        about = PromptSet(
            language=language,
            source=f"{espeak_ng_name(language, voice)}; nobat prompts build",
            licence="for this site only" if voice else ESPEAK_LICENCE,
            prompts={},
        )
        built = prompt_set.build(to, lines, about, lambda text: espeak_ng(text, language, voice))
    except (SpeechError, PromptSetError, OSError) as problem:
        raise FailedError(str(problem)) from problem
    typer.echo(f"{to}: {built.spoken} spoken now, {built.stood} stood already, {built.recorded} recorded by people.")
    if built.faults:
        raise FailedError("\n".join(("not all of it is good:", *built.faults)))


def script_of(language: str, site: Path | None) -> dict[str, Line]:
    """The lines of a set: the site's own, where a site file is given. Raises CommandError for a file that is none."""
    if site is None:
        return general_script(language)
    try:
        found = read_site(site)
    except (OSError, SiteFileError) as problem:
        raise CommandError(str(problem)) from problem
    notes = {department.code: getattr(department.note, language) for department in found.departments if department.note}
    return site_script(language, getattr(found.name, language), {code: words for code, words in notes.items() if words})


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The settings file of phone_line: its exchanges and their key.", metavar="FILE")],
    listen: Annotated[str, typer.Option(help="Where the exchange calls for the check.")] = "127.0.0.1:4574",
    language: Annotated[Literal["fa", "en"], typer.Option(help="The language of the prompts.")] = "fa",
    site: Annotated[Path | None, typer.Option(help="The site file, for its departments' notes.")] = None,
) -> None:
    """Wait for a call of the exchange, have it play every prompt once, and list those that it has not."""
    names = tuple(script_of(language, site))
    try:
        settings = load_settings(file).agi
        key, server = key_of(settings), bound(listen)
    except (SettingsError, OSError) as problem:
        raise CommandError(str(problem)) from problem
    with server:
        host, port = server.getsockname()[:2]
        typer.echo(f"Waiting for the exchange's call: AGI(agi://{host}:{port}/check?key=…), see docs/telephone.md.")
        try:
            missing = missing_at(server, settings.exchanges, key, names)
        except ExchangeError as problem:
            raise FailedError(str(problem)) from problem
    if missing:
        raise FailedError("\n".join((f"{len(missing)} of {len(names)} prompts are missing at the exchange:", *missing)))
    typer.echo(f"All {len(names)} prompts are there.")
