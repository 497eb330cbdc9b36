"""What the buttons' raw edges mean: a short press, a held one, or nothing. Pure; `pins.py` delivers the edges.

Rules:
- A level counts once it has stood for SETTLED_SECONDS: shorter pulses are bounce, or the wires catching a motor's spark.
- A short press is reported when the button is let go, a held one as soon as it has been down for HELD_SECONDS.
- A button that is down at the start means nothing until it was let go: nobody is called by a stuck button or a power cut.
- A button down for longer than STUCK_SECONDS is reported as stuck, and means nothing until it was let go.
- Edges can be lost (a full inbox, a dead callback thread), so levels are read back every LOOK_SECONDS; a level read is
  treated as an edge. A change found that way is told as deafness until an edge comes by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from program.frozen import replace

SETTLED_SECONDS: Final = 0.02
HELD_SECONDS: Final = 1.0
STUCK_SECONDS: Final = 10.0
LOOK_SECONDS: Final = 1.0


class Button(StrEnum):
    """The buttons of a point, by what they say."""

    CALL_NEXT = "call_next"
    NO_SHOW = "no_show"
    SEND_AWAY = "send_away"


class Gesture(StrEnum):
    SHORT = "short"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Edge:
    """A button's contact closed (`down`) or opened at `at` (monotonic seconds), as its pin says, bounce and all.
    `looked`: the level was read back, no edge told of it."""

    button: Button
    down: bool
    at: float
    looked: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """One button: the raw level and since when, the level believed and since when, and whether its press still counts."""

    raw: bool
    raw_since: float
    down: bool
    down_since: float
    counts: bool  # False: down since the start, or its gesture was given already

    def stuck(self, now: float) -> bool:
        return self.down and now >= self.down_since + STUCK_SECONDS


@dataclass(frozen=True, slots=True)
class Buttons:
    """All buttons of a device."""

    contacts: tuple[tuple[Button, Contact], ...] = ()
    deaf: bool = False  # the last change was found by looking: edges come no more, as when the GPIO thread died

    def stuck(self, now: float) -> tuple[Button, ...]:
        """The buttons that have been down for longer than anybody presses."""
        return tuple(button for button, contact in self.contacts if contact.stuck(now))


def at_start(levels: Mapping[Button, bool], now: float, *, deaf: bool = False) -> Buttons:
    """The buttons as their pins say when the program starts; `deaf` where their pins could not be had."""
    return Buttons(tuple((b, Contact(down, now, down, now, counts=False)) for b, down in levels.items()), deaf)


def heard_edge(buttons: Buttons, edge: Edge) -> tuple[Buttons, tuple[tuple[Button, Gesture], ...]]:
    """Take in an edge or a level read back. What had settled before it counts first, so a late reader misses nothing."""
    buttons, gestures = passed(buttons, edge.at)
    changed = tuple(_with_edge(pair, edge) for pair in buttons.contacts)
    deaf = edge.looked and (buttons.deaf or changed != buttons.contacts)
    return Buttons(changed, deaf), gestures


def passed(buttons: Buttons, now: float) -> tuple[Buttons, tuple[tuple[Button, Gesture], ...]]:
    """Let time pass up to `now`: levels settle, long presses become held ones."""
    due = deadline(buttons)
    if due is None or now < due:
        return buttons, ()
    contacts: list[tuple[Button, Contact]] = []
    gestures: list[tuple[Button, Gesture]] = []
    for button, before in buttons.contacts:
        contact, gesture = _settled(before, now)
        contacts.append((button, contact))
        if gesture is not None:
            gestures.append((button, gesture))
    return Buttons(tuple(contacts), buttons.deaf), tuple(gestures)


def deadline(buttons: Buttons) -> float | None:
    """When `passed` has something to do (monotonic seconds)."""
    times: list[float] = []
    for _, contact in buttons.contacts:
        if contact.raw != contact.down:
            times.append(contact.raw_since + SETTLED_SECONDS)
        elif contact.down and contact.counts:
            times.append(contact.down_since + HELD_SECONDS)
    return min(times, default=None)


def _with_edge(pair: tuple[Button, Contact], edge: Edge) -> tuple[Button, Contact]:
    button, contact = pair
    if button != edge.button or contact.raw == edge.down:
        return pair
    return button, replace(contact, raw=edge.down, raw_since=edge.at)


def _settled(contact: Contact, now: float) -> tuple[Contact, Gesture | None]:
    gesture: Gesture | None = None
    if contact.raw != contact.down and now >= contact.raw_since + SETTLED_SECONDS:
        if contact.down and contact.counts:
            held = contact.raw_since >= contact.down_since + HELD_SECONDS
            gesture = Gesture.HELD if held else Gesture.SHORT
        contact = replace(contact, down=contact.raw, down_since=contact.raw_since, counts=contact.raw)
    if contact.down and contact.raw and contact.counts and now >= contact.down_since + HELD_SECONDS:
        contact, gesture = replace(contact, counts=False), Gesture.HELD
    return contact, gesture
