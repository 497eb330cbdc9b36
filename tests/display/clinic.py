"""A small clinic on one wall clock, for the displays' tests: two counters, a room, one hall, and a store that answers."""

from typing import Any

import msgspec

from display_device import waiting_room
from display_device.counter import button, counter
from display_device.counter.button import Button, Edge
from mqtt.contract import (
    Board,
    Call,
    CallKind,
    ClassCard,
    Current,
    Day,
    DayStatus,
    DepartmentCard,
    DoctorCard,
    Message,
    Name,
    PauseCard,
    PointCard,
    PointState,
    PointStatus,
    Progress,
    Reply,
    Serving,
    SiteCard,
    Source,
    StoreBeat,
    Waiting,
    ZoneCard,
)
from mqtt.session import Answered, Connected, Heard

EPOCH = "e1"
START_MS = 1_795_331_520_000  # 2026-11-22 10:42:00 in Tehran
BOOT = "11" * 16

SITE = SiteCard(
    epoch=EPOCH,
    sequence=1,
    site="kosar",
    name=Name(fa="کلینیک کوثر", en="Kosar clinic"),
    time_zone="Asia/Tehran",
    departments=(DepartmentCard(code=12, name=Name(fa="قلب و عروق", en="Cardiology")),),
    doctors=(DoctorCard(code=3, department=12, name=Name(fa="دکتر مرادی", en="Dr Moradi")),),
    points=(
        PointCard(id="counter-3", kind="counter", label=3, zone="hall-1", stages=("reception",)),
        PointCard(id="counter-4", kind="counter", label=4, zone="hall-1", stages=("reception",)),
        PointCard(id="cashier", kind="counter", label=5, zone="hall-1", stages=("cashier",)),
        PointCard(id="room-2", kind="room", label=2, zone="hall-1", stages=("doctor",), doctors=(3,)),
    ),
    zones=(ZoneCard(id="hall-1", name=Name(fa="سالن ۱", en="Hall 1"), speaker="waiting-room-1"),),
    priority_classes=(ClassCard(id="elderly", name=Name(fa="سالمند", en="Elderly")),),
    pause_reasons=(PauseCard(id="prayer", name=Name(fa="نماز", en="Prayer")), PauseCard(id="break", name=Name(fa="استراحت"))),
)


def wall_ms(now: float) -> int:
    """The store's wall time at monotonic `now`."""
    return START_MS + int(now * 1000)


def beat(now: float, *progress: Progress, epoch: str = EPOCH, sequence: int = 1) -> Heard:
    message = StoreBeat(
        up=True, connection="s1", epoch=epoch, sequence=sequence, wall_ms=wall_ms(now), progress=tuple(progress)
    )
    return heard(message)


def heard(message: Message, *, live: bool = True) -> Heard:
    topics = {StoreBeat: "store", SiteCard: "site", Day: "day", Board: "board", PointState: "point"}
    topic = next((name for kind, name in topics.items() if isinstance(message, kind)), "device")
    key = getattr(message, "zone", "") or getattr(message, "point", "") or getattr(message, "device", "")
    return Heard(topic, key, message, live=live)


def point_state(now: float = 0.0, *, number: int | None = None, **more: Any) -> PointState:
    """counter-4's snapshot; with a number, that ticket was called at `now`."""
    current = None
    if number is not None:
        current = Current(
            number=number,
            stage="reception",
            source=Source.BOOKED,
            called_at_ms=wall_ms(now),
            **more.pop("current", {}),
        )
    fields: dict[str, Any] = {
        "point": "counter-4",
        "epoch": EPOCH,
        "sequence": 1,
        "revision": 1,
        "as_of_ms": wall_ms(now),
        "status": PointStatus.OPEN,
        "current": current,
        "waiting": 3,
        "next": (Waiting(number=124, why="booked"), Waiting(number=407, why="walk_in"), Waiting(number=96, why="returning")),
    }
    return PointState(**(fields | more))


def call(call_id: int, number: int, now: float = 0.0, *, point: str = "counter-4", **more: Any) -> Call:
    fields: dict[str, Any] = {"epoch": EPOCH, "kind": CallKind.CALL, "called_at_ms": wall_ms(now)}
    return Call(call=call_id, number=number, point=point, **(fields | more))


def board(*calls: Call, sequence: int = 1, epoch: str = EPOCH, **more: Any) -> Board:
    """hall-1's board: every call stands at its point."""
    latest = {one.point: one for one in calls if not one.withdrawn}
    serving = tuple(
        Serving(
            point=card.id,
            status=PointStatus.OPEN,
            number=latest[card.id].number if card.id in latest else None,
            called_at_ms=latest[card.id].called_at_ms if card.id in latest else None,
        )
        for card in SITE.points
    )
    fields: dict[str, Any] = {"serving": serving, "waiting": 7}
    return Board(zone="hall-1", epoch=epoch, sequence=sequence, as_of_ms=START_MS, calls=calls, **(fields | more))


def answered(request_id: str, answer: Any, now: float = 0.0) -> Answered:
    return Answered(Reply(id=request_id, answer=answer, epoch=EPOCH, sequence=1))


class CounterAtWork:
    """counter-4's program without its wires: events in, actions collected, the clock in the test's hand."""

    def __init__(self, **setup: Any) -> None:
        fields: dict[str, Any] = {"device": "counter-4", "boot": BOOT, "points": ("counter-4",)}
        levels = dict.fromkeys(Button, False)
        self.now = 0.0
        self.actions: list[object] = []
        self.desk = counter.at_start(counter.Setup(**(fields | setup)), button.at_start(levels, 0.0), (), 0.0)

    def hear(self, *events: object) -> None:
        for event in events:
            self.desk, actions = counter.step(self.desk, event, self.now)
            self.actions.extend(actions)

    def ready(self, *messages: Message) -> "CounterAtWork":
        """Connected, with the site, the day and a live beat."""
        day = Day(epoch=EPOCH, sequence=1, status=DayStatus.ACCEPTING, service_day=1)
        self.hear(Connected("c1"), heard(SITE), heard(day), beat(self.now), *map(heard, messages))
        return self

    def wait(self, seconds: float, *, beats: bool = True) -> None:
        """Let time pass as the loop does, from deadline to deadline; the store beats every second."""
        until = self.now + seconds
        heard_at = self.desk.known.feed.beat_at
        next_beat = (self.now if heard_at is None else heard_at) + 1.0
        while self.now < until:
            due = counter.deadline(self.desk) or until
            self.now = max(self.now, min(until, due, next_beat if beats else until))
            if beats and self.now >= next_beat:
                self.hear(beat(self.now))
                next_beat = self.now + 1.0
            else:
                self.hear(object())

    def press(self, which: Button, seconds: float = 0.1, *, beats: bool = True) -> None:
        """A finger's press, its contact bouncing for 3 ms at both ends."""
        for down in (True, False):
            for shake in range(3):
                self.hear(Edge(which, down, self.now + shake * 0.001))
                self.hear(Edge(which, not down, self.now + shake * 0.001 + 0.0005))
            self.now += 0.003
            self.hear(Edge(which, down, self.now))
            self.wait(seconds if down else 0.05, beats=beats)

    def asked(self) -> list[counter.Ask]:
        return [action for action in self.actions if isinstance(action, counter.Ask)]


class HallAtWork:
    """waiting-room-1's program without its wires."""

    def __init__(self, *, speaker: bool = True, spoken: tuple[tuple[str, int], ...] = ()) -> None:
        self.now = 0.0
        self.actions: list[object] = []
        setup = waiting_room.Setup("waiting-room-1", "hall-1", has_speaker=speaker)
        self.hall = waiting_room.at_start(setup, spoken, 0.0)

    def hear(self, *events: object) -> None:
        for event in events:
            self.hall, actions = waiting_room.step(self.hall, event, self.now)
            self.actions.extend(actions)

    def ready(self, *messages: Message, site: SiteCard = SITE) -> "HallAtWork":
        day = Day(epoch=EPOCH, sequence=1, status=DayStatus.ACCEPTING, service_day=1)
        self.hear(Connected("c1"), heard(site), heard(day), *map(heard, messages), beat(self.now))
        return self

    def wait(self, seconds: float, *, beats: bool = True) -> None:
        until = self.now + seconds
        heard_at = self.hall.known.feed.beat_at
        next_beat = (self.now if heard_at is None else heard_at) + 1.0
        while self.now < until:
            self.now = max(self.now, min(until, waiting_room.deadline(self.hall), next_beat if beats else until))
            if beats and self.now >= next_beat:
                self.hear(beat(self.now))
                next_beat = self.now + 1.0
            else:
                self.hear(object())

    def view(self) -> waiting_room.HallView:
        return waiting_room.view(self.hall, self.now)


def fields(message: msgspec.Struct, **more: Any) -> Any:
    """The message with some fields replaced."""
    return msgspec.structs.replace(message, **more)
