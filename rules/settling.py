"""What a settle does to tickets: what the paper says is what stands (law 5, PROTOCOL rules 2 to 5). It is never refused.

The rules:
- A ticket stands while any request that was answered with its number is unsettled, or settled with paper and that
  number. When none is left it is void: its number is never given again, its code is free.
- `printed n` where m was given: n takes m's place, unless another request holds m; then both stand and reception looks.
- A number that stands already is joined. One that was void, or that this ledger never gave, begins to stand.
- Was the one whose place it takes ever called, whatever became of it: n waits at the head of the stage of that call.
- On a day that has ended, what begins to stand ends at once as "not served, day closed".

A kiosk that was alone says besides what it gave the paper for. Where this ledger gave nothing for the request:
- A code whose booking is free: the booking's own ticket, with the place of the moment when it was given.
- A code that has its ticket already, by another kiosk or by the store meanwhile: a walk-in, and reception looks at both.
- A booking that was cancelled, or is another day's: a walk-in. One whose doctor is not there, or a code that nobody was given:
  a help ticket. A walk-in beyond the share: a walk-in. Each is marked, and nobody is turned away.
- A number that stands for somebody else already is joined, and marked: two papers carry it.
- A ticket's own code typed again after its call: who was absent is here, and back in line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rules.check_in import Admitted, Decision, NotAdmitted, NotNow
from rules.journey import State
from rules.site import NumberRange

UNKNOWN_PRINT: Final = "unknown_print"  # power went while printing: perhaps nobody holds this paper
TWO_PAPERS: Final = "two_papers"  # two papers for one place
UNASKED: Final = "unasked"  # a paper of which this ledger knew nothing
LATE: Final = "late_settle"  # a paper of a day that has ended
CODE_USED_TWICE: Final = "code_used_twice"  # given alone for a code that has another ticket
OVER_SHARE: Final = "over_share"  # given alone, and its session has no turn left for it
NOT_OPENED: Final = "day_not_opened"  # a paper of a day that was never opened
NUMBERS: Final = NumberRange(1, 9999)


class PaperEnd(StrEnum):
    """What became of a request's paper; the words are those of the contract's SettleOutcome."""

    PRINTED = "printed"
    SHOWN = "shown"
    UNKNOWN = "unknown"
    NOT_PRINTED = "not_printed"


@dataclass(frozen=True, slots=True)
class Promise:
    """A ticket request that belongs to a ticket. `end` None: not settled yet; `number`: what it was settled with."""

    end: PaperEnd | None = None
    number: int | None = None


def is_out(end: PaperEnd | None) -> bool:
    """Whether somebody holds this paper, or was shown its number: nothing takes that back."""
    return end is not None and end is not PaperEnd.NOT_PRINTED


def stands(number: int, promises: Iterable[Promise]) -> bool:
    """Whether a ticket with this number stands, by the requests that belong to it (rule 3)."""
    return any(one.end is None or (is_out(one.end) and one.number == number) for one in promises)


def number_on_paper(end: PaperEnd, told: int | None, given: int | None) -> int | None:
    """The number that somebody holds now, as the kiosk told it or else as it was given to it; None: nobody holds a paper,
    or what it says can be no number."""
    if not is_out(end):
        return None
    number = told if told is not None else given
    return number if number is not None and NUMBERS.first <= number <= NUMBERS.last else None


@dataclass(frozen=True, slots=True)
class Given:
    """The ticket that the ledger had given for the request. `held`: a request holds its number, this one counted as
    settled."""

    number: int
    held: bool


class Place(StrEnum):
    """What a paper that a kiosk gave alone becomes; the words are those of the contract's Source."""

    BOOKED = "booked"
    WALK_IN = "walk_in"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a kiosk that was alone said of its paper. `own_number`: it is of the kiosk's own range. `stranger`: the number
    stands, and for somebody else."""

    marks: tuple[str, ...] = ()
    own_number: bool = True
    stranger: bool = False


_TO_RECEPTION: Final = frozenset({NotNow.NO_SUCH_CODE, NotNow.DOCTOR_ABSENT})


def claim_of_code(decision: Decision) -> tuple[Place, tuple[str, ...]]:
    """What the paper of a code becomes, and its marks, by what check-in would say of the code on the paper's day."""
    match decision:
        case Admitted():
            return Place.BOOKED, ()
        case NotAdmitted(reason=reason, number=None):
            return Place.HELP if reason in _TO_RECEPTION else Place.WALK_IN, (reason.value,)
        case _:
            return Place.WALK_IN, (CODE_USED_TWICE,)


class Fate(StrEnum):
    """What becomes of the number on the paper."""

    NOTHING = "nothing"  # there is no paper
    JOINS = "joins"  # its ticket stands already
    BEGINS = "begins"  # to stand
    ENDS = "ends"  # it would stand, and its day is over


@dataclass(frozen=True, slots=True)
class Effect:
    """What a settle does. `voids`: the given ticket is no more, and a number that begins to stand takes its place. `beside`:
    both stand for one place, and both are marked with TWO_PAPERS. `marks`: what reception should look at."""

    fate: Fate
    voids: bool = False
    beside: bool = False
    marks: tuple[str, ...] = ()


def effect(
    end: PaperEnd,
    number: int | None,
    given: Given | None,
    there: State | None,
    *,
    day_over: bool,
    place_taken: bool = False,
    claim: Claim | None = None,
) -> Effect:
    """What a settle does. `number` is that on the paper, `given` the request's own ticket, `there` the state of the ticket
    that has the paper's number (None: there is none); `place_taken`: the code of either has got another ticket since. `claim`
    is what the kiosk gave the paper for, where nothing was given."""
    voids = given is not None and not given.held
    if number is None:
        return Effect(Fate.NOTHING, voids)
    marks: tuple[str, ...] = (UNKNOWN_PRINT,) if end is PaperEnd.UNKNOWN else ()
    if there is not None and there is not State.VOID:
        return Effect(Fate.JOINS, voids, marks=(*marks, TWO_PAPERS) if claim is not None and claim.stranger else marks)
    beside = place_taken or (given is not None and given.held and given.number != number)
    if given is None and there is None and not (claim is not None and claim.own_number):
        marks += (UNASKED,)
    if claim is not None:
        marks += claim.marks
    if beside:
        marks += (TWO_PAPERS,)
    if day_over:
        marks += (LATE,)
    return Effect(Fate.ENDS if day_over else Fate.BEGINS, voids, beside, tuple(dict.fromkeys(marks)))


def is_here_again(there: State, called_at_ms: int | None, printed_at_ms: int) -> bool:
    """Whether a paper that the ticket's own code was given alone shows that who had missed the call is here (rule 7).
    `called_at_ms`: when the ticket was called where it stands."""
    return there is State.ABSENT and (called_at_ms is None or called_at_ms <= printed_at_ms)


class Waits(StrEnum):
    """Where a number that begins to stand waits."""

    AT_THE_HEAD = "at_the_head"  # of the stage of the first call
    IN_ITS_PLACE = "in_its_place"  # where the ticket stood whose place it takes
    AT_THE_END = "at_the_end"  # of the first stage


def waits(*, takes_a_place: bool, was_called: bool) -> Waits:
    """Where it waits, if it takes the place of a ticket (its own of before it was void counts too), which `was_called` ever."""
    if was_called:
        return Waits.AT_THE_HEAD
    return Waits.IN_ITS_PLACE if takes_a_place else Waits.AT_THE_END
