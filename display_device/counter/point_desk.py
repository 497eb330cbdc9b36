"""One point at a desk: the snapshot shown, the press in flight, what the clerk is told. Pure.

Rules (PROTOCOL 8, 9; laws 6, 7):
- Only snapshots of the store change what is shown; a press changes nothing by itself.
- A press carries the epoch and revision of the snapshot shown. While one is in flight, or the feed is lost, none is made.
- A press without an answer after REPLY_WAIT_SECONDS is given up and shown as not done; if it did act, the snapshot shows it,
  and nothing on the screen says any more that it should be pressed again.
- A second "next" within DOUBLE_PRESS_SECONDS of a new number is a nervous finger: that number has been seen by nobody yet.
"""

from dataclasses import dataclass, field
from typing import Final

from display_device.known import Known, is_newer
from mqtt.contract import REPLY_WAIT_SECONDS, Act, CallNext, PointState, Press, Pressed, Reason, Refusal, Reply
from mqtt.feed import Feed, compared
from program.frozen import replace

TOLD_SECONDS: Final = 4.0
NOT_DONE: Final = "not_done"
DOUBLE_PRESS_SECONDS: Final = 0.3


@dataclass(frozen=True, slots=True)
class Asked:
    """A press in flight."""

    id: str
    at: float


@dataclass(frozen=True, slots=True)
class Told:
    """What the clerk is told for a moment: a Reason's code, or "not_done", "no_feed", "still_asking"."""

    what: str
    until: float
    number: int | None = None
    point: str | None = None


@dataclass(frozen=True)
class PointDesk:
    """One point as its desk knows it. Times are monotonic seconds."""

    point: str
    shown: PointState | None = None
    feed: Feed = field(default_factory=Feed)
    asked: Asked | None = None
    told: Told | None = None
    number_came_at: float | None = None

    def lost(self, now: float) -> bool:
        return self.feed.lost(now)


def followed(desk: PointDesk, known: Known, now: float) -> PointDesk:
    """The desk after the store's beats and its own snapshot were held against each other."""
    epoch, sequence = (desk.shown.epoch, desk.shown.sequence) if desk.shown else (None, 0)
    feed = compared(known.feed, desk.feed, f"point/{desk.point}", epoch, sequence, now)
    return desk if feed == desk.feed else replace(desk, feed=feed)


def heard_snapshot(desk: PointDesk, snapshot: PointState, now: float) -> PointDesk:
    """Show a snapshot of this point, unless a newer one stands."""
    before = desk.shown
    stamp = (before.epoch, before.sequence) if before else None
    if snapshot.point != desk.point or not is_newer(desk.feed, stamp, (snapshot.epoch, snapshot.sequence)):
        return desk
    if before and before.epoch == snapshot.epoch and before.revision > snapshot.revision:
        return desk
    acted = before is None or (before.epoch, before.revision) != (snapshot.epoch, snapshot.revision)
    told = None if acted and desk.told is not None and desk.told.what == NOT_DONE else desk.told
    desk = replace(desk, shown=snapshot, told=told)
    return desk if _number(before) == _number(snapshot) else replace(desk, number_came_at=now)


def pressed(desk: PointDesk, act: Act, request_id: str, now: float) -> tuple[PointDesk, Press | None]:
    """Ask for `act`, or tell the clerk why nothing is asked."""
    if desk.asked is not None:
        return _tell(desk, "still_asking", now), None
    if desk.shown is None or desk.lost(now):
        return _tell(desk, "no_feed", now), None
    came = desk.number_came_at
    if isinstance(act, CallNext) and came is not None and now - came < DOUBLE_PRESS_SECONDS:
        return desk, None
    press = Press(point=desk.point, epoch=desk.shown.epoch, revision=desk.shown.revision, act=act)
    return replace(desk, asked=Asked(request_id, now), told=None), press


def answered(desk: PointDesk, reply: Reply, now: float) -> PointDesk:
    """The store's answer to the press in flight. An answer to a press given up tells nothing: the snapshot does."""
    if desk.asked is None or desk.asked.id != reply.id:
        return desk
    desk = replace(desk, asked=None)
    match reply.answer:
        case Pressed(point=snapshot):
            return heard_snapshot(desk, snapshot, now)
        case Refusal() as refusal:
            return _tell(desk, refusal.reason.value, now, number=refusal.number, point=refusal.point)
    return _tell(desk, Reason.INTERNAL_ERROR.value, now)


def gave_up(desk: PointDesk, request_id: str, now: float) -> PointDesk:
    """Nobody answered."""
    if desk.asked is None or desk.asked.id != request_id:
        return desk
    return _tell(replace(desk, asked=None), NOT_DONE, now)


def store_away(desk: PointDesk, request_id: str, now: float) -> PointDesk:
    """Nobody takes requests; this one is still asked until it is given up."""
    return _tell(desk, "no_feed", now) if desk.asked and desk.asked.id == request_id else desk


def passed(desk: PointDesk, now: float) -> tuple[PointDesk, str | None]:
    """Let time pass: a told sentence goes; a press that nobody answers is given up, and its request id returned."""
    if desk.told is not None and now >= desk.told.until:
        desk = replace(desk, told=None)
    if desk.asked is None or now < desk.asked.at + REPLY_WAIT_SECONDS:
        return desk, None
    return gave_up(desk, desk.asked.id, now), desk.asked.id


def deadlines(desk: PointDesk, now: float) -> list[float]:
    """When `passed` has something to do, or the feed may be found lost."""
    times = [desk.told.until] if desk.told else []
    if desk.asked is not None:
        times.append(desk.asked.at + REPLY_WAIT_SECONDS)
    lost_at = desk.feed.deadline()
    if lost_at is not None and not desk.lost(now):
        times.append(lost_at)
    return times


def _number(state: PointState | None) -> int | None:
    return state.current.number if state and state.current else None


def _tell(desk: PointDesk, what: str, now: float, *, number: int | None = None, point: str | None = None) -> PointDesk:
    return replace(desk, told=Told(what, now + TOLD_SECONDS, number, point))
