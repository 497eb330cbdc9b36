"""What is known of one call, what it can be doing, and what it can want done. Frozen data only."""

from dataclasses import dataclass, field
from typing import Final

from mqtt.contract import Booked, Offer, Operation, PhoneCard, SiteCard
from mqtt.request_id import request_id
from phone_line.open_calls import OpenCall
from program.frozen import replace

BACK: Final = "*"
"""The key that leads back, from wherever there is a way back."""

# ------------------------------------------------------------------- modes: questions that the caller answers


@dataclass(frozen=True, slots=True)
class Main:
    """A place, a code again, a cancellation, today's hours, or reception."""


@dataclass(frozen=True, slots=True)
class ChoosingDepartment:
    """The department's code."""


@dataclass(frozen=True, slots=True)
class ChoosingDoctor:
    """The doctor's code in the wish's department; 0 is the first free time."""


@dataclass(frozen=True, slots=True)
class OfferingCallerNumber:
    """The text may go to the number that calls, to another, or not at all."""


@dataclass(frozen=True, slots=True)
class TypingMobile:
    """The mobile number for the text, or # for none."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A place is held and read out."""

    offer: Offer


@dataclass(frozen=True, slots=True)
class Changing:
    """The caller wants something else than the place that is held: what?"""

    offer: Offer


@dataclass(frozen=True, slots=True)
class AfterCode:
    """Bookings and their codes were told: once more, slowly, another booking, or goodbye."""

    bookings: tuple[Booked, ...]


@dataclass(frozen=True, slots=True)
class TypingCode:
    """The tracking code of the booking that is to be cancelled."""


@dataclass(frozen=True, slots=True)
class TypingBookingMobile:
    """The mobile number that a booking was made with. `code`: it is to be cancelled; None: its code is to be told again."""

    code: str | None


@dataclass(frozen=True, slots=True)
class TypingDate:
    """The day of a booking of `mobile`, as month and day: who knows both may hear its code."""

    mobile: str


@dataclass(frozen=True, slots=True)
class ConfirmingCancel:
    """Is this booking of `mobile` really to be cancelled?"""

    booking: Booked
    mobile: str


@dataclass(frozen=True, slots=True)
class DecidingSubstitute:
    """The first of these bookings of `mobile` has a substitute doctor: wanted or not?"""

    bookings: tuple[Booked, ...]
    mobile: str


# ------------------------------------------------------------------------ modes: the store is being asked


@dataclass(frozen=True, slots=True)
class Resuming:
    """Has this call a booking or a held place already?"""


@dataclass(frozen=True, slots=True)
class Holding:
    """Keep the first free place of the wish."""


@dataclass(frozen=True, slots=True)
class Confirming:
    """Make the held place a booking."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The bookings of `mobile`. `code`: one that is to be cancelled; None: to tell them. `by_caller`: the mobile is the
    number that calls, and another may be typed when nothing is found."""

    mobile: str
    code: str | None = None
    by_caller: bool = False


@dataclass(frozen=True, slots=True)
class Cancelling:
    """Give a booking back."""


@dataclass(frozen=True, slots=True)
class AskingHours:
    """When is the site open today?"""


# ------------------------------------------------------------------------------- modes: only speaking


@dataclass(frozen=True, slots=True)
class TellingCode:
    """The code is told for the first time; no key cuts it short. `last_digit`: all but that was heard."""

    booked: Booked
    last_digit: bool = False


@dataclass(frozen=True, slots=True)
class Leaving:
    """The last words. `result` tells the exchange what comes next."""

    result: str


@dataclass(frozen=True, slots=True)
class Over:
    """Nobody is on the line."""


Question = (
    Main | ChoosingDepartment | ChoosingDoctor | OfferingCallerNumber | TypingMobile | Offered | Changing | AfterCode
    | TypingCode | TypingBookingMobile | TypingDate | ConfirmingCancel | DecidingSubstitute
)  # fmt: skip
Waiting = Resuming | Holding | Confirming | Finding | Cancelling | AskingHours
Mode = Question | Waiting | TellingCode | Leaving | Over


# ------------------------------------------------------------------------------------------------ the call


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller wants, as far as it is said. `mobile` None, where `mobile_said`: no text is wanted."""

    department: int = 0
    doctor: int | None = None
    mobile: str | None = None
    mobile_said: bool = False
    after: str | None = None  # ISO


@dataclass(frozen=True, slots=True)
class Place:
    """What this call did about its place, for what is to be looked after when nobody is there any more."""

    asked: bool = False  # one may be held, or a booking
    heard: bool = False  # the caller heard the code, in this run or perhaps in the one before


@dataclass(frozen=True)
class Call:
    """One call. Times are monotonic seconds.

    `boot` names this run of the program and `line` the call's connection in it, `id` the call at the exchange, however often
    it comes back. `booking` counts its bookings: each is a call of its own for the store. `turn` counts what was said: an
    answer to earlier words is none. `unheard` are the words before this question, until they are heard to their end: a key
    that cut them short and is no answer has them said again. `tries` counts this question's wrong answers, `answers` all
    answers. `steps` has the names of the modes that it went through."""

    boot: str
    line: int
    id: str
    started_at: float
    since: float
    mode: Mode = field(default_factory=Resuming)
    site: SiteCard | None = None
    today: str = ""  # ISO, by the store's clock
    mobile: str | None = None  # the caller's own number, where that is a mobile
    came_back: bool = False
    booking: int = 1
    wish: Wish = Wish()
    place: Place = Place()
    request: str | None = None  # the id of what the store is asked
    asked: int = 0  # requests made so far
    told_to_wait: bool = False
    slowly: bool = False
    turn: int = 0
    tries: int = 0
    unheard: tuple[str, ...] = ()
    fallen_over: bool = False  # this question had its key from the answer before
    answers: int = 0
    steps: tuple[str, ...] = ()
    ended: str = "hung_up"  # how, unless it is ended otherwise

    @property
    def card(self) -> PhoneCard:
        """How the site's menu asks."""
        return card_of(self.site)

    @property
    def name(self) -> str:
        """The call's id for the store, one for each of its bookings."""
        return self.id if self.booking == 1 else f"{self.id}-{self.booking}"


def card_of(site: SiteCard | None) -> PhoneCard:
    """How a site's menu asks; before the site is heard of, as any does."""
    return site.voice_menu if site else PhoneCard()


# ------------------------------------------------------------------------------------------------ actions


@dataclass(frozen=True, slots=True)
class Gather:
    """How many keys answer at `most`, and how long each is waited for, in ms; fewer are an answer with #, or after the wait."""

    most: int = 1
    wait_ms: int = 5000


@dataclass(frozen=True, slots=True)
class Say:
    """Play these prompts. With `gather` a key cuts them short and is the answer's first; without, nothing does."""

    line: int
    turn: int
    prompts: tuple[str, ...]
    gather: Gather | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the store; an answer after `give_up_seconds` is of no use (None: any is). `note` is on disk before."""

    request: str
    operation: Operation
    give_up_seconds: float | None
    note: OpenCall | None = None


@dataclass(frozen=True, slots=True)
class Abandon:
    """Nobody waits for the answer to `request` any more: it must not be asked again after what follows."""

    request: str


@dataclass(frozen=True, slots=True)
class Remember:
    """Let the exchange keep, with the call, which of its bookings this is: it survives us."""

    line: int
    booking: int


@dataclass(frozen=True, slots=True)
class Leave:
    """Give the call back to the exchange, with what comes next."""

    line: int
    result: str


@dataclass(frozen=True, slots=True)
class Note:
    """On disk before anything that follows: what has become of a call."""

    open_call: OpenCall


@dataclass(frozen=True, slots=True)
class Close:
    """Nothing of `call` needs to be looked after any more."""

    call: str


MenuAction = Say | Ask | Abandon | Remember | Leave | Note | Close
Result = tuple[Call, tuple[MenuAction, ...]]


def next_request(call: Call) -> tuple[Call, str]:
    """The call, waiting for the answer to one request more, and that request's id."""
    request = request_id(f"{call.boot} {call.line}", call.asked)
    return replace(call, request=request, asked=call.asked + 1), request
