"""What the store answers."""

from mqtt.contract.queue import PointState
from mqtt.contract.words import DayStatus, Reason, Source
from mqtt.fields import Moment, Struct


class TicketGiven(Struct, frozen=True, tag="ticket"):
    """The number, and all that the paper says. Names are looked up in the SiteCard by id and code."""

    number: int
    service_day: int
    date: str
    source: Source
    department: int | None  # None: a help ticket
    stage: str
    zone: str
    points: tuple[str, ...]  # where it may be called
    ahead: int  # about how many are called before it
    issued_at_ms: Moment
    doctor: int | None = None
    booked_time: str | None = None
    late_until: str | None = None  # the doctor is late until then
    priority: str | None = None
    again: bool = False  # the same code or request had this ticket already: a reprint
    substitute: bool = False  # the doctor stands in for the one who was booked
    page: str = ""  # where its holder may look how many are before it, "http://192.168.1.10:8090/153-k7q3m9xw"; empty: nowhere


class Settled(Struct, frozen=True, tag="settled"):
    """The settle is in the ledger."""

    number: int | None = None
    marked: bool = False  # an exception that reception is shown


class Welcome(Struct, frozen=True, tag="welcome"):
    """The store knows what the kiosk saw, or will ask for all of it again. `highest`: the highest number known of the kiosk's
    own range on the open service day."""

    highest: int | None = None


class Pressed(Struct, frozen=True, tag="pressed"):
    """The act was done; `point` is the point after it."""

    point: "PointState"


class Changed(Struct, frozen=True, tag="changed"):
    """A staff change was done."""

    number: int | None = None
    text: str = ""


class Booked(Struct, frozen=True, tag="booked"):
    """A booking and its code."""

    code: str
    date: str
    department: int
    session_starts: str
    session_ends: str
    doctor: int | None = None
    time: str | None = None  # where the site gives times
    substitute: bool = False  # its doctor is a substitute, whom the patient may decline


class Offer(Struct, frozen=True, tag="offer"):
    """A place that a call holds, and until when."""

    held_until_ms: Moment
    date: str
    department: int
    session_starts: str
    session_ends: str
    doctor: int | None = None
    time: str | None = None  # where the site gives times


class Bookings(Struct, frozen=True, tag="bookings"):
    """What was found, soonest first."""

    bookings: tuple[Booked, ...] = ()


class OpenHours(Struct, frozen=True, tag="open_hours"):
    """The hours of a date; no `opens`: closed, and why."""

    date: str
    opens: str | None = None
    tickets_until: str | None = None
    ends: str | None = None
    why: str = ""


class TextToSend(Struct, frozen=True):
    """One attempt at one text. `asked_of` names the gateway that may have sent an earlier attempt: ask it by `id` first;
    empty: any of them may have, because a worker ended without telling which."""

    id: int
    attempt: int
    to: str  # "09xxxxxxxxx"
    body: str
    expires_at_ms: Moment
    lease_until_ms: Moment
    asked_of: str | None = None
    doubts: int = 0  # earlier attempts of which nobody knows whether they left: from the second on it is only asked about


class TextToFollow(Struct, frozen=True):
    """A text that a gateway accepted: was it delivered?"""

    id: int
    attempt: int
    gateway: str
    gateway_id: str


class Texts(Struct, frozen=True, tag="texts"):
    """What a worker has to do now."""

    to_send: tuple[TextToSend, ...] = ()
    to_follow: tuple[TextToFollow, ...] = ()


class TouchedBooking(Struct, frozen=True):
    """A booking, or a ticket of it, that an absence touches, and what becomes of it. No mobile: telephone them."""

    code: str
    date: str
    has_mobile: bool
    time: str | None = None
    number: int | None = None  # checked in already
    new_date: str | None = None
    new_time: str | None = None
    new_doctor: int | None = None
    cancelled: bool = False


class AbsencePlan(Struct, frozen=True, tag="absence_plan"):
    """Whom an absence touches. `absence` is its id once it is done; None: a preview."""

    absence: int | None
    touched: tuple[TouchedBooking, ...]
    texts: int
    parts_each: int  # of the longest text
    words: str  # the text as it reads for the first of them, or the template when nobody is touched
    template: str = ""  # the text as it can be edited, with {code}, {date} and the like; empty: the site texts no such news


class Loaded(Struct, frozen=True, tag="loaded"):
    """The site file is in force. One sentence a change; none when nothing changed."""

    changes: tuple[str, ...] = ()


class DayAnswer(Struct, frozen=True, tag="day"):
    """The service day after the change; `ended` are the tickets that were given an outcome."""

    service_day: int
    date: str
    status: DayStatus
    ended: tuple[int, ...] = ()


class UntoldPapers(Struct, frozen=True):
    """A kiosk of whose papers the ledger does not know all. `tickets` None: perhaps it has some, from before a lost ledger."""

    kiosk: str
    tickets: int | None = None


class Refusal(Struct, frozen=True, tag="refusal"):
    """Why not, with what its screen needs for the next step."""

    reason: Reason
    detail: str = ""  # for a technician's log, in English
    date: str | None = None
    time: str | None = None
    number: int | None = None
    department: int | None = None
    doctor: int | None = None
    point: str | None = None
    walk_ins_left: int | None = None
    more_later: bool = False  # as in WalkInsLeft
    numbers: tuple[int, ...] = ()
    untold: tuple[UntoldPapers, ...] = ()  # what else keeps a day from ending
    retry_after_seconds: float | None = None
    moved: bool = False  # an absence gave the visit this date: the kiosk prints it on a slip
