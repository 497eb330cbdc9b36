"""A tracking code at the kiosk: a ticket, the same ticket again, back in line, or why not.

The rules, in the order in which they are asked (PROTOCOL rule 7 and the site's window):
1. A code that nobody was given has no visit.
2. A code that has its ticket today keeps it: whoever lost the paper gets it again, whoever missed the call is back in
   line, whoever is finished is told so, or that the doctor was not there. Neither the window nor the end of reception
   stands in the way. A visit that was moved to another day since has no ticket today, whatever paper it has.
3. A cancelled booking and an absent doctor are said before the day is looked at, so that nobody comes back in vain.
4. The right day: any other is told its own date.
5. Reception is open.
6. The window. Its early side is measured from the beginning, its late side from the end of what the patient was told:
   the place's own time, or the session. A late doctor moves the late side by the delay, never the early one: whoever
   comes at the time first told gets a ticket. A doctor who was announced to be gone from some minute on takes no code
   after it: neither a delay nor the site's own minutes move that, and a window without an end has one there.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from rules.journey import State
from rules.site import CheckInWindow


class NotNow(StrEnum):
    """Why a code gets no ticket; the words are those of the contract's Reason."""

    NO_SUCH_CODE = "no_such_code"
    WRONG_DAY = "wrong_day"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    CANCELLED = "cancelled"
    DOCTOR_ABSENT = "doctor_absent"
    ALREADY_SERVED = "already_served"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Visit:
    """What the ledger knows of a code. `number` and `state` are its ticket's on this service day, if it has one."""

    date: date
    starts: datetime
    ends: datetime
    time: datetime | None = None  # the place's own, where the site gives times
    cancelled: bool = False
    doctor_absent: bool = False  # or the session was withdrawn
    late_until: datetime | None = None  # the doctor is late until then
    gone_from: datetime | None = None  # the doctor was announced to be gone for good from then on
    number: int | None = None
    state: State | None = None
    sent_away: bool = False  # its ticket ended when reception said that the doctor is not there


@dataclass(frozen=True, slots=True)
class Admitted:
    """A new ticket."""


@dataclass(frozen=True, slots=True)
class SameTicket:
    """The ticket that the code has already, printed again; `back_in_line` when its holder had missed the call."""

    number: int
    back_in_line: bool = False


@dataclass(frozen=True, slots=True)
class NotAdmitted:
    """Why not, with what the screen says next: the visit's date, the time from or until which the code is good."""

    reason: NotNow
    date: date | None
    time: datetime | None = None
    number: int | None = None


Decision = Admitted | SameTicket | NotAdmitted

_ENDED: Final = frozenset({State.DONE, State.NOT_SERVED})


def decide(visit: Visit | None, today: date, accepting: bool, window: CheckInWindow, now: datetime) -> Decision:
    """What happens to a code. `today` is the open service day's date, `accepting` whether it gives tickets."""
    if visit is None:
        return NotAdmitted(NotNow.NO_SUCH_CODE, date=None)
    here = visit.date == today and visit.state is not State.VOID
    if here and visit.number is not None and visit.state is not None:
        if visit.state in _ENDED:
            reason = NotNow.DOCTOR_ABSENT if visit.sent_away else NotNow.ALREADY_SERVED
            return NotAdmitted(reason, date=visit.date, number=visit.number)
        return SameTicket(visit.number, back_in_line=visit.state is State.ABSENT)
    return _without_a_ticket(visit, today, accepting) or _in_the_window(visit, window, now)


def _without_a_ticket(visit: Visit, today: date, accepting: bool) -> NotAdmitted | None:
    reason: NotNow | None = None
    if visit.cancelled:
        reason = NotNow.CANCELLED
    elif visit.doctor_absent and visit.date >= today:
        reason = NotNow.DOCTOR_ABSENT
    elif visit.date != today:
        reason = NotNow.WRONG_DAY
    elif not accepting:
        reason = NotNow.CLOSED
    return NotAdmitted(reason, date=visit.date, time=visit.time) if reason is not None else None


def _in_the_window(visit: Visit, window: CheckInWindow, now: datetime) -> Admitted | NotAdmitted:
    first, last = good_between(visit, window)
    if first is not None and now < first:
        return NotAdmitted(NotNow.TOO_EARLY, date=visit.date, time=first)
    if last is not None and now > last:
        return NotAdmitted(NotNow.TOO_LATE, date=visit.date, time=last)
    return Admitted()


def good_between(visit: Visit, window: CheckInWindow) -> tuple[datetime | None, datetime | None]:
    """From when until when a code is good on its day; None: no limit on that side."""
    begins, ends = (visit.time, visit.time) if visit.time is not None else (visit.starts, visit.ends)
    delay = timedelta()
    if visit.late_until is not None:
        delay = max(delay, visit.late_until - visit.starts)
    first = begins - timedelta(minutes=window.early_minutes) if window.early_minutes is not None else None
    last = ends + delay + timedelta(minutes=window.late_minutes) if window.late_minutes is not None else None
    if visit.gone_from is not None:
        last = visit.gone_from if last is None else min(last, visit.gone_from)
    return first, last
