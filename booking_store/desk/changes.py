"""What one act writes, kept so that it can be taken back: each row's columns before and after.

A point's undo and an absence's put the old values back only while every new one still stands, so neither can overwrite
what somebody else has decided since. Nothing is deleted: a stop that the act began is ended and marked as taken back, and
its calls are withdrawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Row, Table, bindparam, insert, select, update

from booking_store import tables
from booking_store.desk.desk import Desk
from booking_store.statements import Prepared

_TABLES: Final = {table.name: table for table in (tables.points, tables.tickets, tables.stops, tables.bookings, tables.texts)}
_ROW: Final = {table: Prepared(select(table).where(table.c.id == bindparam("id_"))) for table in _TABLES.values()}
_UPDATE: Final = {
    table: Prepared(update(table).where(table.c.id == bindparam("id_"))) for table in (*_TABLES.values(), tables.calls)
}
_NEW_STOP: Final = Prepared(insert(tables.stops).returning(tables.stops.c.id))
_NEW_CALL: Final = Prepared(insert(tables.calls).returning(tables.calls))


@dataclass(slots=True)
class Changes:
    """The changes of one act, in order."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    stops_begun: list[int] = field(default_factory=list)
    calls_made: list[int] = field(default_factory=list)

    def write(self, desk: Desk, table: Table, row: Row[Any], **values: Any) -> None:
        """Change columns of `row`, as it was read."""
        if table is tables.tickets:
            values["changed"] = desk.sequence
        self.note(table, row, values)
        desk.tx.execute(_UPDATE[table], values | {"id_": row.id})

    def note(self, table: Table, row: Row[Any], values: Mapping[str, Any]) -> None:
        """Keep what somebody else writes into `row`."""
        before = {column: getattr(row, column) for column in values}
        self.rows.append({"table": str(table.name), "id": row.id, "before": before, "after": dict(values)})

    def begin_stop(self, desk: Desk, **values: Any) -> int:
        """A new stop of a ticket; returns its id."""
        stop = desk.tx.execute(_NEW_STOP, values).scalar_one()
        self.stops_begun.append(stop)
        return int(stop)

    def make_call(self, desk: Desk, **values: Any) -> int:
        """A new call; returns its id, which is never used again (PROTOCOL rule 12)."""
        call = desk.tx.execute(_NEW_CALL, values).one()
        self.calls_made.append(call.id)
        desk.calls.made(call)
        return int(call.id)

    def as_json(self) -> dict[str, Any]:
        """For the point's row."""
        return {"rows": self.rows, "stops_begun": self.stops_begun, "calls_made": self.calls_made}


_OF_BEING_VOID: Final = frozenset({"state", "outcome", "ended_at_ms", "changed"})


def but_for_being_void(changes: dict[str, Any]) -> dict[str, Any]:
    """What is left to take back of a ticket that is void since: where and for whom it waits if it stands again (its paper came
    out after all), and all that was done to others. Its stops and calls have ended with it."""
    rows = []
    for change in changes["rows"]:
        if change["table"] == tables.tickets.name:
            kept = {part: _but(change[part], _OF_BEING_VOID) for part in ("before", "after")}
            rows.append(change | kept)
        elif change["table"] != tables.stops.name:
            rows.append(change)
    return {"rows": rows, "stops_begun": [], "calls_made": []}


def _but(values: dict[str, Any], left_out: frozenset[str]) -> dict[str, Any]:
    return {column: value for column, value in values.items() if column not in left_out}


def still_stand(desk: Desk, changes: dict[str, Any]) -> bool:
    """Whether everything the act wrote is as it left it."""
    left: dict[tuple[str, int | str], dict[str, Any]] = {}
    for change in changes["rows"]:
        left.setdefault((change["table"], change["id"]), {}).update(change["after"])
    return all(_stands(desk, _TABLES[table], row, after) for (table, row), after in left.items())


def take_back(desk: Desk, changes: dict[str, Any]) -> None:
    """Put back what the act changed, last first. Only while all of it still stands."""
    for stop in changes["stops_begun"]:
        desk.tx.execute(_UPDATE[tables.stops], {"ended_at_ms": desk.now_ms, "taken_back": True, "id_": stop})
    for change in reversed(changes["rows"]):
        table = _TABLES[change["table"]]
        before = dict(change["before"])
        if table is tables.tickets:
            before["changed"] = desk.sequence
        desk.tx.execute(_UPDATE[table], before | {"id_": change["id"]})
    for call in changes["calls_made"]:
        desk.tx.execute(_UPDATE[tables.calls], {"withdrawn": True, "id_": call})
    desk.calls.forget()


def tickets_moved(desk: Desk, changes: dict[str, Any]) -> tuple[int, ...]:
    """The numbers of the tickets that the act changed."""
    ids = {change["id"] for change in changes["rows"] if change["table"] == tables.tickets.name}
    numbers = select(tables.tickets.c.number).where(tables.tickets.c.id.in_(ids)).order_by(tables.tickets.c.number)
    return tuple(desk.tx.execute(numbers).scalars()) if ids else ()


def _stands(desk: Desk, table: Table, row: int | str, after: dict[str, Any]) -> bool:
    now = desk.tx.execute(_ROW[table], {"id_": row}).one()
    return all(getattr(now, column) == value for column, value in after.items())
