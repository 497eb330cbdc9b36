"""Text to speech on this machine: espeak-ng as a program, and pyttsx3, each one text to one piece of sound.

Both are given vocalised words (number_words.py says why). An engine is any `Engine`; a failure is a SpeechError, so
that the caller can try the next.
"""

import logging
import queue
import subprocess
import tempfile
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Final

from sounds.waveform import Samples, WaveformError, levelled, read_wav, sounding, trimmed

Engine = Callable[[str, str], Samples]
"""(vocalised text, language) to levelled, trimmed sound. Raises SpeechError."""

WORDS_A_MINUTE: Final = 165
DEADLINE_SECONDS: Final = 4.0
_VOICES: Final = {"fa": "fa", "en": "en-us"}
_log = logging.getLogger(__name__)


class SpeechError(Exception):
    """This engine said nothing; the message says why."""


def espeak_ng(text: str, language: str, voice: str | None = None) -> Samples:
    """Speak by the espeak-ng program (SSML allowed); `voice` "mb-ir1" takes mbrola's. Raises SpeechError."""
    command = [
        "espeak-ng",
        "-z",
        "-m",
        "-s",
        str(WORDS_A_MINUTE),
        "-v",
        voice or _VOICES.get(language, language),
        "--stdout",
        text,
    ]
    try:
        spoken = subprocess.run(command, capture_output=True, timeout=DEADLINE_SECONDS, check=True)
        return _checked(read_wav(BytesIO(spoken.stdout)), text)
    except (OSError, subprocess.SubprocessError, WaveformError) as problem:
        raise SpeechError(f"espeak-ng: {problem}") from problem


class Pyttsx3:
    """An Engine on pyttsx3, which is loaded when first needed.

    It loses files when two threads use it, or when two texts share a runAndWait, and it may lose one without a word
    otherwise: so one thread of its own, one text a run, and the file is looked at. An engine that overstays its
    deadline is never asked again.
    """

    def __init__(self) -> None:
        self._texts: queue.SimpleQueue[tuple[str, str, queue.SimpleQueue[Samples | SpeechError]]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._stuck = False

    def __call__(self, text: str, language: str) -> Samples:
        """Speak `text`. Raises SpeechError."""
        if self._stuck:
            raise SpeechError("pyttsx3: did not answer before")
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="pyttsx3", daemon=True)
            self._thread.start()
        answer: queue.SimpleQueue[Samples | SpeechError] = queue.SimpleQueue()
        self._texts.put((text, language, answer))
        try:
            spoken = answer.get(timeout=DEADLINE_SECONDS)
        except queue.Empty:
            self._stuck = True
            raise SpeechError(f"pyttsx3: no answer within {DEADLINE_SECONDS:.0f} s") from None
        if isinstance(spoken, SpeechError):
            raise spoken
        return spoken

    def _run(self) -> None:
        while True:
            text, language, answer = self._texts.get()
            try:
                answer.put(_through_pyttsx3(text, language))
            except Exception as problem:  # noqa: BLE001 its drivers raise whatever the system's library does
                _log.warning("pyttsx3: %r", problem)
                answer.put(SpeechError(f"pyttsx3: {problem}"))


def _through_pyttsx3(text: str, language: str) -> Samples:
    import pyttsx3  # noqa: PLC0415 heavy, and wanted only when a clip is missing

    with tempfile.TemporaryDirectory(prefix="nobat-speech-") as folder:
        file = Path(folder) / "spoken.wav"
        engine = pyttsx3.init()
        engine.setProperty("rate", WORDS_A_MINUTE)
        engine.setProperty("voice", _voice_id(engine.getProperty("voices"), language))
        engine.save_to_file(text, str(file))
        engine.runAndWait()
        return _checked(read_wav(file), text)


def _voice_id(voices: list[object], language: str) -> str:
    """The voice of `language` by its id ("ira/fa"): a name that it does not know, pyttsx3 takes silently for English."""
    wanted = _VOICES.get(language, language).lower()
    ids = [str(getattr(voice, "id", "")) for voice in voices]
    found = next((voice for voice in ids if voice.rpartition("/")[2].lower() == wanted), None)
    if found is None:
        raise SpeechError(f"pyttsx3: no voice for {language}")
    return found


def _checked(spoken: Samples, text: str) -> Samples:
    if sounding(spoken) == (0, 0):
        raise SpeechError(f"nothing was heard for {text!r}")
    return levelled(trimmed(spoken))
