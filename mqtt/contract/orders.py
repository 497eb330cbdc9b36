"""What a device is told to do."""

from mqtt.contract.answers import TicketGiven
from mqtt.contract.site_card import Name
from mqtt.fields import Count, Struct, Text


class Identify(Struct, frozen=True, tag="identify"):
    """Blink, beep, show the big name."""


class TestPrint(Struct, frozen=True, tag="test_print"):
    """Print a test page."""


class TestSound(Struct, frozen=True, tag="test_sound"):
    """Play the chime and a sentence."""


class Restart(Struct, frozen=True, tag="restart"):
    """End the program; systemd starts it again."""


class UnlockCodes(Struct, frozen=True, tag="unlock_codes"):
    """Lift the kiosk's lock on code entry."""


class PrintCopy(Struct, frozen=True, tag="print_copy"):
    """Print a ticket's paper once more, if nobody stands at the kiosk: its holder has lost it, or had it from reception."""

    ticket: TicketGiven


class LetterSlip(Struct, frozen=True, tag="letter"):
    """An office's letter on a slip: its number and verification code, the last day on which it is good, where it is taken."""

    number: Text
    code: Text
    until: Text  # ISO
    service_office: Name
    city: Text


class MissingLine(Struct, frozen=True):
    """A paper that is missing; `place` 0: the household's own, else that of a member in the household."""

    paper: Name
    place: Count = 0


class PapersSlip(Struct, frozen=True, tag="papers"):
    """What the household of a case still has to bring."""

    case: Count
    papers: tuple[MissingLine, ...]


class PrintOfficeSlip(Struct, frozen=True, tag="print_office_slip"):
    """Print an office's slip, if nobody stands at the kiosk: an officer has just told its holder to take it there."""

    slip: LetterSlip | PapersSlip


Order = Identify | TestPrint | TestSound | Restart | UnlockCodes | PrintCopy | PrintOfficeSlip


class OrderMessage(Struct, frozen=True):
    """store, staff -> device, `order/{device}`."""

    id: str
    order: Order
