"""A voice pack: a folder of WAV clips, one for each line of a language's script, and the manifest that answers for them.

`manifest.toml` names each clip's words, and says for the pack (or a single clip that differs) where it comes from and
under which licence it may be used. `complaints` is the lint that every pack passes before it is taken in.
"""

import json
import logging
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from program.durable_file import write_whole
from sounds.script import HOME, LAST, script
from sounds.waveform import (
    LEVEL_DBFS,
    PEAK_LIMIT_DBFS,
    RATE,
    Samples,
    WaveformError,
    is_house_format,
    level_dbfs,
    peak_dbfs,
    read_wav,
    seconds,
    sounding,
)

MANIFEST: Final = "manifest.toml"
_LEVEL_TOLERANCE_DB: Final = 4.0
_SILENCE_LIMIT_SECONDS: Final = 0.05
_WORD_SECONDS: Final = (0.12, 2.0)
_PHRASE_SECONDS: Final = (0.5, 15.0)
_log = logging.getLogger(__name__)


class PackError(Exception):
    """A folder is no voice pack; the message says which, and what was expected."""


class Kind(StrEnum):
    """How a pack was made; the earlier is the better voice, and is tried first."""

    RECORDED = "recorded"  # by a person
    RENDERED = "rendered"  # on this site, by a better synthesiser than can be shipped
    SHIPPED = "shipped"  # by espeak-ng, with the package


class Clip(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One clip's words; source and licence only where they differ from the pack's."""

    words: str
    source: str | None = None
    licence: str | None = None


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `manifest.toml` says (`schema = 1`)."""

    language: str
    name: str
    kind: Kind
    source: str
    licence: str
    clips: Mapping[str, Clip]
    schema: int = 1


class Pack:
    """A pack that is being spoken from. Each clip is read once, and kept."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self._clips: dict[str, Samples | None] = {}

    def clip(self, name: str) -> Samples | None:
        """The clip, or for a "_last" that the pack does without, its plain form. None: it is missing or broken."""
        if name not in self._clips:
            self._clips[name] = self._read(name)
        found = self._clips[name]
        return self.clip(name.removesuffix(LAST)) if found is None and name.endswith(LAST) else found

    def read_ahead(self) -> None:
        """Read what is quickly read: a device that speaks for months holds no more than in its first minute. A clip of another
        rate waits until it is said: its filter takes a small board seconds, and the first call would wait for all of them.
        A broken clip waits for its word in the log."""
        for name in self.manifest.clips:
            with suppress(WaveformError):
                if is_house_format(clip_path(self.folder, name)):
                    self.clip(name)

    def _read(self, name: str) -> Samples | None:
        if name not in self.manifest.clips:
            return None
        try:
            return read_wav(clip_path(self.folder, name))
        except WaveformError as problem:
            _log.warning("voice pack %s: %s", self.manifest.name, problem)
            return None


def clip_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.wav"


def load_pack(folder: Path) -> Pack:
    """The pack in `folder`. Raises PackError."""
    path = folder / MANIFEST
    try:
        manifest = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Manifest)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as problem:
        raise PackError(f"{path}: {problem}") from problem
    if manifest.schema != 1:
        raise PackError(f"{path}: schema = {manifest.schema}, this program reads schema = 1")
    return Pack(folder, manifest)


def packs_of(language: str, chosen: Sequence[str] = ()) -> tuple[Pack, ...]:
    """The packs to speak `language` with, best first.

    `chosen` are folders below sounds/{language}/, or anywhere when absolute; one that is missing, broken or of another
    language is left out with a word in the log. None chosen: all of the package's, recorded before rendered before shipped.
    """
    home = HOME / language
    folders = [home / name for name in chosen] or sorted(path.parent for path in home.glob(f"*/{MANIFEST}"))
    packs: list[Pack] = []
    for folder in folders:
        try:
            pack = load_pack(folder)
        except PackError as problem:
            _log.warning("voice pack left out: %s", problem)
            continue
        if pack.manifest.language == language:
            packs.append(pack)
    return tuple(packs) if chosen else tuple(sorted(packs, key=lambda pack: list(Kind).index(pack.manifest.kind)))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `manifest` so that a power cut leaves the old one or the new one, never half of one. Raises OSError."""
    fields = msgspec.to_builtins(manifest)
    clips = fields.pop("clips")
    lines = [f"{key} = {_toml(value)}" for key, value in fields.items()]
    lines.append("\n[clips]")
    for name, clip in clips.items():
        said = ", ".join(f"{key} = {_toml(value)}" for key, value in clip.items())
        lines.append(f"{name} = {{ {said} }}")
    write_whole(folder / MANIFEST, ("\n".join(lines) + "\n").encode())


def complaints(folder: Path) -> list[str]:
    """Everything that is wrong with the pack in `folder`, a sentence each; none for a good pack."""
    try:
        pack = load_pack(folder)
        lines = script(pack.manifest.language)
    except (PackError, ValueError) as problem:
        return [str(problem)]
    clips = pack.manifest.clips
    found = [f"the pack has no {field}" for field in ("source", "licence") if not getattr(pack.manifest, field).strip()]
    found += [f"{name}: no clip" for name, line in lines.items() if name not in clips and not line.optional]
    found += [f"{path.name}: not in the manifest" for path in sorted(folder.glob("*.wav")) if path.stem not in clips]
    for name, clip in clips.items():
        if name not in lines:
            found.append(f"{name}: not in the script of {pack.manifest.language!r}")
        elif clip.words != lines[name].words:
            found.append(f"{name}: says {clip.words!r}, the script says {lines[name].words!r}")
        found += [
            f"{name}: {what}"
            for what in clip_faults(clip_path(folder, name), is_phrase=name in lines and lines[name].is_phrase)
        ]
    return found


def clip_faults(path: Path, *, is_phrase: bool, rate: int = RATE) -> list[str]:
    """What is wrong with one clip of a pack, or with one prompt of the telephone's `rate`; nothing for a good one."""
    try:
        clip = read_wav(path)
    except WaveformError as problem:
        return [str(problem)]
    faults = [] if is_house_format(path, rate) else [f"not 16-bit mono at {rate} samples a second"]
    first, after = sounding(clip)
    if not after:
        return [*faults, "silent"]
    shortest, longest = _PHRASE_SECONDS if is_phrase else _WORD_SECONDS
    if not shortest <= seconds(clip) <= longest:
        faults.append(f"{seconds(clip):.2f} s long, expected {shortest} to {longest} s")
    if max(first, len(clip) - after) > _SILENCE_LIMIT_SECONDS * RATE:
        faults.append(f"starts or ends with more than {_SILENCE_LIMIT_SECONDS * 1000:.0f} ms of silence")
    if peak_dbfs(clip) > PEAK_LIMIT_DBFS + 0.1:
        faults.append(f"peak {peak_dbfs(clip):.1f} dBFS, above {PEAK_LIMIT_DBFS}")
    if abs(level_dbfs(clip) - LEVEL_DBFS) > _LEVEL_TOLERANCE_DB:
        faults.append(f"level {level_dbfs(clip):.1f} dBFS, not near {LEVEL_DBFS}")
    return faults


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)  # a JSON string or number is a TOML one
