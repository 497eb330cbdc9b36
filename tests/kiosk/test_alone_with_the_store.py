"""Kiosks that are alone, at a real broker and a real store: what is on paper is what the ledger ends up holding."""

import shutil
import signal
import sqlite3
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import ImageChops

from kiosk_device.alone import sheet_of
from kiosk_device.journal import read
from kiosk_device.ticket import ticket_picture
from mqtt.contract import Book, Booked, Sheet, SiteCard, Source, TicketGiven
from rules.tracking_code import check_digit
from tests.broker import RunningBroker
from tests.kiosk.running import LONG_SECONDS, RunningKiosk
from tests.kiosk.test_with_the_store import MOST_MEMORY_KB, Asker
from tests.store.clinic import SITE_FILE, SUNDAY
from tests.store.running import RunningStore
from twins.escpos_picture import picture_of_job
from twins.printer import PrinterTwin

UNKNOWN_CODE = "7654321" + str(check_digit("7654321"))
ALONE_WALK_INS = ("alone_range = [950, 974]", "alone_range = [950, 974]\nalone_walk_ins = 1")


def until(true: Callable[[], bool], what: Callable[[], object]) -> None:
    """Wait until it is so."""
    end = time.monotonic() + LONG_SECONDS
    while not true():
        assert time.monotonic() < end, what()
        time.sleep(0.02)


class House:
    """A broker, a store and a booking; kiosks with a printer each."""

    def __init__(self, broker: RunningBroker, folder: Path) -> None:
        self.broker = broker
        self.folder = folder
        site = folder / "alone.toml"
        site.write_text(SITE_FILE.read_text(encoding="utf-8").replace(*ALONE_WALK_INS), encoding="utf-8")
        self.store = RunningStore(broker, folder, site_file=site)
        self.store.start()
        self.kiosks: list[RunningKiosk] = []
        self.printers: list[PrinterTwin] = []
        operator = Asker(broker, "operator").until_open()
        booked = operator.ask(Book(department=11, doctor=1, date=SUNDAY.isoformat()))
        operator.session.stop()
        assert isinstance(booked, Booked)
        self.code = booked.code

    def kiosk(self, device: str = "kiosk-1", *, right_clock: bool = False) -> tuple[RunningKiosk, PrinterTwin]:
        """A kiosk that has heard of the booking on its sheet."""
        printer = PrinterTwin(self.folder / f"tickets-{device}")
        printer.start()
        self.printers.append(printer)
        offset = self.store.offset if right_clock else None
        folder = self.folder / device
        kiosk = RunningKiosk(folder, self.broker, printer, keypad="usb", site="small", device=device, clock_offset=offset)
        self.kiosks.append(kiosk)
        kiosk.start()
        kiosk.wait_for_screen("idle")
        self.half_a_minute_passes()
        until(lambda: self.codes_on_sheet(kiosk) > 0, kiosk.log)
        return kiosk, printer

    def half_a_minute_passes(self) -> None:
        """On the store's clock: new sheets are due."""
        (seconds,) = struct.unpack("d", self.store.offset.read_bytes())
        with self.store.offset.open("r+b") as offset:
            offset.write(struct.pack("d", seconds + 31.0))

    def codes_on_sheet(self, kiosk: RunningKiosk) -> int:
        """How many bookings of today the kiosk could look up alone."""
        path = kiosk.folder / "state" / "sheet.kept"
        if not path.exists():
            return 0
        today = sheet_of(msgspec.json.decode(path.read_bytes().partition(b" ")[2], type=Sheet)).today
        return len(today.codes) if today is not None else 0

    def tickets(self) -> list[tuple[Any, ...]]:
        """Number, source, state, whether it is the booking's, and its marks, of every ticket of the ledger."""
        with sqlite3.connect(self.folder / "ledger.sqlite") as ledger:
            rows = ledger.execute("SELECT number, source, state, booking IS NOT NULL, marks FROM tickets ORDER BY number")
            return [(*row[:3], bool(row[3]), *msgspec.json.decode(row[4])) for row in rows]

    def until_settled(self, kiosk: RunningKiosk) -> None:
        """Wait until the store has every paper of the kiosk's, and the kiosk has forgotten what for."""
        journal = kiosk.folder / "state" / "papers.journal"
        until(
            lambda: all(paper.answered_at_ms is not None for paper in read(journal).by_request.values()),
            lambda: (read(journal), self.store.log()[-2000:], kiosk.log()[-2000:]),
        )

    def end(self) -> None:
        for kiosk in self.kiosks:
            kiosk.kill()
        for printer in self.printers:
            printer.stop()
        self.store.kill()


@pytest.fixture
def house(broker: RunningBroker, tmp_path: Path) -> Iterator[House]:
    house = House(broker, tmp_path)
    yield house
    house.end()


def test_a_clinic_without_broker_and_store_goes_on_and_is_settled_afterwards(house: House) -> None:
    """The cable of the whole network, a restart without anybody, no paper: the same patient keeps the same number."""
    kiosk, printer = house.kiosk()
    house.broker.kill()
    house.store.kill()
    kiosk.wait_for_screen("idle_alone")
    kiosk.press(*house.code)
    assert printer.wait_for_jobs(1)
    kiosk.wait_for_screen("ticket_alone")
    assert kiosk.memory_kb() < MOST_MEMORY_KB, "after a digest, which takes 16 MB for a moment"

    kiosk.kill()
    kiosk.start()
    kiosk.wait_for_screen("idle_alone")
    kiosk.press(*house.code)
    assert printer.wait_for_jobs(2)
    kiosk.wait_for_screen("ticket_alone")
    site = msgspec.json.decode((kiosk.folder / "state" / "site.kept").read_bytes().partition(b" ")[2], type=SiteCard)
    again = TicketGiven(
        number=950,
        service_day=1,
        date=SUNDAY.isoformat(),
        source=Source.BOOKED,
        department=11,
        doctor=1,
        stage="reception",
        zone="hall-1",
        points=("counter-1", "counter-2"),
        ahead=0,
        issued_at_ms=0,
        again=True,
    )
    paper = picture_of_job((printer.folder / "0002.bin").read_bytes()).convert("L")
    expected = ticket_picture(again, site, "fa", 576, alone=True).convert("L")
    assert ImageChops.difference(paper, expected).getbbox() is None, "nothing keeps its clock right: no date"

    printer.order("paper out")
    kiosk.press("green")
    kiosk.wait_for_screen("idle_alone_no_paper")
    kiosk.press("green", "1")
    kiosk.wait_for_screen("offer_no_paper")
    kiosk.press("green")
    kiosk.wait_for_screen("number_alone_without_paper")
    kiosk.press("green")

    house.broker.start()
    house.store.start()
    house.until_settled(kiosk)
    assert house.tickets() == [(950, "booked", "waiting", True), (951, "walk_in", "waiting", False)]
    assert house.code.encode() not in (kiosk.folder / "state" / "papers.journal").read_bytes()
    assert house.code not in kiosk.log()
    assert kiosk.stop() == 0


def test_a_store_that_freezes_in_mid_request_is_not_waited_for_and_its_late_number_is_void(house: House) -> None:
    kiosk, printer = house.kiosk()
    house.store.send(signal.SIGSTOP)
    kiosk.press(*house.code)
    assert printer.wait_for_jobs(1)
    kiosk.wait_for_screen("ticket_alone")
    house.store.send(signal.SIGCONT)
    house.until_settled(kiosk)
    assert [ticket for ticket in house.tickets() if ticket[2] != "void"] == [(950, "booked", "waiting", True)]


def test_a_power_cut_while_a_kiosk_that_is_alone_prints_is_a_paper_that_perhaps_came_out(house: House) -> None:
    kiosk, printer = house.kiosk(right_clock=True)
    house.store.kill()
    kiosk.wait_for_screen("idle_alone")
    printer.order("hangs_after 3000")
    kiosk.press(*house.code)
    kiosk.wait_for_screen("printing")
    kiosk.kill()
    house.store.start()
    kiosk.start()
    house.until_settled(kiosk)
    assert house.tickets() == [(950, "booked", "waiting", True, "unknown_print")]


def test_what_a_digest_wants_is_given_back_each_time(house: House) -> None:
    """As on a device, whose units say when the C library keeps memory that was given back."""
    kiosk, printer = house.kiosk()
    house.store.kill()
    kiosk.wait_for_screen("idle_alone")
    held = []
    for papers in (1, 2):
        kiosk.press(*house.code)
        assert printer.wait_for_jobs(papers)
        kiosk.wait_for_screen("ticket_alone")
        held.append(kiosk.memory_kb())
        kiosk.press("erase")
        kiosk.wait_for_screen("idle_alone")
    assert held[1] - held[0] < 8 * 1024


def test_two_kiosks_that_are_alone_turn_nobody_away_and_reception_is_told(house: House) -> None:
    first, printer = house.kiosk("kiosk-1")
    second, other_printer = house.kiosk("kiosk-2")
    house.store.kill()
    for kiosk in (first, second):
        kiosk.wait_for_screen("idle_alone")
        kiosk.press(*house.code)
    assert printer.wait_for_jobs(1)
    assert other_printer.wait_for_jobs(1)
    first.wait_for_screen("ticket_alone")
    first.press("1", *UNKNOWN_CODE)
    assert printer.wait_for_jobs(2)
    house.store.start()
    house.until_settled(first)
    house.until_settled(second)
    by_number = {ticket[0]: ticket[1:] for ticket in house.tickets()}
    assert set(by_number) == {950, 951, 975}
    assert {by_number[number][0] for number in (950, 975)} == {"booked", "walk_in"}
    assert all("code_used_twice" in by_number[number] for number in (950, 975)), "whichever comes first, reception is told"
    assert by_number[951][0] == "help"


def test_a_new_card_gives_no_number_of_its_own_before_the_store_has_said_which_are_free(house: House) -> None:
    kiosk, printer = house.kiosk()
    house.store.kill()
    kiosk.wait_for_screen("idle_alone")
    kiosk.press(*house.code)
    assert printer.wait_for_jobs(1)
    kiosk.wait_for_screen("ticket_alone")
    kiosk.kill()
    shutil.rmtree(kiosk.folder / "state")
    kiosk.start()
    kiosk.wait_for_screen("store_away")
    house.store.start()
    kiosk.wait_for_screen("idle")
    house.half_a_minute_passes()
    until(lambda: house.codes_on_sheet(kiosk) > 0, kiosk.log)
    assert house.tickets() == [], "the card took its settle with it: the paper itself is all that is left"
