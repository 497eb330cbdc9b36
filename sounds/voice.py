"""Which voice says it: an utterance to one piece of sound, along a chain that never breaks.

    recorded pack > pack rendered on site > shipped pack > live speech > the chime alone > nothing

A sentence is said by the first link that has all of it: one missing clip moves that sentence, and only that one, to the
next link, so that no sentence changes its voice in the middle.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Final

from program.settings import SpeakerSettings
from sounds.chime import chime
from sounds.pack import Pack, packs_of
from sounds.script import LANGUAGES, script
from sounds.synthesis import Engine, Pyttsx3, SpeechError, espeak_ng
from sounds.utterance import Sentence, Utterance, groups
from sounds.waveform import Samples, joined, silence

CHIME_PAUSE_SECONDS: Final = 0.10
COMMA_PAUSE_SECONDS: Final = 0.22
SENTENCE_PAUSE_SECONDS: Final = 0.60
_log = logging.getLogger(__name__)


class Link(StrEnum):
    """The links of the chain, best first."""

    RECORDED = "recorded"
    RENDERED = "rendered"
    SHIPPED = "shipped"
    LIVE = "live"
    CHIME = "chime"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Speech:
    """What goes to the card, and the weakest link that was needed for it."""

    samples: Samples
    how: Link


class Voice:
    """All that can speak on this device. Not for two threads at once."""

    def __init__(self, packs: Mapping[str, Sequence[Pack]], engines: Sequence[Engine]) -> None:
        """`packs` by language and `engines`, each best first."""
        self._packs = packs
        self._engines = engines

    def speech(self, utterance: Utterance) -> Speech:
        """The whole utterance as one sound. Never raises: what no link can say is left out, and `how` tells."""
        spoken = [self._sentence(sentence) for sentence in utterance.sentences]
        sentences = [samples for samples, _ in spoken if samples]
        used = [link for samples, link in spoken if samples]
        pieces = [chime(), silence(CHIME_PAUSE_SECONDS)] if utterance.chime else []
        for samples in sentences:
            pieces += [samples, silence(SENTENCE_PAUSE_SECONDS)]
        how = max(used, key=list(Link).index) if used else (Link.CHIME if utterance.chime else Link.SILENT)
        return Speech(joined(pieces[:-1], crossfade_seconds=0.0), how)

    def _sentence(self, sentence: Sentence) -> tuple[Samples | None, Link]:
        try:
            clips = groups(sentence)
        except ValueError as problem:
            _log.error("cannot be said: %s", problem)
            return None, Link.SILENT
        for pack in self._packs.get(sentence.language, ()):
            if samples := _from_pack(pack, clips):
                return samples, Link(pack.manifest.kind.value)
        return self._live(clips, sentence.language), Link.LIVE

    def _live(self, clips: Sequence[Sequence[str]], language: str) -> Samples | None:
        try:
            lines = script(language)
            text = "، ".join(" ".join(lines[name].vocalised.rstrip("،,") for name in group) for group in clips)
        except (KeyError, ValueError) as problem:
            _log.error("cannot be said, the script lacks it: %s", problem)
            return None
        for engine in self._engines:
            try:
                return engine(text, language)
            except SpeechError as problem:
                _log.warning("%s", problem)
        return None


def voice_of(settings: SpeakerSettings) -> Voice:
    """The voice of a device: the packs its file names, read whole, then pyttsx3, then espeak-ng as a program."""
    packs = {language: packs_of(language, settings.packs) for language in LANGUAGES}
    for pack in chain.from_iterable(packs.values()):
        pack.read_ahead()
    return Voice(packs, (Pyttsx3(), espeak_ng))


def _from_pack(pack: Pack, clips: Sequence[Sequence[str]]) -> Samples | None:
    pieces: list[Samples] = []
    for group in clips:
        found = [pack.clip(name) for name in group]
        present = [clip for clip in found if clip is not None]
        if len(present) < len(found):
            missing = [name for name, clip in zip(group, found, strict=True) if clip is None]
            _log.warning("voice pack %s has no %s", pack.manifest.name, ", ".join(missing))
            return None
        pieces += [joined(present), silence(COMMA_PAUSE_SECONDS)]
    return joined(pieces[:-1], crossfade_seconds=0.0)
