"""One examination of one machine: which devices it carries, and every look at each, in the order in which faults explain each
other (a wrong clock before the broker's certificate, the broker before the store).
"""

from collections.abc import Callable, Generator, Iterator, Set
from pathlib import Path
from typing import Any, Final

from command_line.doctor import broker, machine, paper, pins, senses
from command_line.doctor.finding import Finding, Trial, ill, not_tried, well
from command_line.doctor.running import process_of
from command_line.doctor.screens import screens
from command_line.units import DEVICE_FILES, outside_its_unit, unit_of
from kiosk_device.__main__ import real_pins
from kiosk_device.roll import PAPER_DOTS
from kiosk_device.ticket import test_page
from phone_line.settings import PhoneLineSettings
from program.settings import Broker, DeviceSettings, SettingsError, read_document, settings_in

TELEPHONE: Final = "phone"
"""Its role in the site file."""


def of_machine(state_folder: Path, device_files: Path = DEVICE_FILES) -> Iterator[Finding]:
    """What is the same for every program on it."""
    yield machine.clock()
    yield from machine.disk(state_folder)
    yield from machine.memory()
    yield from machine.power()
    yield from machine.heat()
    yield from screens(device_files)


def of_device(file: Path, trials: Set[Trial], tell: Callable[[str], None]) -> Iterator[Finding]:
    """Everything of one device. `tell` talks with the technician during trials."""
    try:
        document = read_document(file)
    except SettingsError as problem:
        yield _no_device_file(problem, "docs/reference.md")
        return
    if "agi" in document and "role" not in document:  # the telephone's has a shape of its own
        yield from _of_the_telephone(file, document)
    else:
        yield from _of_the_device(file, document, trials, tell)


def _of_the_device(file: Path, document: dict[str, Any], trials: Set[Trial], tell: Callable[[str], None]) -> Iterator[Finding]:
    try:
        settings = settings_in(document, file, DeviceSettings)
    except SettingsError as problem:
        yield _no_device_file(problem, "docs/reference.md")
        return
    yield well("device file", f"{file}: {settings.role} {settings.device} of {settings.site}")
    yield from pins.gpio_library(settings)
    yield from senses.unnoticed(settings)
    runs = yield from _program(file, settings.role, settings.device, settings.site, settings.broker)
    if runs:
        do = f"sudo systemctl stop {unit_of(settings.role, settings.device)}, then nobat doctor again"
        yield not_tried("hardware", "the running program has it in its hands", do)
    else:
        yield from _hardware(settings, trials, tell)


def _of_the_telephone(file: Path, document: dict[str, Any]) -> Iterator[Finding]:
    try:
        settings = settings_in(document, file, PhoneLineSettings)
    except SettingsError as problem:
        yield _no_device_file(problem, "docs/telephone.md")
        return
    yield well("device file", f"{file}: telephone {settings.device} of {settings.site}")
    yield from _program(file, TELEPHONE, settings.device, settings.site, settings.broker)


def _no_device_file(problem: SettingsError, example: str) -> Finding:
    return ill("device file", str(problem), f"{example} names every setting; nobat join writes one")


def _program(file: Path, role: str, device: str, site: str, login: Broker) -> Generator[Finding, None, bool]:
    """Whether its program runs, and its place at the broker, as far as that can be looked at without turning it out."""
    process = process_of(file, role)
    if process is not None:
        yield well("program", f"it runs (process {process})")
        yield broker.reachable(login)
        return True
    yield not_tried("program", "it does not run", f"sudo systemctl start {unit_of(role, device)}, when you are done")
    yield from broker.BrokerVisit(outside_its_unit(login, device, file.parent), site, device).findings()
    return False


def _hardware(settings: DeviceSettings, trials: Set[Trial], tell: Callable[[str], None]) -> Iterator[Finding]:
    if settings.printer.kind != "none":
        dots = PAPER_DOTS[settings.printer.paper_mm]
        yield paper.printer(
            settings.printer, test_page(settings.device, settings.language, dots) if Trial.PAPER in trials else None
        )
    if settings.screen.driver != senses.SHOWN_TO_NOBODY:
        yield senses.screen(settings.screen, settings.device, show=Trial.SCREEN in trials)
    if settings.speaker is not None and settings.speaker.driver not in senses.HEARD_BY_NOBODY:
        yield senses.sound(settings.speaker, speak=Trial.SOUND in trials)
    if Trial.KEYS in trials:
        yield from pins.keys(settings, tell, real_pins)
    elif settings.keypad.kind != "none" or settings.buttons.kind == "gpio":
        yield not_tried("keys", "nobody pressed any", "nobat doctor --try keys has each pressed")
