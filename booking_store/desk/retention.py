"""Erasing what leads to a person when it is due, some of it at a time: nobody's request is to wait for it.

Due is what the site file's [privacy] says. What stays leads to nobody and is counted: bookings with their dates, departments
and codes, texts with their kinds and fates. SQLite writes zeros over what is erased (secure_delete), and `Ledger.scrub`
empties its write-ahead log afterwards; PostgreSQL uses the room again when its autovacuum has come by.

Days are counted up to the last service day that was opened, not by the clock: a clock that runs years ahead opens no day
(law 10), and must not erase a mobile that is still wanted.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, func, select, text, update

from booking_store import tables
from booking_store.desk.desk import Desk
from booking_store.desk.office import due as office_due
from booking_store.statements import Prepared

AT_ONCE: Final = 200
"""Rows of each kind in one transaction; more are erased with the next second's."""
DAY_MS: Final = 24 * 3600 * 1000
TEXTS_COUNTED_MS: Final = 400 * DAY_MS
"""A month's texts are compared with those of the same month a year before; then their rows go too. Nothing is sent after its
time, so that whatever state a text stands in then, it has ended."""
ERASED_BOOKING: Final = {"mobile": None, "call": None}
ERASED_TEXT: Final = {"mobile": "", "body": "", "gateway_id": None, "last_error": None, "next_at_ms": None}


@dataclass(frozen=True, slots=True)
class Erased:
    """What one commit erased: anything at all, and whether more may be due."""

    some: bool = False
    more: bool = False


def erase_due(desk: Desk) -> Erased:
    """Erase what is due, AT_ONCE rows of each kind at the most."""
    privacy = desk.site.privacy
    opened_last = desk.tx.execute(_LAST_DAY).scalar()
    if opened_last is None:
        return Erased()
    until = date.fromisoformat(opened_last)
    until_ms = desk.at_ms(until, time(0))
    visited_before = (until - timedelta(days=privacy.mobile_days)).isoformat()
    bookings = desk.tx.execute(_OLD_BOOKINGS, {"before": visited_before, "most": AT_ONCE}).scalars()
    texts_before = until_ms - privacy.text_days * DAY_MS
    texts = desk.tx.execute(_OLD_TEXTS, {"before": texts_before, "most": AT_ONCE}).scalars()
    if bookings:
        desk.tx.execute(update(_bookings).where(_bookings.c.id.in_(bookings)).values(**ERASED_BOOKING))
    if texts:
        desk.tx.execute(update(_texts).where(_texts.c.id.in_(texts)).values(**ERASED_TEXT))
    desk.tx.execute(_FORGET_CALLS, {"before": until_ms - privacy.call_days * DAY_MS})
    desk.tx.execute(_FORGET_TEXTS, {"before": until_ms - TEXTS_COUNTED_MS})
    households = office_due.erase_identities(desk, until_ms)
    more = AT_ONCE in (len(bookings), len(texts)) or households == office_due.AT_ONCE
    return Erased(some=bool(bookings or texts or households), more=more)


_bookings, _sessions, _texts, _calls = tables.bookings, tables.sessions, tables.texts, tables.phone_calls
_LAST_DAY: Final = Prepared(select(func.max(tables.service_days.c.date)).where(~tables.service_days.c.void))
_OLD_BOOKINGS: Final = Prepared(
    select(_bookings.c.id)
    .join(_sessions, _sessions.c.id == _bookings.c.session)
    .where(
        text("(bookings.mobile IS NOT NULL OR bookings.call IS NOT NULL)"),  # as in the partial index
        _bookings.c.state != tables.BookingState.HELD,
        _sessions.c.date < bindparam("before"),
    )
    .limit(bindparam("most"))
)
_OLD_TEXTS: Final = Prepared(
    select(_texts.c.id).where(text("texts.body <> ''"), _texts.c.expires_at_ms < bindparam("before")).limit(bindparam("most"))
)
_FORGET_CALLS: Final = delete(_calls).where(_calls.c.ended_at_ms < bindparam("before"))
_FORGET_TEXTS: Final = delete(_texts).where(
    _texts.c.written_at_ms < bindparam("before"), _texts.c.expires_at_ms < bindparam("before")
)
