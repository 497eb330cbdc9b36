"""Which systemd unit runs the program of a device (systemd/README.md)."""

from typing import Final

UNITS: Final = {"kiosk": "nobat-kiosk@{device}", "phone": "nobat-phone-line"}
OTHER_UNIT: Final = "nobat-display@{device}"


def unit_of(role: str, device: str) -> str:
    """The unit that starts the program of a device of this role."""
    return UNITS.get(role, OTHER_UNIT).format(device=device)
