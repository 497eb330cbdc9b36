"""What a counter's or room's screen shows, as plain data: one view for each point, the hints, the pad, the kiosks' paper. Pure.

Rules:
- A called number is yellow for YELLOW_SECONDS by the store's clock, then it is being served.
- Without its feed a point shows its last number hollow, with the hour of the last news (law 7).
- What a button does is drawn from the tables in `wishes.py`, so the screen cannot promise what the buttons do not keep.
- Seconds left for undo are whole, so the picture changes once a second at most.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from display_device.counter.button import Button, Gesture
from display_device.counter.counter import Desk
from display_device.counter.point_desk import PointDesk
from display_device.counter.wishes import Wish, wish_of
from display_device.known import UNNAMED, YELLOW_SECONDS
from mqtt.contract import UNDO_SECONDS, CallNext, Finish, Name, PointState, PointStatus, PrinterStatus

NOT_TROUBLE: Final = frozenset({PrinterStatus.OK, PrinterStatus.NONE})


class Phase(StrEnum):
    """What stands large on a point's screen."""

    STARTING = "starting"
    NOBODY = "nobody"
    CALLED = "called"
    CALLED_AGAIN = "called_again"
    SERVING = "serving"
    PAUSED = "paused"
    CLOSED = "closed"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Done:
    """What the point did last, and for how many seconds it can be taken back (0: not any more)."""

    act: str
    number: int | None
    undo_seconds: int


@dataclass(frozen=True, slots=True)
class Message:
    """What the clerk is told for a moment: a code of `point_desk.Told`, with the number or place it is about."""

    what: str
    number: int | None = None
    kind: str = ""
    label: int = 0


@dataclass(frozen=True, slots=True)
class NextOne:
    """One of the next three: its number, and the call order's reason code."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Notes:
    """What the clerk should know of the ticket at the point."""

    priority: Name = UNNAMED  # confirmed
    priority_asked: Name = UNNAMED  # to be confirmed by reception
    urgent: bool = False
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PointView:
    """One point. Names are in all the site's languages; hours are "HH:MM"."""

    kind: str
    label: int
    phase: Phase
    number: int | None = None
    stage: str = ""
    waiting: int = 0
    next: tuple[NextOne, ...] = ()
    notes: Notes = Notes()
    done: Done | None = None
    message: Message | None = None
    asking: bool = False
    paused_why: Name = UNNAMED
    paused_until: str | None = None
    last_heard: str | None = None
    doctor: Name = UNNAMED
    department: Name = UNNAMED
    late_until: str | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """What a button does now, short and held; None: nothing."""

    button: Button
    short: Wish | None
    held: Wish | None


@dataclass(frozen=True, slots=True)
class PadView:
    """What stands typed on the pad, for which point, or which pause reasons it offers."""

    kind: str
    label: int
    typed: str
    reasons: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """A kiosk whose printer wants somebody; `status` "off" when the whole kiosk is."""

    kiosk: str
    status: str


@dataclass(frozen=True, slots=True)
class CounterView:
    """All that the picture needs."""

    points: tuple[PointView, ...]
    chosen: int = 0
    hints: tuple[Hint, ...] = ()
    pad: PadView | None = None
    troubles: tuple[Trouble, ...] = ()
    stuck: tuple[Button, ...] = ()
    pad_missing: bool = False
    identify: str | None = None


def view(desk: Desk, now: float) -> CounterView:
    """What the screen shows now."""
    return CounterView(
        points=tuple(_point(desk, desk.desk(point), now) for point in desk.setup.points),
        chosen=desk.setup.points.index(desk.chosen),
        hints=_hints(desk, now),
        pad=_pad(desk),
        troubles=_troubles(desk),
        stuck=desk.stuck,
        pad_missing=desk.setup.has_pad and not desk.pad_here,
        identify=desk.setup.device if desk.known.identifies(now) else None,
    )


def next_change(desk: Desk) -> float | None:
    """When the picture changes by the passing of time alone: yellow ends, a second of undo is gone (monotonic seconds)."""
    wall_ms = desk.known.wall_ms(desk.at)
    times = [] if desk.known.identify_until is None else [desk.known.identify_until]
    for one in desk.desks:
        if one.shown is None or wall_ms is None:
            continue
        called_at_ms = _called_at_ms(one.shown)
        if called_at_ms is not None:
            times.append(desk.at + YELLOW_SECONDS - (wall_ms - called_at_ms) / 1000)
        if one.shown.last_act is not None:
            undo_until_ms = one.shown.last_act.undo_until_ms
            until_ms = max(undo_until_ms or 0, one.shown.last_act.at_ms + int(UNDO_SECONDS * 1000))
            if until_ms > wall_ms:
                times.append(desk.at + ((until_ms - wall_ms - 1) % 1000 + 1) / 1000)
    return min((time for time in times if time > desk.at), default=None)


def _point(desk: Desk, one: PointDesk, now: float) -> PointView:
    card = desk.known.point(one.point)
    kind, label = (card.kind, card.label) if card else ("counter", 0)
    state, wall_ms = one.shown, desk.known.wall_ms(now)
    if state is None or card is None:
        return PointView(kind, label, Phase.STARTING)
    phase = Phase.LOST if one.lost(now) else _phase(state, wall_ms)
    current = state.current
    doctor = desk.known.doctor(card.doctors[0]) if card.doctors else None
    late = {late.doctor: late.until for board in desk.boards for late in board.late}
    return PointView(
        kind,
        label,
        phase,
        number=current.number if current else None,
        stage=current.stage if current else "",
        waiting=state.waiting,
        next=tuple(NextOne(waiting.number, waiting.why) for waiting in state.next),
        notes=_notes(desk, state),
        done=None if phase is Phase.LOST else _done(state, wall_ms),
        message=_message(desk, one, now),
        asking=one.asked is not None,
        paused_why=desk.known.pause_name(state.paused_why) if state.paused_why else UNNAMED,
        paused_until=state.paused_until,
        last_heard=desk.known.last_heard() if phase is Phase.LOST else None,
        doctor=doctor.name if doctor else UNNAMED,
        department=desk.known.department_name(doctor.department) if doctor else UNNAMED,
        late_until=late.get(doctor.code) if doctor else None,
    )


def _phase(state: PointState, wall_ms: int | None) -> Phase:
    if state.status is PointStatus.CLOSED:
        return Phase.CLOSED
    if state.status is PointStatus.PAUSED:
        return Phase.PAUSED
    if state.current is None:
        return Phase.NOBODY
    called_at_ms = _called_at_ms(state)
    if wall_ms is None or called_at_ms is None or wall_ms - called_at_ms >= YELLOW_SECONDS * 1000:
        return Phase.SERVING
    return Phase.CALLED_AGAIN if state.current.calls > 1 else Phase.CALLED


def _called_at_ms(state: PointState) -> int | None:
    """When the ticket at the point was called last."""
    if state.current is None:
        return None
    last = state.last_call
    recalled = last is not None and last.number == state.current.number and not last.withdrawn
    return max(state.current.called_at_ms, last.called_at_ms) if last and recalled else state.current.called_at_ms


def _notes(desk: Desk, state: PointState) -> Notes:
    current = state.current
    if current is None:
        return Notes()
    asked = current.priority_asked if current.priority_asked != current.priority else None
    return Notes(
        priority=desk.known.class_name(current.priority) if current.priority else UNNAMED,
        priority_asked=desk.known.class_name(asked) if asked else UNNAMED,
        urgent=current.urgent,
        marks=current.marks,
    )


def _done(state: PointState, wall_ms: int | None) -> Done | None:
    act = state.last_act
    if act is None or wall_ms is None or wall_ms - act.at_ms >= UNDO_SECONDS * 1000:
        return None
    left_ms = min((act.undo_until_ms or wall_ms) - wall_ms, UNDO_SECONDS * 1000)  # the store's clock may be set meanwhile
    finished_only = act.act == _tag(CallNext) and state.current is None  # nobody waited: the store names who was finished
    return Done(_tag(Finish) if finished_only else act.act, act.number, max(0, math.ceil(left_ms / 1000)))


def _tag(act: type[CallNext | Finish]) -> str:
    return str(act.__struct_config__.tag)


def _message(desk: Desk, one: PointDesk, now: float) -> Message | None:
    told = one.told
    if told is None or now >= told.until:
        return None
    card = desk.known.point(told.point) if told.point else None
    return Message(told.what, told.number, card.kind if card else "", card.label if card else 0)


def _hints(desk: Desk, now: float) -> tuple[Hint, ...]:
    """What the buttons do at the chosen point; none while they can do nothing."""
    chosen = desk.desk(desk.chosen)
    if chosen.shown is None or chosen.lost(now):
        return ()
    fitted = (which for which, _ in desk.buttons.contacts)
    return tuple(Hint(which, *(_useful(desk, chosen, (which, gesture), now) for gesture in Gesture)) for which in fitted)


def _useful(desk: Desk, chosen: PointDesk, movement: tuple[Button, Gesture], now: float) -> Wish | None:
    """The wish of a gesture, if the store would not refuse it at once."""
    state = chosen.shown
    if state is None:
        return None
    wish = wish_of(*movement, state.status, two_points=len(desk.setup.points) > 1)
    done = _done(state, desk.known.wall_ms(now))
    if wish is Wish.UNDO:
        return wish if done is not None and done.undo_seconds > 0 else None
    if wish in {Wish.RECALL, Wish.NO_SHOW, Wish.SEND_AWAY} and state.current is None:
        return None
    return wish


def _pad(desk: Desk) -> PadView | None:
    """The pad's band, while something is typed, a reason is asked for, or the pad stands at another point's number."""
    away = desk.setup.has_pad and desk.pad_point not in desk.setup.points
    if not (desk.pad.typed or desk.pad.choosing_pause or away):
        return None
    card = desk.known.point(desk.pad_point)
    site = desk.known.site
    reasons = tuple(reason.name for reason in site.pause_reasons[:9]) if site and desk.pad.choosing_pause else ()
    return PadView(card.kind if card else "counter", card.label if card else 0, desk.pad.typed, reasons)


def _troubles(desk: Desk) -> tuple[Trouble, ...]:
    gone = (Trouble(kiosk.device, "off") for kiosk in desk.kiosks if not kiosk.up)
    printers = (
        Trouble(kiosk.device, kiosk.health.printer.value)
        for kiosk in desk.kiosks
        if kiosk.up and kiosk.health.printer not in NOT_TROUBLE
    )
    return (*printers, *gone)
