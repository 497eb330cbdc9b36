"""Which devices a machine carries, and which systemd unit runs the program of each (systemd/README.md)."""

from pathlib import Path
from typing import Final

DEVICE_FILES: Final = Path("/etc/nobat")
NO_DEVICE_FILES: Final = frozenset({"operator.toml", "console.toml"})

UNITS: Final = {"kiosk": "nobat-kiosk@{device}", "phone": "nobat-phone-line"}
OTHER_UNIT: Final = "nobat-display@{device}"


def unit_of(role: str, device: str) -> str:
    """The unit that starts the program of a device of this role."""
    return UNITS.get(role, OTHER_UNIT).format(device=device)


def device_files(folder: Path = DEVICE_FILES) -> tuple[Path, ...]:
    """The device files of this machine."""
    return tuple(sorted(file for file in folder.glob("*.toml") if file.name not in NO_DEVICE_FILES))
