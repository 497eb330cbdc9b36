"""What is left of today's walk-in shares, read from the ledger: for whoever takes a ticket, and for the kiosks' lists."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, select

from booking_store import tables
from booking_store.desk.desk import Desk
from booking_store.statements import Prepared
from mqtt.contract import Source, WalkInsLeft
from rules.booking import WalkInShare
from rules.journey import State


def sessions_with_given(desk: Desk, day: date) -> Sequence[Row[Any]]:
    """The sessions held on `day`, each with `given`: how many of its walk-in tickets stand."""
    return desk.tx.execute(_GIVEN, {"date": day.isoformat()}).all()


def share_of(desk: Desk, session: Row[Any], *, with_reserve: bool = False) -> WalkInShare:
    """A session as rules.booking.choose_walk_in looks at it. The reserve is reception's own."""
    return WalkInShare(
        id=session.id,
        starts=desk.local(session.starts_at_ms),
        ends=desk.local(session.ends_at_ms),
        share=session.walk_in + (session.reserve if with_reserve else 0),
        given=session.given,
    )


def left_in(desk: Desk, sessions: Sequence[Row[Any]], department: int, doctor: int | None = None) -> int:
    """How many walk-in tickets a department still has in sessions that are not over; `doctor` narrows it to theirs."""
    return sum(
        max(0, session.walk_in - session.given)
        for session in sessions
        if session.department == department and session.ends_at_ms > desk.now_ms and (not doctor or session.doctor == doctor)
    )


def walk_ins_left(desk: Desk, day: date) -> tuple[WalkInsLeft, ...]:
    """A row for each department of the site, and one more for each of its doctors who is there on `day`."""
    sessions = sessions_with_given(desk, day)
    rows: list[WalkInsLeft] = []
    for department in desk.site.departments:
        held = [s for s in sessions if s.department == department.code and s.ends_at_ms > desk.now_ms]
        left = left_in(desk, sessions, department.code)
        rows.append(WalkInsLeft(department=department.code, left=left, closed=not held))
        rows += [
            WalkInsLeft(department=department.code, left=left_in(desk, sessions, department.code, doctor), doctor=doctor)
            for doctor in dict.fromkeys(session.doctor for session in held if session.doctor is not None)
        ]
    return tuple(rows)


_sessions, _tickets = tables.sessions, tables.tickets
_standing_walk_in = and_(
    _tickets.c.session == _sessions.c.id,
    _tickets.c.source == Source.WALK_IN.value,
    _tickets.c.state != State.VOID.value,
)
_GIVEN = Prepared(
    select(_sessions, func.count(_tickets.c.id).label("given"))
    .outerjoin(_tickets, _standing_walk_in)
    .where(_sessions.c.date == bindparam("date"), _sessions.c.withdrawn.is_(False))
    .group_by(_sessions.c.id)
    .order_by(_sessions.c.department, _sessions.c.starts_at_ms, _sessions.c.id)
)
