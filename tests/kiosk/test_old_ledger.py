"""An old ledger put back unawares, with real programs: papers stand, and no number is given twice (PROTOCOL 14 and 15)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mqtt.contract import Book, Booked, CheckIn, DaySettled, Reason, Refusal, TicketGiven
from tests.broker import RunningBroker
from tests.kiosk.running import RunningKiosk
from tests.kiosk.test_with_the_store import Asker
from tests.store.clinic import SUNDAY
from tests.store.running import RunningStore
from twins.printer import PrinterTwin


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[PrinterTwin]:
    twin = PrinterTwin(tmp_path / "tickets")
    twin.start()
    yield twin
    twin.stop()


def tickets(ledger: Path) -> list[tuple[int, str]]:
    with closing(sqlite3.connect(ledger)) as raw:
        return list(raw.execute("SELECT number, state FROM tickets ORDER BY number"))


def test_a_paper_of_which_the_old_ledger_knows_nothing_stands_and_its_number_is_given_to_nobody_else(
    broker: RunningBroker, tmp_path: Path, printer: PrinterTwin
) -> None:
    store = RunningStore(broker, tmp_path)
    kiosk = RunningKiosk(tmp_path / "kiosk", broker, printer, keypad="usb", site="small")
    store.start()
    kiosk.start()
    ledger, copy = tmp_path / "ledger.sqlite", tmp_path / "copy.sqlite"
    try:
        operator, other_kiosk = Asker(broker, "operator").until_open(), Asker(broker, "kiosk-2").until_open()
        first, second = (operator.ask(Book(department=11, doctor=1, date=SUNDAY.isoformat())) for _ in range(2))
        assert isinstance(first, Booked)
        assert isinstance(second, Booked)
        with closing(sqlite3.connect(ledger)) as now, closing(sqlite3.connect(copy)) as kept:
            now.backup(kept)
        kiosk.wait_for_screen("idle")
        kiosk.press(*first.code)
        assert printer.wait_for_jobs(1)
        kiosk.wait_for_screen("ticket_taken")
        assert tickets(ledger) == [(100, "waiting")]

        store.kill()
        ledger.with_name("ledger.sqlite-wal").unlink(missing_ok=True)
        ledger.with_name("ledger.sqlite-shm").unlink(missing_ok=True)
        copy.replace(ledger)
        store.start()
        wish = CheckIn(code=second.code, service_day=1)
        answer = other_kiosk.ask(wish)
        assert isinstance(answer, Refusal), "kiosk-1 is up, and has not told"
        assert answer.reason is Reason.WAIT
        while not isinstance(answer, TicketGiven):
            assert isinstance(answer, Refusal)
            assert answer.reason is Reason.WAIT
            assert other_kiosk.day is not None
            other_kiosk.ask(DaySettled(epoch=other_kiosk.day.epoch))
            answer = other_kiosk.ask(wish)
        assert answer.number == 101
        assert tickets(ledger) == [(100, "waiting"), (101, "waiting")]
        assert "this ledger does not hold" in store.log()
        operator.session.stop()
        other_kiosk.session.stop()
    finally:
        kiosk.kill()
        store.kill()
