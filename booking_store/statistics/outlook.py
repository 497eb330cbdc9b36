"""The next day that the site is open: how many may come in each of its hours, and how many counters that asks for.

People come as on the same weekday of the last weeks (rules/forecast.py), each is served as long as on those days, and counters
are reckoned hour by hour (rules/erlang.py). Bookings made for that day are told apart: they are among those who are expected,
and are no forecast. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from rules.erlang import Promise, counters_for
from rules.forecast import WEEKS_FEWEST, Expected, expected
from rules.site import Hours
from rules.statistics import mean, percentile

FORGOTTEN_SHARE: Final = 0.95
"""The longest services are left out of the mean: a button that nobody pressed before lunch."""


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the site's clock. `people` None: too few weeks; then no counters either. `counters`: for the mean, for the
    least and for the most that may come."""

    hour: int
    booked: int
    people: Expected | None
    counters: tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """A day to come. `weeks`: how many of the last weeks had that weekday open. `service_minutes` None: nobody was served."""

    date: date
    weeks: int
    weeks_wanted: int
    service_minutes: float | None
    booked: int
    hours: tuple[Hour, ...]

    @property
    def enough(self) -> bool:
        """Whether there are weeks enough to say anything."""
        return self.weeks >= WEEKS_FEWEST


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of before: how many weeks were looked at, who came on each of their days by the hour, and how long each
    service at a counter took."""

    weeks: int
    days: tuple[Mapping[int, int], ...]
    services: tuple[float, ...]


def outlook(ahead: date, hours: Iterable[int], past: Past, booked: Mapping[int, int], promise: Promise) -> Outlook:
    """The outlook on `ahead`, for these hours of it; `booked` by hour."""
    service = service_minutes(past.services)
    return Outlook(
        date=ahead,
        weeks=len(past.days),
        weeks_wanted=past.weeks,
        service_minutes=service,
        booked=sum(booked.values()),
        hours=tuple(_hour(hour, booked.get(hour, 0), past, service, promise) for hour in hours),
    )


def _hour(hour: int, booked: int, past: Past, service: float | None, promise: Promise) -> Hour:
    people = expected([day.get(hour, 0) for day in past.days])
    if people is None or service is None:
        return Hour(hour, booked, people, None)
    middle, least, most = (counters_for(each, service, promise) for each in (people.mean, people.least, people.most))
    return Hour(hour, booked, people, (middle, least, most))


def service_minutes(took: Sequence[float]) -> float | None:
    """How long one service takes on average, without the longest."""
    longest = percentile(took, FORGOTTEN_SHARE)
    return None if longest is None else mean([minutes for minutes in took if minutes <= longest])


def hours_of(hours: Hours) -> tuple[int, ...]:
    """The hours in which tickets are given."""
    last = hours.tickets_until.hour - (1 if hours.tickets_until.minute == 0 else 0)
    return tuple(range(hours.opens.hour, last + 1)) if last >= hours.opens.hour else tuple(range(24))
