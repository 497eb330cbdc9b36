"""A request and its reply: what any of them may carry."""

from mqtt.contract.answers import (
    AbsencePlan,
    Booked,
    Bookings,
    Changed,
    DayAnswer,
    Loaded,
    Offer,
    OpenHours,
    Pressed,
    Refusal,
    Settled,
    Texts,
    TicketGiven,
    Welcome,
)
from mqtt.contract.presses import Press
from mqtt.contract.staff import (
    AnnounceAbsence,
    Book,
    CancelBooking,
    ComeBack,
    ConfirmPriority,
    DeclineSubstitute,
    DropTicket,
    EndDay,
    GoOn,
    LoadSite,
    MakeUrgent,
    NoteOrder,
    NoteUnaware,
    OpenDay,
    PrintAgain,
    ReleaseWalkIns,
    Reopen,
    RepairDay,
    ResumeReception,
    RetryText,
    SeeMobile,
    SetLate,
    StopReception,
    UndoAbsence,
)
from mqtt.contract.telephone import (
    AskHours,
    ConfirmHold,
    EndCall,
    FindBookings,
    HoldPlace,
    ReleaseHold,
    ResumeCall,
    SendCodeAgain,
    TakeTexts,
    TextResult,
)
from mqtt.contract.tickets import AskPriority, CheckIn, DaySettled, Settle, TakeHelpTicket, TakeWalkIn, TellSeen
from mqtt.contract.words import Seen
from mqtt.fields import Commit, Count, Id, Struct
from mqtt.office_contract import OfficeAnswer, OfficeOperation

Operation = (
    CheckIn | TakeWalkIn | TakeHelpTicket | AskPriority | Settle | TellSeen | DaySettled | Press
    | MakeUrgent | ConfirmPriority | ComeBack | Reopen | DropTicket | SeeMobile | NoteUnaware | PrintAgain | NoteOrder
    | Book | CancelBooking | LoadSite | OpenDay | StopReception | ResumeReception | EndDay | RepairDay | GoOn
    | SetLate | ReleaseWalkIns | AnnounceAbsence | UndoAbsence | DeclineSubstitute | RetryText
    | HoldPlace | ConfirmHold | ReleaseHold | ResumeCall | FindBookings | AskHours | EndCall | TakeTexts | TextResult
    | SendCodeAgain | OfficeOperation
)  # fmt: skip


class Request(Struct, frozen=True):
    """device -> store, `request/{device}`. The id is a UUID in hex, made once and asked again until answered."""

    id: Id
    operation: Operation
    boot: Id  # names one run of the device
    attempt: Count = 1
    seen: Seen | None = None
    by: Id | None = None  # the staff account behind an operator's device, for the audit trail


Answer = (
    TicketGiven | Settled | Welcome | Pressed | Changed | Booked | Loaded | DayAnswer | Refusal
    | Offer | Bookings | OpenHours | Texts | AbsencePlan | OfficeAnswer
)  # fmt: skip


class Reply(Struct, frozen=True):
    """store -> device, `reply/{device}`: the only acknowledgement there is."""

    id: str
    answer: Answer
    epoch: Id
    sequence: Commit
    repeated: bool = False
