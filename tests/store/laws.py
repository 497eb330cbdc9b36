"""The laws, checked from outside after every step of a chance morning: what people were told, what the screens show and
what the tables hold must agree. tests/store/test_whole_desk.py plays the mornings.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from hypothesis.stateful import RuleBasedStateMachine, invariant

from booking_store.desk.line import Line
from booking_store.ledger import Ledger
from mqtt.contract import Answer, Board, Operation, PointState, Settle, SettleOutcome
from tests.store.clinic import moment_ms
from tests.store.morning import Morning

KIOSKS: Final = {"kiosk-1": 950, "kiosk-2": 975}  # with the first number of each one's own range
POINTS: Final = ("counter-1", "counter-2", "counter-3", "room-1", "room-2")
LIVING: Final = {"waiting", "called", "absent", "away", "parked"}
IN_LINE: Final = {"waiting", "away"}


@dataclass(frozen=True)
class Paper:
    """One ticket request as its kiosk's journal has it."""

    kiosk: str
    request: str
    operation: Operation
    service_day: int
    answered: int | None
    settled: Settle | None = None

    @property
    def stands(self) -> int | None:
        """The number that this request keeps standing (PROTOCOL rule 3)."""
        if self.settled is None:
            return self.answered
        if self.settled.outcome is SettleOutcome.NOT_PRINTED:
            return None
        return self.settled.number


@cache
def _fresh_ledger() -> Path:
    """A ledger with the clinic loaded and its day open, to be copied: migrations and loading are tested elsewhere."""
    file = Path(tempfile.mkdtemp(prefix="nobat-")) / "ledger.sqlite"
    Morning(lambda: Ledger.open(f"sqlite:///{file}", moment_ms("06:00"))).ledger.close()
    return file


class Laws(RuleBasedStateMachine):
    """A morning of the busy clinic, as those outside the store know it."""

    def begin(self) -> None:
        """The day is open, nobody is there."""
        self.folder = Path(tempfile.mkdtemp(prefix="nobat-"))
        shutil.copy(_fresh_ledger(), self.folder / "ledger.sqlite")
        self.clinic = Morning(lambda: Ledger.open(f"sqlite:///{self.folder}/ledger.sqlite", moment_ms("06:00")))
        self.day = self.clinic.day
        self.papers: list[Paper] = []
        self.codes: list[str] = []
        self.asked: list[tuple[str, str, Operation, Answer]] = []
        self.own_numbers = dict(KIOSKS)
        self.owners: dict[int, object] = {}
        self.calls: dict[int, tuple[int, str, bool]] = {}
        self.dump = self._dump()
        self.last_trace = 0
        self.expected_raises: set[str] | None = set()  # points at which nobody waited; None: any may be raised
        self._all_screens_read_anew()

    def teardown(self) -> None:
        if hasattr(self, "clinic"):
            self.clinic.ledger.close()
            shutil.rmtree(self.folder)

    def _dump(self) -> dict[str, list[Any]]:
        """What acts move; the trail and the remembered requests are no part of it."""
        point_columns = "id, revision, status, ticket, paused_why, paused_until, last_act, last_act_at_ms"
        tables = {"tickets": "*", "stops": "*", "calls": "*", "points": point_columns, "service_days": "*"}
        return {table: self.clinic.rows(f"SELECT {columns} FROM {table} ORDER BY id") for table, columns in tables.items()}  # noqa: S608 (fixed names)

    @invariant()
    def a_promised_ticket_stands_and_no_other(self) -> None:
        """Laws 1 and 5, PROTOCOL rule 3: what people hold is what the ledger holds."""
        promised = {paper.stands for paper in self.papers} - {None}
        standing = {ticket.number for ticket in self.clinic.rows("SELECT number FROM tickets WHERE state <> 'void'")}
        assert standing == promised

    @invariant()
    def one_ticket_one_counter(self) -> None:
        """Law 4, on the screens and in the tables."""
        shown = [state.current.number for state in self._points().values() if state.current is not None]
        assert max(Counter(shown).values(), default=0) <= 1
        called = {ticket.number for ticket in self.clinic.rows("SELECT number FROM tickets WHERE state = 'called'")}
        assert set(shown) == called

    @invariant()
    def nobody_is_forgotten(self) -> None:
        """Law 11: who is in the house has one place; who waits is in some point's line; an ended one has an outcome."""
        day_open = bool(self.clinic.rows("SELECT 1 FROM service_days WHERE ended_at_ms IS NULL"))
        for ticket in self.clinic.rows("SELECT * FROM tickets"):
            stops = self.clinic.rows("SELECT * FROM stops WHERE ticket = :id AND ended_at_ms IS NULL", id=ticket.id)
            if ticket.state in LIVING:
                assert day_open
                assert len(stops) == 1
                assert ticket.state not in IN_LINE or set(self._served_by(stops[0]))
            else:
                assert not stops
                assert ticket.outcome

    @invariant()
    def screens_show_what_is_so(self) -> None:
        """The published snapshots and the tables agree."""
        rows = self.clinic.rows("SELECT p.*, t.number FROM points p LEFT JOIN tickets t ON t.id = p.ticket")
        line = self._line()
        for row in rows:
            state = self._points()[row.id]
            assert (state.revision, state.status) == (row.revision, row.status)
            assert (state.current.number if state.current else None) == row.number
            waiting = {number for number, servers in line.items() if row.id in servers}
            assert state.waiting == len(waiting)
            assert {one.number for one in state.next} <= waiting
            if state.current is not None:
                assert state.last_call is not None
                assert state.last_call.withdrawn or state.last_call.number == row.number
        board = self.clinic.published["board", "hall-1"]
        assert isinstance(board, Board)
        assert {one.point: one.number for one in board.serving} == {row.id: row.number for row in rows}
        absent = {ticket.number for ticket in self.clinic.rows("SELECT number FROM tickets WHERE state = 'absent'")}
        assert set(board.absent) == absent
        assert board.waiting == len(line)
        made = self.clinic.rows(
            "SELECT c.id, c.number, c.withdrawn FROM calls c JOIN service_days d ON d.id = c.service_day"
            " WHERE c.zone = 'hall-1' AND d.ended_at_ms IS NULL ORDER BY c.id DESC LIMIT 32"
        )
        shown = [(call.call, call.number, call.withdrawn) for call in reversed(board.calls)]
        assert shown[: len(made)] == [(row.id, row.number, bool(row.withdrawn)) for row in made]

    @invariant()
    def a_call_id_is_never_used_again(self) -> None:
        """PROTOCOL rule 12: a call keeps its number and point for ever, and a withdrawn one stays withdrawn."""
        for call in self.clinic.rows("SELECT id, number, point, withdrawn FROM calls"):
            number, point, withdrawn = self.calls.get(call.id, (call.number, call.point, False))
            assert (number, point) == (call.number, call.point)
            assert call.withdrawn or not withdrawn
            self.calls[call.id] = (call.number, call.point, bool(call.withdrawn))
        assert len(self.calls) == self.clinic.one("SELECT count(*) AS n FROM calls").n
        untrue = """SELECT c.id FROM calls c JOIN stops s ON s.id = c.stop
                    WHERE NOT c.withdrawn AND (s.called_at_ms IS NULL OR s.taken_back)"""
        assert not self.clinic.rows(untrue), "a call that was undone stands on the boards"

    @invariant()
    def the_line_that_was_kept_is_the_line_read_anew(self) -> None:
        """The store reads again only the tickets that it was told have changed."""
        site, now_ms, kept = self.clinic.site, self.clinic.now.ms, self.clinic.store._line
        with self.clinic.ledger.reading() as statements:
            anew = Line(statements)
            for point in site.points:
                lines = [line.of(site, self.day).next_at(point, 100, now_ms=now_ms) for line in (kept, anew)]
                assert lines[0] == lines[1]

    @invariant()
    def a_revision_rises_exactly_when_it_must(self) -> None:
        """PROTOCOL rule 8: with the ticket or the status of the point, or when nobody waits; never down."""
        now = self._dump()
        before = {row.id: row for row in self.dump["points"]}
        for row in now["points"]:
            was = before[row.id]
            assert row.revision >= was.revision
            changed = (row.ticket, row.status) != (was.ticket, was.status)
            if self.expected_raises is None:
                assert row.revision > was.revision or not changed
            else:
                assert (row.revision > was.revision) is (changed or row.id in self.expected_raises)
        self._every_change_left_a_trace(now)
        self.dump = now
        self.expected_raises = set()

    def _every_change_left_a_trace(self, now: Mapping[str, list[Any]]) -> None:
        states = {ticket.number: ticket.state for ticket in self.dump["tickets"]}
        moved = {ticket.number for ticket in now["tickets"] if states.get(ticket.number) != ticket.state}
        trail = self.clinic.rows("SELECT id, number FROM audit WHERE id > :last AND who <> ''", last=self.last_trace)
        noted = {row.number for row in trail}
        self.last_trace = max((row.id for row in trail), default=self.last_trace)
        assert moved <= noted

    def _all_screens_read_anew(self) -> None:
        everything = self.clinic.store.everything(self.clinic.now)
        self.clinic.published = {(one.topic, one.key): one.message for one in everything}

    def _points(self) -> dict[str, PointState]:
        published = {point: self.clinic.published["point", point] for point in POINTS}
        return {point: state for point, state in published.items() if isinstance(state, PointState)}

    def _line(self) -> dict[int, set[str]]:
        """Who waits, and which points may call them: read without the desk's own eyes."""
        sql = """SELECT t.number, s.* FROM stops s JOIN tickets t ON t.id = s.ticket
                 WHERE s.ended_at_ms IS NULL AND t.state IN ('waiting', 'away')"""
        return {row.number: set(self._served_by(row)) for row in self.clinic.rows(sql)}

    def _served_by(self, stop: Any) -> Iterator[str]:
        for point in self.clinic.site.points:
            mine = stop.department is None or not point.departments or stop.department in point.departments
            if (stop.only_point or point.id) == point.id and (stop.only_point or (stop.stage in point.stages and mine)):
                yield point.id
