"""Presses: what the buttons of counters and rooms do (PROTOCOL rules 8 to 12).

A press counts only if it carries the epoch and the revision of its point as they are now: then its presser saw what is
so. The revision is raised when the point's current ticket or its status changes, at each "nobody waits" and at each
start of the device or the store, and by nothing else. So a press that comes late, or twice with another id, finds the
revision raised and does nothing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, bindparam, insert, select, update

from booking_store import notices, tables
from booking_store.desk import moves
from booking_store.desk.changes import Changes, still_stand, take_back, tickets_moved
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.handover import handover
from booking_store.desk.moves import Held, Mover
from booking_store.statements import Prepared
from mqtt import contract
from mqtt.contract import UNDO_SECONDS, Answer, PointStatus, Press, Pressed, Reason, Refusal
from rules.journey import Act, Stays
from rules.presses import Sight, counts
from rules.site import Point

_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Place(Mover):
    """One point at the moment of a press: where its acts happen."""

    point: Point
    row: Row[Any]
    current: Held | None


@dataclass(frozen=True, slots=True)
class Done:
    """What an act did, for the point's screen: the ticket it was about, and the point's columns that change with it."""

    number: int | None = None
    point: Mapping[str, Any] | None = None


Deed = Callable[[Place, Any], Done | Refusal]


def press(desk: Desk, asked: Asked, operation: Press) -> Answer:
    """One act at one point. Stale, or not possible from here: a Refusal, and nothing has happened."""
    point, row = desk.site.point(operation.point), desk.point_row(operation.point)
    if point is None or row is None:
        return Refusal(reason=Reason.UNKNOWN_POINT, point=operation.point)
    same_run = operation.epoch == desk.epoch and not hear_boot(desk, asked.device, asked.boot)
    if not counts(Sight(operation.epoch, operation.revision), Sight(desk.epoch, row.revision), same_run=same_run):
        return Refusal(reason=Reason.STALE, point=point.id, detail=f"the point is at {desk.epoch}, {row.revision}")
    day = desk.open_day()
    if day is None:
        return Refusal(reason=Reason.CLOSED, point=point.id)
    if isinstance(operation.act, contract.Undo):
        return _undo(desk, asked, day.id, point, row)
    place = Place(desk, asked, day.id, Changes(), point, row, moves.held_at_point(desk, row.ticket))
    done = DEEDS[type(operation.act)](place, operation.act)
    return done if isinstance(done, Refusal) else _settled(place, operation.act, done)


def hear_boot(desk: Desk, device: str, boot: str) -> bool:
    """Take note of a device's run; called with each press of this epoch and each DeviceState. True: it is another run than
    the last heard. A new one raises the revisions of its points, so that presses of before are stale; one that was left, told
    late, changes nothing. An operator's device is every command anew and has no points of its own."""
    known = desk.site.device(device)
    if not boot or known is None or not known.points:
        return False
    heard = desk.tx.execute(_BOOT, {"device": device}).scalar_one_or_none()
    if heard == boot:
        return False
    if heard is None:
        desk.tx.execute(insert(tables.boots).values(device=device, boot=boot))
        return False
    if (device, boot) in desk.left_boots:
        return True
    desk.left_boots.add((device, heard))
    desk.tx.execute(update(tables.boots).where(tables.boots.c.device == device).values(boot=boot))
    owned = tables.points.c.id.in_(known.points)
    desk.tx.execute(update(tables.points).where(owned).values(revision=tables.points.c.revision + 1))
    desk.touched.point(*known.points)
    return True


def raise_revision(desk: Desk, point: str, **values: Any) -> None:
    """Change a point's row so that every press that was made before is stale, and let its screen know."""
    changed = {"revision": tables.points.c.revision + 1} | values
    desk.tx.execute(update(tables.points).where(tables.points.c.id == point).values(**changed))
    desk.touched.point(point)


def _settled(place: Place, act: contract.Act, done: Done) -> Pressed:
    """Write the point's row after an act that was done: status and current ticket through Changes, for undo."""
    desk, point = place.desk, place.point
    changed = {
        name: value
        for name, value in (done.point or {}).items()
        if name == "ticket" or getattr(place.row, name) != value  # called again at its next stage, it is not what was seen
    }
    if changed:
        place.changes.note(tables.points, place.row, changed)
        changed["revision"] = place.row.revision + 1
    last_act = {
        "last_act": type(act).__struct_config__.tag,
        "last_act_number": done.number,
        "last_act_at_ms": desk.now_ms,
        "last_act_before": place.changes.as_json(),
    }
    desk.tx.execute(_UPDATE_POINT, {**changed, **last_act, "id_": point.id})
    return _pressed(desk, point)


# ---------------------------------------------------------------------------------------- calling


def _call_next(place: Place, _: contract.CallNext) -> Done | Refusal:
    """Finish the current ticket and call the next one whose paper is settled. When nobody waits, finishing the current
    one is all that happens; without a current one nothing does, but the revision is raised, so that a press that comes
    late does not call somebody who came in the meantime."""
    if place.row.status != PointStatus.OPEN:
        return _not_open(place)
    if place.current is not None:
        stays = moves.finish(place, place.current, place.point)
        if stays is not None:
            return moves.refusal(place.desk, place.current, stays)
    line = place.desk.line.of(place.desk.site, place.service_day)
    following = line.next_at(place.point, 1, now_ms=place.desk.now_ms)
    if following:
        return _call(place, following[0].number, following[0].why)
    if place.current is not None:
        return Done(place.current.ticket.number, {"ticket": None})
    raise_revision(place.desk, place.point.id)
    return Refusal(reason=Reason.NOBODY_WAITS, point=place.point.id)


def _call_number(place: Place, act: contract.CallNumber) -> Done | Refusal:
    """Finish the current ticket and call this one out of order, if it is at a stage of this point and on paper."""
    if place.row.status != PointStatus.OPEN:
        return _not_open(place)
    held = moves.held_by_number(place.desk, place.service_day, act.number)
    if held is None:
        return Refusal(reason=Reason.UNKNOWN_NUMBER, number=act.number)
    if place.current is not None and held.ticket.id == place.current.ticket.id:
        return _recall(place, contract.Recall())
    refusal = _not_callable(place, held)
    if refusal is not None:
        return refusal
    if place.current is not None:
        stays = moves.finish(place, place.current, place.point)
        if stays is not None:
            return moves.refusal(place.desk, place.current, stays)
    return _call(place, act.number, "by_number")


def _not_callable(place: Place, held: Held) -> Refusal | None:
    """Why this point may not call a ticket out of order: where it is, or its paper. Whose patient it is does not matter:
    a person decided."""
    number, stage = held.ticket.number, held.stop.stage
    stays = moves.may_be_called(held)
    if stays is not None:
        return moves.refusal(place.desk, held, stays)
    if stage not in place.point.stages:
        detail = f"the ticket is at {stage}, which {place.point.id} does not serve"
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, number=number, detail=detail)
    wait_ms = held.ticket.callable_from_ms - place.desk.now_ms
    if wait_ms > 0:
        detail = "the kiosk has not said yet that the ticket is printed"
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, number=number, detail=detail, retry_after_seconds=wait_ms / 1000)
    return None


def _call(place: Place, number: int, why: str) -> Done:
    held = moves.held_by_number(place.desk, place.service_day, number)
    if held is None or moves.call(place, held, place.point, why) is not None:
        raise LookupError(f"{number} was in line and cannot be called")
    return Done(number, {"ticket": held.ticket.id})


def _recall(place: Place, _: contract.Recall) -> Done | Refusal:
    if place.current is None:
        return _nothing_current(place)
    stays = moves.recall(place, place.current, place.point)
    return Done(place.current.ticket.number) if stays is None else moves.refusal(place.desk, place.current, stays)


# --------------------------------------------------------------------- letting the current ticket go


def _let_go(place: Place, move: Callable[[Held], Stays | None]) -> Done | Refusal:
    """Do `move` with the current ticket; the point has none afterwards."""
    if place.current is None:
        return _nothing_current(place)
    stays = move(place.current)
    if stays is not None:
        return moves.refusal(place.desk, place.current, stays)
    return Done(place.current.ticket.number, {"ticket": None})


def _finish(place: Place, _: contract.Finish) -> Done | Refusal:
    return _let_go(place, lambda held: moves.finish(place, held, place.point))


def _no_show(place: Place, _: contract.NoShow) -> Done | Refusal:
    return _let_go(place, lambda held: moves.set_aside(place, held, place.point, Act.NO_SHOW))


def _send_away(place: Place, _: contract.SendAway) -> Done | Refusal:
    return _let_go(place, lambda held: moves.set_aside(place, held, place.point, Act.SEND_AWAY))


def _park(place: Place, act: contract.Park) -> Done | Refusal:
    return _let_go(place, lambda held: moves.set_aside(place, held, place.point, Act.PARK, act.why))


def _not_served(place: Place, act: contract.NotServed) -> Done | Refusal:
    if not act.why.strip():
        return Refusal(reason=Reason.MALFORMED, detail="why is the ticket not served?")
    return _let_go(place, lambda held: moves.end(place, held, Act.NOT_SERVED, act.why, place.point))


def _transfer(place: Place, act: contract.Transfer) -> Done | Refusal:
    if place.current is None:
        return _nothing_current(place)
    target = handover(place.desk.site, place.point, place.current, act)
    if isinstance(target, Refusal):
        return target
    return _let_go(place, lambda held: moves.transfer(place, held, place.point, target.way, **target.wanted))


# ------------------------------------------------------------------------------- the point itself


def _pause(place: Place, act: contract.Pause) -> Done | Refusal:
    """The current ticket, if there is one, stays: the person is at the desk."""
    if act.why not in place.desk.site.pause_reasons:
        known = ", ".join(place.desk.site.pause_reasons)
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, detail=f"{act.why!r} is no pause reason of the site: {known}")
    if act.until is not None and not _CLOCK.fullmatch(act.until):
        return Refusal(reason=Reason.MALFORMED, detail=f"until {act.until!r} is no time of day like 12:45")
    return _turned(place, PointStatus.PAUSED, act.why, act.until)


def _resume(place: Place, _: contract.Resume) -> Done | Refusal:
    return _turned(place, PointStatus.OPEN)


def _close(place: Place, _: contract.ClosePoint) -> Done | Refusal:
    """A point with somebody at it does not close: their visit would have no end."""
    if place.current is not None:
        number = place.current.ticket.number
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, number=number, detail="finish the current ticket first")
    return _turned(place, PointStatus.CLOSED)


def _turned(place: Place, status: PointStatus, why: str | None = None, until: str | None = None) -> Done:
    place.desk.note(place.asked, f"point_{status.value}", why=why or "", service_day=place.service_day, point=place.point.id)
    return Done(None, {"status": status.value, "paused_why": why, "paused_until": until})


# ------------------------------------------------------------------------------------------- undo


def _undo(desk: Desk, asked: Asked, service_day: int, point: Point, row: Row[Any]) -> Answer:
    """Take back the last act, while nothing that it moved has changed since (PROTOCOL rule 10)."""
    changes = row.last_act_before
    if changes is None or desk.now_ms - row.last_act_at_ms > UNDO_SECONDS * 1000 or not still_stand(desk, changes):
        return Refusal(reason=Reason.UNDO_TOO_LATE, point=point.id, number=row.last_act_number)
    take_back(desk, changes)
    undone = {"last_act": "undo", "last_act_at_ms": desk.now_ms, "last_act_before": None}
    if any(change["table"] == tables.points.name for change in changes["rows"]):
        raise_revision(desk, point.id, **undone)
    else:
        desk.tx.execute(update(tables.points).where(tables.points.c.id == point.id).values(**undone))
    for number in tickets_moved(desk, changes) or (row.last_act_number,):
        desk.note(asked, "undo", why=row.last_act, service_day=service_day, number=number, point=point.id)
    desk.every_line_changed()
    return _pressed(desk, point)


def _pressed(desk: Desk, point: Point) -> Pressed:
    """The point after the act; its screen hears the same after the commit."""
    state = notices.point_state(desk, point)
    desk.touched.points[point.id] = state
    desk.touched.zones.add(point.zone)
    return Pressed(point=state)


# --------------------------------------------------------------------------------------- refusals


def _nothing_current(place: Place) -> Refusal:
    return Refusal(reason=Reason.NOTHING_CURRENT, point=place.point.id)


def _not_open(place: Place) -> Refusal:
    return Refusal(reason=Reason.POINT_PAUSED, point=place.point.id, time=place.row.paused_until, detail=place.row.status)


DEEDS: Final[Mapping[type, Deed]] = {
    contract.CallNext: _call_next,
    contract.Recall: _recall,
    contract.NoShow: _no_show,
    contract.SendAway: _send_away,
    contract.CallNumber: _call_number,
    contract.Finish: _finish,
    contract.Transfer: _transfer,
    contract.Park: _park,
    contract.NotServed: _not_served,
    contract.Pause: _pause,
    contract.Resume: _resume,
    contract.ClosePoint: _close,
}

_UPDATE_POINT = Prepared(update(tables.points).where(tables.points.c.id == bindparam("id_")))
_BOOT = Prepared(select(tables.boots.c.boot).where(tables.boots.c.device == bindparam("device")))
