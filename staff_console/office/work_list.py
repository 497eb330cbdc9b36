"""The work list: each case that somebody has something to do with, by whose turn it is, and those of today. No names. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from booking_store.office_reader import CaseLine
from rules.office import Office
from rules.referral import State
from staff_console.office.wording import Wording

GROUPS: Final = ("mine", "untaken", "others", "papers", "department", "to_issue", "to_hand_over", "due")
"""In the order of the page: what somebody reviews, what nobody has taken up, and what waits for whom."""
_GROUP_OF: Final = {
    State.MORE_PAPERS: "papers",
    State.AT_DEPARTMENT: "department",
    State.APPROVED: "to_issue",
    State.LETTER_ISSUED: "to_hand_over",
}


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case. `ticket`: today's number, empty where it has none; `turn`: who has something to do."""

    case: int
    shown: str
    matter: str
    state: str
    turn: str
    opened: str
    ticket: str = ""
    missing: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class CaseGroup:
    """Cases that wait for the same."""

    name: str
    count: str
    rows: tuple[CaseRow, ...]


def work_list(
    cases: Sequence[CaseLine], of_day: Sequence[CaseLine], me: str, who: Callable[[str], str], words: Wording
) -> tuple[CaseGroup, ...]:
    """Today's cases first, then all open ones by group; groups without any are not there. `who`: an account's shown name."""
    grouped = {"today": list(of_day)} | {name: [] for name in GROUPS}
    for one in cases:
        grouped[group_of(one, me, words.office)].append(one)
    return tuple(
        CaseGroup(name, words.digits(len(lines)), tuple(case_row(one, me, who, words) for one in lines))
        for name, lines in grouped.items()
        if lines
    )


def group_of(case: CaseLine, me: str, office: Office) -> str:
    """Which group an open case stands in."""
    if case.state in _GROUP_OF:
        return _GROUP_OF[case.state]
    if case.officer is None or case.state is State.REQUESTED:
        return "due" if case.matter == office.due_matter and case.number is None else "untaken"
    return "mine" if case.officer == me else "others"


def case_row(case: CaseLine, me: str, who: Callable[[str], str], words: Wording) -> CaseRow:
    """A case's row in any list."""
    return CaseRow(
        case=case.case,
        shown=words.digits(case.case),
        matter=words.matter(case.matter),
        state=words.state(case.state),
        turn=_turn(case, who, words),
        opened=words.moment(case.opened_at_ms),
        ticket="" if case.number is None else words.digits(case.number),
        missing=words.digits(case.missing) if case.missing else "",
        mine=case.officer == me,
    )


def _turn(case: CaseLine, who: Callable[[str], str], words: Wording) -> str:
    if case.state is State.UNDER_REVIEW and case.officer is not None:
        return who(case.officer)
    key = f"office.turn.{case.state.value}"
    return words.say(key) if key in words.say else ""
