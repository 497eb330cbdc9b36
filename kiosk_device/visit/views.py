"""What the kiosk's screen shows, one frozen type a screen: made by showing.py from the state, drawn by picture.py.

Equal views are equal pictures. Words stay in the phrase files: a view carries names from the site card, numbers, ISO dates
and "HH:MM" times, and lets the picture turn them into Persian digits and Jalali dates. `language` is the patient's.
"""

from dataclasses import dataclass, field
from typing import Final

from kiosk_device.visit.refusals import NextStep
from mqtt.contract import Name, PointCard, PrinterStatus, Reason, SettleOutcome


@dataclass(frozen=True, slots=True)
class IdleView:
    """The two choices, and how to book by phone. `printer`: a note is shown where it cannot print or is running low."""

    language: str
    site: Name
    clock: str | None  # the store's time, None while it is not known
    phone: str | None
    other_language: str | None  # what the erase key changes to
    printer: PrinterStatus = PrinterStatus.OK
    codes_locked: bool = False
    alone: bool = False  # the store is away, and the kiosk goes on by itself


@dataclass(frozen=True, slots=True)
class OfficeIdleView:
    """An insurance office: the languages, each with its key; 1 is the first."""

    language: str
    site: Name
    clock: str | None
    languages: tuple[str, ...]
    printer: PrinterStatus = PrinterStatus.OK
    alone: bool = False


@dataclass(frozen=True, slots=True)
class ClosedView:
    """No tickets now. `calling_on`: reception is over for today, and those who wait are still called."""

    language: str
    site: Name
    clock: str | None
    calling_on: bool
    opens_date: str | None = None
    opens_time: str | None = None
    other_language: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class AwayView:
    """The store cannot be reached; it comes back by itself."""

    language: str
    site: Name | None
    office: bool = False


@dataclass(frozen=True, slots=True)
class CodeView:
    """The code being typed, in two groups of four. Only the digits of the group being typed are here; the finished group
    is told by `done` alone, so that the whole code is never on the screen."""

    language: str
    done: int  # finished groups, 0 or 1
    typed: str  # of the group being typed, 0 to 3 digits
    wrong: bool = False  # the last try's check digit was wrong
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list and its key; `name` None is the first free doctor. Not `open`: shown without a key,
    because it is full (`more_later`: for now), or `closed` today."""

    key: str
    name: Name | None
    left: int | None
    open: bool
    closed: bool = False
    more_later: bool = False


@dataclass(frozen=True, slots=True)
class DepartmentsView:
    """«کدام درمانگاه؟» `more`: the key 9 turns the page. `code_again`: 0 is for a code that never came."""

    language: str
    rows: tuple[Row, ...]
    more: bool = False
    code_again: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True)
class MattersView:
    """«برای چه کاری آمده‌اید؟», at an insurance office."""

    language: str
    rows: tuple[Row, ...]
    more: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True)
class HouseholdView:
    """The code of a household or of a member being typed. `may_go_without`: green goes on without one, too; `needed`: it was
    pressed, and this matter goes with one alone."""

    language: str
    typed: str = field(default="", repr=False)
    may_go_without: bool = True
    needed: bool = False


@dataclass(frozen=True, slots=True)
class HouseholdCheckView:
    """«این کد درست است؟» `doubt`: what is odd about it, as a word of rules.identity_codes; it is asked, and never refused."""

    language: str
    code: str = field(repr=False)
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class MobileView:
    """The mobile number being typed, so that a code that never came is sent again."""

    language: str
    typed: str = field(default="", repr=False)
    wrong: bool = False  # the last try was no mobile number


@dataclass(frozen=True, slots=True)
class CodeSentView:
    """If there is a booking with this mobile number, its code is sent again; and reception, where no text comes."""

    language: str


@dataclass(frozen=True, slots=True)
class DoctorsView:
    """«کدام پزشک؟», of one department."""

    language: str
    department: Name
    rows: tuple[Row, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class PriorityView:
    """«اولویت دارید؟» The classes have the keys 1, 2, …; green is "no". `number`: for this ticket, taken already."""

    language: str
    classes: tuple[tuple[str, Name], ...]  # id (its icon) and name
    number: int | None = None
    alone: bool = False
    office: bool = False


WAITING_SQUARES: Final = 3


@dataclass(frozen=True, slots=True)
class WaitView:
    """«چند لحظه صبر کنید»; erase leaves. `store_away`: nobody answers yet; it is still asked. `hollow`: which of the
    WAITING_SQUARES is, in reading order. `for_code`: what is awaited is no number, but a code sent again."""

    language: str
    store_away: bool = False
    hollow: int = WAITING_SQUARES - 1
    for_code: bool = False


@dataclass(frozen=True, slots=True)
class PrintingView:
    """«قبض چاپ می‌شود. قبض را از پایین بردارید.» `slip`: a moved visit's slip is printed, which is no ticket."""

    language: str
    slip: bool = False


@dataclass(frozen=True, slots=True)
class TicketView:
    """The number and where to go. `outcome`: printed; shown (no paper: note it down); unknown (if no paper came out, note
    it down). Key 1: another code. Key 2, if `ask_priority`: priority. Green: done."""

    language: str
    number: int
    outcome: SettleOutcome
    points: tuple[PointCard, ...]  # where it may be called
    zone: Name | None
    ahead: int | None  # None: nobody knows, the kiosk is alone
    ask_priority: bool
    priority: str = ""  # "", "asking", "noted" (reception confirms it), "failed" (ask at reception)
    late_until: str | None = None
    again: bool = False  # this code had its ticket already
    printer: PrinterStatus = PrinterStatus.OK  # why it is not on paper
    office: bool = False  # key 1: another matter


@dataclass(frozen=True, slots=True)
class RefusalView:
    """Why not: `kiosk.refused.{screen}.…`; `step` is what the green key does, or what else the patient does."""

    language: str
    screen: str
    reason: Reason
    step: NextStep
    date: str | None = None
    time: str | None = None
    number: int | None = None
    department: Name | None = None
    doctor: Name | None = None
    walk_ins_left: int | None = None
    minutes: int | None = None  # code entry is locked for about this long
    office: bool = False


@dataclass(frozen=True, slots=True)
class SlipView:
    """Where the visit was moved to. `outcome`: printed; shown (no paper: note it down); unknown (if no paper came out, note
    it down). Green: done."""

    language: str
    date: str
    time: str | None
    outcome: SettleOutcome
    printer: PrinterStatus = PrinterStatus.OK  # why it is not on paper


@dataclass(frozen=True, slots=True)
class NoPaperView:
    """Nothing can be printed: green goes on without paper, or the patient goes to reception."""

    language: str
    printer: PrinterStatus
    office: bool = False


@dataclass(frozen=True, slots=True)
class StillThereView:
    """«هنوز اینجا هستید؟» with ten bars that go out, two seconds each."""

    language: str
    bars: int


@dataclass(frozen=True, slots=True)
class IdentifyView:
    """A technician asked which kiosk this is."""

    device: str


View = (
    IdleView | OfficeIdleView | ClosedView | AwayView | CodeView | DepartmentsView | MattersView | HouseholdView
    | HouseholdCheckView | MobileView | CodeSentView | DoctorsView | PriorityView | WaitView | PrintingView | TicketView
    | RefusalView | SlipView | NoPaperView | StillThereView | IdentifyView
)  # fmt: skip
