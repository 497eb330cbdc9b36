"""Figures for Prometheus: they are there, they name nobody, and the pages' address does not give them."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from mqtt.contract import Health, PrinterStatus
from staff_console import metrics
from staff_console.rights import Role
from tests.command_line.clinic import Clinic
from tests.display.clinic import fields
from tests.staff_console.device import Device
from tests.staff_console.running import SECONDS, Console
from tests.staff_console.test_devices import KIOSK, known

WELL = Health(printer=PrinterStatus.PAPER_LOW, temperature_c=55, memory_mb=90)


def scraped(console: Console) -> dict[tuple[str, ...], float]:
    """Every figure by its name and labels."""
    words = httpx.get(f"http://127.0.0.1:{console.metrics_port}/metrics", timeout=SECONDS).text
    families = text_string_to_metric_families(words)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def scraped_when(console: Console, true: Callable[[dict[tuple[str, ...], float]], bool]) -> dict[tuple[str, ...], float]:
    """Every figure as soon as this holds: the store and its points are heard a moment after the start."""
    until = time.monotonic() + SECONDS
    while not true(figures := scraped(console)):
        assert time.monotonic() < until, figures
        time.sleep(0.05)
    return figures


@pytest.fixture(scope="module")
def figures(clinic: Clinic, console: Console) -> Iterator[dict[tuple[str, ...], float]]:
    """What Prometheus reads when two wait and a kiosk is there."""
    kiosk = Device(clinic.broker, "kiosk-2", "kiosk", WELL).start()
    clinic.walk_in(11)
    clinic.walk_in(11)
    console.browser(Role.TECHNICIAN).until("۵۵ درجه", "/devices")
    yield scraped_when(console, lambda figures: figures.get(("nobat_waiting", "reception")) == 2)
    kiosk.leave()


def test_the_line_is_counted(figures: dict[tuple[str, ...], float]) -> None:
    assert figures["nobat_waiting", "reception"] == 2
    assert figures["nobat_tickets", "waiting"] == 2
    assert figures["nobat_longest_wait_seconds", "reception"] >= 0


def test_the_store_and_the_devices_are_told(figures: dict[tuple[str, ...], float]) -> None:
    assert figures["nobat_store_up",] == 1
    assert figures["nobat_store_commits_total",] > 0
    assert figures["nobat_day_open",] == 1
    assert figures["nobat_device_up", "kiosk-2", "kiosk"] == 1
    assert figures["nobat_device_up", "counter-1", "counter"] == 0
    assert figures["nobat_device_temperature_celsius", "kiosk-2"] == 55
    assert figures["nobat_device_memory_bytes", "kiosk-2"] == 90e6
    assert figures["nobat_device_printer", "kiosk-2", "paper_low"] == 1


def test_what_the_pages_were_asked_and_refused_is_counted(console: Console, figures: dict[tuple[str, ...], float]) -> None:
    httpx.get(f"{console.url}/nothing-here")
    assert scraped(console)["nobat_pages_requests_total", "404"] >= 1


def test_no_figure_names_anybody(clinic: Clinic, console: Console, figures: dict[tuple[str, ...], float]) -> None:
    labels = {label for _, *labels in figures for label in labels}
    assert not any(re.search(r"\d{5,}", label) for label in labels), "no mobile, no code"
    assert not any(re.search(r"[\u0600-\u06ff]", label) for label in labels), "no name"


def test_the_pages_do_not_give_figures_and_the_figures_address_gives_no_page(console: Console) -> None:
    assert httpx.get(f"{console.url}/metrics").status_code == 404
    assert "sign-in" not in httpx.get(f"http://127.0.0.1:{console.metrics_port}/").text


def test_what_a_device_said_before_it_went_is_no_figure() -> None:
    hot = known(KIOSK)
    told = {family.name: [one.value for one in family.samples] for family in metrics.of_devices(hot)}
    assert told["nobat_device_temperature_celsius"] == [55]
    gone = replace(hot, devices={"kiosk-1": fields(KIOSK, up=False)})
    told = {family.name: [one.value for one in family.samples] for family in metrics.of_devices(gone)}
    assert (told["nobat_device_temperature_celsius"], told["nobat_device_up"]) == ([], [0.0])
