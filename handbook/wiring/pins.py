"""The 40-pin header, and which of its pins a kiosk, a counter, an amplifier and a clock use."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from program.settings import ButtonSettings, KeypadSettings

GPIO_OF_PIN: Final[Mapping[int, int]] = MappingProxyType({
    3: 2, 5: 3, 7: 4, 8: 14, 10: 15, 11: 17, 12: 18, 13: 27, 15: 22, 16: 23, 18: 24, 19: 10, 21: 9, 22: 25, 23: 11, 24: 8,
    26: 7, 27: 0, 28: 1, 29: 5, 31: 6, 32: 12, 33: 13, 35: 19, 36: 16, 37: 26, 38: 20, 40: 21,
})  # fmt: skip
GROUNDS: Final = (6, 9, 14, 20, 25, 30, 34, 39)
POWER: Final[Mapping[int, str]] = MappingProxyType({1: "3.3 V", 2: "5 V", 4: "5 V", 17: "3.3 V"})
PIN_OF_GPIO: Final[Mapping[int, int]] = MappingProxyType({gpio: pin for pin, gpio in GPIO_OF_PIN.items()})


class Use(Enum):
    """What a wire carries; its value is its colour."""

    SIGNAL = "#1d4ed8"
    OUTPUT = "#7c3aed"
    THREE_VOLTS = "#b45309"
    FIVE_VOLTS = "#b91c1c"
    GROUND = "#111827"


@dataclass(frozen=True, slots=True)
class Wire:
    """One wire from the header: its pin, what it is called, what it carries."""

    pin: int
    what: str
    use: Use

    @property
    def where(self) -> str:
        """ "GPIO5 · pin 29"."""
        return f"{name_of(self.pin)} · pin {self.pin}"


def name_of(pin: int) -> str:
    """What stands beside a pin on every card of the header."""
    return f"GPIO{GPIO_OF_PIN[pin]}" if pin in GPIO_OF_PIN else POWER.get(pin, "ground")


def keypad_rows() -> tuple[Wire, ...]:
    """The matrix pad's rows, the top one first."""
    return tuple(
        Wire(PIN_OF_GPIO[gpio], f"row {place}", Use.OUTPUT) for place, gpio in enumerate(KeypadSettings().rows, start=1)
    )


def keypad_columns() -> tuple[Wire, ...]:
    """The matrix pad's columns, the left one first."""
    return tuple(signal(gpio, f"column {place}") for place, gpio in enumerate(KeypadSettings().columns, start=1))


def buttons() -> tuple[Wire, ...]:
    """A counter's or room's buttons, as the programs read them at first."""
    usual = ButtonSettings()
    named = (("call next", usual.call_next), ("not here", usual.no_show), ("comes back", usual.send_away))
    return tuple(signal(gpio, what) for what, gpio in named if gpio is not None)


def lamp() -> Wire:
    """The lamp of the green button. ValueError: the programs have none at first."""
    gpio = ButtonSettings().lamp
    if gpio is None:
        raise ValueError("no lamp is fitted by the usual settings")
    return Wire(PIN_OF_GPIO[gpio], "lamp", Use.OUTPUT)


def signal(gpio: int, what: str) -> Wire:
    """A wire at a GPIO (BCM) number, over which the Pi hears or speaks."""
    return Wire(PIN_OF_GPIO[gpio], what, Use.SIGNAL)


def three_volts(pin: int = 1) -> Wire:
    """3.3 V, of which all parts together may take 50 mA."""
    return Wire(pin, "3.3 V", Use.THREE_VOLTS)


def grounds_near(wires: Iterable[Wire]) -> tuple[Wire, ...]:
    """A ground pin for each wire, the nearest that is left."""
    free = list(GROUNDS)
    found = []
    for wire in wires:
        pin = min(free, key=lambda ground: abs(ground - wire.pin))
        free.remove(pin)
        found.append(Wire(pin, wire.what, Use.GROUND))
    return tuple(found)


def amplifier() -> tuple[Wire, ...]:
    """A MAX98357A board, in the order of its own pins."""
    return (
        Wire(2, "Vin", Use.FIVE_VOLTS),
        Wire(6, "GND", Use.GROUND),
        signal(16, "SD"),
        signal(21, "DIN"),
        signal(18, "BCLK"),
        signal(19, "LRC"),
    )


def clock() -> tuple[Wire, ...]:
    """A DS3231 board."""
    return (Wire(1, "VCC", Use.THREE_VOLTS), signal(2, "SDA"), signal(3, "SCL"), Wire(9, "GND", Use.GROUND))
