"""What a device says of itself reaches everyone: at each connect, at each change, once a second at most, and in the end."""

import pytest
from msgspec.structs import replace

from mqtt.contract import DeviceState, Health, PrinterStatus, Seen
from mqtt.reporter import AT_MOST_EVERY_SECONDS, Reporter
from mqtt.session import Connected, Disconnected
from program.inbox import Inbox
from tests.mqtt.conftest import Program, Site

SHOWING = Seen(epoch="e1", sequence=4)
WELL = Health(printer=PrinterStatus.OK)
SMALL_DIGITS = "the digits can be read from 0.5 m"
NO_PAPER = Health(printer=PrinterStatus.PAPER_OUT)


def reporter_of(kiosk: Program) -> Reporter:
    return Reporter("kiosk-1", "kiosk", kiosk.session, kiosk.inbox, (SMALL_DIGITS,))


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
    assert reporter.next_deadline() is None
    reporter.tell(SHOWING, NO_PAPER)
    assert reporter.next_deadline() == pytest.approx(100.0 + AT_MOST_EVERY_SECONDS)
    reporter.tell(SHOWING, WELL)
    assert reporter.next_deadline() is None, "it came and went within the second"


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
    assert reporter.next_deadline() is None
