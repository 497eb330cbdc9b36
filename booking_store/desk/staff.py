"""What staff change about a ticket from outside the counters: urgent, priority, back in line, reopened, dropped."""

from collections.abc import Callable
from typing import Any

from booking_store.desk import moves
from booking_store.desk.changes import Changes
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.moves import Held, Mover
from mqtt.contract import (
    Answer,
    Changed,
    ComeBack,
    ConfirmPriority,
    DropTicket,
    MakeUrgent,
    Reason,
    Refusal,
    Reopen,
)
from rules.journey import Act, Stays


def make_urgent(desk: Desk, asked: Asked, operation: MakeUrgent) -> Answer:
    """First in every line from now on, for a reason."""
    return _with_reason(
        desk, asked, operation.number, operation.why, lambda mover, held: moves.make_urgent(mover, held, operation.why)
    )


def confirm_priority(desk: Desk, asked: Asked, operation: ConfirmPriority) -> Answer:
    """Reception's word on a priority class of the site."""
    known = {one.id for one in desk.site.priority_classes}
    if operation.priority is not None and operation.priority not in known:
        detail = f"{operation.priority!r} is no priority class of the site: {', '.join(sorted(known))}"
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, number=operation.number, detail=detail)
    return _with_ticket(
        desk, asked, operation.number, lambda mover, held: moves.confirm_priority(mover, held, operation.priority)
    )


def come_back(desk: Desk, asked: Asked, operation: ComeBack) -> Answer:
    """The holder of an absent or parked ticket is here again."""
    return _with_ticket(desk, asked, operation.number, moves.come_back)


def reopen(desk: Desk, asked: Asked, operation: Reopen) -> Answer:
    """A finished ticket of today waits again."""
    return _with_reason(
        desk, asked, operation.number, operation.why, lambda mover, held: moves.reopen(mover, held, operation.why)
    )


def drop_ticket(desk: Desk, asked: Asked, operation: DropTicket) -> Answer:
    """End a ticket that is at no counter, without service, for a reason."""
    return _with_reason(
        desk, asked, operation.number, operation.why, lambda mover, held: moves.end(mover, held, Act.DROP, operation.why)
    )


def _with_reason(desk: Desk, asked: Asked, number: int, why: str, move: Callable[[Mover, Held], Stays | None]) -> Answer:
    if not why.strip():
        return Refusal(reason=Reason.MALFORMED, number=number, detail="this change needs a reason")
    return _with_ticket(desk, asked, number, move)


def _with_ticket(desk: Desk, asked: Asked, number: int, move: Callable[[Mover, Held], Stays | None]) -> Answer:
    """Do `move` with today's ticket `number`. What is so already is answered as done."""
    day = desk.open_day()
    if day is None:
        return Refusal(reason=Reason.CLOSED, number=number)
    held = moves.held_by_number(desk, day.id, number)
    if held is None:
        return Refusal(reason=Reason.UNKNOWN_NUMBER, number=number)
    stays = move(Mover(desk, asked, day.id, Changes()), held)
    if stays is None or stays is Stays.ALREADY:
        _tell_its_point(desk, held)
        return Changed(number=number)
    return moves.refusal(desk, held, stays)


def _tell_its_point(desk: Desk, held: Held) -> None:
    """A called ticket's own point shows its priority, and the absent list is a zone's."""
    point: Any = desk.site.point(held.stop.point) if held.stop.point is not None else None
    if point is not None:
        desk.touched.point(point.id)
        desk.touched.zones.add(point.zone)
