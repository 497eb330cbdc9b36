"""The whole kiosk as a process: keys on mock wires, a real broker, bytes at a printer, a power cut."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import ImageChops

from kiosk_device.ticket import ticket_picture
from mqtt.contract import CheckIn, PrinterStatus, SettleOutcome
from tests.broker import RunningBroker
from tests.kiosk.clinic import CODE, SITE, TICKET
from tests.kiosk.running import RunningKiosk, ScriptedStore
from twins.escpos_picture import picture_of_job
from twins.pins import press
from twins.printer import PrinterTwin


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[PrinterTwin]:
    twin = PrinterTwin(tmp_path / "tickets")
    twin.start()
    yield twin
    twin.stop()


@pytest.fixture
def store(broker: RunningBroker) -> Iterator[ScriptedStore]:
    store = ScriptedStore(broker)
    yield store
    store.stop()


@pytest.fixture
def kiosk(tmp_path: Path, broker: RunningBroker, printer: PrinterTwin, store: ScriptedStore) -> Iterator[RunningKiosk]:
    kiosk = RunningKiosk(tmp_path / "kiosk", broker, printer)
    kiosk.start()
    kiosk.wait_for_screen("idle")
    yield kiosk
    kiosk.kill()


def outcomes(store: ScriptedStore) -> list[tuple[SettleOutcome, int | None]]:
    return [(settle.outcome, settle.number) for settle in store.settles()]


def test_a_code_typed_on_the_matrix_becomes_the_ticket_on_paper(
    kiosk: RunningKiosk, printer: PrinterTwin, store: ScriptedStore
) -> None:
    kiosk.press(*CODE)
    assert printer.wait_for_jobs(1)
    paper = picture_of_job((printer.folder / "0001.bin").read_bytes())
    assert ImageChops.difference(paper.convert("L"), ticket_picture(TICKET, SITE, "fa", 576).convert("L")).getbbox() is None
    kiosk.wait_for_screen("ticket_taken")
    store.wait(lambda: outcomes(store) == [(SettleOutcome.PRINTED, 123)])
    assert next(one.operation for one in store.requests if isinstance(one.operation, CheckIn)).code == CODE
    assert kiosk.stop() == 0


def test_a_power_cut_while_printing_is_settled_as_unknown_after_the_start(
    kiosk: RunningKiosk, printer: PrinterTwin, store: ScriptedStore
) -> None:
    printer.order("hangs_after 500")
    kiosk.press(*CODE)
    kiosk.wait_for_screen("printing")
    kiosk.kill()
    assert outcomes(store) == []
    kiosk.start()
    store.wait(lambda: outcomes(store) == [(SettleOutcome.UNKNOWN, 123)])


def test_a_power_cut_while_asking_is_settled_as_not_printed(kiosk: RunningKiosk, store: ScriptedStore) -> None:
    store.answer_ticket = lambda _: None
    kiosk.press(*CODE)
    store.wait(lambda: any(isinstance(one.operation, CheckIn) for one in store.requests))
    kiosk.kill()
    kiosk.start()
    store.wait(lambda: outcomes(store) == [(SettleOutcome.NOT_PRINTED, None)])


def test_an_empty_roll_is_told_to_everyone_before_a_number_is_asked_for(
    kiosk: RunningKiosk, printer: PrinterTwin, store: ScriptedStore
) -> None:
    printer.order("paper out")
    store.wait(lambda: any(state.health.printer is PrinterStatus.PAPER_OUT for state in store.devices))
    kiosk.press(*CODE)
    kiosk.wait_for_screen("offer_no_paper")
    assert not any(isinstance(one.operation, CheckIn) for one in store.requests)
    kiosk.press("green")
    kiosk.wait_for_screen("number_without_paper")
    store.wait(lambda: outcomes(store) == [(SettleOutcome.SHOWN, 123)])


def test_paper_that_ends_in_the_middle_of_a_ticket_leaves_the_number_on_the_screen(
    kiosk: RunningKiosk, printer: PrinterTwin, store: ScriptedStore
) -> None:
    printer.order("runs_out_after 3000")
    kiosk.press(*CODE)
    kiosk.wait_for_screen("number_without_paper")
    store.wait(lambda: outcomes(store) == [(SettleOutcome.SHOWN, 123)])


def test_a_broker_that_dies_is_said_on_the_screen_and_found_again(
    kiosk: RunningKiosk, broker: RunningBroker, printer: PrinterTwin
) -> None:
    broker.kill()
    kiosk.wait_for_screen("store_away")
    broker.start()
    kiosk.wait_for_screen("idle")
    kiosk.press(*CODE)
    assert printer.wait_for_jobs(1)


def test_a_usb_pad_works_like_the_matrix(
    tmp_path: Path, broker: RunningBroker, printer: PrinterTwin, store: ScriptedStore
) -> None:
    kiosk = RunningKiosk(tmp_path / "kiosk", broker, printer, keypad="usb")
    kiosk.start()
    kiosk.wait_for_screen("idle")
    press(kiosk.pins, *(f"evdev KEY_KP{digit} {way}" for digit in CODE for way in ("down", "up")))
    assert printer.wait_for_jobs(1)
    assert kiosk.stop() == 0


def test_a_kiosk_whose_patients_stand_too_far_away_says_so_to_the_technician(
    tmp_path: Path, broker: RunningBroker, printer: PrinterTwin, store: ScriptedStore
) -> None:
    kiosk = RunningKiosk(tmp_path / "kiosk", broker, printer, meters=1.2)
    kiosk.start()
    store.wait(lambda: any("people stand 1.2 m away" in fault for state in store.devices for fault in state.health.faults))
    assert "people stand 1.2 m away" in kiosk.log()
    assert kiosk.stop() == 0
