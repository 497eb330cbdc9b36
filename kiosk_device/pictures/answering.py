"""Pictures of a kiosk's answers: wait, printing, the number and where to go, and why not with its next step."""

from kiosk_device.pictures.sheet import Sheet
from kiosk_device.refusals import GREEN_STEPS, NextStep
from kiosk_device.views import PrintingView, RefusalView, TicketView, WaitView
from mqtt.contract import PrinterStatus, Reason, SettleOutcome
from screen.canvas import Box
from screen.icons import icon
from screen.parts import Hint, key_bar
from screen.style import GAP, HELPER, INK, LABEL, PAPER, SLATE, STOP, Size

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
    side = canvas.u(10)
    start = box.x + (box.width - side * 3 - canvas.u(GAP) * 4) / 2
    for index in range(3):
        square = Box(start + index * (side + canvas.u(GAP) * 2), box.y + box.height * 0.3, side, side)
        canvas.fill(square, INK if index else PAPER, radius=1.0, frame=INK, line=0.6)
    line = Box(box.x, box.y + box.height * 0.58, box.width, canvas.u(14))
    sheet.sentences(line, sheet.say("kiosk.wait.away" if view.store_away else "kiosk.wait.line"), centered=True)
    return sheet


def printing(view: PrintingView, size: Size) -> Sheet:
    """The paper comes out below."""
    sheet = Sheet(size, view.language)
    canvas = sheet.canvas
    box = sheet.body("kiosk.printing.title")
    upper, lower = box.rows(2.4, 1)
    icon(canvas, upper, "paper")
    canvas.text(lower, sheet.say("kiosk.printing.line"), size=LABEL * 1.2, align="center")
    return sheet


def ticket(view: TicketView, size: Size) -> Sheet:
    """The number, the place, how many before; without paper also that it should be noted down."""
    sheet = Sheet(size, view.language)
    canvas = sheet.canvas
    hints = [sheet.hint("green", "kiosk.done", both=False), sheet.hint("1", "kiosk.ticket.another", both=False)]
    if view.ask_priority and not view.priority:
        hints.append(sheet.hint("2", "kiosk.ticket.priority", both=False))
    box = sheet.body("kiosk.ticket.again" if view.again else "kiosk.ticket.title", hints=hints)
    if size.portrait:
        plate, aside = box.rows(1, 1.1, gap=canvas.u(GAP))
    else:
        plate, aside = canvas.in_reading_order(box, 1.9, 1, gap=canvas.u(GAP * 1.3))
    canvas.number_plate(plate, view.number)
    if view.outcome == SettleOutcome.PRINTED:
        _where(sheet, aside, view)
    else:
        _note_it_down(sheet, aside, view)
    return sheet


def _where(sheet: Sheet, box: Box, view: TicketView) -> None:
    canvas = sheet.canvas
    upper, chip, lower = box.rows(0.5, 1.1, 1.6, gap=canvas.u(1.5))
    canvas.text(upper, sheet.say("kiosk.ticket.go_to"), size=LABEL, align="center")
    _chip(sheet, chip, view)
    if view.ahead:
        count, words = lower.top(lower.height * 0.62).rows(1.3, 1)
        canvas.digits(count.inset(0, count.height * 0.12), sheet.digits(view.ahead))
        canvas.text(words, sheet.say("kiosk.ticket.ahead"), size=HELPER, align="center")
    else:
        sheet.sentences(lower.top(lower.height * 0.6), sheet.say("kiosk.ticket.ahead_none"), size=HELPER, centered=True)
    note = sheet.say(f"kiosk.ticket.priority_{view.priority}") if view.priority else ""
    if view.late_until:
        note = sheet.say("kiosk.ticket.late", time=sheet.clock(view.late_until))
    if note:
        sheet.sentences(lower.below(lower.height * 0.62), note, size=HELPER, centered=True)


def _chip(sheet: Sheet, box: Box, view: TicketView) -> None:
    """The one point that calls it, or else the hall where they all are."""
    if len(view.points) == 1:
        point = view.points[0]
        sheet.canvas.place_chip(box, sheet.say(f"kiosk.ticket.{point.kind}"), point.label)
    elif view.zone is not None:
        sheet.canvas.place_chip(box, sheet.name(view.zone), "")


def _note_it_down(sheet: Sheet, box: Box, view: TicketView) -> None:
    canvas = sheet.canvas
    chip = box.bottom_part(canvas.u(15))
    _chip(sheet, chip, view)
    box = box.above(chip.height + canvas.u(1.5))
    mark, rest = box.top(canvas.u(12)), box.below(canvas.u(12))
    icon(canvas, canvas.at_start(mark, canvas.u(11))[0], "printer", shade=STOP)
    if view.outcome == SettleOutcome.UNKNOWN:
        sheet.sentences(rest, sheet.say("kiosk.ticket.if_no_paper"), size=HELPER)
        return
    why = {PrinterStatus.PAPER_OUT: "no_paper", PrinterStatus.COVER_OPEN: "cover_open"}.get(view.printer, "printer_away")
    canvas.text(canvas.at_start(mark, canvas.u(13))[1], sheet.say(f"kiosk.ticket.{why}"), size=HELPER, colour=STOP)
    rest = sheet.sentences(rest, sheet.say("kiosk.ticket.note_down"), size=HELPER)
    sheet.sentences(rest, sheet.say("kiosk.ticket.noted"), size=HELPER)


def refusal(view: RefusalView, size: Size) -> Sheet:
    """Why not, the main fact largest, and the next step."""
    sheet = Sheet(size, view.language)
    canvas = sheet.canvas
    name = f"kiosk.refused.{view.screen}"
    box = sheet.body(f"{name}.title", sign=_SIGNS.get(view.reason, "triangle"), stop=True)
    box = box.above(canvas.u(17))
    key_bar(canvas, _hints(sheet, view))
    rest = sheet.sentences(box, _filled(sheet, view, f"{name}.lines"))
    if view.date or view.time:
        plate = rest.top(min(rest.height * 0.72, canvas.u(40 if size.portrait else 26)))
        if view.date:
            sheet.date_plate(plate, view.date, view.time)
        elif view.time:
            sheet.clock_plate(plate, view.time)
        rest = rest.below(plate.height + canvas.u(1.5))
        if f"{name}.after" in sheet.say.keys():  # noqa: SIM118  # Phrases is no mapping
            sheet.sentences(rest, sheet.say(f"{name}.after"), size=HELPER)
    elif view.step in (NextStep.RECEPTION, NextStep.HELP_TICKET):
        sheet.place_plate(rest, sheet.say("kiosk.away.place"))
    if view.step == NextStep.WALK_IN and view.walk_ins_left:
        words = sheet.say("kiosk.step.walk_ins_left", count=sheet.digits(view.walk_ins_left))
        canvas.text(box.bottom_part(canvas.u(HELPER * 1.6)), words, size=HELPER, colour=SLATE)
    return sheet


def _hints(sheet: Sheet, view: RefusalView) -> list[Hint]:
    hints = [sheet.hint("erase", "kiosk.back")]
    if view.step in GREEN_STEPS:
        hints.insert(0, sheet.hint("green", f"kiosk.step.{view.step}"))
    return hints


def _filled(sheet: Sheet, view: RefusalView, phrase: str) -> str:
    values = {
        "doctor": sheet.name(view.doctor) if view.doctor else "",
        "department": sheet.name(view.department) if view.department else "",
        "minutes": sheet.digits(view.minutes or 1),
    }
    return sheet.say(phrase, **values)
