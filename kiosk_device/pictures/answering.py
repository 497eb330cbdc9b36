"""Pictures of a kiosk's answers: wait, printing, the number and where to go, and why not with its next step."""

from kiosk_device.pictures.sheet import Sheet
from kiosk_device.visit.refusals import GREEN_STEPS, NextStep
from kiosk_device.visit.views import WAITING_SQUARES, CodeSentView, PrintingView, RefusalView, SlipView, TicketView, WaitView
from mqtt.contract import PrinterStatus, Reason, SettleOutcome
from screen.canvas import Box
from screen.icons import icon
from screen.style import EDGE, GAP, GROUND, HELPER, INK, LABEL, MARGIN, MUST_READ, PAPER, RADIUS, SLATE, STOP, Size

_COUNT_U = 16.0

_SIGNS = {
    Reason.WRONG_DAY: "calendar",
    Reason.TOO_EARLY: "clock",
    Reason.TOO_LATE: "clock",
    Reason.DOCTOR_ABSENT: "absent",
    Reason.CODE_LOCKED: "lock",
    Reason.CLOSED: "closed",
    Reason.ALREADY_SERVED: "check",
    Reason.TOO_MANY_TICKETS: "pause",
}


def wait(view: WaitView, size: Size) -> Sheet:
    """Three squares; with a slow store, so said, and the way out."""
    sheet = Sheet(size, view.language)
    canvas = sheet.canvas
    hints = (sheet.hint("erase", "kiosk.back"),) if view.store_away else ()
    box = sheet.body("kiosk.wait.title", hints=hints)
    squares, line = box.rows(1, 1)
    side = canvas.u(11)
    row = _middle(squares.bottom_part(side), side * WAITING_SQUARES + canvas.u(GAP * 2) * (WAITING_SQUARES - 1))
    for index, square in enumerate(canvas.in_reading_order(row, *[1.0] * WAITING_SQUARES, gap=canvas.u(GAP * 2))):
        canvas.fill(square, PAPER if index == view.hollow else INK, radius=1.0, frame=INK, line=0.6)
    words = sheet.say("kiosk.wait.away" if view.store_away else "kiosk.wait.code" if view.for_code else "kiosk.wait.line")
    sheet.sentences(line.below(canvas.u(MARGIN)), words, centered=True)
    return sheet


def _middle(box: Box, width: float) -> Box:
    """A piece `width` pixels wide in the middle of a box."""
    return Box(box.x + (box.width - width) / 2, box.y, width, box.height)


def code_sent(view: CodeSentView, size: Size) -> Sheet:
    """What is done where there is a booking, and the way to reception where no text comes."""
    sheet = Sheet(size, view.language)
    hints = (sheet.hint("green", "kiosk.done"),)
    box = sheet.body("kiosk.code_sent.title", hints=hints)
    rest = sheet.ways_on(box, place=sheet.say("kiosk.away.place"), tall=26 if size.portrait else 17)
    text = sheet.say("kiosk.code_sent.lines")
    sheet.sentences(sheet.large_sign(rest, "phone", text), text)
    return sheet


def printing(view: PrintingView, size: Size) -> Sheet:
    """The slot with the paper coming out of it, downwards."""
    sheet = Sheet(size, view.language)
    canvas = sheet.canvas
    box = sheet.body("kiosk.slip.printing" if view.slip else "kiosk.printing.title")
    drawing, line = box.above(canvas.u(20)), box.bottom_part(canvas.u(20))
    tall = min(drawing.height, canvas.u(64))
    drawing = _middle(Box(drawing.x, drawing.y + (drawing.height - tall) / 2, drawing.width, tall), canvas.u(46))
    slot, paper = drawing.top(canvas.u(9)), drawing.below(canvas.u(4.5))
    canvas.fill(slot, INK, radius=RADIUS)
    paper = _middle(paper, canvas.u(28))
    canvas.fill(Box(paper.x - canvas.u(2), paper.y - canvas.u(0.8), paper.width + canvas.u(4), canvas.u(1.6)), EDGE)
    canvas.fill(paper, PAPER)
    icon(canvas, paper.inset(canvas.u(5), canvas.u(4)), "down")
    canvas.text(line, sheet.say("kiosk.slip.take" if view.slip else "kiosk.printing.line"), size=MUST_READ, align="center")
    return sheet


def ticket(view: TicketView, size: Size) -> Sheet:
    """The number, the place, how many before; without paper also that it should be noted down."""
    sheet = Sheet(size, view.language, office=view.office)
    canvas = sheet.canvas
    hints = [sheet.hint("green", "kiosk.done"), sheet.hint("1", "kiosk.ticket.another")]
    if view.ask_priority and not view.priority:
        hints.append(sheet.hint("2", "kiosk.ticket.priority"))
    title = "kiosk.ticket.again" if view.again else "kiosk.ticket.title"
    box = sheet.body(title, hints=hints, notes=_notes(sheet, view))
    if size.portrait:
        plate, aside = box.rows(1, 1 if view.outcome == SettleOutcome.PRINTED else 1.5, gap=canvas.u(GAP))
    else:
        plate, aside = canvas.in_reading_order(box, 1.9, 1, gap=canvas.u(GAP))
    canvas.number_plate(plate, view.number)
    if view.outcome == SettleOutcome.PRINTED:
        _where(sheet, aside, view)
    else:
        _note_it_down(sheet, aside, view)
    return sheet


def _notes(sheet: Sheet, view: TicketView) -> list[str]:
    notes = []
    if view.late_until:
        notes.append(sheet.say("kiosk.ticket.late", time=sheet.clock(view.late_until)))
    if view.priority:
        notes.append(sheet.say(f"kiosk.ticket.priority_{view.priority}"))
    return notes


def _where(sheet: Sheet, box: Box, view: TicketView) -> None:
    canvas = sheet.canvas
    upper, chip, lower = box.rows(1, 2.4, 2.2)
    canvas.text(upper, sheet.say("kiosk.ticket.go_to"), size=LABEL, align="center")
    _chip(sheet, chip, view)
    if view.ahead:
        _ahead(sheet, lower, view.ahead)
    else:
        line = lower.bottom_part(lower.height * 0.75)
        words = sheet.say("kiosk.ticket.ahead_unknown" if view.ahead is None else "kiosk.ticket.ahead_none")
        sheet.sentences(line, words, size=canvas.fitting_size(words, line.width, LABEL, HELPER), centered=True)


def _ahead(sheet: Sheet, box: Box, ahead: int) -> None:
    """The count large and its words beside it, in the middle of the box."""
    canvas = sheet.canvas
    words, count = sheet.say("kiosk.ticket.ahead"), sheet.digits(ahead)
    count_width = canvas.width_of(count, size=_COUNT_U, weight="Black")
    lines = canvas.wrapped(words, box.width - count_width - canvas.u(GAP), size=HELPER)
    width = max(canvas.width_of(line, size=HELPER) for line in lines)
    row = _middle(box, count_width + canvas.u(GAP) + width + 1)
    first, rest = canvas.at_start(row, count_width)
    canvas.text(first, count, size=_COUNT_U, weight="Black")
    height = canvas.u(HELPER * 1.4) * len(lines)
    text = canvas.at_start(rest, canvas.u(GAP))[1]
    text = Box(text.x, text.y + (text.height - height) / 2, text.width, height)
    canvas.lines(text, *lines, size=HELPER, spacing=1.4)


def _chip(sheet: Sheet, box: Box, view: TicketView) -> None:
    """The one point that calls it, or else the hall where they all are."""
    if len(view.points) == 1:
        point = view.points[0]
        sheet.canvas.place_chip(box, sheet.say(f"kiosk.ticket.{point.kind}"), point.label)
    elif view.zone is not None:
        sheet.canvas.place_chip(box, sheet.name(view.zone), "")


def _note_it_down(sheet: Sheet, box: Box, view: TicketView) -> None:
    """There is no paper, or perhaps none: the number to be noted, where to go, and that the turn is kept."""
    canvas = sheet.canvas
    chip = box.bottom_part(canvas.u(15))
    _chip(sheet, chip, view)
    unknown = view.outcome == SettleOutcome.UNKNOWN
    rest = _no_paper(sheet, box.above(chip.height), "kiosk.ticket.if_no_paper" if unknown else _trouble(view.printer))
    rest = sheet.sentences(rest, sheet.say("kiosk.ticket.note_down"), size=LABEL)
    canvas.lines(rest, sheet.say("kiosk.ticket.noted"), size=HELPER, colour=SLATE)


def _trouble(printer: PrinterStatus) -> str:
    """The phrase of why nothing came out."""
    why = {PrinterStatus.PAPER_OUT: "no_paper", PrinterStatus.COVER_OPEN: "cover_open"}
    return f"kiosk.ticket.{why.get(printer, 'printer_away')}"


def _no_paper(sheet: Sheet, box: Box, why: str) -> Box:
    """The printer's sign and the phrase `why`; gives what is left below."""
    canvas = sheet.canvas
    face, words = canvas.at_start(box.top(canvas.u(10)), canvas.u(9))
    icon(canvas, face, "printer", shade=STOP, ground=GROUND)
    canvas.text(canvas.at_start(words, canvas.u(GAP))[1], sheet.say(why), size=HELPER, colour=STOP)
    return box.below(canvas.u(11))


def slip(view: SlipView, size: Size) -> Sheet:
    """The new date on a plate; the slip to be taken, or the date to be noted down."""
    sheet = Sheet(size, view.language)
    canvas = sheet.canvas
    box = sheet.body("kiosk.slip.title", sign="calendar", hints=(sheet.hint("green", "kiosk.done"),))
    printed = view.outcome == SettleOutcome.PRINTED
    plate = box.top(min(box.height * (0.45 if printed else 0.34), canvas.u(36)))
    sheet.date_plate(plate, view.date, view.time)
    rest = box.below(plate.height + canvas.u(GAP))
    if printed:
        rest = sheet.sentences(rest, sheet.say("kiosk.slip.take"))
    else:
        unknown = view.outcome == SettleOutcome.UNKNOWN
        rest = _no_paper(sheet, rest, "kiosk.slip.if_no_paper" if unknown else _trouble(view.printer))
        rest = sheet.sentences(rest, sheet.say("kiosk.slip.note_down"))
    sheet.sentences(rest, sheet.say("kiosk.slip.same_code"))
    return sheet


def refusal(view: RefusalView, size: Size) -> Sheet:
    """Why not, the main fact largest, and the next step."""
    sheet = Sheet(size, view.language, office=view.office)
    name = f"kiosk.refused.{view.screen}"
    sign = _SIGNS.get(view.reason, "triangle")
    box = sheet.body(f"{name}.title", sign=sign, stop=True, hints=(sheet.hint("erase", "kiosk.back"),))
    # A store tells more than a screen needs: the date stands large only where the sentences lead to it.
    fact = f"{name}.after" in sheet.say and bool(view.date or view.time)
    step = sheet.hint("green", f"kiosk.step.{view.step}") if view.step in GREEN_STEPS else None
    note = ""
    if view.step == NextStep.WALK_IN and view.walk_ins_left:
        note = sheet.say("kiosk.step.walk_ins_left", count=sheet.digits(view.walk_ins_left))
    to_reception = not fact and view.step in (NextStep.RECEPTION, NextStep.HELP_TICKET)
    place = sheet.say("kiosk.away.place") if to_reception else ""
    rest = sheet.ways_on(box, step=step, note=note, place=place, tall=17 if fact and not size.portrait else 26)
    text = _filled(sheet, view, f"{name}.lines")
    rest = sheet.large_sign(rest, sign, text, below=50 if fact else 0, stop=True)
    rest = sheet.sentences(rest, text)
    if fact:
        _fact(sheet, rest, view, f"{name}.after")
    return sheet


def _fact(sheet: Sheet, box: Box, view: RefusalView, after: str) -> None:
    """The date or the time on a plate, and what follows from it."""
    canvas = sheet.canvas
    line = canvas.u(HELPER * 1.45)
    plate = box.top(min(box.height - line - canvas.u(1), canvas.u(36)))
    if view.date:
        sheet.date_plate(plate, view.date, view.time)
    elif view.time:
        sheet.clock_plate(plate, view.time)
    if after in sheet.say:
        sheet.sentences(box.below(plate.height + canvas.u(1)), sheet.say(after), size=HELPER)


def _filled(sheet: Sheet, view: RefusalView, phrase: str) -> str:
    values = {
        "doctor": sheet.name(view.doctor) if view.doctor else "",
        "department": sheet.name(view.department) if view.department else "",
        "minutes": sheet.digits(view.minutes or 1),
    }
    return sheet.say(phrase, **values)
