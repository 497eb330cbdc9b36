"""What the staff ask, by operators' accounts only: tickets, bookings, days, absences, the site."""

from typing import Annotated

import msgspec

from mqtt.contract.words import Remedy
from mqtt.fields import Body, Count, Id, Struct, Text


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
