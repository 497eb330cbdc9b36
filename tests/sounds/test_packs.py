"""A voice pack is whole, equally loud, and says whose it is; what is not good enough is told by name."""

import re
import shutil
from pathlib import Path

import msgspec
import pytest

from sounds.pack import Clip, Kind, Manifest, PackError, clip_path, complaints, load_pack, packs_of, write_manifest
from sounds.render import intoned, main, render_with
from sounds.script import HOME, LANGUAGES, script
from sounds.waveform import RATE, Samples, level_dbfs, levelled, peak_dbfs, read_wav, silence, write_wav
from tests.sounds.test_waveform import tone


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The shipped Persian pack, to be broken."""
    return Path(shutil.copytree(HOME / "fa" / "espeak", tmp_path / "pack"))


def manifest(language: str = "fa", name: str = "own") -> Manifest:
    clips = {name: Clip(words=line.words) for name, line in script(language).items()}
    return Manifest(language=language, name=name, kind=Kind.RECORDED, source="a test", licence="none", clips=clips)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_pack_is_without_fault(language: str) -> None:
    folder = HOME / language / "espeak"
    assert complaints(folder) == []
    assert load_pack(folder).manifest.kind is Kind.SHIPPED
    clips = [read_wav(path) for path in folder.glob("*.wav")]
    levels, peaks = [level_dbfs(clip) for clip in clips], [peak_dbfs(clip) for clip in clips]
    print(
        f"{language}: {len(clips)} clips, {sum(map(len, clips)) * 2 / 1e6:.2f} MB, {min(levels):.1f} to {max(levels):.1f} dBFS"
    )
    assert max(peaks) <= -1
    assert sum(map(len, clips)) * 2 < 5_000_000


def test_both_languages_can_say_the_same_things() -> None:
    fixed = [{name for name in script(language) if not name[0].isdecimal()} for language in LANGUAGES]
    assert fixed[0] == fixed[1]


def test_whatever_is_wrong_with_a_pack_is_told_by_name(pack: Path) -> None:
    clip_path(pack, "1").unlink()
    write_wav(clip_path(pack, "2"), silence(1))
    write_wav(clip_path(pack, "3"), silence(0.3) + levelled(tone(300, 0.4)))
    write_wav(clip_path(pack, "4"), tone(300, 0.4, 32_000))
    write_wav(clip_path(pack, "5"), tone(300, 0.4, 400))
    write_wav(clip_path(pack, "6"), levelled(tone(300, 3)))
    write_wav(pack / "stray.wav", tone(300, 0.4))
    told = "\n".join(complaints(pack))
    for expected in (
        "1: ", "2: silent", "3: starts or ends with more than", "4: peak", "5: level", "6: 3.00 s long", "stray.wav: not in",
    ):  # fmt: skip
        assert expected in told


def test_a_pack_without_licence_or_with_other_words_is_told(pack: Path) -> None:
    good = load_pack(pack).manifest
    clips = {**good.clips, "7": Clip(words="هشت"), "hello": Clip(words="سلام")}
    del clips["8"], clips["9_last"]
    write_manifest(pack, msgspec.structs.replace(good, licence=" ", clips=clips))
    told = "\n".join(complaints(pack))
    assert "no licence" in told
    assert "7: says 'هشت'" in told
    assert "hello: not in the script" in told
    assert "8: no clip" in told
    assert "9_last: no clip" not in told, "falling forms may be left out"


def test_a_pack_in_another_format_is_told(pack: Path) -> None:
    path = clip_path(pack, "10")
    fast = path.read_bytes().replace(RATE.to_bytes(4, "little"), (2 * RATE).to_bytes(4, "little"), 1)
    path.write_bytes(fast)
    assert f"10: not 16-bit mono at {RATE} samples a second" in complaints(pack)


@pytest.mark.parametrize("content", ["", "language = 3", "schema = 1\nlanguage = ", "\x00"])
def test_a_folder_with_a_broken_manifest_is_no_pack(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.toml").write_text(content)
    with pytest.raises(PackError, match=r"manifest\.toml"):
        load_pack(tmp_path)
    assert packs_of("fa", [str(tmp_path)]) == ()


def test_a_manifest_reads_back_as_it_was_written(tmp_path: Path) -> None:
    written = manifest()
    written = msgspec.structs.replace(
        written, source='نوار "الف" \\ ۱', clips={**written.clips, "1": Clip(words="یک", licence="MIT")}
    )
    write_manifest(tmp_path, written)
    assert load_pack(tmp_path).manifest == written


def test_packs_chosen_by_the_device_come_in_its_order_and_strangers_are_left_out(pack: Path, tmp_path: Path) -> None:
    english = shutil.copytree(HOME / "en" / "espeak", tmp_path / "english")
    chosen = packs_of("fa", [str(pack), str(english), str(tmp_path / "nowhere"), "espeak"])
    assert [found.folder for found in chosen] == [pack, HOME / "fa" / "espeak"]


def test_a_missing_falling_form_is_the_plain_clip(pack: Path) -> None:
    clip_path(pack, "4_last").unlink()
    voice = load_pack(pack)
    assert voice.clip("4_last") == voice.clip("4") is not None
    assert voice.clip("nothing") is None


def test_rendering_speaks_every_line_with_the_melody_of_its_place(tmp_path: Path) -> None:
    asked: list[str] = []

    def speak(text: str) -> Samples:
        asked.append(text)
        return levelled(tone(300, 0.6))

    render_with(speak, "en", tmp_path / "site", manifest("en"))
    lines = script("en")
    assert asked == [intoned(line) for line in lines.values()]
    assert intoned(lines["100_linked"]) == '<prosody range="20%">hundred and</prosody>'
    assert (intoned(lines["4"]), intoned(lines["4_last"])) == ("four,", "four.")
    assert complaints(tmp_path / "site") == []


def test_the_command_checks_a_pack_and_says_so_by_its_exit_status(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fa", "--check", str(pack)]) == 0
    clip_path(pack, "1").write_bytes(b"torn")
    assert main(["fa", "--check", str(pack)]) == 1
    assert "1: " in capsys.readouterr().err


def test_every_phrase_that_the_kiosk_asks_for_is_in_the_script() -> None:
    kiosk = Path(__file__).parents[2] / "kiosk_device"
    asked = {key for file in kiosk.rglob("*.py") for key in re.findall(r'"(kiosk_[a-z_]+)"', file.read_text(encoding="utf-8"))}
    assert asked
    assert asked - {kiosk.name} <= set(script("fa")), "a phrase that no voice knows would be silent"
