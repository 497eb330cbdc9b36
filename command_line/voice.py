"""`nobat voice`: record a pack of the clinic's own, or hear what the voices say."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from command_line.operator import FailedError
from sounds.pack import Kind, Manifest, PackError
from sounds.record import Choice, RecordError, Step, from_folder, from_microphone, record_pack

app = typer.Typer(help="Voice packs: what kiosks and waiting rooms say.", no_args_is_help=True)


@app.callback()
def voice() -> None:
    """Voice packs: what kiosks and waiting rooms say."""


@app.command()
def record(
    folder: Annotated[Path, typer.Argument(help="The new pack's folder, sounds/fa/our-voice.")],
    speaker: Annotated[str, typer.Option(help="Who speaks, for the manifest.")],
    language: Annotated[Literal["fa", "en"], typer.Option(help="The language of the pack.")] = "fa",
    licence: Annotated[str, typer.Option(help="How the recordings may be used.")] = "for this clinic only",
    microphone: Annotated[str, typer.Option(help="ALSA's name of the microphone.")] = "default",
    wavs: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Take the lines from this folder of WAV files instead.")
    ] = None,
) -> None:
    """Lead through every line, check level and silence, keep what is good. Stop and go on whenever you like."""
    about = Manifest(language=language, name=folder.name, kind=Kind.RECORDED, source=speaker, licence=licence, clips={})
    hear = from_folder(wavs) if wavs else from_microphone(microphone)
    try:
        recorded = record_pack(folder, about, hear, _take_all if wavs else _ask)
    except (PackError, RecordError, OSError) as problem:
        raise FailedError(str(problem)) from problem
    typer.echo(f"{recorded.made} recorded now, {recorded.stood} stood already, {len(recorded.missing)} still missing.")


def _ask(step: Step) -> Choice:
    for fault in step.faults:
        typer.echo(f"   {fault}")
    typer.echo(f"{step.number} of {step.of}: say  «{step.line.words}»")
    typed = typer.prompt("   Enter records, s skips, q stops", default="", show_default=False).strip().lower()
    return {"s": Choice.SKIP, "q": Choice.STOP}.get(typed, Choice.RECORD)


def _take_all(step: Step) -> Choice:
    for fault in step.faults:
        typer.echo(f"{step.line.name}: {fault}")
    return Choice.SKIP if step.faults else Choice.RECORD
