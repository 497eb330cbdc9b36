"""The devices page: how each device is, who is missed, and orders of which the technician hears whether they were taken."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text

from mqtt.contract import Day, DayStatus, DeviceCard, DeviceState, Health, Identify, PrinterStatus, Restart, StoreBeat
from mqtt.session import Connected, Heard
from screen import phrases
from staff_console.clinic import Clinic as Known
from staff_console.clinic import heard
from staff_console.devices_view import CLOCK_WRONG_SECONDS, HOT_C, ORDERS_OF, UNHEARD_SECONDS, devices_view, gone
from staff_console.rights import RIGHTS, Right, Role
from tests.command_line.clinic import Clinic
from tests.display.clinic import SITE, fields
from tests.staff_console.conftest import sign_in
from tests.staff_console.device import Device
from tests.staff_console.running import Console
from tests.staff_console.test_in_chromium import faults

WELL = Health(printer=PrinterStatus.OK, temperature_c=55, memory_mb=90)
KIOSK = DeviceState(device="kiosk-1", up=True, connection="k1", boot="b1", role="kiosk", health=WELL)


@pytest.fixture(scope="module")
def kiosk(clinic: Clinic) -> Iterator[Device]:
    device = Device(clinic.broker, "kiosk-2", "kiosk", WELL).start()
    yield device
    device.leave()


@pytest.fixture
def technician_page(chromium: Chromium, console: Console) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1366, "height": 768}, base_url=console.url)
    sign_in(page, Role.TECHNICIAN)
    page.goto("/devices")
    yield page
    page.close()


# ------------------------------------------------------------------------------------------ pure


def known(*states: DeviceState, status: DayStatus = DayStatus.ACCEPTING) -> Known:
    """A console that has just connected and hears the store; a kiosk and a counter belong to the site."""
    site = fields(SITE, devices=(DeviceCard(id="kiosk-1", role="kiosk"), DeviceCard(id="operator", role="operator")))
    beat = StoreBeat(up=True, connection="s", epoch="e1", wall_ms=1_000_000)
    clinic = heard(heard(Known(), Connected("c"), 0.0), Heard("store", "", beat, live=True), 0.0)
    clinic = replace(clinic, site=site, day=Day(epoch="e1", sequence=1, status=status))
    for state in states:
        clinic = heard(clinic, Heard("device", state.device, state, live=True), 0.0)
    return clinic


def words(clinic: Known, now: float = 1.0) -> dict[str, tuple[str, bool]]:
    (device,) = devices_view(clinic, phrases.load("en"), now).devices
    return {fact.heading: (fact.words, fact.bad) for fact in device.facts}


def test_a_device_that_is_well_has_nothing_marked() -> None:
    told = words(known(KIOSK))
    assert told["temperature"] == ("55 °C", False)
    assert told["memory"] == ("90 MB", False)
    assert told["paper"] == ("There is some", False)


@pytest.mark.parametrize(
    ("health", "heading"),
    [
        (fields(WELL, temperature_c=HOT_C), "temperature"),
        (fields(WELL, printer=PrinterStatus.PAPER_LOW), "paper"),
        (fields(WELL, clock_off_seconds=-CLOCK_WRONG_SECONDS), "clock"),
        (fields(WELL, input_ok=False), "keys"),
        (fields(WELL, speaker_ok=False), "speaker"),
    ],
)
def test_what_somebody_has_to_see_to_is_marked(health: Health, heading: str) -> None:
    assert words(known(fields(KIOSK, health=health)))[heading][1]


def test_another_version_than_the_pages_is_marked_and_a_clock_that_is_nearly_right_is_not() -> None:
    told = words(known(fields(KIOSK, version="0.0.1", health=fields(WELL, clock_off_seconds=CLOCK_WRONG_SECONDS - 1))))
    assert told["version"] == ("0.0.1", True)
    assert told["clock"] == ("Right", False)


def test_the_will_of_an_earlier_connection_takes_nobody_away() -> None:
    clinic = known(KIOSK, DeviceState(device="kiosk-1", up=False, connection="k0", role="kiosk"))
    assert gone(clinic, 1.0) == ()
    clinic = known(KIOSK, DeviceState(device="kiosk-1", up=False, connection="k1", role="kiosk"))
    assert gone(clinic, 1.0) == ("kiosk-1",)
    assert words(clinic)["seen"] == ("Less than a minute ago", True)


def test_who_was_never_heard_is_missed_after_a_while_and_a_persons_account_never() -> None:
    clinic = known()
    assert gone(clinic, 1.0) == ()
    late = replace(clinic, feed=replace(clinic.feed, beat_at=UNHEARD_SECONDS))
    assert gone(late, UNHEARD_SECONDS) == ("kiosk-1",)


def test_in_the_evening_nobody_is_missed_and_neither_while_nothing_is_heard() -> None:
    away = DeviceState(device="kiosk-1", up=False, connection="k1", role="kiosk")
    assert gone(known(KIOSK, away, status=DayStatus.CLOSED), 1.0) == ()
    assert gone(known(KIOSK, away), 100.0) == ()


def test_every_role_of_a_device_is_known_to_the_page() -> None:
    say = phrases.load("fa")
    assert all(f"staff.devices.role.{role}" in say for role in ORDERS_OF)
    assert all(f"staff.devices.printer.{one.value}" in say for one in PrinterStatus if one is not PrinterStatus.NONE)


# ------------------------------------------------------------------------------------------ with the clinic


def test_only_who_has_the_right_sees_devices_and_only_a_technician_orders_them(console: Console, kiosk: Device) -> None:
    for role in Role:
        person = console.browser(role)
        may_see = Right.SEE_DEVICES in RIGHTS[role]
        assert person.client.get("/devices").status_code == (200 if may_see else 403)
        assert person.client.get("/live/devices").status_code == 403 if not may_see else True
        if role is not Role.TECHNICIAN:
            form = {"form_token": person.form_token(), "what": "restart"}
            assert person.client.post("/devices/kiosk-2/order", data=form).status_code == 403
    assert kiosk.taken == []
    assert "/order" not in console.browser(Role.MANAGER).page("/devices")


def test_an_order_is_written_down_taken_and_told(clinic: Clinic, console: Console, kiosk: Device) -> None:
    technician = console.browser(Role.TECHNICIAN)
    technician.until('data-device="kiosk-2".*?identify-kiosk-2', "/devices")
    answer = ordered(console, "kiosk-2", "identify")
    assert answer["done"], answer
    assert kiosk.taken == [Identify()]
    with create_engine(clinic.store.url).connect() as ledger:
        row = ledger.execute(text("SELECT who, why FROM audit WHERE what = 'device_ordered' ORDER BY id DESC")).first()
    assert row == ("operator:technician", "identify")


def test_a_device_that_takes_nothing_is_told_as_silent(clinic: Clinic, console: Console) -> None:
    deaf = Device(clinic.broker, "counter-2", "counter", deaf=True).start()
    console.browser(Role.TECHNICIAN).until("restart-counter-2", "/devices")
    answer = ordered(console, "counter-2", "restart")
    assert deaf.taken == [Restart()]
    assert not answer["done"]
    deaf.leave()


@pytest.mark.parametrize(("device", "what"), [("counter-2", "identify"), ("kiosk-2", "fly"), ("nothing", "restart")])
def test_what_cannot_be_ordered_is_refused_before_it_is_written_down(
    console: Console, kiosk: Device, device: str, what: str
) -> None:
    console.browser(Role.TECHNICIAN).until('data-device="counter-2"', "/devices")
    before = len(kiosk.taken)
    assert not ordered(console, device, what)["done"]
    assert len(kiosk.taken) == before


def test_every_page_says_that_a_device_is_gone(clinic: Clinic, console: Console) -> None:
    device = Device(clinic.broker, "room-1", "room").start()
    console.browser(Role.TECHNICIAN).until("restart-room-1", "/devices")
    device.leave()
    clerk = console.browser(Role.RECEPTION)
    clerk.until('class="gone".*?room-1', "/")
    clerk.until('class="gone".*?room-1', "/bookings")


def ordered(console: Console, device: str, what: str) -> dict[str, object]:
    technician = console.browser(Role.TECHNICIAN)
    form = {"form_token": technician.form_token(), "what": what}
    sent = technician.client.post(f"/devices/{device}/order", data=form, headers={"accept": "application/json"})
    answer: dict[str, object] = sent.json()
    return answer


# ------------------------------------------------------------------------------------------ in a browser


def test_the_page_keeps_nobody_out_and_fits_a_telephone(technician_page: Page, kiosk: Device) -> None:
    page = technician_page
    expect(page.locator('[data-device="kiosk-2"].here')).to_be_visible()
    assert faults(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert faults(page) == []


def test_a_technician_orders_by_keyboard_and_hears_that_it_was_taken(technician_page: Page, kiosk: Device) -> None:
    page = technician_page
    button = page.locator("#test_sound-kiosk-2")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("kiosk-2")
    expect(button).to_be_focused()


def test_paper_that_runs_out_and_a_device_that_goes_are_shown_at_once(
    clinic: Clinic, technician_page: Page, kiosk: Device
) -> None:
    page = technician_page
    kiosk.health = fields(WELL, printer=PrinterStatus.PAPER_OUT)
    expect(page.locator('[data-device="kiosk-2"] .mark')).to_contain_text("تمام شده")
    device = Device(clinic.broker, "counter-1", "counter").start()
    expect(page.locator('[data-device="counter-1"].here')).to_be_visible()
    device.leave()
    expect(page.locator('[data-device="counter-1"].gone')).to_be_visible()
    expect(page.locator("#banner")).to_contain_text("counter-1")
