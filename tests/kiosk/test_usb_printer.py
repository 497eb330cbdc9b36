"""A printer on USB is found without its numbers, and spoken to where it listens."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import usb.core

from kiosk_device.printing.usb_printer import UsbPrinter, find

Endpoint = tuple[int, int]
"""Its address and its attributes: 2 is bulk, 3 interrupt."""


class Interface(list[Any]):
    def __init__(self, kind: int, *endpoints: Endpoint) -> None:
        super().__init__(SimpleNamespace(bEndpointAddress=address, bmAttributes=how) for address, how in endpoints)
        self.bInterfaceClass = kind


class Device(list[list[Interface]]):
    def __init__(self, vendor: int, product: int, *interfaces: Interface) -> None:
        super().__init__([list(interfaces)])
        self.idVendor, self.idProduct = vendor, product


PAD = Device(0x1A2C, 0x2124, Interface(3, (0x81, 3)))
EPSON = Device(0x04B8, 0x0202, Interface(7, (0x01, 2), (0x82, 2)))
CHEAP = Device(0x0416, 0x5011, Interface(3, (0x83, 3)), Interface(7, (0x81, 2), (0x03, 2)))
UNNAMED = Device(0x6868, 0x0200, Interface(255, (0x02, 2)))


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> list[Device]:
    """What is plugged in, in the order in which the bus tells of it."""
    devices: list[Device] = []

    def found(custom_match: Callable[[Any], bool] | None = None, **numbers: int) -> Device | None:
        fits = (one for one in devices if all(getattr(one, name) == number for name, number in numbers.items()))
        return next((one for one in fits if custom_match is None or custom_match(one)), None)

    monkeypatch.setattr(usb.core, "find", found)
    return devices


def test_the_first_printer_is_found_beside_a_keypad(plugged: list[Device]) -> None:
    plugged += [PAD, EPSON]
    assert find("") == UsbPrinter(0x04B8, 0x0202, 0x01, 0x82)


def test_each_is_spoken_to_at_its_own_endpoints(plugged: list[Device]) -> None:
    plugged += [EPSON, CHEAP]
    assert find("0416:5011") == UsbPrinter(0x0416, 0x5011, 0x03, 0x81)


def test_one_that_does_not_say_what_it_is_is_taken_by_its_numbers(plugged: list[Device]) -> None:
    plugged += [UNNAMED]
    assert find("6868:0200").hears_at == 0x02
    with pytest.raises(OSError, match="no USB printer"):
        find("")


def test_what_is_no_printer_or_no_address_is_told(plugged: list[Device]) -> None:
    plugged += [PAD]
    with pytest.raises(OSError, match="1a2c:2124 takes in nothing"):
        find("1a2c:2124")
    with pytest.raises(ValueError, match="invalid literal"):
        find("ttyUSB0")
