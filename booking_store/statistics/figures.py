"""The figures of a period out of its records: arrivals, waits, services and no-shows by everything they can be grouped by;
what became of calls and texts. Pure.

A wait is the time in line at one stage, from joining it to the first call there; a service goes from the last call to its end.
Both are told as the median and the 90th percentile (rules/statistics.py), in minutes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

from booking_store.statistics.records import Absent, Before, PhoneCalls, Records, Stood, Totals
from rules.statistics import mean, percentile

BOOKED: Final = "booked"
"""What became of a call whose code was told; else how it ended."""
_TOLD_CODE: Final = "TellingCode"
_HUNG_UP: Final = "hung_up"
_NO_QUESTION: Final = frozenset({"Over", "Leaving"})
_HAS_ALL: Final = "AfterCode"
"""Who hangs up there has heard everything."""


@dataclass(frozen=True, slots=True)
class Times:
    """So many spells of time, in minutes; None where there is none."""

    count: int
    median: float | None
    p90: float | None
    mean: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """One line. `people` came; where the line is a stage or a point, they were called there."""

    people: int
    waits: Times
    services: Times
    no_shows: int


@dataclass(frozen=True, slots=True)
class Phone:
    """The calls: what became of them, and at which question those hung up who got nothing."""

    became: Mapping[str, int]
    gave_up_at: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Whole:
    """The figures of a period as a whole. `texts`: by kind, then by state."""

    days: tuple[str, ...]
    figures: Figures
    booked: int
    kept: int
    turned_away: int
    unaware: int
    calls: int
    texts: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Statistics:
    """All figures of a period. `arrivals`: by source and hour, and by source and date. `turned_away`: by department and why."""

    whole: Whole
    by_hour: Mapping[int, Figures]
    by_day: Mapping[str, Figures]
    by_source: Mapping[str, Figures]
    by_department: Mapping[int | None, Figures]
    by_doctor: Mapping[int | None, Figures]
    by_stage: Mapping[str, Figures]
    by_point: Mapping[str | None, Figures]
    arrivals_by_hour: Mapping[tuple[str, int], int]
    arrivals_by_day: Mapping[tuple[str, str], int]
    turned_away: Mapping[tuple[int | None, str], int]
    phone: Phone


def statistics(records: Records) -> Statistics:
    """The figures of these records."""
    figures = _figures(records.came, records.stood, records.absent)
    return Statistics(
        whole=_whole(records.totals, figures, len(records.turned_away)),
        by_hour=_grouped(records, attrgetter("hour")),
        by_day=_grouped(records, attrgetter("day")),
        by_source=_grouped(records, attrgetter("source")),
        by_department=_grouped(records, attrgetter("department")),
        by_doctor=_grouped(records, attrgetter("doctor")),
        by_stage=_where_called(records.stood, (), attrgetter("stage")),
        by_point=_where_called(records.stood, records.absent, attrgetter("point")),
        arrivals_by_hour=Counter((one.source, one.hour) for one in records.came),
        arrivals_by_day=Counter((one.source, one.day) for one in records.came),
        turned_away=Counter((one.department, one.why) for one in records.turned_away),
        phone=_phone(records.calls),
    )


def whole_before(before: Before) -> Whole:
    """The figures of a period that another is compared with."""
    figures = Figures(before.people, times(before.wait_minutes), times(before.service_minutes), before.no_shows)
    return _whole(before.totals, figures, before.turned_away)


def _whole(totals: Totals, figures: Figures, turned_away: int) -> Whole:
    texts: dict[str, dict[str, int]] = {}
    for written in totals.texts:
        texts.setdefault(written.kind, {})[written.state] = written.count
    counted = {"booked": totals.booked, "kept": totals.kept, "unaware": totals.unaware, "calls": totals.calls}
    return Whole(days=totals.days, figures=figures, turned_away=turned_away, texts=texts, **counted)


def _grouped(records: Records, key: Callable[[Any], Any]) -> dict[Any, Figures]:
    """A line for each group in which somebody came, was called or was absent."""
    came, stood, absent = (_sorted_by(some, key) for some in (records.came, records.stood, records.absent))
    return {one: _figures(came.get(one, ()), stood.get(one, ()), absent.get(one, ())) for one in _in_order(came, stood, absent)}


def _where_called(stood: Sequence[Stood], absent: Sequence[Absent], key: Callable[[Any], Any]) -> dict[Any, Figures]:
    """A line for each stage or point to which somebody was called."""
    served, gone = _sorted_by(stood, key), _sorted_by(absent, key)
    return {one: _figures(served.get(one, ()), served.get(one, ()), gone.get(one, ())) for one in _in_order(served)}


def _sorted_by(records: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = {}
    for one in records:
        groups.setdefault(key(one), []).append(one)
    return groups


def _in_order(*groups: Mapping[Any, object]) -> list[Any]:
    return sorted({one for group in groups for one in group}, key=lambda one: (one is None, one))


def _figures(people: Sequence[object], stood: Sequence[Stood], absent: Sequence[Absent]) -> Figures:
    return Figures(
        people=len(people),
        waits=times([one.wait_minutes for one in stood]),
        services=times([one.service_minutes for one in stood if one.service_minutes is not None]),
        no_shows=sum(one.times for one in absent),
    )


def times(minutes: Sequence[float]) -> Times:
    """How long these spells were."""
    return Times(len(minutes), percentile(minutes, 0.5), percentile(minutes, 0.9), mean(minutes))


def _phone(calls: Sequence[PhoneCalls]) -> Phone:
    became: Counter[str] = Counter()
    gave_up_at: Counter[str] = Counter()
    for alike in calls:
        became[BOOKED if _TOLD_CODE in alike.steps else alike.ended] += alike.count
        step = _gave_up_at(alike)
        if step is not None:
            gave_up_at[step] += alike.count
    return Phone(became, gave_up_at)


def _gave_up_at(call: PhoneCalls) -> str | None:
    """The last question or wait of somebody who hung up with nothing; None: they had what they wanted, or were led out."""
    heard = [step for step in call.steps if step not in _NO_QUESTION]
    nothing = call.ended == _HUNG_UP and _TOLD_CODE not in call.steps and heard
    return heard[-1] if nothing and heard[-1] != _HAS_ALL else None
