"""What a kiosk can ask its hardware, its disk and the store to do. Frozen data only."""

from dataclasses import dataclass, field

from kiosk_device.settling import GaveAlone, Line, TicketOperation
from kiosk_device.state import Kiosk, NewDate
from mqtt.contract import (
    AskPriority,
    DaySettled,
    LetterSlip,
    PapersSlip,
    Seen,
    SendCodeAgain,
    Settle,
    Sheet,
    SiteCard,
    TellSeen,
    TicketGiven,
)
from sounds.utterance import Utterance


@dataclass(frozen=True, slots=True)
class AskTicket:
    """Write `Asked` to the journal, then ask; not asked when it cannot be written."""

    request: str
    operation: TicketOperation
    seen: Seen | None
    date: str = ""  # the service day's (ISO), where it is known


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Ask what is in the journal already."""

    request: str
    operation: TicketOperation
    seen: Seen | None


@dataclass(frozen=True, slots=True)
class AskForPriority:
    """Ask, and give up soon: reception can be asked too."""

    request: str
    operation: AskPriority


@dataclass(frozen=True, slots=True)
class AskForCode:
    """Ask for a code to be sent again, and give up soon: reception can be asked too."""

    request: str
    operation: SendCodeAgain = field(repr=False)  # somebody's mobile number, which no log may have


@dataclass(frozen=True, slots=True)
class Abandon:
    """Stop asking for this ticket; its settle follows."""

    request: str


@dataclass(frozen=True, slots=True)
class WriteNumber:
    """Write `line` to the journal and say so with NumberWritten; nothing follows when it cannot be written."""

    line: GaveAlone

    @property
    def request(self) -> str:
        """The ticket request that the number is for."""
        return self.line.request


@dataclass(frozen=True, slots=True)
class PrintTicket:
    """Write `Printing` to the journal, unless the number stands there already (`alone`), then print; not printed when it
    cannot be written."""

    request: str
    ticket: TicketGiven
    site: SiteCard
    language: str
    alone: bool = False
    seen: Seen | None = None  # the commit that gave the number


@dataclass(frozen=True, slots=True)
class PrintSlip:
    """Print where a visit was moved to. It is in no journal: whoever lost it types the code again."""

    request: str
    new: NewDate
    site: SiteCard
    language: str


@dataclass(frozen=True, slots=True)
class PrintCopy:
    """Print a ticket's paper once more, by order of reception. It is in no journal: its number stands already."""

    request: str
    ticket: TicketGiven
    site: SiteCard
    language: str


@dataclass(frozen=True, slots=True)
class PrintOfficeSlip:
    """Print a slip of an insurance office, by order of an officer."""

    request: str
    slip: LetterSlip | PapersSlip
    site: SiteCard
    language: str


@dataclass(frozen=True, slots=True)
class SendSettle:
    """Write `Settling` (`line`) to the journal, then ask until answered."""

    line: Line
    settle: str
    operation: Settle
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class AskSettle:
    """Ask a settle that is in the journal already, until answered."""

    settle: str
    operation: Settle
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell the store, until it has answered."""

    request: str
    operation: TellSeen | DaySettled
    seen: Seen | None


@dataclass(frozen=True, slots=True)
class Note:
    """Write a line to the journal."""

    line: Line
    now_ms: int | None


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep the newest sheet, or what is written on the doors, on the disk."""

    message: Sheet | SiteCard


@dataclass(frozen=True, slots=True)
class ForgetSheet:
    """The store keeps no sheet for this kiosk any more."""


@dataclass(frozen=True, slots=True)
class Say:
    utterance: Utterance


@dataclass(frozen=True, slots=True)
class Hush:
    """Stop speaking."""


@dataclass(frozen=True, slots=True)
class Beep:
    """A key was taken."""


@dataclass(frozen=True, slots=True)
class PrintTestPage:
    """A technician wants to see paper."""


@dataclass(frozen=True, slots=True)
class EndProgram:
    """End; systemd starts it again."""


Action = (
    AskTicket | AskAgain | AskForPriority | AskForCode | Abandon | WriteNumber | PrintTicket | PrintSlip | PrintCopy
    | PrintOfficeSlip | SendSettle | AskSettle | Tell | Note | Keep | ForgetSheet | Say | Hush | Beep | PrintTestPage
    | EndProgram
)  # fmt: skip
Result = tuple[Kiosk, tuple[Action, ...]]
