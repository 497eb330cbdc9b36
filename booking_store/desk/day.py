"""The service day: opened, stopped, ended and repaired, by hand and by the hours."""

import secrets
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Row, bindparam, func, insert, select, update

from booking_store import tables
from booking_store.desk import sessions
from booking_store.desk.desk import Asked, Desk
from booking_store.statements import Prepared
from mqtt.contract import (
    Answer,
    DayAnswer,
    DayStatus,
    EndDay,
    OpenDay,
    PointStatus,
    Reason,
    Refusal,
    RepairDay,
    ResumeReception,
    StopReception,
    UntoldPapers,
)
from rules.journey import Act, State, after
from rules.schedule import opening_at, opening_on
from rules.service_day import ByHours, OpenedDay, due_by_hours

DAY_CLOSED: Final = "day_closed"
"""The outcome of whoever was left when the next day's hours began."""
DAY_REPAIRED: Final = "day_repaired"
ABSENT: Final = "absent"
SERVED: Final = "served"


# ------------------------------------------------------------------------------------------ by hand


def open_day(desk: Desk, asked: Asked, operation: OpenDay) -> Answer:
    """Open today's day, or take up again the one that was closed today."""
    if desk.clock_behind or not (desk.clock_trusted or operation.confirm_clock):
        return Refusal(reason=Reason.CLOCK_NOT_TRUSTED, date=desk.today.isoformat(), time=f"{desk.now:%H:%M}")
    today = _service_date(desk)
    opened = desk.open_day()
    if opened is None:
        return _answer(_open(desk, asked, today))
    if opened.date != today:
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, date=opened.date, detail="that day is still open: end it first")
    return _answer(opened)


def stop_reception(desk: Desk, asked: Asked, _: StopReception) -> Answer:
    """«پایان پذیرش»: calling goes on."""
    return _set_status(desk, asked, DayStatus.CALLING_ONLY, "reception_stopped")


def resume_reception(desk: Desk, asked: Asked, _: ResumeReception) -> Answer:
    """Tickets again."""
    return _set_status(desk, asked, DayStatus.ACCEPTING, "reception_resumed")


def end_day(desk: Desk, asked: Asked, operation: EndDay) -> Answer:
    """«پایان روز»: everybody who is left needs an outcome first, and every kiosk its settles."""
    opened = desk.open_day()
    if opened is None:
        return Refusal(reason=Reason.CLOSED)
    if operation.service_day not in {None, opened.id}:
        return Refusal(reason=Reason.WRONG_SERVICE_DAY, date=opened.date, detail=f"service day {opened.id} is open")
    own = {one.number: one.outcome for one in operation.outcomes}
    left = (ticket.number for ticket in _left(desk, opened.id) if ticket.state != State.ABSENT)
    waiting = tuple(number for number in left if number not in own)
    untold = _untold(desk, opened.id)
    if (waiting or untold) and operation.outcome_for_waiting is None:
        detail = "; ".join(map(_sentence, untold))
        return Refusal(reason=Reason.TICKETS_WAITING, numbers=waiting, untold=untold, detail=detail, date=opened.date)
    ended = _end(desk, asked, opened, operation.outcome_for_waiting or DAY_CLOSED, own)
    return DayAnswer(service_day=opened.id, date=opened.date, status=DayStatus.CLOSED, ended=ended)


def _untold(desk: Desk, service_day: int) -> tuple[UntoldPapers, ...]:
    """The kiosks that have papers of which the ledger does not know, or may have (PROTOCOL rule 5)."""
    known = {row.device: row.tickets for row in desk.tx.execute(_UNSETTLED, {"day": service_day})}
    told = {kiosk: papers for kiosk, papers in desk.generation.unsettled(desk.site).items() if papers}
    papers: dict[str, int | None] = {kiosk: max(known.get(kiosk, 0), told.get(kiosk, 0)) for kiosk in sorted(known | told)}
    if desk.generation.written.lost is not None:
        papers |= dict.fromkeys(sorted(desk.generation.waits_for(desk.site) - papers.keys()))
    return tuple(UntoldPapers(kiosk=kiosk, tickets=tickets) for kiosk, tickets in papers.items())


def _sentence(untold: UntoldPapers) -> str:
    if untold.tickets is None:
        return f"{untold.kiosk} has not settled its day since a ledger was lost"
    return f"{untold.kiosk} has not said what became of {untold.tickets} tickets"


def repair_day(desk: Desk, asked: Asked, operation: RepairDay) -> Answer:
    """Undo a day that was opened wrongly. Its date is free again, and so are the bookings that came in it. Where the clock
    had run ahead, a person's word takes the ledger's time back to it, while no other day is open that has seen that time."""
    if operation.service_day == 0:
        return _repair_time(desk, asked, operation)
    row = desk.tx.execute(select(_days).where(_days.c.id == operation.service_day)).one_or_none()
    if row is None or row.void:
        return Refusal(reason=Reason.WRONG_SERVICE_DAY, detail="no such day, or it is repaired already")
    ended = _end(desk, asked, row, DAY_REPAIRED) if row.ended_at_ms is None else ()
    desk.tx.execute(update(_days).where(_days.c.id == row.id).values(void=True))
    desk.day_changed()
    # The codes of these bookings are good again on their real day.
    desk.tx.execute(update(_tickets).where(_tickets.c.service_day == row.id).values(beside=True, changed=desk.sequence))
    desk.note(asked, "day_repaired", why=operation.why, service_day=row.id)
    if operation.confirm_clock and desk.wall_ms is not None and desk.open_day() is None:
        _take_time_back(desk, asked, operation, desk.wall_ms)
    desk.touched.day = True
    return DayAnswer(service_day=row.id, date=row.date, status=DayStatus.CLOSED, ended=ended)


def _repair_time(desk: Desk, asked: Asked, operation: RepairDay) -> Answer:
    """The clock had run ahead while no day was open: there is only the time to be taken back."""
    if not operation.confirm_clock:
        return Refusal(
            reason=Reason.WRONG_SERVICE_DAY, detail="name the day to repair, or confirm the clock to repair the time"
        )
    if desk.wall_ms is None:
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, detail="the ledger's time is not ahead of the clock")
    opened = desk.open_day()
    if opened is not None:
        detail = f"service day {opened.id} is open and has seen that time: repair it, or end it first"
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, date=opened.date, detail=detail)
    _take_time_back(desk, asked, operation, desk.wall_ms)
    desk.touched.day = True
    return DayAnswer(service_day=0, date=desk.local(desk.wall_ms).date().isoformat(), status=DayStatus.CLOSED)


def _take_time_back(desk: Desk, asked: Asked, operation: RepairDay, to_ms: int) -> None:
    about = operation.service_day or None
    begun = tables.absences.c.begun_at_ms  # in a time that is still to come: they begin again
    desk.tx.execute(update(tables.absences).where(begun > to_ms).values(begun_at_ms=None))
    desk.note(asked, "time_taken_back", why=operation.why, service_day=about, details={"to_ms": to_ms})
    desk.back_to_ms = to_ms


# ------------------------------------------------------------------------------------------ by the hours


def due(desk: Desk) -> ByHours | None:
    """What the site's hours ask for now; None: nothing."""
    now, opened = desk.now, desk.open_day()
    opening = opening_at(desk.site, now)
    had = opening is not None and desk.tx.execute(_HAD, {"date": opening.date.isoformat()}).scalar() is not None
    if opened is None:
        return due_by_hours(now, opening, None, None, had_today=had, trusted=desk.clock_trusted)
    day = OpenedDay(
        date=date.fromisoformat(opened.date),
        accepting=opened.status == DayStatus.ACCEPTING,
        stopped_by_hours=opened.stopped_by_hours,
        opened_at=desk.local(opened.opened_at_ms),
        left=desk.tx.execute(_COUNT_LEFT, {"day": opened.id}).scalar_one(),
    )
    return due_by_hours(now, opening, day, opening_on(desk.site, day.date), had_today=had, trusted=desk.clock_trusted)


def keep_hours(desk: Desk, asked: Asked) -> None:
    """Do what the hours ask for. Ending a day may be followed by opening the next."""
    while (step := due(desk)) is not None:
        opened = desk.open_day()
        if opened is None:
            _open(desk, asked, _service_date(desk))
        elif step is ByHours.STOP:
            desk.tx.execute(update(_days).where(_days.c.id == opened.id).values(stopped_by_hours=True))
            desk.day_changed()
            _set_status(desk, asked, DayStatus.CALLING_ONLY, "reception_stopped")
        else:
            _end(desk, asked, opened, DAY_CLOSED)


# ------------------------------------------------------------------------------------------ the steps


def _service_date(desk: Desk) -> str:
    """The date of the day that opens now: after midnight it may be yesterday's."""
    opening = opening_at(desk.site, desk.now)
    return (opening.date if opening else desk.today).isoformat()


def _open(desk: Desk, asked: Asked, today: str) -> Row[Any]:
    """Open the day of a date; one that was closed on this date goes on, with its numbers."""
    before = desk.tx.execute(select(_days.c.id).where(_days.c.date == today, ~_days.c.void)).scalar()
    opened_now = {"status": DayStatus.ACCEPTING, "opened_at_ms": desk.now_ms, "opened_by": asked.device}
    if before is None:
        opened = desk.tx.execute(
            insert(_days).returning(_days), opened_now | {"date": today, "page_key": secrets.token_hex(16)}
        ).one()
    else:
        again = update(_days).where(_days.c.id == before).values(**opened_now, ended_at_ms=None)
        opened = desk.tx.execute(again.returning(_days)).one()
    desk.day_changed()
    sessions.hold(desk, today)
    desk.note(asked, "day_opened" if before is None else "day_reopened", service_day=opened.id)
    _all_screens(desk)
    return opened


def _set_status(desk: Desk, asked: Asked, status: DayStatus, what: str) -> Answer:
    opened = desk.open_day()
    if opened is None:
        return Refusal(reason=Reason.CLOSED)
    if opened.status != status:
        desk.tx.execute(update(_days).where(_days.c.id == opened.id).values(status=status))
        desk.day_changed()
        desk.note(asked, what, service_day=opened.id)
        desk.touched.day = True
    return DayAnswer(service_day=opened.id, date=opened.date, status=status)


def _end(
    desk: Desk, asked: Asked, opened: Row[Any], outcome: str, own: Mapping[int, str] = MappingProxyType({})
) -> tuple[int, ...]:
    """Close the day; the numbers that got their outcome now: their `own`, else the usual one of their state."""
    ended = []
    for ticket in _left(desk, opened.id):
        state = after(State(ticket.state), Act.END_DAY)
        usual = {State.CALLED: SERVED, State.ABSENT: ABSENT}.get(State(ticket.state), outcome)
        became = own.get(ticket.number, usual)
        values = {"state": state, "outcome": became, "ended_at_ms": desk.now_ms, "changed": desk.sequence}
        desk.tx.execute(update(_tickets).where(_tickets.c.id == ticket.id).values(**values))
        desk.note(asked, "ended_with_the_day", why=became, service_day=opened.id, number=ticket.number)
        ended.append(ticket.number)
    open_stops = (_stops.c.service_day == opened.id, _stops.c.ended_at_ms.is_(None))
    desk.tx.execute(update(_stops).where(*open_stops).values(ended_at_ms=desk.now_ms))
    nothing = ("ticket", "paused_why", "paused_until", "last_act", "last_act_number", "last_act_at_ms", "last_act_before")
    cleared = dict.fromkeys(nothing) | {"status": PointStatus.OPEN.value}  # who closed did so for today
    desk.tx.execute(update(_points).values(revision=_points.c.revision + 1, **cleared))
    closed = {"status": DayStatus.CLOSED, "ended_at_ms": desk.now_ms}
    desk.tx.execute(update(_days).where(_days.c.id == opened.id).values(**closed))
    desk.day_changed()
    desk.note(asked, "day_ended", service_day=opened.id, details={"ended": ended})
    _all_screens(desk)
    return tuple(ended)


def _all_screens(desk: Desk) -> None:
    desk.touched.day = True
    desk.every_line_changed()
    desk.touched.point(*(point.id for point in desk.site.points))
    desk.touched.zones |= {zone.id for zone in desk.site.zones}


def _left(desk: Desk, service_day: int) -> list[Row[Any]]:
    """The tickets of the day that have no outcome yet, by number."""
    return list(desk.tx.execute(_LEFT, {"day": service_day}))


def _answer(row: Row[Any]) -> DayAnswer:
    return DayAnswer(service_day=row.id, date=row.date, status=DayStatus(row.status))


_days, _tickets, _stops = tables.service_days, tables.tickets, tables.stops
_points, _requests = tables.points, tables.ticket_requests
_LEFT = (
    select(_tickets.c.id, _tickets.c.number, _tickets.c.state)
    .where(_tickets.c.service_day == bindparam("day"), _tickets.c.ended_at_ms.is_(None))
    .order_by(_tickets.c.number)
)
# Whoever missed their call has been told so: they keep no day open.
_COUNT_LEFT = Prepared(
    select(func.count()).where(
        _tickets.c.service_day == bindparam("day"),
        _tickets.c.state.in_([State.WAITING, State.CALLED, State.AWAY, State.PARKED]),
    )
)
_UNSETTLED = (
    select(_requests.c.device, func.count().label("tickets"))
    .where(_requests.c.service_day == bindparam("day"), _requests.c.outcome.is_(None), _requests.c.number.is_not(None))
    .group_by(_requests.c.device)
    .order_by(_requests.c.device)
)
# A date that had a day, a repaired one too: the hours open each date once.
_HAD = Prepared(select(_days.c.id).where(_days.c.date == bindparam("date")).limit(1))
