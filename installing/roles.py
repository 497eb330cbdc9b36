"""What a machine can be at a site, and what each role needs of Debian and of systemd. One machine may have several roles."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """A machine's part at the site; the word after --role."""

    STORE = "store"
    KIOSK = "kiosk"
    COUNTER = "counter"
    ROOM = "room"
    WAITING_ROOM = "waiting_room"
    PHONE = "phone"
    CONSOLE = "console"
    PATIENT_PAGE = "patient_page"
    LETTER_PAGE = "letter_page"
    STANDBY = "standby"
    TWO_SCREENS = "two_screens"


@dataclass(frozen=True, slots=True)
class Needs:
    """`packages`: Debian's; "a|b" is the first that this Debian has, one that ends in "?" is taken only where there is one.
    `units`: started at boot. `device_unit`: started for each device file of this role."""

    packages: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    device_unit: str = ""
    extras: tuple[str, ...] = ()  # of pyproject.toml


FIRST_BOOT: Final = "nobat-first-boot.service"
"""On every device: it does nothing where the card has no file."""
EVERYWHERE: Final = ("python3", "python3-venv", "libfribidi0")
"""`nobat` itself writes Persian."""
_DRAWS: Final = ("libegl1", "libgles2", "libgbm1", "libasound2t64|libasound2", "espeak-ng")
_HANDS: Final = ("python3-lgpio?", "python3-evdev")
_DISPLAY: Final = Needs((*_DRAWS, *_HANDS), (FIRST_BOOT,), "nobat-display@")

NEEDS: Final = MappingProxyType(
    {
        Role.STORE: Needs(
            ("mosquitto", "chrony"), ("mosquitto.service", "nobat-store.service", "nobat-backup.timer"), extras=("postgresql",)
        ),
        Role.KIOSK: Needs((*_DRAWS, *_HANDS, "libusb-1.0-0"), (FIRST_BOOT,), "nobat-kiosk@"),
        Role.COUNTER: _DISPLAY,
        Role.ROOM: _DISPLAY,
        Role.WAITING_ROOM: Needs(_DRAWS, (FIRST_BOOT,), "nobat-display@"),
        Role.PHONE: Needs(("espeak-ng",), ("nobat-phone-line.socket", "nobat-phone-line.service")),
        Role.CONSOLE: Needs((), ("nobat-console.service",), extras=("console",)),
        Role.PATIENT_PAGE: Needs((), ("nobat-patient-page.service",), extras=("console",)),
        Role.LETTER_PAGE: Needs((), ("nobat-letter-page.service",), extras=("console",)),
        Role.STANDBY: Needs(("mosquitto", "rsync"), ("nobat-copies.timer",)),
        Role.TWO_SCREENS: Needs(("sway", "seatd"), ("seatd.service", "nobat-screens.service")),
    }
)
"""The whole table. The store's machine keeps the clinic's time: chrony answers the devices (hardware.md)."""


def drawing(devices: Mapping[str, str]) -> tuple[str, ...]:
    """Those of a machine's devices (id to role) that have a screen."""
    return tuple(device for device, role in devices.items() if role in set(Role) and NEEDS[Role(role)].device_unit)


def too_many_screens(roles: Collection[str], devices: Mapping[str, str]) -> str:
    """Why a machine of these roles cannot carry these devices, and what to do; empty: it can."""
    screens = drawing(devices)
    if len(screens) < 2 or Role.TWO_SCREENS in roles:
        return ""
    return (
        f"{' and '.join(screens)} want a screen of this one machine, and by KMS/DRM one program has all of its connectors: the "
        "second would stay black. For a screen each: sudo ./install.sh --role two_screens (docs/install.md, Two screens). Of a "
        "device that this machine is no more: remove its file from /etc/nobat"
    )
