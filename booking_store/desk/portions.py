"""Walk-in turns in portions: how much of a session's share is given so far, by a person's word."""

from datetime import date, datetime

from sqlalchemy import update

from booking_store import tables
from booking_store.desk import sessions
from booking_store.desk.desk import Asked, Desk
from mqtt.contract import Answer, Changed, Reason, Refusal, ReleaseWalkIns
from rules.schedule import PlannedSession, sessions_on, span


def release_walk_ins(desk: Desk, asked: Asked, operation: ReleaseWalkIns) -> Answer:
    """From now on so many of the session's walk-in turns are given in all. Fewer than were given already: none any more."""
    try:
        day, starts = date.fromisoformat(operation.date), datetime.strptime(operation.starts, "%H:%M").time()  # noqa: DTZ007
    except ValueError:
        return Refusal(reason=Reason.BAD_DATE, detail='expected a date like "2026-11-22" and a time like "08:00"')
    wanted = (operation.department, operation.doctor, starts)
    held = (one for one in sessions_on(desk.site, day) if (one.department, one.doctor, one.starts) == wanted)
    planned = next(held, None)
    if planned is None or _over(desk, planned):
        return Refusal(reason=Reason.NO_SESSION, date=operation.date, department=operation.department)
    row = sessions.session_id(desk, planned)
    desk.tx.execute(update(tables.sessions).where(tables.sessions.c.id == row).values(released=operation.turns))
    about = {"session": row, "date": operation.date, "department": operation.department, "doctor": operation.doctor}
    desk.note(asked, "walk_ins_released", details=about | {"turns": operation.turns})
    desk.touched.day = True
    return Changed()


def _over(desk: Desk, planned: PlannedSession) -> bool:
    return span(desk.site, planned.date, planned.starts, planned.ends)[1] <= desk.now
