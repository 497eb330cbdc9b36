"""A person records the clinic's own voice: led line by line, told what was wrong, and free to go on tomorrow."""

import shutil
import stat
from array import array
from pathlib import Path

import pytest

from sounds.pack import Kind, Manifest, clip_path, complaints, load_pack
from sounds.record import Choice, RecordError, Step, faults_of, from_folder, from_microphone, record_pack
from sounds.script import Line, script
from sounds.utterance import Call, Utterance
from sounds.voice import Link, Voice
from sounds.waveform import Samples, seconds, silence, write_wav
from tests.sounds.test_waveform import tone

ABOUT = Manifest(language="en", name="kosar", kind=Kind.RECORDED, source="Ms. A., 1405", licence="the clinic's own", clips={})
LINES = script("en")


def said(line: Line) -> Samples:
    """Somebody says it well: quiet, speech, quiet."""
    return silence(0.4) + tone(220, 0.9 if line.is_phrase else 0.5, 5_000) + silence(0.5)


def always(step: Step) -> Choice:
    return Choice.SKIP if step.faults else Choice.RECORD


def test_a_whole_sitting_makes_a_pack_that_speaks(tmp_path: Path) -> None:
    result = record_pack(tmp_path, ABOUT, said, always)
    assert (result.made, result.stood, result.missing) == (len(LINES), 0, ())
    assert complaints(tmp_path) == []
    spoken = Voice({"en": [load_pack(tmp_path)]}, ()).speech(Utterance("1", (Call(7, "counter", 1, "en"),)))
    assert spoken.how == Link.RECORDED


def test_a_sitting_can_be_left_and_taken_up_again(tmp_path: Path) -> None:
    asked: list[Step] = []

    def ten_lines(step: Step) -> Choice:
        asked.append(step)
        return Choice.STOP if len(asked) > 10 else Choice.RECORD

    first = record_pack(tmp_path, ABOUT, said, ten_lines)
    assert (first.made, len(first.missing)) == (10, len(LINES) - 10)
    clip_path(tmp_path, asked[3].line.name).unlink()
    second = record_pack(tmp_path, ABOUT, said, always)
    assert (second.made, second.stood, second.missing) == (len(LINES) - 9, 9, ())


def test_lines_whose_words_have_changed_are_asked_again(tmp_path: Path) -> None:
    record_pack(tmp_path, ABOUT, said, always)
    manifest = tmp_path / "manifest.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('words = "room"', 'words = "chamber"'), encoding="utf-8")
    assert record_pack(tmp_path, ABOUT, said, always).made == 1


def test_a_bad_attempt_is_explained_and_tried_again(tmp_path: Path) -> None:
    steps: list[Step] = []
    attempts = iter([silence(2), tone(220, 0.5, 60) + silence(0.5), said(LINES["1"])])

    def patient(step: Step) -> Choice:
        steps.append(step)
        return Choice.RECORD if step.number == 1 else Choice.STOP

    assert record_pack(tmp_path, ABOUT, lambda _: next(attempts), patient).made == 1
    assert [step.line.name for step in steps] == ["1", "1", "1", "2"]
    assert "nothing was heard" in steps[1].faults[0]
    assert steps[2].faults


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (silence(1), "nothing was heard"),
        (silence(0.3) + tone(220, 0.5, 300) + silence(0.3), "too quiet"),
        (silence(0.3) + array("h", [32_767] * 900 + [-32_768] * 900) + silence(0.3), "distorts"),
        (tone(220, 0.5, 5_000) + silence(0.3), "cut off"),
        (tone(120, 0.5, 500) + tone(220, 0.5, 9_000) + tone(120, 0.5, 500), "noise in the room"),
    ],
)
def test_each_fault_is_told_with_what_to_do(raw: Samples, told: str) -> None:
    assert any(told in fault for fault in faults_of(raw))


def test_a_good_recording_has_no_fault() -> None:
    assert faults_of(said(LINES["1"])) == ()


def test_files_recorded_elsewhere_are_imported_and_the_missing_named(tmp_path: Path) -> None:
    source = tmp_path / "studio"
    source.mkdir()
    for name in ("1", "2", "kiosk_code"):
        write_wav(clip_path(source, name), said(LINES[name]))
    result = record_pack(tmp_path / "pack", ABOUT, from_folder(source), always)
    assert result.made == 3
    assert set(result.missing) == set(LINES) - {"1", "2", "kiosk_code"}
    assert seconds(load_pack(tmp_path / "pack").clip("1") or silence(0)) == pytest.approx(0.52, abs=0.03)


def test_without_a_microphone_program_the_person_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RecordError, match="alsa-utils"):
        from_microphone()(LINES["1"])


def test_the_microphone_is_heard_through_arecord(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_wav(tmp_path / "said.wav", said(LINES["1"]))
    twin = tmp_path / "arecord"
    twin.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\nfor file; do :; done\ncat {tmp_path}/said.wav > "$file"\n')
    twin.chmod(twin.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:{Path(shutil.which('cat') or '/bin/cat').parent}")
    assert from_microphone("plughw:1")(LINES["1"]) == said(LINES["1"])
    assert "-D plughw:1 -f S16_LE -c 1 -r 48000 -d 2" in (tmp_path / "asked").read_text()
