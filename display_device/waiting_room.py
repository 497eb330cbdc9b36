"""The waiting room's screen: a tile for each point, the call on stage, who missed theirs, what is worth knowing. Pure.

Rules:
- A call is on its tile at once, yellow for YELLOW_SECONDS by the store's clock; the stage (`announcement.py`) follows.
- The frame of the call on stage blinks three times at 1 Hz and then stands.
- Notices change by cut every NOTICE_SECONDS and give way to a call. More points than a page holds: pages take turns, but
  a page with a call stays.
- Without its feed every number is hollow, and the hour of the last news is said (law 7). No clock is shown that the store
  did not set (law 10).
"""

import math
from dataclasses import dataclass, field
from typing import Final

from display_device.known import UNNAMED, YELLOW_SECONDS, Known, is_newer, learn
from display_device.orders import OrderAction, obeyed
from display_device.voice import announcement
from display_device.voice.announcement import Air, Announcer, AnnouncerAction, CallId, Place
from mqtt.contract import Board, CallKind, DayStatus, Name, PointStatus, Serving
from mqtt.feed import Feed, compared
from mqtt.session import Heard
from program.frozen import replace
from sounds.utterance import SpeechEnded

NOTICE_SECONDS: Final = 10.0
BLINKS: Final = 3
TILES_ON_A_PAGE: Final = 6
ABSENT_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Setup:
    """What this screen is, from its file."""

    device: str
    zone: str
    has_speaker: bool = False


@dataclass(frozen=True)
class Hall:
    """Everything this program knows. `at` is the time of its last step, monotonic seconds like all times here."""

    setup: Setup
    started_at: float
    at: float
    known: Known = field(default_factory=Known)
    board: Board | None = None
    feed: Feed = field(default_factory=Feed)
    announcer: Announcer = field(default_factory=Announcer)


@dataclass(frozen=True, slots=True)
class Tile:
    """One point and the number there. `called`: yellow, come now."""

    point: str
    kind: str
    label: int
    status: PointStatus
    number: int | None = None
    called: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """The call on stage, larger than all else. `framed` is False in the dark half of a blink."""

    number: int
    kind: str
    label: int
    again: bool
    framed: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """What the band at the bottom says: "text" (the site's own), "late", "missed" or "order"."""

    what: str
    text: Name = UNNAMED
    department: Name = UNNAMED
    until: str = ""


@dataclass(frozen=True, slots=True)
class HallView:
    """All that the picture needs. Hours are "HH:MM", dates ISO; languages and digits are the picture's business."""

    zone: Name = UNNAMED
    hour: str | None = None
    date: str | None = None
    waiting: int = 0
    tiles: tuple[Tile, ...] = ()
    page: int = 0
    pages: int = 1
    stage: Stage | None = None
    absent: tuple[int, ...] = ()
    notice: Notice | None = None
    starting: bool = False
    lost: bool = False
    last_heard: str | None = None
    closed: bool = False
    opens_date: str | None = None
    opens_hour: str | None = None
    identify: str | None = None


Action = AnnouncerAction | OrderAction
Moved = tuple[Hall, tuple[Action, ...]]


def at_start(setup: Setup, spoken: tuple[CallId, ...], now: float) -> Hall:
    """The hall before anything was heard. `spoken`: the calls it had spoken before its restart."""
    return Hall(setup=setup, started_at=now, at=now, announcer=Announcer(done=spoken))


def step(hall: Hall, event: object, now: float) -> Moved:
    """Take in one event; then let the stage go on."""
    hall = replace(hall, known=learn(hall.known, event, now), at=now)
    actions: tuple[Action, ...] = obeyed(event)
    match event:
        case Heard(message=Board(zone=hall.setup.zone) as board) if _is_newer(hall, board):
            hall = replace(hall, board=board, announcer=announcement.listed(hall.announcer, board.calls))
        case SpeechEnded() as ended:
            announcer, actions = announcement.speech_ended(hall.announcer, ended, now)
            hall = replace(hall, announcer=announcer)
    hall = _followed(hall, now)
    air = None if announcement.nothing_is_due(hall.announcer, now) else _air(hall, now)
    if air is None:
        return hall, actions
    announcer, spoken = announcement.go_on(hall.announcer, air, now)
    return replace(hall, announcer=announcer), actions + spoken


def deadline(hall: Hall) -> float:
    """When the next step is due, or the picture may change, if nothing happens (monotonic seconds)."""
    at = hall.at
    times = [_next_beat(at, hall.started_at, NOTICE_SECONDS)]
    staged = announcement.deadline(hall.announcer)
    if staged is not None and staged > at:  # a turn whose end has come waits for the store to be heard again
        times.append(staged)
    turn = hall.announcer.turn
    if turn is not None and at - turn.since < BLINKS:
        times.append(_next_beat(at, turn.since, 0.5))
    lost_at = hall.feed.deadline()
    if lost_at is not None and not hall.feed.lost(at):
        times.append(lost_at)
    if hall.known.identify_until is not None and hall.known.identifies(at):
        times.append(hall.known.identify_until)
    wall_ms = hall.known.wall_ms(at)
    if wall_ms is not None:
        times.append(at + (60_000 - wall_ms % 60_000) / 1000)
        times.extend(at + left for left in _yellow_left(hall, wall_ms))
    return min(times)


def view(hall: Hall, now: float) -> HallView:
    """What the screen shows now."""
    known, board, zone = hall.known, hall.board, hall.known.zone(hall.setup.zone)
    identify = hall.setup.device if known.identifies(now) else None
    if board is None or zone is None:
        return HallView(starting=True, identify=identify)
    wall_ms = known.wall_ms(now)
    local = known.local_time(wall_ms)
    lost = hall.feed.lost(now)
    day = known.day
    closed = not lost and day is not None and day.status is DayStatus.CLOSED
    tiles = tuple(_tile(hall, serving, wall_ms, lost=lost) for serving in board.serving)
    stage = None if lost else _stage(hall, now)
    page, pages = _page(hall, tiles, stage, now)
    return HallView(
        zone=zone.name,
        hour=f"{local:%H:%M}" if local else None,
        date=local.date().isoformat() if local else None,
        waiting=board.waiting,
        tiles=tiles[page * TILES_ON_A_PAGE : (page + 1) * TILES_ON_A_PAGE],
        page=page,
        pages=pages,
        stage=stage,
        absent=board.absent[:ABSENT_SHOWN],
        notice=None if lost or stage else _notice(hall, now),
        lost=lost,
        last_heard=known.last_heard() if lost else None,
        closed=closed,
        opens_date=day.opens_date if closed and day else None,
        opens_hour=day.opens_time if closed and day else None,
        identify=identify,
    )


def _is_newer(hall: Hall, board: Board) -> bool:
    shown = (hall.board.epoch, hall.board.sequence) if hall.board else None
    return is_newer(hall.known.feed, shown, (board.epoch, board.sequence))


def _followed(hall: Hall, now: float) -> Hall:
    epoch, sequence = (hall.board.epoch, hall.board.sequence) if hall.board else (None, 0)
    feed = compared(hall.known.feed, hall.feed, f"board/{hall.setup.zone}", epoch, sequence, now)
    return hall if feed == hall.feed else replace(hall, feed=feed)


def _air(hall: Hall, now: float) -> Air | None:
    """The moment as the announcer needs it; None before there is a clock and a site."""
    wall_ms, site = hall.known.wall_ms(now), hall.known.site
    if wall_ms is None or site is None or hall.board is None:
        return None
    zone = hall.known.zone(hall.setup.zone)
    speaks = hall.setup.has_speaker and zone is not None and zone.speaker == hall.setup.device
    spoken = (card for card in site.points if speaks and card.zone == hall.setup.zone)
    return Air(
        fresh=not hall.feed.lost(now),
        wall_ms=wall_ms,
        percent=announcement.loudness_percent(site, hall.known.local_time(wall_ms)),
        languages=site.spoken_languages,
        places={card.id: Place(card.kind, card.label) for card in spoken},
    )


def _called_at_ms(board: Board, serving: Serving) -> int | None:
    """When the number at a point was last called, recalls included."""
    calls = (c.called_at_ms for c in board.calls if (c.point, c.number) == (serving.point, serving.number) and not c.withdrawn)
    return max(calls, default=serving.called_at_ms)


def _tile(hall: Hall, serving: Serving, wall_ms: int | None, *, lost: bool) -> Tile:
    card = hall.known.point(serving.point)
    called_at_ms = _called_at_ms(hall.board, serving) if hall.board else None
    recent = wall_ms is not None and called_at_ms is not None and wall_ms - called_at_ms < YELLOW_SECONDS * 1000
    turn = hall.announcer.turn
    staged = turn is not None and (turn.call.point, turn.call.number) == (serving.point, serving.number)
    return Tile(
        point=serving.point,
        kind=card.kind if card else "counter",
        label=card.label if card else 0,
        status=serving.status,
        number=serving.number,
        called=serving.number is not None and not lost and (recent or staged),
    )


def _yellow_left(hall: Hall, wall_ms: int) -> list[float]:
    """For how many seconds each yellow tile stays yellow."""
    if hall.board is None:
        return []
    called = (_called_at_ms(hall.board, serving) for serving in hall.board.serving if serving.number is not None)
    left = ((at_ms - wall_ms) / 1000 + YELLOW_SECONDS for at_ms in called if at_ms is not None)
    return [seconds for seconds in left if seconds > 0]


def _stage(hall: Hall, now: float) -> Stage | None:
    turn = hall.announcer.turn
    card = hall.known.point(turn.call.point) if turn else None
    if turn is None or card is None:
        return None
    since = now - turn.since
    framed = since >= BLINKS or since % 1.0 < 0.5
    return Stage(turn.call.number, card.kind, card.label, again=turn.call.kind is CallKind.RECALL, framed=framed)


def _page(hall: Hall, tiles: tuple[Tile, ...], stage: Stage | None, now: float) -> tuple[int, int]:
    """The page shown and how many there are."""
    pages = max(1, math.ceil(len(tiles) / TILES_ON_A_PAGE))
    turn = hall.announcer.turn
    point = turn.call.point if stage and turn else None
    called = [index for index, tile in enumerate(tiles) if tile.point == point] or [
        index for index, tile in enumerate(tiles) if tile.called
    ]
    if called:
        return called[0] // TILES_ON_A_PAGE, pages
    return int((now - hall.started_at) // NOTICE_SECONDS) % pages, pages


def _notice(hall: Hall, now: float) -> Notice | None:
    """The notice whose turn it is."""
    board, known = hall.board, hall.known
    notices: list[Notice] = []
    for late in board.late if board else ():
        doctor = known.doctor(late.doctor)
        if doctor is not None:
            notices.append(Notice("late", doctor.name, known.department_name(doctor.department), late.until))
    if board and board.absent:
        notices.append(Notice("missed"))
    if known.site is not None and not known.site.order_by_number:
        notices.append(Notice("order"))
    notices.extend(Notice("text", text) for text in (board.notices if board else ()))
    return notices[int((now - hall.started_at) // NOTICE_SECONDS) % len(notices)] if notices else None


def _next_beat(at: float, since: float, every: float) -> float:
    """The first moment after `at` that lies a whole number of `every` seconds after `since`."""
    beat = since + (math.floor((at - since) / every) + 1) * every
    return beat if beat > at else beat + every
