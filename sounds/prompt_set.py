"""The telephone's prompts as a folder to copy to the exchange: 8 kHz mono 16-bit WAV, and a manifest of who says what.

A synthesiser makes the folder, and makes it again whenever words change; what a person recorded and put into it stays. A
file is a person's when its bytes are not those that the manifest remembers of the synthesiser.
"""

import hashlib
import json
import tomllib
from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

import msgspec

from program.durable_file import write_whole
from sounds.pack import MANIFEST, clip_faults, clip_path
from sounds.script import LAST, Line
from sounds.telephone_script import FOLDER
from sounds.waveform import RATE, Samples, WaveformError, is_house_format, levelled, read_wav, resampled, trimmed, write_wav

PROMPT_RATE: Final = 8_000
"""What every exchange plays as it is, and turns into the codec of any line."""
PROMPT_PEAK_LIMIT_DBFS: Final = -2.0
"""At so few samples the true peaks lie between them, up to a decibel higher."""
PAUSE_SECONDS: Final = 0.35
Speaker = Callable[[str], Samples]
"""SSML to one levelled, trimmed sound at RATE. Raises SpeechError."""


class PromptSetError(Exception):
    """A folder's manifest cannot be used; the message says which and why."""


class Prompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One prompt: its words, the SHA-256 of its file, and what a synthesiser was given for it, or that a person recorded it."""

    words: str
    sha256: str
    spoken: str = ""
    recorded: bool = False


class PromptSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `manifest.toml` says (`schema = 1`). `source` and `licence` are those of all that no person recorded."""

    language: str
    source: str
    licence: str
    prompts: Mapping[str, Prompt]
    schema: int = 1


@dataclass(frozen=True, slots=True)
class Built:
    """What a build gave: how many were spoken anew, stood already, are a person's; and what is wrong, a sentence each."""

    spoken: int
    stood: int
    recorded: int
    faults: tuple[str, ...]


def build(folder: Path, lines: Mapping[str, Line], about: PromptSet, speak: Speaker) -> Built:
    """Make `folder` say `lines`, and leave what was recorded. `about` names language, source and licence; its prompts are
    ignored. A build that was broken off is taken up by the next. Raises PromptSetError, SpeechError, OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = _before(folder, about)
    prompts = dict(before)
    spoken = 0
    try:
        for name, line in lines.items():
            path = prompt_path(folder, name)
            prompts[name] = _standing(path, line, before.get(name)) or _spoken(path, line, speak)
            spoken += prompts[name] != before.get(name) and not prompts[name].recorded
        for name in before.keys() - lines.keys():
            if not prompts.pop(name).recorded:
                prompt_path(folder, name).unlink(missing_ok=True)
    finally:
        _write_manifest(folder, msgspec.structs.replace(about, prompts=prompts))
    recorded = sum(prompt.recorded for prompt in prompts.values())
    return Built(spoken, len(prompts) - spoken - recorded, recorded, tuple(_faults(folder, lines, prompts)))


def prompt_path(folder: Path, name: str) -> Path:
    """Where the prompt `name` ("nobat/digit/3") lies in the set's folder."""
    return clip_path(folder, name.removeprefix(f"{FOLDER}/"))


def read_manifest(folder: Path) -> PromptSet:
    """What the set in `folder` says of itself. Raises PromptSetError."""
    path = folder / MANIFEST
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), PromptSet)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as problem:
        raise PromptSetError(f"{path}: {problem}") from problem
    if found.schema != 1:
        raise PromptSetError(f"{path}: schema = {found.schema}, this program reads schema = 1")
    return found


def _before(folder: Path, about: PromptSet) -> dict[str, Prompt]:
    """What the manifest remembers; of another voice only that it was there, so that it is spoken anew."""
    if not (folder / MANIFEST).exists():
        return {}
    found = read_manifest(folder)
    if found.language != about.language:
        raise PromptSetError(f"{folder} speaks {found.language!r}: a set in {about.language!r} needs a folder of its own")
    same_voice = found.source == about.source
    return {
        name: prompt if same_voice or prompt.recorded else msgspec.structs.replace(prompt, spoken="another voice")
        for name, prompt in found.prompts.items()
    }


def _standing(path: Path, line: Line, known: Prompt | None) -> Prompt | None:
    """The file that lies there, unless it must be spoken (anew). A person's is brought into the exchange's format."""
    if not path.exists():
        return None
    if known and not known.recorded and known.sha256 == _sha256(path):
        return known if (known.words, known.spoken) == (line.words, intoned(line)) else None
    try:
        if not is_house_format(path, PROMPT_RATE):
            _write(path, levelled(trimmed(levelled(read_wav(path)))))
    except WaveformError:
        pass  # it is told among the faults, and the person's file is not touched
    return Prompt(words=known.words if known and known.recorded else line.words, sha256=_sha256(path), recorded=True)


def _spoken(path: Path, line: Line, speak: Speaker) -> Prompt:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = intoned(line)
    _write(path, speak(text) if text else array("h", bytes(2 * round(PAUSE_SECONDS * RATE))))
    return Prompt(words=line.words, sha256=_sha256(path), spoken=text)


def _write(path: Path, samples: Samples) -> None:
    """At the exchange's rate; cut and levelled once more, since what its rate cannot carry is gone: an English "th", a «س»."""
    narrow = resampled(samples, RATE, PROMPT_RATE)
    write_wav(path, levelled(trimmed(narrow) or narrow, peak_limit=PROMPT_PEAK_LIMIT_DBFS), PROMPT_RATE)


def intoned(line: Line) -> str:
    """The line for the synthesiser with the melody of its place: as its own signs say, falling at an end, open where a digit
    stands alone, level where words follow at once."""
    text = escape(line.vocalised, quote=False)
    if not text or line.is_phrase or text[-1] in ".,،:":
        return text
    if line.name.endswith(LAST):
        return f"{text}."
    return f"{text}," if line.name.startswith(f"{FOLDER}/digit/") else f'<prosody range="20%">{text}</prosody>'


def _faults(folder: Path, lines: Mapping[str, Line], prompts: Mapping[str, Prompt]) -> Iterable[str]:
    for name, line in lines.items():
        if prompts[name].words != line.words:
            yield f"{name}: recorded as «{prompts[name].words}», and must now say «{line.words}»"
        if line.words:
            for fault in clip_faults(prompt_path(folder, name), is_phrase=line.is_phrase, rate=PROMPT_RATE):
                yield f"{name}: {fault}"


def _write_manifest(folder: Path, about: PromptSet) -> None:
    fields = msgspec.to_builtins(about)
    prompts = fields.pop("prompts")
    lines = [f"{key} = {_toml(value)}" for key, value in fields.items()]
    lines.append("\n[prompts]")
    for name, prompt in prompts.items():
        said = ", ".join(f"{key} = {_toml(value)}" for key, value in prompt.items())
        lines.append(f"{_toml(name)} = {{ {said} }}")
    write_whole(folder / MANIFEST, ("\n".join(lines) + "\n").encode())


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)  # a JSON string, number or truth is a TOML one
