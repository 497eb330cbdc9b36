"""Sound in memory: 16-bit mono samples at the house's one rate; read, write, measure, trim, level, join.

The rate is 16 kHz, that of wide-band telephony and of the mbrola voice: all of speech is below 8 kHz, and a pack is a
quarter smaller than at 22.05 kHz. Files are plain WAV because the standard library reads and writes it: no decoder to
install, and anybody can record a clip and put it there. Everything here is the standard library alone (audioop is gone
from Python 3.13, numpy would weigh more than the device program).
"""

import math
import wave
from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from io import BytesIO
from operator import mul
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    Samples = array[int]
else:  # Python 3.11 cannot subscript it
    Samples = array

RATE: Final = 16_000
RATES: Final = range(8_000, 96_001)
"""What is read; a torn header may say anything, and a filter for four billion samples a second takes for ever."""
CHANNELS_LIMIT: Final = 8
FULL_SCALE: Final = 32_767
LEVEL_DBFS: Final = -18.0
PEAK_LIMIT_DBFS: Final = -1.0
SILENCE_DBFS: Final = -45.0
_UNREADABLE: Final = (OSError, EOFError, RuntimeError, ValueError, wave.Error)
"""All that the standard library's reader raises at torn files."""
_BLOCK: Final = RATE // 100  # 10 ms
_EDGE: Final = RATE // 100  # what stands of the silence before and after a clip
_SINC_REACH: Final = 12  # zero crossings on either side of the resampling filter


class WaveformError(Exception):
    """A WAV file cannot be used; the message says which and why."""


def read_wav(source: Path | BytesIO) -> Samples:
    """The samples of a WAV file (8 to 32 bits, any of RATES, channels mixed), at RATE. Raises WaveformError."""
    try:
        with wave.open(str(source) if isinstance(source, Path) else source, "rb") as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            frames = file.readframes(file.getnframes())
    except _UNREADABLE as problem:
        raise WaveformError(f"{source}: {problem}") from problem
    if rate not in RATES or channels > CHANNELS_LIMIT:
        raise WaveformError(f"{source}: {rate} samples a second in {channels} channels; {RATES[0]} to {RATES[-1]} are read")
    return resampled(_mono(_sixteen_bits(frames[: len(frames) // width * width], width), channels), rate)


def is_house_format(path: Path, rate: int = RATE) -> bool:
    """Is this WAV what `write_wav` writes? Raises WaveformError."""
    try:
        with wave.open(str(path), "rb") as file:
            return (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, rate)
    except _UNREADABLE as problem:
        raise WaveformError(f"{path}: {problem}") from problem


def write_wav(path: Path, samples: Samples, rate: int = RATE) -> None:
    """Write `samples` of `rate` a second as a 16-bit mono WAV. Raises OSError."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())


def seconds(samples: Samples) -> float:
    return len(samples) / RATE


def silence(duration_seconds: float) -> Samples:
    return array("h", bytes(2 * round(duration_seconds * RATE)))


def peak_dbfs(samples: Samples) -> float:
    """The highest sample, in dB below full scale; -inf for silence."""
    return _dbfs(max(max(samples, default=0), -min(samples, default=0)))


def level_dbfs(samples: Samples) -> float:
    """The loudness of what sounds: RMS over the 10 ms blocks that are not silent, in dBFS; -inf if all are."""
    squares = [square for square in _block_squares(samples) if _dbfs(math.sqrt(square)) > SILENCE_DBFS]
    return _dbfs(math.sqrt(sum(squares) / len(squares))) if squares else -math.inf


def rms_dbfs(samples: Samples) -> float:
    """The plain RMS over all of it, in dBFS; -inf for silence or nothing."""
    return _dbfs(math.sqrt(sum(map(mul, samples, samples)) / len(samples))) if samples else -math.inf


def sounding(samples: Samples) -> tuple[int, int]:
    """First and last+1 sample of what is louder than SILENCE_DBFS, in whole 10 ms blocks; (0, 0) if nothing is."""
    loud = [n for n, square in enumerate(_block_squares(samples)) if _dbfs(math.sqrt(square)) > SILENCE_DBFS]
    return (loud[0] * _BLOCK, min(len(samples), (loud[-1] + 1) * _BLOCK)) if loud else (0, 0)


def trimmed(samples: Samples) -> Samples:
    """Without the silence before and after, save 10 ms that fade in and out, so that no edge clicks."""
    first, after = sounding(samples)
    if not after:
        return array("h")
    kept = samples[max(0, first - _EDGE) : after + _EDGE]
    for n in range(min(_EDGE, len(kept) // 2)):
        kept[n] = kept[n] * n // _EDGE
        kept[-1 - n] = kept[-1 - n] * n // _EDGE
    return kept


def levelled(samples: Samples, level: float = LEVEL_DBFS, peak_limit: float = PEAK_LIMIT_DBFS) -> Samples:
    """As loud as every other clip: at `level` dBFS, or as near as `peak_limit` lets it. Silence stays as it is."""
    if (now := level_dbfs(samples)) == -math.inf:
        return samples
    gain = _ratio(min(level - now, peak_limit - peak_dbfs(samples)))
    return array("h", [int(sample * gain) for sample in samples])


def joined(pieces: Iterable[Samples], crossfade_seconds: float = 0.012) -> Samples:
    """The pieces one after the other, each faded into the next at equal power."""
    whole = array("h")
    for piece in pieces:
        overlap = min(round(crossfade_seconds * RATE), len(whole), len(piece))
        for n in range(overlap):
            turn = math.pi / 2 * (n + 0.5) / overlap
            faded = whole[n - overlap] * math.cos(turn) + piece[n] * math.sin(turn)
            whole[n - overlap] = max(-FULL_SCALE, min(FULL_SCALE, round(faded)))
        whole.extend(piece[overlap:])
    return whole


def resampled(samples: Samples, rate: int, to_rate: int = RATE) -> Samples:
    """`samples` of `rate` a second, at `to_rate`: a windowed sinc filter, its phases computed once for each pair of rates."""
    if rate == to_rate:
        return samples
    common = math.gcd(rate, to_rate)
    up, down = to_rate // common, rate // common
    phases, reach = _phases(up, down)
    padded = array("h", bytes(2 * reach)) + samples + array("h", bytes(2 * (reach + 1)))
    result = array("h")
    for n in range(len(samples) * up // down):
        first, phase = divmod(n * down, up)
        value = sum(map(mul, padded[first : first + 2 * reach], phases[phase]))
        result.append(max(-FULL_SCALE, min(FULL_SCALE, round(value))))
    return result


@lru_cache(maxsize=4)
def _phases(up: int, down: int) -> tuple[tuple[tuple[float, ...], ...], int]:
    """The filter's weights for each place between two input samples, and how many input samples lie on either side."""
    cutoff = min(1.0, up / down)
    reach = math.ceil(_SINC_REACH / cutoff)
    return tuple(_weights(phase / up, cutoff, reach) for phase in range(up)), reach


def _weights(fraction: float, cutoff: float, reach: int) -> tuple[float, ...]:
    places = [n - reach - fraction for n in range(2 * reach)]
    weights = [_sinc(cutoff * x) * (0.5 + 0.5 * math.cos(math.pi * min(1.0, abs(x) / reach))) for x in places]
    return tuple(weight / sum(weights) for weight in weights)


def _sinc(x: float) -> float:
    return 1.0 if x == 0 else math.sin(math.pi * x) / (math.pi * x)


def _sixteen_bits(frames: bytes, width: int) -> Samples:
    if width == 1:  # WAV's 8-bit samples are unsigned
        return array("h", [(byte - 128) << 8 for byte in frames])
    if width == 2:
        return array("h", frames)
    top = bytearray(len(frames) // width * 2)
    top[0::2], top[1::2] = frames[width - 2 :: width], frames[width - 1 :: width]
    return array("h", bytes(top))


def _mono(samples: Samples, channels: int) -> Samples:
    if channels == 1:
        return samples
    whole = samples[: len(samples) // channels * channels]
    return array("h", [sum(frame) // channels for frame in zip(*(whole[n::channels] for n in range(channels)), strict=True)])


def _block_squares(samples: Sequence[int]) -> list[float]:
    """The mean square of each 10 ms block; a shorter last one counts as a block."""
    blocks = (samples[start : start + _BLOCK] for start in range(0, len(samples), _BLOCK))
    return [sum(map(mul, block, block)) / len(block) for block in blocks]


def _dbfs(value: float) -> float:
    return 20 * math.log10(value / FULL_SCALE) if value > 0 else -math.inf


def _ratio(db: float) -> float:
    return float(10 ** (db / 20))
