"""Whom an absence or a lateness touches, as a page lists them: by code, time and the end of the mobile, never by name. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from mqtt.contract import AbsencePlan, TouchedBooking
from screen.lettering import clock_words
from staff_console.days_view import SiteWords

_COLUMNS: Final = ("code", "time", "mobile", "number", "becomes")
_ALWAYS: Final = frozenset({"code", "mobile", "becomes"})


@dataclass(frozen=True, slots=True)
class TouchedRow:
    """One who is touched. `reached`: a text can be sent; else somebody telephones them, or they are in the house."""

    code: str
    time: str
    mobile_end: str
    reached: bool
    number: int | None
    number_words: str
    becomes: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """Who they are, and the text that most of them get. `sms`: «۱۲ پیامک، هر کدام ۲ بخش»; empty: none is sent."""

    people: tuple[TouchedRow, ...]
    columns: tuple[str, ...]  # of the list, those that say something
    count: str
    sms: str
    words: str
    template: str
    unreached: str


def plan_view(plan: AbsencePlan, ends: Mapping[str, str], words: SiteWords) -> PlanView:
    """The plan, with `ends`, the last four digits of the mobiles by code."""
    people = tuple(_row(one, ends, words) for one in plan.touched)
    unreached = sum(not one.reached and one.number is None for one in people)
    parts = {"count": words.digits(plan.texts), "parts": words.digits(plan.parts_each)}
    return PlanView(
        people=people,
        columns=tuple(one for one in _COLUMNS if one in _ALWAYS or any(getattr(row, one) for row in people)),
        count=words.digits(len(people)),
        sms=words.say("staff.absence.sms", **parts) if plan.texts else "",
        words=plan.words if plan.texts else "",
        template=plan.template,
        unreached=words.say("staff.absence.unreached", count=words.digits(unreached)) if unreached else "",
    )


def _row(one: TouchedBooking, ends: Mapping[str, str], words: SiteWords) -> TouchedRow:
    return TouchedRow(
        code=words.digits(f"{one.code[:4]} {one.code[4:]}") if one.code else "",
        time=clock_words(one.time, words.say.language) if one.time is not None else "",
        mobile_end=words.digits(ends.get(one.code, "")),
        reached=one.has_mobile,
        number=one.number,
        number_words=words.digits(one.number) if one.number is not None else "",
        becomes=_becomes(one, words),
    )


def _becomes(one: TouchedBooking, words: SiteWords) -> str:
    if one.new_date is not None:
        day = words.whole_date(date.fromisoformat(one.new_date))
        if one.new_time is not None:
            return words.say("staff.booking.when", day=day, time=clock_words(one.new_time, words.say.language))
        return day
    if one.new_doctor is not None:
        return words.doctor(one.new_doctor)
    return words.say("staff.absence.cancelled") if one.cancelled else words.say("staff.absence.told")
