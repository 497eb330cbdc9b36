"""One examination of one machine: which devices it carries, and every look at each, in the order in which faults explain each
other (a wrong clock before the broker's certificate, the broker before the store).
"""

from collections.abc import Callable, Iterator, Set
from pathlib import Path

from command_line.doctor import broker, machine, paper, pins, senses
from command_line.doctor.finding import Finding, Trial, ill, not_tried, well
from command_line.doctor.running import process_of
from command_line.units import unit_of
from kiosk_device.__main__ import real_pins
from kiosk_device.roll import PAPER_DOTS
from kiosk_device.ticket import test_page
from program.settings import DeviceSettings, SettingsError, load_settings


def of_machine(state_folder: Path) -> Iterator[Finding]:
    """What is the same for every program on it."""
    yield machine.clock()
    yield from machine.disk(state_folder)
    yield from machine.memory()
    yield from machine.power()
    yield from machine.heat()


def of_device(file: Path, trials: Set[Trial], tell: Callable[[str], None]) -> Iterator[Finding]:
    """Everything of one device. `tell` talks with the technician during trials."""
    try:
        settings = load_settings(file)
    except SettingsError as problem:
        yield ill("device file", str(problem), "hardware.md shows a whole one; nobat join writes one")
        return
    yield well("device file", f"{file}: {settings.role} {settings.device} of {settings.site}")
    yield from pins.gpio_library(settings)
    process = process_of(file, settings.role)
    if process is not None:
        yield well("program", f"it runs (process {process})")
        yield broker.reachable(settings.broker)
        unit = unit_of(settings.role, settings.device)
        yield not_tried(
            "hardware", "the running program has it in its hands", f"sudo systemctl stop {unit}, then nobat doctor again"
        )
        return
    yield not_tried(
        "program", "it does not run", f"sudo systemctl start {unit_of(settings.role, settings.device)}, when you are done"
    )
    yield from broker.BrokerVisit(settings.broker, settings.site, settings.device).findings()
    yield from _hardware(settings, trials, tell)


def _hardware(settings: DeviceSettings, trials: Set[Trial], tell: Callable[[str], None]) -> Iterator[Finding]:
    if settings.printer.kind != "none":
        dots = PAPER_DOTS[settings.printer.paper_mm]
        yield paper.printer(
            settings.printer, test_page(settings.device, settings.language, dots) if Trial.PAPER in trials else None
        )
    yield senses.screen(settings.screen, settings.device, show=Trial.SCREEN in trials)
    if settings.speaker is not None:
        yield senses.sound(settings.speaker, speak=Trial.SOUND in trials)
    if Trial.KEYS in trials:
        yield from pins.keys(settings, tell, real_pins)
    elif settings.keypad.kind != "none" or settings.buttons.kind == "gpio":
        yield not_tried("keys", "nobody pressed any", "nobat doctor --try keys has each pressed")
