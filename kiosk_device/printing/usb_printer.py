"""Which USB device the printer is, and through which of its endpoints it speaks: makers number them as they like.

A device of the USB printer class has an interface of class 7, with one bulk endpoint to it and, if it can answer, one from it.
"""

import errno
from dataclasses import dataclass
from typing import Any, Final

PRINTER_CLASS: Final = 7
BULK: Final = 2
TO_US: Final = 0x80
"""In an endpoint's address: the printer speaks."""


@dataclass(frozen=True, slots=True)
class UsbPrinter:
    """A printer that is plugged in: its numbers and endpoints, as escpos wants them."""

    vendor: int
    product: int
    hears_at: int
    answers_at: int


def find(address: str) -> UsbPrinter:
    """The printer of this address, "04b8:0202"; empty: the first one that is plugged in. Raises OSError where there is none,
    ValueError for an address that is none."""
    import usb.core  # noqa: PLC0415  only the printer's thread does it, as with escpos

    device = usb.core.find(**_wanted(address))
    if device is None:
        raise OSError(errno.ENODEV, f"no USB printer {address}".rstrip())
    endpoints = [int(one.bEndpointAddress) for one in _interface(device) if one.bmAttributes & 3 == BULK]
    hears = [one for one in endpoints if not one & TO_US]
    answers = [one for one in endpoints if one & TO_US]
    if not hears:
        raise OSError(errno.ENODEV, f"USB device {device.idVendor:04x}:{device.idProduct:04x} takes in nothing: no printer")
    return UsbPrinter(device.idVendor, device.idProduct, hears[0], answers[0] if answers else hears[0] | TO_US)


def _wanted(address: str) -> dict[str, Any]:
    if not address:
        return {"custom_match": lambda device: any(_is_printer(one) for one in _interfaces(device))}
    vendor, _, product = address.partition(":")
    return {"idVendor": int(vendor, 16), "idProduct": int(product, 16)}


def _interface(device: Any) -> Any:
    """The printer's own, else the only one that there may be: cheap boards call themselves vendor specific."""
    interfaces = _interfaces(device)
    return next((one for one in interfaces if _is_printer(one)), interfaces[0] if interfaces else ())


def _interfaces(device: Any) -> list[Any]:
    return [interface for configuration in device for interface in configuration]


def _is_printer(interface: Any) -> bool:
    return bool(interface.bInterfaceClass == PRINTER_CLASS)
