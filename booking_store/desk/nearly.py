"""«شما نفر سوم هستید»: one text at each stop to whoever has a booking and is about to be called, where the site wants it."""

from typing import Final

from sqlalchemy import String, bindparam, cast, literal, select

from booking_store import tables
from booking_store.desk import outbox
from booking_store.desk.desk import Desk
from booking_store.desk.outbox import NewText
from booking_store.statements import Prepared
from mqtt.contract import PointStatus
from rules.digits import persian_digits
from rules.texts import TextKind, dialled, fill

THIRD: Final = 3
GOOD_FOR_MS: Final = 10 * 60 * 1000
"""Told later, the number may have been called."""


def any_due(desk: Desk) -> bool:
    """Whether somebody is to hear of it now."""
    return bool(_due(desk))


def write_due(desk: Desk) -> None:
    """Write the texts that are due, each once a stop."""
    for stop, number, mobile in _due(desk):
        template = desk.site.texts.templates[TextKind.THIRD]
        facts = {
            "clinic": desk.site.name.fa,
            "phone": dialled(desk.site.phone),
            "number": persian_digits(str(number)),
        }
        until_ms = desk.now_ms + GOOD_FOR_MS
        outbox.write(desk, NewText(TextKind.THIRD, f"third:{stop}", mobile, fill(template, facts), until_ms, desk.now_ms))


def _due(desk: Desk) -> list[tuple[int, int, str]]:
    """Stops, numbers and mobiles of those with a booking who are third at an open point, or nearer, and have not heard so."""
    day = desk.open_day()
    if day is None or TextKind.THIRD not in desk.site.texts.templates:
        return []
    line = desk.line.of(desk.site, day.id)
    open_points = set(desk.tx.execute(_OPEN_POINTS).scalars())
    points = (point for point in desk.site.points if point.id in open_points)
    numbers = sorted({one.number for point in points for one in line.next_at(point, THIRD, now_ms=desk.now_ms)})
    if not numbers:
        return []
    return [(row.id, row.number, row.mobile) for row in desk.tx.execute(_UNTOLD, {"day": day.id, "numbers": numbers})]


_tickets, _stops, _bookings, _texts = tables.tickets, tables.stops, tables.bookings, tables.texts
_told = select(_texts.c.id).where(_texts.c.dedupe_key == literal("third:") + cast(_stops.c.id, String)).exists()
_OPEN_POINTS: Final = Prepared(select(tables.points.c.id).where(tables.points.c.status == PointStatus.OPEN.value))
_UNTOLD: Final = (
    select(_stops.c.id, _tickets.c.number, _bookings.c.mobile)
    .join_from(_tickets, _stops, _stops.c.ticket == _tickets.c.id)
    .join(_bookings, _bookings.c.id == _tickets.c.booking)
    .where(
        _tickets.c.service_day == bindparam("day"),
        _tickets.c.number.in_(bindparam("numbers", expanding=True)),
        _stops.c.ended_at_ms.is_(None),
        _bookings.c.mobile.is_not(None),
        ~_told,
    )
)
