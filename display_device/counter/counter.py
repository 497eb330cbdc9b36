"""One desk, a counter's or a doctor's room's: its points, buttons, pad, lamp and voice. Pure.

Rules:
- What is shown comes from snapshots alone; `point_desk.py` decides for each point whether a press may be asked.
- Buttons act on the chosen point of the desk, the pad on any point that it drives; choosing asks nobody.
- The lamp is on while a press would do something, blinks while an answer is awaited or the feed is lost, and is off else.
- Paper trouble of any kiosk is shown here, because the people who can mend it sit here.
- This desk's speaker, where the site gives it its own calls, follows the rules of `announcement.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from display_device.counter import button, pad, point_desk
from display_device.counter.button import Button, Buttons, Edge, Gesture
from display_device.counter.pad import Pad
from display_device.counter.point_desk import PointDesk
from display_device.counter.wishes import CallThis, PadWish, PauseFor, Wish, wish_of
from display_device.known import Known, is_newer, learn
from display_device.orders import OrderAction, obeyed
from display_device.voice import announcement
from display_device.voice.announcement import Air, Announcer, AnnouncerAction, Place
from mqtt.contract import (
    Act,
    Board,
    CallNext,
    CallNumber,
    DeviceState,
    Message,
    NoShow,
    Park,
    Pause,
    PointCard,
    PointState,
    PointStatus,
    Press,
    Recall,
    Resume,
    Seen,
    SendAway,
    Undo,
)
from mqtt.request_id import request_id
from mqtt.session import Answered, Cleared, GaveUp, Heard, StoreAway
from pads.events import KeyDown, PadChanged
from program.frozen import replace
from sounds.utterance import SpeechEnded

PAUSE_WITHOUT_REASON: Final = "break"


class Lamp(StrEnum):
    OFF = "off"
    ON = "on"
    BLINKING = "blinking"  # once a second


@dataclass(frozen=True, slots=True)
class Setup:
    """What this desk is, from its file."""

    device: str
    boot: str  # names this run, and seeds its request ids
    points: tuple[str, ...]
    pad_drives: tuple[str, ...] = ()  # empty: no pad, or the desk's own points
    has_pad: bool = False
    has_speaker: bool = False


@dataclass(frozen=True)
class Desk:
    """Everything this program knows. `at` is the time of its last step, monotonic seconds like all times here."""

    setup: Setup
    at: float
    known: Known = field(default_factory=Known)
    desks: tuple[PointDesk, ...] = ()
    boards: tuple[Board, ...] = ()
    kiosks: tuple[DeviceState, ...] = ()
    buttons: Buttons = field(default_factory=Buttons)
    pad: Pad = field(default_factory=Pad)
    pad_here: bool = True
    chosen: str = ""  # the point that buttons act on
    pad_point: str = ""
    asked_before: int = 0
    announcer: Announcer = field(default_factory=Announcer)
    look_at: float = 0.0
    stuck: tuple[Button, ...] = ()
    lit: Lamp | None = None  # what the lamp was told last

    def desk(self, point: str) -> PointDesk:
        """The desk of `point`, which is one of this device's."""
        return next(desk for desk in self.desks if desk.point == point)


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the store; `seen` is the commit this desk has seen."""

    id: str
    press: Press
    seen: Seen


@dataclass(frozen=True, slots=True)
class StopAsking:
    id: str


@dataclass(frozen=True, slots=True)
class LookAtPins:
    """Read the buttons' levels back."""


@dataclass(frozen=True, slots=True)
class Light:
    """Set the lamp."""

    lamp: Lamp


Action = Ask | StopAsking | LookAtPins | Light | OrderAction | AnnouncerAction
Moved = tuple[Desk, tuple[Action, ...]]

ACTS: Final[dict[Wish, Callable[[], Act]]] = {
    Wish.NEXT: CallNext,
    Wish.RECALL: Recall,
    Wish.NO_SHOW: NoShow,
    Wish.SEND_AWAY: SendAway,
    Wish.UNDO: Undo,
    Wish.PARK: Park,
    Wish.RESUME: Resume,
}


def at_start(setup: Setup, buttons: Buttons, spoken: tuple[announcement.CallId, ...], now: float) -> Desk:
    """The desk before anything was heard. `spoken`: the calls it had spoken before its restart."""
    points = tuple(dict.fromkeys((*setup.points, *setup.pad_drives)))
    return Desk(
        setup=setup,
        at=now,
        desks=tuple(PointDesk(point) for point in points),
        buttons=buttons,
        chosen=setup.points[0],
        pad_point=(setup.pad_drives or setup.points)[0],
        announcer=Announcer(done=spoken),
        look_at=now + button.LOOK_SECONDS,
    )


def step(desk: Desk, event: object, now: float) -> Moved:
    """Take in one event; then whatever time has brought."""
    desk = replace(desk, known=learn(desk.known, event, now), at=now)
    desk, actions = _taken(desk, event, now)
    known = desk.known
    desk = _on_desks(desk, lambda one: point_desk.followed(one, known, now))
    desk, passed = _passed(desk, now)
    desk, spoken = _announced(desk, now)
    actions += passed + spoken
    light = lamp(desk)
    if desk.lit is not light:
        desk = replace(desk, lit=light)
        actions += (Light(light),)
    return desk, actions


def deadline(desk: Desk) -> float | None:
    """When the next step is due if nothing happens (monotonic seconds)."""
    times: list[float | None] = [desk.look_at, button.deadline(desk.buttons), pad.deadline(desk.pad)]
    staged = announcement.deadline(desk.announcer)
    if staged is not None and staged > desk.at:  # a turn whose end has come waits for the store to be heard again
        times.append(staged)
    for one in desk.desks:
        times.extend(point_desk.deadlines(one, desk.at))
    return min(time for time in times if time is not None)  # `look_at` always is


def lamp(desk: Desk) -> Lamp:
    """What the lamp in the green button says about the chosen point; while somebody looks for the device it blinks."""
    chosen = desk.desk(desk.chosen)
    if desk.known.identifies(desk.at) or chosen.shown is None or chosen.asked is not None or chosen.lost(desk.at):
        return Lamp.BLINKING
    state = chosen.shown
    useful = state.status is PointStatus.OPEN and (state.current is not None or state.waiting > 0)
    return Lamp.ON if useful else Lamp.OFF


def _taken(desk: Desk, event: object, now: float) -> Moved:
    """The event itself. What none of these cases names changes nothing here."""
    match event:
        case Heard(message=message):
            return _heard(desk, message, now), obeyed(event)
        case Edge() as edge:
            buttons, gestures = button.heard_edge(desk.buttons, edge)
            return _gestured(replace(desk, buttons=buttons), gestures, now)
        case KeyDown(key):
            typed, wish = pad.pressed(desk.pad, key, now)
            desk = replace(desk, pad=typed)
            return _wished(desk, desk.pad_point, wish, now) if wish else (desk, ())
        case SpeechEnded() as ended:
            announcer, actions = announcement.speech_ended(desk.announcer, ended, now)
            return replace(desk, announcer=announcer), actions
    return _settled(desk, event, now), ()


def _heard(desk: Desk, message: Message, now: float) -> Desk:
    """A message of the contract."""
    match message:
        case PointState() as snapshot:
            return _on_desks(desk, lambda one: point_desk.heard_snapshot(one, snapshot, now))
        case Board() as board:
            return _heard_board(desk, board)
        case DeviceState(role="kiosk", up=True) as kiosk:
            return replace(desk, kiosks=_kiosk_here(desk.kiosks, kiosk))
        case DeviceState(up=False) as gone:
            return replace(desk, kiosks=_kiosk_gone(desk.kiosks, gone))
    return desk


def _settled(desk: Desk, event: object, now: float) -> Desk:
    """What became of a press, and of the pad's plug."""
    match event:
        case Answered(reply):
            return _on_desks(desk, lambda one: point_desk.answered(one, reply, now))
        case GaveUp(request_id):
            return _on_desks(desk, lambda one: point_desk.gave_up(one, request_id, now))
        case StoreAway(request_id):
            return _on_desks(desk, lambda one: point_desk.store_away(one, request_id, now))
        case Cleared(topic="point", key=point):
            return _on_desks(desk, lambda one: replace(one, shown=None) if one.point == point else one)
        case PadChanged(present):
            return replace(desk, pad_here=present, pad=Pad())
    return desk


def _passed(desk: Desk, now: float) -> Moved:
    """Long presses, forgotten typing, presses that nobody answers, and the regular look at the pins."""
    buttons, gestures = button.passed(desk.buttons, now)
    felt = (buttons, buttons.stuck(now), pad.passed(desk.pad, now))
    if felt != (desk.buttons, desk.stuck, desk.pad):
        desk = replace(desk, buttons=felt[0], stuck=felt[1], pad=felt[2])
    desk, actions = _gestured(desk, gestures, now)
    given_up: list[Action] = []
    for before in desk.desks:
        one, request_id = point_desk.passed(before, now)
        if one is not before:
            desk = _with_desk(desk, one)
        if request_id is not None:
            given_up.append(StopAsking(request_id))
    if now >= desk.look_at:
        given_up.append(LookAtPins())
        desk = replace(desk, look_at=now + button.LOOK_SECONDS)
    return desk, (*actions, *given_up)


def _gestured(desk: Desk, gestures: tuple[tuple[Button, Gesture], ...], now: float) -> Moved:
    actions: tuple[Action, ...] = ()
    for which, gesture in gestures:
        shown = desk.desk(desk.chosen).shown
        status = shown.status if shown else PointStatus.OPEN
        wish = wish_of(which, gesture, status, two_points=len(desk.setup.points) > 1)
        if wish is not None:
            desk, more = _wished(desk, desk.chosen, wish, now)
            actions += more
    return desk, actions


def _wished(desk: Desk, point: str, wish: PadWish, now: float) -> Moved:
    """Choose another point, ask for the pause's reason, or make the press."""
    reasons = desk.known.site.pause_reasons if desk.known.site else ()
    closed = _status(desk, point) is not PointStatus.OPEN
    if wish is Wish.OTHER_POINT:
        return _other_point(desk, point), ()
    if wish is Wish.PAUSE and not closed and len(reasons) > 1 and desk.setup.has_pad:
        return replace(desk, pad=Pad(touched_at=now, choosing_pause=True), pad_point=point), ()
    act: Act | None
    match wish:
        case CallThis(number):
            act = CallNumber(number=number)
        case PauseFor(choice):
            act = Pause(why=reasons[choice - 1].id) if choice <= len(reasons) else None
        case Wish.PAUSE:
            act = Resume() if closed else Pause(why=reasons[0].id if reasons else PAUSE_WITHOUT_REASON)
        case _:
            act = ACTS[wish]()
    return _asked(desk, point, act, now) if act else (desk, ())


def _asked(desk: Desk, point: str, act: Act, now: float) -> Moved:
    request = request_id(desk.setup.boot, desk.asked_before)
    one, press = point_desk.pressed(desk.desk(point), act, request, now)
    desk = _with_desk(desk, one)
    if press is None or one.shown is None:
        return desk, ()
    seen = Seen(epoch=press.epoch, sequence=one.shown.sequence)
    return replace(desk, asked_before=desk.asked_before + 1), (Ask(request, press, seen),)


def _status(desk: Desk, point: str) -> PointStatus:
    shown = desk.desk(point).shown
    return shown.status if shown else PointStatus.OPEN


def _other_point(desk: Desk, point: str) -> Desk:
    """Go to the next point that the pad drives, or on a desk without a pad to its other point."""
    round_ = desk.setup.pad_drives or desk.setup.points
    following = round_[(round_.index(point) + 1) % len(round_)] if point in round_ else round_[0]
    chosen = following if following in desk.setup.points else desk.chosen
    return replace(desk, pad_point=following, chosen=chosen)


def _announced(desk: Desk, now: float) -> Moved:
    """Let the announcer go on, where this device speaks for its points."""
    mine = _spoken_here(desk)
    wall_ms = desk.known.wall_ms(now) if mine else None
    if wall_ms is None:
        return desk, ()
    calls = tuple(call for board in desk.boards for call in board.calls if call.point in mine)
    site = desk.known.site
    air = Air(
        fresh=not desk.known.feed.lost(now) and bool(desk.boards),
        wall_ms=wall_ms,
        percent=announcement.loudness_percent(site, desk.known.local_time(wall_ms)),
        languages=site.spoken_languages if site else (),
        places=mine,
    )
    announcer, actions = announcement.go_on(announcement.listed(desk.announcer, calls), air, now)
    return replace(desk, announcer=announcer), actions


def _spoken_here(desk: Desk) -> dict[str, Place]:
    """The points whose calls this device speaks: its own, in zones that name no other speaker, and zones that name it."""
    site = desk.known.site
    if site is None or not desk.setup.has_speaker:
        return {}
    speakers = {zone.id: zone.speaker for zone in site.zones}

    def here(card: PointCard) -> bool:
        speaker = speakers.get(card.zone)
        return speaker == desk.setup.device or (speaker is None and card.id in desk.setup.points)

    return {card.id: Place(card.kind, card.label) for card in site.points if here(card)}


def _heard_board(desk: Desk, board: Board) -> Desk:
    before = next((one for one in desk.boards if one.zone == board.zone), None)
    stamp = (before.epoch, before.sequence) if before else None
    if not is_newer(desk.known.feed, stamp, (board.epoch, board.sequence)):
        return desk
    return replace(desk, boards=(*(one for one in desk.boards if one.zone != board.zone), board))


def _kiosk_here(kiosks: tuple[DeviceState, ...], kiosk: DeviceState) -> tuple[DeviceState, ...]:
    """The kiosks in the order of their ids, with what one of them says now."""
    others = (one for one in kiosks if one.device != kiosk.device)
    return tuple(sorted((*others, kiosk), key=lambda one: one.device))


def _kiosk_gone(kiosks: tuple[DeviceState, ...], gone: DeviceState) -> tuple[DeviceState, ...]:
    """A last will counts for the connection it names only: a kiosk that came back in between is here."""
    return tuple(
        _switched_off(one) if (one.device, one.connection) == (gone.device, gone.connection) else one for one in kiosks
    )


def _switched_off(kiosk: DeviceState) -> DeviceState:
    return DeviceState(device=kiosk.device, up=False, connection=kiosk.connection, role=kiosk.role)


def _on_desks(desk: Desk, change: Callable[[PointDesk], PointDesk]) -> Desk:
    desks = tuple(change(one) for one in desk.desks)
    return desk if desks == desk.desks else replace(desk, desks=desks)


def _with_desk(desk: Desk, changed: PointDesk) -> Desk:
    return _on_desks(desk, lambda one: changed if one.point == changed.point else one)
