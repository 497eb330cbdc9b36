"""What is owed when nobody is on the line any more: no place stays taken for somebody who never heard of it. Pure.

Whoever did not hear their code gives the place back: the store lets go what is held, and cancels a booking that no text
tells of either. That is asked until the store answers, over its restarts, and the call stays on our disk until then. A
call that the run before us left open may come back with the dialplan's next try, so it is looked after only later; whose
caller has perhaps heard the code, of that nothing is let go, in this run or the next.
"""

from dataclasses import dataclass
from typing import Final

from mqtt.contract import Answer, Reason, Refusal, ReleaseHold
from phone_line.open_calls import OpenCall
from phone_line.state import Place

MAY_COME_BACK_SECONDS: Final = 20.0
"""The dialplan brings a call back within seconds; a place is held for 120."""
AGAIN_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Care:
    """One call that is looked after. `request` None: from `begins_at` (monotonic seconds) on the store is asked; `told`:
    perhaps the caller has heard the code, and all that is owed is to forget the call."""

    call: str
    begins_at: float
    told: bool
    request: str | None = None


def owed(call: str, place: Place, now: float) -> Care | None:
    """What a call that ended owes; None: nothing."""
    return Care(call, now, place.heard) if place.asked else None


def left_open(call: OpenCall, now: float) -> Care:
    """What a call of the run before us owes, unless it comes back."""
    return Care(call.call, now + MAY_COME_BACK_SECONDS, call.told)


def operation(care: Care) -> ReleaseHold:
    """What the store is asked."""
    return ReleaseHold(call=care.call, unheard=True)


def to_ask_again(answer: Answer | None) -> bool:
    """Whether nothing was done, and will be later."""
    return answer is None or (isinstance(answer, Refusal) and answer.reason in {Reason.WAIT, Reason.INTERNAL_ERROR})
