"""What each happening does to a call, mode by mode: the functions that menu.py's table names. Pure.

Each takes the call, its mode, what came with the happening (the keys, an answer, or nothing) and the monotonic clock in
seconds, and gives the call after it and what is to be done. How a caller gets from one question to the next, and out, is
in going.py; what becomes of a place is in booking.py.
"""

from typing import Any

from mqtt.contract import (
    AskHours,
    Bookings,
    CancelBooking,
    DeclineSubstitute,
    FindBookings,
    OpenHours,
    Reason,
    Refusal,
)
from phone_line.menu import booking, said
from phone_line.menu.going import ask_store, enter, give_up, goodbye, leave, main_menu, say, wrong
from phone_line.menu.typed_date import next_date
from phone_line.state import (
    BACK,
    AfterCode,
    AskingHours,
    Call,
    Cancelling,
    ChoosingDepartment,
    ConfirmingCancel,
    DecidingSubstitute,
    Finding,
    Leave,
    Leaving,
    Mode,
    Over,
    Result,
    TellingCode,
    TypingBookingMobile,
    TypingCode,
    TypingDate,
    Waiting,
)
from program.frozen import replace
from rules import tracking_code
from rules.mobile import normalise_mobile
from sounds.telephone import Prompts, phrase

# ------------------------------------------------------------------------------------- at any moment


def ignored(call: Call, _mode: Mode, _what: object, _now: float) -> Result:
    return call, ()


def over(call: Call, _mode: Mode, _what: object, _now: float) -> Result:
    return replace(call, mode=Over()), ()


def please_wait(call: Call, _mode: Waiting, _what: object, _now: float) -> Result:
    if call.told_to_wait:
        return call, ()
    return say(replace(call, told_to_wait=True), phrase("please_wait"))


def no_store(call: Call, _mode: Waiting, _what: object, now: float) -> Result:
    return give_up(call, "not_possible_now", now)


def handed_back(call: Call, mode: Leaving, _what: object, _now: float) -> Result:
    return replace(call, mode=Over()), (Leave(call.line, mode.result),)


# -------------------------------------------------------------------------------- the first question


def main_keys(call: Call, _mode: object, keys: str, now: float) -> Result:  # noqa: PLR0911  one case a key
    match keys:
        case "1":
            return enter(call, ChoosingDepartment(), now)
        case "2" if call.mobile is not None:
            return _find(call, Finding(call.mobile, by_caller=True), now)
        case "2":
            return enter(call, TypingBookingMobile(None), now)
        case "3":
            return enter(call, TypingCode(), now)
        case "4":
            return ask_store(call, AskingHours(), AskHours(), now)
        case "0" if call.card.operator:
            return leave(call, "operator", phrase("to_operator"), "operator", now)
    return wrong(call, now)


def hours(call: Call, _mode: AskingHours, answer: object, now: float) -> Result:
    if not isinstance(answer, OpenHours):
        return give_up(call, "not_possible_now", now)
    return main_menu(call, now, said.hours(answer))


# ------------------------------------------------------------------------------- a booking that is there


def code_keys(call: Call, _mode: TypingCode, keys: str, now: float) -> Result:
    if keys.startswith(BACK):
        return main_menu(call, now)
    if not tracking_code.well_formed(keys):
        return wrong(call, now)
    if call.mobile is not None:
        return _find(call, Finding(call.mobile, keys, by_caller=True), now)
    return enter(call, TypingBookingMobile(keys), now)


def booking_mobile_keys(call: Call, mode: TypingBookingMobile, keys: str, now: float) -> Result:
    if keys.startswith(BACK):
        return main_menu(call, now)
    mobile = normalise_mobile(keys)
    if mobile is None:
        return wrong(call, now)
    if mode.code is None:
        return enter(call, TypingDate(mobile), now)
    return _find(call, Finding(mobile, mode.code), now)


def date_keys(call: Call, mode: TypingDate, keys: str, now: float) -> Result:
    if keys.startswith(BACK):
        return main_menu(call, now)
    date = next_date(keys, call.today)
    if date is None:
        return wrong(call, now)
    return _find(call, Finding(mode.mobile), now, date)


def _find(call: Call, mode: Finding, now: float, date: str | None = None) -> Result:
    return ask_store(call, mode, FindBookings(mobile=mode.mobile, date=date), now)


def found(call: Call, mode: Finding, answer: object, now: float) -> Result:
    bookings = answer.bookings if isinstance(answer, Bookings) else ()
    meant = tuple(one for one in bookings if mode.code in {None, one.code})
    if not meant and mode.by_caller:
        return enter(call, TypingBookingMobile(mode.code), now)
    if not meant:
        return main_menu(call, now, phrase("no_booking"))
    if mode.code is not None:
        before = (*phrase("booking_found"), *said.place(meant[0]))
        return enter(call, ConfirmingCancel(meant[0], mode.mobile), now, before)
    substitutes = tuple(one for one in meant if one.substitute)
    told = said.telling(meant, slowly=False)
    if substitutes:
        return _substitute(call, DecidingSubstitute(substitutes, mode.mobile), now, told)
    return enter(call, AfterCode(meant), now, told)


def _substitute(call: Call, mode: DecidingSubstitute, now: float, before: Prompts = ()) -> Result:
    return enter(call, mode, now, (*before, *phrase("substitute"), *said.place(mode.bookings[0])))


def substitute_keys(call: Call, mode: DecidingSubstitute, keys: str, now: float) -> Result:
    if keys == "3":
        declined = DeclineSubstitute(code=mode.bookings[0].code, mobile=mode.mobile)
        return ask_store(call, Cancelling(), declined, now)
    if keys != "1":
        return wrong(call, now)
    if len(mode.bookings) > 1:
        return _substitute(call, replace(mode, bookings=mode.bookings[1:]), now)
    return main_menu(call, now, phrase("kept"))


def cancel_keys(call: Call, mode: ConfirmingCancel, keys: str, now: float) -> Result:
    if keys == "1":
        return ask_store(call, Cancelling(), CancelBooking(code=mode.booking.code, mobile=mode.mobile), now)
    if keys == BACK:
        return main_menu(call, now, phrase("kept"))
    return wrong(call, now)


def cancelled(call: Call, _mode: Cancelling, _answer: object, now: float) -> Result:
    return main_menu(call, now, phrase("cancelled"))


def not_cancelled(call: Call, _mode: Cancelling, refusal: Refusal, now: float) -> Result:
    match refusal.reason:
        case Reason.CANCELLED:
            return main_menu(call, now, phrase("cancelled"))
        case Reason.UNKNOWN_BOOKING:
            return main_menu(call, now, phrase("no_booking"))
        case Reason.NOT_POSSIBLE_NOW:
            return main_menu(call, now, phrase("cannot_cancel"))
    return give_up(call, "not_possible_now", now)


# ------------------------------------------------------------------------------------- codes were told


def first_told(call: Call, mode: TellingCode, _what: object, now: float) -> Result:
    return booking.heard(call, mode.booked, now) if mode.last_digit else booking.last_digit(call, mode.booked)


def after_code_keys(call: Call, mode: AfterCode, keys: str, now: float) -> Result:
    match keys:
        case "*" | "1":
            return enter(call, mode, now, said.telling(mode.bookings, slowly=keys == "1"))
        case "2":
            return booking.another(call, now)
    return wrong(call, now)


def bye(call: Call, _mode: Any, _what: object, now: float) -> Result:
    return goodbye(call, now)
