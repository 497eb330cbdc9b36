"""Days of a large clinic, one after the other: all who come take a ticket, are called at reception and in a room, go home."""

import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as clock_time
from typing import Final

import msgspec

from benchmarks.wires import Wires
from command_line.demo.clinic import Clinic as House
from mqtt import codec
from mqtt.contract import (
    Answer,
    CallNext,
    Day,
    DayStatus,
    Finish,
    Operation,
    PointState,
    Press,
    Pressed,
    Reason,
    Refusal,
    Reply,
    Request,
    Settle,
    Settled,
    SettleOutcome,
    TakeWalkIn,
    TicketGiven,
)
from tests.endurance.house import login_of
from tests.endurance.raw_client import PATIENCE_SECONDS, RawClient
from tests.store.clinic import SUNDAY, TEHRAN

EVERY_DAY: Final = '["saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday"]'
KIOSKS: Final = tuple(f"kiosk-{number}" for number in range(2, 10))
"""Those that a test plays; kiosk-1 is the program."""
PLAYED_POINTS: Final = ("counter-2", "counter-3", "counter-4", "room-1", "room-2", "room-3")
WATCHED_POINT: Final = "counter-1"
"""Its program follows, while the operator presses for it."""
SECONDS_BETWEEN_PEOPLE: Final = 14
ASK_AGAIN_SECONDS: Final = 5.0
TOGETHER: Final = 40
"""People in the house at once; so many come between two looks at the clock."""
MOST_A_DAY: Final = 2_000

SITE: Final = (
    f"""
schema = 1
id = "house"
name = {{ fa = "درمانگاه بزرگ" }}
time_zone = "Asia/Tehran"
help_range = [9000, 9099]
[[hours.weekly]]
days = {EVERY_DAY}
opens = "07:00"
tickets_until = "20:00"
ends = "21:00"
[holidays]
loaded_until = "1500/12/29"
[[stages]]
id = "reception"
name = {{ fa = "پذیرش" }}
[[stages]]
id = "doctor"
name = {{ fa = "پزشک" }}
[[departments]]
code = 11
name = {{ fa = "داخلی" }}
stages = ["reception", "doctor"]
booked_range = [1, 999]
walk_in_range = [1000, 8999]
weekly = [{{ days = {EVERY_DAY}, starts = "07:30", ends = "20:00", phone = 5, walk_in = 2000 }}]
[kiosks]
walk_ins_in_a_row = 100
[[zones]]
id = "hall-1"
name = {{ fa = "سالن ۱" }}
speaker = "waiting-room-1"
[[devices]]
id = "waiting-room-1"
role = "waiting_room"
zone = "hall-1"
[[devices]]
id = "operator"
role = "operator"
"""
    + "".join(
        f"""
[[devices]]
id = "{name}"
role = "kiosk"
zone = "hall-1"
"""
        for name in ("kiosk-1", *KIOSKS)
    )
    + "".join(
        f"""
[[points]]
id = "{name}"
kind = "{name.split("-")[0]}"
label = {name.split("-")[1]}
zone = "hall-1"
stages = ["{"reception" if name.startswith("counter") else "doctor"}"]
[[devices]]
id = "{name}"
role = "{name.split("-")[0]}"
points = ["{name}"]
"""
        for name in (WATCHED_POINT, *PLAYED_POINTS)
    )
)


@dataclass
class Point:
    """A desk whose button somebody presses whenever somebody may wait."""

    presser: str
    state: PointState | None = None
    waits_for: str | None = None  # its press has no answer yet


@dataclass(frozen=True)
class Question:
    """What has no answer yet."""

    device: str
    operation: Operation
    again_at: float


@dataclass
class Tally:
    """What happened, and what should not have."""

    given: int = 0
    settled: int = 0
    called: int = 0
    left: int = 0
    faults: list[str] = field(default_factory=list)


class LongDays:
    """The hands of everybody in the house, in one thread."""

    def __init__(self, house: House) -> None:
        """Join the house's broker; its store runs."""
        self._house = house
        self.tally = Tally()
        self._points = {name: Point("operator" if name == WATCHED_POINT else name) for name in (WATCHED_POINT, *PLAYED_POINTS)}
        self._free_kiosks = deque(KIOSKS)
        self._asked: dict[str, Question] = {}
        self._moved_at = time.monotonic()
        self._later: list[tuple[float, str, str, Operation]] = []
        self._day = Day(epoch="", sequence=0, status=DayStatus.CLOSED)
        self._at_home = 0
        self._numbers: set[int] = set()
        self._boot = secrets.token_hex(8)
        names = (*KIOSKS, *PLAYED_POINTS)
        self._wires = Wires(lambda name: login_of(house, name), house.site.id, names, self._hear)
        operator = login_of(house, "operator")
        follow = ("day", f"point/{WATCHED_POINT}", "reply/operator")
        self._operator = RawClient(
            operator, "operator", house.site.id, follow, lambda path, raw: self._hear("operator", path, raw)
        )

    def play(self, day: int, people: int) -> None:
        """One day from opening to closing, `day` days after the first Sunday, with so many people."""
        assert people <= MOST_A_DAY
        morning = datetime.combine(SUNDAY + timedelta(days=day), clock_time(7, 31), TEHRAN)
        before = self._day.service_day
        self._house.set_clock(morning)
        self._until(lambda: self._day.status is DayStatus.ACCEPTING and self._day.service_day > before, "the day opened")
        self._numbers.clear()
        come, given_before, home_before = 0, self.tally.given, self._at_home
        while self._at_home - home_before < people:
            here = come - (self._at_home - home_before)
            while come < people and here < TOGETHER and self._free_kiosks:
                self._ask(self._free_kiosks.popleft(), TakeWalkIn(department=11, service_day=self._day.service_day))
                come, here = come + 1, here + 1
                if come % TOGETHER == 0:
                    self._house.set_clock(morning + timedelta(seconds=come * SECONDS_BETWEEN_PEOPLE))
            for name, point in self._points.items():
                self._press(name, point, last=self.tally.given - given_before == people)
            self._turn()
            assert not self.tally.faults, self.tally.faults
            assert time.monotonic() - self._moved_at < PATIENCE_SECONDS, (self.tally, self._points, self._asked)
        self._house.set_clock(morning.replace(hour=21, minute=5))
        self._until(lambda: self._day.status is DayStatus.CLOSED, "the day ended")

    def close(self) -> None:
        """Everybody goes home."""
        self._wires.close()
        self._operator.close()

    def rest(self, seconds: float) -> None:
        """Press nothing for a while; what goes on by itself is heard."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._turn()

    # ------------------------------------------------------------------------------------------ speaking

    def _press(self, name: str, point: Point, *, last: bool) -> None:
        state = point.state
        if state is None or point.waits_for is not None or (state.waiting == 0 and not (last and state.current is not None)):
            return
        act = CallNext() if state.waiting else Finish()
        press = Press(point=name, epoch=state.epoch, revision=state.revision, act=act)
        point.waits_for = self._ask(point.presser, press)

    def _ask(self, device: str, operation: Operation) -> str:
        request = secrets.token_hex(16)
        self._send(device, request, operation)
        return request

    def _send(self, device: str, request: str, operation: Operation) -> None:
        self._asked[request] = Question(device, operation, time.monotonic() + ASK_AGAIN_SECONDS)
        payload = codec.encode(Request(id=request, operation=operation, boot=self._boot))
        if device == "operator":
            self._operator.send("request/operator", payload)
        else:
            self._wires.send(device, payload)

    def _ask_again(self) -> None:
        """What the store could not answer yet, and what got lost where a connection did."""
        now = time.monotonic()
        for request, question in list(self._asked.items()):
            if question.again_at <= now:
                self._send(question.device, request, question.operation)
        due = [one for one in self._later if one[0] <= now]
        self._later = [one for one in self._later if one[0] > now]
        for _, device, request, operation in due:
            self._send(device, request, operation)

    # ------------------------------------------------------------------------------------------- hearing

    def _hear(self, _: str, path: str, payload: bytes) -> None:
        name = path.split("/", maxsplit=1)[0]
        match codec.decode(name, payload):
            case Day() as day:
                self._day = day
            case PointState() as state:
                self._saw(state)
            case Reply(id=request, answer=answer) if request in self._asked:
                question = self._asked.pop(request)
                self._answered(question.device, request, question.operation, answer)

    def _saw(self, state: PointState) -> None:
        point = self._points[state.point]
        if point.state is None or state.sequence >= point.state.sequence:
            point.state = state

    def _answered(self, device: str, request: str, operation: Operation, answer: Answer) -> None:
        if not isinstance(answer, Refusal):
            self._moved_at = time.monotonic()
        match operation, answer:
            case TakeWalkIn(service_day=day), TicketGiven(number=number):
                self.tally.given += 1
                if number in self._numbers:
                    self.tally.faults.append(f"number {number} was given twice on day {day}")
                self._numbers.add(number)
                printed = SettleOutcome.PRINTED
                self._ask(device, Settle(request=request, service_day=day, outcome=printed, number=number))
            case Settle(), Settled():
                self.tally.settled += 1
                self._free_kiosks.append(device)
            case _, Refusal(reason=Reason.WAIT, retry_after_seconds=seconds):
                self._later.append((time.monotonic() + (seconds or 1.0), device, request, operation))
            case Press(point=name), _:
                self._pressed(name, answer)
            case _:
                self.tally.faults.append(f"{device}: {operation} was answered {answer}")

    def _pressed(self, name: str, answer: Answer) -> None:
        point = self._points[name]
        point.waits_for = None
        before = point.state.current if point.state else None
        match answer:
            case Pressed(point=state):
                self._saw(state)
                self.tally.called += state.current is not None
                if before is not None and name.startswith("room"):
                    self._at_home += 1
                    self.tally.left += 1
            case Refusal(reason=Reason.STALE):
                pass  # the newest state is on its way
            case Refusal(reason=Reason.NOBODY_WAITS) if point.state is not None:
                point.state = msgspec.structs.replace(point.state, waiting=0)  # until its topic says otherwise
            case _:
                self.tally.faults.append(f"{name}: a press was answered {answer}")

    def _turn(self) -> None:
        self._ask_again()
        self._wires.turn(0.002)
        self._operator.turn(0.0)

    def _until(self, true: Callable[[], bool], what: str) -> None:
        self._operator.turn_until(true, f"never heard that {what}", self._wires.turn)
