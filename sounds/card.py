"""The sound card through pygame.mixer, the only file that touches it: opened once, kept open, opened again when it changed.

It is kept open because HDMI screens swallow the first second after an opening. SDL's own twins stand in for a card:
driver "dummy" plays at real speed to nobody; "disk" writes raw samples to SDL_DISKAUDIOFILE, with SDL_DISKAUDIODELAY=0 as
fast as it can, silence too for as long as it is open, so that one is closed when it has nothing to say.
"""

import os
from pathlib import Path
from typing import Final

import pygame

from program.settings import SpeakerSettings
from sounds.chime import key_beep
from sounds.waveform import RATE, Samples

_BLOCK_SAMPLES: Final = 512
_CARDS: Final = Path("/proc/asound/cards")
_SPEECH_CHANNEL: Final = 0
_BEEP_CHANNEL: Final = 1


class CardError(Exception):
    """No sound card took the sound; the message says what SDL said."""


class Card:
    """One sound card. All methods from one thread."""

    def __init__(self, settings: SpeakerSettings) -> None:
        self._settings = settings
        self._cards_at_open: str | None = None
        self._sounds: dict[int, pygame.mixer.Sound] = {}

    def play(self, samples: Samples, volume_percent: int) -> None:
        """Hand `samples` over; comes back at once. Raises CardError."""
        self._play(_SPEECH_CHANNEL, samples, volume_percent)

    def beep(self) -> None:
        """The key's beep, beside what is playing. Raises CardError."""
        self._play(_BEEP_CHANNEL, key_beep(), 100)

    def playing(self) -> bool:
        """Is speech still being played?"""
        return pygame.mixer.get_init() is not None and pygame.mixer.Channel(_SPEECH_CHANNEL).get_busy()

    def stop(self) -> None:
        """Silence, at once."""
        if pygame.mixer.get_init():
            pygame.mixer.Channel(_SPEECH_CHANNEL).stop()

    def open(self) -> None:
        """Open the card, or open it anew if cards came or went. Raises CardError."""
        cards = _cards()
        if pygame.mixer.get_init() and cards == self._cards_at_open:
            return
        self.close()
        if self._settings.driver:
            os.environ["SDL_AUDIODRIVER"] = self._settings.driver
        if self._settings.card:
            os.environ["AUDIODEV"] = self._settings.card
        try:
            pygame.mixer.init(frequency=RATE, size=-16, channels=1, buffer=_BLOCK_SAMPLES, allowedchanges=0)
        except pygame.error as problem:
            raise CardError(f"sound card: {problem}") from problem
        self._cards_at_open = cards

    def rest(self) -> None:
        """There is nothing to say for now. A loudspeaker stays open; a file is closed."""
        if self._settings.driver == "disk" and pygame.mixer.get_init():
            self.close()

    def close(self) -> None:
        """Let go of the card; the next sound opens it again."""
        if pygame.mixer.get_init():
            # A sound that ends while the mixer is closing would wait for this thread, and this thread for it, for ever.
            pygame.mixer.pause()
        self._sounds.clear()
        pygame.mixer.quit()
        self._cards_at_open = None

    def _play(self, channel: int, samples: Samples, volume_percent: int) -> None:
        self.open()
        try:
            sound = pygame.mixer.Sound(buffer=samples.tobytes())
            sound.set_volume(max(0, min(100, volume_percent)) / 100)
            pygame.mixer.Channel(channel).play(sound)
            # Held until the next one: what nobody else holds is taken apart by SDL's own thread as it ends, beside whatever
            # Python does then. A hall died in that thread once in a long run.
            self._sounds[channel] = sound
        except pygame.error as problem:
            raise CardError(f"sound card: {problem}") from problem


def _cards() -> str:
    """ALSA's list of cards: it changes when one is unplugged, which SDL tells nobody but a window's event loop."""
    try:
        return _CARDS.read_text(encoding="utf-8")
    except OSError:
        return ""
