"""A ticket's way through the clinic: its states, what each act does to each state, and which stage comes next.

The rules of this file:

- A ticket is always in exactly one State. GRID says for every act and every state what happens: the new state, or why
  the ticket stays as it is. No other code changes a state.
- A ticket's Way is the stage where it is and the stages still ahead. It starts as its department's list. Finishing a
  stage takes the next one; when none is ahead the ticket is done. A detour (the cashier, a laboratory) only changes the
  way: with "and comes back" the stage it left is put ahead again.
- Once the first stage (reception) is no longer on the way, the turn is final: from then on only a priority that
  reception confirmed counts.
- Who comes to a stage where they were served before (back from the cashier, back with results) is a returning one there:
  call_order gives these a share of the calls.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class State(StrEnum):
    """Where a ticket stands."""

    WAITING = "waiting"
    CALLED = "called"  # it is the current ticket of one point
    ABSENT = "absent"  # called, did not come: listed as «غایب»
    AWAY = "away"  # sent to fetch something: called again by itself after a few calls
    PARKED = "parked"  # put aside until somebody brings it back
    DONE = "done"
    NOT_SERVED = "not_served"
    VOID = "void"  # its paper never came out: the number stays unused


IN_LINE: Final = frozenset({State.WAITING, State.AWAY})
"""Who is called by the line's own order."""


class Act(StrEnum):
    """What can happen to a ticket. Who may do it, and when, is the desk's business."""

    CALL = "call"  # by its turn or by its number
    RECALL = "recall"
    MOVE_ON = "move_on"  # this stage is finished, another is ahead
    COMPLETE = "complete"  # this stage is finished, none is ahead
    NO_SHOW = "no_show"
    SEND_AWAY = "send_away"
    TRANSFER = "transfer"
    PARK = "park"
    NOT_SERVED = "not_served"
    COME_BACK = "come_back"
    MAKE_URGENT = "make_urgent"
    CONFIRM_PRIORITY = "confirm_priority"
    TAKE_OVER = "take_over"  # another doctor stands in for its own
    TELL = "tell"  # its doctor is not there: reception tells them, and nothing is ahead
    REOPEN = "reopen"
    DROP = "drop"
    VOID = "void"  # every request that was answered with it ended without paper
    END_DAY = "end_day"


class Stays(StrEnum):
    """Why an act leaves the ticket as it is. All but ALREADY are refusals, named as in the contract's Reason."""

    ALREADY = "already"  # nothing to do: what was asked for is so
    CURRENT_ELSEWHERE = "current_elsewhere"
    ALREADY_SERVED = "already_served"
    NOT_POSSIBLE_NOW = "not_possible_now"
    UNKNOWN_NUMBER = "unknown_number"


_WAIT, _CALL, _ABSENT, _AWAY = State.WAITING, State.CALLED, State.ABSENT, State.AWAY
_PARKED, _DONE, _ENDED, _VOID = State.PARKED, State.DONE, State.NOT_SERVED, State.VOID
_same, _other, _served, _no, _none = (
    Stays.ALREADY,
    Stays.CURRENT_ELSEWHERE,
    Stays.ALREADY_SERVED,
    Stays.NOT_POSSIBLE_NOW,
    Stays.UNKNOWN_NUMBER,
)

# fmt: off
_ROWS: Final[Mapping[Act, tuple[State | Stays, ...]]] = {
    #                     waiting  called   absent   away     parked   done     not_served void
    Act.CALL:             (_CALL,  _other,  _CALL,   _CALL,   _CALL,   _served, _no,       _none),
    Act.RECALL:           (_no,    _CALL,   _no,     _no,     _no,     _served, _no,       _none),
    Act.MOVE_ON:          (_no,    _WAIT,   _no,     _no,     _no,     _served, _no,       _none),
    Act.COMPLETE:         (_no,    _DONE,   _no,     _no,     _no,     _served, _no,       _none),
    Act.NO_SHOW:          (_no,    _ABSENT, _no,     _no,     _no,     _served, _no,       _none),
    Act.SEND_AWAY:        (_no,    _AWAY,   _no,     _no,     _no,     _served, _no,       _none),
    Act.TRANSFER:         (_no,    _WAIT,   _no,     _no,     _no,     _served, _no,       _none),
    Act.PARK:             (_no,    _PARKED, _no,     _no,     _no,     _served, _no,       _none),
    Act.NOT_SERVED:       (_no,    _ENDED,  _no,     _no,     _no,     _served, _same,     _none),
    Act.COME_BACK:        (_same,  _other,  _WAIT,   _same,   _WAIT,   _served, _no,       _none),
    Act.MAKE_URGENT:      (_WAIT,  _other,  _WAIT,   _WAIT,   _WAIT,   _served, _no,       _none),
    Act.CONFIRM_PRIORITY: (_WAIT,  _CALL,   _ABSENT, _AWAY,   _PARKED, _served, _no,       _none),
    Act.TAKE_OVER:        (_WAIT,  _CALL,   _ABSENT, _AWAY,   _PARKED, _served, _no,       _none),
    Act.TELL:             (_WAIT,  _CALL,   _WAIT,   _WAIT,   _WAIT,   _served, _no,       _none),
    Act.REOPEN:           (_no,    _other,  _no,     _no,     _no,     _WAIT,   _WAIT,     _none),
    Act.DROP:             (_ENDED, _other,  _ENDED,  _ENDED,  _ENDED,  _served, _same,     _none),
    Act.VOID:             (_VOID,  _VOID,   _VOID,   _VOID,   _VOID,   _VOID,   _VOID,     _same),
    Act.END_DAY:          (_ENDED, _DONE,   _ENDED,  _ENDED,  _ENDED,  _same,   _same,     _same),
}
# fmt: on

GRID: Final[Mapping[tuple[State, Act], State | Stays]] = MappingProxyType(
    {(state, act): cell for act, row in _ROWS.items() for state, cell in zip(State, row, strict=True)}
)
"""Every pair of state and act, decided. Somebody made urgent while absent, away or parked is here, so they wait again."""


def after(state: State, act: Act) -> State | Stays:
    """What `act` makes of a ticket in `state`."""
    return GRID[state, act]


@dataclass(frozen=True, slots=True)
class Way:
    """Where a ticket is and which stages are still ahead, in order."""

    stage: str
    ahead: tuple[str, ...] = ()


def first_way(stages: tuple[str, ...]) -> Way:
    """The way of a fresh ticket through its department's list of stages (never empty)."""
    return Way(stages[0], stages[1:])


def finish_act(way: Way) -> Act:
    """Which act finishing the current stage is."""
    return Act.MOVE_ON if way.ahead else Act.COMPLETE


def moved_on(way: Way) -> Way:
    """The way after this stage is finished. There must be a stage ahead."""
    return Way(way.ahead[0], way.ahead[1:])


def is_final(way: Way, stages: tuple[str, ...]) -> bool:
    """Whether the first stage of the department's list, where the turn is made final, is behind. A help ticket's list
    is empty and its turn never final."""
    return bool(stages) and stages[0] not in (way.stage, *way.ahead)


def to_stage(way: Way, stage: str, stages: tuple[str, ...], *, come_back: bool) -> Way:
    """The way of somebody sent to `stage`, which may stand outside the department's list `stages`.

    Sent there and back, the stage they leave comes next again. Sent to a stage of the list, the list goes on from
    there. Sent elsewhere for good, what was ahead stays ahead.
    """
    if come_back:
        return Way(stage, (way.stage, *way.ahead))
    if stage in stages:
        return Way(stage, stages[stages.index(stage) + 1 :])
    return Way(stage, way.ahead)


def to_department(way: Way, stages: tuple[str, ...], *, served_here: bool) -> Way:
    """The way of somebody handed to a department (or doctor) whose list is `stages`.

    They wait at the same stage for the other department's points. `served_here`: this very point serves that department
    at this stage, so its work with them is done and the next stage follows; nobody is sent back to the line that they
    stand at the head of.
    """
    if way.stage not in stages:
        return first_way(stages)
    onward = Way(way.stage, stages[stages.index(way.stage) + 1 :])
    return moved_on(onward) if served_here and onward.ahead else onward


def reopened(way: Way, stages: tuple[str, ...], *, was: State) -> Way:
    """The way of a finished ticket that waits again: for the last stage of the list, where results are shown; a ticket
    that was not served goes on from where it stood. A help ticket has no list: `stages` is empty."""
    return Way(stages[-1]) if was is State.DONE and stages else way


def diagram() -> str:
    """GRID as a Mermaid state diagram: the moves, without the acts that leave a ticket where it is. docs/journey.md
    holds it."""
    by_move: dict[tuple[State, State], list[Act]] = {}
    for (state, act), cell in GRID.items():
        if isinstance(cell, State) and (cell is not state or act is Act.RECALL):
            by_move.setdefault((state, cell), []).append(act)
    lines = ["stateDiagram-v2", "    [*] --> waiting: ticket"]
    for (state, to), acts in sorted(by_move.items(), key=lambda move: [list(State).index(end) for end in move[0]]):
        if to is State.VOID and state is not State.WAITING:
            continue  # a paper that never came out ends any state; one arrow says it
        lines.append(f"    {state} --> {to}: {', '.join(acts)}")
    return "\n".join(lines) + "\n"
