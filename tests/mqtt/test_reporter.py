"""What a device says of itself reaches everyone: at each connect and change, once a second at most; with its heat and clock."""

import pytest
from msgspec.structs import replace

from mqtt.contract import DeviceState, Health, Identify, OrderMessage, PrinterStatus, Seen, StoreBeat
from mqtt.reporter import AT_MOST_EVERY_SECONDS, LOOK_EVERY_SECONDS, Reporter
from mqtt.session import Connected, Disconnected, Heard
from program.inbox import Inbox
from program.vitals import Vitals
from tests.mqtt.conftest import Program, Site

SHOWING = Seen(epoch="e1", sequence=4)
WELL = Health(printer=PrinterStatus.OK)
SMALL_DIGITS = "the digits can be read from 0.5 m"
NO_PAPER = Health(printer=PrinterStatus.PAPER_OUT)


def reporter_of(kiosk: Program) -> Reporter:
    return Reporter("kiosk-1", "kiosk", kiosk.session, kiosk.inbox, (SMALL_DIGITS,), look=lambda: Vitals(None, None, 0))


def hears(store: Program, printer: PrinterStatus) -> DeviceState:
    return store.wait_message(DeviceState, lambda state: state.up and state.health.printer is printer)


def test_who_connects_says_how_it_is_with_what_it_lost_and_what_was_found_at_its_start(site: Site) -> None:
    store = site.store()
    kiosk = site.device("kiosk-1", inbox=Inbox(limit=1))
    kiosk.inbox.put("fills it")
    kiosk.inbox.put("finds it full")
    reporter = reporter_of(kiosk)
    reporter.tell(SHOWING, WELL)
    reporter.tick(now=100.0)
    state = hears(store, PrinterStatus.OK)
    assert (state.device, state.role, state.boot) == ("kiosk-1", "kiosk", kiosk.session.boot)
    assert (state.connection, state.showing) == (kiosk.session.connection, SHOWING)
    assert state.health == replace(WELL, dropped_events=1, faults=(SMALL_DIGITS,))


def test_a_change_within_a_second_waits_for_its_end_and_no_change_is_not_said(site: Site) -> None:
    kiosk = site.device("kiosk-1")
    reporter = reporter_of(kiosk)
    reporter.tell(SHOWING, WELL)
    reporter.tick(now=100.0)
    reporter.tell(SHOWING, WELL)
    assert reporter.next_deadline() == pytest.approx(100.0 + LOOK_EVERY_SECONDS), "nothing is to be said"
    reporter.tell(SHOWING, NO_PAPER)
    assert reporter.next_deadline() == pytest.approx(100.0 + AT_MOST_EVERY_SECONDS)
    reporter.tell(SHOWING, WELL)
    assert reporter.next_deadline() == pytest.approx(100.0 + LOOK_EVERY_SECONDS), "it came and went within the second"


def test_what_a_dead_broker_could_not_take_is_said_to_the_next(site: Site) -> None:
    kiosk = site.device("kiosk-1")
    reporter = reporter_of(kiosk)
    reporter.tell(SHOWING, NO_PAPER)
    site.broker.kill()
    kiosk.wait_for(Disconnected)
    reporter.tick(now=100.0)
    assert reporter.next_deadline() == pytest.approx(100.0 + AT_MOST_EVERY_SECONDS), "it is still to be said"
    site.broker.start()
    kiosk.wait_for(Connected)
    store = site.store()
    reporter.tell(SHOWING, NO_PAPER)
    reporter.tick(now=101.0)
    assert hears(store, PrinterStatus.PAPER_OUT).connection == kiosk.session.connection
    assert reporter.next_deadline() == pytest.approx(100.0 + LOOK_EVERY_SECONDS)


def test_heat_memory_and_a_wrong_clock_are_told_and_what_hardly_changed_is_not(site: Site) -> None:
    store, kiosk = site.store(), site.device("kiosk-1")
    machine = [Vitals(temperature_c=61, memory_mb=88, wall_ms=1_000_000)]
    reporter = Reporter("kiosk-1", "kiosk", kiosk.session, kiosk.inbox, (), look=lambda: machine[-1])
    beat = StoreBeat(up=True, connection="c", epoch="e1", wall_ms=1_060_000)

    def looked(at: float) -> float | None:
        reporter.tick(at)
        reporter.tell(SHOWING, WELL)
        reporter.tick(at + AT_MOST_EVERY_SECONDS)
        return reporter.next_deadline()

    reporter.heard(Heard("store", "", beat, live=False), 99.0)
    reporter.heard(Heard("store", "", beat, live=True), 100.0)
    looked(100.0)
    told = store.wait_message(DeviceState, lambda state: state.health.memory_mb is not None).health
    assert (told.temperature_c, told.memory_mb, told.clock_off_seconds) == (61, 88, -60)
    machine.append(Vitals(temperature_c=62, memory_mb=91, wall_ms=1_031_000))
    assert looked(130.0) == pytest.approx(130.0 + LOOK_EVERY_SECONDS)
    reporter.tell(SHOWING, WELL)
    assert reporter.next_deadline() == pytest.approx(130.0 + LOOK_EVERY_SECONDS), "a degree is no news"
    machine.append(Vitals(temperature_c=80, memory_mb=None, wall_ms=1_120_000))
    looked(160.0)
    told = store.wait_message(DeviceState, lambda state: state.health.temperature_c == 80).health
    assert (told.memory_mb, told.clock_off_seconds) == (None, 0)


def test_an_order_that_was_taken_is_told_by_its_id(site: Site) -> None:
    store, kiosk = site.store(), site.device("kiosk-1")
    reporter = reporter_of(kiosk)
    reporter.heard(Heard("order", "kiosk-1", OrderMessage(id="order-7", order=Identify()), live=True), 100.0)
    reporter.tell(SHOWING, WELL)
    reporter.tick(now=100.0)
    assert hears(store, PrinterStatus.OK).obeyed == "order-7"
