"""The open day is read once and kept from desk to desk: whoever asks gets what stands in the ledger, whatever was written."""

import ast
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select

import booking_store
from booking_store import tables
from booking_store.desk import dispatch
from booking_store.desk.desk import Desk
from mqtt.contract import DayAnswer, EndDay, OpenDay, Operation, Reason, Refusal, RepairDay, ResumeReception, StopReception
from tests.store.clinic import SUNDAY, Clinic

WRITES = {"insert", "update", "delete"}
MONDAY = SUNDAY + timedelta(days=1)


@pytest.fixture
def held_against_the_ledger(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each answer to «which day is open» is compared with the ledger; what was answered is listed."""
    kept, answered = Desk.open_day, []

    def open_day(desk: Desk) -> Row[Any] | None:
        answer = kept(desk)
        days = tables.service_days
        there = desk.tx.execute(select(days).where(days.c.ended_at_ms.is_(None))).one_or_none()
        assert (answer and tuple(answer)) == (there and tuple(there)), "kept though a row was written"
        answered.append("closed" if answer is None else str(answer.status))
        return answer

    monkeypatch.setattr(Desk, "open_day", open_day)
    return answered


@pytest.mark.usefixtures("held_against_the_ledger")
def test_a_day_by_hand_is_never_kept_past_its_change(any_clinic: Clinic) -> None:
    acts: list[Operation] = [StopReception(), ResumeReception(), EndDay(), OpenDay(), EndDay(), OpenDay()]
    for act in (*acts, RepairDay(service_day=any_clinic.day, why="opened by mistake"), OpenDay(), EndDay()):
        assert isinstance(any_clinic.ask("operator", act), DayAnswer), act
        any_clinic.wait(0)
    closed = any_clinic.one("SELECT max(id) AS id FROM service_days").id
    assert isinstance(any_clinic.ask("operator", RepairDay(service_day=closed, why="the same again")), DayAnswer)
    any_clinic.wait(0)


def test_a_day_by_its_hours_is_never_kept_past_its_change(any_clinic: Clinic, held_against_the_ledger: list[str]) -> None:
    for day in (SUNDAY, MONDAY):
        for hour in range(7, 24):
            any_clinic.at(f"{hour:02}:30", day).wait(0)
    assert {"accepting", "calling_only"} <= set(held_against_the_ledger)
    assert any_clinic.rows("SELECT id FROM service_days WHERE date = :date", date=MONDAY.isoformat())


@pytest.mark.usefixtures("held_against_the_ledger")
def test_a_request_that_failed_leaves_the_day_as_it_was_for_the_next_of_its_batch(
    any_clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    handled = dispatch.answer

    def fails_at_the_end(desk: Desk, asked: Any, operation: Operation) -> Any:
        answer = handled(desk, asked, operation)
        if not isinstance(operation, EndDay):
            return answer
        desk.open_day()
        raise RuntimeError("a fault of the program")

    monkeypatch.setattr(dispatch, "answer", fails_at_the_end)
    ended, stopped = any_clinic.batch(("operator", EndDay(), None), ("operator", StopReception(), None))
    assert isinstance(ended.answer, Refusal)
    assert ended.answer.reason is Reason.INTERNAL_ERROR
    assert isinstance(stopped.answer, DayAnswer)


def test_every_function_that_writes_a_service_day_says_so() -> None:
    writers = [
        (f"{path.stem}.{function.name}", function)
        for path in Path(booking_store.__file__).parent.rglob("*.py")
        if "migrations" not in path.parts
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef) and any(map(_writes_a_day, ast.walk(function)))
    ]
    assert len(writers) > 3, "or this test looks for writes in vain"
    assert [name for name, function in writers if "desk.day_changed()" not in ast.unparse(function)] == []


def test_no_write_of_a_service_day_is_kept_as_a_statement_apart() -> None:
    """A prepared one would stand outside the functions that the test above reads."""
    for path in Path(booking_store.__file__).parent.rglob("*.py"):
        if "migrations" not in path.parts:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            apart = [line for line in tree.body if not isinstance(line, ast.FunctionDef | ast.ClassDef)]
            assert not any(_writes_a_day(node) for line in apart for node in ast.walk(line)), path


def _writes_a_day(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WRITES and node.args):
        return False
    return ast.unparse(node.args[0]) in {"_days", "tables.service_days", "service_days"}
