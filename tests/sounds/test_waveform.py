"""Sound in memory keeps its length, its level and its pitch."""

import math
import wave
from array import array
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest

from sounds.chime import chime, key_beep
from sounds.waveform import (
    RATE,
    Samples,
    WaveformError,
    joined,
    level_dbfs,
    levelled,
    peak_dbfs,
    read_wav,
    seconds,
    silence,
    sounding,
    trimmed,
    write_wav,
)


def tone(hertz: float, duration_seconds: float, amplitude: float = 12_000, rate: int = RATE) -> Samples:
    return array(
        "h", [round(amplitude * math.sin(2 * math.pi * hertz * n / rate)) for n in range(int(duration_seconds * rate))]
    )


def wav(frames: bytes, *, width: int = 2, channels: int = 1, rate: int = RATE) -> BytesIO:
    file = BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width)
        writer.setframerate(rate)
        writer.writeframes(frames)
    file.seek(0)
    return file


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write_wav(tmp_path / "clip.wav", tone(440, 0.25))
    assert read_wav(tmp_path / "clip.wav") == tone(440, 0.25)


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
def test_another_rate_is_the_same_tone_at_ours(rate: int) -> None:
    heard = read_wav(wav(tone(1000, 0.5, rate=rate).tobytes(), rate=rate))
    expected = tone(1000, 0.5)
    assert abs(len(heard) - len(expected)) <= 1
    middle = slice(1000, 7000)
    assert max(abs(a - b) for a, b in zip(heard[middle], expected[middle], strict=True)) < 0.001 * 12_000


def test_what_our_rate_cannot_carry_is_filtered_out_and_not_folded_down() -> None:
    heard = read_wav(wav(tone(9_500, 0.5, rate=48_000).tobytes(), rate=48_000))
    assert peak_dbfs(heard[1000:-1000]) < -50


@pytest.mark.parametrize(
    ("width", "frames"), [(1, b"\x80\xff\x00"), (3, b"\0\0\0\0\0\x7f\0\0\x80"), (4, b"\0\0\0\0\0\0\0\x7f\0\0\0\x80")]
)
def test_other_sample_widths_are_read(width: int, frames: bytes) -> None:
    assert list(read_wav(wav(frames, width=width))) == [0, 127 << 8, -(1 << 15)]


def test_two_channels_are_mixed_into_one() -> None:
    assert list(read_wav(wav(array("h", [100, 300, -50, 50]).tobytes(), channels=2))) == [200, 0]


@pytest.mark.parametrize("content", [b"", b"RIFF", b"no sound at all, only words"])
def test_a_file_that_is_no_sound_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.wav").write_bytes(content)
    with pytest.raises(WaveformError, match=r"broken\.wav"):
        read_wav(tmp_path / "broken.wav")


def test_a_clip_loses_the_silence_around_it_and_ends_without_a_click() -> None:
    clip = trimmed(silence(0.5) + tone(300, 0.4) + silence(0.7))
    assert seconds(clip) == pytest.approx(0.42, abs=0.021)
    assert abs(clip[0]) < 50
    assert abs(clip[-1]) < 50
    assert trimmed(silence(1)) == silence(0)


def test_loud_and_quiet_clips_become_equally_loud() -> None:
    loud, quiet = levelled(tone(300, 0.4, 30_000)), levelled(silence(1) + tone(300, 0.4, 900))
    assert level_dbfs(loud) == pytest.approx(-18, abs=0.2)
    assert level_dbfs(quiet) == pytest.approx(-18, abs=0.2)


def test_a_sharp_peak_stays_below_full_scale() -> None:
    click = tone(300, 0.4, 2_000)
    click[100] = 30_000
    assert peak_dbfs(levelled(click)) <= -1.0


def test_joined_clips_overlap_by_the_crossfade_and_stay_as_loud() -> None:
    noise = tone(313, 0.3)
    whole = joined([noise, tone(407, 0.3), noise])
    assert seconds(whole) == pytest.approx(0.9 - 2 * 0.012, abs=0.001)
    assert peak_dbfs(whole) < 0
    blocks = [level_dbfs(whole[start : start + RATE // 50]) for start in range(0, len(whole) - RATE // 50, RATE // 50)]
    assert max(blocks) - min(blocks) < 3.5
    assert joined([]) == silence(0)


def test_the_chime_and_the_beep_are_short_and_not_too_loud() -> None:
    assert 0.8 < seconds(chime()) < 1.3
    assert level_dbfs(chime()) == pytest.approx(-18, abs=1)
    assert peak_dbfs(chime()) <= -1
    assert seconds(key_beep()) < 0.1
    assert sounding(key_beep())[0] == 0


@pytest.mark.parametrize("rate", [1, 4_294_967_295])
def test_a_torn_header_that_names_an_odd_rate_is_refused_at_once(rate: int) -> None:
    torn = bytearray(wav(tone(300, 0.1).tobytes()).getvalue())
    torn[24:28] = rate.to_bytes(4, "little")
    with pytest.raises(WaveformError, match="samples a second"):
        read_wav(BytesIO(bytes(torn)))


def test_a_clip_torn_anywhere_in_its_head_is_read_or_refused_and_nothing_else() -> None:
    whole = wav(tone(300, 0.02).tobytes()).getvalue()
    for length in range(60):
        with suppress(WaveformError):
            read_wav(BytesIO(whole[:length]))
    for place in range(44):
        for value in (0, 1, 127, 255):
            torn = bytearray(whole)
            torn[place] = value
            with suppress(WaveformError):
                read_wav(BytesIO(bytes(torn)))
