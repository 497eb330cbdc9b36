"""Pictures of a kiosk that waits: the two choices, closed, cut off from the store, being identified."""

from kiosk_device.pictures.sheet import Sheet
from kiosk_device.views import AwayView, ClosedView, IdentifyView, IdleView
from mqtt.contract import PrinterStatus
from screen.canvas import Box
from screen.icons import icon, key
from screen.parts import banner, head, steps
from screen.phrases import load
from screen.style import GAP, HELPER, INK, LABEL, MARGIN, PAPER, RADIUS, SIGNAL, TITLE, Size

_PAD = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "erase", "0", "green")
_STEPS = ("kiosk.idle.step_1", "kiosk.idle.step_2", "kiosk.idle.step_3")


def idle(view: IdleView, size: Size) -> Sheet:
    """Two cards, as large as the screen allows, and how to book by phone."""
    sheet = Sheet(size, view.language)
    canvas = sheet.canvas
    left = head(canvas, sheet.name(view.site), time=sheet.clock(view.clock) if view.clock else "")
    if note := _note(view):
        strip = left.top(canvas.u(11))
        banner(canvas, strip, sheet.say(note))
        left = left.below(strip.height)
    left = left.inset(canvas.u(MARGIN), canvas.u(MARGIN * 0.7))
    phone_height = canvas.u(52 if size.portrait else 24) if view.phone else 0
    cards = left.above(phone_height + (canvas.u(GAP) if phone_height else 0))
    with_code, without = (
        cards.rows(1, 1, gap=canvas.u(GAP)) if size.portrait else canvas.in_reading_order(cards, 1, 1, gap=canvas.u(GAP))
    )
    _card(sheet, with_code, "have_code", pad=True)
    _card(sheet, without, "no_code", pad=False)
    if view.phone:
        _phone(sheet, left.bottom_part(phone_height), view)
    return sheet


def _note(view: IdleView) -> str | None:
    if view.codes_locked:
        return "kiosk.idle.codes_locked"
    if view.printer == PrinterStatus.PAPER_LOW:
        return "kiosk.idle.paper_low"
    return None if view.printer == PrinterStatus.OK else "kiosk.idle.no_paper"


def _card(sheet: Sheet, box: Box, choice: str, *, pad: bool) -> None:
    canvas = sheet.canvas
    canvas.fill(box, PAPER, radius=RADIUS)
    inside = box.inset(canvas.u(MARGIN), canvas.u(3.5))
    drawn = min(inside.height, inside.width * 0.36)
    words, picture = canvas.at_start(inside, inside.width - drawn - canvas.u(GAP))
    picture = canvas.at_start(picture, canvas.u(GAP))[1]
    upper, middle, lower = words.rows(1.5, 1.1, 1)
    canvas.text(upper, sheet.say(f"kiosk.idle.{choice}"), size=TITLE, weight="Black")
    canvas.text(middle, sheet.say(f"kiosk.idle.{choice}_how"), size=HELPER)
    other = "en" if sheet.language == "fa" else "fa"
    canvas.text(lower, sheet.also(f"kiosk.idle.{choice}"), size=HELPER, weight="Medium", language=other)
    if pad:
        _keypad(sheet, picture)
    else:
        side = min(picture.width, picture.height, canvas.u(24))
        key(canvas, _middle(picture, side, side), "green")


def _keypad(sheet: Sheet, box: Box) -> None:
    """The pad as it lies under the hand: three columns, four rows."""
    canvas = sheet.canvas
    height = min(box.height, box.width * 4 / 3)
    pad = _middle(box, height * 3 / 4, height)
    for row, keys in zip(pad.rows(1, 1, 1, 1), (_PAD[0:3], _PAD[3:6], _PAD[6:9], _PAD[9:12]), strict=True):
        for place, legend in zip(row.columns(1, 1, 1), keys, strict=True):
            key(canvas, place.inset(place.width * 0.06), legend)


def _middle(box: Box, width: float, height: float) -> Box:
    return Box(box.x + (box.width - width) / 2, box.y + (box.height - height) / 2, width, height)


def _phone(sheet: Sheet, box: Box, view: IdleView) -> None:
    """How to book by phone, and the key for the other language."""
    canvas = sheet.canvas
    if canvas.size.portrait:
        first, second, third = box.rows(1.1, 1.3, 3)
        steps(canvas, third, [sheet.say(step) for step in _STEPS], size=LABEL)
    else:
        first, third = box.rows(1.35, 1)
        steps(canvas, third, [sheet.say(step) for step in _STEPS])
    mark, rest = canvas.at_start(first, canvas.u(7))
    icon(canvas, mark.inset(0, (mark.height - canvas.u(8)) / 2), "phone")
    if view.other_language:
        rest = _language_key(sheet, rest, view.other_language)
    words = sheet.say("kiosk.idle.phone")
    label, rest = canvas.at_start(canvas.at_start(rest, canvas.u(2))[1], canvas.width_of(words, size=LABEL))
    canvas.text(label, words, size=LABEL)
    place = second if canvas.size.portrait else canvas.at_start(rest, canvas.u(GAP))[1]
    number = sheet.left_to_right(view.phone or "")
    canvas.text(place, number, size=13 if canvas.size.portrait else TITLE, weight="Black")


def _language_key(sheet: Sheet, box: Box, language: str) -> Box:
    """The erase key with the other language's name at the row's end; gives the rest of the row."""
    canvas = sheet.canvas
    name = load(language)("kiosk.idle.other_language")
    width = canvas.width_of(name, size=HELPER, language=language)
    rest, place = canvas.at_start(box, box.width - canvas.u(9) - width)
    face, words = canvas.at_start(place, canvas.u(7))
    key(canvas, face.inset(0, (face.height - canvas.u(7)) / 2), "erase")
    canvas.text(words, name, size=HELPER, language=language, align="end")
    return rest


def closed(view: ClosedView, size: Size) -> Sheet:
    """When it opens again, and the phone."""
    sheet = Sheet(size, view.language)
    canvas = sheet.canvas
    box = sheet.body("kiosk.closed.title", sign="closed", hints=())
    if view.calling_on:
        rest = sheet.sentences(box, sheet.say("kiosk.closed.calling_on"), size=TITLE)
        rest = sheet.sentences(rest, sheet.say("kiosk.closed.calling_on_how"))
    else:
        rest = box
    if view.opens_date:
        rest = sheet.sentences(rest, sheet.say("kiosk.closed.opens"))
        plate = rest.top(min(rest.height, canvas.u(34)))
        sheet.date_plate(plate, view.opens_date, view.opens_time)
    elif not view.calling_on:
        sheet.sentences(rest, sheet.say("kiosk.closed.unknown"))
    return sheet


def away(view: AwayView, size: Size) -> Sheet:
    """No store: said plainly, with the way to people."""
    sheet = Sheet(size, view.language)
    box = sheet.body("kiosk.away.title", sign="triangle", stop=True)
    rest = sheet.sentences(box, sheet.say("kiosk.away.lines"))
    sheet.place_plate(rest, sheet.say("kiosk.away.place"))
    return sheet


def identify(view: IdentifyView, size: Size) -> Sheet:
    """The device's own name, as large as it goes."""
    sheet = Sheet(size, "en")
    canvas = sheet.canvas
    canvas.fill(canvas.whole, SIGNAL)
    canvas.largest_word(canvas.whole.inset(canvas.u(MARGIN * 2)), view.device, INK, language="en")
    return sheet
