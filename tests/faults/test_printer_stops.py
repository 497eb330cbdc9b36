"""A printer that stops in the middle of a ticket: nobody is left without a number, and the next patient gets paper."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from mqtt.contract import CheckIn, PrinterStatus, SettleOutcome, TicketGiven
from tests.broker import RunningBroker
from tests.faults.house import type_on_pad
from tests.kiosk.clinic import CODE, TICKET
from tests.kiosk.running import RunningKiosk, ScriptedStore
from twins.printer import PrinterTwin

HALF_A_TICKET_BYTES = 9000


@pytest.fixture
def store(broker: RunningBroker) -> Iterator[ScriptedStore]:
    store = ScriptedStore(broker)
    store.answer_ticket = one_number_each(store)
    yield store
    store.stop()


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[PrinterTwin]:
    twin = PrinterTwin(tmp_path / "tickets")
    yield twin
    twin.stop()


def one_number_each(store: ScriptedStore) -> Callable[..., TicketGiven]:
    """Every ticket request gets the next number; the same one, the same number."""
    numbers: dict[str, int] = {}
    return lambda request: replace(TICKET, number=numbers.setdefault(request.id, TICKET.number + len(numbers)))


def outcomes(store: ScriptedStore) -> list[tuple[SettleOutcome, int | None]]:
    return [(settle.outcome, settle.number) for settle in store.settles()]


def stops_and_prints_again(kiosk: RunningKiosk, printer: PrinterTwin, store: ScriptedStore, ways: tuple[str, ...]) -> None:
    """It stops in each of these ways; each patient reads the number on the screen, and the one after each gets paper."""
    expected: list[tuple[SettleOutcome, int | None]] = []
    number = TICKET.number
    for way in ways:
        printer.order(f"{way} {HALF_A_TICKET_BYTES}")
        kiosk.wait_for_screen("idle")
        type_on_pad(kiosk.pins, *CODE)
        kiosk.wait_for_screen("number_without_paper")
        expected.append((SettleOutcome.UNKNOWN, number))
        store.wait(lambda: outcomes(store) == expected)
        jobs = printer.jobs
        printer.order("working")
        type_on_pad(kiosk.pins, "DOT")
        kiosk.wait_for_screen("idle")
        store.wait(lambda: store.devices[-1].health.printer is PrinterStatus.OK)
        type_on_pad(kiosk.pins, *CODE)
        assert printer.wait_for_jobs(jobs + 1)
        kiosk.wait_for_screen("ticket_taken")
        expected.append((SettleOutcome.PRINTED, number + 1))
        store.wait(lambda: outcomes(store) == expected)
        type_on_pad(kiosk.pins, "DOT")
        number += 2
    assert len({one.operation.code for one in store.requests if isinstance(one.operation, CheckIn)}) == 1
    assert kiosk.stop() == 0


def test_a_network_printer_that_hangs_hangs_up_or_resets_in_mid_ticket(
    tmp_path: Path, broker: RunningBroker, printer: PrinterTwin, store: ScriptedStore
) -> None:
    printer.start()
    kiosk = RunningKiosk(tmp_path / "kiosk", broker, printer, keypad="usb")
    kiosk.start()
    try:
        stops_and_prints_again(kiosk, printer, store, ("hangs_after", "closes_after", "resets_after"))
    finally:
        kiosk.kill()


@pytest.mark.last
def test_a_serial_printer_that_hangs_in_mid_ticket(
    tmp_path: Path, broker: RunningBroker, printer: PrinterTwin, store: ScriptedStore
) -> None:
    line = printer.serial_port()
    printer.start()
    kiosk = RunningKiosk(tmp_path / "kiosk", broker, printer, keypad="usb", serial_line=line)
    kiosk.start()
    try:
        stops_and_prints_again(kiosk, printer, store, ("hangs_after",))
    finally:
        kiosk.kill()
