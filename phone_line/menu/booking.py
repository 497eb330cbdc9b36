"""From the department's code to a booking that the caller has heard: the moves of a place. Pure.

A place is held before it is offered, and the line that says so is on disk before the store is asked; the code is told only
once the store has it as a booking. Whatever of it is left open when the call ends is looked after in aftercare.py.
"""

from mqtt.contract import Booked, Changed, ConfirmHold, HoldPlace, Offer, Reason, Refusal, ReleaseHold
from phone_line.menu import said
from phone_line.menu.going import STORE_LIMIT_SECONDS, ask_store, enter, give_up, main_menu, say, to_mode, wrong
from phone_line.open_calls import OpenCall
from phone_line.state import (
    BACK,
    AfterCode,
    Ask,
    Call,
    Changing,
    ChoosingDepartment,
    ChoosingDoctor,
    Close,
    Confirming,
    Holding,
    MenuAction,
    Note,
    Offered,
    OfferingCallerNumber,
    Place,
    Remember,
    Result,
    Resuming,
    TellingCode,
    TypingMobile,
    Wish,
    next_request,
)
from program.frozen import replace
from rules.mobile import normalise_mobile
from sounds.telephone import Prompts, phrase


def resumed(call: Call, _mode: Resuming, answer: object, now: float) -> Result:
    """What the store knows of this call: a booking is told; a place that is held is offered once the mobile is said again."""
    match answer:
        case Booked():
            return booked(call, _mode, answer, now)
        case Offer(department=department, doctor=doctor):
            return mobile_or_hold(replace(call, wish=Wish(department, doctor), place=Place(asked=True)), now)
        case Changed():
            return main_menu(call, now, () if call.came_back else phrase("welcome"))
    return give_up(call, "not_possible_now", now)


# --------------------------------------------------------------------------------- the wish


def department_keys(call: Call, _mode: ChoosingDepartment, keys: str, now: float) -> Result:
    if keys.startswith(BACK):
        return main_menu(call, now)
    known = {} if call.site is None else {one.code for one in call.site.departments}
    if not _is_number(keys) or int(keys) not in known:
        return wrong(call, now)
    call = replace(call, wish=replace(call.wish, department=int(keys), doctor=None, after=None))
    return doctor_or_further(call, now)


def doctor_or_further(call: Call, now: float, before: Prompts = ()) -> Result:
    """The doctor's code, where the department has doctors."""
    if said.doctors_of(call.site, call.wish.department):
        return enter(call, ChoosingDoctor(), now, before)
    return mobile_or_hold(call, now)


def doctor_keys(call: Call, _mode: ChoosingDoctor, keys: str, now: float) -> Result:
    if keys.startswith(BACK):
        return enter(call, ChoosingDepartment(), now)
    known = {0, *(one.code for one in said.doctors_of(call.site, call.wish.department))}
    if not _is_number(keys) or int(keys) not in known:
        return wrong(call, now)
    return mobile_or_hold(replace(call, wish=replace(call.wish, doctor=int(keys), after=None)), now)


def mobile_or_hold(call: Call, now: float) -> Result:
    """The mobile, unless it was said before; then a place."""
    if call.wish.mobile_said:
        return hold(call, now)
    return enter(call, TypingMobile() if call.mobile is None else OfferingCallerNumber(), now)


def caller_number_keys(call: Call, _mode: OfferingCallerNumber, keys: str, now: float) -> Result:
    match keys:
        case "1":
            return hold(_with_mobile(call, call.mobile), now)
        case "2":
            return enter(call, TypingMobile(), now)
        case "*":
            return back_to_choice(call, now)
    return wrong(call, now)


def mobile_keys(call: Call, _mode: TypingMobile, keys: str, now: float) -> Result:
    if keys.startswith(BACK):
        return back_to_choice(call, now)
    mobile = normalise_mobile(keys)
    return wrong(call, now) if mobile is None else hold(_with_mobile(call, mobile), now)


def without_mobile(call: Call, _mode: object, _what: object, now: float) -> Result:
    return hold(_with_mobile(call, None), now)


def back_to_choice(call: Call, now: float, before: Prompts = ()) -> Result:
    """The question before the mobile's: the doctor's, or the department's where there are no doctors."""
    if said.doctors_of(call.site, call.wish.department):
        return enter(call, ChoosingDoctor(), now, before)
    return enter(call, ChoosingDepartment(), now, before)


def _with_mobile(call: Call, mobile: str | None) -> Call:
    return replace(call, wish=replace(call.wish, mobile=mobile, mobile_said=True))


def _is_number(keys: str) -> bool:
    return keys.isascii() and keys.isdigit()


# ---------------------------------------------------------------------------------- the place


def hold(call: Call, now: float, before: Prompts = ()) -> Result:
    """Ask for a place, once it is on disk that this call may hold one."""
    wish = call.wish
    operation = HoldPlace(call=call.name, department=wish.department, doctor=wish.doctor, mobile=wish.mobile, after=wish.after)
    call = replace(call, place=Place(asked=True))
    spoken: Result = say(call, before) if before else (call, ())
    call, asked = ask_store(spoken[0], Holding(), operation, now, OpenCall(call.name))
    return call, (*spoken[1], *asked)


def held(call: Call, mode: Holding, answer: object, now: float) -> Result:
    match answer:
        case Offer():
            return enter(call, Offered(answer), now, said.offer(call, answer))
        case Booked():
            return booked(call, mode, answer, now)
    return give_up(call, "not_possible_now", now)


def not_held(call: Call, _mode: Holding, refusal: Refusal, now: float) -> Result:
    why = said.no_place(refusal.reason)
    if why is not None:
        return back_to_choice(replace(call, wish=replace(call.wish, after=None)), now, why)
    match refusal.reason:
        case Reason.UNKNOWN_DEPARTMENT:
            return enter(call, ChoosingDepartment(), now)
        case Reason.UNKNOWN_DOCTOR:
            return back_to_choice(call, now)
        case Reason.BAD_MOBILE:
            return enter(call, TypingMobile(), now)
        case Reason.TOO_MANY_BOOKINGS:
            return main_menu(replace(call, wish=Wish()), now, phrase("too_many_bookings"))
    return give_up(call, "not_possible_now", now)


def offered_keys(call: Call, mode: Offered, keys: str, now: float) -> Result:
    match keys:
        case "1":
            return ask_store(call, Confirming(), ConfirmHold(call=call.name, mobile=call.wish.mobile), now)
        case "2":
            return enter(call, Changing(mode.offer), now)
        case "*":
            call, actions = back_to_choice(call, now)
            return _let_go(call, actions)
    return wrong(call, now)


def changing_keys(call: Call, mode: Changing, keys: str, now: float) -> Result:
    match keys:
        case "1":
            return hold(replace(call, wish=replace(call.wish, after=mode.offer.date)), now)
        case "2":
            call, actions = back_to_choice(replace(call, wish=replace(call.wish, after=None)), now)
            return _let_go(call, actions)
        case "3":
            return enter(call, TypingMobile(), now)
        case "*":
            return enter(call, Offered(mode.offer), now, said.offer(call, mode.offer))
    return wrong(call, now)


def _let_go(call: Call, actions: tuple[MenuAction, ...]) -> Result:
    """The place is free for others while the caller thinks; nobody waits for the answer."""
    waits_for = call.request
    call, request = next_request(call)
    release = Ask(request, ReleaseHold(call=call.name), STORE_LIMIT_SECONDS)
    return replace(call, request=waits_for), (*actions, release)


# --------------------------------------------------------------------------------- the booking


def booked(call: Call, _mode: object, answer: object, now: float) -> Result:
    if not isinstance(answer, Booked):
        return give_up(call, "not_possible_now", now)
    call = to_mode(replace(call, place=replace(call.place, asked=True)), TellingCode(answer), now)
    return say(call, said.first_telling(answer)[:-1])


def last_digit(call: Call, told: Booked) -> Result:
    """Now the code becomes known: that it may be is on disk before, and no sooner, since a kill leaves it undecided."""
    call, actions = say(replace(call, mode=TellingCode(told, last_digit=True)), said.first_telling(told)[-1:])
    return call, (Note(OpenCall(call.name, told=True)), *actions)


def not_booked(call: Call, _mode: Confirming, refusal: Refusal, now: float) -> Result:
    if refusal.reason is Reason.HOLD_EXPIRED:
        return hold(call, now, phrase("hold_expired"))
    return give_up(call, "not_possible_now", now)


def perhaps_booked(call: Call, _mode: Confirming, _what: object, now: float) -> Result:
    """Nobody knows whether it was booked in time. With a mobile the text will tell; without, it is given back."""
    return give_up(call, "perhaps_booked" if call.wish.mobile else "not_possible_now", now)


def heard(call: Call, told: Booked, now: float) -> Result:
    call, actions = enter(
        replace(call, place=Place(asked=True, heard=True)), AfterCode((told,)), now, said.second_telling(call, told)
    )
    return call, (Close(call.name), *actions)


def another(call: Call, now: float) -> Result:
    """One booking more in the same call: for the store it is another call, and the exchange is told which."""
    call = replace(call, wish=Wish())
    if not call.place.asked:
        return enter(call, ChoosingDepartment(), now)
    call = replace(call, booking=call.booking + 1, place=Place())
    call, actions = enter(call, ChoosingDepartment(), now)
    return call, (Remember(call.line, call.booking), *actions)
