"""The mornings that are explored, and which of them, in how few faults, shows that a clause cannot be left out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.model.calls import Calls
from tests.model.checker import Explored, explore
from tests.model.clauses import Clause, Off
from tests.model.generations import Generations
from tests.model.kiosk import Visit
from tests.model.presses import Presses
from tests.model.tickets import Tickets

ALI, SARA = Visit("a", 0, "Ali"), Visit("b", 1, "Sara")
"""They walk in at two kiosks."""
ALI_HERE, ALI_THERE = Visit("a", 0, "Ali", "code"), Visit("b", 1, "Ali", "code")
"""One code, typed at one kiosk and, when that is slow, at the other."""
ALI_AGAIN = Visit("b", 0, "Ali", "code")
REZA = Visit("b", 0, "Reza")


@dataclass(frozen=True, slots=True)
class Morning:
    """A world of so many `faults` and without some clauses. Each test run explores it with `faults`."""

    name: str
    world: Callable[[int, Off], Any]
    faults: int

    def explored(self, faults: int | None = None, off: Off = frozenset()) -> Explored:
        """All that can happen, up to the first broken law."""
        return explore(self.world(self.faults if faults is None else faults, off))


ONE: Final = Morning("one patient", lambda faults, off: Tickets((ALI,), faults, off), 3)
CODE: Final = Morning("one code at two kiosks", lambda faults, off: Tickets((ALI_HERE, ALI_THERE), faults, off), 2)
WALK_INS: Final = Morning("two who walk in", lambda faults, off: Tickets((ALI, SARA), faults, off), 2)
AGAIN: Final = Morning("a code typed again", lambda faults, off: Tickets((ALI_HERE, ALI_AGAIN), faults, off), 1)
EVENING: Final = Morning("the day ends", lambda faults, off: Tickets((ALI,), faults, off, day_ends=True), 3)
CARD: Final = Morning("a new card", lambda faults, off: Tickets((ALI, REZA), faults, off, slow=True, cards=True), 0)
NEXT: Final = Morning("next, at two counters", lambda faults, off: Presses(("next",), (2, 1), faults, off=off, to_come=1), 1)
PAUSE: Final = Morning("a pause", lambda faults, off: Presses(("next", "pause", "open"), (3, 0), faults, off=off), 1)
UNDO: Final = Morning("undo", lambda faults, off: Presses(("next", "undo"), (3, 1), faults, off=off, reopens=True), 0)
NUMBER: Final = Morning("called by number", lambda faults, off: Presses(("call 1", "undo"), (1, 2), faults, off=off), 1)
OLD_POINTS: Final = Morning(
    "an old ledger under a press", lambda faults, off: Presses(("next",), (3, 0), faults, 2, off=off, copies=True), 1
)
TWO_CALLS: Final = Morning("two calls", lambda faults, off: Calls(("call 1", "call 2"), faults, off), 2)
HALL: Final = Morning("a hall", lambda faults, off: Calls(("call 1", "recall 1", "call 2", "undo 2"), faults, off), 2)
RESTORE: Final = Morning("nobat restore", lambda faults, off: Generations((ALI, SARA), faults, ordered=True, off=off), 0)
OLD_FILE: Final = Morning("an old file", lambda faults, off: Generations((ALI, SARA), faults, ordered=False, off=off), 0)
PAPERS: Final = Morning(
    "one code and a restore", lambda faults, off: Generations((ALI_HERE, ALI_THERE), faults, ordered=True, off=off), 0
)

MORNINGS: Final = (
    *(ONE, CODE, WALK_INS, AGAIN, EVENING, CARD),
    *(NEXT, PAUSE, UNDO, NUMBER, OLD_POINTS),
    *(TWO_CALLS, HALL),
    *(RESTORE, OLD_FILE, PAPERS),
)

SHOWN_BY: Final[Mapping[Clause, tuple[Morning, int]]] = {
    Clause.JOURNAL_BEFORE_ASKING: (ONE, 2),
    Clause.JOURNAL_BEFORE_PRINTING: (ONE, 1),
    Clause.SETTLE_ASKED_AGAIN: (ONE, 2),
    Clause.UNKNOWN_COUNTS_AS_PRINTED: (ONE, 1),
    Clause.ASKED_IS_NOT_PRINTED: (ONE, 2),
    Clause.STANDS_WHILE_HELD: (CODE, 1),
    Clause.NEVER_GIVEN_AGAIN: (WALK_INS, 1),
    Clause.TAKES_ITS_PLACE: (ONE, 1),
    Clause.BOTH_STAND: (CODE, 1),
    Clause.HEAD_OF_THE_STAGE: (WALK_INS, 2),
    Clause.POINT_CLEARED: (ONE, 2),
    Clause.SETTLE_JOINS: (CODE, 0),
    Clause.AFTER_ITS_SETTLE: (ONE, 1),
    Clause.NEVER_REFUSED: (EVENING, 1),
    Clause.SAYS_WHAT_FOR: (CODE, 1),
    Clause.SECOND_WALKS_IN: (CODE, 1),
    Clause.SETTLE_RAISES_RANGE: (RESTORE, 0),
    Clause.SHEET_TELLS_HIGHEST: (CARD, 0),
    Clause.CALLED_ONCE_SETTLED: (ONE, 0),
    Clause.SAME_CODE_SAME_TICKET: (CODE, 0),
    Clause.REMEMBERED: (ONE, 1),
    Clause.PRESS_HAS_EPOCH: (OLD_POINTS, 1),
    Clause.PRESS_HAS_REVISION: (NEXT, 0),
    Clause.RAISED_AT_NOBODY_WAITS: (NEXT, 1),
    Clause.RAISED_AT_PAUSE: (PAUSE, 0),
    Clause.RAISED_AT_BOOT: (NEXT, 1),
    Clause.SNAPSHOT_SHOWS_IT: (NEXT, 0),
    Clause.UNDO_OF_WHAT_STANDS: (UNDO, 0),
    Clause.CURRENT_ELSEWHERE: (NUMBER, 0),
    Clause.REFUSALS_REMEMBERED: (NUMBER, 1),
    Clause.CALL_HAS_EPOCH: (TWO_CALLS, 1),
    Clause.BOARD_HOLDS_THE_YOUNG: (TWO_CALLS, 0),
    Clause.RECALL_MERGED: (HALL, 0),
    Clause.ONLY_LIVE: (TWO_CALLS, 2),
    Clause.NOT_TOO_OLD: (TWO_CALLS, 1),
    Clause.WRITTEN_WHEN_ENDED: (TWO_CALLS, 1),
    Clause.KEPT_OVER_REBOOT: (TWO_CALLS, 1),
    Clause.SEEN_BEYOND: (OLD_FILE, 0),
    Clause.SEEN_KEPT: (OLD_FILE, 0),
    Clause.KIOSKS_ASKED_FIRST: (OLD_FILE, 0),
    Clause.SETTLED_AGAIN: (RESTORE, 0),
    Clause.OLD_REPLIES_IGNORED: (RESTORE, 0),
    Clause.WAIT_UNTIL_SETTLED: (RESTORE, 0),
    Clause.GO_SKIPS_AHEAD: (RESTORE, 0),
}
