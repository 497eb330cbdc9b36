"""The signs of a circuit: resistor, capacitor, ground, button, lamp, transistor, diodes, optocoupler, and the header itself."""

from collections.abc import Iterable
from typing import Final

from handbook.wiring.pins import Wire, name_of
from handbook.wiring.sheet import PALE, Place, Sheet

ROW: Final = 29.0
"""Between two rows of the header's drawing."""


def header(sheet: Sheet, at: Place, wires: Iterable[Wire]) -> None:
    """The Pi's header as it is seen from above with the USB sockets below; `at` is its upper left corner. What is used has its
    name beside it."""
    used: dict[int, list[Wire]] = {}
    for wire in wires:
        used.setdefault(wire.pin, []).append(wire)
    left, top = at
    sheet.box((left, top), (72, 20 * ROW + 12), fill="#f3f4f6", round_by=6)
    for pin in range(1, 41):
        is_odd = pin % 2 == 1
        x = left + (20 if is_odd else 52)
        y = top + 20 + (pin - 1) // 2 * ROW
        mine = used.get(pin, [])
        colour = mine[0].use.value if mine else PALE
        if pin == 1:
            sheet.box((x - 11, y - 11), (22, 22), fill=colour if mine else "white", edge=colour)
        else:
            sheet.circle((x, y), 11, fill=colour if mine else "white", edge=colour)
        sheet.text((x, y + 4.5), str(pin), size=12, anchor="middle", colour="white" if mine else PALE, bold=bool(mine))
        words = f"{name_of(pin)}: {', '.join(wire.what for wire in mine)}" if mine else name_of(pin)
        if mine and all(wire.what in {name_of(pin), "GND"} for wire in mine):
            words = name_of(pin)
        side = x - 28 if is_odd else x + 28
        sheet.line((x - 12 if is_odd else x + 12, y), (side + (3 if is_odd else -3), y), colour=colour, width=2 if mine else 1)
        anchor = "end" if is_odd else "start"
        sheet.text((side, y + 5), words, size=14 if mine else 12, anchor=anchor, colour=colour, bold=bool(mine))
    sheet.text((left + 36, top + 20 * ROW + 32), "USB sockets", size=12, anchor="middle", colour=PALE)


def terminal(sheet: Sheet, at: Place, wire: Wire, *, leftwards: bool = True) -> None:
    """A wire's end at the header, named; the wire goes on from `at`."""
    x, y = at
    sheet.circle(at, 5, fill=wire.use.value, edge=wire.use.value)
    sheet.text(
        (x - 12 if leftwards else x + 12, y + 5), wire.where, anchor="end" if leftwards else "start", colour=wire.use.value
    )


def resistor(sheet: Sheet, at: Place, words: str, *, upright: bool = False) -> Place:
    """A resistor of 44 units that begins at `at` and goes to the right, or down; gives its end."""
    x, y = at
    if upright:
        sheet.box((x - 7, y), (14, 44))
        sheet.text((x + 13, y + 27), words, size=13)
        return (x, y + 44)
    sheet.box((x, y - 7), (44, 14))
    sheet.text((x + 22, y - 13), words, size=13, anchor="middle")
    return (x + 44, y)


def capacitor(sheet: Sheet, at: Place, words: str) -> None:
    """A capacitor from `at` down to ground."""
    x, y = at
    sheet.line((x, y), (x, y + 14))
    sheet.line((x - 12, y + 14), (x + 12, y + 14), width=3)
    sheet.line((x - 12, y + 22), (x + 12, y + 22), width=3)
    sheet.text((x + 18, y + 23), words, size=13)
    ground(sheet, (x, y + 22))


def ground(sheet: Sheet, at: Place) -> None:
    """The sign of ground, below `at`."""
    x, y = at
    sheet.line((x, y), (x, y + 12))
    for place, half in enumerate((12, 8, 4)):
        sheet.line((x - half, y + 12 + 5 * place), (x + half, y + 12 + 5 * place))


def button(sheet: Sheet, at: Place, words: str, colour: str = "white") -> Place:
    """A push button of 60 units that begins at `at`; gives its end."""
    x, y = at
    sheet.circle((x + 8, y), 4, fill="white")
    sheet.circle((x + 52, y), 4, fill="white")
    sheet.line((x, y), (x + 4, y))
    sheet.line((x + 56, y), (x + 60, y))
    sheet.line((x + 4, y - 13), (x + 56, y - 13), width=3)
    sheet.box((x + 20, y - 27), (20, 14), fill=colour)
    sheet.text((x + 30, y + 24), words, size=13, anchor="middle", bold=True)
    return (x + 60, y)


def lamp(sheet: Sheet, at: Place, words: str) -> Place:
    """A lamp of 36 units that begins at `at`; gives its end."""
    x, y = at
    sheet.circle((x + 18, y), 18, fill="#fef9c3")
    sheet.line((x + 6, y - 12), (x + 30, y + 12))
    sheet.line((x + 6, y + 12), (x + 30, y - 12))
    sheet.text((x + 18, y - 26), words, size=13, anchor="middle")
    return (x + 36, y)


def transistor(sheet: Sheet, gate: Place, words: str) -> tuple[Place, Place]:
    """A MOSFET with its gate at `gate`; gives its drain, above, and its source, below."""
    x, y = gate
    sheet.line((x, y), (x + 16, y))
    sheet.line((x + 16, y - 20), (x + 16, y + 20), width=3)
    sheet.line((x + 23, y - 24), (x + 23, y + 24), width=3)
    sheet.line((x + 23, y - 16), (x + 44, y - 16), (x + 44, y - 36))
    sheet.line((x + 23, y + 16), (x + 44, y + 16), (x + 44, y + 36))
    sheet.text((x + 54, y + 5), words, size=13)
    return (x + 44, y - 36), (x + 44, y + 36)


def pull_up(sheet: Sheet, at: Place, volts: Wire) -> None:
    """10k from `at` up to 3.3 V."""
    x, y = at
    sheet.line((x, y), (x, y - 12))
    sheet.box((x - 7, y - 56), (14, 44))
    sheet.text((x + 13, y - 28), "10k", size=13)
    sheet.line((x, y - 56), (x, y - 66), colour=volts.use.value)
    sheet.text((x, y - 72), volts.where, anchor="middle", size=12.5, colour=volts.use.value)


def switched(sheet: Sheet, at: Place, wire: Wire, words: str) -> tuple[Place, Place]:
    """A MOSFET that `wire` switches, and that stays dark while the Pi starts; gives its drain and its source."""
    x, y = at
    terminal(sheet, at, wire)
    sheet.line((x + 5, y), (x + 25, y), colour=wire.use.value)
    end = resistor(sheet, (x + 25, y), "220 Ω")
    sheet.line(end, (x + 100, y))
    sheet.dot((x + 85, y))
    sheet.line((x + 85, y), (x + 85, y + 12))
    sheet.box((x + 78, y + 12), (14, 44))
    sheet.text((x + 70, y + 40), "100k", size=13, anchor="end")
    ground(sheet, (x + 85, y + 56))
    return transistor(sheet, (x + 100, y), words)


def diode(sheet: Sheet, at: Place, words: str, *, size: float = 11) -> None:
    """A diode with its middle at `at` that lets current go upwards."""
    x, y = at
    sheet.line((x - size, y + size), (x + size, y + size), (x, y - size), (x - size, y + size))
    sheet.line((x - size, y - size), (x + size, y - size), width=3)
    sheet.text((x - size - 8, y + 5), words, size=13, anchor="end")


def optocoupler(sheet: Sheet, at: Place, words: str) -> tuple[Place, Place, Place, Place]:
    """An optocoupler of 150 by 100 units with its upper left corner at `at`; gives anode, cathode, collector, emitter."""
    x, y = at
    sheet.box(at, (150, 100), fill="#f9fafb")
    sheet.line((x, y + 24), (x + 40, y + 24), (x + 40, y + 38))
    sheet.line((x + 28, y + 38), (x + 52, y + 38), (x + 40, y + 60), (x + 28, y + 38))
    sheet.line((x + 28, y + 60), (x + 52, y + 60), width=3)
    sheet.line((x + 40, y + 60), (x + 40, y + 76), (x, y + 76))
    for lower in (0, 12):
        sheet.line((x + 62, y + 42 + lower), (x + 84, y + 42 + lower))
        sheet.line((x + 78, y + 38 + lower), (x + 84, y + 42 + lower), (x + 78, y + 46 + lower))
    sheet.line((x + 98, y + 32), (x + 98, y + 68), width=3)
    sheet.line((x + 98, y + 42), (x + 120, y + 24), (x + 150, y + 24))
    sheet.line((x + 98, y + 58), (x + 120, y + 76), (x + 150, y + 76))
    sheet.text((x + 75, y + 94), words, size=13, anchor="middle")
    return (x, y + 24), (x, y + 76), (x + 150, y + 24), (x + 150, y + 76)


def block(sheet: Sheet, at: Place, size: Place, words: tuple[str, ...], *, fill: str = "#f9fafb") -> None:
    """A box with lines of words in its middle, the first one bold."""
    sheet.box(at, size, fill=fill, round_by=8)
    x, y = at[0] + size[0] / 2, at[1] + size[1] / 2 - (len(words) - 1) * 9 + 5
    for place, line in enumerate(words):
        sheet.text((x, y + 18 * place), line, anchor="middle", size=14 if place == 0 else 12.5, bold=place == 0)
