"""What each happening does to a visit, mode by mode: the functions that visit.py's table names. Pure.

Each takes the kiosk, its mode, what came with the happening (a digit, an answer, or nothing) and the monotonic clock in
seconds, and gives the kiosk after it and what is to be done.
"""

from typing import Any, Final

from msgspec.structs import replace as changed

from kiosk_device.actions import AskAgain, AskForPriority, Hush, Result
from kiosk_device.settling import TicketOperation
from kiosk_device.state import (
    Asking,
    ChoosingDepartment,
    ChoosingDoctor,
    ChoosingMatter,
    ChoosingPriority,
    ChoosingPriorityLater,
    Errand,
    HasTicket,
    Idle,
    Kiosk,
    Mode,
    OfferingNoPaper,
    PrintingTicket,
    ReadingRefusal,
    StillThere,
    TypingCode,
    TypingMobile,
)
from kiosk_device.visit import asking, by_itself, choices, slip
from kiosk_device.visit.asking import go_home, refuse, to_mode
from kiosk_device.visit.refusals import NextStep, walk_ins_left
from mqtt.contract import (
    REPLY_WAIT_SECONDS,
    AskPriority,
    CheckIn,
    Day,
    DayStatus,
    PrinterStatus,
    Reason,
    Refusal,
    SettleOutcome,
    TakeHelpTicket,
    TakeWalkIn,
    TicketGiven,
)
from program.frozen import replace
from rules import tracking_code

ASKING_LIMIT_SECONDS: Final = 10.0
WAIT_BEFORE_ASKING_AGAIN_SECONDS: Final = 1.0


def accepting(day: Day | None) -> bool:
    """Tickets are given now."""
    return day is not None and day.status is DayStatus.ACCEPTING


# --------------------------------------------------------------------------------- idle and the code


def ignored(kiosk: Kiosk, _mode: Mode, _what: object, _now: float) -> Result:
    return kiosk, ()


def home(kiosk: Kiosk, _mode: Mode, _what: object, now: float) -> Result:
    return go_home(kiosk, now)


def idle_digit(kiosk: Kiosk, _mode: Idle, digit: str, now: float) -> Result:
    if kiosk.lost(now) or not accepting(kiosk.today):
        return kiosk, ()
    if kiosk.wrong_codes.locked(now):
        return refuse(kiosk, asking.locked_refusal(kiosk, now), now)
    return to_mode(kiosk, TypingCode(digit), now)


def idle_green(kiosk: Kiosk, _mode: Idle, _what: object, now: float) -> Result:
    if kiosk.lost(now) or not accepting(kiosk.today):
        return kiosk, ()
    if kiosk.alone is not None and walk_ins_left(kiosk.alone) == 0:
        return refuse(kiosk, Refusal(reason=Reason.SHARE_USED_UP), now)
    return to_mode(kiosk, first_choice(kiosk), now)


def first_choice(kiosk: Kiosk) -> ChoosingDepartment | ChoosingMatter:
    """Where whoever has no code begins: a clinic's departments, an office's matters."""
    return ChoosingMatter() if kiosk.at_office else ChoosingDepartment()


def other_language(kiosk: Kiosk, _mode: Idle, _what: object, now: float) -> Result:
    languages = choices.languages(kiosk)
    if kiosk.language not in languages:
        return replace(kiosk, language=kiosk.home_language), ()
    after = languages[(languages.index(kiosk.language) + 1) % len(languages)]
    return replace(kiosk, language=after, since=now), ()


def code_digit(kiosk: Kiosk, mode: TypingCode, digit: str, now: float) -> Result:
    digits = mode.digits + digit
    if len(digits) < tracking_code.LENGTH:
        return to_mode(kiosk, TypingCode(digits), now)
    if not tracking_code.well_formed(digits):
        kiosk = asking.wrong_code(kiosk, now)
        if kiosk.wrong_codes.locked(now):
            return refuse(kiosk, asking.locked_refusal(kiosk, now), now)
        return to_mode(kiosk, TypingCode(wrong=True), now)
    return begin(kiosk, CheckIn(code=digits, service_day=choices.service_day(kiosk)), now)


def code_erase(kiosk: Kiosk, mode: TypingCode, _what: object, now: float) -> Result:
    if len(mode.digits) <= 1:
        return go_home(kiosk, now)
    return to_mode(kiosk, TypingCode(mode.digits[:-1]), now)


def still_there(kiosk: Kiosk, mode: Any, _what: object, now: float) -> Result:
    kiosk, speech = asking.say(kiosk, "kiosk_still_there")
    return to_mode(kiosk, StillThere(mode), now, speech)


def here(kiosk: Kiosk, mode: StillThere, _what: object, now: float) -> Result:
    return to_mode(kiosk, mode.inner, now)


# ------------------------------------------------------------------------------------------ no code


def department_digit(kiosk: Kiosk, mode: ChoosingDepartment, digit: str, now: float) -> Result:
    if digit == choices.CODE_AGAIN_KEY and choices.may_have_code(kiosk):
        return to_mode(kiosk, TypingMobile(), now)
    if digit == choices.MORE_KEY:
        return to_mode(kiosk, ChoosingDepartment(choices.next_page(choices.departments(kiosk), mode.page)), now)
    choice = choices.pressed(choices.departments(kiosk), mode.page, digit)
    if choice is None:
        return kiosk, ()
    if not choice.open:
        reason = Reason.NO_SESSION if choice.closed else Reason.SHARE_USED_UP
        return without_turn(kiosk, Refusal(reason=reason, department=choice.code, more_later=choice.more_later), now)
    if len(choices.doctors(kiosk, choice.code)) > 1:
        return to_mode(kiosk, ChoosingDoctor(choice.code), now)
    return priority_or_ask(kiosk, choice.code, None, now)


def doctor_digit(kiosk: Kiosk, mode: ChoosingDoctor, digit: str, now: float) -> Result:
    offered = choices.doctors(kiosk, mode.department)
    if digit == choices.MORE_KEY:
        return to_mode(kiosk, replace(mode, page=choices.next_page(offered, mode.page)), now)
    choice = choices.pressed(offered, mode.page, digit)
    if choice is None:
        return kiosk, ()
    if not choice.open:
        reason = Reason.NO_SESSION if choice.closed else Reason.SESSION_FULL
        full = Refusal(reason=reason, department=mode.department, doctor=choice.code, more_later=choice.more_later)
        return without_turn(kiosk, full, now)
    return priority_or_ask(kiosk, mode.department, choice.code or None, now)


def without_turn(kiosk: Kiosk, shown: Refusal, now: float, errand: Errand | None = None) -> Result:
    """A line was chosen that the list shows without turns. The store is asked all the same: by now there may be one, and it
    counts who is turned away. Where it cannot be asked, or no paper would come, the list's own word is said."""
    if kiosk.alone is not None or kiosk.lost(now) or kiosk.printer not in asking.CAN_PRINT or shown.department is None:
        return refuse(kiosk, shown, now)
    return ask_walk_in(kiosk, ChoosingPriority(shown.department, shown.doctor or None, errand), None, now)


def priority_or_ask(kiosk: Kiosk, department: int, doctor: int | None, now: float, errand: Errand | None = None) -> Result:
    wish = ChoosingPriority(department, doctor, errand)
    return to_mode(kiosk, wish, now) if choices.priorities(kiosk) else ask_walk_in(kiosk, wish, None, now)


def priority_digit(kiosk: Kiosk, mode: ChoosingPriority, digit: str, now: float) -> Result:
    asked = choices.priority_pressed(kiosk, digit)
    if asked is None:
        return kiosk, ()
    return ask_walk_in(kiosk, mode, asked, now)


def no_priority(kiosk: Kiosk, mode: ChoosingPriority, _what: object, now: float) -> Result:
    return ask_walk_in(kiosk, mode, None, now)


def ask_walk_in(kiosk: Kiosk, wish: ChoosingPriority, priority: str | None, now: float) -> Result:
    day = choices.service_day(kiosk)
    walk_in = TakeWalkIn(department=wish.department, service_day=day, doctor=wish.doctor, priority=priority)
    if wish.errand is not None:
        walk_in = changed(walk_in, matter=wish.errand.matter, code=wish.errand.code)
    return begin(kiosk, walk_in, now)


def back_to_departments(kiosk: Kiosk, _mode: Mode, _what: object, now: float) -> Result:
    return to_mode(kiosk, first_choice(kiosk), now)


def without_paper(kiosk: Kiosk, mode: OfferingNoPaper, _what: object, now: float) -> Result:
    return begin(kiosk, mode.operation, now, without_paper=True)


def with_paper(kiosk: Kiosk, mode: OfferingNoPaper, _what: object, now: float) -> Result:
    return begin(kiosk, mode.operation, now)


# -------------------------------------------------------------------------------- asking and printing


def begin(kiosk: Kiosk, operation: TicketOperation, now: float, *, without_paper: bool = False) -> Result:
    """Ask for a ticket, or give one alone, unless there is nothing to print it with and nobody agreed to go without paper."""
    if kiosk.lost(now):
        return refuse(kiosk, Refusal(reason=Reason.WAIT), now, about=operation)
    has_printer = kiosk.printer is not PrinterStatus.NONE
    if has_printer and kiosk.printer not in asking.CAN_PRINT and not without_paper:
        return to_mode(kiosk, OfferingNoPaper(operation), now)
    without_paper = without_paper or not has_printer
    if kiosk.alone is not None:
        return by_itself.answer(kiosk, operation, now, without_paper=without_paper)
    return asking.ask(kiosk, operation, now, without_paper=without_paper)


def given(kiosk: Kiosk, mode: Asking, ticket: TicketGiven, now: float) -> Result:
    return asking.given(kiosk, mode, ticket, now)


def refused(kiosk: Kiosk, mode: Asking, refusal: Refusal, now: float) -> Result:
    if refusal.reason not in {Reason.WAIT, Reason.INTERNAL_ERROR}:
        return asking.refused(kiosk, mode, refusal, now)
    again_at = now + (refusal.retry_after_seconds or WAIT_BEFORE_ASKING_AGAIN_SECONDS)
    too_late = again_at >= mode.asked_at + REPLY_WAIT_SECONDS
    by_itself_then = by_itself.instead(kiosk, mode, now) if too_late else None
    return by_itself_then or (replace(kiosk, mode=replace(mode, again_at=again_at)), ())


def asking_time_up(kiosk: Kiosk, mode: Asking, _what: object, now: float) -> Result:
    """It said wait, and that is over; it does not answer, and the kiosk may go on alone; or it never will."""
    if not mode.waited and now >= mode.asked_at + REPLY_WAIT_SECONDS:
        by_itself_then = by_itself.instead(kiosk, mode, now)
        return by_itself_then or (replace(kiosk, mode=replace(mode, waited=True)), ())
    if now < mode.asked_at + ASKING_LIMIT_SECONDS:
        return replace(kiosk, mode=replace(mode, again_at=None)), (AskAgain(mode.request, mode.operation, kiosk.seen),)
    kiosk, actions = asking.abandoned(kiosk, mode)
    return refuse(kiosk, Refusal(reason=Reason.WAIT), now, *actions, about=mode.operation)


def nobody_hears(kiosk: Kiosk, mode: Asking, _what: object, now: float) -> Result:
    return by_itself.instead(kiosk, mode, now) or (replace(kiosk, mode=replace(mode, nobody_hears=True)), ())


def alone(kiosk: Kiosk, mode: Asking, _what: object, now: float) -> Result:
    return by_itself.instead(kiosk, mode, now) or (kiosk, ())


def walked_away(kiosk: Kiosk, mode: Asking, _what: object, now: float) -> Result:
    kiosk, actions = asking.abandoned(kiosk, mode)
    return go_home(kiosk, now, *actions)


def nothing_written(kiosk: Kiosk, mode: Asking, _what: object, now: float) -> Result:
    kiosk, actions = asking.abandoned(kiosk, mode)
    return refuse(kiosk, Refusal(reason=Reason.NOT_ALLOWED), now, *actions)


def printed(kiosk: Kiosk, mode: PrintingTicket, _what: object, now: float) -> Result:
    return asking.printed(kiosk, mode, now)


def shown(kiosk: Kiosk, mode: PrintingTicket, _what: object, now: float) -> Result:
    return asking.shown(kiosk, mode, SettleOutcome.SHOWN, now)


def perhaps(kiosk: Kiosk, mode: PrintingTicket, _what: object, now: float) -> Result:
    return asking.shown(kiosk, mode, SettleOutcome.UNKNOWN, now)


# -------------------------------------------------------------------------------------- has the ticket


def ticket_digit(kiosk: Kiosk, mode: HasTicket, digit: str, now: float) -> Result:
    if digit == "1" and kiosk.at_office:
        return to_mode(kiosk, ChoosingMatter(), now, Hush())
    if digit == "1" and kiosk.wrong_codes.locked(now):
        return refuse(kiosk, asking.locked_refusal(kiosk, now), now, Hush())
    if digit == "1":
        return to_mode(kiosk, TypingCode(), now, Hush())
    if digit == "2" and choices.may_ask_priority(kiosk, mode):
        return to_mode(kiosk, ChoosingPriorityLater(mode), now)
    return kiosk, ()


def priority_later(kiosk: Kiosk, mode: ChoosingPriorityLater, digit: str, now: float) -> Result:
    asked = choices.priority_pressed(kiosk, digit)
    if asked is None:
        return kiosk, ()
    kiosk, request = kiosk.fresh_id()
    ticket = mode.has.ticket
    operation = AskPriority(number=ticket.number, service_day=ticket.service_day, priority=asked)
    has = replace(mode.has, priority="asking", priority_request=request)
    return to_mode(kiosk, has, now, AskForPriority(request, operation))


def back_to_ticket(kiosk: Kiosk, mode: ChoosingPriorityLater, _what: object, now: float) -> Result:
    return to_mode(kiosk, mode.has, now)


def priority_noted(kiosk: Kiosk, mode: HasTicket, _what: object, now: float) -> Result:
    return to_mode(kiosk, replace(mode, priority="noted"), now)


def priority_failed(kiosk: Kiosk, mode: HasTicket, _what: object, now: float) -> Result:
    return to_mode(kiosk, replace(mode, priority="failed"), now)


# ------------------------------------------------------------------------------------------- refusals


def refusal_green(kiosk: Kiosk, mode: ReadingRefusal, _what: object, now: float) -> Result:
    day = choices.service_day(kiosk)
    match choices.after(kiosk, mode.refusal):
        case NextStep.TYPE_AGAIN:
            return to_mode(kiosk, TypingCode(), now)
        case NextStep.WALK_IN | NextStep.OTHER_DEPARTMENT:
            return to_mode(kiosk, first_choice(kiosk), now)
        case NextStep.HELP_TICKET:
            return begin(kiosk, TakeHelpTicket(service_day=day, about=mode.refusal.reason), now)
        case NextStep.SLIP:
            return slip.print_it(kiosk, mode.refusal, now)
        case NextStep.ASK_AGAIN if mode.operation is not None:
            return begin(kiosk, changed(mode.operation, service_day=day), now)
        case _:
            return go_home(kiosk, now)


def refusal_digit(kiosk: Kiosk, mode: ReadingRefusal, digit: str, now: float) -> Result:
    if choices.after(kiosk, mode.refusal) is NextStep.TYPE_AGAIN and not kiosk.wrong_codes.locked(now):
        return to_mode(kiosk, TypingCode(digit), now)
    return kiosk, ()
