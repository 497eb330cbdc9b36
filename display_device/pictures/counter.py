"""A counter's or a room's screen as a picture: the place beside the number, what goes on, who is next, what the buttons do.

The place column stays where it is in every state; so do plate, status, next three, line and buttons. A desk with two
points shows them one above the other, the chosen one marked with the green button's ring.
"""

from collections.abc import Sequence
from typing import Final

from PIL import Image

from display_device.counter.button import Button
from display_device.counter.counter_view import CounterView, Hint, Phase, PointView, Trouble
from display_device.counter.wishes import Wish
from display_device.pictures.words import hour_in, name_in, place_in
from mqtt.contract import Reason
from screen.canvas import Box, Canvas
from screen.icons import icon, key
from screen.phrases import Phrases
from screen.style import EDGE, GROUND, HELPER, INK, LABEL, MUST_READ, PAPER, RADIUS, SIGNAL, SLATE, STOP, TITLE, Colour, Size

PLACE_PART: Final = 0.236
"""The place column's part of the width."""
PLACE_WORD_U: Final = 13.0
EDGE_U: Final = 4.0
PLATE_U: Final = 37.5
STATUS_U: Final = 12.0
NEXT_U: Final = 12.0
LINE_U: Final = 11.0
BUTTONS_U: Final = 21.0
WIDEST: Final = "333"
WIDEST_OF_FOUR: Final = "3333"

YELLOW: Final = frozenset({Phase.CALLED, Phase.CALLED_AGAIN})
DOCTOR_ABSENT: Final = "doctor_absent"
"""The mark of a ticket whose holder is to be told that nobody receives them."""
MOVED: Final = "moved"
"""Besides: the visit has a new date, which a kiosk prints for who types the code."""
BUTTON_SIGNS: Final = {Button.NO_SHOW: "absent", Button.SEND_AWAY: "clock"}
TOLD: Final = frozenset(
    {"still_asking", "no_feed", "not_done"}
    | {
        Reason.STALE.value,
        Reason.NOBODY_WAITS.value,
        Reason.NOTHING_CURRENT.value,
        Reason.POINT_PAUSED.value,
        Reason.CURRENT_ELSEWHERE.value,
        Reason.UNKNOWN_NUMBER.value,
        Reason.NOT_POSSIBLE_NOW.value,
        Reason.UNDO_TOO_LATE.value,
        Reason.CLOSED.value,
        Reason.WAIT.value,
    }
)
"""What has a sentence of its own; any other refusal is "refused"."""


def picture_of(view: CounterView, size: Size, phrases: Phrases) -> Image.Image:
    """The whole screen (RGB)."""
    return canvas_of(view, size, phrases).picture


def canvas_of(view: CounterView, size: Size, phrases: Phrases) -> Canvas:
    """The screen with what was too long for it, which the tests want empty."""
    canvas = Canvas(size, phrases.language)
    if view.identify is not None:
        canvas.fill(canvas.whole, INK)
        canvas.text(canvas.whole, view.identify, size=16, weight="Black", colour=PAPER, align="center", language="en")
    elif len(view.points) == 1:
        _one_point(canvas, view, view.points[0], phrases)
    else:
        _two_points(canvas, view, phrases)
    return canvas


def name_of(view: CounterView) -> str:
    """A name for the picture that says what it shows: "counter-4-called-123"."""
    if view.identify is not None:
        return "identify"
    parts = (f"{p.kind}-{p.label}-{p.phase}" + (f"-{p.number}" if p.number else "") for p in view.points)
    return "-and-".join(parts)


def _one_point(canvas: Canvas, view: CounterView, point: PointView, phrases: Phrases) -> None:
    column, main = canvas.at_start(canvas.whole, canvas.size.width * PLACE_PART)
    _place_column(canvas, column, point, phrases)
    canvas.fill(main, _ground(point))
    buttons = main.bottom_part(canvas.u(BUTTONS_U))
    body = main.above(canvas.u(BUTTONS_U)).inset(canvas.u(EDGE_U), 0).below(canvas.u(EDGE_U * 0.75))
    line, body = body.bottom_part(canvas.u(LINE_U)), body.above(canvas.u(LINE_U))
    match point.phase:
        case Phase.LOST:
            _lost(canvas, main, point, phrases)
            return
        case Phase.PAUSED | Phase.CLOSED | Phase.STARTING:
            _not_open(canvas, body, point, phrases)
        case _:
            plate, rest = body.top(canvas.u(PLATE_U)), body.below(canvas.u(PLATE_U))
            _plate(canvas, plate, point)
            _status(canvas, rest.top(canvas.u(STATUS_U)), point, phrases)
            _next_three(canvas, rest.below(canvas.u(STATUS_U)).top(canvas.u(NEXT_U)).inset(0, canvas.u(1)), point, phrases)
    _line(canvas, line.inset(0, canvas.u(0.8)), view, point, phrases)
    _buttons(canvas, buttons, view, phrases)


def _ground(point: PointView) -> Colour:
    return SIGNAL if point.phase in YELLOW else GROUND


def _place_column(canvas: Canvas, column: Box, point: PointView, phrases: Phrases) -> None:
    """The sign over the counter; below it, for a room, who is inside."""
    canvas.fill(column, INK)
    inside = column.inset(canvas.u(3), canvas.u(6))
    word, digit = inside.top(canvas.u(14)), inside.below(canvas.u(15)).top(canvas.u(34))
    name = phrases(f"counter.place.{point.kind}")
    size = min(PLACE_WORD_U, PLACE_WORD_U * word.width / canvas.width_of(name, size=PLACE_WORD_U))
    canvas.text(word, name, size=size, colour=PAPER, align="center")
    if point.label:
        canvas.digits(digit, point.label, colour=PAPER)
    below = inside.below(canvas.u(54))
    lines = [name_in(point.doctor, phrases), name_in(point.department, phrases)] if point.doctor.fa else []
    if lines:
        canvas.rule(below, EDGE, line=0.5)
        canvas.lines(below.below(canvas.u(2)), *lines, size=HELPER, colour=PAPER, align="center", spacing=1.7)


def _plate(canvas: Canvas, box: Box, point: PointView) -> None:
    called = point.phase in YELLOW
    canvas.fill(box, SIGNAL if called else PAPER, radius=RADIUS, frame=INK if called else None, line=1.4)
    if point.number is None:
        canvas.fill(Box(box.x + box.width * 0.42, box.y + box.height / 2, box.width * 0.16, canvas.u(1)), EDGE, radius=0.5)
        return
    widest = WIDEST if point.number < 1000 else WIDEST_OF_FOUR
    canvas.digits(box.inset(canvas.u(6), canvas.u(3.6)), point.number, widest=widest)


def _status(canvas: Canvas, box: Box, point: PointView, phrases: Phrases) -> None:
    """What goes on, and how many wait."""
    words = _phase_words(point, phrases)
    count = _waiting_words(point, phrases)
    aside = canvas.width_of(count, size=HELPER) + canvas.u(2)
    start, end = canvas.at_start(box, box.width - aside)
    canvas.text(start, words, size=TITLE, weight="Black")
    canvas.text(end, count, size=HELPER, align="end", colour=INK if point.phase in YELLOW else SLATE)


def _phase_words(point: PointView, phrases: Phrases) -> str:
    if point.asking and point.phase is Phase.NOBODY:
        return phrases("counter.starting")
    kind = f"{point.phase}"
    if point.phase is Phase.SERVING and point.kind == "counter" and point.stage not in {"reception", ""}:
        kind = "serving_other"
    elif point.kind == "room" and point.phase in {Phase.CALLED, Phase.SERVING, Phase.PAUSED, Phase.CLOSED}:
        kind = f"{kind}_room"
    return phrases(f"counter.phase.{kind}")


def _waiting_words(point: PointView, phrases: Phrases) -> str:
    return phrases("counter.waiting", count=point.waiting) if point.waiting else phrases("counter.nobody_waits")


def _next_three(canvas: Canvas, box: Box, point: PointView, phrases: Phrases) -> None:
    """Three chips with number and reason; they stand still and are empty where nobody is next."""
    word, rest = canvas.at_start(box, canvas.width_of(phrases("counter.next"), size=HELPER) + canvas.u(2.5))
    canvas.text(word, phrases("counter.next"), size=HELPER)
    for place, one in zip(
        canvas.in_reading_order(rest, 1, 1, 1, gap=canvas.u(1.5)), (*point.next, None, None, None), strict=False
    ):
        canvas.fill(place, PAPER if one else _ground(point), radius=RADIUS, frame=EDGE, line=0.3)
        if one is None:
            continue
        inside = place.inset(canvas.u(1.4), 0)
        number, why = canvas.at_start(inside, canvas.width_of(str(one.number), size=LABEL, weight="Black") + canvas.u(1.2))
        canvas.text(number, str(one.number), size=LABEL, weight="Black")
        canvas.text(why, phrases(f"counter.why.{one.why}"), size=HELPER, colour=SLATE, align="end")


def _not_open(canvas: Canvas, body: Box, point: PointView, phrases: Phrases) -> None:
    """Paused, closed, or not heard of yet: a sign, a sentence, and the promise that the turn is kept."""
    sign, words = body.rows(0.38, 0.62)
    names = {Phase.PAUSED: "pause", Phase.CLOSED: "closed", Phase.STARTING: "clock"}
    side = min(sign.height, canvas.u(24))
    square = Box(sign.x + (sign.width - side) / 2, sign.y + (sign.height - side) / 2, side, side)
    icon(canvas, square, names[point.phase], ground=GROUND)
    if point.phase is Phase.STARTING:
        canvas.lines(words, phrases("counter.starting"), size=TITLE, weight="Black", align="center")
        return
    left = canvas.lines(words, _phase_words(point, phrases), size=TITLE, weight="Black", align="center", spacing=1.6)
    if point.phase is Phase.PAUSED:
        lines = [phrases("counter.phase.paused_promise")]
        why = name_in(point.paused_why, phrases)
        if point.paused_until:
            lines.append(phrases("counter.phase.paused_until", why=why, until=hour_in(point.paused_until, phrases)).strip())
        elif why:
            lines.append(why)
        canvas.lines(left, *lines, size=LABEL, colour=SLATE, align="center")


def _lost(canvas: Canvas, main: Box, point: PointView, phrases: Phrases) -> None:
    """The feed is lost: said in brick, the last number hollow with its hour."""
    bar = main.top(canvas.u(20))
    canvas.fill(bar, STOP)
    inside = bar.inset(canvas.u(EDGE_U), 0)
    sign, words = canvas.at_start(inside, canvas.u(11))
    icon(canvas, sign.inset(0, canvas.u(5)), "triangle", shade=PAPER, ground=STOP)
    canvas.text(canvas.at_start(words, canvas.u(2))[1], phrases("counter.phase.lost"), size=TITLE, weight="Black", colour=PAPER)
    body = main.below(canvas.u(20)).inset(canvas.u(EDGE_U), canvas.u(3))
    listen = phrases("counter.phase.lost_listen_room" if point.kind == "room" else "counter.phase.lost_listen")
    canvas.text(body.top(canvas.u(14)), listen, size=MUST_READ, align="center")
    canvas.number_plate(body.below(canvas.u(16)).top(canvas.u(42)), point.number, old=True)
    if point.last_heard:
        last = phrases("counter.phase.lost_last", hour=hour_in(point.last_heard, phrases))
        canvas.text(body.bottom_part(canvas.u(13)), last, size=LABEL, align="center")


def _line(canvas: Canvas, box: Box, view: CounterView, point: PointView, phrases: Phrases) -> None:
    """One line on what the clerk should know now, the most pressing first."""
    sign, words, brick = _line_of(view, point, phrases)
    if not words:
        return
    canvas.fill(box, STOP if brick else PAPER, radius=RADIUS)
    shade = PAPER if brick else INK
    inside = box.inset(canvas.u(2), 0)
    mark, rest = canvas.at_start(inside, canvas.u(6))
    icon(canvas, mark.inset(0, (mark.height - canvas.u(6)) / 2), sign, shade=shade, ground=STOP if brick else PAPER)
    canvas.text(canvas.at_start(rest, canvas.u(2))[1], words, size=HELPER, colour=shade)


def _line_of(view: CounterView, point: PointView, phrases: Phrases) -> tuple[str, str, bool]:
    """Sign, words, and whether it is bad news."""
    if view.pad is not None:
        place = place_in(view.pad.kind, view.pad.label, phrases) if view.pad.label else ""
        if view.pad.reasons:
            reasons = "   ".join(f"{i} {name_in(name, phrases)}" for i, name in enumerate(view.pad.reasons, start=1))
            return "question", f"{phrases('counter.why_pause')} {reasons}", False
        return "info", f"{place}: {phrases('counter.typed')} {view.pad.typed or '—'}", False
    if point.message is not None:
        what = point.message.what if point.message.what in TOLD else "refused"
        place = place_in(point.message.kind, point.message.label, phrases) if point.message.label else ""
        return "triangle", phrases(f"counter.told.{what}", place=place), True
    notes = point.notes
    if notes.priority_asked.fa:
        return "question", phrases("counter.priority_asked", name=name_in(notes.priority_asked, phrases)), False
    if notes.marks:
        return "triangle", phrases(f"counter.{_mark(notes.marks)}"), True
    return _quieter_line(view, point, phrases)


def _mark(marks: Sequence[str]) -> str:
    """The phrase of the mark that says most."""
    return next((mark for mark in (MOVED, DOCTOR_ABSENT) if mark in marks), "marked")


def _quieter_line(view: CounterView, point: PointView, phrases: Phrases) -> tuple[str, str, bool]:
    if point.done is not None:
        return "check", phrases(f"counter.done.{point.done.act}", number=point.done.number or ""), False
    if view.troubles:
        bad = view.troubles[0].status != "paper_low"
        return "printer", _trouble_words(view.troubles[0], phrases), bad
    if view.stuck or view.pad_missing:
        return "triangle", phrases("counter.stuck" if view.stuck else "counter.pad_missing"), True
    if point.late_until:
        return "clock", phrases("counter.late", until=hour_in(point.late_until, phrases)), False
    if point.notes.urgent or point.notes.priority.fa:
        urgent, priority = phrases("counter.urgent"), name_in(point.notes.priority, phrases)
        return "info", urgent if point.notes.urgent else phrases("counter.priority", name=priority), False
    return "", "", False


def _trouble_words(trouble: Trouble, phrases: Phrases) -> str:
    number = trouble.kiosk.rpartition("-")[2]
    kiosk = phrases("counter.kiosk.numbered", number=number) if number.isdecimal() else phrases("counter.kiosk.one")
    return phrases(f"counter.kiosk.{trouble.status}", kiosk=kiosk)


def _buttons(canvas: Canvas, bar: Box, view: CounterView, phrases: Phrases) -> None:
    """What each button does now: pressed, and under it with a clock, held."""
    if not view.hints:
        return
    canvas.fill(bar, PAPER)
    canvas.rule(bar, EDGE)
    inside = bar.inset(canvas.u(EDGE_U * 0.6), canvas.u(2))
    parts = [1.15 if hint.button is Button.CALL_NEXT else 1.0 for hint in view.hints]
    for place, hint in zip(canvas.in_reading_order(inside, *parts, gap=canvas.u(1)), view.hints, strict=True):
        _button(canvas, place, hint, view.points[view.chosen], phrases)


def _button(canvas: Canvas, place: Box, hint: Hint, point: PointView, phrases: Phrases) -> None:
    if hint.short is None and hint.held is None:
        return
    face, rest = canvas.at_start(place, canvas.u(10))
    _button_face(canvas, face, hint.button)
    rest = canvas.at_start(rest, canvas.u(1.4))[1]
    upper, lower = rest.rows(1, 0.85)
    if hint.short is not None:
        canvas.text(upper, _wish_words(hint.short, point, phrases), size=HELPER, weight="Black")
    if hint.held is not None and hint.held is not hint.short:
        sign, words = canvas.at_start(lower, canvas.u(4.6))
        icon(canvas, sign.inset(0, (sign.height - canvas.u(4.6)) / 2), "clock", shade=SLATE)
        held = _wish_words(hint.held, point, phrases)
        if hint.held is Wish.UNDO and point.done is not None:
            held = f"{held} {point.done.undo_seconds}"
        canvas.text(canvas.at_start(words, canvas.u(1))[1], held, size=HELPER, colour=SLATE)


def _button_face(canvas: Canvas, box: Box, which: Button) -> None:
    if which is Button.CALL_NEXT:
        key(canvas, box, "green")
        return
    side = min(box.width, box.height)
    face = Box(box.x + (box.width - side) / 2, box.y + (box.height - side) / 2, side, side)
    canvas.fill(face, INK, radius=side * 0.16 / canvas.unit)
    top = Box(face.x + side * 0.05, face.y + side * 0.05, side * 0.9, side * 0.83)
    canvas.fill(top, PAPER, radius=side * 0.13 / canvas.unit)
    icon(canvas, top.inset(side * 0.16, side * 0.13), BUTTON_SIGNS[which])


def _wish_words(wish: Wish, point: PointView, phrases: Phrases) -> str:
    if wish is Wish.NEXT and point.number is not None:
        return phrases("counter.button.confirm" if point.stage == "reception" else "counter.button.finish")
    return phrases(f"counter.button.{wish}")


def _two_points(canvas: Canvas, view: CounterView, phrases: Phrases) -> None:
    buttons = canvas.whole.bottom_part(canvas.u(BUTTONS_U))
    body = canvas.whole.above(canvas.u(BUTTONS_U)).inset(canvas.u(EDGE_U), canvas.u(EDGE_U * 0.6))
    line, body = body.bottom_part(canvas.u(LINE_U)), body.above(canvas.u(LINE_U + 1))
    for index, (row, point) in enumerate(zip(body.rows(1, 1, gap=canvas.u(2)), view.points, strict=False)):
        _row(canvas, row, point, phrases, chosen=index == view.chosen)
    _line(canvas, line.inset(0, canvas.u(0.8)), view, view.points[view.chosen], phrases)
    _buttons(canvas, buttons, view, phrases)


def _row(canvas: Canvas, row: Box, point: PointView, phrases: Phrases, *, chosen: bool) -> None:
    """One point of two: its place, its number, and beside them what goes on there."""
    chip, rest = canvas.at_start(row, canvas.u(30))
    canvas.place_chip(
        chip, phrases(f"counter.place.{point.kind}"), point.label, stacked=True, closed=point.phase is Phase.CLOSED
    )
    plate, aside = canvas.at_start(rest, rest.width * 0.58)
    plate = plate.inset(canvas.u(1.2), 0)
    called, old = point.phase in YELLOW, point.phase in {Phase.LOST, Phase.STARTING}
    canvas.number_plate(plate, point.number, called=called, old=old, widest=WIDEST)
    words, count, following = aside.inset(canvas.u(1), 0).rows(1.2, 1, 1)
    if chosen:
        mark, words = canvas.at_start(words, canvas.u(8))
        key(canvas, mark.inset(0, (mark.height - canvas.u(7)) / 2), "green")
        words = canvas.at_start(words, canvas.u(1.5))[1]
    status = phrases("counter.starting") if point.phase is Phase.STARTING else _phase_words(point, phrases)
    for text in canvas.wrapped(status, words.width, size=HELPER)[:1]:
        canvas.text(words, text, size=HELPER, weight="Black", colour=STOP if point.phase is Phase.LOST else INK)
    beside = hour_in(point.last_heard or "", phrases) if old else _waiting_words(point, phrases)
    canvas.text(count, beside, size=HELPER, colour=SLATE)
    if not old:
        canvas.text(following, "  ".join(str(one.number) for one in point.next), size=HELPER, weight="Black")
