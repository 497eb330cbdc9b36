"""What a kiosk knows, what it can be doing with a patient, and what it can ask its hardware to do. Frozen data only."""

from dataclasses import dataclass, field

from kiosk_device.generations import Generation
from kiosk_device.keypad.keys import KeysDown
from kiosk_device.moment import Moment
from kiosk_device.settling import GaveAlone, Papers, TicketOperation
from mqtt.contract import (
    Day,
    PrinterStatus,
    Refusal,
    Seen,
    SettleOutcome,
    SiteCard,
    TicketGiven,
)
from mqtt.feed import Feed
from mqtt.request_id import request_id
from program.frozen import replace
from rules.alone import Sheet as OwnSheet

# --------------------------------------------------------------- modes: what is going on with a patient


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody is served. The screen shows the two choices, or that it is closed, or that the store is away."""


@dataclass(frozen=True, slots=True)
class TypingCode:
    """The tracking code, as far as it is typed. `wrong`: the last try had a wrong check digit."""

    digits: str = ""
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class ChoosingDepartment:
    """«کدام درمانگاه؟»"""

    page: int = 0


@dataclass(frozen=True, slots=True)
class TypingMobile:
    """«کدم نیامده»: the mobile number of the booking, as far as it is typed. `wrong`: the last try was no mobile number."""

    digits: str = field(default="", repr=False)
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class AskingForCode:
    """The store is being asked to send the codes of a mobile number again."""

    request: str


@dataclass(frozen=True, slots=True)
class CodeSentAgain:
    """The same words, whatever is known of the mobile number."""


@dataclass(frozen=True, slots=True)
class ChoosingDoctor:
    """The first free doctor, or one of the department's."""

    department: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class Errand:
    """What a household comes to an insurance office for, by whose tickets, and its code as far as it is typed."""

    matter: str
    department: int
    may_go_without: bool = True
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ChoosingMatter:
    """«برای چه کاری آمده‌اید؟»"""

    page: int = 0


@dataclass(frozen=True, slots=True)
class TypingHousehold:
    """The code of the household or of a member, as far as it is typed. `needed`: this matter goes with one alone."""

    errand: Errand
    needed: bool = False


@dataclass(frozen=True, slots=True)
class CheckingHousehold:
    """«این کد درست است؟»"""

    errand: Errand


@dataclass(frozen=True, slots=True)
class ChoosingPriority:
    """«اولویت دارید؟», before a walk-in ticket."""

    department: int
    doctor: int | None
    errand: Errand | None = None


@dataclass(frozen=True, slots=True)
class OfferingNoPaper:
    """Nothing can be printed; with «بدون کاغذ» the number is shown and spoken instead."""

    operation: TicketOperation


@dataclass(frozen=True, slots=True)
class Asking:
    """The store is being asked for a ticket. `again_at`: it said wait (monotonic seconds). `nobody_hears`: the broker says
    that the store is away; it is still asked. `waited`: its time to answer is over, and the kiosk cannot go on alone."""

    request: str
    operation: TicketOperation
    without_paper: bool
    asked_at: float
    again_at: float | None = None
    nobody_hears: bool = False
    waited: bool = False


@dataclass(frozen=True, slots=True)
class WritingNumber:
    """The kiosk gave a number itself, which nobody sees before `line` is on its disk."""

    line: GaveAlone
    ticket: TicketGiven
    coded: bool
    without_paper: bool

    @property
    def request(self) -> str:
        """The ticket request that the number is for."""
        return self.line.request


@dataclass(frozen=True, slots=True)
class PrintingTicket:
    """The ticket is at the printer. `alone`: the kiosk gave its number itself."""

    request: str
    ticket: TicketGiven
    coded: bool
    alone: bool = False


@dataclass(frozen=True, slots=True)
class HasTicket:
    """The number is the patient's, on paper or on the screen (`outcome`); «کد دیگری دارید؟». `alone`: the kiosk gave it itself.

    `priority`: "" not asked for, "asking" until the store answers, then "noted" or "failed"."""

    ticket: TicketGiven
    outcome: SettleOutcome
    coded: bool
    priority: str = ""
    priority_request: str | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class ChoosingPriorityLater:
    """«اولویت دارید؟», by the holder of a fresh ticket."""

    has: HasTicket


@dataclass(frozen=True, slots=True)
class NewDate:
    """Where a visit was moved to: all that its slip says. `time`: where the site gives times."""

    date: str
    time: str | None = None
    department: int | None = None
    doctor: int | None = None


@dataclass(frozen=True, slots=True)
class PrintingSlip:
    """The slip of a moved visit is at the printer. The store has the new date already and hears nothing of the paper."""

    request: str
    new: NewDate


@dataclass(frozen=True, slots=True)
class HasSlip:
    """The new date is on paper or to be noted from the screen (`outcome`)."""

    new: NewDate
    outcome: SettleOutcome


@dataclass(frozen=True, slots=True)
class ReadingRefusal:
    """Why not, and the next step. `operation` is what was refused."""

    refusal: Refusal
    operation: TicketOperation | None = None


Inner = (
    TypingCode
    | ChoosingDepartment
    | TypingMobile
    | ChoosingMatter
    | TypingHousehold
    | CheckingHousehold
    | ChoosingDoctor
    | ChoosingPriority
    | OfferingNoPaper
    | HasTicket
    | ChoosingPriorityLater
    | ReadingRefusal
)


@dataclass(frozen=True, slots=True)
class StillThere:
    """«هنوز اینجا هستید؟» Any key goes back to `inner`."""

    inner: Inner


Mode = (
    Idle | Asking | WritingNumber | PrintingTicket | PrintingSlip | HasSlip | AskingForCode | CodeSentAgain | StillThere | Inner
)

# -------------------------------------------------------------------------------------- the whole state


@dataclass(frozen=True, slots=True)
class WrongCodes:
    """Wrong codes in a row, and until when code entry is locked for them (monotonic seconds)."""

    count: int = 0
    last_at: float = 0.0
    locked_until: float | None = None

    def locked(self, now: float) -> bool:
        return self.locked_until is not None and now < self.locked_until


@dataclass(frozen=True)
class Kiosk:
    """Everything the kiosk decides from. `since` is when the mode began or was last touched (monotonic seconds)."""

    device: str
    boot: str  # names this run, and seeds its request ids
    mode: Mode = Idle()
    since: float = 0.0
    home_language: str = "fa"
    language: str = "fa"
    site: SiteCard | None = None
    day: Day | None = None
    feed: Feed = field(default_factory=Feed)
    seen: Seen | None = None  # told in each request; None: nothing of any store yet
    generation: Generation = field(default_factory=Generation)
    printer: PrinterStatus = PrinterStatus.AWAY
    papers: Papers = field(default_factory=Papers)
    own_numbers_known: bool = True  # False on a new card, until the store's Welcome: earlier numbers may be on paper
    disk_keeps: bool = True  # False: what is written is gone at the next start, and a number that is given alone with it
    own_highest: int | None = None  # of its own range today, as the Welcome said
    sheet: OwnSheet | None = None
    store_time: Moment | None = None  # the store's last word on the time, in this run
    own_time: Moment | None = None  # what the kiosk's own clock says, where something keeps it right
    patient_until: float = 0.0  # at its start it waits for the store until then (monotonic seconds)
    alone: Day | None = None  # the day as the kiosk tells it itself, while the store is away and it can go on alone
    look_again_at: float | None = None  # whether the store is away (monotonic seconds)
    uncoded_at: tuple[float, ...] = ()  # the last tickets that it gave alone without a booking (monotonic seconds)
    settle_again_at: dict[str, float] = field(default_factory=dict)  # settles that the store put off
    keys: KeysDown = field(default_factory=KeysDown)
    before_key: Mode | None = None  # the mode before the newest key, taken back when that key is held
    pad_present: bool = True
    speaker_ok: bool = True
    speaking: str | None = None
    wrong_codes: WrongCodes = WrongCodes()
    identify_until: float | None = None
    restart_asked: bool = False
    ids_made: int = 0

    def fresh_id(self) -> "tuple[Kiosk, str]":
        """The kiosk after it made a request id, and the id."""
        made = replace(self, ids_made=self.ids_made + 1)
        return made, request_id(self.boot, self.ids_made)

    @property
    def today(self) -> Day | None:
        """The service day as it stands on the screen: the store's, or the kiosk's own while it is alone."""
        return self.day if self.alone is None else self.alone

    @property
    def at_office(self) -> bool:
        """It stands in an insurance office: the matter and the household are asked for, and no code of a booking."""
        return self.site is not None and self.site.office is not None

    def store_away(self, now: float) -> bool:
        """The store cannot be asked."""
        return self.feed.lost(now) or self.site is None or self.day is None

    def lost(self, now: float) -> bool:
        """Neither can the store be asked nor can the kiosk go on alone."""
        return self.alone is None and self.store_away(now)
