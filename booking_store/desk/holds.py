"""Places held by telephone calls: offered, confirmed into bookings, let go at hang-up, or free again when their time is over.

A held place is a row of the bookings without being one: the same constraint keeps it from being given twice, its code is
told to nobody and good for nothing, and it goes without a trace. A call has one place at a time, and keeps it however
often it comes back.
"""

from datetime import date
from typing import Any, Final

from sqlalchemy import Row, bindparam, delete, literal_column, update

from booking_store import tables
from booking_store.desk import bookings, outbox, places
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.wording import read_date, read_mobile
from booking_store.statements import Prepared
from booking_store.tables import BookingState
from mqtt.contract import (
    Answer,
    Changed,
    ConfirmHold,
    HoldPlace,
    Offer,
    Reason,
    Refusal,
    ReleaseHold,
    ResumeCall,
)
from rules.booking import Wish


def hold_place(desk: Desk, asked: Asked, operation: HoldPlace) -> Answer:
    """Offer the first free place of the wish, and keep it for this call alone."""
    before = bookings.by_call(desk, operation.call)
    if before is not None and before.state == BookingState.ACTIVE:
        return bookings.booked(desk, before)
    let_go(desk, operation.call)
    mobile = read_mobile(operation.mobile)
    if isinstance(mobile, Refusal):
        return mobile
    after = read_date(operation.after)
    if isinstance(after, Refusal):
        return after
    place = places.find(desk, Wish(operation.department, operation.doctor, after=after), mobile)
    if isinstance(place, Refusal):
        return place
    until_ms = desk.now_ms + desk.site.voice_menu.hold_seconds * 1000
    held = {"state": BookingState.HELD, "call": operation.call, "held_until_ms": until_ms, "booked_by": asked.device}
    return _offer(desk, bookings.by_id(desk, places.give(desk, place, **held)))


def confirm_hold(desk: Desk, asked: Asked, operation: ConfirmHold) -> Answer:
    """The held place is a booking from now on, with its text. A call that has its booking gets the same again."""
    held = bookings.by_call(desk, operation.call)
    if held is not None and held.state == BookingState.ACTIVE:
        return bookings.booked(desk, held)
    if held is None or not _stands(desk, held):
        let_go(desk, operation.call)
        return Refusal(reason=Reason.HOLD_EXPIRED)
    mobile = read_mobile(operation.mobile)
    if isinstance(mobile, Refusal):
        return mobile
    too_many = places.too_many(desk, mobile, held.department, held.doctor, date.fromisoformat(held.date))
    if too_many is not None:
        return too_many
    booked = {"state": BookingState.ACTIVE, "mobile": mobile, "booked_at_ms": desk.now_ms, "held_until_ms": None}
    desk.tx.execute(_CONFIRM, booked | {"id_": held.id})
    return bookings.confirmed(desk, asked, held.id)


def release_hold(desk: Desk, asked: Asked, operation: ReleaseHold) -> Answer:
    """The place is free at once. A call that has its booking keeps it, unless nobody heard its code, nor will read it."""
    let_go(desk, operation.call)
    booking = bookings.by_call(desk, operation.call) if operation.unheard else None
    if booking is not None and not outbox.tells_of(desk, booking.id):
        bookings.cancel(desk, asked, booking, "the caller never heard the code")
    return Changed()


def resume_call(desk: Desk, _: Asked, operation: ResumeCall) -> Answer:
    """What a call that is here again has: its booking, a place that is still held for it, or nothing."""
    found = bookings.by_call(desk, operation.call)
    if found is None:
        return Changed()
    if found.state == BookingState.ACTIVE:
        return bookings.booked(desk, found)
    return _offer(desk, found) if _stands(desk, found) else Changed()


def let_go(desk: Desk, call: str) -> None:
    """Free the place that a call holds, if it holds one."""
    desk.tx.execute(_LET_GO, {"call": call})


def _stands(desk: Desk, held: Row[Any]) -> bool:
    """Neither is its time over, nor was the session taken out of the timetable while the caller listened."""
    return held.held_until_ms > desk.now_ms and held.ends_at_ms > desk.now_ms and not held.withdrawn


def _offer(desk: Desk, held: Row[Any]) -> Offer:
    return Offer(
        held_until_ms=held.held_until_ms,
        date=held.date,
        department=held.department,
        doctor=held.doctor,
        session_starts=f"{desk.local(held.starts_at_ms):%H:%M}",
        session_ends=f"{desk.local(held.ends_at_ms):%H:%M}",
        time=f"{desk.local(held.time_ms):%H:%M}" if held.time_ms is not None else None,
    )


_held = tables.bookings.c.state == literal_column("'held'")
_CONFIRM: Final = Prepared(update(tables.bookings).where(tables.bookings.c.id == bindparam("id_"), _held))
_LET_GO: Final = Prepared(
    delete(tables.bookings).where(
        tables.bookings.c.call == bindparam("call"),
        tables.bookings.c.call.is_not(None),
        tables.bookings.c.state != literal_column("'cancelled'"),  # as in the partial index
        _held,
    )
)
