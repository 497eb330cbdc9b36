"""Who is next at a service point: one pure, total order, each choice with its reason.

docs/call-order.md says the same in a manager's words. From the first to the last, a point calls:

1. who was made urgent, by the time that they were;
2. who comes back (was absent, was sent away) once enough others were called in between: then they are at the head;
3. a returning one (results, back from the cashier) where the calls before this one leave their share unpaid: one call
   in `returning_one_in`;
4. the line. Everybody's wait counts from when they joined it, plus the head start of their priority class and of a
   booking; the longest is next. Whoever has truly waited `aged_minutes` comes before all head starts, the longest wait
   first.

When a group is empty, the next one follows; those who come back are called early rather than nobody.

Why nobody starves: the line is sorted by one fixed moment for each person (joined less head start), so somebody who
joins later by more than the largest head start (or than `aged_minutes`, if that is less) is never called before. The
groups above the line are bounded: the returning by their share, those who come back by one call each time that a clerk
sends them, the urgent by a reason that a person writes down. Who is kept for one officer (Kept) is so for some minutes.
"""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from heapq import heapify, heappop
from itertools import islice
from typing import Final

from rules.site import CallOrderPolicy

_MINUTE_MS: Final = 60_000
_Key = tuple[int, int, int]  # when or after how many, joined, number
_LineKey = tuple[int, int, int, int, str]  # aged or not, waits from, joined, number, why


class Turn(StrEnum):
    """How somebody stands in line."""

    LINE = "line"
    RETURNING = "returning"  # was served at this stage before
    BACK = "back"  # comes back after `others_left` more calls, and is then at the head


@dataclass(frozen=True, slots=True)
class Candidate:
    """One who may be called here. Times are milliseconds UTC."""

    number: int
    joined_ms: int  # when they joined this stage's line
    source: str  # "booked" | "walk_in" | "help"
    place_ms: int | None = None  # the time of their booked place, where the site gives times
    priority: str | None = None  # the class that counts here: see counting_priority
    urgent_ms: int | None = None  # when they were made urgent
    turn: Turn = Turn.LINE
    others_left: int = 0  # Turn.BACK: how many others are called before them


@dataclass(frozen=True, slots=True)
class Next:
    """A choice and why: "urgent", "back", "returning", "aged", "priority", or the ticket's source."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Placed:
    """Somebody with their place in the line as two sort keys, for before and after they are aged: made once while they
    wait, so that asking who is next only compares."""

    candidate: Candidate
    aged_at_ms: int
    aged: _LineKey
    line: _LineKey


@dataclass(frozen=True, slots=True)
class Kept:
    """Somebody is kept for one point, whose officer knows their matter: while that is open, and until a moment."""

    point: str
    until_ms: int

    def passed_over_at(self, point: str, open_points: Container[str], now_ms: int) -> bool:
        """Whether `point` calls others first. At the point itself they stand in line like everybody."""
        return point != self.point and self.point in open_points and now_ms < self.until_ms


def counting_priority(asked: str | None, confirmed: str | None, *, final: bool) -> str | None:
    """The priority class that counts for a ticket.

    What was asked for at the kiosk counts until reception has made the turn final: reception is where it is confirmed,
    so a claim that counted only after it would make the frail wait in the longest line of all. A false claim wins a
    place at reception and is found out there. In front of the doctor's room only what reception confirmed counts.
    """
    return confirmed if final or confirmed is not None else asked


def place(one: Candidate, policy: CallOrderPolicy) -> Placed:
    """Where somebody stands in the line. A booked time counts from then, but a latecomer's from arrival: nobody gains by
    being late."""
    waits_from = one.joined_ms
    if policy.booked_by == "time" and one.place_ms is not None:
        waits_from = max(one.joined_ms, one.place_ms)
    head_start = policy.head_start_minutes.get(one.priority, 0) if one.priority is not None else 0
    why = "priority" if head_start else one.source
    if one.source == "booked":
        head_start += policy.booked_head_start_minutes
    return Placed(
        one,
        aged_at_ms=waits_from + policy.aged_minutes * _MINUTE_MS,
        aged=(0, waits_from, one.joined_ms, one.number, "aged"),
        line=(1, waits_from - head_start * _MINUTE_MS, one.joined_ms, one.number, why),
    )


def in_order(waiting: Iterable[Placed], policy: CallOrderPolicy, *, now_ms: int, since_returning: int) -> Iterator[Next]:
    """All who wait as the point will call them if nobody else comes; the first is next.

    `since_returning`: how many calls this point made since it last called a returning one. The order of `waiting` does
    not matter; ties go to who joined first, then to the smaller number.
    """
    urgent, back, returning, line = _groups(waiting, now_ms)
    called = 0
    while urgent or back or returning or line:
        if urgent:
            chosen = Next(heappop(urgent)[-1], "urgent")
        elif back and back[0][0] <= called:
            chosen = Next(heappop(back)[-1], "back")
        elif returning and (since_returning + 1 >= policy.returning_one_in or not line):
            chosen = Next(heappop(returning)[-1], "returning")
        elif line:
            *_, number, why = heappop(line)
            chosen = Next(number, why)
        else:
            chosen = Next(heappop(back)[-1], "back")
        yield chosen
        called += 1
        since_returning = 0 if chosen.why == "returning" else since_returning + 1


def _groups(waiting: Iterable[Placed], now_ms: int) -> tuple[list[_Key], list[_Key], list[_Key], list[_LineKey]]:
    """The urgent, those who come back, the returning and the line, each as a heap."""
    urgent: list[_Key] = []
    back: list[_Key] = []
    returning: list[_Key] = []
    line: list[_LineKey] = []
    for placed in waiting:
        one = placed.candidate
        if one.urgent_ms is not None:
            urgent.append((one.urgent_ms, one.joined_ms, one.number))
        elif one.turn is Turn.LINE:
            line.append(placed.aged if now_ms >= placed.aged_at_ms else placed.line)
        elif one.turn is Turn.BACK:
            back.append((one.others_left, one.joined_ms, one.number))
        else:
            returning.append((0, one.joined_ms, one.number))
    for heap in (urgent, back, returning):
        heapify(heap)
    heapify(line)
    return urgent, back, returning, line


def first_few(
    waiting: Iterable[Placed], policy: CallOrderPolicy, *, now_ms: int, since_returning: int, most: int
) -> tuple[Next, ...]:
    """The next `most` of in_order."""
    return tuple(islice(in_order(waiting, policy, now_ms=now_ms, since_returning=since_returning), most))
