"""The drawings themselves, by the name of their file in docs/pictures/wiring."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from handbook.wiring import parts, pins
from handbook.wiring.pins import Use, Wire
from handbook.wiring.sheet import PALE, Sheet
from kiosk_device.keypad.keys import ERASE, GREEN, KEY_LEGENDS

LEGENDS: Final = {ERASE: "←", GREEN: "●"}
COLOURS: Final = {"call next": "#22c55e", "not here": "#ef4444", "comes back": "#facc15"}


def kiosk() -> Sheet:
    """The header of a kiosk with a matrix keypad, and the matrix."""
    sheet = Sheet(
        "A kiosk with a matrix keypad",
        "Four row wires and three column wires. A USB pad needs none of this. The three resistors are not optional.",
    )
    rows, columns = pins.keypad_rows(), pins.keypad_columns()
    parts.header(sheet, (220, 120), [pins.three_volts(), *rows, *columns])
    left, top, step = 720.0, 270.0, 105.0
    sheet.line((left, top - 130), (left + 2 * step, top - 130), colour=Use.THREE_VOLTS.value, width=3)
    parts.terminal(sheet, (left - 40, top - 130), pins.three_volts())
    sheet.line((left - 40, top - 130), (left, top - 130), colour=Use.THREE_VOLTS.value, width=3)
    for place, column in enumerate(columns):
        x = left + place * step
        parts.resistor(sheet, (x, top - 130), "10k", upright=True)
        sheet.line((x, top - 86), (x, top + 3 * step + 60), colour=Use.SIGNAL.value)
        sheet.circle((x, top + 3 * step + 60), 5, fill=Use.SIGNAL.value, edge=Use.SIGNAL.value)
        for line, words in enumerate((column.what, *column.where.split(" · "))):
            sheet.text((x, top + 3 * step + 84 + 18 * line), words, anchor="middle", colour=Use.SIGNAL.value, bold=line == 0)
    for line, (row, legends) in enumerate(zip(rows, KEY_LEGENDS, strict=True)):
        y = top + line * step
        sheet.line((left - 40, y), (left + 2 * step + 40, y), colour=Use.OUTPUT.value)
        sheet.circle((left - 40, y), 5, fill=Use.OUTPUT.value, edge=Use.OUTPUT.value)
        sheet.text((left - 54, y), row.what, anchor="end", colour=Use.OUTPUT.value, bold=True)
        sheet.text((left - 54, y + 18), row.where, anchor="end", colour=Use.OUTPUT.value)
        for place, legend in enumerate(legends):
            x = left + place * step
            sheet.line((x, y - 14), (x + 26, y - 26), colour=Use.SIGNAL.value)
            sheet.line((x + 26, y - 26), (x + 26, y), colour=Use.OUTPUT.value)
            sheet.circle((x + 38, y - 38), 17, fill="#e5e7eb")
            sheet.text((x + 38, y - 32), LEGENDS.get(legend, legend), size=17, anchor="middle", bold=True)
    sheet.text((40, 768), "A key joins its row wire to its column wire; wires that merely cross do not touch.", colour=PALE)
    return sheet


def counter() -> Sheet:
    """The header of a counter or room, its three buttons, and the lamp."""
    sheet = Sheet(
        "A counter or room: three buttons and a lamp",
        "Cables up to 3 m: one twisted pair a button. Resistors and capacitors sit beside the Pi.",
    )
    buttons, lamp = pins.buttons(), pins.lamp()
    grounds = pins.grounds_near([*buttons, lamp])
    volts = pins.three_volts(17)
    parts.header(sheet, (220, 120), [volts, *buttons, lamp, *grounds])
    for place, (wire, ground) in enumerate(zip(buttons, grounds, strict=False)):
        y = 190.0 + 150 * place
        parts.terminal(sheet, (690, y), wire)
        sheet.line((695, y), (740, y), colour=Use.SIGNAL.value)
        parts.capacitor(sheet, (718, y), "100 nF")
        sheet.dot((718, y), Use.SIGNAL.value)
        end = parts.resistor(sheet, (740, y), "1k")
        sheet.line(end, (850, y))
        sheet.dot((815, y))
        parts.pull_up(sheet, (815, y), volts)
        sheet.line((850, y), (910, y), dashed=True)
        far = parts.button(sheet, (910, y), wire.what, COLOURS[wire.what])
        sheet.line(far, (1020, y), (1020, y + 58), (815, y + 58), dashed=True)
        parts.terminal(sheet, (815, y + 58), ground)
    y = 655.0
    drain, source = parts.switched(sheet, (690, y), lamp, "AO3400, or 2N7000 to 60 mA")
    sheet.line(drain, (drain[0], y - 60), (880, y - 60))
    lamp_end = parts.lamp(sheet, (880, y - 60), "lamp")
    sheet.line(lamp_end, (950, y - 60), colour=Use.FIVE_VOLTS.value)
    sheet.text((958, y - 55), "+5 V or +12 V", colour=Use.FIVE_VOLTS.value)
    sheet.line(source, (source[0], y + 64))
    parts.terminal(sheet, (source[0], y + 64), grounds[-1], leftwards=False)
    sheet.text(
        (40, 768),
        "The lamp's own resistor is inside it, or 220 Ω at 5 V, 680 Ω at 12 V. 0 V of a 12 V supply is joined to ground.",
        colour=PALE,
    )
    return sheet


def long_cable() -> Sheet:
    """A button more than three metres away, and a lamp that is no lamp of a button."""
    sheet = Sheet(
        "A button far away, and a lamp over the door",
        "More than 3 m, or beside mains cables: a loop of 12 V and an optocoupler. The Pi's pins stay in the case.",
    )
    wire, lamp = pins.buttons()[0], pins.lamp()
    ground, *_, lamp_ground = pins.grounds_near([*pins.buttons(), lamp])
    sheet.text((40, 130), f"The button (here: {wire.what}; the others alike)", size=17, bold=True)
    _far_button(sheet, wire, ground)
    sheet.text((40, 430), "A lamp over the door, or any other load", size=17, bold=True)
    _far_lamp(sheet, lamp, lamp_ground)
    return sheet


def _far_button(sheet: Sheet, wire: Wire, ground: Wire) -> None:
    y = 230.0
    far = parts.button(sheet, (150, y), wire.what, COLOURS[wire.what])
    sheet.line(far, (430, y), dashed=True)
    sheet.line((150, y), (110, y), (110, y + 52), (430, y + 52), dashed=True)
    sheet.text((235, y - 14), "twisted pair, up to 50 m", size=13)
    sheet.line((412, y - 50), (412, y + 88), colour=PALE, width=1.5)
    sheet.text((404, y + 84), "the wall", size=13, anchor="end", colour=PALE)
    sheet.text((420, y + 84), "the case", size=13, colour=PALE)
    end = parts.resistor(sheet, (430, y), "2.2k")
    sheet.dot((430, y + 52), Use.FIVE_VOLTS.value)
    sheet.text((438, y + 57), "+12 V", colour=Use.FIVE_VOLTS.value, bold=True)
    anode, cathode, collector, emitter = parts.optocoupler(sheet, (620, y - 24), "PC817")
    sheet.line(end, anode)
    sheet.line(cathode, (545, cathode[1]), (545, cathode[1] + 26))
    sheet.text((554, cathode[1] + 30), "0 V", bold=True)
    sheet.dot((545, y))
    sheet.dot((545, cathode[1]))
    sheet.line((545, y), (545, cathode[1]))
    parts.diode(sheet, (545, y + 26), "1N4148")
    sheet.line(collector, (880, collector[1]))
    sheet.dot((830, collector[1]))
    parts.pull_up(sheet, (830, collector[1]), pins.three_volts(17))
    parts.terminal(sheet, (880, collector[1]), wire, leftwards=False)
    sheet.line(emitter, (880, emitter[1]))
    parts.terminal(sheet, (880, emitter[1]), ground, leftwards=False)
    notes = (
        "The 12 V supply is one of its own, joined to the Pi nowhere. 5 mA flow while the button is down.",
        "Across each pair, where it enters the case: an SMBJ15A, against what a storm or a motor puts on it.",
    )
    for line, words in enumerate(notes):
        sheet.text((60, 348 + 22 * line), words, colour=PALE)


def _far_lamp(sheet: Sheet, lamp: Wire, ground: Wire) -> None:
    y = 560.0
    drain, source = parts.switched(sheet, (210, y), lamp, "AO3400")
    parts.terminal(sheet, (source[0], y + 64), ground, leftwards=False)
    sheet.line(source, (source[0], y + 64))
    sheet.line(drain, (drain[0], y - 90), (560, y - 90))
    parts.block(sheet, (560, y - 120), (190, 110), ("solid state relay", "in: 3 to 32 V DC", "out: 24 V DC, 1 A"))
    sheet.text((568, y - 100), "−", size=13)
    sheet.text((568, y - 30), "+", size=13)
    sheet.line((560, y - 40), (540, y - 40), colour=Use.FIVE_VOLTS.value)
    parts.terminal(sheet, (540, y - 40), Wire(4, "5 V", Use.FIVE_VOLTS))
    sheet.line((750, y - 90), (820, y - 90))
    end = parts.lamp(sheet, (820, y - 90), "24 V lamp")
    sheet.line(end, (930, y - 90))
    sheet.text((938, y - 85), "24 V supply, +", size=13)
    sheet.line((750, y - 40), (930, y - 40))
    sheet.text((938, y - 35), "24 V supply, −", size=13)
    notes = (
        "The lamp changes with every call, and blinks while the store is asked: a relay with contacts would click all day.",
        "Where one must be: 1N4007 across its coil, the bar at +, and 12 V of its own whose 0 V is joined to the Pi's ground.",
        "230 V is an electrician's, in a case of its own, and is not needed: signal lamps are made for 24 V.",
    )
    for line, words in enumerate(notes):
        sheet.text((60, 690 + 22 * line), words, colour=PALE)


def sound_and_clock() -> Sheet:
    """An amplifier on I²S and a clock on I²C, which any device may have beside its keys or buttons."""
    sheet = Sheet(
        "Amplifier and clock",
        "Both fit beside a keypad or buttons: their pins are the ones that the pin map keeps free.",
    )
    amplifier, clock = pins.amplifier(), pins.clock()
    parts.header(sheet, (220, 120), [*amplifier, *clock])
    parts.block(sheet, (790, 130), (250, 230), ("MAX98357A", "amplifier, 3 W into 4 Ω", "GAIN left open: 9 dB"))
    for place, wire in enumerate(amplifier):
        y = 150.0 + 38 * place
        sheet.line((700, y), (790, y), colour=wire.use.value)
        parts.terminal(sheet, (700, y), wire)
        sheet.text((800, y + 5), wire.what, size=13, bold=True)
    sheet.line((915, 360), (915, 400))
    parts.block(sheet, (840, 400), (150, 56), ("loudspeaker", "4 or 8 Ω, 3 W"))
    parts.block(sheet, (790, 510), (250, 150), ("DS3231", "clock with a CR2032", "(on a Pi 5: a battery at J5", "instead)"))
    for place, wire in enumerate(clock):
        y = 530.0 + 36 * place
        sheet.line((700, y), (790, y), colour=wire.use.value)
        parts.terminal(sheet, (700, y), wire)
        sheet.text((800, y + 5), wire.what, size=13, bold=True)
    sheet.text((560, 712), "/boot/firmware/config.txt:", bold=True)
    sheet.text((560, 734), "dtoverlay=max98357a,sdmode-pin=16")
    sheet.text((560, 756), "dtoverlay=i2c-rtc,ds3231")
    return sheet


def power() -> Sheet:
    """Who gets power from where, what is on the UPS, and which cables carry data only."""
    sheet = Sheet(
        "Power and data of a site",
        "Red: power. Blue: data. Each supply is its device's own; nothing is fed from a Pi's sockets or header.",
    )
    red, blue = Use.FIVE_VOLTS.value, Use.SIGNAL.value
    parts.block(sheet, (40, 130), (150, 70), ("mains", "230 V, earthed"))
    parts.block(sheet, (260, 130), (210, 70), ("UPS, 600 to 1000 VA", "line interactive"), fill="#fee2e2")
    sheet.line((190, 165), (260, 165), colour=red, width=3)
    on_ups = (
        ("network switch", "10 to 20 W; PoE: more", "with the site's router"),
        ("store and broker", "27 W supply of a Pi 5", "or a small PC, 15 to 40 W"),
        ("kiosk: Pi and screen", "5.1 V 3 A (Pi 5: 5 A)", "screen 12 V 1 A"),
        ("kiosk: ticket printer", "24 V 2.5 A of its own", "up to 7.7 A for moments"),
        ("reception's counter", "5.1 V 3 A, screen 12 V", ""),
    )
    sheet.line((470, 165), (520, 165), (520, 638), colour=red, width=3)
    for place, lines in enumerate(on_ups):
        y = 130.0 + 116 * place
        sheet.line((520, y + 44), (560, y + 44), colour=red, width=3)
        parts.block(sheet, (560, y), (240, 88), tuple(line for line in lines if line), fill="#fff7ed")
    off = (
        ("hall screens", "32 to 55 inches", "60 to 150 W each"),
        ("other counters, rooms", "their screens go dark,", "and come back by themselves"),
        ("loudspeakers", "the hall's amplifier", ""),
    )
    sheet.line((115, 200), (115, 622), colour=red, width=3)
    for place, lines in enumerate(off):
        y = 330.0 + 124 * place
        sheet.line((115, y + 44), (150, y + 44), colour=red, width=3)
        parts.block(sheet, (150, y), (240, 88), tuple(line for line in lines if line))
    sheet.text((150, 310), "not on the UPS", bold=True)
    sheet.text((560, 118), "on the UPS", bold=True)
    sheet.line((800, 174), (920, 174), (920, 638), colour=blue, width=3)
    for place in (1, 2, 4):
        y = 174.0 + 116 * place
        sheet.line((800, y), (920, y), colour=blue, width=3)
    sheet.line((800, 420), (840, 420), (840, 510), (800, 510), colour=blue, width=3)
    sheet.text((852, 470), "USB", size=13, colour=blue, bold=True)
    sheet.text((932, 230), "Ethernet to each", size=13, colour=blue, bold=True)
    sheet.text((932, 250), "device, in a star", size=13, colour=blue)
    notes = (
        "The five on the right draw some 85 W: a UPS of 600 VA carries them for half an hour, if its battery is young.",
        "Without power the kiosk's Pi goes off in no special way: whatever was promised is on its disk before it was said.",
    )
    for line, words in enumerate(notes):
        sheet.text((40, 742 + 22 * line), words, colour=PALE)
    return sheet


DRAWINGS: Final[Mapping[str, Callable[[], Sheet]]] = MappingProxyType({
    "kiosk": kiosk,
    "counter": counter,
    "long-cable": long_cable,
    "sound-and-clock": sound_and_clock,
    "power": power,
})  # fmt: skip
