"""What the telephone asks, and whoever sends its texts."""

from mqtt.contract.words import TextOutcome
from mqtt.fields import Count, Id, Struct, Text


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
