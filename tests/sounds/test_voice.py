"""Whatever is missing, the next voice says it: a call is never lost to a broken clip, pack, card or engine."""

import shutil
from array import array
from pathlib import Path

import pytest

import sounds.synthesis
import sounds.waveform
from program.settings import SpeakerSettings
from sounds.chime import chime
from sounds.pack import Pack, clip_path, load_pack
from sounds.script import HOME, LANGUAGES, script
from sounds.synthesis import Engine, Pyttsx3, SpeechError, espeak_ng
from sounds.utterance import Call, Phrase, TicketNumber, Utterance, call_sentences
from sounds.voice import CHIME_PAUSE_SECONDS, COMMA_PAUSE_SECONDS, Link, Speech, Voice, voice_of
from sounds.waveform import RATE, Samples, level_dbfs, seconds, write_wav

SHIPPED = HOME / "fa" / "espeak"
CALL = Utterance("1", (Call(123, "counter", 4),))


class Engines:
    """A live engine that remembers what it was asked, and may be dead."""

    def __init__(self, *, dead: bool = False) -> None:
        self.asked: list[str] = []
        self.dead = dead

    def __call__(self, text: str, language: str) -> Samples:
        assert language == "fa"
        self.asked.append(text)
        if self.dead:
            raise SpeechError("dead")
        return array("h", [1000] * RATE)


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A pack that says it was recorded."""
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "recorded"))
    manifest = folder / "manifest.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"shipped"', '"recorded"'), encoding="utf-8")
    return folder


def voice(*packs: Path, engines: tuple[Engine, ...] = ()) -> Voice:
    return Voice({"fa": [load_pack(pack) for pack in packs]}, engines)


def test_the_best_pack_says_the_whole_call_after_the_chime(recorded: Path) -> None:
    spoken = voice(recorded, SHIPPED).speech(CALL)
    assert spoken.how == Link.RECORDED
    clips = [
        load_pack(SHIPPED).clip(name) or array("h")
        for name in ("number", "100_linked", "20_linked", "3", "to_counter", "4_last")
    ]
    crossfades = 3 + 1
    words = sum(map(seconds, clips)) - crossfades * 0.012
    assert seconds(spoken.samples) == pytest.approx(
        seconds(chime()) + CHIME_PAUSE_SECONDS + words + COMMA_PAUSE_SECONDS, abs=0.01
    )
    assert spoken.samples[: len(chime())] == chime()
    print(f"{seconds(spoken.samples):.2f} s with the chime, {level_dbfs(spoken.samples):.1f} dBFS")


def test_one_missing_clip_moves_only_its_own_sentence_to_the_next_voice(recorded: Path) -> None:
    clip_path(recorded, "20_linked").unlink()
    both = voice(recorded, SHIPPED)
    assert both.speech(CALL).how == Link.SHIPPED
    assert both.speech(Utterance("2", (Call(103, "counter", 4),))).how == Link.RECORDED


def test_a_torn_clip_counts_as_missing(recorded: Path) -> None:
    clip_path(recorded, "3").write_bytes(b"RIFF")
    assert voice(recorded, SHIPPED).speech(CALL).how == Link.SHIPPED


def test_without_a_clip_anywhere_it_is_spoken_live_with_vocalised_words(recorded: Path) -> None:
    clip_path(recorded, "20_linked").unlink()
    dead, live = Engines(dead=True), Engines()
    spoken = voice(recorded, engines=(dead, live)).speech(CALL)
    assert spoken.how == Link.LIVE
    assert dead.asked == live.asked == ["شمارهٔ صدُ بیستُ سه، به باجهٔ چهار"]


def test_without_any_voice_the_chime_still_turns_heads() -> None:
    spoken = Voice({}, (Engines(dead=True),)).speech(CALL)
    assert (spoken.how, spoken.samples) == (Link.CHIME, chime())
    quiet = Voice({}, ()).speech(Utterance("3", (Phrase("kiosk_code"),), chime=False))
    assert (quiet.how, len(quiet.samples)) == (Link.SILENT, 0)


def test_a_sentence_nobody_can_say_does_not_take_the_others_with_it() -> None:
    asked = Utterance("4", (Phrase("no_such_phrase"), Call(10_000, "counter", 1), Call(5, "counter", 1)), chime=False)
    alone = voice(SHIPPED).speech(Utterance("5", (Call(5, "counter", 1),), chime=False))
    assert voice(SHIPPED).speech(asked) == alone


def test_two_readings_and_english_after_them_are_one_sound() -> None:
    device = voice_of(SpeakerSettings())
    once = device.speech(Utterance("6", call_sentences(12, "room", 2)))
    sentences = call_sentences(12, "room", 2, languages=("fa", "en"), readings=2)
    assert [sentence.language for sentence in sentences] == ["fa", "fa", "en", "en"]
    all_of_it = device.speech(Utterance("7", sentences))
    assert all_of_it.how == Link.SHIPPED
    assert all_of_it.samples[: len(once.samples)] == once.samples
    assert 2 * seconds(once.samples) < seconds(all_of_it.samples) < 4 * seconds(once.samples)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_and_every_kind_of_place_is_said_from_the_shipped_pack(language: str) -> None:
    device = voice_of(SpeakerSettings())
    phrases = [Phrase(line.name, language) for line in script(language).values() if line.is_phrase]
    calls = [Call(9_999, kind, label, language) for kind in ("counter", "room") for label in (1, 20, 34, 100)]
    for sentence in (*phrases, *calls, TicketNumber(100, language)):
        assert device.speech(Utterance("8", (sentence,))).how == Link.SHIPPED, sentence


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
@pytest.mark.parametrize("engine", [espeak_ng, Pyttsx3()], ids=["espeak-ng", "pyttsx3"])
def test_live_speech_is_as_loud_as_the_clips(engine: Engine) -> None:
    said = engine("شمارهٔ صدُ بیستُ سه، به باجهٔ چهار", "fa")
    assert 2 < seconds(said) < 5
    assert level_dbfs(said) == pytest.approx(-18, abs=4)
    assert seconds(engine("counter four", "en")) > 0.4


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
@pytest.mark.parametrize("engine", [espeak_ng, Pyttsx3()], ids=["espeak-ng", "pyttsx3"])
@pytest.mark.parametrize(("text", "language"), [("", "fa"), ("سلام", "qq")])
def test_an_engine_that_says_nothing_says_so(engine: Engine, text: str, language: str) -> None:
    with pytest.raises(SpeechError):
        engine(text, language)


def test_without_espeak_the_engine_fails_clearly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SpeechError, match="espeak-ng"):
        espeak_ng("سلام", "fa")


def test_a_live_engine_that_hangs_is_left_behind_and_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    hung = Pyttsx3()
    monkeypatch.setattr(sounds.synthesis, "DEADLINE_SECONDS", 0.05)
    monkeypatch.setattr(Pyttsx3, "_run", lambda _: None)
    live = Engines()
    device = Voice({}, (hung, live))
    assert device.speech(CALL).how == Link.LIVE
    monkeypatch.setattr(sounds.synthesis, "DEADLINE_SECONDS", 600)
    assert device.speech(CALL).how == Link.LIVE
    assert len(live.asked) == 2


def test_a_device_that_has_started_needs_its_packs_no_more(recorded: Path) -> None:
    """What it holds in its first minute is what it holds after a year; and a card that dies costs no call its voice."""
    device = voice_of(SpeakerSettings(packs=(str(recorded),)))
    said = voice(SHIPPED).speech(CALL).samples
    shutil.rmtree(recorded)
    assert device.speech(CALL) == Speech(said, Link.RECORDED)


def test_a_clip_of_another_rate_keeps_nobody_waiting_before_it_is_said(recorded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_wav(clip_path(recorded, "3"), array("h", [1000] * 44_100), rate=44_100)
    filtered: list[int] = []

    def resampled(samples: Samples, rate: int) -> Samples:
        filtered.extend([rate] * (rate != RATE))
        return samples

    monkeypatch.setattr(sounds.waveform, "resampled", resampled)
    device = voice_of(SpeakerSettings(packs=(str(recorded),)))
    assert filtered == []
    device.speech(CALL)
    assert filtered == [44_100]


def test_a_broken_clip_costs_the_start_nothing(recorded: Path) -> None:
    clip_path(recorded, "3").write_bytes(b"RIFF")
    clip_path(recorded, "4").unlink()
    device = voice_of(SpeakerSettings(packs=(str(recorded), str(SHIPPED))))
    assert device.speech(CALL).how == Link.SHIPPED


def test_packs_that_are_read_once_are_not_read_again(recorded: Path) -> None:
    pack: Pack = load_pack(recorded)
    first = pack.clip("3")
    clip_path(recorded, "3").unlink()
    assert pack.clip("3") is first
