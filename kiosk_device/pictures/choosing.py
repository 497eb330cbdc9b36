"""Pictures of a kiosk that asks: the code, the department, the doctor, the priority, still there, no paper."""

from kiosk_device.pictures.sheet import Sheet
from kiosk_device.visit.views import (
    CodeView,
    DepartmentsView,
    DoctorsView,
    MattersView,
    MobileView,
    NoPaperView,
    PriorityView,
    Row,
    StillThereView,
)
from mqtt.contract import PrinterStatus
from screen.canvas import Box
from screen.icons import ICONS, icon, key
from screen.parts import Hint
from screen.style import EDGE, GAP, HELPER, INK, LABEL, MUST_READ, PAPER, RADIUS, SLATE, TITLE, Size

_GROUP = 4
_MOBILE = (4, 3, 4)
_BARS = 10


def code(view: CodeView, size: Size) -> Sheet:
    """Eight cells in two groups, from left to right in every language; the finished group is blocked out."""
    sheet = Sheet(size, view.language)
    canvas = sheet.canvas
    title = "kiosk.code.wrong_title" if view.wrong else "kiosk.code.title"
    begun = bool(view.typed or view.done)
    hints = (sheet.hint("erase", "kiosk.erase" if begun else "kiosk.back"),)
    box = sheet.body(title, sign="triangle" if view.wrong else None, stop=view.wrong, hints=hints, notes=_alone(sheet, view))
    box = sheet.sentences(box, sheet.say("kiosk.code.wrong" if view.wrong else "kiosk.code.prompt"))
    gap = canvas.u(GAP)
    box = box.below(gap)
    tall = min(box.height, canvas.u(78 if size.portrait else 34))
    cells = Box(box.x, box.y + (box.height - tall) / 2, box.width, tall)
    groups = cells.rows(1, 1, gap=gap) if size.portrait else cells.columns(1, 1, gap=gap * 2)
    for index, group in enumerate(groups):
        for place, cell in enumerate(group.columns(*[1.0] * _GROUP, gap=gap * 0.5)):
            if index < view.done:
                canvas.fill(cell, INK, radius=RADIUS)
            else:
                _cell(sheet, cell, view.typed if index == view.done else None, place)
    return sheet


def _cell(sheet: Sheet, cell: Box, typed: str | None, place: int) -> None:
    """The cell of one digit: it, or the mark where the next one goes. None: nothing is typed in this group yet."""
    canvas = sheet.canvas
    typing_here = typed is not None and place == len(typed)
    canvas.fill(cell, PAPER, radius=RADIUS, frame=INK if typing_here else EDGE, line=0.9 if typing_here else 0.3)
    if typed is not None and place < len(typed):
        canvas.digits(cell.inset(cell.width * 0.14, cell.height * 0.2), typed[place], widest="8")
    elif typing_here:
        mark = Box(cell.x + cell.width * 0.3, cell.bottom - cell.height * 0.24, cell.width * 0.4, canvas.u(1))
        canvas.fill(mark, INK, radius=0.5)


def _alone(sheet: Sheet, view: CodeView | DepartmentsView | MattersView | PriorityView) -> tuple[str, ...]:
    """The note of a kiosk that goes on by itself, where a way is chosen."""
    return (sheet.say("kiosk.idle.alone"),) if view.alone else ()


def mobile(view: MobileView, size: Size) -> Sheet:
    """Eleven cells, grouped as people write a mobile number, from left to right in every language."""
    sheet = Sheet(size, view.language)
    canvas = sheet.canvas
    title = "kiosk.mobile.wrong_title" if view.wrong else "kiosk.mobile.title"
    hints = (sheet.hint("erase", "kiosk.erase" if view.typed else "kiosk.back"),)
    box = sheet.body(title, sign="triangle" if view.wrong else None, stop=view.wrong, hints=hints)
    box = sheet.sentences(box, sheet.say("kiosk.mobile.wrong" if view.wrong else "kiosk.mobile.prompt"))
    gap = canvas.u(GAP)
    box = box.below(gap)
    tall = min(box.height, canvas.u(92 if size.portrait else 26))
    cells = Box(box.x, box.y + (box.height - tall) / 2, box.width, tall)
    groups = cells.rows(*[1.0] * len(_MOBILE), gap=gap) if size.portrait else cells.columns(*map(float, _MOBILE), gap=gap * 1.2)
    first = 0
    for digits, group in zip(_MOBILE, groups, strict=True):
        columns = group.columns(*[1.0] * (max(_MOBILE) if size.portrait else digits), gap=gap * 0.4)
        for place, cell in enumerate(columns[:digits], start=first):
            _cell(sheet, cell, view.typed, place)
        first += digits
    return sheet


def departments(view: DepartmentsView, size: Size) -> Sheet:
    """Two columns of departments, each with its key and how many places are left."""
    sheet = Sheet(size, view.language)
    hints = (sheet.hint("0", "kiosk.departments.code_again"),) if view.code_again else ()
    return _list(sheet, "kiosk.departments.title", view.rows, more=view.more, hints=hints, notes=_alone(sheet, view))


def matters(view: MattersView, size: Size) -> Sheet:
    """What a household may come for, each with its key."""
    sheet = Sheet(size, view.language)
    return _list(sheet, "kiosk.matters.title", view.rows, more=view.more, notes=_alone(sheet, view))


def doctors(view: DoctorsView, size: Size) -> Sheet:
    """The first free doctor, and the department's own."""
    sheet = Sheet(size, view.language)
    return _list(sheet, "kiosk.doctors.title", view.rows, more=view.more, above=sheet.name(view.department))


def _list(
    sheet: Sheet,
    title: str,
    rows: tuple[Row, ...],
    *,
    more: bool,
    above: str = "",
    hints: tuple[Hint, ...] = (),
    notes: tuple[str, ...] = (),
) -> Sheet:
    canvas = sheet.canvas
    turn = (sheet.hint("9", "kiosk.departments.more"),) if more else ()
    box = sheet.body(title, hints=(sheet.hint("erase", "kiosk.back"), *turn, *hints), notes=notes)
    if above:
        line = box.top(canvas.u(LABEL * 1.5))
        canvas.text(line, above, size=LABEL, colour=SLATE)
        box = box.below(line.height)
    across = 1 if canvas.size.portrait or len(rows) < 4 else 2
    down = max(3, -(-len(rows) // across))
    tall = min(box.height, down * canvas.u(20))
    lines = box.top(tall).rows(*[1.0] * down, gap=canvas.u(2))
    places = [
        canvas.in_reading_order(lines[index // across], *[1.0] * across, gap=canvas.u(GAP))[index % across]
        for index in range(len(rows))
    ]
    listed = list(zip(places, rows, strict=True))
    size = LABEL if all(_fits_one_line(sheet, place, row, LABEL) for place, row in listed) else HELPER
    for place, row in listed:
        _row(sheet, place, row, size)
    return sheet


def _fits_one_line(sheet: Sheet, box: Box, row: Row, size: float) -> bool:
    room = _beside_the_key(sheet, box)[1].width - _aside_width(sheet, row)
    return sheet.canvas.width_of(_name(sheet, row), size=size) <= room


def _name(sheet: Sheet, row: Row) -> str:
    return sheet.name(row.name) if row.name else sheet.say("kiosk.doctors.first_free")


def _beside_the_key(sheet: Sheet, box: Box) -> tuple[Box, Box]:
    """Where a row has its key and where its words."""
    canvas = sheet.canvas
    inside = box.inset(canvas.u(2.5), min(canvas.u(2.2), box.height * 0.14))
    face, rest = canvas.at_start(inside, min(inside.height, canvas.u(12)))
    return face, canvas.at_start(rest, canvas.u(GAP))[1]


def _aside_width(sheet: Sheet, row: Row) -> float:
    aside = _places_left(sheet, row)
    return sheet.canvas.width_of(aside, size=HELPER, weight="Medium") + sheet.canvas.u(2) if aside else 0.0


def _row(sheet: Sheet, box: Box, row: Row, size: float) -> None:
    """A key, a name, and how many places are left: on the name's line, or below a name that takes the whole width."""
    canvas = sheet.canvas
    face, rest = _beside_the_key(sheet, box)
    if row.open:
        canvas.fill(box, PAPER, radius=RADIUS)
        key(canvas, face, row.key)
    else:
        canvas.dashed(box)
    colour = INK if row.open else SLATE
    width = _aside_width(sheet, row)
    if _fits_one_line(sheet, box, row, size):
        words, end = canvas.at_start(rest, rest.width - width)
        canvas.text(words, _name(sheet, row), size=size, colour=colour)
    else:
        upper, lower = Box(rest.x, box.y, rest.width, box.height).inset(0, box.height * 0.06).rows(1, 1)
        first, *others = canvas.wrapped(_name(sheet, row), rest.width, size=size)
        canvas.text(upper, first, size=size, colour=colour)
        words, end = canvas.at_start(lower, rest.width - width)
        canvas.text(words, " ".join(others), size=size, colour=colour)
    canvas.text(end, _places_left(sheet, row), size=HELPER, weight="Medium", colour=colour, align="end")


def _places_left(sheet: Sheet, row: Row) -> str:
    if not row.open:
        why_not = "closed" if row.closed else "later" if row.more_later else "full"
        return sheet.say(f"kiosk.departments.{why_not}")
    return "" if row.left is None else sheet.say("kiosk.departments.left", count=sheet.digits(row.left))


def priority(view: PriorityView, size: Size) -> Sheet:
    """A card for each class with its sign and its key; green is no."""
    sheet = Sheet(size, view.language, office=view.office)
    canvas = sheet.canvas
    hints = (sheet.hint("green", "kiosk.priority.none"), sheet.hint("erase", "kiosk.back"))
    box = sheet.body("kiosk.priority.title", hints=hints, notes=_alone(sheet, view))
    foot = canvas.u(HELPER * 1.8)
    canvas.text(box.bottom_part(foot), sheet.say("kiosk.priority.how"), size=HELPER, colour=SLATE)
    cards = box.above(foot + canvas.u(1))
    parts = [1.0] * len(view.classes)
    places = (
        cards.rows(*parts, gap=canvas.u(GAP)) if size.portrait else canvas.in_reading_order(cards, *parts, gap=canvas.u(GAP))
    )
    for number, (place, (class_id, name)) in enumerate(zip(places, view.classes, strict=True), start=1):
        canvas.fill(place, PAPER, radius=RADIUS)
        inside = place.inset(canvas.u(GAP), canvas.u(2))
        sign = class_id if class_id in ICONS else "question"
        if size.portrait:
            face, rest = canvas.at_start(inside, canvas.u(16))
            key(canvas, face.inset(0, (face.height - canvas.u(14)) / 2), str(number))
            mark, rest = canvas.at_start(canvas.at_start(rest, canvas.u(GAP))[1], canvas.u(24))
            icon(canvas, mark, sign)
            canvas.text(canvas.at_start(rest, canvas.u(GAP))[1], sheet.name(name), size=TITLE)
        else:
            upper, middle, lower = inside.rows(1.6, 1, 1)
            icon(canvas, upper, sign)
            canvas.text(middle, sheet.name(name), size=LABEL, align="center")
            key(canvas, lower, str(number))
    return sheet


def no_paper(view: NoPaperView, size: Size) -> Sheet:
    """Nothing can be printed: go on without paper, or to reception."""
    sheet = Sheet(size, view.language, office=view.office)
    why = {PrinterStatus.PAPER_OUT: "paper_out", PrinterStatus.COVER_OPEN: "cover_open"}.get(view.printer, "away")
    box = sheet.body("kiosk.no_paper.title", sign="printer", stop=True, hints=(sheet.hint("erase", "kiosk.back"),))
    step = sheet.hint("green", "kiosk.no_paper.go_on")
    rest = sheet.ways_on(box, step=step, place=sheet.say("kiosk.away.place"), tall=26)
    text = "|".join((sheet.say(f"kiosk.no_paper.{why}"), sheet.say("kiosk.no_paper.how")))
    rest = sheet.large_sign(rest, "printer", text, stop=True)
    sheet.sentences(rest, text)
    return sheet


def still_there(view: StillThereView, size: Size) -> Sheet:
    """Ten bars that go out, two seconds each."""
    sheet = Sheet(size, view.language)
    canvas = sheet.canvas
    box = sheet.body("kiosk.still_there.title", sign="clock")
    text = sheet.say("kiosk.still_there.lines")
    rest = sheet.large_sign(box, "clock", text, below=40)
    rest = sheet.sentences(rest, text, size=MUST_READ)
    bars = rest.below(canvas.u(GAP * 2)).top(canvas.u(12))
    for index, place in enumerate(canvas.in_reading_order(bars, *[1.0] * _BARS, gap=canvas.u(1.5))):
        lit = index < view.bars
        canvas.fill(place, INK if lit else PAPER, radius=0.8, frame=None if lit else EDGE, line=0.3)
    below = Box(rest.x, bars.bottom + canvas.u(GAP), rest.width, canvas.u(14))
    seconds = sheet.say("kiosk.still_there.seconds", count=sheet.digits(view.bars * 2))
    canvas.text(below, seconds, size=TITLE, align="center")
    return sheet
