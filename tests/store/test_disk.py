"""A disk that fills up: nothing new is promised before it is quite full, and what was promised goes on; on a real small one."""

import os
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from booking_store.disk import Disk
from mqtt.contract import (
    Book,
    Booked,
    CallNext,
    CheckIn,
    PointState,
    Press,
    Pressed,
    Reason,
    Refusal,
    Settle,
    SettleOutcome,
    TakeHelpTicket,
    TakeWalkIn,
    TicketGiven,
)
from mqtt.session import Answered, Heard, Session
from program.inbox import Inbox
from tests.broker import RunningBroker
from tests.store.clinic import Clinic, new_id
from tests.store.running import Kiosk, RunningStore

SECONDS = 30.0
FULL_AT_MB = 2.5


def fill(clinic: Clinic) -> None:
    clinic.now = replace(clinic.now, disk_full=True)


def test_no_number_and_no_place_is_promised_on_a_full_disk_and_whoever_has_one_is_served(clinic: Clinic) -> None:
    booked = clinic.ask("operator", Book(department=12, doctor=3))
    assert isinstance(booked, Booked)
    clinic.at("08:00")
    request = new_id()
    waiting = clinic.ask("kiosk-1", TakeWalkIn(department=11, service_day=clinic.day), request)
    coded = clinic.ask("kiosk-1", CheckIn(code=booked.code, service_day=clinic.day))
    assert isinstance(waiting, TicketGiven)
    assert isinstance(coded, TicketGiven)
    fill(clinic)
    for asked in (
        TakeWalkIn(department=11, service_day=clinic.day),
        TakeHelpTicket(service_day=clinic.day, about=Reason.NO_SUCH_CODE),
        Book(department=12, doctor=3),
    ):
        assert clinic.ask("operator", asked) == Refusal(reason=Reason.DISK_FULL)
    assert clinic.ask("kiosk-1", CheckIn(code=booked.code, service_day=clinic.day)) == replace_again(coded)
    clinic.settle(request, SettleOutcome.PRINTED, waiting.number)
    clinic.wait(11)
    fill(clinic)
    assert clinic.call_next("counter-1") in {waiting.number, coded.number}


def replace_again(given: TicketGiven) -> TicketGiven:
    """The same ticket, given again."""
    return msgspec.structs.replace(given, again=True)


def test_a_refusal_for_a_full_disk_is_asked_again_anew(clinic: Clinic) -> None:
    asked, request = TakeWalkIn(department=11, service_day=clinic.day), new_id()
    before = clinic.now
    fill(clinic)
    assert clinic.ask("kiosk-1", asked, request) == Refusal(reason=Reason.DISK_FULL)
    clinic.now = before
    assert isinstance(clinic.ask("kiosk-1", asked, request), TicketGiven)


def test_at_the_edge_there_is_no_to_and_fro(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(f"sqlite:///{tmp_path}/ledger.sqlite", keep_free_mb=64)
    full = []
    for free_mb in (70, 63, 65, 70, 73, 65):
        monkeypatch.setattr("booking_store.disk._free_mb", lambda _, free_mb=free_mb: free_mb)
        full.append(disk.is_full())
    assert full == [False, True, True, True, False, False]


def test_a_servers_disk_is_the_servers_business() -> None:
    assert not Disk("postgresql://nobat@localhost/nobat", keep_free_mb=1e9).is_full()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of five megabytes."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=5m", "tmpfs", folder], check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


class SmallStore(RunningStore):
    """It keeps less free than a clinic's does."""

    def command(self) -> list[str]:
        return [*super().command(), "--keep-free-mb", str(FULL_AT_MB)]


class Counter:
    """A counter that presses as its screen stands."""

    def __init__(self, broker: RunningBroker) -> None:
        self.inbox = Inbox()
        login = broker.login("counter-1")
        self.session = Session(login, site="small", device="counter-1", inbox=self.inbox, follow=("point/counter-1",))
        self.session.start()
        self.point: PointState | None = None

    def press(self) -> Pressed:
        """The green button, and its answer."""
        request = ""
        give_up_at = time.monotonic() + SECONDS
        while time.monotonic() < give_up_at:
            event = self.inbox.get(time.monotonic() + 0.05)
            if isinstance(event, Heard) and isinstance(event.message, PointState):
                self.point = event.message
            if isinstance(event, Answered) and event.reply.id == request:
                if isinstance(event.reply.answer, Pressed):
                    return event.reply.answer
                request = ""  # stale: somebody came meanwhile
            if self.point is not None and not request:
                request = uuid.uuid4().hex
                press = Press(point="counter-1", epoch=self.point.epoch, revision=self.point.revision, act=CallNext())
                self.session.ask(request, press, give_up_seconds=None, seen=None)
            self.session.tick(time.monotonic())
        raise AssertionError("the press was never answered")


def test_the_real_store_on_a_disk_that_somebody_else_fills(tmp_path: Path, small_disk: Path) -> None:
    broker = RunningBroker(tmp_path / "broker")
    broker.start()
    store = SmallStore(broker, tmp_path, url=f"sqlite:///{small_disk}/ledger.sqlite")
    store.start()
    kiosk, counter = Kiosk(broker), Counter(broker)
    try:
        kiosk.until_open()
        first = kiosk.take(TakeWalkIn(department=11, service_day=kiosk.day))
        second = ask(kiosk, TakeWalkIn(department=11, service_day=kiosk.day))
        assert isinstance(second[1], TicketGiven)
        free = os.statvfs(small_disk)
        (small_disk / "somebody-elses").write_bytes(bytes(free.f_bavail * free.f_frsize - 2_000_000))
        assert ask(kiosk, TakeWalkIn(department=11, service_day=kiosk.day))[1] == Refusal(reason=Reason.DISK_FULL)
        paper = Settle(request=second[0], service_day=kiosk.day, outcome=SettleOutcome.PRINTED, number=second[1].number)
        assert not isinstance(ask(kiosk, paper)[1], Refusal)
        called = [counter.press().point.current for _ in range(2)]
        assert [current.number for current in called if current] == [first, second[1].number]
        assert "no new tickets" in store.log()
        (small_disk / "somebody-elses").unlink()
        third = kiosk.take(TakeWalkIn(department=11, service_day=kiosk.day))
        assert third == second[1].number + 1
        assert "tickets and bookings again" in store.log()
    finally:
        kiosk.session.stop()
        counter.session.stop()
        store.clear_away()
        broker.kill()


def ask(kiosk: Kiosk, operation: TakeWalkIn | Settle) -> tuple[str, object]:
    """A request's id and its answer."""
    request = uuid.uuid4().hex
    kiosk.session.ask(request, operation, give_up_seconds=None, seen=None)
    kiosk.until_answered([request])
    return request, kiosk.answers[request]
