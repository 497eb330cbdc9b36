"""A clinic's machine under its own systemd: it starts, says when it is ready, is watched, comes back, and stops in order.

The hardware is what a container has: none. Screens are SDL's dummy; console, pins, printer, pad and sound card are missing.
"""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installing.real import roots, site
from tests.installing.real.roots import Booted, Root, until

COMES_BACK_WITHIN_SECONDS = 90
START_LIMIT = 5  # after which systemd gives a unit up that says nothing else
CARD = "/boot/firmware/nobat.toml"


@pytest.fixture(scope="module")
def clinic(installed: tuple[Path, Path], brought: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Booted]:
    """The clinic on one machine, switched on."""
    with roots.layer(tmp_path_factory.mktemp("clinic"), *installed, brought=brought) as root:
        site.set_up(root)
        with root.booted() as machine:
            machine.run("nobat", "load", site.SITE_FILE)
            yield machine


def comes_back(machine: Booted, unit: str, why: str) -> None:
    until(lambda: machine.is_active(unit), COMES_BACK_WITHIN_SECONDS, f"{unit} {why}\n{machine.log(unit)[-3000:]}")


@pytest.mark.parametrize("unit", ["mosquitto.service", "nobat-store.service", *site.UNITS])
def test_what_starts_at_boot_is_ready_and_says_nothing_of_a_fault(clinic: Booted, unit: str) -> None:
    comes_back(clinic, unit, "is not up")
    assert "Traceback" not in clinic.log(unit)
    assert clinic.of(unit, "Result") == "success"


def test_the_store_and_all_devices_speak_with_each_other(clinic: Booted) -> None:
    for device in site.DEVICES:
        until(lambda device=device: f"as {device} (" in clinic.log("mosquitto"), 60, f"{device} never came to the broker")
    assert "nobat" in clinic.run("nobat", "doctor", check=False)


@pytest.mark.parametrize(
    ("unit", "missing"), [(site.UNITS[0], ("pad", "sound card", "printer")), (site.UNITS[1], ("no buttons",))]
)
def test_missing_hardware_is_told_and_ends_nothing(clinic: Booted, unit: str, missing: tuple[str, ...]) -> None:
    for part in missing:
        until(lambda part=part: part in clinic.log(unit), 30, f"{unit} does not say that it has no {part}")
    assert clinic.is_active(unit)


@pytest.mark.parametrize("unit", ["nobat-store.service", site.UNITS[0], site.UNITS[1]])
def test_a_program_that_hangs_is_ended_and_started_again(clinic: Booted, unit: str) -> None:
    comes_back(clinic, unit, "is not up")
    before, process = int(clinic.of(unit, "NRestarts")), clinic.of(unit, "MainPID")
    clinic.run("sh", "-c", f"kill -STOP {process}")
    until(lambda: int(clinic.of(unit, "NRestarts")) > before, COMES_BACK_WITHIN_SECONDS, f"nobody noticed that {unit} hangs")
    comes_back(clinic, unit, "did not come back")
    assert "Watchdog timeout" in clinic.log(unit)


def test_a_program_that_cannot_start_is_tried_for_ever(clinic: Booted) -> None:
    unit, file = site.UNITS[1], clinic.root.at("/etc/nobat/counter-1.toml")
    good, before = file.read_text(), int(clinic.of(unit, "NRestarts"))
    file.write_text("role = ")
    clinic.run("systemctl", "restart", unit, check=False)
    until(lambda: int(clinic.of(unit, "NRestarts")) > before + START_LIMIT, COMES_BACK_WITHIN_SECONDS, f"{unit} was given up")
    file.write_text(good)
    comes_back(clinic, unit, "did not come back by itself")


def test_without_a_broker_everything_starts_and_waits(clinic: Booted) -> None:
    clinic.run("systemctl", "stop", "mosquitto")
    try:
        for unit in ("nobat-store.service", *site.UNITS):
            clinic.run("systemctl", "restart", unit)
            assert clinic.is_active(unit), clinic.log(unit)
    finally:
        clinic.run("systemctl", "start", "mosquitto")


@pytest.mark.parametrize("unit", ["nobat-store.service", *site.UNITS])
def test_a_program_that_is_stopped_ends_in_order(clinic: Booted, unit: str) -> None:
    comes_back(clinic, unit, "is not up")
    clinic.run("systemctl", "stop", unit)
    assert (clinic.of(unit, "Result"), clinic.of(unit, "ExecMainStatus")) == ("success", "0")
    clinic.run("systemctl", "start", unit)


@pytest.fixture
def device(whole: Root) -> Root:
    """A kiosk's blank card, with everything installed and nobody's file."""
    site.without_a_screen(whole)
    whole.at(CARD).parent.mkdir(parents=True, exist_ok=True)
    return whole


def test_a_new_device_takes_in_the_file_on_its_card_and_starts(device: Root) -> None:
    bundle = site.enrolled(device, "kiosk-1")["kiosk-1"]
    password = next(line.split('"')[1] for line in bundle.splitlines() if line.startswith("password"))
    device.at(CARD).write_text(bundle)
    with device.booted() as machine:
        comes_back(machine, "nobat-kiosk@kiosk-1.service", "was not started")
        assert machine.run("systemctl", "is-enabled", "nobat-kiosk@kiosk-1.service") == "enabled"
        assert password not in machine.run("journalctl", "-b", "--no-pager")
    assert not device.at(CARD).exists()
    secret = device.at("/etc/nobat/credentials/kiosk-1")
    assert secret.read_text() == password + "\n"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    with device.booted() as machine:  # and at each boot from now on
        comes_back(machine, "nobat-kiosk@kiosk-1.service", "was forgotten")
        assert machine.of("nobat-first-boot.service", "ConditionResult") == "no"


@pytest.mark.parametrize("text", ["", "device = kiosk-1", 'device = "kiosk-1"\n'])
def test_a_file_that_cannot_be_used_is_told_and_stays(device: Root, text: str) -> None:
    device.at(CARD).write_text(text)
    with device.booted() as machine:
        until(lambda: CARD in machine.log("nobat-first-boot"), 60, "nothing was told")
        assert machine.of("nobat-first-boot.service", "ActiveState") == "activating", "its screen stands for ten minutes"
        assert machine.run("systemctl", "list-units", "--no-legend", "nobat-kiosk@*") == ""
    assert device.at(CARD).read_text() == text
