"""The waiting room's screen as a picture: tiles of number and place, the call on stage, the band below.

Numbers on a screen that many share have one size, fitted to «۳۳۳» (or four digits where the site has them).
"""

from typing import Final

from PIL import Image

from display_device.pictures.words import day_in, hour_in, name_in
from display_device.waiting_room import HallView, Notice, Stage, Tile
from mqtt.contract import PointStatus
from screen.canvas import FRAME, Box, Canvas
from screen.icons import icon
from screen.phrases import Phrases
from screen.style import EDGE, GAP, GROUND, HELPER, INK, LABEL, PAPER, RADIUS, SIGNAL, SLATE, STOP, TITLE, Size

HEAD_U: Final = 9.5
BANNER_U: Final = 12.5
BAND_U: Final = 12.0
EDGE_U: Final = 3.0
STAGE_PART: Final = 0.62
ROWS: Final = 3
WIDEST: Final = "333"
WIDEST_OF_FOUR: Final = "3333"


def picture_of(view: HallView, size: Size, phrases: Phrases) -> Image.Image:
    """The whole screen (RGB)."""
    return canvas_of(view, size, phrases).picture


def canvas_of(view: HallView, size: Size, phrases: Phrases) -> Canvas:
    """The screen with what was too long for it, which the tests want empty."""
    canvas = Canvas(size, phrases.language)
    if view.identify is not None:
        canvas.fill(canvas.whole, INK)
        canvas.text(canvas.whole, view.identify, size=16, weight="Black", colour=PAPER, align="center", language="en")
        return canvas
    _head(canvas, view, phrases)
    body = canvas.whole.below(canvas.u(HEAD_U))
    if view.starting:
        canvas.text(body, phrases("waiting_room.starting"), size=TITLE, weight="Black", align="center")
    elif view.closed:
        _closed(canvas, body, view, phrases)
    else:
        _open(canvas, body, view, phrases)
    return canvas


def name_of(view: HallView) -> str:
    """A name for the picture that says what it shows: "hall-call-123-counter-4"."""
    if view.stage is not None:
        return f"hall-call-{view.stage.number}-{view.stage.kind}-{view.stage.label}"
    for name, so in (("identify", view.identify), ("starting", view.starting), ("lost", view.lost), ("closed", view.closed)):
        if so:
            return f"hall-{name}"
    return "hall-" + ("-".join(str(tile.number) for tile in view.tiles if tile.number) or "quiet")


def _open(canvas: Canvas, body: Box, view: HallView, phrases: Phrases) -> None:
    """The tiles, or the call on stage beside a list of them; below, the band of those who missed theirs and of notices."""
    if view.lost:
        _lost_banner(canvas, body.top(canvas.u(BANNER_U)), view, phrases)
        body = body.below(canvas.u(BANNER_U))
    band = view.stage is None and not view.lost and (view.notice is not None or bool(view.absent))
    if band:
        _band(canvas, body.bottom_part(canvas.u(BAND_U)), view, phrases)
        body = body.above(canvas.u(BAND_U))
    inside = body.inset(canvas.u(EDGE_U), canvas.u(EDGE_U * 0.7))
    if view.stage is None:
        _tiles(canvas, inside, view, phrases)
        return
    stage, rows = canvas.at_start(inside, inside.width * STAGE_PART)
    _stage(canvas, stage, view.stage, phrases)
    rows = canvas.at_start(rows, canvas.u(GAP))[1]
    _rows(canvas, rows, view, phrases)


def _head(canvas: Canvas, view: HallView, phrases: Phrases) -> None:
    bar = canvas.whole.top(canvas.u(HEAD_U))
    canvas.fill(bar, INK)
    inside = bar.inset(canvas.u(EDGE_U), 0)
    clock = hour_in(view.hour, phrases) if view.hour else ""
    room = canvas.u(TITLE * 2.6)
    rest, end = canvas.at_start(inside, inside.width - room)
    canvas.text(end, clock, size=LABEL, weight="Black", colour=PAPER, align="end", tabular=True)
    if view.date:
        words = day_in(view.date, phrases)
        rest, day = canvas.at_start(rest, rest.width - canvas.width_of(words, size=HELPER) - canvas.u(2))
        canvas.text(day, words, size=HELPER, colour=PAPER, align="end")
    title = name_in(view.zone, phrases)
    canvas.text(rest, title, size=LABEL, weight="Black", colour=PAPER)
    rest = canvas.at_start(rest, canvas.width_of(title, size=LABEL, weight="Black") + canvas.u(4))[1]
    if view.pages > 1:
        page = phrases("waiting_room.page", page=view.page + 1, pages=view.pages)
        canvas.text(rest, page, size=HELPER, colour=PAPER)
    elif view.waiting and not view.lost:
        canvas.text(rest, phrases("waiting_room.waiting", count=view.waiting), size=HELPER, colour=PAPER)


def _tiles(canvas: Canvas, box: Box, view: HallView, phrases: Phrases) -> None:
    """Up to three points: full rows. More: two columns of three, filled from the top of the first."""
    gap = canvas.u(1.6)
    if len(view.tiles) <= ROWS:
        places = list(box.rows(*[1.0] * max(1, len(view.tiles)), gap=gap))
        stacked = False
    else:
        columns = canvas.in_reading_order(box, 1, 1, gap=canvas.u(GAP))
        places = [row for column in columns for row in column.rows(1, 1, 1, gap=gap)]
        stacked = True
    widest = _widest(view)
    for place, tile in zip(places, view.tiles, strict=False):
        _tile(canvas, place, tile, phrases, widest=widest, stacked=stacked, old=view.lost)


def _widest(view: HallView) -> str:
    return WIDEST_OF_FOUR if any(tile.number and tile.number >= 1000 for tile in view.tiles) else WIDEST


def _tile(canvas: Canvas, box: Box, tile: Tile, phrases: Phrases, *, widest: str, stacked: bool, old: bool) -> None:
    """Place and number joined in one sign; a closed point is an outline."""
    closed = tile.status is not PointStatus.OPEN and tile.number is None
    plate, chip = canvas.at_start(box, box.width * (0.738 if stacked else 0.72))
    if closed:
        canvas.fill(box, GROUND, radius=RADIUS, frame=EDGE, line=0.4)
        words = phrases("waiting_room.paused" if tile.status is PointStatus.PAUSED else "waiting_room.closed")
        canvas.text(plate, words, size=TITLE, colour=INK, align="center")
    elif tile.called:
        canvas.fill(box, SIGNAL, radius=RADIUS, frame=INK, line=FRAME)
    else:
        canvas.fill(box, GROUND if old else PAPER, radius=RADIUS, frame=SLATE if old else None, line=0.4)
    if not closed:
        inside = plate.inset(canvas.u(2.2), plate.height * 0.095)
        if tile.number is None:
            dash = Box(plate.x + plate.width * 0.41, plate.y + plate.height / 2, plate.width * 0.18, canvas.u(1))
            canvas.fill(dash, EDGE, radius=0.5)
        else:
            canvas.digits(inside, tile.number, colour=SLATE if old else INK, widest=widest, hollow=old)
    word = phrases(f"waiting_room.place.{tile.kind}" + ("" if stacked else "_numbered"))
    canvas.place_chip(chip, word, tile.label, stacked=stacked, closed=closed)


def _stage(canvas: Canvas, box: Box, stage: Stage, phrases: Phrases) -> None:
    """The call: number and place as large as the hall allows, its frame blinking while it is fresh."""
    canvas.fill(box, SIGNAL, radius=RADIUS, frame=INK if stage.framed else SIGNAL, line=FRAME * 1.3)
    inside = box.inset(canvas.u(5), canvas.u(4))
    again = canvas.u(9) if stage.again else 0
    if stage.again:
        canvas.text(inside.top(again), phrases("waiting_room.again"), size=LABEL, align="center")
    number, place = inside.below(again).rows(0.66, 0.34, gap=canvas.u(4))
    canvas.digits(
        number.inset(canvas.u(4), canvas.u(2)), stage.number, widest=WIDEST if stage.number < 1000 else WIDEST_OF_FOUR
    )
    canvas.place_chip(place, phrases(f"waiting_room.place.{stage.kind}_numbered"), stage.label)


def _rows(canvas: Canvas, box: Box, view: HallView, phrases: Phrases) -> None:
    """All points in a list beside the stage."""
    rows = box.rows(*[1.0] * max(len(view.tiles), ROWS), gap=canvas.u(1.4))
    widest = _widest(view)
    for row, tile in zip(rows, view.tiles, strict=False):
        plate, chip = canvas.at_start(row, row.width * 0.58)
        if tile.called:
            canvas.fill(row, SIGNAL, radius=RADIUS, frame=INK, line=FRAME)
        else:
            canvas.fill(row, PAPER, radius=RADIUS)
        if tile.number is not None:
            canvas.digits(plate.inset(canvas.u(2.4), min(plate.height * 0.16, canvas.u(4))), tile.number, widest=widest)
        canvas.place_chip(chip, phrases(f"waiting_room.place.{tile.kind}_numbered"), tile.label)


def _band(canvas: Canvas, box: Box, view: HallView, phrases: Phrases) -> None:
    """Those who missed their call, always in sight, and beside them one notice."""
    canvas.fill(box, PAPER)
    canvas.rule(box, EDGE, line=0.4)
    inside = box.inset(canvas.u(EDGE_U), 0)
    if view.absent:
        notice, missed = canvas.at_start(inside, inside.width * (0.6 if view.notice else 0.0))
        _missed(canvas, missed, view, phrases)
    else:
        notice = inside
    if view.notice is not None:
        sign, words = canvas.at_start(notice, canvas.u(8))
        icon(canvas, sign.inset(0, (sign.height - canvas.u(7)) / 2), "clock" if view.notice.what == "late" else "info")
        rest = canvas.at_start(words, canvas.u(2))[1]
        canvas.text(rest, _notice_words(view.notice, phrases), size=HELPER if view.absent else LABEL)


def _missed(canvas: Canvas, box: Box, view: HallView, phrases: Phrases) -> None:
    word = phrases("waiting_room.absent")
    width = canvas.width_of(word, size=HELPER, weight="Black")
    label, rest = canvas.at_start(box, width + canvas.u(4))
    canvas.fill(label.inset(0, canvas.u(2)), INK, radius=RADIUS)
    canvas.text(label, word, size=HELPER, weight="Black", colour=PAPER, align="center")
    rest = canvas.at_start(rest, canvas.u(2))[1]
    for number in view.absent:
        width = canvas.width_of(str(number), size=LABEL, weight="Black")
        if width > rest.width:
            break
        place, rest = canvas.at_start(rest, width)
        canvas.text(place, str(number), size=LABEL, weight="Black")
        rest = canvas.at_start(rest, canvas.u(3))[1]


def _notice_words(notice: Notice, phrases: Phrases) -> str:
    if notice.what == "text":
        return name_in(notice.text, phrases)
    doctor, until = name_in(notice.text, phrases), hour_in(notice.until, phrases)
    return phrases(f"waiting_room.notice.{notice.what}", doctor=doctor, until=until)


def _lost_banner(canvas: Canvas, box: Box, view: HallView, phrases: Phrases) -> None:
    canvas.fill(box, STOP)
    inside = box.inset(canvas.u(EDGE_U), 0)
    sign, rest = canvas.at_start(inside, canvas.u(10))
    icon(canvas, sign.inset(0, canvas.u(2)), "triangle", shade=PAPER, ground=STOP)
    if view.last_heard:
        words = phrases("waiting_room.lost_last", hour=hour_in(view.last_heard, phrases))
        rest, end = canvas.at_start(rest, rest.width - canvas.width_of(words, size=HELPER) - canvas.u(2))
        canvas.text(end, words, size=HELPER, colour=PAPER, align="end")
    canvas.text(canvas.at_start(rest, canvas.u(2))[1], phrases("waiting_room.lost"), size=LABEL, colour=PAPER)


def _closed(canvas: Canvas, body: Box, view: HallView, phrases: Phrases) -> None:
    upper, lower = body.inset(canvas.u(EDGE_U), canvas.u(14)).rows(1, 1)
    canvas.text(upper, phrases("waiting_room.day_closed"), size=16, weight="Black", align="center")
    if view.opens_date and view.opens_hour:
        words = phrases("waiting_room.opens", day=day_in(view.opens_date, phrases), hour=hour_in(view.opens_hour, phrases))
        canvas.text(lower, words, size=TITLE, colour=SLATE, align="center")
