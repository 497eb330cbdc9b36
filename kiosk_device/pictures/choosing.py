"""Pictures of a kiosk that asks: the code, the department, the doctor, the priority, still there, no paper."""

from kiosk_device.pictures.sheet import Sheet
from kiosk_device.views import CodeView, DepartmentsView, DoctorsView, NoPaperView, PriorityView, Row, StillThereView
from mqtt.contract import PrinterStatus
from screen.canvas import Box
from screen.icons import ICONS, icon, key
from screen.style import EDGE, GAP, HELPER, INK, LABEL, PAPER, RADIUS, SLATE, TITLE, Size

_GROUP = 4
_BARS = 10


def code(view: CodeView, size: Size) -> Sheet:
    """Eight cells in two groups, from left to right in every language; the finished group is blocked out."""
    sheet = Sheet(size, view.language)
    canvas = sheet.canvas
    title = "kiosk.code.wrong_title" if view.wrong else "kiosk.code.title"
    begun = bool(view.typed or view.done)
    hints = (sheet.hint("erase", "kiosk.erase" if begun else "kiosk.back"),)
    box = sheet.body(title, sign="triangle" if view.wrong else None, stop=view.wrong, hints=hints)
    box = sheet.sentences(box, sheet.say("kiosk.code.wrong" if view.wrong else "kiosk.code.prompt"))
    gap = canvas.u(GAP)
    cells = box.top(min(box.height, canvas.u(68 if size.portrait else 34)))
    cells = Box(cells.x, box.y + (box.height - cells.height) / (4 if size.portrait else 2), cells.width, cells.height)
    groups = cells.rows(1, 1, gap=gap) if size.portrait else cells.columns(1, 1, gap=gap * 2)
    for index, group in enumerate(groups):
        for place, cell in enumerate(group.columns(*[1.0] * _GROUP, gap=gap * 0.5)):
            _cell(sheet, cell, view, index, place)
    return sheet


def _cell(sheet: Sheet, cell: Box, view: CodeView, group: int, place: int) -> None:
    canvas = sheet.canvas
    if group < view.done:
        canvas.fill(cell, INK, radius=RADIUS)
        return
    typing_here = group == view.done and place == len(view.typed)
    canvas.fill(cell, PAPER, radius=RADIUS, frame=INK if typing_here else EDGE, line=0.9 if typing_here else 0.3)
    if group == view.done and place < len(view.typed):
        canvas.digits(cell.inset(cell.width * 0.14, cell.height * 0.2), view.typed[place], widest="8")
    elif typing_here:
        mark = Box(cell.x + cell.width * 0.3, cell.bottom - cell.height * 0.24, cell.width * 0.4, canvas.u(1))
        canvas.fill(mark, INK, radius=0.5)


def departments(view: DepartmentsView, size: Size) -> Sheet:
    """Two columns of departments, each with its key and how many places are left."""
    return _list(Sheet(size, view.language), "kiosk.departments.title", view.rows, more=view.more)


def doctors(view: DoctorsView, size: Size) -> Sheet:
    """The first free doctor, and the department's own."""
    sheet = Sheet(size, view.language)
    return _list(sheet, "kiosk.doctors.title", view.rows, more=view.more, above=sheet.name(view.department))


def _list(sheet: Sheet, title: str, rows: tuple[Row, ...], *, more: bool, above: str = "") -> Sheet:
    canvas = sheet.canvas
    hints = [sheet.hint("erase", "kiosk.back")]
    if more:
        hints.append(sheet.hint("9", "kiosk.departments.more"))
    box = sheet.body(title, hints=hints)
    if above:
        line = box.top(canvas.u(LABEL * 1.5))
        canvas.text(line, above, size=LABEL, colour=SLATE)
        box = box.below(line.height)
    across = 1 if canvas.size.portrait or len(rows) < 4 else 2
    down = max(3, -(-len(rows) // across))
    tall = min(box.height, down * canvas.u(20))
    lines = box.top(tall).rows(*[1.0] * down, gap=canvas.u(2))
    for index, row in enumerate(rows):
        line = lines[index // across]
        place = canvas.in_reading_order(line, *[1.0] * across, gap=canvas.u(GAP))[index % across]
        _row(sheet, place, row)
    return sheet


def _row(sheet: Sheet, box: Box, row: Row) -> None:
    canvas = sheet.canvas
    name = sheet.name(row.name) if row.name else sheet.say("kiosk.doctors.first_free")
    inside = box.inset(canvas.u(2.5), min(canvas.u(2.2), box.height * 0.14))
    if row.open:
        canvas.fill(box, PAPER, radius=RADIUS)
        face, rest = canvas.at_start(inside, min(inside.height, canvas.u(12)))
        key(canvas, face, row.key)
    else:
        canvas.dashed(box)
        rest = canvas.at_start(inside, min(inside.height, canvas.u(12)))[1]
    rest = canvas.at_start(rest, canvas.u(2))[1]
    aside = ""
    if not row.open:
        aside = sheet.say("kiosk.departments.full")
    elif row.left is not None:
        aside = sheet.say("kiosk.departments.left", count=sheet.digits(row.left))
    width = canvas.width_of(aside, size=HELPER, weight="Medium") + canvas.u(1.5) if aside else 0
    words, end = canvas.at_start(rest, rest.width - width)
    colour = INK if row.open else SLATE
    if canvas.width_of(name, size=LABEL) <= words.width:
        canvas.text(words, name, size=LABEL, colour=colour)
    else:
        canvas.text(words, name, size=HELPER, colour=colour)
    if aside:
        canvas.text(end, aside, size=HELPER, weight="Medium", colour=colour, align="end")


def priority(view: PriorityView, size: Size) -> Sheet:
    """A card for each class with its sign and its key; green is no."""
    sheet = Sheet(size, view.language)
    canvas = sheet.canvas
    hints = (sheet.hint("green", "kiosk.priority.none"), sheet.hint("erase", "kiosk.back"))
    box = sheet.body("kiosk.priority.title", hints=hints)
    foot = canvas.u(HELPER * 1.8)
    canvas.text(box.bottom_part(foot), sheet.say("kiosk.priority.how"), size=HELPER, colour=SLATE)
    cards = box.above(foot + canvas.u(1))
    parts = [1.0] * len(view.classes)
    places = (
        cards.rows(*parts, gap=canvas.u(GAP)) if size.portrait else canvas.in_reading_order(cards, *parts, gap=canvas.u(GAP))
    )
    for number, (place, (class_id, name)) in enumerate(zip(places, view.classes, strict=True), start=1):
        canvas.fill(place, PAPER, radius=RADIUS)
        inside = place.inset(canvas.u(GAP), canvas.u(GAP))
        sign = class_id if class_id in ICONS else "question"
        if size.portrait:
            face, rest = canvas.at_start(inside, canvas.u(16))
            key(canvas, face.inset(0, (face.height - canvas.u(14)) / 2), str(number))
            mark, rest = canvas.at_start(canvas.at_start(rest, canvas.u(GAP))[1], canvas.u(24))
            icon(canvas, mark, sign)
            canvas.text(canvas.at_start(rest, canvas.u(GAP))[1], sheet.name(name), size=TITLE)
        else:
            upper, middle, lower = inside.rows(2.2, 1, 1.15)
            icon(canvas, upper, sign)
            canvas.text(middle, sheet.name(name), size=LABEL, align="center")
            key(canvas, lower.inset(0, lower.height * 0.04), str(number))
    return sheet


def no_paper(view: NoPaperView, size: Size) -> Sheet:
    """Nothing can be printed: go on without paper, or to reception."""
    sheet = Sheet(size, view.language)
    why = {PrinterStatus.PAPER_OUT: "paper_out", PrinterStatus.COVER_OPEN: "cover_open"}.get(view.printer, "away")
    hints = (sheet.hint("green", "kiosk.no_paper.go_on"), sheet.hint("erase", "kiosk.back"))
    box = sheet.body("kiosk.no_paper.title", sign="printer", stop=True, hints=hints)
    rest = sheet.sentences(box, sheet.say(f"kiosk.no_paper.{why}"))
    rest = sheet.sentences(rest, sheet.say("kiosk.no_paper.how"))
    sheet.place_plate(rest, sheet.say("kiosk.away.place"))
    return sheet


def still_there(view: StillThereView, size: Size) -> Sheet:
    """Ten bars that go out, two seconds each."""
    sheet = Sheet(size, view.language)
    canvas = sheet.canvas
    box = sheet.body("kiosk.still_there.title", sign="clock")
    rest = sheet.sentences(box, sheet.say("kiosk.still_there.lines"))
    bars = Box(rest.x, rest.y + rest.height * 0.2, rest.width, canvas.u(8))
    for index, place in enumerate(canvas.in_reading_order(bars, *[1.0] * _BARS, gap=canvas.u(1.5))):
        lit = index < view.bars
        canvas.fill(place, INK if lit else PAPER, radius=0.8, frame=None if lit else EDGE, line=0.3)
    below = Box(rest.x, bars.bottom + canvas.u(GAP), rest.width, canvas.u(12))
    canvas.text(below, sheet.say("kiosk.still_there.seconds", count=sheet.digits(view.bars * 2)), align="center")
    return sheet
