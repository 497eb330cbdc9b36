"""Pictures of an office's kiosk that asks for the household: the code being typed, and asked back."""

from typing import Final

from kiosk_device.pictures.sheet import Sheet
from kiosk_device.visit.views import HouseholdCheckView, HouseholdView
from screen.canvas import Box
from screen.style import EDGE, GAP, HELPER, INK, LABEL, PAPER, RADIUS, SLATE, Colour, Size

GROUP: Final = 4
GROUPS: Final = 4


def typing(view: HouseholdView, size: Size) -> Sheet:
    """One plate with the digits in groups, since nobody knows how many will come; green when they are there."""
    sheet = Sheet(size, view.language)
    canvas = sheet.canvas
    hints = [sheet.hint("erase", "kiosk.erase" if view.typed else "kiosk.back")]
    if view.typed:
        hints.insert(0, sheet.hint("green", "kiosk.household.go_on"))
    elif view.may_go_without:
        hints.insert(0, sheet.hint("green", "kiosk.household.without"))
    notes = [sheet.say("kiosk.household.needed")] if view.needed else []
    box = sheet.body("kiosk.household.title", hints=hints, notes=notes)
    box = sheet.sentences(box, sheet.say("kiosk.household.prompt"))
    box = _foot(sheet, box.below(canvas.u(GAP)), "kiosk.household.on_card", HELPER, SLATE)
    _plate(sheet, box, view.typed, typing_here=True)
    return sheet


def check(view: HouseholdCheckView, size: Size) -> Sheet:
    """The digits once more, as large as they go, and what is odd about them: whoever holds the card decides."""
    sheet = Sheet(size, view.language)
    hints = (sheet.hint("green", "kiosk.household_check.right"), sheet.hint("erase", "kiosk.household_check.change"))
    notes = [] if view.doubt is None else [sheet.say(f"kiosk.household_check.{view.doubt}")]
    box = sheet.body("kiosk.household_check.title", hints=hints, notes=notes)
    if view.doubt is not None:
        box = _foot(sheet, box, "kiosk.household_check.if_right", LABEL, INK)
    _plate(sheet, box, view.code, typing_here=False)
    return sheet


def _foot(sheet: Sheet, box: Box, phrase: str, size: float, colour: Colour) -> Box:
    """A sentence at the foot of `box`; gives what is left above it."""
    canvas = sheet.canvas
    lines = canvas.wrapped(sheet.say(phrase), box.width, size=size)
    foot = box.bottom_part(canvas.u(size * 1.45) * len(lines))
    canvas.lines(foot, *lines, size=size, colour=colour, spacing=1.45)
    return box.above(foot.height + canvas.u(GAP))


def _plate(sheet: Sheet, box: Box, digits: str, *, typing_here: bool) -> None:
    """Groups of four from left to right in every language; two rows on a narrow screen."""
    canvas = sheet.canvas
    down = 2 if canvas.size.portrait else 1
    tall = min(box.height, canvas.u(30) * down)
    plate = Box(box.x, box.y + (box.height - tall) / 2, box.width, tall)
    canvas.fill(plate, PAPER, radius=RADIUS, frame=INK if typing_here else EDGE, line=0.9 if typing_here else 0.3)
    inside = plate.inset(canvas.u(GAP * 1.4), canvas.u(2))
    rows = inside.rows(*[1.0] * down, gap=canvas.u(2))
    places = [place for row in rows for place in row.columns(*[1.0] * (GROUPS // down), gap=canvas.u(GAP * 1.6))]
    cells = [cell for place in places for cell in place.columns(*[1.0] * GROUP)]
    for place, digit in enumerate(digits):
        cell = cells[place]
        canvas.digits(cell.inset(cell.width * 0.08, cell.height * 0.12), digit, widest="8")
    if typing_here and len(digits) < len(cells):
        cell = cells[len(digits)]
        high = min(cell.height, cell.width * 1.6)
        mark = Box(cell.x + cell.width * 0.15, cell.y + (cell.height + high) / 2, cell.width * 0.7, canvas.u(1))
        canvas.fill(mark, INK, radius=0.5)
