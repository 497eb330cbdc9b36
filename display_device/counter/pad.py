"""The numeric pad's typing: digits become a number to call, the other keys a wish. Pure.

Rules:
- Up to four digits; erase takes back the last. What was typed and left alone for FORGET_SECONDS is forgotten.
- Enter calls the typed number; 0 and Enter goes to the next point that the pad drives; Enter alone does nothing.
- + next, * call again, - no-show, . parks, / pauses or opens, erase with nothing typed takes the last act back.
- / asks for the reason with a digit where the site has several; any other key leaves that question.
"""

from dataclasses import dataclass, replace
from typing import Final

from display_device.counter.wishes import CallThis, PadWish, PauseFor, Wish

MOST_DIGITS: Final = 4
FORGET_SECONDS: Final = 10.0

WISHES: Final = {
    "plus": Wish.NEXT,
    "times": Wish.RECALL,
    "minus": Wish.NO_SHOW,
    "point": Wish.PARK,
    "erase": Wish.UNDO,
    "slash": Wish.PAUSE,
}


@dataclass(frozen=True, slots=True)
class Pad:
    """What stands typed, since when nothing more came, and whether a pause reason is asked for."""

    typed: str = ""
    touched_at: float = 0.0
    choosing_pause: bool = False


def pressed(pad: Pad, key: str, now: float) -> tuple[Pad, PadWish | None]:
    """Take in one key (pads/kernel_keys.PAD_KEYS) at `now` (monotonic seconds)."""
    pad = replace(passed(pad, now), touched_at=now)
    if pad.choosing_pause:
        chosen = PauseFor(int(key)) if key.isdecimal() and key != "0" else None
        return replace(pad, choosing_pause=False), chosen
    if key.isdecimal():
        return (replace(pad, typed=pad.typed + key) if len(pad.typed) < MOST_DIGITS else pad), None
    if key == "erase" and pad.typed:
        return replace(pad, typed=pad.typed[:-1]), None
    wish: PadWish | None = WISHES.get(key)
    if key == "enter" and pad.typed:
        number = int(pad.typed)
        wish = CallThis(number) if number else Wish.OTHER_POINT
    return replace(pad, typed=""), wish


def passed(pad: Pad, now: float) -> Pad:
    """Forget what was left alone."""
    idle = not pad.typed and not pad.choosing_pause
    return pad if idle or now < pad.touched_at + FORGET_SECONDS else Pad(touched_at=now)


def deadline(pad: Pad) -> float | None:
    """When `passed` forgets."""
    return pad.touched_at + FORGET_SECONDS if pad.typed or pad.choosing_pause else None
