"""The evening before: one text to each who is booked for tomorrow, where the site wants it."""

from datetime import time, timedelta
from typing import Final

from sqlalchemy import bindparam, literal_column, select

from booking_store import tables
from booking_store.desk import outbox
from booking_store.desk.desk import Desk
from booking_store.statements import Prepared
from rules.texts import TextKind

REMINDED_AT_ONCE: Final = 500
"""More wait for the next second: nobody's request is to wait for them."""


def any_due(desk: Desk) -> bool:
    """Whether somebody is to be reminded now."""
    begins = _begins(desk)
    return begins is not None and bool(_due(desk, begins, most=1))


def write_due(desk: Desk) -> None:
    """Write the reminders that are due, each once."""
    begins = _begins(desk)
    for booking in [] if begins is None else _due(desk, begins, most=REMINDED_AT_ONCE):
        outbox.tell(desk, TextKind.REMINDER, f"reminder:{booking}", booking)


def _begins(desk: Desk) -> time | None:
    """The hour of the reminders, when it is past; None: nobody is reminded now, or at all."""
    at = desk.site.texts.reminder_at
    wanted = at is not None and TextKind.REMINDER in desk.site.texts.templates
    return at if wanted and at is not None and desk.now.time() >= at else None


def _due(desk: Desk, begins: time, most: int) -> list[int]:
    """Who booked after the hour of the reminders has just heard of tomorrow."""
    tomorrow = (desk.today + timedelta(days=1)).isoformat()
    before = desk.at_ms(desk.today, begins)
    return list(desk.tx.execute(_DUE, {"date": tomorrow, "before": before, "now": desk.now_ms, "most": most}).scalars())


_bookings, _sessions, _texts = tables.bookings, tables.sessions, tables.texts
_reminded = select(_texts.c.id).where(_texts.c.booking == _bookings.c.id, _texts.c.kind == TextKind.REMINDER.value).exists()
_DUE: Final = Prepared(
    select(_bookings.c.id)
    .join(_sessions, _sessions.c.id == _bookings.c.session)
    .where(
        _sessions.c.date == bindparam("date"),
        _sessions.c.starts_at_ms > bindparam("now"),
        ~_sessions.c.withdrawn,
        _bookings.c.state != literal_column("'cancelled'"),  # as in the partial index
        _bookings.c.state == literal_column("'active'"),
        _bookings.c.mobile.is_not(None),
        _bookings.c.booked_at_ms < bindparam("before"),
        ~_reminded,
    )
    .order_by(_bookings.c.id)
    .limit(bindparam("most"))
)
