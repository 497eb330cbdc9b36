"""Which devices a machine carries, and which systemd unit runs the program of each (systemd/README.md)."""

from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from installing.roles import drawing
from installing.steps import devices_of
from program.settings import Broker, ScreenSettings, SettingsError, load_settings

DEVICE_FILES: Final = Path("/etc/nobat")
NO_DEVICE_FILES: Final = frozenset({"operator.toml", "console.toml", "patient-page.toml", "letter-page.toml"})
CREDENTIALS: Final = Path("/run/credentials")
"""Where systemd shows a unit what it was given, for as long as it runs."""

UNITS: Final = {"kiosk": "nobat-kiosk@{device}", "phone": "nobat-phone-line"}
OTHER_UNIT: Final = "nobat-display@{device}"


def unit_of(role: str, device: str) -> str:
    """The unit that starts the program of a device of this role."""
    return UNITS.get(role, OTHER_UNIT).format(device=device)


def device_files(folder: Path = DEVICE_FILES) -> tuple[Path, ...]:
    """The device files of this machine."""
    return tuple(sorted(file for file in folder.glob("*.toml") if file.name not in NO_DEVICE_FILES))


def screens_of(folder: Path) -> dict[str, ScreenSettings]:
    """The screens of the devices that draw, by device. One whose file cannot be used is not among them: its program does not
    start, and the doctor tells it where it examines the device."""
    screens = {}
    for device in drawing(devices_of(folder)):
        with suppress(SettingsError):
            screens[device] = load_settings(folder / f"{device}.toml").screen
    return screens


def outside_its_unit(broker: Broker, device: str, folder: Path = DEVICE_FILES) -> Broker:
    """How root signs in under a device's name: what its file names is the unit's alone, and gone while the unit is stopped; the
    unit has it from a file that stays."""
    if broker.password_file is None or not Path(broker.password_file).is_relative_to(CREDENTIALS):
        return broker
    return msgspec.structs.replace(broker, password_file=str(folder / "credentials" / device))
