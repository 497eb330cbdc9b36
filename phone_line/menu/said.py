"""The words for each moment of a call, as prompts, and which keys may follow. Pure; the words are in sounds/*/telephone.toml.

A question stands in one prompt with whatever was wrong about the last answer, so that the key which cuts it short is
already the answer's first.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mqtt.contract import Booked, DoctorCard, Offer, OpenHours, Reason, SiteCard
from phone_line.state import (
    AfterCode,
    Call,
    Changing,
    ChoosingDepartment,
    ChoosingDoctor,
    ConfirmingCancel,
    DecidingSubstitute,
    Gather,
    Main,
    Offered,
    OfferingCallerNumber,
    Question,
    TypingBookingMobile,
    TypingCode,
    TypingDate,
    TypingMobile,
)
from rules import tracking_code
from sounds.telephone import Prompts, note, phrase, say_code, say_date, say_hours, say_mobile, say_number, say_time

MOBILE_DIGITS: Final = 11
DATE_DIGITS: Final = 4
MOBILE_WAIT_MS: Final = 6000
"""People read their own number off a screen."""


_QUESTIONS: Final[Mapping[type[Question], str]] = MappingProxyType(
    {
        ChoosingDepartment: "ask_department",
        ChoosingDoctor: "ask_doctor",
        OfferingCallerNumber: "offer_caller_number",
        TypingMobile: "ask_mobile",
        Offered: "offer_choice",
        Changing: "change_choice",
        TypingCode: "ask_code",
        TypingBookingMobile: "ask_booking_mobile",
        TypingDate: "ask_date",
        ConfirmingCancel: "cancel_choice",
        DecidingSubstitute: "substitute_choice",
    }
)


def question(call: Call, mode: Question, *, wrong: bool) -> Prompts:
    """What is asked in this mode; `wrong`: after an answer that was none."""
    match mode:
        case AfterCode():
            return phrase("after_code")  # it ends with all its keys; there are no other words for it
        case Main():
            key = "main_menu_with_operator" if call.card.operator else "main_menu"
        case _:
            key = _QUESTIONS[type(mode)]
    return phrase(f"{key}_wrong" if wrong else key)


def keys_of(call: Call, mode: Question) -> Gather:
    """Which keys answer this mode's question."""
    match mode:
        case ChoosingDepartment():
            return Gather(call.card.department_digits)
        case ChoosingDoctor():
            return Gather(call.card.doctor_digits)
        case TypingMobile() | TypingBookingMobile():
            return Gather(MOBILE_DIGITS, MOBILE_WAIT_MS)
        case TypingCode():
            return Gather(tracking_code.LENGTH, MOBILE_WAIT_MS)
        case TypingDate():
            return Gather(DATE_DIGITS)
        case _:
            return Gather()


def offer(call: Call, offered: Offer) -> Prompts:
    """A held place: whose, when, and where its text goes."""
    text = (*phrase("mobile"), *say_mobile(call.wish.mobile)) if call.wish.mobile else phrase("without_mobile")
    return (*phrase("offer"), *place(offered), *text)


def place(of: Offer | Booked) -> Prompts:
    """Whose place, or which department's where there are no doctors, and when."""
    whose = ("doctor", of.doctor) if of.doctor is not None else ("department", of.department)
    time = say_time(of.time) if of.time else ()
    return (*phrase(whose[0]), *say_number(whose[1]), *say_date(of.date), *time)


def first_telling(booked: Booked) -> Prompts:
    """The code, right after it was booked."""
    return (*phrase("your_code"), *say_code(booked.code))


def second_telling(call: Call, booked: Booked) -> Prompts:
    """The code once more, when it is for, what to bring, and how else the caller hears of it."""
    brings = note(booked.department) if has_note(call.site, booked.department) else ()
    text = () if not call.wish.mobile_said else phrase("text_follows" if call.wish.mobile else "write_it_down")
    again = (*phrase("code_once_more"), *say_code(booked.code))
    return (*again, *place(booked), *brings, *text, *phrase("come_with_code"))


def telling(bookings: tuple[Booked, ...], *, slowly: bool) -> Prompts:
    """Bookings that were there already, each with its code."""
    prompts: Prompts = ()
    for number, booked in enumerate(bookings):
        prompts += phrase("next_booking" if number else "booking_found")
        prompts += (*place(booked), *phrase("code_is"), *say_code(booked.code, slowly=slowly))
    return prompts


def hours(open_hours: OpenHours) -> Prompts:
    """Today's hours."""
    if open_hours.opens is None or open_hours.ends is None:
        return phrase("closed_today")
    return (*phrase("hours_today"), *say_hours(open_hours.opens, open_hours.ends))


_NO_PLACE: Final = {
    Reason.SESSION_FULL: "session_full",
    Reason.SHARE_USED_UP: "session_full",
    Reason.NO_SESSION: "no_session",
    Reason.DOCTOR_ABSENT: "doctor_absent",
    Reason.BEYOND_HORIZON: "beyond_horizon",
}


def no_place(reason: Reason) -> Prompts | None:
    """Why there is no such place, for a caller who may wish for another; None: the refusal is about something else."""
    key = _NO_PLACE.get(reason)
    return None if key is None else phrase(key)


def has_note(site: SiteCard | None, department: int) -> bool:
    """Whether the department says what to bring."""
    return site is not None and any(one.code == department and one.note is not None for one in site.departments)


def doctors_of(site: SiteCard | None, department: int) -> tuple[DoctorCard, ...]:
    """The department's doctors; none: it has a timetable of its own."""
    return () if site is None else tuple(one for one in site.doctors if one.department == department)
