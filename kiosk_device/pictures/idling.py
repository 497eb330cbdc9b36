"""Pictures of a kiosk that waits: the two choices, closed, cut off from the store, being identified."""

from kiosk_device.pictures.sheet import Sheet
from kiosk_device.visit.views import AwayView, ClosedView, IdentifyView, IdleView, OfficeIdleView
from mqtt.contract import PrinterStatus
from screen.canvas import Align, Box
from screen.icons import icon, key
from screen.lettering import RIGHTWARDS, SECOND
from screen.parts import banner, head, steps
from screen.phrases import load
from screen.style import GAP, HELPER, INK, LABEL, MARGIN, MUST_READ, PAPER, RADIUS, SLATE, TITLE, Size

_PAD = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "erase", "0", "green")
_CHOICES = ("have_code", "no_code")
_PHONE_U = 25.0
_PHONE_PORTRAIT_U = 56.0
_STEPS = ("kiosk.idle.step_1", "kiosk.idle.step_2", "kiosk.idle.step_3")


def idle(view: IdleView, size: Size) -> Sheet:
    """Two cards, as large as the screen allows, and how to book by phone."""
    sheet = Sheet(size, view.language)
    canvas = sheet.canvas
    left = head(canvas, sheet.name(view.site), time=sheet.clock(view.clock) if view.clock else "")
    if note := _note(view):
        left = banner(canvas, left, sheet.say(note))
    left = left.inset(canvas.u(MARGIN), canvas.u(MARGIN * 0.7))
    phone_height = canvas.u(_PHONE_PORTRAIT_U if size.portrait else _PHONE_U) if view.phone else 0
    cards = left.above(phone_height + (canvas.u(GAP) if phone_height else 0))
    with_code, without = (
        cards.rows(1, 1, gap=canvas.u(GAP)) if size.portrait else canvas.in_reading_order(cards, 1, 1, gap=canvas.u(GAP))
    )
    _card(sheet, with_code, "have_code", pad=True)
    _card(sheet, without, "no_code", pad=False)
    if view.phone:
        _phone(sheet, left.bottom_part(phone_height), view.phone, view.other_language)
    return sheet


def office(view: OfficeIdleView, size: Size) -> Sheet:
    """A card for each language, in its own words, with its key."""
    sheet = Sheet(size, view.language, office=True)
    canvas = sheet.canvas
    left = head(canvas, sheet.name(view.site), time=sheet.clock(view.clock) if view.clock else "")
    if note := _paper_note(view):
        left = banner(canvas, left, sheet.say(note))
    left = left.inset(canvas.u(MARGIN), canvas.u(MARGIN * 0.7))
    across = 1 if size.portrait or len(view.languages) < 2 else 2
    lines = left.rows(*[1.0] * -(-len(view.languages) // across), gap=canvas.u(GAP))
    for index, language in enumerate(view.languages):
        box = canvas.in_reading_order(lines[index // across], *[1.0] * across, gap=canvas.u(GAP))[index % across]
        _language_card(sheet, box, str(index + 1), language)
    return sheet


def _language_card(sheet: Sheet, box: Box, digit: str, language: str) -> None:
    """The key at the side where this language begins; its name, and what pressing it does."""
    canvas, say = sheet.canvas, load(language)
    canvas.fill(box, PAPER, radius=RADIUS)
    inside = box.inset(canvas.u(GAP * 1.4), canvas.u(2))
    side = min(inside.height, inside.width * 0.3, canvas.u(24))
    beside = inside.width - side - canvas.u(GAP * 1.4)
    if language in RIGHTWARDS:
        face, words = Box(inside.right - side, inside.y, side, inside.height), Box(inside.x, inside.y, beside, inside.height)
    else:
        face = Box(inside.x, inside.y, side, inside.height)
        words = Box(inside.right - beside, inside.y, beside, inside.height)
    key(canvas, _middle(face, side, side), digit)
    lines = _middle(words, words.width, min(words.height, canvas.u(28)))
    align: Align = "start" if (language in RIGHTWARDS) == canvas.rightwards else "end"
    upper, lower = lines.rows(1.4, 1)
    canvas.text(upper, say("kiosk.idle.other_language"), size=TITLE, weight="Black", align=align, language=language)
    begin = say("kiosk.office.begin")
    fits = canvas.width_of(begin, size=LABEL, language=language) <= lower.width
    canvas.text(lower, begin, size=LABEL if fits else HELPER, align=align, language=language)


def _note(view: IdleView) -> str | None:
    return "kiosk.idle.codes_locked" if view.codes_locked else _paper_note(view)


def _paper_note(view: IdleView | OfficeIdleView) -> str | None:
    if view.alone:
        prints = view.printer in (PrinterStatus.OK, PrinterStatus.PAPER_LOW)
        return "kiosk.idle.alone" if prints else "kiosk.idle.alone_no_paper"
    if view.printer == PrinterStatus.PAPER_LOW:
        return "kiosk.idle.paper_low"
    return None if view.printer == PrinterStatus.OK else "kiosk.idle.no_paper"


def _card(sheet: Sheet, box: Box, choice: str, *, pad: bool) -> None:
    canvas = sheet.canvas
    canvas.fill(box, PAPER, radius=RADIUS)
    inside = box.inset(canvas.u(4), canvas.u(3))
    drawn = min(inside.height, inside.width * 0.34, canvas.u(44))
    words, picture = canvas.at_start(inside, inside.width - drawn - canvas.u(2))
    picture = canvas.at_start(picture, canvas.u(2))[1]
    lines = _middle(words, words.width, min(words.height, canvas.u(36)))
    rows = (1.5, 1.1, 1.0) if words.height >= canvas.u(25) else (1.3, 1.0)
    upper, middle, *lower = lines.rows(*rows)
    title, how = sheet.say(f"kiosk.idle.{choice}"), sheet.say(f"kiosk.idle.{choice}_how")
    sizes = (11.5, TITLE, MUST_READ, LABEL) if lines.height > canvas.u(32) else (TITLE, MUST_READ, LABEL)
    longer = max((sheet.say(f"kiosk.idle.{card}") for card in _CHOICES), key=len)
    large = canvas.fitting_size(longer, words.width, *sizes, weight="Black")
    canvas.text(upper, title, size=large, weight="Black")
    canvas.text(middle, how, size=canvas.fitting_size(how, words.width, LABEL, HELPER))
    other = SECOND[sheet.language]
    second = sheet.also(f"kiosk.idle.{choice}")
    for line in lower:
        canvas.text(line, second, size=HELPER, weight="Medium", colour=SLATE, language=other)
    if pad:
        _keypad(sheet, picture)
    else:
        side = min(picture.width, picture.height, canvas.u(30))
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


def _phone(sheet: Sheet, box: Box, phone: str, other_language: str | None) -> None:
    """How to book by phone, and the key for the other language."""
    canvas = sheet.canvas
    if canvas.size.portrait:
        first, second, third = box.rows(1, 1.3, 2.9, gap=canvas.u(2))
    else:
        first, third = box.rows(1.35, 1)
    steps(canvas, third, [sheet.say(step) for step in _STEPS])
    mark, rest = canvas.at_start(first, canvas.u(7))
    icon(canvas, mark.inset(0, (mark.height - canvas.u(8)) / 2), "phone")
    if other_language:
        rest = _language_key(sheet, rest, other_language)
    words = sheet.say("kiosk.idle.phone")
    label, rest = canvas.at_start(canvas.at_start(rest, canvas.u(2))[1], canvas.width_of(words, size=LABEL))
    canvas.text(label, words, size=LABEL)
    place = second if canvas.size.portrait else canvas.at_start(rest, canvas.u(GAP))[1]
    number = sheet.left_to_right(phone)
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
    """When it opens again, and how to book by phone meanwhile; while people are still called, that instead of the phone."""
    sheet = Sheet(size, view.language)
    canvas = sheet.canvas
    rest = sheet.body("kiosk.closed.title", sign="closed")
    if view.phone and not view.calling_on:
        foot = rest.bottom_part(canvas.u(_PHONE_PORTRAIT_U if size.portrait else _PHONE_U))
        _phone(sheet, foot, view.phone, view.other_language)
        rest = rest.above(foot.height + canvas.u(GAP))
    if view.calling_on:
        text = "|".join((sheet.say("kiosk.closed.calling_on"), sheet.say("kiosk.closed.calling_on_how")))
        rest = sheet.sentences(sheet.large_sign(rest, "closed", text, below=60), text)
    if view.opens_date:
        rest = sheet.sentences(rest, sheet.say("kiosk.closed.opens"))
        sheet.date_plate(rest.top(min(rest.height, canvas.u(34))), view.opens_date, view.opens_time)
    elif not view.calling_on:
        sheet.sentences(rest, sheet.say("kiosk.closed.unknown"))
    return sheet


def away(view: AwayView, size: Size) -> Sheet:
    """No store: said plainly, with the way to people."""
    sheet = Sheet(size, view.language, office=view.office)
    box = sheet.body("kiosk.away.title", sign="triangle", stop=True)
    rest = sheet.ways_on(box, place=sheet.say("kiosk.away.place"), tall=30)
    text = sheet.say("kiosk.away.lines")
    sheet.sentences(sheet.large_sign(rest, "triangle", text, stop=True), text)
    return sheet


def identify(view: IdentifyView, size: Size) -> Sheet:
    """The device's own name, as large as it goes."""
    sheet = Sheet(size, "en")
    canvas = sheet.canvas
    canvas.fill(canvas.whole, INK)
    canvas.largest_word(canvas.whole.inset(canvas.u(MARGIN * 2)), view.device, PAPER, language="en")
    return sheet
