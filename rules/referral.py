"""A case (پرونده) of a household, from its request to the letter that was used: its states, and who may take which step.

The rules of this file:

- A case is always in exactly one State. GRID says for every act and every state what happens: the new state, or why the case
  stays as it is. No other code changes a state, and every change is a Step: who, when, from where to where.
- What a review stands on (household, fee, Najva, check-list) is written down while the case is open. Once it is approved
  nothing of it changes: whoever wants to change it opens the review again.
- A letter is issued for an approved case only, and one letter stands at a time. A lost one is replaced («المثنی») without a new
  review: the case stands again where its letter was issued.
- A request that opened by itself, and that nobody came for, is over after a while: a household is not kept in mind for ever.
- A household has one open case. When two households become one, the case of the one that goes is replaced by the other's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from rules.documents import Validity
from rules.household import Wrong


class State(StrEnum):
    """Where a case stands."""

    REQUESTED = "requested"
    UNDER_REVIEW = "under_review"
    MORE_PAPERS = "more_papers"  # the household was told what is missing
    AT_DEPARTMENT = "at_department"  # the insurance department was asked
    APPROVED = "approved"
    REFUSED = "refused"
    LETTER_ISSUED = "letter_issued"
    HANDED_OVER = "handed_over"
    USED = "used"  # a service office has taken the letter
    EXPIRED = "expired"
    REPLACED = "replaced"  # another case has taken its place


OPEN: Final = frozenset(
    {State.REQUESTED, State.UNDER_REVIEW, State.MORE_PAPERS, State.AT_DEPARTMENT, State.APPROVED, State.LETTER_ISSUED}
)
"""Somebody in the office has something to do; a household has one such case at the most."""
UNDECIDED: Final = OPEN - {State.APPROVED, State.LETTER_ISSUED}
BY_ITSELF: Final = "store"
"""Who has opened a case that nobody asked for."""


class Act(StrEnum):
    """What can happen to a case. Who may do it is said by `against_approval` and by the pages' rights."""

    RECORD = "record"  # household, fee, Najva, check-list
    TAKE_UP = "take_up"
    ASK_PAPERS = "ask_papers"
    BRING_PAPERS = "bring_papers"
    ASK_DEPARTMENT = "ask_department"
    HEAR_DEPARTMENT = "hear_department"
    APPROVE = "approve"
    REFUSE = "refuse"
    REVIEW_AGAIN = "review_again"
    ISSUE = "issue"
    HAND_OVER = "hand_over"
    DUPLICATE = "duplicate"  # «المثنی»
    USE = "use"
    EXPIRE = "expire"
    REPLACE = "replace"  # two households became one


class Recorded(StrEnum):
    """What a RECORD wrote down."""

    HOUSEHOLD = "household"
    RECEIPT = "receipt"
    NO_RECEIPT = "no_receipt"  # the one that stood there was taken away
    NAJVA = "najva"
    ANSWERS = "answers"
    NOTE = "note"
    HEARD = "heard"  # an answer of the department, while others are waited for


OF_AN_AUTHOR: Final = frozenset({Recorded.HOUSEHOLD, Recorded.RECEIPT, Recorded.NO_RECEIPT, None})
"""What only an author of a case writes; the rest is its review. None: an older step, of which nobody knows."""


class No(StrEnum):
    """Why a step is not taken; the words are those of the office's contract (Why)."""

    NOT_POSSIBLE_NOW = "not_possible_now"
    NOT_APPROVED = "not_approved"
    LETTER_STANDS = "letter_stands"  # it was issued already: a second one only as a duplicate
    NOT_HANDED_OVER = "not_handed_over"
    ALREADY_USED = "already_used"
    CASE_ENDED = "case_ended"  # also of a request that nobody came for: it never had a letter
    NOBODY = "nobody"  # a step without a person behind it


_REQ, _REV, _MORE, _DEPT = State.REQUESTED, State.UNDER_REVIEW, State.MORE_PAPERS, State.AT_DEPARTMENT
_YES, _REF, _LET, _HAND = State.APPROVED, State.REFUSED, State.LETTER_ISSUED, State.HANDED_OVER
_USED, _EXP, _REPL = State.USED, State.EXPIRED, State.REPLACED
_no, _early, _stands, _unheld = No.NOT_POSSIBLE_NOW, No.NOT_APPROVED, No.LETTER_STANDS, No.NOT_HANDED_OVER
_used, _ended = No.ALREADY_USED, No.CASE_ENDED

# fmt: off
_ROWS: Final[Mapping[Act, tuple[State | No, ...]]] = {
    #                     request  review   papers   departm. approved refused  issued   handed   used     expired  replaced
    Act.RECORD:          (_REQ,    _REV,    _MORE,   _DEPT,   _no,     _ended,  _no,     _no,     _used,   _ended,  _ended),
    Act.TAKE_UP:         (_REV,    _no,     _REV,    _no,     _no,     _ended,  _no,     _no,     _used,   _ended,  _ended),
    Act.ASK_PAPERS:      (_MORE,   _MORE,   _MORE,   _MORE,   _no,     _ended,  _no,     _no,     _used,   _ended,  _ended),
    Act.BRING_PAPERS:    (_no,     _no,     _REV,    _no,     _no,     _ended,  _no,     _no,     _used,   _ended,  _ended),
    Act.ASK_DEPARTMENT:  (_no,     _DEPT,   _no,     _no,     _no,     _ended,  _no,     _no,     _used,   _ended,  _ended),
    Act.HEAR_DEPARTMENT: (_no,     _no,     _no,     _REV,    _no,     _ended,  _no,     _no,     _used,   _ended,  _ended),
    Act.APPROVE:         (_no,     _YES,    _no,     _no,     _no,     _ended,  _no,     _no,     _used,   _ended,  _ended),
    Act.REFUSE:          (_REF,    _REF,    _REF,    _REF,    _no,     _ended,  _no,     _no,     _used,   _ended,  _ended),
    Act.REVIEW_AGAIN:    (_no,     _no,     _no,     _no,     _REV,    _REV,    _no,     _no,     _used,   _ended,  _ended),
    Act.ISSUE:           (_early,  _early,  _early,  _early,  _LET,    _ended,  _stands, _stands, _used,   _ended,  _ended),
    Act.HAND_OVER:       (_early,  _early,  _early,  _early,  _no,     _ended,  _HAND,   _no,     _used,   _ended,  _ended),
    Act.DUPLICATE:       (_early,  _early,  _early,  _early,  _no,     _ended,  _LET,    _LET,    _used,   _ended,  _ended),
    Act.USE:             (_early,  _early,  _early,  _early,  _no,     _ended,  _unheld, _USED,   _used,   _ended,  _ended),
    Act.EXPIRE:          (_EXP,    _no,     _no,     _no,     _no,     _ended,  _EXP,    _EXP,    _used,   _ended,  _ended),
    Act.REPLACE:         (_REPL,   _REPL,   _REPL,   _REPL,   _REPL,   _ended,  _REPL,   _ended,  _used,   _ended,  _ended),
}
# fmt: on

GRID: Final[Mapping[tuple[State, Act], State | No]] = MappingProxyType(
    {(state, act): cell for act, row in _ROWS.items() for state, cell in zip(State, row, strict=True)}
)
"""Every pair of state and act, decided. A household that has its letter in hand keeps it when it is merged."""


def after(state: State, act: Act) -> State | No:
    """What `act` makes of a case in `state`."""
    return GRID[state, act]


@dataclass(frozen=True, slots=True)
class Step:
    """One change: by whom (an account, or "store"), when (milliseconds by the store's clock), what it did. `recorded`: of a
    RECORD; None where that was not kept yet."""

    act: Act
    who: str
    at_ms: int
    was: State
    now: State
    recorded: Recorded | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A case as its steps have made it."""

    opened_by: str
    opened_at_ms: int
    state: State = State.REQUESTED
    steps: tuple[Step, ...] = ()

    @property
    def hands(self) -> frozenset[str]:
        """Whose own case it is: who has opened it, or written its household or its fee. Who only reviews it (a note, Najva,
        answers, papers) is no author."""
        wrote = (step.who for step in self.steps if step.act is Act.RECORD and step.recorded in OF_AN_AUTHOR)
        return frozenset(wrote) | {self.opened_by}


def stepped(case: Case, act: Act, who: str, at_ms: int, recorded: Recorded | None = None) -> Case | No:
    """The case after one more step, or why not."""
    if not who:
        return No.NOBODY
    now = after(case.state, act)
    if isinstance(now, No):
        return now
    return replace(case, state=now, steps=(*case.steps, Step(act, who, at_ms, case.state, now, recorded)))


# ------------------------------------------------------------------------------------------- the review


class Said(StrEnum):
    """An answer to a question of the check-list."""

    YES = "yes"
    NO = "no"
    DOES_NOT_APPLY = "does_not_apply"


class NajvaResult(StrEnum):
    """What the ministry's own system (نجوا) says of the household."""

    CONFIRMED = "confirmed"
    DIFFERS = "differs"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class NajvaCheck:
    """One look into Najva: what it said, its reference, when and by whom."""

    result: NajvaResult
    reference: str
    made: date
    officer: str


@dataclass(frozen=True, slots=True)
class Fee:
    """What is due in rials, and the receipt of its electronic payment. Vulnerable households pay nothing."""

    due_rials: int
    receipt: str = ""

    @property
    def is_settled(self) -> bool:
        return self.due_rials == 0 or bool(self.receipt)


@dataclass(frozen=True, slots=True)
class Review:
    """All that an approval looks at. `documents`: how each member's stands; `must` and `asked`: ids of questions."""

    hands: frozenset[str]
    wrong: tuple[Wrong, ...] = ()
    documents: tuple[Validity, ...] = ()
    lacks_certificate: bool = False
    papers_missing: int = 0
    inquiries_open: int = 0
    fee: Fee = Fee(0)
    najva: NajvaCheck | None = None
    asked: tuple[str, ...] = ()
    must: frozenset[str] = frozenset()
    said: Mapping[str, Said] = field(default_factory=dict)


class Against(StrEnum):
    """What stands against an approval; each has its sentence in the phrases."""

    OWN_CASE = "own_case"
    HOUSEHOLD = "household"
    DOCUMENT = "document"  # a member's document does not carry the request
    NO_CERTIFICATE = "no_certificate"  # of a special disease, that the letter of this matter rests on
    PAPERS_MISSING = "papers_missing"
    INQUIRY_OPEN = "inquiry_open"
    FEE_UNPAID = "fee_unpaid"
    NAJVA_MISSING = "najva_missing"
    NAJVA_OLD = "najva_old"
    NAJVA_DISAGREES = "najva_disagrees"
    UNANSWERED = "unanswered"  # a question of a circular
    ANSWERED_NO = "answered_no"


def against_approval(review: Review, who: str, today: date, *, own_cases: bool, najva_days: int) -> tuple[Against, ...]:
    """Everything that stands against `who` approving it today, in the order of Against; nothing: it may be approved."""
    najva = review.najva
    oldest = today - timedelta(days=najva_days)
    found = {
        Against.OWN_CASE: not own_cases and who in review.hands,
        Against.HOUSEHOLD: bool(review.wrong),
        Against.DOCUMENT: not all(one.is_good for one in review.documents),
        Against.NO_CERTIFICATE: review.lacks_certificate,
        Against.PAPERS_MISSING: review.papers_missing > 0,
        Against.INQUIRY_OPEN: review.inquiries_open > 0,
        Against.FEE_UNPAID: not review.fee.is_settled,
        Against.NAJVA_MISSING: najva is None,
        Against.NAJVA_OLD: najva is not None and najva.made < oldest,
        Against.NAJVA_DISAGREES: najva is not None and najva.result is not NajvaResult.CONFIRMED,
        Against.UNANSWERED: any(question not in review.said for question in review.asked),
        Against.ANSWERED_NO: any(review.said.get(question) is Said.NO for question in review.must),
    }
    return tuple(against for against, is_so in found.items() if is_so)


def diagram() -> str:
    """GRID as a Mermaid state diagram: the moves, without what leaves a case where it is. docs/office.md holds it."""
    by_move: dict[tuple[State, State], list[Act]] = {}
    for (state, act), cell in GRID.items():
        if isinstance(cell, State) and cell is not state:
            by_move.setdefault((state, cell), []).append(act)
    lines = ["stateDiagram-v2", "    [*] --> requested: ticket, or cover that ends"]
    for (state, to), acts in sorted(by_move.items(), key=lambda move: [list(State).index(end) for end in move[0]]):
        lines.append(f"    {state} --> {to}: {', '.join(acts)}")
    return "\n".join(lines) + "\n"
