"""A voice of the clinic's own: a person is led through the script, each clip is checked, and a pack grows line by line.

The manifest is written after every clip, so a recording can be left at any line and taken up again; an unfinished pack
already speaks, since every sentence it cannot say is said by the next voice (voice.py).
"""

import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from sounds.pack import MANIFEST, Clip, Manifest, clip_faults, clip_path, load_pack, write_manifest
from sounds.script import Line, script
from sounds.waveform import (
    FULL_SCALE,
    RATE,
    SILENCE_DBFS,
    Samples,
    WaveformError,
    level_dbfs,
    levelled,
    read_wav,
    rms_dbfs,
    sounding,
    trimmed,
    write_wav,
)

QUIETEST_DBFS: Final = -38.0
_CUT_OFF_WITHIN_DB: Final = 8.0
_CLIPPED_IN_A_ROW: Final = 4
_EDGE_SAMPLES: Final = RATE * 3 // 100
_MICROPHONE_RATE: Final = 48_000
_SECONDS_TO_BEGIN: Final = 2
_LETTERS_A_SECOND: Final = 9


class RecordError(Exception):
    """No sound came: no microphone, no program to record with, no such file. The message says what to do."""


class Choice(StrEnum):
    """What the person at the microphone wants for a line."""

    RECORD = "record"
    SKIP = "skip"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Step:
    """Where the recording stands: this line, the `number`th of `of`; `faults` is what was wrong with the last attempt."""

    line: Line
    number: int
    of: int
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a sitting gave: clips made now, clips that stood already, and the names still missing."""

    made: int
    stood: int
    missing: tuple[str, ...]


Recorder = Callable[[Line], Samples]
"""The raw sound of one line being said. Raises RecordError."""


def record_pack(folder: Path, about: Manifest, hear: Recorder, ask: Callable[[Step], Choice]) -> Recorded:
    """Lead through every line of the script that `folder` has not yet.

    `about` names language, kind, who spoke (`source`) and the licence; its clips are ignored. `ask` shows a step and
    returns the person's choice; it is asked again, with the faults, after an attempt that was not good enough or gave no
    sound (an import skips such a line). Raises PackError for a folder with a broken manifest, OSError when a clip cannot
    be kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = script(about.language)
    clips = _standing(folder, lines) if (folder / MANIFEST).exists() else {}
    stood = len(clips)
    wanted = [line for name, line in lines.items() if name not in clips]
    for number, line in enumerate(wanted, start=stood + 1):
        choice = _record_line(folder, Step(line, number, len(lines)), hear, ask)
        if choice is Choice.STOP:
            break
        if choice is Choice.RECORD:
            clips[line.name] = Clip(words=line.words)
            write_manifest(folder, msgspec.structs.replace(about, clips=clips))
    return Recorded(len(clips) - stood, stood, tuple(name for name in lines if name not in clips))


def faults_of(raw: Samples) -> tuple[str, ...]:
    """What is wrong with a recording as it came from the microphone, in words that say what to do."""
    if sounding(raw) == (0, 0):
        return ("nothing was heard: is the right microphone chosen, and not muted?",)
    level = level_dbfs(raw)
    edge = max(rms_dbfs(raw[:_EDGE_SAMPLES]), rms_dbfs(raw[-_EDGE_SAMPLES:]))
    faults = []
    if level < QUIETEST_DBFS:
        faults.append(f"too quiet ({level:.0f} dBFS): come nearer, or turn the microphone up")
    if _is_clipped(raw):
        faults.append("too loud, it distorts: go back a little, or turn the microphone down")
    if edge > level - _CUT_OFF_WITHIN_DB:
        faults.append("cut off: leave a moment of quiet before and after")
    elif edge > SILENCE_DBFS:
        faults.append(f"noise in the room ({edge:.0f} dBFS): close the window, switch the fan off")
    return tuple(faults)


def from_microphone(device: str = "default") -> Recorder:
    """A Recorder on ALSA's arecord, or sox's rec where that is missing. It listens for as long as the words need."""

    def hear(line: Line) -> Samples:
        duration = str(_SECONDS_TO_BEGIN + round(len(line.words) / _LETTERS_A_SECOND))
        with tempfile.TemporaryDirectory(prefix="nobat-record-") as folder:
            file = Path(folder) / "heard.wav"
            rate = str(_MICROPHONE_RATE)
            arecord = ["arecord", "-q", "-D", device, "-f", "S16_LE", "-c", "1", "-r", rate, "-d", duration, str(file)]
            sox = ["rec", "-q", "-b", "16", "-c", "1", "-r", rate, str(file), "trim", "0", duration]
            _run_first(arecord, sox)
            return _read(file)

    return hear


def from_folder(source: Path) -> Recorder:
    """A Recorder that takes WAV files made elsewhere, named like the clips: `100_linked.wav`."""
    return lambda line: _read(clip_path(source, line.name))


def _record_line(folder: Path, step: Step, hear: Recorder, ask: Callable[[Step], Choice]) -> Choice:
    """One line until it is good, skipped, or the person stops."""
    while True:
        choice = ask(step)
        if choice is not Choice.RECORD:
            return choice
        try:
            raw = hear(step.line)
            faults = faults_of(raw) or _kept(folder, step.line, raw)
        except RecordError as problem:
            faults = (str(problem),)
        if not faults:
            return choice
        step = Step(step.line, step.number, step.of, faults)


def _kept(folder: Path, line: Line, raw: Samples) -> tuple[str, ...]:
    """Make a clip of a good recording and keep it if the pack's own lint agrees; what it says otherwise."""
    path = clip_path(folder, line.name)
    write_wav(path, levelled(trimmed(levelled(raw))))
    faults = clip_faults(path, is_phrase=line.is_phrase)
    if faults:
        path.unlink()
    return tuple(faults)


def _standing(folder: Path, lines: dict[str, Line]) -> dict[str, Clip]:
    """The clips of an unfinished pack that still say what the script says."""
    clips = load_pack(folder).manifest.clips
    return {
        name: clip
        for name, clip in clips.items()
        if name in lines and clip.words == lines[name].words and clip_path(folder, name).exists()
    }


def _is_clipped(raw: Samples) -> bool:
    in_a_row = 0
    for sample in raw:
        in_a_row = in_a_row + 1 if abs(sample) >= FULL_SCALE - 1 else 0
        if in_a_row >= _CLIPPED_IN_A_ROW:
            return True
    return False


def _run_first(*commands: list[str]) -> None:
    """Run the first command whose program is installed. Raises RecordError."""
    for command in commands:
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except FileNotFoundError:
            continue
        except subprocess.CalledProcessError as problem:
            raise RecordError(f"{command[0]}: {problem.stderr.strip()}") from problem
        return
    raise RecordError("no program to record with: apt install alsa-utils, or give a folder of WAV files")


def _read(path: Path) -> Samples:
    try:
        return read_wav(path)
    except WaveformError as problem:
        raise RecordError(str(problem)) from problem
