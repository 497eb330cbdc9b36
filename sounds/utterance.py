"""What is to be said: a chime and sentences, as frozen data, before anyone asks which voice says it.

`groups` turns a sentence into the names of the clips that say it. The clips of a group are joined, a comma's pause
stands between groups. Each name is a line of the language's script (`script.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sounds.number_words import Part, parts


@dataclass(frozen=True, slots=True)
class Call:
    """«شمارهٔ صد و بیست و سه، به باجهٔ چهار». `point_kind` is the contract's "counter" or "room"."""

    number: int
    point_kind: str
    label: int
    language: str = "fa"


@dataclass(frozen=True, slots=True)
class TicketNumber:
    """«شمارهٔ شما، صد و بیست و سه»: at the kiosk, with a Phrase after it for where to go."""

    number: int
    language: str = "fa"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the script by its key: "kiosk_code", "kiosk_take_ticket"; see sounds/fa/prompts.toml for all."""

    key: str
    language: str = "fa"


Sentence = Call | TicketNumber | Phrase


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing to say without interruption. `id` comes back in SpeechStarted and SpeechEnded."""

    id: str
    sentences: tuple[Sentence, ...]
    chime: bool = True
    volume_percent: int = 100


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The first sample of utterance `id` was handed to the card. `at` is the monotonic clock in seconds."""

    id: str
    at: float


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """Utterance `id` is over. `how`: the weakest link of the chain that was needed ("recorded", "rendered", "shipped",
    "live", "chime"), "silent" (nobody heard it: no card, volume 0, or too many waiting), "hushed", or "failed" (a fault of
    the program's, which the log has)."""

    id: str
    how: str


def call_sentences(
    number: int, point_kind: str, label: int, *, languages: Sequence[str] = ("fa",), readings: int = 1
) -> tuple[Call, ...]:
    """One call in each language, `readings` times over, a language's readings side by side (fa, fa, en, en)."""
    return tuple(Call(number, point_kind, label, language) for language in languages for _ in range(readings))


def short_name(utterance: Utterance) -> str:
    """What it is about, for logs and file names: "123-counter-4", "ticket-123", "kiosk_code", "chime"."""
    match utterance.sentences:
        case (Call(number, point_kind, label), *_):
            return f"{number}-{point_kind}-{label}"
        case (TicketNumber(number), *_):
            return f"ticket-{number}"
        case (Phrase(key), *_):
            return key
        case _:
            return "chime"


def groups(sentence: Sentence) -> tuple[tuple[str, ...], ...]:
    """The clips of `sentence`, group by group. Raises ValueError for a number outside 1 to 9999."""
    match sentence:
        case Call(number, point_kind, label, language):
            return (
                ("number", *number_clips(number, language)),
                (f"to_{point_kind}", *number_clips(label, language, last=True)),
            )
        case TicketNumber(number, language):
            return (("your_number",), number_clips(number, language, last=True))
        case Phrase(key):
            return ((key,),)


def number_clips(number: int, language: str, *, last: bool = False) -> tuple[str, ...]:
    """The clips of a number: "100_linked", "20_linked", "3"; with `last`, its end is said with a falling voice: "3_last"."""
    spoken = parts(number, language)
    names = [clip_name(part) for part in spoken]
    if last:
        names[-1] = clip_name(spoken[-1], last=True)
    return tuple(names)


def clip_name(part: Part, *, last: bool = False) -> str:
    """The file name (without ending) of a number's part."""
    return f"{part.value}{'_linked' if part.linked else ''}{'_last' if last else ''}"
