"""How a voice pack is made by a synthesiser: one command, every line of the script, trimmed and made equally loud.

    python -m sounds.render fa                              the pack that is shipped, sounds/fa/espeak
    python -m sounds.render fa --voice mb-ir1 --into DIR    on a site that has Debian's mbrola and mbrola-ir1: a clearer
                                                            voice, which its licence lets nobody ship in a product

The device's `[speaker] packs` names DIR first. `python -m sounds.render fa --check DIR` only looks at a pack.
"""

import argparse
import sys
from collections.abc import Callable
from html import escape
from pathlib import Path

from sounds.pack import Clip, Kind, Manifest, clip_path, complaints, write_manifest
from sounds.script import HOME, LANGUAGES, Line, script
from sounds.synthesis import ESPEAK_LICENCE, SpeechError, espeak_ng, espeak_ng_name
from sounds.waveform import Samples, write_wav

Speaker = Callable[[str], Samples]
"""SSML to one levelled, trimmed clip. Raises SpeechError."""


def main(arguments: list[str] | None = None) -> int:
    """The command. Exit status 0: the pack is there and without fault."""
    parser = argparse.ArgumentParser(prog="python -m sounds.render", description="Build or check a voice pack.")
    parser.add_argument("language", choices=LANGUAGES)
    parser.add_argument("--voice", help="espeak-ng's name of the voice, \"mb-ir1\" for mbrola's Persian one")
    parser.add_argument("--into", type=Path, help="the pack's folder; without it the shipped pack is built anew")
    parser.add_argument("--check", type=Path, metavar="DIR", help="build nothing, look at the pack in DIR")
    asked = parser.parse_args(arguments)
    folder: Path = asked.check or asked.into or HOME / asked.language / "espeak"
    if not asked.check:
        try:
            render(asked.language, folder, asked.voice, Kind.RENDERED if asked.into else Kind.SHIPPED)
        except (SpeechError, OSError) as problem:
            print(f"no pack was made: {problem}", file=sys.stderr)
            return 1
    found = complaints(folder)
    for complaint in found:
        print(f"{folder}: {complaint}", file=sys.stderr)
    size = sum(path.stat().st_size for path in folder.glob("*.wav"))
    print(f"{folder}: {len(list(folder.glob('*.wav')))} clips, {size / 1e6:.2f} MB, {len(found)} faults")
    return 1 if found else 0


def render(language: str, folder: Path, voice: str | None, kind: Kind) -> None:
    """Speak every line of `language` into `folder`. Raises SpeechError, OSError."""
    render_with(lambda text: espeak_ng(text, language, voice), language, folder, _manifest(language, folder, voice, kind))


def render_with(speak: Speaker, language: str, folder: Path, manifest: Manifest) -> None:
    """Speak every line with `speak`. The manifest is written last: a folder without one is no pack."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, line in script(language).items():
        write_wav(clip_path(folder, name), speak(intoned(line)))
    write_manifest(folder, manifest)


def intoned(line: Line) -> str:
    """The line for the synthesiser, with the melody of its place in a sentence: level where words follow at once, open
    before a comma, falling at the end."""
    text = escape(line.vocalised, quote=False)
    if line.is_phrase:
        return text
    if line.optional:
        return f"{text}."
    return f'<prosody range="20%">{text}</prosody>' if line.leads_on else f"{text},"


def _manifest(language: str, folder: Path, voice: str | None, kind: Kind) -> Manifest:
    return Manifest(
        language=language,
        name=folder.name,
        kind=kind,
        source=f"{espeak_ng_name(language, voice)}; python -m sounds.render",
        licence=ESPEAK_LICENCE if kind is Kind.SHIPPED else "for this site only",
        clips={name: Clip(words=line.words) for name, line in script(language).items()},
    )


if __name__ == "__main__":
    sys.exit(main())
