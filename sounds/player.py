"""The one owner of the sound card, on its own thread: say, beep, hush. (interface; being built)"""

from dataclasses import dataclass
from typing import Final

from program.inbox import Inbox
from program.settings import SpeakerSettings
from sounds.utterance import Utterance

WAITING_LIMIT: Final = 32


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The first sample of utterance `id` was handed to the card. `at` is the monotonic clock in seconds."""

    id: str
    at: float


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """Utterance `id` is over. `how`: the weakest link of the chain that was needed ("recorded", "rendered", "shipped",
    "live", "chime"), "silent" (nobody heard it: no card, volume 0, or too many waiting) or "hushed"."""

    id: str
    how: str


class Player:
    """Says utterances one after the other, in the order given. No method waits or raises."""

    def __init__(self, settings: SpeakerSettings, inbox: Inbox) -> None:
        """Nothing is loaded or opened before `start`."""
        self._inbox = inbox

    def start(self) -> None:
        """Open the card and load the voices, on the player's own thread."""

    def stop(self) -> None:
        """End the thread and close the card; waits for the thread, a second at most."""

    def say(self, utterance: Utterance) -> None:
        """Say `utterance` after those that wait. SpeechStarted and SpeechEnded come into the inbox; without a sound only
        SpeechEnded does, and it always comes."""
        self._inbox.put(SpeechEnded(utterance.id, "silent"))

    def beep(self) -> None:
        """The short sound of an accepted key, at once, over whatever is being said."""

    def hush(self) -> None:
        """Stop what is being said and forget what waits; each ends as "hushed"."""
