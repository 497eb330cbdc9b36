"""A view of the kiosk as a whole picture, and the picture's name."""

from collections.abc import Callable
from typing import Any, Final

from PIL import Image

from kiosk_device.pictures import answering, choosing, household, idling
from kiosk_device.pictures.sheet import Sheet
from kiosk_device.visit.views import (
    AwayView,
    ClosedView,
    CodeSentView,
    CodeView,
    DepartmentsView,
    DoctorsView,
    HouseholdCheckView,
    HouseholdView,
    IdentifyView,
    IdleView,
    MattersView,
    MobileView,
    NoPaperView,
    OfficeIdleView,
    PrintingView,
    PriorityView,
    RefusalView,
    SlipView,
    StillThereView,
    TicketView,
    View,
    WaitView,
)
from mqtt.contract import PrinterStatus, SettleOutcome
from screen.style import DIGIT_HEIGHT, MUST_READ, Size

_PICTURES: Final[dict[type, tuple[str, Callable[[Any, Size], Sheet]]]] = {
    IdleView: ("idle", idling.idle),
    OfficeIdleView: ("office_idle", idling.office),
    ClosedView: ("closed", idling.closed),
    AwayView: ("store_away", idling.away),
    IdentifyView: ("identify", idling.identify),
    CodeView: ("type_code", choosing.code),
    DepartmentsView: ("choose_department", choosing.departments),
    MattersView: ("choose_matter", choosing.matters),
    HouseholdView: ("type_household", household.typing),
    HouseholdCheckView: ("check_household", household.check),
    MobileView: ("type_mobile", choosing.mobile),
    CodeSentView: ("code_sent_again", answering.code_sent),
    DoctorsView: ("choose_doctor", choosing.doctors),
    PriorityView: ("ask_priority", choosing.priority),
    NoPaperView: ("offer_no_paper", choosing.no_paper),
    StillThereView: ("still_there", choosing.still_there),
    WaitView: ("wait", answering.wait),
    PrintingView: ("printing", answering.printing),
    TicketView: ("ticket_taken", answering.ticket),
    RefusalView: ("refused", answering.refusal),
    SlipView: ("moved_slip_taken", answering.slip),
}
"""Every view with its picture's name and who draws it."""


NAME_ENDS: Final = {"fa": "", "en": "_english", "prs": "_dari", "ar": "_arabic"}
"""What a picture's name ends with, by its language."""


def sheet_of(view: View, size: Size) -> Sheet:
    """The drawn sheet; its canvas knows which texts were too long for their places."""
    return _PICTURES[type(view)][1](view, size)


def picture_of(view: View, size: Size) -> Image.Image:
    """The whole screen, RGB."""
    return sheet_of(view, size).canvas.picture


def smallest_digits(size: Size) -> float:
    """The height in pixels of the smallest digits that a patient must read."""
    return MUST_READ * size.unit * DIGIT_HEIGHT


def name_of(view: View) -> str:
    """What the picture is called, for whoever keeps or waits for it."""
    name = _PICTURES[type(view)][0]
    match view:
        case IdleView(printer=printer, alone=alone) | OfficeIdleView(printer=printer, alone=alone):
            name = f"{name}_alone" if alone else name
            name += "" if printer in (PrinterStatus.OK, PrinterStatus.PAPER_LOW) else "_no_paper"
        case CodeView(wrong=True):
            name = "code_wrong"
        case MobileView(wrong=True):
            name = "mobile_wrong"
        case TicketView():
            name = _name_of_ticket(view)
        case PrintingView(slip=True):
            name = "printing_slip"
        case SlipView(outcome=outcome) if outcome != SettleOutcome.PRINTED:
            name = "moved_date_without_paper"
        case RefusalView(screen=screen):
            name = f"refused_{screen}"
        case _:
            pass
    return name + NAME_ENDS[getattr(view, "language", "fa")]


def _name_of_ticket(view: TicketView) -> str:
    printed, alone = view.outcome == SettleOutcome.PRINTED, view.ahead is None
    if not printed:
        return "number_alone_without_paper" if alone else "number_without_paper"
    if alone:
        return "ticket_alone"
    return "ticket_again" if view.again else "ticket_taken"
