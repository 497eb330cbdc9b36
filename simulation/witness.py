"""What people in the clinic could see and hear, and nothing else: papers in hands, numbers on screens, voices, what was told
by telephone. The laws are held against this and the ledger."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from mqtt.contract import Reason


@dataclass(frozen=True, slots=True)
class Paper:
    """A number that somebody holds on paper, or was shown and told to keep. `claim`: the code typed, or the request's id: who
    shows the same code again gets the same number."""

    at: float
    kiosk: str
    service_day: int
    number: int
    claim: str
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """A call was heard in the hall; `first`: with its chime."""

    at: float
    epoch: str
    call: int
    number: int
    first: bool


@dataclass(frozen=True, slots=True)
class TextCame:
    """A text came to a mobile."""

    at: float
    mobile: str
    body: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A kiosk said why not, and the store was there to be asked."""

    at: float
    code: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Visit:
    """How somebody's morning at the kiosk ended. `number` None: without a ticket, and `why`."""

    person: str
    number: int | None
    why: str


@dataclass(slots=True)
class Witness:
    """Everything that was noted, in order."""

    papers: list[Paper] = field(default_factory=list)
    perhaps: set[tuple[int, int]] = field(default_factory=set)
    """(service day, number) of papers of which not even their kiosk knows whether they came out."""
    spoken: list[Spoken] = field(default_factory=list)
    told_codes: dict[str, float] = field(default_factory=dict)
    texts: list[TextCame] = field(default_factory=list)
    in_doubt: int = 0
    """Texts that came, and of which nobody could tell the store that they had."""
    visits: list[Visit] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    story: list[tuple[float, str]] = field(default_factory=list)
    looked_away: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    """Spans in which a device could not hear the store."""

    def note(self, at: float, what: str) -> None:
        """A step of the story."""
        self.story.append((at, what))

    def digest(self, rows: Iterable[object]) -> str:
        """One run's fingerprint, with the ledger's `rows` in the end: the same seed gives the same."""
        told = sha256()
        for at, what in self.story:
            told.update(f"{at:.6f} {what}\n".encode())
        for paper in self.papers:
            told.update(repr(paper).encode())
        for call in self.spoken:
            told.update(f"{call.at:.6f} {call.call} {call.number} {call.first}".encode())
        for text in self.texts:
            told.update(repr(text).encode())
        for row in rows:
            told.update(repr(row).encode())
        return told.hexdigest()[:16]
