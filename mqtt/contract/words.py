"""Words that messages share: kinds, states, reasons, and what somebody has seen."""

from enum import StrEnum
from typing import Final

from mqtt.fields import Commit, Id, Struct


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
