"""The chime before a call and the beep of a key: our own, computed at start, so that they need no file and no licence."""

import math
from array import array
from functools import lru_cache

from sounds.waveform import RATE, Samples, levelled, trimmed

_STRIKES = ((0.0, 659.26), (0.28, 523.25))  # seconds, hertz: E5, then C5, a falling third
_OVERTONES = ((1.0, 1.0), (2.0, 0.35), (3.01, 0.12))  # of a struck bar: times the pitch, share
_RING_SECONDS = 0.9


@lru_cache(maxsize=1)
def chime() -> Samples:
    """Two soft strokes, 1.2 s: it wakes the loudspeaker and the ears before the number comes."""
    length = round((_STRIKES[-1][0] + _RING_SECONDS) * RATE)
    mixed = [0.0] * length
    for starts_seconds, hertz in _STRIKES:
        start = round(starts_seconds * RATE)
        for n in range(length - start):
            mixed[start + n] += _bar(n / RATE, hertz)
    top = max(map(abs, mixed))
    return levelled(trimmed(array("h", [round(20_000 * value / top) for value in mixed])))


@lru_cache(maxsize=1)
def key_beep() -> Samples:
    """60 ms at 1 kHz: an accepted key."""
    length = RATE * 6 // 100
    edge = RATE // 200
    tone = (math.sin(2 * math.pi * 1000 * n / RATE) * min(1, n / edge, (length - 1 - n) / edge) for n in range(length))
    return array("h", [round(6_000 * value) for value in tone])


def _bar(t: float, hertz: float) -> float:
    attack = min(1.0, t / 0.006)
    return attack * sum(
        share * math.exp(-t * 4.5 * times) * math.sin(2 * math.pi * hertz * times * t) for times, share in _OVERTONES
    )
