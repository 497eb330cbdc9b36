"""The ledger's generations (PROTOCOL rules 14 and 15): is this the ledger that the kiosks know, and may it give numbers?

After a start the store asks the kiosks what they saw of it. Where one saw what this ledger does not hold, or where a copy was
put back by order, a ledger is lost, and with it numbers that stand on papers: every kiosk settles its day again before a new
number is given, or an operator says «go», and each range skips all that may be on a paper.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from rules.numbering import next_number
from rules.site import NumberRange

ASKING_SECONDS: Final = 5.0
"""How long a store that has started waits for what the kiosks saw."""
MS_A_TICKET: Final = 4000
"""No kiosk gives tickets faster: keys, answer and paper take longer, and without codes the store itself allows no more."""


class Mode(StrEnum):
    """How far the store is with what was before its start."""

    OPEN = "open"
    ASKING = "asking"  # who is up tells what they saw
    SETTLING = "settling"  # a ledger is lost: every kiosk settles its day again
    GONE = "gone"  # the same, and an operator said «go»
    ASKING_GONE = "asking, gone"  # after a start: who is up tells what they saw since that «go»


class Event(StrEnum):
    """What ends a mode."""

    LOST = "lost"  # somebody saw what this ledger does not hold
    LOST_AGAIN = "lost_again"  # the same, of the time since a ledger was lost: a second old copy was put back
    DONE = "done"  # all who are waited for have told, or settled
    GO = "go"


class Wants(StrEnum):
    """What is asked of every kiosk; the words are those of the contract's Want."""

    NOTHING = "nothing"
    SEEN = "seen"
    SETTLE_AGAIN = "settle_again"


@dataclass(frozen=True, slots=True)
class Conduct:
    """What the store does in a mode, and which mode follows on which event; any other event changes nothing."""

    gives_numbers: bool
    wants: Wants
    follows: Mapping[Event, Mode] = field(default_factory=dict)


MODES: Final[Mapping[Mode, Conduct]] = MappingProxyType(
    {
        Mode.OPEN: Conduct(True, Wants.NOTHING, {Event.LOST: Mode.SETTLING}),
        Mode.ASKING: Conduct(False, Wants.SEEN, {Event.LOST: Mode.SETTLING, Event.DONE: Mode.OPEN}),
        # Here kiosks that have not settled saw what is lost: that is no news.
        Mode.SETTLING: Conduct(False, Wants.SETTLE_AGAIN, {Event.DONE: Mode.OPEN, Event.GO: Mode.GONE}),
        # What was lost first is no news here either; its numbers were skipped on «go». A second loss took numbers given since.
        Mode.GONE: Conduct(True, Wants.SETTLE_AGAIN, {Event.DONE: Mode.OPEN, Event.LOST_AGAIN: Mode.SETTLING}),
        Mode.ASKING_GONE: Conduct(False, Wants.SETTLE_AGAIN, {Event.DONE: Mode.GONE, Event.LOST_AGAIN: Mode.SETTLING}),
    }
)


def after(mode: Mode, event: Event) -> Mode:
    """The mode that follows."""
    return MODES[mode].follows.get(event, mode)


def knows(last_of_epoch: int | None, sequence: int) -> bool:
    """Whether a history holds what a kiosk saw of an epoch: its last commit there is `last_of_epoch`, None where the epoch is
    none of its own."""
    return last_of_epoch is not None and sequence <= last_of_epoch


def loss(*, settled_since: bool, began_ms: int | None, lost_until_ms: int | None) -> Event:
    """Which loss a kiosk tells of while one is known, by what it saw: that one, or a later. A kiosk that has settled in this
    ledger since saw nothing of the first any more; and an epoch of the ledger's own (`began_ms`, None: it is none) that began
    when the first loss was over (`lost_until_ms`, None: nobody knows when) had no part in it."""
    own = began_ms is not None and lost_until_ms is not None and began_ms >= lost_until_ms
    return Event.LOST_AGAIN if settled_since or own else Event.LOST


def missing(kiosks: Set[str], done: Set[str]) -> frozenset[str]:
    """Who of the kiosks that count has not told, or settled, yet. Empty: Event.DONE."""
    return frozenset(kiosks - done)


def most_printed(lost_ms: int, kiosks: int) -> int:
    """The most tickets that so many kiosks may have printed in the time that is lost."""
    return kiosks * (1 + max(0, lost_ms) // MS_A_TICKET)


def skipped_to(numbers: NumberRange, highest_known: int | None, most: int) -> int | None:
    """The number up to which a range skips, so that what comes after is on no paper; None where it has no number left then.
    `highest_known` as for `next_number`."""
    following = next_number(numbers, highest_known)
    if following is None:
        return None
    to = following + most - 1
    return to if next_number(numbers, to) is not None else None
