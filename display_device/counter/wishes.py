"""What a clerk can wish for, and which button or pad key says it. Pure data, from which the screen's hints are drawn too.

On a pad, digits and Enter call that number out of order; 0 and Enter goes to the next point that the pad drives.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from display_device.counter.button import Button, Gesture
from mqtt.contract import PointStatus


class Wish(StrEnum):
    """What a button or a key asks for at the chosen point."""

    NEXT = "next"
    RECALL = "recall"
    NO_SHOW = "no_show"
    SEND_AWAY = "send_away"
    UNDO = "undo"
    PARK = "park"
    PAUSE = "pause"
    RESUME = "resume"
    OTHER_POINT = "other_point"


@dataclass(frozen=True, slots=True)
class CallThis:
    """The number typed on the pad is called out of order."""

    number: int


@dataclass(frozen=True, slots=True)
class PauseFor:
    """The pause reason chosen on the pad, counted from 1 as the screen lists them."""

    choice: int


PadWish = Wish | CallThis | PauseFor

OPEN: Final = {
    (Button.CALL_NEXT, Gesture.SHORT): Wish.NEXT,
    (Button.CALL_NEXT, Gesture.HELD): Wish.RECALL,
    (Button.NO_SHOW, Gesture.SHORT): Wish.NO_SHOW,
    (Button.NO_SHOW, Gesture.HELD): Wish.UNDO,
    (Button.SEND_AWAY, Gesture.SHORT): Wish.SEND_AWAY,
    (Button.SEND_AWAY, Gesture.HELD): Wish.PAUSE,
}
NOT_OPEN: Final = {
    (Button.CALL_NEXT, Gesture.SHORT): Wish.RESUME,
    (Button.CALL_NEXT, Gesture.HELD): Wish.RESUME,
    (Button.NO_SHOW, Gesture.HELD): Wish.UNDO,
}
"""A paused or closed point is opened by the green button; what needs a patient at the point does nothing there."""


def wish_of(button: Button, gesture: Gesture, status: PointStatus, *, two_points: bool) -> Wish | None:
    """What a gesture means at a point of `status`. With two points on a desk, the third button held goes to the other."""
    if two_points and (button, gesture) == (Button.SEND_AWAY, Gesture.HELD):
        return Wish.OTHER_POINT
    table = OPEN if status is PointStatus.OPEN else NOT_OPEN
    return table.get((button, gesture))
