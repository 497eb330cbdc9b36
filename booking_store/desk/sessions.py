"""The sessions of the ledger: rows made from the site file's timetables when they are first needed, kept in step with it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, and_, bindparam, func, insert, select, update

from booking_store import tables
from booking_store.desk.desk import Desk
from booking_store.statements import Prepared
from rules.schedule import PlannedSession, carried_over, sessions_on, span

_sessions = tables.sessions


def hold(desk: Desk, day: str) -> None:
    """Make the rows of all sessions of a service day (an ISO date), so that whoever reads them finds all."""
    for planned in sessions_on(desk.site, date.fromisoformat(day)):
        session_id(desk, planned)


def session_id(desk: Desk, planned: PlannedSession) -> int:
    """The row of a planned session, made when there is none."""
    found = find(desk, planned)
    if found is not None:
        return int(found.id)
    made = desk.tx.execute(insert(_sessions).values(**_values(desk, planned)).returning(_sessions.c.id))
    return int(made.scalar_one())


def find(desk: Desk, planned: PlannedSession) -> Row[Any] | None:
    """The row of a planned session, if it was ever needed."""
    return desk.tx.execute(_FIND, key(desk, planned)).one_or_none()


def refresh(desk: Desk, first: date) -> None:
    """Bring the rows from `first` on in step with the site file: other hours and capacities, what is held no more is
    withdrawn (its bookings stay: their patients are told), what is held again comes back."""
    rows: dict[tuple[str, int, int | None], list[Row[Any]]] = defaultdict(list)
    for row in desk.tx.execute(_FROM, {"first": first.isoformat()}):
        rows[row.date, row.department, row.doctor].append(row)
    planned: dict[tuple[str, int, int | None], list[dict[str, Any]]] = defaultdict(list)
    for day in {day for day, _, _ in rows}:
        for session in sessions_on(desk.site, date.fromisoformat(day)):
            planned[day, session.department, session.doctor].append(_values(desk, session))
    for owner, old in rows.items():
        for row, values in _in_step(old, planned[owner]):
            if any(getattr(row, column) != value for column, value in values.items()):
                desk.tx.execute(update(_sessions).where(_sessions.c.id == row.id).values(**values))


def _in_step(rows: Sequence[Row[Any]], planned: Sequence[dict[str, Any]]) -> Iterator[tuple[Row[Any], dict[str, Any]]]:
    """The rows of one doctor's date, each with what it says now. What was withdrawn comes back at its own beginning only."""
    spans = [(one["starts_at_ms"], one["ends_at_ms"]) for one in planned]
    own = [row for row in rows if not row.withdrawn or row.starts_at_ms in {starts for starts, _ in spans}]
    becomes = carried_over([(row.starts_at_ms, row.ends_at_ms) for row in own], spans)
    for row in rows:
        place = becomes.get(own.index(row)) if row in own else None
        yield row, {"withdrawn": True} if place is None else planned[place]


def _values(desk: Desk, planned: PlannedSession) -> dict[str, Any]:
    starts, ends = span(desk.site, planned.date, planned.starts, planned.ends)
    return {
        "date": planned.date.isoformat(),
        "department": planned.department,
        "doctor": planned.doctor,
        "starts_at_ms": _ms(starts.timestamp()),
        "ends_at_ms": _ms(ends.timestamp()),
        "phone": planned.capacity.phone,
        "walk_in": planned.capacity.walk_in,
        "reserve": planned.capacity.reserve,
        "walk_in_first": planned.capacity.walk_in_first,
        "slot_minutes": planned.slot_minutes,
        "withdrawn": False,
    }


def key(desk: Desk, planned: PlannedSession) -> dict[str, Any]:
    """The values that SAME asks for: what tells a session from every other."""
    starts, _ = span(desk.site, planned.date, planned.starts, planned.ends)
    return {
        "date": planned.date.isoformat(),
        "department": planned.department,
        "doctor": planned.doctor or 0,
        "starts_at_ms": _ms(starts.timestamp()),
    }


def _ms(seconds: float) -> int:
    return int(seconds * 1000)


SAME: Final = and_(
    _sessions.c.date == bindparam("date"),
    _sessions.c.department == bindparam("department"),
    func.coalesce(_sessions.c.doctor, 0) == bindparam("doctor"),  # as in the unique index, so that the index is used
    _sessions.c.starts_at_ms == bindparam("starts_at_ms"),
)
_FIND = Prepared(select(_sessions).where(SAME))
_FROM = select(_sessions).where(_sessions.c.date >= bindparam("first")).order_by(_sessions.c.starts_at_ms, _sessions.c.id)
