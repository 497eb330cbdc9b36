"""The periods that an office is counted by: Jalali months, and the years of cover of its site file. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import jdatetime

from booking_store.office_statistics import month_of
from rules.digits import fold_digits
from rules.office import Office
from screen.lettering import localised, month_words
from screen.phrases import Phrases

_MONTH: Final = re.compile(r"(1[34]\d\d)[-/](\d{1,2})(?:[-/]\d{1,2})?", re.ASCII)
_CYCLE: Final = re.compile(r"\d{1,3}", re.ASCII)


class Kind(StrEnum):
    """How long a period is."""

    MONTH = "month"
    CYCLE = "cycle"


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included. `on` names it in an address: "1405-09", or the cycle's number."""

    kind: Kind
    on: str
    first: date
    last: date


def month(day: date) -> Period:
    """The Jalali month of a day."""
    jalali = jdatetime.date.fromgregorian(date=day)
    return Period(Kind.MONTH, f"{jalali.year}-{jalali.month:02}", *month_of(jalali.year, jalali.month))


def cycles(office: Office) -> tuple[Period, ...]:
    """The years of cover that the site file names, in their order."""
    found = sorted(office.cycles, key=lambda one: one.first)
    return tuple(Period(Kind.CYCLE, str(one.number), one.first, one.last) for one in found)


def asked(query: Mapping[str, str], office: Office, today: date) -> tuple[Period, bool]:
    """The period of an address, and whether what was typed names one; whatever names none is today's."""
    typed = fold_digits(query.get("on", "").strip())
    if query.get("period") == Kind.CYCLE and (listed := cycles(office)):
        found = next((one for one in listed if _CYCLE.fullmatch(typed) and one.on == str(int(typed))), None)
        return found or _now(listed, today), found is not None or not typed
    matched = _MONTH.fullmatch(typed)
    try:
        day = month_of(int(matched[1]), int(matched[2]))[0] if matched is not None else None
    except ValueError:
        day = None
    return month(day or today), day is not None or not typed


def beside(period: Period, office: Office, today: date) -> tuple[str | None, str | None]:
    """What names the period before and the one after; None: there is none, or it is to come."""
    if period.kind is Kind.MONTH:
        before, after = (
            month(date.fromordinal(period.first.toordinal() - 1)),
            month(date.fromordinal(period.last.toordinal() + 1)),
        )
        return before.on, after.on if after.first <= today else None
    listed = cycles(office)
    place = listed.index(period)
    follows = listed[place + 1] if place + 1 < len(listed) else None
    return listed[place - 1].on if place else None, follows.on if follows is not None and follows.first <= today else None


def months(period: Period, today: date) -> tuple[Period, ...]:
    """The months that a period touches, as far as they have come."""
    found, day = [], period.first
    while day <= min(period.last, today):
        found.append(month(day))
        day = date.fromordinal(found[-1].last.toordinal() + 1)
    return tuple(found)


def words(period: Period, say: Phrases) -> str:
    """«آذر ۱۴۰۵», «دورهٔ ۱۲»."""
    if period.kind is Kind.MONTH:
        return month_words(period.first, say.language)
    return say("office.figures.cycle_title", number=localised(period.on, say.language))


def _now(listed: tuple[Period, ...], today: date) -> Period:
    """The cycle of today, else the last that has begun, else the first."""
    begun = [one for one in listed if one.first <= today]
    return begun[-1] if begun else listed[0]
