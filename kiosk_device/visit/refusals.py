"""Why the store said no, and what the patient does next: no refusal is a dead end.

Each Reason has a screen (its phrases begin `kiosk.refused.{screen}`) and the next steps that its screen may offer, best
first. The green key takes the first that is possible now; erase always goes back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from mqtt.contract import Day, DayStatus, PrinterStatus, Reason, Refusal


class NextStep(StrEnum):
    """What can be done after a refusal."""

    TYPE_AGAIN = "type_again"  # green: the code once more, from its first digit
    WALK_IN = "walk_in"  # green: a walk-in turn, if one is left
    OTHER_DEPARTMENT = "other_department"  # green: back to the list
    HELP_TICKET = "help_ticket"  # green: a ticket to reception
    ASK_AGAIN = "ask_again"  # green: the same request once more
    SLIP = "slip"  # green: the visit's new date on paper
    RECEPTION = "reception"  # go there; nothing to press
    COME_BACK = "come_back"  # at the date or time that the screen shows; nothing to press


GREEN_STEPS: Final = frozenset(
    {
        NextStep.TYPE_AGAIN,
        NextStep.WALK_IN,
        NextStep.OTHER_DEPARTMENT,
        NextStep.HELP_TICKET,
        NextStep.ASK_AGAIN,
        NextStep.SLIP,
    }
)
"""The steps that the green key takes."""


@dataclass(frozen=True, slots=True)
class Guide:
    """A refusal's screen, and its next steps, best first. The last is always possible."""

    screen: str
    steps: tuple[NextStep, ...]


_WALK_IN_OR_HELP = (NextStep.WALK_IN, NextStep.HELP_TICKET, NextStep.RECEPTION)
_OTHER_OR_RECEPTION = (NextStep.OTHER_DEPARTMENT, NextStep.RECEPTION)
_RECEPTION = Guide("reception", (NextStep.RECEPTION,))
_NO_ANSWER = Guide("no_answer", (NextStep.ASK_AGAIN,))

_AT_THE_KIOSK: Final = {
    Reason.NO_SUCH_CODE: Guide("no_such_code", (NextStep.TYPE_AGAIN,)),
    Reason.WRONG_DAY: Guide("wrong_day", _WALK_IN_OR_HELP),
    Reason.TOO_EARLY: Guide("too_early", (NextStep.COME_BACK,)),
    Reason.TOO_LATE: Guide("too_late", _WALK_IN_OR_HELP),
    Reason.CANCELLED: Guide("cancelled", _WALK_IN_OR_HELP),
    Reason.DOCTOR_ABSENT: Guide("doctor_absent", (NextStep.HELP_TICKET, NextStep.RECEPTION)),
    Reason.ALREADY_SERVED: Guide("already_served", (NextStep.HELP_TICKET, NextStep.RECEPTION)),
    Reason.CODE_LOCKED: Guide("code_locked", (NextStep.WALK_IN, NextStep.HELP_TICKET, NextStep.RECEPTION)),
    Reason.SHARE_USED_UP: Guide("share_used_up", _OTHER_OR_RECEPTION),
    Reason.SESSION_FULL: Guide("session_full", _OTHER_OR_RECEPTION),
    Reason.NO_SESSION: Guide("no_session", _OTHER_OR_RECEPTION),
    Reason.NUMBERS_USED_UP: Guide("numbers_used_up", (NextStep.RECEPTION,)),
    Reason.TOO_MANY_TICKETS: Guide("too_many_tickets", (NextStep.RECEPTION,)),
    Reason.DISK_FULL: Guide("no_new_turns", (NextStep.RECEPTION,)),
    Reason.UNKNOWN_DEPARTMENT: Guide("no_session", _OTHER_OR_RECEPTION),
    Reason.UNKNOWN_DOCTOR: Guide("no_session", _OTHER_OR_RECEPTION),
    Reason.CLOSED: Guide("closed", (NextStep.COME_BACK,)),
    Reason.WRONG_SERVICE_DAY: _NO_ANSWER,
    Reason.WAIT: _NO_ANSWER,
    Reason.INTERNAL_ERROR: _NO_ANSWER,
}

GUIDES: Final[Mapping[Reason, Guide]] = MappingProxyType({reason: _AT_THE_KIOSK.get(reason, _RECEPTION) for reason in Reason})
"""Every Reason; those that only presses and staff can meet send the patient to reception."""

PASSED: Final = "day_passed"
"""The screen of a booking whose day is over: nobody can come back for it."""

MOVED: Final = Guide("moved", (NextStep.SLIP, *_WALK_IN_OR_HELP))
"""A visit that an absence moved to a day to come."""

MORE_LATER: Final = Guide("more_later", _OTHER_OR_RECEPTION)
"""The turns that were released so far are given: the staff may release more."""

ALONE_FULL: Final = Guide("alone_full", (NextStep.OTHER_DEPARTMENT, NextStep.HELP_TICKET, NextStep.RECEPTION))
"""The turns that a kiosk alone may give are given: reception has more."""
_FULL: Final = frozenset({Reason.SHARE_USED_UP, Reason.SESSION_FULL, Reason.NO_SESSION})

OFF: Final = "visit_off"
"""The screen of a visit that is not held though no doctor is absent today: the site is closed then, or it is another day's."""


def screen_of(refusal: Refusal, day: Day | None, *, alone: bool = False) -> str:
    """The screen that says why not: its Reason's, but a day that is over is told from one to come, a visit that was moved
    from one that always was on another day, and a visit that is off from a doctor who is absent today."""
    today = day.date if day is not None else ""
    of_date = refusal.date or today
    if refusal.reason is Reason.WRONG_DAY and of_date < today:
        return PASSED
    if refusal.reason is Reason.DOCTOR_ABSENT and (refusal.doctor is None or (today and of_date != today)):
        return OFF
    return _guide(refusal, day, alone=alone).screen


def next_step(refusal: Refusal, day: Day | None, printer: PrinterStatus, *, alone: bool = False) -> NextStep:
    """The best next step that is possible now, at a kiosk with this printer; `alone`: while the store is away."""
    return next(step for step in _guide(refusal, day, alone=alone).steps if _possible(step, refusal, day, printer))


def _guide(refusal: Refusal, day: Day | None, *, alone: bool) -> Guide:
    if alone and refusal.reason in _FULL:
        return ALONE_FULL
    if refusal.more_later and refusal.reason in _FULL:
        return MORE_LATER
    today = day.date if day is not None else ""
    to_come = refusal.moved and refusal.date is not None and refusal.date > today
    return MOVED if to_come and refusal.reason is Reason.WRONG_DAY else GUIDES[refusal.reason]


def _possible(step: NextStep, refusal: Refusal, day: Day | None, printer: PrinterStatus) -> bool:
    if step is NextStep.SLIP:
        return printer is not PrinterStatus.NONE
    accepting = day is not None and day.status is DayStatus.ACCEPTING
    if step is NextStep.WALK_IN:
        left = refusal.walk_ins_left
        return accepting and (walk_ins_left(day) > 0 if left is None else left > 0)
    if step is NextStep.OTHER_DEPARTMENT:
        return accepting and walk_ins_left(day) > 0
    if step is NextStep.HELP_TICKET:
        return accepting
    return True


def walk_ins_left(day: Day | None) -> int:
    """The walk-in turns left today, of all departments together."""
    if day is None:
        return 0
    return sum(row.left for row in day.walk_ins if row.doctor is None and not row.closed)
