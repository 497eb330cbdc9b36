"""What an insurance office did, counted beside the running store by month or cycle: no key is needed, and nobody is named.

A case belongs to the Jalali month in which it was opened; a letter to that of its issue. People are counted as they were
written down on their case, each case for itself.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import jdatetime
from sqlalchemy import Row, bindparam, select

from booking_store import tables
from booking_store.database import LedgerError
from booking_store.reports import reading
from rules.household import Relation
from rules.referral import State
from rules.site import Site
from rules.small_counts import SMALL, for_outside, rounded

SIZES: Final = ("1", "2", "3", "4", "5-6", "7-9", "10+")
DAY_MS: Final = 24 * 3600 * 1000
FEES_STEP_RIALS: Final = 10_000_000
"""To which the fees that leave are rounded: a sum of equal fees would tell how many have paid."""


@dataclass(frozen=True, slots=True)
class Days:
    """How long cases took from request to decision, in days; None where none was decided. `in_time`: within one day."""

    decided: int
    median: float | None
    p90: float | None
    in_time: int


@dataclass(frozen=True, slots=True)
class OfficeFigures:
    """A period's figures. Each table of `cases` counts cases, of `people` their members, of `letters` letters, by word of the
    site file or of the rules; a row that counts nobody is left out."""

    first: date
    last: date
    opened: int
    cases: Mapping[str, Mapping[str, int]]  # by matter, state, refusal, county, household size, paying
    people: Mapping[str, Mapping[str, int]]  # by nationality, document, sex, age band, disease
    letters: Mapping[str, int]  # issued, handed_over, used, expired, replaced
    days: Days
    fees_rials: int
    fees_paid: int = 0  # by so many households
    opened_on: Mapping[date, int] = field(default_factory=dict)  # days without a case are left out

    def for_outside(self) -> Mapping[str, Mapping[str, int | None]]:
        """Every table as it may leave the office: small counts are hidden and the others rounded (rules.small_counts). Of
        letters also what is nearly all of them is hidden: a few that were not handed over would stand there by subtraction."""
        told = {name: for_outside(table) for name, table in self.tables().items()}
        issued = self.letters["issued"]
        nearly_all = {name for name, count in self.letters.items() if 0 < issued - count < SMALL}
        return told | {"letters": {name: None if name in nearly_all else count for name, count in told["letters"].items()}}

    def summary(self, *, outside: bool) -> tuple[tuple[str, float | None, bool], ...]:
        """The period's own figures with their names; True: hidden, where it is to leave the office.

        What was decided within a day, later and not yet are parts of one whole: what is hidden of one, the others do not tell.
        """
        days, letters = self.days, (self.for_outside() if outside else self.tables())["letters"]
        parts = {"in_time": days.in_time, "later": days.decided - days.in_time, "undecided": self.opened - days.decided}
        told: Mapping[str, int | None] = for_outside(parts) if outside else parts
        few_decided = outside and 0 < days.decided < SMALL
        few_paid = outside and (0 < self.fees_paid < SMALL or 0 < self.fees_rials < FEES_STEP_RIALS)
        fees = rounded(self.fees_rials, FEES_STEP_RIALS) if outside else self.fees_rials
        opened, decided = (rounded(one) if outside else one for one in (self.opened, days.decided))
        rows = (
            ("opened", opened, outside and 0 < self.opened < SMALL),
            ("decided", decided, told["in_time"] is None or told["later"] is None),
            ("in_time", told["in_time"], told["in_time"] is None),
            ("median_days", days.median, few_decided),
            ("p90_days", days.p90, few_decided),
            ("letters", letters["issued"], letters["issued"] is None),
            ("used", letters["used"], letters["used"] is None),
            ("fees", fees, few_paid),
        )
        return tuple((name, None if hidden else value, hidden) for name, value, hidden in rows)

    def tables(self) -> Mapping[str, Mapping[str, int]]:
        """All tables under one name each, "cases_by_matter"."""
        of_cases = {f"cases_by_{name}": table for name, table in self.cases.items()}
        of_people = {f"people_by_{name}": table for name, table in self.people.items()}
        return {**of_cases, **of_people, "letters": self.letters}


def month_of(year: int, month: int) -> tuple[date, date]:
    """First and last day of a Jalali month. Raises ValueError for one that is none."""
    first = jdatetime.date(year, month, 1).togregorian()
    following = jdatetime.date(year + month // 12, month % 12 + 1, 1).togregorian()
    return first, following - timedelta(days=1)


def cycle_of(site: Site, number: int) -> tuple[date, date]:
    """First and last day of a cycle of the site file. Raises LedgerError where it has none."""
    cycles = site.office.cycles if site.office is not None else ()
    found = next((one for one in cycles if one.number == number), None)
    if found is None:
        raise LedgerError(f"the site file has no cycle {number}")
    return found.first, found.last


def office_figures(url: str, period: Callable[[Site], tuple[date, date]]) -> OfficeFigures:
    """The figures of the period that `period` finds for the site in force. Raises LedgerError."""
    with reading(url) as (connection, site):
        first, last = period(site)
        zone = ZoneInfo(site.time_zone)
        about = {"since": _ms(first, zone), "until": _ms(last + timedelta(days=1), zone)}
        cases = connection.execute(_CASES, about).all()
        people = connection.execute(_PEOPLE, about).all()
        letters = list(connection.execute(_LETTERS, {"first": first.isoformat(), "last": last.isoformat()}))
    sizes = Counter(row.case_id for row in people)
    return OfficeFigures(
        first=first,
        last=last,
        opened=len(cases),
        cases={
            "matter": _counted(row.matter for row in cases),
            "state": _counted(row.state for row in cases),
            "refusal": _counted(row.refusal for row in cases if row.state == State.REFUSED),
            "county": _counted(row.county for row in cases),
            "household_size": {size: count for size in SIZES if (count := _of_size(sizes, cases, size))},
            "paying": _counted("vulnerable" if row.vulnerable else "paying" for row in cases),
        },
        people={
            "nationality": _counted(row.nationality for row in people),
            "head_nationality": _counted(row.nationality for row in people if row.relation == Relation.HEAD),
            "document": _counted(row.document or "none" for row in people),
            "sex": _counted(row.sex for row in people),
            "age_band": _counted(row.age_band for row in people),
            "disease": _counted(row.disease for row in people if row.disease is not None),
        },
        letters=_letters(letters),
        days=_days(cases),
        fees_rials=sum(row.fee_rials for row in cases if row.fee_paid_at_ms is not None),
        fees_paid=sum(row.fee_paid_at_ms is not None and row.fee_rials > 0 for row in cases),
        opened_on=Counter(datetime.fromtimestamp(row.opened_at_ms / 1000, UTC).astimezone(zone).date() for row in cases),
    )


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))


def _of_size(sizes: Mapping[int, int], cases: Sequence[Row[Any]], size: str) -> int:
    first, _, last = size.rstrip("+").partition("-")
    most = math.inf if size.endswith("+") else int(last or first)
    return sum(int(first) <= sizes.get(row.id, 0) <= most for row in cases)


def _letters(rows: Sequence[Any]) -> dict[str, int]:
    return {
        "issued": len(rows),
        "handed_over": sum(row.handed_at_ms is not None for row in rows),
        "used": sum(row.used_at_ms is not None for row in rows),
        "expired": sum(row.state == State.EXPIRED and row.void_at_ms is None for row in rows),
        "replaced": sum(row.void_at_ms is not None for row in rows),
    }


def _days(rows: Sequence[Row[Any]]) -> Days:
    took = sorted((row.decided_at_ms - row.opened_at_ms) / DAY_MS for row in rows if row.decided_at_ms is not None)
    if not took:
        return Days(0, None, None, 0)
    nearest = [took[math.ceil(part * len(took)) - 1] for part in (0.5, 0.9)]
    return Days(len(took), round(nearest[0], 2), round(nearest[1], 2), sum(one <= 1 for one in took))


def _ms(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC).timestamp() * 1000)


_cases, _people, _letter_table = tables.cases, tables.case_people, tables.letters
_opened = (_cases.c.opened_at_ms >= bindparam("since")) & (_cases.c.opened_at_ms < bindparam("until"))
_CASES: Final = select(_cases).where(_opened, _cases.c.state != State.REPLACED.value)
_PEOPLE: Final = (
    select(_people).join(_cases, _cases.c.id == _people.c.case_id).where(_opened, _cases.c.state != State.REPLACED.value)
)
_LETTERS: Final = (
    select(*_letter_table.c["handed_at_ms", "used_at_ms", "void_at_ms"], _cases.c.state)
    .join(_cases, _cases.c.id == _letter_table.c.case_id)
    .where(_letter_table.c.issued_on.between(bindparam("first"), bindparam("last")))
)
