"""Every message between the programs: its fields, topic, QoS, retention, expiry, who sends it and who hears it.

Read this file first. The rules of the contract:

- A message is a frozen msgspec Struct, carried as JSON in UTF-8. Unknown fields are ignored and fields are only ever
  added, with defaults, so that devices of different ages understand each other. An unknown tag or a wrong type is
  refused with a reason and changes nothing.
- A field with a unit ends in it: `_ms` is milliseconds since 1970-01-01 UTC by the store's clock, `_seconds` a duration.
  Dates are ISO 8601 Gregorian ("2026-11-22"), clock times "HH:MM" in the site's time zone; screens turn them into
  Jalali and Persian digits at the last moment.
- A point, zone or device is named by its id in the site file, a department or doctor by its code (an int).
- Nothing retained names a person or holds a full tracking code (law 9).

The topics, below `nobat/1/{site}/`:

| topic            | who -> who            | QoS, retained, expiry      | carries         |
|------------------|-----------------------|----------------------------|-----------------|
| request/{device} | device -> store       | 1, no, 10 s                | Request         |
| reply/{device}   | store -> device       | 1, no, 30 s                | Reply           |
| site             | store -> all          | 1, retained                | SiteCard        |
| day              | store -> all          | 1, retained                | Day             |
| board/{zone}     | store -> displays     | 1, retained                | Board           |
| point/{point}    | store -> all          | 1, retained                | PointState      |
| store            | store -> all          | 1, retained, last will     | StoreBeat       |
| sheet/{kiosk}    | store -> that kiosk   | 1, retained                | Sheet           |
| device/{device}  | device -> all         | 1, retained, last will     | DeviceState     |
| order/{device}   | store, staff -> device| 1, no, 30 s                | OrderMessage    |
"""

from enum import StrEnum
from typing import Annotated, Final

import msgspec

from mqtt.fields import Body, Boot, Commit, Count, Id, Moment, Struct, Text
from mqtt.office_contract import OfficeAnswer, OfficeOperation

PROTOCOL: Final = 1
REQUEST_LIMIT_BYTES: Final = 16 * 1024
BEAT_EVERY_SECONDS: Final = 2.0
FEED_LOST_AFTER_SECONDS: Final = 5.0
"""A screen says that its feed is lost at this age of the last beat; law 7 allows 6 s."""
REPLY_WAIT_SECONDS: Final = 3.0
ASK_AGAIN_SECONDS: Final = 0.7
UNDO_SECONDS: Final = 10.0
CALL_SPOKEN_WITHIN_SECONDS: Final = 90.0
SETTLE_OR_CALLABLE_AFTER_SECONDS: Final = 10.0
CALLS_ON_BOARD: Final = 32
SHEET_EVERY_SECONDS: Final = 30.0
"""A kiosk's sheet is published at most this often: what changed since is what the kiosk may not know when it is alone."""


# ---------------------------------------------------------------------------------------------- words


class Source(StrEnum):
    """Where a ticket came from."""

    BOOKED = "booked"
    WALK_IN = "walk_in"
    HELP = "help"  # a ticket to reception only, for somebody whose code did not help them


class PointStatus(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class DayStatus(StrEnum):
    """The service day: tickets and calls; calls only («پایان پذیرش»); nothing («پایان روز», or not opened yet)."""

    ACCEPTING = "accepting"
    CALLING_ONLY = "calling_only"
    CLOSED = "closed"


class SettleOutcome(StrEnum):
    """What became of the paper (PROTOCOL rule 2)."""

    PRINTED = "printed"
    SHOWN = "shown"  # no paper: the number was shown large and spoken
    UNKNOWN = "unknown"  # power went while printing: counts as printed, and is marked
    NOT_PRINTED = "not_printed"


class PrinterStatus(StrEnum):
    OK = "ok"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    AWAY = "away"  # unplugged, switched off or silent
    ERROR = "error"
    NONE = "none"  # this device has no printer


class Want(StrEnum):
    """What the store waits for from every kiosk before it gives numbers as usual (PROTOCOL rules 14 and 15)."""

    NOTHING = "nothing"
    SEEN = "seen"  # what a kiosk saw of the store before this run of it: TellSeen
    SETTLE_AGAIN = "settle_again"  # an older ledger was put back: every settle of the open days once more, then DaySettled


class Remedy(StrEnum):
    """What an absence does for those who have a booking or a ticket."""

    CANCEL = "cancel"
    MOVE = "move"  # to another date of the same doctor
    SUBSTITUTE = "substitute"  # the same date and place, another doctor; a patient may decline


class TextOutcome(StrEnum):
    """What a gateway did with a text."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    REFUSED = "refused"  # for good: a bad number, a bad text, a blocked line
    TRY_AGAIN = "try_again"  # busy, or the line is down: nothing left
    ACCOUNT = "account"  # key, credit, blocked account: the text is not to blame, and no attempt is used up
    UNKNOWN = "unknown"  # it may have left: asked before a resend


class Reason(StrEnum):
    """Why a request was refused. `kiosk_device/visit/refusals.py` gives each its screen and its next step."""

    # the code at the kiosk
    NO_SUCH_CODE = "no_such_code"
    WRONG_DAY = "wrong_day"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    CANCELLED = "cancelled"
    DOCTOR_ABSENT = "doctor_absent"
    ALREADY_SERVED = "already_served"
    CODE_LOCKED = "code_locked"
    # places and tickets
    SHARE_USED_UP = "share_used_up"
    SESSION_FULL = "session_full"
    NO_SESSION = "no_session"
    NUMBERS_USED_UP = "numbers_used_up"
    TOO_MANY_TICKETS = "too_many_tickets"  # one person, or one hand, empties the walk-in share
    UNKNOWN_DEPARTMENT = "unknown_department"
    UNKNOWN_DOCTOR = "unknown_doctor"
    UNKNOWN_NUMBER = "unknown_number"
    UNKNOWN_POINT = "unknown_point"
    UNKNOWN_BOOKING = "unknown_booking"
    BAD_MOBILE = "bad_mobile"
    BAD_DATE = "bad_date"
    BEYOND_HORIZON = "beyond_horizon"
    TOO_MANY_BOOKINGS = "too_many_bookings"  # for one mobile: in all, or with one doctor in a day
    HOLD_EXPIRED = "hold_expired"
    # an absence
    UNKNOWN_ABSENCE = "unknown_absence"
    TEXTS_HAVE_LEFT = "texts_have_left"
    UNKNOWN_TEXT = "unknown_text"
    # the day
    CLOSED = "closed"
    WRONG_SERVICE_DAY = "wrong_service_day"
    CLOCK_NOT_TRUSTED = "clock_not_trusted"
    TICKETS_WAITING = "tickets_waiting"  # «پایان روز» needs an outcome for each
    # pressing
    STALE = "stale"
    NOBODY_WAITS = "nobody_waits"
    NOTHING_CURRENT = "nothing_current"
    POINT_PAUSED = "point_paused"
    CURRENT_ELSEWHERE = "current_elsewhere"
    NOT_POSSIBLE_NOW = "not_possible_now"  # the journey has no such step from here
    UNDO_TOO_LATE = "too_late_to_undo"
    # the request itself
    WAIT = "wait"
    DISK_FULL = "disk_full"  # what was promised is kept; new promises would not be
    RANGE_TOO_NARROW = "range_too_narrow"  # «go»: a range cannot skip all that may have been printed
    NOT_ALLOWED = "not_allowed"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    BAD_SITE_FILE = "bad_site_file"
    INTERNAL_ERROR = "internal_error"


NOT_REMEMBERED: Final = frozenset({Reason.WAIT, Reason.DISK_FULL, Reason.INTERNAL_ERROR, Reason.NOT_ALLOWED})
"""These refusals may turn out otherwise when asked again (PROTOCOL rule 11): the next site file may allow the device what
it asks, and a settle that was refused once and for all would never reach the ledger (rule 5)."""


class Seen(Struct, frozen=True):
    """The newest commit of the store that the asker has heard of."""

    epoch: Id
    sequence: Commit


# ------------------------------------------------------------------------- operations: tickets (kiosks)


class CheckIn(Struct, frozen=True, tag="check_in"):
    """A tracking code was typed. Answer: TicketGiven (`again` when the code already has its ticket)."""

    code: Text
    service_day: Count


class TakeWalkIn(Struct, frozen=True, tag="walk_in"):
    """A ticket without a booking. Doctor None or 0 is the first free one. Answer: TicketGiven."""

    department: Count
    service_day: Count
    doctor: Count | None = None
    priority: Id | None = None  # a priority class asked for; reception confirms it
    why: Text = ""  # reception's reason, for the audit trail
    matter: Id | None = None  # what a household comes to an insurance office for
    code: Text = ""  # its code or a member's, as typed: looked up and kept nowhere, neither in an answer nor on a kiosk's disk


class TakeHelpTicket(Struct, frozen=True, tag="help_ticket"):
    """A ticket to reception for somebody whose code was refused for `about`. Answer: TicketGiven."""

    service_day: Count
    about: Reason


class AskPriority(Struct, frozen=True, tag="ask_priority"):
    """The holder of a fresh ticket asks for priority. Answer: Changed."""

    number: Count
    service_day: Count
    priority: Id


class Settle(Struct, frozen=True, tag="settle"):
    """What the paper of ticket request `request` says (PROTOCOL rules 2 to 6). Never refused. Answer: Settled.

    A kiosk that went on alone says besides what only it knows: what was `asked` for, and when the number was given, where
    its time could be trusted. The service day is named by its `date` too: a paper of tomorrow's sheet has no `service_day`
    yet (0), and an older ledger that was put back may give its number to another day.
    """

    request: Id
    service_day: Count
    outcome: SettleOutcome
    number: Count | None = None
    asked: CheckIn | TakeWalkIn | TakeHelpTicket | None = None
    given_at_ms: Moment | None = None
    date: Text | None = None  # ISO


class TellSeen(Struct, frozen=True, tag="tell_seen"):
    """The request's `seen` is what this kiosk saw of the store before; asked in each `epoch` of the store, and after each start
    of the kiosk: one that comes late, of an earlier epoch, tells nothing. `fresh`: its disk knows nothing (a new card), and it
    gives no number of its own before it has the answer. Answer: Welcome."""

    epoch: Id
    fresh: bool = False


class DaySettled(Struct, frozen=True, tag="day_settled"):
    """None of this kiosk's settles is unanswered in this epoch, and nothing is printing. Answer: Changed."""

    epoch: Id


# ------------------------------------------------------------------- operations: presses (counters, rooms)


class CallNext(Struct, frozen=True, tag="call_next"):
    """Finish the current ticket (at reception: the turn is final) and call the next."""


class Recall(Struct, frozen=True, tag="recall"):
    """Call the current ticket again."""


class NoShow(Struct, frozen=True, tag="no_show"):
    """The current ticket's holder did not come: listed as «غایب»."""


class SendAway(Struct, frozen=True, tag="send_away"):
    """The current ticket's holder fetches something and comes back: same number, again within two calls."""


class CallNumber(Struct, frozen=True, tag="call_number"):
    """Finish the current ticket and call this number out of order."""

    number: Count


class Finish(Struct, frozen=True, tag="finish"):
    """Finish the current ticket and call nobody."""


class Transfer(Struct, frozen=True, tag="transfer"):
    """Send the current ticket to another point, department, doctor or stage (exactly one of point, department, stage
    is given; doctor goes with department). With `come_back` it returns to this point's stage afterwards (cashier and back)."""

    point: Id | None = None
    department: Count | None = None
    doctor: Count | None = None
    stage: Id | None = None
    come_back: bool = False


class Park(Struct, frozen=True, tag="park"):
    """Put the current ticket aside («در انتظار بازگشت») until it is unparked."""

    why: Text = ""


class NotServed(Struct, frozen=True, tag="not_served"):
    """End the current ticket's journey without service, for a reason."""

    why: Text


class Pause(Struct, frozen=True, tag="pause"):
    """This point calls nobody for a while."""

    why: Text  # a pause reason of the site file: "prayer", "break", …
    until: Text | None = None  # "HH:MM"


class Resume(Struct, frozen=True, tag="resume"):
    """Open the point (again)."""


class ClosePoint(Struct, frozen=True, tag="close_point"):
    """This point is closed for today."""


class Undo(Struct, frozen=True, tag="undo"):
    """Take back this point's last act, within UNDO_SECONDS by the store's clock (PROTOCOL rule 10)."""


Act = (
    CallNext
    | Recall
    | NoShow
    | SendAway
    | CallNumber
    | Finish
    | Transfer
    | Park
    | NotServed
    | Pause
    | Resume
    | ClosePoint
    | Undo
)


class Press(Struct, frozen=True, tag="press"):
    """One act at one point, carrying the revision the presser saw (PROTOCOL rule 8). Answer: Pressed."""

    point: Id
    epoch: Id
    revision: Count
    act: Act


# ------------------------------------------------------------- operations: staff (operator accounts only)


class MakeUrgent(Struct, frozen=True, tag="make_urgent"):
    """Put a waiting ticket first. Answer: Changed."""

    number: Count
    why: Text


class ConfirmPriority(Struct, frozen=True, tag="confirm_priority"):
    """Reception grants (or with None takes away) a priority class. Answer: Changed."""

    number: Count
    priority: Id | None


class ComeBack(Struct, frozen=True, tag="come_back"):
    """An absent or parked ticket's holder is here (again): back in line. Answer: Changed."""

    number: Count


class Reopen(Struct, frozen=True, tag="reopen"):
    """A finished ticket waits for the doctor again (test results, same day). Answer: Changed."""

    number: Count
    why: Text


class DropTicket(Struct, frozen=True, tag="drop_ticket"):
    """End a waiting, absent or parked ticket without service. Answer: Changed."""

    number: Count
    why: Text


class SeeMobile(Struct, frozen=True, tag="see_mobile"):
    """Somebody wants to read the whole mobile of a ticket's booking: the audit trail says so first. Answer: Changed."""

    number: Count


class NoteUnaware(Struct, frozen=True, tag="note_unaware"):
    """Whoever holds this ticket came without knowing that places are given by telephone. Answer: Changed."""

    number: Count


class PrintAgain(Struct, frozen=True, tag="print_again"):
    """What a ticket's paper says now, for `kiosk`, which the asker orders to print it (PrintCopy). Answer: TicketGiven."""

    number: Count
    kiosk: Id


class NoteOrder(Struct, frozen=True, tag="note_order"):
    """Somebody orders a device something: the audit trail says so first. `order` is its tag. Answer: Changed."""

    device: Id
    order: Id


class Book(Struct, frozen=True, tag="book"):
    """A booking. Doctor None: a department without doctors; 0: the first free doctor. Answer: Booked."""

    department: Count
    doctor: Count | None = None
    mobile: Text | None = None
    date: Text | None = None  # ISO; None is the first day with a free place


class CancelBooking(Struct, frozen=True, tag="cancel_booking"):
    """Give a booking's place back. By telephone only with the booking's own mobile: a wrong one is an unknown booking.
    Answer: Changed."""

    code: Text
    why: Text = ""
    mobile: Text | None = None


class LoadSite(Struct, frozen=True, tag="load_site"):
    """Load the site file at `path` on the store's machine, if its SHA-256 is still `sha256`. `instead_of`: the SHA-256 of the
    file that it was made from; refused with `stale` where another one is in force by now. Answer: Loaded."""

    path: Annotated[str, msgspec.Meta(max_length=4096)]
    sha256: Text
    dry_run: bool = False
    instead_of: Text | None = None


class OpenDay(Struct, frozen=True, tag="open_day"):
    """Open today's service day by hand; `confirm_clock` is a person's word that the clock is right. Answer: DayAnswer."""

    confirm_clock: bool = False


class StopReception(Struct, frozen=True, tag="stop_reception"):
    """«پایان پذیرش»: no more tickets, calling goes on. Answer: DayAnswer."""


class ResumeReception(Struct, frozen=True, tag="resume_reception"):
    """Tickets again, after StopReception. Answer: DayAnswer."""


class TicketOutcome(Struct, frozen=True):
    """How one ticket ends."""

    number: Count
    outcome: Text


class EndDay(Struct, frozen=True, tag="end_day"):
    """«پایان روز». Each ticket that still waits needs an outcome: its own of `outcomes`, else `outcome_for_waiting`; where
    some have neither, or a kiosk's papers are not all told, the request is refused with `tickets_waiting`, their numbers and
    these kiosks. `service_day`: the one that whoever asks was shown; another that is open by now is refused with
    `wrong_service_day`. Answer: DayAnswer."""

    service_day: Count | None = None  # None: whichever is open
    outcome_for_waiting: Text | None = None
    outcomes: Annotated[tuple[TicketOutcome, ...], msgspec.Meta(max_length=400)] = ()


class RepairDay(Struct, frozen=True, tag="repair_day"):
    """Undo a day that was opened wrongly: its tickets end as not served, its row is marked void. Answer: DayAnswer.

    `confirm_clock` is a person's word that the clock is right though it stands before the last commit: the ledger's time
    goes back to it. Where no day was opened meanwhile, `service_day` is 0 and nothing else happens.
    """

    service_day: Count
    why: Text
    confirm_clock: bool = False


class GoOn(Struct, frozen=True, tag="go_on"):
    """«go»: numbers again though some kiosk has not settled its day after a restore. Each range skips what that kiosk may
    have printed; where one cannot hold it, refused with `range_too_narrow`, or with `close_ranges` that one gives no more
    numbers on this service day. Answer: Changed, with the text of who has not settled and which ranges are closed."""

    why: Text
    close_ranges: bool = False


class SetLate(Struct, frozen=True, tag="late"):
    """A doctor is late until `until` ("HH:MM"); None: is here. Those booked and not yet here are texted once for each
    `until`. Answer: Changed. With `preview` nothing happens, and the answer says whom it would concern: AbsencePlan."""

    doctor: Count
    until: Text | None
    date: Text | None = None  # ISO; None is today
    preview: bool = False


class ReleaseWalkIns(Struct, frozen=True, tag="release_walk_ins"):
    """Of the walk-in share of the session that begins then, `turns` in all are given from now on; the rest waits for the next
    portion. None: all of it. Answer: Changed."""

    department: Count
    doctor: Count | None  # None: a department without doctors
    date: Text  # ISO
    starts: Text  # "HH:MM"
    turns: Count | None


class AnnounceAbsence(Struct, frozen=True, tag="announce_absence"):
    """A doctor, or with None the whole site, is not there on a date, or from `starts` to `ends` of it. With `preview`
    nothing happens and the answer says what would. Answer: AbsencePlan."""

    doctor: Count | None
    date: Text  # ISO
    agreed_with: Text
    starts: Text | None = None  # "HH:MM"; None is the day's beginning
    ends: Text | None = None  # None is its end
    remedy: Remedy = Remedy.CANCEL
    move_to: Text | None = None  # ISO, for Remedy.MOVE
    substitute: Count | None = None  # a doctor's code, for Remedy.SUBSTITUTE
    words: Body | None = None  # the text, edited: a template like AbsencePlan's; None is the site's own
    preview: bool = True


class UndoAbsence(Struct, frozen=True, tag="undo_absence"):
    """Take an absence back while none of its texts has left. Answer: Changed."""

    absence: Count


class DeclineSubstitute(Struct, frozen=True, tag="decline_substitute"):
    """A patient does not want the substitute doctor: the booking is cancelled and its place free. By telephone only with
    the booking's own mobile. Answer: Changed."""

    code: Text
    mobile: Text | None = None


class RetryText(Struct, frozen=True, tag="retry_text"):
    """Send a text again that failed or expired. Answer: Changed."""

    text: Count


# --------------------------------------------------------------- operations: the telephone (role "phone")


class HoldPlace(Struct, frozen=True, tag="hold_place"):
    """Keep the first free place of the wish for this call, for the site's `hold_seconds`. A call holds one place: the one
    before is let go. Answer: Offer; Booked, when the call has its booking already."""

    call: Id  # one call at one exchange, however often it comes back to us
    department: Count
    doctor: Count | None = None  # 0 or None: the first free time, whoever the doctor is
    mobile: Text | None = None  # limits are looked at before anything is offered
    after: Text | None = None  # ISO: only later dates than this


class ConfirmHold(Struct, frozen=True, tag="confirm_hold"):
    """Make the held place a booking, with its text, in one transaction. Asked again, the same booking. Answer: Booked."""

    call: Id
    mobile: Text | None = None


class ReleaseHold(Struct, frozen=True, tag="release_hold"):
    """The caller hung up or wants something else: the place is free at once. A booking stays one, save where it is
    `unheard` and nobody is told of it by a text either. Answer: Changed."""

    call: Id
    unheard: bool = False  # the call ended before its code was heard, if there was one


class ResumeCall(Struct, frozen=True, tag="resume_call"):
    """What became of a call that is here (again)? Answer: Booked; Offer, while it holds a place; Changed: nothing."""

    call: Id


class FindBookings(Struct, frozen=True, tag="find_bookings"):
    """The bookings to come of a mobile, soonest first; with a date, only that day's. Answer: Bookings."""

    mobile: Text
    date: Text | None = None


class AskHours(Struct, frozen=True, tag="ask_hours"):
    """When the site is open on a date (ISO; None is today). Answer: OpenHours."""

    date: Text | None = None


class EndCall(Struct, frozen=True, tag="end_call"):
    """How a call went, for statistics: which steps, where it ended. Nobody's number is in it. Answer: Changed."""

    call: Id
    seconds: Count
    steps: tuple[Text, ...]
    ended: Text


class TakeTexts(Struct, frozen=True, tag="take_texts"):
    """Texts that are due, leased to the asker, and accepted ones whose delivery is worth a question. Answer: Texts."""

    most: Count = 20


class TextResult(Struct, frozen=True, tag="text_result"):
    """What became of one attempt at a text. A result of an attempt that is not the text's latest changes nothing.
    Answer: Changed."""

    text: Count
    attempt: Count
    outcome: TextOutcome
    gateway: Text
    gateway_id: Text = ""  # the gateway's own name for it
    error: Text = ""


class SendCodeAgain(Struct, frozen=True, tag="send_code_again"):
    """At the kiosk: somebody's code never came. Whatever is known of the mobile, the answer is the same. Answer: Changed."""

    mobile: Text


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


# --------------------------------------------------------------------------------------------- answers


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


# ----------------------------------------------------------------------------- retained: what is so now


class Name(Struct, frozen=True):
    """A word for people, in the site's languages."""

    fa: str
    en: str = ""
    others: tuple[tuple[str, str], ...] = ()  # a language and the word in it

    def in_language(self, language: str) -> str:
        """The word in `language`, in Persian where the site has no other."""
        return {"en": self.en, **dict(self.others)}.get(language) or self.fa


class DepartmentCard(Struct, frozen=True):
    code: int
    name: Name
    note: Name | None = None  # a sentence on the ticket ("کارت ملی را آماده کنید")
    stages: tuple[str, ...] = ()  # its own way; empty, from an older store: not told


class DoctorCard(Struct, frozen=True):
    code: int
    department: int
    name: Name


class PointCard(Struct, frozen=True):
    """A service point as people see it: «باجهٔ ۴»."""

    id: str
    kind: str  # "counter" | "room"
    label: int
    zone: str
    stages: tuple[str, ...]
    doctors: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()  # empty: all


class ZoneCard(Struct, frozen=True):
    id: str
    name: Name
    speaker: str | None = None  # the device that speaks this zone's calls; None: each counter speaks its own


class StageCard(Struct, frozen=True):
    id: str
    name: Name


class ClassCard(Struct, frozen=True):
    """A priority class of the site («سالمند»)."""

    id: str
    name: Name
    asked_at_kiosk: bool = True


class PauseCard(Struct, frozen=True):
    """A reason for which a point may pause («نماز»)."""

    id: str
    name: Name


class QuietTime(Struct, frozen=True):
    """No sound in these hours (the call to prayer); the screens flash on."""

    starts: str
    ends: str


class LoudnessStep(Struct, frozen=True):
    """From this hour on, the speakers' volume in percent."""

    starts: str
    percent: int


class Note(Struct, frozen=True):
    """A notice for the waiting rooms, or one zone of them."""

    text: Name
    zone: str | None = None


class KioskCard(Struct, frozen=True):
    """How this site's kiosks ask."""

    ask_priority: bool = True
    show_doctor_on_ticket: bool = True
    wrong_codes_before_lock: int = 5
    lock_seconds: int = 60
    walk_ins_in_a_row: int = 5  # more from one kiosk without a pause asks for patience
    languages: tuple[str, ...] = ("fa", "en")


class MatterCard(Struct, frozen=True):
    """What a household may come to an insurance office for, by the tickets of `department`. `without_code`: a ticket is given
    to whoever has no code too."""

    id: str
    name: Name
    department: int
    without_code: bool = True


class OfficeCard(Struct, frozen=True):
    """What the kiosks of an insurance office offer."""

    matters: tuple[MatterCard, ...] = ()


class PhoneCard(Struct, frozen=True):
    """How this site's voice menu asks."""

    department_digits: int = 2
    doctor_digits: int = 2
    tries: int = 3  # a question
    answers: int = 24  # a call
    minutes: int = 10  # a call
    calls_an_hour: int = 6  # of one caller's number
    operator: bool = True  # 0 at the top, and after the last try


class DeviceCard(Struct, frozen=True):
    """A device that belongs to the site, whether it is there or not."""

    id: str
    role: str
    points: tuple[str, ...] = ()
    zone: str | None = None


class SiteCard(Struct, frozen=True):
    """store -> all, `site`: what is written on the doors. It changes only with the site file."""

    epoch: Id
    sequence: Commit
    site: str
    name: Name
    time_zone: str
    departments: tuple[DepartmentCard, ...] = ()
    doctors: tuple[DoctorCard, ...] = ()
    points: tuple[PointCard, ...] = ()
    zones: tuple[ZoneCard, ...] = ()
    stages: tuple[StageCard, ...] = ()
    priority_classes: tuple[ClassCard, ...] = ()
    phone: str | None = None  # the phone booking's number, "086-32240066"
    kiosk: KioskCard = KioskCard()
    voice_menu: PhoneCard = PhoneCard()
    notices: tuple[Note, ...] = ()
    ticket_note: Name | None = None
    order_by_number: bool = False  # False: ticket and hall say that calls do not follow the numbers
    loudness: tuple[LoudnessStep, ...] = ()
    quiet_times: tuple[QuietTime, ...] = ()
    pause_reasons: tuple[PauseCard, ...] = ()
    spoken_languages: tuple[str, ...] = ("fa",)
    people_word: str = "patient"  # "patient" (بیمار) or "client" (مراجعه‌کننده)
    devices: tuple[DeviceCard, ...] = ()
    office: OfficeCard | None = None  # an insurance office: its kiosks ask for the matter and the household


class WalkInsLeft(Struct, frozen=True):
    """What the kiosk's list of departments shows. A department with doctors has a row a doctor besides its own sum."""

    department: int
    left: int
    doctor: int | None = None
    closed: bool = False  # no session now or later today
    more_later: bool = False  # none is left of what was released so far: the staff may release more


class Day(Struct, frozen=True):
    """store -> all, `day`: the service day."""

    epoch: Id
    sequence: Commit
    status: DayStatus
    service_day: int = 0  # 0: none was ever opened
    date: str = ""
    walk_ins: tuple[WalkInsLeft, ...] = ()
    absent_doctors: tuple[int, ...] = ()
    opens_date: str | None = None  # when closed: the next opening
    opens_time: str | None = None
    clock_trusted: bool = True


class CallKind(StrEnum):
    CALL = "call"
    RECALL = "recall"


class Call(Struct, frozen=True):
    """One call. Its id is (epoch, call) and never used again (PROTOCOL rule 12)."""

    epoch: Id
    call: Commit
    number: int
    point: str
    kind: CallKind
    called_at_ms: Moment
    urgent: bool = False
    withdrawn: bool = False


class Serving(Struct, frozen=True):
    """What one point of the zone shows now."""

    point: str
    status: PointStatus
    number: int | None = None
    called_at_ms: Moment | None = None


class LateDoctor(Struct, frozen=True):
    doctor: int
    until: str


class Board(Struct, frozen=True):
    """store -> displays, `board/{zone}`: all a waiting room shows and speaks."""

    zone: str
    epoch: Id
    sequence: Commit
    as_of_ms: Moment
    calls: tuple[Call, ...] = ()  # oldest first
    serving: tuple[Serving, ...] = ()  # in the site file's order
    waiting: int = 0
    absent: tuple[int, ...] = ()  # «غایب», latest first
    late: tuple[LateDoctor, ...] = ()
    notices: tuple[Name, ...] = ()


class Current(Struct, frozen=True):
    """The ticket at a point."""

    number: int
    stage: str
    source: Source
    called_at_ms: Moment
    calls: int = 1  # how often it was called here
    department: int | None = None
    doctor: int | None = None
    priority: str | None = None
    priority_asked: str | None = None
    urgent: bool = False
    marks: tuple[str, ...] = ()  # what reception should look at: "unknown_print", "code_used_twice", …


class Waiting(Struct, frozen=True):
    """One of the next three."""

    number: int
    why: str  # the call order's reason code: "booked", "walk_in", "priority", "returning", "urgent", "aged"


class LastAct(Struct, frozen=True):
    """What this point did last, for its screen and for undo."""

    act: str  # the tag of the Act
    number: int | None
    at_ms: Moment
    undo_until_ms: Moment | None = None  # None: cannot be undone (any more)


class PointState(Struct, frozen=True):
    """store -> all, `point/{point}`: what the point's own devices show; staff may look too."""

    point: str
    epoch: Id
    sequence: Commit
    revision: int
    as_of_ms: Moment
    status: PointStatus
    current: Current | None = None
    last_call: Call | None = None
    next: tuple[Waiting, ...] = ()
    waiting: int = 0
    paused_why: str | None = None
    paused_until: str | None = None
    last_act: LastAct | None = None


class Progress(Struct, frozen=True):
    """The sequence at which a board or point last changed, for readers who wonder whether theirs is the newest."""

    topic: str  # "board/hall-1", "point/counter-1"
    sequence: Commit


class StoreBeat(Struct, frozen=True):
    """store -> all, `store`: every BEAT_EVERY_SECONDS while up. The last will says up=False with the same connection."""

    up: bool
    connection: str
    epoch: Boot = ""
    sequence: Commit = 0
    wall_ms: Moment = 0
    progress: tuple[Progress, ...] = ()
    wants: Want = Want.NOTHING
    waits_for: tuple[str, ...] = ()  # the kiosks that have not done what it wants


class SheetCode(Struct, frozen=True):
    """A booking as a kiosk alone looks it up. `digest`: scrypt of the code with the day's salt, base64."""

    digest: str
    department: int
    good_from_ms: Moment | None  # the window; None: no limit on that side
    good_until_ms: Moment | None
    doctor: int | None = None
    time_ms: Moment | None = None  # the place's own time, where the site gives times
    cancelled: bool = False
    doctor_absent: bool = False
    number: int | None = None  # its ticket's
    state: str = ""  # that ticket's, a word of rules.journey.State


class SheetShare(Struct, frozen=True):
    """Walk-in turns of one session that this kiosk may give when it is alone."""

    department: int
    until_ms: Moment  # the session's end
    left: int
    doctor: int | None = None


class SheetDay(Struct, frozen=True):
    """One day on a sheet. `salt` (base64) is the day's and this run's of the store, and is nowhere else."""

    date: str
    salt: str
    tickets_from_ms: Moment
    tickets_until_ms: Moment
    service_day: int = 0  # 0: not opened yet
    status: DayStatus = DayStatus.CLOSED
    codes: tuple[SheetCode, ...] = ()
    walk_ins: tuple[SheetShare, ...] = ()
    highest: int | None = None  # of the kiosk's own range, as far as the store knows


class Sheet(Struct, frozen=True):
    """store -> that kiosk, `sheet/{kiosk}`, at most every SHEET_EVERY_SECONDS: all that it needs to go on alone. Only its own
    account may read it."""

    epoch: Id
    sequence: Commit
    as_of_ms: Moment
    first_number: int  # the kiosk's own range
    last_number: int
    scrypt_cost: int  # n of scrypt, r = 8, p = 1
    today: SheetDay | None = None
    tomorrow: SheetDay | None = None  # the next day with sessions, from the closing of today's on


class Health(Struct, frozen=True):
    """How a device is, for screens, pages and the technician."""

    printer: PrinterStatus = PrinterStatus.NONE
    input_ok: bool = True
    speaker_ok: bool = True
    stuck_keys: tuple[str, ...] = ()
    refused_messages: int = 0  # messages that did not fit the contract
    dropped_events: int = 0  # a full inbox
    spoken_call: Commit | None = None  # the last call id spoken, within the showing epoch
    unsettled: int = 0  # papers of which the store has not said that it knows
    faults: tuple[str, ...] = ()  # what a technician has to see to, in English: "kavenegar: no credit (418)"
    temperature_c: int | None = None  # of the processor; None: this machine does not tell
    memory_mb: int | None = None  # what the program itself holds
    clock_off_seconds: int | None = None  # its own clock less the store's; None: the store was not heard yet


class DeviceState(Struct, frozen=True):
    """device -> all, `device/{device}`. The last will says up=False; readers ignore one older than they know."""

    device: str
    up: bool
    connection: str
    boot: Boot = ""
    version: str = ""
    role: str = ""
    showing: Seen | None = None
    health: Health = Health()
    obeyed: str = ""  # the id of the last order that this run of it took


# ---------------------------------------------------------------------------------------------- orders


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


# ------------------------------------------------------------------------------------- topics and codecs


class Topic(msgspec.Struct, frozen=True):
    """One row of the table at the top."""

    name: str
    message: type
    retained: bool
    expiry_seconds: int | None
    sender: str
    hearers: str
    keyed: bool  # ends in /{device}, /{zone} or /{point}


REQUEST: Final = Topic("request", Request, False, 10, "device", "store", True)
REPLY: Final = Topic("reply", Reply, False, 30, "store", "device", True)
SITE: Final = Topic("site", SiteCard, True, None, "store", "all", False)
DAY: Final = Topic("day", Day, True, None, "store", "all", False)
BOARD: Final = Topic("board", Board, True, None, "store", "displays", True)
POINT: Final = Topic("point", PointState, True, None, "store", "all", True)
STORE: Final = Topic("store", StoreBeat, True, None, "store", "all", False)
SHEET: Final = Topic("sheet", Sheet, True, None, "store", "device", True)
DEVICE: Final = Topic("device", DeviceState, True, None, "device", "all", True)
ORDER: Final = Topic("order", OrderMessage, False, 30, "store, staff", "device", True)

TOPICS: Final = (REQUEST, REPLY, SITE, DAY, BOARD, POINT, STORE, SHEET, DEVICE, ORDER)
BY_NAME: Final = {topic.name: topic for topic in TOPICS}

Message = Request | Reply | SiteCard | Day | Board | PointState | StoreBeat | Sheet | DeviceState | OrderMessage
