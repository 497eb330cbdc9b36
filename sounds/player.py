"""The one owner of the sound card, on its own thread: say, beep, hush. What is said queues up and never overlaps."""

import logging
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from program.inbox import Inbox
from program.settings import SpeakerSettings
from sounds.card import Card, CardError
from sounds.chime import chime, key_beep
from sounds.utterance import SpeechEnded, SpeechStarted, Utterance, short_name
from sounds.voice import Link, Speech, Voice, voice_of
from sounds.waveform import seconds, write_wav

WAITING_LIMIT: Final = 32
"""More utterances than this are not kept: they end as "silent"."""
HUSHED: Final = "hushed"
FAILED: Final = "failed"
_COMMANDS_LIMIT: Final = 4 * WAITING_LIMIT
_LOOK_EVERY_SECONDS: Final = 0.015
_OVERDUE_SECONDS: Final = 3.0
"""A card that plays this much longer than the sound lasts is stuck."""
_STOP_WAIT_SECONDS: Final = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Beep:
    pass


@dataclass(frozen=True, slots=True)
class _Hush:
    pass


@dataclass(frozen=True, slots=True)
class _Stop:
    pass


@dataclass(frozen=True, slots=True)
class _Speaking:
    utterance: Utterance
    how: Link
    overdue_at: float


class Player:
    """Says utterances one after the other, in the order given. No method waits or raises."""

    def __init__(self, settings: SpeakerSettings, inbox: Inbox, voice: Callable[[SpeakerSettings], Voice] = voice_of) -> None:
        """Nothing is loaded or opened before `start`; `voice` is called on the player's thread."""
        self._settings = settings
        self._inbox = inbox
        self._make_voice = voice
        self._voice: Voice | None = None
        self._card = Card(settings)
        self._commands: queue.Queue[Utterance | _Beep | _Hush | _Stop] = queue.Queue(_COMMANDS_LIMIT)
        self._waiting: deque[Utterance] = deque()
        self._speaking: _Speaking | None = None
        self._thread = threading.Thread(target=self._run, name="player", daemon=True)

    def start(self) -> None:
        """Open the card and load the voices, on the player's own thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and close the card; waits for the thread, a second at most."""
        self._order(_Stop())
        if self._thread.is_alive():
            self._thread.join(_STOP_WAIT_SECONDS)

    def say(self, utterance: Utterance) -> None:
        """Say `utterance` after those that wait. SpeechStarted and SpeechEnded come into the inbox; without a sound only
        SpeechEnded does, and it always comes."""
        if not self._order(utterance):
            self._inbox.put(SpeechEnded(utterance.id, Link.SILENT))

    def beep(self) -> None:
        """The short sound of an accepted key, at once, over whatever is being said."""
        self._order(_Beep())

    def hush(self) -> None:
        """Stop what is being said and forget what waits; each ends as "hushed"."""
        self._order(_Hush())

    def _order(self, command: Utterance | _Beep | _Hush | _Stop) -> bool:
        try:
            self._commands.put_nowait(command)
        except queue.Full:
            _log.error("the player does not keep up: %s dropped", type(command).__name__)
            return False
        return True

    # Everything below runs on the player's thread.

    def _run(self) -> None:
        chime(), key_beep()  # computed now, so that the first call need not wait for them
        self._guarded(self._loaded_voice)
        self._guarded(lambda: self._try_card(self._card.open))
        self._guarded(self._card.rest)
        while not isinstance(command := self._next_command(), _Stop):
            self._guarded(partial(self._obey, command))
        self._card.close()

    def _next_command(self) -> Utterance | _Beep | _Hush | _Stop | None:
        """None: nothing was ordered, and it is time to look after what is being said."""
        try:
            return self._commands.get(timeout=_LOOK_EVERY_SECONDS if self._speaking or self._waiting else None)
        except queue.Empty:
            return None

    def _guarded(self, act: Callable[[], object]) -> None:
        """What raises costs what is being said, never what follows: a dead thread would end all speech for good."""
        try:
            act()
        except Exception:  # noqa: BLE001  whatever a driver raises, or a fault of ours
            _log.exception("the player failed")
            self._end(FAILED)

    def _obey(self, command: Utterance | _Beep | _Hush | None) -> None:
        """Do as ordered, if anything was; then look after what is being said, and begin what waits."""
        match command:
            case _Beep():
                self._try_card(self._card.beep)
            case _Hush():
                self._hush()
            case Utterance():
                self._take(command)
        self._look_whether_ended()
        while self._waiting and not self._speaking:
            self._begin(self._waiting.popleft())
        if self._speaking is None:
            self._card.rest()

    def _loaded_voice(self) -> Voice:
        """The voice; one that could not be loaded is tried again by the next utterance."""
        if self._voice is None:
            self._voice = self._make_voice(self._settings)
        return self._voice

    def _take(self, utterance: Utterance) -> None:
        if len(self._waiting) >= WAITING_LIMIT:
            self._inbox.put(SpeechEnded(utterance.id, Link.SILENT))
        else:
            self._waiting.append(utterance)

    def _begin(self, utterance: Utterance) -> None:
        """Hand the utterance to the card, or end it at once when nobody can hear it."""
        try:
            speech = self._loaded_voice().speech(utterance)
            heard = utterance.volume_percent > 0 and bool(speech.samples)
            played = heard and self._try_card(lambda: self._card.play(speech.samples, utterance.volume_percent))
        except Exception:  # noqa: BLE001  one sentence that breaks a voice must not end all others
            _log.exception("utterance %s cannot be said", utterance.id)
            self._inbox.put(SpeechEnded(utterance.id, FAILED))
            return
        if not played:
            self._inbox.put(SpeechEnded(utterance.id, Link.SILENT))
            return
        now = time.monotonic()
        self._inbox.put(SpeechStarted(utterance.id, now))
        self._speaking = _Speaking(utterance, speech.how, now + seconds(speech.samples) + _OVERDUE_SECONDS)
        self._keep(utterance, speech)

    def _look_whether_ended(self) -> None:
        if self._speaking is None:
            return
        if not self._card.playing():
            self._end(self._speaking.how)
        elif time.monotonic() > self._speaking.overdue_at:
            _log.error("the sound card is stuck; it is opened again")
            self._card.close()
            self._end(Link.SILENT)

    def _end(self, how: str) -> None:
        if self._speaking is not None:
            self._inbox.put(SpeechEnded(self._speaking.utterance.id, how))
            self._speaking = None

    def _hush(self) -> None:
        self._card.stop()
        self._end(HUSHED)
        while self._waiting:
            self._inbox.put(SpeechEnded(self._waiting.popleft().id, HUSHED))

    def _try_card(self, act: Callable[[], None]) -> bool:
        try:
            act()
        except CardError as problem:
            _log.warning("%s", problem)
            return False
        return True

    def _keep(self, utterance: Utterance, speech: Speech) -> None:
        """Save the announcement in the folder that the device file asks for, numbered in order of speaking. Several
        devices may share a folder."""
        if self._settings.keep_announcements is None:
            return
        folder = Path(self._settings.keep_announcements)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            unnamed = folder / f"{os.getpid()}.new"
            write_wav(unnamed, speech.samples)
            _file_whole(unnamed, short_name(utterance))
        except OSError as problem:
            _log.warning("announcement not kept: %s", problem)


def _file_whole(unnamed: Path, name: str) -> None:
    """Name it "0012-{name}.wav", a number that no other program has: whoever looks there finds whole sounds only.
    Raises OSError."""
    number = sum(1 for _ in unnamed.parent.glob("*.wav"))
    while True:
        try:
            unnamed.with_name(f"{number:04}-{name}.wav").hardlink_to(unnamed)
        except FileExistsError:
            number += 1
        else:
            unnamed.unlink()
            return
