"""The album: every screen of counter, room and hall with sample facts, for the reference pictures and the demo."""

from dataclasses import replace
from typing import Final

from display_device.counter.button import Button
from display_device.counter.counter_view import (
    CounterView,
    Done,
    Hint,
    Message,
    NextOne,
    Notes,
    PadView,
    Phase,
    PointView,
    Trouble,
)
from display_device.counter.wishes import Wish
from display_device.waiting_room import HallView, Notice, Stage, Tile
from mqtt.contract import Name, PointStatus

NEXT: Final = (NextOne(124, "booked"), NextOne(407, "walk_in"), NextOne(96, "returning"))
HINTS: Final = (
    Hint(Button.CALL_NEXT, Wish.NEXT, Wish.RECALL),
    Hint(Button.NO_SHOW, Wish.NO_SHOW, Wish.UNDO),
    Hint(Button.SEND_AWAY, Wish.SEND_AWAY, Wish.PAUSE),
)
NOBODY_HINTS: Final = (
    Hint(Button.CALL_NEXT, Wish.NEXT, None),
    Hint(Button.NO_SHOW, None, None),
    Hint(Button.SEND_AWAY, None, Wish.PAUSE),
)
OPEN_HINTS: Final = (Hint(Button.CALL_NEXT, Wish.RESUME, Wish.RESUME),)
COUNTER: Final = PointView("counter", 4, Phase.SERVING, number=123, stage="reception", waiting=7, next=NEXT)
ROOM: Final = replace(
    COUNTER,
    kind="room",
    label=2,
    number=96,
    stage="doctor",
    doctor=Name(fa="دکتر مرادی", en="Dr Moradi"),
    department=Name(fa="قلب و عروق", en="Cardiology"),
)


def counters() -> dict[str, CounterView]:
    """Name to view of a counter or a room."""

    def one(point: PointView, hints: tuple[Hint, ...] = HINTS, **more: object) -> CounterView:
        return CounterView((point,), hints=hints, **more)  # type: ignore[arg-type]  # fields by name

    nobody = replace(COUNTER, phase=Phase.NOBODY, number=None)
    elderly = Name(fa="سالمند", en="Elderly")
    reasons = (Name(fa="نماز", en="Prayer"), Name(fa="استراحت", en="Rest"))
    paused = replace(nobody, phase=Phase.PAUSED, paused_why=Name(fa="نماز", en="Prayer"), paused_until="12:45")
    return {
        "starting": one(PointView("counter", 4, Phase.STARTING), ()),
        "nobody": one(nobody, NOBODY_HINTS),
        "called": one(replace(COUNTER, phase=Phase.CALLED, done=Done("call_next", 123, 8))),
        "called_again": one(replace(COUNTER, phase=Phase.CALLED_AGAIN)),
        "serving": one(COUNTER),
        "serving_four_digits": one(replace(COUNTER, number=4321)),
        "priority_asked": one(replace(COUNTER, notes=Notes(priority_asked=elderly))),
        "marked": one(replace(COUNTER, notes=Notes(marks=("unknown_print",)))),
        "doctor_absent": one(replace(COUNTER, notes=Notes(marks=("doctor_absent",)))),
        "moved": one(replace(COUNTER, notes=Notes(marks=("doctor_absent", "moved")))),
        "stale": one(replace(COUNTER, message=Message("stale"))),
        "not_done": one(replace(COUNTER, message=Message("not_done"))),
        "current_elsewhere": one(replace(COUNTER, message=Message("current_elsewhere", 407, "counter", 2))),
        "no_show_done": one(replace(nobody, done=Done("no_show", 123, 9)), NOBODY_HINTS),
        "nobody_waits": one(replace(COUNTER, waiting=0, next=())),
        "kiosk_paper_out": one(COUNTER, troubles=(Trouble("kiosk-1", "paper_out"),)),
        "kiosk_paper_low": one(COUNTER, troubles=(Trouble("kiosk-1", "paper_low"),)),
        "button_stuck": one(COUNTER, stuck=(Button.NO_SHOW,)),
        "number_typed": one(COUNTER, pad=PadView("counter", 4, "12")),
        "pause_reasons": one(COUNTER, pad=PadView("counter", 4, "", reasons)),
        "paused": one(paused, OPEN_HINTS),
        "closed": one(replace(nobody, phase=Phase.CLOSED), OPEN_HINTS),
        "lost": one(replace(COUNTER, phase=Phase.LOST, last_heard="10:42"), ()),
        "two_points": CounterView((COUNTER, replace(nobody, label=5, stage="cashier")), hints=HINTS),
        "room_called": one(replace(ROOM, phase=Phase.CALLED, done=Done("call_next", 96, 9))),
        "room_serving": one(ROOM),
        "room_late": one(replace(ROOM, phase=Phase.NOBODY, number=None, late_until="10:30"), NOBODY_HINTS),
        "room_paused": one(replace(ROOM, phase=Phase.PAUSED, number=None), OPEN_HINTS),
        "room_lost": one(replace(ROOM, phase=Phase.LOST, last_heard="10:42"), ()),
    }


def _tile(kind: str, label: int, number: int | None, *, called: bool = False, status: PointStatus = PointStatus.OPEN) -> Tile:
    return Tile(f"{kind}-{label}", kind, label, status, number, called)


def halls() -> dict[str, HallView]:
    """Name to view of the waiting room."""
    first = (_tile("counter", 1, 121), _tile("counter", 2, 119), _tile("counter", 3, 407))
    rooms = (_tile("room", 1, 96), _tile("room", 2, 333))
    called = (*first, _tile("counter", 4, 123, called=True), *rooms)
    hall = HallView(zone=Name(fa="سالن ۱", en="Hall 1"), hour="10:42", date="2026-11-22", waiting=17)
    busy = replace(hall, tiles=(*first, _tile("counter", 4, 118), *rooms))
    quiet = (
        *(_tile("counter", 1, 121), _tile("counter", 2, None), _tile("counter", 3, None)),
        _tile("counter", 4, None, status=PointStatus.CLOSED),
        *(_tile("room", 1, 96), _tile("room", 2, None, status=PointStatus.PAUSED)),
    )
    three = (_tile("counter", 1, 121), _tile("counter", 2, 123, called=True), _tile("room", 3, 119))
    late = Notice("late", Name(fa="دکتر مرادی", en="Dr Moradi"), until="10:30")
    return {
        "starting": HallView(starting=True),
        "quiet": replace(hall, tiles=quiet, notice=Notice("order")),
        "call_announced": replace(busy, tiles=called, stage=Stage(123, "counter", 4, again=False, framed=True)),
        "call_again": replace(busy, tiles=called, stage=Stage(123, "counter", 4, again=True, framed=False)),
        "call_kept_in_sight": replace(busy, tiles=called, notice=Notice("order")),
        "missed": replace(busy, absent=(12, 45, 78), notice=Notice("missed")),
        "three_points_late_doctor": replace(hall, tiles=three, notice=late),
        "four_digits": replace(busy, tiles=(_tile("counter", 1, 4321), *busy.tiles[1:]), pages=2),
        "lost": replace(busy, lost=True, last_heard="10:41"),
        "closed": replace(busy, closed=True, opens_date="2026-11-23", opens_hour="07:30"),
    }
