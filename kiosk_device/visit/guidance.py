"""What the held guidance key speaks, mode by mode: the keys that the patient may press now. Pure.

The words stand in sounds/{language}/prompts.toml; what they promise of the keys is what moves.py does.
"""

from types import MappingProxyType
from typing import Final

from kiosk_device.state import (
    Asking,
    AskingForCode,
    CheckingHousehold,
    ChoosingDepartment,
    ChoosingDoctor,
    ChoosingMatter,
    ChoosingPriority,
    ChoosingPriorityLater,
    CodeSentAgain,
    HasSlip,
    HasTicket,
    Idle,
    Kiosk,
    OfferingNoPaper,
    PrintingSlip,
    PrintingTicket,
    ReadingRefusal,
    StillThere,
    TypingCode,
    TypingHousehold,
    TypingMobile,
    WritingNumber,
)
from kiosk_device.visit import choices
from kiosk_device.visit.refusals import GREEN_STEPS
from mqtt.contract import DayStatus, SettleOutcome

PHRASES: Final = MappingProxyType(
    {
        Idle: "kiosk_idle",
        TypingCode: "kiosk_code",
        ChoosingDepartment: "kiosk_department",
        TypingMobile: "kiosk_mobile",
        AskingForCode: "kiosk_wait",
        CodeSentAgain: "kiosk_code_sent",
        ChoosingMatter: "kiosk_matter",
        TypingHousehold: "kiosk_household",
        CheckingHousehold: "kiosk_household_check",
        ChoosingDoctor: "kiosk_doctor",
        ChoosingPriority: "kiosk_priority",
        ChoosingPriorityLater: "kiosk_priority",
        OfferingNoPaper: "kiosk_offer_no_paper",
        Asking: "kiosk_wait",
        WritingNumber: "kiosk_wait",
        PrintingTicket: "kiosk_take_ticket",
        HasTicket: "kiosk_wait_for_call",
        ReadingRefusal: "kiosk_go_to_reception",
        PrintingSlip: "kiosk_take_slip",
        HasSlip: "kiosk_take_slip",
        StillThere: "kiosk_still_there",
    }
)


def phrases(kiosk: Kiosk, now: float) -> tuple[str, ...]:  # noqa: C901, PLR0911  one return a mode
    """The phrases for the kiosk as it is at `now` (monotonic seconds)."""
    match kiosk.mode:
        case Idle() if kiosk.lost(now):
            return ("kiosk_no_connection",)
        case Idle() if kiosk.today is not None and kiosk.today.status is not DayStatus.ACCEPTING:
            return ("kiosk_closed",)
        case Idle() if kiosk.at_office:
            return ("kiosk_office_idle",)
        case TypingCode(wrong=True):
            return ("kiosk_code_wrong",)
        case TypingMobile(wrong=True):
            return ("kiosk_mobile_wrong",)
        case ChoosingDepartment() if choices.may_have_code(kiosk):
            return (PHRASES[ChoosingDepartment], "kiosk_code_never_came")
        case HasTicket():
            return (PHRASES[HasTicket], "kiosk_another_matter" if kiosk.at_office else "kiosk_another_code")
        case HasSlip(outcome=outcome) if outcome is not SettleOutcome.PRINTED:
            return (PHRASES[ReadingRefusal],)
        case ReadingRefusal(refusal) if choices.after(kiosk, refusal) in GREEN_STEPS:
            return ("kiosk_next_step",)
        case ReadingRefusal() if kiosk.at_office:
            return ("kiosk_ask_officer",)
        case mode:
            return (PHRASES[type(mode)],)


def number(kiosk: Kiosk) -> int | None:
    """The patient's number, where the screen shows it."""
    match kiosk.mode:
        case HasTicket(ticket=ticket) | ChoosingPriorityLater(has=HasTicket(ticket=ticket)):
            return ticket.number
    return None
