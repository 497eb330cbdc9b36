"""What the page of batches shows: the questions that wait, the files that left, and the cases whose answers came back. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from booking_store.office_lists import Batch, CameBack, Waiting
from rules.inquiries import Result
from staff_console.office.wording import Wording

LATE_DAYS: Final = 7
"""A file that the department has had for so long is marked."""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One file that left. `age` is empty once it was answered whole."""

    batch: int
    shown: str
    made: str
    by: str
    rows: str
    unanswered: str
    age: str
    late: bool


@dataclass(frozen=True, slots=True)
class BackRow:
    """A case to go on with."""

    case: int
    shown: str
    matter: str
    officer: str
    results: str
    answered: str
    mine: bool


@dataclass(frozen=True, slots=True)
class BatchesPage:
    """The whole page. `waiting`: a sentence; `oldest` is empty where nothing waits."""

    waiting: str
    oldest: str
    may_make: bool
    batches: tuple[BatchRow, ...]
    back: tuple[BackRow, ...]
    back_count: str


def batches_page(
    waits: Waiting,
    batches: Sequence[Batch],
    back: Sequence[CameBack],
    me: str,
    who: Callable[[str], str],
    today: date,
    words: Wording,
) -> BatchesPage:
    """The page of one officer: their own cases stand first. `who`: an account's shown name."""
    say = words.say
    mine_first = sorted(back, key=lambda one: one.officer != me)
    counts = {"questions": words.digits(waits.questions), "cases": words.digits(waits.cases)}
    return BatchesPage(
        waiting=say("office.batches.waiting", **counts) if waits.questions else say("office.batches.nothing_waits"),
        oldest="" if waits.since_ms is None else say("office.batches.oldest", age=age(waits.since_ms, today, words)),
        may_make=waits.questions > 0,
        batches=tuple(_batch(one, who, today, words) for one in batches),
        back=tuple(_back(one, me, who, words) for one in mine_first),
        back_count=words.digits(len(back)),
    )


def age(at_ms: int, today: date, words: Wording) -> str:
    """«امروز»، «۳ روز»."""
    days = _days(at_ms, today, words)
    return words.say("office.batches.days", count=words.digits(days)) if days > 0 else words.say("office.batches.today")


def _batch(one: Batch, who: Callable[[str], str], today: date, words: Wording) -> BatchRow:
    is_open = one.unanswered > 0
    return BatchRow(
        batch=one.batch,
        shown=words.digits(one.batch),
        made=words.moment(one.made_at_ms),
        by=who(one.made_by),
        rows=words.digits(one.rows),
        unanswered=words.digits(one.unanswered),
        age=age(one.made_at_ms, today, words) if is_open else "",
        late=is_open and _days(one.made_at_ms, today, words) >= LATE_DAYS,
    )


def _back(one: CameBack, me: str, who: Callable[[str], str], words: Wording) -> BackRow:
    results = (
        words.say("office.batches.so_many", result=words.say(f"office.result.{result.value}"), count=words.digits(count))
        for result in Result
        if (count := one.results.get(result, 0))
    )
    return BackRow(
        case=one.case,
        shown=words.digits(one.case),
        matter=words.matter(one.matter),
        officer=who(one.officer) if one.officer is not None else "",
        results=words.say("staff.comma").join(results),
        answered=words.moment(one.answered_at_ms),
        mine=one.officer == me,
    )


def _days(at_ms: int, today: date, words: Wording) -> int:
    return (today - datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(words.site.time_zone)).date()).days
