"""Days, weeks from Saturday to Friday, and Jalali months: which one a date lies in, the one before, the one after. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import jdatetime

from screen.lettering import day_words, month_words
from screen.phrases import Phrases

_WEEK: Final = timedelta(days=7)
_LONGEST_MONTH: Final = timedelta(days=31)


class Kind(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last date, both included."""

    kind: Kind
    first: date
    last: date

    @property
    def before(self) -> "Period":
        """The period of the same kind that ends where this one begins."""
        return period(self.kind, self.first - timedelta(days=1))

    @property
    def after(self) -> "Period":
        """The one that begins where this one ends."""
        return period(self.kind, self.last + timedelta(days=1))

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def period(kind: Kind, on: date) -> Period:
    """The period of this kind in which a date lies."""
    if kind is Kind.DAY:
        return Period(kind, on, on)
    jalali = jdatetime.date.fromgregorian(date=on)
    if kind is Kind.WEEK:
        first = on - timedelta(days=jalali.weekday())
        return Period(kind, first, first + _WEEK - timedelta(days=1))
    first = on - timedelta(days=jalali.day - 1)
    after = first + _LONGEST_MONTH
    return Period(kind, first, after - timedelta(days=jdatetime.date.fromgregorian(date=after).day))


def words(one: Period, say: Phrases) -> str:
    """«آذر ۱۴۰۵», «هفتهٔ شنبه ۳۰ آبان تا جمعه ۶ آذر», «یکشنبه ۱ آذر ۱۴۰۵»."""
    if one.kind is Kind.MONTH:
        return month_words(one.first, say.language)
    if one.kind is Kind.DAY:
        return day_words(one.first, say.language, year=True)
    first, last = (day_words(day, say.language, year=day is one.last) for day in (one.first, one.last))
    return say("staff.statistics.week_from_to", first=first, last=last)


def day_of_month(day: date) -> int:
    """1 to 31, of the Jalali month."""
    number: int = jdatetime.date.fromgregorian(date=day).day
    return number
