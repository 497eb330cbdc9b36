"""The telephone's prompts are a folder that the exchange can play, and what a person recorded into it stays."""

import math
import tomllib
import wave
from array import array
from pathlib import Path

import pytest

from sounds.prompt_set import PROMPT_RATE, Built, PromptSet, PromptSetError, build, intoned, prompt_path, read_manifest
from sounds.script import Line
from sounds.synthesis import SpeechError
from sounds.telephone_script import PAUSE, general_script, site_script
from sounds.waveform import RATE, Samples, peak_dbfs, read_wav, seconds, sounding, write_wav

THREE = Line("nobat/digit/3", "سه", "سه")
GOODBYE = Line("nobat/goodbye", "خدانگهدار.", "خدانگهدار.", is_phrase=True)
BREATH = Line(PAUSE, "", "")
ABOUT = PromptSet(language="fa", source="a voice", licence="ours", prompts={})


def tone(duration_seconds: float, rate: int = RATE, hertz: float = 300) -> Samples:
    return array("h", [round(9_000 * math.sin(2 * math.pi * hertz * n / rate)) for n in range(round(duration_seconds * rate))])


class Speaker:
    """A voice that hums for as long as the words need, and remembers what it was given."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def __call__(self, text: str) -> Samples:
        self.said.append(text)
        return tone(0.6)


def made(folder: Path, *lines: Line, about: PromptSet = ABOUT, speak: Speaker | None = None) -> Built:
    return build(folder, {line.name: line for line in lines}, about, speak or Speaker())


def recording(folder: Path, line: Line, rate: int = PROMPT_RATE) -> bytes:
    """A person's recording of `line`, in its place; its bytes."""
    path = prompt_path(folder, line.name)
    write_wav(path, tone(0.8, rate, hertz=440), rate)
    return path.read_bytes()


def test_a_prompt_is_what_every_exchange_plays(tmp_path: Path) -> None:
    made(tmp_path, THREE, GOODBYE)
    with wave.open(str(tmp_path / "digit" / "3.wav"), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8_000, 1, 2)


def test_a_breath_is_a_prompt_of_silence(tmp_path: Path) -> None:
    assert made(tmp_path, BREATH).faults == ()
    breath = read_wav(tmp_path / "pause.wav")
    assert sounding(breath) == (0, 0)
    assert seconds(breath) == pytest.approx(0.35, abs=0.01)


def test_the_manifest_tells_words_source_and_licence(tmp_path: Path) -> None:
    made(tmp_path, THREE)
    told = tomllib.loads((tmp_path / "manifest.toml").read_text(encoding="utf-8"))
    assert (told["source"], told["licence"], told["language"]) == ("a voice", "ours", "fa")
    assert told["prompts"]["nobat/digit/3"]["words"] == "سه"


def test_nothing_is_spoken_again_that_stands(tmp_path: Path) -> None:
    made(tmp_path, THREE, GOODBYE)
    speak = Speaker()
    assert made(tmp_path, THREE, GOODBYE, speak=speak) == Built(spoken=0, stood=2, recorded=0, faults=())
    assert speak.said == []


def test_changed_words_are_spoken_anew(tmp_path: Path) -> None:
    made(tmp_path, THREE, GOODBYE)
    speak = Speaker()
    made(tmp_path, THREE, Line(GOODBYE.name, "به سلامت.", "به سلامت.", is_phrase=True), speak=speak)
    assert speak.said == ["به سلامت."]


def test_what_a_synthesiser_must_be_told_otherwise_is_spoken_anew(tmp_path: Path) -> None:
    made(tmp_path, THREE, GOODBYE)
    speak = Speaker()
    made(tmp_path, THREE, Line(GOODBYE.name, GOODBYE.words, "خُدانگهدار.", is_phrase=True), speak=speak)
    assert speak.said == ["خُدانگهدار."]


def test_another_voice_speaks_all_of_it_anew(tmp_path: Path) -> None:
    made(tmp_path, THREE, GOODBYE)
    other = PromptSet(language="fa", source="a better voice", licence="for this site only", prompts={})
    assert made(tmp_path, THREE, GOODBYE, about=other).spoken == 2


def test_what_a_person_recorded_stays_through_every_build(tmp_path: Path) -> None:
    made(tmp_path, THREE, GOODBYE)
    mine = recording(tmp_path, THREE)
    assert made(tmp_path, THREE, GOODBYE) == Built(spoken=0, stood=1, recorded=1, faults=())
    other = PromptSet(language="fa", source="a better voice", licence="ours", prompts={})
    made(tmp_path, THREE, GOODBYE, about=other)
    made(tmp_path, THREE, GOODBYE, about=other)
    assert prompt_path(tmp_path, THREE.name).read_bytes() == mine
    assert read_manifest(tmp_path).prompts[THREE.name].recorded


def test_a_recording_that_was_there_before_any_build_stays(tmp_path: Path) -> None:
    prompt_path(tmp_path, THREE.name).parent.mkdir(parents=True)
    mine = recording(tmp_path, THREE)
    made(tmp_path, THREE)
    assert prompt_path(tmp_path, THREE.name).read_bytes() == mine


def test_a_recording_from_a_studio_is_brought_to_the_exchanges_format(tmp_path: Path) -> None:
    made(tmp_path, GOODBYE)
    recording(tmp_path, GOODBYE, rate=44_100)
    assert made(tmp_path, GOODBYE).faults == ()
    with wave.open(str(prompt_path(tmp_path, GOODBYE.name)), "rb") as file:
        assert file.getframerate() == PROMPT_RATE


def test_who_recorded_other_words_is_asked_to_record_again(tmp_path: Path) -> None:
    made(tmp_path, GOODBYE)
    recording(tmp_path, GOODBYE)
    made(tmp_path, GOODBYE)
    built = made(tmp_path, Line(GOODBYE.name, "به سلامت.", "به سلامت.", is_phrase=True))
    assert built.faults == ("nobat/goodbye: recorded as «خدانگهدار.», and must now say «به سلامت.»",)


def test_a_broken_recording_is_told_and_not_touched(tmp_path: Path) -> None:
    made(tmp_path, THREE)
    prompt_path(tmp_path, THREE.name).write_bytes(b"no sound at all")
    built = made(tmp_path, THREE)
    assert [fault.split(":")[0] for fault in built.faults] == ["nobat/digit/3"]
    assert prompt_path(tmp_path, THREE.name).read_bytes() == b"no sound at all"


def test_what_nothing_says_any_more_goes_unless_a_person_recorded_it(tmp_path: Path) -> None:
    made(tmp_path, THREE, GOODBYE, BREATH)
    recording(tmp_path, GOODBYE)
    made(tmp_path, THREE, GOODBYE, BREATH)
    made(tmp_path, BREATH)
    assert not prompt_path(tmp_path, THREE.name).exists()
    assert prompt_path(tmp_path, GOODBYE.name).exists()


def test_a_build_that_was_broken_off_is_taken_up(tmp_path: Path) -> None:
    def breaks_down(text: str) -> Samples:
        if "خدا" in text:
            raise SpeechError("no voice")
        return tone(0.6)

    with pytest.raises(SpeechError):
        build(tmp_path, {line.name: line for line in (THREE, GOODBYE)}, ABOUT, breaks_down)
    assert made(tmp_path, THREE, GOODBYE) == Built(spoken=1, stood=1, recorded=0, faults=())


def test_a_folder_in_another_language_is_left_alone(tmp_path: Path) -> None:
    made(tmp_path, THREE)
    with pytest.raises(PromptSetError, match="a set in 'en' needs a folder of its own"):
        made(tmp_path, THREE, about=PromptSet(language="en", source="a voice", licence="ours", prompts={}))


def test_no_prompt_distorts(tmp_path: Path) -> None:
    made(tmp_path, THREE)
    assert peak_dbfs(read_wav(prompt_path(tmp_path, THREE.name))) <= -1.0


def test_a_consonant_that_a_telephone_cannot_carry_leaves_no_hole(tmp_path: Path) -> None:
    hissing = tone(0.2, hertz=6_000) + tone(0.6)
    build(tmp_path, {THREE.name: THREE}, ABOUT, lambda _: hissing)
    assert seconds(read_wav(prompt_path(tmp_path, THREE.name))) == pytest.approx(0.6, abs=0.05)


def test_a_site_has_its_name_in_the_welcome_and_its_departments_notes() -> None:
    lines = site_script("fa", "کلینیک کوثر اراک", {12: "نوار قلب را همراه داشته باشید."})
    assert "کلینیک کوثر اراک" in lines["nobat/welcome"].words
    assert lines["nobat/note/12"].words == "نوار قلب را همراه داشته باشید."
    assert "درمانگاه" in general_script("fa")["nobat/welcome"].words


@pytest.mark.parametrize("language", ["fa", "en"])
def test_no_words_are_left_to_fill_in(language: str) -> None:
    assert [line.name for line in general_script(language).values() if "{" in line.words + line.vocalised] == []


def test_both_languages_say_all_things() -> None:
    spoken = [{name for name in general_script(language) if "/number/" not in name} for language in ("fa", "en")]
    assert spoken[0] == spoken[1]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (THREE, "سه,"),
        (Line("nobat/digit/3_last", "سه", "سه"), "سه."),
        (Line("nobat/number/20_linked", "بیست و", "بیستُ"), '<prosody range="20%">بیستُ</prosody>'),
        (Line("nobat/month/9", "آذر.", "آذر."), "آذر."),
    ],
)
def test_each_prompt_has_the_melody_of_its_place(line: Line, text: str) -> None:
    assert intoned(line) == text
