"""A kiosk at the real store: the code that a caller was given is typed, and the paper shows the ticket that the store gave."""

import sqlite3
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import ImageChops

from kiosk_device.slip import slip_picture
from kiosk_device.state import NewDate
from kiosk_device.ticket import ticket_picture
from mqtt.contract import (
    AbsencePlan,
    AnnounceAbsence,
    Answer,
    Book,
    Booked,
    CheckIn,
    Day,
    DayStatus,
    Operation,
    Remedy,
    SiteCard,
    TicketGiven,
)
from mqtt.session import Answered, Heard, Session
from program.inbox import Inbox, Tick
from rules.digits import persian_digits
from tests.broker import RunningBroker
from tests.kiosk.running import LONG_SECONDS, RunningKiosk
from tests.store.callers import MOBILE, TELEPHONE, TEXTS
from tests.store.clinic import SITE_FILE, SUNDAY
from tests.store.running import RunningStore
from twins.escpos_picture import picture_of_job
from twins.printer import PrinterTwin

MOST_MEMORY_KB = 90 * 1024


class Asker:
    """Another device of the clinic, that asks and hears."""

    def __init__(self, broker: RunningBroker, device: str) -> None:
        self.inbox = Inbox()
        login = broker.login(device)
        self.session = Session(login, site="small", device=device, inbox=self.inbox, follow=("site", "day"))
        self.session.start()
        self.site: SiteCard | None = None
        self.day: Day | None = None

    def until_open(self) -> "Asker":
        while self.site is None or self.day is None or self.day.status is not DayStatus.ACCEPTING:
            self._turn(time.monotonic() + LONG_SECONDS)
        return self

    def ask(self, operation: Operation) -> Answer:
        request = uuid.uuid4().hex
        self.session.ask(request, operation, give_up_seconds=None, seen=None)
        until = time.monotonic() + LONG_SECONDS
        while True:
            match self._turn(until):
                case Answered(reply) if reply.id == request:
                    return reply.answer

    def _turn(self, until: float) -> object:
        event: object = Tick(0.0)
        while isinstance(event, Tick):
            now = time.monotonic()
            assert now < until, "it never came"
            self.session.tick(now)
            event = self.inbox.get(min(until, self.session.next_deadline() or until))
        match event:
            case Heard(message=SiteCard() as site):
                self.site = site
            case Heard(message=Day() as day):
                self.day = day
        return event


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[PrinterTwin]:
    twin = PrinterTwin(tmp_path / "tickets")
    twin.start()
    yield twin
    twin.stop()


@pytest.fixture
def kiosk(broker: RunningBroker, tmp_path: Path, printer: PrinterTwin) -> Iterator[RunningKiosk]:
    store = RunningStore(broker, tmp_path)
    store.start()
    kiosk = RunningKiosk(tmp_path / "kiosk", broker, printer, keypad="usb", site="small")
    kiosk.start()
    kiosk.wait_for_screen("idle")
    yield kiosk
    kiosk.kill()
    store.kill()


def test_a_code_that_never_came_is_sent_again_and_no_log_has_the_mobile(
    broker: RunningBroker, tmp_path: Path, printer: PrinterTwin
) -> None:
    site = tmp_path / "telephone.toml"
    site.write_text(f'phone = "086-32240066"\n{SITE_FILE.read_text(encoding="utf-8")}{TELEPHONE}{TEXTS}', encoding="utf-8")
    store = RunningStore(broker, tmp_path, site_file=site)
    store.start()
    kiosk = RunningKiosk(tmp_path / "kiosk", broker, printer, keypad="usb", site="small")
    kiosk.start()
    try:
        operator = Asker(broker, "operator").until_open()
        booked = operator.ask(Book(department=11, doctor=1, mobile=MOBILE))
        assert isinstance(booked, Booked)
        with sqlite3.connect(tmp_path / "ledger.sqlite") as ledger:
            ledger.execute("UPDATE texts SET state = 'delivered', next_at_ms = NULL, ended_at_ms = written_at_ms")
        kiosk.wait_for_screen("idle")
        kiosk.press("green", "0", *MOBILE)
        kiosk.wait_for_screen("code_sent_again")
        with sqlite3.connect(tmp_path / "ledger.sqlite") as ledger:
            assert list(ledger.execute("SELECT kind, mobile, body FROM texts ORDER BY id DESC LIMIT 1")) == [
                ("again", MOBILE, f"باز هم {persian_digits(booked.code)}")
            ]
        operator.session.stop()
        assert kiosk.stop() == 0
        assert MOBILE not in kiosk.log()
        assert MOBILE not in store.log()
    finally:
        kiosk.kill()
        store.kill()


def test_whose_visit_was_moved_takes_the_new_date_home_on_paper(
    kiosk: RunningKiosk, broker: RunningBroker, printer: PrinterTwin, tmp_path: Path
) -> None:
    operator = Asker(broker, "operator").until_open()
    monday = (SUNDAY + timedelta(days=1)).isoformat()
    booked = operator.ask(Book(department=11, doctor=1, date=SUNDAY.isoformat()))
    assert isinstance(booked, Booked)
    told = AnnounceAbsence(
        date=SUNDAY.isoformat(), doctor=1, remedy=Remedy.MOVE, move_to=monday, agreed_with="the doctor", preview=False
    )
    assert isinstance(operator.ask(told), AbsencePlan)

    kiosk.press(*booked.code)
    kiosk.wait_for_screen("refused_moved")
    kiosk.press("green")
    assert printer.wait_for_jobs(1)
    kiosk.wait_for_screen("moved_slip_taken")
    assert operator.site is not None
    expected = slip_picture(NewDate(monday, booked.time, department=11, doctor=1), operator.site, "fa", 576)
    paper = picture_of_job((printer.folder / "0001.bin").read_bytes())
    assert ImageChops.difference(paper.convert("L"), expected.convert("L")).getbbox() is None
    with sqlite3.connect(tmp_path / "ledger.sqlite") as ledger:
        assert list(ledger.execute("SELECT number FROM tickets")) == []
    operator.session.stop()


def test_a_callers_code_becomes_the_stores_ticket_on_paper(
    kiosk: RunningKiosk, broker: RunningBroker, printer: PrinterTwin, tmp_path: Path
) -> None:
    operator, other_kiosk = Asker(broker, "operator").until_open(), Asker(broker, "kiosk-2").until_open()
    booked = operator.ask(Book(department=11, doctor=1, date=SUNDAY.isoformat()))
    assert isinstance(booked, Booked)

    kiosk.press(*booked.code)
    assert printer.wait_for_jobs(1)
    kiosk.wait_for_screen("ticket_taken")
    assert other_kiosk.site is not None
    assert other_kiosk.day is not None
    same = other_kiosk.ask(CheckIn(code=booked.code, service_day=other_kiosk.day.service_day))
    assert isinstance(same, TicketGiven), "the same code gives the same ticket, wherever it is typed"
    expected = ticket_picture(replace(same, again=False), other_kiosk.site, "fa", 576)
    paper = picture_of_job((printer.folder / "0001.bin").read_bytes())
    assert ImageChops.difference(paper.convert("L"), expected.convert("L")).getbbox() is None
    with sqlite3.connect(tmp_path / "ledger.sqlite") as ledger:
        assert list(ledger.execute("SELECT number FROM tickets")) == [(same.number,)]
    assert kiosk.memory_kb() < MOST_MEMORY_KB
    operator.session.stop()
    other_kiosk.session.stop()
    assert kiosk.stop() == 0
