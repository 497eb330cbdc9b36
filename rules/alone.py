"""What a kiosk answers while nobody can be asked: a number of its own range, the number that a code has already, or why not.

The rules, of which the kiosk and the simulation know no others:
- The sheet is what the store told last. Its day is today; tomorrow's once its tickets begin, which only a trusted time tells.
- A day gives tickets while the store said so and, where the time is trusted, until its hours' end. Without a trusted time the
  hours and the windows of codes are not looked at: who came is let in.
- A code is answered in the order of rules/check_in.py, by what the sheet knows of it: its ticket again, finished, cancelled,
  doctor absent, closed, the window. A number that this kiosk gave it while alone goes before all of that.
- A code that the sheet doesn't know but whose check digit is right gets a provisional ticket: reception sees to it.
- A walk-in takes one of the turns that the store kept for this kiosk, of the session that ends first. A paper that the store
  has not heard of counts against them.
- A number is above all of the range that the sheet or the kiosk's own papers know of that day: it is nobody else's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from rules.code_digest import digest_of
from rules.journey import State
from rules.numbering import next_number
from rules.site import NumberRange

CLOCK_BEHIND_MS: Final = 60_000
"""A clock of the kiosk's own that stands this long before the newest word of the store is wrong, whatever keeps it."""

_ENDED: Final = frozenset({State.DONE, State.NOT_SERVED})


class WhyNot(StrEnum):
    """Why a kiosk alone gives no ticket; the words are those of the contract's Reason."""

    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    CANCELLED = "cancelled"
    DOCTOR_ABSENT = "doctor_absent"
    ALREADY_SERVED = "already_served"
    CLOSED = "closed"
    NO_SESSION = "no_session"
    SHARE_USED_UP = "share_used_up"
    NUMBERS_USED_UP = "numbers_used_up"


@dataclass(frozen=True, slots=True)
class Coded:
    """What the sheet knows of a code. Times in milliseconds UTC; a window's side without one has no limit."""

    department: int
    doctor: int | None = None
    good_from_ms: int | None = None
    good_until_ms: int | None = None
    time_ms: int | None = None  # the place's own, where the site gives times
    cancelled: bool = False
    doctor_absent: bool = False
    number: int | None = None  # its ticket's
    state: State | None = None  # that ticket's


@dataclass(frozen=True, slots=True)
class Share:
    """Walk-in turns of one session that the store kept for this kiosk."""

    department: int
    doctor: int | None
    until_ms: int  # the session's end
    left: int


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the sheet. `accepting`: the store said that it gives tickets, or it is a day to come."""

    date: str  # ISO
    service_day: int  # 0: not opened yet
    accepting: bool
    tickets_from_ms: int
    tickets_until_ms: int
    salt: str = ""
    codes: Mapping[str, Coded] = field(default_factory=dict)  # by digest
    shares: tuple[Share, ...] = ()
    highest: int | None = None  # of the kiosk's own range


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the store told one kiosk last."""

    as_of_ms: int
    numbers: NumberRange
    cost: int  # of a digest
    today: Day | None = None
    tomorrow: Day | None = None


@dataclass(frozen=True, slots=True)
class OwnPaper:
    """A number that this kiosk gave, or tried to give, while alone. `code`, and a walk-in's `department` and `doctor`, until
    the store has heard of it."""

    date: str
    number: int
    out: bool = True  # it may be in somebody's hand
    code: str | None = None
    department: int | None = None
    doctor: int | None = None
    given_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Gives:
    """A ticket. `again`: the code has this number already. `coded` is None for a walk-in, and for a code that the sheet does
    not know (`provisional`)."""

    number: int
    department: int | None
    doctor: int | None
    coded: Coded | None = None
    again: bool = False
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Refuses:
    """Why not, with what the screen says next: the time from or until which the code is good."""

    why: WhyNot
    department: int | None = None
    doctor: int | None = None
    time_ms: int | None = None
    number: int | None = None


Answer = Gives | Refuses


def trusted_ms(sheet: Sheet, store_ms: int | None, own_ms: int | None) -> int | None:
    """The time now, or None. `store_ms` is the store's last word and the time that passed since, `own_ms` what the kiosk's own
    clock says where something keeps it right; one that stands before the sheet does not."""
    if store_ms is not None:
        return store_ms
    return own_ms if own_ms is not None and own_ms >= sheet.as_of_ms - CLOCK_BEHIND_MS else None


def day_at(sheet: Sheet, now_ms: int | None) -> Day | None:
    """The day that it is, as far as the sheet and the time tell."""
    if sheet.tomorrow is not None and now_ms is not None and now_ms >= sheet.tomorrow.tickets_from_ms:
        return sheet.tomorrow
    return sheet.today


def accepting(day: Day, now_ms: int | None) -> bool:
    """Whether `day` gives tickets."""
    return day.accepting and (now_ms is None or now_ms < day.tickets_until_ms)


def number_after(sheet: Sheet, day: Day, papers: Iterable[OwnPaper]) -> int | None:
    """The next number of the kiosk's own range; None: it is used up."""
    mine = range(sheet.numbers.first, sheet.numbers.last + 1)
    known = [paper.number for paper in papers if paper.date == day.date and paper.number in mine]
    if day.highest is not None:
        known.append(day.highest)
    return next_number(sheet.numbers, max(known, default=None))


def answer_code(sheet: Sheet, day: Day, papers: Iterable[OwnPaper], code: str, now_ms: int | None) -> Answer:
    """The answer to a clean and well formed `code`. Takes as long as a digest: tens of milliseconds."""
    papers = tuple(papers)
    own = next((p for p in papers if p.out and p.code == code and p.date == day.date), None)
    coded = day.codes.get(digest_of(code, day.salt, sheet.cost)) if day.codes else None
    if own is not None:
        department, doctor = (coded.department, coded.doctor) if coded is not None else (None, None)
        return Gives(own.number, department, doctor, coded, again=True, provisional=coded is None)
    if coded is None:
        return _fresh(sheet, day, papers, now_ms, Gives(0, None, None, provisional=True))
    if coded.number is not None and coded.state is not None and coded.state is not State.VOID:
        if coded.state in _ENDED:
            why = WhyNot.DOCTOR_ABSENT if coded.doctor_absent else WhyNot.ALREADY_SERVED
            return Refuses(why, coded.department, coded.doctor, number=coded.number)
        return Gives(coded.number, coded.department, coded.doctor, coded, again=True)
    if coded.cancelled or coded.doctor_absent:
        why = WhyNot.CANCELLED if coded.cancelled else WhyNot.DOCTOR_ABSENT
        return Refuses(why, coded.department, coded.doctor, coded.time_ms)
    fresh = _fresh(sheet, day, papers, now_ms, Gives(0, coded.department, coded.doctor, coded))
    return _outside_window(coded, now_ms) or fresh if isinstance(fresh, Gives) else fresh


def answer_walk_in(
    sheet: Sheet, day: Day, papers: Iterable[OwnPaper], department: int, doctor: int | None, now_ms: int | None
) -> Answer:
    """The answer to somebody without a code; doctor None or 0 is whoever is free first."""
    papers = tuple(papers)
    running = [
        share
        for share in shares_left(day, papers, now_ms)
        if share.department == department and (not doctor or share.doctor == doctor)
    ]
    share = next((share for share in running if share.left > 0), None)
    if share is None:
        why = WhyNot.SHARE_USED_UP if running else WhyNot.NO_SESSION
        return Refuses(why, department, doctor) if accepting(day, now_ms) else Refuses(WhyNot.CLOSED)
    return _fresh(sheet, day, papers, now_ms, Gives(0, department, share.doctor))


def answer_help(sheet: Sheet, day: Day, papers: Iterable[OwnPaper], now_ms: int | None) -> Answer:
    """The answer to somebody who is to go to reception."""
    return _fresh(sheet, day, papers, now_ms, Gives(0, None, None))


def shares_left(day: Day, papers: Iterable[OwnPaper], now_ms: int | None) -> tuple[Share, ...]:
    """The sessions that are not over, the one that ends first in front, each with the turns that this kiosk may still give."""
    shares = sorted(day.shares, key=lambda share: share.until_ms)
    taken = [0] * len(shares)
    for paper in papers:
        if paper.date != day.date or not paper.out or paper.code is not None or paper.department is None:
            continue
        for place, share in enumerate(shares):
            over = paper.given_at_ms is not None and share.until_ms <= paper.given_at_ms
            mine = (share.department, share.doctor) == (paper.department, paper.doctor)
            if mine and not over and taken[place] < share.left:
                taken[place] += 1
                break
    left = (
        Share(share.department, share.doctor, share.until_ms, share.left - used)
        for share, used in zip(shares, taken, strict=True)
    )
    return tuple(share for share in left if now_ms is None or share.until_ms > now_ms)


def _fresh(sheet: Sheet, day: Day, papers: Iterable[OwnPaper], now_ms: int | None, ticket: Gives) -> Answer:
    """`ticket` with the next number, while the day gives tickets."""
    if not accepting(day, now_ms):
        return Refuses(WhyNot.CLOSED, ticket.department, ticket.doctor)
    number = number_after(sheet, day, papers)
    if number is None:
        return Refuses(WhyNot.NUMBERS_USED_UP, ticket.department, ticket.doctor)
    return Gives(number, ticket.department, ticket.doctor, ticket.coded, provisional=ticket.provisional)


def _outside_window(coded: Coded, now_ms: int | None) -> Refuses | None:
    if now_ms is None:
        return None
    if coded.good_from_ms is not None and now_ms < coded.good_from_ms:
        return Refuses(WhyNot.TOO_EARLY, coded.department, coded.doctor, coded.good_from_ms)
    if coded.good_until_ms is not None and now_ms > coded.good_until_ms:
        return Refuses(WhyNot.TOO_LATE, coded.department, coded.doctor, coded.good_until_ms)
    return None
